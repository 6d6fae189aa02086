#!/bin/sh
# Bad input, for each program that reads a stream: one line that names the
# file, the line where there is one, what is wrong and how to mend it; the
# right exit status; nothing under the name given to -o.
. "$(dirname "$0")/../tap.sh"

# Small plain streams of 24 records: a good one for each program.
awk -v OFS=, 'BEGIN {
	print "f,g,class" >"raw.csv"
	print "id,part,label,f,g" >"data.csv"
	print "id,model,member,part,label,p_a,p_b" >"predictions.csv"
	print "id,model,member,label,phi" >"signals.csv"
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

# How each program is called; $file is what it reads, $many the name of a
# column that it needs.
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
	mia-eval) args="--roc final/roc" file=scores.csv need=member ;;
	plot-roc) args="--format svg" file=roc.csv need=tpr ;;
	report-md) file=metrics.csv need=value ;;
	esac
}
PROGRAMS="split-data fit-lira plot-roc report-md"

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

# tool FILE ...: the program with its options and an output file.
tool() {
	# shellcheck disable=SC2086
	"$prog" $args -o "final/out.svg" "$@"
}

# The same on standard input and output.
filter() {
	# shellcheck disable=SC2086
	"$prog" $args
}

from() { # FILE COMMAND ...
	from_file=$1
	shift
	"$@" <"$from_file"
}

for prog in $PROGRAMS; do
	use "$prog"
	ok "$prog: the good stream is good" tool "$file"
	rm -rf final/*

	sed '5s/,[^,]*$//' "$file" >bad.csv
	refuses 3 "$prog: a ragged row" \
		"^$prog: bad.csv:[5]: [0-9]* fields where the header has" \
		tool bad.csv
	sed '4s/^/"/' "$file" >bad.csv
	refuses 3 "$prog: a quote that is not closed" \
		"^$prog: bad.csv:4: a quote is never closed" tool bad.csv
	sed '4s/,/",/' "$file" >bad.csv
	refuses 3 "$prog: a quote inside a field" \
		"^$prog: bad.csv:4: " tool bad.csv
	printf 'a\0b,c\n' >bad.csv
	refuses 3 "$prog: UTF-16, or binary" \
		"^$prog: bad.csv:1: the name of column 1 holds a zero byte" \
		tool bad.csv
	sed "1s/\$/,x,x/; 2,\$s/\$/,1,2/" "$file" >bad.csv
	refuses 3 "$prog: two columns of one name" \
		"^$prog: bad.csv:1: two columns are named 'x'" tool bad.csv
	sed "1s/^$need\$/other/; 1s/^$need,/other,/
		1s/,$need\$/,other/; 1s/,$need,/,other,/" "$file" >bad.csv
	[ "$prog" = report-md ] ||
		refuses 3 "$prog: no column $need" \
			"^$prog: bad.csv:.*'$need'" tool bad.csv
	: >bad.csv
	refuses 3 "$prog: an empty file" "^$prog: bad.csv: no header row" \
		tool bad.csv
	head -n 1 "$file" >bad.csv
	[ "$prog" = report-md ] ||
		refuses 3 "$prog: a header alone" "^$prog: " tool bad.csv
	refuses 4 "$prog: a directory" "^$prog: '/' is a directory" tool /
	refuses 4 "$prog: no such file" "^$prog: cannot open 'none.csv'" \
		tool none.csv

	# The same rows under a head, which is right, cut, edited, sorted.
	{
		echo "#mia 1 $(case $file in
		raw.csv) echo data ;;
		*) basename "$file" .csv ;;
		esac)"
		cat "$file"
	} >bad.csv
	refuses 3 "$prog: a stream whose writer died" \
		"^$prog: bad.csv: cut short after [0-9]* rows" tool bad.csv
	cp bad.csv died.csv
	rows=$(($(wc -l <"$file") - 1))
	echo "#end $rows 00000000000000000000000000000000" >>bad.csv
	refuses 3 "$prog: edited rows" \
		"^$prog: bad.csv:.*edited or sorted" tool bad.csv
	{
		cat died.csv
		echo "#end $((rows + 1)) 00000000000000000000000000000000"
	} >bad.csv
	refuses 3 "$prog: lost rows" "^$prog: bad.csv:.*added or cut" \
		tool bad.csv
	sed '1s/.*/#mia 2 x/' died.csv >bad.csv
	refuses 3 "$prog: a newer format" \
		"^$prog: .*newer than 1; use a newer miatools" tool bad.csv
	sed '1s/.*/#mia 1 weather/' died.csv >bad.csv
	refuses 3 "$prog: a stream of another kind" "^$prog: bad.csv.*weather" \
		tool bad.csv

	zstd -q --check -c "$file" >good.zst
	head -c "$(($(wc -c <good.zst) / 2))" good.zst >bad.csv
	refuses 3 "$prog: a zstd frame cut short" \
		"^$prog: bad.csv: the zstd frame is cut short" tool bad.csv
	{
		head -c -4 good.zst
		printf 'junk'
	} >bad.csv
	refuses 3 "$prog: a corrupt zstd frame" \
		"^$prog: bad.csv: corrupt zstd data" tool bad.csv
	{
		cat good.zst
		echo junk
	} >bad.csv
	refuses 3 "$prog: bytes behind a zstd frame" \
		"^$prog: bad.csv: corrupt zstd data" tool bad.csv

	# These are no faults: the same output.
	from "$file" filter >want 2>/dev/null
	# shellcheck disable=SC2046
	{
		printf '\357\273\277'
		sed 's/$/\r/' "$file"
	} >crlf.csv
	from crlf.csv filter >got 2>/dev/null
	is "$prog: a byte order mark and CRLF change nothing" \
		"$(grep -v '^#' got | cksum)" "$(grep -v '^#' want | cksum)"
	from good.zst filter >got 2>/dev/null
	is "$prog: nor does zstd" "$(cksum <got)" "$(cksum <want)"
	sed 'G' "$file" >blank.csv
	from blank.csv filter >got 2>/dev/null
	is "$prog: nor do blank lines" \
		"$(grep -v '^#' got | cksum)" "$(grep -v '^#' want | cksum)"
	rm -rf final/*

	# Output that cannot be written.
	refuses 4 "$prog: a full device" "^$prog: .*No space left on device" \
		sh -c '"$0" "$@" -o /dev/full' "$prog" $args "$file"
	refuses 4 "$prog: a full disk under standard output" \
		"^$prog: .*No space left on device" \
		sh -c 'exec "$0" "$@" >/dev/full' "$prog" $args "$file"
	refuses 4 "$prog: a folder that is not there" \
		"^$prog: cannot write 'none/out.svg'" \
		sh -c '"$0" "$@" -o none/out.svg' "$prog" $args "$file"
	refuses 4 "$prog: output to a folder" "^$prog: cannot write '.*final'" \
		sh -c '"$0" "$@" -o final' "$prog" $args "$file"

	# A closed pipe: silent death by SIGPIPE.
	# shellcheck disable=SC2016
	is "$prog: a closed pipe" "$(bash -c '
		(sleep .1; exec "$0" "$@") 2>err | :
		echo "${PIPESTATUS[0]} $(cat err)"' "$prog" $args "$file")" \
		"141 "
	rm -rf final/*

	# Killed in the middle.
	rm -f in
	mkfifo in
	# shellcheck disable=SC2016
	sh -c 'exec "$0" "$@"' "$prog" $args -o final/out.svg in 2>/dev/null &
	pid=$!
	exec 3>in
	head -n 4 "$file" >&3
	sleep .1
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	is "$prog: it was reading" "$?" 137
	exec 3>&-
	is "$prog: killed, it leaves nothing" "$(ls final)" ""
done
done_testing
