#include "run/query.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/predictions.h"

/* Rows that are predicted at a time. */
#define CHUNK 1024

static bool
is_key(struct mia_text name)
{
	return mia_text_is(name, "id") || mia_text_is(name, "part") ||
	       mia_text_is(name, "label") || mia_text_is(name, "view");
}

static size_t
find_column(const struct mia_encoding *e, struct mia_text name)
{
	size_t j = 0;

	while (j < e->columns && !mia_text_is(name, e->name[j]))
		j++;
	return j;
}

/* Text columns of the model are text here, and columns that it does not use
 * are not looked at. */
static int
read_records(struct mia_query *q, struct mia_reader *r, struct mia_fault *f)
{
	const struct mia_encoding *e = &q->m->encoding;
	size_t columns = mia_reader_columns(r), at;
	const char **text = mia_alloc(e->columns, sizeof(*text));
	char **extra = mia_alloc(columns, sizeof(*extra));
	struct mia_records_opts o = {
		.category = text,
		.not_feature = (const char *const *)extra,
		.missing = q->m->missing_text,
	};
	int rc = 0;

	for (size_t j = 0; j < e->columns && rc == 0; j++) {
		if (e->kind[j] == MIA_COLUMN_TEXT)
			text[o.n_category++] = e->name[j];
		rc = mia_reader_need(r, e->name[j],
				     "give the columns that the model was "
				     "trained on",
				     &at, f);
	}
	for (size_t c = 0; c < columns && rc == 0; c++) {
		struct mia_text name = mia_reader_name(r, c);

		if (!is_key(name) && find_column(e, name) == e->columns)
			extra[o.n_not_feature++] = mia_copy(name.s, name.n);
	}
	q->extra = o.n_not_feature;
	if (rc == 0)
		rc = mia_records_read(&q->s, r, &o, f);
	for (size_t i = 0; i < o.n_not_feature; i++)
		free(extra[i]);
	free(extra);
	free(text);
	return rc;
}

/* Of the rows whose label the model does not know, the one read first. */
static int
check_classes(const struct mia_query *q, struct mia_fault *f)
{
	const struct mia_records *s = &q->s;

	for (size_t i = 0; i < s->n; i++) {
		uint32_t row = s->order[i];
		struct mia_text label = mia_records_label(s, row);
		struct mia_text file = mia_names_text(&s->files, s->file[row]);

		if (mia_names_find(&q->m->classes, label) != MIA_NAMES_NONE)
			continue;
		return mia_fail(f, MIA_DATA,
				"%.*s:%" PRIu64 ": the label '%.*s' is none of "
				"the %zu classes of the model; give data with "
				"its classes",
				(int)file.n, file.s, s->line[row],
				MIA_QUOTE(label), q->m->classes.n);
	}
	return 0;
}

static int
check_members(const struct mia_query *q, const char *file, struct mia_fault *f)
{
	char hash[MIA_HASH_TEXT];
	uint32_t *rows;
	size_t n = mia_records_select(&q->s, MIA_PARTS_TARGET, false, &rows);

	mia_hash_print(hash, mia_records_hash_ids(&q->s, rows, n));
	free(rows);
	if (n == 0 || q->m->members[0] == '\0' ||
	    strcmp(hash, q->m->members) == 0)
		return 0;
	return mia_fail(f, MIA_DATA,
			"%s: the %zu member and background records are not "
			"the %" PRIu64 " that trained the model; give the data "
			"it was trained on, or use --trust-part to have the "
			"column member say what part says all the same",
			file, n, q->m->rows);
}

static int
check_missing(const struct mia_query *q, const char *file, struct mia_fault *f)
{
	if (q->missing == 0 || q->m->missing != MIA_MISSING_REFUSE)
		return 0;
	return mia_fail(f, MIA_DATA,
			"%s: %zu value%s missing, and the model was trained "
			"with --missing-values refuse; fill them in or drop "
			"those rows",
			file, q->missing, q->missing == 1 ? " is" : "s are");
}

int
mia_query_open(struct mia_query *q, const struct mia_model *m,
	       struct mia_reader *r, bool trust, struct mia_fault *f)
{
	struct mia_fault why = {0};
	const char *file;
	size_t none;

	*q = (struct mia_query){.m = m};
	if (read_records(q, r, f) != 0 || check_classes(q, f) != 0)
		return -1;
	file = mia_reader_file(r);
	if (!trust && check_members(q, file, f) != 0)
		return -1;
	if (mia_encoding_match(&m->encoding, &q->s.x, &none, &why) != 0)
		return mia_fail(f, why.code, "%s: %.900s", file, why.text);
	mia_encoding_strange(&m->encoding, &q->s.x, &q->unseen, &q->missing);
	return check_missing(q, file, f);
}

void
mia_query_free(struct mia_query *q)
{
	mia_records_free(&q->s);
}

/* Rows of parts in the order in which they were read. */
static size_t
list_rows(const struct mia_records *s, unsigned parts, uint32_t *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (parts & MIA_PART_BIT(s->part[s->order[i]]))
			rows[n++] = s->order[i];
	return n;
}

static int
write_rows(const struct mia_query *q, const struct mia_predictions *p,
	   const void *prep, struct mia_text name, const uint32_t *rows,
	   size_t n, struct mia_writer *w, struct mia_fault *f)
{
	const struct mia_records *s = &q->s;
	size_t classes = q->m->classes.n;
	double *out = mia_alloc(CHUNK * classes, sizeof(*out));
	struct mia_buf b = {0};
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		enum mia_part part = (enum mia_part)s->part[rows[i]];
		bool member = MIA_PARTS_TARGET & MIA_PART_BIT(part);

		if (i % CHUNK == 0)
			rc = q->m->hyper.learner->predict(
				q->m->fitted, prep, rows + i,
				n - i < CHUNK ? n - i : CHUNK, out, f);
		if (rc != 0)
			break;
		b.n = 0;
		mia_predictions_row(p, &b, rows[i], name, member,
				    out + i % CHUNK * classes);
		mia_write_raw(w, (struct mia_text){b.s, b.n});
		rc = mia_writer_row(w, f);
	}
	mia_buf_free(&b);
	free(out);
	return rc;
}

int
mia_query_write(const struct mia_query *q, const char *name, unsigned parts,
		struct mia_writer *w, struct mia_fault *f)
{
	const struct mia_learner *l = q->m->hyper.learner;
	uint32_t *rows = mia_alloc(q->s.n, sizeof(*rows));
	size_t n = list_rows(&q->s, parts, rows);
	struct mia_predictions p;
	struct mia_buf cell = {0};
	void *prep;
	int rc = -1;

	mia_cell_add(&cell, mia_text(name), false);
	mia_predictions_init(&p, &q->s, q->m->classes.n);
	if (n == 0)
		mia_fault_set(f, MIA_DATA,
			      "no row is of the parts asked for; give --query "
			      "parts that the data has");
	else if (mia_predictions_header(&p, &q->m->classes, l->output, w, f) ==
			 0 &&
		 l->prepare(&prep, &q->m->encoding, &q->s.x, &q->m->hyper, f) ==
			 0) {
		rc = write_rows(q, &p, prep, (struct mia_text){cell.s, cell.n},
				rows, n, w, f);
		l->prepare_free(prep);
	}
	mia_predictions_free(&p);
	mia_buf_free(&cell);
	free(rows);
	return rc;
}
