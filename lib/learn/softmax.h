#ifndef MIA_LEARN_SOFTMAX_H
#define MIA_LEARN_SOFTMAX_H

#include <stddef.h>

#include "learn/cpu.h"

/* Rows come in groups of this many. */
#define MIA_SOFTMAX_GROUP 8

/*
 * Logits to probabilities, in place: z[classes][stride], a column for each of
 * rows records, rows and stride multiples of MIA_SOFTMAX_GROUP.  top[rows]
 * becomes the largest logit, sum[rows] the sum over classes of exp(z - top),
 * so that log(sum exp z) = top + log(sum) and 1 <= sum <= classes.
 * Logits are finite.  exp is within 1 unit in the last place (and 2^-1021
 * below -708), sums run in class order; the same bytes on every CPU kind.
 */
void mia_softmax(enum mia_cpu cpu, size_t classes, size_t rows, double *z,
		 size_t stride, double *top, double *sum);

#endif
