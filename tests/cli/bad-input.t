#!/bin/sh
# Bad streams, for each program that reads one: one line that names the file,
# the line where there is one, what is wrong and how to mend it; the right exit
# status; nothing under the name given to -o.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/bad.sh"

# to OUTPUT FILE ...: the program with its options.
to() {
	to_output=$1
	shift
	# shellcheck disable=SC2086
	"$prog" $args -o "$to_output" "$@"
}

tool() {
	to final/out.svg "$@"
}

# On standard input and output.
filter() {
	# shellcheck disable=SC2086
	"$prog" $args
}

onto_full() {
	# shellcheck disable=SC2086
	"$prog" $args "$file" >/dev/full
	status=$?
	whole
	return $status
}

# A second file (a model, a ROC) may be there when the first cannot be
# written, if it is whole.
whole() {
	[ ! -e final/model ] || query-model -m final/model data.csv &&
		rm -f final/model
	[ ! -e final/roc ] || tail -n 1 final/roc | grep -q "^#end" &&
		rm -f final/roc
} >/dev/null

to_full() {
	to /dev/full "$file"
	status=$?
	whole
	return $status
}

# A field of 1 GB, unless the program stops before.
long_field() {
	{
		head -n 3 "$file"
		head -c 1000000000 /dev/zero | tr '\0' x
	} | small filter
}

# With 200 MB of address space; the sanitizers need more.
small() {
	# shellcheck disable=SC3045 # every sh that we know has it
	[ -n "${MIA_SAN-}" ] || ulimit -v 200000
	"$@"
}

from() { # FILE COMMAND ...
	from_file=$1
	shift
	"$@" <"$from_file"
}

for prog in split-data train-target train-shadow query-model score-losses \
	mask-predictions fit-lira fit-rmia mia-eval bound-epsilon plot-roc \
	report-md; do
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
	# report-md takes any CSV into the chain; mask-predictions any class.
	[ "$prog" = report-md ] || [ -z "$need" ] ||
		refuses 3 "$prog: no column $need" \
			"^$prog: bad.csv:.*'$need'" tool bad.csv
	: >bad.csv
	refuses 3 "$prog: an empty file" "^$prog: bad.csv: no header row" \
		tool bad.csv
	head -n 1 "$file" >bad.csv
	case $prog in # without rows: nothing to do, nothing to tell
	score-losses | mask-predictions | report-md)
		ok "$prog: a header alone" tool bad.csv
		;;
	*) refuses 3 "$prog: a header alone" "^$prog: " tool bad.csv ;;
	esac
	rm -rf final/*
	refuses 4 "$prog: a directory" "^$prog: '/' is a directory" tool /
	refuses 4 "$prog: no such file" "^$prog: cannot open 'none.csv'" \
		tool none.csv

	refuses 3 "$prog: a field of 1 GB" \
		"^$prog: <stdin>:4: a field is longer than" long_field

	# The same rows under a head, which is right, cut, edited, sorted.
	{
		echo "#mia 1 $(case $file in
		raw.csv) echo data ;;
		ratios.csv) echo signals ;;
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
	case $prog in # these read any kind
	mia-eval | bound-epsilon | report-md) ;;
	*)
		refuses 3 "$prog: a stream of another kind" \
			"^$prog: bad.csv.*weather" tool bad.csv
		;;
	esac

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
		to_full
	refuses 4 "$prog: a full disk under standard output" \
		"^$prog: .*No space left on device" \
		onto_full
	refuses 4 "$prog: a folder that is not there" \
		"^$prog: cannot write 'none/out.svg'" \
		to none/out.svg "$file"
	refuses 4 "$prog: output to a folder" "^$prog: cannot write '.*final'" \
		to final "$file"

	# A closed pipe: silent death by SIGPIPE.
	# shellcheck disable=SC2016,SC2086
	is "$prog: a closed pipe" "$(bash -c '
		(sleep .1; exec "$0" "$@") 2>err | :
		echo "${PIPESTATUS[0]} $(cat err)"' "$prog" $args "$file")" \
		"141 "
	rm -rf final/*

	# Killed in the middle.
	rm -f in
	mkfifo in
	# shellcheck disable=SC2086
	(exec "$prog" $args -o final/out.svg in 2>/dev/null) &
	pid=$!
	exec 3<>in # never waits
	head -n 4 "$file" >&3
	sleep .1
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	is "$prog: it was reading" "$?" 137
	exec 3>&-
	is "$prog: killed, it leaves nothing" "$(ls final)" ""
done
done_testing
