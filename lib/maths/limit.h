#ifndef MIA_MATHS_LIMIT_H
#define MIA_MATHS_LIMIT_H

#include <stdint.h>

#include "maths/interval.h"
#include "maths/roc.h"

/*
 * Limits on audit figures (EVIDENCE 4).  Too little evidence is not a pass:
 *   met        the upper end of the interval at error a is at or below it
 *   exceeded   the lower end of the interval at error a/j is above it, j the
 *              number of verdicts given together (attacks, targets, slices)
 *   not shown  neither
 */
enum mia_limit {
	MIA_LIMIT_MET,
	MIA_LIMIT_EXCEEDED,
	MIA_LIMIT_NOT_SHOWN,
};

enum mia_limit mia_limit_judge(double lo, double hi, double limit);

/* "met", "exceeded", "not-shown" */
const char *mia_limit_word(enum mia_limit v);

/* The two ends a verdict rests on: lo at error a/j, hi at error a. */
struct mia_interval mia_limit_auc(const struct mia_auc *auc, double a,
				  uint64_t j);
struct mia_interval mia_limit_tpr(const struct mia_roc *r, double q, double a,
				  uint64_t j);

/*
 * The smallest sample that would decide: with n0 non-members, and members in
 * the present proportion, records like these (each standing for more of its
 * kind) would show the limit met or exceeded.  {0, 0}: none would, because
 * the figure is at the limit, or no sample below MIA_ROC_MAX suffices.
 */
struct mia_enough {
	uint64_t n1, n0;
};

struct mia_enough mia_limit_auc_sample(const struct mia_auc *auc, double limit,
				       double a, uint64_t j);
struct mia_enough mia_limit_tpr_sample(const struct mia_roc *r, double q,
				       double limit, double a, uint64_t j);

#endif
