#ifndef MIA_MATHS_STATS_H
#define MIA_MATHS_STATS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Count, mean and sum of squared deviations of a sequence; {0} is empty.
 * Every value goes through the one recurrence below in the order given, and
 * there is no way to merge two: so streamed and stored values give the same
 * bytes (EVIDENCE 6).
 * Source: Welford, Technometrics 4 (1962).
 */
struct mia_moments {
	uint64_t n;
	double mean, m2;
};

static inline void
mia_moments_add(struct mia_moments *m, double x)
{
	double d = x - m->mean;

	m->n++;
	m->mean += d / (double)m->n;
	m->m2 += d * (x - m->mean);
}

/* m2 / n and m2 / (n - 1); NaN below one and two values. */
double mia_moments_var(const struct mia_moments *m);
double mia_moments_sample_var(const struct mia_moments *m);

/*
 * log densities in nats: normal with this mean and sd, Student's t with df
 * degrees of freedom about centre with this scale (density of x, so the scale
 * counts).  sd, scale, df > 0; df may be infinite: the normal.
 */
double mia_stats_log_normal(double x, double mean, double sd);
double mia_stats_log_t(double x, double centre, double scale, double df);

/*
 * log P[Z > z] for the standard normal and log P[T > t] for Student's t, in
 * nats.  Exact in both tails to about 1e-13 of the result, for any finite
 * argument (tested to z = 1e8, where it is -5e15, and to z = -38, where it is
 * -3e-316); -inf and 0 at +inf and -inf; df as above.
 * Own code because GSL 2.7.1 gives 0 for z below -9, and for t underflows and
 * is off by 1e-8 at df = 100, t = 20.
 */
double mia_stats_log_q(double z);
double mia_stats_log_t_q(double t, double df);

/*
 * Order statistics of v[n], n > 0, no NaN; v is reordered.  The median of an
 * even number is the mean of the two in the middle; quantile q in [0, 1]
 * interpolates linearly between ranks 0 … n-1 (type 7 of Hyndman & Fan, Am.
 * Stat. 50, 1996; numpy's and R's default).  Expected time O(n).
 */
double mia_stats_select(double *v, size_t n, size_t rank);
double mia_stats_median(double *v, size_t n);
double mia_stats_quantile(double *v, size_t n, double q);

#endif
