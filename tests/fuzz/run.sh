#!/bin/sh
# Builds each fuzz target with libFuzzer, ASan and UBSan and runs it:
#	run.sh SECONDS TARGET ...
# New inputs are kept in build-fuzz/NAME/, crashes in build-fuzz/TARGET-*.
set -eu
seconds=$1
shift
make -s BUILD=build-fuzz BIN=build-fuzz/bin CC=clang OPT="-O1 -g" \
	SAN="-fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined" build-fuzz/libmiatools.a
for target in "$@"; do
	name=${target#fuzz_}
	clang -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -g -O1 \
		-fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -iquote lib \
		-o "build-fuzz/$target" "tests/fuzz/$target.c" \
		build-fuzz/libmiatools.a \
		-lcsv -lzstd -lgsl -lgslcblas -lpthread -lm
	mkdir -p "build-fuzz/$name"
	echo "$target:"
	"build-fuzz/$target" -max_total_time="$seconds" -max_len=4096 \
		-timeout=10 -artifact_prefix="build-fuzz/$target-" \
		"build-fuzz/$name" "tests/fuzz/corpus/$name" \
		>"build-fuzz/$target.log" 2>&1 || {
		cat "build-fuzz/$target.log"
		exit 1
	}
	tail -n 2 "build-fuzz/$target.log"
done
