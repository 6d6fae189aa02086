/* The verdict, and what it rests on. */
#include <math.h>
#include <string.h>

#include "tell/md.h"
#include "tell/sections.h"
#include "tell/words.h"

static const char *const headline[] = {
	[MIA_OUTCOME_NO_FIGURES] = "no figures were given",
	[MIA_OUTCOME_NO_LIMIT] = "none, because no limit was given",
	[MIA_OUTCOME_MET] = "limit met",
	[MIA_OUTCOME_NOT_SHOWN] = "not shown",
	[MIA_OUTCOME_EXCEEDED] = "limit exceeded",
};

static const char *const explanation[] = {
	[MIA_OUTCOME_NO_FIGURES] =
		"None of the streams given holds metrics, so nothing that was "
		"measured can be told. Run `mia-eval` on the scores and give "
		"its output to `report-md`.",
	[MIA_OUTCOME_NO_LIMIT] =
		"The figures below were measured, but no limit was set that "
		"they could meet or exceed. To get a verdict, run `mia-eval` "
		"with `--max-auc` or `--max-tpr-at`.",
	[MIA_OUTCOME_MET] =
		"Every limit that was set is met: even the upper end of the "
		"interval of the figure is at or below it. This holds for the "
		"attacks and the records of this audit.",
	[MIA_OUTCOME_NOT_SHOWN] =
		"The evidence does not decide whether the model keeps every "
		"limit: an interval reaches from below a limit to above it. "
		"**Too little evidence is not a pass.** What is missing is "
		"more records to audit, not another reading of these.",
	[MIA_OUTCOME_EXCEEDED] =
		"At least one limit is exceeded: even the lower end of the "
		"interval of the figure is above it. The model gives away more "
		"about its training records than was allowed.",
};

static void
write_ruling(const struct mia_report *r, const struct mia_ruling *u,
	     struct mia_md_table *t)
{
	static const char *const result[] = {"", "", "met", "**not shown**",
					     "**exceeded**"};
	const struct mia_metric *l = u->limit, *m = u->figure;
	struct mia_metric shown = *l;
	struct mia_buf *c;

	shown.metric = shown.metric + 6;
	mia_section_attack(r, l, mia_md_cell(t));
	c = mia_md_cell(t);
	mia_word_name(c, &shown);
	if (!mia_metric_overall(l)) {
		mia_buf_text(c, ", ");
		mia_md_str(c, l->group);
	}
	mia_word_value(mia_md_cell(t), &shown, l->value);
	c = mia_md_cell(t);
	mia_word_value(c, &shown, m != NULL ? m->value : NAN);
	mia_word_interval(mia_md_cell(t),
			  isnan(l->lo) && m != NULL ? m : &shown);
	mia_buf_text(mia_md_cell(t), result[u->outcome]);
}

/* The sample that would decide, where one was worked out. */
static void
write_needs(const struct mia_report *r, const struct mia_verdict *v,
	    struct mia_buf *b)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct mia_metric *l = v->ruling[i].limit;
		struct mia_metric shown = *l;

		if (v->ruling[i].outcome != MIA_OUTCOME_NOT_SHOWN)
			continue;
		shown.metric = shown.metric + 6;
		mia_buf_text(b, "- ");
		mia_section_attack(r, l, b);
		mia_buf_text(b, ", ");
		mia_word_name(b, &shown);
		if (!mia_metric_overall(l)) {
			mia_buf_text(b, ", ");
			mia_md_str(b, l->group);
		}
		if (l->n1 > 0 && l->n0 > 0) {
			mia_buf_text(b, ": about ");
			mia_word_count(b, l->n1);
			mia_buf_text(b, " training records and ");
			mia_word_count(b, l->n0);
			mia_buf_text(b, " others would decide, if more "
					"records behave like these.\n");
		} else {
			mia_buf_text(b, ": no size of sample can be named that "
					"would decide.\n");
		}
	}
	mia_buf_text(b, "\n");
}

/* What to do with a verdict. */
static const char *const advice[] = {
	[MIA_OUTCOME_NO_FIGURES] = NULL,
	[MIA_OUTCOME_NO_LIMIT] =
		"Set the limits before the next audit, not after a look at "
		"these figures.",
	[MIA_OUTCOME_MET] =
		"Before a release, read what this audit does not show, at the "
		"end of this report.",
	[MIA_OUTCOME_NOT_SHOWN] =
		"Do not treat the model as having passed. Audit it with more "
		"records, or have the limit changed by whoever set it, for "
		"reasons that do not come from these figures.",
	[MIA_OUTCOME_EXCEEDED] =
		"Do not release the model as it is. What usually lowers the "
		"figures: a smaller or more strongly regularised model (fewer "
		"and larger leaves, a larger penalty, fewer rounds), more "
		"training records, coarser answers (rounded, or labels only), "
		"training with differential privacy. Each needs a new audit "
		"under the same limits.",
};

/* "Audited: …" */
static void
write_extent(const struct mia_facts *x, struct mia_buf *b)
{
	struct mia_names target = {0}, attack = {0};
	double n1 = 0, n0 = 0;

	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];

		if (!mia_metric_attack(m) || !mia_metric_overall(m))
			continue;
		mia_names_add(&target, mia_text(m->target));
		mia_names_add(&attack, mia_text(m->attack));
		n1 = fmax(n1, m->n1);
		n0 = fmax(n0, m->n0);
	}
	if (attack.n > 0) {
		mia_buf_format(b, "Audited: %zu model%s, %zu attack%s, ",
			       target.n, target.n > 1 ? "s" : "", attack.n,
			       attack.n > 1 ? "s" : "");
		mia_word_count(b, n1);
		mia_buf_text(b, " training records and ");
		mia_word_count(b, n0);
		mia_buf_text(b, " other records.\n\n");
	}
	mia_names_free(&target);
	mia_names_free(&attack);
}

void
mia_section_verdict(const struct mia_report *r, struct mia_buf *b)
{
	static const char *const column[] = {"Attack",	  "Figure",   ">Limit",
					     ">Measured", "Interval", "Result",
					     NULL};
	const struct mia_verdict *v = r->verdict;
	struct mia_md_table t;

	mia_buf_format(b, "## Verdict: %s\n\n%s\n\n", headline[v->outcome],
		       explanation[v->outcome]);
	write_extent(r->facts, b);
	if (r->chain->n_broken > 0)
		mia_buf_text(b,
			     "**The chain of provenance is broken** (see "
			     "[Provenance](#provenance)), so it is not shown "
			     "that these figures belong to these data and "
			     "this model.\n\n");
	if (advice[v->outcome] != NULL)
		mia_buf_format(b, "**What to do.** %s\n\n", advice[v->outcome]);
	if (v->n == 0)
		return;
	mia_md_table_begin(&t, column);
	for (size_t i = 0; i < v->n; i++)
		write_ruling(r, &v->ruling[i], &t);
	mia_md_table_end(&t, b);
	mia_buf_text(b, "A limit is met if the upper end of the interval is at "
			"or below it, and exceeded if the lower end is above "
			"it; between the two it is not shown.");
	if (v->n > 1)
		mia_buf_text(b, " The lower ends allow for all limits being "
				"judged together.");
	mia_buf_text(b, "\n\n");
	if (v->outcome == MIA_OUTCOME_NOT_SHOWN)
		write_needs(r, v, b);
}
