#include "tell/exposed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/reader.h"
#include "tell/words.h"

/* What is strict enough to tell of records, not of averages. */
#define STRICT 0.01

bool
mia_exposed_strict(const struct mia_metric *m)
{
	double q;

	return strcmp(m->metric, "tpr_at_threshold") == 0 &&
	       m->attack[0] != '\0' && m->group[0] == '\0' &&
	       !isnan(m->value) && m->n1 > 0 && m->n0 > 0 &&
	       mia_num_parse(mia_text(m->at), &q) == MIA_NUM_FINITE &&
	       q <= STRICT && (q == 0 || !mia_note_has(m, "below-resolution"));
}

void
mia_exposed_free(struct mia_exposures *e)
{
	for (size_t i = 0; i < e->n; i++) {
		for (size_t k = 0; k < e->item[i].n; k++)
			free(e->item[i].named[k].id);
		free(e->item[i].named);
	}
	free(e->item);
	*e = (struct mia_exposures){0};
}

/* Is column the one that an attack is named after? */
static bool
names_column(const char *attack, struct mia_text column)
{
	if (column.n > 6 && memcmp(column.s, "score_", 6) == 0 &&
	    strcmp(attack, "score_") != 0) {
		struct mia_text rest = {column.s + 6, column.n - 6};

		if (mia_text_is(rest, attack))
			return true;
	}
	return mia_text_is(column, attack);
}

/* Was mia-eval told that low scores of this attack mean member? */
static bool
is_lower(const struct mia_facts *x, const char *attack)
{
	static const char option[] = " --lower=";

	for (size_t i = 0; i < x->n_source; i++)
		for (size_t k = 0; k < x->source[i].n_line; k++) {
			const char *s = x->source[i].line[k];

			if (strncmp(s, "mia-eval ", 9) != 0)
				continue;
			while ((s = strstr(s, option)) != NULL) {
				struct mia_text c;

				s += strlen(option);
				c = (struct mia_text){s, strcspn(s, " ")};
				if (names_column(attack, c))
					return true;
			}
		}
	return false;
}

static void
find_thresholds(struct mia_exposures *e, const struct mia_facts *x)
{
	for (size_t i = 0; i < x->n_metric; i++) {
		const struct mia_metric *m = &x->metric[i];

		if (!mia_exposed_strict(m) || isnan(m->threshold))
			continue;
		mia_grow(&e->item, &e->cap, e->n + 1, sizeof(*e->item));
		e->item[e->n++] = (struct mia_exposed){
			.m = m,
			.lower = is_lower(x, m->attack),
			.named = mia_alloc(e->max + 1, sizeof(*e->item->named)),
		};
	}
}

/* a before b: the surer; of equals the smaller id. */
static bool
before(const struct mia_exposed *e, const struct mia_named *a,
       const struct mia_named *b)
{
	if (a->score != b->score)
		return (a->score > b->score) != e->lower;
	return strcmp(a->id, b->id) < 0;
}

/* Into its place among the max surest so far. */
static void
insert(struct mia_exposed *e, size_t max, struct mia_text id, double score)
{
	struct mia_named x = {mia_copy(id.s, id.n), score};
	size_t at = e->n;

	for (; at > 0 && before(e, &x, &e->named[at - 1]); at--)
		e->named[at] = e->named[at - 1];
	e->named[at] = x;
	if (e->n < max)
		e->n++;
	else
		free(e->named[max].id);
}

/* Where things are in one file. */
struct columns {
	long id, member, part, model;
	long *score; /* [thresholds], -1: not in this file */
};

static bool
find_columns(const struct mia_exposures *e, const struct mia_reader *r,
	     struct columns *c)
{
	bool any = false;

	c->id = mia_reader_find(r, "id");
	c->member = mia_reader_find(r, "member");
	c->part = mia_reader_find(r, "part");
	c->model = mia_reader_find(r, "model");
	for (size_t i = 0; i < e->n; i++) {
		c->score[i] = -1;
		for (size_t k = 0; k < mia_reader_columns(r); k++)
			if (names_column(e->item[i].m->attack,
					 mia_reader_name(r, k)))
				c->score[i] = (long)k;
		any |= c->score[i] >= 0;
	}
	return any && c->id >= 0 && c->member >= 0;
}

static int
take_row(struct mia_exposures *e, const struct columns *c,
	 const struct mia_row *row, struct mia_fault *f)
{
	bool member;

	if (mia_row_bool(row, (size_t)c->member, "member", &member, f) != 0)
		return -1;
	/* Parts are the target's: a record of either may be a member of a
	 * shadow.  Others are not audited. */
	if (!member ||
	    (c->part >= 0 && !mia_text_is(row->field[c->part], "member") &&
	     !mia_text_is(row->field[c->part], "nonmember")))
		return 0;
	for (size_t i = 0; i < e->n; i++) {
		struct mia_exposed *x = &e->item[i];
		double score;

		if (c->score[i] < 0 || row->field[c->score[i]].n == 0 ||
		    (c->model >= 0 &&
		     !mia_text_is(row->field[c->model], x->m->target)))
			continue;
		if (mia_row_num(row, (size_t)c->score[i], x->m->attack, true,
				&score, f) != 0)
			return -1;
		/* At an infinite threshold nobody is named. */
		if (isinf(x->m->threshold) && (x->m->threshold > 0) != x->lower)
			continue;
		if (x->lower ? score > x->m->threshold
			     : score < x->m->threshold)
			continue;
		x->all++;
		insert(x, e->max, row->field[c->id], score);
	}
	return 0;
}

static int
read_file(struct mia_exposures *e, const char *file, bool *any,
	  struct mia_fault *f)
{
	const struct mia_row *row;
	struct mia_reader *r;
	struct columns c = {.score = mia_alloc(e->n, sizeof(long))};
	char *path = mia_copy(file, strlen(file));
	enum mia_step step = MIA_FAULT;

	if (mia_reader_open(&r, &path, 1, NULL, f) == 0) {
		if (!find_columns(e, r, &c)) {
			step = MIA_END;
		} else {
			*any = true;
			while ((step = mia_reader_next(r, &row, f)) == MIA_ROW)
				if (take_row(e, &c, row, f) != 0) {
					step = MIA_FAULT;
					break;
				}
		}
	}
	mia_reader_close(r);
	free(c.score);
	free(path);
	return step == MIA_END ? 0 : -1;
}

int
mia_exposed_read(struct mia_exposures *e, const struct mia_facts *x,
		 char *const *file, size_t n, struct mia_fault *f)
{
	bool any = false;

	find_thresholds(e, x);
	for (size_t i = 0; i < n && e->n > 0; i++) {
		if (strcmp(file[i], "-") == 0)
			return mia_fail(f, MIA_DATA,
					"<stdin> would have to be read twice "
					"for --ids; give a file");
		if (read_file(e, file[i], &any, f) != 0)
			return -1;
	}
	if (!any && e->n > 0)
		return mia_fail(f, MIA_DATA,
				"--ids, but no stream given holds the scores; "
				"give those that mia-eval judged");
	for (size_t i = 0; i < e->n; i++) {
		const struct mia_exposed *d = &e->item[i];
		double want = round(d->m->value * d->m->n1);

		if ((double)d->all != want)
			return mia_fail(f, MIA_DATA,
					"attack '%s' names %zu members of the "
					"scores given and %g in the metrics; "
					"give the scores that mia-eval judged",
					d->m->attack, d->all, want);
	}
	return 0;
}
