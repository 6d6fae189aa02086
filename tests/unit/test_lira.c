#include "attack/lira.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_psi.h>

#include "attack/lira_joint.h"
#include "maths/rng.h"
#include "maths/stats.h"
#include "maths/tails.h"
#include "reference.h"

#define MAX_ENTRIES 256

/* Sides built from values, each at most MAX_VALUES an entry. */
#define MAX_VALUES 64
struct data {
	struct mia_lira d;
	double target[MAX_ENTRIES];
	struct mia_moments in[MAX_ENTRIES], out[MAX_ENTRIES];
	double median_in[MAX_ENTRIES], median_out[MAX_ENTRIES];
};

static void
data_init(struct data *x, size_t records, size_t views)
{
	memset(x, 0, sizeof(*x));
	x->d = (struct mia_lira){.records = records,
				 .views = views,
				 .target = x->target,
				 .in = {x->in, x->median_in},
				 .out = {x->out, x->median_out},
				 .sense = 1};
}

static void
set_side(double *v, size_t n, struct mia_moments *m, double *median)
{
	*m = (struct mia_moments){0};
	for (size_t i = 0; i < n; i++)
		mia_moments_add(m, v[i]);
	*median = n > 0 ? mia_stats_median(v, n) : NAN;
}

/* A score by the rule of this name. */
static void
score_by(const struct mia_lira_rule *rules, const char *name, struct data *x,
	 double *score)
{
	struct mia_lira_note note;
	struct mia_fault f = {0};

	for (const struct mia_lira_rule *r = rules; r->name != NULL; r++)
		if (strcmp(r->name, name) == 0) {
			assert_int_equal(
				mia_lira_score(&x->d, r, score, &note, &f), 0);
			return;
		}
	fail_msg("no rule '%s'", name);
}

static void
same_as_column(const struct mia_lira_rule *rules, const char *name,
	       struct data *x, const struct ref *r, const char *column,
	       double tol)
{
	double score[MAX_ENTRIES];

	score_by(rules, name, x, score);
	assert_int_equal(r->rows, x->d.records);
	for (size_t i = 0; i < r->rows; i++)
		if (!near(score[i], ref_num(r, i, column), tol))
			fail_msg("%s, record %zu: %.17g, not %.17g", name, i,
				 score[i], ref_num(r, i, column));
}

/* The matrix m9 of the vectors, from its logits' exact phi. cut: keep 3 IN
 * and 4 OUT, as Carlini's code does. */
static void
m9(struct data *x, bool cut)
{
	struct ref phi, keep;

	assert_true(ref_open(&phi, "tests/reference/m9_phi.csv"));
	assert_true(ref_open(&keep, "tests/reference/m9_keep.csv"));
	data_init(x, 48, 2);
	for (size_t e = 0; e < 48; e++)
		for (size_t a = 0; a < 2; a++) {
			double in[8], out[8];
			size_t n_in = 0, n_out = 0, i = e * 2 + a;

			for (size_t m = 0; m < 8; m++) {
				double v = ref_num(&phi, (m * 48 + e) * 2 + a,
						   "phi_exact");
				char name[8];

				snprintf(name, sizeof(name), "m%02zu", m);
				if (ref_num(&keep, e, name) == 1)
					in[n_in++] = v;
				else
					out[n_out++] = v;
			}
			x->target[i] = ref_num(&phi, (8 * 48 + e) * 2 + a,
					       "phi_exact");
			set_side(in, cut ? 3 : n_in, &x->in[i],
				 &x->median_in[i]);
			set_side(out, cut ? 4 : n_out, &x->out[i],
				 &x->median_out[i]);
		}
	ref_close(&phi);
	ref_close(&keep);
}

static void
carlini_as_printed(void **state)
{
	static struct data x;
	struct ref r;

	(void)state;
	m9(&x, true);
	assert_true(ref_open(&r, "tests/reference/m9_all_scores.csv"));
	same_as_column(mia_lira_carlini, "carlini_online", &x, &r,
		       "lira_online", 2e-12);
	same_as_column(mia_lira_carlini, "carlini_online_fixed", &x, &r,
		       "lira_online_fixvar", 2e-12);
	same_as_column(mia_lira_carlini, "carlini_offline", &x, &r,
		       "lira_offline", 2e-12);
	same_as_column(mia_lira_carlini, "carlini_offline_fixed", &x, &r,
		       "lira_offline_fixvar", 2e-12);
	same_as_column(mia_lira_carlini, "carlini_global", &x, &r,
		       "global_threshold", 1e-14);
	ref_close(&r);
}

static void
tfp_as_printed(void **state)
{
	static struct data x;
	struct ref r;
	size_t columns = 0;

	(void)state;
	m9(&x, false);
	assert_true(ref_open(&r, "tests/reference/m9_all_scores.csv"));
	for (size_t i = 0; i < r.columns; i++) {
		if (strncmp(r.name[i], "tfp_", 4) != 0)
			continue;
		same_as_column(mia_lira_tfp, r.name[i], &x, &r, r.name[i],
			       2e-12);
		columns++;
	}
	assert_int_equal(columns, 18);
	ref_close(&r);
}

/* Our plain variants are TFP's mean ones where nothing is degenerate. */
static void
own_variants_and_tfp(void **state)
{
	static struct data x;
	struct ref r;

	(void)state;
	m9(&x, false);
	assert_true(ref_open(&r, "tests/reference/m9_all_scores.csv"));
	for (int median = 0; median < 2; median++) {
		const struct mia_lira_rule own[] = {
			{"per", MIA_LIRA_ONLINE, MIA_LIRA_PER_RECORD, median, 0,
			 false},
			{"pooled", MIA_LIRA_ONLINE, MIA_LIRA_POOLED, median, 0,
			 false},
			{0},
		};

		same_as_column(own, "per", &x, &r,
			       median ? "tfp_lira_both_per_median"
				      : "tfp_lira_both_per_mean",
			       2e-12);
		same_as_column(own, "pooled", &x, &r,
			       median ? "tfp_lira_both_fix_median"
				      : "tfp_lira_both_fix_mean",
			       2e-12);
	}
	ref_close(&r);
}

/* SACRO-ML's logit: p clamped to [1e-16, 1 - 2^-53], then log p/(1-p). */
static double
sacro_logit(double p)
{
	p = fmax(fmin(p, 1 - 1e-16), 1e-16);
	return log(p / (1 - p));
}

static void
sacro_as_printed(void **state)
{
	static const struct {
		const char *rule, *column;
	} same[] = {
		{"sacro_offline", "offline"},
		{"sacro_offline_fixed", "offline_fixvar"},
		{"sacro_offline_carlini", "offline-carlini"},
		{"sacro_offline_carlini_fixed", "offline-carlini_fixvar"},
		{"sacro_online_carlini", "online-carlini"},
		{"sacro_online_carlini_fixed", "online-carlini_fixvar"},
	};
	static struct data x;
	struct ref conf, mask, data, proba, stats, r;

	(void)state;
	assert_true(ref_open(&conf, "tests/reference/sacro_shadow_conf.csv"));
	assert_true(ref_open(&mask, "tests/reference/sacro_in_mask.csv"));
	assert_true(ref_open(&data, "tests/reference/sacro_data.csv"));
	assert_true(ref_open(&proba, "tests/reference/sacro_target_proba.csv"));
	assert_true(ref_open(&stats, "tests/reference/sacro_stats.csv"));
	assert_true(ref_open(&r, "tests/reference/sacro_scores.csv"));
	data_init(&x, r.rows, 1);
	assert_int_equal(r.rows, 240);
	for (size_t i = 0; i < r.rows; i++) {
		double in[MAX_VALUES], out[MAX_VALUES];
		size_t n_in = 0, n_out = 0;
		const char *label = ref_text(&data, i, "label");

		for (size_t m = 0; m < conf.columns; m++) {
			double v = sacro_logit(
				strtod(conf.cell[i * conf.columns + m], NULL));

			if (mask.cell[i * mask.columns + m][0] == '1')
				in[n_in++] = v;
			else
				out[n_out++] = v;
		}
		x.target[i] = sacro_logit(
			ref_num(&proba, i, label[0] == '1' ? "p1" : "p0"));
		set_side(in, n_in, &x.in[i], &x.median_in[i]);
		set_side(out, n_out, &x.out[i], &x.median_out[i]);
		assert_true(close_to(x.target[i],
				     ref_num(&stats, i, "target_logit"),
				     1e-13));
		assert_true(close_to(x.out[i].mean,
				     ref_num(&stats, i, "out_mean"), 1e-13));
		assert_true(close_to(x.in[i].mean,
				     ref_num(&stats, i, "in_mean"), 1e-13));
		assert_true(close_to(
			sqrt(mia_moments_variance(&x.out[i])) + 1e-16,
			ref_num(&stats, i, "out_std_plus_eps"), 1e-12));
		assert_true(
			close_to(sqrt(mia_moments_variance(&x.in[i])) + 1e-16,
				 ref_num(&stats, i, "in_std_plus_eps"), 1e-12));
	}
	for (size_t c = 0; c < sizeof(same) / sizeof(same[0]); c++)
		same_as_column(mia_lira_sacro, same[c].rule, &x, &r,
			       same[c].column, 2e-12);
	ref_close(&conf);
	ref_close(&mask);
	ref_close(&data);
	ref_close(&proba);
	ref_close(&stats);
	ref_close(&r);
}

/* SACRO-ML's records without OUT: centre and deviation 0, score 0 or 1. */
static void
sacro_empty_sides(void **state)
{
	static struct data x;
	double score[3], some[2] = {1, 2};

	(void)state;
	data_init(&x, 3, 1);
	x.target[0] = 0.5;
	x.target[1] = -0.5;
	x.target[2] = 1.5;
	set_side(some, 2, &x.out[2], &x.median_out[2]);
	score_by(mia_lira_sacro, "sacro_offline", &x, score);
	assert_true(score[0] == 1 && score[1] == 0 && score[2] == 0.5);
}

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

/* Values of four records, worked by hand below. */
static void
four_records(struct data *x)
{
	double in[4][3] = {{1, 2, 3}, {0, 4, 8}, {2, 2, 2}, {5, 6, 7}};
	double out[4][2] = {{0, 1}, {3, 5}, {-1, -1}, {2, 0}};

	data_init(x, 4, 1);
	for (size_t i = 0; i < 4; i++) {
		x->target[i] = (double)i + 0.25;
		set_side(in[i], 3, &x->in[i], &x->median_in[i]);
		set_side(out[i], 2, &x->out[i], &x->median_out[i]);
	}
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

/* Two signals against the bivariate normal written out; one of eight records
 * with too few values, and everything per record or pooled. */
static void
joint_by_hand(void **state)
{
	double target[16], mean_in[16] = {0}, mean_out[16] = {0};
	double prod_in[24] = {0}, prod_out[24] = {0};
	uint64_t n_in[8] = {0}, n_out[8] = {0};
	double v[2][8][6][2];
	struct mia_lira_joint d = {8,
				   1,
				   2,
				   target,
				   {n_in, mean_in, prod_in},
				   {n_out, mean_out, prod_out},
				   {1, -1}};
	struct mia_rng rng;

	(void)state;
	mia_rng_init(&rng, 3, "test-lira/joint", 0);
	for (size_t i = 0; i < 8; i++) {
		size_t k = i == 3 ? 2 : 6;

		target[2 * i] = mia_rng_normal(&rng);
		target[2 * i + 1] = mia_rng_normal(&rng);
		for (int side = 0; side < 2; side++)
			for (size_t j = 0; j < k; j++) {
				double *x = v[side][i][j];

				x[0] = mia_rng_normal(&rng) + side;
				x[1] = 0.6 * x[0] + mia_rng_normal(&rng);
				if (side == 0)
					mia_products_add(2, &n_in[i],
							 mean_in + 2 * i,
							 prod_in + 3 * i, x);
				else
					mia_products_add(2, &n_out[i],
							 mean_out + 2 * i,
							 prod_out + 3 * i, x);
			}
	}
	for (int pooled = 0; pooled < 2; pooled++)
		for (int online = 0; online < 2; online++) {
			struct mia_lira_rule r = {
				.form = online ? MIA_LIRA_ONLINE
					       : MIA_LIRA_TAIL,
				.variance = pooled ? MIA_LIRA_POOLED
						   : MIA_LIRA_PER_RECORD};
			struct mia_lira_note note;
			struct mia_fault f = {0};
			double s[8];

			assert_int_equal(
				mia_lira_joint_score(&d, &r, s, &note, &f), 0);
			assert_int_equal(note.zero_out, !pooled);
			assert_int_equal(note.zero_in, !pooled && online);
			for (size_t i = 0; i < 8; i++) {
				double l[2], z = 0;

				for (int side = 0; side < 2; side++) {
					double a = 0, b = 0, c = 0, n = 0, det;
					double m[2] = {0}, dx, dy, rho;
					bool all = pooled || i == 3;

					for (size_t e = 0; e < 8; e++) {
						size_t k = e == 3 ? 2 : 6;
						double u[2] = {0};

						if (!all && e != i)
							continue;
						for (size_t j = 0; j < 2 * k;
						     j++)
							u[j % 2] += v[side][e]
								     [j / 2]
								     [j % 2] /
								    (double)k;
						for (size_t j = 0; j < k; j++) {
							double *x =
								v[side][e][j];

							a += (x[0] - u[0]) *
							     (x[0] - u[0]);
							b += (x[0] - u[0]) *
							     (x[1] - u[1]);
							c += (x[1] - u[1]) *
							     (x[1] - u[1]);
						}
						n += (double)k;
						if (e == i)
							memcpy(m, u, sizeof(m));
					}
					a /= n;
					b /= n;
					c /= n;
					det = a * c - b * b;
					dx = target[2 * i] - m[0];
					dy = target[2 * i + 1] - m[1];
					l[side] = -0.5 * log(det) -
						  0.5 *
							  (c * dx * dx -
							   2 * b * dx * dy +
							   a * dy * dy) /
							  det;
					rho = b / sqrt(a * c);
					z = (dx / sqrt(a) - dy / sqrt(c)) /
					    sqrt(2 - 2 * rho);
				}
				assert_true(
					near(s[i],
					     online ? l[0] - l[1]
						    : mia_normal_signed_tail(z),
					     1e-12));
			}
		}
}

/* With one signal the joint scores are the single ones. */
static void
joint_of_one(void **state)
{
	static struct data x;
	double pin[4], pout[4], mi[4], mo[4], a[4], b[4];
	uint64_t ni[4], no[4];
	struct mia_lira_joint d = {
		4, 1, 1, x.target, {ni, mi, pin}, {no, mo, pout}, {1}};
	struct mia_lira_note note;
	struct mia_fault f = {0};

	(void)state;
	four_records(&x);
	for (size_t i = 0; i < 4; i++) {
		ni[i] = x.in[i].n;
		mi[i] = x.in[i].mean;
		pin[i] = x.in[i].m2;
		no[i] = x.out[i].n;
		mo[i] = x.out[i].mean;
		pout[i] = x.out[i].m2;
	}
	for (int v = 0; v <= MIA_LIRA_POOLED_RAW; v++)
		for (int online = 0; online < 2; online++) {
			struct mia_lira_rule r = {
				.form = online ? MIA_LIRA_ONLINE
					       : MIA_LIRA_TAIL,
				.variance = (enum mia_lira_variance)v};

			assert_int_equal(
				mia_lira_joint_score(&d, &r, a, &note, &f), 0);
			assert_int_equal(mia_lira_score(&x.d, &r, b, &note, &f),
					 0);
			for (size_t i = 0; i < 4; i++)
				assert_true(near(a[i], b[i], 1e-13));
		}
}

static void
joint_needs_two_signals(void **state)
{
	double target[4] = {0, 0, 1, 2}, mean[4] = {0}, product[6] = {0};
	uint64_t n[2] = {0};
	struct mia_lira_joint d = {
		2,     1, 2, target, {n, mean, product}, {n, mean, product},
		{1, 1}};
	struct mia_lira_rule r = {.form = MIA_LIRA_TAIL};
	struct mia_lira_note note;
	struct mia_fault f = {0};
	double s[2];

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		double x[2] = {(double)(i * i % 11), 0};

		x[1] = 3 * x[0] + 1;
		mia_products_add(2, &n[i % 2], mean + 2 * (i % 2),
				 product + 3 * (i % 2), x);
	}
	assert_int_equal(mia_lira_joint_score(&d, &r, s, &note, &f), -1);
	assert_non_null(strstr(f.text, "functions of each other"));
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
		cmocka_unit_test(carlini_as_printed),
		cmocka_unit_test(tfp_as_printed),
		cmocka_unit_test(own_variants_and_tfp),
		cmocka_unit_test(sacro_as_printed),
		cmocka_unit_test(sacro_empty_sides),
		cmocka_unit_test(prior_solves_its_equation),
		cmocka_unit_test(prior_of_equal_variances),
		cmocka_unit_test(variants_by_hand),
		cmocka_unit_test(shrunken_by_definition),
		cmocka_unit_test(tails_do_not_saturate),
		cmocka_unit_test(views_are_averaged),
		cmocka_unit_test(nothing_varies),
		cmocka_unit_test(d_prime),
		cmocka_unit_test(joint_by_hand),
		cmocka_unit_test(joint_of_one),
		cmocka_unit_test(joint_needs_two_signals),
		cmocka_unit_test(two_sided_tails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
