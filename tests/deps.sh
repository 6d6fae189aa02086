#!/bin/sh
# Sees that what a make target needs is there:  deps.sh core|peers|fuzz|lint
# Missing Debian packages are installed when this runs as root, or through
# sudo on a terminal; otherwise the one line to type is printed.
# NO_APT=1 forbids installing.
set -eu

case ${1-} in
core)
	packages="gcc make libc6-dev pkg-config libcsv-dev libzstd-dev libgsl-dev
	libxxhash-dev libcmocka-dev perl zstd gnuplot-nox mandoc lowdown jq"
	;;
peers) packages="python3-sklearn" ;;
fuzz) packages="clang libclang-rt-dev" ;;
lint) packages="shellcheck mandoc" ;;
*)
	echo "usage: deps.sh core|peers|fuzz|lint" >&2
	exit 2
	;;
esac

missing=
for p in $packages; do
	dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null |
		grep -q '^install ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0

line="apt-get install -y --no-install-recommends$missing"
if [ "${NO_APT-}" = 1 ]; then
	echo "miatools: packages are missing; run: $line" >&2
	exit 4
elif [ "$(id -u)" -eq 0 ]; then
	as=
elif [ -t 0 ] && command -v sudo >/dev/null; then
	as=sudo
else
	echo "miatools: packages are missing; as root, run: $line" >&2
	exit 4
fi
echo "miatools: installing$missing"
export DEBIAN_FRONTEND=noninteractive
# An old package list is the usual reason for a failure: renew it once.
# shellcheck disable=SC2086
$as $line >/dev/null 2>&1 || {
	$as apt-get update >/dev/null
	$as $line >/dev/null
}
