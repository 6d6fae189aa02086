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

/* The values of the picked record in a view. */
static void
fill(struct mia_against *g, size_t view)
{
	const struct mia_answers *a = g->a;

	for (size_t k = 0; k < g->n_in; k++)
		g->v[k] = mia_answers_value(a, &a->shadow[g->in[k]], g->record,
					    view, 0);
	for (size_t k = 0; k < g->n_out; k++)
		g->v[g->n_in + k] = mia_answers_value(a, &a->shadow[g->out[k]],
						      g->record, view, 0);
}

void
mia_against_each(const struct mia_bench *b, const uint32_t *record, size_t n,
		 void (*take)(void *ctx, size_t i, size_t view, double target,
			      double *v, size_t n_in, size_t n_out),
		 void *ctx)
{
	struct mia_against g;

	mia_against_init(&g, b->a);
	for (size_t i = 0; i < n; i++) {
		mia_against_pick(&g, record[i], &b->pick);
		for (size_t w = 0; w < b->a->views; w++) {
			double t = mia_answers_value(b->a, b->model, record[i],
						     w, 0);

			fill(&g, w);
			take(ctx, i, w, t, g.v, g.n_in, g.n_out);
		}
	}
	mia_against_free(&g);
}
