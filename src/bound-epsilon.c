/*
 * bound-epsilon: a lower bound on the epsilon of differential privacy from
 * attack scores, or from counts.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "front/opts.h"
#include "io/figure.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/bounds.h"
#include "run/sets.h"

enum design { DESIGN_MODEL, DESIGN_RUNS, DESIGN_COIN };

struct opts {
	struct mia_list score, lower, method;
	const char *counts, *guesses, *baseline;
	double level, delta, gamma, coin, threshold;
	int64_t guess_in, guess_out, poisoned, grid;
	int design, relation, missing;
	bool panoramia;
};

/* What the options come to. */
struct plan {
	struct mia_bounds bounds;
	enum mia_bound *rule;
	size_t cap_rule;
	struct mia_counts counts;
	struct mia_tally tally;
};

/* --- options ---------------------------------------------------------------
 */

/* n whole numbers between commas. */
static void
scan_numbers(const struct mia_command *c, const char *option, const char *what,
	     const char *list, uint64_t *out, size_t n)
{
	const char *at = list;

	for (size_t i = 0; i < n; i++) {
		struct mia_text t = {at, strcspn(at, ",")};
		int64_t x;

		if (!mia_num_parse_int(t, &x) || x < 0 ||
		    (at[t.n] == ',') != (i + 1 < n))
			mia_opts_bad(c,
				     "--%s: '%s' is not %s, whole numbers "
				     "between commas",
				     option, list, what);
		out[i] = (uint64_t)x;
		at += t.n + 1;
	}
}

static void
scan_counts(const struct mia_command *c, struct plan *p, const char *list)
{
	uint64_t x[4];

	scan_numbers(c, "counts", "TP,N1,FP,N0", list, x, 4);
	p->counts = (struct mia_counts){x[0], x[1], x[2], x[3]};
	if (x[1] == 0 || x[3] == 0 || x[0] > x[1] || x[2] > x[3])
		mia_opts_bad(c,
			     "--counts: '%s' has more successes than trials, "
			     "or no trials",
			     list);
}

static void
scan_guesses(const struct mia_command *c, struct plan *p, const char *list)
{
	uint64_t x[3];

	scan_numbers(c, "guesses", "CANARIES,GUESSES,CORRECT", list, x, 3);
	p->tally = (struct mia_tally){x[0], x[1], x[2]};
	if (x[0] == 0 || x[1] > x[0] || x[2] > x[1])
		mia_opts_bad(c,
			     "--guesses: '%s' has more guesses than canaries, "
			     "more correct than guesses, or no canary",
			     list);
}

static void
add_rule(struct plan *p, enum mia_bound rule)
{
	size_t n = p->bounds.n_rule;

	mia_grow(&p->rule, &p->cap_rule, n + 1, sizeof(rule));
	p->rule[n] = rule;
	p->bounds.n_rule++;
}

/* Whether a rule can do with what there is. */
static void
check_rule(const struct mia_command *c, const struct opts *o,
	   enum mia_bound rule)
{
	const struct mia_bound_kind *k = &mia_bound_kind[rule];
	bool scores = o->counts == NULL && o->guesses == NULL;

	if (!scores && !(o->counts != NULL ? k->counts : k->guesses))
		mia_opts_bad(c, "--method %s does not work from --%s", k->name,
			     o->counts != NULL ? "counts" : "guesses");
	if (k->coins && o->guesses == NULL && o->design != DESIGN_COIN)
		mia_opts_bad(c,
			     "--method %s needs canaries that were in or out "
			     "by a coin each; if they were, say --design coin",
			     k->name);
	if (k->threshold && scores && isnan(o->threshold))
		mia_opts_bad(c,
			     "--method %s needs --threshold, chosen on other "
			     "records than these",
			     k->name);
	if (!k->delta && (o->delta > 0 || o->gamma > 0) &&
	    rule != MIA_BOUND_EXPOSURE)
		mia_opts_bad(c,
			     "--method %s holds at delta 0 only; leave out "
			     "--delta and --gamma",
			     k->name);
	if (k->needs_delta && o->delta == 0)
		mia_opts_bad(c, "--method %s needs a --delta above 0", k->name);
	if (o->gamma > 0 && !k->coins)
		mia_opts_bad(c, "--method %s knows no --gamma", k->name);
	if (k->guesses && o->coin != 0.5)
		mia_opts_bad(c, "--method %s is for fair coins only", k->name);
	if (k->guesses && scores && o->guess_in + o->guess_out == 0)
		mia_opts_bad(c,
			     "--method %s needs --guess-in or --guess-out, "
			     "fixed before the scores were seen",
			     k->name);
}

static enum mia_bound
default_rule(const struct opts *o)
{
	if (o->counts != NULL)
		return MIA_BOUND_CP;
	if (o->guesses != NULL)
		return MIA_BOUND_STEINKE;
	if (o->design != DESIGN_COIN)
		return MIA_BOUND_RANKS;
	return o->delta > 0 || o->gamma > 0 || o->guess_in + o->guess_out > 0
		       ? MIA_BOUND_STEINKE
		       : MIA_BOUND_STOPPING;
}

static void
settle_panoramia(const struct mia_command *c, const struct opts *o)
{
	if (o->counts != NULL || o->guesses != NULL || o->method.n > 0 ||
	    o->lower.n > 0 || o->delta > 0 || o->gamma > 0)
		mia_opts_bad(c, "--panoramia reads scores by a rule of its own "
				"at delta 0; leave out --counts, --guesses, "
				"--method, --lower, --delta and --gamma");
}

static void
settle(const struct mia_command *c, const struct opts *o, struct plan *p)
{
	if (o->counts != NULL && o->guesses != NULL)
		mia_opts_bad(c, "--counts and --guesses exclude each other");
	if ((o->counts != NULL || o->guesses != NULL) && c->n_file > 0)
		mia_opts_bad(c, "with --counts or --guesses no FILE is read");
	if (o->panoramia)
		settle_panoramia(c, o);
	if (o->counts != NULL)
		scan_counts(c, p, o->counts);
	if (o->guesses != NULL)
		scan_guesses(c, p, o->guesses);
	for (size_t i = 0; i < o->method.n; i++) {
		enum mia_bound rule = mia_bound_find(o->method.item[i]);

		if (rule == MIA_BOUNDS)
			mia_opts_bad(c,
				     "--method: there is no '%s'; "
				     "bound-epsilon(1) lists them",
				     o->method.item[i]);
		add_rule(p, rule);
	}
	if (o->method.n == 0)
		add_rule(p, default_rule(o));
	for (size_t i = 0; i < p->bounds.n_rule && !o->panoramia; i++)
		check_rule(c, o, p->rule[i]);
	p->bounds.rule = p->rule;
	p->bounds.level = o->level;
	p->bounds.delta = o->delta;
	p->bounds.gamma = o->gamma;
	p->bounds.coin = o->coin;
	p->bounds.threshold = o->threshold;
	p->bounds.guess_in = (uint64_t)o->guess_in;
	p->bounds.guess_out = (uint64_t)o->guess_out;
	p->bounds.poisoned = (unsigned)o->poisoned;
	p->bounds.this_model = o->design != DESIGN_RUNS;
	p->bounds.relation = o->relation == 0 ? "add-remove" : "replace";
}

/* --- scores ----------------------------------------------------------------
 */

/* The records of all models, one each: every row is a run. */
static int
pool_runs(const struct mia_sets *s, size_t attack, struct mia_set *all,
	  struct mia_fault *f)
{
	*all = (struct mia_set){.owned = true};
	for (int m = 0; m < 2; m++)
		all->score[m] = mia_alloc(s->rows, sizeof(double));
	for (uint32_t t = 0; t < s->target.n; t++) {
		struct mia_text name = mia_names_text(&s->target, t);
		struct mia_set set;

		mia_sets_take(s, attack, t, MIA_SLICE_ALL, &set);
		if (s->target.n > 1 && set.n[0] + set.n[1] > 1)
			return mia_fail(f, MIA_DATA,
					"run '%.*s' has %zu records, but with "
					"--design runs each row is a run of "
					"its own; keep one record a run",
					(int)name.n, name.s,
					set.n[0] + set.n[1]);
		for (int m = 0; m < 2; m++) {
			if (set.n[m] > 0)
				memcpy(all->score[m] + all->n[m], set.score[m],
				       set.n[m] * sizeof(double));
			all->n[m] += set.n[m];
			all->missing[m] += set.missing[m];
		}
		mia_set_free(&set);
	}
	return 0;
}

/* Pooled, or one target after another. */
static int
bound_scores(const struct opts *o, const struct plan *p,
	     const struct mia_sets *s, struct mia_fault *f)
{
	size_t targets = o->design == DESIGN_RUNS ? 1 : s->target.n;
	int rc = 0;

	for (size_t i = 0; i < targets * s->n_attack && rc == 0; i++) {
		size_t attack = i % s->n_attack;
		uint32_t target = s->target_order[i / s->n_attack];
		struct mia_figure what = mia_figure_empty;
		struct mia_set set;

		what.attack = mia_text(s->attack[attack].name);
		what.target = mia_names_text(&s->target, target);
		if (o->design == DESIGN_RUNS) {
			what.target = mia_text("runs");
			rc = pool_runs(s, attack, &set, f);
		} else {
			mia_sets_take(s, attack, target, MIA_SLICE_ALL, &set);
		}
		if (rc == 0)
			rc = mia_bounds_set(&p->bounds, &what, &set,
					    s->attack[attack].lower, f);
		mia_set_free(&set);
	}
	return rc;
}

/* The attack 0 is the baseline. */
static int
bound_panoramia(const struct mia_command *c, const struct opts *o,
		const struct plan *p, const struct mia_sets *s,
		struct mia_fault *f)
{
	int rc = 0;

	for (size_t t = 0; t < s->target.n && rc == 0; t++) {
		double baseline = NAN, bound;

		for (size_t i = 0; i < s->n_attack && rc == 0; i++) {
			struct mia_figure what = mia_figure_empty;
			struct mia_set set;

			what.attack = mia_text(s->attack[i].name);
			what.target =
				mia_names_text(&s->target, s->target_order[t]);
			mia_sets_take(s, i, s->target_order[t], MIA_SLICE_ALL,
				      &set);
			rc = mia_bounds_panoramia(&p->bounds, &what, &set,
						  (size_t)o->grid, baseline,
						  &bound, f);
			/* Sorted by now. */
			if (rc == 0 &&
			    (fmin(set.score[0][0], set.score[1][0]) < 0 ||
			     fmax(set.score[0][set.n[0] - 1],
				  set.score[1][set.n[1] - 1]) > 1))
				mia_warn(c,
					 "attack '%s': scores lie outside 0 to "
					 "1, where the thresholds are",
					 s->attack[i].name);
			mia_set_free(&set);
			if (i == 0)
				baseline = bound;
		}
	}
	return rc;
}

/* The baseline first, then the columns named, or those called mia_…. */
static int
panoramia_columns(const struct opts *o, const struct mia_reader *r,
		  struct mia_list *l, struct mia_fault *f)
{
	size_t at;

	if (mia_reader_need(r, o->baseline, "name another with --baseline", &at,
			    f) != 0)
		return -1;
	mia_grow(&l->item, &l->cap, 1 + o->score.n + mia_reader_columns(r),
		 sizeof(*l->item));
	l->item[l->n++] = mia_copy(o->baseline, strlen(o->baseline));
	for (size_t i = 0; i < o->score.n; i++)
		l->item[l->n++] =
			mia_copy(o->score.item[i], strlen(o->score.item[i]));
	for (size_t i = 0; i < mia_reader_columns(r) && o->score.n == 0; i++) {
		struct mia_text t = mia_reader_name(r, i);

		if (t.n > 4 && strncmp(t.s, "mia_", 4) == 0)
			l->item[l->n++] = mia_copy(t.s, t.n);
	}
	if (l->n == 1)
		return mia_fail(f, MIA_DATA,
				"%s: no column begins with 'mia_'; name the "
				"attacks with --score",
				mia_reader_file(r));
	return 0;
}

/* --- streams ---------------------------------------------------------------
 */

static int
write_bounds(const struct mia_command *c, const struct opts *o, struct plan *p,
	     const struct mia_sets *s, const struct mia_meta *from,
	     struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(c);
	struct mia_figure what = mia_figure_empty;
	struct mia_writer *w;
	int rc;

	if (mia_writer_open(&w, &wo, f) != 0)
		return -1;
	p->bounds.metrics = w;
	what.target = mia_text("target");
	rc = mia_writer_begin(w, "metrics", from, c->tool_line, f);
	if (rc == 0)
		rc = mia_figure_header(w, f);
	if (rc == 0)
		rc = o->counts != NULL ? mia_bounds_counts(&p->bounds, &what,
							   &p->counts, f)
		     : o->guesses != NULL
			     ? mia_bounds_tally(&p->bounds, &what, &p->tally, f)
		     : o->panoramia ? bound_panoramia(c, o, p, s, f)
				    : bound_scores(o, p, s, f);
	if (rc == 0)
		rc = mia_writer_end(w, from != NULL ? &from->in : NULL, f);
	if (rc == 0)
		return mia_writer_close(w, f);
	mia_writer_abandon(w);
	return rc;
}

static int
read_scores(const struct mia_command *c, const struct opts *o, struct plan *p,
	    struct mia_fault *f)
{
	struct mia_sets_opts so = {.higher = o->score.item,
				   .lower = o->lower.item,
				   .n_higher = o->score.n,
				   .n_lower = o->lower.n,
				   .drop = o->missing == 1};
	struct mia_list columns = {0};
	struct mia_sets sets = {0};
	struct mia_reader *r;
	int rc = mia_reader_open(&r, c->file, c->n_file, NULL, f);

	if (rc == 0 && o->panoramia) {
		rc = panoramia_columns(o, r, &columns, f);
		so.higher = columns.item;
		so.n_higher = columns.n;
	}
	if (rc == 0)
		rc = mia_sets_read(&sets, r, &so, f);
	if (rc == 0) {
		mia_say(c,
			"%" PRIu64 " rows judged, %" PRIu64 " of other "
			"parts passed by",
			sets.rows, sets.passed_by);
		rc = write_bounds(c, o, p, &sets, mia_reader_meta(r), f);
	}
	for (size_t i = 0; i < columns.n; i++)
		free((void *)columns.item[i]);
	free(columns.item);
	mia_reader_close(r);
	mia_sets_free(&sets);
	return rc;
}

static int
run(const struct mia_command *c, const struct opts *o, struct mia_fault *f)
{
	struct plan p = {0};
	int rc;

	settle(c, o, &p);
	if (o->counts != NULL || o->guesses != NULL)
		rc = write_bounds(c, o, &p, NULL, NULL, f);
	else
		rc = read_scores(c, o, &p, f);
	free(p.rule);
	return rc;
}

int
main(int argc, char **argv)
{
	struct opts o = {.level = 0.95,
			 .coin = 0.5,
			 .threshold = NAN,
			 .poisoned = 1,
			 .grid = 100,
			 .baseline = "baseline_pred"};
	struct mia_option option[] = {
		{"score", 0, MIA_OPT_LIST, &o.score, "COLUMN",
		 "bound by this column; high means member", 0, 0, NULL, 0, 0},
		{"lower", 0, MIA_OPT_LIST, &o.lower, "COLUMN",
		 "bound by this column; low means member", 0, 0, NULL, 0, 0},
		{"design", 0, MIA_OPT_CHOICE, &o.design, "WHAT",
		 "rows are records of one model, runs, or coin-flipped "
		 "canaries: model, runs or coin",
		 0, 0, "model|runs|coin", MIA_OPT_ALWAYS, 0},
		{"method", 0, MIA_OPT_LIST, &o.method, "RULE",
		 "rule of the bound; the page lists them", 0, 0, NULL, 0, 0},
		{"level", 0, MIA_OPT_REAL, &o.level, "L",
		 "level of the one-sided bounds (0.95)", 0.5, 0.999999, NULL,
		 MIA_OPT_ALWAYS, 0},
		{"delta", 0, MIA_OPT_REAL, &o.delta, "D",
		 "delta of (epsilon, delta) (0)", 0, 0.5, NULL, MIA_OPT_ALWAYS,
		 0},
		{"gamma", 0, MIA_OPT_REAL, &o.gamma, "G",
		 "mass that the one-run rules leave out of account (0)", 0, 0.5,
		 NULL, 0, 0},
		{"relation", 0, MIA_OPT_CHOICE, &o.relation, "WHAT",
		 "neighbours differ by a record more, or another one: "
		 "add-remove or replace",
		 0, 0, "add-remove|replace", 0, 0},
		{"threshold", 0, MIA_OPT_REAL, &o.threshold, "T",
		 "score from which a record is called a member", 0, 0, NULL, 0,
		 0},
		{"counts", 0, MIA_OPT_STRING, &o.counts, "TP,N1,FP,N0",
		 "bound from these counts; read no scores", 0, 0, NULL, 0, 0},
		{"guesses", 0, MIA_OPT_STRING, &o.guesses, "M,R,V",
		 "one run: M canaries, R guesses, V right; read no scores", 0,
		 0, NULL, 0, 0},
		{"guess-in", 0, MIA_OPT_INT, &o.guess_in, "N",
		 "one run: guess 'in' of the N highest scores", 0, 1e15, NULL,
		 0, 0},
		{"guess-out", 0, MIA_OPT_INT, &o.guess_out, "N",
		 "one run: guess 'out' of the N lowest scores", 0, 1e15, NULL,
		 0, 0},
		{"coin", 0, MIA_OPT_REAL, &o.coin, "P",
		 "one run: the chance of a canary to be in (0.5)", 0.001, 0.999,
		 NULL, 0, 0},
		{"poisoned", 0, MIA_OPT_INT, &o.poisoned, "K",
		 "records poisoned together, for audit-2020 (1)", 1, 1e6, NULL,
		 0, 0},
		{"panoramia", 0, MIA_OPT_FLAG, &o.panoramia, NULL,
		 "baseline and attacks against generated non-members", 0, 0,
		 NULL, 0, 0},
		{"baseline", 0, MIA_OPT_STRING, &o.baseline, "COLUMN",
		 "the attack without the model (baseline_pred)", 0, 0, NULL, 0,
		 0},
		{"grid", 0, MIA_OPT_INT, &o.grid, "N",
		 "thresholds that PANORAMIA tries (100)", 2, 1e6, NULL, 0, 0},
		{"missing", 0, MIA_OPT_CHOICE, &o.missing, "WHAT",
		 "a record without a score: refuse or drop", 0, 0,
		 "refuse|drop", 0, 0},
		{.name = NULL},
	};
	struct mia_command c = {
		.name = "bound-epsilon",
		.summary = "lower bounds on epsilon from attack scores or "
			   "counts",
		.operands = "[FILE ...]",
		.option = option,
	};
	struct mia_fault f = {0};

	mia_opts_parse(&c, argc, argv);
	return mia_opts_finish(&c, run(&c, &o, &f), &f);
}
