/* What each attack achieved, in words; slices; exposed records. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tell/md.h"
#include "tell/sections.h"
#include "tell/words.h"

static bool
of_attack(const struct mia_metric *m)
{
	return !mia_metric_model(m) && strncmp(m->metric, "limit_", 6) != 0;
}

static bool
same_attack(const struct mia_metric *a, const struct mia_metric *b)
{
	return strcmp(a->target, b->target) == 0 &&
	       strcmp(a->attack, b->attack) == 0;
}

/* The first row of its attack, in the order of the streams. */
static bool
is_first(const struct mia_facts *x, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (of_attack(&x->metric[j]) &&
		    same_attack(&x->metric[j], &x->metric[i]))
			return false;
	return of_attack(&x->metric[i]);
}

static bool
one_target(const struct mia_facts *x)
{
	for (size_t i = 1; i < x->n_metric; i++)
		if (strcmp(x->metric[i].target, x->metric[0].target) != 0)
			return false;
	return true;
}

/* "`lira` on `target`" */
static void
write_attack(const struct mia_report *r, const struct mia_metric *m,
	     struct mia_buf *b)
{
	mia_md_code(b, mia_text(m->attack));
	if (one_target(r->facts))
		return;
	mia_buf_text(b, " on ");
	mia_md_code(b, mia_text(m->target));
}

static void
write_figure(const struct mia_metric *m, struct mia_buf *b)
{
	const char *at = m->note;
	struct mia_text word;
	bool has_interval = !isnan(m->lo) || !isnan(m->hi);

	mia_buf_text(b, "- **");
	mia_word_name(b, m);
	mia_buf_text(b, ": ");
	if (isnan(m->value) && has_interval)
		mia_word_interval(b, m);
	else
		mia_word_value(b, m, m->value);
	mia_buf_text(b, "**");
	if (!isnan(m->value) && has_interval) {
		mia_buf_text(b, " (");
		if (m->level > 0)
			mia_buf_format(b, "%g %% ", 100 * m->level);
		mia_buf_text(b, "interval ");
		mia_word_interval(b, m);
		mia_buf_text(b, ")");
	}
	mia_buf_text(b, ". ");
	mia_word_meaning(b, m);
	while (mia_note_next(&at, &word)) {
		char *note = mia_copy(word.s, word.n);

		mia_buf_text(b, " ");
		mia_word_note(b, m, note);
		free(note);
	}
	mia_buf_text(b, "\n");
}

static bool
has_slices(const struct mia_facts *x, size_t i)
{
	for (size_t j = i; j < x->n_metric; j++)
		if (of_attack(&x->metric[j]) &&
		    same_attack(&x->metric[i], &x->metric[j]) &&
		    !mia_metric_overall(&x->metric[j]))
			return true;
	return false;
}

static void
write_slices(const struct mia_facts *x, size_t i, struct mia_buf *b)
{
	static const char *const column[] = {"Slice",	 "Figure",    ">Value",
					     "Interval", ">Training", ">Other",
					     "Note",	 NULL};
	struct mia_md_table t;

	if (!has_slices(x, i))
		return;
	mia_buf_text(b, "By slice. Each interval is for its slice alone; "
			"among many slices some stand out by chance.\n\n");
	mia_md_table_begin(&t, column);
	for (size_t j = i; j < x->n_metric; j++) {
		const struct mia_metric *m = &x->metric[j];

		if (!of_attack(m) || !same_attack(&x->metric[i], m) ||
		    mia_metric_overall(m))
			continue;
		mia_md_str(mia_md_cell(&t), m->group);
		mia_word_name(mia_md_cell(&t), m);
		mia_word_value(mia_md_cell(&t), m, m->value);
		mia_word_interval(mia_md_cell(&t), m);
		mia_word_count(mia_md_cell(&t), m->n1);
		mia_word_count(mia_md_cell(&t), m->n0);
		mia_md_str(mia_md_cell(&t), m->note);
	}
	mia_md_table_end(&t, b);
}

/* The attack of the highest AUC, for those who read one sentence. */
static void
write_strongest(const struct mia_report *r, struct mia_buf *b)
{
	const struct mia_facts *x = r->facts;
	const struct mia_metric *best = NULL;
	size_t attacks = 0;

	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];

		attacks += is_first(x, i);
		if (strcmp(m->metric, "auc") == 0 && mia_metric_overall(m) &&
		    of_attack(m) && (best == NULL || m->value > best->value))
			best = m;
	}
	if (best == NULL || attacks < 2)
		return;
	mia_buf_format(b, "%zu attacks were tried. By AUC the strongest is ",
		       attacks);
	write_attack(r, best, b);
	mia_buf_text(b, " with ");
	mia_word_value(b, best, best->value);
	mia_buf_text(b, " (");
	mia_word_interval(b, best);
	mia_buf_text(b, "). Picked after the fact, the strongest of several "
			"looks a little stronger than it is.\n\n");
}

void
mia_section_attacks(const struct mia_report *r, struct mia_buf *b)
{
	const struct mia_facts *x = r->facts;
	bool begun = false;

	for (size_t i = 0; i < x->n_metric; i++) {
		if (!is_first(x, i))
			continue;
		if (!begun) {
			mia_buf_text(
				b,
				"## Attacks\n\nAn attack is given a record and "
				"the model's answer to it, and names the "
				"record if it takes it for one that the model "
				"was trained on. AUC tells how well it does "
				"over all records. TPR, the share of training "
				"records that it names, is told for thresholds "
				"so strict that hardly any other record is "
				"named wrongly (FPR): once for the very "
				"threshold that these records suggest, once "
				"for the population they are from. The second "
				"is the wider one, because the threshold is "
				"known from this sample only; limits are set "
				"on it.\n\n");
			write_strongest(r, b);
		}
		begun = true;
		mia_buf_text(b, "### ");
		write_attack(r, &x->metric[i], b);
		mia_buf_text(b, "\n\n");
		for (size_t j = i; j < x->n_metric; j++)
			if (of_attack(&x->metric[j]) &&
			    same_attack(&x->metric[i], &x->metric[j]) &&
			    mia_metric_overall(&x->metric[j]))
				write_figure(&x->metric[j], b);
		mia_buf_text(b, "\n");
		write_slices(x, i, b);
	}
}

/* The score column of an attack, whose name may be with or without
 * "score_". */
static uint32_t
score_of(const struct mia_facts *x, const char *attack)
{
	struct mia_text t = mia_text(attack);

	if (t.n > 6 && memcmp(t.s, "score_", 6) == 0)
		t = mia_text(attack + 6);
	return mia_names_find(&x->scores, t);
}

static bool
comes_before(const struct mia_scored *a, const struct mia_scored *b, uint32_t k)
{
	if (a->score[k] != b->score[k])
		return a->score[k] > b->score[k];
	return strcmp(a->id, b->id) < 0;
}

size_t
mia_report_exposed(const struct mia_facts *x, const struct mia_metric *m,
		   size_t *which, size_t max, size_t *n)
{
	uint32_t k = score_of(x, m->attack);
	size_t all = 0;

	*n = 0;
	if (k == MIA_NAMES_NONE || isnan(m->threshold))
		return 0;
	for (size_t i = 0; i < x->n_scored; i++) {
		const struct mia_scored *s = &x->scored[i];
		size_t at;

		if (k >= s->n_score || !(s->score[k] >= m->threshold) ||
		    (strcmp(s->target, m->target) != 0 && m->target[0] != '\0'))
			continue;
		all++;
		/* Into its place among the max best so far. */
		at = *n < max ? (*n)++ : max;
		while (at > 0 &&
		       comes_before(s, &x->scored[which[at - 1]], k)) {
			if (at < max)
				which[at] = which[at - 1];
			at--;
		}
		if (at < max)
			which[at] = i;
	}
	return all;
}

static void
write_ids(const struct mia_report *r, struct mia_buf *b)
{
	size_t *which = mia_alloc(r->ids, sizeof(*which)), n;

	for (size_t i = 0; i < r->facts->n_metric; i++) {
		const struct mia_metric *m = &r->facts->metric[i];
		size_t all;

		if (!mia_metric_names(m))
			continue;
		all = mia_report_exposed(r->facts, m, which, r->ids, &n);
		if (all == 0)
			continue;
		mia_buf_text(b, "Named by ");
		write_attack(r, m, b);
		mia_buf_text(b, " at ");
		mia_word_rate(b, strtod(m->at, NULL));
		if (n < all)
			mia_buf_format(b, " (the surest %zu of %zu)", n, all);
		mia_buf_text(b, ": ");
		for (size_t k = 0; k < n; k++) {
			if (k > 0)
				mia_buf_text(b, ", ");
			mia_md_code(b, mia_text(r->facts->scored[which[k]].id));
		}
		mia_buf_text(b, ".\n\n");
	}
	free(which);
}

void
mia_section_exposed(const struct mia_report *r, struct mia_buf *b)
{
	static const char *const column[] = {"Attack",
					     "Threshold for at most",
					     ">Others named",
					     ">Training records named",
					     ">By a guess, at most",
					     NULL};
	struct mia_md_table t;
	bool any = false;

	for (size_t i = 0; i < r->facts->n_metric; i++)
		any |= mia_metric_names(&r->facts->metric[i]);
	if (!any)
		return;
	mia_buf_text(b,
		     "## Exposed records\n\nHow many records an attack names "
		     "at a strict threshold. Beyond the last column, which is "
		     "what a guess would get, these are records whose "
		     "presence in the training data the model gives "
		     "away.\n\n");
	mia_md_table_begin(&t, column);
	for (size_t i = 0; i < r->facts->n_metric; i++) {
		const struct mia_metric *m = &r->facts->metric[i];
		struct mia_buf *c;

		if (!mia_metric_names(m))
			continue;
		write_attack(r, m, mia_md_cell(&t));
		mia_word_rate(mia_md_cell(&t), strtod(m->at, NULL));
		c = mia_md_cell(&t);
		mia_word_count(c, round(m->fpr * m->n0));
		mia_buf_text(c, " of ");
		mia_word_count(c, m->n0);
		c = mia_md_cell(&t);
		mia_word_count(c, round(m->value * m->n1));
		mia_buf_text(c, " of ");
		mia_word_count(c, m->n1);
		mia_buf_format(mia_md_cell(&t), "%.1f",
			       strtod(m->at, NULL) * m->n1);
	}
	mia_md_table_end(&t, b);
	if (r->ids > 0)
		write_ids(r, b);
}
