#include "maths/limit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "maths/rng.h"
#include "reference.h"

static void
verdicts(void **state)
{
	(void)state;
	assert_int_equal(mia_limit_judge(0.4, 0.6, 0.7), MIA_LIMIT_MET);
	assert_int_equal(mia_limit_judge(0.4, 0.6, 0.6), MIA_LIMIT_MET);
	assert_int_equal(mia_limit_judge(0.4, 0.6, 0.5), MIA_LIMIT_NOT_SHOWN);
	assert_int_equal(mia_limit_judge(0.4, 0.6, 0.4), MIA_LIMIT_NOT_SHOWN);
	assert_int_equal(mia_limit_judge(0.4, 0.6, 0.3), MIA_LIMIT_EXCEEDED);
	assert_string_equal(mia_limit_word(MIA_LIMIT_MET), "met");
	assert_string_equal(mia_limit_word(MIA_LIMIT_EXCEEDED), "exceeded");
	assert_string_equal(mia_limit_word(MIA_LIMIT_NOT_SHOWN), "not-shown");
}

static struct mia_auc
auc_of(double value, double size, uint64_t n1, uint64_t n0)
{
	return (struct mia_auc){
		.value = value, .size = size, .n1 = n1, .n0 = n0};
}

/* Many attacks make it harder to call a limit exceeded, not to meet it. */
static void
attacks_together(void **state)
{
	struct mia_auc a = auc_of(0.7, 300, 100, 100);
	struct mia_interval one = mia_limit_auc(&a, 0.05, 1);
	struct mia_interval ten = mia_limit_auc(&a, 0.05, 10);

	(void)state;
	assert_true(one.lo == mia_interval_auc(0.7, 300, 0.05).lo);
	assert_true(one.hi == mia_interval_auc(0.7, 300, 0.05).hi);
	assert_true(ten.hi == one.hi);
	assert_true(ten.lo == mia_interval_auc(0.7, 300, 0.005).lo);
	assert_true(ten.lo < one.lo);
}

static bool
auc_decides(struct mia_auc a, double factor, double limit, uint64_t j)
{
	struct mia_interval i;

	a.size *= factor;
	i = mia_limit_auc(&a, 0.05, j);
	return mia_limit_judge(i.lo, i.hi, limit) != MIA_LIMIT_NOT_SHOWN;
}

static void
samples_for_an_auc(void **state)
{
	static const struct {
		double value, limit;
		uint64_t n1, n0;
	} c[] = {
		{0.55, 0.6, 50, 70},  {0.65, 0.6, 50, 70}, {0.61, 0.6, 30, 900},
		{0.52, 0.6, 200, 80}, {1, 0.9, 7, 9},	   {0.93, 0.9, 400, 4},
	};

	(void)state;
	for (size_t k = 0; k < sizeof(c) / sizeof(*c); k++)
		for (uint64_t j = 1; j < 20; j += 9) {
			struct mia_auc a =
				auc_of(c[k].value, 0.8 * (double)c[k].n0,
				       c[k].n1, c[k].n0);
			struct mia_enough s =
				mia_limit_auc_sample(&a, c[k].limit, 0.05, j);
			uint64_t n0 = 1;

			while (!auc_decides(a, (double)n0 / (double)c[k].n0,
					    c[k].limit, j))
				n0++;
			assert_int_equal(s.n0, n0);
			assert_int_equal(s.n1, (n0 * c[k].n1 + c[k].n0 - 1) /
						       c[k].n0);
		}
}

static void
none_decides_at_the_limit(void **state)
{
	struct mia_auc a = auc_of(0.6, 100, 50, 50);
	struct mia_enough s = mia_limit_auc_sample(&a, 0.6, 0.05, 1);

	(void)state;
	assert_true(s.n1 == 0 && s.n0 == 0);
	/* But the greatest limit is met at once. */
	s = mia_limit_auc_sample(&a, 1, 0.05, 1);
	assert_true(s.n1 == 1 && s.n0 == 1);
}

/* n scores of which each stands copies times, in place of one. */
static double *
repeat(const double *v, size_t n, size_t copies)
{
	double *w = malloc(n * copies * sizeof(*w));

	for (size_t i = 0; i < n * copies; i++)
		w[i] = v[i / copies];
	return w;
}

/* A sample that is really larger gives the verdict foretold. */
static void
samples_for_a_rate(void **state)
{
	struct mia_rng r;
	int met = 0, exceeded = 0;

	(void)state;
	mia_rng_init(&r, 9, "test/limit", 0);
	for (int round = 0; round < 120; round++) {
		double m[60], v[80], q = round % 2 ? 0.1 : 0.05;
		double limit = 0.02 + 0.5 * mia_rng_uniform(&r);
		uint64_t j = round % 3 ? 1000 : 1;
		struct mia_enough s;
		struct mia_roc roc;

		for (size_t i = 0; i < 60; i++)
			m[i] = 0.5 + mia_rng_normal(&r);
		for (size_t i = 0; i < 80; i++)
			v[i] = mia_rng_normal(&r);
		assert_int_equal(mia_roc_init(&roc, m, 60, v, 80, NULL), 0);
		s = mia_limit_tpr_sample(&roc, q, limit, 0.05, j);
		for (size_t c = 1; c <= 24; c++) {
			double *mc = repeat(m, 60, c), *vc = repeat(v, 80, c);
			struct mia_roc big = {mc, vc, 60 * c, 80 * c};
			struct mia_interval i = mia_limit_tpr(&big, q, 0.05, j);
			enum mia_limit verdict =
				mia_limit_judge(i.lo, i.hi, limit);
			double n0 = 80 * (double)c;

			free(mc);
			free(vc);
			/* Steps may undo a verdict just beyond the least. */
			if (s.n0 > 0 && n0 > 1.1 * (double)s.n0)
				assert_true(verdict != MIA_LIMIT_NOT_SHOWN);
			if (s.n0 == 0 || n0 < 0.95 * (double)s.n0)
				assert_true(verdict == MIA_LIMIT_NOT_SHOWN);
			met += verdict == MIA_LIMIT_MET;
			exceeded += verdict == MIA_LIMIT_EXCEEDED;
		}
		if (s.n0 > 0)
			assert_int_equal(s.n1, (s.n0 * 60 + 79) / 80);
	}
	assert_true(met > 50 && exceeded > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(attacks_together),
		cmocka_unit_test(samples_for_an_auc),
		cmocka_unit_test(none_decides_at_the_limit),
		cmocka_unit_test(samples_for_a_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
