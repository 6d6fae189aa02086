#!/bin/sh
# pipelines/audit-defences.sh on a small set.
. "$(dirname "$0")/../tap.sh"

audit() {
	bash "$TOP/pipelines/audit-defences.sh" "$@"
}
head -n 201 "$TOP/pipelines/data/credit-g.csv" >small.csv
export LABEL=class SET=trees=5 SHADOWS=8 THREADS=1

ok "an audit" audit small.csv
is "LiRA behind each defence, and the class alone" "$(sed '/^#/d' \
	defences/metrics.csv | grep ',auc,' | cut -d, -f2 |
	sed 's/_lira.*//' | tr '\n' ' ')" \
	"plain round2 top1 temperature10 correct "
ok "the curves" test -s defences/roc.svg
is "the shadows are masked too" "$(zstd -dcq defences/top-shadow.csv.zst |
	grep -c '^#@ mask-predictions .*--top-k=1')" 1
# Only the largest class and its name: LiRA sees correctness, and no more.
is "behind the largest class there is little to see" "$(zstd -dcq \
	defences/top-target.csv.zst | sed '/^#/d' | sed 1d | cut -d, -f7 |
	sort -u | wc -l | awk '{print ($1 <= 3)}')" 1
is "what LiRA finds without defence is what it finds by itself" "$(cd defences &&
	query-model -m target.model data.csv | score-losses >t.csv &&
	train-shadow --like target.model -n 8 -t 1 data.csv | score-losses \
		>s.csv && fit-lira t.csv s.csv | mia-eval | grep ',auc,' |
	cut -d, -f6)" "$(grep 'plain_.*,auc,' defences/metrics.csv | cut -d, -f6)"
is "help" "$(audit -h | head -n 1 | cut -c1-33)" \
	"usage: audit-defences.sh DATA.csv"
LABEL=none audit small.csv >out 2>&1
is "a wrong label: the tool's own status" "$?" 3
is "old figures are gone" "$(ls defences/metrics.csv 2>/dev/null)" ""
done_testing
