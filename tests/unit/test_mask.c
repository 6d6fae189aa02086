#include "attack/mask.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "maths/rng.h"

#define CLASSES 9

/* A row of probabilities of very unequal sizes, some 0; at least one not. */
static size_t
random_row(struct mia_rng *r, double p[CLASSES])
{
	size_t k = 2 + mia_rng_below(r, CLASSES - 1);

	for (size_t j = 0; j < k; j++)
		p[j] = mia_rng_below(r, 4) == 0 ? 0
						: exp(-12 * mia_rng_uniform(r));
	p[mia_rng_below(r, k)] = mia_rng_uniform(r) + 0.1;
	mia_mask_normalise(p, k);
	return k;
}

static double
sum(const double *p, size_t k)
{
	double s = 0;

	for (size_t j = 0; j < k; j++)
		s += p[j];
	return s;
}

/* What the C library prints is the exact value, rounded half to even. */
static void
check_rounding(double x, int digits)
{
	double got = mia_mask_round_one(x, digits);
	char text[64];

	snprintf(text, sizeof(text), "%.*f", digits, x);
	if (got != strtod(text, NULL))
		fail_msg("%.17g to %d digits is %.17g, not %s", x, digits, got,
			 text);
}

static void
rounding_is_exact(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/round", 0);
	for (int i = 0; i < 60000; i++) {
		int digits = (int)mia_rng_below(&r, MIA_MASK_DIGITS + 1);
		double unit = pow(10, digits);
		double tie = ((double)mia_rng_below(&r, (uint64_t)unit) + 0.5) /
			     unit;

		check_rounding(mia_rng_uniform(&r), digits);
		check_rounding(tie, digits);
		check_rounding(nextafter(tie, 0), digits);
		check_rounding(nextafter(tie, 2), digits);
	}
	assert_true(mia_mask_round_one(0.145, 2) == 0.14);
	assert_true(mia_mask_round_one(0.125, 2) == 0.12);
	assert_true(mia_mask_round_one(0.375, 2) == 0.38);
	assert_true(mia_mask_round_one(1, 15) == 1);
}

static void
rounded_rows_are_probabilities(void **state)
{
	double three[3] = {0.5, 0.25, 0.25}, four[4] = {.25, .25, .25, .25};
	double p[CLASSES];
	struct mia_rng r;

	(void)state;
	/* to one digit .5, .2 and .2, of .9 */
	assert_false(mia_mask_round(three, 3, 1));
	assert_true(fabs(three[0] - 5. / 9) < 1e-15);
	assert_true(fabs(three[1] - 2. / 9) < 1e-15);
	assert_true(mia_mask_round(four, 4, 0));
	assert_true(four[0] == 0.25 && four[3] == 0.25);
	mia_rng_init(&r, 1, "test/rows", 0);
	for (int i = 0; i < 30000; i++) {
		int digits = (int)mia_rng_below(&r, 5);
		size_t k = random_row(&r, p);
		double least = mia_mask_round_floor(0, k, digits);

		mia_mask_round(p, k, digits);
		assert_true(fabs(sum(p, k) - 1) < 1e-12);
		for (size_t j = 0; j < k; j++)
			assert_true(p[j] == 0 || p[j] >= least * (1 - 1e-12));
	}
	assert_true(mia_mask_round_floor(0, 9, 2) == 0.005);
	assert_true(mia_mask_round_floor(0.025, 9, 2) == 0.025);
	assert_true(mia_mask_round_floor(0, 9, 0) == 1. / 9);
}

/* Kept is just what fewer than n classes surpass. */
static void
top_keeps_blocks(void **state)
{
	double tied[4] = {.25, .5, .25, 0}, scratch[2 * CLASSES];
	double z[3] = {-1, -INFINITY, 2};
	struct mia_rng r;

	(void)state;
	assert_int_equal(mia_mask_top(tied, 4, 2, 0, scratch), 3);
	assert_true(tied[0] == .25 && tied[2] == .25 && tied[3] == 0);
	assert_int_equal(mia_mask_top(tied, 4, 1, 0, scratch), 1);
	assert_true(tied[0] == 0 && tied[1] == .5 && tied[2] == 0);
	assert_int_equal(mia_mask_top(z, 3, 1, -INFINITY, scratch), 1);
	assert_true(z[0] == -INFINITY && z[2] == 2);
	assert_int_equal(mia_mask_top(z, 3, 3, -INFINITY, scratch), 3);
	mia_rng_init(&r, 1, "test/top", 0);
	for (int i = 0; i < 20000; i++) {
		double v[CLASSES], was[CLASSES];
		size_t k = 2 + mia_rng_below(&r, CLASSES - 1), kept = 0;
		size_t n = 1 + mia_rng_below(&r, k);

		for (size_t j = 0; j < k; j++)
			v[j] = was[j] = (double)mia_rng_below(&r, 5) + 1;
		size_t said = mia_mask_top(v, k, n, -7, scratch);

		for (size_t j = 0; j < k; j++) {
			size_t above = 0;

			for (size_t l = 0; l < k; l++)
				above += was[l] > was[j];
			assert_true(v[j] == (above < n ? was[j] : -7));
			kept += above < n;
		}
		assert_int_equal(said, kept);
	}
}

static void
tempering_is_softmax_of_z_over_t(void **state)
{
	static const double ts[] = {0.3, 1, 1.7, 10, 1e4};
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/temper", 0);
	for (int i = 0; i < 20000; i++) {
		double z[CLASSES], p[CLASSES], want[CLASSES];
		double t = ts[mia_rng_below(&r, 5)];
		size_t k = 2 + mia_rng_below(&r, CLASSES - 1);

		for (size_t j = 0; j < k; j++)
			z[j] = p[j] = 20 * mia_rng_uniform(&r);
		mia_mask_softmax(p, k);
		mia_mask_temper(p, k, t, 0);
		for (size_t j = 0; j < k; j++) {
			double s = 0;

			for (size_t l = 0; l < k; l++)
				s += exp((z[l] - z[j]) / t);
			want[j] = 1 / s;
			assert_true(fabs(p[j] - want[j]) < 1e-12 * want[j]);
		}
	}
}

/* log-odds over t, those of a 0 by what it stands for; rows keep their order.
 */
static void
tempered_zeros_stand_for_the_floor(void **state)
{
	double p[2] = {0, 1}, q[3] = {0, 0.25, 0.75}, row[CLASSES];
	struct mia_rng r;

	(void)state;
	mia_mask_temper(p, 2, 10, 0.01);
	assert_true(fabs(log(p[0] / p[1]) - log(0.01) / 10) < 1e-14);
	mia_mask_temper(q, 3, 2, 0);
	assert_true(q[0] == 0);
	assert_true(fabs(q[2] / q[1] - sqrt(3)) < 1e-14);
	mia_rng_init(&r, 1, "test/floor", 0);
	for (int i = 0; i < 10000; i++) {
		double was[CLASSES], t = 0.3 + 9 * mia_rng_uniform(&r);
		size_t k = random_row(&r, row);

		for (size_t j = 0; j < k; j++)
			was[j] = row[j];
		mia_mask_temper(row, k, t, 1e-7);
		for (size_t j = 0; j < k; j++)
			for (size_t l = 0; l < k; l++)
				if (was[j] < was[l])
					assert_true(row[j] < row[l]);
	}
}

static void
softmax_takes_infinities(void **state)
{
	double sure[3] = {4, INFINITY, -INFINITY}, big[2] = {800, 799};

	(void)state;
	mia_mask_softmax(sure, 3);
	assert_true(sure[0] == 0 && sure[1] == 1 && sure[2] == 0);
	mia_mask_softmax(big, 2);
	assert_true(fabs(big[1] - 1 / (1 + exp(1))) < 1e-15);
}

static void
noise_is_reflected(void **state)
{
	double p[3] = {0.5, 0.375, 0.125}, noise[3] = {0.25, 0, -0.5};

	(void)state;
	/* .75, .375 and |-.375|, of 1.5 */
	mia_mask_noise(p, 3, noise);
	assert_true(p[0] == 0.5 && p[1] == 0.25 && p[2] == 0.25);
}

static void
the_best_class_has_a_name(void **state)
{
	const struct mia_text name[4] = {mia_text("b"), mia_text("ab"),
					 mia_text("a"), mia_text("c")};
	const double tie[4] = {3, 3, 3, 1}, later[4] = {2, 2, 1, 9};
	bool tied;

	(void)state;
	assert_int_equal(mia_mask_best(tie, 4, name, &tied), 2);
	assert_true(tied);
	assert_int_equal(mia_mask_best(tie, 2, name, &tied), 1);
	assert_true(tied);
	/* a tie that something surpasses is none */
	assert_int_equal(mia_mask_best(later, 4, name, &tied), 3);
	assert_false(tied);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounding_is_exact),
		cmocka_unit_test(rounded_rows_are_probabilities),
		cmocka_unit_test(top_keeps_blocks),
		cmocka_unit_test(tempering_is_softmax_of_z_over_t),
		cmocka_unit_test(tempered_zeros_stand_for_the_floor),
		cmocka_unit_test(softmax_takes_infinities),
		cmocka_unit_test(noise_is_reflected),
		cmocka_unit_test(the_best_class_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
