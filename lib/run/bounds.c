#include "run/bounds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "maths/epsilon.h"
#include "maths/epsilon_gauss.h"
#include "maths/epsilon_one_run.h"
#include "maths/exposure.h"
#include "maths/panoramia.h"
#include "maths/roc.h"
#include "maths/sort.h"

#define RATIO(word)                                                            \
	{                                                                      \
		.name = word, .note = "one-sided asymptotic", .counts = true,  \
		.threshold = true                                              \
	}

const struct mia_bound_kind mia_bound_kind[MIA_BOUNDS] = {
	[MIA_BOUND_RANKS] = {.name = "ranks",
			     .note = "one-sided",
			     .delta = true},
	[MIA_BOUND_DKW] = {.name = "dkw",
			   .note = "one-sided all-thresholds",
			   .counts = true,
			   .delta = true},
	[MIA_BOUND_CP] = {.name = "clopper-pearson",
			  .note = "one-sided",
			  .counts = true,
			  .threshold = true,
			  .delta = true},
	[MIA_BOUND_JEFFREYS] = {.name = "jeffreys",
				.note = "one-sided bayesian",
				.counts = true,
				.threshold = true,
				.delta = true},
	[MIA_BOUND_JOINT_BETA] = {.name = "joint-beta",
				  .note = "one-sided bayesian",
				  .counts = true,
				  .threshold = true,
				  .delta = true},
	[MIA_BOUND_GAUSSIAN] = {.name = "gaussian",
				.note = "one-sided gaussian-only",
				.counts = true,
				.threshold = true,
				.delta = true,
				.needs_delta = true},
	[MIA_BOUND_KATZ_LOG] = RATIO("katz-log"),
	[MIA_BOUND_KATZ_LOG + MIA_RATIO_ADJUSTED_LOG] = RATIO("adjusted-log"),
	[MIA_BOUND_KATZ_LOG + MIA_RATIO_BAILEY] = RATIO("bailey"),
	[MIA_BOUND_KATZ_LOG + MIA_RATIO_INV_SINH] = RATIO("inv-sinh"),
	[MIA_BOUND_RATIO_CP] = {.name = "ratio-cp",
				.note = "one-sided",
				.counts = true,
				.threshold = true},
	[MIA_BOUND_AUDIT_2020] = {.name = "audit-2020",
				  .note = "one-sided",
				  .counts = true,
				  .threshold = true},
	[MIA_BOUND_STEINKE] = {.name = "steinke",
			       .note = "one-sided",
			       .guesses = true,
			       .coins = true,
			       .delta = true},
	[MIA_BOUND_STOPPING] = {.name = "stopping",
				.note = "one-sided",
				.coins = true},
	[MIA_BOUND_GAUSSIAN_ONE_RUN] = {.name = "gaussian-one-run",
					.note = "one-sided gaussian-only",
					.guesses = true,
					.coins = true,
					.delta = true,
					.needs_delta = true},
	[MIA_BOUND_EXPOSURE] = {.name = "exposure", .note = ""},
};

enum mia_bound
mia_bound_find(const char *name)
{
	int i = 0;

	while (i < MIA_BOUNDS && strcmp(mia_bound_kind[i].name, name) != 0)
		i++;
	return (enum mia_bound)i;
}

/* --- rows ------------------------------------------------------------------
 */

static int
count_row(const struct mia_bounds *b, struct mia_figure x, const char *metric,
	  uint64_t value, struct mia_fault *f)
{
	x.metric = metric;
	x.value = (double)value;
	x.level = x.delta = NAN;
	x.relation = x.note = NULL;
	return mia_figure_write(b->metrics, &x, f);
}

/* What one bound says; correction: the tests the level was split over. */
struct said {
	double bound, ceiling;
	size_t correction;
};

/* x has the counts; the rest is the same for all bounds. */
static int
bound_rows(const struct mia_bounds *b, struct mia_figure x, enum mia_bound rule,
	   const struct said *s, struct mia_fault *f)
{
	const struct mia_bound_kind *kind = &mia_bound_kind[rule];
	char note[128];
	size_t n;

	n = (size_t)snprintf(note, sizeof(note), "%s", kind->note);
	if (s->correction > 1)
		n += (size_t)snprintf(note + n, sizeof(note) - n,
				      " bonferroni-%zu", s->correction);
	if (b->this_model && !kind->coins)
		snprintf(note + n, sizeof(note) - n, " this-model-only");
	x.metric = "epsilon_lower";
	x.method = kind->name;
	x.note = note;
	x.level = b->level;
	x.relation = b->relation;
	x.delta = kind->coins ? mia_one_run_relaxed(b->delta, b->gamma)
			      : b->delta;
	x.value = x.lo = s->bound;
	x.hi = INFINITY;
	if (mia_figure_write(b->metrics, &x, f) != 0)
		return -1;
	x.metric = "epsilon_ceiling";
	x.value = s->ceiling;
	x.lo = x.hi = x.fpr = x.threshold = NAN;
	return mia_figure_write(b->metrics, &x, f);
}

/* --- from counts -----------------------------------------------------------
 */

static double
of_counts(const struct mia_bounds *b, enum mia_bound rule,
	  const struct mia_counts *c)
{
	double a = 1 - b->level, x;

	switch (rule) {
	case MIA_BOUND_DKW:
		return mia_epsilon_dkw(c, b->delta, a);
	case MIA_BOUND_CP:
		return mia_epsilon_cp(c, b->delta, a);
	case MIA_BOUND_JEFFREYS:
		return mia_epsilon_rectangle(c, b->delta, 2 * a, true).lo;
	case MIA_BOUND_JOINT_BETA:
		return mia_epsilon_joint(c, b->delta, a);
	case MIA_BOUND_GAUSSIAN:
		return mia_gauss_epsilon(mia_epsilon_mu(c, a), b->delta);
	case MIA_BOUND_AUDIT_2020:
		return mia_epsilon_audit_2020(c, b->poisoned, a);
	default:
		x = mia_epsilon_ratio(
			c, (enum mia_ratio)(rule - MIA_BOUND_KATZ_LOG), a);
		return x > 1 ? log(x) : 0;
	}
}

/* Rows of the counts, and those of the bound. */
static int
counted(const struct mia_bounds *b, struct mia_figure x, enum mia_bound rule,
	const struct mia_counts *c, const struct said *s, struct mia_fault *f)
{
	x.method = mia_bound_kind[rule].name;
	x.n1 = (double)c->n1;
	x.n0 = (double)c->n0;
	x.fpr = (double)c->fp / (double)c->n0;
	if (count_row(b, x, "tp", c->tp, f) != 0 ||
	    count_row(b, x, "fp", c->fp, f) != 0)
		return -1;
	return bound_rows(b, x, rule, s, f);
}

static int
bound_counts(const struct mia_bounds *b, struct mia_figure x,
	     enum mia_bound rule, const struct mia_counts *c,
	     struct mia_fault *f)
{
	const struct mia_counts best = {c->n1, c->n1, 0, c->n0};
	const struct said s = {of_counts(b, rule, c), of_counts(b, rule, &best),
			       1};

	return counted(b, x, rule, c, &s, f);
}

int
mia_bounds_counts(const struct mia_bounds *b, const struct mia_figure *what,
		  const struct mia_counts *c, struct mia_fault *f)
{
	for (size_t i = 0; i < b->n_rule; i++)
		if (bound_counts(b, *what, b->rule[i], c, f) != 0)
			return -1;
	return 0;
}

/* --- one run ---------------------------------------------------------------
 */

static double
of_tally(const struct mia_bounds *b, enum mia_bound rule,
	 const struct mia_tally *t)
{
	double a = 1 - b->level;
	double delta = mia_one_run_relaxed(b->delta, b->gamma);

	if (rule == MIA_BOUND_STEINKE)
		return mia_one_run_epsilon(t->m, t->r, t->v, delta, a);
	return mia_gauss_epsilon(mia_one_run_mu(t->m, t->r, t->v, a), delta);
}

static int
bound_tally(const struct mia_bounds *b, struct mia_figure x,
	    enum mia_bound rule, const struct mia_tally *t, uint64_t wanted,
	    struct mia_fault *f)
{
	const struct mia_tally best = {t->m, wanted, wanted};
	const struct said s = {of_tally(b, rule, t), of_tally(b, rule, &best),
			       1};

	x.method = mia_bound_kind[rule].name;
	if (count_row(b, x, "canaries", t->m, f) != 0 ||
	    count_row(b, x, "guesses", t->r, f) != 0 ||
	    count_row(b, x, "correct", t->v, f) != 0)
		return -1;
	return bound_rows(b, x, rule, &s, f);
}

int
mia_bounds_tally(const struct mia_bounds *b, const struct mia_figure *what,
		 const struct mia_tally *t, struct mia_fault *f)
{
	for (size_t i = 0; i < b->n_rule; i++)
		if (bound_tally(b, *what, b->rule[i], t, t->r, f) != 0)
			return -1;
	return 0;
}

/* --- from scores -----------------------------------------------------------
 */

/* Scores at or above t are called members. */
static struct mia_counts
counts_from(const struct mia_roc *r, double t)
{
	return (struct mia_counts){mia_sort_from(r->member, r->n1, t), r->n1,
				   mia_sort_from(r->non, r->n0, t), r->n0};
}

/* The lowest score above t, for rules whose guesses are strictly above. */
static double
next_above(const struct mia_roc *r, double t)
{
	size_t m = mia_sort_above(r->member, r->n1, t);
	size_t n = mia_sort_above(r->non, r->n0, t);
	double x = m > 0 ? r->member[r->n1 - m] : INFINITY;

	return n > 0 ? fmin(x, r->non[r->n0 - n]) : x;
}

static double
as_read(double t, bool lower)
{
	return lower ? -t : t;
}

/* The rules that look at every rank, or threshold: bound and where. */
static int
searched(const struct mia_bounds *b, struct mia_figure x, enum mia_bound rule,
	 const struct mia_roc *r, bool lower, struct mia_fault *f)
{
	double t = NAN, a = 1 - b->level;
	struct mia_roc_walk w = {0};
	struct mia_counts c;
	struct said s;

	if (rule == MIA_BOUND_RANKS) {
		struct mia_epsilon e = mia_epsilon_scores(r, b->delta, a);
		double top = mia_epsilon_ceiling(r->n1, r->n0, b->delta, a);

		s = (struct said){e.bound, fmax(top, e.bound), e.ranks};
		t = e.by_members ? e.threshold : next_above(r, e.threshold);
	} else if (rule == MIA_BOUND_STOPPING) {
		struct mia_stopped e = mia_one_run_stop(r, b->coin, a);

		s = (struct said){e.bound, e.ceiling, e.ranks};
		t = e.from_below ? e.threshold : next_above(r, e.threshold);
	} else {
		const struct mia_counts best = {r->n1, r->n1, 0, r->n0};

		s = (struct said){0, mia_epsilon_dkw(&best, b->delta, a), 1};
		while (mia_roc_step(r, &w)) {
			double e;

			c = (struct mia_counts){w.at.tp, r->n1, w.at.fp, r->n0};
			e = mia_epsilon_dkw(&c, b->delta, a);
			if (e <= s.bound)
				continue;
			s.bound = e;
			t = w.at.threshold;
		}
	}
	if (s.bound <= 0) {
		x.n1 = (double)r->n1;
		x.n0 = (double)r->n0;
		return bound_rows(b, x, rule, &s, f);
	}
	x.threshold = as_read(t, lower);
	c = counts_from(r, t);
	return counted(b, x, rule, &c, &s, f);
}

static int
exposed(const struct mia_bounds *b, struct mia_figure x,
	const struct mia_roc *r, struct mia_fault *f)
{
	/* Exposure rises with the score, so its median is the median's. */
	size_t n = r->n1;
	const struct {
		const char *metric;
		double value;
	} row[] = {
		{"exposure_median",
		 0.5 * (mia_exposure(r->non, r->n0, r->member[(n - 1) / 2]) +
			mia_exposure(r->non, r->n0, r->member[n / 2]))},
		{"exposure_max", mia_exposure(r->non, r->n0, r->member[n - 1])},
		{"exposure_ceiling", log2((double)r->n0)},
	};

	x.method = mia_bound_kind[MIA_BOUND_EXPOSURE].name;
	x.n1 = (double)r->n1;
	x.n0 = (double)r->n0;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		x.metric = row[i].metric;
		x.value = row[i].value;
		if (mia_figure_write(b->metrics, &x, f) != 0)
			return -1;
	}
	return 0;
}

static int
bound_roc(const struct mia_bounds *b, struct mia_figure x, enum mia_bound rule,
	  const struct mia_roc *r, bool lower, struct mia_fault *f)
{
	const struct mia_bound_kind *kind = &mia_bound_kind[rule];
	uint64_t wanted = b->guess_in + b->guess_out;
	struct mia_counts c;

	if (rule == MIA_BOUND_EXPOSURE)
		return exposed(b, x, r, f);
	if (kind->threshold) {
		x.threshold = b->threshold;
		c = counts_from(r, as_read(b->threshold, lower));
		return bound_counts(b, x, rule, &c, f);
	}
	if (kind->guesses) {
		struct mia_tally t = {.m = r->n1 + r->n0};
		struct mia_guesses g;

		if (wanted > t.m)
			return mia_fail(f, MIA_DATA,
					"%llu guesses are more than the %llu "
					"canaries; lower --guess-in or "
					"--guess-out",
					(unsigned long long)wanted,
					(unsigned long long)t.m);
		g = mia_one_run_guess(r, b->guess_in, b->guess_out);
		t.r = g.r;
		t.v = g.v;
		x.n1 = (double)r->n1;
		x.n0 = (double)r->n0;
		return bound_tally(b, x, rule, &t, wanted, f);
	}
	return searched(b, x, rule, r, lower, f);
}

/* Sorts, and writes what was left out. */
static int
begin(const struct mia_bounds *b, struct mia_figure x, struct mia_set *set,
      struct mia_roc *r, struct mia_fault *f)
{
	uint64_t missing = set->missing[0] + set->missing[1];

	if (set->n[0] == 0 || set->n[1] == 0)
		return mia_fail(f, MIA_DATA,
				"target '%.*s', attack '%.*s': %zu members and "
				"%zu non-members; a bound needs both; check "
				"the column 'member'",
				(int)x.target.n, x.target.s, (int)x.attack.n,
				x.attack.s, set->n[1], set->n[0]);
	if (mia_roc_init(r, set->score[1], set->n[1], set->score[0], set->n[0],
			 f) != 0)
		return -1;
	x.n1 = (double)r->n1;
	x.n0 = (double)r->n0;
	return missing > 0 ? count_row(b, x, "missing", missing, f) : 0;
}

int
mia_bounds_set(const struct mia_bounds *b, const struct mia_figure *what,
	       struct mia_set *set, bool lower, struct mia_fault *f)
{
	struct mia_roc r;

	if (begin(b, *what, set, &r, f) != 0)
		return -1;
	for (size_t i = 0; i < b->n_rule; i++)
		if (bound_roc(b, *what, b->rule[i], &r, lower, f) != 0)
			return -1;
	return 0;
}

/* --- PANORAMIA -------------------------------------------------------------
 */

int
mia_bounds_panoramia(const struct mia_bounds *b, const struct mia_figure *what,
		     struct mia_set *set, size_t grid, double baseline,
		     double *bound, struct mia_fault *f)
{
	double a = (1 - b->level) / 2 / (double)grid;
	struct mia_figure x = *what;
	struct mia_panoramia p;
	struct mia_roc r;
	char note[64];

	if (begin(b, x, set, &r, f) != 0)
		return -1;
	p = mia_panoramia_best(&r, grid, a);
	x.method = "panoramia";
	x.n1 = (double)r.n1;
	x.n0 = (double)r.n0;
	x.threshold = p.threshold;
	x.fpr = (double)(p.r - p.v) / x.n0;
	if (count_row(b, x, "guesses", p.r, f) != 0 ||
	    count_row(b, x, "correct", p.v, f) != 0)
		return -1;
	snprintf(note, sizeof(note), "one-sided bonferroni-%zu%s", 2 * grid,
		 p.v == p.r && p.bound > 0 ? " saturated" : "");
	x.metric = isnan(baseline) ? "c_lower" : "c_plus_epsilon_lower";
	x.note = note;
	x.level = b->level;
	x.delta = 0;
	x.relation = b->relation;
	x.value = x.lo = *bound = p.bound;
	x.hi = INFINITY;
	if (mia_figure_write(b->metrics, &x, f) != 0)
		return -1;
	x.lo = x.hi = NAN;
	if (!isnan(baseline)) {
		x.metric = "epsilon_difference";
		x.note = "heuristic";
		x.value = p.bound - baseline;
		if (mia_figure_write(b->metrics, &x, f) != 0)
			return -1;
	}
	/* As many guesses as there are members, all right. */
	x.metric = isnan(baseline) ? "c_ceiling" : "c_plus_epsilon_ceiling";
	x.note = NULL;
	x.fpr = x.threshold = NAN;
	x.value = fmax(0, -log(expm1(-log(a) / x.n1)));
	return mia_figure_write(b->metrics, &x, f);
}
