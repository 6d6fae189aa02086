#!/bin/bash
# Speed and size, each figure beside a yardstick in the same run:
#	run.sh [audit|shadow|nursery|lira|map|threads|mlp|start|numbers ...]
# One table: work, ours, yardstick, their ratio, the reach.  Times are the best
# of ROUNDS (5), with the median in brackets; "CPU" is user and system time of
# all processes, memory that of the biggest one.  The yardsticks that take
# long run SLOW (1) times.  Inputs are made once, from fixed seeds, in
# build/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD
export PATH=${MIA_BIN:-$top/bin}:$PATH LC_ALL=C
tools=${MIA_BUILD:-$top/build}/tests/bench
work=$top/build/bench
data=$top/../shared/data
rounds=${ROUNDS:-5} slow=${SLOW:-1}
python=/usr/bin/python3
mkdir -p "$work"

# measure ROUNDS COMMAND ...: sets cpu, wall (ms), their medians, peak (MB)
measure() {
	read -r cpu cpu_median wall wall_median peak < <(
		"$tools/measure" "$@" 2>"$work/said" || cat "$work/said" >&2)
}

calc() { # EXPRESSION
	awk "BEGIN {printf \"%.4g\", $1}"
}

# row WORK OURS YARDSTICK RATIO REACH [CONDITION]
row() {
	local verdict=""
	[ $# -lt 6 ] || verdict=$(awk "BEGIN {print ($6) ? \"  met\" : \"  MISSED\"}")
	printf '%-40s | %-30s | %-34s | %-6s | %s%s\n' \
		"$1" "$2" "$3" "$4" "$5" "$verdict"
}

ms() { # BEST MEDIAN UNIT-OF-WHAT
	awk "BEGIN {if ($1 < 1000) printf \"%.1f (%.1f) ms %s\", $1, $2, \"$3\"
		else printf \"%.2f (%.2f) s %s\", $1 / 1e3, $2 / 1e3, \"$3\"}"
}

# Makes a file once: make FILE COMMAND ...
make_once() {
	local file=$1
	shift
	[ -s "$file" ] || { "$@" >"$file.part" && mv "$file.part" "$file"; }
}

# The digits of Debian's scikit-learn, a file without a header.
sklearn_digits() {
	zcat /usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz |
		awk -F, 'NR == 1 {for (i = 0; i < 64; i++) printf "p%d,", i
			print "class"} {print}'
}

# A set of the shared folder, or digits, as a data stream.
shared_set() {
	if [ -e "$data/$1.csv.zst" ]; then
		make_once "$work/$1.csv" zstd -dcq "$data/$1.csv.zst"
	elif [ "$1" = digits ]; then
		make_once "$work/$1.csv" sklearn_digits
	else
		return 1
	fi
	make_once "$work/$1-data.csv" \
		split-data --label class "$work/$1.csv"
}

# The processes of an audit one by one: the biggest is what counts.
bench_audit() {
	local ours
	make_once "$work/wdbc-data.csv" split-data --label class \
		--member .7 --nonmember .3 pipelines/data/wdbc.csv
	measure "$rounds" env OUT="$work/quickstart" \
		bash pipelines/quickstart-sacro.sh
	ours=$wall
	row "wdbc, forest 100, LiRA 100, to report" \
		"$(ms "$wall" "$wall_median" wall), $(calc "$cpu / 1e3") CPU" \
		"10.4 s SACRO-ML, as measured" "$(calc "10400 / $wall")" \
		"0.6 s" "$wall <= 600"
	row "  its biggest process" "$peak MB" \
		"426 MB SACRO-ML, as measured" "$(calc "426 / $peak")" \
		"40 MB" "$peak <= 40"
	measure "$slow" "$python" tests/bench/sacro_like.py audit \
		"$work/wdbc-data.csv" 100
	row "  shadows and score alone, scikit-learn" "" \
		"$(ms "$wall" "$wall_median" wall), $peak MB" \
		"$(calc "$wall / $ours")" ""
}

# one_shadow SET REACH SETTING ...: by the cost of eight more
one_shadow() {
	local set=$1 reach=$2 few shadow best median
	shift 2
	shared_set "$set" || {
		echo "$set: ../shared/data is not there"
		return
	}
	measure "$rounds" train-shadow -t 1 -n 2 --share .5 \
		--set trees=100 "$work/$set-data.csv"
	few=$cpu
	measure "$rounds" train-shadow -t 1 -n 10 --share .5 \
		--set trees=100 "$work/$set-data.csv"
	shadow=$(calc "($cpu - $few) / 8")
	read -r best median < <("$python" tests/bench/sacro_like.py one \
		"$work/$set-data.csv" "$rounds")
	row "one forest shadow, $set" "$(ms "$shadow" \
		"$(calc "($cpu_median - $few) / 8")" CPU)" \
		"$(ms "$best" "$median" CPU) scikit-learn" \
		"$(calc "$best / $shadow")" "$reach" "$best / $shadow >= $reach"
}

bench_shadow() {
	one_shadow digits 5
	one_shadow letter 4
}

bench_nursery() {
	local ours
	make_once "$work/nursery.csv" "$tools/gen" nursery
	make_once "$work/nursery-data.csv" \
		split-data --label class "$work/nursery.csv"
	# Offline, as SACRO-ML does it.
	measure "$rounds" env OUT="$work/nursery" LABEL=class SHADOWS=100 \
		LIRA="--mode offline" \
		SET="trees=100 bootstrap=no" \
		bash pipelines/audit-lira.sh "$work/nursery.csv"
	ours=$wall
	row "12,960 x 27, forest 100, LiRA 100" \
		"$(ms "$wall" "$wall_median" wall), $(calc "$cpu / 1e3") CPU" \
		"69 s SACRO-ML, as measured" "$(calc "69000 / $wall")" \
		"6 s" "$wall <= 6000"
	row "  its biggest process" "$peak MB" \
		"754 MB SACRO-ML, as measured" "$(calc "754 / $peak")" \
		"120 MB" "$peak <= 120"
	measure "$slow" "$python" tests/bench/sacro_like.py audit \
		"$work/nursery-data.csv" 100 bootstrap=False
	row "  shadows and score alone, scikit-learn" "" \
		"$(ms "$wall" "$wall_median" wall), $peak MB" \
		"$(calc "$wall / $ours")" ""
}

# The same file through libcsv with callbacks that do nothing.
libcsv_pass() {
	measure "$rounds" "$tools/pass" libcsv "$1"
}

bench_lira() {
	local ours bytes
	make_once "$work/signals.csv" "$tools/gen" signals 100000 100
	make_once "$work/full.csv" "$tools/gen" full 20000 100
	libcsv_pass "$work/signals.csv"
	bare=$cpu
	measure "$rounds" fit-lira "$work/signals.csv"
	row "fit-lira, 10,100,000 rows, 5 columns" \
		"$(ms "$wall" "$wall_median" wall), $peak MB" \
		"50 s, 856 MB SACRO-ML, as measured" \
		"$(calc "50000 / $wall")" "1.5 s" "$wall <= 1500"
	row "  libcsv, bare" "$(ms "$cpu" "$cpu_median" CPU)" \
		"$(ms "$bare" "$bare" CPU)" "$(calc "$cpu / $bare")" ""
	libcsv_pass "$work/full.csv"
	bare=$cpu
	bytes=$(wc -c <"$work/full.csv")
	measure "$rounds" fit-lira "$work/full.csv"
	row "fit-lira, 2,020,000 rows, 18 columns" \
		"$(ms "$cpu" "$cpu_median" CPU), $peak MB" \
		"$(ms "$bare" "$bare" CPU) libcsv, $((bytes / 1000000)) MB" \
		"$(calc "$cpu / $bare")" "1.5" "$cpu <= 1.5 * $bare"
}

# A map beside libcsv: our speed as a share of its.
map_row() { # WORK BARE REACH
	row "$1" "$(ms "$cpu" "$cpu_median" CPU), $peak MB" \
		"$(ms "$2" "$2" CPU) libcsv" "$(calc "$2 / $cpu")" \
		"$3" "$2 / $cpu >= $3"
}

bench_map() {
	local bare
	make_once "$work/wide.csv" "$tools/gen" wide 1500000
	libcsv_pass "$work/wide.csv"
	bare=$cpu
	measure "$rounds" "$tools/pass" plain "$work/wide.csv"
	map_row "reader to writer, 27 columns, --no-meta" "$bare" .7
	measure "$rounds" "$tools/pass" map "$work/wide.csv"
	map_row "  hashed" "$bare" .6
	measure "$rounds" score-losses --no-meta "$work/wide.csv"
	map_row "score-losses, 27 columns, --no-meta" "$bare" .7
	measure "$rounds" score-losses "$work/wide.csv"
	map_row "  hashed" "$bare" .6
}

# Rows of threads.sh: NAME, N shadows, LEARNER: 1 thread A s, 2 threads B s, …
bench_threads() {
	local line
	ROUNDS=$rounds sh tests/bench/threads.sh | while read -r line; do
		[[ $line =~ ^(.*):\ 1\ thread\ ([0-9.]+)\ s,\ 2\ threads\ ([0-9.]+) ]]
		row "${BASH_REMATCH[1]}, 2 threads" "${BASH_REMATCH[3]} s wall" \
			"${BASH_REMATCH[2]} s wall, one thread" \
			"$(calc "${BASH_REMATCH[2]} / ${BASH_REMATCH[3]}")" 1.85 \
			"${BASH_REMATCH[2]} / ${BASH_REMATCH[3]} >= 1.85"
	done
}

# The last line of mlp.sh: … A (B) ms, scikit-learn C (D) ms, ratio …
bench_mlp() {
	local line
	line=$(ROUNDS=$rounds bash tests/bench/mlp.sh | tail -n 1)
	[[ $line =~ ([0-9]+)\ \(([0-9]+)\)\ ms,\ scikit-learn\ ([0-9]+)\ \(([0-9]+)\) ]]
	row "one mlp shadow, 5,000 x 784, 10 epochs" \
		"$(ms "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" CPU)" \
		"$(ms "${BASH_REMATCH[3]}" "${BASH_REMATCH[4]}" CPU) scikit-learn" \
		"$(calc "${BASH_REMATCH[3]} / ${BASH_REMATCH[1]}")" 2 \
		"${BASH_REMATCH[3]} / ${BASH_REMATCH[1]} >= 2"
}

bench_start() {
	local p
	for p in src/*.c; do
		p=$(basename "$p" .c)
		measure $((4 * rounds)) "$p" --help
		row "start-up of $p" "$(ms "$wall" "$wall_median" wall), $peak MB" \
			"" "" "5 ms, 8 MB" "$wall <= 5 && $peak <= 8"
	done
}

bench_numbers() {
	echo
	"$tools/bench_num"
}

[ $# -gt 0 ] || set -- audit shadow nursery lira map threads mlp start numbers
row work ours yardstick ratio reach
for part; do
	"bench_$part"
done
