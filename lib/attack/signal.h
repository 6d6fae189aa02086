#ifndef MIA_ATTACK_SIGNAL_H
#define MIA_ATTACK_SIGNAL_H

#include <stddef.h>

#include "base/fault.h"
#include "base/text.h"

/*
 * What one answer of a model says about one record, as one number each.
 * z_j logits, p = softmax(z), y the true class, logs natural.
 *
 *   loss      -log p_y: cross entropy (Yeom et al., CSF 2018)
 *   phi       log p_y - log(sum of the other p_j) = z_y - logsumexp of the
 *             other z_j (Carlini et al., IEEE S&P 2022, section VI)
 *   correct   1 if p_y is larger than every other p_j, else 0; a tie for the
 *             first place is not correct, so the order of the classes decides
 *             nothing
 *   hinge     z_y - largest other z_j = log p_y - log of the largest other p_j
 *   conf      p_y
 *   margin    p_y - largest other p_j
 *   entropy   -sum p_j log p_j (Shokri et al., IEEE S&P 2017)
 *   mentropy  -(1 - p_y) log p_y - sum over the others of p_j log(1 - p_j):
 *             modified entropy (Song & Mittal, USENIX Security 2021, eq. 6)
 *   residual  response - prediction, of a regression model
 *
 * In loss, entropy and mentropy a low value speaks for a member; in residual
 * a small size; in the others a high value.
 */
enum mia_signal {
	MIA_SIGNAL_LOSS,
	MIA_SIGNAL_PHI,
	MIA_SIGNAL_CORRECT,
	MIA_SIGNAL_HINGE,
	MIA_SIGNAL_CONF,
	MIA_SIGNAL_MARGIN,
	MIA_SIGNAL_ENTROPY,
	MIA_SIGNAL_MENTROPY,
	MIA_SIGNAL_RESIDUAL,
	MIA_SIGNALS,
};

/* "loss", "phi", … */
extern const char *const mia_signal_name[MIA_SIGNALS];

/* The signal of this name, or -1. */
int mia_signal_find(struct mia_text name);

/* 1: high values speak for a member, -1: low ones, 0: small sizes. Any name
 * that is not a signal's has the sense 1. */
int mia_signal_sense(struct mia_text name);

/*
 * Floors.  A zero probability has no logarithm; what stands for it is an
 * option of every tool that calls this.
 */
#define MIA_SIGNAL_FLOOR	  1e-300 /* of a probability */
#define MIA_SIGNAL_FLOOR_RESIDUAL 1e-6	 /* of |response - prediction| */

/* How far the sum of a row of probabilities may be from 1: rounding to four
 * decimals of up to twenty classes. */
#define MIA_SIGNAL_SUM_SLACK 1e-3

/*
 * The signals of one row, out[s] for each s in the bit set want (1 << s); the
 * rest of out means nothing.  k >= 2 classes, y < k.  Both return 0,
 * 1 if a logarithm was floored, or -1 with a data fault (without file and
 * line).
 *
 * From logits.  -inf is a probability of exactly 0.  One single +inf is a
 * probability of exactly 1.  Finite logits are exact at any margin and never
 * floored; the floor stands in for p_y == 0 and for others that are all 0.
 * Error of phi and hinge: that of one rounded difference of logits.
 * Faults: NaN, two or more +inf, all -inf, a finite one beyond 1e300.
 *
 * From probabilities, which the caller has made to sum to 1: p_y and the sum
 * of the others are raised to the floor inside logarithms; conf, margin and
 * entropy never see it.  The others are always summed, never 1 - p_y, so a
 * model that is sure keeps its order.  loss comes from the odds too: for a
 * row of sum s it is -log(p_y / s).
 * Faults: NaN, negative, above 1 + MIA_SIGNAL_SUM_SLACK.
 */
int mia_signal_logits(const double *z, size_t k, size_t y, double floor,
		      unsigned want, double out[MIA_SIGNALS],
		      struct mia_fault *f);
int mia_signal_probs(const double *p, size_t k, size_t y, double floor,
		     unsigned want, double out[MIA_SIGNALS],
		     struct mia_fault *f);

/* The faults of the two alone, for who reads answers for something else. */
int mia_signal_check_logits(const double *z, size_t k, struct mia_fault *f);
int mia_signal_check_probs(const double *p, size_t k, struct mia_fault *f);

/* The sum of a row of probabilities. */
double mia_signal_sum(const double *p, size_t k);

/*
 * Of a regression model: residual; loss = residual^2; phi = -log(residual^2),
 * with |residual| raised to floor inside the logarithm.  The logarithm makes
 * squared errors near enough to normal for LiRA, as the logit does for
 * confidences.  Returns 1 if it was floored, else 0.
 */
int mia_signal_residual(double response, double prediction, double floor,
			double out[MIA_SIGNALS]);

#endif
