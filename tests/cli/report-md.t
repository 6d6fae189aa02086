#!/bin/sh
# report-md: what is told, what is refused.
# shellcheck disable=SC2016 # backquotes are Markdown here
. "$(dirname "$0")/../tap.sh"

head=target,attack,group,metric,at,value,lo,hi,level,method,n1,n0,fpr
head=$head,threshold,delta,relation,note

# metrics AUC LO HI RESULT: one attack under the limit .6
metrics() {
	cat <<-EOF
	$head
	target,,,accuracy_member,,0.99,0.97,0.999,0.95,clopper-pearson,300,,,,,,
	target,,,accuracy_nonmember,,0.8,0.74,0.85,0.95,clopper-pearson,,200,,,,,
	target,,,accuracy_gap,,0.19,0.13,0.25,0.95,mover-cp,300,200,,,,,
	target,lira,,auc,,$1,$2,$3,0.95,beta-delong,300,200,,,,,
	target,lira,,members,,300,,,,,300,200,,,,,
	target,lira,,nonmembers,,200,,,,,300,200,,,,,
	target,lira,,resolution,,0.005,,,,,300,200,,,,,
	target,lira,,tpr_at_threshold,0.01,0.29,0.24,0.35,0.95,clopper-pearson,300,200,0.005,2.5,,,
	target,lira,,fpr_at_threshold,0.01,0.005,0.0001,0.028,0.95,clopper-pearson,300,200,0.005,2.5,,,
	target,lira,,tpr_at_fpr,0.01,0.29,0.2,0.4,0.95,order-statistics,300,200,0.005,2.5,,,
	target,lira,,tpr_at_threshold,0.001,0.1,0.07,0.14,0.95,clopper-pearson,300,200,0,3,,,below-resolution
	target,lira,,tpr_at_fpr,0.001,0.1,0,0.3,0.95,order-statistics,300,200,0,3,,,below-resolution
	target,lira,,tpr_at_threshold,0,0.1,0.07,0.14,0.95,clopper-pearson,300,200,0,3,,,below-resolution
	target,lira,,fpr_at_threshold,0,0,0,0.0149,0.95,clopper-pearson,300,200,0,3,,,below-resolution
	target,lira,,advantage,,0.2,0.1,0.3,0.95,mover-cp,300,200,0.3,1,,,optimistic
	target,lira,,limit_auc,,0.6,$2,$3,0.95,,300,200,,,,,$4
	EOF
}

heading() {
	sed -n 's/^## Verdict: //p'
}

# The verdict.
metrics 0.5 0.45 0.55 met >met.csv
metrics 0.58 0.53 0.63 not-shown >open.csv
metrics 0.7 0.65 0.75 exceeded >over.csv
grep -v limit_ met.csv >none.csv
is "met" "$(report-md met.csv | heading)" "limit met"
is "not shown" "$(report-md open.csv | heading)" "not shown"
is "exceeded" "$(report-md over.csv | heading)" "limit exceeded"
is "no limit" "$(report-md none.csv | heading)" \
	"none, because no limit was given"
ok "too little evidence is not a pass" sh -c \
	"report-md open.csv | grep -q 'Too little evidence is not a pass'"
ok "written is 0, whatever the verdict" report-md -o over.md over.csv
ok "exceeded outweighs met, in either order" sh -c '
	report-md met.csv over.csv | grep -q "Verdict: limit exceeded" &&
	report-md over.csv met.csv | grep -q "Verdict: limit exceeded"'
sed s/0.5,0.45,0.55/0.3,0.25,0.35/ met.csv >below.csv
ok "an AUC below .5 is explained" sh -c \
	"report-md below.csv | grep -q 'sign error'"
attack() {
	report-md "$@" | sed -n 's/^- \*\*\(At FPR\|With no\)/\1/p'
}
is "every rate is told in words" "$(attack met.csv)" \
"At FPR 1 %: TPR 29.0 %** (95 % interval 24.0 to 35.0 %). At the threshold \
that wrongly names at most 1 in 100 of these other records (1 of 200; of all \
records like them it may be 0.010 to 2.8 %) the attack names 87 of 300 \
training records. Were 1 in 100 of *all* other records named wrongly, the \
attack would name 20.0 to 40.0 % of the training records; a guess would name \
1 %.
At FPR 0.1 %: not resolved** (200 other records tell no rate below 1 in 200 \
from none). Were 1 in 1,000 of *all* other records \
named wrongly, the attack would name at most 30.0 % of the training records \
(how few, this sample does not show); a guess would name 0.1 %.
With no false alarm: TPR 10.0 %** (95 % interval 7.0 to 14.0 %). At the \
threshold that wrongly names none of these other records (0 of 200; of all \
records like them it may be up to 1.5 %) the attack names 30 of 300 training \
records."
ok "and what is optimistic" sh -c \
	"report-md met.csv | grep -q 'Optimistic:'"
exposed() {
	report-md "$@" | sed -n '/^## Exposed/,/^## /s/^| `/| `/p' | tr -s ' '
}
is "exposed records are counted, each threshold once" "$(exposed met.csv)" \
	'| `lira` | 1 in 100 | 1 of 200 | 87 of 300 | 3.0 |
| `lira` | none | 0 of 200 | 30 of 300 | 0.0 |'
report-md met.csv >want
report-md <met.csv | sed 's/\\<stdin\\>/met.csv/; s/`<stdin>`/`met.csv`/' >got
ok "standard input" cmp -s got want

# Scores and ids.
cat >scores.csv <<EOF
id,model,member,label,score_lira
a,target,1,x,9
b,target,1,x,2.5
c,target,1,x,2.4
d,target,0,x,9
"e|<i>
",target,1,y,inf
f,other,1,y,9
EOF
{
	echo $head
	echo target,lira,,tpr_at_threshold,0.01,0.75,,,,,4,1,0,2.5,,,
	echo target,lira,,tpr_at_threshold,0,0,,,,,4,1,0,inf,,,
} >few.csv
is "no ids unless asked" "$(report-md few.csv scores.csv | grep -c '^Named')" 0
is "ids, the surest first" \
	"$(report-md --ids 2 few.csv scores.csv | grep '^Named')" \
	'Named by `lira` with at most 1 in 100 wrong (the surest 2 of 3): e\|\<i\>␤, `a`.'
sed 's/score_lira/part,lira/; s/,\([xy]\),/,\1,member,/' scores.csv |
	sed 's/^c.*/&\
z,target,1,x,aux,9/' >parted.csv
is "a column without score_, rows of other parts" \
	"$(report-md --ids 2 parted.csv few.csv | grep -c 'surest 2 of 3')" 1
must_fail 3 "ids without scores" "holds the scores" report-md --ids 2 few.csv
grep -v ^b scores.csv >less.csv
must_fail 3 "scores that the metrics do not judge" \
	"names 2 members of the scores given and 3 in the metrics" \
	report-md --ids 2 few.csv less.csv
must_fail 3 "ids from a pipe" "give files" \
	sh -c 'report-md --ids 2 <few.csv'

# JSON: the same facts.
if command -v jq >/dev/null; then
	json() {
		filter=$1
		shift
		report-md --json "$@" | jq -c "$filter"
	}
	is "json: verdict" "$(json .verdict.result over.csv)" '"exceeded"'
	is "json: figures" "$(json '[.metrics[] | .metric] | unique' met.csv)" \
		"$(printf '%s' '["accuracy_gap","accuracy_member",' \
		'"accuracy_nonmember","advantage","auc","fpr_at_threshold",' \
		'"members","nonmembers","resolution","tpr_at_fpr",' \
		'"tpr_at_threshold"]')"
	is "json: exposed" \
		"$(json '.exposed[0] | [.members_named, .others_named]' met.csv)" \
		"[87,1]"
	is "json: ids are as they were" \
		"$(json .exposed[0].ids --ids 9 few.csv scores.csv)" \
		'["e|<i>\n","a","b"]'
	is "json: provenance" "$(json .provenance.result met.csv)" '"broken"'
else
	skip "json" "no jq"
fi

# A name is only a name.
nasty='a|b <script>alert(1)</script> [x](http://e.org) `q` *z* &amp; "'
sed "s#,lira,#,\"$(printf '%s' "$nasty" | sed 's/"/""/g; s/&/\\&/g')\",#" \
	met.csv >nasty.csv
ok "in Markdown" sh -c 'report-md nasty.csv | grep -q "a\\\\|b \\\\<script"'
report-md -o nasty.md --html nasty.html nasty.csv
is "in HTML" "$(grep -c '<script' nasty.html)" 0
is "no link came of it" "$(grep -c 'href="http' nasty.html)" 0
ok "the text is there" grep -q 'a|b &#60;script&#62;alert' nasty.html

# Data.
cat >data.csv <<EOF
id,part,label,x
0,member,yes,1
1,member,no,2
2,member,yes,3
3,nonmember,no,4
4,odd,,5
EOF
is "parts, roles, rows, classes" \
	"$(report-md data.csv met.csv | sed -n '/^| Part/,/^$/p' | tr -s ' -')" \
	'| Part | Role | Rows | yes | no | |
|-|-|-:|-:|-:|-:|
| `member` | trained the model; audited | 3 | 2 | 1 | 0 |
| `nonmember` | never seen by the model; audited | 1 | 0 | 1 | 0 |
| `odd` | not known to miatools | 1 | 0 | 0 | 1 |'

# Plots.
mkdir -p out/plots
cat >roc.csv <<EOF
target,attack,group,fpr,tpr,lo,hi,threshold
target,lira,,0,0.1,0.07,0.14,3
target,lira,,0.01,0.2,0.15,0.26,2
target,lira,,1,1,0.98,1,0
EOF
plot-roc -o out/plots/roc.svg roc.csv
plot-roc -o out/roc.png roc.csv
report-md -o out/report.md --html out/report.html --plot out/plots/roc.svg \
	--plot out/roc.png met.csv
is "plots are linked from where the report is" \
	"$(grep '^!\[' out/report.md)" \
	"![ROC curves](plots/roc.svg)
![ROC curves](roc.png)"
report-md -o out/plots/report.md --plot out/roc.png met.csv
is "and upwards" "$(grep '^!\[' out/plots/report.md)" \
	"![ROC curves](../roc.png)"
is "the SVG stands inline, the PNG as data" \
	"$(grep -c '<svg' out/report.html) $(grep -c 'src="data:image/png' \
	out/report.html)" "1 1"
is "the HTML loads nothing" \
	"$(grep -o '\(src\|href\)="[^"#d][^"]*' out/report.html)" ""
report-md --html two.html --plot out/plots/roc.svg --plot out/plots/roc.svg \
	met.csv >/dev/null
is "two plots share no ids" \
	"$(grep -o "id=['\"][^'\"]*" two.html | sort | uniq -d)" ""
sed 's/<\/svg>/<script>alert(1)<\/script><\/svg>/' out/plots/roc.svg >bad.svg
must_fail 3 "an SVG with a script" "'bad.svg' runs or loads" \
	report-md --html b.html --plot bad.svg met.csv
sed 's/<svg/<svg onload="alert(1)"/' out/plots/roc.svg >bad.svg
must_fail 3 "an SVG with a handler" "'bad.svg' runs or loads" \
	report-md --html b.html --plot bad.svg met.csv
echo text >bad.svg
must_fail 3 "not a picture" "neither SVG nor PNG" \
	report-md --html b.html --plot bad.svg met.csv
must_fail 4 "no such plot" "nothere.svg" report-md --plot nothere.svg met.csv
ok "nothing is left behind" test ! -e b.html

# The chain of provenance, of a real audit.
. "$TOP/tests/fixtures.sh"
mkdir audit
cd audit || exit 4
fixtures 2>/dev/null
provenance() {
	report-md "$@" |
		sed -n '/^## Provenance/,/^## What/s/^\(- \|\*\*\)/\1/p'
}
is "whole" "$(provenance ./*.csv | sed 's/\*\* .*//')" "**Whole."
is "whole, of the ends alone" \
	"$(provenance metrics.csv roc.csv | sed 's/\*\* .*//')" "**Whole."
is "each stream of the chain is told" \
	"$(report-md metrics.csv scores.csv |
	sed -n '/^| Stream/,/^$/s/^| \([a-z ()]*\) | .* | \(.*\) |$/\1: \2/p' |
	sed 's/  *:/:/; s/  *$//')" \
	'csv (raw records): not given
data: not given
predictions: not given
predictions: not given
signals: not given
signals: not given
scores: `scores.csv`
metrics: `metrics.csv`'
report-md data.csv target-metrics.csv scores.csv metrics.csv roc.csv >one.md
report-md roc.csv metrics.csv scores.csv data.csv target-metrics.csv >two.md
is "the order of the files changes no verdict, no figure" \
	"$(sort one.md | grep -v accuracy)" "$(sort two.md | grep -v accuracy)"
grep -v '^#' scores.csv >bare.csv
is "a head that was lost" "$(provenance metrics.csv bare.csv)" \
	"**Broken.**
- bare.csv has no head, so what made it is not recorded; its rows are those \
that metrics.csv was made from."
mia-eval bare.csv >late.csv
is "a head that was lost on the way" "$(provenance late.csv)" \
	"**Broken.**
- late.csv rests on a CSV of 1000 rows without a head, read by mia-eval; what \
made those rows is not recorded."
split-data --label class --seed 2 credit-g.csv >other.csv
is "other data" "$(provenance other.csv target-metrics.csv | tail -n 1)" \
	"- target-metrics.csv was made from other data than the data given."
sed 's/^\(target,lira[^,]*,,auc,,\)[^,]*/\10.5/' metrics.csv >edited.csv
must_fail 3 "an edited stream" "edited" report-md edited.csv
sed '$d' metrics.csv >cut.csv
must_fail 3 "a stream cut short" "cut" report-md cut.csv
mia-eval --lower loss --roc lower.roc target-signals.csv >lower.csv
ok "ids of an attack for which low means member" \
	report-md --ids 5 lower.csv target-signals.csv
ok "the accuracy of both counts is told" \
	sh -c 'report-md target-metrics.csv metrics.csv |
	grep -q "| train-target *|"'
cd .. || exit 4

# Refusals.
must_fail 4 "no such file" "nothere" report-md nothere.csv
{ echo '#mia 1 weather'; cat met.csv; echo '#end 13 -'; } >weather.csv
must_fail 3 "a kind that is none of ours" "kind 'weather'" \
	report-md weather.csv
must_fail 2 "ids that are no number" "not a whole number" report-md --ids x
sed 's/0.29,0.24/0.29,high/' met.csv >word.csv
must_fail 3 "a word for a number" "word.csv:9: 'lo' holds 'high'" \
	report-md word.csv
sed 's/,met$/,maybe/' met.csv >maybe.csv
must_fail 3 "a limit without a result" "has the note 'maybe'" \
	report-md maybe.csv
report=$(command -v report-md)
must_fail 4 "no lowdown" "apt-get install lowdown" \
	env PATH=/nowhere "$report" --html x.html -o x.md met.csv
ok "then neither is written" test ! -e x.md -a ! -e x.html
must_fail 4 "a folder that is not there" "no/x.md" \
	report-md -o no/x.md met.csv
if [ -e /dev/full ]; then
	must_fail 4 "a full disk" "No space" sh -c \
		'report-md met.csv >/dev/full'
fi
done_testing
