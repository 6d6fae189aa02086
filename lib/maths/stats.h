#ifndef MIA_MATHS_STATS_H
#define MIA_MATHS_STATS_H

#include <stddef.h>

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
