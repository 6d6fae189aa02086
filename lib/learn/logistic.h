#ifndef MIA_LEARN_LOGISTIC_H
#define MIA_LEARN_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/learner.h"

/*
 * Logistic regression with an L2 penalty, fitted by L-BFGS from zero.
 * Minimises
 *
 *	sum_i w_i loss_i + |coefficients|^2 / (2 C)
 *
 * with the intercepts unpenalised, scikit-learn's objective (1.2, solver
 * lbfgs): with two classes in the sample, one column of coefficients and
 * loss = log(1 + exp(-(+-z))); with more, one column a class and the softmax
 * loss.  w_i is 1, or n / (classes * n_class) if balanced.
 *
 * Logits: with two classes z for the second and 0 for the first; with one, 0;
 * -inf for a class that the sample did not have.
 */
struct mia_logistic {
	size_t inputs;	  /* features, and one for the intercept if any */
	unsigned classes; /* of the data */
	unsigned present; /* of the sample */
	unsigned columns; /* 0 (one class), 1 (two) or present */
	uint32_t *name;	  /* [present] their numbers, ascending */
	double *w;	  /* [columns][inputs]; the intercept is last */
	uint64_t iterations;
};

struct mia_logistic_opts {
	double c;
	double tol; /* done when no component of the gradient, divided by the
		     * sum of w_i, is larger */
	uint64_t max_iter;
	bool intercept; /* the last input is 1 and is not penalised */
	bool balanced;
};

/*
 * x is [rows of the frame][inputs]; s names those to fit on.  Memory: two
 * copies of those rows (up to 32 MiB; beyond, they are copied a block at a
 * time) and 24 vectors of parameters.
 * Faults: data, if s is empty or max_iter steps do not reach tol.
 * *m is freed by the caller with mia_logistic_free; it is empty after a fault.
 */
int mia_logistic_fit(struct mia_logistic *m, const double *x, size_t inputs,
		     const struct mia_sample *s,
		     const struct mia_logistic_opts *o, struct mia_fault *f);
void mia_logistic_free(struct mia_logistic *m);

#endif
