#!/bin/sh
# train-target: the model file, the figures, the encoding's options, and what
# it refuses.
. "$(dirname "$0")/../tap.sh"

# 300 records of two classes that overlap; numbers, text, gaps, a code.
awk 'BEGIN {
	split("member nonmember aux population background", part, " ")
	print "id,part,label,x,y,town,code"
	for (i = 0; i < 300; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; u = s / 2147483648
		s = (s * 1103515245 + 12345) % 2147483648; v = s / 2147483648
		k = i % 12
		p = k < 4 ? 1 : k < 8 ? 2 : k < 10 ? 3 : k < 11 ? 4 : 5
		printf "r%d,%s,%s,%.3f,%s,%s,%d\n", i, part[p],
			(u + v / 2 > .75 ? "yes" : "no"), u,
			(i % 11 ? v : ""), (i % 3 ? "Ulm" : "Jena"), i % 4
	}
}' >data.csv

value() { # FILE METRIC: value,lo,hi,level,method,n1,n0,note
	awk -F , -v m="$2" '$4 == m {print $6 "," $7 "," $8 "," $9 "," $10 \
		"," $11 "," $12 "," $17}' "$1"
}

train-target --no-meta -l logistic -m t.model data.csv >m.csv
is "header" "$(head -n 1 m.csv)" \
	"target,attack,group,metric,at,value,lo,hi,level,method,n1,n0,fpr,threshold,delta,relation,note"
is "rows" "$(cut -d , -f 1-4 m.csv | tail -n +2 | tr '\n' ' ')" \
	"target,,,accuracy_member target,,,accuracy_nonmember target,,,accuracy_gap target,,,trained_rows target,,,features target,,,classes target,,,parameters target,,,iterations "
is "trained on member and background" "$(value m.csv trained_rows)" \
	125,,,,,,,
# x, y and whether y is missing, two towns, code
is "features" "$(value m.csv features)" 6,,,,,,,
is "parameters: one column and the intercept" "$(value m.csv parameters)" \
	7,,,,,,,

# The accuracies are those of the model's own predictions.
query-model --no-meta -m t.model data.csv >p.csv
is "accuracy" "$(awk -F , 'NR > 1 && $4 != "population" {
		n[$4]++; right[$4] += ($7 > $6 ? "yes" : "no") == $5 }
	END { printf "%.9g %d %.9g %d", right["member"] / n["member"],
		n["member"], right["nonmember"] / n["nonmember"],
		n["nonmember"] }' p.csv)" \
	"$(awk -F , '$4 == "accuracy_member" {printf "%.9g %d ", $6, $11}
		$4 == "accuracy_nonmember" {printf "%.9g %d", $6, $12}' m.csv)"
is "gap" "$(awk -F , '$4 == "accuracy_member" {a = $6; la = $7; ha = $8}
	$4 == "accuracy_nonmember" {b = $6}
	$4 == "accuracy_gap" {d = a - b - $6
		print (d * d < 1e-24 && $7 < $6 && $6 < $8 && $11 == 100 &&
			$12 == 100 && la < a && a <= ha)}' m.csv)" 1

# By hand: 8 of 10 right is (0.4439, 0.9748) by Clopper and Pearson.
awk 'BEGIN {print "part,label,x"
	for (i = 0; i < 10; i++)
		print "member," (i < 2 || i > 4 ? "a" : "b") "," (i % 10 > 4)}' \
	>ten.csv
train-target --no-meta -l tree -m ten.model ten.csv >ten-m.csv
is "Clopper and Pearson" "$(awk -F , '$4 == "accuracy_member" {
	printf "%s %.4f %.4f %s %s", $6, $7, $8, $9, $10}' ten-m.csv)" \
	"0.8 0.4439 0.9748 0.95 clopper-pearson"
is "no gap without non-members" "$(grep -c -e gap -e nonmember ten-m.csv)" 0

# Learners and their settings.
train-target -m f.model --set trees=7 data.csv >f.csv
is "a forest by default" \
	"$(grep -o -e '--learner=[a-z]*' -e '--set=trees=[0-9]*' f.csv |
		tr '\n' ' ')" "--learner=forest --set=trees=7 "
is "leaves are counted" "$(awk -F , '$4 == "leaves" {print ($6 > 50)}' \
	f.csv)" 1
train-target -m g.model --set trees=7 data.csv >g.csv
ok "the same seed, the same model" cmp f.model g.model
ok "and the same figures" cmp f.csv g.csv
train-target -m g.model -s 2 --set trees=7 data.csv >g.csv
is "another seed, another model" "$(cmp -s f.model g.model; echo $?)" 1
{ head -n 1 data.csv; tail -n +2 data.csv | sort -t , -k 4; } >other.csv
train-target -m g.model --no-meta --set trees=7 other.csv >g.csv
ok "row order does not matter" cmp f.model g.model
train-target -l mlp -m m.model --set layers=8 data.csv >net.csv
train-target -l mlp -m n.model --set layers=8 other.csv >net.csv
ok "nor to a network" cmp m.model n.model

# The page names every setting with its default.
for l in forest tree logistic mlp; do
	train-target -l "$l" -m g.model data.csv | sed -n 's/ --set=/\n/gp' |
		grep '=' | grep -v '^#' | tr '=' ' ' | while read -r name value; do
		grep "^\.It Cm $name Ta" "$TOP/man/train-target.1" |
			grep -q "Ta .*\b$value\b" || echo "$l $name $value"
	done
done >absent
is "settings and defaults are in the page" "$(cat absent)" ""

# The encoding.
train-target --no-meta -l logistic --category code -m c.model data.csv >c.csv
is "--category" "$(value c.csv features)" 9,,,,,,,
train-target --no-meta -l logistic --not-feature town --not-feature y \
	-m c.model data.csv >c.csv
is "--not-feature" "$(value c.csv features)" 2,,,,,,,
sed 's/,,/,?,/' data.csv >marked.csv
train-target --no-meta -l logistic --missing '?' -m c.model marked.csv >c.csv
ok "--missing" cmp c.csv m.csv
query-model --no-meta -m c.model marked.csv >q.csv
ok "the model remembers the text" cmp q.csv p.csv
must_fail 3 "a text among numbers" \
	"^train-target: marked.csv:3: column 'y' holds the number .* among texts such as '?'; use --missing .* --category 'y'" \
	train-target -l logistic -m no.model marked.csv
awk -F , -v OFS=, 'NR == 813 {$4 = "n/a"} {print}' <<END >big.csv
$(awk 'BEGIN {print "id,part,label,age"
	for (i = 0; i < 1000; i++)
		print i "," (i % 2 ? "member" : "nonmember") "," \
			(i % 3 > 1) "," i % 90}')
END
must_fail 3 "numbers except for row 812" \
	"^train-target: big.csv:813: column 'age' holds 'n/a' among numbers; mend the cell, or use --missing 'n/a' .* --category 'age'" \
	train-target -m no.model big.csv
must_fail 3 "missing values refused" \
	"column 'y' has 28 missing values; .* --missing-values impute" \
	train-target --missing-values refuse -m no.model data.csv
train-target -l logistic --fit-part member,aux -m part.model data.csv >part.csv
is "--fit-part is marked" "$(value part.csv accuracy_member |
	sed 's/.*,//')$(grep -o -e '--fit-part=[a-z,]*' part.csv)" \
	"encoding-on-parts--fit-part=member,aux"
is "and changes the encoding" "$(cmp -s part.model t.model; echo $?)" 1

# What it refuses.
must_fail 2 "no model file" "needed" train-target data.csv
must_fail 2 "the model on standard output" "name a file" \
	train-target -m - data.csv
must_fail 2 "an unknown learner" "no learner 'forrest'; did you mean 'forest'" \
	train-target -l forrest -m no.model data.csv
must_fail 2 "an unknown setting" \
	"'forest' has no setting 'tree'; did you mean 'trees'" \
	train-target --set tree=5 -m no.model data.csv
must_fail 2 "a bad value" "'0' is no value of 'trees'" \
	train-target --set trees=0 -m no.model data.csv
must_fail 2 "an unknown part" "fit-part" \
	train-target --fit-part test -m no.model data.csv
must_fail 3 "nobody to train on" "no record is of part member or background" \
	sh -c 'sed -e s/,member,/,aux,/ -e s/background/aux/ data.csv |
		train-target -m no.model'
must_fail 3 "one class" "every row is of one class" \
	sh -c 'sed s/,yes,/,no,/ data.csv | train-target -m no.model'
must_fail 3 "no convergence" "did not converge: .* raise max_iter or tol" \
	train-target -l logistic --set max_iter=2 -m no.model data.csv
must_fail 2 "layers that are none" "'8,x' is no value of 'layers'" \
	train-target -l mlp --set layers=8,x -m no.model data.csv
must_fail 2 "a setting that another makes void" \
	"'momentum' changes nothing here; set optimizer=sgd too" \
	train-target -l mlp --set momentum=.5 -m no.model data.csv
must_fail 3 "a network that overflows" "overflow; lower learning_rate" \
	train-target -l mlp --set optimizer=sgd --set learning_rate=1000 \
	--set weight_decay=1 -m no.model data.csv
must_fail 3 "raw CSV" "no column 'part'.*split-data" \
	sh -c 'cut -d , -f 1,3- data.csv | train-target -m no.model'
must_fail 4 "a model that cannot be written" "no-such-folder" \
	train-target -l tree -m no-such-folder/t.model data.csv
must_fail 4 "a folder as data" "" train-target -l tree -m no.model .
is "no model was left behind" "$(find . -name "no*" | wc -l)" 0

# A class that nobody in training has.
sed 's/^\(r1[0-9]*,nonmember,\)[a-z]*/\1maybe/' data.csv >three.csv
train-target -l tree --no-meta -m three.model three.csv >three-m.csv 2>err
is "an absent class is said" "$(cat err)" \
	"train-target: 1 of 3 classes have no record to train on; the model never predicts them"
is "and has no share" "$(query-model --no-meta -m three.model three.csv |
	cut -d , -f 6 | sort -u | tr '\n' ' ')" "0 p_maybe "

done_testing
