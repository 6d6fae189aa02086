#!/bin/sh
# The commands that README.md shows do what it says.
. "$(dirname "$0")/../tap.sh"

# The indented block of README.md that begins with this text.
block() {
	awk -v first="$1" '
		index($0, "    " first) == 1 { on = 1 }
		on && !/^    / { exit }
		on { print substr($0, 5) }' "$TOP/README.md"
}

cp "$TOP/pipelines/data/credit-g.csv" .
block "split-data" | sed 's/-n 128/-n 8/' >pipeline
is "the pipeline has five lines" "$(wc -l <pipeline)" 5
bash -e -o pipefail pipeline >metrics.csv 2>err
is "it ends in the gate: the limit is exceeded" "$?$(cat err)" 5

query-model -m target.model --no-meta data.csv | sed '1s/label/class/' >all
for side in member nonmember; do
	awk -F, -v side=$side 'NR == 1 || $4 == side' all | cut -d, -f1,5- \
		>$side.csv
done
mv member.csv train_preds.csv
mv nonmember.csv test_preds.csv
is "predictions as others have them" "$(head -n 1 train_preds.csv)" \
	"id,class,p_bad,p_good"
block "score-losses" | grep -v '^fit-lira' >only
is "four commands" "$(wc -l <only)" 4
bash -e only 2>err
is "predictions only, from two files to a report" "$?" 0
ok "the report is there" grep -q '^## Verdict: none' report.md
# A memorised model is not called clean: the two files are not mixed up.
is "all training records are right, not all others" \
	"$(awk -F, '$4 == "accuracy_member" {m = $6}
		$4 == "accuracy_nonmember" {n = $6}
		END {print m, n < .9}' metrics.csv)" "1 1"
done_testing
