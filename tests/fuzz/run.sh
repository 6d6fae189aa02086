#!/bin/sh
# Builds each fuzz target with libFuzzer, ASan and UBSan and runs it:
#	run.sh SECONDS TARGET ...
# New inputs are kept in build-fuzz/, crashes in build-fuzz/TARGET-*.
set -eu
seconds=$1
shift
mkdir -p build-fuzz
for target in "$@"; do
	name=${target#fuzz_}
	# shellcheck disable=SC2046
	clang -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -g -O1 \
		-fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -iquote lib \
		-o "build-fuzz/$target" "tests/fuzz/$target.c" \
		$(ls lib/*/*.c | grep -v '^lib/front/') \
		-lcsv -lzstd -lgsl -lgslcblas -lpthread -lm
	mkdir -p "build-fuzz/$name"
	"build-fuzz/$target" -max_total_time="$seconds" -max_len=4096 \
		-timeout=10 -artifact_prefix="build-fuzz/$target-" \
		"build-fuzz/$name" "tests/fuzz/corpus/$name" 2>&1 | tail -n 2
done
