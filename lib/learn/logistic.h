#ifndef MIA_LEARN_LOGISTIC_H
#define MIA_LEARN_LOGISTIC_H

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
 * loss.  w_i is 1, or n / (classes * n_class) with class_weight=balanced.
 *
 * It is done when no component of the gradient, divided by the sum of w_i, is
 * above tol; a fit that is not done after max_iter steps is a data fault.
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

extern const struct mia_learner mia_logistic;

#endif
