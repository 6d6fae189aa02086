#ifndef MIA_ATTACK_ENSEMBLE_H
#define MIA_ATTACK_ENSEMBLE_H

#include <stddef.h>

/*
 * Several attacks on the same records as one.  Their scores have no common
 * scale (nats, probabilities, counts), so what is combined are ranks, which
 * know nothing of membership.
 */

/*
 * fraction[i] = (scores below score[i] + half of those equal, itself among
 * them) / n: ranks on (0, 1), a block of ties at its middle, mean 1/2.  NaN
 * is missing: it gets NaN and is not counted in n.  Infinities are scores.
 *   scratch[2 n]
 */
void mia_ensemble_ranks(const double *score, size_t n, double *fraction,
			double *scratch);

enum mia_ensemble {
	MIA_ENSEMBLE_MEAN,
	MIA_ENSEMBLE_MAX,
	MIA_ENSEMBLE_GMEAN, /* exp of the mean logarithm */
};

/*
 * fraction[i], i < n, lies at fraction[i * stride], as attack i sees one
 * record; NaN if any of them is.  n > 0.
 */
double mia_ensemble(enum mia_ensemble how, const double *fraction, size_t n,
		    size_t stride);

#endif
