#ifndef MIA_MATHS_INTERVAL_H
#define MIA_MATHS_INTERVAL_H

#include <stdint.h>

/*
 * Confidence intervals of audit figures.  a is the error allowed, 1 - level,
 * in (0, 1).  No function allocates or faults.
 */
struct mia_interval {
	double lo, hi;
};

/*
 * Ends of Clopper and Pearson for k successes in n > 0 trials: each is
 * one-sided at error a; mia_interval_cp gives each side a/2.  Exactly 0 at
 * k = 0 and exactly 1 at k = n.
 * Source: Clopper & Pearson, Biometrika 26 (1934).
 */
double mia_interval_cp_lo(uint64_t k, uint64_t n, double a);
double mia_interval_cp_hi(uint64_t k, uint64_t n, double a);
struct mia_interval mia_interval_cp(uint64_t k, uint64_t n, double a);

/*
 * k1/n1 - k2/n2 of independent samples: square-and-add of the Clopper-Pearson
 * ends ("mover-cp").  Least coverage found exactly over grids of both rates,
 * nominal .95: .946 at n1, n2 = 2, 5; .955 from 20 a side on (Newcombe's, with
 * Wilson's ends: .895, .921).
 * Source: Zou & Donner, Stat. Med. 27 (2008), the method; our choice of ends.
 */
struct mia_interval mia_interval_gap(uint64_t k1, uint64_t n1, uint64_t k2,
				     uint64_t n2, double a);

/*
 * The number of records that are worth an AUC of this value from n1 members
 * and n0 non-members, at least 1 each: a success rate of as many trials has
 * DeLong's variance s1/n1 + s0/n0.  s1, s0 are the sample variances of what a
 * member (non-member) contributes, the share of the other side it beats (loses
 * to); ignored for a side of one record.
 * Below 30 records on a side, that side's variance is taken over one record
 * more, as far from the mean as can be: without it the interval covers .49
 * instead of .95 at n1 = 2, and .91 at 10.
 * Source: EVIDENCE 2, but for sides below 30.
 */
double mia_interval_auc_size(double auc, double s1, double s0, uint64_t n1,
			     uint64_t n0);

/*
 * The interval of an AUC of effective size n_e ("beta-delong"): Beta
 * quantiles, as Clopper and Pearson's of auc * n_e successes in n_e.
 * Source: EVIDENCE 2; ours.
 */
struct mia_interval mia_interval_auc(double auc, double n_e, double a);

#endif
