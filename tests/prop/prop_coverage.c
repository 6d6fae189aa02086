/*
 * Intervals cover what they promise, by simulation: normal members and
 * non-members, continuous or rounded down to a grid so that scores tie.  A
 * cell fails when so few of its samples were covered that a true coverage of
 * what was promised would do so once in 10^5 runs.  MIA_SLOW=1 runs 20 times
 * as many samples.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

#include "maths/rng.h"
#include "maths/roc.h"

#define MOST 1000

static unsigned
samples(void)
{
	return getenv("MIA_SLOW") != NULL ? 12000 : 600;
}

/* Scores floor(x / grid) of x ~ N(0, 1), members shifted up; grid 0: x. */
struct world {
	double shift, grid;
};

static double
above(const struct world *w, double t, double shift)
{
	return gsl_cdf_ugaussian_Q((w->grid > 0 ? t * w->grid : t) - shift);
}

static void
draw(const struct world *w, double *v, size_t n, double shift,
     struct mia_rng *r)
{
	for (size_t i = 0; i < n; i++) {
		v[i] = mia_rng_normal(r) + shift;
		if (w->grid > 0)
			v[i] = floor(v[i] / w->grid);
	}
}

static double
true_auc(const struct world *w)
{
	double sum = 0;

	if (w->grid == 0)
		return gsl_cdf_ugaussian_P(w->shift / sqrt(2));
	for (double k = floor(-12 / w->grid); k * w->grid < 20; k++)
		sum += (above(w, k, w->shift) - above(w, k + 1, w->shift)) *
		       (1 - (above(w, k, 0) + above(w, k + 1, 0)) / 2);
	return sum;
}

/* The best rate of a threshold whose false-positive rate is at most q. */
static double
true_tpr(const struct world *w, double q)
{
	double k = floor(-12 / w->grid);

	if (w->grid == 0)
		return gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Qinv(q) -
					   w->shift);
	while (above(w, k, 0) > q)
		k++;
	return above(w, k, w->shift);
}

static void
enough(const char *what, const struct world *w, size_t n1, size_t n0, double q,
       unsigned covered, double promised)
{
	unsigned n = samples();

	if (getenv("MIA_SLOW") != NULL)
		print_message("# %s shift %.3g grid %g n1 %zu n0 %zu q %g: "
			      "%.4f\n",
			      what, w->shift, w->grid, n1, n0, q,
			      covered / (double)n);
	if (gsl_cdf_binomial_P(covered, promised, n) < 1e-5)
		fail_msg("%s, shift %g, grid %g, n1 %zu, n0 %zu, q %g: covered "
			 "%u of %u",
			 what, w->shift, w->grid, n1, n0, q, covered, n);
}

static bool
holds(struct mia_interval i, double x)
{
	return i.lo <= x && x <= i.hi;
}

/* EVIDENCE 2 promises .945. */
static void
auc(void **state)
{
	static const size_t n[][2] = {{30, 30}, {200, 1000}, {1, 40},  {2, 40},
				      {5, 50},	{10, 100},   {100, 8}, {3, 3}};
	static const double area[] = {0.5, 0.9, 0.999}, grid[] = {0, 0.5, 3};
	static double m[MOST], v[MOST];
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "coverage/auc", 0);
	for (size_t i = 0; i < sizeof(n) / sizeof(*n); i++)
		for (int j = 0; j < 9; j++) {
			struct world w = {
				M_SQRT2 * gsl_cdf_ugaussian_Pinv(area[j / 3]),
				grid[j % 3]};
			unsigned covered = 0;

			for (unsigned k = 0; k < samples(); k++) {
				struct mia_roc roc;
				struct mia_auc a;

				draw(&w, m, n[i][0], w.shift, &r);
				draw(&w, v, n[i][1], 0, &r);
				mia_roc_init(&roc, m, n[i][0], v, n[i][1],
					     NULL);
				a = mia_roc_auc(&roc);
				covered += holds(
					mia_interval_auc(a.value, a.size, 0.05),
					true_auc(&w));
			}
			enough("auc", &w, n[i][0], n[i][1], 0, covered, 0.945);
		}
}

/*
 * EVIDENCE 3: the population's rate at q, and the rates at the threshold
 * that was found, promise .95.
 */
static void
rates(void **state)
{
	static const size_t n[][2] = {{1000, 100}, {300, 300}, {100, 1000}};
	static const double q[] = {0.1, 0.01}, shift[] = {0, 1, 3},
			    grid[] = {0, 0.25};
	static double m[MOST], v[MOST];
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 1, "coverage/rates", 0);
	for (int c = 0; c < 36; c++) {
		size_t n1 = n[c % 3][0], n0 = n[c % 3][1];
		struct world w = {shift[c / 3 % 3], grid[c / 9 % 2]};
		double rate = q[c / 18];
		unsigned in[3] = {0};

		for (unsigned k = 0; k < samples(); k++) {
			struct mia_roc roc;
			struct mia_point p;

			draw(&w, m, n1, w.shift, &r);
			draw(&w, v, n0, 0, &r);
			mia_roc_init(&roc, m, n1, v, n0, NULL);
			in[0] += holds(mia_roc_tpr(&roc, rate, 0.05),
				       true_tpr(&w, rate));
			p = mia_roc_at(&roc, mia_roc_allowed(rate, n0));
			in[1] += holds(mia_interval_cp(p.tp, n1, 0.05),
				       above(&w, p.threshold, w.shift));
			in[2] += holds(mia_interval_cp(p.fp, n0, 0.05),
				       above(&w, p.threshold, 0));
		}
		enough("tpr_at_fpr", &w, n1, n0, rate, in[0], 0.95);
		enough("tpr_at_threshold", &w, n1, n0, rate, in[1], 0.95);
		enough("fpr_at_threshold", &w, n1, n0, rate, in[2], 0.95);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(auc),
		cmocka_unit_test(rates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
