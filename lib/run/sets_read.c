#include "run/sets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "run/parts.h"
#include "run/twins.h"

#define PREFIX "score_"

/* Columns by number; -1: not there. */
struct columns {
	size_t member;
	long model, part, view, id, correct, by;
};

static const char *
attack_name(const char *column)
{
	size_t n = strlen(PREFIX);

	return strncmp(column, PREFIX, n) == 0 ? column + n : column;
}

static int
add_attack(struct mia_sets *s, const struct mia_reader *r, const char *column,
	   bool lower, struct mia_fault *f)
{
	const char *name = attack_name(column);
	struct mia_attack *a = &s->attack[s->n_attack];
	size_t at;

	for (size_t i = 0; i < s->n_attack; i++)
		if (strcmp(s->attack[i].name, name) == 0)
			return mia_fail(f, MIA_DATA,
					"%s: two columns are the attack '%s'; "
					"name the ones to judge with --score",
					mia_reader_file(r), name);
	if (mia_reader_need(r, column, "name another with --score", &at, f))
		return -1;
	*a = (struct mia_attack){mia_copy(name, strlen(name)), lower, at};
	s->n_attack++;
	return 0;
}

static int
find_attacks(struct mia_sets *s, const struct mia_reader *r,
	     const struct mia_sets_opts *o, struct mia_fault *f)
{
	size_t n = mia_reader_columns(r);

	s->attack = mia_alloc(n + o->n_higher + o->n_lower, sizeof(*s->attack));
	for (size_t i = 0; i < o->n_higher; i++)
		if (add_attack(s, r, o->higher[i], false, f) != 0)
			return -1;
	for (size_t i = 0; i < o->n_lower; i++)
		if (add_attack(s, r, o->lower[i], true, f) != 0)
			return -1;
	for (size_t i = 0; i < n && o->n_higher + o->n_lower == 0; i++) {
		struct mia_text t = mia_reader_name(r, i);
		char *name = mia_copy(t.s, t.n);
		int rc = 0;

		if (name != attack_name(name))
			rc = add_attack(s, r, name, false, f);
		free(name);
		if (rc != 0)
			return -1;
	}
	if (s->n_attack == 0)
		return mia_fail(
			f, MIA_DATA,
			"%s: no column begins with '" PREFIX "'; name "
			"one with --score or --lower, or rerun fit-lira",
			mia_reader_file(r));
	return 0;
}

static int
find_columns(struct columns *c, const struct mia_reader *r,
	     const struct mia_sets_opts *o, struct mia_fault *f)
{
	size_t by;

	if (mia_reader_need(r, "member",
			    "it says 1 of a record that the target was "
			    "trained on and 0 of others",
			    &c->member, f) != 0)
		return -1;
	c->model = mia_reader_find(r, "model");
	c->part = mia_reader_find(r, "part");
	c->view = mia_reader_find(r, "view");
	c->id = mia_reader_find(r, "id");
	c->correct = mia_reader_find(r, "correct");
	c->by = -1;
	if (o->by == NULL)
		return 0;
	if (mia_reader_need(r, o->by, "name another with --by", &by, f) != 0)
		return -1;
	c->by = (long)by;
	return 0;
}

/*
 * Whether a row is judged: 1, 0 (its part is not audited), or -1.  A whole
 * number names a shadow that stands for a target; the parts are not its own.
 */
static int
judged(const struct columns *c, const struct mia_row *row, bool member,
       struct mia_fault *f)
{
	enum mia_part part;
	int64_t shadow;

	if (c->part < 0)
		return 1;
	part = mia_part_find(row->field[c->part]);
	if (part == MIA_PARTS)
		return mia_row_fail(row, f,
				    "'part' holds '%.*s'; write member, "
				    "nonmember, aux, population or background",
				    MIA_QUOTE(row->field[c->part]));
	if (part != MIA_PART_MEMBER && part != MIA_PART_NONMEMBER)
		return 0;
	if ((part == MIA_PART_MEMBER) != member &&
	    !(c->model >= 0 &&
	      mia_num_parse_int(row->field[c->model], &shadow)))
		return mia_row_fail(row, f,
				    "'member' is %d but 'part' is '%s'; one of "
				    "them is wrong",
				    member, mia_part_name(part));
	return 1;
}

static int
add_score(struct mia_sets *s, size_t i, const struct mia_row *row,
	  const struct columns *c, bool drop, struct mia_side *side,
	  struct mia_fault *f)
{
	const struct mia_attack *a = &s->attack[i];
	double x;

	if (row->field[a->column].n == 0) {
		struct mia_text id = {"", 0};

		side->missing++;
		if (drop)
			return 0;
		if (c->id >= 0)
			id = row->field[c->id];
		return mia_row_fail(row, f,
				    "record '%.*s' has no score of '%s'; mend "
				    "it, or count and leave out with "
				    "--missing drop",
				    MIA_QUOTE(id), a->name);
	}
	if (mia_row_num(row, a->column, a->name, true, &x, f) != 0)
		return -1;
	mia_grow(&side->score, &side->cap, side->n + 1, sizeof(x));
	side->score[side->n++] = a->lower ? -x : x;
	return 0;
}

static int
add_correct(struct mia_cell *cell, const struct mia_row *row, size_t column,
	    bool drop, bool member, struct mia_fault *f)
{
	bool correct;

	if (row->field[column].n == 0 && drop)
		return 0;
	if (mia_row_bool(row, column, "correct", &correct, f) != 0)
		return -1;
	cell->judged[member]++;
	cell->correct[member] += correct;
	return 0;
}

/*
 * The hash of a record under a target.  A target's small number as the seed
 * would not do: on short texts XXH3 then hits on r13 under 1 as on r14 under 0.
 */
static uint64_t
key_of(struct mia_text id, uint32_t target)
{
	return mia_hash64(id.s, id.n, 0) + target * 0x9e3779b97f4a7c15u;
}

static int
add_row(struct mia_sets *s, const struct columns *c, const struct mia_row *row,
	bool drop, struct mia_twins *twins, uint32_t last[2],
	struct mia_fault *f)
{
	struct mia_cell *cell;
	bool member;
	int rc;

	if (mia_row_bool(row, c->member, "member", &member, f) != 0)
		return -1;
	rc = judged(c, row, member, f);
	if (rc <= 0) {
		s->passed_by += rc == 0;
		return rc;
	}
	if (c->view >= 0 && !mia_text_is(row->field[c->view], "0"))
		return mia_row_fail(row, f,
				    "'view' is '%.*s', but one row a record is "
				    "judged; keep those of view 0, or let "
				    "fit-lira join the views",
				    MIA_QUOTE(row->field[c->view]));
	cell = mia_sets_cell(
		s, c->model < 0 ? mia_text("target") : row->field[c->model],
		c->by < 0 ? mia_text("") : row->field[c->by], last);
	if (s->slice.n > MIA_SLICES_MAX)
		return mia_row_fail(row, f,
				    "the column of --by has more than %d "
				    "values; choose one with fewer, or put "
				    "its values in bands",
				    MIA_SLICES_MAX);
	if (c->id >= 0)
		mia_twins_add(twins, key_of(row->field[c->id], last[0]));
	for (size_t i = 0; i < s->n_attack; i++)
		if (add_score(s, i, row, c, drop, &cell->attack[i][member],
			      f) != 0)
			return -1;
	s->rows++;
	if (c->correct >= 0)
		return add_correct(cell, row, (size_t)c->correct, drop, member,
				   f);
	return 0;
}

static int
read_rows(struct mia_sets *s, struct mia_reader *r, const struct columns *c,
	  bool drop, struct mia_twins *twins, struct mia_fault *f)
{
	const struct mia_row *row;
	uint32_t last[2] = {0, 0};
	size_t a, b;
	enum mia_step step;

	while ((step = mia_reader_next(r, &row, f)) == MIA_ROW)
		if (add_row(s, c, row, drop, twins, last, f) != 0)
			return -1;
	if (step == MIA_FAULT)
		return -1;
	if (s->rows == 0)
		return mia_fail(f, MIA_DATA,
				"no row to judge; give scores of members and "
				"non-members");
	if (mia_twins_find(twins, &a, &b))
		return mia_fail(f, MIA_DATA,
				"the judged rows number %zu and %zu are of one "
				"record under one target; leave one out",
				a + 1, b + 1);
	return 0;
}

int
mia_sets_read(struct mia_sets *s, struct mia_reader *r,
	      const struct mia_sets_opts *o, struct mia_fault *f)
{
	struct mia_twins twins = {0};
	struct columns c;
	int rc;

	*s = (struct mia_sets){0};
	if (find_columns(&c, r, o, f) != 0 || find_attacks(s, r, o, f) != 0)
		return -1;
	s->has_correct = c.correct >= 0;
	rc = read_rows(s, r, &c, o->drop, &twins, f);
	mia_twins_free(&twins);
	if (rc != 0)
		return -1;
	mia_sets_sort(s);
	return 0;
}
