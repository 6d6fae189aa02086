#include "run/population.h"

#include <stdlib.h>

#include "base/mem.h"
#include "run/against.h"

bool
mia_population_any(const struct mia_answers *a)
{
	for (uint32_t i = 0; i < a->ids.n; i++)
		if (mia_answers_group(a, i) == MIA_GROUP_POPULATION)
			return true;
	return false;
}

static int
fail_few(const struct mia_against *g, size_t least, struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"population record '%.*s' has rows under %zu shadows, "
			"fewer than %zu; query them all, or --missing empty",
			MIA_QUOTE(mia_names_text(&g->a->ids, g->record)),
			g->n_out, least);
}

int
mia_population_of(const struct mia_bench *b, size_t least, bool drop,
		  uint32_t **record, size_t *n, uint64_t *dropped,
		  struct mia_fault *f)
{
	const struct mia_answers *a = b->a;
	uint32_t *z = mia_alloc(a->ids.n, sizeof(*z));
	struct mia_against g;
	int rc = 0;

	*n = 0;
	mia_against_init(&g, a);
	for (uint32_t i = 0; rc == 0 && i < a->ids.n; i++) {
		if (mia_answers_group(a, i) != MIA_GROUP_POPULATION ||
		    !mia_rows_seen(b->model, i))
			continue;
		mia_against_pick(&g, i, &b->pick);
		if (g.n_out >= least)
			z[(*n)++] = i;
		else if (drop)
			++*dropped;
		else
			rc = fail_few(&g, least, f);
	}
	mia_against_free(&g);
	if (rc == 0 && *n == 0)
		rc = mia_fail(f, MIA_DATA,
			      "no row of part population under model '%.*s'; "
			      "give split-data a --population, and query it",
			      MIA_QUOTE(b->name));
	if (rc != 0) {
		free(z);
		z = NULL;
	}
	*record = z;
	return rc;
}
