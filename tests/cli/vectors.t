#!/bin/sh
# Each column of the shared vectors is on the list, with the test that uses it
# or the work it waits for; and what the list says is so.
. "$(dirname "$0")/../tap.sh"

LIST=$TOP/tests/reference/vectors.list

# Lines of the list, {a,b} and {0..9} written out: FILE COLUMN STATE WORD WHY
awk '
	# Writes out the first brace of s, and so on; in[] gathers the rest.
	function spread(s, rest,    at, end, n, i, part, low, high) {
		at = index(s, "{")
		end = index(s, "}")
		if (at == 0 || end < at) {
			print s, rest
			return
		}
		n = split(substr(s, at + 1, end - at - 1), part, ",")
		if (n == 1 && part[1] ~ /^[0-9]+\.\.[0-9]+$/) {
			split(part[1], part, "[.][.]")
			low = part[1] + 0
			high = part[2] + 0
			for (i = low; i <= high; i++)
				part[i - low + 1] = i
			n = high - low + 1
		}
		for (i = 1; i <= n; i++)
			spread(substr(s, 1, at - 1) part[i] substr(s, end + 1),
			       rest)
	}
	/^#/ || NF == 0 { next }
	{
		rest = $3
		for (i = 4; i <= NF; i++)
			rest = rest " " $i
		spread($1 " " $2, rest)
	}' "$LIST" >list

is "no column is listed twice" \
	"$(cut -d' ' -f1,2 list | sort | uniq -d)" ""
is "each line has a state and what it is about" \
	"$(awk 'NF < 4 || ($3 != "test" && $3 != "later" && $3 != "never")' \
		list)" ""

# FILE COLUMN test TEST [TEXT]: TEST names FILE, and TEXT, or else COLUMN.
while read -r file column state what text; do
	[ "$state" = test ] || continue
	[ -e "$TOP/$what" ] || {
		echo "$what does not exist"
		continue
	}
	stem=$(basename "$file" | sed 's/[.].*//')
	grep -qE "(^|[^[:alnum:]])$stem([^[:alnum:]]|\$)" "$TOP/$what" ||
		echo "$what says nothing of $file"
	grep -qF -- "${text:-${column##*.}}" "$TOP/$what" ||
		echo "$what says nothing of $column of $file"
done <list | sort -u >stray
is "each test that is named uses its vectors" "$(cat stray)" ""

if [ -z "$SHARED" ]; then
	skip "all columns are listed" "../shared/vectors is not there"
	done_testing
	exit
fi

# What there is: columns of CSV, paths of JSON without the indices of lists.
(cd "$SHARED/vectors" && find . -name '*.csv' -o -name '*.json') |
	sed 's|^\./||' | sort >files
while read -r file; do
	case $file in
	*.csv)
		head -n 1 "$SHARED/vectors/$file" | tr -d '\r' | tr , '\n'
		;;
	*.json)
		jq -r '[paths(type != "object") | map(strings)
			| join(".")] | unique[]' "$SHARED/vectors/$file"
		;;
	esac | sed "s|^|$file |"
done <files | sort >there
cut -d' ' -f1,2 list | sort >listed
while read -r file; do
	is "the columns of $file" \
		"$(grep "^$file " there | comm -3 - listed |
			grep -v '^	' | sort)" ""
done <files
is "what is listed is there" "$(comm -13 there listed)" ""
done_testing
