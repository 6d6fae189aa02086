/* Who trains which shadow: exact counts, and draws that are uniform and
 * independent where they must be (chi-square at level 1e-4, fixed seeds). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "maths/rng.h"
#include "run/design.h"

#define LEVEL 1e-4

struct world {
	uint64_t *key;
	uint8_t *role;
	size_t n;
};

static int
ascending(const void *a, const void *b)
{
	const uint64_t *p = a, *q = b;

	return *p < *q ? -1 : *p > *q;
}

/* n keys as hashes give them; role i % period == 0 is special. */
static struct world
world(size_t n, size_t period, enum mia_role special)
{
	struct world w = {mia_alloc(n, sizeof(*w.key)), mia_alloc(n, 1), n};
	struct mia_rng r;

	mia_rng_init(&r, 7, "test", n);
	for (size_t i = 0; i < n; i++)
		w.key[i] = mia_rng_next(&r);
	qsort(w.key, n, sizeof(*w.key), ascending);
	for (size_t i = 0; i < n; i++)
		w.role[i] = (uint8_t)(period > 0 && i % period == 0
					      ? special
					      : MIA_ROLE_AUDITED);
	return w;
}

static void
world_free(struct world *w)
{
	free(w->key);
	free(w->role);
}

static struct mia_design
design(const struct world *w, struct mia_design_opts o)
{
	struct mia_design d;
	struct mia_fault f = {0};

	if (mia_design_init(&d, &o, w->key, w->role, w->n, &f) != 0)
		fail_msg("%s", f.text);
	return d;
}

static size_t
count_in(const struct mia_design *d, size_t row)
{
	size_t c = 0;

	for (size_t m = 0; m < d->models; m++)
		c += mia_design_in(d, m, row);
	return c;
}

static size_t
count_size(const struct mia_design *d, size_t model)
{
	uint32_t *rows = mia_alloc(d->n, sizeof(*rows));
	size_t n = mia_design_rows(d, model, rows);

	for (size_t i = 0; i < n; i++) {
		assert_true(mia_design_in(d, model, rows[i]));
		assert_true(i == 0 || rows[i] > rows[i - 1]);
	}
	free(rows);
	return n;
}

static void
test_balanced_counts(void **state)
{
	static const struct {
		size_t n, models;
		double share;
		size_t c;
	} t[] = {
		{2, 2, .5, 1},	    {3, 2, .5, 1},	 {37, 5, .31, 2},
		{571, 16, .5, 8},   {1000, 100, .7, 70}, {999, 128, .5, 64},
		{64, 64, .02, 1},   {65, 64, .98, 63},	 {130, 7, .5, 4},
		{5, 100, .437, 44},
	};

	(void)state;
	for (size_t k = 0; k < sizeof(t) / sizeof(*t); k++) {
		struct world w = world(t[k].n, 0, 0);
		struct mia_design d = design(
			&w, (struct mia_design_opts){.models = t[k].models,
						     .share = t[k].share,
						     .seed = k});
		size_t low = t[k].n * t[k].c / t[k].models, total = 0;

		for (size_t i = 0; i < w.n; i++)
			assert_int_equal(count_in(&d, i), t[k].c);
		for (size_t m = 0; m < d.models; m++) {
			size_t size = count_size(&d, m);

			assert_in_range(size, low, low + 1);
			total += size;
		}
		assert_int_equal(total, t[k].n * t[k].c);
		assert_int_equal(d.in_min, t[k].c);
		assert_int_equal(d.in_max, t[k].c);
		assert_int_equal(d.size_min, low);
		mia_design_free(&d);
		world_free(&w);
	}
}

/* Any sizes: the same promises. */
static void
test_balanced_any(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/any", 0);
	for (int k = 0; k < 300; k++) {
		size_t n = 2 + mia_rng_below(&r, 120);
		size_t models = 2 + mia_rng_below(&r, 60);
		size_t c = 1 + mia_rng_below(&r, models - 1);
		struct mia_design_opts o = {.models = models,
					    .share = (double)c / (double)models,
					    .seed = (uint64_t)k};
		struct world w;
		struct mia_design d;

		if (n * c < models)
			continue; /* a model without records is refused */
		w = world(n, 0, 0);
		d = design(&w, o);
		assert_int_equal(d.in_min, c);
		assert_int_equal(d.in_max, c);
		assert_int_equal(d.size_min, n * c / models);
		assert_int_equal(d.size_max, (n * c + models - 1) / models);
		mia_design_free(&d);
		world_free(&w);
	}
}

static double
chi_square(const double *seen, const double *wanted, size_t n)
{
	double x = 0;

	for (size_t i = 0; i < n; i++)
		x += (seen[i] - wanted[i]) * (seen[i] - wanted[i]) / wanted[i];
	return gsl_cdf_chisq_Q(x, (double)n - 1);
}

/*
 * Eight models, four for each record: every one of the 70 sets of models is
 * equally likely, and two records share k models as independent ones would
 * (hypergeometric), whether neighbours in hash order or far apart.
 */
static void
test_balanced_uniform(void **state)
{
	static const double hyper[5] = {1 / 70., 16 / 70., 36 / 70., 16 / 70.,
					1 / 70.};
	double seen[70] = {0}, wanted[70], near[5] = {0}, far[5] = {0};
	double shared[5];
	int rank[256];
	struct world w = world(1000, 0, 0);

	(void)state;
	for (int s = 0, k = 0; s < 256; s++)
		rank[s] = __builtin_popcount((unsigned)s) == 4 ? k++ : -1;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct mia_design d = design(
			&w, (struct mia_design_opts){
				    .models = 8, .share = .5, .seed = seed});
		unsigned *set = mia_alloc(w.n, sizeof(*set));

		for (size_t i = 0; i < w.n; i++) {
			for (size_t m = 0; m < 8; m++)
				set[i] |= (unsigned)mia_design_in(&d, m, i)
					  << m;
			seen[rank[set[i]]]++;
		}
		for (size_t i = 0; i + 1 < w.n; i += 2) {
			near[__builtin_popcount(set[i] & set[i + 1])]++;
			far[__builtin_popcount(set[i / 2] &
					       set[w.n / 2 + i / 2])]++;
		}
		free(set);
		mia_design_free(&d);
	}
	for (size_t k = 0; k < 70; k++)
		wanted[k] = 20. * 1000 / 70;
	for (size_t k = 0; k < 5; k++)
		shared[k] = 20. * 500 * hyper[k];
	assert_true(chi_square(seen, wanted, 70) > LEVEL);
	assert_true(chi_square(near, shared, 5) > LEVEL);
	assert_true(chi_square(far, shared, 5) > LEVEL);
	world_free(&w);
}

/* Even where evening moves much (few records): one record's set over seeds. */
static void
test_balanced_small(void **state)
{
	double seen[6] = {0}, wanted[6];
	static const int rank[16] = {
		[3] = 0, [5] = 1, [6] = 2, [9] = 3, [10] = 4, [12] = 5};
	struct world w = world(3, 0, 0);

	(void)state;
	for (uint64_t seed = 0; seed < 6000; seed++) {
		struct mia_design d = design(
			&w, (struct mia_design_opts){
				    .models = 4, .share = .5, .seed = seed});
		unsigned set = 0;

		for (size_t m = 0; m < 4; m++)
			set |= (unsigned)mia_design_in(&d, m, 1) << m;
		seen[rank[set]]++;
		mia_design_free(&d);
	}
	for (size_t k = 0; k < 6; k++)
		wanted[k] = 1000;
	assert_true(chi_square(seen, wanted, 6) > LEVEL);
	world_free(&w);
}

/* Rows of the key say who is who: background everywhere, others nowhere. */
static void
test_roles(void **state)
{
	static const enum mia_role special[] = {MIA_ROLE_NONE, MIA_ROLE_AUX,
						MIA_ROLE_BACKGROUND};

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct world w = world(90, 3, special[k]);
		struct mia_design_opts o = {.models = 10, .share = .5};
		struct mia_design d = design(&w, o);

		for (size_t i = 0; i < w.n; i++)
			assert_int_equal(count_in(&d, i),
					 i % 3 ? 5
					 : special[k] == MIA_ROLE_BACKGROUND
						 ? 10
						 : 0);
		assert_int_equal(d.size_min, count_size(&d, 0));
		assert_int_equal(d.size_min,
				 special[k] == MIA_ROLE_BACKGROUND ? 60 : 30);
		mia_design_free(&d);
		if (special[k] == MIA_ROLE_AUX) {
			o.with_aux = true;
			d = design(&w, o);
			for (size_t i = 0; i < w.n; i++)
				assert_int_equal(count_in(&d, i), 5);
			mia_design_free(&d);
			o = (struct mia_design_opts){.kind = MIA_DESIGN_AUX,
						     .models = 10,
						     .share = .5};
			d = design(&w, o);
			for (size_t i = 0; i < w.n; i++)
				assert_int_equal(count_in(&d, i),
						 i % 3 ? 0 : 5);
			mia_design_free(&d);
		}
		world_free(&w);
	}
}

/* Coins of a record depend on its id alone, and are fair. */
static void
test_coin(void **state)
{
	struct world w = world(4000, 0, 0), few = w;
	struct mia_design_opts o = {
		.kind = MIA_DESIGN_COIN, .models = 9, .share = .3, .seed = 5};
	struct mia_design d = design(&w, o), e;
	double in[2] = {0}, wanted[2];
	size_t least = 9, most = 0;

	(void)state;
	few.key += 1000;
	few.n = 500;
	e = design(&few, o);
	for (size_t m = 0; m < 9; m++)
		for (size_t i = 0; i < few.n; i++)
			assert_int_equal(mia_design_in(&e, m, i),
					 mia_design_in(&d, m, i + 1000));
	for (size_t i = 0; i < w.n; i++) {
		size_t c = count_in(&d, i);

		in[1] += (double)c;
		in[0] += 9 - (double)c;
		least = c < least ? c : least;
		most = c > most ? c : most;
	}
	wanted[0] = 4000 * 9 * .7;
	wanted[1] = 4000 * 9 * .3;
	assert_true(chi_square(in, wanted, 2) > LEVEL);
	assert_int_equal(d.in_min, least);
	assert_int_equal(d.in_max, most);
	assert_true(least < most);
	mia_design_free(&d);
	mia_design_free(&e);
	world_free(&w);
}

static void
test_pairs(void **state)
{
	struct world w = world(501, 0, 0);
	struct mia_design_opts o = {
		.kind = MIA_DESIGN_PAIRS, .models = 12, .seed = 3};
	struct mia_design d = design(&w, o);
	size_t same = 0;

	(void)state;
	for (size_t i = 0; i < w.n; i++) {
		for (size_t m = 0; m < 12; m += 2)
			assert_int_not_equal(mia_design_in(&d, m, i),
					     mia_design_in(&d, m + 1, i));
		same += mia_design_in(&d, 0, i) == mia_design_in(&d, 2, i);
	}
	assert_in_range(same, 200, 301); /* 251 ± 4.5 deviations */
	assert_int_equal(count_size(&d, 0), 250);
	assert_int_equal(count_size(&d, 1), 251);
	assert_int_equal(count_size(&d, 2), 251);
	mia_design_free(&d);
	world_free(&w);
}

static void
test_draw(void **state)
{
	struct world w = world(569, 0, 0);
	struct mia_design d =
		design(&w, (struct mia_design_opts){.kind = MIA_DESIGN_DRAW,
						    .models = 200,
						    .share = 455. / 569});
	double x = 0;

	(void)state;
	for (size_t m = 0; m < 200; m++)
		assert_int_equal(count_size(&d, m), 455);
	/* Counts a record are binomial, but for one lost degree of freedom. */
	for (size_t i = 0; i < w.n; i++) {
		double z = (double)count_in(&d, i) - 200 * 455. / 569;

		x += z * z / (200 * 455. / 569 * 114. / 568);
	}
	assert_true(gsl_cdf_chisq_Q(x, 568) > LEVEL);
	assert_true(gsl_cdf_chisq_P(x, 568) > LEVEL);
	mia_design_free(&d);
	world_free(&w);
}

static void
test_pools(void **state)
{
	struct world w = world(300, 3, MIA_ROLE_AUX);
	struct mia_design_opts o = {.kind = MIA_DESIGN_POOLS,
				    .models = 40,
				    .set_size = 30,
				    .seed = 11};
	struct mia_design d = design(&w, o);
	size_t ever_in = 0, ever_out = 0;

	(void)state;
	for (size_t i = 0; i < w.n; i++) {
		size_t in = count_in(&d, i), out = 0;

		for (size_t m = 0; m < 40; m++)
			out += mia_design_out(&d, m, i);
		assert_true(in == 0 || out == 0);
		assert_true(i % 3 == 0 || in + out == 0);
		ever_in += in > 0;
		ever_out += out > 0;
	}
	assert_int_equal(ever_in, 50);
	assert_int_equal(ever_out, 50);
	for (size_t m = 0; m < 40; m++) {
		size_t out = 0;

		for (size_t i = 0; i < w.n; i++)
			out += mia_design_out(&d, m, i);
		assert_int_equal(count_size(&d, m), 30);
		assert_int_equal(out, 30);
	}
	mia_design_free(&d);
	o.set_size = 50;
	d = design(&w, o);
	mia_design_free(&d);
	world_free(&w);
}

static void
test_seed(void **state)
{
	struct world w = world(200, 2, MIA_ROLE_AUX);

	(void)state;
	for (int kind = 0; kind <= MIA_DESIGN_AUX; kind++) {
		struct mia_design_opts o = {.kind = (enum mia_design_kind)kind,
					    .models = 6,
					    .share = .5,
					    .set_size = 20};
		struct mia_design a = design(&w, o), b = design(&w, o), c;
		size_t bytes = 6 * a.words * sizeof(*a.in);

		o.seed = 1;
		c = design(&w, o);
		assert_memory_equal(a.in, b.in, bytes);
		assert_memory_not_equal(a.in, c.in, bytes);
		mia_design_free(&a);
		mia_design_free(&b);
		mia_design_free(&c);
	}
	world_free(&w);
}

static void
test_faults(void **state)
{
	static const struct {
		struct mia_design_opts o;
		int code;
		const char *says;
	} t[] = {
		{{.models = 4, .share = .9}, MIA_USAGE, "4 of them"},
		{{.models = 4, .share = .1}, MIA_USAGE, "0 of them"},
		{{.models = 1, .share = .5}, MIA_USAGE, "more --shadows"},
		{{.kind = MIA_DESIGN_PAIRS, .models = 3},
		 MIA_USAGE,
		 "even number"},
		{{.kind = MIA_DESIGN_DRAW, .models = 3, .share = .999},
		 MIA_USAGE,
		 "--share"},
		{{.kind = MIA_DESIGN_POOLS, .models = 3, .set_size = 1},
		 MIA_DATA,
		 "aux"},
		{{.kind = MIA_DESIGN_AUX, .models = 4, .share = .5},
		 MIA_DATA,
		 "aux"},
		{{.kind = MIA_DESIGN_COIN, .models = 50, .share = 1e-6},
		 MIA_USAGE,
		 "no record"},
	};
	struct world w = world(30, 0, 0);

	(void)state;
	for (size_t k = 0; k < sizeof(t) / sizeof(*t); k++) {
		struct mia_design d;
		struct mia_fault f = {0};

		assert_int_equal(
			mia_design_init(&d, &t[k].o, w.key, w.role, w.n, &f),
			-1);
		assert_int_equal(f.code, t[k].code);
		if (strstr(f.text, t[k].says) == NULL)
			fail_msg("'%s' lacks '%s'", f.text, t[k].says);
		mia_design_free(&d);
	}
	world_free(&w);
	w = world(30, 3, MIA_ROLE_AUX);
	{
		struct mia_design d;
		struct mia_fault f = {0};
		struct mia_design_opts o = {
			.kind = MIA_DESIGN_POOLS, .models = 2, .set_size = 6};

		assert_int_equal(
			mia_design_init(&d, &o, w.key, w.role, w.n, &f), -1);
		assert_non_null(strstr(f.text, "5 records"));
		mia_design_free(&d);
	}
	world_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_balanced_counts),
		cmocka_unit_test(test_balanced_any),
		cmocka_unit_test(test_balanced_uniform),
		cmocka_unit_test(test_balanced_small),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_coin),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_draw),
		cmocka_unit_test(test_pools),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
