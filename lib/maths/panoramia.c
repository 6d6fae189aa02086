#include "maths/panoramia.h"

#include <math.h>

#include "maths/interval.h"
#include "maths/sort.h"

struct mia_panoramia
mia_panoramia_at(const struct mia_roc *roc, double threshold, double a)
{
	struct mia_panoramia p = {.threshold = threshold};

	p.v = mia_sort_above(roc->member, roc->n1, threshold);
	p.r = p.v + mia_sort_above(roc->non, roc->n0, threshold);
	if (p.v > 0) {
		double q = mia_interval_cp_lo(p.v, p.r, a);

		p.bound = fmax(0, log(q) - log1p(-q));
	}
	return p;
}

struct mia_panoramia
mia_panoramia_best(const struct mia_roc *roc, size_t grid, double a)
{
	struct mia_panoramia best = mia_panoramia_at(roc, 0, a);

	for (size_t i = 1; i < grid; i++) {
		struct mia_panoramia p = mia_panoramia_at(
			roc, (double)i / (double)(grid - 1), a);

		if (p.bound > best.bound)
			best = p;
	}
	return best;
}
