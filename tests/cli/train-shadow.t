#!/bin/sh
# train-shadow: designs, sharding, resuming, and what it refuses.
. "$(dirname "$0")/../tap.sh"

# 240 records, two classes that overlap, numbers and a text column.
awk 'BEGIN {
	split("member nonmember aux population background", part, " ")
	print "id,part,label,x,y,town"
	for (i = 0; i < 240; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; u = s / 2147483648
		s = (s * 1103515245 + 12345) % 2147483648; v = s / 2147483648
		k = i % 12
		p = k < 4 ? 1 : k < 8 ? 2 : k < 10 ? 3 : k < 11 ? 4 : 5
		printf "r%d,%s,%s,%.3f,%.4f,%s\n", i, part[p],
			(u + v / 2 > .75 ? "yes" : "no"), u, v,
			(i % 7 == 0 ? "" : i % 3 ? "Ulm" : "Jena, Ost")
	}
}' >bare.csv
sed 's/,\(Jena, Ost\)$/,"\1"/' bare.csv >data.csv
shadow() {
	train-shadow --learner logistic "$@"
}

# Head and rows.
shadow -n 4 data.csv >out.csv
is "header" "$(sed -n 3p out.csv)" "id,model,member,part,label,z_no,z_yes"
is "settings stand in the head" "$(sed -n 2p out.csv | cut -d ' ' -f 1-7)" \
	"#@ train-shadow 0.1.0 --shadows=4 --design=balanced --seed=1 --learner=logistic"
is "share, too" "$(sed -n '2s/.* //p' out.csv)" "--share=0.5"
is "audited and population rows, in the order of the data" \
	"$(grep '^r' out.csv | cut -d , -f 1 | head -n 180)" \
	"$(grep -v -e aux -e background data.csv | grep '^r' | cut -d , -f 1)"
is "as many for each shadow" \
	"$(grep '^r' out.csv | cut -d , -f 2 | uniq -c | tr -s ' ')" \
	"$(printf ' 180 %d\n' 0 1 2 3)"

# counts FILE FIELD: how often records of the parts are in, by value of FIELD
counts() {
	awk -F , -v f="$2" '/^#/ || $1 == "id" {next}
		{in_[$f] += $3; part[$f] = $4}
		END {for (i in in_) print part[i], in_[i]}' "$1" |
		sort | uniq -c | tr -s ' '
}
is "balanced: each audited record in half of the shadows" \
	"$(counts out.csv 1)" " 80 member 2
 80 nonmember 2
 20 population 0"
is "balanced: equal sizes" "$(awk -F , '$1 ~ /^r/ {n[$2] += $3}
	END {for (k in n) print n[k]}' out.csv | sort -u)" 80
shadow -n 10 --share .3 --with-aux -q all data.csv >aux.csv
is "aux may join" "$(counts aux.csv 1)" " 40 aux 3
 20 background 10
 80 member 3
 80 nonmember 3
 20 population 0"
shadow -n 6 --design pairs --no-meta data.csv >pairs.csv
is "pairs: halves and the other halves" \
	"$(awk -F , '$4 ~ /member/ {n[$1, int($2 / 2)] += $3}
	END {for (k in n) print n[k]}' pairs.csv | sort | uniq -c | tr -s ' ')" \
	" 480 1"
shadow -n 6 --design draw --share .25 --no-meta data.csv >draw.csv
is "draw: exact sizes" "$(awk -F , 'NR > 1 {n[$2] += $3}
	END {for (k in n) print n[k]}' draw.csv | sort -u)" 40
shadow -n 6 --design pools --set-size 10 --no-meta data.csv >pools.csv
is "pools: ten in, ten out, aux only" \
	"$(awk -F , 'NR > 1 {print $2, $3, $4}' pools.csv | sort | uniq -c |
	tr -s ' ' | cut -d ' ' -f 2,4,5 | sort | uniq -c | tr -s ' ')" \
	" 6 10 0 aux
 6 10 1 aux"
is "pools: nobody is in here and out there" \
	"$(awk -F , 'NR > 1 {n[$1] += $3; all[$1]++}
	END {for (i in n) if (n[i] % all[i]) print i}' pools.csv)" ""
shadow -n 6 --design aux -q audited,aux --no-meta data.csv >off.csv
is "aux: audited records in none" "$(counts off.csv 1)" " 40 aux 3
 80 member 0
 80 nonmember 0"
shadow -n 7 --design coin data.csv 2>warn >coin.csv
is "coin: too few shadows are said" "$(wc -l <warn | tr -d ' ')" 1
is "coin: counts vary" "$(counts coin.csv 1 | grep -c -w member)" \
	"$(counts coin.csv 1 | awk '$2 == "member"' | wc -l)"

# Nothing but ids, values and seed decides.
(head -n 1 data.csv; sed 1d data.csv | sort -t , -k 4) >sorted.csv
for design in balanced coin draw pools aux; do
	shadow -n 6 -d $design --no-meta data.csv 2>/dev/null | sort >a
	shadow -n 6 -d $design --no-meta sorted.csv 2>/dev/null | sort >b
	ok "$design: the order of rows decides nothing" cmp a b
done
shadow -n 9 -t 1 data.csv >a
shadow -n 9 -t 3 data.csv >b
ok "threads change no byte" cmp a b
shadow -n 9 -s 2 data.csv | grep -v '^#' >c
is "the seed does" "$(grep -v '^#' a | cmp -s - c; echo $?)" 1
shadow -n 9 -z data.csv | zstd -dc >b
ok "zstd is the same" cmp a b
shadow -n 9 --no-meta data.csv >b
is "plain is the same" "$(grep -v '^#' a)" "$(cat b)"
shadow -n 9 -o c data.csv
ok "-o is the same" cmp a c

# Views are predicted, not trained on.
awk 'BEGIN {FS = OFS = ","} NR == 1 {print $0, "view"; next}
	{print $0, 0} NR % 5 == 0 {$4 = 1 - $4; print $0, 1}' bare.csv |
	sed 's/\(Jena, Ost\)/"\1"/' >views.csv
shadow -n 4 --no-meta data.csv --fit-part member >plain
shadow -n 4 --no-meta views.csv --fit-part member 2>/dev/null >views
is "a view belongs to its record" "$(head -n 1 views)" \
	"id,model,member,part,label,view,z_no,z_yes"
is "as many rows as the data have" "$(grep -c '^r' views)" \
	"$((4 * $(grep -c -e member -e population views.csv)))"
awk -F , '{k = $1 FS $2; if (k in m && m[k] != $3) bad++; m[k] = $3}
	END {exit bad > 0}' views
is "a view is in where its record is" $? 0

# Shards.
for k in 1 2 3; do
	shadow -n 10 --shard $k/3 data.csv >shard$k.csv
done
shadow -n 10 data.csv >whole.csv
is "a shard says so" "$(sed -n 3p shard2.csv)" "#shard 2/3"
is "shards together are the whole" \
	"$(cat shard1.csv shard2.csv shard3.csv | grep -v -e '^#' -e '^id')" \
	"$(grep -v -e '^#' -e '^id' whole.csv)"
is "their heads are the same" \
	"$(grep '^#@' shard3.csv)" "$(grep '^#@' whole.csv)"
if command -v score-losses >/dev/null && command -v fit-lira >/dev/null; then
	for k in 1 2 3; do
		score-losses shard$k.csv >s$k.csv
	done
	score-losses whole.csv >s.csv
	fit-lira --leave-one-out s3.csv s1.csv s2.csv >a
	fit-lira --leave-one-out s.csv >b
	is "and are, to a reduce" "$(cksum <a)" "$(cksum <b)"
	is "which has scores" "$(grep -c "^r" b)" 1600
fi

# Killed, and started again.
head -n 1 data.csv >big.csv
for i in 1 2 3 4 5 6 7 8 9 10; do
	sed "1d; s/^r/r$i./" data.csv >>big.csv
done
shadow -n 60 big.csv >whole.csv
shadow -n 60 -r cache -o killed.csv big.csv &
pid=$!
while [ ! -e cache/shadow-4.done ] && kill -0 $pid 2>/dev/null; do :; done
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
ok "a killed run leaves no output" [ ! -e killed.csv ]
shadow -n 60 -r cache -v -o killed.csv big.csv 2>err
ok "started again, it is as if nothing had been" cmp killed.csv whole.csv
ok "finished shadows were kept" grep -q '[1-9][0-9]* of 60 shadows were there' \
	err
head -c 100 cache/shadow-7.done >short
cat short >cache/shadow-7.done
printf x >cache/shadow-9.done
shadow -n 60 -r cache -v big.csv 2>err >again.csv
ok "damaged ones are trained again" cmp again.csv whole.csv
ok "and only those" grep -q '58 of 60 shadows were there' err
shadow -n 60 -r cache -v --shard 2/2 big.csv 2>err >again.csv
ok "a shard takes what is there" grep -q '30 of 30 shadows were there' err
must_fail 3 "a folder of another seed" \
	"'cache' holds .* another run: there 'seed 1', here 'seed 2'; use" \
	shadow -n 60 -s 2 -r cache big.csv
must_fail 3 "a folder of other data" "there 'data .*', here 'data " \
	shadow -n 60 -r cache data.csv
must_fail 3 "a folder of other settings" "there 'C 1', here 'C 2'" \
	shadow -n 60 -r cache --set C=2 big.csv
must_fail 3 "a folder of another design" \
	"there 'design balanced', here 'design coin'" \
	shadow -n 60 -r cache -d coin big.csv

# Models.
shadow -n 3 --save models data.csv >a
is "models are saved" "$(ls models)" "$(printf 'shadow-%d.model\n' 0 1 2)"
if command -v query-model >/dev/null; then
	must_fail 3 "of a shadow, part does not tell the members" \
		"--trust-part" query-model -m models/shadow-1.model data.csv
	query-model -m models/shadow-1.model --trust-part --no-meta data.csv |
		cut -d , -f 1,4- | sort >q
	grep '^[ri]' a | awk -F , '$2 == 1 || NR == 1' | cut -d , -f 1,4- |
		sort >s
	ok "and answer as they did" cmp q s
fi
if command -v train-target >/dev/null; then
	train-target -m t.model --learner logistic --set C=.5 data.csv >/dev/null
	train-shadow -n 4 --like t.model data.csv >like.csv 2>err
	is "like the target" "$(cat err)$(grep -o 'set=C=[^ ]*' like.csv)" \
		set=C=0.5
	train-shadow -n 4 --like t.model --set C=2 data.csv >like.csv 2>err
	is "what differs is said" "$(cat err)" \
		"train-shadow: C is 2, that of the target 0.5"
	sed 's/^\(r7,\)nonmember/\1member/' data.csv >other.csv
	must_fail 3 "a target of other members" \
		"other.csv: the 100 records that trained 't.model'" \
		train-shadow -n 4 --like t.model other.csv
	sed 's/^\(r0,member,[a-z]*,\)/\11/' data.csv >other.csv
	train-shadow -n 4 --like t.model other.csv >like.csv 2>err
	ok "other values of the same members are said" \
		grep -q "not those that trained 't.model'" err
fi

# Refusals.
must_fail 2 "an odd number for pairs" "even number of shadows, not 5" \
	shadow -n 5 -d pairs data.csv
must_fail 2 "a share that takes everybody" "8 of them; it must be" \
	shadow -n 8 --share .99 data.csv
must_fail 2 "pools too big" "pools of 20 records" \
	shadow -n 4 -d pools data.csv
must_fail 2 "a share for pools" "no meaning for --design pools" \
	shadow -d pools --share .5 data.csv
must_fail 2 "a share for pairs" "no meaning for --design pairs" \
	shadow -d pairs --share .5 data.csv
must_fail 2 "a set size for coins" "for --design pools" \
	shadow -d coin --set-size 5 data.csv
must_fail 2 "aux twice" "trains on aux alone" \
	shadow -d aux --with-aux data.csv
for shard in 0/3 4/3 3 a/b 1/0 1/2/3; do
	must_fail 2 "shard $shard" "'$shard' is not K/N" \
		shadow --shard $shard data.csv
done
must_fail 2 "more shards than shadows" "would be empty" \
	shadow -n 4 --shard 1/5 data.csv
must_fail 2 "an unknown learner" "logistic" train-shadow --learner logistc \
	data.csv
must_fail 2 "an unknown setting" "no setting 'D'" shadow --set D=1 data.csv
must_fail 2 "an unknown part" "--query holds 'members'" \
	shadow -q members data.csv
must_fail 2 "an unknown part to fit on" "--fit-part holds 'x'" \
	shadow --fit-part x data.csv
must_fail 3 "nothing to predict" "no row to predict" \
	sh -c 'grep -v population data.csv |
		train-shadow -n 4 --learner logistic -q population'
must_fail 3 "no member" "0 member and 80 nonmember" \
	sh -c 'grep -v ,member data.csv | train-shadow --learner logistic'
must_fail 3 "no aux" "0 aux records" \
	sh -c 'grep -v ,aux data.csv | train-shadow --learner logistic -d aux'
must_fail 3 "one class" "<stdin>: every row is of one class" \
	sh -c 'grep -v ,yes data.csv | train-shadow --learner logistic'
must_fail 3 "an id twice" "<stdin>:242: id 'r5' was there already at <stdin>:7" \
	sh -c '(cat data.csv; grep ^r5, data.csv) |
		train-shadow --learner logistic'
must_fail 3 "no data stream" "'predictions' stream where 'data'" shadow whole.csv
must_fail 3 "no model" "data.csv: not a miatools model" \
	train-shadow --like data.csv data.csv
must_fail 4 "no such model" "nope.model" train-shadow --like nope.model data.csv
must_fail 4 "no such data" "nope.csv" shadow nope.csv
must_fail 4 "a folder that cannot be" "cannot make the folder" \
	shadow --save data.csv data.csv
[ -e /dev/full ] && must_fail 4 "a full disk" "cannot write" \
	sh -c 'train-shadow --learner logistic -n 40 data.csv >/dev/full'
shadow -n 60 big.csv 2>err | head -n 1 >/dev/null
is "a closed pipe ends it in silence" "$(cat err)" ""
done_testing
