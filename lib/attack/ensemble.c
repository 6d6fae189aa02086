#include "attack/ensemble.h"

#include <math.h>

#include "maths/sort.h"

void
mia_ensemble_ranks(const double *score, size_t n, double *fraction,
		   double *scratch)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(score[i]))
			scratch[m++] = score[i];
	mia_sort(scratch, m, scratch + n);
	for (size_t i = 0; i < n; i++) {
		size_t above, from;

		fraction[i] = NAN;
		if (isnan(score[i]))
			continue;
		above = mia_sort_above(scratch, m, score[i]);
		from = mia_sort_from(scratch, m, score[i]);
		fraction[i] = (double)(2 * m - from - above) / (double)(2 * m);
	}
}

double
mia_ensemble(enum mia_ensemble how, const double *fraction, size_t n,
	     size_t stride)
{
	double sum = 0, top = 0;

	for (size_t i = 0; i < n; i++) {
		double x = fraction[i * stride];

		if (isnan(x))
			return NAN;
		sum += how == MIA_ENSEMBLE_GMEAN ? log(x) : x;
		top = fmax(top, x);
	}
	if (how == MIA_ENSEMBLE_MAX)
		return top;
	sum /= (double)n;
	return how == MIA_ENSEMBLE_GMEAN ? exp(sum) : sum;
}
