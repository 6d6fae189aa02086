/* Figures of many attacks, or of many slices, in a table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "tell/md.h"
#include "tell/sections.h"
#include "tell/words.h"

/* Rates that get a column, the two largest. */
#define RATES 2

struct rates {
	const char *at[RATES]; /* as in the stream */
	char name[RATES][64];
	size_t n;
};

static void
find_rates(const struct mia_pair *p, struct rates *r)
{
	r->n = 0;
	for (size_t i = 0; i < p->n && r->n < RATES; i++) {
		const struct mia_metric *m = p->row[i];

		if (!mia_metric_overall(m) ||
		    strcmp(m->metric, "tpr_at_fpr") != 0 ||
		    !(strtod(m->at, NULL) > 0) ||
		    mia_note_has(m, "below-resolution"))
			continue;
		snprintf(r->name[r->n], sizeof(r->name[r->n]),
			 "TPR at FPR %g %%", 100 * strtod(m->at, NULL));
		r->at[r->n++] = m->at;
	}
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

/* Cells of the counts, the AUC and the rates of a slice. */
static void
write_cells(struct mia_md_table *t, const struct mia_pair *p,
	    const struct mia_metric *m, const struct rates *r)
{
	mia_word_count(mia_md_cell(t), m->n1);
	mia_word_count(mia_md_cell(t), m->n0);
	write_cell(mia_pair_row(p, m->group, "auc", NULL), mia_md_cell(t));
	for (size_t k = 0; k < r->n; k++)
		write_cell(mia_pair_row(p, m->group, "tpr_at_fpr", r->at[k]),
			   mia_md_cell(t));
}

static void
begin(struct mia_md_table *t, const char *first, const struct rates *r)
{
	const char *column[4 + RATES + 1] = {first, ">Training", ">Other",
					     "AUC"};

	for (size_t k = 0; k < r->n; k++)
		column[4 + k] = r->name[k];
	mia_md_table_begin(t, column);
}

void
mia_table_attacks(const struct mia_report *r, const struct mia_pairs *pairs,
		  struct mia_buf *b)
{
	struct rates rates;
	struct mia_md_table t;

	mia_buf_format(b,
		       r->facts->targets.n > 1
			       ? "%zu pairs of an attack and a model were "
				 "tried. No figure is pooled over models; "
				 "models that share shadows vary less than "
				 "ones trained apart would. "
			       : "%zu attacks were tried. ",
		       pairs->n);
	mia_buf_text(b, "TPR is that in the population; intervals stand in "
			"brackets.\n\n");
	find_rates(&pairs->item[0], &rates);
	begin(&t, "Attack", &rates);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct mia_pair *p = &pairs->item[i];

		mia_section_attack(r, p->row[0], mia_md_cell(&t));
		write_cells(&t, p, p->row[0], &rates);
	}
	mia_md_table_end(&t, b);
}

void
mia_table_slices(const struct mia_pair *p, struct mia_buf *b)
{
	struct mia_names slices = {0};
	struct rates rates;
	struct mia_md_table t;

	find_rates(p, &rates);
	for (size_t i = 0; i < p->n; i++) {
		const struct mia_metric *m = p->row[i];
		uint32_t n = (uint32_t)slices.n;

		if (mia_metric_overall(m) ||
		    mia_names_add(&slices, mia_text(m->group)) < n)
			continue;
		if (n == 0) {
			mia_buf_text(b,
				     "By slice, in the population. Each "
				     "interval is for its slice alone; among "
				     "many slices some stand out by "
				     "chance.\n\n");
			begin(&t, "Slice", &rates);
		}
		mia_md_str(mia_md_cell(&t), m->group);
		write_cells(&t, p, m, &rates);
	}
	if (slices.n > 0)
		mia_md_table_end(&t, b);
	mia_names_free(&slices);
}
