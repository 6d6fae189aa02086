#!/bin/sh
# plot-roc: what is drawn, what is refused.
. "$(dirname "$0")/../tap.sh"

# curve NAME TARGET ATTACK GROUP: a curve of 100 members and 100 non-members
curve() {
	awk -v key="$2,$3,$4" 'BEGIN {
		print "target,attack,group,fpr,tpr,lo,hi,threshold"
		print key ",0,0,0,0.03,inf"
		for (i = 1; i <= 100; i++) {
			t = 1 - (1 - i / 100) ^ 2
			print key "," i / 100 "," t "," t * .9 "," \
				(1 + 2 * t) / 3 "," 1 - i / 100
		}
	}' >"$1"
}

curve a.csv target lira_online ""
curve b.csv target lira_offline ""
curve g.csv target lira_online class=good

is "text on standard output names the curves" \
	"$(plot-roc a.csv b.csv | grep -c -e lira_online -e lira_offline)" 2
is "standard input is read" "$(plot-roc <a.csv)" "$(plot-roc a.csv)"
ok "svg by its suffix" plot-roc -o a.svg a.csv
ok "the svg is XML" sh -c 'command -v xmllint >/dev/null || exit 0
	xmllint --noout a.svg'
plot-roc -f svg a.csv >again.svg
ok "the same bytes again, and on standard output" cmp a.svg again.svg
ok "png and pdf" sh -c 'plot-roc -o a.png a.csv && plot-roc -o a.pdf a.csv &&
	head -c 4 a.png | grep -q PNG && head -c 4 a.pdf | grep -q %PDF'
ok "format wins over suffix" sh -c 'plot-roc -f svg -o a.xyz a.csv &&
	cmp a.svg a.xyz'
ok "linear differs" sh -c 'plot-roc -l -o l.svg a.csv && ! cmp -s a.svg l.svg'
plot-roc --no-band -o n.svg a.csv
is "no band" "$(grep -c 'band:' a.svg) $(grep -c 'band:' n.svg)" "1 0"
cut -d, -f4,5 a.csv >bare.csv
ok "fpr and tpr are enough" plot-roc -o bare.svg bare.csv
is "no interval, no band" "$(grep -c 'band:' bare.svg)" 0
ok "size" sh -c 'plot-roc --size 700x500 -o s.svg a.csv &&
	grep -q "width=\"700\" height=\"500\"" s.svg'

# Names.
names() {
	plot-roc -f svg "$@" | sed -n 's/.*<text>\(.*\)<\/text>.*/\1/p' |
		grep -e lira -e class -e '^two'
}
is "slices only if they are asked for" "$(names a.csv g.csv)" lira_online
is "groups are named where they differ" \
	"$(names --group '' --group class=good a.csv g.csv)" \
	"lira_online
lira_online, class=good"
is "one group is not" "$(names g.csv)" lira_online
mkdir x y
cp a.csv x/before.roc.csv
cp a.csv y/after.csv
is "files are named where nothing else differs" \
	"$(names x/before.roc.csv y/after.csv)" \
	"before, lira_online
after, lira_online"
is "--only" "$(names --only lira_offline a.csv b.csv)" lira_offline
is "--group" "$(names --group class=good a.csv g.csv)" lira_online
curve h.csv t2 lira_online ""
is "--target" "$(names --target t2 a.csv h.csv)" lira_online
# Quotes, markup and commands in a name; the CSV doubles its quotes.
cat >name <<'EOF'
two`touch pwned`"$(touch pwned)"<b>&';x
EOF
curve nasty.csv target "\"$(sed 's/"/""/g' name)\"" ""
is "a name is only a name" \
	"$(names nasty.csv | sed 's/&lt;/</; s/&amp;/\&/')" "$(cat name)"
ok "nothing in it was run" test ! -e pwned

# Refusals.
must_fail 2 "an unknown suffix" "suffix of 'a.gif'" plot-roc -o a.gif a.csv
must_fail 2 "an unknown format" "not one of" plot-roc -f gif a.csv
must_fail 2 "a size that is none" "WIDTHxHEIGHT" plot-roc --size 7 a.csv
must_fail 2 "a size too small" "too small" plot-roc --size 200x100 -f svg a.csv
for i in 1 2 3 4 5 6 7 8 9; do curve c$i.csv target a$i ""; done
must_fail 2 "nine curves" "9 curves" plot-roc -f svg c?.csv
ok "eight of them" plot-roc -f svg -o c.svg c[1-8].csv
must_fail 3 "an attack that is not there" \
	"no curve of 'x'; there are 'lira_online', 'lira_offline'" \
	plot-roc --only x a.csv b.csv
must_fail 3 "one attack that is there and one that is not" "no curve of 'x'" \
	plot-roc --only lira_online --only x a.csv b.csv
head -n 1 a.csv >none.csv
must_fail 3 "no curve at all" "no curve" plot-roc none.csv
echo 'a,b' >other.csv
must_fail 3 "another CSV" "column 'fpr'" plot-roc other.csv
sed 's/0.5,0.75,.*/0.5,0.1,,,0/' a.csv >down.csv
must_fail 3 "a curve that falls" "down.csv:52: .*never falls" plot-roc down.csv
sed 's/0.5,0.75/1.5,0.75/' a.csv >out.csv
must_fail 3 "a rate above 1" "out.csv:52: .*between 0 and 1" plot-roc out.csv
sed 's/0.5,0.75/0.5,high/' a.csv >word.csv
must_fail 3 "a word" "word.csv:52: 'tpr' holds 'high'" plot-roc word.csv
must_fail 4 "no such file" "nothere" plot-roc nothere.csv
must_fail 4 "no folder to write to" "no/a.svg" plot-roc -o no/a.svg a.csv
plot=$(command -v plot-roc)
must_fail 4 "no gnuplot" "apt-get install gnuplot-nox" \
	env PATH=/nowhere "$plot" a.csv
mkdir fake
printf '#!/bin/sh\necho "line 3: bad thing" >&2\nexit 1\n' >fake/gnuplot
chmod +x fake/gnuplot
must_fail 4 "a gnuplot that fails" "status 1: line 3: bad thing" \
	env PATH="$PWD/fake:$PATH" plot-roc -o f.svg a.csv
ok "leaves nothing behind" test ! -e f.svg
if [ -e /dev/full ]; then
	must_fail 4 "a full disk" "No space" sh -c 'plot-roc a.csv >/dev/full'
fi
done_testing
