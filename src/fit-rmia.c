/*
 * fit-rmia: the robust membership inference attack and its kin. Signals of a
 * target, of shadow models and of a population in, one row of scores a record
 * and target out.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attack/rmia.h"
#include "attack/rmia_likes.h"
#include "base/mem.h"
#include "base/num.h"
#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"
#include "maths/roc.h"
#include "run/answers.h"
#include "run/bench.h"
#include "run/leave_out.h"
#include "run/parts.h"
#include "run/scores.h"

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
enum { OURS, PM, RMIA24 };

struct opts {
	int mode, missing, design, compat;
	const char *signal, *a;
	double gamma, trim;
	int64_t min_shadows, references, tune_shadow;
	bool base, calibrated, invert, equal_counts, leave_one_out, detail;
};

enum what {
	SCORE_ONLINE,
	SCORE_OFFLINE,
	SCORE_BASE,
	SCORE_CALIBRATED,
	RANK_ONLINE,
	RANK_OFFLINE,
	PEER_PM,
	PEER_ONLINE,
	PEER_OFFLINE,
	WHATS,
};

struct job {
	struct mia_command *c;
	const struct opts *o;
	enum mia_rmia_signal signal;
	bool tune;
	struct mia_rmia_rule rule;
	double gamma, trim;
	struct mia_answers answers;
	enum what column[WHATS];
	char name[WHATS][64];
	size_t columns;
	uint64_t floored, empty[WHATS], dropped;
};

/* A target, or a shadow in its place, and its scores. */
struct trial {
	struct mia_bench b;
	struct mia_rmia_likes x;
	size_t population;
	double *score[WHATS]; /* [column][n] */
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
	if (o->compat != OURS && (o->missing != REFUSE || o->base ||
				  o->calibrated || o->invert || o->detail))
		mia_opts_bad(c, "--compat fixes the score; leave out --base, "
				"--calibrated, --invert, --missing and "
				"--detail");
	if (o->compat == PM && (o->mode == ONLINE || o->mode == BOTH ||
				o->trim != UNSET || o->equal_counts))
		mia_opts_bad(c, "--compat pm is offline, without --trim and "
				"--equal-counts");
	j->gamma = o->gamma != UNSET	 ? o->gamma
		   : o->compat == RMIA24 ? GAMMA_RMIA24
					 : GAMMA;
	j->trim = o->trim != UNSET	? o->trim
		  : o->compat == RMIA24 ? TRIM_RMIA24
					: 0;
	j->rule.invert = o->invert;
	j->rule.least = (size_t)o->min_shadows;
	j->signal = mia_rmia_signal(mia_text(o->signal));
}

/* --- values --------------------------------------------------------------- */

/* All values of one model are logs of something. */
static int
check_model(struct job *j, const struct mia_model_rows *m, struct mia_text name,
	    struct mia_fault *f)
{
	const struct mia_answers *a = &j->answers;

	for (uint32_t i = 0; i < a->ids.n; i++) {
		struct mia_text id;

		if (!mia_rows_seen(m, i))
			continue;
		for (size_t v = 0; v < a->views; v++) {
			double x = mia_answers_value(a, m, i, v, 0), l;
			int rc = mia_rmia_log(j->signal, x, &l);

			j->floored += rc > 0;
			if (rc >= 0)
				continue;
			id = mia_names_text(&a->ids, i);
			return mia_fail(
				f, MIA_DATA,
				"record '%.*s' has %g as '%s' under model "
				"'%.*s', which is no likelihood; rerun "
				"score-losses, or choose --signal",
				(int)(id.n > 60 ? 60 : id.n), id.s, x,
				j->o->signal, (int)(name.n > 60 ? 60 : name.n),
				name.s);
		}
	}
	return 0;
}

static int
check_values(struct job *j, struct mia_fault *f)
{
	const struct mia_answers *a = &j->answers;
	char number[MIA_NUM_MAX];

	if (j->o->compat != OURS)
		return 0;
	for (uint32_t t = 0; t < a->targets.n; t++)
		if (check_model(j, &a->target[t],
				mia_names_text(&a->targets, t), f) != 0)
			return -1;
	for (size_t k = 0; k < a->shadows; k++) {
		size_t n = mia_num_int(number, a->shadow[k].number);

		if (check_model(j, &a->shadow[k], (struct mia_text){number, n},
				f) != 0)
			return -1;
	}
	return 0;
}

static double
log_of(const struct job *j, const struct mia_model_rows *m, uint32_t record,
       size_t view)
{
	double l = NAN;

	mia_rmia_log(j->signal,
		     mia_answers_value(&j->answers, m, record, view, 0), &l);
	return l;
}

static double
p_of(const struct job *j, const struct mia_model_rows *m, uint32_t record,
     size_t view)
{
	return mia_rmia_p(j->signal,
			  mia_answers_value(&j->answers, m, record, view, 0));
}

/* --- what the shadows say ------------------------------------------------- */

static size_t
dropped(const struct job *j, size_t n)
{
	return (size_t)mia_roc_allowed(j->trim, n);
}

/* What the target and the shadows say of n records. */
static void
likes_fill(const struct job *j, struct mia_rmia_likes *x,
	   const struct mia_model_rows *model, const uint32_t *record, size_t n,
	   const struct mia_pick *pick)
{
	const struct mia_answers *a = &j->answers;
	uint32_t *in = mia_alloc(a->shadows, sizeof(*in));
	uint32_t *out = mia_alloc(a->shadows, sizeof(*out));
	double *v = mia_alloc(a->shadows, sizeof(*v));

	mia_rmia_likes_init(x, n, a->views);
	for (size_t i = 0; i < n; i++) {
		size_t n_in, n_out;

		mia_answers_pick(a, record[i], pick, in, &n_in, out, &n_out);
		for (size_t w = 0; w < a->views; w++) {
			for (size_t k = 0; k < n_in; k++)
				v[k] = log_of(j, &a->shadow[in[k]], record[i],
					      w);
			for (size_t k = 0; k < n_out; k++)
				v[n_in + k] = log_of(j, &a->shadow[out[k]],
						     record[i], w);
			mia_rmia_likes_set(x, i, w,
					   log_of(j, model, record[i], w), v,
					   n_in, n_out, j->trim);
		}
	}
	free(in);
	free(out);
	free(v);
}

/* --- the population ------------------------------------------------------- */

/* Population records that the model has seen: the caller frees the list. */
static uint32_t *
population_of(const struct mia_answers *a, const struct mia_model_rows *m,
	      size_t *n)
{
	uint32_t *z = mia_alloc(a->ids.n, sizeof(*z));

	*n = 0;
	for (uint32_t i = 0; i < a->ids.n; i++)
		if (mia_answers_group(a, i) == MIA_GROUP_POPULATION &&
		    mia_rows_seen(m, i))
			z[(*n)++] = i;
	return z;
}

static int
no_population(const struct mia_bench *b, struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"no row of part population under model '%.*s'; give "
			"split-data a --population, and query it",
			(int)(b->name.n > 60 ? 60 : b->name.n), b->name.s);
}

/* Drops the z with too few shadows, or refuses them. */
static int
enough_population(struct job *j, uint32_t *z, size_t *n,
		  const struct mia_bench *b, struct mia_fault *f)
{
	const struct mia_answers *a = &j->answers;
	uint32_t *in = mia_alloc(a->shadows, sizeof(*in));
	uint32_t *out = mia_alloc(a->shadows, sizeof(*out));
	size_t kept = 0, n_in, n_out;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < *n; i++) {
		struct mia_text id = mia_names_text(&a->ids, z[i]);

		mia_answers_pick(a, z[i], &b->pick, in, &n_in, out, &n_out);
		if (n_out >= j->rule.least)
			z[kept++] = z[i];
		else if (j->o->missing == REFUSE)
			rc = mia_fail(f, MIA_DATA,
				      "population record '%.*s' has rows under "
				      "%zu shadows, fewer than %" PRId64
				      "; query them all, or --missing empty",
				      (int)(id.n > 60 ? 60 : id.n), id.s, n_out,
				      j->o->min_shadows);
	}
	j->dropped += *n - kept;
	*n = kept;
	free(in);
	free(out);
	return rc == 0 && kept == 0 ? no_population(b, f) : rc;
}

/* log R of the population, whose models are all OUT: offline in any mode. */
static int
rank_population(struct job *j, struct trial *t, struct mia_rmia_population *p,
		struct mia_fault *f)
{
	const struct mia_answers *a = &j->answers;
	struct mia_rmia_likes z;
	uint32_t *record = population_of(a, t->b.model, &t->population);
	double *ratio;

	if (t->population == 0 ||
	    enough_population(j, record, &t->population, &t->b, f) != 0) {
		free(record);
		return t->population == 0 ? no_population(&t->b, f) : -1;
	}
	likes_fill(j, &z, t->b.model, record, t->population, &t->b.pick);
	ratio = mia_alloc(z.n * a->views, sizeof(*ratio));
	for (size_t i = 0; i < z.n; i++)
		mia_rmia_likes_ratio(&z, i, MIA_RMIA_OFFLINE, &j->rule,
				     ratio + i * a->views);
	mia_rmia_population_init(p, ratio, z.n, a->views);
	free(ratio);
	free(record);
	mia_rmia_likes_free(&z);
	return 0;
}

/* --- our scores ----------------------------------------------------------- */

static enum mia_rmia_form
form_of(enum what what)
{
	static const enum mia_rmia_form form[] = {
		MIA_RMIA_ONLINE,     MIA_RMIA_OFFLINE, MIA_RMIA_BASE,
		MIA_RMIA_CALIBRATED, MIA_RMIA_ONLINE,  MIA_RMIA_OFFLINE};

	return form[what];
}

/* One column of record i; ratio has room for its views. */
static double
score_of(const struct job *j, const struct mia_rmia_likes *x, size_t i,
	 enum what what, struct mia_rmia_population *z, double *ratio)
{
	double score =
		mia_rmia_likes_ratio(x, i, form_of(what), &j->rule, ratio);

	if (isnan(score) || (what != RANK_ONLINE && what != RANK_OFFLINE))
		return score;
	return mia_rmia_rank(z, ratio, log(j->gamma));
}

static bool
has_column(const struct job *j, enum what what)
{
	for (size_t c = 0; c < j->columns; c++)
		if (j->column[c] == what)
			return true;
	return false;
}

static int
judge_ours(struct job *j, struct trial *t, struct mia_fault *f)
{
	double *ratio = mia_alloc(j->answers.views, sizeof(*ratio));
	struct mia_rmia_population z = {0};
	int rc = 0;

	if (has_column(j, RANK_ONLINE) || has_column(j, RANK_OFFLINE))
		rc = rank_population(j, t, &z, f);
	for (size_t c = 0; rc == 0 && c < j->columns; c++)
		for (size_t i = 0; i < t->b.n; i++)
			t->score[c][i] =
				score_of(j, &t->x, i, j->column[c], &z, ratio);
	mia_rmia_population_free(&z);
	free(ratio);
	return rc;
}

/* --- the scores of other tools -------------------------------------------- */

/* R of a record under pm or rmia24, in each view. */
static void
peer_ratio(const struct job *j, const struct trial *t, uint32_t record,
	   enum what what, double *ratio)
{
	const struct mia_answers *a = &j->answers;
	size_t m = a->shadows, n_in, n_out;
	uint32_t *in = mia_alloc(m, sizeof(*in));
	uint32_t *out = mia_alloc(m, sizeof(*out));
	double *p = mia_alloc(m, sizeof(*p)), *v = mia_alloc(m, sizeof(*v));
	bool *seen_in = mia_alloc(m, sizeof(*seen_in));

	mia_answers_pick(a, record, &t->b.pick, in, &n_in, out, &n_out);
	for (size_t w = 0; w < a->views; w++) {
		double px = p_of(j, t->b.model, record, w), mean;
		size_t n = 0;

		for (size_t k = 0; what != PEER_OFFLINE && k < n_in; k++) {
			seen_in[n] = true;
			p[n++] = p_of(j, &a->shadow[in[k]], record, w);
		}
		for (size_t k = 0; k < n_out; k++) {
			seen_in[n] = false;
			p[n++] = p_of(j, &a->shadow[out[k]], record, w);
		}
		mean = what == PEER_PM
			       ? mia_rmia_pm_out(p, seen_in, n, j->rule.a, v)
			       : mia_rmia_trimmed(p, n, dropped(j, n));
		ratio[w] = what == PEER_ONLINE
				   ? px / mean
				   : mia_rmia_linear(px, mean, j->rule.a);
	}
	free(in);
	free(out);
	free(p);
	free(v);
	free(seen_in);
}

/* pm: the population's; rmia24: the target's non-members, of whom each is
 * counted one too high. */
static void
judge_peer(const struct job *j, struct trial *t, enum what what, double *score)
{
	size_t views = j->answers.views, n = 0;
	uint32_t *z = population_of(&j->answers, t->b.model, &n);
	double *x = mia_alloc(views, sizeof(*x)), *rz;

	for (size_t i = 0; what != PEER_PM && i < t->b.n; i++) {
		if (i == 0) {
			free(z);
			z = mia_alloc(t->b.n, sizeof(*z));
			n = 0;
		}
		if (!t->b.member[i])
			z[n++] = t->b.record[i];
	}
	rz = mia_alloc(n * views, sizeof(*rz));
	for (size_t i = 0; i < n; i++)
		peer_ratio(j, t, z[i], what, rz + i * views);
	for (size_t i = 0; i < t->b.n; i++) {
		size_t won;

		peer_ratio(j, t, t->b.record[i], what, x);
		won = mia_rmia_outer(x, rz, n, views, j->gamma);
		if (what == PEER_PM || t->b.member[i])
			score[i] = (double)won / (double)n;
		else
			score[i] = ((double)won + 1) / ((double)n - 1);
	}
	t->population = n;
	free(z);
	free(x);
	free(rz);
}

/* Has each record, and the population, what the peer needs? */
static int
check_peer(struct job *j, const struct trial *t, struct mia_fault *f)
{
	const struct mia_bench *b = &t->b;
	bool both = j->o->compat == RMIA24;
	size_t n;

	for (size_t i = 0; i < b->n; i++)
		if (mia_bench_lacks(b, i, 1, both, both) ||
		    mia_sides_in(&b->sides, i) + mia_sides_out(&b->sides, i) ==
			    0)
			return mia_bench_enough(b, 1, true, true, f);
	if (!both) {
		uint32_t *z = population_of(&j->answers, b->model, &n);
		int rc = n == 0 ? no_population(b, f)
				: enough_population(j, z, &n, b, f);

		free(z);
		return rc;
	}
	n = 0;
	for (size_t i = 0; i < t->b.n; i++)
		n += !t->b.member[i];
	if (n < 2)
		return mia_fail(f, MIA_DATA,
				"--compat rmia24 takes the target's "
				"non-members for a population, and needs two "
				"or more");
	return 0;
}

/* --- judging -------------------------------------------------------------- */

/* Has each record the shadows that each column needs? */
static bool
all_enough(const struct job *j, const struct trial *t)
{
	for (size_t c = 0; c < j->columns; c++)
		for (size_t i = 0; i < t->b.n; i++)
			if (!mia_rmia_likes_enough(
				    &t->x, i, form_of(j->column[c]), &j->rule))
				return false;
	return true;
}

/* May these records be scored? */
static int
check(const struct job *j, const struct trial *t, struct mia_fault *f)
{
	const struct mia_bench *b = &t->b;
	struct mia_fault peer = {0};
	bool in = has_column(j, SCORE_ONLINE) || j->o->invert;

	if (j->o->missing == REFUSE && j->o->compat == OURS &&
	    !all_enough(j, t))
		return mia_bench_enough(b, j->rule.least, in, true, f);
	if (j->o->leave_one_out)
		return 0;
	if (mia_bench_twin(b, f) != 0)
		return -1;
	if (j->o->equal_counts || j->o->compat == RMIA24 ||
	    mia_bench_counts(b, j->o->compat == OURS ? f : &peer) == 0)
		return 0;
	if (j->o->compat == OURS)
		return -1;
	mia_warn(j->c, "%s", peer.text);
	return 0;
}

/* How many shadows stand against each record. */
static void
limit(const struct job *j, struct mia_bench *b)
{
	size_t most = (size_t)j->o->references;

	if (j->o->equal_counts || j->o->compat == RMIA24)
		mia_bench_cut(b, j->rule.least);
	if (j->o->compat == RMIA24) {
		size_t less = b->pick.max_in < b->pick.max_out
				      ? b->pick.max_in
				      : b->pick.max_out;

		most = most == 0 || less < most ? less : most;
	}
	if (most > 0)
		mia_bench_limit(b, most, most);
}

/* Scores the bench of a trial. */
static int
judge(struct job *j, struct trial *t, struct mia_fault *f)
{
	int rc = 0;

	limit(j, &t->b);
	for (size_t c = 0; c < j->columns; c++)
		t->score[c] = mia_alloc(t->b.n, sizeof(double));
	if (t->b.n == 0)
		return 0;
	if (j->o->compat == OURS)
		likes_fill(j, &t->x, t->b.model, t->b.record, t->b.n,
			   &t->b.pick);
	else
		rc = check_peer(j, t, f);
	if (rc == 0)
		rc = check(j, t, f);
	if (rc == 0 && j->o->compat == OURS)
		rc = judge_ours(j, t, f);
	else
		for (size_t c = 0; rc == 0 && c < j->columns; c++)
			judge_peer(j, t, j->column[c], t->score[c]);
	for (size_t c = 0; rc == 0 && c < j->columns; c++)
		for (size_t i = 0; i < t->b.n; i++)
			j->empty[c] += isnan(t->score[c][i]);
	return rc;
}

static void
trial_free(const struct job *j, struct trial *t)
{
	for (size_t c = 0; c < j->columns; c++)
		free(t->score[c]);
	mia_rmia_likes_free(&t->x);
	mia_bench_free(&t->b);
}

/* --- a -------------------------------------------------------------------- */

static int
find_shadow(const struct job *j, size_t *k, struct mia_fault *f)
{
	const struct mia_answers *a = &j->answers;
	bool opposite;

	*k = 0;
	if (j->o->tune_shadow != UNSET)
		while (*k < a->shadows &&
		       a->shadow[a->order[*k]].number != j->o->tune_shadow)
			++*k;
	if (*k == a->shadows)
		return mia_fail(f, MIA_USAGE,
				"--tune-shadow: there is no shadow %" PRId64,
				j->o->tune_shadow);
	for (uint32_t t = 0; t < a->targets.n; t++) {
		struct mia_text name = mia_names_text(&a->targets, t);

		if (mia_answers_twins(a, &a->target[t],
				      &a->shadow[a->order[*k]], 1, &opposite))
			return mia_fail(
				f, MIA_DATA,
				"shadow %" PRId64 " was trained on just the %s "
				"of '%.*s', so tuning a on it is tuning on "
				"what is audited; give --tune-shadow another",
				a->shadow[a->order[*k]].number,
				opposite ? "non-members" : "members",
				(int)(name.n > 60 ? 60 : name.n), name.s);
	}
	return 0;
}

/* a from a shadow in the target's place, against the other shadows that the
 * design allows. */
static int
tune(struct job *j, const struct mia_meta *m, struct mia_fault *f)
{
	struct mia_leave_out l;
	enum mia_leave design;
	struct mia_pick pick;
	struct mia_bench b;
	struct mia_rmia_likes x;
	struct mia_rmia_tuned best;
	size_t k, n = 0, views = j->answers.views;
	int rc;

	if (find_shadow(j, &k, f) != 0 ||
	    mia_leave_design(m, j->o->design, true, &design, f) != 0 ||
	    mia_leave_out_init(&l, &j->answers, design, f) != 0)
		return -1;
	pick = mia_leave_pick(&l, k);
	mia_bench_shadow(&b, &j->answers, k, &pick, false);
	limit(j, &b);
	likes_fill(j, &x, b.model, b.record, b.n, &b.pick);
	for (size_t i = 0; i < b.n; i++) {
		if (x.n_out[i] == 0)
			continue;
		memmove(x.target + n * views, x.target + i * views,
			views * sizeof(double));
		memmove(x.out + n * views, x.out + i * views,
			views * sizeof(double));
		b.member[n++] = b.member[i];
	}
	rc = mia_rmia_tune(x.target, x.out, b.member, n, views, &best, f);
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

/* --- output --------------------------------------------------------------- */

static void
add_column(struct job *j, enum what what)
{
	static const char *const word[] = {"score_rmia_online",
					   "score_rmia_offline",
					   "score_base",
					   "score_calibrated",
					   "rank_rmia_online",
					   "rank_rmia_offline",
					   "score_pm",
					   "score_rmia24_online",
					   "score_rmia24_offline"};
	bool named = j->signal == MIA_RMIA_OTHER;

	j->column[j->columns] = what;
	snprintf(j->name[j->columns++], sizeof(j->name[0]), "%s%s%.30s",
		 word[what], named ? "_" : "", named ? j->o->signal : "");
}

static int
choose_columns(struct job *j, const struct mia_reader *r, struct mia_fault *f)
{
	const struct mia_answers *a = &j->answers;
	const struct opts *o = j->o;
	bool in = mia_answers_any_in(a), population = false;
	bool online = o->mode == AUTO ? in : o->mode != OFFLINE;
	bool offline = o->mode == AUTO ? !in : o->mode != ONLINE;

	for (uint32_t i = 0; !population && i < a->ids.n; i++)
		population = mia_answers_group(a, i) == MIA_GROUP_POPULATION;
	if (online && !in)
		return mia_fail(f, MIA_DATA,
				"no shadow was trained on an audited record, "
				"so there is no online attack; use --mode "
				"offline");
	if (o->compat == OURS && o->gamma != UNSET && !population)
		return mia_fail(f, MIA_DATA,
				"--gamma needs rows of part population; give "
				"split-data a --population, and query it");
	if (o->compat == PM)
		add_column(j, PEER_PM);
	if (o->compat == RMIA24 && online)
		add_column(j, PEER_ONLINE);
	if (o->compat == RMIA24 && offline)
		add_column(j, PEER_OFFLINE);
	for (int rank = 0; o->compat == OURS && rank <= population; rank++) {
		if (online)
			add_column(j, rank ? RANK_ONLINE : SCORE_ONLINE);
		if (offline)
			add_column(j, rank ? RANK_OFFLINE : SCORE_OFFLINE);
	}
	if (o->base)
		add_column(j, SCORE_BASE);
	if (o->calibrated)
		add_column(j, SCORE_CALIBRATED);
	for (size_t c = 0; c < j->columns; c++)
		if (mia_reader_find(r, j->name[c]) >= 0)
			return mia_fail(f, MIA_DATA,
					"%s: column '%s' is there already; "
					"leave it out of the input",
					mia_reader_file(r), j->name[c]);
	return 0;
}

static int
write_header(const struct job *j, const struct mia_reader *r,
	     struct mia_writer *w, struct mia_fault *f)
{
	static const char *const detail[] = {"n_in",	  "n_out", "log_p_in",
					     "log_p_out", "a",	   "population",
					     NULL};

	mia_scores_header(&j->answers, r, w, !j->o->leave_one_out);
	if (j->o->leave_one_out)
		mia_write_str(w, j->o->signal);
	for (size_t i = 0; j->o->detail && detail[i] != NULL; i++)
		mia_write_str(w, detail[i]);
	for (size_t c = 0; c < j->columns; c++)
		mia_write_str(w, j->name[c]);
	return mia_writer_row(w, f);
}

/* --detail and the scores of record i: what every row ends in. */
static int
end_row(const struct job *j, const struct trial *t, size_t i,
	struct mia_writer *w, struct mia_fault *f)
{
	if (j->o->detail) {
		size_t e = i * j->answers.views;

		mia_write_int(w, (int64_t)t->x.n_in[i]);
		mia_write_int(w, (int64_t)t->x.n_out[i]);
		mia_write_num(w, t->x.in[e]);
		mia_write_num(w, t->x.out[e]);
		mia_write_num(w, j->rule.a);
		mia_write_int(w, (int64_t)t->population);
	}
	for (size_t c = 0; c < j->columns; c++)
		mia_write_num(w, t->score[c][i]);
	return mia_writer_row(w, f);
}

/* Judges each target, then writes all rows in the order they came. */
static int
judge_targets(struct job *j, struct mia_writer *w, struct mia_fault *f)
{
	size_t n = j->answers.targets.n, *at = mia_alloc(n, sizeof(*at));
	struct trial *t = mia_alloc(n, sizeof(*t));
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		mia_bench_target(&t[i].b, &j->answers, i, false);
		rc = judge(j, &t[i], f);
	}
	for (size_t i = 0; rc == 0 && i < j->answers.rows; i++) {
		uint32_t k = j->answers.row[i].target;

		rc = mia_scores_row(&j->answers, &j->answers.row[i], w, f);
		if (rc == 0)
			rc = end_row(j, &t[k], at[k]++, w, f);
	}
	for (size_t i = 0; i < n; i++)
		trial_free(j, &t[i]);
	free(at);
	free(t);
	return rc;
}

/* Judges the k-th shadow in the target's place and writes its rows. */
static int
judge_shadow(struct job *j, const struct mia_leave_out *l, size_t k,
	     struct mia_writer *w, struct mia_fault *f)
{
	struct mia_pick pick = mia_leave_pick(l, k);
	struct trial t = {0};
	int rc;

	mia_bench_shadow(&t.b, &j->answers, k, &pick, false);
	rc = judge(j, &t, f);
	for (size_t i = 0; rc == 0 && i < t.b.n; i++) {
		mia_scores_key(&j->answers, t.b.record[i], t.b.name,
			       t.b.member[i], w);
		mia_write_num(w, mia_answers_value(&j->answers, t.b.model,
						   t.b.record[i], 0, 0));
		rc = end_row(j, &t, i, w, f);
	}
	trial_free(j, &t);
	return rc;
}

static int
judge_shadows(struct job *j, const struct mia_meta *m, struct mia_writer *w,
	      struct mia_fault *f)
{
	struct mia_leave_out l;
	enum mia_leave design;

	if (mia_leave_design(m, j->o->design, false, &design, f) != 0 ||
	    mia_leave_out_init(&l, &j->answers, design, f) != 0)
		return -1;
	for (size_t k = 0; k < j->answers.shadows; k++)
		if (judge_shadow(j, &l, k, w, f) != 0)
			return -1;
	return 0;
}

/* --- the whole ------------------------------------------------------------ */

static int
read_all(struct job *j, struct mia_reader **r, struct mia_fault *f)
{
	struct mia_answers_opts o = {
		.signal = &j->o->signal,
		.signals = 1,
		.stored = true,
		.targets = !j->o->leave_one_out,
		.also = MIA_PART_BIT(MIA_PART_POPULATION) |
			(j->tune ? MIA_PART_BIT(MIA_PART_AUX) : 0)};
	bool disorder;

	if (mia_reader_open(r, j->c->file, j->c->n_file, NULL, f) != 0 ||
	    mia_reader_want(*r, "signals", f) != 0 ||
	    mia_answers_read(&j->answers, *r, &o, &disorder, f) != 0 ||
	    mia_answers_settle(&j->answers, f) != 0 || check_values(j, f) != 0)
		return -1;
	return 0;
}

static int
write_all(struct job *j, struct mia_reader *r, struct mia_writer *w,
	  struct mia_fault *f)
{
	const struct mia_meta *m = mia_reader_meta(r);

	if (mia_writer_begin(w, "scores", m, j->c->tool_line, f) != 0 ||
	    write_header(j, r, w, f) != 0)
		return -1;
	if ((j->o->leave_one_out ? judge_shadows(j, m, w, f)
				 : judge_targets(j, w, f)) != 0)
		return -1;
	return mia_writer_end(w, &m->in, f);
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
				 j->name[c], j->empty[c]);
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
	if (rc == 0)
		rc = mia_writer_close(w, f);
	else
		mia_writer_abandon(w);
	if (rc == 0)
		warn(j);
	if (rc == 0)
		mia_say(j->c,
			"%zu records, %zu shadows, %" PRIu64
			" rows passed over",
			j->answers.ids.n, j->answers.shadows,
			j->answers.passed_over);
	mia_reader_close(r);
	mia_answers_free(&j->answers);
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
