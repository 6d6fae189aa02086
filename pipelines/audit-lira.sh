#!/bin/bash
# usage: audit-lira.sh DATA.csv              is cut into members and non-members
#        audit-lira.sh TRAIN.csv TEST.csv    members, and non-members
# Trains a model on the members, attacks it with shadow models (LiRA), and leaves
# the streams, roc.svg, report.md and report.html in a folder.  Ends with 5 if a
# limit is exceeded, with 6 if it is not shown to be met.
# Settings come from the environment, then from lines NAME=value of audit.conf:
#   LABEL=label   the class      SPLIT=--id name --member .7 --nonmember .3 ...
#   LEARNER=forest               SET=trees=200 min_leaf=5, of the learner
#   SHADOWS=128   how many       SHADOW=--design coin ...
#   LIRA=         --variant ...  MAX_AUC=.6   MAX_TPR_AT=.001=.01   the limits
#   SEED=1   THREADS=the cores   OUT=audit   CONFIG=audit.conf
set -euo pipefail
case ${1--h} in -*) exec sed -n '2,/^set/s/^# //p' "$0" ;; esac

if [ -n "${CONFIG-}" ] || [ -f audit.conf ]; then
	while IFS='=' read -r name value; do
		[[ ! $name =~ ^[A-Z_]+$ || -v $name ]] || declare "$name=$value"
	done <"${CONFIG:-audit.conf}"
fi
read -ra split <<<"${SPLIT-}"; read -ra hyper <<<"${SET-}"
read -ra shadow <<<"${SHADOW-}"; read -ra lira <<<"${LIRA-}"
limit=(${MAX_AUC:+--max-auc "$MAX_AUC"} ${MAX_TPR_AT:+--max-tpr-at "$MAX_TPR_AT"})
seed=(--seed "${SEED:=1}") threads=(--threads "${THREADS:=$(nproc)}") met=0
rows=("$(realpath "$1")")
[ $# -lt 2 ] || rows=(--member "${rows[0]}" --nonmember "$(realpath "$2")")
mkdir -p "${OUT:=audit}" && cd "$OUT"
rm -f report.* roc.svg # an old report must not outlive a failure

split-data --label "${LABEL:=label}" "${split[@]}" "${seed[@]}" "${rows[@]}" -o data.csv
train-target --learner "${LEARNER:=forest}" "${hyper[@]/#/--set=}" "${seed[@]}" \
	-m target.model -o target-metrics.csv data.csv
query-model -m target.model -o target.csv data.csv
train-shadow --like target.model -n "${SHADOWS:=128}" "${shadow[@]}" "${seed[@]}" \
	"${threads[@]}" data.csv | score-losses -z -o shadow-signals.csv.zst
score-losses -o target-signals.csv target.csv
fit-lira "${lira[@]}" -o scores.csv target-signals.csv shadow-signals.csv.zst
mia-eval "${limit[@]}" --roc roc.csv -o metrics.csv scores.csv || met=$?
[[ $met =~ ^[056]$ ]] || exit "$met"
plot-roc -o roc.svg roc.csv
report-md --plot roc.svg --html report.html -o report.md \
	data.csv target-metrics.csv scores.csv metrics.csv roc.csv
exit "$met" # the gate
