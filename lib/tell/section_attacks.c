/* What each attack achieved, in words, and by slice. */
#include <math.h>
#include <stdio.h>
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

void
mia_section_attack(const struct mia_report *r, const struct mia_metric *m,
		   struct mia_buf *b)
{
	mia_md_code(b, mia_text(m->attack));
	if (one_target(r->facts))
		return;
	mia_buf_text(b, " on ");
	mia_md_code(b, mia_text(m->target));
}

/* The row of an attack for a slice, a metric and (unless NULL) a rate. */
static const struct mia_metric *
row_of(const struct mia_facts *x, const struct mia_metric *like,
       const char *group, const char *metric, const char *at)
{
	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];

		if (of_attack(m) && same_attack(m, like) &&
		    strcmp(m->group, group) == 0 &&
		    strcmp(m->metric, metric) == 0 &&
		    (at == NULL || strcmp(m->at, at) == 0))
			return m;
	}
	return NULL;
}

static void
write_level(const struct mia_metric *m, struct mia_buf *b)
{
	mia_buf_text(b, " (");
	if (m->level > 0)
		mia_buf_format(b, "%g %% ", 100 * m->level);
	mia_buf_text(b, "interval ");
	mia_word_interval(b, m);
	mia_buf_text(b, ")");
}

/* "3 of 400" */
static void
write_part(double share, double of, struct mia_buf *b)
{
	mia_word_count(b, round(share * of));
	mia_buf_text(b, " of ");
	mia_word_count(b, of);
}

/* The threshold for rate q, and how its rate may be in the population. */
static void
write_threshold(const struct mia_facts *x, const struct mia_metric *m, double q,
		struct mia_buf *b)
{
	const struct mia_metric *of_fpr =
		row_of(x, m, m->group, "fpr_at_threshold", m->at);

	if (q > 0) {
		mia_buf_text(b, ". At the threshold that wrongly names at "
				"most ");
		mia_word_rate(b, q);
		mia_buf_text(b, " of these other records (");
	} else {
		mia_buf_text(b, ". At the threshold that wrongly names none "
				"of these other records (");
	}
	write_part(m->fpr, m->n0, b);
	if (of_fpr != NULL && !isnan(of_fpr->hi)) {
		mia_buf_text(b, "; of all records like them it may be ");
		if (q > 0)
			mia_word_interval(b, of_fpr);
		else
			mia_buf_text(b, "up to ");
		if (!(q > 0))
			mia_word_share(b, of_fpr->hi);
	}
	mia_buf_text(b, ") the attack names ");
	write_part(m->value, m->n1, b);
	mia_buf_text(b, " training records.");
}

static void
write_population(const struct mia_metric *all, struct mia_buf *b)
{
	bool open = all->lo == 0;

	if (open)
		mia_buf_text(b, "at most ");
	if (open)
		mia_word_value(b, all, all->hi);
	else
		mia_word_interval(b, all);
	mia_buf_text(b, " of the training records");
	if (open)
		mia_buf_text(b, " (how few, this sample does not show)");
}

/* All that is known of one false-positive rate, told together. */
static void
write_rate(const struct mia_facts *x, const struct mia_metric *m,
	   struct mia_buf *b)
{
	const struct mia_metric *all =
		row_of(x, m, m->group, "tpr_at_fpr", m->at);
	double q = strtod(m->at, NULL);
	bool fine = q > 0 && mia_note_has(m, "below-resolution");

	if (q > 0)
		mia_buf_format(b, "- **At FPR %g %%", 100 * q);
	else
		mia_buf_text(b, "- **With no false alarm");
	if (fine) {
		mia_buf_text(b, ":** finer than this sample resolves. With ");
		mia_word_count(b, m->n0);
		mia_buf_text(b, " other records, rates below 1 in ");
		mia_word_count(b, m->n0);
		mia_buf_text(b, " cannot be told from none.");
	} else {
		mia_buf_text(b, ": TPR ");
		mia_word_value(b, m, m->value);
		mia_buf_text(b, "**");
		write_level(m, b);
		write_threshold(x, m, q, b);
	}
	if (q > 0 && all != NULL) {
		mia_buf_text(b, " Were ");
		mia_word_rate(b, q);
		mia_buf_text(b, " of *all* other records named wrongly, the "
				"attack would name ");
		write_population(all, b);
		mia_buf_format(b, "; a guess would name %g %%.", 100 * q);
	}
	mia_buf_text(b, "\n");
}

/* Rows that other rows of the attack tell along, or the tables. */
static bool
told_along(const struct mia_facts *x, const struct mia_metric *m)
{
	static const char *const along[] = {"members", "nonmembers",
					    "resolution"};

	for (size_t i = 0; i < sizeof(along) / sizeof(*along); i++)
		if (strcmp(m->metric, along[i]) == 0)
			return true;
	return (strcmp(m->metric, "fpr_at_threshold") == 0 ||
		strcmp(m->metric, "tpr_at_fpr") == 0) &&
	       row_of(x, m, m->group, "tpr_at_threshold", m->at) != NULL;
}

static void
write_figure(const struct mia_metric *m, struct mia_buf *b)
{
	const char *at = m->note;
	struct mia_text word;

	mia_buf_text(b, "- **");
	mia_word_name(b, m);
	mia_buf_text(b, ": ");
	mia_word_value(b, m, m->value);
	mia_buf_text(b, "**");
	if (!isnan(m->lo) || !isnan(m->hi))
		write_level(m, b);
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

static void
write_row(const struct mia_facts *x, const struct mia_metric *m,
	  struct mia_buf *b)
{
	if (told_along(x, m))
		return;
	if (strcmp(m->metric, "tpr_at_threshold") == 0)
		write_rate(x, m, b);
	else
		write_figure(m, b);
}

/* Rates that get a column in a table of slices, the two largest. */
#define SLICE_RATES 2

static size_t
slice_rates(const struct mia_facts *x, const struct mia_metric *like,
	    const char *rate[SLICE_RATES])
{
	size_t n = 0;

	for (size_t i = 0; i < x->n_metric && n < SLICE_RATES; i++) {
		const struct mia_metric *m = &x->metric[i];

		if (of_attack(m) && same_attack(m, like) &&
		    mia_metric_overall(m) &&
		    strcmp(m->metric, "tpr_at_fpr") == 0 &&
		    strtod(m->at, NULL) > 0 &&
		    !mia_note_has(m, "below-resolution"))
			rate[n++] = m->at;
	}
	return n;
}

static void
write_cell(const struct mia_metric *m, struct mia_buf *b)
{
	if (m == NULL) {
		mia_buf_text(b, "none");
		return;
	}
	mia_word_value(b, m, m->value);
	mia_buf_text(b, " (");
	mia_word_interval(b, m);
	mia_buf_text(b, ")");
}

/* The first row of its slice, among those of one attack. */
static bool
begins_slice(const struct mia_facts *x, const struct mia_metric *like, size_t i)
{
	const struct mia_metric *m = &x->metric[i];

	if (!of_attack(m) || !same_attack(m, like) || mia_metric_overall(m))
		return false;
	for (size_t j = 0; j < i; j++)
		if (of_attack(&x->metric[j]) &&
		    same_attack(&x->metric[j], like) &&
		    strcmp(x->metric[j].group, m->group) == 0)
			return false;
	return true;
}

static void
write_slices(const struct mia_facts *x, const struct mia_metric *like,
	     struct mia_buf *b)
{
	const char *column[4 + SLICE_RATES + 1] = {"Slice", ">Training",
						   ">Other", "AUC"};
	const char *rate[SLICE_RATES];
	char name[SLICE_RATES][64];
	size_t rates = slice_rates(x, like, rate), slices = 0;
	struct mia_md_table t;

	for (size_t i = 0; i < x->n_metric; i++)
		slices += begins_slice(x, like, i);
	if (slices == 0)
		return;
	for (size_t k = 0; k < rates; k++) {
		snprintf(name[k], sizeof(name[k]), "TPR at FPR %g %%",
			 100 * strtod(rate[k], NULL));
		column[4 + k] = name[k];
	}
	mia_buf_text(b, "By slice, in the population. Each interval is for its "
			"slice alone; among many slices some stand out by "
			"chance.\n\n");
	mia_md_table_begin(&t, column);
	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];

		if (!begins_slice(x, like, i))
			continue;
		mia_md_str(mia_md_cell(&t), m->group);
		mia_word_count(mia_md_cell(&t), m->n1);
		mia_word_count(mia_md_cell(&t), m->n0);
		write_cell(row_of(x, m, m->group, "auc", NULL),
			   mia_md_cell(&t));
		for (size_t k = 0; k < rates; k++)
			write_cell(
				row_of(x, m, m->group, "tpr_at_fpr", rate[k]),
				mia_md_cell(&t));
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
	mia_section_attack(r, best, b);
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
		mia_section_attack(r, &x->metric[i], b);
		mia_buf_text(b, "\n\n");
		for (size_t j = i; j < x->n_metric; j++)
			if (of_attack(&x->metric[j]) &&
			    same_attack(&x->metric[i], &x->metric[j]) &&
			    mia_metric_overall(&x->metric[j]))
				write_row(x, &x->metric[j], b);
		mia_buf_text(b, "\n");
		write_slices(x, &x->metric[i], b);
	}
}
