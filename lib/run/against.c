#include "run/against.h"

#include <stdlib.h>

#include "base/mem.h"

void
mia_against_init(struct mia_against *g, const struct mia_answers *a)
{
	*g = (struct mia_against){.a = a};
	g->in = mia_alloc(a->shadows, sizeof(*g->in));
	g->out = mia_alloc(a->shadows, sizeof(*g->out));
	g->v = mia_alloc(a->shadows, sizeof(*g->v));
}

void
mia_against_free(struct mia_against *g)
{
	free(g->in);
	free(g->out);
	free(g->v);
	*g = (struct mia_against){0};
}

void
mia_against_pick(struct mia_against *g, uint32_t record,
		 const struct mia_pick *pick)
{
	g->record = record;
	mia_answers_pick(g->a, record, pick, g->in, &g->n_in, g->out,
			 &g->n_out);
}

double *
mia_against_values(struct mia_against *g, size_t view, size_t signal)
{
	const struct mia_answers *a = g->a;

	for (size_t k = 0; k < g->n_in; k++)
		g->v[k] = mia_answers_value(a, &a->shadow[g->in[k]], g->record,
					    view, signal);
	for (size_t k = 0; k < g->n_out; k++)
		g->v[g->n_in + k] = mia_answers_value(a, &a->shadow[g->out[k]],
						      g->record, view, signal);
	return g->v;
}
