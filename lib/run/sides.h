#ifndef MIA_RUN_SIDES_H
#define MIA_RUN_SIDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "maths/moments.h"
#include "run/answers.h"

/*
 * Some records under one model, the target or a shadow in its place, and what
 * the shadows trained with (IN) and without (OUT) each of them say: arrays as
 * lib/attack wants them.  Entry i·views + v is record i in view v.
 */
struct mia_sides {
	size_t records, views, signals;
	double *target; /* [entries][signals] */
	/* One signal: */
	struct mia_moments *in, *out;	  /* [entries] */
	double *median_in, *median_out;	  /* [entries], if asked for */
	/* Several: as mia_products_add. */
	uint64_t *n_in, *n_out;		  /* [entries] */
	double *mean_in, *mean_out;	  /* [entries][signals] */
	double *product_in, *product_out; /* [entries][triangle] */
};

/*
 *   record[n]  numbers of records, each seen under model
 *   pick       which shadows stand against them
 *   median     medians too (one signal, values stored)
 * Values go in by model order, so moments from a stream and from stored values
 * are the same bytes.  pick other than MIA_PICK_ALL needs stored values.
 */
void mia_sides_fill(struct mia_sides *d, const struct mia_answers *s,
		    const struct mia_model_rows *model, const uint32_t *record,
		    size_t n, const struct mia_pick *pick, bool median);
void mia_sides_free(struct mia_sides *d);

/* IN and OUT shadows of record i. */
uint64_t mia_sides_in(const struct mia_sides *d, size_t i);
uint64_t mia_sides_out(const struct mia_sides *d, size_t i);

/*
 * Every shadow as the target in turn, without a leak through counts: which of
 * the other shadows stand against it, so that a record it was trained on and
 * one it was not have as many IN and as many OUT (EVIDENCE: leave one out).
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

/*
 * Does the number of a record's shadows tell whether it is a member?  |z| of
 * Welch's test of count[n] between members and others: INFINITY if the counts
 * do not vary within the two groups but differ between them, 0 with fewer than
 * 16 of a kind.
 */
double mia_count_leak(const uint64_t *count, const bool *member, size_t n);

#endif
