#!/bin/sh
# train-shadow with two threads against one: wall time, best of ROUNDS, and
# that the bytes are the same.  On digits and letter if the shared data are
# there, else on credit-g.   threads.sh [LEARNER [NAME=VALUE ...]]
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${MIA_BIN:-$TOP/bin}:$PATH
data=$TOP/../shared/data
learner=${1:-forest}
[ $# -gt 0 ] && shift
rounds=${ROUNDS:-5}
w=$(mktemp -d)
trap 'rm -rf "$w"' EXIT

# seconds THREADS SHADOWS [SETTING ...]: of one run
seconds() {
	threads=$1 n=$2
	shift 2
	begin=$(date +%s%N)
	train-shadow -t "$threads" -n "$n" --learner "$learner" \
		--no-meta "$@" "$w/data.csv" >"$w/out$threads"
	end=$(date +%s%N)
	echo "$begin $end" | awk '{printf "%.4f\n", ($2 - $1) / 1e9}'
}

best() {
	sort -g "$1" | head -n 1
}

# compare NAME SHADOWS [--set X ...]
compare() {
	name=$1 n=$2
	shift 2
	: >"$w/one"
	: >"$w/two"
	round=0
	while [ "$round" -lt "$rounds" ]; do
		seconds 1 "$n" "$@" >>"$w/one"
		seconds 2 "$n" "$@" >>"$w/two"
		round=$((round + 1))
	done
	cmp "$w/out1" "$w/out2"
	printf '%s %s\n' "$(best "$w/one")" "$(best "$w/two")" |
		awk -v name="$name" -v n="$n" -v learner="$learner" '{
			printf "%s, %d shadows, %s: 1 thread %.3f s, ",
				name, n, learner, $1
			printf "2 threads %.3f s, ratio %.2f (reach 1.85)\n",
				$2, $1 / $2}'
}

for setting; do
	set -- "$@" --set "$setting"
	shift
done
if [ -e "$data/digits.csv.zst" ]; then
	for set in "digits 128" "letter 16"; do
		zstd -dcq "$data/${set% *}.csv.zst" >"$w/raw.csv"
		split-data --label "$(head -n 1 "$w/raw.csv" | sed 's/.*,//')" \
			"$w/raw.csv" >"$w/data.csv"
		compare "${set% *}" "${set#* }" "$@"
	done
else
	split-data --label class "$TOP/pipelines/data/credit-g.csv" \
		>"$w/data.csv"
	compare credit-g 64 "$@"
fi
