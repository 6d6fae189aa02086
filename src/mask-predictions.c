/*
 * mask-predictions: the answers of a model as a service would let them out
 * behind one defence: rounded, cut to the largest, as a label, tempered, noisy.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attack/mask.h"
#include "attack/signal.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"
#include "maths/rng.h"
#include "run/classes.h"

#define OPTIONS 7 /* and the end of the table */

/* In the order of the options. */
enum defence { ROUND, TOP, LABEL, TEMPER, NOISE };

struct opts {
	int64_t digits, top, seed;
	double temperature, noise;
	bool label;
};

struct job {
	struct mia_command *c;
	const struct opts *o;
	enum defence how;
	struct mia_reader *r;
	struct mia_writer *w;
	struct mia_classes classes;
	bool logits;	       /* what is written */
	size_t *class;	       /* [columns] class number + 1, or 0 */
	double *scratch;       /* [2 classes] */
	struct mia_text *name; /* [classes] */
	long id, model, view;
	double floor; /* what a 0 stands for in the segment; 0: nothing */
	struct mia_buf key;
	uint64_t rows, odd; /* odd: all 0, tied, or more kept than asked for */
};

/* --- columns -------------------------------------------------------------- */

static int
find_columns(struct job *j, struct mia_fault *f)
{
	const struct mia_classes_opts co = {.not_class = -1};
	size_t columns = mia_reader_columns(j->r), id;
	long label = mia_reader_find(j->r, "label");
	struct mia_classes *c = &j->classes;

	if (mia_classes_find(c, j->r, label < 0 ? SIZE_MAX : (size_t)label, &co,
			     f) != 0)
		return -1;
	if (c->n == 0)
		return mia_fail(f, MIA_DATA,
				"%s: no columns p_CLASS or z_CLASS; give "
				"predictions with all that the model says",
				mia_reader_file(j->r));
	if (j->how == LABEL && mia_reader_find(j->r, "predicted") >= 0)
		return mia_fail(f, MIA_DATA,
				"%s: column 'predicted' is there already; "
				"leave it out",
				mia_reader_file(j->r));
	if (j->how == NOISE &&
	    mia_reader_need(j->r, "id", "the noise of a record hangs on it",
			    &id, f) != 0)
		return -1;
	j->id = mia_reader_find(j->r, "id");
	j->model = mia_reader_find(j->r, "model");
	j->view = mia_reader_find(j->r, "view");
	j->logits = c->logits && (j->how == TOP || j->how == TEMPER);
	j->class = mia_alloc(columns, sizeof(*j->class));
	j->scratch = mia_alloc(2 * c->n, sizeof(*j->scratch));
	j->name = mia_alloc(c->n, sizeof(*j->name));
	for (size_t k = 0; k < c->n; k++) {
		j->class[c->column[k]] = k + 1;
		j->name[k] = mia_names_text(&c->name, (uint32_t)k);
	}
	return 0;
}

/* --- a row ---------------------------------------------------------------- */

static int
read_answer(struct job *j, const struct mia_row *row, struct mia_fault *f)
{
	struct mia_classes *c = &j->classes;
	struct mia_fault g = {0};
	char name[64];
	double sum;

	for (size_t k = 0; k < c->n; k++) {
		size_t n = j->name[k].n < 60 ? j->name[k].n : 60;

		if (mia_num_parse(row->field[c->column[k]], &c->value[k]) ==
		    MIA_NUM_FINITE)
			continue;
		memcpy(name, c->logits ? "z_" : "p_", 2);
		memcpy(name + 2, j->name[k].s, n);
		name[n + 2] = '\0';
		if (mia_row_num(row, c->column[k], name, c->logits,
				&c->value[k], f) != 0)
			return -1;
	}
	if (c->logits) {
		if (mia_signal_check_logits(c->value, c->n, &g) != 0)
			return mia_row_fail(row, f, "%s", g.text);
		return 0;
	}
	if (mia_signal_check_probs(c->value, c->n, &g) != 0)
		return mia_row_fail(row, f, "%s", g.text);
	sum = mia_signal_sum(c->value, c->n);
	if (fabs(sum - 1) <= MIA_SIGNAL_SUM_SLACK)
		return 0;
	return mia_row_fail(row, f,
			    "the probabilities sum to %.6g, not 1; divide by "
			    "the sum, or give logits in columns z_CLASS",
			    sum);
}

static struct mia_text
cell(const struct mia_row *row, long column, const char *absent)
{
	return column < 0 ? mia_text(absent) : row->field[column];
}

/*
 * Noise hangs on (id, model, view, class) alone: a record asked for again, in
 * another order or file, gets the same answer.
 */
static void
add_noise(struct job *j, const struct mia_row *row)
{
	struct mia_buf *b = &j->key;
	struct mia_rng rng;
	size_t n;

	b->n = 0;
	mia_buf_str(b, cell(row, j->id, ""));
	mia_buf_str(b, cell(row, j->model, "target"));
	mia_buf_str(b, cell(row, j->view, "0"));
	n = b->n;
	for (size_t k = 0; k < j->classes.n; k++) {
		b->n = n;
		mia_buf_str(b, j->name[k]);
		mia_rng_init(&rng, (uint64_t)j->o->seed,
			     "mask-predictions/noise",
			     mia_hash64(b->s, b->n, 0));
		j->scratch[k] = j->o->noise * mia_rng_normal(&rng);
	}
	mia_mask_noise(j->classes.value, j->classes.n, j->scratch);
}

static void
cut_to_largest(struct job *j)
{
	struct mia_classes *c = &j->classes;
	size_t want = (size_t)j->o->top;
	size_t kept = mia_mask_top(c->value, c->n, want,
				   c->logits ? -INFINITY : 0, j->scratch);

	if (!c->logits && kept < c->n)
		mia_mask_normalise(c->value, c->n);
	j->odd += want < c->n && kept > want;
}

static int
temper(struct job *j, const struct mia_row *row, struct mia_fault *f)
{
	struct mia_classes *c = &j->classes;
	double t = j->o->temperature;

	if (!c->logits) {
		mia_mask_temper(c->value, c->n, t, j->floor);
		return 0;
	}
	for (size_t k = 0; k < c->n; k++) {
		c->value[k] /= t;
		if (fabs(c->value[k]) > 1e300 && !isinf(c->value[k] * t))
			return mia_row_fail(row, f,
					    "a logit over the temperature is "
					    "%g, too big to reckon with; "
					    "scale the logits",
					    c->value[k]);
	}
	return 0;
}

/* The row's answer behind the defence, in classes.value; *best is the class
 * of label only. */
static int
defend(struct job *j, const struct mia_row *row, size_t *best,
       struct mia_fault *f)
{
	struct mia_classes *c = &j->classes;
	bool tied;

	if (read_answer(j, row, f) != 0)
		return -1;
	if (c->logits && (j->how == ROUND || j->how == NOISE))
		mia_mask_softmax(c->value, c->n);
	switch (j->how) {
	case ROUND:
		j->odd += mia_mask_round(c->value, c->n, (int)j->o->digits);
		return 0;
	case TOP:
		cut_to_largest(j);
		return 0;
	case LABEL:
		*best = mia_mask_best(c->value, c->n, j->name, &tied);
		j->odd += tied;
		return 0;
	case TEMPER:
		return temper(j, row, f);
	case NOISE:
		add_noise(j, row);
		return 0;
	}
	return 0;
}

static int
map_row(struct job *j, const struct mia_row *row, struct mia_fault *f)
{
	size_t best = 0;

	if (defend(j, row, &best, f) != 0)
		return -1;
	for (size_t i = 0; i < row->n; i++)
		if (j->class[i] == 0)
			mia_write_text(j->w, row->field[i]);
		else if (j->how != LABEL)
			mia_write_num(j->w, j->classes.value[j->class[i] - 1]);
		else if (i == j->classes.column[0])
			mia_write_text(j->w, j->name[best]);
	j->rows++;
	return mia_writer_row(j->w, f);
}

/* --- the stream ----------------------------------------------------------- */

/* What a 0 stands for in the segment, and what behind the defence; 0: nothing
 * to say. */
static double
move_floor(struct job *j)
{
	double x;

	j->floor = 0;
	if (!j->classes.logits &&
	    mia_meta_number(mia_reader_segment(j->r), "floor", &x) && x > 0 &&
	    x <= 0.5)
		j->floor = x;
	if (j->how == ROUND)
		return mia_mask_round_floor(j->floor, j->classes.n,
					    (int)j->o->digits);
	return j->how == TOP ? j->floor : 0;
}

static int
write_head(struct job *j, struct mia_fault *f)
{
	const struct mia_meta *from = mia_reader_segment(j->r);
	struct mia_meta head = {.shard = from->shard, .shards = from->shards};
	double x = move_floor(j);
	char text[sizeof("#floor ") + MIA_NUM_MAX] = "#floor ";
	size_t n = strlen(text);
	int rc;

	for (size_t i = 0; i < from->n; i++)
		if (strncmp(from->line[i], text, n) != 0)
			mia_meta_line(&head, mia_text(from->line[i]));
	if (x > 0) {
		n += mia_num_print(text + n, x);
		mia_meta_line(&head, (struct mia_text){text, n});
	}
	rc = mia_writer_begin(j->w, "predictions", &head, j->c->tool_line, f);
	mia_meta_free(&head);
	return rc;
}

static int
begin(struct job *j, struct mia_fault *f)
{
	struct mia_buf b = {0};

	if (write_head(j, f) != 0)
		return -1;
	for (size_t i = 0; i < mia_reader_columns(j->r); i++) {
		struct mia_text name = mia_reader_name(j->r, i);

		if (j->class[i] == 0) {
			mia_write_text(j->w, name);
		} else if (j->how != LABEL) {
			b.n = 0;
			mia_buf_text(&b, j->logits ? "z_" : "p_");
			mia_buf_add(&b, j->name[j->class[i] - 1].s,
				    j->name[j->class[i] - 1].n);
			mia_write_text(j->w, (struct mia_text){b.s, b.n});
		} else if (i == j->classes.column[0]) {
			mia_write_str(j->w, "predicted");
		}
	}
	mia_buf_free(&b);
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

static void
tell(const struct job *j)
{
	mia_say(j->c, "%" PRIu64 " rows, %zu classes", j->rows, j->classes.n);
	if (j->odd == 0)
		return;
	if (j->how == ROUND)
		mia_warn(j->c,
			 "%" PRIu64 " of %" PRIu64 " rows round to nothing "
			 "but 0; all classes of theirs became equal",
			 j->odd, j->rows);
	else if (j->how == TOP)
		mia_say(j->c,
			"%" PRIu64 " rows keep more classes than asked for, "
			"because of ties",
			j->odd);
	else
		mia_say(j->c, "%" PRIu64 " rows have a tie for the first place",
			j->odd);
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
	mia_buf_free(&j->key);
	free(j->class);
	free(j->scratch);
	free(j->name);
	return rc;
}

static void
list_options(struct opts *o, struct mia_option *option)
{
	const struct mia_option own[] = {
		{"round", 'r', MIA_OPT_INT, &o->digits, "DIGITS",
		 "round probabilities to so many decimals", 0, MIA_MASK_DIGITS,
		 NULL, 0, false},
		{"top-k", 'k', MIA_OPT_INT, &o->top, "K",
		 "only the K largest, the others 0", 1, 1e9, NULL, 0, false},
		{"label-only", 'l', MIA_OPT_FLAG, &o->label, NULL,
		 "only the class, as column predicted", 0, 0, NULL, 0, false},
		{"temperature", 0, MIA_OPT_REAL, &o->temperature, "T",
		 "softmax of the logits over T", 1e-3, 1e6, NULL, 0, false},
		{"noise", 0, MIA_OPT_REAL, &o->noise, "SCALE",
		 "normal noise of this deviation on probabilities", 1e-12, 1e6,
		 NULL, 0, false},
		{"seed", 's', MIA_OPT_INT, &o->seed, "N",
		 "seed of the noise (1)", 0, 9e15, NULL, 0, false},
	};

	_Static_assert(sizeof(own) / sizeof(*own) < OPTIONS, "room for an end");
	memcpy(option, own, sizeof(own));
}

/* Just one defence, so that the head says in which order they were taken. */
static enum defence
chosen(const struct mia_command *c)
{
	enum defence how = ROUND;
	int n = 0;

	for (int i = ROUND; i <= NOISE; i++)
		if (c->option[i].given) {
			how = (enum defence)i;
			n++;
		}
	if (n != 1)
		mia_opts_bad(c, "%s; chain runs for several",
			     n == 0 ? "no defence is named"
				    : "one run is one defence");
	if (c->option[NOISE + 1].given && how != NOISE)
		mia_opts_bad(c, "--seed is for --noise; nothing else draws");
	return how;
}

int
main(int argc, char **argv)
{
	struct opts o = {.seed = 1};
	struct mia_option option[OPTIONS] = {{0}};
	struct mia_command c = {
		.name = "mask-predictions",
		.summary = "predictions as a defence would let them out",
		.operands = "[FILE ...]",
		.option = option,
	};
	struct job j = {.c = &c, .o = &o};
	struct mia_fault f = {0};

	list_options(&o, option);
	mia_opts_parse(&c, argc, argv);
	j.how = chosen(&c);
	return mia_opts_finish(&c, run(&j, &f), &f);
}
