#!/bin/sh
# split-data: each way to deal records out, and every fault.
. "$(dirname "$0")/../tap.sh"

body() { # the rows of a stream, without head, header and foot
	sed '/^#/d' "$1" | sed 1d
}

counts() { # part,label and how many, of a stream
	body "$1" | cut -d, -f2,3 | sort | uniq -c | sed 's/^ *//' |
		tr '\n' ';'
}

# 30 records, 20 of class a and 10 of b; x is different for each.
awk 'BEGIN {
	print "person,age,city,y"
	for (i = 1; i <= 30; i++)
		printf "p%d,%d.50,%s,%s\n", i, 20 + i,
			i % 4 ? "York" : "\"Leeds, West\"", i % 3 ? "a" : "b"
}' >raw.csv

# --- one file -------------------------------------------------------------

split-data --label y raw.csv >data.csv 2>err
is "halves by default, class by class" "$(counts data.csv)" \
	"10 member,a;5 member,b;10 nonmember,a;5 nonmember,b;"
is "nothing is said" "$(cat err)" ""
is "the head" "$(sed -n 1,3p data.csv)" "#mia 1 data
#@ split-data 0.1.0 --label=y --seed=1 --member=.5 --nonmember=.5
id,part,label,person,age,city"
is "rows keep their order and text" \
	"$(body data.csv | sed 's/member/X/; s/nonX/X/' | sed -n '4p;30p')" \
	'3,X,a,p4,24.50,"Leeds, West"
29,X,b,p30,50.50,York'
is "the foot counts the rows" \
	"$(sed -n 's/^\(#[a-z]* [a-z0-9]*\) .*/\1/p' data.csv | tail -n 2)" \
	"#in csv
#end 30"
is "standard input is read" "$(split-data -l y <raw.csv)" "$(cat data.csv)"
split-data -l y -z raw.csv >data.zst
is "zstd holds the same" "$(zstd -dcq data.zst)" "$(cat data.csv)"
is "zstd is read" "$(zstd -cq raw.csv | split-data -l y)" "$(cat data.csv)"
is "--no-meta leaves head and foot out" \
	"$(split-data -l y --no-meta raw.csv)" "$(grep -v '^#' data.csv)"
is "-o writes a file" \
	"$(split-data -l y -o out.csv raw.csv && cat out.csv)" \
	"$(cat data.csv)"
is "another seed is another draw" "$(split-data -l y -s 2 raw.csv |
	cmp -s - data.csv || echo other)" other

sed '1s/y$/label/' raw.csv >named.csv
is "columns id and label are found by name" "$(sed '1s/person/id/' named.csv |
	split-data --no-meta | sed -n '1p;2p' | sed 's/member/X/; s/nonX/X/')" \
	"id,part,label,age,city
p1,X,a,21.50,York"

split-data -l y -m .4 -n 6 --aux .1 --population 2 --background rest \
	raw.csv >five.csv 2>err
is "five parts" "$(body five.csv | cut -d, -f2 | sort | uniq -c | tr -s ' ')" \
	" 3 aux
 7 background
 12 member
 6 nonmember
 2 population"
is "each class is cut alike" "$(counts five.csv | tr ';' '\n' |
	grep 'member')" "8 member,a
4 member,b
4 nonmember,a
2 nonmember,b"
is "shares are in the head" "$(sed -n 2p five.csv)" \
	"#@ split-data 0.1.0 --label=y --seed=1 --member=.4 --nonmember=6\
 --aux=.1 --population=2 --background=rest"
split-data -l y -m 10 -n .3 raw.csv >some.csv 2>err
is "what no part takes is said" "$(cat err)" \
	"split-data: 11 rows are in no part and left out; give a part the\
 'rest' to keep them"
is "and left out" "$(body some.csv | wc -l)" 19
split-data -l y --per-class 3 --aux rest raw.csv >shokri.csv
is "--per-class" "$(counts shokri.csv)" \
	"14 aux,a;4 aux,b;3 member,a;3 member,b;3 nonmember,a;3 nonmember,b;"
split-data -l y -v raw.csv 2>err >/dev/null
is "-v says the parts" "$(cat err)" "split-data: member: 15 rows
split-data: nonmember: 15 rows"
for s in 1 2 3 4 5 6 7 8 9; do
	split-data -l y --plain -s $s raw.csv >plain.csv
	counts plain.csv
	echo
done | sort -u >plains
ok "--plain does not count the classes" [ "$(wc -l <plains)" -gt 2 ]
is "--plain is still exact" "$(body plain.csv | cut -d, -f2 | sort |
	uniq -c | tr -s ' ' | tr '\n' ';')" " 15 member; 15 nonmember;"

# --- draws go by id -------------------------------------------------------

parts_by_id() {
	body "$1" | cut -d, -f1,2 | sort
}
split-data -l y -i person -m .5 -n .3 --aux rest raw.csv >a.csv
(sed -n 1p raw.csv; sed 1d raw.csv | sort -t, -k2,2nr) |
	split-data -l y -i person -m .5 -n .3 --aux rest >b.csv
is "the order of rows decides nothing" "$(parts_by_id b.csv)" \
	"$(parts_by_id a.csv)"
is "the id column is no feature" "$(sed -n 3p a.csv)" "id,part,label,age,city"

# --- groups ---------------------------------------------------------------

awk 'BEGIN {
	print "who,x,y"
	for (i = 0; i < 60; i++)
		printf "%d,%d,%s\n", i % 12, i, i % 12 < 8 ? "a" : "b"
}' >visits.csv
split-data -l y -g who visits.csv >groups.csv 2>err
body groups.csv | awk -F, '{print $4 % 12, $2}' | sort -u >who.txt
is "a group is in one part" "$(wc -l <who.txt)" 12
is "both parts have groups" "$(cut -d' ' -f2 who.txt | sort | uniq -c |
	tr -s ' ' | tr '\n' ';')" " 6 member; 6 nonmember;"
is "whole groups that fit are not worth a word" "$(cat err)" ""
is "the group is no feature" "$(sed -n 3p groups.csv)" "id,part,label,x"
awk -v OFS=, -F, '{print $0, NR == 1 ? "key" : "k" 7 * NR}' visits.csv |
	split-data -l y -i key -g who | body /dev/stdin |
	awk -F, '{print $4 % 12, $2}' | sort -u >keyed.txt
is "the draw goes by group, not by id" "$(cat keyed.txt)" "$(cat who.txt)"
split-data -l y -g who -m 27 -n rest visits.csv 2>err >/dev/null
ok "how far groups move the shares is said" \
	grep -q "rows kept together move the shares: member [23][05] for 27,\
 nonmember [34][05] for 33\$" err

# --- duplicates -----------------------------------------------------------

# Rows 0-9 are all different; 10-14 repeat 0-4; 15 is row 0 with another label.
awk -v OFS=, 'BEGIN {
	print "x,y"
	for (i = 0; i < 15; i++) print i % 10, i % 5 < 3 ? "a" : "b"
	print "0,b"
}' >twins.csv
split-data -l y twins.csv 2>err >twins-data.csv
is "copies are counted" "$(sed 's/; [0-9]* nonmember.*//' err)" \
	"split-data: 5 of 16 rows repeat the features and label of another"
both=$(body twins-data.csv | awk -F, '{k = $3 "," $4}
	$2 == "member" {m[k] = 1} $2 == "nonmember" {n[k]++}
	END {for (k in n) if (k in m) s += n[k]; print s + 0}')
is "so are non-members with a copy" "$(sed 's/.*; \([0-9]*\) nonm.*/\1/' err)" \
	"$both"
split-data -l y --duplicates drop twins.csv 2>err >drop.csv
is "drop keeps one of each" "$(body drop.csv | cut -d, -f3- | sort | uniq -d |
	wc -l) $(body drop.csv | wc -l)" "0 11"
is "and says so" "$(cat err)" "split-data: 5 of 16 rows repeat the features\
 and label of another; they are left out"
split-data -l y -d together twins.csv 2>err >together.csv
is "together keeps them on one side" "$(body together.csv |
	cut -d, -f2- | sort -u | cut -d, -f2- | sort | uniq -d | wc -l)" 0
is "all of them" "$(body together.csv | wc -l)" 16

# --- parts that exist -----------------------------------------------------

sed -n '1p;2,11p' raw.csv >train.csv
sed -n '1p;12,21p' raw.csv | awk -F, -v OFS=, '
	/"/ {sub(/, West/, "")} {gsub(/"/, ""); print $4, $2, $1, $3}' >test.csv
sed -n '1p;22,31p' raw.csv >spare.csv
split-data -l y -m train.csv -n test.csv --aux spare.csv >files.csv 2>err
is "files become parts" "$(body files.csv | cut -d, -f2 | uniq -c | tr -s ' ' |
	tr '\n' ';')" " 10 member; 10 nonmember; 10 aux;"
is "columns are found by name, ids are made" "$(sed -n '3,4p;14p;24p' \
	files.csv)" "id,part,label,person,age,city
member:0,member,a,p1,21.50,York
nonmember:0,nonmember,a,p11,31.50,York
aux:0,aux,b,p21,41.50,York"
hash=$(sed -n 's/^#in csv 10 //p' files.csv | head -n 1)
is "the head names the files by hash" "$(sed -n 2p files.csv | cut -d' ' -f6)" \
	"--member=in:$hash"
is "nothing is said" "$(cat err)" ""
split-data -l y -m train.csv -m spare.csv -n test.csv >joined.csv
is "files of one part are joined" "$(body joined.csv | sed -n '11p;21p')" \
	"member:10,member,b,p21,41.50,York
nonmember:0,nonmember,a,p11,31.50,York"
is "one of them may be standard input" \
	"$(split-data -l y -m - -n test.csv <train.csv | body /dev/stdin |
		wc -l)" 20
cp train.csv 500
is "a file called like a share" \
	"$(split-data -l y -m ./500 -n test.csv | body /dev/stdin | wc -l)" 20
cat train.csv >leaky.csv
sed -n '2,4p' train.csv >>leaky.csv
(cat test.csv; sed -n 4p raw.csv | awk -F, -v OFS=, '{print $4,$2,$1,$3}') \
	>leaked.csv
split-data -l y -m leaky.csv -n leaked.csv 2>err >/dev/null
is "copies on both sides" "$(cat err)" "split-data: 4 of 24 rows repeat the\
 features and label of another; 1 nonmember rows have a copy that the target\
 trains on; see --duplicates"
split-data -l y -m leaky.csv -n leaked.csv -d drop 2>err |
	body /dev/stdin | cut -d, -f2 | sort | uniq -c | tr -s ' ' >kept
is "drop keeps what was trained on" "$(tr '\n' ';' <kept)" \
	" 10 member; 10 nonmember;"
cp train.csv everyone.csv
split-data -l y -m spare.csv -n train.csv --background everyone.csv -d drop \
	--aux leaky.csv 2>err
is "background counts as trained on, and first in a file stays" "$(cat err)" \
	"split-data: no row is left for nonmember; give it a larger share or\
 more rows"
split-data -l y -g city -m train.csv -n test.csv 2>err >/dev/null
is "groups on both sides" "$(cat err)" "split-data: 7 nonmember rows have a\
 'city' that the target trains on; they are no strangers to it"

# --- canaries -------------------------------------------------------------

split-data -l y --canaries 12 raw.csv >c.csv
is "canaries and background" "$(body c.csv | cut -d, -f2 |
	sed 's/nonmember/member/' | sort | uniq -c | tr -s ' ' |
	tr '\n' ';')" " 18 background; 12 member;"
is "their number is in the head" "$(sed -n 2p c.csv)" \
	"#@ split-data 0.1.0 --label=y --canaries=12 --seed=1"
for s in 1 2 3 4 5 6 7 8 9 10; do
	split-data -l y --canaries 30 --coin .9 -s $s raw.csv | body /dev/stdin
done | cut -d, -f2 | sort | uniq -c >coins
# 270 of 300 expected, deviation 5.2.
# shellcheck disable=SC2016
ok "--coin" awk '/ member/ {exit !($1 > 240 && $1 < 295)}' coins
split-data -l y --canaries 10 -d drop twins.csv 2>err >c.csv
is "canaries without copies" "$(body c.csv | wc -l)" 11

# --- columns --------------------------------------------------------------

sed '1s/city/part/' raw.csv >key.csv
is "--rename" "$(split-data -l y --rename part=place key.csv | sed -n 3p)" \
	"id,part,label,person,age,place"
is "--drop" "$(split-data -l y --drop part --drop person key.csv |
	sed -n 3p)" "id,part,label,age"
sed '1s/who/id/' visits.csv >idvisits.csv
is "a column id may be the group, or be left out" "$(split-data -l y -g id \
	idvisits.csv | sed -n '3,4p') $(split-data -l y --drop id \
	idvisits.csv | sed -n '3,4p')" "$(split-data -l y -g who visits.csv |
	sed -n '3,4p') $(split-data -l y --drop who visits.csv | sed -n '3,4p')"
split-data -l y raw.csv | split-data --drop part -s 5 >anew.csv
is "a data stream is split anew" "$(sed -n '2,4p' anew.csv |
	sed 's/,[nonm]*ember//')" "#@ split-data 0.1.0 --label=y --seed=1\
 --member=.5 --nonmember=.5
#@ split-data 0.1.0 --drop=part --seed=5 --member=.5 --nonmember=.5
id,part,label,person,age,city"

# --- warnings -------------------------------------------------------------

(echo x,y; for i in 1 2 3 4; do echo $i,a; done) >one.csv
split-data -l y one.csv 2>err >/dev/null
is "one class" "$(cat err)" \
	"split-data: every row has the same label 'y'; there is nothing to learn"
split-data -l age raw.csv 2>err >/dev/null
is "a number as label" "$(head -n 1 err)" "split-data: the label 'age' has 30\
 values in 30 rows; is it a number, not a class?"
is "classes that are not learnt" "$(tail -n 1 err)" \
	"split-data: 15 of 30 classes have no row that the target trains on"

# --- faults ---------------------------------------------------------------

bad() { # STATUS NAME PATTERN ARGUMENTS
	status=$1 name=$2 pattern=$3
	shift 3
	must_fail "$status" "$name" "$pattern" split-data "$@"
}
bad 3 "no label" "^split-data: raw.csv: no column 'label'; give --label one\
 of: person, age, city, y$" raw.csv
bad 3 "a label that is not there" "no column 'z'; give --label" -l z raw.csv
bad 3 "an id that is not there" "no column 'z'; give --id" -l y -i z raw.csv
bad 3 "a group that is not there" "no column 'z'; give --group" -l y -g z \
	raw.csv
bad 3 "--drop of nothing" "no column 'z'; give --drop" -l y --drop z raw.csv
bad 2 "one column twice" "'y' is given for two purposes" -l y -i y raw.csv
bad 2 "dropped label" "'y' is given for two purposes" -l y --drop y raw.csv
bad 2 "group and id" "'person' is given for two" -l y -i person -g person \
	raw.csv
bad 3 "a feature called as a key" "would be called 'part', as a column of the\
 key; --rename part=NAME or --drop part" -l y key.csv
bad 3 "renamed to a key" "would be called 'view'" -l y --rename city=view \
	raw.csv
bad 3 "renamed to another" "would be called 'age', which is taken" -l y \
	--rename city=age raw.csv
bad 3 "renamed to nothing" "which is no name" -l y --rename city= raw.csv
bad 2 "rename of nothing" "names no feature" -l y --rename town=city raw.csv
bad 2 "malformed rename" "names no feature" -l y --rename city raw.csv
echo 'y
a' >bare.csv
bad 3 "no feature" "no feature column is left" -l y bare.csv
echo 'x,y' >empty.csv
bad 3 "no row" "there is no row" -l y empty.csv
printf 'x,y\n1,a\n2,\n' >hole.csv
bad 3 "empty label" "^split-data: hole.csv:3: the label 'y' is empty; " -l y \
	hole.csv
printf 'x,y,i\n1,a,5\n2,b,\n' >noid.csv
bad 3 "empty id" "noid.csv:3: the id 'i' is empty" -l y -i i noid.csv
bad 3 "empty group" "noid.csv:3: the group 'i' is empty" -l y -g i noid.csv
printf 'x,y,i\n1,a,5\n2,b,5\n' >twice.csv
bad 3 "repeated id" "twice.csv:3: id '5' occurs twice" -l y -i i twice.csv
printf 'x,y\n1\n' >ragged.csv
bad 3 "ragged row" "ragged.csv:2: 1 field" -l y ragged.csv
bad 4 "no such file" "cannot open 'nowhere.csv'" -l y nowhere.csv
bad 2 "a share that is none" "'50%' is no share (.5), no count (500), not\
 'rest' and no file" -l y -m 50% -n .5 raw.csv
bad 2 "share above 1" "share '1.5' is above 1" -l y -m 1.5 -n .5 raw.csv
bad 2 "no row at all" "share '0' is no row" -l y -m 0 -n .5 raw.csv
bad 2 "too many places" "more than 18 decimal" -l y \
	-m .1234567890123456789 -n .5 raw.csv
bad 2 "two shares of one part" "'.3' is one of 2 values" -l y -m .3 -m .3 \
	-n .2 raw.csv
bad 2 "shares and files" "some parts are shares" -l y -m train.csv -n .5
bad 2 "files and an operand" "there is an operand too" -l y -m train.csv \
	-n test.csv spare.csv
bad 2 "files and --plain" "stay as they are" -l y -m train.csv -n test.csv \
	--plain
bad 2 "only members" "give --member and --nonmember" -l y -m .5 raw.csv
bad 2 "two rests" "both member and nonmember take the rest" -l y -m rest \
	-n rest raw.csv
bad 2 "more than all" "sum to 1.1, above 1" -l y -m .6 -n .5 raw.csv
bad 3 "more than there is" "ask for 31 rows, but there are 30" -l y -m 20 \
	-n 11 raw.csv
bad 3 "an empty rest" "aux would get none" -l y -m .5 -n .5 --aux rest raw.csv
bad 3 "--per-class above" "class 'b' has 10 rows, too few for 6" -l y \
	--per-class 6 raw.csv
bad 2 "--per-class 0" "from 1 to" -l y --per-class 0 raw.csv
bad 2 "--per-class and a share" "leave out --member" -l y --per-class 2 \
	-m .5 raw.csv
bad 2 "--per-class --plain" "needs the classes" -l y --per-class 2 --plain \
	raw.csv
bad 2 "--coin alone" "give both" -l y --coin .5 raw.csv
bad 2 "--coin 0" "from 1e-09 to 1" -l y --canaries 5 --coin 0 raw.csv
bad 2 "canaries and shares" "decides each row by itself" -l y --canaries 5 \
	-m .5 -n .5 raw.csv
bad 3 "too many canaries" "31 canaries are more than the 30 rows" -l y \
	--canaries 31 raw.csv
bad 2 "--duplicates of no kind" "not one of report|drop|together" -l y \
	-d no raw.csv
bad 3 "a part left without rows" "no row is left for nonmember" -l y \
	-m train.csv -n train.csv -d drop
(echo who,x,y; for i in 1 2 3 4 5 6 7 8; do echo 1,$i,a; done) >single.csv
bad 3 "one group for two parts" "no row is left for" -l y -g who single.csv
sed '1s/age/years/' spare.csv >other.csv
bad 3 "files with other columns" "other.csv: no column 'age'; which the first\
 file has" -l y -m train.csv -n other.csv
awk -F, -v OFS=, '{print $0, "z"}' spare.csv | sed '1s/z/extra/' >more.csv
bad 3 "files with more columns" "more.csv: column 'extra' is not in the first\
 file" -l y -m train.csv -n more.csv
printf '#mia 1 scores\nid,member,score_x\n' >scores.csv
bad 3 "a stream of another kind" "'scores' stream where 'data' is read" \
	-l member scores.csv
sed '$d' data.csv >cut.csv
bad 3 "a cut stream" "cut.csv:.*without #end" -l label --drop part cut.csv
must_fail 4 "a full disk" "No space left" sh -c 'split-data -l y raw.csv >/dev/full'
bad 4 "a folder that is not there" "no/such/folder" -l y -o no/such/folder.csv raw.csv
rm -f out.csv
split-data -l y -o out.csv hole.csv 2>/dev/null
ok "nothing under the final name after a fault" test ! -e out.csv
done_testing
