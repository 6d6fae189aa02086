#!/bin/sh
# plan-audit: samples needed, the power of samples given, what is refused.
. "$(dirname "$0")/../tap.sh"

# cells COLUMNS <metrics: these columns of every row
cells() {
	awk -F, -v columns="$1" '
	/^#/ { next }
	!n { n = split(columns, want, " ")
	     for (i = 1; i <= NF; i++) col[$i] = i
	     next }
	{ line = ""
	  for (i = 1; i <= n; i++)
		line = line (i > 1 ? " " : "") $col[want[i]]
	  print line }'
}

# value METRIC <metrics
value() {
	cells "metric value" | sed -n "s/^$1 //p"
}

# --- what is written ---------------------------------------------------------

both="--auc 0.55 --max-auc 0.6 --tpr 0.3 --fpr 0.1 --max-tpr 0.2"
# shellcheck disable=SC2086
plan-audit $both >both.csv
is "a sample sought: every row" "$(cells "metric at level method note" <both.csv)" \
	"plan_nonmembers_vertex 0.1   
plan_nonmembers_fpr 0.1 0.95 clopper-pearson 
plan_members_auc    needed
plan_nonmembers_auc    needed
plan_auc  0.95 beta-delong assumed
plan_width_auc  0.95 beta-delong 
plan_limit_auc  0.95 beta-delong planned-met
plan_power_auc  0.95 binormal planned-met
plan_members_tpr_at_fpr 0.1   needed
plan_nonmembers_tpr_at_fpr 0.1   needed
plan_tpr_at_fpr 0.1 0.95 order-statistics assumed
plan_width_tpr_at_fpr 0.1 0.95 order-statistics 
plan_limit_tpr_at_fpr 0.1 0.95 order-statistics planned-exceeded
plan_power_tpr_at_fpr 0.1 0.95 binormal planned-exceeded"
is "n1 and n0 are the sample" "$(cells "n1 n0" <both.csv | sort -u |
	tr '\n' ';')" " ;522 522;868 868;"
is "the head says what was asked" "$(sed -n 2p both.csv)" \
	"#@ plan-audit 0.1.0 --auc=0.55 --max-auc=0.6 --tpr=0.3 --fpr=0.1 --max-tpr=0.2"
ok "the power is reached, just" awk -v p="$(value plan_power_auc <both.csv)" \
	'BEGIN {exit !(p >= .8 && p < .802)}'

# shellcheck disable=SC2086
plan-audit $both --members 522 --nonmembers 522 >given.csv
is "a sample given: its notes" "$(cells note <given.csv | sort | uniq -c |
	tr -s ' ' | tr '\n' ';')" " 7 ; 2 assumed; 4 given; 2 planned-exceeded; 2 planned-met;"
for m in plan_auc plan_width_auc plan_power_auc plan_nonmembers_fpr; do
	is "found again: $m" "$(value $m <given.csv)" "$(value $m <both.csv)"
done
is "a rate alone" "$(plan-audit --fpr 0.0001 | cells "metric value")" \
	"plan_nonmembers_vertex 10000
plan_nonmembers_fpr 29956"
is "a sample alone: 1/n0, and 1 - .05^(1/n0)" \
	"$(plan-audit --members 7 --nonmembers 20 |
		cells "metric value n1 n0" | sed 's/\(\.[0-9]\{8\}\)[0-9]*/\1/')" \
	"plan_resolution 0.05 7 20
plan_fpr_floor 0.13910834 7 20
plan_epsilon_ceiling 1.16781858 7 20"
# From a plain sum over F of E min(1, exp(epsilon) F)^n1 = .05 / J.
is "ceilings of 100, 1e3 and 1e4 a side" "$(
	for n in 100 1000 10000; do
		plan-audit --members $n --nonmembers $n |
			value plan_epsilon_ceiling | cut -c 1-5
	done | tr '\n' ' ')" "2.792 5.054 7.335 "
plan-audit --members 300 --nonmembers 200 --delta 0.001 >ceiling.csv
awk 'BEGIN {print "id,member,score_a"
	for (i = 0; i < 500; i++) print i "," (i < 300) "," (500 - i)}' >apart.csv
# Both are solved to 1e-9.
is "the ceiling is bound-epsilon's" \
	"$(cells "metric value level method n1 n0 delta" <ceiling.csv |
		sed -n 's/^plan_epsilon_ceiling //p' |
		sed 's/\(\.[0-9]\{8\}\)[0-9]*/\1/')" \
	"$(bound-epsilon --delta 0.001 --design runs apart.csv 2>/dev/null |
		cells "metric value level method n1 n0 delta" |
		sed -n 's/^epsilon_ceiling //p' |
		sed 's/\(\.[0-9]\{8\}\)[0-9]*/\1/')"
is "the lower end at error a/4 wants 1 - (1-q)^n0 >= 1 - a/4" \
	"$(for n in 437 436; do
		plan-audit --members 90 --nonmembers $n --tpr 0.3 --fpr 0.01 |
			cells "metric lo" | sed -n 's/plan_tpr_at_fpr //p' |
			awk '{print ($1 > 0)}'
	done | tr '\n' ' ')" "1 0 "

# The plan's typical interval is mia-eval's own on a sample spread that way:
# without signal, members and non-members in turn.
awk 'BEGIN {print "id,member,score_a"
	for (i = 0; i < 600; i++) print i "," i % 2 "," i}' >null.csv
mia-eval --no-meta --at 0.1 null.csv >null.out
is "the interval of an AUC is mia-eval's" \
	"$(plan-audit --auc 0.5 --members 300 --nonmembers 300 |
		cells "metric lo hi" | sed -n 's/^plan_auc //p' |
		awk '{printf "%.2f %.2f", $1, $2}')" \
	"$(cells "metric lo hi" <null.out | sed -n 's/^auc //p' |
		awk '{printf "%.2f %.2f", $1, $2}')"
# shellcheck disable=SC2016
ok "the interval of a rate is mia-eval's, to a record" sh -c '
	cells() { awk -F, -v m="$1" "\$4 == m && \$5 == .1 {print \$7, \$8}"; }
	a=$(plan-audit --tpr 0.1 --fpr 0.1 --members 300 --nonmembers 300 |
		cells plan_tpr_at_fpr)
	b=$(cells tpr_at_fpr <null.out)
	echo "$a $b"
	echo "$a $b" | awk "{exit !((\$1 - \$3)^2 < 2e-5 && (\$2 - \$4)^2 < 2e-5)}"'

# --- the options -------------------------------------------------------------

q="--auc 0.55 --max-auc 0.6"
# shellcheck disable=SC2086
{
	is "--power" "$(plan-audit $q --power 0.95 | value plan_members_auc)" 855
	is "--ratio: members, non-members" \
		"$(plan-audit $q --power 0.5 --ratio 5 |
			cells "n1 n0" | sort -u)" "790 158"
	ok "--level: a stricter one wants more" [ \
		"$(plan-audit $q --level 0.99 | value plan_members_auc)" -gt 600 ]
	is "--verdicts: met is as hard among many" \
		"$(plan-audit $q --verdicts 20 | value plan_members_auc)" 522
}
ok "--verdicts: exceeded is harder" [ "$(plan-audit --auc 0.7 --max-auc 0.6 \
	--verdicts 20 | value plan_members_auc)" -gt 180 ]
is "-v says it in words" "$(plan-audit -v --auc 0.7 --max-auc 0.6 2>&1 >out)" \
	"plan-audit: AUC: 122 members and 122 non-members show the limit exceeded with a chance of 0.801"
plan-audit -z -o packed --fpr 0.1
is "-o, -z" "$(zstd -dc <packed)" "$(plan-audit --fpr 0.1)"

# --- verdict -----------------------------------------------------------------

n="--members 100 --nonmembers 100"
# shellcheck disable=SC2086
{
	ok "too little power is no fault unless --power is given" \
		plan-audit $q $n
	plan-audit $q $n --power 0.8 >low.csv
	is "too little power" "$?$(value plan_members_auc <low.csv)" 6100
	ok "enough power" plan-audit $q --members 600 --nonmembers 522 --power 0.8
}
plan-audit -o far.csv --auc 0.5 --max-auc 0.500001
is "out of reach" $? 6
is "what is out of reach is empty" \
	"$(cells "metric value n1 n0 note" <far.csv)" \
	"plan_members_auc    out-of-reach
plan_nonmembers_auc    out-of-reach
plan_auc 0.5   assumed
plan_limit_auc 0.500001   planned-met
plan_power_auc    out-of-reach"

# --- usage and system --------------------------------------------------------

must_fail 2 "nothing asked" "nothing to plan" plan-audit
must_fail 2 "half a sample" "go together" plan-audit --members 30
must_fail 2 "a ratio of a sample" "sample is given already" \
	plan-audit --members 30 --nonmembers 30 --ratio 1
must_fail 2 "a delta of no sample" "ceiling on epsilon" \
	plan-audit --fpr 0.1 --delta 0.1
must_fail 2 "a rate without its rate" "give --fpr" plan-audit --tpr 0.1
must_fail 2 "no limit, no sample" "give --max-auc" plan-audit --auc 0.6
must_fail 2 "no limit, no sample, for a rate" "give --max-tpr" \
	plan-audit --tpr 0.1 --fpr 0.1
must_fail 2 "a limit of nothing" "max-auc limits --auc" \
	plan-audit --max-auc 0.6 --fpr 0.1
must_fail 2 "a limit of no rate" "max-tpr limits --tpr" \
	plan-audit --max-tpr 0.6 --fpr 0.1
must_fail 2 "at the limit" "at its limit" plan-audit --auc 0.6 --max-auc 0.6
must_fail 2 "power of no limit" "power of\|that of a limit" plan-audit \
	--auc 0.6 --members 30 --nonmembers 30 --power 0.8
for x in "auc 1" "auc 0" "fpr 0" "tpr 1" "max-auc 1.1" "max-tpr -1" "power 1" \
	"level 1" "ratio 0" "delta 1" "members 0" "nonmembers 3000000000" "verdicts 0" \
	"members 2.5" "auc x"; do
	# shellcheck disable=SC2086
	must_fail 2 "--$x" "is not a" plan-audit --fpr 0.1 --$x
done
must_fail 2 "operands" "stray" plan-audit --fpr 0.1 scores.csv
must_fail 4 "a full disk" "." sh -c 'plan-audit --fpr 0.1 >/dev/full'
must_fail 4 "a folder that is not there" "no/where" \
	plan-audit --fpr 0.1 -o no/where
done_testing
