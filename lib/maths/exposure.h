#ifndef MIA_MATHS_EXPOSURE_H
#define MIA_MATHS_EXPOSURE_H

#include <stddef.h>

/*
 * The exposure of a secret that was put into the training data, in bits:
 * log2(n) - log2(rank) among references that were not, its rank 1 more than
 * the count of those that score as high or higher (higher = likelier).
 *   reference[n]  ascending, n > 0
 * Source: Carlini et al., The Secret Sharer, USENIX Security 2019; the rank by
 * sampling.
 */
double mia_exposure(const double *reference, size_t n, double score);

#endif
