#ifndef MIA_RUN_AGAINST_H
#define MIA_RUN_AGAINST_H

#include <stddef.h>
#include <stdint.h>

#include "run/answers.h"
#include "run/bench.h"

/*
 * What the shadows that stand against a record say of it, as an array: the
 * values of IN first, then those of OUT.  16 bytes a shadow.
 */
struct mia_against {
	const struct mia_answers *a; /* borrowed: stored and settled */
	uint32_t record;
	uint32_t *in, *out; /* numbers in a->shadow, in model order */
	size_t n_in, n_out;
	double *v; /* room for a value a shadow */
};

void mia_against_init(struct mia_against *g, const struct mia_answers *a);
void mia_against_free(struct mia_against *g);

/* Sets record, in and out (mia_answers_pick). */
void mia_against_pick(struct mia_against *g, uint32_t record,
		      const struct mia_pick *pick);

/*
 * Shows take the first signal of each record[i] in each view (a place in
 * view_order): what the bench's model says, and in v the n_in + n_out values
 * of the shadows against it, which take may overwrite.
 */
void
mia_against_each(const struct mia_bench *b, const uint32_t *record, size_t n,
		 void (*take)(void *ctx, size_t i, size_t view, double target,
			      double *v, size_t n_in, size_t n_out),
		 void *ctx);

#endif
