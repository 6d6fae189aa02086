#ifndef MIA_TESTS_LIRA_H
#define MIA_TESTS_LIRA_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "attack/lira.h"
#include "maths/stats.h"
#include "reference.h"

/* Sides of LiRA from values, for its tests. */
#define MAX_ENTRIES 256

/* Sides built from values, each at most MAX_VALUES an entry. */
#define MAX_VALUES 64
struct data {
	struct mia_lira d;
	double target[MAX_ENTRIES];
	struct mia_moments in[MAX_ENTRIES], out[MAX_ENTRIES];
	double median_in[MAX_ENTRIES], median_out[MAX_ENTRIES];
};

static inline void
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

static inline void
set_side(double *v, size_t n, struct mia_moments *m, double *median)
{
	*m = (struct mia_moments){0};
	for (size_t i = 0; i < n; i++)
		mia_moments_add(m, v[i]);
	*median = n > 0 ? mia_stats_median(v, n) : NAN;
}

/* A score by the rule of this name. */
static inline void
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

/* Values of four records, worked by hand below. */
static inline void
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

#endif
