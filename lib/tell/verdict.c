#include "tell/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tell/words.h"

static const char *const outcome_word[] = {"no-figures", "no-limit", "met",
					   "not-shown", "exceeded"};

const char *
mia_outcome_word(enum mia_outcome o)
{
	return outcome_word[o];
}

void
mia_verdict_free(struct mia_verdict *v)
{
	free(v->ruling);
	*v = (struct mia_verdict){0};
}

static bool
same_place(const struct mia_metric *a, const struct mia_metric *b)
{
	return strcmp(a->target, b->target) == 0 &&
	       strcmp(a->attack, b->attack) == 0 &&
	       strcmp(a->group, b->group) == 0 && strcmp(a->at, b->at) == 0;
}

/* The figure that "limit_NAME" limits is the metric NAME. */
static const struct mia_metric *
figure_of(const struct mia_facts *x, const struct mia_metric *limit)
{
	for (size_t i = 0; i < x->n_metric; i++)
		if (strcmp(x->metric[i].metric, limit->metric + 6) == 0 &&
		    same_place(&x->metric[i], limit))
			return &x->metric[i];
	return NULL;
}

int
mia_verdict_reach(struct mia_verdict *v, const struct mia_facts *x,
		  struct mia_fault *f)
{
	*v = (struct mia_verdict){0};
	v->outcome =
		x->n_metric > 0 ? MIA_OUTCOME_NO_LIMIT : MIA_OUTCOME_NO_FIGURES;
	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];
		int o = MIA_OUTCOME_MET;

		if (strncmp(m->metric, "limit_", 6) != 0)
			continue;
		while (o <= MIA_OUTCOME_EXCEEDED &&
		       !mia_note_has(m, outcome_word[o]))
			o++;
		if (o > MIA_OUTCOME_EXCEEDED)
			return mia_fail(f, MIA_DATA,
					"'%s' of attack '%s' has the note "
					"'%s', not met, exceeded or "
					"not-shown; rerun mia-eval",
					m->metric, m->attack, m->note);
		mia_grow(&v->ruling, &v->cap, v->n + 1, sizeof(*v->ruling));
		v->ruling[v->n++] = (struct mia_ruling){m, figure_of(x, m),
							(enum mia_outcome)o};
		if ((enum mia_outcome)o > v->outcome)
			v->outcome = (enum mia_outcome)o;
	}
	return 0;
}
