#include "tell/facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/reader.h"

static void
metric_free(struct mia_metric *m)
{
	free(m->target);
	free(m->attack);
	free(m->group);
	free(m->metric);
	free(m->at);
	free(m->method);
	free(m->relation);
	free(m->note);
	free(m->by);
}

static void
data_free(struct mia_data *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->part[i].name);
		free(d->part[i].of_label);
	}
	free(d->part);
	free(d->file);
	mia_names_free(&d->labels);
}

void
mia_facts_free(struct mia_facts *x)
{
	for (size_t i = 0; i < x->n_source; i++)
		mia_source_free(&x->source[i]);
	for (size_t i = 0; i < x->n_metric; i++)
		metric_free(&x->metric[i]);
	for (size_t i = 0; i < x->n_data; i++)
		data_free(&x->data[i]);
	mia_names_free(&x->targets);
	free(x->source);
	free(x->metric);
	free(x->data);
	*x = (struct mia_facts){0};
}

/* Where the columns of one segment are; -1 if there is none of that name. */
struct columns {
	enum kind { OTHER, METRICS, DATA } kind;
	long metric[17];
	long part, label;
};

static const char *const metric_column[17] = {
	"target", "attack",    "group", "metric",   "at",  "value",
	"lo",	  "hi",	       "level", "method",   "n1",  "n0",
	"fpr",	  "threshold", "delta", "relation", "note"};

static bool
has(const struct mia_reader *r, const char *name)
{
	return mia_reader_find(r, name) >= 0;
}

static bool
has_score(const struct mia_reader *r)
{
	for (size_t i = 0; i < mia_reader_columns(r); i++) {
		struct mia_text t = mia_reader_name(r, i);

		if (t.n > 6 && memcmp(t.s, "score_", 6) == 0)
			return true;
	}
	return false;
}

/* The kind of a stream without a head. */
static const char *
guess(const struct mia_reader *r)
{
	if (has(r, "metric") && has(r, "value"))
		return "metrics";
	if (has(r, "fpr") && has(r, "tpr"))
		return "roc";
	if (has(r, "member") && has_score(r))
		return "scores";
	if (has(r, "model") && has(r, "member"))
		return has(r, "loss") || has(r, "phi") || has(r, "correct")
			       ? "signals"
			       : "predictions";
	if (has(r, "part"))
		return "data";
	return "csv";
}

static int
find_columns(const struct mia_reader *r, const char *kind, struct columns *c,
	     struct mia_fault *f)
{
	size_t column;

	*c = (struct columns){.kind = OTHER};
	c->part = mia_reader_find(r, "part");
	c->label = mia_reader_find(r, "label");
	for (size_t i = 0; i < 17; i++)
		c->metric[i] = mia_reader_find(r, metric_column[i]);
	if (strcmp(kind, "metrics") == 0) {
		c->kind = METRICS;
		if (mia_reader_need(r, "metric", "make it with mia-eval",
				    &column, f) != 0)
			return -1;
		return mia_reader_need(r, "value", "make it with mia-eval",
				       &column, f);
	}
	if (strcmp(kind, "data") == 0) {
		c->kind = DATA;
		return mia_reader_need(r, "part", "make it with split-data",
				       &column, f);
	}
	return 0;
}

static struct mia_text
cell(const struct mia_row *row, long column)
{
	return column < 0 ? (struct mia_text){"", 0} : row->field[column];
}

static char *
text_of(const struct mia_row *row, long column)
{
	struct mia_text t = cell(row, column);

	return mia_copy(t.s, t.n);
}

/* A number or, in an empty cell, NaN. */
static int
number_of(const struct mia_row *row, const struct columns *c, size_t k,
	  double *x, struct mia_fault *f)
{
	*x = NAN;
	if (cell(row, c->metric[k]).n == 0)
		return 0;
	return mia_row_num(row, (size_t)c->metric[k], metric_column[k], true, x,
			   f);
}

/* The newest of the programs a stream went through. */
static char *
program_of(const struct mia_given *s)
{
	const char *line = s->n_line > 0 ? s->line[s->n_line - 1] : "";

	return mia_copy(line, strcspn(line, " "));
}

static int
add_metric(struct mia_facts *x, const struct columns *c,
	   const struct mia_row *row, struct mia_fault *f)
{
	struct mia_metric *m;
	static const size_t place[] = {5, 6, 7, 8, 10, 11, 12, 13, 14};
	double *number[9];

	mia_grow(&x->metric, &x->cap_metric, x->n_metric + 1,
		 sizeof(*x->metric));
	m = &x->metric[x->n_metric++];
	*m = (struct mia_metric){
		.target = text_of(row, c->metric[0]),
		.attack = text_of(row, c->metric[1]),
		.group = text_of(row, c->metric[2]),
		.metric = text_of(row, c->metric[3]),
		.at = text_of(row, c->metric[4]),
		.method = text_of(row, c->metric[9]),
		.relation = text_of(row, c->metric[15]),
		.note = text_of(row, c->metric[16]),
		.by = program_of(&x->source[x->n_source - 1]),
	};
	if (m->attack[0] != '\0')
		mia_names_add(&x->targets, mia_text(m->target));
	number[0] = &m->value;
	number[1] = &m->lo;
	number[2] = &m->hi;
	number[3] = &m->level;
	number[4] = &m->n1;
	number[5] = &m->n0;
	number[6] = &m->fpr;
	number[7] = &m->threshold;
	number[8] = &m->delta;
	for (size_t i = 0; i < 9; i++)
		if (number_of(row, c, place[i], number[i], f) != 0)
			return -1;
	return 0;
}

static void
add_data(struct mia_data *d, const struct columns *c, const struct mia_row *row)
{
	struct mia_text name = cell(row, c->part), label = cell(row, c->label);
	struct mia_part_rows *p = NULL;
	uint32_t k;

	for (size_t i = 0; i < d->n && p == NULL; i++)
		if (mia_text_is(name, d->part[i].name))
			p = &d->part[i];
	if (p == NULL) {
		mia_grow(&d->part, &d->cap, d->n + 1, sizeof(*d->part));
		p = &d->part[d->n++];
		*p = (struct mia_part_rows){.name = mia_copy(name.s, name.n)};
	}
	p->rows++;
	if (c->label < 0 || d->labels.n > MIA_FACTS_CLASSES)
		return;
	k = mia_names_add(&d->labels, label);
	if (k >= p->n_label) {
		mia_grow(&p->of_label, &p->cap_label, k + 1,
			 sizeof(*p->of_label));
		memset(p->of_label + p->n_label, 0,
		       (p->cap_label - p->n_label) * sizeof(*p->of_label));
		p->n_label = k + 1;
	}
	p->of_label[k]++;
}

static int
add_row(struct mia_facts *x, const struct columns *c, const struct mia_row *row,
	struct mia_fault *f)
{
	switch (c->kind) {
	case METRICS:
		return add_metric(x, c, row, f);
	case DATA:
		add_data(&x->data[x->n_data - 1], c, row);
		return 0;
	case OTHER:
		break;
	}
	return 0;
}

/* Notes the head of the segment that begins. */
static struct mia_given *
add_source(struct mia_facts *x, const struct mia_reader *r, const char *file)
{
	const struct mia_meta *m = mia_reader_segment(r);
	struct mia_given *s;
	struct mia_buf names = {0};

	mia_grow(&x->source, &x->cap_source, x->n_source + 1,
		 sizeof(*x->source));
	s = &x->source[x->n_source++];
	*s = (struct mia_given){
		.file = mia_copy(file, strlen(file)),
		.headed = m->kind[0] != '\0',
		.shard = m->shard,
		.shards = m->shards,
	};
	strcpy(s->kind, s->headed ? m->kind : guess(r));
	for (size_t i = 0; i < mia_reader_columns(r); i++)
		mia_buf_str(&names, mia_reader_name(r, i));
	s->header = mia_hash64(names.s, names.n, 0);
	mia_buf_free(&names);
	s->line = mia_alloc(m->n, sizeof(*s->line));
	for (size_t i = 0; i < m->n; i++)
		if (strncmp(m->line[i], "#@ ", 3) == 0)
			s->line[s->n_line++] = mia_copy(m->line[i] + 3,
							strlen(m->line[i] + 3));
	return s;
}

/* Notes the foot of the segment that ended. */
static void
end_source(struct mia_facts *x, const struct mia_reader *r)
{
	struct mia_given *s = &x->source[x->n_source - 1];
	const struct mia_inputs *in = mia_reader_ended(r);

	for (size_t i = 0; i + 1 < in->n; i++)
		mia_inputs_add(&s->in, &in->item[i]);
	s->own = in->item[in->n - 1];
	strcpy(s->own.kind, s->kind);
}

static int
begin(struct mia_facts *x, const struct mia_reader *r, const char *file,
      struct columns *c, struct mia_fault *f)
{
	const struct mia_given *s = add_source(x, r, file);

	if (!mia_kind_known(s->kind))
		return mia_fail(f, MIA_DATA,
				"%s: a stream of kind '%s', which no audit "
				"has; give data, predictions, signals, scores, "
				"metrics or roc",
				file, s->kind);
	if (find_columns(r, s->kind, c, f) != 0)
		return -1;
	if (c->kind != DATA)
		return 0;
	mia_grow(&x->data, &x->cap_data, x->n_data + 1, sizeof(*x->data));
	x->data[x->n_data++] =
		(struct mia_data){.file = mia_copy(file, strlen(file))};
	return 0;
}

int
mia_facts_read(struct mia_facts *x, const char *file, struct mia_fault *f)
{
	const struct mia_row *row;
	struct mia_reader *r;
	struct columns c = {0};
	enum mia_step step = MIA_FAULT;
	char *path = mia_copy(file, strlen(file));
	const char *name = strcmp(file, "-") == 0 ? "<stdin>" : file;

	if (mia_reader_open(&r, &path, 1, NULL, f) == 0 &&
	    begin(x, r, name, &c, f) == 0)
		while ((step = mia_reader_step(r, &row, f)) > MIA_END) {
			int rc;

			if (step == MIA_ROW) {
				rc = add_row(x, &c, row, f);
			} else {
				end_source(x, r);
				rc = begin(x, r, name, &c, f);
			}
			if (rc != 0) {
				step = MIA_FAULT;
				break;
			}
		}
	if (step == MIA_END)
		end_source(x, r);
	mia_reader_close(r);
	free(path);
	return step == MIA_END ? 0 : -1;
}
