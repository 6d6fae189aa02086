#ifndef MIA_ATTACK_MASK_H
#define MIA_ATTACK_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/*
 * Defences that change the answers of a model and not the model: what a
 * service may do to a row before it leaves.  p[k] are probabilities that sum
 * to 1, z[k] logits (-inf allowed, and one +inf), k >= 2; all work in place
 * and allocate nothing.
 */

/* The probabilities of logits: exp(z_j - top) / sum.  One +inf is 1. */
void mia_mask_softmax(double *z, size_t k);

/* The most digits that mia_mask_round takes: 10^15 is exact, and so are the
 * halves below it. */
#define MIA_MASK_DIGITS 15

/*
 * The decimal number of that many digits nearest to x, 0 <= x <= 2; of two
 * equally near the even one.  Decided on the exact value of the double, so
 * 0.145 (a little less than it says) becomes 0.14 and 0.125 becomes 0.12.
 */
double mia_mask_round_one(double x, int digits);

/*
 * Every p rounded, then divided by their sum.  True if all became 0: such an
 * answer says nothing, and every class gets 1/k.
 */
bool mia_mask_round(double *p, size_t k, int digits);

/*
 * Keeps the largest n of v (probabilities or logits) and sets the others to
 * hidden.  Classes that tie with the last one kept are kept too: the order of
 * the classes decides nothing.  Returns how many were kept, 0 < n.
 *   scratch[2 k]
 */
size_t mia_mask_top(double *v, size_t k, size_t n, double hidden,
		    double *scratch);

/* Divides by the sum, which is not 0. */
void mia_mask_normalise(double *p, size_t k);

/*
 * p^(1/t) divided by their sum: softmax(z / t) of the logits behind p, t > 0.
 * floor is what a 0 stands for: it is taken before the power, because p^(1/t)
 * comes near 1/k, where no floor has room below what is not 0.  With 0, a 0
 * stays 0.
 */
void mia_mask_temper(double *p, size_t k, double t, double floor);

/*
 * |p + noise|, divided by their sum.  Reflected at 0 and not cut there, so
 * that no atom of exact zeros betrays which classes were small.
 *   noise[k]
 */
void mia_mask_noise(double *p, size_t k, const double *noise);

/*
 * The class of the largest v; of those that tie the one whose name is first by
 * bytes, as a service with sorted classes does, whatever the order here.
 * Sets *tied if there was a tie.
 */
size_t mia_mask_best(const double *v, size_t k, const struct mia_text *name,
		     bool *tied);

/*
 * What a probability of 0 stands for ("#floor", miatools-stream(5)) in rounded
 * rows, x being what it stood for before, 0 if nothing: anything below half a
 * unit of the last digit.  It is at most the least probability above 0 that is
 * let out, so it lifts none: the sum of a rounded row is at most 2, because a
 * number rounded up was half a unit at least; and a row of nothing but 0 has
 * 1/k.
 */
double mia_mask_round_floor(double x, size_t k, int digits);

#endif
