#!/bin/sh
# score-losses: signals worked by hand, foreign tables, and every fault.
. "$(dirname "$0")/../tap.sh"

body() { # the rows of a stream, without head, header and foot
	sed '/^#/d' "$1" | sed 1d
}

score() { # signals of rows on standard input, plain
	score-losses --no-meta "$@"
}

cat >p.csv <<'EOF'
id,model,member,part,label,note,p_no,p_yes
a,target,1,member,yes,"x, ""y""",0.25,0.75
b,target,0,nonmember,yes,,0.8,0.2
"c,d",7,0,aux,no,#z,0.5,0.5
EOF

# --- signals --------------------------------------------------------------

score-losses p.csv >s.csv 2>err
is "nothing is said" "$(cat err)" ""
is "head" "$(sed -n 1,3p s.csv)" "#mia 1 signals
#@ score-losses 0.1.0
id,model,member,part,label,note,loss,phi,correct"
# ln 4/3, ln 3; ln 5, -ln 4; ln 2, 0 and a tie, which is not correct
is "loss, phi and correct by hand" "$(body s.csv)" \
	'a,target,1,member,yes,"x, ""y""",0.2876820724517809,1.0986122886681098,1
b,target,0,nonmember,yes,,1.6094379124341003,-1.3862943611198906,0
"c,d",7,0,aux,no,#z,0.6931471805599453,0,0'
is "the foot counts rows" "$(tail -n 1 s.csv | cut -d' ' -f1,2)" "#end 3"
# margin .5; hinge ln 3; conf .75; entropy -.75 ln .75 - .25 ln .25;
# modified -.25 ln .75 - .25 ln .75
score --signal hinge,conf,margin --signal entropy,mentropy p.csv |
	sed -n 2p | awk -F, '{
		want = sprintf("%.12f %.12f %.12f %.12f %.12f", log(3), .75,
			.5, -.75 * log(.75) - .25 * log(.25), -.5 * log(.75))
		n = NF
		got = sprintf("%.12f %.12f %.12f %.12f %.12f", $(n - 4),
			$(n - 3), $(n - 2), $(n - 1), $n)
		print (got == want ? "same" : got " not " want)}' >same
is "hinge, conf, margin, entropy, mentropy by hand" "$(cat same)" same
is "signals come in the order they are named" "$(score --signal phi,loss \
	p.csv | head -n 1)" "id,model,member,part,label,note,phi,loss"

cat >z.csv <<'EOF'
label,z_a,z_b,z_c,member
a,10000,0,-1,1
b,10000,0,-1,0
c,3,-inf,2,0
EOF
is "logits keep margins of 1e4" "$(score --signal phi,loss z.csv |
	cut -d, -f4- | sed -n '2,3p' | sed 's/\.68[0-9]*/.68/')" \
	"1,9999.68,0
0,-10000,10000"
is "minus infinity is a probability of 0" "$(score --signal phi z.csv |
	sed -n 4p | cut -d, -f5)" -1
awk 'NR == 1 {print "z_c,member,label,z_a,z_b"; next}
	{split($0, f, ","); print f[4] "," f[5] "," f[1] "," f[2] "," f[3]}' \
	z.csv >turned.csv
is "the order of the classes does not matter" \
	"$(score --signal phi,entropy,mentropy turned.csv | cut -d, -f5-)" \
	"$(score --signal phi,entropy,mentropy z.csv | cut -d, -f5-)"

printf 'label,member,p_a,p_b\na,1,1,0\na,1,0,1\n' >sure.csv
score sure.csv >sure.out 2>err
is "zeros are floored" "$(cut -d, -f6 sure.out)" "phi
690.7755278982137
-690.7755278982137"
is "and counted" "$(cat err)" "score-losses: 2 of 2 rows have a probability of\
 0, which counts as 1e-300; for a forest of T trees use --floor 1/(2T)"
is "--floor" "$(score --floor .125 --signal phi sure.csv 2>&1)" \
	"id,model,label,member,phi
0,target,a,1,2.0794415416798357
1,target,a,1,-2.0794415416798357"

score -v --floor .125 sure.csv 2>err >/dev/null
is "a floor that was chosen is counted with -v" "$(cat err)" \
	"score-losses: 2 rows, 2 classes, 2 floored"

# --- what passes through --------------------------------------------------

is "--keep" "$(score --keep --signal correct p.csv)" \
	"$(sed '1s/$/,correct/; 2s/$/,1/; 3,$s/$/,0/' p.csv)"
is "columns behind the classes pass too" "$(score --signal correct z.csv)" \
	"id,model,label,member,correct
0,target,a,1,1
1,target,b,0,0
2,target,c,0,0"
is "standard input is read" "$(score-losses <p.csv)" "$(cat s.csv)"
score-losses -z p.csv >s.zst
is "zstd holds the same" "$(zstd -dcq s.zst)" "$(cat s.csv)"
is "zstd is read" "$(zstd -cq p.csv | score-losses)" "$(cat s.csv)"
is "CRLF is read" "$(sed 's/$/\r/' p.csv | score)" "$(score p.csv)"
is "-o" "$(score-losses -o out.csv p.csv && cat out.csv)" "$(cat s.csv)"
sed '1i#mia 1 predictions' p.csv >head.csv
printf '#end 3\n' >>head.csv
cat head.csv head.csv | score-losses >two.csv
is "two segments stay two" "$(grep -c '^#mia 1 signals' two.csv)$(
	body two.csv | grep -vc '^id')" 26
is "rows of both" "$(grep -v '^#' two.csv | sed -n 2,4p)" "$(body s.csv)"

# --- other people's tables ------------------------------------------------

printf 'p.yes,class,p.no\n.75,yes,.25\n.2,yes,.8\n' >train_preds.csv
is "--label and --prefix, and a key made up" \
	"$(score --label class --prefix p --member 1 train_preds.csv)" \
	"id,model,member,label,loss,phi,correct
member:0,target,1,yes,0.2876820724517809,1.0986122886681098,1
member:1,target,1,yes,1.6094379124341003,-1.3862943611198906,0"
is "members and others keep apart" "$(score -l class -p p. --member 0 \
	--model forest train_preds.csv | sed -n 2p | cut -d, -f1-4)" \
	"nonmember:0,forest,0,yes"
is "--id" "$(sed 's/^p.yes,class/person,&/; 2s/^/x,/; 3s/^/y,/' \
	train_preds.csv | score -l class -p p. -i person --member 0 |
	cut -d, -f1-3)" "model,member,id
target,0,x
target,0,y"
is "--logits" "$(printf 'label,member,out_a,out_b\na,0,3,1\n' |
	score -p out --logits --signal phi | sed 1d)" "0,target,a,0,2"
is "--renormalise" "$(printf 'label,member,p_a,p_b\na,0,60,20\n' |
	score --renormalise | sed 1d)" \
	"0,target,a,0,0.2876820724517809,1.0986122886681098,1"
is "predicted classes give correct" "$(printf \
	'label,member,predicted\na,0,a\nb,1,a\n' | score)" \
	"id,model,label,member,correct
0,target,a,0,1
1,target,b,1,0"
is "residuals" "$(printf 'y,yhat,member\n3,1,0\n1,1.5,1\n' |
	score --response y --prediction yhat)" \
	"id,model,label,member,residual,loss,phi
0,target,3,0,2,4,-1.3862943611198906
1,target,1,1,-0.5,0.25,1.3862943611198906"
printf 'y,yhat,member\n3,3,0\n' | score --response y --prediction yhat \
	2>err >/dev/null
is "a residual of 0 is counted" "$(cat err)" "score-losses: 1 of 1 residuals\
 are below 1e-06 and were raised to it in phi; choose with --floor"

# --- faults ---------------------------------------------------------------

bad() { # NAME PATTERN INPUT [OPTION ...]
	name=$1 pattern=$2
	printf '%b' "$3" >bad.csv
	shift 3
	must_fail 3 "$name" "$pattern" score-losses "$@" bad.csv
}

bad "no member" "no column 'member'; say with --member" 'label,p_a,p_b\n'
bad "no label" "no column 'label'" 'member,p_a,p_b\n'
bad "no predictions" "'predicted'.*give predictions" 'member,label,x\n'
bad "no such prefix" "no column begins with 'q'" 'member,label,p_a,p_b\n' -p q
bad "one class" "'p_a' is the only class column" 'member,label,p_a\n'
bad "both kinds" "both p_ and z_ columns" 'member,label,p_a,p_b,z_a,z_b\n'
bad "unknown label" "bad.csv:3: label 'c' is none of the 2 classes" \
	'member,label,p_a,p_b\n0,a,.5,.5\n0,c,.5,.5\n'
bad "a sum" "bad.csv:2: the probabilities sum to 0.9, not 1; use --renorm" \
	'member,label,p_a,p_b\n0,a,.5,.4\n'
bad "a negative" "bad.csv:2: 1.0005 is not a probability\|-0.0005 is not" \
	'member,label,p_a,p_b\n0,a,1.0005,-.0005\n'
bad "a word" "bad.csv:2: 'p_b' holds 'high', not a number" \
	'member,label,p_a,p_b\n0,a,.5,high\n'
bad "an empty field" "bad.csv:2: 'p_b' is empty" \
	'member,label,p_a,p_b\n0,a,.5,\n'
bad "nan" "bad.csv:2: 'z_b' holds 'nan', not a finite" \
	'member,label,z_a,z_b\n0,a,.5,nan\n'
bad "an infinite probability" "'p_b' holds 'inf'" \
	'member,label,p_a,p_b\n0,a,.5,inf\n'
bad "two infinities" "bad.csv:2: 2 logits are inf" \
	'member,label,z_a,z_b\n0,a,inf,inf\n'
bad "no class possible" "every logit is -inf" \
	'member,label,z_a,z_b\n0,a,-inf,-inf\n'
bad "nothing to renormalise" "sum to 0, so they cannot" \
	'member,label,p_a,p_b\n0,a,0,0\n' --renormalise
bad "a signal that is there" "column 'loss' is there already" \
	'member,label,loss,p_a,p_b\n'
bad "two labels" "'class' would become 'label', which is there" \
	'member,label,class,p_a,p_b\n' --label class
bad "a response that is a word" "'y' holds 'x', not a number" \
	'member,y,h\n0,x,1\n' --response y --prediction h
bad "a residual too big" "too big to be squared" \
	'member,y,h\n0,1e200,1\n' --response y --prediction h
bad "another kind" "'signals'.*'predictions'\|predictions.*signals" \
	'#mia 1 signals\nid,member,label,p_a,p_b\n#end 0\n'
bad "ragged" "bad.csv:2" 'member,label,p_a,p_b\n0,a,.5\n'

must_fail 2 "an unknown signal" "'los' is not one of" \
	score-losses --signal los p.csv
must_fail 2 "a bad member" "'2' is not 0 or 1" score-losses --member 2 p.csv
must_fail 2 "member twice" "there is such a column" \
	score-losses --member 1 p.csv
must_fail 2 "model twice" "there is such a column" \
	score-losses --model m p.csv
must_fail 2 "half a regression" "go together" score-losses --response y p.csv
must_fail 2 "logits without a prefix" "logits says" score-losses --logits p.csv
must_fail 2 "classes of a regression" "no class columns" \
	score-losses --response y --prediction x --prefix p p.csv
must_fail 2 "a floor too high" "is no floor" score-losses --floor .6 p.csv
must_fail 2 "a signal of another kind" "cannot be had from class columns" \
	score-losses --signal residual p.csv
printf 'member,label,predicted\n' >c.csv
must_fail 2 "phi from classes" "cannot be had from predicted classes" \
	score-losses --signal phi c.csv
must_fail 4 "a file that is not there" "no.csv" score-losses no.csv
if [ -w /dev/full ]; then
	must_fail 4 "a full disk" "No space" \
		sh -c 'score-losses p.csv >/dev/full'
fi
must_fail 3 "nothing is left half done" "none of the 2 classes" sh -c '
	sed "4s/no/maybe/" p.csv | score-losses -o half.csv'
is "no file" "$(ls half.csv 2>/dev/null)" ""
done_testing
