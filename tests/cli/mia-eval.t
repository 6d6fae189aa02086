#!/bin/sh
# mia-eval: figures, verdicts, what is refused.
. "$(dirname "$0")/../tap.sh"

# cells METRIC COLUMNS [AT] <metrics: these columns of the rows of a metric
cells() {
	awk -F, -v metric="$1" -v columns="$2" -v at="${3-}" '
	/^#/ { next }
	!n { n = split(columns, want, " ")
	     for (i = 1; i <= NF; i++) col[$i] = i
	     next }
	$col["metric"] == metric && (at == "" || $col["at"] == at) {
		line = ""
		for (i = 1; i <= n; i++)
			line = line (i > 1 ? " " : "") $col[want[i]]
		print line
	}'
}

# --- a case worked by hand ---------------------------------------------------

cat >hand.csv <<'X'
id,member,score_a
m1,1,3
m2,1,2
m3,1,2
n1,0,2
n2,0,1
n3,0,1
n4,0,0
X
mia-eval --no-meta --at 0.25,0.1 hand.csv >hand.out
is "by hand: every figure, its rate, threshold and note" "$(
	awk -F, 'NR > 1 {print $4, $5, $6, $11, $12, $13, $14, $17}' hand.out
)" "members  3 3 4   
nonmembers  4 3 4   
resolution  0.25 3 4   
auc  0.9166666666666666 3 4   
tpr_at_threshold 0.25 1 3 4 0.25 2 
fpr_at_threshold 0.25 0.25 3 4 0.25 2 
tpr_at_fpr 0.25 1 3 4 0.25 2 
tpr_at_threshold 0.1 0.3333333333333333 3 4 0 3 below-resolution
fpr_at_threshold 0.1 0 3 4 0 3 below-resolution
tpr_at_fpr 0.1 0.3333333333333333 3 4 0 3 below-resolution
tpr_at_threshold 0 0.3333333333333333 3 4 0 3 below-resolution
fpr_at_threshold 0 0 3 4 0 3 below-resolution
tpr_at_fpr 0 0.3333333333333333 3 4 0 3 below-resolution
advantage  0.75 3 4 0.25 2 optimistic
balanced_accuracy  0.875 3 4 0.25 2 optimistic"
# Clopper-Pearson of 1 of 3: (1-q)^3 = .975 and the root of q's beta tail, by
# scipy 1.10; of 0 of 4, one-sided: 1 - .05^(1/4).
is "by hand: intervals" "$(
	cells tpr_at_threshold "lo hi level method" 0 <hand.out |
		awk '{printf "%.10f %.10f %s %s\n", $1, $2, $3, $4}'
	cells fpr_at_threshold "lo hi method" 0 <hand.out |
		awk '{printf "%d %.10f %s\n", $1, $2, $3}'
)" "0.0084037587 0.9057006759 0.95 clopper-pearson
0 0.5271291955 clopper-pearson"
is "the header" "$(head -n 1 hand.out)" "target,attack,group,metric,at,value,\
lo,hi,level,method,n1,n0,fpr,threshold,delta,relation,note"
mia-eval --no-meta --roc hand.roc hand.csv >/dev/null
is "the curve" "$(cut -d, -f1-5,8 hand.roc | sed '/^#/d')" \
	"target,attack,group,fpr,tpr,threshold
target,a,,0,0,inf
target,a,,0,0.3333333333333333,3
target,a,,0.25,1,2
target,a,,1,1,0"

# --- order of rows -----------------------------------------------------------

awk 'BEGIN {
	srand(5); print "id,model,member,label,score_a,score_b,correct"
	for (i = 0; i < 600; i++) {
		m = i % 3 == 0
		printf "r%d,%s,%d,%s,%.1f,%.4f,%d\n", i, i % 2 ? "t10" : "9",
			m, i % 5 ? "good" : "bad", 3 * rand() + m / 2, rand(),
			rand() < .7 + m / 5
	}
}' >rows.csv
{
	sed 1q rows.csv
	sed 1d rows.csv | sort -t, -k5,5 -k3,3
} >sorted.csv
{
	sed 1q rows.csv
	sed 1d rows.csv | sort -t, -k3,3r
} >members-first.csv
mia-eval --no-meta --by label --roc rows.roc rows.csv >rows.out
for f in sorted members-first; do
	mia-eval --no-meta --by label --roc $f.roc $f.csv >$f.out
	ok "rows $f: the same bytes" cmp rows.out $f.out
	ok "rows $f: the same curves" cmp rows.roc $f.roc
done
is "targets in order, numbers first; then slices; then attacks" "$(
	cells auc "target group attack" <rows.out
)" "9  a
9  b
9 label=bad a
9 label=bad b
9 label=good a
9 label=good b
t10  a
t10  b
t10 label=bad a
t10 label=bad b
t10 label=good a
t10 label=good b"
is "a constant score says nothing, members first or last" "$(
	for order in sort 'sort -r'; do
		awk 'BEGIN {for (i = 0; i < 40; i++) print i % 2 ",7"}' |
			$order | sed '1i member,score_a' |
			mia-eval --no-meta | cells auc "value note"
	done
)" "0.5 
0.5 "

# --- other people's figures --------------------------------------------------

ref=$TOP/tests/reference
sed '/^#/d' "$ref/metrics2k_scores.csv" >peer.csv
mia-eval --score cont --score tied --score three --by group --at 0.1,0.01,0.001 \
	--no-meta peer.csv >peer.out
sed '/^#/d' "$ref/metrics2k_figures.csv" >figures.csv
sed '/^#/d' "$ref/metrics2k_groups.csv" >groups.csv
is "peers: AUC, balanced accuracy, advantage, TPR at 10, 1, .1 % and 0" "$(
	awk -F, '
	FNR == NR { if (FNR == 1) for (i = 1; i <= NF; i++) c[$i] = i
		else {
			want[$1, "auc", ""] = $c["auc"]
			want[$1, "balanced_accuracy", ""] = $c["bal_acc_max"]
			want[$1, "advantage", ""] = $c["advantage"]
			want[$1, "tpr_at_fpr", 0.1] = $c["tpr_at_fpr_le_0.1"]
			want[$1, "tpr_at_fpr", 0.01] = $c["tpr_at_fpr_le_0.01"]
			want[$1, "tpr_at_fpr", 0.001] = \
				$c["tpr_at_fpr_le_0.001"]
			want[$1, "tpr_at_fpr", 0] = $c["tpr_at_fpr_le_0"]
		}
		next }
	$3 == "" && ($2, $4, $5) in want {
		d = $6 - want[$2, $4, $5]
		if (d > 1e-14 || d < -1e-14) print "differs: " $0
		seen++
	}
	END { print seen }' figures.csv peer.out
)" 21
is "peers: AUC of each group" "$(
	awk -F, '
	FNR == NR { want[$1, "group=" $2] = $5; next }
	$4 == "auc" && $3 != "" {
		d = $6 - want[$2, $3]
		if (d > 1e-14 || d < -1e-14) print "differs: " $0
		seen++
	}
	END { print seen }' groups.csv peer.out
)" 12
# Their attacks are the loss and the modified entropy; classes are labels.
sed '/^#/d' "$ref/m9_statistics.csv" >statistics.csv
sed '/^#/d' "$ref/m9_slices.csv" >slices.csv
for by in label correct; do
	mia-eval --no-meta --lower loss_tfp --lower modified_entropy --by $by \
		statistics.csv
done 2>/dev/null >slices.out
is "peers: AUC, advantage and counts of all rows, classes, right and wrong" "$(
	awk -F, '
	FNR == 1 { file++ }
	file == 1 {
		group = $1 == "class" ? "label=" $2 : $1 == "all" ? "" : \
			"correct=" ($2 == "True" ? 1 : 0)
		if ($1 != "percentile") {
			a = $3 == "threshold" ? "loss_tfp" : "modified_entropy"
			n[a, group] = $4 " " $5
			want[a, group, "auc"] = $6
			want[a, group, "advantage"] = $7
		}
		next }
	($2, $3, $4) in want {
		d = $6 - want[$2, $3, $4]
		if (d > 1e-14 || d < -1e-14 || n[$2, $3] != $11 " " $12)
			print "differs: " $0
		seen[$2, $3, $4]
	}
	END { for (i in seen) count++; print count }' slices.csv slices.out
)" 24

# --- columns -----------------------------------------------------------------

awk -F, -v OFS=, 'NR == 1 {print "id,member,loss"} NR > 1 {print $1, $2, -$3}' \
	hand.csv >loss.csv
is "--lower: the same figures, thresholds as they were read" "$(
	mia-eval --no-meta --at 0.25,0.1 --lower loss loss.csv |
		awk -F, -v OFS=, '$14 != "" && NR > 1 {$14 = -$14}
			{$2 = NR > 1 ? "a" : $2; print}'
)" "$(cat hand.out)"
is "nobody is at the infinite loss" "$(
	mia-eval --no-meta --lower loss --roc - -o /dev/null loss.csv |
		sed -n 2p | cut -d, -f8
)" -inf
is "correct gives accuracies and their gap" "$(
	mia-eval --no-meta rows.csv | awk -F, '$4 ~ /^accuracy/ {
		print $1, $2, $4, $6 * ($11 + $12), $10, $11, $12}' | sed 1,3d
)" "$(awk -F, '$2 == "t10" {n[$3]++; k[$3] += $7}
	END {print "t10  accuracy_member", k[1], "clopper-pearson", n[1], ""
	print "t10  accuracy_nonmember", k[0], "clopper-pearson", "", n[0]
	print "t10  accuracy_gap", (k[1] / n[1] - k[0] / n[0]) * (n[1] + n[0]),
		"mover-cp", n[1], n[0]}' rows.csv)"
cat >parts.csv <<'X'
id,model,member,part,score_a
1,target,1,member,5
2,target,0,nonmember,4
3,target,0,aux,9
4,target,0,population,9
5,target,1,background,0
1,3,0,member,5
2,3,1,nonmember,6
X
is "only audited rows are judged; a shadow has members of its own" "$(
	mia-eval --no-meta parts.csv | cells auc "target value n1 n0"
)" "3 1 1 1
target 1 1 1"
printf 'member,score_a\n1,inf\n0,-inf\n1,-Infinity\n0,3\n' >inf.csv
is "infinite scores" "$(mia-eval --no-meta inf.csv | cells auc value)" 0.625
printf 'id,member,score_a,score_b\n1,1,2,1\n2,0,,5\n3,0,1,1\n4,1,,2\n' >gap.csv
must_fail 3 "a missing score names line and record" \
	"gap.csv:3: record '2' has no score of 'a'; .*--missing drop" \
	mia-eval gap.csv
is "dropped: counted, per attack" "$(
	mia-eval --no-meta --missing drop gap.csv | awk -F, '
	$4 ~ /members|missing/ {print $2, $4, $6, $17}'
)" "a members 1 
a nonmembers 1 
a missing 2 dropped
b members 2 
b nonmembers 2 "
is "several files and segments are one stream" "$(
	sed '1!{2,200!d}' rows.csv >one.csv
	sed '1!{2,200d}' rows.csv >two.csv
	mia-eval --no-meta one.csv two.csv | md5sum
	mia-eval --no-meta - two.csv <one.csv | md5sum
)" "$(
	mia-eval --no-meta rows.csv | md5sum
	mia-eval --no-meta rows.csv | md5sum
)"
is "head and foot of both streams" "$(
	mia-eval --roc h.roc hand.csv | grep -c '^#mia 1 metrics$\|^#end 18 '
	grep -c '^#mia 1 roc$\|^#@ mia-eval .*--level=0.95$\|^#in csv 7 \|^#end 4 ' \
		h.roc
)" "2
4"
mia-eval -z -o packed.zst --roc packed.roc rows.csv
mia-eval -o plain.csv --roc plain.roc rows.csv
ok "zstd: the same streams" sh -c 'zstd -qdc packed.zst | cmp - plain.csv &&
	zstd -qdc packed.roc | cmp - plain.roc'

# --- limits ------------------------------------------------------------------

limit() { # STATUS OPTION ...
	limit_want=$1
	shift
	mia-eval --no-meta "$@" rows.csv >limit.out 2>limit.err
	is "$*: status" "$? $(cat limit.err)" "$limit_want "
	is "$*: everything is written" "$(
		grep -vc ",limit_" limit.out)" "$(
		mia-eval --no-meta rows.csv | wc -l)"
}
limit 0 --max-auc 0.9 --max-tpr-at 0.1=0.9
is "met" "$(cells limit_auc "note value n1 n0" <limit.out | uniq -c | wc -l
	cells limit_tpr_at_fpr "at note value" <limit.out | sort -u)" "1
0.1 met 0.9"
limit 6 --max-auc 0.65
limit 5 --max-auc 0.2
is "exceeded" "$(cells limit_auc note <limit.out | sort -u)" exceeded
mia-eval --no-meta --max-auc 0.52 --max-tpr-at 0.01=0.3 --max-tpr-at 0.2=0 \
	rows.csv >mixed.out
is "exceeded wins over not shown" \
	"$? $(awk -F, '{print $17}' mixed.out | grep -c not-shown)" "5 3"
is "rates of limits are judged too" \
	"$(cells tpr_at_fpr at <mixed.out | sort -u | tr '\n' ' ')" \
	"0 0.001 0.01 0.1 0.2 "
# The same figure with the sample that is said to decide: each row that often.
mia-eval --no-meta --score score_a --max-auc 0.7 one.csv |
	cells limit_auc "target note n1 n0" >need
is "a larger sample is asked for where nothing is shown" "$(
	awk '$2 == "not-shown" {print ($3 > 30 && $4 > 30)}' need | sort -u
)" 1
# lo rests on the level shared by all verdicts, hi on the level alone.
mia-eval --no-meta --score score_a --max-auc 0.99 rows.csv >one.out
mia-eval --no-meta --score score_a --by label --max-auc 0.99 rows.csv >many.out
mia-eval --no-meta --score score_a --max-auc 0.99 --max-tpr-at 0.1=1 rows.csv \
	>two.out
is "more verdicts lower lo and leave hi" "$(
	for f in one many two; do
		cells limit_auc "lo hi" <$f.out | sed 1q
	done >ends
	cells auc "lo hi" <one.out | sed 1q >>ends
	awk '{lo[NR] = $1; hi[NR] = $2}
	END {print lo[2] < lo[3], lo[3] < lo[1], lo[1] < lo[4],
		hi[1] == hi[2], hi[1] == hi[3], hi[1] == hi[4]}' ends
)" "1 1 1 1 1 1"
printf 'member,score_a,g\n1,1,x\n0,0,x\n1,1,y\n' >half.csv
is "a slice with one side only is not shown" "$(
	mia-eval --no-meta --by g --max-auc 0.99 half.csv >half.out
	echo $?
	grep 'g=y' half.out | cut -d, -f4,6,17
)" "6
members,1,
nonmembers,0,
limit_auc,0.99,not-shown"
ok "nothing is left behind by a verdict" sh -c 'mia-eval --max-auc 0.2 \
	-o verdict.csv --roc verdict.roc rows.csv
	[ $? -eq 5 ] && tail -n 1 verdict.csv verdict.roc | grep -c "#end" |
	grep -qx 2'

# --- a wrong sign ------------------------------------------------------------

awk 'BEGIN {print "member,score_a"
	for (i = 0; i < 200; i++) print i % 2 "," (i % 2 ? -1 : 1) * i}' >sign.csv
mia-eval --no-meta sign.csv >sign.out 2>sign.err
is "an AUC below chance is noted" "$? $(cells auc "value note" <sign.out)" \
	"0 0 below-chance"
ok "and warned of" grep -q "^mia-eval: target 'target', attack 'a': .*--lower" \
	sign.err
is "advantage has no sign, balanced accuracy has" "$(
	cells advantage value <sign.out
	cells balanced_accuracy value <sign.out)" "1
0.5"
is "otherwise nothing is said" "$(mia-eval rows.csv 2>&1 >/dev/null)" ""

# --- bad input ---------------------------------------------------------------

refuse() { # NAME PATTERN CSV [OPTION ...]
	refuse_name=$1 refuse_pattern=$2
	# shellcheck disable=SC2059
	printf "$3" >bad.csv
	shift 3
	must_fail 3 "$refuse_name" "^mia-eval: $refuse_pattern; " \
		mia-eval "$@" bad.csv
}
h='id,member,score_a\n'
refuse "no score column" "bad.csv: no column begins with 'score_'" \
	'id,member,loss\n1,1,2\n'
refuse "no member column" "bad.csv:.* 'member'" 'id,score_a\n1,2\n'
refuse "no such score" "bad.csv:.* 'b'" "${h}1,1,2\n2,0,1\n" --score b
refuse "no such slice" "bad.csv:.* 'label'" "${h}1,1,2\n2,0,1\n" --by label
refuse "one score, two names" "bad.csv: two columns are the attack 'a'" \
	'member,a,score_a\n1,1,1\n' --score a --score score_a
refuse "member is neither 0 nor 1" "bad.csv:3: 'member' holds 'yes', not 0 or 1" \
	"${h}1,1,2\n2,yes,1\n"
refuse "a score is text" "bad.csv:2: 'a' holds 'abc', not a number" \
	"${h}1,1,abc\n2,0,1\n"
refuse "a score is NaN" "bad.csv:3: 'a' holds 'nan'.*" "${h}1,1,2\n2,0,nan\n"
refuse "members only" "target 'target', attack 'a': 2 members and 0 non-members" \
	"${h}1,1,2\n2,1,1\n"
refuse "non-members only" "target 'target', attack 'a': 0 members and 1 non-.*" \
	"${h}1,0,2\n"
refuse "one target of two has members only" "target 'u', attack 'a': 1 members.*" \
	'model,member,score_a\nt,1,1\nt,0,2\nu,1,3\n'
refuse "no rows" "no row to judge" "$h"
refuse "only rows of other parts" "no row to judge" \
	'part,member,score_a\naux,0,1\n'
refuse "member against part" "bad.csv:2: 'member' is 0 but 'part' is 'member'.*" \
	'part,member,score_a\nmember,0,1\n'
refuse "an unknown part" "bad.csv:2: 'part' holds 'test'" \
	'part,member,score_a\ntest,0,1\n'
refuse "a view" "bad.csv:3: 'view' is '1', but one row a record is judged" \
	"id,view,member,score_a\n1,0,1,2\n1,1,1,2\n"
refuse "a record twice" "the judged rows number 2 and 4 are of one .*" \
	"${h}1,1,2\n2,0,1\n3,0,1\n2,0,1\n"
refuse "correct is neither" "bad.csv:2: 'correct' holds '2', not 0 or 1" \
	"id,member,score_a,correct\n1,1,1,2\n"
{
	echo id,member,score_a
	awk 'BEGIN {for (i = 0; i < 1002; i++) print i "," i % 2 "," i}'
} >ids.csv
must_fail 3 "too many slices" "ids.csv:1002: the column of --by has more than 1000" \
	mia-eval --by id ids.csv
is "one record may be under two targets" "$(
	printf 'id,model,member,score_a\n1,t,1,1\n2,t,0,0\n1,u,1,1\n2,u,0,0\n' |
		mia-eval --no-meta | cells auc value | tr '\n' ' ')" "1 1 "

# --- usage and system --------------------------------------------------------

must_fail 2 "--at wants rates" "'x' is no false-positive rate" \
	mia-eval --at 0.1,x rows.csv
must_fail 2 "--at below 1" "'1' is no false-positive rate" \
	mia-eval --at 1 rows.csv
must_fail 2 "--max-tpr-at wants a pair" "'0.1' is not FPR=LIMIT" \
	mia-eval --max-tpr-at 0.1 rows.csv
must_fail 2 "--max-tpr-at wants rates" "is not FPR=LIMIT" \
	mia-eval --max-tpr-at 0.1=2 rows.csv
must_fail 2 "--level below 1" "level" mia-eval --level 1 rows.csv
must_fail 2 "--max-auc up to 1" "max-auc" mia-eval --max-auc 60 rows.csv
must_fail 2 "both streams cannot go to standard output" "roc -" \
	mia-eval --roc - rows.csv
must_fail 4 "no such file" "nowhere.csv" mia-eval nowhere.csv
must_fail 4 "a full disk" "." sh -c 'mia-eval rows.csv >/dev/full'
must_fail 4 "a folder that is not there" "no/where" \
	mia-eval -o kept.csv --roc no/where rows.csv
ok "leaves no metrics behind" test ! -e kept.csv
done_testing
