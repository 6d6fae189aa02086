#!/bin/sh
# The audits of pipelines/ on a small set: what they leave, how they end, and
# that a program which fails in the middle leaves no report.
. "$(dirname "$0")/../tap.sh"

pipes=$TOP/pipelines
head -n 201 "$pipes/data/credit-g.csv" >small.csv
(head -n 1 small.csv; tail -n 100 small.csv) >test.csv
head -n 101 small.csv >train.csv
export LABEL=class SET=trees=5 SHADOWS=8 THREADS=1

left() { # the files of an audit folder that are there and not empty
	for f in data.csv target.model target-metrics.csv target.csv \
		target-signals.csv scores.csv metrics.csv roc.csv roc.svg \
		report.md report.html; do
		[ -s "$1/$f" ] || echo "$f"
	done
}

# --- audit-lira.sh --------------------------------------------------------

ok "an audit of one file" bash "$pipes/audit-lira.sh" small.csv
is "leaves everything" "$(left audit)" ""
is "with the settings asked for" \
	"$(grep -c '^#@ split-data .*--label=class' audit/scores.csv) $(
		grep -c '^#@ train-shadow .*--shadows=8' audit/scores.csv)" "1 1"
is "half and half" "$(sed '/^#/d' audit/scores.csv | sed 1d | cut -d, -f3 |
	sort | uniq -c | tr -s ' ' | tr '\n' ';')" " 100 0; 100 1;"
cp audit/metrics.csv first
rm -rf audit
OUT=pair bash "$pipes/audit-lira.sh" train.csv test.csv >pair.out 2>&1
is "an audit of two files" "$?$(left pair)" 0
ok "made of both" grep -q '^nonmember:99,' pair/scores.csv
(cd pair && cp report.html ..)
ok "the report stands alone" grep -q '<svg' report.html

cat >audit.conf <<'END'
# a comment, and a setting the environment also has

SHADOWS=9
SPLIT=--member .5 --nonmember .25
OUT=configured
END
ok "settings in audit.conf" bash "$pipes/audit-lira.sh" small.csv
is "its folder" "$(left configured)" ""
is "the environment wins" "$(grep -c '^#@ train-shadow .*--shadows=8' \
	configured/scores.csv)" 1
is "values may hold blanks" "$(sed '/^#/d' configured/data.csv | sed 1d |
	cut -d, -f2 | sort | uniq -c | tr -s ' ' | tr '\n' ';')" \
	" 100 member; 50 nonmember;"
rm audit.conf

MAX_AUC=.01 OUT=gate bash "$pipes/audit-lira.sh" small.csv >gate.out 2>&1
is "a limit exceeded ends in 5" "$?" 5
is "after the report" "$(left gate)" ""
MAX_TPR_AT=.001=.001 OUT=gate bash "$pipes/audit-lira.sh" small.csv \
	>gate.out 2>&1
is "a limit not shown ends in 6" "$?" 6
is "after the report" "$(left gate)" ""
is "help" "$(bash "$pipes/audit-lira.sh" -h | head -n 1)" \
	"usage: audit-lira.sh DATA.csv              is cut into members and\
 non-members"

# --- audit-rmia.sh --------------------------------------------------------

OUT=rmia bash "$pipes/audit-rmia.sh" small.csv >rmia.out 2>&1
is "an audit by ratios" "$?$(left rmia)" 0
is "with a population, that is not judged" "$(sed '/^#/d' rmia/scores.csv |
	sed 1d | cut -d, -f3 | sort | uniq -c | tr -s ' ' | tr '\n' ';')" \
	" 80 0; 80 1;"
ok "and ranks" grep -q ',rank_rmia_online,rank_rmia_offline,' rmia/scores.csv
OUT=rmia2 RMIA="-a .5" MAX_AUC=.01 bash "$pipes/audit-rmia.sh" train.csv \
	test.csv >rmia.out 2>&1
is "one of two files, with a limit" "$?$(left rmia2)" 5

# A program that writes half of its output and dies.
mkdir broken
cat >broken/train-shadow <<END
#!/bin/sh
"$(command -v train-shadow)" "\$@" >all || exit
head -n 700 all
kill -9 \$\$
END
chmod +x broken/train-shadow
OUT=gate PATH=$PWD/broken:$PATH bash "$pipes/audit-lira.sh" small.csv \
	>broken.out 2>&1
is "a producer that dies: what reads it says so" "$?" 3
is "the old report is gone, the half stream never appears" \
	"$(ls gate/report.* gate/roc.svg 2>/dev/null) $(
		zstd -dcq gate/shadow-signals.csv.zst | tail -n 1 |
			cut -d' ' -f1)" " #end"
OUT=none LABEL=nothing bash "$pipes/audit-lira.sh" small.csv >none.out 2>&1
is "a wrong label: the tool's own status" "$?" 3
ok "and message" grep -q "^split-data: .*no column 'nothing'" none.out

# --- Makefile -------------------------------------------------------------

run() {
	make --no-print-directory -f "$pipes/Makefile" DATA=small.csv \
		LABEL=class SET=trees=5 THREADS=1 "$@" 2>&1
}
would() { # the programs that make would run
	run -n "$@" | grep -oE \
		'^(split-data|train-[a-z]*|query-model|score-losses|fit-lira|(met=0; )?mia-eval|plot-roc|report-md)' |
		sed 's/met=0; //' | sort -u | tr '\n' ' '
}
unset LABEL SET SHADOWS THREADS MAKEFLAGS MFLAGS MAKELEVEL
ok "make" run SHADOWS=8
is "leaves everything" "$(left audit)" ""
is "and finds what the script finds" "$(cut -d, -f1-9 audit/metrics.csv |
	sed '/^#/d')" "$(cut -d, -f1-9 first | sed '/^#/d')"
is "then there is nothing to do" "$(run SHADOWS=8)" \
	"make: Nothing to be done for 'all'."
is "SHADOWS reruns the shadows onward" "$(would SHADOWS=10)" \
	"fit-lira mia-eval plot-roc report-md train-shadow "
is "-n changes nothing" "$(would SHADOWS=8)" ""
is "SEED reruns all that draws" "$(would SHADOWS=8 SEED=2)" "fit-lira mia-eval\
 plot-roc query-model report-md score-losses split-data train-shadow\
 train-target "
is "a limit reruns the judge" "$(would SHADOWS=8 MAX_AUC=.9)" \
	"mia-eval plot-roc report-md "
is "other rows rerun all" "$(would SHADOWS=8 DATA=train.csv | wc -w)" 9
run SHADOWS=8 MAX_AUC=.01 >gate.out
is "a limit exceeded" "$?$(left audit)" 2
ok "is named" grep -q 'Error 5' gate.out
cp audit/report.md before
run SHADOWS=8 MAX_AUC=.01 >gate.out
is "make again: the gate stays shut" "$?" 2
ok "and nothing is rerun" sh -c '! grep -q mia-eval gate.out'
ok "two shards at once" run -j2 SHADOWS=8 SHARDS=2
is "give the same scores" "$(sed '/^#/d' audit/metrics.csv | cut -d, -f1-9)" \
	"$(sed '/^#/d' first | cut -d, -f1-9)"
PATH=$PWD/broken:$PATH run SHADOWS=9 >broken.out
is "a producer that dies: make fails" "$?" 2
is "no report is left" "$(ls audit/report.* audit/met 2>/dev/null)" ""
ok "the next run mends it" run SHADOWS=9
echo 'SHADOWS = 7' >audit.conf
is "settings in a file" "$(run >/dev/null; grep -c 'shadows=7' \
	audit/scores.csv)" 1
is "the command line wins" "$(would SHADOWS=7)" ""
rm audit.conf
is "no data" "$(make --no-print-directory -f "$pipes/Makefile" OUT=x 2>&1 |
	grep -c 'DATA=')" 1
run OUT=audit clean >/dev/null
ok "make clean" test ! -e audit

# --- the demonstration ----------------------------------------------------

OUT=demo bash "$pipes/demo.sh" >demo.out 2>demo.err
is "the demonstration" "$?$(left demo)" 0
is "begins with the verdict" "$(head -n 1 demo.out)" "Verdict: limit exceeded"
is "and the figures" "$(sed -n '/^  AUC: .*95 % interval/p' demo.out | wc -l)" 1
ok "in ten lines" [ "$(sed '/^ *$/,$d' demo.out | wc -l)" -le 10 ]
ok "then draws the curve" grep -q 'False-positive rate' demo.out

# --- the quick start ------------------------------------------------------

SHADOWS=8 OUT=quick bash "$pipes/quickstart-sacro.sh" >quick.out 2>&1
is "SACRO-ML's quick start" "$?$(left quick)" 0
is "70 to 30" "$(sed '/^#/d' quick/data.csv | sed 1d | cut -d, -f2 | sort |
	uniq -c | tr -s ' ' | tr '\n' ';')" " 398 member; 171 nonmember;"
done_testing
