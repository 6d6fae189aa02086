#ifndef MIA_LEARN_LBFGS_H
#define MIA_LEARN_LBFGS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Minimises a smooth function by limited-memory BFGS: the last 10 steps, the
 * two-loop recursion with the scale s'y / y'y (Liu & Nocedal, Mathematical
 * Programming 45, 1989), and a line search to the strong Wolfe conditions
 * (c1 = 1e-4, c2 = 0.9) by cubic steps inside a bracket.  Near the minimum,
 * where the function's rounding hides the decrease, a step is accepted on its
 * slope alone (the approximate Wolfe condition of Hager & Zhang, SIAM J.
 * Optimization 16, 2005).
 */
struct mia_lbfgs {
	size_t n;
	/* Value at x[n]; fills gradient[n]. */
	double (*value)(void *ctx, const double *x, double *gradient);
	void *ctx;
	double tolerance;  /* done when no |gradient| is larger */
	uint64_t max_iter; /* steps */
};

enum mia_lbfgs_end {
	MIA_LBFGS_DONE,
	MIA_LBFGS_STEPS, /* max_iter reached */
	MIA_LBFGS_STUCK, /* rounding allows no better step */
};

/* From x, in place. *steps: how many were made; *left: largest |gradient|
 * at x.  Always leaves the best point found. */
enum mia_lbfgs_end mia_lbfgs_run(const struct mia_lbfgs *p, double *x,
				 uint64_t *steps, double *left);

#endif
