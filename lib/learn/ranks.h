#ifndef MIA_LEARN_RANKS_H
#define MIA_LEARN_RANKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "learn/encoding.h"
#include "learn/frame.h"

/*
 * A frame for trees: every feature coded once, as the rank of its value among
 * the feature's distinct values, and shared read-only by all models and
 * threads.  A feature of up to 256 values takes a byte a row, up to 65,536
 * two, others four; a double each distinct value comes on top.
 */
struct mia_rank_column {
	void *rank;	/* [rows], of width bytes each */
	unsigned width; /* 1, 2 or 4 */
	uint32_t distinct;
	const double *value; /* [distinct], ascending */
};

struct mia_ranks {
	size_t n; /* rows */
	size_t features;
	struct mia_rank_column *column; /* [features] */
	double *value;
};

/*
 * Keeps no pointer to e or x.  -0 is 0.  Fault: data, a value that is not
 * finite.
 */
int mia_ranks_init(struct mia_ranks *r, const struct mia_encoding *e,
		   const struct mia_frame *x, struct mia_fault *f);
void mia_ranks_free(struct mia_ranks *r);

/* How many distinct values of the column are at most x. */
uint32_t mia_rank_at_most(const struct mia_rank_column *c, double x);

/*
 * Runs statement with x set to the ranks of column c as an array of their
 * type: one copy of a hot loop for each width.
 */
#define MIA_RANK_EACH_WIDTH(c, x, statement)                                   \
	do {                                                                   \
		if ((c)->width == 1) {                                         \
			const uint8_t *x = (c)->rank;                          \
			statement                                              \
		} else if ((c)->width == 2) {                                  \
			const uint16_t *x = (c)->rank;                         \
			statement                                              \
		} else {                                                       \
			const uint32_t *x = (c)->rank;                         \
			statement                                              \
		}                                                              \
	} while (0)

#endif
