#include "run/outputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

/* --- the columns ---------------------------------------------------------- */

static int
column(const struct mia_outputs *p, const char *name, const char *remedy,
       long *at, struct mia_fault *f)
{
	size_t i;

	if (mia_reader_need(p->r, name, remedy, &i, f) != 0)
		return -1;
	*at = (long)i;
	return 0;
}

/* An option names a column which becomes name; there must not be another. */
static int
renamed(const struct mia_outputs *p, const char *given, const char *name,
	long *at, struct mia_fault *f)
{
	if (column(p, given, "name one that is there", at, f) != 0)
		return -1;
	if (strcmp(given, name) != 0 && mia_reader_find(p->r, name) >= 0)
		return mia_fail(f, MIA_DATA,
				"%s: '%s' would become '%s', which is there "
				"already; leave one of them out",
				mia_reader_file(p->r), given, name);
	return 0;
}

/* Which kind of predictions these are. */
static int
find_kind(struct mia_outputs *p, struct mia_fault *f)
{
	const struct mia_outputs_opts *o = p->o;
	struct mia_classes_opts co = {o->prefix, o->logits, p->id};

	if (o->response != NULL) {
		static const char *const remedy = "name one that is there";

		p->kind = MIA_OUTPUTS_REGRESSION;
		if (column(p, o->response, remedy, &p->response, f) != 0 ||
		    column(p, o->prediction, remedy, &p->prediction, f) != 0)
			return -1;
		p->label = mia_reader_find(p->r, o->label);
		if (p->label < 0)
			p->label = p->response;
		return 0;
	}
	if (renamed(p, o->label, "label", &p->label, f) != 0 ||
	    mia_classes_find(&p->classes, p->r, (size_t)p->label, &co, f) != 0)
		return -1;
	p->kind = p->classes.logits ? MIA_OUTPUTS_LOGITS
				    : MIA_OUTPUTS_PROBABILITIES;
	if (p->classes.n > 0)
		return 0;
	p->kind = MIA_OUTPUTS_PREDICTED;
	return column(p, "predicted",
		      "give predictions: p_CLASS or z_CLASS columns, or others "
		      "that --prefix names, or 'predicted'",
		      &p->predicted, f);
}

/* id, model and member where the input lacks them. */
static int
find_key(struct mia_outputs *p, struct mia_fault *f)
{
	const struct mia_outputs_opts *o = p->o;
	long member = mia_reader_find(p->r, "member");
	long model = mia_reader_find(p->r, "model");

	if (o->id != NULL) {
		if (renamed(p, o->id, "id", &p->id, f) != 0)
			return -1;
	} else {
		p->id = mia_reader_find(p->r, "id");
	}
	p->add_id = p->id < 0;
	p->add_model = model < 0;
	p->add_member = member < 0;
	if ((model >= 0 && o->model != NULL) || (member >= 0 && o->member))
		return mia_fail(f, MIA_USAGE,
				"--%s: there is such a column already",
				member >= 0 && o->member ? "member" : "model");
	if (member < 0 && o->member == NULL)
		return mia_fail(f, MIA_DATA,
				"%s: no column 'member'; say with --member 1 "
				"or 0 whether the model was trained on these "
				"records",
				mia_reader_file(p->r));
	return 0;
}

/* Which columns do not go on. */
static void
choose_dropped(struct mia_outputs *p)
{
	size_t n = mia_reader_columns(p->r), i;

	for (size_t k = 0; k < p->classes.n; k++)
		p->drop[p->classes.column[k]] = true;
	if (p->kind == MIA_OUTPUTS_PREDICTED)
		p->drop[p->predicted] = true;
	if (p->kind == MIA_OUTPUTS_REGRESSION)
		p->drop[p->prediction] = true;
	for (i = 0; i < n && !p->drop[i]; i++)
		;
	p->first_dropped = i;
	for (; i < n && p->drop[i]; i++)
		;
	p->plain_prefix = i == n && p->first_dropped > 0;
}

int
mia_outputs_find(struct mia_outputs *p, const struct mia_reader *r,
		 const struct mia_outputs_opts *o, struct mia_fault *f)
{
	*p = (struct mia_outputs){.o = o,
				  .r = r,
				  .id = -1,
				  .label = -1,
				  .predicted = -1,
				  .response = -1,
				  .prediction = -1};
	p->drop = mia_alloc(mia_reader_columns(r) + 1, sizeof(*p->drop));
	if (find_key(p, f) != 0 || find_kind(p, f) != 0)
		return -1;
	if (!o->keep)
		choose_dropped(p);
	return 0;
}

void
mia_outputs_free(struct mia_outputs *p)
{
	mia_classes_free(&p->classes);
	free(p->drop);
}

/* --- a row ---------------------------------------------------------------- */

/* Cells of the key that the input lacks. */
static void
write_key(const struct mia_outputs *p, struct mia_writer *w)
{
	static const char *const kind[] = {"nonmember:", "member:"};
	const char *member = p->o->member;
	char text[16 + MIA_NUM_MAX];
	struct mia_text t = {text, 0};

	if (p->add_id) {
		if (member != NULL) {
			t.n = strlen(kind[*member == '1']);
			memcpy(text, kind[*member == '1'], t.n);
		}
		t.n += mia_num_int(text + t.n, (int64_t)p->rows);
		mia_write_text(w, t);
	}
	if (p->add_model)
		mia_write_str(w, p->o->model ? p->o->model : "target");
	if (p->add_member)
		mia_write_str(w, member);
}

/*
 * The cells that stay.  Mostly they are the first ones, with the classes
 * behind, and go out as they came in, in one piece.
 */
static void
write_kept(const struct mia_outputs *p, const struct mia_row *row,
	   struct mia_writer *w)
{
	const char *raw = row->raw.s, *end;

	if (p->o->keep) {
		mia_write_row(w, row);
		return;
	}
	end = row->field[p->first_dropped].s;
	if (p->plain_prefix && raw != NULL && raw[0] != '#' && end > raw &&
	    end <= raw + row->raw.n && end[-1] == ',') {
		mia_write_raw(w,
			      (struct mia_text){raw, (size_t)(end - raw) - 1});
		return;
	}
	for (size_t i = 0; i < row->n; i++)
		if (!p->drop[i])
			mia_write_text(w, row->field[i]);
}

void
mia_outputs_write_header(const struct mia_outputs *p, struct mia_writer *w)
{
	if (p->add_id)
		mia_write_str(w, "id");
	if (p->add_model)
		mia_write_str(w, "model");
	if (p->add_member)
		mia_write_str(w, "member");
	for (size_t i = 0; i < mia_reader_columns(p->r); i++)
		if ((long)i == p->id)
			mia_write_str(w, "id");
		else if ((long)i == p->label)
			mia_write_str(w, "label");
		else if (!p->drop[i])
			mia_write_text(w, mia_reader_name(p->r, i));
}

void
mia_outputs_write_row(struct mia_outputs *p, const struct mia_row *row,
		      struct mia_writer *w)
{
	write_key(p, w);
	write_kept(p, row, w);
	p->rows++;
}

int
mia_outputs_regression(const struct mia_outputs *p, const struct mia_row *row,
		       double *response, double *prediction,
		       struct mia_fault *f)
{
	if (mia_row_num(row, (size_t)p->response, p->o->response, false,
			response, f) != 0)
		return -1;
	return mia_row_num(row, (size_t)p->prediction, p->o->prediction, false,
			   prediction, f);
}
