/*
 * query-model: asks a saved model about each record, raw rows in, predictions
 * out.
 */
#include <string.h>

#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/parts.h"
#include "run/predictions.h"
#include "run/query.h"
#include "run/saved.h"

#define OPTIONS 5 /* and the end of the table */

struct opts {
	const char *model, *name, *query;
	unsigned parts;
	bool trust;
};

static void
tell(const struct mia_command *c, const struct mia_query *q)
{
	if (q->extra > 0)
		mia_say(c, "columns that the model does not use: %zu",
			q->extra);
	if (q->unseen > 0)
		mia_warn(c,
			 "cells of a category that the model has not seen: "
			 "%zu; to it they are of none",
			 q->unseen);
	if (q->missing > 0)
		mia_warn(c,
			 "empty cells of columns that had none in training: "
			 "%zu; they count as the median, or as no category",
			 q->missing);
}

static int
write_all(struct mia_command *c, const struct opts *o,
	  const struct mia_query *q, const struct mia_meta *from,
	  struct mia_fault *f)
{
	struct mia_writer_opts how = mia_opts_writer(c);
	struct mia_writer *w;
	int rc;

	if (mia_writer_open(&w, &how, f) != 0)
		return -1;
	rc = mia_predictions_begin(from, &q->m->hyper, c->tool_line, w, f);
	if (rc == 0)
		rc = mia_query_write(q, o->name, o->parts, w, f);
	if (rc == 0)
		rc = mia_writer_end(w, &from->in, f);
	return mia_writer_finish(w, rc, f);
}

static int
run(struct mia_command *c, struct opts *o, struct mia_fault *f)
{
	struct mia_model m;
	struct mia_query q;
	struct mia_reader *r;
	int rc;

	if (mia_parts_scan(o->query, "query", &o->parts, f) != 0 ||
	    mia_saved_read(&m, o->model, f) != 0)
		return -1;
	rc = mia_reader_open(&r, c->file, c->n_file, NULL, f);
	if (rc == 0) {
		rc = mia_query_open(&q, &m, r, o->trust, f);
		if (rc == 0) {
			tell(c, &q);
			rc = write_all(c, o, &q, mia_reader_meta(r), f);
		}
		mia_query_free(&q);
		mia_reader_close(r);
	}
	mia_model_free(&m);
	return rc;
}

static void
list_options(struct opts *o, struct mia_option *option)
{
	const struct mia_option own[] = {
		{"model", 'm', MIA_OPT_STRING, &o->model, "FILE",
		 "the model, as train-target wrote it", 0, 0, NULL,
		 MIA_OPT_PATH | MIA_OPT_NEEDED, false},
		{"name", 'n', MIA_OPT_STRING, &o->name, "NAME",
		 "what the column model says (target)", 0, 0, NULL, 0, false},
		{"query", 'q', MIA_OPT_STRING, &o->query, "PARTS",
		 "rows to predict (audited,population)", 0, 0, NULL, 0, false},
		{"trust-part", 0, MIA_OPT_FLAG, &o->trust, NULL,
		 "take members from part, whoever trained the model", 0, 0,
		 NULL, 0, false},
	};

	_Static_assert(sizeof(own) / sizeof(*own) < OPTIONS, "room for an end");
	memcpy(option, own, sizeof(own));
}

int
main(int argc, char **argv)
{
	struct opts o = {.name = "target", .query = "audited,population"};
	struct mia_option option[OPTIONS] = {{0}};
	struct mia_command c = {
		.name = "query-model",
		.summary = "ask a saved model for its predictions",
		.operands = "[FILE ...]",
		.option = option,
	};
	struct mia_fault f = {0};

	list_options(&o, option);
	mia_opts_parse(&c, argc, argv);
	if (o.name[0] == '\0')
		mia_opts_bad(&c, "--name is empty; name the model");
	return mia_opts_finish(&c, run(&c, &o, &f), &f);
}
