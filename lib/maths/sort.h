#ifndef MIA_MATHS_SORT_H
#define MIA_MATHS_SORT_H

#include <stddef.h>

/*
 * Sorts v[n] ascending in O(n); -0 becomes 0, infinities are at the ends, NaN
 * is not allowed.  scratch has room for n doubles; what it holds is lost.
 */
void mia_sort(double *v, size_t n, double *scratch);

/* In v[n], ascending: how many are greater than x, and how many are not less.
 */
size_t mia_sort_above(const double *v, size_t n, double x);
size_t mia_sort_from(const double *v, size_t n, double x);

#endif
