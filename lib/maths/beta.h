#ifndef MIA_MATHS_BETA_H
#define MIA_MATHS_BETA_H

/*
 * The Beta(a, b) distribution at x = 1/(1 + exp(-u)), a and b positive and
 * finite, any u.  The logit keeps x and 1 - x exact at both ends, so both
 * tails come as logarithms that neither underflow nor round to 0, with an
 * error below 1e-12 of the greater of 1 and themselves (measured for a and b
 * from .05 to 1e7 against 30 digits).  Allocates nothing.
 *
 * Own code because GSL 2.7.1 does not reach: its gsl_cdf_beta_P is NaN at
 * (1/2; 2.5e6, 2.5e6), its gsl_cdf_beta_Pinv at (.025; 999999, 2), and neither
 * has logarithms.
 * Source: Didonato & Morris, ACM TOMS 18 (1992), algorithm 708; the density by
 * Loader's saddle point (Fast and accurate computation of binomial
 * probabilities, 2000).
 */
struct mia_beta_tails {
	double lower, upper; /* log P[X <= x], log P[X > x] */
};

struct mia_beta_tails mia_beta_tails(double a, double b, double u);

/*
 * The same for many u: what depends on a and b only is worked out once.  The
 * density is that of the logit, x^a (1-x)^b / B(a, b), at u.
 */
struct mia_beta {
	double a, b, n; /* n = a + b */
	double c;	/* log of the density at its mode */
	double mode;	/* log(a / b) */
};

struct mia_beta mia_beta_shape(double a, double b);
double mia_beta_log_density(const struct mia_beta *s, double u);
struct mia_beta_tails mia_beta_tails_of(const struct mia_beta *s, double u);

/* A logit below the mode (sign -1) or above it (1) where the density is
 * exp(-40) of what it is there, or up to exp(-42): next to nothing is beyond.
 */
double mia_beta_reach(const struct mia_beta *s, int sign);

/*
 * P[X <= x] and P[X > x] for x in [0, 1].  Near 1 the upper tail of x as a
 * double is coarse: mia_beta_tails is not.
 */
double mia_beta_cdf(double a, double b, double x);

/*
 * x with P[X <= x] = p (lower) or P[X > x] = p (upper), 0 < p < 1.
 * Relative error of x about 1e-13; 0 if x is below the smallest double.
 */
double mia_beta_lower(double p, double a, double b);
double mia_beta_upper(double p, double a, double b);

#endif
