#!/bin/sh
# Writes the golden figures anew, here or into another folder:
#	rewrite.sh [FOLDER]
# Each file holds what train-target and mia-eval say of one whole audit with
# seed 1, of every score of fit-lira.  tests/cli/golden.t compares them byte
# for byte; make golden calls this, and the diff is to be reviewed.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${MIA_BIN:-$top/bin}:$PATH
export LC_ALL=C
out=${1:-$top/tests/golden}
out=$(cd "$out" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# audit NAME SET LEARNER [SETTING ...]
audit() {
	name=$1 set=$2 learner=$3
	shift 3
	for setting; do
		set -- "$@" --set "$setting"
		shift
	done
	split-data --label class "$top/pipelines/data/$set.csv" >data.csv
	train-target --learner "$learner" "$@" -m model --no-meta data.csv \
		>trained.csv
	query-model -m model data.csv >target.csv
	train-shadow -n 32 --like model data.csv >shadows.csv
	score-losses target.csv >target-signals.csv 2>/dev/null
	score-losses shadows.csv >shadow-signals.csv 2>/dev/null
	fit-lira --mode both --variance per-record,pooled,shrunken \
		target-signals.csv shadow-signals.csv >scores.csv 2>/dev/null
	{
		cat trained.csv
		mia-eval --no-meta scores.csv | tail -n +2
	} >"$out/$name.csv"
}

audit forest credit-g forest trees=100
audit tree credit-g tree max_depth=6
audit logistic wdbc logistic
audit mlp credit-g mlp epochs=20 dropout=.2
