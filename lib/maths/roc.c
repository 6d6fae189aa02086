#include "maths/roc.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/wide.h"
#include "maths/beta.h"
#include "maths/sort.h"

static int
check_side(const double *v, size_t n, const char *what, struct mia_fault *f)
{
	if (n == 0)
		return mia_fail(f, MIA_DATA,
				"no %s among the scores; a ROC needs members "
				"and non-members",
				what);
	if (n > MIA_ROC_MAX)
		return mia_fail(f, MIA_DATA,
				"%zu %s are more than %zu; judge a part of "
				"them",
				n, what, MIA_ROC_MAX);
	for (size_t i = 0; i < n; i++)
		if (isnan(v[i]))
			return mia_fail(f, MIA_DATA,
					"a score among the %s is not a number; "
					"mend it or leave the record out",
					what);
	return 0;
}

int
mia_roc_init(struct mia_roc *r, double *member, size_t n1, double *non,
	     size_t n0, struct mia_fault *f)
{
	double *scratch;

	if (check_side(member, n1, "members", f) != 0 ||
	    check_side(non, n0, "non-members", f) != 0)
		return -1;
	scratch = mia_alloc(n1 > n0 ? n1 : n0, sizeof(*scratch));
	mia_sort(member, n1, scratch);
	mia_sort(non, n0, scratch);
	free(scratch);
	*r = (struct mia_roc){member, non, n1, n0};
	return 0;
}

bool
mia_roc_step(const struct mia_roc *r, struct mia_roc_walk *w)
{
	size_t i = r->n1 - w->at.tp, j = r->n0 - w->at.fp;
	double t;

	if (!w->begun) {
		w->begun = true;
		w->at.threshold = INFINITY;
		return true;
	}
	if (i == 0 && j == 0)
		return false;
	if (i == 0 || (j > 0 && r->non[j - 1] > r->member[i - 1]))
		t = r->non[j - 1];
	else
		t = r->member[i - 1];
	while (i > 0 && r->member[i - 1] == t)
		i--;
	while (j > 0 && r->non[j - 1] == t)
		j--;
	w->at = (struct mia_point){r->n1 - i, r->n0 - j, t};
	return true;
}

/*
 * The sample variance over m records of the share of n others they beat, from
 * the sums over those records of c and c^2, c = twice the others beaten.
 */
static double
share_variance(mia_wide sum, mia_wide squares, uint64_t m, uint64_t n)
{
	double d = 2 * (double)n;

	if (m < 2)
		return NAN;
	/* Exact: sum <= 2^63, squares <= 2^95, m <= 2^31. */
	return (double)(squares * m - sum * sum) /
	       (d * d * (double)m * (double)(m - 1));
}

struct mia_auc
mia_roc_auc(const struct mia_roc *r)
{
	struct mia_auc a = {.n1 = r->n1, .n0 = r->n0};
	struct mia_roc_walk w = {0};
	struct mia_point last = {0};
	mia_wide sum = 0, sq1 = 0, sq0 = 0;
	double s1, s0;

	while (mia_roc_step(r, &w)) {
		uint64_t m1 = w.at.tp - last.tp, m0 = w.at.fp - last.fp;
		/* Twice the others that a record of this block beats. */
		uint64_t c1 = 2 * (r->n0 - w.at.fp) + m0;
		uint64_t c0 = 2 * last.tp + m1;

		sum += (mia_wide)m1 * c1;
		sq1 += (mia_wide)(m1 * c1) * c1;
		sq0 += (mia_wide)(m0 * c0) * c0;
		last = w.at;
	}
	a.wins = (uint64_t)sum;
	a.value = (double)a.wins / ((double)r->n1 * (double)r->n0 * 2);
	s1 = share_variance(sum, sq1, r->n1, r->n0);
	s0 = share_variance(sum, sq0, r->n0, r->n1);
	a.var = s1 / (double)r->n1 + s0 / (double)r->n0;
	a.size = mia_interval_auc_size(a.value, s1, s0, r->n1, r->n0);
	return a;
}

uint64_t
mia_roc_allowed(double q, uint64_t n)
{
	double x = q * (double)n, whole = nearbyint(x);

	/* q and the product were rounded once each: 2^-52 of x at most. */
	if (fabs(x - whole) <= ldexp(x, -51))
		return (uint64_t)whole;
	return (uint64_t)floor(x);
}

struct mia_point
mia_roc_at(const struct mia_roc *r, uint64_t max_fp)
{
	struct mia_point p = {.threshold = INFINITY};
	double y;

	if (max_fp >= r->n0)
		return (struct mia_point){r->n1, r->n0,
					  fmin(r->member[0], r->non[0])};
	y = r->non[r->n0 - 1 - max_fp];
	p.tp = mia_sort_above(r->member, r->n1, y);
	p.fp = mia_sort_above(r->non, r->n0, y);
	if (p.tp > 0)
		p.threshold = r->member[r->n1 - p.tp];
	if (p.fp > 0)
		p.threshold = fmin(p.threshold, r->non[r->n0 - p.fp]);
	return p;
}

/*
 * The rate at the (k+1)-th highest non-member has the distribution
 * Beta(k+1, n0-k): the logs of its chances to be at most q, and above it.
 */
static struct mia_beta_tails
rank_tails(double q, uint64_t n0, uint64_t k)
{
	if (q <= 0)
		return (struct mia_beta_tails){-INFINITY, 0};
	if (q >= 1)
		return (struct mia_beta_tails){0, -INFINITY};
	return mia_beta_tails((double)(k + 1), (double)(n0 - k),
			      log(q) - log1p(-q));
}

bool
mia_roc_rank_below(double q, double a, uint64_t n0, uint64_t *rank)
{
	uint64_t lo = 0, hi = n0; /* good below lo, bad from hi on */

	while (lo < hi) {
		uint64_t k = lo + (hi - lo) / 2;

		if (rank_tails(q, n0, k).upper <= log(a / 4))
			lo = k + 1;
		else
			hi = k;
	}
	*rank = lo - 1;
	return lo > 0;
}

bool
mia_roc_rank_above(double q, double a, uint64_t n0, uint64_t *rank)
{
	uint64_t lo = 0, hi = n0; /* bad below lo, good from hi on */

	while (lo < hi) {
		uint64_t k = lo + (hi - lo) / 2;

		if (rank_tails(q, n0, k).lower <= log(a / 4))
			hi = k;
		else
			lo = k + 1;
	}
	*rank = lo;
	return lo < n0;
}

/* Members above the non-member of this rank from the top. */
static uint64_t
above_rank(const struct mia_roc *r, uint64_t rank)
{
	return mia_sort_above(r->member, r->n1, r->non[r->n0 - 1 - rank]);
}

struct mia_interval
mia_roc_tpr(const struct mia_roc *r, double q, double a)
{
	struct mia_interval i = {0, 1};
	uint64_t k;

	if (mia_roc_rank_below(q, a, r->n0, &k))
		i.lo = mia_interval_cp_lo(above_rank(r, k), r->n1, a / 4);
	if (mia_roc_rank_above(q, a, r->n0, &k))
		i.hi = mia_interval_cp_hi(above_rank(r, k), r->n1, a / 4);
	return i;
}

void
mia_roc_extremes(const struct mia_roc *r, struct mia_point *above,
		 struct mia_point *below)
{
	struct mia_roc_walk w = {0};
	int64_t n1 = (int64_t)r->n1, n0 = (int64_t)r->n0, most = 0, least = 0;

	*above = *below = (struct mia_point){.threshold = INFINITY};
	while (mia_roc_step(r, &w)) {
		/* tpr - fpr, times n1 n0 */
		int64_t d = (int64_t)w.at.tp * n0 - (int64_t)w.at.fp * n1;

		if (d > most) {
			most = d;
			*above = w.at;
		}
		if (d < least) {
			least = d;
			*below = w.at;
		}
	}
}

/* Below this many false positives every corner is kept. */
#define ALL_BELOW 256
#define GRID	  400
#define OCTAVE	  26

static bool
straight(struct mia_point a, struct mia_point b, struct mia_point c)
{
	return (int64_t)(b.tp - a.tp) * (int64_t)(c.fp - b.fp) ==
	       (int64_t)(c.tp - b.tp) * (int64_t)(b.fp - a.fp);
}

/* The number of a cell of 1/26 octave; grows with fp. */
static uint64_t
octave_cell(uint64_t fp)
{
	uint64_t octave = 0;

	while (fp >> octave > 1)
		octave++;
	return octave * OCTAVE + ((fp * OCTAVE) >> octave);
}

/* Whether b, later than a, deserves a place of its own. */
static bool
new_cell(const struct mia_roc *r, struct mia_point a, struct mia_point b)
{
	return b.fp <= ALL_BELOW ||
	       a.tp * GRID / r->n1 != b.tp * GRID / r->n1 ||
	       a.fp * GRID / r->n0 != b.fp * GRID / r->n0 ||
	       octave_cell(a.fp) != octave_cell(b.fp);
}

static void
keep(struct mia_point **list, size_t *n, size_t *cap, struct mia_point p)
{
	mia_grow(list, cap, *n + 1, sizeof(**list));
	(*list)[(*n)++] = p;
}

void
mia_roc_curve(const struct mia_roc *r, struct mia_point **list, size_t *n)
{
	struct mia_roc_walk w = {0};
	struct mia_point corner, last;
	size_t cap = 0;

	*list = NULL;
	*n = 0;
	/* last: the corner before; corner: the vertex that may be one. */
	mia_roc_step(r, &w);
	last = corner = w.at;
	keep(list, n, &cap, last);
	while (mia_roc_step(r, &w)) {
		if (!straight(last, corner, w.at)) {
			if (new_cell(r, (*list)[*n - 1], corner))
				keep(list, n, &cap, corner);
			last = corner;
		}
		corner = w.at;
	}
	keep(list, n, &cap, corner);
}
