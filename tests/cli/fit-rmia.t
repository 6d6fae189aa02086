#!/bin/sh
# fit-rmia: scores worked by hand, the peers' own numbers through the program,
# any order of rows, chance where there is nothing, and every fault.
. "$(dirname "$0")/../tap.sh"

ref=$TOP/tests/reference

rmia() { # scores of streams, plain
	fit-rmia --no-meta "$@"
}

column() { # NAME of a plain stream on standard input
	awk -F, -v name="$1" 'NR == 1 {for (i = 1; i <= NF; i++)
		if ($i == name) c = i; next} {print c ? $c : "no column"}'
}

close_to() { # numbers a line on standard input, within 1e-12 of the arguments
	awk -v want="$*" 'BEGIN {n = split(want, w, " ")}
		{d = $1 - w[NR]; if ($1 == "" || d > 1e-12 || d < -1e-12)
			print "line " NR ": " $1 ", not " w[NR]}
		END {if (NR != n) print NR " lines, not " n; else print "ok"}'
}

# a, b: IN .8, OUT .2 .4; z: OUT .5 .3, .5 .1
cat >target.csv <<'END'
id,model,member,part,label,note,conf
a,mine,1,member,x,"p, q",.9
u,mine,0,aux,x,,.3
b,mine,0,nonmember,y,,.27
z1,mine,0,population,x,,.6
z2,mine,0,population,y,,.5
END
cat >shadows.csv <<'END'
id,model,member,part,label,note,conf
a,0,1,member,x,,.8
b,0,0,nonmember,y,,.2
z1,0,0,population,x,,.5
z2,0,0,population,y,,.5
a,1,0,member,x,,.2
b,1,1,nonmember,y,,.8
u,1,1,aux,x,,.9
z1,1,0,population,x,,.3
z2,1,0,population,y,,.1
a,10,0,member,x,,.4
b,10,0,nonmember,y,,.4
END
for z in z1 z2; do echo "$z,10,0,population,x,,.3"; done |
	sed '2s/x,,/y,,/' >>shadows.csv

# --- by hand --------------------------------------------------------------

# p_out .3 for a and b; z1 11/30, z2 .3. a .3: p(x) = (1.3 p_out + .7)/2.
rmia --signal conf -m both --base --calibrated --detail target.csv \
	shadows.csv >hand.csv
is "the header" "$(head -n 1 hand.csv)" "id,model,member,label,note,conf,\
n_in,n_out,log_p_in,log_p_out,a,population,score_rmia_online,\
score_rmia_offline,rank_rmia_online,rank_rmia_offline,score_base,\
score_calibrated"
sed '1s/note/n_in/' target.csv >clash.csv
sed '1s/note/n_in/' shadows.csv >clash2.csv
must_fail 3 "a column that --detail would double" "'n_in' is there already" \
	fit-rmia --signal conf -m both --detail clash.csv clash2.csv
is "keys and other columns are the target's" \
	"$(sed 1d hand.csv | sed 's/\(,[-0-9.]*\)\{12\}$//')" \
	'a,mine,1,x,"p, q",.9
b,mine,0,y,,.27'
sed 's/"p, q"//' hand.csv >plain.csv
is "online" "$(column score_rmia_online <plain.csv | close_to \
	"$(awk 'BEGIN {printf "%.17g %.17g", log(.9 / .55), log(.27 / .55)}')")" ok
is "offline" "$(column score_rmia_offline <plain.csv | close_to \
	"$(awk 'BEGIN {p = (1.3 * .3 + .7) / 2
		printf "%.17g %.17g", log(.9 / p), log(.27 / p)}')")" ok
is "BASE" "$(column score_base <plain.csv | close_to \
	"$(awk 'BEGIN {p = 1.4 / 3
		printf "%.17g %.17g", log(.9 / p), log(.27 / p)}')")" ok
is "the calibrated loss" "$(column score_calibrated <plain.csv | close_to \
	"$(awk 'BEGIN {l = (log(.2) + log(.4)) / 2
		printf "%.17g %.17g", log(.9) - l, log(.27) - l}')")" ok
# R of z1: .6/.588 = 1.02, of z2: .5/.545 = .917; of a: 1.64, 1.65.
is "ranks" "$(sed 1d plain.csv | cut -d, -f15,16)" "1,1
0,0"
is "and with gamma 1.7" "$(rmia --signal conf -m both -g 1.7 target.csv \
	shadows.csv | sed 's/"p, q"//; 1d' | cut -d, -f9,10)" "0.5,0.5
0,0"
is "detail" "$(sed 1d plain.csv | cut -d, -f7,8,11,12)" "1,2,0.3,2
1,2,0.3,2"
is "a is an option" "$(rmia --signal conf -m offline -a 1 target.csv \
	shadows.csv | sed 's/"p, q"//' | column score_rmia_offline | close_to \
	"$(awk 'BEGIN {printf "%.17g %.17g", log(3), log(.9)}')")" ok
logs() { # loss|phi: the last column, a confidence, as that
	awk -F, -v OFS=, -v how="$1" 'NR == 1 {$NF = how}
		NR > 1 {x = how == "loss" ? -log($NF) : log($NF / (1 - $NF))
			$NF = sprintf("%.17g", x)}
		{print}'
}
for how in loss phi; do
	sed 's/"p, q"//' target.csv | logs $how >t.csv
	logs $how <shadows.csv >s.csv
	for name in online offline; do
		is "$name from $how" "$(rmia --signal $how -m $name t.csv \
			s.csv | column score_rmia_$name | close_to \
			"$(column score_rmia_$name <plain.csv | tr '\n' ' ')")" \
			ok
	done
done
is "loss is the default, online if shadows allow" \
	"$(sed 's/phi$/loss/; s/,-/,/' t.csv >tl.csv
	sed 's/phi$/loss/; s/,-/,/' s.csv >sl.csv
	rmia tl.csv sl.csv | head -n 1)" \
	"id,model,member,label,note,loss,score_rmia_online,rank_rmia_online"
is "without a population there is no rank" "$(grep -v population target.csv \
	>tn.csv; grep -v population shadows.csv >sn.csv
	rmia --signal conf tn.csv sn.csv | sed 's/"p, q"//' | head -n 1)" \
	"id,model,member,label,note,conf,score_rmia_online"
is "another likelihood gives its name" "$(sed 's/conf$/soft/; s/,.9$/,1.9/' \
	tn.csv >to.csv; sed 's/conf$/soft/' sn.csv >so.csv
	rmia --signal soft to.csv so.csv | sed 's/"p, q"//' |
	column score_rmia_online_soft | close_to \
	"$(awk 'BEGIN {printf "%.17g %.17g", log(1.9 / .55),
		log(.27 / .55)}')")" ok
is "the program's line and the inputs" "$(fit-rmia --signal conf -m offline \
	target.csv shadows.csv |
	sed -n '1,2p; s/^\(#in csv [0-9]*\).*/\1/p')" "#mia 1 scores
#@ fit-rmia 0.1.0 --mode=offline --a=.3 --signal=conf
#in csv 5
#in csv 13"

# Nothing underflows: losses of thousands, p of both models 0 in doubles.
cat >deep.csv <<'END'
id,model,member,loss
a,t,1,3000
b,t,0,5000
a,0,0,4000
b,0,0,4000
a,1,0,4001
b,1,0,4000
END
is "logs do not underflow" "$(rmia -a 1 -m offline deep.csv |
	column score_rmia_offline | close_to "$(awk 'BEGIN {
		printf "%.17g -1000", 1000 - log((1 + exp(-1)) / 2)}')")" ok

# A confidence of 0 has a floor, which is counted.
cat >zero.csv <<'END'
id,model,member,part,conf
a,t,1,member,.5
b,t,0,nonmember,0
z,t,0,population,.5
a,0,0,member,0
b,0,0,nonmember,0
z,0,0,population,.5
END
rmia --signal conf -a 1 zero.csv 2>err >zero.out
is "no OUT mean is 0, even with a = 1" "$(column score_rmia_offline <zero.out |
	cut -c1-7)" "690.082
0"
is "its floors are counted" "$(cat err)" \
	"fit-rmia: 3 values of 'conf' are 0; 1e-300 stands for them"
is "a population of one" "$(column rank_rmia_offline <zero.out)" "1
0"

# Ties: all R alike, of records and population.
awk 'BEGIN {print "id,model,member,part,conf"
	for (m = 0; m < 4; m++) for (i = 0; i < 6; i++)
		print i "," (m ? m : "t") "," (!m && i < 2) "," (i < 2 ? "member" \
			: i < 4 ? "nonmember" : "population") ",.25"}' >ties.csv
is "equal ratios are not above" "$(rmia --signal conf ties.csv |
	column rank_rmia_offline | sort -u)" 0

# The ends dropped: of IN and of OUT apart, whole shadows only.
awk 'BEGIN {print "id,model,member,conf"; print "a,t,1,.5"
	split(".9 .1 .2 .4 .3", p, " ")
	for (m = 1; m <= 5; m++) print "a," m ",0," p[m]}' >trim.csv
is "trim" "$(for t in .19 .2 .4; do rmia --signal conf -a 1 --trim $t trim.csv |
	column score_rmia_offline; done | close_to "$(awk 'BEGIN {
	printf "%.17g %.17g %.17g", log(.5 / .38), log(.5 / .3),
		log(.5 / .3)}')")" ok
is "references" "$(rmia --signal conf -a 1 --references 2 trim.csv |
	column score_rmia_offline | close_to 0)" ok

# One reference that saw the record.
cat >one.csv <<'END'
id,model,member,conf
a,t,1,.9
b,t,0,.5
a,0,1,.88
b,0,0,.4
END
must_fail 3 "a record without OUT shadow" "1 of 2 records of 't'" \
	fit-rmia -m offline --signal conf one.csv
# p_out (.88 + .3 - 1)/.3 = .6
is "is taken back out" "$(rmia -m offline --invert --signal conf one.csv |
	column score_rmia_offline | close_to "$(awk 'BEGIN {
		printf "%.17g %.17g", log(.9 / ((1.3 * .6 + .7) / 2)),
			log(.5 / ((1.3 * .4 + .7) / 2))}')")" ok
is "--missing empty" "$(rmia -m offline --missing empty --signal conf one.csv \
	2>err | column score_rmia_offline | sed 's/..*/number/')" "
number"
is "is counted" "$(cat err)" \
	"fit-rmia: score_rmia_offline: 1 values are empty, for want of shadows"

# --- peers: the matrix m9 ---------------------------------------------------

# stream SIGNAL VIEWS SHADOWS POPULATION: m9 as a stream; the shadows' names
# are a pattern.
stream() {
	awk -F, -v ref="$ref" -v signal="$1" -v views="$2" -v shadows="$3" \
		-v population="$4" '
	function file(name) {return ref "/" name}
	function model(m) {return m == 8 ? "m08" : m}
	function wanted(m) {return m == 8 || m ~ ("^(" shadows ")$")}
	BEGIN {
		while ((getline <file("m9_keep.csv")) > 0)
			for (m = 0; m < 9; m++) keep[$1, m] = $(m + 2)
		print "id,model,member,part,view,soft"
		while ((getline <file("m9_rmia_signals.csv")) > 0)
			if ($1 == "model")
				for (i = 4; i <= NF; i++) column[$i] = i
			else if ($1 ~ /^[0-9]/ && $3 < views && wanted($1))
				print $2 "," model($1) "," keep[$2, $1] "," \
					(keep[$2, 8] ? "" : "non") "member," \
					$3 "," $column[signal]
		while (population &&
			(getline <file("m9_population_labels.csv")) > 0)
			y[$1] = $2
		while (population &&
			(getline <file("m9_population_logits.csv")) > 0)
			if ($1 ~ /^[0-9]/ && wanted($1)) {
				s = exp($3) + exp($4) + exp($5)
				printf "z%s,%s,0,population,0,%.17g\n", $2,
					model($1), exp($(3 + y[$2])) / s
			}
	}'
}

compare() { # COLUMN OF M9, OURS, TOLERANCE: rows, and how many differ
	grep -v '^#' "$ref/m9_all_scores.csv" | column "$1" >want
	column "$2" <m9.out >got
	paste -d, want got | awk -F, -v tol="$3" '{d = $1 - $2
		if (d < 0) d = -d; if (d > tol || $2 == "") bad++}
		END {print NR, bad + 0}'
}

pm() { # COLUMN A SHADOWS
	stream softmax_T1 1 "$3" 1 >m9.csv
	rmia --compat pm -a "$2" --signal soft m9.csv >m9.out 2>/dev/null
	is "$1" "$(compare "$1" score_pm_soft 1e-12)" "48 0"
}

# Privacy Meter: the first of its models is a spare, of the others 2R serve.
for a in 0 0.3 1; do
	pm pm_attacks_ref1_a$a $a "1|2"
	pm pm_attacks_ref2_a$a $a "1|2|3|4"
	pm pm_attacks_ref3_a$a $a "1|2|3|4|5|6"
	pm pm_module_all_a$a $a "[0-7]"
done
pm pm_module_1ref_a0.3 .3 0
pm pm_module_1ref_a0 0 0

# rmia24_SIGNAL_MODE_gG_a0.3_CUT_AUG
rmia24() { # COLUMN [OPTION ...]
	name=$1
	shift
	signal=${name#rmia24_}
	case $name in
	*_off_*) mode=offline signal=${signal%%_off_*} ;;
	*) mode=online signal=${signal%%_on_*} ;;
	esac
	case $name in *_aug) views=2 ;; *) views=1 ;; esac
	stream "$signal" $views "[0-7]" 0 >m9.csv
	rmia --compat rmia24 -m $mode --signal soft "$@" m9.csv >m9.out
	is "$name" "$(compare "$name" score_rmia24_${mode}_soft 1e-6)" "48 0"
}

for how in off on; do
	for T in 1 2; do
		rmia24 rmia24_softmax_T${T}_${how}_g1_a0.3_cut0.2_noaug -g 1
		rmia24 rmia24_softmax_T${T}_${how}_g2_a0.3_cut0.2_noaug
	done
	rmia24 rmia24_smtaylor_T2_${how}_g2_a0.3_cut0.2_noaug
	rmia24 rmia24_softmax_T2_${how}_g2_a0.3_cut0.2_aug
done
rmia24 rmia24_softmax_T2_off_g2_a0.3_cut0_noaug --trim 0
rmia24 rmia24_softmax_T2_off_g2_a0.3_1ref_noaug --references 1

stream smtaylor_T2 1 "[0-7]" 0 >m9.csv
must_fail 3 "a Taylor margin below 0 is no likelihood for ours" \
	"has -.* as 'soft' under model" fit-rmia --signal soft m9.csv
stream softmax_T1 1 "[0-7]" 1 >m9.csv
must_fail 3 "our own variants refuse such counts" \
	"alone gives them away; use --equal-counts" fit-rmia --signal soft m9.csv
is "and are content with equal ones" "$(rmia --equal-counts --detail \
	--signal soft m9.csv | sed 1d | cut -d, -f5,6 | sort | uniq -c |
	tr -s ' ')" " 48 3,4"

# --- any order ------------------------------------------------------------

# 120 records and 30 of a population, 9 shadows with coins.
awk 'BEGIN {
	srand(4)
	print "id,model,member,part,label,loss" >"t.csv"
	print "id,model,member,part,label,loss" >"s.csv"
	for (i = 0; i < 150; i++) {
		y = i % 3 ? "good" : "bad"
		p = i >= 120 ? "population" : i % 2 ? "nonmember" : "member"
		printf "r%d,target,%d,%s,%s,%.6f\n", i, i % 2 == 0 && i < 120,
			p, y, rand() * 3 >"t.csv"
		for (m = 0; m < 9; m++)
			printf "r%d,%d,%d,%s,%s,%.6f\n", i, m, i < 120 &&
				(i % 9 == m || (i + 1) % 9 != m && rand() < .5),
				p, y, rand() * 3 >"s.csv"
	}
}'
head -n 1 s.csv >sh.csv
sed 1d s.csv | awk 'BEGIN {srand(9)} {print rand() "\t" $0}' | sort |
	cut -f2- >>sh.csv
for how in "" "-m both --base --calibrated --detail --trim .3" \
	"--references 1 -m both" "-m offline -a tune --design coin" \
	"--compat pm" "--compat rmia24 -m both"; do
	# shellcheck disable=SC2086
	rmia $how t.csv s.csv >want.csv 2>/dev/null
	is "there are scores: $how" "$(wc -l <want.csv)" 121
	for files in "t.csv sh.csv" "sh.csv t.csv"; do
		# shellcheck disable=SC2086
		is "same bytes from $files: $how" "$(rmia $how $files \
			2>/dev/null | cksum)" "$(cksum <want.csv)"
	done
	# shellcheck disable=SC2086
	is "same bytes from a pipe: $how" "$(cat sh.csv t.csv |
		sed '1!{/^id,/d;}' | rmia $how 2>/dev/null | cksum)" \
		"$(cksum <want.csv)"
done
zstd -q -k t.csv
is "zstd in and out" "$(fit-rmia -z t.csv.zst s.csv | zstd -dcq | tail -n 99 |
	head -n 90)" "$(fit-rmia t.csv s.csv | tail -n 99 | head -n 90)"
sed '1!s/,target,/,other,/' t.csv >other.csv
is "two targets, each judged alone" "$(rmia t.csv other.csv s.csv | sed 1d |
	cut -d, -f1,3- | sort | uniq -c | grep -vc '^ *2 ')" 0

# Views: the score is the mean, the rank a vote; equal views change nothing.
awk -F, -v OFS=, '{print $0, NR == 1 ? "view" : 0
	if (NR > 1) print $0, 3}' t.csv >tv.csv
awk -F, -v OFS=, '{print $0, NR == 1 ? "view" : 3
	if (NR > 1) print $0, 0}' s.csv >sv.csv
is "equal views" "$(rmia -m both tv.csv sv.csv)" "$(rmia -m both t.csv s.csv)"
# A second view whose target is 1 worse everywhere: log R falls by 1/2 in the
# mean, of the population too, so the votes stay.
awk -F, -v OFS=, '{print $0, NR == 1 ? "view" : 0
	if (NR > 1) {$6 = sprintf("%.6f", $6 + 1); print $0, 1}}' t.csv >tw.csv
awk -F, -v OFS=, '{print $0, NR == 1 ? "view" : 0
	if (NR > 1) print $0, 1}' s.csv >sw.csv
rmia -m both t.csv s.csv >plain.csv
rmia -m both tw.csv sw.csv >views.csv
is "the score is the mean over views" "$(for f in plain views; do
	column score_rmia_online <$f.csv >$f; done
	paste -d, plain views | awk -F, '{d = $1 - $2 - .5
		if (d > 1e-12 || d < -1e-12) bad++} END {print NR, bad + 0}')" \
	"120 0"
is "and the rank a vote" "$(column rank_rmia_online <views.csv | cksum)" \
	"$(column rank_rmia_online <plain.csv | cksum)"

# --- a --------------------------------------------------------------------

# The shadows' p with a record is .8 p + .2.
awk 'BEGIN {
	srand(7)
	print "#mia 1 signals"
	print "#@ train-shadow 0.1.0 --design=coin"
	print "id,model,member,part,conf"
	for (i = 0; i < 400; i++) {
		p = rand()
		for (m = 0; m < 6; m++) {
			in_ = rand() < .5
			q = (in_ ? .8 * p + .2 : p) * (1 - .02 * rand())
			printf "r%d,%s,%d,%s,%.6f\n", i, m == 5 ? "t" : m, in_,
				"member", q
		}
	}
	print "#end 2400"
}' >tune.csv
tuned=$(fit-rmia -v --signal conf -m offline --missing empty -a tune \
	--detail tune.csv 2>err | sed '/^#/d' | column a | sort -u)
is "the tuned a is one, and is told" "$(grep -c "^fit-rmia: a = $tuned, by the \
AUC 0\.[0-9]* of shadow 0 over [0-9]* records$" err)" 1
# By hand: the best of 0, .1 ... 1 on shadow 0, by AUC, with the others' OUT.
best=$(sed '/^#/d; /^id/d' tune.csv | awk -F, '
	{m[$1] = 1; in_[$1, $2] = $3; p[$1, $2] = $5}
	END {
		for (k = 0; k <= 10; k++) {
			n1 = n0 = 0
			for (i in m) {
				s = n = 0
				for (j = 1; j < 5; j++)
					if (!in_[i, j]) {s += p[i, j]; n++}
				if (n == 0) continue
				a = k / 10
				r = p[i, 0] / (((1 + a) * s / n + 1 - a) / 2)
				if (in_[i, 0]) x[n1++] = r; else y[n0++] = r
			}
			w = 0
			for (i = 0; i < n1; i++) for (j = 0; j < n0; j++)
				w += (x[i] > y[j]) + (x[i] == y[j]) / 2
			if (w / n1 / n0 > best + 1e-12) {
				best = w / n1 / n0; at = a}
		}
		print at
	}')
is "it is the best of the tenths" "$tuned" "$best"
is "another shadow may serve" "$(fit-rmia -v --signal conf -m offline -a tune \
	--missing empty --tune-shadow 3 tune.csv 2>&1 >out | grep -c 'of shadow 3 over')" 1
is "scores are those of that a" "$(sed '/^#/d' out | column score_rmia_offline |
	cksum)" "$(rmia --signal conf -m offline --missing empty \
	-a "$(fit-rmia -v --signal conf -m offline -a tune --missing empty \
		--tune-shadow 3 tune.csv 2>&1 >/dev/null |
		sed -n 's/.* a = \([0-9.]*\),.*/\1/p')" tune.csv 2>/dev/null |
	column score_rmia_offline | cksum)"
# A small audit whose shadow 2 has just the target's non-members.
awk -F, -v OFS=, '/^#/ {next} $1 ~ /^r[0-9]$/ || /^id/' tune.csv >small.csv
awk -F, -v OFS=, '$2 == "t" {t[$1] = $3} {row[NR] = $0}
	END {for (i = 1; i <= NR; i++) {$0 = row[i]
		if ($2 == 2) $3 = 1 - t[$1]; if ($2 == 3) $3 = t[$1]; print}}' \
	small.csv >twins.csv
tune_on() {
	fit-rmia --signal conf -m offline -a tune --missing empty \
		--design coin --tune-shadow "$1" twins.csv
}
must_fail 3 "never on the target's complement" \
	"shadow 2 was trained on just the non-members of 't', so tuning" tune_on 2
must_fail 3 "nor on its twin" \
	"shadow 3 was trained on just the members of 't', so tuning" tune_on 3
ok "but on others" tune_on 1
must_fail 2 "nor on one that is not there" "there is no shadow 9" tune_on 9
must_fail 2 "the design must be known" "give --design" fit-rmia -a tune \
	--signal conf small.csv
# Offline shadows: their members are aux records.
awk -F, -v OFS=, '/^#@/ {print "#@ train-shadow 0.1.0 --design=aux"; next}
	/^#end/ {next} /^#/ || /^id/ {print; next}
	{i = substr($1, 2) + 0; n = $2 == "t" ? 5 : $2}
	i < 200 && n == 5 {print} i < 200 && n < 4 {$3 = 0; print}
	i >= 200 && n < 4 {$4 = "aux"; $3 = (i + n) % 4 < 2; print}
	END {print "#end 1800"}' tune.csv >aux.csv
is "under aux it is tuned on aux rows" "$(fit-rmia -v --signal conf -a tune \
	aux.csv 2>&1 >out | sed -n 's/.*\(of shadow.*\)/\1/p')" \
	"of shadow 0 over 200 records"
is "which are not judged" "$(sed '/^#/d' out | wc -l)" 201
is "and tell nothing else" "$(sed '/^#/d' out | column score_rmia_offline |
	cksum)" "$(fit-rmia -v --signal conf -a tune aux.csv 2>&1 >/dev/null |
	sed -n 's/.* a = \([0-9.]*\),.*/\1/p' | { read -r a
	sed '/^#/d; /,aux,/d' aux.csv | rmia --signal conf -a "$a"; } |
	column score_rmia_offline | cksum)"
sed '/,aux,/d; s/^#end.*/#end 1000/' aux.csv >noaux.csv
must_fail 3 "they must be there" "no shadow has a row of an aux record" \
	fit-rmia --signal conf -a tune noaux.csv

# --- chance, and leave one out --------------------------------------------

# 30 targets and 8 balanced shadows that know nothing of their members.
awk 'BEGIN {
	srand(5)
	print "#mia 1 signals"
	print "#@ train-shadow 0.1.0 --design=balanced"
	print "id,model,member,part,label,loss"
	for (i = 0; i < 250; i++) {
		for (m = 0; m < 8; m++) in_[m] = m < 4
		for (m = 7; m > 0; m--) {
			k = int(rand() * (m + 1)); x = in_[m]
			in_[m] = in_[k]; in_[k] = x
		}
		base = .5 + 3 * rand()
		part = i < 200 ? "member" : "population"
		for (m = 0; m < 38; m++)
			printf "r%d,%s,%d,%s,x,%.6f\n", i, m < 8 ? m : "t" m,
				i < 200 && (m < 8 ? in_[m] : rand() < .5),
				part, base + rand()
	}
	print "#end 9500"
}' >null.csv
# Mean AUC of a column over models: its deviation is .041 / sqrt(30).
auc() { # COLUMN of a plain stream
	awk -F, -v name="$1" 'NR == 1 {for (i = 1; i <= NF; i++)
		if ($i == name) c = i; next} {print $2 "," $3 "," $c}' |
	sort -t, -k1,1 -k3,3g | awk -F, '
		function done() {if (n1 * n0) {sum += w / n1 / n0; n++}
			w = n0 = n1 = e0 = e1 = 0}
		function block() {w += e1 * (n0 - e0) + e1 * e0 / 2
			e0 = e1 = 0}
		$1 != m || $3 != v {block()}
		$1 != m {done()}
		{m = $1; v = $3}
		$2 {n1++; e1++} !$2 {n0++; e0++}
		END {block(); done(); a = sum / n
			if (a > .46 && a < .54) print "chance"
			else print a}'
}
rmia -m both --base --calibrated null.csv >all.csv
for name in score_rmia_online score_rmia_offline score_base score_calibrated \
	rank_rmia_online rank_rmia_offline; do
	is "$name finds nothing where nothing is" "$(auc $name <all.csv)" chance
done
is "nor with a tuned" "$(rmia -m offline -a tune null.csv |
	auc score_rmia_offline)" chance
is "nor inverted, with one reference" "$(sed '/^r[0-9]*,[1-7],/d; /^#/d' \
	null.csv | rmia -m offline --invert - | auc score_rmia_offline)" chance
is "nor trimmed" "$(rmia --trim .25 null.csv | auc score_rmia_online)" chance
is "nor do the peers" "$(rmia --compat pm null.csv 2>/dev/null |
	auc score_pm)" chance
is "members do show" "$(awk -F, -v OFS=, '/^r/ && $3 && $2 ~ /t/ {$6 -= .3} 1' \
	null.csv | sed '/^#/d' | rmia -m offline -a 1 | auc score_rmia_offline |
	awk '{print ($1 > .65)}')" 1
rmia --leave-one-out -m both --detail --base --calibrated null.csv >loo.csv
is "each model is the target once" "$(sed 1d loo.csv | cut -d, -f2 | uniq -c |
	tr -s ' ' | tr '\n' ';')" \
	" 200 0; 200 1; 200 2; 200 3; 200 4; 200 5; 200 6; 200 7;"
is "with equal counts for all, and the population" \
	"$(sed 1d loo.csv | cut -d, -f6,7,11 | sort -u)" 3,3,50
is "its header" "$(head -n 1 loo.csv)" "id,model,member,label,loss,n_in,n_out,\
log_p_in,log_p_out,a,population,score_rmia_online,score_rmia_offline,\
rank_rmia_online,rank_rmia_offline,score_base,score_calibrated"
for name in score_rmia_online score_rmia_offline score_base score_calibrated \
	rank_rmia_offline; do
	is "$name finds nothing, each model in turn" "$(auc $name <loo.csv)" \
		chance
done
must_fail 3 "a design that does not fit" "is not in just one model of each" \
	fit-rmia --leave-one-out --design pairs null.csv

# --- faults ---------------------------------------------------------------

bad() { # NAME PATTERN EXTRA-ROW [OPTION ...]
	name=$1 pattern=$2
	cp shadows.csv bad.csv
	printf '%b' "$3" >>bad.csv
	shift 3
	must_fail 3 "$name" "$pattern" fit-rmia --signal conf "$@" target.csv \
		bad.csv
}

bad "a population that a model saw" \
	"bad.csv:15: 'member' is 1 in a population row" \
	'z1,11,1,population,x,,.5\n'
bad "a population record that is audited elsewhere" \
	"bad.csv:15: record 'z1' belongs to another 'part'" \
	'z1,11,0,nonmember,x,,.5\n'
bad "an audited record in the population" \
	"bad.csv:15: record 'a' belongs to another 'part'" \
	'a,11,0,population,x,,.5\n'
bad "an aux record in the population, where it matters" \
	"bad.csv:15: record 'u' belongs to another 'part'" \
	'u,11,0,population,x,,.5\n' -a tune --design coin
bad "a population record the target does not know" \
	"bad.csv:15: record 'z3' has shadow rows but no target row" \
	'z3,0,0,population,x,,.5\n'
bad "an audited one" "record 'c' has shadow rows but no target row" \
	'c,0,1,member,x,,.5\n'
bad "above 1" "record 'a' has 1.5 as 'conf' under model '11', which is no" \
	'a,11,0,member,x,,1.5\n'
bad "below 0" "record 'a' has -0.5 as 'conf' under model '11', which is no" \
	'a,11,0,member,x,,-.5\n'
bad "a word" "bad.csv:15: 'conf' holds 'abc', not a number" \
	'a,11,0,member,x,,abc\n'
bad "too few shadows" "2 of 2 records of 'mine' have fewer than 2" '' \
	--min-shadows 2
sed '/^z1,10,/d; /^z1,1,/d' shadows.csv >few.csv
must_fail 3 "too few of the population" \
	"population record 'z1' has rows under 1 shadows, fewer than 2" \
	fit-rmia --signal conf -m offline --min-shadows 2 target.csv few.csv
sed '/^z1,/d' shadows.csv >few.csv
sed '/^z1,/d' target.csv >fewt.csv
echo 'z1,mine,0,population,x,,.6' >>fewt.csv
must_fail 3 "a population record without shadows" \
	"population record 'z1' has rows under 0 shadows, fewer than 1" \
	fit-rmia --signal conf fewt.csv few.csv
must_fail 3 "for pm too" "population record 'z1' has rows under 0 shadows" \
	fit-rmia --compat pm --signal conf fewt.csv few.csv
is "may be left out" "$(rmia --signal conf --missing empty --detail fewt.csv \
	few.csv 2>err | sed 's/"p, q"//' | column population | sort -u)" 1
is "which is counted" "$(cat err)" \
	"fit-rmia: 1 population records are left out, for want of shadows"
must_fail 3 "gamma without population" "needs rows of part population" \
	fit-rmia --signal conf -g 2 tn.csv sn.csv
must_fail 3 "pm without population" "no row of part population under model" \
	fit-rmia --signal conf --compat pm tn.csv sn.csv
must_fail 3 "rmia24 without non-members" "needs two or more" \
	fit-rmia --signal conf --compat rmia24 tn.csv sn.csv
must_fail 3 "online without IN" "no shadow was trained on an audited record" \
	fit-rmia -m online deep.csv
must_fail 3 "no such signal" "'loss'.*score-losses --signal makes it" \
	fit-rmia target.csv shadows.csv
must_fail 3 "no target" "no audited row of a target" fit-rmia --signal conf \
	shadows.csv
must_fail 3 "no shadow" "no row of a shadow" fit-rmia --signal conf target.csv
sed '1s/conf/score_rmia_online,conf/; 1!s/,\([^,]*\)$/,0,\1/' target.csv >th.csv
sed '1s/conf/score_rmia_online,conf/; 1!s/,\([^,]*\)$/,0,\1/' shadows.csv >sh.csv
must_fail 3 "a score that is there" "column 'score_rmia_online' is there" \
	fit-rmia --signal conf th.csv sh.csv
sed '1!s/,target,/,99,/' t.csv >twin.csv
must_fail 3 "the target among its shadows" \
	"shadow 99 was trained on just the members of 'target'" \
	fit-rmia t.csv s.csv twin.csv
sed '1!s/,target,/,98,/' t.csv | awk -F, -v OFS=, \
	'NR > 1 && $4 != "population" {$3 = 1 - $3} 1' >opposite.csv
must_fail 3 "or its complement, whatever the population" \
	"shadow 98 was trained on just the non-members of 'target'" \
	fit-rmia t.csv s.csv opposite.csv
sed '/^r125,4,/{/,3$/d;}' sv.csv >lack.csv
must_fail 3 "a view of the population missing" "record 'r125' lacks a view" \
	fit-rmia tv.csv lack.csv
for usage in "-a 1.2" "-a x" "--leave-one-out -a tune" "--tune-shadow 1" \
	"--design coin" "--invert -a 0" "--compat pm --base" \
	"--compat pm -m online" "--compat pm --missing empty" "--trim .5" "-g 0" "--references 0"; do
	# shellcheck disable=SC2086
	must_fail 2 "usage: $usage" "fit-rmia: " fit-rmia $usage target.csv
done
must_fail 4 "a full disk" "No space left" sh -c \
	'fit-rmia --signal conf target.csv shadows.csv >/dev/full'
done_testing
