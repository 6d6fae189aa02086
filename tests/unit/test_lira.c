#include "lira.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_psi.h>

#include "maths/rng.h"
#include "maths/tails.h"

/* Many entries whose variances are v times chi-square over d. */
static void
random_moments(struct mia_moments *m, size_t n, struct mia_rng *r, bool spread)
{
	for (size_t i = 0; i < n; i++) {
		double scale = spread ? exp(mia_rng_normal(r)) : 1.7;
		size_t k = 2 + mia_rng_below(r, 9);

		m[i] = (struct mia_moments){0};
		for (size_t j = 0; j < k; j++)
			mia_moments_add(&m[i], scale * mia_rng_normal(r));
	}
}

/* The fit against its defining equation, solved by halving. */
static void
prior_solves_its_equation(void **state)
{
	static struct mia_moments m[20000];
	struct mia_rng r;
	struct mia_lira_prior p;
	struct mia_fault f = {0};
	double e = 0, square = 0, trigamma = 0, lo = 1e-3, hi = 1e6, n = 20000;

	(void)state;
	mia_rng_init(&r, 1, "test-lira/prior", 0);
	random_moments(m, 20000, &r, true);
	m[7] = (struct mia_moments){.n = 1, .mean = 2};
	m[8] = (struct mia_moments){.n = 5, .mean = 2};
	m[9] = (struct mia_moments){0};
	assert_int_equal(mia_lira_prior_fit(&p, m, 20000, &f), 0);
	assert_int_equal(p.fitted, 20000 - 3);
	assert_int_equal(p.left_out, 2);
	n -= 3;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < 20000; i++) {
			double d = (double)m[i].n - 1, x;

			if (!(m[i].m2 > 0))
				continue;
			x = log(m[i].m2 / d) - gsl_sf_psi(d / 2) + log(d / 2);
			if (pass == 0) {
				e += x / n;
				trigamma += gsl_sf_psi_1(d / 2) / n;
			} else {
				square += (x - e) * (x - e) / (n - 1);
			}
		}
	for (int i = 0; i < 200; i++) {
		double mid = sqrt(lo * hi);

		if (gsl_sf_psi_1(mid / 2) > square - trigamma)
			lo = mid;
		else
			hi = mid;
	}
	assert_true(close_to(p.df, lo, 1e-9));
	assert_true(close_to(p.variance,
			     exp(e + gsl_sf_psi(lo / 2) - log(lo / 2)), 1e-9));
	/* Deviations exp(normal): variances are log-normal, no inverse
	 * chi-square, but close to one of 2 / psi' = log variance 4. */
	assert_true(p.df > 0.8 && p.df < 2.5);
}

static void
prior_of_equal_variances(void **state)
{
	static struct mia_moments m[20000];
	struct mia_rng r;
	struct mia_lira_prior p;
	struct mia_fault f = {0};

	(void)state;
	mia_rng_init(&r, 4, "test-lira/prior", 1);
	random_moments(m, 20000, &r, false);
	assert_int_equal(mia_lira_prior_fit(&p, m, 20000, &f), 0);
	assert_true(p.df > 300);
	assert_true(near(p.variance, 1.7 * 1.7, 0.03));
	/* One entry tells nothing about spread: nu is infinite. */
	assert_int_equal(mia_lira_prior_fit(&p, m, 1, &f), 0);
	assert_true(isinf(p.df));
	/* Nothing varies. */
	memset(m, 0, sizeof(m));
	m[3].n = 7;
	assert_int_equal(mia_lira_prior_fit(&p, m, 10, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
}

static double
log_normal(double t, double m, double s)
{
	return -0.5 * pow((t - m) / s, 2) - log(s * sqrt(2 * M_PI));
}

static void
variants_by_hand(void **state)
{
	static struct data x;
	struct mia_lira_rule r = {0};
	struct mia_lira_note note;
	struct mia_fault f = {0};
	double s[4], pool, raw, nu, v, z;

	(void)state;
	four_records(&x);
	r.form = MIA_LIRA_TAIL;
	r.variance = MIA_LIRA_PER_RECORD;
	assert_int_equal(mia_lira_score(&x.d, &r, s, &note, &f), 0);
	/* OUT distances: .5 .5 1 1 0 0 1 1 */
	pool = sqrt((0.5 + 2 + 0 + 2) / 8);
	assert_int_equal(note.zero_out, 1);
	assert_int_equal(note.zero_in, 0);
	assert_true(close_to(s[0], mia_normal_signed_tail(-0.25 / 0.5), 1e-14));
	assert_true(close_to(s[1], mia_normal_signed_tail(-2.75), 1e-14));
	assert_true(close_to(s[2], mia_normal_signed_tail(3.25 / pool), 1e-14));
	assert_true(close_to(s[3], mia_normal_signed_tail(2.25), 1e-14));
	/* One low for members: the other way round. */
	x.d.sense = -1;
	assert_int_equal(mia_lira_score(&x.d, &r, s, &note, &f), 0);
	assert_true(close_to(s[3], -mia_normal_signed_tail(2.25), 1e-14));
	x.d.sense = 1;

	r.form = MIA_LIRA_ONLINE;
	r.variance = MIA_LIRA_POOLED;
	assert_int_equal(mia_lira_score(&x.d, &r, s, &note, &f), 0);
	assert_true(close_to(s[1],
			     log_normal(1.25, 4, sqrt((2 + 32 + 0 + 2) / 12.)) -
				     log_normal(1.25, 4, pool),
			     1e-14));

	/* OUT raw: 0 1 3 5 -1 -1 2 0, mean 9/8, squares 41 */
	raw = sqrt(41 / 8. - pow(9 / 8., 2));
	r.form = MIA_LIRA_OUT;
	r.variance = MIA_LIRA_POOLED_RAW;
	assert_int_equal(mia_lira_score(&x.d, &r, s, &note, &f), 0);
	assert_true(close_to(s[3], -log_normal(3.25, 1, raw), 1e-14));

	r.form = MIA_LIRA_TAIL;
	r.variance = MIA_LIRA_SHRUNKEN;
	assert_int_equal(mia_lira_score(&x.d, &r, s, &note, &f), 0);
	assert_int_equal(note.out.fitted, 3);
	assert_int_equal(note.out.left_out, 1);
	nu = note.out.df;
	assert_true(isinf(nu)); /* variances .5 2 2 with 1 df each */
	v = note.out.variance;
	z = (2.25 + 1) / sqrt(v * 1.5);
	assert_true(close_to(s[2], mia_normal_signed_tail(z), 1e-14));
}

/* The shrunken score by its definition, nu finite, counts unequal. */
static void
shrunken_by_definition(void **state)
{
	static struct data x;
	struct mia_lira_rule r = {.form = MIA_LIRA_ONLINE,
				  .variance = MIA_LIRA_SHRUNKEN};
	struct mia_lira_note note;
	struct mia_fault f = {0};
	struct mia_rng rng;
	double s[100];

	(void)state;
	mia_rng_init(&rng, 2, "test-lira/shrunken", 0);
	data_init(&x, 100, 1);
	random_moments(x.in, 100, &rng, true);
	random_moments(x.out, 100, &rng, true);
	x.out[5] = (struct mia_moments){.n = 1, .mean = 0.5};
	x.in[6] = (struct mia_moments){0};
	for (size_t i = 0; i < 100; i++)
		x.target[i] = 2 * mia_rng_normal(&rng);
	assert_int_equal(mia_lira_score(&x.d, &r, s, &note, &f), 0);
	assert_true(isfinite(note.in.df) && isfinite(note.out.df));
	assert_true(isnan(s[6]));
	for (size_t i = 0; i < 100; i++) {
		double want = 0;

		for (int side = 0; side < 2; side++) {
			const struct mia_moments *m =
				side ? &x.out[i] : &x.in[i];
			struct mia_lira_prior *p = side ? &note.out : &note.in;
			double n = (double)m->n, df = p->df + n - 1;
			double v = (p->df * p->variance + m->m2) / df;
			double scale = sqrt(v * (1 + 1 / n));
			double l =
				mia_t_log_density(
					(x.target[i] - m->mean) / scale, df) -
				log(scale);

			want += side ? -l : l;
		}
		if (i != 6)
			assert_true(near(s[i], want, 1e-13));
	}
}

/* Far out, offline scores keep their order on both sides; SACRO-ML's do not. */
static void
tails_do_not_saturate(void **state)
{
	static struct data x;
	struct mia_lira_rule r = {.form = MIA_LIRA_TAIL};
	struct mia_lira_note note;
	struct mia_fault f = {0};
	double s[200], sacro[200];

	(void)state;
	data_init(&x, 200, 1);
	for (size_t i = 0; i < 200; i++) {
		x.out[i] = (struct mia_moments){4, 1, 4};
		x.target[i] = 1 + ((double)i - 99.5) * 100;
	}
	assert_int_equal(mia_lira_score(&x.d, &r, s, &note, &f), 0);
	score_by(mia_lira_sacro, "sacro_offline", &x, sacro);
	for (size_t i = 1; i < 200; i++)
		assert_true(s[i] > s[i - 1] && isfinite(s[i]));
	assert_true(sacro[199] == 1 && sacro[101] == 1);
}

static void
views_are_averaged(void **state)
{
	static struct data x, y;
	struct mia_lira_rule r = {.form = MIA_LIRA_ONLINE};
	struct mia_lira_note note;
	struct mia_fault f = {0};
	double two[2], four[4];

	(void)state;
	four_records(&y);
	four_records(&x);
	/* The same entries as two records of two views. */
	x.d.records = x.d.views = 2;
	assert_int_equal(mia_lira_score(&x.d, &r, two, &note, &f), 0);
	assert_int_equal(mia_lira_score(&y.d, &r, four, &note, &f), 0);
	assert_true(two[0] == (four[0] + four[1]) / 2);
	assert_true(two[1] == (four[2] + four[3]) / 2);
}

static void
nothing_varies(void **state)
{
	static struct data x;
	struct mia_lira_note note;
	double s[2];

	(void)state;
	for (int v = 0; v <= MIA_LIRA_SHRUNKEN; v++) {
		struct mia_lira_rule r = {.form = MIA_LIRA_TAIL,
					  .variance =
						  (enum mia_lira_variance)v};
		struct mia_fault f = {0};

		data_init(&x, 2, 1);
		x.out[0] = x.out[1] = (struct mia_moments){3, 0.1, 0};
		assert_int_equal(mia_lira_score(&x.d, &r, s, &note, &f), -1);
		assert_int_equal(f.code, MIA_DATA);
	}
	/* Equal values give a variance of exactly 0, however many. */
	for (size_t n = 1; n < 40; n++) {
		struct mia_moments m = {0};

		for (size_t i = 0; i < n; i++)
			mia_moments_add(&m, 0.1);
		assert_true(m.m2 == 0 && m.mean == 0.1);
	}
}

static void
d_prime(void **state)
{
	struct mia_moments a = {3, 5, 8}, b = {2, 1, 2}, c = {1, 1, 0};

	(void)state;
	assert_true(close_to(mia_lira_dprime(&a, &b), 4 / sqrt(3), 1e-15));
	assert_true(isnan(mia_lira_dprime(&a, &c)));
	a.m2 = b.m2 = 0;
	assert_true(isnan(mia_lira_dprime(&a, &b)));
}

static void
two_sided_tails(void **state)
{
	struct ref r;

	(void)state;
	assert_true(ref_open(&r, "tests/reference/t_two_sided.csv"));
	assert_int_equal(r.rows, 316);
	for (size_t i = 0; i < r.rows; i++) {
		double df = ref_num(&r, i, "df"), t = ref_num(&r, i, "t");

		assert_true(close_to(mia_t_signed_tail(t, df),
				     -ref_num(&r, i, "log_two_sided"), 1e-12));
		assert_true(close_to(mia_t_log_density(t, df),
				     ref_num(&r, i, "log_density"), 1e-14));
	}
	ref_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prior_solves_its_equation),
		cmocka_unit_test(prior_of_equal_variances),
		cmocka_unit_test(variants_by_hand),
		cmocka_unit_test(shrunken_by_definition),
		cmocka_unit_test(tails_do_not_saturate),
		cmocka_unit_test(views_are_averaged),
		cmocka_unit_test(nothing_varies),
		cmocka_unit_test(d_prime),
		cmocka_unit_test(two_sided_tails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
