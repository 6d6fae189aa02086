#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/softmax.h"
#include "maths/rng.h"

#define GROUP MIA_SOFTMAX_GROUP

/* exp of many arguments: with two classes, 0 and x <= 0, the second
 * probability is exp(x) / (1 + exp(x)) and sum - 1 is exp(x) near 1. */
static void
test_exp_is_within_one_unit(void **state)
{
	enum { N = 20000 };
	double *z = mia_alloc(2 * N, sizeof(*z));
	double *top = mia_alloc(N, sizeof(*top));
	double *sum = mia_alloc(N, sizeof(*sum));
	double *x = mia_alloc(N, sizeof(*x)), worst = 0;
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/softmax", 0);
	for (size_t i = 0; i < N; i++) {
		double scale = exp2((double)mia_rng_below(&r, 64) - 54);

		x[i] = -scale * mia_rng_uniform(&r);
		if (i % 3 == 0) /* near where the argument is split */
			x[i] = -0.5 * log(2) *
			       (double)(2 * mia_rng_below(&r, 900) + 1) *
			       (1 + 1e-9 * mia_rng_normal(&r));
	}
	memset(z, 0, N * sizeof(*z));
	memcpy(z + N, x, N * sizeof(*z));
	mia_softmax(mia_cpu_best(), 2, N, z, N, top, sum);
	for (size_t i = 0; i < N; i++) {
		/* z = e / sum; take the division back */
		double want, unit, e = z[N + i] * sum[i];

		want = exp(fmax(x[i], -708));
		unit = nextafter(want, INFINITY) - want;
		worst = fmax(worst, fabs(e - want) / unit);
		assert_true(top[i] == 0);
		assert_true(z[i] == 1 / sum[i]);
		assert_true(sum[i] >= 1 && sum[i] <= 2);
	}
	/* 1 of exp, 1.5 of the division and its undoing */
	assert_true(worst <= 2.5);
	free(z);
	free(top);
	free(sum);
	free(x);
}

static void
test_against_plain_loops(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 2, "test/softmax", 0);
	for (int round = 0; round < 60; round++) {
		size_t classes = 1 + mia_rng_below(&r, 30);
		size_t rows = GROUP * (1 + mia_rng_below(&r, 20));
		size_t stride = rows + GROUP * mia_rng_below(&r, 3);
		double scale = exp2((double)mia_rng_below(&r, 12));
		double *x = mia_alloc(classes * stride, sizeof(*x));
		double *z = mia_alloc(classes * stride, sizeof(*z));
		double *top = mia_alloc(rows, sizeof(*top));
		double *sum = mia_alloc(rows, sizeof(*sum));

		for (size_t i = 0; i < classes * stride; i++)
			z[i] = x[i] = scale * mia_rng_normal(&r);
		mia_softmax(mia_cpu_best(), classes, rows, z, stride, top, sum);
		for (size_t i = 0; i < rows; i++) {
			double high = -INFINITY, s = 0;

			for (size_t k = 0; k < classes; k++)
				high = fmax(high, x[k * stride + i]);
			for (size_t k = 0; k < classes; k++)
				s += exp(x[k * stride + i] - high);
			assert_true(top[i] == high);
			assert_true(fabs(sum[i] - s) <= 1e-14 * s);
			for (size_t k = 0; k < classes; k++) {
				double p = exp(x[k * stride + i] - high) / s;

				assert_true(fabs(z[k * stride + i] - p) <=
					    1e-14 * p + 1e-300);
			}
		}
		/* What lies between rows and stride is not touched. */
		for (size_t k = 0; k < classes; k++)
			for (size_t i = rows; i < stride; i++)
				assert_true(z[k * stride + i] ==
					    x[k * stride + i]);
		free(x);
		free(z);
		free(top);
		free(sum);
	}
}

static void
test_same_bytes_on_every_cpu(void **state)
{
	enum { CLASSES = 13, ROWS = 40 * GROUP, SIZE = CLASSES * ROWS };
	double *x = mia_alloc(SIZE, sizeof(*x));
	double *want = mia_alloc(SIZE + 2 * ROWS, sizeof(*want));
	double *got = mia_alloc(SIZE + 2 * ROWS, sizeof(*got));
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 3, "test/softmax", 0);
	for (size_t i = 0; i < SIZE; i++)
		x[i] = mia_rng_normal(&r) *
		       exp2((double)mia_rng_below(&r, 40) - 25);
	for (int cpu = 0; cpu < MIA_CPUS; cpu++) {
		double *z = cpu == 0 ? want : got;

		if (!mia_cpu_has(cpu))
			continue;
		memcpy(z, x, SIZE * sizeof(*z));
		mia_softmax(cpu, CLASSES, ROWS, z, ROWS, z + SIZE,
			    z + SIZE + ROWS);
		if (cpu > 0)
			assert_memory_equal(got, want,
					    (SIZE + 2 * ROWS) * sizeof(*z));
	}
	free(x);
	free(want);
	free(got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exp_is_within_one_unit),
		cmocka_unit_test(test_against_plain_loops),
		cmocka_unit_test(test_same_bytes_on_every_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
