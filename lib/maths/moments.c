#include "maths/moments.h"

double
mia_moments_variance(const struct mia_moments *m)
{
	return m->n > 0 ? m->m2 / (double)m->n : 0;
}

double
mia_moments_unbiased(const struct mia_moments *m)
{
	return m->n > 1 ? m->m2 / (double)(m->n - 1) : 0;
}

void
mia_products_add(size_t k, uint64_t *n, double *mean, double *product,
		 const double *x)
{
	double before[MIA_PRODUCTS_MAX];

	++*n;
	for (size_t a = 0; a < k; a++) {
		before[a] = x[a] - mean[a];
		mean[a] += before[a] / (double)*n;
	}
	for (size_t a = 0; a < k; a++)
		for (size_t b = 0; b <= a; b++)
			*product++ += before[b] * (x[a] - mean[a]);
}
