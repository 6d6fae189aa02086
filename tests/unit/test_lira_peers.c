/* The formulae of other tools, against what those tools print. */
#include "lira.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carlini_as_printed),
		cmocka_unit_test(tfp_as_printed),
		cmocka_unit_test(own_variants_and_tfp),
		cmocka_unit_test(sacro_as_printed),
		cmocka_unit_test(sacro_empty_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
