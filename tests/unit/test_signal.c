#include "attack/signal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "maths/rng.h"
#include "reference.h"

#define ALL   ((1u << MIA_SIGNALS) - 1)
#define FLOOR MIA_SIGNAL_FLOOR

/* A row of cells z0, z1, … as numbers; returns how many are filled. */
static size_t
logits_of(const struct ref *r, size_t row, double z[10])
{
	size_t k = 0;

	for (size_t i = 0; i < r->columns && k < 10; i++) {
		const char *s = r->cell[row * r->columns + i];

		if (r->name[i][0] == 'z' && r->name[i][1] != '\0' && *s != '\0')
			z[k++] = strtod(s, NULL);
	}
	return k;
}

/* The logits of m9's target, augmentation 0, of one example. */
static size_t
m9_logits(const struct ref *r, size_t model, size_t example, size_t aug,
	  double z[10])
{
	size_t row = (model * 48 + example) * 2 + aug;

	assert_int_equal(ref_num(r, row, "model"), model);
	assert_int_equal(ref_num(r, row, "example"), example);
	assert_int_equal(ref_num(r, row, "aug"), aug);
	return logits_of(r, row, z);
}

static void
softmax(const double *z, size_t k, double *p)
{
	double top = z[0], sum = 0;

	for (size_t j = 1; j < k; j++)
		top = fmax(top, z[j]);
	for (size_t j = 0; j < k; j++)
		sum += p[j] = exp(z[j] - top);
	for (size_t j = 0; j < k; j++)
		p[j] /= sum;
}

static void
check(const char *what, size_t row, double got, double want, double tol)
{
	if (!close_to(got, want, tol))
		fail_msg("row %zu: %s is %.17g, not %.17g", row, what, got,
			 want);
}

/*
 * Margins from 0 to 1e4 on offsets of 0 and +-500: 1e-14 of the answer, and
 * where a logit of 500 takes part, what its own rounding allows (1e-13).
 */
static void
edges_are_exact(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/statistics_edge.csv"));
	assert_int_equal(r.rows, 26);
	for (size_t i = 0; i < r.rows; i++) {
		double z[10], out[MIA_SIGNALS], big = 0, slack;
		size_t k = logits_of(&r, i, z);
		size_t y = (size_t)ref_num(&r, i, "label");
		struct mia_fault f = {0};

		assert_int_equal(k, ref_num(&r, i, "n_class"));
		assert_int_equal(
			mia_signal_logits(z, k, y, FLOOR, ALL, out, &f), 0);
		for (size_t j = 0; j < k; j++)
			big = fmax(big, fabs(z[j]));
		slack = big > 100 ? 2e-13 : 2e-15;
		assert_true(fabs(out[MIA_SIGNAL_PHI] -
				 ref_num(&r, i, "phi_exact")) <=
			    slack + 1e-14 * fabs(out[MIA_SIGNAL_PHI]));
		check("loss", i, out[MIA_SIGNAL_LOSS],
		      ref_num(&r, i, "loss_exact"), 1e-14 + slack);
		check("conf", i, out[MIA_SIGNAL_CONF],
		      ref_num(&r, i, "conf_exact"), 1e-14 + slack);
		check("hinge", i, out[MIA_SIGNAL_HINGE],
		      ref_num(&r, i, "hinge"), 1e-13);
		check("entropy", i, out[MIA_SIGNAL_ENTROPY],
		      ref_num(&r, i, "entropy_exact"), 1e-14 + slack);
		check("mentropy", i, out[MIA_SIGNAL_MENTROPY],
		      ref_num(&r, i, "modified_entropy_exact"),
		      1e-14 + 2 * slack);
	}
	ref_close(&r);
}

static void
phi_of_the_matrix(void **state)
{
	struct ref z, y, phi;

	(void)state;
	assert_true(ref_open(&z, "tests/reference/m9_logits.csv"));
	assert_true(ref_open(&y, "tests/reference/m9_labels.csv"));
	assert_true(ref_open(&phi, "tests/reference/m9_phi.csv"));
	assert_int_equal(phi.rows, 9 * 48 * 2);
	for (size_t i = 0; i < phi.rows; i++) {
		double v[10], p[10], out[MIA_SIGNALS];
		size_t e = i / 2 % 48, k = logits_of(&z, i, v);
		size_t label = (size_t)ref_num(&y, e, "label");
		struct mia_fault f = {0};

		assert_string_equal(ref_text(&z, i, "model"),
				    ref_text(&phi, i, "model"));
		mia_signal_logits(v, k, label, FLOOR, ALL, out, &f);
		assert_true(near(out[MIA_SIGNAL_PHI],
				 ref_num(&phi, i, "phi_exact"), 6e-15));
		assert_true(near(out[MIA_SIGNAL_PHI],
				 ref_num(&phi, i, "phi_peer_f64"), 1e-14));
		softmax(v, k, p);
		mia_signal_probs(p, k, label, FLOOR, ALL, out, &f);
		assert_true(near(out[MIA_SIGNAL_PHI],
				 ref_num(&phi, i, "phi_exact"), 1e-14));
	}
	ref_close(&z);
	ref_close(&y);
	ref_close(&phi);
}

/* What tensorflow/privacy calls by other names; from logits and from
 * probabilities. */
static void
statistics_of_the_target(void **state)
{
	struct ref z, s;

	(void)state;
	assert_true(ref_open(&z, "tests/reference/m9_logits.csv"));
	assert_true(ref_open(&s, "tests/reference/m9_statistics.csv"));
	assert_int_equal(s.rows, 48);
	for (size_t i = 0; i < s.rows; i++) {
		static const struct {
			const char *column;
			enum mia_signal signal;
		} same[] = {
			{"correct", MIA_SIGNAL_CORRECT},
			{"tfp_conf_with_prob", MIA_SIGNAL_CONF},
			{"tfp_xe", MIA_SIGNAL_LOSS},
			{"loss_tfp", MIA_SIGNAL_LOSS},
			{"tfp_logit", MIA_SIGNAL_PHI},
			{"tfp_hinge", MIA_SIGNAL_HINGE},
			{"entropy", MIA_SIGNAL_ENTROPY},
			{"modified_entropy", MIA_SIGNAL_MENTROPY},
		};
		double v[10], p[10], a[MIA_SIGNALS], b[MIA_SIGNALS];
		size_t k = m9_logits(&z, 8, i, 0, v);
		size_t y = (size_t)ref_num(&s, i, "label");
		struct mia_fault f = {0};

		softmax(v, k, p);
		mia_signal_logits(v, k, y, FLOOR, ALL, a, &f);
		mia_signal_probs(p, k, y, FLOOR, ALL, b, &f);
		for (size_t c = 0; c < sizeof(same) / sizeof(same[0]); c++) {
			double want = ref_num(&s, i, same[c].column);

			check(same[c].column, i, a[same[c].signal], want,
			      3e-12);
			check(same[c].column, i, b[same[c].signal], want,
			      3e-12);
		}
		/* The logit itself is no signal: z_y in their table. */
		check("z_y", i, v[y], ref_num(&s, i, "tfp_conf_with_logit"),
		      1e-14);
	}
	ref_close(&z);
	ref_close(&s);
}

/* Both ways in agree on random rows, whatever the order of the classes. */
static void
ways_in_agree(void **state)
{
	struct mia_rng r;

	(void)state;
	mia_rng_init(&r, 5, "test-signal", 0);
	for (int n = 0; n < 3000; n++) {
		size_t k = 2 + mia_rng_below(&r, 7);
		size_t y = mia_rng_below(&r, k), turn = mia_rng_below(&r, k);
		double z[10], p[10], w[10], a[MIA_SIGNALS], b[MIA_SIGNALS],
			c[MIA_SIGNALS];
		struct mia_fault f = {0};

		for (size_t j = 0; j < k; j++)
			z[j] = 40 * mia_rng_uniform(&r) - 20;
		softmax(z, k, p);
		for (size_t j = 0; j < k; j++)
			w[(j + turn) % k] = z[j];
		mia_signal_logits(z, k, y, FLOOR, ALL, a, &f);
		mia_signal_probs(p, k, y, FLOOR, ALL, b, &f);
		mia_signal_logits(w, k, (y + turn) % k, FLOOR, ALL, c, &f);
		for (int s = 0; s < MIA_SIGNAL_RESIDUAL; s++) {
			check(mia_signal_name[s], (size_t)n, b[s], a[s], 2e-13);
			check(mia_signal_name[s], (size_t)n, c[s], a[s], 1e-13);
		}
	}
}

static void
zeros_are_floored(void **state)
{
	double p[3] = {0, 0.25, 0.75}, one[3] = {1, 0, 0};
	double z[3] = {-INFINITY, log(0.25), log(0.75)};
	double sure[3] = {7, -INFINITY, -INFINITY}, top[2] = {INFINITY, 3};
	double a[MIA_SIGNALS], b[MIA_SIGNALS];
	struct mia_fault f = {0};

	(void)state;
	/* The true class is impossible. */
	assert_int_equal(mia_signal_probs(p, 3, 0, 1e-4, ALL, a, &f), 1);
	assert_true(near(a[MIA_SIGNAL_PHI], log(1e-4), 1e-15));
	assert_true(near(a[MIA_SIGNAL_LOSS], log1p(1e4), 1e-15));
	assert_true(near(a[MIA_SIGNAL_HINGE], log(1e-4 / 0.75), 1e-15));
	assert_true(a[MIA_SIGNAL_CONF] == 0 && a[MIA_SIGNAL_MARGIN] == -0.75);
	assert_int_equal(mia_signal_logits(z, 3, 0, 1e-4, ALL, b, &f), 1);
	for (int s = 0; s < MIA_SIGNAL_RESIDUAL; s++)
		if (s != MIA_SIGNAL_HINGE)
			assert_true(near(b[s], a[s], 1e-14));
	/* So is every other one. */
	assert_int_equal(mia_signal_probs(one, 3, 0, 1e-4, ALL, a, &f), 1);
	assert_true(near(a[MIA_SIGNAL_PHI], -log(1e-4), 1e-15));
	assert_true(near(a[MIA_SIGNAL_LOSS], log1p(1e-4), 1e-15));
	assert_true(a[MIA_SIGNAL_ENTROPY] == 0);
	assert_true(a[MIA_SIGNAL_MENTROPY] == 0);
	assert_true(a[MIA_SIGNAL_CONF] == 1 && a[MIA_SIGNAL_MARGIN] == 1);
	assert_int_equal(mia_signal_logits(sure, 3, 0, 1e-4, ALL, b, &f), 1);
	for (int s = 0; s < MIA_SIGNAL_RESIDUAL; s++)
		assert_true(near(b[s], a[s], 1e-14));
	assert_int_equal(mia_signal_logits(sure, 3, 1, 1e-4, ALL, b, &f), 1);
	assert_true(b[MIA_SIGNAL_PHI] == log(1e-4) && b[MIA_SIGNAL_CONF] == 0);
	/* One +inf is certainty; a zero elsewhere is nobody's business. */
	assert_int_equal(mia_signal_logits(top, 2, 0, FLOOR, ALL, b, &f), 1);
	assert_true(b[MIA_SIGNAL_PHI] == -log(FLOOR));
	assert_int_equal(mia_signal_logits(top, 2, 1, FLOOR, ALL, b, &f), 1);
	assert_true(b[MIA_SIGNAL_PHI] == log(FLOOR));
	assert_int_equal(mia_signal_probs(p, 3, 1, 1e-4, ALL, a, &f), 0);
	assert_int_equal(mia_signal_logits(z, 3, 1, 1e-4, ALL, b, &f), 0);
	for (int s = 0; s < MIA_SIGNAL_RESIDUAL; s++)
		assert_true(isfinite(a[s]) && near(b[s], a[s], 1e-14));
}

/* The others are summed: an answer of 1 with a trace elsewhere keeps it. */
static void
others_are_summed(void **state)
{
	double p[3] = {1, 3e-40, 1e-40}, out[MIA_SIGNALS];
	struct mia_fault f = {0};

	(void)state;
	assert_int_equal(mia_signal_probs(p, 3, 0, FLOOR, ALL, out, &f), 0);
	check("phi", 0, out[MIA_SIGNAL_PHI], -log(4e-40), 1e-15);
	check("loss", 0, out[MIA_SIGNAL_LOSS], 4e-40, 2e-14);
	check("hinge", 0, out[MIA_SIGNAL_HINGE], -log(3e-40), 1e-15);
	check("mentropy", 0, out[MIA_SIGNAL_MENTROPY], 1.6e-79 + 1e-79, 4e-14);
}

static void
ties_are_not_correct(void **state)
{
	double z[3] = {2, 2, -1}, p[3] = {0.5, 0.5, 0}, out[MIA_SIGNALS];
	struct mia_fault f = {0};

	(void)state;
	for (size_t y = 0; y < 2; y++) {
		mia_signal_logits(z, 3, y, FLOOR, ALL, out, &f);
		assert_true(out[MIA_SIGNAL_CORRECT] == 0);
		assert_true(out[MIA_SIGNAL_MARGIN] == 0);
		mia_signal_probs(p, 3, y, FLOOR, ALL, out, &f);
		assert_true(out[MIA_SIGNAL_CORRECT] == 0);
	}
}

static void
faults(void **state)
{
	double nan[2] = {0, NAN}, two[2] = {INFINITY, INFINITY};
	double huge[2] = {1, -2e300};
	double none[2] = {-INFINITY, -INFINITY}, minus[2] = {1.5, -0.5};
	double out[MIA_SIGNALS];
	struct mia_fault f = {0};

	(void)state;
	assert_int_equal(mia_signal_logits(nan, 2, 0, FLOOR, ALL, out, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	f = (struct mia_fault){0};
	assert_int_equal(mia_signal_logits(two, 2, 0, FLOOR, ALL, out, &f), -1);
	assert_non_null(strstr(f.text, "2 logits are inf"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_signal_logits(huge, 2, 0, FLOOR, ALL, out, &f),
			 -1);
	assert_non_null(strstr(f.text, "a logit is -2e+300"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_signal_logits(none, 2, 0, FLOOR, ALL, out, &f),
			 -1);
	assert_non_null(strstr(f.text, "every logit is -inf"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_signal_probs(minus, 2, 0, FLOOR, ALL, out, &f),
			 -1);
	assert_non_null(strstr(f.text, "1.5 is not a probability"));
	f = (struct mia_fault){0};
	assert_int_equal(mia_signal_probs(nan, 2, 0, FLOOR, ALL, out, &f), -1);
}

static void
residuals(void **state)
{
	double out[MIA_SIGNALS];

	(void)state;
	assert_int_equal(mia_signal_residual(3, 3.5, 1e-6, out), 0);
	assert_true(out[MIA_SIGNAL_RESIDUAL] == -0.5);
	assert_true(out[MIA_SIGNAL_LOSS] == 0.25);
	check("phi", 0, out[MIA_SIGNAL_PHI], 2 * log(2), 1e-15);
	assert_int_equal(mia_signal_residual(3, 3, 1e-6, out), 1);
	check("phi", 0, out[MIA_SIGNAL_PHI], -2 * log(1e-6), 1e-15);
}

static void
names(void **state)
{
	(void)state;
	for (int s = 0; s < MIA_SIGNALS; s++)
		assert_int_equal(mia_signal_find(mia_text(mia_signal_name[s])),
				 s);
	assert_int_equal(mia_signal_find(mia_text("los")), -1);
	assert_int_equal(mia_signal_sense(mia_text("loss")), -1);
	assert_int_equal(mia_signal_sense(mia_text("mentropy")), -1);
	assert_int_equal(mia_signal_sense(mia_text("residual")), 0);
	assert_int_equal(mia_signal_sense(mia_text("phi")), 1);
	assert_int_equal(mia_signal_sense(mia_text("anything")), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges_are_exact),
		cmocka_unit_test(phi_of_the_matrix),
		cmocka_unit_test(statistics_of_the_target),
		cmocka_unit_test(ways_in_agree),
		cmocka_unit_test(zeros_are_floored),
		cmocka_unit_test(others_are_summed),
		cmocka_unit_test(ties_are_not_correct),
		cmocka_unit_test(faults),
		cmocka_unit_test(residuals),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
