#!/bin/sh
# join-scores: tables joined and combined by hand, streams, and every fault.
. "$(dirname "$0")/../tap.sh"

join() { # rows alone
	join-scores --no-meta "$@"
}

cat >a.csv <<'EOF'
id,model,member,label,note,score_lira
r1,target,1,yes,"x, y",2.50
r2,target,0,no,,-inf
"r,3",target,0,no,z,0.5
r4,target,1,yes,,0.5
EOF
cat >b.csv <<'EOF'
score_rmia,id,model,member,label,phi,score_base
.25,r4,target,1,yes,9,-4
.75,r1,target,1,yes,8,-3
.5,"r,3",target,0,no,7,-2
0,r2,target,0,no,6,-1
EOF
cat >data.csv <<'EOF'
id,part,label,age,sex
r9,aux,yes,9,f
r4,member,yes,44,f
r2,nonmember,no,,m
"r,3",nonmember,no,33,"f, m"
r1,member,yes,11,m
EOF

# --- joining --------------------------------------------------------------

cat >ab.csv <<'EOF'
id,model,member,label,note,score_lira,score_rmia,score_base
r1,target,1,yes,"x, y",2.50,.75,-3
r2,target,0,no,,-inf,0,-1
"r,3",target,0,no,z,0.5,.5,-2
r4,target,1,yes,,0.5,.25,-4
EOF
is "two attacks, by key; text is untouched" "$(join a.csv b.csv)" \
	"$(cat ab.csv)"
is "rows and other columns are those of the first" "$(join b.csv a.csv |
	sed -n 1,2p)" "score_rmia,id,model,member,label,phi,score_base,score_lira
.25,r4,target,1,yes,9,-4,0.5"
is "--prefix" "$(join -p one_ -p '' -p 3 a.csv b.csv a.csv | sed -n 1p)" \
	"id,model,member,label,note,score_one_lira,score_rmia,score_base,score_3lira"
is "standard input" "$(join b.csv - <a.csv)" "$(join b.csv a.csv)"
(cat a.csv; sed '1d; s/target/other/; s/,[^,]*$/,7/' a.csv) >two.csv
(sed '1d; s/target/other/; s/^[^,]*/5/' b.csv >more.csv
	cat b.csv more.csv) >two-b.csv
is "one id under two models" "$(join two.csv two-b.csv |
	sed -n '2p; 6p' | cut -d, -f1-3,6-)" 'r1,target,1, y",2.50,.75,-3
r1,other,1, y",7,5,-3'
sed 's/target,//; s/model,//' b.csv >nomodel.csv
is "a file without models speaks of the target" "$(join a.csv nomodel.csv)" \
	"$(cat ab.csv)"

# --- columns from elsewhere -----------------------------------------------

is "--take" "$(join --from data.csv --take age,part --take sex a.csv)" \
	'id,model,member,label,note,score_lira,age,part,sex
r1,target,1,yes,"x, y",2.50,11,member,m
r2,target,0,no,,-inf,,nonmember,m
"r,3",target,0,no,z,0.5,33,nonmember,"f, m"
r4,target,1,yes,,0.5,44,member,f'
is "of every model" "$(join --from data.csv --take age two.csv |
	sed 's/.*,//' | tr '\n' ' ')" "age 11  33 44 11  33 44 "
is "from another attack, by its models" "$(join --from two-b.csv \
	--take score_rmia,phi two.csv | sed -n '1p; 6p' | cut -d, -f6-)" \
	'score_lira,score_rmia,phi
 y",7,5,8'
(sed 's/^id/view,id/; 1!s/^/0,/' data.csv
	sed '1d; s/^/1,/; s/4/5/g' data.csv) >views.csv
is "of view 0" "$(join --from views.csv --take age a.csv)" \
	"$(join --from data.csv --take age a.csv)"

# --- combining ------------------------------------------------------------

# lira: 2.5, -inf, .5, .5 have the ranks 7, 1, 4, 4 of 8; rmia .75, 0, .5, .25:
# 7, 1, 5, 3; base -3, -1, -2, -4: 3, 7, 5, 1
is "mean of ranks" "$(join --combine mean a.csv b.csv | sed 's/.*,//' |
	awk 'NR > 1 {printf "%.9g ", $1 * 24}')" "17 9 14 8 "
is "largest" "$(join --combine max a.csv b.csv | sed 's/.*,//' |
	tr '\n' ' ')" "score_max 0.875 0.875 0.625 0.5 "
is "geometric mean" "$(join -c gmean a.csv b.csv | sed 's/.*,//' |
	awk 'NR > 1 {printf "%.9g ", ($1 * 8) ^ 3}')" "147 7 100 12 "
is "of one file's scores" "$(join -c mean b.csv | sed 's/.*,//' |
	awk 'NR > 1 {printf "%.9g ", $1 * 16}')" "4 10 10 8 "
is "each model has ranks of its own" "$(join -c mean two.csv two-b.csv |
	sed -n '2,5s/.*,//p')" "$(join -c mean a.csv b.csv |
	sed -n '2,5s/.*,//p')"
is "whatever the order of rows" "$(join -c gmean b.csv a.csv | sed 1d |
	sed 's/.*,\(r[0-9]\|"r,3"\),target.*,/\1 /' | cut -c1-16 | sort)" \
	"$(join -c gmean a.csv b.csv | sed 1d |
	sed 's/^\(r[0-9]\|"r,3"\),target.*,/\1 /' | cut -c1-16 | sort)"
is "a monotone change changes nothing" "$(sed 's/^0,/-inf,/; s/^.75,/1e9,/' b.csv |
	join -c mean a.csv - | sed 's/.*,//')" "$(join -c mean a.csv b.csv |
	sed 's/.*,//')"

# --- what is missing ------------------------------------------------------

sed 3d b.csv >short.csv
must_fail 3 "a record that one lacks" \
	"short.csv: record 'r1' of a.csv is not there" join-scores a.csv short.csv
must_fail 3 "one that the first lacks" \
	"b.csv:3: record 'r1' of that model is not in <stdin>" \
	sh -c 'sed 2d a.csv | join-scores - b.csv'
join --missing empty a.csv short.csv >got 2>err
is "--missing empty" "$(cat got)" "$(sed '2s/.75,-3$/,/' ab.csv)"
is "counts" "$(cat err)" "join-scores: short.csv lacks 1 of the 4 rows of a.csv,\
 which have empty cells"
join --missing drop a.csv short.csv >got 2>err
is "--missing drop" "$(cat got)" "$(sed 2d ab.csv)"
is "counts" "$(cat err)" "join-scores: short.csv lacks 1 of the 4 rows of a.csv,\
 which were left out"
(cat b.csv; echo 1,new,target,1,yes,1,1) >long.csv
join --missing drop a.csv long.csv >got 2>err
is "rows that the first lacks" "$(cat got)" "$(cat ab.csv)"
is "count" "$(cat err)" "join-scores: long.csv has 1 rows that are not in a.csv\
 and were left out"
is "an ensemble needs all scores" "$(join -c max --missing empty a.csv \
	short.csv 2>/dev/null | sed 's/.*,//' | sed -n 2p)" ""
# without r1: ranks of lira 1, 4, 4 of 6, of rmia 1, 5, 3, of base 5, 3, 1
is "ranks are those of the rows that stay" "$(join -c mean --missing drop a.csv \
	short.csv 2>/dev/null | sed 's/.*,//' |
	awk 'NR > 1 {printf "%.9g ", $1 * 18}')" "7 12 8 "
sed 3d data.csv >few.csv
must_fail 3 "a record without data" "few.csv: record 'r4' of a.csv is not there" \
	join-scores --from few.csv --take age a.csv

# --- streams --------------------------------------------------------------

head() { # FILE TOOL
	sed "1i#mia 1 scores\n#@ $2 0.1.0" "$1"
	echo "#end $(sed 1d "$1" | wc -l)"
}
head a.csv fit-lira >ha.csv
head b.csv fit-rmia >hb.csv
is "heads merge" "$(join-scores ha.csv hb.csv | sed -n 1,5p)" "#mia 1 scores
#@ fit-lira 0.1.0
#@ fit-rmia 0.1.0
#@ join-scores 0.1.0
$(sed -n 1p ab.csv)"
is "both are inputs" "$(join-scores ha.csv hb.csv | grep -c '^#in scores 4')" 2
is "the data too; its hash stands in the head" "$(join-scores --from data.csv \
	--take age ha.csv | grep -c '^#in csv 5\|--from=xxh3:')" 2
sed 's/target/other/' a.csv >other.csv
(cat ha.csv; head other.csv fit-lira) >segments.csv
is "two segments" "$(join --from data.csv --take age segments.csv | wc -l)" 9
join-scores -z ha.csv hb.csv >ab.zst
is "zstd holds the same" "$(zstd -dcq ab.zst)" "$(join-scores ha.csv hb.csv)"
is "-o" "$(join-scores -o out.csv ha.csv hb.csv; cat out.csv)" \
	"$(join-scores ha.csv hb.csv)"
is "the judge reads it" "$(join -c mean a.csv b.csv | mia-eval 2>/dev/null |
	grep ',auc,' | cut -d, -f2 | tr '\n' ' ')" "lira rmia base mean "

# --- faults ---------------------------------------------------------------

must_fail 3 "a score twice" \
	"a.csv: column 'score_lira' is there already; tell the files apart" \
	join-scores a.csv a.csv
must_fail 3 "prefixes that make one name" "'score_xlira' is there already" \
	join-scores -p x -p x a.csv a.csv
must_fail 3 "a taken column twice" "'age' is there already; leave it out" \
	join-scores --from data.csv --take age,age a.csv
must_fail 3 "a taken column that the scores have" "'label' is there already" \
	join-scores --from data.csv --take label a.csv
must_fail 3 "no such column" "no column 'ages'; name another with --take" \
	join-scores --from data.csv --take ages a.csv
must_fail 3 "no score" "data.csv: no column begins with 'score_'" \
	join-scores a.csv data.csv
must_fail 3 "no id" "no column 'id'; rows are joined by it" \
	sh -c 'sed 1s/id/key/ b.csv | join-scores a.csv -'
sed '4s/0,no/1,no/' b.csv >lie.csv
must_fail 3 "two truths" "lie.csv:4: 'member' is 1, but 0 in a.csv" \
	join-scores a.csv lie.csv
sed '4s/0,no/0,yes/' b.csv >lie.csv
must_fail 3 "two labels" "lie.csv:4: the label is not that of a.csv" \
	join-scores a.csv lie.csv
sed 's/r1,target,1/r1,target,one/' b.csv >lie.csv
must_fail 3 "a member that is no truth" "lie.csv:3: 'member' holds 'one'" \
	join-scores a.csv lie.csv
(cat b.csv; sed -n 2p b.csv) >twice.csv
must_fail 3 "a record twice" "twice.csv:6: record 'r4' is there twice under" \
	join-scores a.csv twice.csv
must_fail 3 "also in the first file" "record 'r4' is there twice under one" \
	join-scores twice.csv a.csv
(cat data.csv; sed -n 3p data.csv) >twice.csv
must_fail 3 "and in the data" "twice.csv:7: record 'r4' is there twice; leave" \
	join-scores --from twice.csv --take age a.csv
must_fail 3 "one score to combine" "there is one score" \
	join-scores -c mean a.csv
must_fail 3 "an ensemble that is there" "'score_mean' is there already; rename" \
	sh -c 'join-scores -c mean a.csv b.csv >m.csv; join-scores -c mean m.csv'
must_fail 3 "a score that is no number" \
	"b.csv: record 'r4': 'score_rmia' holds 'x', not" \
	sh -c 'mkdir d; sed 2s/.25/x/ b.csv >d/b.csv; cd d
		join-scores -c mean ../a.csv b.csv'
must_fail 3 "an empty score" "'score_base' holds '', not a number" \
	sh -c 'sed 2s/-4$// b.csv | join-scores -c mean a.csv -'
must_fail 3 "another kind" "'signals' stream where 'scores'" \
	sh -c 'sed "1i#mia 1 signals" a.csv | join-scores b.csv -'
must_fail 3 "an input that is cut short" "#end" \
	sh -c 'sed \$d ha.csv | join-scores b.csv -'
must_fail 2 "one file" "one file is nothing to join" join-scores a.csv
must_fail 2 "--take from nowhere" "go together" join-scores --take age a.csv
must_fail 2 "--from for nothing" "go together" \
	join-scores --from data.csv a.csv b.csv
must_fail 2 "too few prefixes" "1 times for 2 files" \
	join-scores -p x a.csv b.csv
must_fail 2 "standard input twice" "one file only" join-scores - -
must_fail 4 "a file that is not there" "no.csv" join-scores a.csv no.csv
if [ -w /dev/full ]; then
	must_fail 4 "a full disk" "No space" \
		sh -c 'join-scores a.csv b.csv >/dev/full'
fi
done_testing
