#ifndef MIA_MATHS_ROC_H
#define MIA_MATHS_ROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "maths/interval.h"

/*
 * The scores of members and of non-members, higher = member, each sorted
 * ascending; both arrays are the caller's.  A record is called a member when
 * its score is at or above a threshold, so equal scores are called alike and
 * the order of the records decides nothing.
 */
struct mia_roc {
	const double *member, *non;
	size_t n1, n0;
};

/* More records than this on a side are refused: exact sums stay in 128 bits. */
#define MIA_ROC_MAX ((size_t)1 << 31)

/*
 * Sorts member[n1] and non[n0] in place (needs as much memory again as the
 * longer of them while it runs) and points r at them.
 * Faults: data, if a side is empty or beyond MIA_ROC_MAX, or a score is NaN.
 */
int mia_roc_init(struct mia_roc *r, double *member, size_t n1, double *non,
		 size_t n0, struct mia_fault *f);

/*
 * A vertex of the ROC: tp members and fp non-members score threshold or more.
 * At the first, (0, 0), the threshold is infinite and nobody is called a
 * member, even at a score of infinity.
 */
struct mia_point {
	uint64_t tp, fp;
	double threshold;
};

/*
 * Vertices one after another, from (0, 0) to (n1, n0); one step passes a
 * whole block of equal scores.  {0} begins; false after the last.
 */
struct mia_roc_walk {
	struct mia_point at;
	bool begun;
};

bool mia_roc_step(const struct mia_roc *r, struct mia_roc_walk *w);

/*
 * The area under the curve: the chance that a member outscores a non-member,
 * ties half (Mann-Whitney), with its variance over members and non-members.
 * O(n1 + n0); the sums are exact integers.
 *   wins     twice the pairs won plus the pairs tied, of 2 n1 n0
 *   var      NaN if n1 or n0 is 1
 *   size     effective number of records, mia_interval_auc_size
 * Source: DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988).
 */
struct mia_auc {
	uint64_t wins, n1, n0;
	double value, var, size;
};

struct mia_auc mia_roc_auc(const struct mia_roc *r);

/*
 * floor(q n) for q in [0, 1] as it was typed in decimal: a product within
 * rounding of a whole number is that number (.29 * 100 is 29).
 */
uint64_t mia_roc_allowed(double q, uint64_t n);

/*
 * The last vertex with at most max_fp false positives.  O(log n).
 * Not the first of those with its tp, though that has fewer false positives:
 * its threshold is a member's score, chosen by the members, and 5 % of the
 * lower ends of the interval of its rate lie too high instead of 2.5 %.
 */
struct mia_point mia_roc_at(const struct mia_roc *r, uint64_t max_fp);

/*
 * Interval, at error a, of the true-positive rate in the population at the
 * threshold whose false-positive rate in the population is q ("order-
 * statistics").  That threshold is unknown: two order statistics of the
 * non-members bracket it, at error a/4 each, and a Clopper-Pearson end at a/4
 * bounds the members above either.
 * Source: EVIDENCE 3.
 */
struct mia_interval mia_roc_tpr(const struct mia_roc *r, double q, double a);

/*
 * The ranks of those two, counted from the highest score, 0 first.  The rate
 * at the non-member of rank k has the distribution Beta(k+1, n0-k); below:
 * the last k at which it is at most q, above: the first at which it is at
 * least q, but for a chance of a/4.  False if there is no such rank.
 */
bool mia_roc_rank_below(double q, double a, uint64_t n0, uint64_t *rank);
bool mia_roc_rank_above(double q, double a, uint64_t n0, uint64_t *rank);

/*
 * The vertex of the greatest tpr - fpr, and that of the greatest fpr - tpr
 * (a score that points the wrong way); the first of equals.
 */
void mia_roc_extremes(const struct mia_roc *r, struct mia_point *above,
		      struct mia_point *below);

/*
 * The curve as a list of at most 2000 vertices, from (0, 0) to (n1, n0):
 * every corner with at most 256 false positives, then the first in each cell
 * of a grid of 1/400 of either axis and of 26 cells an octave of fp.  Points
 * inside a straight stretch are left out.  *list is allocated; the caller
 * frees it.
 */
void mia_roc_curve(const struct mia_roc *r, struct mia_point **list, size_t *n);

#endif
