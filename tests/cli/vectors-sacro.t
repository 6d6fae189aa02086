#!/bin/sh
# What mia-eval makes of SACRO-ML's scores, beside what SACRO-ML makes of them
# (../shared/vectors/sacro; its own figures are rounded to eight digits).
. "$(dirname "$0")/../tap.sh"

if [ -z "$SHARED" ]; then
	skip "SACRO-ML's figures" "../shared/vectors is not there"
	done_testing
	exit
fi
V=$SHARED/vectors/sacro

# figures ATTACK: AUC, members, non-members, TPR where no non-member is above
figures() {
	awk -F, -v a="$1" '$2 == a && $4 == "auc" {auc = sprintf("%.8f", $6)}
		$2 == a && $4 == "tpr_at_threshold" && $5 == 0 {
			tpr = sprintf("%.12f", $6)
			n = $11 " " $12
		}
		END {print auc, n, tpr}' metrics
}

# theirs FILE PATH: the same from FILE, whose metrics are at PATH.metrics or
# PATH.expected; each of their rates is below the first step (newer rule).
theirs() {
	jq -r "$2"' | (.metrics // .expected) as $m |
		[.extra.tpr_at_first_threshold_inf[]] as $t |
		[$m.AUC, $m.n_pos_test_examples, $m.n_neg_test_examples,
			$t[0], ($t | unique | length)] | @tsv' "$1" |
		awk '{printf "%.8f %d %d %.12f%s\n", $1, $2, $3, $4,
			$5 == 1 ? "" : " and others"}'
}

for name in gauss200 null50_logits readme6 ties500_shuffled; do
	awk -F, -v OFS=, 'NR == 1 {print "id,model,member,label,score_s1"; next}
		{print NR, "t", $1, "", $3}' "$V/metrics/$name.csv" >scores.csv
	mia-eval --no-meta --roc roc -o metrics scores.csv 2>warnings
	is "$name.csv: AUC, counts, TPR at no false positive" "$(figures s1)" \
		"$(theirs "$V/metrics/$name.json" .)"
	# Each point of extra.roc (fpr, tpr, roc_thresh) is on our curve; where
	# it is one of our points, its threshold is the same.
	jq -r '.extra.roc | [.fpr, .tpr, .roc_thresh] | transpose[] | @tsv' \
		"$V/metrics/$name.json" >points
	is "$name.json: the curve" "$(grep -v '^#' roc |
		awk -F, 'function same(a, b) {return (a - b) ^ 2 < 1e-24}
		FILENAME == "-" {
			if ($1 != "target") {
				x[++n] = $4; y[n] = $5; t[n] = $8
			}
			next
		}
		{
			split($0, p, "\t")
			on = 0
			for (i = 1; i <= n; i++) {
				if (same(p[1], x[i]) && same(p[2], y[i]))
					on = FNR == 1 || same(p[3], t[i]) ? 1 : -1
				else if (i > 1 && p[1] >= x[i - 1] &&
				    p[1] <= x[i] && p[2] >= y[i - 1] &&
				    p[2] <= y[i] && on == 0)
					on = same((p[1] - x[i - 1]) * (y[i] - y[i - 1]),
						(p[2] - y[i - 1]) * (x[i] - x[i - 1]))
			}
			if (on != 1)
				print "off the curve:", $0
		}' - points)" ""
done

# Its scores of one LiRA run, six ways.
run=$V/lira/synth_logreg
paste -d, "$run/data.csv" "$run/scores.csv" | awk -F, -v OFS=, '
	NR == 1 {
		printf "id,model,member,label"
		for (i = 1; i <= NF; i++)
			if ($i ~ /^o/) {
				column[++n] = i
				printf ",score_%s", $i
			}
		print ""
		next
	}
	{
		printf "%d,t,%s,%s", NR, $1, $2
		for (k = 1; k <= n; k++)
			printf ",%s", $column[k]
		print ""
	}' >scores.csv
is "expected.json: n_train, n_test" \
	"$(awk -F, '$3 == 1 {a++} $3 == 0 {b++} END {print a, b}' scores.csv)" \
	"$(jq -r '"\(.n_train) \(.n_test)"' "$run/expected.json")"
mia-eval --no-meta -o metrics scores.csv 2>warnings
for mode in offline offline-carlini online-carlini; do
	for m in "$mode" "${mode}_fixvar"; do
		is "expected.json: $m" "$(figures "$m")" \
			"$(theirs "$run/expected.json" ".modes[\"$m\"]")"
	done
done
done_testing
