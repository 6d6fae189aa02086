/*
 * train-target: fits one model on the member and background records, writes
 * it to a file, and says how well it does on members and non-members.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "front/opts.h"
#include "io/figure.h"
#include "io/reader.h"
#include "io/writer.h"
#include "maths/interval.h"
#include "run/parts.h"
#include "run/records.h"
#include "run/saved.h"
#include "run/trainer.h"

#define OPTIONS 9 /* and the end of the table */
#define LEVEL	0.95
/* Rows that are predicted at a time. */
#define CHUNK 1024

struct opts {
	const char *model;
	int missing_values; /* -1: not given */
	struct mia_list set, category, not_feature;
	struct mia_trainer_opts how;
};

/* How many of a part's originals the model puts in their class. */
struct tally {
	uint64_t n, right;
};

struct work {
	struct mia_command *c;
	const struct opts *o;
	struct mia_records s;
	struct mia_trainer t;
	struct mia_description d;
	struct tally part[MIA_PARTS];
	void *prep;
};

static int
predict(struct work *k, enum mia_part part, struct mia_fault *f)
{
	const struct mia_model *m = &k->t.model;
	size_t classes = m->classes.n, n;
	struct tally *t = &k->part[part];
	double *out = mia_alloc(CHUNK * classes, sizeof(*out));
	uint32_t *rows;
	int rc = 0;

	n = mia_records_select(&k->s, MIA_PART_BIT(part), false, &rows);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const double *p = out + i % CHUNK * classes;

		if (i % CHUNK == 0)
			rc = m->hyper.learner->predict(
				m->fitted, k->prep, rows + i,
				n - i < CHUNK ? n - i : CHUNK, out, f);
		t->n++;
		t->right += rc == 0 && mia_learner_right(p, classes,
							 k->s.label[rows[i]]);
	}
	free(rows);
	free(out);
	return rc;
}

/* Fits the model on rows, which the file names by the hash of their ids. */
static int
fit(struct work *k, const uint32_t *rows, size_t n, struct mia_fault *f)
{
	struct mia_model *m = &k->t.model;
	const struct mia_learner *l = m->hyper.learner;
	const size_t *count = k->s.count;
	size_t member = count[MIA_PART_MEMBER],
	       audited = member + count[MIA_PART_NONMEMBER];
	struct mia_sample sample = {rows, n, k->s.label,
				    (unsigned)m->classes.n};

	m->rows = n;
	m->seed = (uint64_t)k->c->shared.seed;
	m->share = audited > 0 ? (double)member / (double)audited : 0;
	mia_hash_print(m->members, mia_records_hash_ids(&k->s, rows, n));
	if (l->prepare(&k->prep, &m->encoding, &k->s.x, &m->hyper, f) != 0)
		return -1;
	if (l->fit(&m->fitted, k->prep, &sample, &m->hyper, m->seed, 0, f) !=
	    0) {
		m->fitted = NULL;
		l->prepare_free(k->prep);
		return -1;
	}
	l->describe(m->fitted, &k->d);
	return 0;
}

static void
warn_absent(const struct work *k, const uint32_t *rows, size_t n)
{
	size_t absent = k->s.classes.n;
	unsigned char *seen = mia_alloc(absent, 1);

	for (size_t i = 0; i < n; i++) {
		absent -= !seen[k->s.label[rows[i]]];
		seen[k->s.label[rows[i]]] = 1;
	}
	free(seen);
	if (absent > 0)
		mia_warn(k->c,
			 "%zu of %zu classes have no record to train on; the "
			 "model never predicts them",
			 absent, k->s.classes.n);
}

static int
train(struct work *k, struct mia_fault *f)
{
	uint32_t *rows;
	size_t n = mia_records_select(&k->s, MIA_PARTS_TARGET, false, &rows);
	int rc;

	if (n == 0) {
		free(rows);
		return mia_fail(f, MIA_DATA,
				"no record is of part member or background; "
				"say with split-data what the target trains "
				"on");
	}
	warn_absent(k, rows, n);
	rc = fit(k, rows, n, f);
	free(rows);
	if (rc != 0)
		return -1;
	rc = predict(k, MIA_PART_MEMBER, f);
	if (rc == 0)
		rc = predict(k, MIA_PART_NONMEMBER, f);
	k->t.model.hyper.learner->prepare_free(k->prep);
	return rc;
}

static const char *
note(const struct work *k)
{
	return k->t.model.fit_part[0] != '\0' ? "encoding-on-parts" : NULL;
}

static int
write_accuracy(const struct work *k, struct mia_writer *w, enum mia_part part,
	       struct mia_fault *f)
{
	const struct tally *t = &k->part[part];
	struct mia_figure x = mia_figure_empty;
	struct mia_interval ends;
	bool member = part == MIA_PART_MEMBER;

	if (t->n == 0)
		return 0;
	ends = mia_interval_cp(t->right, t->n, 1 - LEVEL);
	x.target = mia_text("target");
	x.metric = member ? "accuracy_member" : "accuracy_nonmember";
	x.value = (double)t->right / (double)t->n;
	x.lo = ends.lo;
	x.hi = ends.hi;
	x.level = LEVEL;
	x.method = "clopper-pearson";
	*(member ? &x.n1 : &x.n0) = (double)t->n;
	x.note = note(k);
	return mia_figure_write(w, &x, f);
}

static int
write_gap(const struct work *k, struct mia_writer *w, struct mia_fault *f)
{
	const struct tally *in = &k->part[MIA_PART_MEMBER],
			   *out = &k->part[MIA_PART_NONMEMBER];
	struct mia_figure x = mia_figure_empty;
	struct mia_interval ends;

	if (in->n == 0 || out->n == 0)
		return 0;
	ends = mia_interval_gap(in->right, in->n, out->right, out->n,
				1 - LEVEL);
	x.target = mia_text("target");
	x.metric = "accuracy_gap";
	x.value = (double)in->right / (double)in->n -
		  (double)out->right / (double)out->n;
	x.lo = ends.lo;
	x.hi = ends.hi;
	x.level = LEVEL;
	x.method = "mover-cp";
	x.n1 = (double)in->n;
	x.n0 = (double)out->n;
	x.note = note(k);
	return mia_figure_write(w, &x, f);
}

/* Counts, without an interval; one that is 0 says nothing. */
static int
write_counts(const struct work *k, struct mia_writer *w, struct mia_fault *f)
{
	const struct mia_model *m = &k->t.model;
	const struct {
		const char *metric;
		uint64_t value;
	} count[] = {
		{"trained_rows", m->rows},
		{"features", m->encoding.n},
		{"classes", m->classes.n},
		{"parameters", k->d.parameters},
		{"leaves", k->d.leaves},
		{"stored_rows", k->d.stored},
		{"iterations", k->d.iterations},
	};
	int rc = 0;

	for (size_t i = 0; i < sizeof(count) / sizeof(*count) && rc == 0; i++) {
		struct mia_figure x = mia_figure_empty;

		if (count[i].value == 0)
			continue;
		x.target = mia_text("target");
		x.metric = count[i].metric;
		x.value = (double)count[i].value;
		rc = mia_figure_write(w, &x, f);
	}
	return rc;
}

static int
write_metrics(struct work *k, const struct mia_meta *from, struct mia_fault *f)
{
	struct mia_writer_opts how = mia_opts_writer(k->c);
	struct mia_writer *w;
	int rc;

	if (mia_writer_open(&w, &how, f) != 0)
		return -1;
	rc = mia_writer_begin(w, "metrics", from, k->c->tool_line, f);
	if (rc == 0)
		rc = mia_figure_header(w, f);
	if (rc == 0)
		rc = write_accuracy(k, w, MIA_PART_MEMBER, f);
	if (rc == 0)
		rc = write_accuracy(k, w, MIA_PART_NONMEMBER, f);
	if (rc == 0)
		rc = write_gap(k, w, f);
	if (rc == 0)
		rc = write_counts(k, w, f);
	if (rc == 0)
		rc = mia_writer_end(w, &from->in, f);
	/* The model first: figures without it would mislead. */
	if (rc == 0)
		rc = mia_saved_write(&k->t.model, k->o->model, f);
	return mia_writer_finish(w, rc, f);
}

/* The head names the settings, whether given or not. */
static void
note_settings(struct work *k)
{
	struct mia_buf b = {0};

	mia_trainer_line(&k->t, &b);
	mia_opts_note(k->c, (struct mia_text){b.s, b.n});
	mia_buf_free(&b);
}

static int
run(struct mia_command *c, const struct opts *o, struct mia_fault *f)
{
	struct work k = {.c = c, .o = o};
	struct mia_reader *r;
	int rc;

	if (mia_reader_open(&r, c->file, c->n_file, NULL, f) != 0)
		return -1;
	rc = mia_trainer_init(&k.t, &o->how, r, &k.s, f);
	if (rc == 0)
		rc = train(&k, f);
	if (rc == 0) {
		note_settings(&k);
		rc = write_metrics(&k, mia_reader_meta(r), f);
	}
	mia_reader_close(r);
	mia_trainer_free(&k.t);
	mia_records_free(&k.s);
	return rc;
}

static void
list_options(struct opts *o, struct mia_option *option)
{
	const struct mia_option own[] = {
		{"model", 'm', MIA_OPT_STRING, &o->model, "FILE",
		 "write the model here", 0, 0, NULL,
		 MIA_OPT_SILENT | MIA_OPT_NEEDED, false},
		{"learner", 'l', MIA_OPT_STRING, &o->how.learner, "NAME",
		 "forest, tree, logistic or mlp (forest)", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"set", 0, MIA_OPT_LIST, &o->set, "NAME=VALUE",
		 "a setting of the learner", 0, 0, NULL, MIA_OPT_SILENT, false},
		{"category", 0, MIA_OPT_LIST, &o->category, "COLUMN",
		 "a column of numbers that are names", 0, 0, NULL, 0, false},
		{"not-feature", 0, MIA_OPT_LIST, &o->not_feature, "COLUMN",
		 "leave a column out", 0, 0, NULL, 0, false},
		{"missing", 0, MIA_OPT_STRING, &o->how.missing, "TEXT",
		 "this text, like the empty one, is a missing value", 0, 0,
		 NULL, 0, false},
		{"missing-values", 0, MIA_OPT_CHOICE, &o->missing_values, "HOW",
		 "impute (default) or refuse", 0, 0, "impute|refuse", 0, false},
		{"fit-part", 0, MIA_OPT_STRING, &o->how.fit_part, "PARTS",
		 "fit the encoding on these rows (all)", 0, 0, NULL, 0, false},
	};

	_Static_assert(sizeof(own) / sizeof(*own) < OPTIONS, "room for an end");
	memcpy(option, own, sizeof(own));
}

static void
settle(const struct mia_command *c, struct opts *o)
{
	if (strcmp(o->model, "-") == 0)
		mia_opts_bad(c, "--model is standard output, where the figures "
				"go; name a file");
	o->how.set = o->set.item;
	o->how.n_set = o->set.n;
	o->how.category = o->category.item;
	o->how.n_category = o->category.n;
	o->how.not_feature = o->not_feature.item;
	o->how.n_not_feature = o->not_feature.n;
	o->how.values_given = o->missing_values >= 0;
	if (o->how.values_given)
		o->how.missing_values = (enum mia_missing)o->missing_values;
}

int
main(int argc, char **argv)
{
	struct opts o = {.missing_values = -1};
	struct mia_option option[OPTIONS] = {{0}};
	struct mia_command c = {
		.name = "train-target",
		.summary = "train the model that is to be audited",
		.operands = "[FILE ...]",
		.option = option,
		.seeded = true,
	};
	struct mia_fault f = {0};

	list_options(&o, option);
	mia_opts_parse(&c, argc, argv);
	settle(&c, &o);
	return mia_opts_finish(&c, run(&c, &o, &f), &f);
}
