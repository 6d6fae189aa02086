#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "learn/learner.h"

static const struct mia_hparam some[] = {
	{"trees", "100", MIA_HYPER_INT, 1, 1e6, NULL, ""},
	{"max_depth", "none", MIA_HYPER_INT, 1, 1e6, "none", ""},
	{"max_features", "sqrt", MIA_HYPER_REAL, 0, 1, "sqrt|log2|all", ""},
	{"bootstrap", "yes", MIA_HYPER_TEXT, 0, 0, "yes|no", ""},
	{"hidden", "64-32", MIA_HYPER_TEXT, 0, 0, NULL, ""},
	{NULL, NULL, MIA_HYPER_TEXT, 0, 0, NULL, NULL},
};
static const struct mia_hparam none[] = {
	{NULL, NULL, MIA_HYPER_TEXT, 0, 0, NULL, NULL},
};
static const struct mia_learner wood = {.name = "wood", .hyper = some};
static const struct mia_learner dull = {.name = "dull", .hyper = none};

/* Instead of the library's table. */
const struct mia_learner *const mia_learners[] = {&wood, &dull, NULL};

static void
test_find(void **state)
{
	const struct mia_learner *l;
	struct mia_fault f = {0};

	(void)state;
	assert_int_equal(mia_learner_find(&l, "dull", &f), 0);
	assert_ptr_equal(l, &dull);
	assert_int_equal(mia_learner_find(&l, "wod", &f), -1);
	assert_int_equal(f.code, MIA_USAGE);
	assert_string_equal(f.text, "no learner 'wod'; did you mean 'wood'?");
}

static void
test_nearest(void **state)
{
	static const char *const words[] = {"forest", "logistic", "tree",
					    "trees", NULL};
	static const char *const nothing[] = {NULL};

	(void)state;
	assert_string_equal(mia_nearest("forrest", words), "forest");
	assert_string_equal(mia_nearest("fores", words), "forest");
	assert_string_equal(mia_nearest("ofrest", words), "forest");
	assert_string_equal(mia_nearest("logit", words), "logistic");
	assert_string_equal(mia_nearest("trees", words), "trees");
	assert_string_equal(mia_nearest("reet", words), "tree");
	assert_string_equal(mia_nearest("", words), "tree");
	assert_null(mia_nearest("x", nothing));
}

static void
test_defaults(void **state)
{
	struct mia_hyper h;

	(void)state;
	mia_hyper_init(&h, &wood);
	assert_true(mia_hyper_get(&h, "trees") == 100);
	assert_true(mia_hyper_get(&h, "max_depth") == -1);
	assert_true(mia_hyper_get(&h, "max_features") == -1);
	assert_true(mia_hyper_get(&h, "bootstrap") == -1);
	assert_string_equal(mia_hyper_text(&h, "bootstrap"), "yes");
	assert_string_equal(mia_hyper_text(&h, "hidden"), "64-32");
	mia_hyper_free(&h);
}

static void
test_set(void **state)
{
	static const struct {
		const char *setting, *name, *text;
		double value;
	} good[] = {
		{"trees=1e2", "trees", "100", 100},
		{"trees=0007", "trees", "7", 7},
		{"max_depth=12", "max_depth", "12", 12},
		{"max_depth=none", "max_depth", "none", -1},
		{"max_features=.30", "max_features", "0.3", 0.3},
		{"max_features=log2", "max_features", "log2", -2},
		{"max_features=all", "max_features", "all", -3},
		{"bootstrap=no", "bootstrap", "no", -2},
		{"hidden=a=b", "hidden", "a=b", 0},
		{"hidden=", "hidden", "", 0},
	};
	struct mia_fault f = {0};
	struct mia_hyper h;

	(void)state;
	mia_hyper_init(&h, &wood);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(mia_hyper_set(&h, good[i].setting, &f), 0);
		assert_true(mia_hyper_get(&h, good[i].name) == good[i].value);
		assert_string_equal(mia_hyper_text(&h, good[i].name),
				    good[i].text);
	}
	mia_hyper_free(&h);
}

static void
test_set_faults(void **state)
{
	static const struct {
		const char *setting, *message;
	} bad[] = {
		{"trees", "'trees' sets nothing; give NAME=VALUE"},
		{"tree=3", "'wood' has no setting 'tree'; did you mean "
			   "'trees'?"},
		{"=3", "'wood' has no setting ''; did you mean 'trees'?"},
		{"trees=0", "'0' is no value of 'trees'; give a whole number "
			    "from 1 to 1e+06"},
		{"trees=1.5", "'1.5' is no value of 'trees'; give a whole "
			      "number from 1 to 1e+06"},
		{"trees=", "'' is no value of 'trees'; give a whole number "
			   "from 1 to 1e+06"},
		{"trees=none", "'none' is no value of 'trees'; give a whole "
			       "number from 1 to 1e+06"},
		{"max_depth=inf", "'inf' is no value of 'max_depth'; give a "
				  "whole number from 1 to 1e+06, or none"},
		{"max_features=1.01",
		 "'1.01' is no value of 'max_features'; give a number from 0 "
		 "to 1, or sqrt|log2|all"},
		{"max_features=sqr",
		 "'sqr' is no value of 'max_features'; give a number from 0 "
		 "to 1, or sqrt|log2|all"},
		{"bootstrap=1", "'1' is no value of 'bootstrap'; give one of "
				"yes|no"},
		{"bootstrap=yes|no", "'yes|no' is no value of 'bootstrap'; "
				     "give one of yes|no"},
	};
	struct mia_fault f;
	struct mia_hyper h;

	(void)state;
	mia_hyper_init(&h, &wood);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		f = (struct mia_fault){0};
		assert_int_equal(mia_hyper_set(&h, bad[i].setting, &f), -1);
		assert_int_equal(f.code, MIA_USAGE);
		assert_string_equal(f.text, bad[i].message);
	}
	/* Nothing was changed by a fault. */
	assert_true(mia_hyper_get(&h, "trees") == 100);
	assert_string_equal(mia_hyper_text(&h, "max_features"), "sqrt");
	mia_hyper_free(&h);
	mia_hyper_init(&h, &dull);
	f = (struct mia_fault){0};
	assert_int_equal(mia_hyper_set(&h, "a=1", &f), -1);
	assert_string_equal(f.text, "'dull' has no settings; leave out 'a=1'");
	mia_hyper_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_set_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
