#ifndef MIA_ATTACK_LIRA_JOINT_H
#define MIA_ATTACK_LIRA_JOINT_H

#include <stddef.h>
#include <stdint.h>

#include "attack/lira.h"
#include "base/fault.h"

/* LiRA on k signals at once, taken as jointly normal. */

struct mia_lira_joint_side {
	/* As mia_products_add makes them: */
	const uint64_t *n;     /* [entries] */
	const double *mean;    /* [entries][k] */
	const double *product; /* [entries][k(k+1)/2] */
};

struct mia_lira_joint {
	size_t records, views, signals;
	const double *target; /* [entries][k] */
	struct mia_lira_joint_side in, out;
	int sense[MIA_PRODUCTS_MAX]; /* as mia_lira's, of each signal */
};

/*
 * As mia_lira_score, for the rules ONLINE and TAIL with the variance
 * PER_RECORD, POOLED or POOLED_RAW, about the mean.
 *   ONLINE  log density of IN minus that of OUT
 *   TAIL    the signed tail of z = sum of the standardised distances from OUT,
 *           each times its sense, over its own deviation: one-sided, as with
 *           one signal (O'Brien, Biometrics 40 (1984), the unweighted test)
 * An entry whose covariance is singular, as it always is with k values or
 * fewer, takes the pooled one and is counted.
 * Faults: data, if the pooled covariance is singular: signals that are
 * functions of each other, or equal values throughout.
 */
int mia_lira_joint_score(const struct mia_lira_joint *d,
			 const struct mia_lira_rule *r, double *score,
			 struct mia_lira_note *note, struct mia_fault *f);

#endif
