#include "run/answers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "run/parts.h"

#define NONE MIA_NAMES_NONE

/* Squares of bigger values, summed, would overflow. */
#define HUGE 1e150

/* A model text seen: a shadow or a target, by its number there. */
struct model_ref {
	bool shadow;
	uint32_t number;
};

/*
 * What reading remembers from row to row.  Neighbours are mostly of one model,
 * or of one record, and the others follow in the order they had before, so a
 * text is nearly always settled by one or two compares.
 */
struct mia_answers_work {
	size_t id, model, member, *signal;
	long part, view, label;
	struct mia_names models, views; /* texts */
	struct model_ref *model_ref;	/* [models.n] */
	uint32_t *view_ref;		/* [views.n] number in s->view */
	uint32_t at_record, at_model, at_view;
	double *value; /* [signals] of the present row */
	bool *disorder;
	size_t model_cap, view_cap, shadow_cap, target_cap, number_cap,
		stream_cap, label_cap, place_cap, group_cap, row_cap;
};

/* --- storage -------------------------------------------------------------- */

/* A bit of a map that grows with zeros. */
static void
set_bit(uint64_t **map, size_t *words, uint32_t i, bool value)
{
	size_t from = *words;

	if (i / 64 >= from) {
		mia_grow(map, words, i / 64 + 1, sizeof(**map));
		memset(*map + from, 0, (*words - from) * sizeof(**map));
	}
	if (value)
		(*map)[i / 64] |= (uint64_t)1 << i % 64;
}

/* The cell of a record in a column of values; NaN if it is new. */
static double *
cell(struct mia_model_rows *m, size_t column, uint32_t record, size_t records)
{
	struct mia_values *v;
	size_t from = m->values;

	if (column >= from) {
		mia_grow(&m->value, &m->values, column + 1, sizeof(*m->value));
		memset(m->value + from, 0,
		       (m->values - from) * sizeof(*m->value));
	}
	v = &m->value[column];
	from = v->cap;
	if (record >= from) {
		mia_grow(&v->v, &v->cap, records, sizeof(*v->v));
		for (size_t i = from; i < v->cap; i++)
			v->v[i] = NAN;
	}
	return &v->v[record];
}

static void
grow_zero(void *p, size_t *cap, size_t want, size_t size)
{
	size_t from = *cap;
	char *base;

	if (want <= from)
		return;
	mia_grow(p, cap, want, size);
	memcpy(&base, p, sizeof(base));
	memset(base + from * size, 0, (*cap - from) * size);
}

/* --- one row -------------------------------------------------------------- */

/* The number of t, looked for where the last one was, then behind it. */
static inline uint32_t
look(const struct mia_names *m, uint32_t at, struct mia_text t)
{
	if (at < m->n && mia_text_equal(mia_names_text(m, at), t))
		return at;
	return mia_names_guess(m, t, at + 1);
}

/* A model text not seen before: a whole number is a shadow. */
static int
add_model(struct mia_answers *s, const struct mia_row *row, struct mia_text t,
	  struct mia_fault *f)
{
	struct mia_answers_work *w = s->work;
	struct model_ref ref = {.shadow = true};
	int64_t number;

	if (t.n == 0)
		return mia_row_fail(row, f,
				    "'model' is empty; a whole number is a "
				    "shadow, any other text a target");
	ref.shadow = mia_num_parse_int(t, &number);
	if (!ref.shadow) {
		ref.number = mia_names_add(&s->targets, t);
		grow_zero(&s->target, &w->target_cap, s->targets.n,
			  sizeof(*s->target));
	} else {
		/* 7 and 07 are one shadow. */
		while (ref.number < s->shadows &&
		       s->shadow[ref.number].number != number)
			ref.number++;
		if (ref.number == s->shadows) {
			grow_zero(&s->shadow, &w->shadow_cap, ++s->shadows,
				  sizeof(*s->shadow));
			s->shadow[ref.number].number = number;
		}
	}
	w->at_model = mia_names_add(&w->models, t);
	mia_grow(&w->model_ref, &w->model_cap, w->models.n,
		 sizeof(*w->model_ref));
	w->model_ref[w->at_model] = ref;
	return 0;
}

static int
add_view(struct mia_answers *s, const struct mia_row *row, struct mia_text t,
	 struct mia_fault *f)
{
	struct mia_answers_work *w = s->work;
	int64_t number = 0;
	uint32_t i = 0;

	if (w->view >= 0 && (!mia_num_parse_int(t, &number) || number < 0))
		return mia_row_fail(row, f,
				    "'view' holds '%.*s', not a number from 0 "
				    "on; write 0 for the original",
				    MIA_QUOTE(t));
	while (i < s->views && s->view[i] != number)
		i++;
	if (i == s->views) {
		mia_grow(&s->view, &w->number_cap, ++s->views,
			 sizeof(*s->view));
		s->view[i] = number;
		if (!s->o.stored)
			grow_zero(&s->stream, &w->stream_cap, s->views,
				  sizeof(*s->stream));
	}
	w->at_view = mia_names_add(&w->views, t);
	mia_grow(&w->view_ref, &w->view_cap, w->views.n, sizeof(*w->view_ref));
	w->view_ref[w->at_view] = i;
	return 0;
}

static int
add_record(struct mia_answers *s, const struct mia_row *row,
	   enum mia_kept group, struct mia_fault *f)
{
	struct mia_answers_work *w = s->work;

	if (row->field[w->id].n == 0)
		return mia_row_fail(row, f,
				    "'id' is empty; every record "
				    "needs one");
	w->at_record = mia_names_add(&s->ids, row->field[w->id]);
	mia_grow(&s->place, &w->place_cap, s->ids.n, sizeof(*s->place));
	s->place[w->at_record] = (struct mia_record_place){
		mia_names_add(&s->files, mia_text(row->file)), row->line};
	mia_grow(&s->group, &w->group_cap, s->ids.n, sizeof(*s->group));
	s->group[w->at_record] = (unsigned char)group;
	if (w->label < 0)
		return 0;
	mia_grow(&s->label, &w->label_cap, s->ids.n, sizeof(*s->label));
	s->label[w->at_record] =
		mia_names_add(&s->labels, row->field[w->label]);
	return 0;
}

/* The record, model and view of the row, into w->at_…. */
static int
find_key(struct mia_answers *s, const struct mia_row *row, bool record,
	 enum mia_kept group, struct mia_fault *f)
{
	struct mia_answers_work *w = s->work;
	struct mia_text id = row->field[w->id];
	struct mia_text view =
		w->view < 0 ? (struct mia_text){"", 0} : row->field[w->view];
	uint32_t at;

	at = look(&w->views, w->at_view, view);
	if (at != NONE)
		w->at_view = at;
	else if (add_view(s, row, view, f) != 0)
		return -1;
	if (!record)
		return 0;
	at = look(&s->ids, w->at_record, id);
	if (at == NONE)
		return add_record(s, row, group, f);
	w->at_record = at;
	if (s->group[at] != group)
		return mia_row_fail(row, f,
				    "record '%.*s' belongs to another 'part' "
				    "here than before; population, aux and "
				    "audited records must not overlap",
				    MIA_QUOTE(id));
	if (w->label >= 0 &&
	    !mia_text_equal(mia_names_text(&s->labels, s->label[at]),
			    row->field[w->label]))
		return mia_row_fail(row, f,
				    "record '%.*s' has another 'label' here "
				    "than before; all models need the same "
				    "data",
				    MIA_QUOTE(id));
	return 0;
}

static int
doubled(const struct mia_answers *s, const struct mia_row *row,
	struct mia_fault *f)
{
	struct mia_text id = mia_names_text(&s->ids, s->work->at_record);
	struct mia_text m = mia_names_text(&s->work->models, s->work->at_model);

	return mia_row_fail(row, f,
			    "record '%.*s' has a second row under model "
			    "'%.*s'; keep one row a record, model and view",
			    MIA_QUOTE(id), MIA_QUOTE(m));
}

/* Marks the row as seen; views of one record agree on member. */
static int
mark(struct mia_answers *s, struct mia_model_rows *m, const struct mia_row *row,
     bool member, struct mia_fault *f)
{
	uint32_t i = s->work->at_record;

	if (mia_rows_seen(m, i) && mia_rows_in(m, i) != member)
		return mia_row_fail(row, f,
				    "'member' differs between the rows of one "
				    "record and model; a model either was "
				    "trained on it or not");
	set_bit(&m->seen, &m->words, i, true);
	set_bit(&m->in, &m->in_words, i, member);
	return 0;
}

static int
keep_values(struct mia_answers *s, struct mia_model_rows *m, uint32_t view,
	    const struct mia_row *row, struct mia_fault *f)
{
	struct mia_answers_work *w = s->work;

	for (size_t i = 0; i < s->o.signals; i++) {
		double *v = cell(m, view * s->o.signals + i, w->at_record,
				 s->ids.n);

		if (!isnan(*v))
			return doubled(s, row, f);
		*v = w->value[i];
	}
	return 0;
}

static int
take_shadow(struct mia_answers *s, struct mia_model_rows *m, uint32_t view,
	    bool member, const struct mia_row *row, struct mia_fault *f)
{
	uint32_t i = s->work->at_record;
	struct mia_view_moments *v;
	size_t n = s->ids.n;

	if (s->o.stored)
		return keep_values(s, m, view, row, f);
	v = &s->stream[view];
	if (i >= v->last_cap || i >= v->in_cap || i >= v->out_cap) {
		grow_zero(&v->in, &v->in_cap, n, sizeof(*v->in));
		grow_zero(&v->out, &v->out_cap, n, sizeof(*v->out));
		grow_zero(&v->last, &v->last_cap, n, sizeof(*v->last));
	}
	if (m->number <= v->last[i] && v->in[i].n + v->out[i].n > 0) {
		if (m->number == v->last[i])
			return doubled(s, row, f);
		*s->work->disorder = true;
		return 0;
	}
	if (s->work->view >= 0) {
		grow_zero(&v->set, &v->set_cap, n, sizeof(*v->set));
		v->set[i] += mia_hash64(&m->number, sizeof(m->number), 0);
	}
	v->last[i] = m->number;
	mia_moments_add(member ? &v->in[i] : &v->out[i], s->work->value[0]);
	return 0;
}

static int
take_target(struct mia_answers *s, uint32_t target, uint32_t view, bool member,
	    const struct mia_row *row, struct mia_fault *f)
{
	struct mia_answers_work *w = s->work;
	struct mia_model_rows *m = &s->target[target];
	uint32_t i = w->at_record;
	struct mia_target_row *t;

	if (keep_values(s, m, view, row, f) != 0)
		return -1;
	if (s->group[i] != MIA_GROUP_AUDITED)
		return 0;
	grow_zero(&m->row, &m->row_cap, s->ids.n, sizeof(*m->row));
	if (m->row[i] == 0) {
		mia_grow(&s->row, &w->row_cap, s->rows + 1, sizeof(*s->row));
		m->row[i] = (uint32_t)++s->rows;
	} else if (s->row[m->row[i] - 1].view < s->view[view]) {
		return 0;
	}
	t = &s->row[m->row[i] - 1];
	*t = (struct mia_target_row){target, i, s->view[view], s->text.n,
				     member};
	for (size_t c = 0; c < s->passes; c++)
		mia_buf_str(&s->text, row->field[s->pass[c]]);
	return 0;
}

static int
take(struct mia_answers *s, const struct mia_row *row, struct mia_fault *f)
{
	struct mia_answers_work *w = s->work;
	struct mia_text model = row->field[w->model];
	struct model_ref ref;
	enum mia_part part = MIA_PART_MEMBER;
	enum mia_kept group = MIA_GROUP_AUDITED;
	bool member, wanted;
	uint32_t at;
	struct mia_model_rows *m;

	if (w->part >= 0) {
		struct mia_text t = row->field[w->part];

		part = mia_part_find(t);
		if (part == MIA_PARTS)
			return mia_row_fail(
				row, f,
				"'part' holds '%.*s'; it is member, "
				"nonmember, aux, population or background",
				MIA_QUOTE(t));
	}
	if (part == MIA_PART_POPULATION)
		group = MIA_GROUP_POPULATION;
	else if (!(MIA_PARTS_AUDITED & MIA_PART_BIT(part)))
		group = MIA_GROUP_AUX;
	if (mia_row_bool(row, w->member, "member", &member, f) != 0)
		return -1;
	for (size_t i = 0; i < s->o.signals; i++) {
		if (mia_row_num(row, w->signal[i], s->o.signal[i], false,
				&w->value[i], f) != 0)
			return -1;
		if (fabs(w->value[i]) > HUGE)
			return mia_row_fail(row, f,
					    "'%s' holds %g, whose square is no "
					    "number; scale the signal",
					    s->o.signal[i], w->value[i]);
	}
	at = look(&w->models, w->at_model, model);
	if (at != NONE)
		w->at_model = at;
	else if (add_model(s, row, model, f) != 0)
		return -1;
	ref = w->model_ref[w->at_model];
	wanted = ((MIA_PARTS_AUDITED | s->o.also) & MIA_PART_BIT(part)) &&
		 (ref.shadow || (s->o.targets && group != MIA_GROUP_AUX));
	if (wanted && member && group == MIA_GROUP_POPULATION)
		return mia_row_fail(row, f,
				    "'member' is 1 in a population row; the "
				    "population must be in no model, so give "
				    "other records that part");
	if (find_key(s, row, wanted, group, f) != 0)
		return -1;
	if (!wanted) {
		s->passed_over++;
		return 0;
	}
	m = ref.shadow ? &s->shadow[ref.number] : &s->target[ref.number];
	if (mark(s, m, row, member, f) != 0)
		return -1;
	at = w->view_ref[w->at_view];
	return ref.shadow ? take_shadow(s, m, at, member, row, f)
			  : take_target(s, ref.number, at, member, row, f);
}

/* --- the whole stream ----------------------------------------------------- */

static int
find_columns(struct mia_answers *s, struct mia_reader *r, struct mia_fault *f)
{
	struct mia_answers_work *w = s->work;
	size_t n = mia_reader_columns(r);

	if (mia_reader_need(r, "id", "write predictions with score-losses",
			    &w->id, f) != 0 ||
	    mia_reader_need(r, "model",
			    "give each row its model: a whole number is a "
			    "shadow, other text a target",
			    &w->model, f) != 0 ||
	    mia_reader_need(r, "member",
			    "give each row 1 if its model was trained on the "
			    "record, else 0",
			    &w->member, f) != 0)
		return -1;
	w->part = mia_reader_find(r, "part");
	w->view = mia_reader_find(r, "view");
	w->label = mia_reader_find(r, "label");
	w->signal = mia_alloc(s->o.signals, sizeof(*w->signal));
	w->value = mia_alloc(s->o.signals, sizeof(*w->value));
	for (size_t i = 0; i < s->o.signals; i++)
		if (mia_reader_need(r, s->o.signal[i],
				    "score-losses --signal makes it",
				    &w->signal[i], f) != 0)
			return -1;
	s->pass = mia_alloc(n, sizeof(*s->pass));
	for (size_t c = 0; c < n; c++)
		if (c != w->id && c != w->model && c != w->member &&
		    (long)c != w->part && (long)c != w->view &&
		    (long)c != w->label)
			s->pass[s->passes++] = c;
	return 0;
}

static void
free_work(struct mia_answers *s)
{
	struct mia_answers_work *w = s->work;

	mia_names_free(&w->models);
	mia_names_free(&w->views);
	free(w->signal);
	free(w->model_ref);
	free(w->view_ref);
	free(w->value);
	free(w);
	s->work = NULL;
}

static int
read_rows(struct mia_answers *s, struct mia_reader *r, struct mia_fault *f)
{
	const struct mia_row *row;
	enum mia_step step;

	while (!*s->work->disorder &&
	       (step = mia_reader_next(r, &row, f)) != MIA_END)
		if (step == MIA_FAULT || take(s, row, f) != 0)
			return -1;
	return 0;
}

int
mia_answers_read(struct mia_answers *s, struct mia_reader *r,
		 const struct mia_answers_opts *o, bool *disorder,
		 struct mia_fault *f)
{
	int rc;

	*s = (struct mia_answers){.o = *o};
	s->work = mia_alloc(1, sizeof(*s->work));
	*s->work = (struct mia_answers_work){.at_record = NONE,
					     .at_model = NONE,
					     .at_view = NONE,
					     .disorder = disorder};
	*disorder = false;
	rc = find_columns(s, r, f) == 0 ? read_rows(s, r, f) : -1;
	free_work(s);
	return rc;
}
