#!/bin/sh
# Rows that are well-formed and make no sense, or are at the edge of what does.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/bad.sh"

# with FILE ROW ...: bad.csv, the good rows and more.
with() {
	with_file=$1
	shift
	cat "$with_file" - >bad.csv <<-END
		$(printf '%s\n' "$@")
	END
}

# --- records --------------------------------------------------------------

sed '1s/g/id/; 9s/,[0-9],/,r,/; 17s/,[0-9],/,r,/' raw.csv >bad.csv
refuses 3 "split-data: an id that is there twice" \
	"^split-data: bad.csv:[0-9]*: .*" \
	split-data --label class --id id -o final/out bad.csv
with raw.csv 1,2,
refuses 3 "split-data: no label" "^split-data: bad.csv:26: " \
	split-data --label class -o final/out bad.csv
refuses 3 "split-data: more rows than there are" "^split-data: " \
	split-data --label class --member 30 --nonmember 30 -o final/out raw.csv

train() { # OPTION ...
	# shellcheck disable=SC2086
	"$prog" $args "$@" -o final/out bad.csv
}
for prog in train-target train-shadow; do
	use "$prog"
	with data.csv r3,member,a,1,1
	refuses 3 "$prog: one record twice" \
		"^$prog: bad.csv:26: id 'r3' was there already at bad.csv:5;" \
		train
	with data.csv r99,members,a,1,1
	refuses 3 "$prog: no such part" "^$prog: bad.csv:26: .*'members'" \
		train
	with data.csv r99,member,,1,1
	refuses 3 "$prog: no label" "^$prog: bad.csv:26: 'label' is empty" \
		train
	with data.csv r99,member,a,one,1
	refuses 3 "$prog: a text among numbers" \
		"^$prog: bad.csv:26: column 'f' holds 'one' among numbers" \
		train
	with data.csv r99,member,a,inf,1
	refuses 3 "$prog: an infinite feature" "^$prog: bad.csv:26: .*'inf'" \
		train
	with data.csv r99,member,a,,1
	refuses 3 "$prog: a missing value, to be refused" \
		"^$prog: column 'f' has 1 missing" \
		train --missing-values refuse
	sed 's/,b,/,a,/' data.csv >bad.csv
	refuses 3 "$prog: one class" "^$prog: bad.csv: .*one class" \
		train
	sed 's/,member,/,nonmember,/' data.csv >bad.csv
	refuses 3 "$prog: no member" "^$prog: .* member" train
	cut -d, -f1-3 data.csv >bad.csv
	refuses 3 "$prog: no feature" "^$prog: bad.csv: no feature" \
		train
	sed '1s/f/model/' data.csv >bad.csv
	refuses 3 "$prog: a feature with a reserved name" \
		"^$prog: bad.csv: .*'model'" train
done
sed 's/,nonmember,/,member,/' data.csv >bad.csv
refuses 3 "train-shadow: no non-member" "^train-shadow: .*--share" \
	train-shadow -n 4 -o final/out bad.csv

# --- models ---------------------------------------------------------------

for bytes in 0 5 20 100; do
	head -c "$bytes" target.model >bad.model
	refuses 3 "query-model: a model of $bytes bytes" \
		"^query-model: bad.model: " \
		query-model -m bad.model -o final/out data.csv
done
{
	head -c 200 target.model
	printf X
	tail -c +202 target.model
} >bad.model
refuses 3 "query-model: a damaged model" "^query-model: bad.model: damaged" \
	query-model -m bad.model -o final/out data.csv
refuses 3 "train-shadow: settings of a damaged model" \
	"^train-shadow: bad.model: damaged" \
	train-shadow --like bad.model -n 4 -o final/out data.csv
sed '1s/1$/2/' target.model >bad.model
refuses 3 "query-model: a model of a newer format" \
	"^query-model: bad.model: .*newer" \
	query-model -m bad.model -o final/out data.csv
refuses 3 "query-model: a file that is no model" \
	"^query-model: data.csv: not a miatools model" \
	query-model -m data.csv -o final/out data.csv
refuses 4 "query-model: no model" "^query-model: cannot open 'none'" \
	query-model -m none -o final/out data.csv
with data.csv r99,member,a,one,1
refuses 3 "query-model: a text where the model has numbers" \
	"^query-model: bad.csv.*'f'" \
	query-model -m target.model -o final/out bad.csv

# --- predictions ----------------------------------------------------------

key=id,model,member,part,label
p() { # ROW ...
	printf '%s\n' "$key,p_a,p_b" "$@" >bad.csv
}
z() {
	printf '%s\n' "$key,z_a,z_b" "$@" >bad.csv
}
losses() {
	score-losses -o final/out bad.csv
}
cells() { # of the last row of the signals
	score-losses --no-meta bad.csv 2>/dev/null | tail -n 1 | cut -d, -f6-8
}
p r0,t,1,member,a,1,.5
refuses 3 "score-losses: a sum that is not 1" \
	"^score-losses: bad.csv:2: the probabilities sum to 1.5" losses
p r0,t,1,member,a,1.5,-.5
refuses 3 "score-losses: a probability above 1" \
	"^score-losses: bad.csv:2: 1.5 is not a probability" losses
p r0,t,1,member,a,nan,1
refuses 3 "score-losses: not a number" \
	"^score-losses: bad.csv:2: 'p_a' holds 'nan'" losses
p r0,t,1,member,c,0,1
refuses 3 "score-losses: a label without a column" \
	"^score-losses: bad.csv:2: label 'c' is none of the 2 classes" losses
z r0,t,1,member,a,inf,inf
refuses 3 "score-losses: two infinite logits" \
	"^score-losses: bad.csv:2: 2 logits are inf" losses
z r0,t,1,member,a,-inf,-inf
refuses 3 "score-losses: no logit but minus infinity" \
	"^score-losses: bad.csv:2: every logit is -inf" losses
printf '%s\n' "$key,q" r0,t,1,member,a,1 >bad.csv
refuses 3 "score-losses: no predictions" "^score-losses: bad.csv: no column" \
	losses
printf '%s\n' label,p_a,p_b a,1,0 >bad.csv
refuses 3 "score-losses: members unknown" \
	"^score-losses: bad.csv: no column 'member'" losses

# Probabilities of exactly 0 and 1 stand at the floor, both ways alike.
p r0,t,1,member,a,1,0
is "score-losses: probability 1" "$(cells)" \
	"1.0000000000000237e-300,690.7755278982137,1"
p r0,t,1,member,a,0,1
is "score-losses: probability 0" "$(cells)" \
	"690.7755278982137,-690.7755278982137,0"
score-losses bad.csv 2>&1 >/dev/null | grep -q "1 of 1 rows .*probability of 0"
is "score-losses: and is counted" "$?" 0
z r0,t,1,member,a,0,-inf
is "score-losses: a logit of minus infinity" "$(cells)" \
	"1.0000000000000237e-300,690.7755278982137,1"
z r0,t,1,member,a,inf,0
is "score-losses: a logit of infinity" "$(cells)" \
	"1.0000000000000237e-300,690.7755278982137,1"
z r0,t,1,member,a,-10000,0
is "score-losses: a margin of 1e4 is no infinity" "$(cells)" "10000,-10000,0"

# --- signals of target and shadows ----------------------------------------

lira() {
	fit-lira -o final/out "$@"
}
last=$(tail -n 1 signals.csv)
with signals.csv "$last"
refuses 3 "fit-lira: one row twice" "^fit-lira: bad.csv:218: record 'r23'" \
	lira bad.csv
with signals.csv r99,3,1,a,2
refuses 3 "fit-lira: a shadow row of an unknown record" \
	"^fit-lira: bad.csv:218: record 'r99'" lira bad.csv
grep -v '^r3,[0-9]*,1' signals.csv >bad.csv
refuses 3 "fit-lira: a record that is never in" \
	"^fit-lira: 1 of 24 records .*'r3'" lira bad.csv
grep -v ',t,' signals.csv >bad.csv
refuses 3 "fit-lira: no target" "^fit-lira: no audited row" lira bad.csv
grep '^id\|,t,' signals.csv >bad.csv
refuses 3 "fit-lira: no shadow" "^fit-lira: no row of a shadow" lira bad.csv
sed '$s/,[ab],/,c,/' signals.csv >bad.csv
refuses 3 "fit-lira: one record, two labels" \
	"^fit-lira: bad.csv:217: record 'r23' has another 'label'" lira bad.csv
for word in nan inf '' phi; do
	sed "\$s/,[^,]*\$/,$word/" signals.csv >bad.csv
	refuses 3 "fit-lira: a signal '$word'" \
		"^fit-lira: bad.csv:217: 'phi' " lira bad.csv
done
sed '$s/,[01],/,2,/' signals.csv >bad.csv
refuses 3 "fit-lira: half a member" "^fit-lira: bad.csv:217: 'member'" \
	lira bad.csv
sed '2,$s/[^,]*$/1/' signals.csv >bad.csv
refuses 3 "fit-lira: all signals equal" "^fit-lira: .*different values" \
	lira --mode offline bad.csv

for k in 1 2 3; do
	train-shadow -n 6 --set trees=3 --shard "$k/3" data.csv |
		score-losses -o "shard$k" 2>/dev/null
done
query-model -m target.model data.csv |
	score-losses -o target-signals.csv 2>/dev/null
train-shadow -n 6 --set trees=3 data.csv |
	score-losses -o whole 2>/dev/null
lira target-signals.csv shard3 shard1 shard2 2>/dev/null
fit-lira -o want target-signals.csv whole 2>/dev/null
is "fit-lira: shards in any order are the whole" \
	"$(cksum <final/out)" "$(cksum <want)"
rm -f final/out
refuses 3 "fit-lira: a shard is missing at the end" \
	"^fit-lira: shard2: shard 3/3 is missing" \
	lira target-signals.csv shard1 shard2
refuses 3 "fit-lira: a shard is missing in the middle" \
	"^fit-lira: shard3: shard 3/3 where 2/3 was expected" \
	lira target-signals.csv shard1 shard3
refuses 3 "fit-lira: a shard twice" \
	"^fit-lira: shard2: shard 2/3 where 3/3 was expected" \
	lira target-signals.csv shard1 shard2 shard2 shard3
train-shadow -n 6 --set trees=3 --seed 2 --shard 3/3 data.csv |
	score-losses -o other 2>/dev/null
refuses 3 "fit-lira: a shard of another run" \
	"^fit-lira: other: shard 3/3 of the stream before it is missing" \
	lira target-signals.csv shard1 shard2 other

# --- scores ---------------------------------------------------------------

s() { # ROW ...
	printf '%s\n' id,model,member,label,score_x "$@" >bad.csv
}
judge() {
	mia-eval -o final/out bad.csv
}
figure() { # METRIC: value, lo, hi
	mia-eval --no-meta bad.csv 2>/dev/null |
		awk -F, -v m="$1" '$4 == m {print $6, $7, $8; exit}'
}
s r0,t,1,a,1 r1,t,1,a,2
refuses 3 "mia-eval: members only" \
	"^mia-eval: .*2 members and 0 non-members" judge
s r0,t,0,a,1 r1,t,0,a,2
refuses 3 "mia-eval: non-members only" \
	"^mia-eval: .*0 members and 2 non-members" judge
s r0,t,1,a,nan r1,t,0,a,2
refuses 3 "mia-eval: a score that is not a number" \
	"^mia-eval: bad.csv:2: 'x' holds 'nan'" judge
s r0,t,1,a, r1,t,0,a,2
refuses 3 "mia-eval: a record without a score" \
	"^mia-eval: bad.csv:2: record 'r0' has no score" judge
s r0,t,1,a,1 r1,t,0,a,2 r1,t,0,a,2
refuses 3 "mia-eval: one record twice" "^mia-eval: .*one record" judge
printf '%s\n' id,model,member,label,x r0,t,1,a,1 >bad.csv
refuses 3 "mia-eval: no score" "^mia-eval: bad.csv: .*'score_'" judge

# One member: the widest of intervals, and a valid figure.
s r0,t,1,a,9 r1,t,0,a,1 r2,t,0,b,2
is "mia-eval: one member" "$(figure auc | cut -d' ' -f1,3)" "1 1"
is "mia-eval: one member, the lower end" \
	"$(figure auc | awk '{print ($2 < .1)}')" 1
# All scores equal: chance, whatever the order of the rows.
s r0,t,1,a,1 r1,t,1,a,1 r2,t,0,a,1 r3,t,0,a,1
first=$(mia-eval --no-meta bad.csv 2>/dev/null | cksum)
is "mia-eval: all scores equal" "$(figure auc | cut -d' ' -f1)" 0.5
s r3,t,0,a,1 r2,t,0,a,1 r0,t,1,a,1 r1,t,1,a,1
is "mia-eval: and the order of the rows is no evidence" \
	"$(mia-eval --no-meta bad.csv 2>/dev/null | cksum)" "$first"
s r0,t,1,a,inf r1,t,1,a,3 r2,t,0,a,-inf r3,t,0,a,2
is "mia-eval: infinite scores have their place" \
	"$(figure auc | cut -d' ' -f1)" 1
done_testing
