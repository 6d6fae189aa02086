#!/bin/sh
# mask-predictions: each defence by hand, floors, streams, and every fault.
. "$(dirname "$0")/../tap.sh"

mask() { # rows alone
	mask-predictions --no-meta "$@"
}

classes() { # the class columns of p.csv
	cut -d, -f7- | tr '\n' ' '
}

cat >p.csv <<'EOF'
id,model,member,part,label,note,p_no,p_yes,p_may be
a,target,1,member,yes,x;y,0.125,0.75,.125
b,target,0,nonmember,yes,,0.81,0.19,0
c,7,0,aux,no,"q ""q"", #",0.5,0.5,0
EOF
cat >z.csv <<'EOF'
id,label,z_a,z_b,z_c,more
r,a,3,1,1,x
s,b,-inf,2,0,y
EOF

# --- by hand --------------------------------------------------------------

# .125 is half way and .12 even; the sum is .99
is "--round 2" "$(mask --round 2 p.csv | cut -d, -f7- | sed -n 3p) $(
	mask --round 2 p.csv | sed -n 2p | awk -F, '{print ($7 == .12 / .99) \
		($8 - .75 / .99 < 1e-15) ($9 == $7)}')" "0.81,0.19,0 111"
is "--round 1" "$(mask --round 1 p.csv | sed 's/,[^,]*$//')" \
	"id,model,member,part,label,note,p_no,p_yes
a,target,1,member,yes,x;y,0.1,0.8
b,target,0,nonmember,yes,,0.8,0.2
c,7,0,aux,no,\"q \"\"q\"\", #\",0.5,0.5"
mask --round 0 p.csv >zero.csv 2>err
is "a row of nothing but 0" "$(sed -n 4p zero.csv | cut -d, -f8-)" \
	'0.3333333333333333,0.3333333333333333,0.3333333333333333'
is "is counted" "$(cat err)" "mask-predictions: 1 of 3 rows round to nothing\
 but 0; all classes of theirs became equal"
is "--top-k 1 keeps a tie" "$(mask --top-k 1 p.csv | cut -d, -f7- |
	sed 's/.*#",//' | tail -n 3 | tr '\n' ' ')" "0,1,0 1,0,0 0.5,0.5,0 "
is "--top-k 2: a tie at the end is kept whole" "$(mask --top-k 2 p.csv |
	classes)" "p_no,p_yes,p_may be 0.125,0.75,0.125 0.81,0.19,0  \
#\",0.5,0.5,0 "
mask -v --top-k 2 p.csv 2>err >/dev/null
is "and counted with -v" "$(sed 1d err)" "mask-predictions: 1 rows keep more\
 classes than asked for, because of ties"
is "what is left is divided by its sum" "$(printf \
	'label,p_a,p_b,p_c\na,.25,.5,.25\na,.375,.5,.125\n' |
	mask --top-k 2 | tail -n 1 | awk -F, '{print ($2 == .375 / .875) $4}')" \
	"10"
is "--label-only; of a tie the first name" "$(mask --label-only p.csv)" \
	'id,model,member,part,label,note,predicted
a,target,1,member,yes,x;y,yes
b,target,0,nonmember,yes,,no
c,7,0,aux,no,"q ""q"", #",no'
is "whatever the order of the classes" "$(printf 'id,p_yes,p_no\na,.5,.5\n' |
	mask --label-only)" "id,predicted
a,no"
is "a class name with a comma" "$(printf 'id,"p_x,y",p_z\na,1,0\n' |
	mask -l | tail -n 1)" 'a,"x,y"'
# square roots of .64 and .04 are .8 and .2
is "--temperature 2" "$(printf 'p_a,p_b,p_c\n.64,.32,.04\n' |
	mask --temperature 2 | tail -n 1 | awk -F, '{s = .8 + sqrt(.32) + .2
		printf "%.12f %.12f", $1 * s, $3 * s}')" \
	"0.800000000000 0.200000000000"
is "of logits: exact" "$(mask --temperature 2 z.csv)" \
	"id,label,z_a,z_b,z_c,more
r,a,1.5,0.5,0.5,x
s,b,-inf,1,0,y"
is "--top-k of logits" "$(mask --top-k 1 z.csv)" "id,label,z_a,z_b,z_c,more
r,a,3,-inf,-inf,x
s,b,-inf,2,-inf,y"
# e^2 / (e^2 + 2) = .787, 1 / (e^2 + 2) = .107; 1 / (1 + e^-2) = .88
is "--round of logits gives probabilities" "$(mask --round 1 z.csv)" \
	"id,label,p_a,p_b,p_c,more
r,a,0.8,0.1,0.1,x
s,b,0,0.9,0.1,y"
is "--label-only of logits" "$(mask -l z.csv)" "id,label,predicted,more
r,a,a,x
s,b,b,y"

# --- noise ----------------------------------------------------------------

is "noise leaves probabilities" "$(mask --noise .1 p.csv | sed 1d |
	sed 's/"[^"]*""[^"]*""[^"]*"//' | awk -F, '{s = $7 + $8 + $9
		print (s > 1 - 1e-12 && s < 1 + 1e-12 && $9 > 0)}' |
	tr '\n' ' ')" "1 1 1 "
is "hangs on the seed" "$(mask --noise .1 --seed 1 p.csv | cksum)" \
	"$(mask --noise .1 p.csv | cksum)"
is "not on the order of rows" "$(mask --noise .1 p.csv | sed 1d | sort)" \
	"$( (head -n 1 p.csv; sed -n 4p p.csv; sed -n 2,3p p.csv) |
		mask --noise .1 | sed 1d | sort)"
{
	echo id,model,view,p_a,p_b
	for id in a b; do for model in 1 2; do for view in 0 1; do
		echo "$id,$model,$view,.5,.5"
	done; done; done
} >same.csv
is "on id, model and view" "$(mask --noise .1 same.csv | sed 1d |
	cut -d, -f4- | sort -u | wc -l)" 8
is "one without model and view is that of the target in view 0" \
	"$(printf 'id,p_a,p_b\na,.5,.5\n' | mask --noise .1 | cut -d, -f2)" \
	"$(printf 'id,view,model,p_a,p_b\na,0,target,.5,.5\n' |
		mask --noise .1 | cut -d, -f4 | sed 's/p_a/p_a/')"
mask --noise .1 --seed 2 same.csv | cksum >other
ok "another seed, other noise" sh -c \
	'mask-predictions --no-meta --noise .1 same.csv | cksum | cmp -s - other;
	[ $? -eq 1 ]'
# 4000 rows of (.5, .5): with noise n, m the first is about .5 + (n - m) / 2
awk 'BEGIN {print "id,p_a,p_b"; for (i = 0; i < 4000; i++) print i ",.5,.5"}' |
	mask --noise .02 | awk -F, 'NR > 1 {d = $2 - .5; s += d; q += d * d; n++}
	END {m = s / n; v = sqrt(q / n)
	print (m > -.0005 && m < .0005 && v > .0136 && v < .0147)}' >spread
is "of the deviation asked for" "$(cat spread)" 1

# --- floors ---------------------------------------------------------------

sed '1i#mia 1 predictions\n#@ query-model 0.1.0\n#floor 0.025' p.csv >f.csv
echo "#end 3" >>f.csv
floor() {
	mask-predictions "$@" 2>/dev/null | sed -n '/^#floor/p'
}
is "rounded finer than the floor: it stays" "$(floor --round 2 f.csv)" \
	"#floor 0.025"
is "coarser: half a unit" "$(floor --round 1 f.csv)" "#floor 0.05"
is "without one before" "$(floor --round 3 p.csv)" "#floor 0.0005"
is "of logits" "$(floor --round 3 z.csv)" "#floor 0.0005"
is "--top-k keeps it" "$(floor --top-k 1 f.csv)" "#floor 0.025"
is "and makes none" "$(floor --top-k 1 p.csv)" ""
is "--temperature uses it up" "$(floor --temperature 2 f.csv)" ""
# LiRA's phi of (0, 1) is ln .025, over 2
is "so that a 0 is tempered too" "$(sed 's/p_may be/p_x/; s/0.81,0.19,0$/0,1,0/' \
	f.csv | sed '/^c,\|^a,/d; s/^#end.*/#end 1/; /^#in/d' |
	mask-predictions --temperature 2 | sed '/^#/d' | sed 1d |
	awk -F, '{printf "%.9f", ($7 / $8) ^ 2}')" "0.025000000"
is "noise and labels drop it" "$(floor --noise .1 f.csv; floor -l f.csv)" ""
is "the rest of the head stays, in order" "$(mask-predictions --round 1 f.csv |
	sed -n 1,5p)" "#mia 1 predictions
#@ query-model 0.1.0
#floor 0.05
#@ mask-predictions 0.1.0 --round=1
id,model,member,part,label,note,p_no,p_yes,p_may be"
is "the next program goes by it" "$(printf 'member,label,p_a,p_b\n1,a,1,0\n' |
	mask-predictions --round 1 | score-losses --no-meta --signal phi |
	tail -n 1 | cut -d, -f5)" "2.995732273553991"

# --- streams --------------------------------------------------------------

cat f.csv f.csv | mask-predictions --round 1 >two.csv
is "two segments stay two, with their floors" "$(grep -c '^#mia' two.csv)$(
	grep -c '^#floor 0.05' two.csv)$(grep -c '^#end 3' two.csv)" 222
sed '3s/$/\n#shard 1\/2/' f.csv >shard.csv
is "a shard stays one" "$(mask-predictions -l shard.csv | grep '^#shard')" \
	"#shard 1/2"
is "columns in another order" "$(awk -F, -v OFS=, '{t = $7; $7 = $8; $8 = t
	print}' p.csv | sed 3q | mask --top-k 1 - | sed -n 3p)" \
	"b,target,0,nonmember,yes,,0,1,0"
is "runs are chained" "$(mask-predictions --round 1 p.csv |
	mask-predictions --top-k 1 | grep -c '^#@ mask-predictions')" 2
mask-predictions -z --round 1 p.csv >p.zst
is "zstd holds the same" "$(zstd -dcq p.zst)" "$(mask-predictions -r 1 p.csv)"
is "-o" "$(mask-predictions -r 1 -o out.csv p.csv && cat out.csv)" \
	"$(mask-predictions -r 1 p.csv)"
is "a whole round trip changes nothing" "$(mask --top-k 3 p.csv)" \
	"$(sed 's/,\.125/,0.125/' p.csv)"

# --- faults ---------------------------------------------------------------

bad() { # NAME PATTERN INPUT [OPTION ...]
	name=$1 pattern=$2
	printf '%b' "$3" >bad.csv
	shift 3
	must_fail 3 "$name" "$pattern" mask-predictions "$@" bad.csv
}

bad "no classes" "no columns p_CLASS or z_CLASS" 'id,label,predicted\n' -r 1
bad "both kinds" "both p_ and z_" 'id,p_a,p_b,z_a,z_b\n' -r 1
bad "one class" "only class column" 'id,p_a\n' -r 1
bad "a sum" "bad.csv:2: the probabilities sum to 0.9, not 1; divide" \
	'p_a,p_b\n.5,.4\n' -k 1
bad "a negative" "bad.csv:2: -0.1 is not a probability" \
	'p_a,p_b\n-.1,1.1\n' -r 1
bad "a word" "bad.csv:2: 'p_b' holds 'high', not a number" \
	'p_a,p_b\n.5,high\n' -r 1
bad "an empty field" "'p_b' is empty" 'p_a,p_b\n.5,\n' -r 1
bad "infinite" "'p_b' holds 'inf'" 'p_a,p_b\n.5,inf\n' -r 1
bad "two certainties" "2 logits are inf" 'z_a,z_b\ninf,inf\n' -r 1
bad "no class possible" "every logit is -inf" 'z_a,z_b\n-inf,-inf\n' -l
bad "a logit too big" "over the temperature is -1e+302, too big" \
	'z_a,z_b\n1,-1e300\n' --temperature .01
bad "noise without ids" "no column 'id'; the noise of a record" \
	'p_a,p_b\n' --noise 1
bad "a class twice" "'predicted' is there already" 'predicted,p_a,p_b\n' -l
bad "another kind" "'signals' stream where 'predictions'" \
	'#mia 1 signals\nid,p_a,p_b\n#end 0\n' -l
must_fail 2 "no defence" "no defence is named" mask-predictions p.csv
must_fail 2 "two" "one run is one defence" mask-predictions -l -r 1 p.csv
must_fail 2 "a seed for nothing" "seed is for --noise" \
	mask-predictions -l -s 2 p.csv
must_fail 2 "no classes kept" "top-k" mask-predictions -k 0 p.csv
must_fail 2 "too many digits" "round" mask-predictions -r 16 p.csv
must_fail 2 "temperature 0" "temperature" mask-predictions --temperature 0 p.csv
must_fail 2 "negative noise" "noise" mask-predictions --noise -1 p.csv
must_fail 4 "a file that is not there" "no.csv" mask-predictions -l no.csv
if [ -w /dev/full ]; then
	must_fail 4 "a full disk" "No space" \
		sh -c 'mask-predictions -l p.csv >/dev/full'
fi
must_fail 3 "nothing is left half done" "not a number" sh -c '
	sed "4s/0.5/x/" p.csv | mask-predictions -l -o half.csv'
is "no file" "$(ls half.csv 2>/dev/null)" ""
done_testing
