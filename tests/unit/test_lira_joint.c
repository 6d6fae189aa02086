#include "attack/lira_joint.h"

#include "lira.h"
#include "maths/rng.h"
#include "maths/tails.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joint_by_hand),
		cmocka_unit_test(joint_of_one),
		cmocka_unit_test(joint_needs_two_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
