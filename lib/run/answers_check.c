#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "run/answers.h"

/* What is done with the whole stream, once it is read. */

static void
free_model(struct mia_model_rows *m)
{
	for (size_t i = 0; i < m->values; i++)
		free(m->value[i].v);
	free(m->value);
	free(m->seen);
	free(m->in);
	free(m->row);
}

void
mia_answers_free(struct mia_answers *s)
{
	for (size_t i = 0; i < s->targets.n; i++)
		free_model(&s->target[i]);
	for (size_t i = 0; i < s->shadows; i++)
		free_model(&s->shadow[i]);
	for (size_t i = 0; s->stream != NULL && i < s->views; i++) {
		free(s->stream[i].in);
		free(s->stream[i].out);
		free(s->stream[i].last);
		free(s->stream[i].set);
	}
	mia_names_free(&s->ids);
	mia_names_free(&s->targets);
	mia_names_free(&s->labels);
	mia_names_free(&s->files);
	mia_buf_free(&s->text);
	free(s->label);
	free(s->place);
	free(s->group);
	free(s->target);
	free(s->shadow);
	free(s->view);
	free(s->stream);
	free(s->order);
	free(s->view_order);
	free(s->row);
	free(s->pass);
	*s = (struct mia_answers){0};
}

struct numbered {
	int64_t number;
	uint32_t i;
};

static int
ascending(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static uint32_t *
sorted(struct numbered *v, size_t n)
{
	uint32_t *order = mia_alloc(n, sizeof(*order));

	qsort(v, n, sizeof(*v), ascending);
	for (size_t i = 0; i < n; i++)
		order[i] = v[i].i;
	free(v);
	return order;
}

static void
sort_all(struct mia_answers *s)
{
	struct numbered *v = mia_alloc(s->shadows, sizeof(*v));

	for (size_t i = 0; i < s->shadows; i++)
		v[i] = (struct numbered){s->shadow[i].number, (uint32_t)i};
	s->order = sorted(v, s->shadows);
	v = mia_alloc(s->views, sizeof(*v));
	for (size_t i = 0; i < s->views; i++)
		v[i] = (struct numbered){s->view[i], (uint32_t)i};
	s->view_order = sorted(v, s->views);
}

static int
fail_at(const struct mia_answers *s, uint32_t record, struct mia_fault *f,
	const char *what)
{
	struct mia_text id = mia_names_text(&s->ids, record);
	struct mia_text file = mia_names_text(&s->files, s->place[record].file);

	return mia_fail(f, MIA_DATA, "%.*s:%llu: record '%.*s' %s",
			(int)(file.n > 400 ? 400 : file.n), file.s,
			(unsigned long long)s->place[record].line,
			MIA_QUOTE(id), what);
}

/* Does a record seen under the model have a value in each view and signal? */
static bool
whole(const struct mia_answers *s, const struct mia_model_rows *m,
      uint32_t record)
{
	for (size_t c = 0; c < s->views * s->o.signals; c++)
		if (c >= m->values || record >= m->value[c].cap ||
		    isnan(m->value[c].v[record]))
			return false;
	return true;
}

/* The same while only moments are kept: each view has the same shadows. */
static bool
even(const struct mia_answers *s, uint32_t record)
{
	uint64_t first = 0;

	for (size_t v = 0; v < s->views; v++) {
		const struct mia_view_moments *m = &s->stream[v];
		uint64_t set = record < m->set_cap ? m->set[record] : 0;

		if (v > 0 && set != first)
			return false;
		first = set;
	}
	return true;
}

static int
check_record(const struct mia_answers *s, uint32_t i, struct mia_fault *f)
{
	static const char *const view =
		"lacks a view under some model; query every model with the "
		"same views";
	bool found = !s->o.targets || mia_answers_group(s, i) == MIA_GROUP_AUX;

	for (size_t t = 0; t < s->targets.n; t++) {
		if (!mia_rows_seen(&s->target[t], i))
			continue;
		found = true;
		if (!whole(s, &s->target[t], i))
			return fail_at(s, i, f, view);
	}
	if (!found)
		return fail_at(s, i, f,
			       "has shadow rows but no target row; give the "
			       "shadows of this very target");
	if (!s->o.stored)
		return even(s, i) ? 0 : fail_at(s, i, f, view);
	for (size_t m = 0; m < s->shadows; m++)
		if (mia_rows_seen(&s->shadow[m], i) &&
		    !whole(s, &s->shadow[m], i))
			return fail_at(s, i, f, view);
	return 0;
}

int
mia_answers_settle(struct mia_answers *s, struct mia_fault *f)
{
	if (s->o.targets && s->rows == 0)
		return mia_fail(f, MIA_DATA,
				"no audited row of a target (a model that is "
				"not a whole number); give the target's "
				"signals too");
	if (s->shadows == 0)
		return mia_fail(f, MIA_DATA,
				"no row of a shadow (a model that is a whole "
				"number); give the shadows' signals too");
	sort_all(s);
	for (size_t i = 0; i < s->ids.n; i++)
		if (check_record(s, (uint32_t)i, f) != 0)
			return -1;
	return 0;
}

bool
mia_answers_any_in(const struct mia_answers *s)
{
	for (size_t k = 0; k < s->shadows; k++)
		for (uint32_t i = 0; i < s->ids.n; i++)
			if (mia_answers_group(s, i) == MIA_GROUP_AUDITED &&
			    mia_rows_seen(&s->shadow[k], i) &&
			    mia_rows_in(&s->shadow[k], i))
				return true;
	return false;
}

/* The same of one stored record, view and signal. */
static bool
stored_varies(const struct mia_answers *s, bool in, uint32_t record,
	      size_t view, size_t signal)
{
	bool any = false;
	double first = 0;

	for (size_t k = 0; k < s->shadows; k++) {
		const struct mia_model_rows *m = &s->shadow[k];
		double x;

		if (!mia_rows_seen(m, record) || mia_rows_in(m, record) != in)
			continue;
		x = mia_answers_value(s, m, record, view, signal);
		if (any && x != first)
			return true;
		any = true;
		first = x;
	}
	return false;
}

bool
mia_answers_varies(const struct mia_answers *s, bool in)
{
	for (uint32_t i = 0; i < s->ids.n; i++) {
		if (mia_answers_group(s, i) != MIA_GROUP_AUDITED)
			continue;
		for (size_t v = 0; v < s->views; v++) {
			if (!s->o.stored) {
				const struct mia_view_moments *m =
					&s->stream[v];

				if (in ? i < m->in_cap && m->in[i].m2 > 0
				       : i < m->out_cap && m->out[i].m2 > 0)
					return true;
				continue;
			}
			for (size_t k = 0; k < s->o.signals; k++)
				if (stored_varies(s, in, i, v, k))
					return true;
		}
	}
	return false;
}

void
mia_answers_pick(const struct mia_answers *s, uint32_t record,
		 const struct mia_pick *p, uint32_t *in, size_t *n_in,
		 uint32_t *out, size_t *n_out)
{
	*n_in = *n_out = 0;
	for (size_t k = 0; k < s->shadows; k++) {
		const struct mia_model_rows *m = &s->shadow[s->order[k]];

		if (k == p->skip || k == p->partner ||
		    !mia_rows_seen(m, record))
			continue;
		if (!mia_rows_in(m, record)) {
			if (*n_out < p->max_out)
				out[(*n_out)++] = s->order[k];
		} else if (*n_in < p->max_in) {
			in[(*n_in)++] = s->order[k];
		}
	}
}

/* Fewer members or non-members than this prove nothing by agreeing. */
#define TWIN_LEAST 16

static uint64_t
bits_of(uint64_t x)
{
	return (uint64_t)__builtin_popcountll(x);
}

/* The audited among 64 records. */
static uint64_t
audited(const struct mia_answers *s, size_t word)
{
	uint64_t set = 0;

	if (s->group == NULL)
		return UINT64_MAX;
	for (size_t i = 64 * word; i < s->ids.n && i < 64 * word + 64; i++)
		if (s->group[i] == MIA_GROUP_AUDITED)
			set |= (uint64_t)1 << i % 64;
	return set;
}

bool
mia_answers_twins(const struct mia_answers *s,
		  const struct mia_model_rows *target,
		  const struct mia_model_rows *shadow, uint64_t least,
		  bool *opposite)
{
	uint64_t in = 0, out = 0, differ = 0;

	for (size_t w = 0; w < shadow->words && w < target->words; w++) {
		uint64_t both = shadow->seen[w] & target->seen[w];

		if (both != 0)
			both &= audited(s, w);
		in += bits_of(both & target->in[w]);
		out += bits_of(both & ~target->in[w]);
		differ += bits_of(both & (target->in[w] ^ shadow->in[w]));
	}
	*opposite = differ != 0;
	return in >= least && out >= least &&
	       (differ == 0 || differ == in + out);
}

bool
mia_answers_twin(const struct mia_answers *s,
		 const struct mia_model_rows *target, uint32_t *shadow,
		 bool *opposite)
{
	for (size_t k = 0; k < s->shadows; k++)
		if (mia_answers_twins(s, target, &s->shadow[s->order[k]],
				      TWIN_LEAST, opposite)) {
			*shadow = s->order[k];
			return true;
		}
	return false;
}
