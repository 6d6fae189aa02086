#!/bin/sh
# query-model: rows and their order, other columns, other records, and damaged
# models.
. "$(dirname "$0")/../tap.sh"

awk 'BEGIN {
	split("member nonmember aux population background", part, " ")
	print "id,part,label,x,town,y"
	for (i = 0; i < 120; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; u = s / 2147483648
		s = (s * 1103515245 + 12345) % 2147483648; v = s / 2147483648
		k = i % 12
		p = k < 4 ? 1 : k < 8 ? 2 : k < 10 ? 3 : k < 11 ? 4 : 5
		printf "r%d,%s,%s,%.3f,%s,%.4f\n", i, part[p],
			(u + v / 2 > .75 ? "yes" : "no, never"), u,
			(i % 3 ? "Ulm" : "7"), v
	}
}' | sed 's/,\(no, never\),/,"\1",/' >data.csv
train-target -l logistic --category town -m t.model data.csv >metrics.csv
query() {
	query-model -m t.model "$@"
}
is "the head names the model by its hash" \
	"$(query data.csv | sed -n 2p | sed 's/[0-9a-f]\{32\}/HASH/')" \
	"#@ query-model 0.1.0 --model=xxh3:HASH"
query --no-meta data.csv >p.csv
is "header" "$(head -n 1 p.csv)" \
	'id,model,member,part,label,"z_no, never",z_yes'
is "audited and population rows in the order of the data" \
	"$(tail -n +2 p.csv | cut -d , -f 1)" \
	"$(grep -v -e aux -e background data.csv | tail -n +2 | cut -d , -f 1)"
is "member comes from part" \
	"$(tail -n +2 p.csv | cut -d , -f 2-4 | sort | uniq -c | tr -s ' ')" \
	" 40 target,0,nonmember
 10 target,0,population
 40 target,1,member"
query --no-meta -q all -n 'a, b' data.csv >all.csv
is "--query all, --name" \
	"$(tail -n +2 all.csv | cut -d , -f 2-5 | cut -d '"' -f 2-3 | sort |
		uniq -c | tr -s ' ' | sort)" \
	" 10 a, b\",0,population
 10 a, b\",1,background
 20 a, b\",0,aux
 40 a, b\",0,nonmember
 40 a, b\",1,member"

# Columns in another order, more columns, other rows.
awk -F , -v OFS=, '{n = NF; print $1, $n, $3 == "\"no" ? $3 "," $4 : $3,
	"free text " NR, $(n - 1), $2, $(n - 2)}' data.csv |
	sed '1s/free text 1/remarks/' >turned.csv
is "columns are found by name" "$(query --no-meta turned.csv)" "$(cat p.csv)"
is "the others are said with -v" "$(query -v turned.csv 2>&1 >/dev/null |
	grep model)" "query-model: columns that the model does not use: 1"
ok "the same from a pipe" sh -c 'query-model -m t.model --no-meta <data.csv |
	cmp - p.csv'
must_fail 3 "a column is absent" \
	"no column 'town'.*give the columns that the model was trained on" \
	sh -c 'sed 1s/town/city/ data.csv | query-model -m t.model'
must_fail 3 "a column of another kind" \
	"column 'x' holds text, but the model was trained on numbers" \
	sh -c 'sed "2,\$s/,0\.[0-9]*,/,high,/" data.csv | query-model -m t.model'

# New records: what the model has not seen is counted.
{ head -n 1 data.csv
  echo 'n1,nonmember,yes,.5,Bonn,.5'
  echo 'n2,nonmember,yes,,7,.5'
  echo 'n3,nonmember,yes,.5,,.5'; } >new.csv
query --no-meta new.csv >new-p.csv 2>err
is "unseen and missing are said" "$(cat err)" \
	"query-model: cells of a category that the model has not seen: 1; to it they are of none
query-model: empty cells of columns that had none in training: 2; they count as the median, or as no category"
is "and answered" "$(tail -n +2 new-p.csv | cut -d , -f 1-5 | tr '\n' ' ')" \
	"n1,target,0,nonmember,yes n2,target,0,nonmember,yes n3,target,0,nonmember,yes "
is "no category is no category" \
	"$(sed -n 2p new-p.csv | cut -d , -f 6-)" \
	"$(sed -n 4p new-p.csv | cut -d , -f 6-)"
train-target -l logistic --category town --missing-values refuse \
	-m strict.model data.csv >/dev/null
must_fail 3 "a missing value where none is allowed" \
	"^query-model: new.csv: 2 values are missing, .*refuse" \
	query-model -m strict.model new.csv
must_fail 3 "an unknown class" \
	"^query-model: new.csv:3: the label 'maybe' is none of the 2 classes" \
	sh -c 'sed "3s/yes/maybe/;4s/yes/perhaps/" new.csv >n.csv; mv n.csv new.csv
		query-model -m t.model new.csv'

# Records that are not those that trained it.
sed '2s/^r0,/r999,/' data.csv >others.csv
must_fail 3 "other members" \
	"^query-model: others.csv: the 50 member and background records are not the 50 that trained the model; .*--trust-part" \
	query others.csv
is "--trust-part" "$(query --trust-part --no-meta others.csv | sed 1,2d)" \
	"$(sed 1,2d p.csv)"
grep -v -e ,member, -e background data.csv >non.csv
is "non-members alone need no trust" "$(query --no-meta non.csv | tail -n +2)" \
	"$(grep -e nonmember -e population p.csv)"

# Views of a record are answered, each.
{ sed '1s/$/,view/;2,$s/$/,0/' data.csv
  sed -n '2s/0\.[0-9]*/0.777/;2s/$/,3/p' data.csv; } >views.csv
is "views" "$(query --no-meta views.csv | sed -n '1p;$p' |
	cut -d , -f 1-7)" \
	"id,model,member,part,label,view,\"z_no
r0,target,1,member,\"no, never\",3"

# Files that are no models.
query >q.csv data.csv
must_fail 3 "a stream as model" "^query-model: q.csv: not a miatools model" \
	query-model -m q.csv data.csv
head -c 500 t.model >cut.model
must_fail 3 "a cut model" "^query-model: cut.model: damaged" \
	query-model -m cut.model data.csv
{ head -c 300 t.model; printf '\001'; tail -c +302 t.model; } >bad.model
must_fail 3 "a changed model" "^query-model: bad.model: damaged" \
	query-model -m bad.model data.csv
sed '1s/1$/9/' t.model >newer.model
must_fail 3 "a newer model" "model format 9, .* use a newer miatools" \
	query-model -m newer.model data.csv
must_fail 4 "no model" "gone.model" query-model -m gone.model data.csv
must_fail 2 "no option -m" "model is needed" query-model data.csv
must_fail 2 "an unknown part" "query" query -q members data.csv
must_fail 2 "an empty name" "name the model" query -n '' data.csv
must_fail 3 "nothing to predict" "no row is of the parts asked for" \
	sh -c 'grep -e ^id -e population data.csv | query-model -m t.model -q aux'
must_fail 3 "no rows" "no rows" sh -c 'head -n 1 data.csv |
	query-model -m t.model'
if [ -w /dev/full ]; then
	must_fail 4 "a full disk" "full\|space" \
		sh -c 'query-model -m t.model data.csv >/dev/full'
fi
query -z data.csv | zstd -dcq | grep -v '^#@' >z.csv
query data.csv | grep -v '^#@' >plain.csv
ok "zstd is the same" cmp z.csv plain.csv

done_testing
