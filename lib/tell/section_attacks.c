/* What each attack achieved, in words. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tell/md.h"
#include "tell/pairs.h"
#include "tell/sections.h"
#include "tell/words.h"

void
mia_section_attack(const struct mia_report *r, const struct mia_metric *m,
		   struct mia_buf *b)
{
	mia_md_code(b, mia_text(m->attack));
	if (r->facts->targets.n < 2)
		return;
	mia_buf_text(b, " on ");
	mia_md_code(b, mia_text(m->target));
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

/* The threshold for rate q, and how its rate may be in the population. */
static void
write_threshold(const struct mia_pair *p, const struct mia_metric *m, double q,
		struct mia_buf *b)
{
	const struct mia_metric *of_fpr =
		mia_pair_row(p, m->group, "fpr_at_threshold", m->at);

	if (q > 0) {
		mia_buf_text(b, ". At the threshold that wrongly names at "
				"most ");
		mia_word_rate(b, q);
		mia_buf_text(b, " of these other records (");
	} else {
		mia_buf_text(b, ". At the threshold that wrongly names none "
				"of these other records (");
	}
	mia_word_part(b, m->fpr, m->n0);
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
	mia_word_part(b, m->value, m->n1);
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
write_rate(const struct mia_pair *p, const struct mia_metric *m,
	   struct mia_buf *b)
{
	const struct mia_metric *all =
		mia_pair_row(p, m->group, "tpr_at_fpr", m->at);
	double q = strtod(m->at, NULL);
	bool fine = q > 0 && mia_note_has(m, "below-resolution");

	if (q > 0)
		mia_buf_format(b, "- **At FPR %g %%", 100 * q);
	else
		mia_buf_text(b, "- **With no false alarm");
	if (fine) {
		mia_buf_text(b, ": not resolved** (");
		mia_word_count(b, m->n0);
		mia_buf_text(b, " other records tell no rate below 1 in ");
		mia_word_count(b, m->n0);
		mia_buf_text(b, " from none).");
	} else {
		mia_buf_text(b, ": TPR ");
		mia_word_value(b, m, m->value);
		mia_buf_text(b, "**");
		write_level(m, b);
		write_threshold(p, m, q, b);
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
told_along(const struct mia_pair *p, const struct mia_metric *m)
{
	static const char *const along[] = {"members", "nonmembers",
					    "resolution"};

	for (size_t i = 0; i < sizeof(along) / sizeof(*along); i++)
		if (strcmp(m->metric, along[i]) == 0)
			return true;
	return (strcmp(m->metric, "fpr_at_threshold") == 0 ||
		strcmp(m->metric, "tpr_at_fpr") == 0) &&
	       mia_pair_row(p, m->group, "tpr_at_threshold", m->at) != NULL;
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
write_row(const struct mia_pair *p, const struct mia_metric *m,
	  struct mia_buf *b)
{
	if (told_along(p, m))
		return;
	if (strcmp(m->metric, "tpr_at_threshold") == 0)
		write_rate(p, m, b);
	else
		write_figure(m, b);
}

/* The attack of the highest AUC, for those who read one sentence. */
static void
write_strongest(const struct mia_report *r, const struct mia_pairs *pairs,
		struct mia_buf *b)
{
	const struct mia_metric *best = NULL;

	for (size_t i = 0; i < pairs->n; i++) {
		const struct mia_metric *m =
			mia_pair_row(&pairs->item[i], "", "auc", NULL);

		if (m != NULL && (best == NULL || m->value > best->value))
			best = m;
	}
	if (best == NULL)
		return;
	mia_buf_text(b, "By AUC the strongest is ");
	mia_section_attack(r, best, b);
	mia_buf_text(b, " with ");
	mia_word_value(b, best, best->value);
	mia_buf_text(b, " (");
	mia_word_interval(b, best);
	mia_buf_text(b, "). Picked after the fact, the strongest of several "
			"looks a little stronger than it is.\n\n");
}

static const char introduction[] =
	"## Attacks\n\n"
	"An attack is given a record and the model's answer to it, and names "
	"the record if it takes it for one that the model was trained on. "
	"AUC tells how well it does over all records: how often, shown one "
	"training record and one other record, it tells which is which. TPR, "
	"the share of training records that it names, is told for thresholds "
	"so strict that hardly any other record is named wrongly (FPR): once "
	"for the very threshold that these records suggest, once for the "
	"population they are from. The second is the wider one, because the "
	"threshold is known from this sample only; limits are set on it.\n\n";

/* So many pairs of attack and target are told in words, more in a table. */
#define PAIRS_IN_WORDS 6

static void
write_pair(const struct mia_report *r, const struct mia_pair *p,
	   struct mia_buf *b)
{
	mia_buf_text(b, "### ");
	mia_section_attack(r, p->row[0], b);
	mia_buf_text(b, "\n\n");
	for (size_t i = 0; i < p->n; i++)
		if (mia_metric_overall(p->row[i]))
			write_row(p, p->row[i], b);
	mia_buf_text(b, "\n");
	mia_table_slices(p, b);
}

void
mia_section_attacks(const struct mia_report *r, struct mia_buf *b)
{
	struct mia_pairs pairs;

	mia_pairs_make(&pairs, r->facts);
	if (pairs.n > 0)
		mia_buf_text(b, introduction);
	if (pairs.n > 1) {
		mia_table_attacks(r, &pairs, b);
		write_strongest(r, &pairs, b);
	}
	for (size_t i = 0; pairs.n <= PAIRS_IN_WORDS && i < pairs.n; i++)
		write_pair(r, &pairs.item[i], b);
	mia_pairs_free(&pairs);
}
