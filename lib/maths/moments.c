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
