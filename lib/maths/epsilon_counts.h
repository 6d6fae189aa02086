#ifndef MIA_MATHS_EPSILON_COUNTS_H
#define MIA_MATHS_EPSILON_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Bounds on epsilon from what a test with a threshold chosen elsewhere made of
 * members and non-members (of runs with and without a record).  n1, n0 > 0,
 * tp <= n1, fp <= n0; a is the error allowed, one-sided unless said otherwise.
 */
struct mia_counts {
	uint64_t tp, n1; /* members called members, of how many */
	uint64_t fp, n0; /* non-members called members, of how many */
};

/*
 * The estimate without confidence, from rates as they are: the greater of
 * log((1-delta-FPR)/FNR) and log((1-delta-FNR)/FPR), or 0; and that from
 * the advantage A alone, log((1+A-2 delta)/(1-A)), or 0.
 */
double mia_epsilon_point(const struct mia_counts *c, double delta);
double mia_epsilon_advantage(const struct mia_counts *c, double delta);

/*
 * Clopper-Pearson upper ends of FPR and FNR at a/2 each, in the formula of the
 * point; both directions, or only log((1-delta-FNR)/FPR).  A bound in samples
 * of any size.
 * Source: Jagielski, Ullman & Oprea, NeurIPS 2020; Nasr et al., S&P 2021.
 */
double mia_epsilon_cp(const struct mia_counts *c, double delta, double a);
double mia_epsilon_cp_one(const struct mia_counts *c, double delta, double a);

/*
 * The interval of either rate is Clopper-Pearson's or Jeffreys' (Bayesian;
 * ends 0 and 1 at no and all successes), with a/4 in each tail; of the
 * rectangle they span, the least and the greatest epsilon of its two corners,
 * 0 if it crosses the diagonal.  The one-sided bound at a is lo at 2a.
 * Source: responsible-ai-toolbox-privacy (Microsoft), methods beta, jeffreys.
 */
struct mia_epsilon_range {
	double lo, hi; /* hi may be infinite */
};

struct mia_epsilon_range mia_epsilon_rectangle(const struct mia_counts *c,
					       double delta, double a,
					       bool jeffreys);

/*
 * As mia_epsilon_cp with the rates widened by Massart's
 * sqrt(log(2/a)/(2n)): holds for all thresholds at once, so the greatest of
 * all thresholds is a bound too.
 * Source: Massart, Ann. Probab. 18 (1990).
 */
double mia_epsilon_dkw(const struct mia_counts *c, double delta, double a);

/*
 * log(p1/p0)/k of k records poisoned together, from Clopper-Pearson ends at
 * a/2, reflected if the test does better so; below 0 when nothing is shown,
 * without delta.
 * Source: TensorFlow Privacy, compute_epsilon_and_acc, after Jagielski et al.
 */
double mia_epsilon_audit_2020(const struct mia_counts *c, unsigned k, double a);

/*
 * mu of Gaussian differential privacy, 0 or more, from the ends of
 * mia_epsilon_cp; mia_gauss_epsilon turns it into an epsilon.  A bound only if
 * the trade-off of the algorithm is a Gaussian's.
 * Source: Nasr et al., USENIX Security 2023.
 */
double mia_epsilon_mu(const struct mia_counts *c, double a);

/*
 * Lower bounds of TPR/FPR, whose logarithm bounds epsilon at delta = 0.  All
 * but the last are asymptotic: at small counts they are too high.  Their
 * corrections of empty and full cells are the source's.
 * Source: TensorFlow Privacy, epsilon_lower_bound: Katz et al., Biometrics 34
 * (1978); Walter, Biometrika 62 (1975); Bailey, Appl. Stat. 36 (1987);
 * Newcombe, Am. Stat. 55 (2001); Clopper & Pearson at a/2.
 */
enum mia_ratio {
	MIA_RATIO_KATZ_LOG,
	MIA_RATIO_ADJUSTED_LOG,
	MIA_RATIO_BAILEY,
	MIA_RATIO_INV_SINH,
	MIA_RATIO_CLOPPER_PEARSON,
	MIA_RATIOS
};

extern const char *const mia_ratio_name[MIA_RATIOS];

double mia_epsilon_ratio(const struct mia_counts *c, enum mia_ratio method,
			 double a);

/*
 * The posterior of epsilon when TPR and FPR have independent Jeffreys priors:
 * the chance that both rates could be those of an (epsilon, delta)-private
 * algorithm, and the epsilon at which it is p (0 < p < 1; 0 if it is more
 * than p at once).  Credible, not confident.  By adaptive quadrature of one
 * dimension: error below 1e-10 of the chance, 1e-9 of the epsilon.
 * Source: Zanella-Beguelin et al., ICML 2023.
 */
double mia_epsilon_joint_private(const struct mia_counts *c, double epsilon,
				 double delta);
double mia_epsilon_joint(const struct mia_counts *c, double delta, double p);

#endif
