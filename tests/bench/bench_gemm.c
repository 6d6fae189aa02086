/*
 * The matrix product beside GSL's, CPU time, best of five:
 *
 *	bench_gemm
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <gsl/gsl_blas.h>

#include "base/mem.h"
#include "learn/gemm.h"
#include "maths/rng.h"

#define ROUNDS 5

struct problem {
	const char *name;
	size_t m, n, k;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double
ours(const struct problem *p, enum mia_cpu cpu, const double *a,
     const double *b, double *c)
{
	struct mia_panels panels = {0};
	double best = 1e9;

	for (int i = 0; i < ROUNDS; i++) {
		double start = now(), t;

		mia_gemm_pack(&panels, cpu, p->k, p->n, b, p->n, 1);
		mia_gemm(p->m, a, p->k, 1, &panels, c, p->n, 1, false);
		t = now() - start;
		best = t < best ? t : best;
	}
	mia_panels_free(&panels);
	return best;
}

static double
gsl(const struct problem *p, const double *a, const double *b, double *c)
{
	gsl_matrix_const_view va = gsl_matrix_const_view_array(a, p->m, p->k);
	gsl_matrix_const_view vb = gsl_matrix_const_view_array(b, p->k, p->n);
	gsl_matrix_view vc = gsl_matrix_view_array(c, p->m, p->n);
	double best = 1e9;

	for (int i = 0; i < ROUNDS; i++) {
		double start = now(), t;

		gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, &va.matrix,
			       &vb.matrix, 0, &vc.matrix);
		t = now() - start;
		best = t < best ? t : best;
	}
	return best;
}

int
main(void)
{
	static const struct problem problems[] = {
		{"digits scores", 900, 10, 65},
		{"letter scores", 10000, 26, 17},
		{"location scores", 2500, 30, 447},
		{"layer 784-256", 128, 256, 784},
		{"square 512", 512, 512, 512},
	};
	static const char *const cpu_name[] = {"plain", "avx2", "avx512"};
	struct mia_rng r;

	mia_rng_init(&r, 1, "bench/gemm", 0);
	for (size_t i = 0; i < sizeof(problems) / sizeof(*problems); i++) {
		const struct problem *p = &problems[i];
		double *a = mia_alloc(p->m * p->k, sizeof(*a));
		double *b = mia_alloc(p->k * p->n, sizeof(*b));
		double *c = mia_alloc(p->m * p->n, sizeof(*c));
		double flop = 2e-9 * (double)p->m * (double)p->n * (double)p->k,
		       base;

		for (size_t j = 0; j < p->m * p->k; j++)
			a[j] = mia_rng_normal(&r);
		for (size_t j = 0; j < p->k * p->n; j++)
			b[j] = mia_rng_normal(&r);
		base = gsl(p, a, b, c);
		printf("%-16s gsl %6.2f Gflop/s", p->name, flop / base);
		for (int cpu = 0; cpu < MIA_CPUS; cpu++) {
			double t;

			if (!mia_cpu_has(cpu))
				continue;
			t = ours(p, cpu, a, b, c);
			printf(", %s %6.2f (%.1f x)", cpu_name[cpu], flop / t,
			       base / t);
		}
		printf("\n");
		free(a);
		free(b);
		free(c);
	}
	return 0;
}
