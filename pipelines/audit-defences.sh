#!/bin/bash
# usage: audit-defences.sh DATA.csv              is cut into members and non-members
#        audit-defences.sh TRAIN.csv TEST.csv    members, and non-members
# What LiRA finds behind each defence of the answers, beside what it finds
# without: two decimals, the largest class, temperature 10; and what the class
# alone gives away.  One model, one set of shadows; target and shadows are masked
# alike.  Leaves metrics.csv and roc.svg in the folder OUT.  Settings are taken
# from the environment:
#   LABEL=label  LEARNER=forest  SHADOWS=64  SEED=1  THREADS=2  OUT=defences
#   SET=trees=200 max_depth=9   FLOOR=.005, of probabilities (the learner's)
#   SPLIT=--member .7 --nonmember .3   LIRA=--mode both
set -euo pipefail
case ${1--h} in -*) exec sed -n '2,/^set/s/^# //p' "$0" ;; esac
read -ra split <<<"${SPLIT-}"; read -ra hyper <<<"${SET-}"; read -ra lira <<<"${LIRA-}"
floor=(${FLOOR:+--floor "$FLOOR"}) seed=(--seed "${SEED:=1}")
rows=("$(realpath "$1")")
[ $# -lt 2 ] || rows=(--member "${rows[0]}" --nonmember "$(realpath "$2")")
mkdir -p "${OUT:=defences}" && cd "$OUT"
rm -f metrics.csv roc.svg # old figures must not outlive a failure

behind() { # NAME COMMAND ...: LiRA on what the command lets out
	for side in target shadow; do
		"${@:2}" "$side.csv.zst" | score-losses "${floor[@]}" -z -o "$1-$side.csv.zst"
	done
	fit-lira "${lira[@]}" -o "$1.csv" "$1-target.csv.zst" "$1-shadow.csv.zst"
}

split-data --label "${LABEL:=label}" "${seed[@]}" "${split[@]}" "${rows[@]}" -o data.csv
train-target --learner "${LEARNER:=forest}" "${hyper[@]/#/--set=}" "${seed[@]}" \
	-m target.model -o target-metrics.csv data.csv
query-model -m target.model -z -o target.csv.zst data.csv
train-shadow --like target.model -n "${SHADOWS:=64}" "${seed[@]}" ${THREADS:+--threads "$THREADS"} \
	-z -o shadow.csv.zst data.csv
behind plain cat
behind round mask-predictions --round 2
behind top mask-predictions --top-k 1
behind tempered mask-predictions --temperature 10
mask-predictions --label-only target.csv.zst | score-losses -o label.csv
join-scores -p plain_ -p round2_ -p top1_ -p temperature10_ -o scores.csv \
	plain.csv round.csv top.csv tempered.csv
mia-eval --roc roc.csv -o lira-metrics.csv scores.csv
mia-eval --score correct -o label-metrics.csv label.csv
cat lira-metrics.csv label-metrics.csv >metrics.csv
plot-roc -o roc.svg roc.csv
