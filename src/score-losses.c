/*
 * score-losses: predictions in, the signals that attacks work on out, row by
 * row.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attack/signal.h"
#include "front/opts.h"
#include "front/words.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/outputs.h"

struct opts {
	struct mia_outputs_opts in;
	struct mia_list signal;
	double floor; /* 0: the source's default */
	bool renormalise;
};

struct job {
	struct mia_command *c;
	const struct opts *o;
	struct mia_reader *r;
	struct mia_writer *w;
	struct mia_outputs in;
	double floor;
	bool head_floor; /* that of the stream's head */
	enum mia_signal signal[MIA_SIGNALS];
	size_t signals;
	unsigned want; /* the same as a set */
	uint64_t floored;
};

/* --- what to compute ------------------------------------------------------ */

/* The names of --signal, in their order, into j->signal. */
static void
scan_signals(struct job *j)
{
	struct mia_words w = {.list = &j->o->signal};
	struct mia_text t;

	while (mia_words_next(&w, &t)) {
		int k = mia_signal_find(t);

		if (k < 0)
			mia_opts_bad(j->c,
				     "--signal: '%.*s' is not one of loss phi "
				     "correct hinge conf margin entropy "
				     "mentropy residual",
				     (int)t.n, t.s);
		if (!(j->want & 1u << k))
			j->signal[j->signals++] = (enum mia_signal)k;
		j->want |= 1u << k;
	}
}

/* Options that contradict each other. */
static void
settle(struct job *j)
{
	const struct opts *o = j->o;
	const struct mia_outputs_opts *in = &o->in;

	scan_signals(j);
	if ((in->response == NULL) != (in->prediction == NULL))
		mia_opts_bad(j->c, "--response and --prediction go together");
	if (in->response != NULL && (in->prefix != NULL || o->renormalise))
		mia_opts_bad(j->c, "--response is for regression, which has "
				   "no class columns");
	if (in->logits && (in->prefix == NULL || o->renormalise))
		mia_opts_bad(j->c, "--logits says what the columns of --prefix "
				   "hold; logits are never renormalised");
	if (in->member != NULL && strcmp(in->member, "0") != 0 &&
	    strcmp(in->member, "1") != 0)
		mia_opts_bad(j->c, "--member: '%s' is not 0 or 1", in->member);
}

/* What can be had of a kind of outputs, and by default. */
struct source {
	unsigned can;
	size_t n;
	enum mia_signal usual[3];
	const char *words; /* in "cannot be had from" */
};

static const struct source of_classes = {
	(1u << MIA_SIGNAL_RESIDUAL) - 1,
	3,
	{MIA_SIGNAL_LOSS, MIA_SIGNAL_PHI, MIA_SIGNAL_CORRECT},
	"class columns; give --response and --prediction"};
static const struct source of_predicted = {
	1u << MIA_SIGNAL_CORRECT,
	1,
	{MIA_SIGNAL_CORRECT},
	"predicted classes; give p_CLASS or z_CLASS columns"};
static const struct source of_regression = {
	1u << MIA_SIGNAL_RESIDUAL | 1u << MIA_SIGNAL_LOSS |
		1u << MIA_SIGNAL_PHI,
	3,
	{MIA_SIGNAL_RESIDUAL, MIA_SIGNAL_LOSS, MIA_SIGNAL_PHI},
	"--response and --prediction"};

static int
choose_signals(struct job *j, struct mia_fault *f)
{
	bool regression = j->in.kind == MIA_OUTPUTS_REGRESSION;
	const struct source *s = &of_classes;

	if (regression)
		s = &of_regression;
	else if (j->in.kind == MIA_OUTPUTS_PREDICTED)
		s = &of_predicted;
	for (size_t i = 0; i < j->signals; i++)
		if (!(s->can & 1u << j->signal[i]))
			return mia_fail(f, MIA_USAGE,
					"--signal %s cannot be had from %s",
					mia_signal_name[j->signal[i]],
					s->words);
	for (size_t i = 0; j->want == 0 && i < s->n; i++)
		j->signal[j->signals++] = s->usual[i];
	for (size_t i = 0; i < j->signals; i++)
		j->want |= 1u << j->signal[i];
	if (!regression && j->o->floor > 0.5)
		return mia_fail(f, MIA_USAGE,
				"--floor: a probability of %g is no floor",
				j->o->floor);
	for (size_t i = 0; i < j->signals; i++)
		if (mia_reader_find(j->r, mia_signal_name[j->signal[i]]) >= 0)
			return mia_fail(f, MIA_DATA,
					"%s: column '%s' is there already; "
					"leave it out of the input, or of "
					"--signal",
					mia_reader_file(j->r),
					mia_signal_name[j->signal[i]]);
	return 0;
}

/* The floor of a segment: the option's, the head's, the source's. */
static void
choose_floor(struct job *j)
{
	j->floor = j->o->floor;
	j->head_floor = false;
	if (j->floor > 0)
		return;
	j->floor = j->in.kind == MIA_OUTPUTS_REGRESSION
			   ? MIA_SIGNAL_FLOOR_RESIDUAL
			   : MIA_SIGNAL_FLOOR;
	if (j->in.kind != MIA_OUTPUTS_PROBABILITIES)
		return;
	j->head_floor =
		mia_meta_number(mia_reader_segment(j->r), "floor", &j->floor) &&
		j->floor > 0 && j->floor <= 0.5;
	if (!j->head_floor)
		j->floor = MIA_SIGNAL_FLOOR;
}

/* --- a row ---------------------------------------------------------------- */

/* A row of probabilities: its sum must be 1, or is made so. */
static int
check_sum(struct job *j, const struct mia_row *row, struct mia_fault *f)
{
	struct mia_classes *c = &j->in.classes;
	double sum = mia_signal_sum(c->value, c->n);

	if (j->o->renormalise) {
		if (!(sum > 0))
			return mia_row_fail(row, f,
					    "the classes sum to %g, so they "
					    "cannot be renormalised",
					    sum);
		for (size_t k = 0; k < c->n; k++)
			c->value[k] /= sum;
		return 0;
	}
	if (fabs(sum - 1) <= MIA_SIGNAL_SUM_SLACK)
		return 0;
	return mia_row_fail(row, f,
			    "the probabilities sum to %.6g, not 1; use "
			    "--renormalise, or z_CLASS columns for logits",
			    sum);
}

/* The signals of a row; 1 if something was floored. */
static int
signals_of(struct job *j, const struct mia_row *row, double *out,
	   struct mia_fault *f)
{
	struct mia_classes *c = &j->in.classes;
	struct mia_fault g = {0};
	double y, x;
	int rc;

	if (j->in.kind == MIA_OUTPUTS_REGRESSION) {
		if (mia_outputs_regression(&j->in, row, &y, &x, f) != 0)
			return -1;
		rc = mia_signal_residual(y, x, j->floor, out);
		if (!isfinite(out[MIA_SIGNAL_LOSS]))
			return mia_row_fail(row, f,
					    "the residual is too big to be "
					    "squared; scale the response");
		return rc;
	}
	if (j->in.kind == MIA_OUTPUTS_PREDICTED) {
		out[MIA_SIGNAL_CORRECT] = mia_text_equal(
			row->field[j->in.predicted], row->field[j->in.label]);
		return 0;
	}
	if (mia_classes_row(c, j->r, row, f) != 0)
		return -1;
	if (j->in.kind == MIA_OUTPUTS_LOGITS) {
		rc = mia_signal_logits(c->value, c->n, c->at, j->floor, j->want,
				       out, &g);
	} else {
		if (check_sum(j, row, f) != 0)
			return -1;
		rc = mia_signal_probs(c->value, c->n, c->at, j->floor, j->want,
				      out, &g);
	}
	return rc < 0 ? mia_row_fail(row, f, "%s", g.text) : rc;
}

static int
map_row(struct job *j, const struct mia_row *row, struct mia_fault *f)
{
	double out[MIA_SIGNALS];
	int rc = signals_of(j, row, out, f);

	if (rc < 0)
		return -1;
	j->floored += (uint64_t)rc;
	mia_outputs_write_row(&j->in, row, j->w);
	for (size_t s = 0; s < j->signals; s++)
		mia_write_num(j->w, out[j->signal[s]]);
	return mia_writer_row(j->w, f);
}

/* --- the stream ----------------------------------------------------------- */

static int
begin(struct job *j, struct mia_fault *f)
{
	choose_floor(j);
	if (mia_writer_begin(j->w, "signals", mia_reader_segment(j->r),
			     j->c->tool_line, f) != 0)
		return -1;
	mia_outputs_write_header(&j->in, j->w);
	for (size_t s = 0; s < j->signals; s++)
		mia_write_str(j->w, mia_signal_name[j->signal[s]]);
	return mia_writer_row(j->w, f);
}

static int
map(struct job *j, struct mia_fault *f)
{
	const struct mia_row *row;
	enum mia_step step;

	if (begin(j, f) != 0)
		return -1;
	while ((step = mia_reader_step(j->r, &row, f)) != MIA_END) {
		if (step == MIA_FAULT)
			return -1;
		if (step == MIA_ROW && map_row(j, row, f) != 0)
			return -1;
		if (step == MIA_SEGMENT &&
		    (mia_writer_end(j->w, mia_reader_ended(j->r), f) != 0 ||
		     begin(j, f) != 0))
			return -1;
	}
	return mia_writer_end(j->w, mia_reader_ended(j->r), f);
}

/* What stood in for a logarithm of 0 decides much, so it is said unless the
 * user or the model chose it. */
static void
tell(const struct job *j)
{
	bool warn = j->floored > 0 && j->o->floor == 0 && !j->head_floor;

	if (warn && j->in.kind == MIA_OUTPUTS_REGRESSION)
		mia_warn(j->c,
			 "%" PRIu64 " of %" PRIu64 " residuals are below %g "
			 "and were raised to it in phi; choose with --floor",
			 j->floored, j->in.rows, j->floor);
	else if (warn)
		mia_warn(j->c,
			 "%" PRIu64 " of %" PRIu64 " rows have a probability "
			 "of 0, which counts as %g; for a forest of T trees "
			 "use --floor 1/(2T)",
			 j->floored, j->in.rows, j->floor);
	mia_say(j->c, "%" PRIu64 " rows, %zu classes, %" PRIu64 " floored",
		j->in.rows, j->in.classes.n, j->floored);
}

static int
run(struct job *j, struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(j->c);
	int rc = mia_reader_open(&j->r, j->c->file, j->c->n_file, NULL, f);

	if (rc == 0)
		rc = mia_reader_want(j->r, "predictions", f);
	if (rc == 0)
		rc = mia_outputs_find(&j->in, j->r, &j->o->in, f);
	if (rc == 0)
		rc = choose_signals(j, f);
	if (rc == 0)
		rc = mia_writer_open(&j->w, &wo, f);
	if (rc == 0)
		rc = map(j, f);
	rc = mia_writer_finish(j->w, rc, f);
	if (rc == 0)
		tell(j);
	mia_reader_close(j->r);
	mia_outputs_free(&j->in);
	return rc;
}

int
main(int argc, char **argv)
{
	struct opts o = {.in.label = "label"};
	struct mia_option option[] = {
		{"signal", 0, MIA_OPT_LIST, &o.signal, "LIST",
		 "what to compute (loss,phi,correct)", 0, 0, NULL, 0, false},
		{"label", 'l', MIA_OPT_STRING, &o.in.label, "COLUMN",
		 "the true class (label)", 0, 0, NULL, 0, false},
		{"prefix", 'p', MIA_OPT_STRING, &o.in.prefix, "TEXT",
		 "what the class columns begin with (p_ or z_)", 0, 0, NULL, 0,
		 false},
		{"logits", 0, MIA_OPT_FLAG, &o.in.logits, NULL,
		 "the columns so named hold logits", 0, 0, NULL, 0, false},
		{"renormalise", 0, MIA_OPT_FLAG, &o.renormalise, NULL,
		 "divide each row by its sum", 0, 0, NULL, 0, false},
		{"floor", 0, MIA_OPT_REAL, &o.floor, "X",
		 "stands for 0 in a logarithm (the head's, else 1e-300)",
		 1e-307, 1e12, NULL, 0, false},
		{"response", 0, MIA_OPT_STRING, &o.in.response, "COLUMN",
		 "regression: the true value", 0, 0, NULL, 0, false},
		{"prediction", 0, MIA_OPT_STRING, &o.in.prediction, "COLUMN",
		 "regression: the model's value", 0, 0, NULL, 0, false},
		{"id", 'i', MIA_OPT_STRING, &o.in.id, "COLUMN",
		 "names each record (id, else the row number)", 0, 0, NULL, 0,
		 false},
		{"model", 0, MIA_OPT_STRING, &o.in.model, "NAME",
		 "the model of all rows (target)", 0, 0, NULL, 0, false},
		{"member", 0, MIA_OPT_STRING, &o.in.member, "0|1",
		 "was it trained on these records", 0, 0, NULL, 0, false},
		{"keep", 'k', MIA_OPT_FLAG, &o.in.keep, NULL,
		 "keep the class columns", 0, 0, NULL, 0, false},
		{0},
	};
	struct mia_command c = {
		.name = "score-losses",
		.summary = "losses and other signals from predictions",
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
