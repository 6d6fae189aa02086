#!/bin/sh
# Pages are well formed, every program has a page, and its page and --help name
# the same options.
. "$(dirname "$0")/../tap.sh"

list=$PWD/options
cd "$TOP" || exit 4
is "mandoc has no complaint" "$(mandoc -T lint -W warning man/*.[157] 2>&1)" ""
ok "layers are kept" sh tests/lint/layers.sh
ok "the tables of README and miatools.7 are those of the pages" \
	sh tests/lint/docs.sh --check
for f in src/*.c; do
	p=$(basename "$f" .c)
	"$p" --help | sed -n \
		's/^  [- ][^ ]*,* *--\([a-z0-9-]*\).*/\1/p' | sort -u >"$list.program"
	sed -n '/^\.Sh OPTIONS/,/^\.Sh EXIT/s/^\.It Fl //p' "man/$p.1" |
		tr ' ' '\n' | sed -n 's/^-\([a-z0-9-]*\)$/\1/p' |
		sort -u >"$list.page"
	is "$p.1 describes the options of --help" \
		"$(diff "$list.page" "$list.program")" ""
	is "$p --version" "$("$p" --version)" "$p (miatools) $(sed -n \
		's/.*MIA_VERSION "\(.*\)"/\1/p' lib/front/opts.h)"
	is "$p: the summary is the page's" \
		"$("$p" --help | sed -n "1s/^$p: //p")" \
		"$(sed -n 's/^\.Nd //p' "man/$p.1")"
	must_fail 2 "$p refuses an unknown option" "unknown option" \
		"$p" --no-such-option
	for section in NAME SYNOPSIS DESCRIPTION OPTIONS "EXIT STATUS" \
		EXAMPLES "SEE ALSO" CAVEATS; do
		grep -q "^\.Sh $section" "man/$p.1" ||
			is "$p.1 has the section $section" no yes
	done
done
done_testing
