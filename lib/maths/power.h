#ifndef MIA_MATHS_POWER_H
#define MIA_MATHS_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "maths/interval.h"
#include "maths/limit.h"

/*
 * What a sample can show, before it is drawn: the chance that the verdicts of
 * limit.h come out, if the scores of members and of non-members are normal
 * with one variance (binormal), monotone transforms of the score being free.
 */
struct mia_power {
	double auc;	 /* of the population, in (0, 1); or NaN, and then */
	double tpr, fpr; /* its true-positive rate at fpr, both in (0, 1) */
	double limit;	 /* in [0, 1] */
	double a;	 /* error allowed */
	uint64_t j;	 /* verdicts given together, mia_limit_auc */
};

/* Members and non-members; {0, 0}: none. */
struct mia_power_size {
	uint64_t n1, n0;
};

/* The verdict that is to be shown: met below the limit, else exceeded. */
enum mia_limit mia_power_aim(const struct mia_power *p);

/*
 * The chance of that verdict from n1 members and n0 non-members, 1 to
 * MIA_ROC_MAX each.
 * Of a rate: exact but for quadrature, 1e-9 (checked to 1000 a side).  The
 * rate of false positives at the non-member that the rule takes has a Beta
 * distribution, the members above it are binomial given that rate.
 * Of an AUC: approximate.  The estimate is taken as Beta distributed with the
 * exact mean and variance of Mann and Whitney's statistic, and DeLong's
 * variance as its mean at that estimate.  Of 2,000 simulated samples of 30
 * records a side or more, .024 fewer and .034 more showed the verdict than
 * said, at most, for AUC .5 to .95; beyond, .045 fewer and .08 more.
 * Source: Hanley & McNeil, Radiology 143 (1982), the variance; ours.
 */
double mia_power_chance(const struct mia_power *p, uint64_t n1, uint64_t n0);

/*
 * The interval at error a of a sample that shows just the figure assumed: its
 * AUC; or as many members above either rank of mia_roc_tpr as that model
 * expects at the mean rate there.  At error a / j for the lower end if
 * verdict.  limit is not used.
 */
struct mia_interval mia_power_interval(const struct mia_power *p, uint64_t n1,
				       uint64_t n0, bool verdict);

/*
 * The smallest sample that has this power, with n1 = ratio n0 to the nearest
 * record, at least 1.  As ranks move in steps, the power falls here and there
 * as the sample grows: from n0 to 2 n0 it was tried at each size, or at 256
 * sizes if there are more, and did not fall below.  {0, 0}: none below
 * MIA_ROC_MAX, or the figure is at its limit.
 */
struct mia_power_size mia_power_sample(const struct mia_power *p, double power,
				       double ratio);

/*
 * The smallest n0 that can let non-members through at a rate of q, and the
 * smallest that shows at error a, by letting none through, that the rate in
 * the population is at most q.  q from 1e-9 to below 1.
 */
uint64_t mia_power_vertex(double q);
uint64_t mia_power_none(double q, double a);

#endif
