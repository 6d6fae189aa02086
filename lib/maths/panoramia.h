#ifndef MIA_MATHS_PANORAMIA_H
#define MIA_MATHS_PANORAMIA_H

#include <stddef.h>
#include <stdint.h>

#include "maths/roc.h"

/*
 * PANORAMIA: real members against generated non-members.  A record is guessed
 * a member if its score is strictly above a threshold; nothing else is
 * guessed.  If v of r guesses are right, the generator's closeness c (or c +
 * epsilon, for an attack that saw the model) is above logit of the one-sided
 * Clopper-Pearson end of v of r, at error a.
 * Source: Kazmi et al., PANORAMIA (NeurIPS 2024), propositions 1 and 2.
 */
struct mia_panoramia {
	double threshold, bound; /* bound 0: nothing is shown */
	uint64_t r, v;
};

struct mia_panoramia mia_panoramia_at(const struct mia_roc *roc,
				      double threshold, double a);

/*
 * The greatest bound of the thresholds 0, 1/(grid-1), … 1, the first of equals;
 * grid >= 2, error a at each: a/grid holds for their maximum.
 */
struct mia_panoramia mia_panoramia_best(const struct mia_roc *roc, size_t grid,
					double a);

#endif
