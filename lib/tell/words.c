#include "tell/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "tell/md.h"

/* Decimals that keep two digits of x, at least least. */
static int
decimals(double x, int least)
{
	int d;

	if (x <= 0)
		return least;
	d = 1 - (int)floor(log10(x));
	return d < least ? least : d > 9 ? 9 : d;
}

/*
 * x between 0 and whole, shown so that neither end is reached unless it is:
 * two digits of a small x, one of what a large x lacks, but never more
 * than most decimals: beyond them "<" or ">" what can be shown.
 */
static void
bounded(struct mia_buf *b, double x, double whole, int least, int most)
{
	int d = decimals(x, least), e = decimals(10 * (whole - x), least);
	double step = pow(10, -most);

	if (e > d)
		d = e;
	if (x < step)
		mia_buf_format(b, "<%.*f", most, step);
	else if (whole - x < step)
		mia_buf_format(b, ">%.*f", most, whole - step);
	else
		mia_buf_format(b, "%.*f", d < most ? d : most, x);
}

void
mia_word_share(struct mia_buf *b, double x)
{
	if (isnan(x)) {
		mia_buf_text(b, "?");
		return;
	}
	if (x == 0 || x == 1)
		mia_buf_format(b, "%d", x == 1 ? 100 : 0);
	else
		bounded(b, 100 * x, 100, 1, 4);
	mia_buf_text(b, " %");
}

void
mia_word_figure(struct mia_buf *b, double x)
{
	if (isnan(x))
		mia_buf_text(b, "?");
	else if (isinf(x))
		mia_buf_text(b, x > 0 ? "infinite" : "-infinite");
	else if (x > 0 && x < 1)
		bounded(b, x, 1, 3, 5);
	else
		mia_buf_format(b, "%.3f", x);
}

void
mia_word_count(struct mia_buf *b, double x)
{
	char s[MIA_NUM_MAX];
	size_t n;

	if (isnan(x)) {
		mia_buf_text(b, "?");
		return;
	}
	n = mia_num_print(s, x);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0 && x >= 1000 && x < 1e15 &&
		    x == floor(x))
			mia_buf_text(b, ",");
		mia_buf_add(b, s + i, 1);
	}
}

void
mia_word_part(struct mia_buf *b, double share, double of)
{
	mia_word_count(b, round(share * of));
	mia_buf_text(b, " of ");
	mia_word_count(b, of);
}

void
mia_word_rate(struct mia_buf *b, double x)
{
	double n = round(1 / x);

	if (x > 0 && x < 1 && n < 1e9 && fabs(n * x - 1) < 1e-9) {
		mia_buf_text(b, "1 in ");
		mia_word_count(b, n);
	} else {
		mia_word_share(b, x);
	}
}

static const struct mia_word words[] = {
	{"auc", "AUC", MIA_STYLE_FIGURE, 0.5},
	{"tpr_at_threshold", "TPR at the threshold for FPR", MIA_STYLE_SHARE,
	 NAN},
	{"tpr_at_fpr", "TPR in the population at FPR", MIA_STYLE_SHARE, NAN},
	{"fpr_at_threshold", "FPR at the threshold for", MIA_STYLE_SHARE, NAN},
	{"missing", "Missing", MIA_STYLE_COUNT, NAN},
	{"advantage", "Advantage", MIA_STYLE_FIGURE, 0},
	{"balanced_accuracy", "Balanced accuracy", MIA_STYLE_SHARE, 0.5},
	{"accuracy", "Accuracy", MIA_STYLE_SHARE, NAN},
	{"accuracy_member", "Accuracy on training records", MIA_STYLE_SHARE,
	 NAN},
	{"accuracy_nonmember", "Accuracy on other records", MIA_STYLE_SHARE,
	 NAN},
	{"accuracy_gap", "Gap between the two", MIA_STYLE_GAP, 0},
};

const struct mia_word *
mia_word_of(const char *metric)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i].metric, metric) == 0)
			return &words[i];
	return NULL;
}

static double
at_of(const struct mia_metric *m)
{
	double x;

	if (mia_num_parse(mia_text(m->at), &x) != MIA_NUM_FINITE)
		return NAN;
	return x;
}

void
mia_word_name(struct mia_buf *b, const struct mia_metric *m)
{
	const struct mia_word *w = mia_word_of(m->metric);
	double at = at_of(m);

	if (w != NULL)
		mia_buf_text(b, w->name);
	else
		mia_md_code(b, mia_text(m->metric));
	if (m->at[0] == '\0')
		return;
	mia_buf_text(b, w != NULL ? " " : " at ");
	if (isnan(at))
		mia_md_str(b, m->at);
	else
		mia_buf_format(b, "%g %%", 100 * at);
}

void
mia_word_value(struct mia_buf *b, const struct mia_metric *m, double x)
{
	const struct mia_word *w = mia_word_of(m->metric);

	if (isnan(x)) {
		mia_buf_text(b, "none");
		return;
	}
	switch (w != NULL ? w->style : MIA_STYLE_FIGURE) {
	case MIA_STYLE_FIGURE:
		mia_word_figure(b, x);
		break;
	case MIA_STYLE_SHARE:
		mia_word_share(b, x);
		break;
	case MIA_STYLE_COUNT:
		mia_word_count(b, x);
		break;
	case MIA_STYLE_GAP:
		mia_buf_format(b, "%+.1f points", 100 * x);
		break;
	}
}

void
mia_word_interval(struct mia_buf *b, const struct mia_metric *m)
{
	const struct mia_word *w = mia_word_of(m->metric);
	struct mia_buf lo = {0};
	size_t unit = 0;

	if (isnan(m->lo) && isnan(m->hi)) {
		mia_buf_text(b, "none");
		return;
	}
	/* The unit stands once, behind the upper end. */
	if (w != NULL && w->style == MIA_STYLE_SHARE && !isnan(m->lo))
		unit = strlen(" %");
	else if (w != NULL && w->style == MIA_STYLE_GAP && !isnan(m->lo))
		unit = strlen(" points");
	mia_word_value(&lo, m, m->lo);
	mia_buf_add(b, lo.s, lo.n - unit);
	mia_buf_text(b, " to ");
	mia_word_value(b, m, m->hi);
	mia_buf_free(&lo);
}

static void
mean_auc(struct mia_buf *b, const struct mia_metric *m)
{
	mia_buf_text(b, "Shown one training record and one other record, the "
			"attack tells which is which ");
	mia_word_share(b, m->value);
	mia_buf_text(b, " of the time; a guess is right 50 % of the time.");
	if (m->hi < 0.5) {
		mia_buf_text(b, " **The whole interval lies below 0.5:** the "
				"score puts training records *below* others. "
				"Most often that is a sign error in the score. "
				"Until it is explained, read it as an AUC of ");
		mia_word_figure(b, 1 - m->value);
		mia_buf_text(b, ".");
	} else if (m->lo <= 0.5) {
		mia_buf_text(b, " The interval holds 0.5, so this sample does "
				"not show that the attack beats a guess; nor "
				"does it show that it does not.");
	} else {
		mia_buf_text(b, " The interval lies above 0.5: the attack "
				"beats a guess.");
	}
}

static void
mean_gap(struct mia_buf *b, const struct mia_metric *m)
{
	mia_buf_text(b, m->lo > 0
				? "The model is right more often about records "
				  "it was trained on."
				: "This sample does not show that the model is "
				  "right more often about records it was "
				  "trained on.");
	mia_buf_text(b, " What a model learns by heart is what an attack "
			"feeds on: a wide gap makes every attack easier, a "
			"narrow one does not rule them out.");
}

void
mia_word_meaning(struct mia_buf *b, const struct mia_metric *m)
{
	if (strcmp(m->metric, "auc") == 0) {
		mean_auc(b, m);
	} else if (strcmp(m->metric, "missing") == 0) {
		mia_buf_text(b, "So many records had no score and were left "
				"out of all figures of this attack.");
	} else if (strcmp(m->metric, "advantage") == 0) {
		mia_buf_text(b, "By how much, at its best threshold, the share "
				"of training records that the attack names "
				"exceeds that of other records.");
	} else if (strcmp(m->metric, "balanced_accuracy") == 0) {
		mia_buf_text(b, "At its best threshold, and with as many "
				"training records as others, the attack is "
				"right about ");
		mia_word_share(b, m->value);
		mia_buf_text(b, " of them; a guess is right about 50 %.");
	} else if (strcmp(m->metric, "accuracy_gap") == 0) {
		mean_gap(b, m);
	}
}

bool
mia_note_next(const char **at, struct mia_text *word)
{
	*at += strspn(*at, " ,;");
	*word = (struct mia_text){*at, strcspn(*at, " ,;")};
	*at += word->n;
	return word->n > 0;
}

bool
mia_note_has(const struct mia_metric *m, const char *want)
{
	const char *at = m->note;
	struct mia_text word;

	while (mia_note_next(&at, &word))
		if (mia_text_is(word, want))
			return true;
	return false;
}

void
mia_word_note(struct mia_buf *b, const struct mia_metric *m, const char *note)
{
	/* Told by the meaning of the figure itself. */
	if (strcmp(note, "below-chance") == 0 || strcmp(note, "dropped") == 0)
		return;
	if (strcmp(note, "optimistic") == 0) {
		mia_buf_text(b, "*Optimistic:* the threshold was chosen on "
				"the very records it is judged on, so on new "
				"records the figure would tend to be lower.");
	} else if (strcmp(note, "below-resolution") == 0) {
		mia_buf_text(b, "*Below the resolution of the sample:* with ");
		mia_word_count(b, m->n0);
		mia_buf_text(b, " other records no rate finer than 1 in ");
		mia_word_count(b, m->n0);
		mia_buf_text(b, " can be measured. The figure is that of a "
				"threshold with no false alarm in this sample, "
				"which is not a rate of 0.");
	} else if (strcmp(note, "worst-case") == 0) {
		mia_buf_text(b, "*Worst case:* the attack was fitted with "
				"knowledge that no outsider has, so a real "
				"attacker would do less well.");
	} else if (strcmp(note, "asymptotic") == 0) {
		mia_buf_text(b, "*Asymptotic:* the interval is an "
				"approximation that is good in large samples "
				"only.");
	} else if (strcmp(note, "encoding-on-parts") == 0) {
		mia_buf_text(b,
			     "*Encoding fitted on parts:* categories and "
			     "scales were learnt from some of the records "
			     "only, so a record's features may by themselves "
			     "tell whether it was among them.");
	} else if (strcmp(note, "this-model-only") == 0) {
		mia_buf_text(b, "*This model only:* the figure says nothing "
				"of other models that the same procedure "
				"would train.");
	} else {
		mia_buf_text(b, "Note: ");
		mia_md_code(b, mia_text(note));
		mia_buf_text(b, ".");
	}
}
