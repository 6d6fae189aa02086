#ifndef MIA_RUN_LEAVE_OUT_H
#define MIA_RUN_LEAVE_OUT_H

#include <stddef.h>

#include "base/fault.h"
#include "run/answers.h"

/*
 * Every shadow as the target in turn, without a leak through counts: which of
 * the other shadows stand against it, so that a record it was trained on and
 * one it was not have as many IN and as many OUT.
 *   coin      all others (also for draw: models independent of each other)
 *   balanced  the first c - 1 IN and M - c - 1 OUT, of M shadows with each
 *             record in c
 *   pairs     all but the complement
 */
enum mia_leave {
	MIA_LEAVE_COIN,
	MIA_LEAVE_BALANCED,
	MIA_LEAVE_PAIRS,
};

/*
 * Checks that all records fit the design: usage and data faults, such as a
 * record in another number of models (it is named), or two models that are no
 * complements.  Then mia_leave_pick gives the shadows against the k-th in
 * order.
 */
struct mia_leave_out {
	enum mia_leave design;
	size_t models, in; /* M and c */
};

int mia_leave_out_init(struct mia_leave_out *l, const struct mia_answers *s,
		       enum mia_leave design, struct mia_fault *f);
struct mia_pick mia_leave_pick(const struct mia_leave_out *l, size_t k);

#endif
