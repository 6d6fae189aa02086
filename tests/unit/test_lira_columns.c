/* Which scores are made, what they are called, and what they rest on. */
#include "attack/lira_columns.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attack/lira_detail.h"

static void
modes_and_variances(void **state)
{
	/* Mode, any IN shadow, shadows; then what comes of it. */
	static const struct {
		enum mia_lira_mode mode;
		bool in;
		size_t shadows;
		bool online, offline;
		unsigned variances;
	} want[] = {
		{MIA_LIRA_AUTO, true, 63, true, false, 8},
		{MIA_LIRA_AUTO, false, 64, false, true, 1},
		{MIA_LIRA_BOTH, true, 2, true, true, 8},
		{MIA_LIRA_OFFLINE_ONLY, true, 200, false, true, 1},
		{MIA_LIRA_ONLINE_ONLY, true, 5, true, false, 8},
	};
	static const char *const phi[] = {"phi", "hinge"};
	static const int sense[] = {1, 1};
	struct mia_fault f = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		struct mia_lira_wanted w = {.signal = phi, .signals = 1};

		assert_int_equal(mia_lira_choose(&w, want[i].mode, want[i].in,
						 want[i].shadows, sense, &f),
				 0);
		assert_int_equal(w.online, want[i].online);
		assert_int_equal(w.offline, want[i].offline);
		assert_int_equal(w.variances, want[i].variances);
		/* What was named stays; of several signals it is pooled. */
		w.variances = 4;
		assert_int_equal(mia_lira_choose(&w, want[i].mode, want[i].in,
						 want[i].shadows, sense, &f),
				 0);
		assert_int_equal(w.variances, 4);
		w.variances = 0;
		w.signals = 2;
		assert_int_equal(mia_lira_choose(&w, want[i].mode, want[i].in,
						 2, sense, &f),
				 0);
		assert_int_equal(w.variances, 2);
	}
}

static void
what_cannot_be(void **state)
{
	static const char *const residual[] = {"residual"};
	static const int none = 0;
	struct mia_lira_wanted w = {.signal = residual, .signals = 1};
	struct mia_fault f = {0};

	(void)state;
	assert_int_equal(
		mia_lira_choose(&w, MIA_LIRA_BOTH, false, 8, &none, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "no online attack"));
	f = (struct mia_fault){0};
	assert_int_equal(
		mia_lira_choose(&w, MIA_LIRA_AUTO, false, 8, &none, &f), -1);
	assert_int_equal(f.code, MIA_USAGE);
	assert_non_null(strstr(f.text, "'residual'"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_lira_choose(&w, MIA_LIRA_AUTO, true, 8, &none, &f),
			 0);
	/* Peers print their online columns whatever the shadows saw. */
	w.peers = 1;
	assert_int_equal(
		mia_lira_choose(&w, MIA_LIRA_ONLINE_ONLY, false, 8, &none, &f),
		0);
}

static void
names(void **state)
{
	static const char *const signal[] = {"phi", "loss"};
	static struct mia_lira_column c[MIA_LIRA_COLUMNS];
	struct mia_lira_wanted w = {.online = true,
				    .offline = true,
				    .variances = 1 | 8,
				    .centres = 2,
				    .signal = signal,
				    .signals = 1,
				    .equal_counts = true};

	(void)state;
	assert_int_equal(mia_lira_columns(&w, c), 4);
	assert_string_equal(c[0].name, "score_lira_online_per_record_median");
	assert_string_equal(c[3].name, "score_lira_offline_shrunken_median");
	assert_true(c[3].cut);
	w = (struct mia_lira_wanted){.online = true,
				     .variances = 2,
				     .centres = 1,
				     .signal = signal,
				     .signals = 2};
	assert_int_equal(mia_lira_columns(&w, c), 1);
	assert_string_equal(c[0].name, "score_lira_online_pooled_phi_loss");
	assert_false(c[0].cut);
}

/* IN 1, 5 and OUT 2, 4, 9 of the first view; the second is not looked at. */
static void
details(void **state)
{
	static const double in[] = {1, 5}, out[] = {2, 4, 9};
	struct mia_moments a[4] = {{0}}, b[4] = {{0}};
	double v[MIA_LIRA_DETAILS][2];
	double *cell[MIA_LIRA_DETAILS];

	(void)state;
	for (size_t i = 0; i < MIA_LIRA_DETAILS; i++)
		cell[i] = v[i];
	for (size_t i = 0; i < 2; i++)
		mia_moments_add(&a[0], in[i]);
	for (size_t i = 0; i < 3; i++)
		mia_moments_add(&b[0], out[i]);
	mia_moments_add(&a[1], 77);
	mia_lira_details(a, b, 2, 2, cell);
	assert_true(v[0][0] == 2 && v[1][0] == 3);
	assert_true(v[2][0] == 3 && fabs(v[3][0] - 2) < 1e-15);
	assert_true(v[4][0] == 5 && fabs(v[5][0] - sqrt(26. / 3)) < 1e-15);
	/* Variances by n - 1: 8 and 13, of mean 10.5. */
	assert_true(fabs(v[6][0] + 2 / sqrt(10.5)) < 1e-15);
	assert_true(v[0][1] == 0 && v[1][1] == 0);
	for (size_t i = 2; i < MIA_LIRA_DETAILS; i++)
		assert_true(isnan(v[i][1]));
	assert_string_equal(mia_lira_detail_name[6], "dprime");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_and_variances),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(names),
		cmocka_unit_test(details),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
