# shellcheck shell=sh disable=SC2034
# For tests of bad input:  . tests/tap.sh; . tests/bad.sh
# Makes small good streams, and checks how a program refuses a bad one.

# Small plain streams of 24 records: a good one for each program.
awk -v OFS=, 'BEGIN {
	print "f,g,class" >"raw.csv"
	print "id,part,label,f,g" >"data.csv"
	print "id,model,member,part,label,p_a,p_b" >"predictions.csv"
	print "id,model,member,label,phi" >"signals.csv"
	print "id,model,member,part,label,loss" >"ratios.csv"
	print "id,model,member,label,score_x" >"scores.csv"
	for (i = 0; i < 24; i++) {
		class = i % 2 ? "a" : "b"
		part = i % 4 < 2 ? "member" : "nonmember"
		in_ = i % 4 < 2
		p = (i + 1) / 32
		f = (i * 7 + 3) % 24 + i / 64
		print f, i % 5, class >"raw.csv"
		print "r" i, part, class, f, i % 5 >"data.csv"
		print "r" i, "t", in_, part, class, p, 1 - p >"predictions.csv"
		print "r" i, "t", in_, class, i / 8 - in_ >"signals.csv"
		print "r" i, "t", in_, class, i * 5 % 24 + i / 64 >"scores.csv"
	}
	for (m = -1; m < 8; m++)
		for (i = 0; i < 32; i++) {
			part = i >= 24 ? "population" : \
				i % 4 < 2 ? "member" : "nonmember"
			print "r" i, m < 0 ? "t" : m, i < 24 && \
				(m < 0 ? i % 4 < 2 : (i * 5 + m * 3) % 8 < 4),
				part, i % 2 ? "a" : "b",
				(i * 11 + m * 7 + 14) % 13 / 4 >"ratios.csv"
		}
	for (m = 0; m < 8; m++)
		for (i = 0; i < 24; i++)
			print "r" i, m, (i * 5 + m * 3) % 8 < 4,
				i % 2 ? "a" : "b",
				(i * 11 + m * 7) % 13 / 4 >"signals.csv"
	print "target,attack,group,fpr,tpr,lo,hi,threshold" >"roc.csv"
	print "t,x,,0,0,0,.2,inf" >"roc.csv"
	print "t,x,,.1,.4,.2,.6,2.5" >"roc.csv"
	print "t,x,,.3,.6,.4,.8,1.5" >"roc.csv"
	print "t,x,,1,1,.8,1,-1" >"roc.csv"
}'
printf '%s\n' target,attack,group,metric,at,value,lo,hi,level,method,n1,n0,fpr,threshold,delta,relation,note \
	t,x,,auc,,.6,.5,.7,.95,beta-delong,12,12,,,,, \
	t,x,,tpr_at_fpr,.1,.2,.1,.4,.95,cp,12,12,,,,, \
	t,,,train_accuracy,,.9,.7,1,.95,clopper-pearson,12,,,,,, \
	t,,,test_accuracy,,.7,.5,.8,.95,clopper-pearson,,12,,,,, >metrics.csv
train-target --set trees=3 -m target.model data.csv >/dev/null
mkdir final

# use PROGRAM: sets $args, the $file it reads and $need, a column it needs.
use() {
	file=
	need=
	args=
	case $1 in
	split-data) args="--label class" file=raw.csv need=class ;;
	train-target)
		args="--set trees=3 -m final/model" file=data.csv need=label
		;;
	train-shadow)
		args="-n 4 --set trees=3" file=data.csv need=part
		;;
	query-model) args="-m target.model" file=data.csv need=f ;;
	score-losses) file=predictions.csv need=label ;;
	fit-lira) file=signals.csv need=phi ;;
	fit-rmia) file=ratios.csv need=loss ;;
	mask-predictions) args="--round 2" file=predictions.csv ;;
	bound-epsilon) args="--design runs" file=scores.csv need=member ;;
	mia-eval) args="--roc final/roc" file=scores.csv need=member ;;
	plot-roc) args="--format svg" file=roc.csv need=tpr ;;
	report-md) file=metrics.csv need=value ;;
	esac
}

# refuses STATUS NAME PATTERN COMMAND ...: must_fail, with a single line on
# standard error, whole, of the form "tool: what; remedy", and no file made.
refuses() {
	tap_want=$1 tap_name=$2 tap_pattern=$3
	shift 3
	"$@" >.out 2>.err </dev/null
	tap_status=$?
	tap_why=
	[ "$tap_status" -eq "$tap_want" ] ||
		tap_why="status $tap_status, not $tap_want"
	[ "$(wc -l <.err)" -eq 1 ] || tap_why="$tap_why; not one line"
	grep -q -e "^[a-z-]*: .*; .*[^.]\$" .err ||
		tap_why="$tap_why; no remedy"
	grep -q -e "$tap_pattern" .err || tap_why="$tap_why; other words"
	[ -z "$(ls final)" ] || tap_why="$tap_why; left $(ls final)"
	rm -rf final/*
	if [ -z "$tap_why" ]; then
		tap_result 0 "$tap_name"
	else
		tap_result 1 "$tap_name"
		tap_note "${tap_why#; }"
		tap_note "$(head -n 5 .err)"
		tap_note "wanted: $tap_pattern"
	fi
}
