#!/bin/bash
# usage: audit-rmia.sh DATA.csv              is cut into three parts
#        audit-rmia.sh TRAIN.csv TEST.csv    members, and non-members
# Trains a model on the members, attacks it with a few shadow models (RMIA
# with a tuned on a shadow, BASE and calibrated loss) and leaves the streams,
# roc.svg, report.md and report.html in the folder OUT.  Of one file a part is
# the population; two files have none, and so no ranks, only log ratios.
# Ends with 5 if a limit is exceeded, with 6 if it is not shown to be met.
# Settings are taken from the environment, else from lines NAME=value of the
# file audit.conf:
#   LABEL=label  LEARNER=forest  SHADOWS=4  SEED=1  THREADS=2  OUT=audit
#   SET=trees=200 max_depth=9   FLOOR=.005, of probabilities (the learner's)
#   SPLIT=--member .4 --nonmember .4 --population .2   SHADOW=--design coin
#   RMIA=-m both -a .3 --gamma 2   MAX_AUC=.6   MAX_TPR_AT=.001=.01
set -euo pipefail
case ${1--h} in -*) exec sed -n '2,/^set/s/^# //p' "$0" ;; esac
if [ -n "${CONFIG-}" ] || [ -f audit.conf ]; then
	while IFS='=' read -r name value; do
		[[ ! $name =~ ^[A-Z_]+$ || -v $name ]] || declare "$name=$value"
	done <"${CONFIG:-audit.conf}"
fi
[ $# -gt 1 ] || : "${SPLIT:=--member .4 --nonmember .4 --population .2}"
read -ra split <<<"${SPLIT-}"; read -ra hyper <<<"${SET-}"
read -ra shadow <<<"${SHADOW-} ${THREADS:+--threads $THREADS}"
read -ra rmia <<<"${RMIA:--m both -a tune}"
floor=(${FLOOR:+--floor "$FLOOR"}) LEARNER=${LEARNER:-forest}
limit=(${MAX_AUC:+--max-auc "$MAX_AUC"} ${MAX_TPR_AT:+--max-tpr-at "$MAX_TPR_AT"})
rows=("$(realpath "$1")") seed=(--seed "${SEED:=1}") met=0
[ $# -lt 2 ] || rows=(--member "${rows[0]}" --nonmember "$(realpath "$2")")
mkdir -p "${OUT:=audit}" && cd "$OUT"
rm -f roc.svg report.md report.html # an old report must not outlive a failure

split-data --label "${LABEL:=label}" "${seed[@]}" "${split[@]}" "${rows[@]}" -o data.csv
train-target --learner "$LEARNER" "${hyper[@]/#/--set=}" "${seed[@]}" \
	-m target.model -o target-metrics.csv data.csv
query-model -m target.model -o target.csv data.csv
train-shadow --like target.model -n "${SHADOWS:=4}" "${seed[@]}" "${shadow[@]}" data.csv |
	score-losses "${floor[@]}" -z -o shadow-signals.csv.zst
score-losses "${floor[@]}" -o target-signals.csv target.csv
fit-rmia "${rmia[@]}" --base --calibrated -o scores.csv target-signals.csv shadow-signals.csv.zst
mia-eval "${limit[@]}" --roc roc.csv -o metrics.csv scores.csv || met=$?
[[ $met =~ ^[056]$ ]] || exit "$met"
plot-roc -o roc.svg roc.csv
report-md --plot roc.svg --html report.html -o report.md \
	data.csv target-metrics.csv scores.csv metrics.csv roc.csv
exit "$met" # the gate
