#ifndef MIA_MATHS_MOMENTS_H
#define MIA_MATHS_MOMENTS_H

#include <stdint.h>

/*
 * Count, mean and sum of squared deviations, one value at a time.  {0} is
 * empty.  A run of equal values has m2 == 0 exactly, which a formula by sums
 * of squares would not give.
 * Source: Welford, Technometrics 4 (1962); merging: Chan, Golub & LeVeque,
 * The American Statistician 37 (1983).
 */
struct mia_moments {
	uint64_t n;
	double mean, m2;
};

static inline void
mia_moments_add(struct mia_moments *m, double x)
{
	double d = x - m->mean;

	m->n++;
	m->mean += d / (double)m->n;
	m->m2 += d * (x - m->mean);
}

/* The moments of both samples together. */
void mia_moments_merge(struct mia_moments *m, const struct mia_moments *more);

/* Variance with divisor n, and with n - 1; 0 where the divisor would be. */
double mia_moments_variance(const struct mia_moments *m);
double mia_moments_unbiased(const struct mia_moments *m);

#endif
