/* The records that attacks name at strict thresholds. */
#include <stdlib.h>

#include "tell/exposed.h"
#include "tell/md.h"
#include "tell/sections.h"
#include "tell/words.h"

static void
write_rate(const struct mia_metric *m, struct mia_buf *b)
{
	double q = strtod(m->at, NULL);

	if (q > 0)
		mia_word_rate(b, q);
	else
		mia_buf_text(b, "none");
}

static void
write_ids(const struct mia_report *r, struct mia_buf *b)
{
	for (size_t i = 0; i < r->exposures->n; i++) {
		const struct mia_exposed *e = &r->exposures->item[i];

		if (e->all == 0)
			continue;
		mia_buf_text(b, "Named by ");
		mia_section_attack(r, e->m, b);
		mia_buf_text(b, strtod(e->m->at, NULL) > 0 ? " with at most "
							   : " with ");
		write_rate(e->m, b);
		mia_buf_text(b, " wrong");
		if (e->n < e->all)
			mia_buf_format(b, " (the surest %zu of %zu)", e->n,
				       e->all);
		mia_buf_text(b, ": ");
		for (size_t k = 0; k < e->n; k++) {
			if (k > 0)
				mia_buf_text(b, ", ");
			mia_md_code(b, mia_text(e->named[k].id));
		}
		mia_buf_text(b, ".\n\n");
	}
}

void
mia_section_exposed(const struct mia_report *r, struct mia_buf *b)
{
	static const char *const column[] = {"Attack",
					     "Wrong at most",
					     ">Others named",
					     ">Training records named",
					     ">By a guess, at most",
					     NULL};
	struct mia_md_table t;
	bool any = false;

	for (size_t i = 0; i < r->facts->n_metric; i++)
		any |= mia_exposed_strict(&r->facts->metric[i]);
	if (!any)
		return;
	mia_buf_text(b,
		     "## Exposed records\n\nHow many records an attack names "
		     "when it may be wrong about few others. Beyond the last "
		     "column, which is what a guess would get, these are "
		     "records whose presence in the training data the model "
		     "gives away.\n\n");
	mia_md_table_begin(&t, column);
	for (size_t i = 0; i < r->facts->n_metric; i++) {
		const struct mia_metric *m = &r->facts->metric[i];

		if (!mia_exposed_strict(m))
			continue;
		mia_section_attack(r, m, mia_md_cell(&t));
		write_rate(m, mia_md_cell(&t));
		mia_word_part(mia_md_cell(&t), m->fpr, m->n0);
		mia_word_part(mia_md_cell(&t), m->value, m->n1);
		mia_buf_format(mia_md_cell(&t), "%.1f",
			       strtod(m->at, NULL) * m->n1);
	}
	mia_md_table_end(&t, b);
	if (r->exposures != NULL)
		write_ids(r, b);
}
