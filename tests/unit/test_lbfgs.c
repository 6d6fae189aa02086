#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/lbfgs.h"

/* Rosenbrock's valley in pairs; least, 0, at all ones. */
static double
valley(void *ctx, const double *x, double *g)
{
	size_t n = *(size_t *)ctx;
	double f = 0;

	for (size_t i = 0; i < n; i += 2) {
		double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];

		f += 100 * a * a + b * b;
		g[i] = -400 * a * x[i] - 2 * b;
		g[i + 1] = 200 * a;
	}
	return f;
}

static void
test_valley(void **state)
{
	size_t n = 20;
	struct mia_lbfgs p = {n, valley, &n, 1e-9, 1000};
	double x[20], left;
	uint64_t steps;

	(void)state;
	for (size_t i = 0; i < n; i += 2) {
		x[i] = -1.2 - 0.01 * (double)i;
		x[i + 1] = 1;
	}
	assert_int_equal(mia_lbfgs_run(&p, x, &steps, &left), MIA_LBFGS_DONE);
	assert_true(left <= 1e-9);
	/* SciPy 1.10's L-BFGS-B with memory 10 takes 301 from here. */
	assert_in_range(steps, 10, 301);
	for (size_t i = 0; i < n; i++)
		assert_true(fabs(x[i] - 1) < 1e-8);
}

/* sum of c_i (x_i - i)^2 with c from 1 to 1e3, raised by 1e9: the decrease
 * drowns in the rounding of the value long before the end. */
static double
bowl(void *ctx, const double *x, double *g)
{
	size_t n = *(size_t *)ctx;
	double f = 1e9;

	for (size_t i = 0; i < n; i++) {
		double c = pow(10, 3.0 * (double)i / (double)(n - 1));
		double d = x[i] - (double)i;

		f += c * d * d;
		g[i] = 2 * c * d;
	}
	return f;
}

static void
test_value_with_noise(void **state)
{
	size_t n = 30;
	struct mia_lbfgs p = {n, bowl, &n, 1e-6, 5000};
	double x[30] = {0}, left;
	uint64_t steps;

	(void)state;
	assert_int_equal(mia_lbfgs_run(&p, x, &steps, &left), MIA_LBFGS_DONE);
	for (size_t i = 0; i < n; i++)
		assert_true(fabs(x[i] - (double)i) < 1e-6);
}

static void
test_few_steps(void **state)
{
	size_t n = 2;
	struct mia_lbfgs p = {n, valley, &n, 1e-9, 3};
	double x[2] = {-1.2, 1}, left;
	uint64_t steps;

	(void)state;
	assert_int_equal(mia_lbfgs_run(&p, x, &steps, &left), MIA_LBFGS_STEPS);
	assert_int_equal(steps, 3);
	assert_true(left > 1e-9);
	/* No steps at all if the start is good enough. */
	p.tolerance = 1e9;
	assert_int_equal(mia_lbfgs_run(&p, x, &steps, &left), MIA_LBFGS_DONE);
	assert_int_equal(steps, 0);
}

/* Its slope says down for ever, its value does not follow. */
static double
liar(void *ctx, const double *x, double *g)
{
	(void)ctx;
	(void)x;
	g[0] = 1;
	return x[0] == 0 ? 0 : 1;
}

static void
test_stuck(void **state)
{
	struct mia_lbfgs p = {1, liar, NULL, 1e-9, 100};
	double x = 0, left;
	uint64_t steps;

	(void)state;
	assert_int_equal(mia_lbfgs_run(&p, &x, &steps, &left), MIA_LBFGS_STUCK);
	assert_true(x == 0);
}

/* Infinite beyond 1; least at 0.9. */
static double
wall(void *ctx, const double *x, double *g)
{
	(void)ctx;
	if (x[0] >= 1) {
		g[0] = NAN;
		return INFINITY;
	}
	g[0] = 10 - 1 / (1 - x[0]);
	g[0] = -g[0];
	return -10 * x[0] - log(1 - x[0]);
}

static void
test_wall(void **state)
{
	struct mia_lbfgs p = {1, wall, NULL, 1e-10, 100};
	double x = -5, left;
	uint64_t steps;

	(void)state;
	assert_int_equal(mia_lbfgs_run(&p, &x, &steps, &left), MIA_LBFGS_DONE);
	assert_true(fabs(x - 0.9) < 1e-10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valley),
		cmocka_unit_test(test_value_with_noise),
		cmocka_unit_test(test_few_steps),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_wall),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
