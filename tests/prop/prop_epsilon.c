/*
 * Bounds on epsilon hold: audits of mechanisms whose epsilon is known, and how
 * often the bound is above it.  A cell fails if a rule that is wrong in no more
 * than one audit in twenty would be wrong so often once in 10^5 runs of the
 * test, or if its mean bound is below what it was found to be: a bound of 0
 * holds too.  MIA_SLOW=1 runs 2000 audits a cell and prints the table.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#include "maths/epsilon.h"
#include "maths/epsilon_gauss.h"
#include "maths/epsilon_one_run.h"
#include "maths/rng.h"

#define MOST  2000
#define ERROR 0.05

enum mechanism { NOTHING, LAPLACE, GAUSS, RESPONSE, REVEAL };
enum rule { RANKS, STOPPING, STEINKE };

/* Scores of a mechanism: param is epsilon, mu, or the delta that is revealed;
 * grid > 0: rounded down to so many levels a unit. */
struct cell {
	const char *name;
	enum rule rule;
	enum mechanism mechanism;
	double param, delta, grid;
	size_t n1, n0;	    /* of one run: n1 canaries, n0 ignored */
	double truth, mean; /* epsilon; least mean of the bounds */
	double share;	    /* of the audits, in the short run */
};

static double
draw(const struct cell *c, bool member, struct mia_rng *r)
{
	double x = 0, u;

	switch (c->mechanism) {
	case NOTHING:
		x = mia_rng_normal(r);
		break;
	case LAPLACE:
		u = mia_rng_uniform(r) - 0.5;
		x = member - copysign(log1p(-2 * fabs(u)), u) / c->param;
		break;
	case GAUSS:
		x = mia_rng_normal(r) + (member ? c->param : 0);
		break;
	case RESPONSE:
		u = mia_rng_uniform(r) < 1 / (1 + exp(-c->param));
		x = member ? u : 1 - u;
		break;
	case REVEAL:
		x = mia_rng_normal(r);
		if (member && mia_rng_uniform(r) < c->param)
			x += 100;
		break;
	}
	return c->grid > 0 ? floor(x * c->grid) : x;
}

static double
audit(const struct cell *c, struct mia_rng *r)
{
	static double side[2][MOST];
	size_t n[2] = {0, 0};
	struct mia_guesses g;
	struct mia_fault f = {0};
	struct mia_roc roc;

	for (size_t i = 0; i < c->n1 + (c->rule == RANKS ? c->n0 : 0); i++) {
		bool member =
			c->rule == RANKS ? i < c->n1 : mia_rng_uniform(r) < 0.5;

		side[member][n[member]++] = draw(c, member, r);
	}
	assert_int_equal(mia_roc_init(&roc, side[1], n[1], side[0], n[0], &f),
			 0);
	if (c->rule == RANKS)
		return mia_epsilon_scores(&roc, c->delta, ERROR).bound;
	if (c->rule == STOPPING)
		return mia_one_run_stop(&roc, 0.5, ERROR).bound;
	g = mia_one_run_guess(&roc, 100, 100);
	return mia_one_run_epsilon(c->n1, g.r, g.v, c->delta, ERROR);
}

static void
bounds_hold(void **state)
{
	const double mu1 = mia_gauss_epsilon(1, 1e-5);
	const struct cell cell[] = {
		{"ranks, null", RANKS, NOTHING, 0, 0, 0, 1000, 1000, 0, 0, 5},
		{"ranks, null, ten levels", RANKS, NOTHING, 0, 0, 2, 1000, 1000,
		 0, 0, 5},
		{"ranks, null, delta 1e-5", RANKS, NOTHING, 0, 1e-5, 0, 1000,
		 1000, 0, 0, 5},
		{"ranks, null, 150 and 1000", RANKS, NOTHING, 0, 0, 0, 150,
		 1000, 0, 0, 5},
		{"ranks, null, 1000 and 150", RANKS, NOTHING, 0, 0, 0, 1000,
		 150, 0, 0, 5},
		{"ranks, delta .02 revealed", RANKS, REVEAL, 0.02, 0.02, 0,
		 1000, 1000, 0, 0, 5},
		{"ranks, Laplace 1", RANKS, LAPLACE, 1, 0, 0, 1000, 1000, 1,
		 0.8, 1},
		{"ranks, Laplace 2", RANKS, LAPLACE, 2, 0, 0, 1000, 1000, 2,
		 1.65, 1},
		{"ranks, Laplace 1, tied", RANKS, LAPLACE, 1, 0, 1, 1000, 1000,
		 1, 0.65, 1},
		{"ranks, Laplace 2, 300 and 1500", RANKS, LAPLACE, 2, 0, 0, 300,
		 1500, 2, 1.5, 1},
		{"ranks, Gaussian 1, delta 1e-5", RANKS, GAUSS, 1, 1e-5, 0,
		 1000, 1000, mu1, 1.5, 1},
		{"ranks, response 1", RANKS, RESPONSE, 1, 0, 0, 1000, 1000, 1,
		 0.73, 1},
		{"ranks, response 2", RANKS, RESPONSE, 2, 0, 0, 1000, 1000, 2,
		 1.5, 1},
		{"stopping, null", STOPPING, NOTHING, 0, 0, 0, 2000, 0, 0, 0,
		 5},
		{"stopping, null, ten levels", STOPPING, NOTHING, 0, 0, 2, 2000,
		 0, 0, 0, 5},
		{"stopping, Laplace 1", STOPPING, LAPLACE, 1, 0, 0, 2000, 0, 1,
		 0.75, 2},
		{"stopping, Laplace 2", STOPPING, LAPLACE, 2, 0, 0, 2000, 0, 2,
		 1.6, 2},
		{"stopping, response 1", STOPPING, RESPONSE, 1, 0, 0, 2000, 0,
		 1, 0, 2},
		{"steinke, null, ten levels", STEINKE, NOTHING, 0, 0, 2, 2000,
		 0, 0, 0, 5},
		{"steinke, Laplace 1", STEINKE, LAPLACE, 1, 0, 0, 2000, 0, 1,
		 0.65, 2},
		{"steinke, Laplace 2, delta 1e-5", STEINKE, LAPLACE, 2, 1e-5, 0,
		 2000, 0, 2, 1.4, 2},
		{"steinke, Gaussian 1, delta 1e-5", STEINKE, GAUSS, 1, 1e-5, 0,
		 2000, 0, mu1, 1, 2},
	};
	bool slow = getenv("MIA_SLOW") != NULL;
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cell) / sizeof(*cell); i++) {
		const struct cell *c = &cell[i];
		unsigned audits = slow ? 2000 : (unsigned)(60 * c->share);
		unsigned wrong = 0;
		double sum = 0;
		bool fails;

		for (unsigned j = 0; j < audits; j++) {
			struct mia_rng r;
			double x;

			mia_rng_init(&r, i + 1, "prop/epsilon", j);
			x = audit(c, &r);
			wrong += x > c->truth + 1e-9;
			sum += x;
		}
		/* P[wrong or more] */
		fails = (wrong > 0 &&
			 gsl_cdf_binomial_Q(wrong - 1, ERROR, audits) < 1e-5) ||
			sum / audits < c->mean;
		failed += fails;
		if (slow || fails)
			print_message("%-34s %6.2f %%   mean %.3f of %.3f%s\n",
				      c->name, 100. * wrong / audits,
				      sum / audits, c->truth,
				      fails ? "   FAILS" : "");
	}
	assert_int_equal(failed, 0);
}

/* More wrong guesses never raise a bound, nor more delta, nor more canaries. */
static void
bounds_nest(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 9, "prop/epsilon-nest", 0);
	for (int i = 0; i < 60; i++) {
		uint64_t n = 20 + mia_rng_below(&r, 400);
		uint64_t m = 20 + mia_rng_below(&r, 400);
		uint64_t k = mia_rng_below(&r, n / 4), v = m - k % m;
		double a = 0.05 * mia_rng_uniform(&r), d = 1e-3;
		double x = mia_epsilon_rank(k, n, v, m, d, a, 0);
		double y = mia_one_run_epsilon(n + m, v + k, v, d, a);

		assert_true(mia_epsilon_rank(k + 1, n, v, m, d, a, 0) <= x);
		assert_true(mia_epsilon_rank(k, n, v - 1, m, d, a, 0) <= x);
		assert_true(mia_epsilon_rank(k, n, v, m, 2 * d, a, 0) <= x);
		assert_true(mia_epsilon_rank(k, n, v, m, d, a / 2, 0) <= x);
		assert_true(mia_one_run_epsilon(n + m, v + k + 1, v, d, a) <=
			    y);
		assert_true(mia_one_run_epsilon(n + m, v + k, v, 2 * d, a) <=
			    y);
		assert_true(mia_one_run_epsilon(9 * (n + m), v + k, v, d, a) <=
			    y);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_hold),
		cmocka_unit_test(bounds_nest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
