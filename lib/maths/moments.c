#include "maths/moments.h"

void
mia_moments_merge(struct mia_moments *m, const struct mia_moments *more)
{
	double d = more->mean - m->mean;
	uint64_t n = m->n + more->n;
	double w;

	if (more->n == 0)
		return;
	w = (double)more->n / (double)n;
	m->m2 += more->m2 + d * d * w * (double)m->n;
	m->mean += d * w;
	m->n = n;
}

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
