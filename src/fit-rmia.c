/*
 * fit-rmia: the robust membership inference attack and its kin. Signals of a
 * target, of shadow models and of a population in, one row of scores a record
 * and target out.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attack/rmia.h"
#include "attack/rmia_columns.h"
#include "attack/rmia_likes.h"
#include "attack/rmia_peers.h"
#include "base/mem.h"
#include "base/num.h"
#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/against.h"
#include "run/answers_each.h"
#include "run/answers_open.h"
#include "run/bench.h"
#include "run/leave_out.h"
#include "run/parts.h"
#include "run/population.h"
#include "run/stand_in.h"
#include "run/trial.h"

/* The paper's a on CIFAR, gamma and trim of its code, gamma of Privacy Meter.
 */
#define A	     .3
#define GAMMA	     1
#define GAMMA_RMIA24 2
#define TRIM_RMIA24  .2
/* An option that is not given. */
#define UNSET -1

enum { AUTO, ONLINE, OFFLINE, BOTH };
enum { REFUSE, EMPTY };

struct opts {
	int mode, missing, design, compat;
	const char *signal, *a;
	double gamma, trim;
	int64_t min_shadows, references, tune_shadow;
	bool base, calibrated, invert, equal_counts, leave_one_out, detail;
};

struct job {
	struct mia_command *c;
	const struct opts *o;
	enum mia_rmia_signal signal;
	bool tune;
	struct mia_rmia_rule rule;
	double gamma, trim;
	struct mia_answers a;
	struct mia_rmia_column column[MIA_RMIA_COLUMNS];
	size_t columns;
	const char *name[MIA_RMIA_DETAILS +
			 MIA_RMIA_COLUMNS]; /* of what is written */
	size_t details;			    /* come first */
	uint64_t floored, dropped;
	uint64_t empty[MIA_RMIA_COLUMNS]; /* scores not given */
};

/* --- options -------------------------------------------------------------- */

static void
settle(struct job *j)
{
	const struct opts *o = j->o;
	const struct mia_command *c = j->c;

	j->tune = strcmp(o->a, "tune") == 0;
	if (!j->tune &&
	    (mia_num_parse(mia_text(o->a), &j->rule.a) != MIA_NUM_FINITE ||
	     j->rule.a < 0 || j->rule.a > 1))
		mia_opts_bad(c,
			     "--a: '%s' is neither a number from 0 to 1 nor "
			     "tune",
			     o->a);
	if (j->tune && o->leave_one_out)
		mia_opts_bad(c, "--leave-one-out needs a number as --a");
	if (o->tune_shadow != UNSET && !j->tune)
		mia_opts_bad(c, "--tune-shadow belongs to --a tune");
	if (o->design >= 0 && !o->leave_one_out && !j->tune)
		mia_opts_bad(c, "--design belongs to --leave-one-out and --a "
				"tune");
	if (o->invert && !j->tune && j->rule.a == 0)
		mia_opts_bad(c, "--invert needs an a above 0");
	if (o->compat != MIA_RMIA_OURS &&
	    (o->missing != REFUSE || o->base || o->calibrated || o->invert ||
	     o->detail))
		mia_opts_bad(c, "--compat fixes the score; leave out --base, "
				"--calibrated, --invert, --missing and "
				"--detail");
	if (o->compat == MIA_RMIA_PM && (o->mode == ONLINE || o->mode == BOTH ||
					 o->trim != UNSET || o->equal_counts))
		mia_opts_bad(c, "--compat pm is offline, without --trim and "
				"--equal-counts");
	j->gamma = o->gamma != UNSET		  ? o->gamma
		   : o->compat == MIA_RMIA_RMIA24 ? GAMMA_RMIA24
						  : GAMMA;
	j->trim = o->trim != UNSET		 ? o->trim
		  : o->compat == MIA_RMIA_RMIA24 ? TRIM_RMIA24
						 : 0;
	j->rule.invert = o->invert;
	j->rule.least = (size_t)o->min_shadows;
	j->signal = mia_rmia_signal(mia_text(o->signal));
}

/* --- values --------------------------------------------------------------- */

/* A value must be the log of something. */
static int
check_value(void *ctx, double x)
{
	struct job *j = ctx;
	double l;
	int rc = mia_rmia_log(j->signal, x, &l);

	j->floored += rc > 0;
	return rc;
}

/* What the bench's model and the shadows against it say of n records. */
static void
likes_fill(const struct job *j, struct mia_rmia_likes *x,
	   const struct mia_bench *b, const uint32_t *record, size_t n)
{
	struct mia_rmia_likes_taker t = {x, j->signal, j->trim};

	mia_rmia_likes_init(x, n, j->a.views);
	mia_against_each(b, record, n, mia_rmia_likes_take, &t);
}

/* R of n records in each view under a peer's rule: the caller frees it. */
static double *
peer_ratios(const struct job *j, const struct mia_bench *b,
	    const struct mia_rmia_column *c, const uint32_t *record, size_t n)
{
	struct mia_rmia_peer_taker t = {
		.rule = {(enum mia_rmia_peer)j->o->compat,
			 c->form == MIA_RMIA_ONLINE, j->rule.a, j->trim},
		.signal = j->signal,
		.views = j->a.views,
		.ratio = mia_alloc(n * j->a.views, sizeof(double))};

	mia_against_each(b, record, n, mia_rmia_peer_take, &t);
	return t.ratio;
}

/* --- the columns ---------------------------------------------------------- */

static int
choose_columns(struct job *j, const struct mia_reader *r, struct mia_fault *f)
{
	const struct opts *o = j->o;
	bool in = mia_answers_any_in(&j->a);
	struct mia_rmia_wanted want = {
		.online = o->mode == AUTO ? in : o->mode != OFFLINE,
		.offline = o->mode == AUTO ? !in : o->mode != ONLINE,
		.rank = mia_population_any(&j->a),
		.base = o->base,
		.calibrated = o->calibrated,
		.peer = (enum mia_rmia_peer)o->compat,
		.signal = j->signal == MIA_RMIA_OTHER ? o->signal : NULL};

	if (want.online && !in)
		return mia_fail(f, MIA_DATA,
				"no shadow was trained on an audited record, "
				"so there is no online attack; use --mode "
				"offline");
	if (want.peer == MIA_RMIA_OURS && o->gamma != UNSET && !want.rank)
		return mia_fail(f, MIA_DATA,
				"--gamma needs rows of part population; give "
				"split-data a --population, and query it");
	j->columns = mia_rmia_columns(&want, j->column);
	for (size_t i = 0; o->detail && i < MIA_RMIA_DETAILS; i++)
		j->name[j->details++] = mia_rmia_detail_name[i];
	for (size_t c = 0; c < j->columns; c++)
		j->name[j->details + c] = j->column[c].name;
	return mia_trial_check(r, j->name, j->details + j->columns, f);
}

/* --- may it be judged? ---------------------------------------------------- */

/* How many shadows stand against each record. */
static void
limit(const struct job *j, struct mia_bench *b)
{
	size_t most = (size_t)j->o->references;
	bool rmia24 = j->o->compat == MIA_RMIA_RMIA24;

	if (j->o->equal_counts || rmia24)
		mia_bench_cut(b, j->rule.least);
	if (rmia24) {
		size_t less = b->pick.max_in < b->pick.max_out
				      ? b->pick.max_in
				      : b->pick.max_out;

		most = most == 0 || less < most ? less : most;
	}
	if (most > 0)
		mia_bench_limit(b, most, most);
}

/* Is the bench fair: no twin among the shadows, no leak through counts? */
static int
check_fair(const struct job *j, const struct mia_bench *b, struct mia_fault *f)
{
	struct mia_fault peer = {0};
	bool ours = j->o->compat == MIA_RMIA_OURS;

	if (j->o->leave_one_out)
		return 0;
	if (mia_bench_twin(b, f) != 0)
		return -1;
	if (j->o->equal_counts || j->o->compat == MIA_RMIA_RMIA24 ||
	    mia_bench_counts(b, ours ? f : &peer) == 0)
		return 0;
	if (ours)
		return -1;
	mia_warn(j->c, "%s", peer.text);
	return 0;
}

/* Has each record the shadows that each column needs? */
static int
check_enough(const struct job *j, const struct mia_bench *b,
	     const struct mia_rmia_likes *x, struct mia_fault *f)
{
	bool in = j->o->invert ||
		  mia_rmia_columns_form(j->column, j->columns, MIA_RMIA_ONLINE);

	if (j->o->missing == EMPTY ||
	    mia_rmia_columns_enough(j->column, j->columns, x, &j->rule))
		return 0;
	return mia_bench_enough(b, j->rule.least, in, true, f);
}

/* Has each record what the peer needs? */
static int
check_peer(const struct job *j, const struct mia_bench *b, struct mia_fault *f)
{
	bool both = j->o->compat == MIA_RMIA_RMIA24;
	size_t others = 0;

	for (size_t i = 0; i < b->n; i++) {
		others += !b->member[i];
		if (mia_bench_lacks(b, i, 1, both, both) ||
		    mia_sides_in(&b->sides, i) + mia_sides_out(&b->sides, i) ==
			    0)
			return mia_bench_enough(b, 1, true, true, f);
	}
	if (both && others < 2)
		return mia_fail(f, MIA_DATA,
				"--compat rmia24 takes the target's "
				"non-members for a population, and needs two "
				"or more");
	return 0;
}

/* --- judging -------------------------------------------------------------- */

static int
population(struct job *j, const struct mia_bench *b, uint32_t **z, size_t *n,
	   struct mia_fault *f)
{
	return mia_population_of(b, j->rule.least, j->o->missing == EMPTY, z, n,
				 &j->dropped, f);
}

static int
judge_ours(struct job *j, const struct mia_bench *b, double *const *cell,
	   const struct mia_rmia_likes *x, struct mia_fault *f)
{
	struct mia_rmia_population z = {0};
	struct mia_rmia_likes of_z;
	uint32_t *record;
	size_t n = 0;

	if (mia_rmia_columns_rank(j->column, j->columns)) {
		if (population(j, b, &record, &n, f) != 0)
			return -1;
		likes_fill(j, &of_z, b, record, n);
		mia_rmia_likes_population(&of_z, &j->rule, &z);
		mia_rmia_likes_free(&of_z);
		free(record);
	}
	for (size_t c = 0; c < j->columns; c++)
		mia_rmia_column_score(&j->column[c], x, &j->rule, &z, j->gamma,
				      cell[j->details + c]);
	if (j->o->detail)
		mia_rmia_details(x, j->rule.a, n, cell);
	mia_rmia_population_free(&z);
	return 0;
}

/* z[n]: the population of pm. */
static void
judge_peer(const struct job *j, const struct mia_bench *b,
	   const struct mia_rmia_column *c, const uint32_t *z, size_t n,
	   double *score)
{
	double *x = peer_ratios(j, b, c, b->record, b->n), *rz;

	if (j->o->compat == MIA_RMIA_PM) {
		rz = peer_ratios(j, b, c, z, n);
		mia_rmia_pm_share(x, b->n, rz, n, j->a.views, j->gamma, score);
		free(rz);
	} else {
		mia_rmia_rmia24_share(x, b->member, b->n, j->a.views, j->gamma,
				      score);
	}
	free(x);
}

static int
judge_peers(struct job *j, const struct mia_bench *b, double *const *cell,
	    struct mia_fault *f)
{
	uint32_t *z = NULL;
	size_t n = 0;
	int rc = check_peer(j, b, f);

	if (rc == 0 && j->o->compat == MIA_RMIA_PM)
		rc = population(j, b, &z, &n, f);
	if (rc == 0)
		rc = check_fair(j, b, f);
	for (size_t c = 0; rc == 0 && c < j->columns; c++)
		judge_peer(j, b, &j->column[c], z, n, cell[j->details + c]);
	free(z);
	return rc;
}

static int
judge(void *ctx, struct mia_bench *b, double *const *cell, struct mia_fault *f)
{
	struct job *j = ctx;
	struct mia_rmia_likes x = {0};
	int rc;

	limit(j, b);
	if (j->o->compat == MIA_RMIA_OURS) {
		likes_fill(j, &x, b, b->record, b->n);
		rc = check_enough(j, b, &x, f);
		if (rc == 0)
			rc = check_fair(j, b, f);
		if (rc == 0)
			rc = judge_ours(j, b, cell, &x, f);
		mia_rmia_likes_free(&x);
	} else {
		rc = judge_peers(j, b, cell, f);
	}
	for (size_t c = 0; rc == 0 && c < j->columns; c++)
		for (size_t i = 0; i < b->n; i++)
			j->empty[c] += isnan(cell[j->details + c][i]);
	return rc;
}

/* a from a shadow in the target's place. */
static int
tune(struct job *j, const struct mia_meta *m, struct mia_fault *f)
{
	struct mia_bench b;
	struct mia_rmia_likes x;
	struct mia_rmia_tuned best;
	size_t n;
	int rc;

	if (mia_stand_in(&b, &j->a, m, j->o->tune_shadow, j->o->design, f) != 0)
		return -1;
	limit(j, &b);
	likes_fill(j, &x, &b, b.record, b.n);
	rc = mia_rmia_likes_tune(&x, b.member, &n, &best, f);
	if (rc == 0) {
		j->rule.a = best.a;
		mia_say(j->c,
			"a = %g, by the AUC %.4f of shadow %.*s over %zu "
			"records",
			best.a, best.auc, (int)b.name.n, b.name.s, n);
	}
	mia_rmia_likes_free(&x);
	mia_bench_free(&b);
	if (rc == 0 && j->o->invert && j->rule.a == 0)
		return mia_fail(f, MIA_DATA,
				"the tuned a is 0, which --invert cannot use; "
				"give --a a number above 0");
	return rc;
}

/* --- the whole ------------------------------------------------------------ */

static int
read_all(struct job *j, struct mia_reader **r, struct mia_fault *f)
{
	bool again;
	struct mia_answers_opts o = {
		.signal = &j->o->signal,
		.signals = 1,
		.stored = true,
		.targets = !j->o->leave_one_out,
		.also = MIA_PART_BIT(MIA_PART_POPULATION) |
			(j->tune ? MIA_PART_BIT(MIA_PART_AUX) : 0)};

	if (mia_answers_open(&j->a, r, j->c->file, j->c->n_file, &o, &again,
			     f) != 0)
		return -1;
	if (j->o->compat != MIA_RMIA_OURS)
		return 0;
	return mia_answers_each(&j->a, check_value, j,
				"which is no likelihood; rerun score-losses, "
				"or choose --signal",
				f);
}

static int
write_all(struct job *j, const struct mia_reader *r, struct mia_writer *w,
	  struct mia_fault *f)
{
	struct mia_trial t = {.a = &j->a,
			      .column = j->name,
			      .columns = j->details + j->columns,
			      .leave_one_out = j->o->leave_one_out,
			      .design = j->o->design,
			      .judge = judge,
			      .ctx = j};

	return mia_trial_write(&t, r, j->c->tool_line, w, f);
}

/* What was put in another's place, left out, or not given at all. */
static void
warn(const struct job *j)
{
	if (j->floored > 0)
		mia_warn(j->c,
			 "%" PRIu64 " values of '%s' are 0; 1e-300 "
			 "stands for them",
			 j->floored, j->o->signal);
	if (j->dropped > 0)
		mia_warn(j->c,
			 "%" PRIu64 " population records are left out, "
			 "for want of shadows",
			 j->dropped);
	for (size_t c = 0; c < j->columns; c++)
		if (j->empty[c] > 0)
			mia_warn(j->c,
				 "%s: %" PRIu64 " values are empty, for want "
				 "of shadows",
				 j->column[c].name, j->empty[c]);
}

static int
run(struct job *j, struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(j->c);
	struct mia_reader *r = NULL;
	struct mia_writer *w = NULL;
	int rc = read_all(j, &r, f);

	if (rc == 0)
		rc = choose_columns(j, r, f);
	if (rc == 0 && j->tune)
		rc = tune(j, mia_reader_meta(r), f);
	if (rc == 0)
		rc = mia_writer_open(&w, &wo, f);
	if (rc == 0)
		rc = write_all(j, r, w, f);
	rc = mia_writer_finish(w, rc, f);
	if (rc == 0)
		warn(j);
	if (rc == 0)
		mia_say(j->c,
			"%zu records, %zu shadows, %" PRIu64
			" rows passed over",
			j->a.ids.n, j->a.shadows, j->a.passed_over);
	mia_reader_close(r);
	mia_answers_free(&j->a);
	return rc;
}

int
main(int argc, char **argv)
{
	struct opts o = {.signal = "loss",
			 .a = ".3",
			 .gamma = UNSET,
			 .trim = UNSET,
			 .min_shadows = 1,
			 .tune_shadow = UNSET,
			 .design = -1};
	struct mia_option option[] = {
		{"mode", 'm', MIA_OPT_CHOICE, &o.mode, "MODE",
		 "online, offline or both (online if shadows allow)", 0, 0,
		 "auto|online|offline|both", 0, false},
		{"a", 'a', MIA_OPT_STRING, &o.a, "A",
		 "offline: p with x is a p without x + 1 - a; or tune (.3)", 0,
		 0, NULL, MIA_OPT_ALWAYS, false},
		{"tune-shadow", 0, MIA_OPT_INT, &o.tune_shadow, "N",
		 "the shadow that a is tuned on (the first)", 0, 1e15, NULL, 0,
		 false},
		{"gamma", 'g', MIA_OPT_REAL, &o.gamma, "G",
		 "ratio by which x must be above z (1)", 1e-9, 1e9, NULL, 0,
		 false},
		{"trim", 0, MIA_OPT_REAL, &o.trim, "SHARE",
		 "of the shadows dropped at either end (0)", 0, .49, NULL, 0,
		 false},
		{"signal", 0, MIA_OPT_STRING, &o.signal, "NAME",
		 "loss, phi, conf, or any other likelihood (loss)", 0, 0, NULL,
		 0, false},
		{"references", 0, MIA_OPT_INT, &o.references, "N",
		 "use at most N IN and N OUT shadows a record (all)", 1, 1e9,
		 NULL, 0, false},
		{"invert", 0, MIA_OPT_FLAG, &o.invert, NULL,
		 "offline, records without OUT shadow: from the IN ones", 0, 0,
		 NULL, 0, false},
		{"base", 0, MIA_OPT_FLAG, &o.base, NULL, "add BASE", 0, 0, NULL,
		 0, false},
		{"calibrated", 0, MIA_OPT_FLAG, &o.calibrated, NULL,
		 "add the calibrated loss", 0, 0, NULL, 0, false},
		{"compat", 0, MIA_OPT_CHOICE, &o.compat, "NAME",
		 "the score of another tool: pm or rmia24", 0, 0,
		 "none|pm|rmia24", 0, false},
		{"min-shadows", 0, MIA_OPT_INT, &o.min_shadows, "N",
		 "IN and OUT shadows a record needs (1)", 1, 1e9, NULL, 0,
		 false},
		{"missing", 0, MIA_OPT_CHOICE, &o.missing, "WHAT",
		 "records with fewer: refuse or empty", 0, 0, "refuse|empty", 0,
		 false},
		{"equal-counts", 0, MIA_OPT_FLAG, &o.equal_counts, NULL,
		 "cut all records to the same number of shadows", 0, 0, NULL, 0,
		 false},
		{"leave-one-out", 0, MIA_OPT_FLAG, &o.leave_one_out, NULL,
		 "every shadow is the target in turn", 0, 0, NULL, 0, false},
		{"design", 0, MIA_OPT_CHOICE, &o.design, "NAME",
		 "of the shadows: " MIA_LEAVE_DESIGNS " (from their head)", 0,
		 0, MIA_LEAVE_DESIGNS, 0, false},
		{"detail", 0, MIA_OPT_FLAG, &o.detail, NULL,
		 "add counts, means, a and the size of the population", 0, 0,
		 NULL, 0, false},
		{0},
	};
	struct mia_command c = {
		.name = "fit-rmia",
		.summary = "ratio attacks: RMIA, BASE and calibrated loss",
		.operands = "[FILE ...]",
		.option = option,
	};
	struct job j = {.c = &c, .o = &o};
	struct mia_fault f = {0};
	int rc;

	mia_opts_parse(&c, argc, argv);
	settle(&j);
	rc = run(&j, &f);
	return mia_opts_finish(&c, rc, &f);
}
