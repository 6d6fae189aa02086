/*
 * fit-lira: the likelihood-ratio attack. Signals of a target and of shadow
 * models in, one row of scores a record and target out.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "attack/lira.h"
#include "attack/lira_columns.h"
#include "attack/lira_joint.h"
#include "attack/signal.h"
#include "base/mem.h"
#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/answers.h"
#include "run/bench.h"
#include "run/leave_out.h"
#include "run/scores.h"

/* From this many shadows on a record's own variance is good enough (Carlini
 * et al., section VI-B). */
#define MANY 64

enum { AUTO, ONLINE, OFFLINE, BOTH };
enum { REFUSE, EMPTY };

struct opts {
	int mode, missing, design;
	struct mia_list variance, centre, compat;
	const char *signal;
	int64_t min_shadows;
	bool equal_counts, leave_one_out, detail;
};

struct job {
	struct mia_command *c;
	const struct opts *o;
	char *names; /* of the signals, cut at commas */
	const char *signal[MIA_PRODUCTS_MAX];
	int sense[MIA_PRODUCTS_MAX];
	size_t signals;
	struct mia_lira_wanted want;
	bool median;
	struct mia_lira_column column[MIA_LIRA_COLUMNS];
	size_t columns;
	struct mia_answers a;
	/* Of each column: */
	uint64_t zero[MIA_LIRA_COLUMNS];  /* deviations replaced */
	uint64_t empty[MIA_LIRA_COLUMNS]; /* scores not given */
};

/* --- options -------------------------------------------------------------- */

/* The words of a repeatable option, each perhaps several with commas. */
static unsigned
words(const struct mia_command *c, const char *name, const struct mia_list *l,
      const char *choices)
{
	unsigned set = 0;

	for (size_t i = 0; i < l->n; i++)
		for (const char *s = l->item[i]; s != NULL;) {
			size_t n = strcspn(s, ",");
			const char *w = choices;
			unsigned bit = 1;

			while (w != NULL && (strncmp(w, s, n) != 0 ||
					     strcspn(w, "|") != n)) {
				w = strchr(w, '|');
				w = w == NULL ? NULL : w + 1;
				bit <<= 1;
			}
			if (w == NULL)
				mia_opts_bad(c, "--%s: '%.*s' is not one of %s",
					     name, (int)n, s, choices);
			set |= bit;
			s = s[n] == ',' ? s + n + 1 : NULL;
		}
	return set;
}

/* --signal A[,B]; a minus in front turns the sense round. */
static void
scan_signals(struct job *j)
{
	char *s = j->names = mia_copy(j->o->signal, strlen(j->o->signal));

	while (s != NULL) {
		char *comma = strchr(s, ',');
		int sense = s[0] == '-' ? -1 : 1;

		if (comma != NULL)
			*comma = '\0';
		s += s[0] == '-';
		if (*s == '\0')
			mia_opts_bad(j->c, "--signal: '%s' has an empty name",
				     j->o->signal);
		if (j->signals == MIA_PRODUCTS_MAX)
			mia_opts_bad(j->c, "--signal: at most %d at once",
				     MIA_PRODUCTS_MAX);
		j->sense[j->signals] = sense * mia_signal_sense(mia_text(s));
		j->signal[j->signals++] = s;
		s = comma == NULL ? NULL : comma + 1;
	}
}

/* What the options mean together; ends the program if nothing. */
static void
settle(struct job *j)
{
	const struct opts *o = j->o;
	const struct mia_command *c = j->c;

	scan_signals(j);
	j->want.variances =
		words(c, "variance", &o->variance, MIA_LIRA_VARIANCES);
	j->want.centres = words(c, "centre", &o->centre, MIA_LIRA_CENTRES);
	j->want.peers = words(c, "compat", &o->compat, MIA_LIRA_PEERS);
	if (j->want.peers &&
	    (j->want.variances || j->want.centres || o->mode != AUTO))
		mia_opts_bad(c, "--compat fixes mode, variance and centre; "
				"leave those options out");
	if (j->signals > 1 &&
	    (j->want.peers || j->want.centres & 2 || o->detail ||
	     j->want.variances & 1u << MIA_LIRA_SHRUNKEN))
		mia_opts_bad(c, "several signals go with the mean, and with "
				"--variance per-record, pooled or pooled-raw");
	if (o->design >= 0 && !o->leave_one_out)
		mia_opts_bad(c, "--design belongs to --leave-one-out");
	if (j->want.centres == 0)
		j->want.centres = 1;
	j->want.signal = j->signal;
	j->want.signals = j->signals;
	j->want.equal_counts = o->equal_counts;
	j->median = j->want.peers != 0 || j->want.centres & 2;
}

/* Can what we read be read again? */
static bool
files_only(const struct mia_command *c)
{
	struct stat st;

	for (size_t i = 0; i < c->n_file; i++)
		if (strcmp(c->file[i], "-") == 0 ||
		    stat(c->file[i], &st) != 0 || !S_ISREG(st.st_mode))
			return false;
	return c->n_file > 0;
}

/* --- the columns ---------------------------------------------------------- */

static int
choose_columns(struct job *j, const struct mia_reader *r, struct mia_fault *f)
{
	struct mia_lira_wanted *w = &j->want;
	bool in = mia_answers_any_in(&j->a);

	w->online = j->o->mode == AUTO ? in : j->o->mode != OFFLINE;
	w->offline = j->o->mode == AUTO ? !in : j->o->mode != ONLINE;
	if (w->online && !in && !w->peers)
		return mia_fail(f, MIA_DATA,
				"no shadow was trained on an audited record, "
				"so there is no online attack; use --mode "
				"offline");
	for (size_t i = 0; i < j->signals; i++)
		if (w->offline && j->sense[i] == 0)
			return mia_fail(f, MIA_USAGE,
					"small sizes of '%s' speak for a "
					"member, which no one-sided test can "
					"see; use --mode online, or phi",
					j->signal[i]);
	if (w->variances == 0 && j->a.shadows >= MANY)
		w->variances = 1u << MIA_LIRA_PER_RECORD;
	else if (w->variances == 0)
		w->variances = 1u << (j->signals > 1 ? MIA_LIRA_POOLED
						     : MIA_LIRA_SHRUNKEN);
	j->columns = mia_lira_columns(w, j->column);
	for (size_t i = 0; i < j->columns; i++)
		if (mia_reader_find(r, j->column[i].name) >= 0)
			return mia_fail(f, MIA_DATA,
					"%s: column '%s' is there already; "
					"leave it out of the input",
					mia_reader_file(r), j->column[i].name);
	return 0;
}

/* --- judging -------------------------------------------------------------- */

static bool
uses(const struct job *j, bool (*side)(const struct mia_lira_rule *))
{
	for (size_t i = 0; i < j->columns; i++)
		if (side(&j->column[i].rule))
			return true;
	return false;
}

/* What a bench may be scored for. */
static int
check(const struct job *j, const struct mia_bench *b, bool cut,
      struct mia_fault *f)
{
	struct mia_fault peer = {0};

	if (j->o->missing == REFUSE &&
	    mia_bench_enough(b, (uint64_t)j->o->min_shadows,
			     uses(j, mia_lira_uses_in),
			     uses(j, mia_lira_uses_out), f) != 0)
		return -1;
	if (j->o->leave_one_out)
		return 0;
	if (mia_bench_twin(b, f) != 0)
		return -1;
	if (cut || mia_bench_counts(b, j->want.peers ? &peer : f) == 0)
		return 0;
	if (j->want.peers)
		mia_warn(j->c, "%s", peer.text);
	return j->want.peers ? 0 : -1;
}

/* The priors behind a column, with -v. */
static void
tell(const struct job *j, const struct mia_bench *b,
     const struct mia_lira_column *c, const struct mia_lira_note *note)
{
	if (c->rule.variance != MIA_LIRA_SHRUNKEN)
		return;
	for (int out = !mia_lira_uses_in(&c->rule); out < 2; out++) {
		const struct mia_lira_prior *p = out ? &note->out : &note->in;

		mia_say(j->c,
			"'%.*s': %s prior: %g degrees of freedom, deviation "
			"%g, %" PRIu64 " left out",
			(int)b->name.n, b->name.s, out ? "OUT" : "IN", p->df,
			sqrt(p->variance), p->left_out);
	}
}

/* What was put in another's place, or not given at all. */
static void
warn(const struct job *j)
{
	for (size_t i = 0; i < j->columns; i++) {
		if (j->zero[i] > 0)
			mia_warn(j->c,
				 "%s: %" PRIu64 " deviations are 0 or cannot "
				 "be had; the pooled one stands in",
				 j->column[i].name, j->zero[i]);
		if (j->empty[i] > 0)
			mia_warn(j->c,
				 "%s: %" PRIu64 " scores are empty, for want "
				 "of shadows",
				 j->column[i].name, j->empty[i]);
	}
}

/* One column of one bench, into score[b->n]. */
static int
score_column(struct job *j, const struct mia_bench *b, size_t column,
	     double *score, struct mia_fault *f)
{
	const struct mia_lira_column *c = &j->column[column];
	const struct mia_sides *d = &b->sides;
	struct mia_lira one = {d->records,
			       d->views,
			       d->target,
			       {d->in, d->median_in},
			       {d->out, d->median_out},
			       j->sense[0]};
	struct mia_lira_joint many = {
		.records = d->records,
		.views = d->views,
		.signals = d->signals,
		.target = d->target,
		.in = {d->n_in, d->mean_in, d->product_in},
		.out = {d->n_out, d->mean_out, d->product_out}};
	bool in = mia_lira_uses_in(&c->rule), out = mia_lira_uses_out(&c->rule);
	struct mia_lira_note note;
	int rc;

	memcpy(many.sense, j->sense, sizeof(many.sense));
	if (d->signals > 1)
		rc = mia_lira_joint_score(&many, &c->rule, score, &note, f);
	else
		rc = mia_lira_score(&one, &c->rule, score, &note, f);
	if (rc != 0)
		return -1;
	tell(j, b, c, &note);
	j->zero[column] += note.zero_in + note.zero_out;
	for (size_t i = 0; i < b->n; i++) {
		if (mia_bench_lacks(b, i, (uint64_t)j->o->min_shadows, in, out))
			score[i] = NAN;
		j->empty[column] += isnan(score[i]);
	}
	return 0;
}

/* All columns of a bench: first those of all its shadows, then those that cut
 * them to equal counts.  Leaves the sides of the last for --detail. */
static int
judge(struct job *j, struct mia_bench *b, double *const *score,
      struct mia_fault *f)
{
	size_t cut = 0;

	for (size_t i = 0; i < j->columns; i++)
		cut += j->column[i].cut;
	if (check(j, b, cut == j->columns, f) != 0)
		return -1;
	for (int pass = 0; pass < 2; pass++) {
		if (pass == 1 && cut > 0)
			mia_bench_cut(b, (uint64_t)j->o->min_shadows);
		for (size_t i = 0; i < j->columns; i++)
			if (j->column[i].cut == (pass == 1) &&
			    score_column(j, b, i, score[i], f) != 0)
				return -1;
	}
	return 0;
}

static double **
new_scores(const struct job *j, size_t n)
{
	double **score = mia_alloc(j->columns, sizeof(*score));

	for (size_t c = 0; c < j->columns; c++)
		score[c] = mia_alloc(n, sizeof(**score));
	return score;
}

static void
free_scores(const struct job *j, double **score)
{
	for (size_t c = 0; score != NULL && c < j->columns; c++)
		free(score[c]);
	free(score);
}

/* --- output --------------------------------------------------------------- */

static void
write_side(struct mia_writer *w, const struct mia_moments *m)
{
	mia_write_num(w, m->n > 0 ? m->mean : NAN);
	mia_write_num(w, m->n > 0 ? sqrt(mia_moments_variance(m)) : NAN);
}

/* --detail and the scores of record i: what every row ends in. */
static int
end_row(const struct job *j, const struct mia_bench *b, double *const *score,
	size_t i, struct mia_writer *w, struct mia_fault *f)
{
	size_t e = i * b->sides.views;

	if (j->o->detail) {
		mia_write_int(w, (int64_t)b->sides.in[e].n);
		mia_write_int(w, (int64_t)b->sides.out[e].n);
		write_side(w, &b->sides.in[e]);
		write_side(w, &b->sides.out[e]);
		mia_write_num(
			w, mia_lira_dprime(&b->sides.in[e], &b->sides.out[e]));
	}
	for (size_t c = 0; c < j->columns; c++)
		mia_write_num(w, score[c][i]);
	return mia_writer_row(w, f);
}

static int
write_header(const struct job *j, const struct mia_reader *r,
	     struct mia_writer *w, struct mia_fault *f)
{
	static const char *const detail[] = {"n_in",   "n_out",	   "mean_in",
					     "sd_in",  "mean_out", "sd_out",
					     "dprime", NULL};

	mia_scores_header(&j->a, r, w, !j->o->leave_one_out);
	for (size_t i = 0; j->o->leave_one_out && i < j->signals; i++)
		mia_write_str(w, j->signal[i]);
	for (size_t i = 0; j->o->detail && detail[i] != NULL; i++)
		mia_write_str(w, detail[i]);
	for (size_t c = 0; c < j->columns; c++)
		mia_write_str(w, j->column[c].name);
	return mia_writer_row(w, f);
}

/* Judges each target, then writes all rows in the order they came. */
static int
judge_targets(struct job *j, struct mia_writer *w, struct mia_fault *f)
{
	size_t n = j->a.targets.n, *at = mia_alloc(n, sizeof(*at));
	struct mia_bench *b = mia_alloc(n, sizeof(*b));
	double ***score = mia_alloc(n, sizeof(*score));
	int rc = 0;

	for (uint32_t t = 0; rc == 0 && t < n; t++) {
		mia_bench_target(&b[t], &j->a, t, j->median);
		score[t] = new_scores(j, b[t].n);
		if (b[t].n > 0)
			rc = judge(j, &b[t], score[t], f);
	}
	for (size_t i = 0; rc == 0 && i < j->a.rows; i++) {
		uint32_t t = j->a.row[i].target;

		rc = mia_scores_row(&j->a, &j->a.row[i], w, f);
		if (rc == 0)
			rc = end_row(j, &b[t], score[t], at[t]++, w, f);
	}
	for (size_t t = 0; t < n; t++) {
		free_scores(j, score[t]);
		mia_bench_free(&b[t]);
	}
	free(at);
	free(b);
	free(score);
	return rc;
}

/* Judges the k-th shadow in the target's place and writes its rows. */
static int
judge_shadow(struct job *j, const struct mia_leave_out *l, size_t k,
	     struct mia_writer *w, struct mia_fault *f)
{
	struct mia_pick pick = mia_leave_pick(l, k);
	struct mia_bench b;
	double **score;
	int rc;

	mia_bench_shadow(&b, &j->a, k, &pick, j->median);
	score = new_scores(j, b.n);
	rc = b.n > 0 ? judge(j, &b, score, f) : 0;
	for (size_t i = 0; rc == 0 && i < b.n; i++) {
		mia_scores_key(&j->a, b.record[i], b.name, b.member[i], w);
		for (size_t s = 0; s < j->signals; s++)
			mia_write_num(w, mia_answers_value(&j->a, b.model,
							   b.record[i], 0, s));
		rc = end_row(j, &b, score, i, w, f);
	}
	free_scores(j, score);
	mia_bench_free(&b);
	return rc;
}

static int
judge_shadows(struct job *j, const struct mia_meta *m, struct mia_writer *w,
	      struct mia_fault *f)
{
	struct mia_leave_out l;
	enum mia_leave design;

	if (mia_leave_design(m, j->o->design, false, &design, f) != 0 ||
	    mia_leave_out_init(&l, &j->a, design, f) != 0)
		return -1;
	for (size_t k = 0; k < j->a.shadows; k++)
		if (judge_shadow(j, &l, k, w, f) != 0)
			return -1;
	return 0;
}

/* --- reading -------------------------------------------------------------- */

static int
read_once(struct job *j, bool stored, struct mia_reader **r, bool *disorder,
	  struct mia_fault *f)
{
	struct mia_answers_opts o = {.signal = j->signal,
				     .signals = j->signals,
				     .stored = stored,
				     .targets = !j->o->leave_one_out};

	if (mia_reader_open(r, j->c->file, j->c->n_file, NULL, f) != 0)
		return -1;
	if (mia_reader_want(*r, "signals", f) != 0)
		return -1;
	return mia_answers_read(&j->a, *r, &o, disorder, f);
}

/* Streams moments where that will do, and begins again with values where the
 * order of the rows does not allow it. */
static int
read_all(struct job *j, struct mia_reader **r, struct mia_fault *f)
{
	bool stored = j->signals > 1 || j->median || j->o->equal_counts ||
		      j->o->leave_one_out || !files_only(j->c);
	bool disorder;
	int rc = read_once(j, stored, r, &disorder, f);

	if (rc == 0 && disorder) {
		mia_say(j->c, "the shadows of a record do not ascend; reading "
			      "again, with every value kept");
		mia_answers_free(&j->a);
		mia_reader_close(*r);
		*r = NULL;
		rc = read_once(j, true, r, &disorder, f);
	}
	if (rc == 0)
		rc = mia_answers_settle(&j->a, f);
	return rc;
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

static int
run(struct job *j, struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(j->c);
	struct mia_reader *r = NULL;
	struct mia_writer *w = NULL;
	int rc = read_all(j, &r, f);

	if (rc == 0)
		rc = choose_columns(j, r, f);
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
			j->a.ids.n, j->a.shadows, j->a.passed_over);
	mia_reader_close(r);
	mia_answers_free(&j->a);
	free(j->names);
	return rc;
}

int
main(int argc, char **argv)
{
	struct opts o = {.signal = "phi", .min_shadows = 2, .design = -1};
	struct mia_option option[] = {
		{"mode", 'm', MIA_OPT_CHOICE, &o.mode, "MODE",
		 "online, offline or both (online if shadows allow)", 0, 0,
		 "auto|online|offline|both", 0, false},
		{"variance", 0, MIA_OPT_LIST, &o.variance, "LIST",
		 MIA_LIRA_VARIANCES, 0, 0, NULL, 0, false},
		{"centre", 0, MIA_OPT_LIST, &o.centre, "LIST", MIA_LIRA_CENTRES,
		 0, 0, NULL, 0, false},
		{"signal", 0, MIA_OPT_STRING, &o.signal, "NAMES",
		 "A[,B ...]: one signal, or several jointly (phi)", 0, 0, NULL,
		 0, false},
		{"compat", 0, MIA_OPT_LIST, &o.compat, "LIST",
		 "the scores of other tools: " MIA_LIRA_PEERS, 0, 0, NULL, 0,
		 false},
		{"min-shadows", 0, MIA_OPT_INT, &o.min_shadows, "N",
		 "IN and OUT shadows a record needs (2)", 0, 1e9, NULL, 0,
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
		 "of those shadows: " MIA_LEAVE_DESIGNS " (from their head)", 0,
		 0, MIA_LEAVE_DESIGNS, 0, false},
		{"detail", 0, MIA_OPT_FLAG, &o.detail, NULL,
		 "add counts, means, deviations and d'", 0, 0, NULL, 0, false},
		{0},
	};
	struct mia_command c = {
		.name = "fit-lira",
		.summary = "likelihood-ratio attack from target and shadows",
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
