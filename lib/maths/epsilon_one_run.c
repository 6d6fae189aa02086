#include "maths/epsilon_one_run.h"

#include <math.h>

#include "maths/beta.h"
#include "maths/epsilon.h"
#include "maths/interval.h"
#include "maths/sort.h"

/* --- Steinke's theorem -----------------------------------------------------
 */

/*
 * max over i of P[v > Bin >= v-i] / i: the running mean of the masses of v-1,
 * v-2, …, which rise and then fall, so once a mass is below the best mean no
 * later mean is better.
 */
static double
alpha(uint64_t r, uint64_t v, double epsilon)
{
	double k = (double)v - 1, n = (double)r, best = 0, sum = 0;
	/* log of the mass of v-1 */
	double l = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) -
		   k * log1p(exp(-epsilon)) -
		   (n - k) * (epsilon + log1p(exp(-epsilon)));

	for (uint64_t i = 1; i <= v; i++) {
		double mean;

		sum += exp(l);
		mean = sum / (double)i;
		if (mean > best)
			best = mean;
		else if (exp(l) < best && best > 0)
			break;
		l += log(k / (n - k + 1)) - epsilon;
		k--;
	}
	return best;
}

double
mia_one_run_p(uint64_t m, uint64_t r, uint64_t v, double epsilon, double delta)
{
	double p;

	if (v == 0)
		return 1;
	p = exp(mia_beta_tails((double)v, (double)(r - v) + 1, epsilon).lower);
	if (delta > 0)
		p += 2 * (double)m * delta * alpha(r, v, epsilon);
	return fmin(p, 1);
}

double
mia_one_run_epsilon(uint64_t m, uint64_t r, uint64_t v, double delta, double a)
{
	double lo = 0, hi = 1;

	if (mia_one_run_p(m, r, v, 0, delta) >= a)
		return 0;
	while (mia_one_run_p(m, r, v, hi, delta) < a) {
		lo = hi;
		hi++;
	}
	for (int i = 0; i < 44; i++) {
		double mid = 0.5 * (lo + hi);

		if (mia_one_run_p(m, r, v, mid, delta) < a)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

double
mia_one_run_relaxed(double delta, double gamma)
{
	return delta + gamma - delta * gamma;
}

/* --- guesses ---------------------------------------------------------------
 */

/* How many of the two sides lie above x, or from x on. */
static size_t
above(const struct mia_roc *roc, double x)
{
	return mia_sort_above(roc->member, roc->n1, x) +
	       mia_sort_above(roc->non, roc->n0, x);
}

static size_t
from(const struct mia_roc *roc, double x)
{
	return mia_sort_from(roc->member, roc->n1, x) +
	       mia_sort_from(roc->non, roc->n0, x);
}

/* The score of rank i from the top (0 first) of both sides together. */
static double
score_at(const struct mia_roc *roc, uint64_t i)
{
	size_t a = roc->n1, b = roc->n0;

	for (;; i--) {
		bool member = b == 0 ||
			      (a > 0 && roc->member[a - 1] >= roc->non[b - 1]);
		double x = member ? roc->member[a - 1] : roc->non[b - 1];

		if (i == 0)
			return x;
		if (member)
			a--;
		else
			b--;
	}
}

struct mia_guesses
mia_one_run_guess(const struct mia_roc *roc, uint64_t k_in, uint64_t k_out)
{
	uint64_t m = roc->n1 + roc->n0;
	struct mia_guesses g = {0, 0};

	if (k_in > 0) {
		double t = score_at(roc, k_in - 1);

		/* The whole block of t, or nothing of it. */
		if (from(roc, t) <= k_in) {
			g.r += from(roc, t);
			g.v += mia_sort_from(roc->member, roc->n1, t);
		} else {
			g.r += above(roc, t);
			g.v += mia_sort_above(roc->member, roc->n1, t);
		}
	}
	if (k_out > 0) {
		double t = score_at(roc, m - k_out);
		uint64_t below = m - above(roc, t), wrong;

		if (below <= k_out) {
			g.r += below;
			wrong = mia_sort_above(roc->non, roc->n0, t);
		} else {
			g.r += m - from(roc, t);
			wrong = mia_sort_from(roc->non, roc->n0, t);
		}
		g.v += roc->n0 - wrong;
	}
	return g;
}

/* --- stopping --------------------------------------------------------------
 */

/* logit of the one-sided end, less that of the coin */
static double
stopped(uint64_t v, uint64_t k, double coin, double a)
{
	double q = mia_interval_cp_lo(v, v + k, a);

	return v == 0 ? 0 : log(q) - log1p(-q) - (log(coin) - log1p(-coin));
}

static void
stop_side(struct mia_stopped *s, const struct mia_roc *roc, bool from_below,
	  const uint64_t *rank, size_t ranks, double coin, double a)
{
	size_t wrong = from_below ? roc->n1 : roc->n0;
	size_t right = from_below ? roc->n0 : roc->n1;

	s->ceiling = fmax(s->ceiling, stopped(right, 0, coin, a));
	for (size_t i = 0; i < ranks && rank[i] < wrong; i++) {
		uint64_t k = rank[i];
		double t =
			from_below ? roc->member[k] : roc->non[wrong - 1 - k];
		uint64_t v = from_below
				     ? right - mia_sort_from(roc->non, right, t)
				     : mia_sort_above(roc->member, right, t);
		double x = stopped(v, k, coin, a);

		if (x <= s->bound)
			continue;
		s->bound = x;
		s->from_below = from_below;
		s->k = k;
		s->v = v;
		s->threshold = t;
	}
}

struct mia_stopped
mia_one_run_stop(const struct mia_roc *roc, double coin, double a)
{
	uint64_t in[MIA_EPSILON_RANKS], out[MIA_EPSILON_RANKS];
	double m = (double)(roc->n1 + roc->n0);
	size_t n_in = mia_epsilon_ranks((uint64_t)(m * coin), in);
	size_t n_out = mia_epsilon_ranks((uint64_t)(m * (1 - coin)), out);
	struct mia_stopped s = {.ranks = n_in + n_out};
	double each = a / (double)s.ranks;

	if (s.ranks == 0)
		return s;
	stop_side(&s, roc, false, out, n_out, coin, each);
	stop_side(&s, roc, true, in, n_in, 1 - coin, each);
	return s;
}
