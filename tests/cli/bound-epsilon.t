#!/bin/sh
# bound-epsilon: bounds from scores, counts and guesses; what is refused.
. "$(dirname "$0")/../tap.sh"

REF=$TOP/tests/reference
for i in panoramia_s1 panoramia_s2 epsilon_canary_s1; do
	sed '/^#/d' "$REF/$i.csv" >$i.csv
done

# rows METRIC COLUMNS <metrics: these columns of the rows of a metric
rows() {
	awk -F, -v metric="$1" -v columns="$2" '
	/^#/ { next }
	!n { n = split(columns, want, " ")
	     for (i = 1; i <= NF; i++) col[$i] = i
	     next }
	$col["metric"] == metric {
		line = ""
		for (i = 1; i <= n; i++) {
			x = $col[want[i]]
			if (x ~ /^-?[0-9.]+$/)
				x = sprintf("%.7g", x)
			line = line (i > 1 ? " " : "") x
		}
		print line
	}'
}

# --- from counts and guesses: epsilon/counts_eps.csv, published figures -------

bound-epsilon --no-meta --design runs --delta 1e-5 --counts 76,999,19,1001 \
	--method clopper-pearson --method jeffreys --method joint-beta \
	--method gaussian --method dkw >counts.out
is "counts: bounds, with all that belongs to them" \
	"$(rows epsilon_lower \
		"method value lo hi level n1 n0 delta relation note" \
		<counts.out)" \
	"clopper-pearson 0.7170823 0.7170823 inf 0.95 999 1001 1e-5 \
add-remove one-sided
jeffreys 0.7452434 0.7452434 inf 0.95 999 1001 1e-5 \
add-remove one-sided bayesian
joint-beta 0.9845431 0.9845431 inf 0.95 999 1001 1e-5 \
add-remove one-sided bayesian
gaussian 1.286771 1.286771 inf 0.95 999 1001 1e-5 \
add-remove one-sided gaussian-only
dkw 0 0 inf 0.95 999 1001 1e-5 add-remove one-sided all-thresholds"
is "counts: the counts" "$(rows tp "value n1" <counts.out | sort -u
	rows fp "value n0" <counts.out | sort -u)" "76 999
19 1001"
# 5.600588: a perfect attack on 1000 and 1000 in the same vectors
is "counts: the ceiling" "$(bound-epsilon --counts 500,1000,400,1000 |
	rows epsilon_ceiling "value method note")" \
	"5.600588 clopper-pearson one-sided this-model-only"
# epsilon/ratio_bounds.csv, logs
is "counts: ratios" "$(bound-epsilon --design runs --counts 1000,1010,10,10010 \
	--method katz-log --method adjusted-log --method bailey \
	--method inv-sinh --method ratio-cp |
	rows epsilon_lower "method value note" |
	awk '{printf "%s %.4f %s %s\n", $1, exp($2) / 1000, $3, $4}')" \
"katz-log 0.5893 one-sided asymptotic
adjusted-log 0.5683 one-sided asymptotic
bailey 0.6136 one-sided asymptotic
inv-sinh 0.5926 one-sided asymptotic
ratio-cp 0.5347 one-sided "
is "counts: audit-2020 of two poisoned records" "$(
	bound-epsilon --counts 60,100,40,100 --method audit-2020 --poisoned 2 |
		rows epsilon_lower value)" "-0.005581757"
# Steinke et al. print 0.673 for this.
is "guesses" "$(bound-epsilon --delta 1e-4 --guesses 1000,100,75 |
	rows epsilon_lower "value method note")" "0.6729847 steinke one-sided"
is "guesses: gamma adds to delta" "$(
	bound-epsilon --gamma 1e-6 --guesses 1000,100,75 |
		rows epsilon_lower "value delta")" "0.7019408 1e-6"
is "guesses: Gaussian" "$(bound-epsilon --delta 1e-5 --guesses 1000,25,25 \
	--method gaussian-one-run | rows epsilon_lower "value note")" \
	"2.75352 one-sided gaussian-only"

# --- from scores -------------------------------------------------------------

# 100 of each, apart: the ceiling of EVIDENCE 7; then turned round.
awk 'BEGIN { print "id,model,member,part,score_a,loss"
	for (i = 0; i < 200; i++)
		printf "r%d,t,%d,%s,%d,%d\n", i, i < 100,
			i < 100 ? "member" : "nonmember", -i, i
	print "b1,t,1,background,-1000,1000" }' >apart.csv
bound-epsilon --no-meta --score score_a --lower loss apart.csv >apart.out
is "ranks: apart, by a score or a loss" "$(rows epsilon_lower \
	"attack value threshold n1 n0 fpr note" <apart.out)" \
	"a 2.792806 -99 100 100 0 one-sided bonferroni-26 this-model-only
loss 2.792806 99 100 100 0 one-sided bonferroni-26 this-model-only"
is "ranks: its ceiling" "$(rows epsilon_ceiling "attack value" <apart.out)" \
	"a 2.792806
loss 2.792806"
is "the header" "$(head -n 1 apart.out)" "target,attack,group,metric,at,value,\
lo,hi,level,method,n1,n0,fpr,threshold,delta,relation,note"
{ head -n 1 apart.csv; sed 1d apart.csv | sort -t, -k3,3 -k1,1r; } >sorted.csv
is "the order of rows decides nothing" \
	"$(bound-epsilon --no-meta --score score_a --lower loss sorted.csv)" \
	"$(cat apart.out)"
is "a constant score shows nothing" "$(
	awk -F, -v OFS=, '{ if (NR > 1) $5 = 7; print }' apart.csv |
		bound-epsilon --method ranks --method dkw |
		rows epsilon_lower "method value threshold")" "ranks 0 
dkw 0 "
is "at a threshold: scores and counts agree" "$(
	bound-epsilon --no-meta --method clopper-pearson --threshold -70 \
		apart.csv | rows epsilon_lower "value threshold")" "$(
	bound-epsilon --no-meta --counts 71,100,0,100 |
		rows epsilon_lower value) -70"

# --- designs -----------------------------------------------------------------

# Each row a run of its own, named or not.
awk -F, -v OFS=, 'NR > 1 { $1 = "canary"; $2 = NR } { print }' apart.csv |
	sed '$d' >runs.csv
is "runs: pooled, not of this model only" "$(
	bound-epsilon --design runs runs.csv |
		rows epsilon_lower "target value note")" \
	"runs 2.792806 one-sided bonferroni-26"
awk -F, -v OFS=, 'NR > 1 { $2 = NR < 4 ? "a" : NR } { print }' apart.csv >two.csv
must_fail 3 "a run with two records" \
	"^bound-epsilon: run 'a' has 2 records, but" \
	bound-epsilon --design runs two.csv
# epsilon/canary_topk.csv
is "coin: guesses of a number fixed beforehand" "$(
	bound-epsilon --design coin --delta 1e-5 --guess-in 50 --guess-out 50 \
		--score score epsilon_canary_s1.csv >coin.out
	rows canaries value <coin.out
	rows guesses value <coin.out
	rows correct value <coin.out
	rows epsilon_lower "value method note" <coin.out)" "500
100
89
1.544928 steinke one-sided"
# (.05/26)^(1/100) is the end of 100 of 100; its logit.
is "coin: stopping at once" "$(bound-epsilon --design coin apart.csv |
	rows epsilon_lower "value method note")" "$(
	awk 'BEGIN { q = exp(log(.05 / 26) / 100)
		printf "%.7g stopping one-sided bonferroni-26", log(q/(1-q)) }')"
is "exposure" "$({ echo member,score
	sed 's/^/0,-/' "$REF/tables_exposure_reference.csv" | sed 1,2d
	sed -n 's/^10,\([0-9.]*\),.*/1,-\1/p' "$REF/tables_exposure.csv"; } |
	bound-epsilon --score score --method exposure >exposure.out
	for i in median max ceiling; do
		rows exposure_$i value <exposure.out
	done)" "4.790177
8.643856
8.643856"

# --- PANORAMIA: epsilon/panoramia_expected.csv -------------------------------

bound-epsilon --panoramia --no-meta panoramia_s1.csv >pan.out
is "PANORAMIA" "$(rows c_lower "attack value" <pan.out
	rows c_plus_epsilon_lower "attack value note" <pan.out
	rows epsilon_difference "attack value note" <pan.out)" \
	"baseline_pred 0.7045103
mia_a_pred 1.631442 one-sided bonferroni-200
mia_b_pred 0.4259353 one-sided bonferroni-200
mia_a_pred 0.9269315 heuristic
mia_b_pred -0.278575 heuristic"
must_fail 3 "PANORAMIA without a baseline" \
	"no column 'nope'; name another with --baseline" \
	bound-epsilon --panoramia --baseline nope panoramia_s1.csv
cut -d, -f1,2 panoramia_s1.csv >only.csv
must_fail 3 "PANORAMIA without an attack" "no column begins with 'mia_'" \
	bound-epsilon --panoramia only.csv
sed '2,$s/,0[.]/,7./' panoramia_s2.csv >far.csv
must_fail 0 "PANORAMIA: scores outside 0 to 1 are named" \
	"attack 'baseline_pred': scores lie outside 0 to 1" \
	bound-epsilon --panoramia far.csv

# --- refused -----------------------------------------------------------------

while IFS='|' read -r pattern options; do
	# shellcheck disable=SC2086
	must_fail 2 "refused: $options" "$pattern" bound-epsilon $options
done <<'X'
there is no 'nope'|--method nope apart.csv
exclude each other|--guesses 9,8,7 --counts 1,2,1,2
does not work from --counts|--method ranks --counts 1,2,1,2
does not work from --guesses|--method jeffreys --guesses 9,8,7
say --design coin|--method stopping apart.csv
needs --threshold, chosen on other|--method jeffreys apart.csv
holds at delta 0 only|--method bailey --delta 1e-5 --counts 1,2,1,2
needs a --delta above 0|--method gaussian --counts 1,2,1,2
knows no --gamma|--gamma 1e-5 apart.csv
for fair coins only|--design coin --coin 0.3 --guess-in 5 --delta 1e-5 apart.csv
needs --guess-in or --guess-out|--design coin --delta 1e-5 apart.csv
is not TP,N1,FP,N0|--counts 1,2,3
is not TP,N1,FP,N0|--counts 1,2,1,2,3
is not TP,N1,FP,N0|--counts 1,-2,1,2
more successes than trials|--counts 3,2,1,2
more successes than trials|--counts 0,0,1,2
is not CANARIES,GUESSES,CORRECT|--guesses 1,x,1
more guesses than canaries|--guesses 8,9,1
more correct than guesses|--guesses 9,8,9
no FILE is read|--counts 1,2,1,2 apart.csv
by a rule of its own|--panoramia --delta 1e-5 apart.csv
--level|--level 1 apart.csv
X
must_fail 3 "more guesses than canaries" "201 guesses are more than the 200" \
	bound-epsilon --design coin --delta 1e-5 --guess-in 201 --score score_a \
	apart.csv
awk -F, '$3 != 0' apart.csv >members.csv
must_fail 3 "one side only" "100 members and 0 non-members; a bound needs both" \
	bound-epsilon members.csv
awk -F, -v OFS=, 'NR == 5 { $5 = "" } { print }' apart.csv >gap.csv
must_fail 3 "a score is missing" "gap.csv:5: record 'r3' has no score of 'a'" \
	bound-epsilon gap.csv
is "or it is left out and counted" "$(bound-epsilon --missing drop gap.csv |
	rows missing "value n1 n0")" "1 99 100"
must_fail 3 "no score column" "no column begins with 'score_'" \
	bound-epsilon only.csv
must_fail 4 "no such file" "nowhere.csv" bound-epsilon nowhere.csv
[ -e /dev/full ] && must_fail 4 "a full disk" "/dev/full" \
	bound-epsilon -o /dev/full apart.csv
bound-epsilon -z -o packed.csv apart.csv
bound-epsilon -o plain.csv apart.csv
is "zstd holds the same" "$(zstd -dcq packed.csv 2>/dev/null)" \
	"$(cat plain.csv)"
ok "the report takes the bounds in" report-md plain.csv
done_testing
