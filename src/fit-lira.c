/*
 * fit-lira: the likelihood-ratio attack. Signals of a target and of shadow
 * models in, one row of scores a record and target out.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attack/lira.h"
#include "attack/lira_columns.h"
#include "attack/lira_detail.h"
#include "attack/lira_joint.h"
#include "attack/signal.h"
#include "base/mem.h"
#include "front/opts.h"
#include "front/words.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/answers_open.h"
#include "run/bench.h"
#include "run/leave_out.h"
#include "run/trial.h"

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
	struct mia_answers a;
	struct mia_lira_column column[MIA_LIRA_COLUMNS];
	size_t columns;
	const char *name[MIA_LIRA_DETAILS +
			 MIA_LIRA_COLUMNS]; /* of what is written */
	size_t details;			    /* come first */
	/* Of each column: */
	uint64_t zero[MIA_LIRA_COLUMNS];  /* deviations replaced */
	uint64_t empty[MIA_LIRA_COLUMNS]; /* scores not given */
};

/* --- options -------------------------------------------------------------- */

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
		mia_words_set(c, "variance", &o->variance, MIA_LIRA_VARIANCES);
	j->want.centres =
		mia_words_set(c, "centre", &o->centre, MIA_LIRA_CENTRES);
	j->want.peers = mia_words_set(c, "compat", &o->compat, MIA_LIRA_PEERS);
	if (j->want.peers &&
	    (j->want.variances || j->want.centres || o->mode != MIA_LIRA_AUTO))
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

/* --- the columns ---------------------------------------------------------- */

static int
choose_columns(struct job *j, const struct mia_reader *r, struct mia_fault *f)
{
	bool in = mia_answers_any_in(&j->a);

	if (in && j->o->mode == MIA_LIRA_AUTO && j->want.peers == 0 &&
	    !mia_answers_in_varies(&j->a)) {
		mia_warn(j->c,
			 "the shadows answer every record they were trained on "
			 "alike (they know them by heart), so there is no IN "
			 "deviation; scored offline, by the OUT shadows alone");
		in = false;
	}
	if (mia_lira_choose(&j->want, (enum mia_lira_mode)j->o->mode, in,
			    j->a.shadows, j->sense, f) != 0)
		return -1;
	j->columns = mia_lira_columns(&j->want, j->column);
	for (size_t i = 0; j->o->detail && i < MIA_LIRA_DETAILS; i++)
		j->name[j->details++] = mia_lira_detail_name[i];
	for (size_t i = 0; i < j->columns; i++)
		j->name[j->details + i] = j->column[i].name;
	return mia_trial_check(r, j->name, j->details + j->columns, f);
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
 * them to equal counts. */
static int
judge(void *ctx, struct mia_bench *b, double *const *cell, struct mia_fault *f)
{
	struct job *j = ctx;
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
			    score_column(j, b, i, cell[j->details + i], f) != 0)
				return -1;
	}
	if (j->o->detail)
		mia_lira_details(b->sides.in, b->sides.out, b->n,
				 b->sides.views, cell);
	return 0;
}

/* --- the whole ------------------------------------------------------------ */

static int
read_all(struct job *j, struct mia_reader **r, struct mia_fault *f)
{
	bool again;
	struct mia_answers_opts o = {.signal = j->signal,
				     .signals = j->signals,
				     .stored = j->signals > 1 || j->median ||
					       j->o->equal_counts ||
					       j->o->leave_one_out,
				     .targets = !j->o->leave_one_out};
	int rc = mia_answers_open(&j->a, r, j->c->file, j->c->n_file, &o,
				  &again, f);

	if (again)
		mia_say(j->c, "the shadows of a record do not ascend; reading "
			      "again, with every value kept");
	return rc;
}

static int
write_all(struct job *j, const struct mia_reader *r, struct mia_writer *w,
	  struct mia_fault *f)
{
	struct mia_trial t = {.a = &j->a,
			      .column = j->name,
			      .columns = j->details + j->columns,
			      .median = j->median,
			      .leave_one_out = j->o->leave_one_out,
			      .design = j->o->design,
			      .judge = judge,
			      .ctx = j};

	return mia_trial_write(&t, r, j->c->tool_line, w, f);
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
