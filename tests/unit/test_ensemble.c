#include "attack/ensemble.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "maths/rng.h"

#define ROWS 40

static void
ranks_are_those_of_counting(void **state)
{
	double score[ROWS], got[ROWS], scratch[2 * ROWS];
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/ranks", 0);
	for (int round = 0; round < 3000; round++) {
		size_t n = 1 + mia_rng_below(&r, ROWS), m = 0;

		for (size_t i = 0; i < n; i++) {
			uint64_t x = mia_rng_below(&r, 14);

			score[i] = x == 0   ? NAN
				   : x == 1 ? INFINITY
				   : x == 2 ? -INFINITY
				   : x == 3 ? -0.0
					    : (double)x - 8;
			m += !isnan(score[i]);
		}
		mia_ensemble_ranks(score, n, got, scratch);
		for (size_t i = 0; i < n; i++) {
			double below = 0;

			for (size_t j = 0; j < n; j++)
				below += score[j] < score[i]
						 ? 1
						 : 0.5 * (score[j] == score[i]);
			if (isnan(score[i]))
				assert_true(isnan(got[i]));
			else
				assert_true(got[i] == below / (double)m);
		}
	}
}

static void
ensembles_by_hand(void **state)
{
	const double u[] = {0.125, 9, 0.5, 9, 0.125}, hole[] = {0.5, NAN, 0.5};

	(void)state;
	assert_true(mia_ensemble(MIA_ENSEMBLE_MEAN, u, 3, 2) == 0.25);
	assert_true(mia_ensemble(MIA_ENSEMBLE_MAX, u, 3, 2) == 0.5);
	/* cube root of 2^-7 */
	assert_true(fabs(mia_ensemble(MIA_ENSEMBLE_GMEAN, u, 3, 2) -
			 exp2(-7. / 3)) < 1e-15);
	assert_true(mia_ensemble(MIA_ENSEMBLE_MAX, u, 1, 1) == 0.125);
	for (int how = MIA_ENSEMBLE_MEAN; how <= MIA_ENSEMBLE_GMEAN; how++)
		assert_true(isnan(mia_ensemble(how, hole, 3, 1)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranks_are_those_of_counting),
		cmocka_unit_test(ensembles_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
