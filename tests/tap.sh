# shellcheck shell=sh disable=SC2034
# TAP for shell tests.  A test begins with
#
#	. "$(dirname "$0")/../tap.sh"
#
# and then runs in its own scratch folder, removed at the end, with the built
# programs first on PATH.  $TOP is the source tree, $SHARED the folder with
# the bigger vectors and data sets, empty if it is not there.
#
#	is NAME GOT WANT		two texts are equal
#	ok NAME COMMAND ...		the command succeeds
#	must_fail STATUS NAME PATTERN COMMAND ...
#		the command ends with just this status (a crash or a signal is
#		another) and its standard error matches the basic pattern
#	skip NAME WHY			counted as skipped
#	done_testing			last line

set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${MIA_BIN:-$TOP/bin}:$PATH
export PATH LC_ALL=C
SHARED=
[ -d "$TOP/../shared/vectors" ] && SHARED=$(cd "$TOP/../shared" && pwd)
tap_n=0
tap_bad=0
tap_dir=$(mktemp -d) || exit 4
trap 'rm -rf "$tap_dir"' EXIT
trap 'exit 130' INT TERM HUP
cd "$tap_dir" || exit 4

tap_result() { # 0|1 NAME
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		tap_bad=$((tap_bad + 1))
		echo "not ok $tap_n - $2"
	fi
}

tap_note() {
	printf '%s\n' "$1" | sed 's/^/# /'
}

is() {
	if [ "$2" = "$3" ]; then
		tap_result 0 "$1"
	else
		tap_result 1 "$1"
		tap_note "got:"
		tap_note "$2"
		tap_note "want:"
		tap_note "$3"
	fi
}

ok() {
	tap_name=$1
	shift
	if "$@" >"$tap_dir/.ok" 2>&1; then
		tap_result 0 "$tap_name"
	else
		tap_status=$?
		tap_result 1 "$tap_name"
		tap_note "status $tap_status from: $*"
		tap_note "$(head -n 20 "$tap_dir/.ok")"
	fi
}

must_fail() {
	tap_want=$1 tap_name=$2 tap_pattern=$3
	shift 3
	"$@" >"$tap_dir/.out" 2>"$tap_dir/.err"
	tap_status=$?
	if [ "$tap_status" -eq "$tap_want" ] &&
		grep -q -e "$tap_pattern" "$tap_dir/.err"; then
		tap_result 0 "$tap_name"
	else
		tap_result 1 "$tap_name"
		tap_note "status $tap_status, want $tap_want; stderr:"
		tap_note "$(head -n 20 "$tap_dir/.err")"
		tap_note "want a line that matches: $tap_pattern"
	fi
}

skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

done_testing() {
	echo "1..$tap_n"
	[ "$tap_bad" -eq 0 ]
}
