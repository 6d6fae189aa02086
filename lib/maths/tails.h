#ifndef MIA_MATHS_TAILS_H
#define MIA_MATHS_TAILS_H

/*
 * Logarithms of densities and tail probabilities of the normal and of
 * Student's t, in nats.  Never by way of the probability itself, so nothing
 * saturates: the relative error stays below 1e-13 for |z| up to 1e150 and for
 * df from .01 to infinity (df = INFINITY is the normal).
 */

/* log of the upper tail P[Z > z]. */
double mia_normal_log_tail(double z);
double mia_t_log_tail(double t, double df);

/*
 * -log P[|Z| > |z|] with the sign of z: 0 at 0, strictly increasing, odd, and
 * as fine near 0 as far out.  This is the one-sided evidence of offline
 * LiRA, made so that neither side runs into a stop.
 */
double mia_normal_signed_tail(double z);
double mia_t_signed_tail(double t, double df);

/* log density at z of the standard distribution. */
double mia_normal_log_density(double z);
double mia_t_log_density(double t, double df);

#endif
