#!/bin/sh
# Others build on miatools: a C client of the installed library, and an attack
# written in awk inside a pipeline (both are shown in CONTRIBUTING.md).
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/fixtures.sh"

ok "make install" make -C "$TOP" --no-print-directory \
	BUILD="${MIA_BUILD:-$TOP/build}" BIN="${MIA_BIN:-$TOP/bin}" \
	SAN="${MIA_SAN-}" DESTDIR="$PWD/root" PREFIX=/usr install
ok "pages are installed" test -s root/usr/share/man/man7/miatools.7
PKG_CONFIG_PATH=$PWD/root/usr/lib/pkgconfig
PKG_CONFIG_SYSROOT_DIR=$PWD/root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
# shellcheck disable=SC2046,SC2086
ok "a client compiles" cc -std=c11 ${MIA_SAN-} -o client \
	"$TOP/tests/data/client.c" $(pkg-config --cflags --libs miatools)
is "it runs" "$(./client)" "1000 doubles read back equal"

fixtures 2>/dev/null
sed -n '/^    score-losses --no-meta target.csv/,/^    mia-eval/s/^    //p' \
	"$TOP/CONTRIBUTING.md" >attack.sh
ok "the awk attack of CONTRIBUTING.md runs" \
	bash -o pipefail -c '. ./attack.sh >metrics'
is "and is judged like any other" \
	"$(grep -c '^target,lowloss,,auc,' metrics)" 1
done_testing
