#ifndef MIA_MATHS_MOMENTS_H
#define MIA_MATHS_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Count, mean and sum of squared deviations, one value at a time.  {0} is
 * empty.  A run of equal values has m2 == 0 exactly, which a formula by sums
 * of squares would not give.
 * Every value goes through the one recurrence below in the order given, and
 * there is no way to merge two: so streamed and stored values give the same
 * bytes.
 * Source: Welford, Technometrics 4 (1962).
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

/*
 * The same for k signals at once: one more value x[k] into *n, mean[k] and the
 * sums of products of distances from the mean, product[k(k+1)/2]: that of a
 * and b <= a is number a(a + 1)/2 + b.  k is at most MIA_PRODUCTS_MAX.
 */
#define MIA_PRODUCTS_MAX 8
void mia_products_add(size_t k, uint64_t *n, double *mean, double *product,
		      const double *x);

/* Variance with divisor n, and with n - 1; 0 where the divisor would be. */
double mia_moments_variance(const struct mia_moments *m);
double mia_moments_unbiased(const struct mia_moments *m);

#endif
