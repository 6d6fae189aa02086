#ifndef MIA_LEARN_MLP_STEP_H
#define MIA_LEARN_MLP_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "learn/cpu.h"

/*
 * What mlp does element by element, the same bytes on every CPU.  All n are
 * multiples of MIA_MLP_PAD; arrays do not overlap.
 */

/* NaN stays NaN, here and in tanh, so that overflow is seen in the end. */
void mia_mlp_relu(enum mia_cpu cpu, size_t n, float *x);
/* Within 3 units in the last place. */
void mia_mlp_tanh(enum mia_cpu cpu, size_t n, float *x);
/* x *= y. */
void mia_mlp_times(enum mia_cpu cpu, size_t n, float *x, const float *y);
/* d *= the activation's slope where its value is a. */
void mia_mlp_slope(enum mia_cpu cpu, bool tanh, size_t n, float *d,
		   const float *a);
/* sum[n] of the rows of d[rows][stride], in their order. */
void mia_mlp_sum(enum mia_cpu cpu, size_t n, size_t rows, const float *d,
		 size_t stride, float *sum);

/*
 * A step along the gradient g + decay w; m and v are the optimiser's memory,
 * at first 0.  Numbers below 1e-32 in it may become 0: they move no weight,
 * and denormal ones are slow.
 *
 *	momentum	m = beta1 m + g, w -= rate m
 *	Adam		m = beta1 m + (1 - beta1) g
 *			v = beta2 v + (1 - beta2) g^2
 *			w -= rate m / (root sqrt(v) + 1e-8)
 *
 * With Adam rate is the learning rate / (1 - beta1^t) and root 1 / sqrt(1 -
 * beta2^t), t = 1, 2, …
 */
struct mia_mlp_step {
	float rate, beta1, beta2, root, decay;
};

void mia_mlp_momentum(enum mia_cpu cpu, size_t n, float *w, const float *g,
		      float *m, const struct mia_mlp_step *s);
void mia_mlp_adam(enum mia_cpu cpu, size_t n, float *w, const float *g,
		  float *m, float *v, const struct mia_mlp_step *s);

#endif
