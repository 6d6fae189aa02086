#!/bin/sh
# fit-lira: scores worked by hand, the peers' own numbers through the program,
# any order of rows, chance where there is nothing, and every fault.
. "$(dirname "$0")/../tap.sh"

ref=$TOP/tests/reference

body() { # the rows of a stream, without head, header and foot
	sed '/^#/d' "$1" | sed 1d
}

lira() { # scores of streams, plain
	fit-lira --no-meta "$@"
}

column() { # NAME of a plain stream on standard input
	awk -F, -v name="$1" 'NR == 1 {for (i = 1; i <= NF; i++)
		if ($i == name) c = i; next} {print c ? $c : "no column"}'
}

# Three records: a and b with IN {1, 3}, OUT {-1, 1}; c with IN {0, 4}, OUT
# {2, 2}. Targets 3, 0, 2.
cat >target.csv <<'EOF'
id,model,member,part,label,note,phi
a,mine,1,member,x,"p, q",3
u,mine,0,aux,x,,9
b,mine,0,nonmember,y,,0
c,mine,1,member,x,,2
EOF
cat >shadows.csv <<'EOF'
id,model,member,part,label,note,phi
a,0,1,member,x,,1
b,0,1,nonmember,y,,1
c,0,0,member,x,,2
a,1,0,member,x,,-1
b,1,1,nonmember,y,,3
c,1,1,member,x,,0
u,1,1,aux,x,,7
a,2,0,member,x,,1
b,2,0,nonmember,y,,-1
c,2,1,member,x,,4
a,10,1,member,x,,3
b,10,0,nonmember,y,,1
c,10,0,member,x,,2
EOF

# --- by hand --------------------------------------------------------------

# Deviations of a and b are 1. Pooled IN sqrt((2+2+8)/6) = sqrt 2, OUT
# sqrt((2+2+0)/6) = sqrt(2/3), which is also what c's OUT takes per record.
lira -m both --variance per-record,pooled,pooled-raw target.csv shadows.csv \
	>hand.csv 2>err
is "the header" "$(head -n 1 hand.csv)" "id,model,member,label,note,phi,\
score_lira_online_per_record,score_lira_online_pooled,\
score_lira_online_pooled_raw,score_lira_offline_per_record,\
score_lira_offline_pooled,score_lira_offline_pooled_raw"
is "keys and other columns are the target's" \
	"$(sed 1d hand.csv | sed 's/\(,[-0-9.]*\)\{6\}$//')" \
	'a,mine,1,x,"p, q",3
b,mine,0,y,,0
c,mine,1,x,,2'
is "records without spread are said" "$(cat err)" \
	"fit-lira: score_lira_online_per_record: 1 deviations are 0 or cannot\
 be had; the pooled one stands in
fit-lira: score_lira_offline_per_record: 1 deviations are 0 or cannot be had;\
 the pooled one stands in"
sed 's/"p, q"//' hand.csv | awk -F, '
	function n(t, m, v) {return -(t - m) * (t - m) / 2 / v - log(v) / 2}
	function near(x, y) {return (x - y) * (x - y) < 1e-20}
	$1 == "a" {ok += near($7, n(3, 2, 1) - n(3, 0, 1))
		ok += near($8, n(3, 2, 2) - n(3, 0, 2 / 3))
		# all IN: 1 3 1 3 0 4, all OUT: -1 1 -1 1 2 2
		ok += near($9, n(3, 2, 2) - n(3, 0, 2 - 4 / 9))}
	$1 == "c" {ok += near($7, n(2, 2, 4) - n(2, 2, 2 / 3))
		ok += near($11, 0)}
	END {print ok}' >same
is "online scores by hand" "$(cat same)" 5
# -log P[|Z| > 3], of a; b is at the centre of OUT.
is "offline scores by hand" "$(sed 's/"p, q"//' hand.csv |
	column score_lira_offline_per_record | cut -c1-14)" "5.914579040950
0
0"
is "detail" "$(lira --detail --variance pooled target.csv shadows.csv |
	sed 1d | sed 's/"p, q"//' | cut -d, -f7-12)" "2,2,2,1,0,1
2,2,2,1,0,1
2,2,2,2,2,0"
is "d' by hand" "$(lira --detail --variance pooled target.csv shadows.csv |
	sed 's/"p, q"//' | column dprime | cut -c1-8)" "1.414213
1.414213
0"
is "shrunken is the default below 64 shadows" \
	"$(lira target.csv shadows.csv | head -n 1)" \
	"id,model,member,label,note,phi,score_lira_online_shrunken"
is "a low signal the other way round" "$(sed 's/phi$/loss/; s/,-\([0-9]*\)$/,\1/
	t
	s/,\([1-9][0-9]*\)$/,-\1/' target.csv >tn.csv
	sed 's/phi$/loss/; s/,-\([0-9]*\)$/,\1/
	t
	s/,\([1-9][0-9]*\)$/,-\1/' shadows.csv >sn.csv
	lira -m offline --variance pooled --signal loss tn.csv sn.csv |
		sed 's/"p, q"//' | column score_lira_offline_pooled_loss)" \
	"$(lira -m offline --variance pooled target.csv shadows.csv |
		sed 's/"p, q"//' | column score_lira_offline_pooled)"
is "a minus turns an unknown signal round" "$(sed 's/loss$/x/' tn.csv >tx.csv
	sed 's/loss$/x/' sn.csv >sx.csv
	lira -m offline --variance pooled --signal -x tx.csv sx.csv |
		sed 's/"p, q"//' | column score_lira_offline_pooled_x)" \
	"$(lira -m offline --variance pooled target.csv shadows.csv |
		sed 's/"p, q"//' | column score_lira_offline_pooled)"
grep -v ',1,[mn][^,]*,[xy],,[-0-9]*$' shadows.csv >outs.csv
is "without IN shadows it is offline" "$(lira --variance pooled target.csv \
	outs.csv | head -n 1 | cut -d, -f7)" score_lira_offline_pooled
is "the program's line and the inputs" "$(fit-lira -m offline target.csv \
	shadows.csv | sed -n '1,2p; s/^\(#in csv [0-9]*\).*/\1/p')" \
	"#mia 1 scores
#@ fit-lira 0.1.0 --mode=offline
#in csv 4
#in csv 13"

# --- peers: the matrix m9 ---------------------------------------------------

# 48 examples, 8 shadows and the target m08, two augmentations.
awk -F, -v ref="$ref" '
	function file(name) {return ref "/m9_" name ".csv"}
	BEGIN {
		while ((getline <file("keep")) > 0)
			for (m = 0; m < 9; m++) keep[$1, m] = $(m + 2)
		while ((getline <file("labels")) > 0) label[$1] = $2
		print "id,model,member,label,view,phi"
		while ((getline <file("phi")) > 0)
			if ($1 ~ /^[0-9]/)
				print $2 "," ($1 == 8 ? "m08" : $1) "," \
					keep[$2, $1] "," label[$2] "," $3 "," $5
	}' >m9.csv
is "m9 is whole" "$(wc -l <m9.csv)" 865
lira --compat carlini,tfp m9.csv >m9.out 2>err
is "peers are warned of counts" "$(cat err)" "fit-lira: members of 'm08' have\
 another number of IN shadows than non-members, which alone gives them away;\
 use --equal-counts, or --leave-one-out"
cat >map <<'EOF'
lira_online score_carlini_online
lira_online_fixvar score_carlini_online_fixed
lira_offline score_carlini_offline
lira_offline_fixvar score_carlini_offline_fixed
global_threshold score_carlini_global
EOF
compare() { # PEER OURS of m9
	grep -v '^#' "$ref/m9_all_scores.csv" | column "$1" >want
	column "$2" <m9.out >got
	paste -d, want got | awk -F, '
		{d = $1 - $2; if (d < 0) d = -d
		a = $1 < 0 ? -$1 : $1; if (a < 1) a = 1
		if (d > 2e-12 * a || $2 == "") bad++}
		END {print NR, bad + 0}'
}
while read -r peer ours; do
	is "$ours" "$(compare "$peer" "$ours")" "48 0"
done <map
for ours in $(head -n 1 m9.out | tr , '\n' | grep score_tfp_); do
	is "$ours" "$(compare "${ours#score_}" "$ours")" "48 0"
done
must_fail 3 "our own variants refuse such counts" \
	"alone gives them away; use --equal-counts" fit-lira m9.csv
is "and are content with equal ones" "$(lira --equal-counts --detail m9.csv |
	sed 1d | cut -d, -f5,6,7 | cut -d, -f2,3 | sort | uniq -c |
	tr -s ' ')" " 48 3,4"
is "carlini's variants are those with equal counts" "$(lira --equal-counts \
	--centre median --variance per-record m9.csv |
	column score_lira_online_per_record_median)" \
	"$(column score_carlini_online <m9.out)"

# SACRO-ML's fixture, from the probabilities of the true class.
grep -hv '^#' "$ref/sacro_data.csv" >d.csv
grep -hv '^#' "$ref/sacro_target_proba.csv" >tp.csv
grep -hv '^#' "$ref/sacro_shadow_conf.csv" >sc.csv
grep -hv '^#' "$ref/sacro_in_mask.csv" >in.csv
paste -d, d.csv tp.csv sc.csv in.csv | awk -F, '
	function logit(p) {return log(p / (1 - p))}
	BEGIN {OFMT = CONVFMT = "%.17g"; print "id,model,member,phi"}
	NR > 1 {print NR ",t," $1 "," logit($2 == 1 ? $4 : $3)
		for (m = 0; m < 40; m++)
			print NR "," m "," $(45 + m) "," logit($(5 + m))}
	' >sacro.csv
lira --compat sacro sacro.csv >m9.out
compare_sacro() { # COLUMN OF SCORES.CSV, OURS
	grep -v '^#' "$ref/sacro_scores.csv" | column "$1" >want
	column "$2" <m9.out >got
	paste -d, want got | awk -F, '{d = $1 - $2; if (d < 0) d = -d
		if (d > 1e-11 || $2 == "") bad++} END {print NR, bad + 0}'
}
for mode in offline offline-carlini online-carlini; do
	ours=score_sacro_$(echo $mode | tr - _)
	is "$ours" "$(compare_sacro $mode "$ours")" "240 0"
	is "${ours}_fixed" "$(compare_sacro ${mode}_fixvar "${ours}_fixed")" \
		"240 0"
done

# --- any order ------------------------------------------------------------

# 120 records, 9 shadows with coins, two signals.
awk 'BEGIN {
	srand(4)
	print "id,model,member,part,label,loss,phi" >"t.csv"
	print "id,model,member,part,label,loss,phi" >"s.csv"
	for (i = 0; i < 120; i++) {
		y = i % 3 ? "good" : "bad"
		p = i % 2 ? "nonmember" : "member"
		printf "r%d,target,%d,%s,%s,%.6f,%.6f\n", i, i % 2 == 0, p, y,
			rand(), rand() * 8 - 4 >"t.csv"
		for (m = 0; m < 9; m++)
			printf "r%d,%d,%d,%s,%s,%.6f,%.6f\n", i, m,
				i % 9 == m || rand() < .5, p, y, rand(),
				rand() * 8 - 4 >"s.csv"
	}
}'
head -n 1 s.csv >sh.csv
sed 1d s.csv | awk 'BEGIN {srand(9)} {print rand() "\t" $0}' | sort |
	cut -f2- >>sh.csv
head -n 1 s.csv >model.csv
sed 1d s.csv | sort -s -t, -k2,2n >>model.csv
for how in "" "-m both --variance per-record,pooled,pooled-raw,shrunken" \
	"--centre median,mean -m both --detail" "--compat carlini,tfp,sacro" \
	"--signal loss,phi -m both --variance per-record,pooled" \
	"--equal-counts --min-shadows 2 --missing empty"; do
	# shellcheck disable=SC2086
	lira --min-shadows 1 $how t.csv s.csv >want.csv 2>/dev/null
	is "there are scores: $how" "$(wc -l <want.csv)" 121
	for files in "t.csv model.csv" "t.csv sh.csv" "sh.csv t.csv" \
		"model.csv t.csv"; do
		# shellcheck disable=SC2086
		is "same bytes from $files: $how" "$(lira --min-shadows 1 \
			$how $files 2>/dev/null | cksum)" "$(cksum <want.csv)"
	done
	# shellcheck disable=SC2086
	is "same bytes from a pipe: $how" "$(cat sh.csv t.csv |
		sed '1!{/^id,/d;}' | lira --min-shadows 1 $how 2>/dev/null |
		cksum)" "$(cksum <want.csv)"
done
fit-lira --min-shadows 1 -v t.csv s.csv 2>err >/dev/null
is "record by record needs one reading" "$(grep -c again err)" 0
fit-lira --min-shadows 1 -v t.csv sh.csv 2>err >/dev/null
is "shuffled rows need two, which is said" "$(grep -c 'reading again' err)" 1
for f in t.csv sh.csv; do zstd -q $f; done
is "zstd in" "$(lira --min-shadows 1 t.csv.zst sh.csv.zst)" \
	"$(lira --min-shadows 1 t.csv s.csv)"
is "zstd out" "$(fit-lira --min-shadows 1 -z t.csv s.csv | zstd -dcq)" \
	"$(fit-lira --min-shadows 1 t.csv s.csv)"
sed '/^r[0-9]*,[0-4],/!{1!d;}' model.csv >first.csv
sed '/^r[0-9]*,[5-8],/!{1!d;}' model.csv >second.csv
is "parts of the shadows in any order" \
	"$(lira --min-shadows 1 second.csv t.csv first.csv)" \
	"$(lira --min-shadows 1 t.csv s.csv)"
sed '1!s/,target,/,other,/' t.csv >other.csv
is "two targets, each judged alone" "$(lira --min-shadows 1 t.csv other.csv \
	s.csv | sed 1d | cut -d, -f1,3- | sort | uniq -c | grep -vc '^ *2 ')" 0
# Two views that are equal are as good as one.
awk -F, -v OFS=, '{print $0, NR == 1 ? "view" : 0
	if (NR > 1) print $0, 3}' t.csv >tv.csv
awk -F, -v OFS=, '{print $0, NR == 1 ? "view" : 3
	if (NR > 1) print $0, 0}' s.csv >sv.csv
few="--missing empty --variance per-record"
# shellcheck disable=SC2086
is "equal views" "$(lira $few tv.csv sv.csv 2>/dev/null)" \
	"$(lira $few t.csv s.csv 2>/dev/null)"

# --- chance, and leave one out --------------------------------------------

awk 'BEGIN {
	srand(5)
	print "#mia 1 signals"
	print "#@ train-shadow 0.1.0 --design=balanced"
	print "id,model,member,part,label,phi"
	for (i = 0; i < 300; i++) {
		for (m = 0; m < 8; m++) in_[m] = m < 4
		for (m = 7; m > 0; m--) {
			k = int(rand() * (m + 1)); x = in_[m]
			in_[m] = in_[k]; in_[k] = x
		}
		for (m = 0; m < 8; m++)
			printf "r%d,%d,%d,member,x,%.6f\n", i, m, in_[m],
				rand() + rand() + rand()
	}
	print "#end 2400"
}' >null.csv
lira --leave-one-out --detail null.csv >loo.csv
is "each model is the target once" "$(sed 1d loo.csv | cut -d, -f2 | uniq -c |
	tr -s ' ' | tr '\n' ';')" \
	" 300 0; 300 1; 300 2; 300 3; 300 4; 300 5; 300 6; 300 7;"
is "with equal counts for all" "$(sed 1d loo.csv | cut -d, -f6,7 | sort -u)" 3,3
is "its header" "$(head -n 1 loo.csv)" "id,model,member,label,phi,n_in,n_out,\
mean_in,sd_in,mean_out,sd_out,dprime,score_lira_online_shrunken"
# The AUC of a model has deviation .033 here, the mean of eight about .012.
auc=$(sed 1d loo.csv | cut -d, -f2,3,13 | sort -t, -k1,1 -k3,3g | awk -F, '
	$1 != m {if (NR > 1) sum += w / n1 / n0; m = $1; w = n0 = n1 = 0}
	$2 {n1++; w += n0} !$2 {n0++}
	END {sum = (sum + w / n1 / n0) / 8
		if (sum > .45 && sum < .55) print "chance"; else print sum}')
is "nothing is found where nothing is" "$auc" chance
is "the design can be given" "$(sed '/^#/d' null.csv |
	lira --leave-one-out --design balanced --detail | cksum)" \
	"$(cksum <loo.csv)"
must_fail 2 "else it must be known" "give --design" sh -c \
	'sed "/^#/d" null.csv | fit-lira --leave-one-out'
is "coins take all others" "$(lira --leave-one-out --design coin --detail \
	null.csv | sed 1d | awk -F, '{print $6 + $7}' | sort -u)" 7
must_fail 3 "a design that does not fit" "is not in just one model of each" \
	fit-lira --leave-one-out --design pairs null.csv
sed '/^r5,3,/d; s/#end 2400//' null.csv | grep -v '^#' >hole.csv
must_fail 3 "a model missing" "'r5' is not in as many models" \
	fit-lira --leave-one-out --design balanced hole.csv
awk -F, -v OFS=, '$2 % 2 == 0 {m[$1] = $3} $2 % 2 == 1 {$3 = 1 - m[$1]} 1' \
	null.csv | grep -v '^#' >pairs.csv
is "pairs leave the complement out" "$(lira --leave-one-out --design pairs \
	--detail --min-shadows 0 pairs.csv 2>/dev/null | sed 1d |
	awk -F, '{print $6 + $7}' | sort -u)" 6

# --- faults ---------------------------------------------------------------

bad() { # NAME PATTERN EXTRA-ROW [OPTION ...]
	name=$1 pattern=$2
	cp shadows.csv bad.csv
	printf '%b' "$3" >>bad.csv
	shift 3
	must_fail 3 "$name" "$pattern" fit-lira "$@" target.csv bad.csv
}

bad "an unknown record" "bad.csv:15: record 'z' has shadow rows but no target" \
	'z,0,1,member,x,,1\n'
bad "a doubled row" "bad.csv:15: record 'a' has a second row under model '10'" \
	'a,10,1,member,x,,1\n'
bad "a doubled row, stored" "record 'a' has a second row under model '0'" \
	'a,0,1,member,x,,1\n' --centre median
bad "another member" "bad.csv:15: 'member' differs" 'a,0,0,member,x,,1\n'
bad "another label" "bad.csv:15: record 'a' has another 'label'" \
	'a,11,0,member,y,,1\n'
bad "a word" "bad.csv:15: 'phi' holds 'abc', not a number" \
	'a,11,0,member,x,,abc\n'
bad "an infinity" "bad.csv:15: 'phi' holds 'inf', not a finite" \
	'a,11,0,member,x,,inf\n'
bad "a value too big" "bad.csv:15: 'phi' holds 1e+200, whose square" \
	'a,11,0,member,x,,1e200\n'
bad "a missing value" "bad.csv:15: 'phi' is empty" 'a,11,0,member,x,,\n'
bad "a missing value that is not audited" "bad.csv:15: 'phi' is empty" \
	'u,11,0,aux,x,,\n'
bad "a member neither 0 nor 1" "bad.csv:15: 'member' holds 'yes'" \
	'a,11,yes,member,x,,1\n'
bad "a part" "bad.csv:15: 'part' holds 'train'" 'a,11,0,train,x,,1\n'
bad "a model without name" "bad.csv:15: 'model' is empty" 'a,,0,member,x,,1\n'
bad "an id without name" "bad.csv:15: 'id' is empty" ',11,0,member,x,,1\n'
must_fail 3 "too few" "3 of 3 records of 'mine' have fewer than 3 IN or OUT\
 shadows ('a', 'b', 'c'); train more" \
	fit-lira --min-shadows 3 target.csv shadows.csv
sed '/^a,10,/d' shadows.csv >few.csv
must_fail 3 "too few on one side" \
	"1 of 3 records of 'mine' have fewer than 2 IN or OUT shadows ('a')" \
	fit-lira target.csv few.csv
is "and offline that side does not count" \
	"$(lira -m offline target.csv few.csv | wc -l)" 4
is "--missing empty" "$(lira --missing empty --variance pooled target.csv \
	few.csv 2>err | sed 's/"p, q"//' | column score_lira_online_pooled |
	sed 's/[0-9.-]\{3,\}/number/')" "
number
number"
is "is counted" "$(cat err)" "fit-lira: score_lira_online_pooled: 1 scores are\
 empty, for want of shadows"
is "equal counts are those of records that have enough" "$(lira --missing empty \
	--equal-counts --variance pooled target.csv few.csv 2>/dev/null |
	sed 's/"p, q"//' | column score_lira_online_pooled |
	sed 's/[0-9.-]\{3,\}/number/')" "
number
number"
must_fail 3 "no target" "no audited row of a target" fit-lira shadows.csv
must_fail 3 "no shadow" "no row of a shadow" fit-lira target.csv
must_fail 3 "no such signal" "'loss'.*score-losses --signal makes it" \
	fit-lira --signal loss target.csv shadows.csv
sed 's/^id/name/' target.csv >noid.csv
must_fail 3 "no id" "no column 'id'\|'id'" fit-lira noid.csv
must_fail 3 "other columns" "column" fit-lira target.csv s.csv
must_fail 3 "online without IN" "no shadow was trained on an audited record" \
	fit-lira -m online target.csv outs.csv
sed 's/,[-0-9]*$/,1/' target.csv | sed '1s/.*/id,model,member,part,label,note,phi/' >tc.csv
sed 's/,[-0-9]*$/,1/' shadows.csv | sed '1s/.*/id,model,member,part,label,note,phi/' >sc1.csv
must_fail 3 "nothing varies" "are all equal\|no variance to learn" \
	fit-lira tc.csv sc1.csv
must_fail 3 "nothing varies, pooled" "are all equal" \
	fit-lira --variance pooled tc.csv sc1.csv
sed '1s/phi/score_lira_online_pooled,&/; 1!s/,\([-0-9]*\)$/,0,\1/' target.csv \
	>there.csv
sed '1s/phi/score_lira_online_pooled,&/; 1!s/,\([-0-9]*\)$/,0,\1/' shadows.csv \
	>there2.csv
must_fail 3 "a score that is there" \
	"column 'score_lira_online_pooled' is there already" \
	fit-lira --variance pooled there.csv there2.csv
sed '1s/score_lira_online_pooled/n_in/' there.csv >there3.csv
sed '1s/score_lira_online_pooled/n_in/' there2.csv >there4.csv
must_fail 3 "a detail that is there" "column 'n_in' is there already" \
	fit-lira --variance pooled --detail there3.csv there4.csv
sed '/^r7,4,/{/,3$/d;}' sv.csv >lack.csv
must_fail 3 "a view missing" "record 'r7' lacks a view" \
	fit-lira --min-shadows 1 tv.csv lack.csv
must_fail 3 "a view missing, stored" "record 'r7' lacks a view" \
	fit-lira --min-shadows 1 --centre median tv.csv lack.csv
sed '1!s/,target,/,99,/' t.csv >twin.csv
must_fail 3 "the target among its shadows" \
	"shadow 99 was trained on just the members of 'target'" \
	fit-lira --min-shadows 1 t.csv s.csv twin.csv
sed '1!{s/,99,1,/,99,2,/; s/,99,0,/,99,1,/; s/,99,2,/,99,0,/;}' twin.csv >anti.csv
must_fail 3 "its complement" "shadow 99 was trained on just the non-members" \
	fit-lira --min-shadows 1 t.csv s.csv anti.csv
printf 'id,model,member,view,phi\na,t,1,0,2\na,t,1,1,3\na,0,0,0,4\na,1,0,1,5\n' >odd.csv
must_fail 3 "views under different models" "record 'a' lacks a view" \
	fit-lira --min-shadows 1 odd.csv
sed 's/phi$/residual/' t.csv >tr.csv
sed 's/phi$/residual/' s.csv >sr.csv
must_fail 2 "a signal without direction" "small sizes of 'residual'" \
	fit-lira --min-shadows 1 --signal residual -m offline tr.csv sr.csv
awk -F, -v OFS=, 'NR > 1 {$6 = 2 * $7} 1' t.csv >td.csv
awk -F, -v OFS=, 'NR > 1 {$6 = 2 * $7} 1' s.csv >sd.csv
must_fail 3 "signals that say the same" "functions of each other" \
	fit-lira --min-shadows 1 --signal loss,phi td.csv sd.csv

for bad in "--variance none" "--centre mode" "--compat art" "--mode each" \
	"--compat tfp --variance pooled" "--signal phi,loss --detail" \
	"--signal phi, " "--signal phi,loss --variance shrunken" \
	"--design coin" "--missing drop" "--min-shadows -1"; do
	# shellcheck disable=SC2086
	must_fail 2 "usage: $bad" . fit-lira $bad target.csv shadows.csv
done
# Shadows that know their records by heart: every IN value is 5, OUT varies.
{
	echo id,model,member,label,phi
	for i in 1 2 3 4 5 6; do
		echo "r$i,t,$((i % 2)),a,$((i % 2 * 3 + i))"
	done
	for m in 0 1 2 3 4 5; do
		for i in 1 2 3 4 5 6; do
			in=$(((i + m + (m / 2) * i) % 2))
			if [ $in -eq 1 ]; then phi=5; else phi=.$i$m; fi
			echo "r$i,$m,$in,a,$phi"
		done
	done
} >heart.csv
fit-lira --min-shadows 1 --no-meta heart.csv >heart.out 2>err
is "learned by heart: offline instead" \
	"$? $(head -n 1 heart.out) $(grep -c "know them by heart" err)" \
	"0 id,model,member,label,phi,score_lira_offline_shrunken 1"
fit-lira --min-shadows 1 --no-meta --mode offline heart.csv >heart.off
ok "as if asked for" cmp heart.out heart.off
fit-lira --min-shadows 1 --no-meta - <heart.csv >heart.out 2>err
ok "from a pipe too" cmp heart.out heart.off
must_fail 3 "online on request is refused" "use --mode offline" \
	fit-lira --min-shadows 1 --mode online --variance per-record heart.csv

printf '#mia 1 predictions\nid,model,member,phi\n#end 0\n' >kind.csv
must_fail 3 "another kind" "predictions" fit-lira kind.csv
must_fail 4 "a file that is not there" "no.csv" fit-lira no.csv
if [ -w /dev/full ]; then
	must_fail 4 "a full disk" "No space" \
		sh -c 'fit-lira target.csv shadows.csv >/dev/full'
fi
done_testing
