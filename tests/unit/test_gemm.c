/* The matrix product against three plain loops, on every CPU kind at hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/gemm.h"
#include "maths/rng.h"

/* Element (i, p) of an m x k matrix lies at i * row + p * col. */
struct shape {
	size_t m, n, k;
	int ta, tb, tc; /* stored by columns */
	int add;
};

static size_t
up_to(struct mia_rng *r, size_t n)
{
	return (size_t)mia_rng_below(r, n + 1);
}

static struct shape
draw(struct mia_rng *r)
{
	struct shape s = {up_to(r, 40), up_to(r, 70), up_to(r, 20), 0, 0, 0, 0};

	if (mia_rng_below(r, 8) == 0)
		s.k = 250 + up_to(r, 600); /* more than one block */
	s.ta = mia_rng_below(r, 2) == 1;
	s.tb = mia_rng_below(r, 2) == 1;
	s.tc = mia_rng_below(r, 2) == 1;
	s.add = mia_rng_below(r, 2) == 1;
	return s;
}

static double *
fill(struct mia_rng *r, size_t n)
{
	double *v = mia_alloc(n, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = mia_rng_normal(r) *
		       exp2((double)mia_rng_below(r, 20) - 10);
	return v;
}

static void
naive(const struct shape *s, const double *a, const double *b, double *c)
{
	for (size_t i = 0; i < s->m; i++)
		for (size_t j = 0; j < s->n; j++) {
			double *to = c + (s->tc ? j * s->m + i : i * s->n + j);
			double sum = s->add ? *to : 0;

			for (size_t p = 0; p < s->k; p++)
				sum = fma(
					a[s->ta ? p * s->m + i : i * s->k + p],
					b[s->tb ? j * s->k + p : p * s->n + j],
					sum);
			*to = sum;
		}
}

static void
naive_f(const struct shape *s, const float *a, const float *b, float *c)
{
	for (size_t i = 0; i < s->m; i++)
		for (size_t j = 0; j < s->n; j++) {
			float *to = c + (s->tc ? j * s->m + i : i * s->n + j);
			float sum = s->add ? *to : 0;

			for (size_t p = 0; p < s->k; p++)
				sum = fmaf(
					a[s->ta ? p * s->m + i : i * s->k + p],
					b[s->tb ? j * s->k + p : p * s->n + j],
					sum);
			*to = sum;
		}
}

static void
product(const struct shape *s, enum mia_cpu cpu, struct mia_panels *panels,
	const double *a, const double *b, double *c)
{
	mia_gemm_pack(panels, cpu, s->k, s->n, b, s->tb ? 1 : s->n,
		      s->tb ? s->k : 1);
	mia_gemm(s->m, a, s->ta ? 1 : s->k, s->ta ? s->m : 1, panels, c,
		 s->tc ? 1 : s->n, s->tc ? s->m : 1, s->add);
}

static void
product_f(const struct shape *s, enum mia_cpu cpu, struct mia_panels *panels,
	  const float *a, const float *b, float *c)
{
	mia_gemm_pack_f(panels, cpu, s->k, s->n, b, s->tb ? 1 : s->n,
			s->tb ? s->k : 1);
	mia_gemm_f(s->m, a, s->ta ? 1 : s->k, s->ta ? s->m : 1, panels, c,
		   s->tc ? 1 : s->n, s->tc ? s->m : 1, s->add);
}

static float *
narrow(const double *v, size_t n)
{
	float *f = mia_alloc(n, sizeof(*f));

	for (size_t i = 0; i < n; i++)
		f[i] = (float)v[i];
	return f;
}

static void
test_same_bytes_as_plain_loops(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "test/gemm", 0);
	for (int round = 0; round < 300; round++) {
		struct shape s = draw(&r);
		size_t size = s.m * s.n;
		double *a = fill(&r, s.m * s.k), *b = fill(&r, s.k * s.n);
		double *c = fill(&r, size), *want = fill(&r, size);
		float *fa = narrow(a, s.m * s.k), *fb = narrow(b, s.k * s.n);
		float *fc = narrow(c, size), *fw = narrow(c, size);

		memcpy(want, c, size * sizeof(*c));
		naive(&s, a, b, want);
		naive_f(&s, fa, fb, fw);
		for (int cpu = 0; cpu < MIA_CPUS; cpu++) {
			struct mia_panels panels = {0}, panels_f = {0};
			double *got = mia_alloc(size, sizeof(*got));
			float *fg = mia_alloc(size, sizeof(*fg));

			if (mia_cpu_has(cpu)) {
				memcpy(got, c, size * sizeof(*c));
				memcpy(fg, fc, size * sizeof(*fc));
				product(&s, cpu, &panels, a, b, got);
				product_f(&s, cpu, &panels_f, fa, fb, fg);
				assert_memory_equal(got, want,
						    size * sizeof(*got));
				assert_memory_equal(fg, fw, size * sizeof(*fg));
			}
			mia_panels_free(&panels);
			mia_panels_free(&panels_f);
			free(got);
			free(fg);
		}
		free(a);
		free(b);
		free(c);
		free(want);
		free(fa);
		free(fb);
		free(fc);
		free(fw);
	}
}

/* Packed once, used for two left-hand sides, then packed smaller. */
static void
test_panels_are_reused(void **state)
{
	struct shape s = {7, 33, 300, 0, 0, 0, 0}, t = {5, 3, 2, 0, 0, 0, 0};
	struct mia_panels panels = {0};
	struct mia_rng r;
	double *a, *b, want[7 * 33], got[7 * 33];

	(void)state;
	mia_rng_init(&r, 2, "test/gemm", 0);
	a = fill(&r, 2 * s.m * s.k);
	b = fill(&r, s.k * s.n);
	mia_gemm_pack(&panels, mia_cpu_best(), s.k, s.n, b, s.n, 1);
	for (size_t i = 0; i < 2; i++) {
		mia_gemm(s.m, a + i * s.m * s.k, s.k, 1, &panels, got, s.n, 1,
			 false);
		naive(&s, a + i * s.m * s.k, b, want);
		assert_memory_equal(got, want, sizeof(got));
	}
	product(&t, mia_cpu_best(), &panels, a, b, got);
	naive(&t, a, b, want);
	assert_memory_equal(got, want, t.m * t.n * sizeof(*got));
	mia_panels_free(&panels);
	free(a);
	free(b);
}

static void
test_best_cpu_is_there(void **state)
{
	(void)state;
	assert_true(mia_cpu_has(MIA_CPU_PLAIN));
	assert_true(mia_cpu_has(mia_cpu_best()));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_bytes_as_plain_loops),
		cmocka_unit_test(test_panels_are_reused),
		cmocka_unit_test(test_best_cpu_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
