#ifndef MIA_RUN_LEAVE_OUT_H
#define MIA_RUN_LEAVE_OUT_H

#include <stddef.h>

#include "base/fault.h"
#include "io/meta.h"
#include "run/answers.h"

/*
 * Every shadow as the target in turn, without a leak through counts: which of
 * the other shadows stand against it, so that a record it was trained on and
 * one it was not have as many IN and as many OUT.
 *   coin      all others (also for draw: models independent of each other)
 *   balanced  the first c - 1 IN and M - c - 1 OUT, of M shadows with each
 *             record in c
 *   pairs     all but the complement
 *   aux       balanced over the aux records, which are judged in place of the
 *             audited ones: those are in no shadow
 */
enum mia_leave {
	MIA_LEAVE_COIN,
	MIA_LEAVE_BALANCED,
	MIA_LEAVE_PAIRS,
	MIA_LEAVE_AUX,
};

/* The words for them, draw being coin. */
#define MIA_LEAVE_DESIGNS "coin|balanced|pairs|draw"

/*
 * The design of the shadows: that which an option chose, as a place in
 * MIA_LEAVE_DESIGNS, or, if it is -1, the one train-shadow wrote in the head;
 * aux: MIA_LEAVE_AUX will do.
 * Faults: usage, if neither says it, or the head names one for which no shadow
 * can stand in a target's place.
 */
int mia_leave_design(const struct mia_meta *m, int chosen, bool aux,
		     enum mia_leave *design, struct mia_fault *f);

/*
 * Checks that all records fit the design: usage and data faults, such as a
 * record in another number of models (it is named), two models that are no
 * complements, or no aux record.  Then mia_leave_pick gives the shadows against
 * the k-th in order.
 */
struct mia_leave_out {
	enum mia_leave design;
	size_t models, in; /* M and c */
};

int mia_leave_out_init(struct mia_leave_out *l, const struct mia_answers *s,
		       enum mia_leave design, struct mia_fault *f);
struct mia_pick mia_leave_pick(const struct mia_leave_out *l, size_t k);

#endif
