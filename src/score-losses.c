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
#include "base/mem.h"
#include "base/num.h"
#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/classes.h"

enum source {
	PROBABILITIES,
	LOGITS,
	PREDICTED, /* a class name: correct, and no more */
	RESIDUAL,  /* of a regression */
};

struct opts {
	const char *label, *prefix, *id, *model, *member;
	const char *response, *prediction;
	struct mia_list signal;
	double floor; /* 0: the source's default */
	bool logits, renormalise, keep;
};

struct job {
	struct mia_command *c;
	const struct opts *o;
	struct mia_reader *r;
	struct mia_writer *w;
	enum source source;
	double floor;
	bool head_floor; /* that of the stream's head */
	enum mia_signal signal[MIA_SIGNALS];
	size_t signals;
	unsigned want; /* the same as a set */
	/* Columns of the input; -1: there is none. */
	long id, label, predicted, response, prediction;
	struct mia_classes classes;
	bool *drop; /* [columns] */
	size_t first_dropped;
	bool plain_prefix; /* all columns before it are kept, none behind */
	bool add_id, add_model, add_member;
	uint64_t rows, floored;
};

/* --- what to compute ------------------------------------------------------ */

/* The names of --signal, in their order, into j->signal. */
static void
scan_signals(struct job *j)
{
	const struct mia_list *l = &j->o->signal;

	for (size_t i = 0; i < l->n; i++)
		for (const char *s = l->item[i]; s != NULL;) {
			struct mia_text t = {s, strcspn(s, ",")};
			int k = mia_signal_find(t);

			if (k < 0)
				mia_opts_bad(j->c,
					     "--signal: '%.*s' is not one of "
					     "loss phi correct hinge conf "
					     "margin entropy mentropy residual",
					     (int)t.n, t.s);
			if (!(j->want & 1u << k))
				j->signal[j->signals++] = (enum mia_signal)k;
			j->want |= 1u << k;
			s = s[t.n] == ',' ? s + t.n + 1 : NULL;
		}
}

/* Options that contradict each other. */
static void
settle(struct job *j)
{
	const struct opts *o = j->o;

	scan_signals(j);
	if ((o->response == NULL) != (o->prediction == NULL))
		mia_opts_bad(j->c, "--response and --prediction go together");
	if (o->response != NULL && (o->prefix != NULL || o->renormalise))
		mia_opts_bad(j->c, "--response is for regression, which has "
				   "no class columns");
	if (o->logits && (o->prefix == NULL || o->renormalise))
		mia_opts_bad(j->c, "--logits says what the columns of --prefix "
				   "hold; logits are never renormalised");
	if (o->member != NULL && strcmp(o->member, "0") != 0 &&
	    strcmp(o->member, "1") != 0)
		mia_opts_bad(j->c, "--member: '%s' is not 0 or 1", o->member);
}

/* The signals that a source has, and those it gives by default. */
static int
choose_signals(struct job *j, struct mia_fault *f)
{
	static const enum mia_signal usual[] = {MIA_SIGNAL_LOSS, MIA_SIGNAL_PHI,
						MIA_SIGNAL_CORRECT};
	static const enum mia_signal distance[] = {
		MIA_SIGNAL_RESIDUAL, MIA_SIGNAL_LOSS, MIA_SIGNAL_PHI};
	unsigned can = (1u << MIA_SIGNAL_RESIDUAL) - 1;
	const enum mia_signal *first = usual;
	size_t n = 3;

	if (j->source == PREDICTED) {
		can = 1u << MIA_SIGNAL_CORRECT;
		first = usual + 2;
		n = 1;
	} else if (j->source == RESIDUAL) {
		can = 1u << MIA_SIGNAL_RESIDUAL | 1u << MIA_SIGNAL_LOSS |
		      1u << MIA_SIGNAL_PHI;
		first = distance;
	}
	for (size_t i = 0; i < j->signals; i++)
		if (!(can & 1u << j->signal[i]))
			return mia_fail(
				f, MIA_USAGE,
				"--signal %s cannot be had from %s",
				mia_signal_name[j->signal[i]],
				j->source == PREDICTED
					? "predicted classes; give p_CLASS or "
					  "z_CLASS columns"
				: j->source == RESIDUAL
					? "--response and --prediction"
					: "class columns; give --response and "
					  "--prediction");
	for (size_t i = 0; j->want == 0 && i < n; i++)
		j->signal[j->signals++] = first[i];
	for (size_t i = 0; i < j->signals; i++)
		j->want |= 1u << j->signal[i];
	if (j->source != RESIDUAL && j->o->floor > 0.5)
		return mia_fail(f, MIA_USAGE,
				"--floor: a probability of %g is no floor",
				j->o->floor);
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
	j->floor = j->source == RESIDUAL ? MIA_SIGNAL_FLOOR_RESIDUAL
					 : MIA_SIGNAL_FLOOR;
	if (j->source != PROBABILITIES)
		return;
	j->head_floor =
		mia_meta_number(mia_reader_segment(j->r), "floor", &j->floor) &&
		j->floor > 0 && j->floor <= 0.5;
	if (!j->head_floor)
		j->floor = MIA_SIGNAL_FLOOR;
}

/* --- the columns ---------------------------------------------------------- */

static int
column(const struct job *j, const char *name, const char *remedy, long *at,
       struct mia_fault *f)
{
	size_t i;

	if (mia_reader_need(j->r, name, remedy, &i, f) != 0)
		return -1;
	*at = (long)i;
	return 0;
}

/* An option names a column which becomes name; there must not be another. */
static int
renamed(const struct job *j, const char *given, const char *name, long *at,
	struct mia_fault *f)
{
	if (column(j, given, "name one that is there", at, f) != 0)
		return -1;
	if (strcmp(given, name) != 0 && mia_reader_find(j->r, name) >= 0)
		return mia_fail(f, MIA_DATA,
				"%s: '%s' would become '%s', which is there "
				"already; leave one of them out",
				mia_reader_file(j->r), given, name);
	return 0;
}

/* Which kind of predictions these are. */
static int
find_source(struct job *j, struct mia_fault *f)
{
	const struct opts *o = j->o;
	struct mia_classes_opts co = {o->prefix, o->logits, j->id};

	if (o->response != NULL) {
		static const char *const remedy = "name one that is there";

		j->source = RESIDUAL;
		if (column(j, o->response, remedy, &j->response, f) != 0 ||
		    column(j, o->prediction, remedy, &j->prediction, f) != 0)
			return -1;
		j->label = mia_reader_find(j->r, o->label);
		if (j->label < 0)
			j->label = j->response;
		return 0;
	}
	if (renamed(j, o->label, "label", &j->label, f) != 0 ||
	    mia_classes_find(&j->classes, j->r, (size_t)j->label, &co, f) != 0)
		return -1;
	j->source = j->classes.logits ? LOGITS : PROBABILITIES;
	if (j->classes.n > 0)
		return 0;
	j->source = PREDICTED;
	return column(j, "predicted",
		      "give predictions: p_CLASS or z_CLASS columns, or others "
		      "that --prefix names, or 'predicted'",
		      &j->predicted, f);
}

/* id, model and member where the input lacks them. */
static int
find_key(struct job *j, struct mia_fault *f)
{
	const struct opts *o = j->o;
	long member = mia_reader_find(j->r, "member");
	long model = mia_reader_find(j->r, "model");

	if (o->id != NULL) {
		if (renamed(j, o->id, "id", &j->id, f) != 0)
			return -1;
	} else {
		j->id = mia_reader_find(j->r, "id");
	}
	j->add_id = j->id < 0;
	j->add_model = model < 0;
	j->add_member = member < 0;
	if ((model >= 0 && o->model != NULL) || (member >= 0 && o->member))
		return mia_fail(f, MIA_USAGE,
				"--%s: there is such a column already",
				member >= 0 && o->member ? "member" : "model");
	if (member < 0 && o->member == NULL)
		return mia_fail(f, MIA_DATA,
				"%s: no column 'member'; say with --member 1 "
				"or 0 whether the model was trained on these "
				"records",
				mia_reader_file(j->r));
	return 0;
}

static int
find_columns(struct job *j, struct mia_fault *f)
{
	size_t n = mia_reader_columns(j->r), i;

	j->id = j->label = j->predicted = j->response = j->prediction = -1;
	j->drop = mia_alloc(n + 1, sizeof(*j->drop));
	if (find_key(j, f) != 0 || find_source(j, f) != 0 ||
	    choose_signals(j, f) != 0)
		return -1;
	for (size_t s = 0; s < j->signals; s++)
		if (mia_reader_find(j->r, mia_signal_name[j->signal[s]]) >= 0)
			return mia_fail(f, MIA_DATA,
					"%s: column '%s' is there already; "
					"leave it out of the input, or of "
					"--signal",
					mia_reader_file(j->r),
					mia_signal_name[j->signal[s]]);
	if (j->o->keep)
		return 0;
	for (size_t k = 0; k < j->classes.n; k++)
		j->drop[j->classes.column[k]] = true;
	if (j->source == PREDICTED)
		j->drop[j->predicted] = true;
	if (j->source == RESIDUAL)
		j->drop[j->prediction] = true;
	for (i = 0; i < n && !j->drop[i]; i++)
		;
	j->first_dropped = i;
	for (; i < n && j->drop[i]; i++)
		;
	j->plain_prefix = i == n && j->first_dropped > 0;
	return 0;
}

/* --- a row ---------------------------------------------------------------- */

/* A row of probabilities: its sum must be 1, or is made so. */
static int
check_sum(struct job *j, const struct mia_row *row, struct mia_fault *f)
{
	double sum = mia_signal_sum(j->classes.value, j->classes.n);

	if (j->o->renormalise) {
		if (!(sum > 0))
			return mia_row_fail(row, f,
					    "the classes sum to %g, so they "
					    "cannot be renormalised",
					    sum);
		for (size_t k = 0; k < j->classes.n; k++)
			j->classes.value[k] /= sum;
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
	struct mia_classes *c = &j->classes;
	struct mia_fault g = {0};
	double y, x;
	int rc;

	if (j->source == RESIDUAL) {
		if (mia_row_num(row, (size_t)j->response, j->o->response, false,
				&y, f) != 0 ||
		    mia_row_num(row, (size_t)j->prediction, j->o->prediction,
				false, &x, f) != 0)
			return -1;
		rc = mia_signal_residual(y, x, j->floor, out);
		if (!isfinite(out[MIA_SIGNAL_LOSS]))
			return mia_row_fail(
				row, f,
				"the residual is too big "
				"to be squared; scale the response");
		return rc;
	}
	if (j->source == PREDICTED) {
		out[MIA_SIGNAL_CORRECT] = mia_text_equal(
			row->field[j->predicted], row->field[j->label]);
		return 0;
	}
	if (mia_classes_row(c, j->r, row, f) != 0)
		return -1;
	if (j->source == LOGITS) {
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

/* Cells of the key that the input lacks. */
static void
write_key(struct job *j)
{
	static const char *const kind[] = {"nonmember:", "member:"};
	const char *member = j->o->member;
	char text[16 + MIA_NUM_MAX];
	struct mia_text t = {text, 0};

	if (j->add_id) {
		/* As split-data names records of files without ids. */
		if (member != NULL) {
			t.n = strlen(kind[*member == '1']);
			memcpy(text, kind[*member == '1'], t.n);
		}
		t.n += mia_num_int(text + t.n, (int64_t)j->rows);
		mia_write_text(j->w, t);
	}
	if (j->add_model)
		mia_write_str(j->w, j->o->model ? j->o->model : "target");
	if (j->add_member)
		mia_write_str(j->w, member);
}

/*
 * The cells that stay.  Mostly they are the first ones, with the classes
 * behind, and go out as they came in, in one piece.
 */
static void
write_kept(struct job *j, const struct mia_row *row)
{
	const char *raw = row->raw.s, *end;

	if (j->o->keep) {
		mia_write_row(j->w, row);
		return;
	}
	end = row->field[j->first_dropped].s;
	if (j->plain_prefix && raw != NULL && raw[0] != '#' && end > raw &&
	    end <= raw + row->raw.n && end[-1] == ',') {
		mia_write_raw(j->w,
			      (struct mia_text){raw, (size_t)(end - raw) - 1});
		return;
	}
	for (size_t i = 0; i < row->n; i++)
		if (!j->drop[i])
			mia_write_text(j->w, row->field[i]);
}

static int
map_row(struct job *j, const struct mia_row *row, struct mia_fault *f)
{
	double out[MIA_SIGNALS];
	int rc = signals_of(j, row, out, f);

	if (rc < 0)
		return -1;
	j->floored += (uint64_t)rc;
	write_key(j);
	write_kept(j, row);
	for (size_t s = 0; s < j->signals; s++)
		mia_write_num(j->w, out[j->signal[s]]);
	j->rows++;
	return mia_writer_row(j->w, f);
}

/* --- the stream ----------------------------------------------------------- */

static int
begin(struct job *j, struct mia_fault *f)
{
	size_t n = mia_reader_columns(j->r);

	choose_floor(j);
	if (mia_writer_begin(j->w, "signals", mia_reader_segment(j->r),
			     j->c->tool_line, f) != 0)
		return -1;
	if (j->add_id)
		mia_write_str(j->w, "id");
	if (j->add_model)
		mia_write_str(j->w, "model");
	if (j->add_member)
		mia_write_str(j->w, "member");
	for (size_t i = 0; i < n; i++)
		if ((long)i == j->id)
			mia_write_str(j->w, "id");
		else if ((long)i == j->label)
			mia_write_str(j->w, "label");
		else if (!j->drop[i])
			mia_write_text(j->w, mia_reader_name(j->r, i));
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

	if (warn && j->source == RESIDUAL)
		mia_warn(j->c,
			 "%" PRIu64 " of %" PRIu64 " residuals are below %g "
			 "and were raised to it in phi; choose with --floor",
			 j->floored, j->rows, j->floor);
	else if (warn)
		mia_warn(j->c,
			 "%" PRIu64 " of %" PRIu64 " rows have a probability "
			 "of 0, which counts as %g; for a forest of T trees "
			 "use --floor 1/(2T)",
			 j->floored, j->rows, j->floor);
	mia_say(j->c, "%" PRIu64 " rows, %zu classes, %" PRIu64 " floored",
		j->rows, j->classes.n, j->floored);
}

static int
run(struct job *j, struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(j->c);
	int rc = mia_reader_open(&j->r, j->c->file, j->c->n_file, NULL, f);

	if (rc == 0)
		rc = mia_reader_want(j->r, "predictions", f);
	if (rc == 0)
		rc = find_columns(j, f);
	if (rc == 0)
		rc = mia_writer_open(&j->w, &wo, f);
	if (rc == 0)
		rc = map(j, f);
	if (rc == 0)
		rc = mia_writer_close(j->w, f);
	else
		mia_writer_abandon(j->w);
	if (rc == 0)
		tell(j);
	mia_reader_close(j->r);
	mia_classes_free(&j->classes);
	free(j->drop);
	return rc;
}

int
main(int argc, char **argv)
{
	struct opts o = {.label = "label"};
	struct mia_option option[] = {
		{"signal", 0, MIA_OPT_LIST, &o.signal, "LIST",
		 "what to compute (loss,phi,correct)", 0, 0, NULL, 0, false},
		{"label", 'l', MIA_OPT_STRING, &o.label, "COLUMN",
		 "the true class (label)", 0, 0, NULL, 0, false},
		{"prefix", 'p', MIA_OPT_STRING, &o.prefix, "TEXT",
		 "what the class columns begin with (p_ or z_)", 0, 0, NULL, 0,
		 false},
		{"logits", 0, MIA_OPT_FLAG, &o.logits, NULL,
		 "the columns so named hold logits", 0, 0, NULL, 0, false},
		{"renormalise", 0, MIA_OPT_FLAG, &o.renormalise, NULL,
		 "divide each row by its sum", 0, 0, NULL, 0, false},
		{"floor", 0, MIA_OPT_REAL, &o.floor, "X",
		 "stands for 0 in a logarithm (the head's, else 1e-300)",
		 1e-307, 1e12, NULL, 0, false},
		{"response", 0, MIA_OPT_STRING, &o.response, "COLUMN",
		 "regression: the true value", 0, 0, NULL, 0, false},
		{"prediction", 0, MIA_OPT_STRING, &o.prediction, "COLUMN",
		 "regression: the model's value", 0, 0, NULL, 0, false},
		{"id", 'i', MIA_OPT_STRING, &o.id, "COLUMN",
		 "names each record (id, else the row number)", 0, 0, NULL, 0,
		 false},
		{"model", 0, MIA_OPT_STRING, &o.model, "NAME",
		 "the model of all rows (target)", 0, 0, NULL, 0, false},
		{"member", 0, MIA_OPT_STRING, &o.member, "0|1",
		 "was it trained on these records", 0, 0, NULL, 0, false},
		{"keep", 'k', MIA_OPT_FLAG, &o.keep, NULL,
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
