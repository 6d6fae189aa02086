#include "maths/epsilon.h"

#include <math.h>
#include <stdlib.h>

#include "maths/beta.h"
#include "maths/sort.h"

size_t
mia_epsilon_ranks(uint64_t n, uint64_t k[MIA_EPSILON_RANKS])
{
	size_t count = 0;

	for (uint64_t x = 0, ten = 1; (double)x < (double)n / 20;) {
		k[count++] = x;
		if (x == 0) {
			x = 1;
		} else if (x == ten) {
			x = 3 * ten;
		} else {
			ten *= 10;
			x = ten;
		}
	}
	for (uint64_t j = 1; j <= 10; j++) {
		uint64_t x = j * (n / 20) + (j * (n % 20) + 19) / 20;

		if (x < n && (count == 0 || x > k[count - 1]))
			k[count++] = x;
	}
	return count;
}

/* --- p_k(epsilon) ----------------------------------------------------------
 */

/*
 * P[Bin(m, q) >= v] = P[B <= q] with B ~ Beta(v, m-v+1), so p_k is the chance
 * that B <= min(1, exp(epsilon) F + delta) for independent B and F.
 */
struct trial {
	struct mia_beta f, b;
	double f_lo, f_hi, b_lo, b_hi; /* logits that hold all but 1e-17 */
	double delta;
};

static struct trial
trial(uint64_t k, uint64_t n, uint64_t v, uint64_t m, double delta)
{
	struct trial t = {
		.f = mia_beta_shape((double)k + 1, (double)(n - k)),
		.b = mia_beta_shape((double)v, (double)(m - v) + 1),
		.delta = delta,
	};

	t.f_lo = mia_beta_reach(&t.f, -1);
	t.f_hi = mia_beta_reach(&t.f, 1);
	t.b_lo = mia_beta_reach(&t.b, -1);
	t.b_hi = mia_beta_reach(&t.b, 1);
	return t;
}

/* log(e / (1 + e)) without harm at either end, and its like. */
static double
expit(double u)
{
	return 1 / (1 + exp(-u));
}

/* The logit of min(1, c x + delta) at x = expit(u); inf from 1 on. */
static double
allowed(const struct trial *t, double c, double u)
{
	double x = expit(u), q = c * x + t->delta;
	/* 1 - q, not by way of 1 - x where that would be all rounding */
	double rest = c * expit(-u) - (c - 1) - t->delta;

	if (q < 0.5)
		rest = 1 - q;
	return rest <= 0 ? INFINITY : log(q) - log(rest);
}

/* The logit of the F that allows the logit w; -inf below delta. */
static double
needed(const struct trial *t, double c, double w)
{
	double x = (expit(w) - t->delta) / c;
	double rest = (c - 1 + t->delta + expit(-w)) / c;

	return x <= 0 ? -INFINITY : log(x) - log(rest);
}

/* Panels of the rule; a panel is half a deviation of the narrower of the two
 * distributions, or less. */
#define PANELS 24

static double
chance(const struct trial *t, double epsilon)
{
	/* Gauss-Legendre, 10 points (Abramowitz & Stegun, table 25.4). */
	static const double node[5][2] = {
		{0.148874338981631211, 0.295524224714752870},
		{0.433395394129247191, 0.269266719309996355},
		{0.679409568299024406, 0.219086362515982044},
		{0.865063366688984511, 0.149451349150580593},
		{0.973906528517171720, 0.066671344308688138},
	};
	double c = exp(epsilon), sum = 0, h;
	/* Above top all is allowed, below bottom nothing. */
	double top = needed(t, c, t->b_hi), bottom = needed(t, c, t->b_lo);

	if (top > t->f_hi)
		top = t->f_hi;
	else
		sum = exp(mia_beta_tails_of(&t->f, top).upper);
	if (bottom < t->f_lo)
		bottom = t->f_lo;
	h = (top - bottom) / PANELS / 2;
	for (int i = 0; i < PANELS && h > 0; i++) {
		double mid = bottom + (2 * i + 1) * h;

		for (int j = 0; j < 10; j++) {
			double u = mid + (j % 2 ? h : -h) * node[j / 2][0];
			double w = allowed(t, c, u);
			double l = mia_beta_log_density(&t->f, u);

			if (isfinite(w))
				l += mia_beta_tails_of(&t->b, w).lower;
			sum += h * node[j / 2][1] * exp(l);
		}
	}
	return sum < 1 ? sum : 1;
}

/*
 * Whether p_k(epsilon) > a is plain from one point: it is at least
 * P[F >= x] P[B <= allowed(x)] for any x.
 */
static bool
plain(const struct trial *t, double epsilon, double a)
{
	double c = exp(epsilon), log_a = log(a);
	double at[3] = {t->f.mode, needed(t, c, t->b.mode)};

	at[2] = 0.5 * (at[0] + at[1]);
	for (int i = 0; i < 3; i++) {
		double w, l;

		if (!isfinite(at[i]))
			continue;
		w = allowed(t, c, at[i]);
		l = mia_beta_tails_of(&t->f, at[i]).upper;
		if (isfinite(w))
			l += mia_beta_tails_of(&t->b, w).lower;
		if (l > log_a)
			return true;
	}
	return false;
}

double
mia_epsilon_rank_p(uint64_t k, uint64_t n, uint64_t v, uint64_t m,
		   double epsilon, double delta)
{
	struct trial t;

	if (v == 0)
		return 1;
	t = trial(k, n, v, m, delta);
	return chance(&t, epsilon);
}

/* --- its root --------------------------------------------------------------
 */

#define TOLERANCE 1e-10

/* log(p / a), finite */
static double
excess(const struct trial *t, double epsilon, double a)
{
	double p = chance(t, epsilon);

	return p > 0 ? log(p) - log(a) : -700;
}

/*
 * The root of excess above lo, where it is f_lo <= 0: false position with the
 * Illinois rule (Dowell & Jarratt, BIT 11, 1971), halving when that is slow.
 */
static double
root(const struct trial *t, double a, double lo, double f_lo)
{
	double step = 0.25, hi = lo, f_hi = f_lo;
	double g_lo, g_hi;

	do {
		lo = hi;
		f_lo = f_hi;
		hi += step;
		step *= 2;
		f_hi = excess(t, hi, a);
	} while (f_hi <= 0);
	g_lo = f_lo;
	g_hi = f_hi;
	for (int i = 0; i < 200 && hi - lo > TOLERANCE * fmax(1, hi); i++) {
		double x = (lo * g_hi - hi * g_lo) / (g_hi - g_lo), f;
		double tiny = 0.4 * TOLERANCE * fmax(1, hi);

		if (i % 8 == 7)
			x = 0.5 * (lo + hi);
		x = fmin(fmax(x, lo + tiny), hi - tiny);
		f = excess(t, x, a);
		if (f <= 0) {
			lo = x;
			g_lo = f;
			g_hi *= 0.5;
		} else {
			hi = x;
			g_hi = f;
			g_lo *= 0.5;
		}
	}
	return lo;
}

double
mia_epsilon_rank(uint64_t k, uint64_t n, uint64_t v, uint64_t m, double delta,
		 double a, double least)
{
	struct trial t;
	double f;

	if (v == 0)
		return least;
	t = trial(k, n, v, m, delta);
	if (plain(&t, least, a))
		return least;
	f = excess(&t, least, a);
	return f > 0 ? least : root(&t, a, least, f);
}

/* --- from scores -----------------------------------------------------------
 */

/* A rank, and how good a bound it promises. */
struct rank {
	bool by_members;
	uint64_t k, v;
	double threshold, promise;
};

/*
 * All ranks of one side, from which v of a member's counts downwards.  The
 * promise is the ratio of the rates less three standard errors, about what a/J
 * comes to; it only says which to try first.
 */
static size_t
list(struct rank *out, const struct mia_roc *r, bool by_members)
{
	uint64_t k[MIA_EPSILON_RANKS];
	size_t n = by_members ? r->n1 : r->n0, m = by_members ? r->n0 : r->n1;
	size_t count = mia_epsilon_ranks(n, k);

	for (size_t i = 0; i < count; i++) {
		double t = by_members ? r->member[k[i]] : r->non[n - 1 - k[i]];
		size_t v = by_members ? m - mia_sort_from(r->non, m, t)
				      : mia_sort_above(r->member, m, t);
		double x = (double)k[i] + 1, y = (double)v;

		out[i] = (struct rank){by_members, k[i], v, t,
				       log(y / (double)m * (double)n / x) -
					       3 * sqrt(1 / x + 1 / y)};
	}
	return count;
}

static int
most_promising(const void *a, const void *b)
{
	double x = ((const struct rank *)a)->promise;
	double y = ((const struct rank *)b)->promise;

	return (x < y) - (x > y);
}

static size_t
ranks_of_both(uint64_t n1, uint64_t n0)
{
	uint64_t k[MIA_EPSILON_RANKS];

	return mia_epsilon_ranks(n1, k) + mia_epsilon_ranks(n0, k);
}

double
mia_epsilon_ceiling(uint64_t n1, uint64_t n0, double delta, double a)
{
	double each = a / (double)ranks_of_both(n1, n0);
	double x = mia_epsilon_rank(0, n0, n1, n1, delta, each, 0);

	return mia_epsilon_rank(0, n1, n0, n0, delta, each, x);
}

struct mia_epsilon
mia_epsilon_scores(const struct mia_roc *r, double delta, double a)
{
	struct rank rank[2 * MIA_EPSILON_RANKS];
	struct mia_epsilon e = {0};
	size_t n = list(rank, r, false);

	n += list(rank + n, r, true);
	e.ranks = n;
	qsort(rank, n, sizeof(*rank), most_promising);
	for (size_t i = 0; i < n; i++) {
		const struct rank *x = &rank[i];
		uint64_t of = x->by_members ? r->n1 : r->n0;
		uint64_t others = x->by_members ? r->n0 : r->n1;
		double bound = mia_epsilon_rank(x->k, of, x->v, others, delta,
						a / (double)n, e.bound);

		if (bound <= e.bound)
			continue;
		e.bound = bound;
		e.by_members = x->by_members;
		e.k = x->k;
		e.v = x->v;
		e.threshold = x->threshold;
	}
	return e;
}
