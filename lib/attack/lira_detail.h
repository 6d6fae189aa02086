#ifndef MIA_ATTACK_LIRA_DETAIL_H
#define MIA_ATTACK_LIRA_DETAIL_H

#include <stddef.h>

#include "attack/lira.h"

/* What LiRA's scores of a record rest on, as columns. */
#define MIA_LIRA_DETAILS 7

/* n_in n_out mean_in sd_in mean_out sd_out dprime */
extern const char *const mia_lira_detail_name[MIA_LIRA_DETAILS];

/*
 * Fills cell[MIA_LIRA_DETAILS][records] from the first view of each record;
 * in and out are [records·views].  Deviations have the divisor n; NaN where
 * there is no value, d' as mia_lira_dprime.
 */
void mia_lira_details(const struct mia_moments *in,
		      const struct mia_moments *out, size_t records,
		      size_t views, double *const *cell);

#endif
