#include "run/sets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

/* Room in the table of cells for all targets and slices there are. */
static void
widen(struct mia_sets *s)
{
	size_t targets = s->targets, slices = s->slices;
	struct mia_cell **cell;

	while (targets < s->target.n)
		targets = targets ? 2 * targets : 1;
	while (slices < s->slice.n)
		slices = slices ? 2 * slices : 1;
	cell = mia_alloc(targets * slices, sizeof(struct mia_cell *));
	for (size_t t = 0; t < s->targets; t++)
		memcpy(cell + t * slices, s->cell + t * s->slices,
		       s->slices * sizeof(struct mia_cell *));
	free(s->cell);
	s->cell = cell;
	s->targets = targets;
	s->slices = slices;
}

/* The number of a text, which is mostly that of the row before. */
static uint32_t
number(struct mia_names *m, struct mia_text t, uint32_t *last)
{
	uint32_t i = mia_names_guess(m, t, *last);

	return *last = i != MIA_NAMES_NONE ? i : mia_names_add(m, t);
}

struct mia_cell *
mia_sets_cell(struct mia_sets *s, struct mia_text target, struct mia_text slice,
	      uint32_t at[2])
{
	struct mia_cell **cell;

	number(&s->target, target, &at[0]);
	number(&s->slice, slice, &at[1]);
	if (s->target.n > s->targets || s->slice.n > s->slices)
		widen(s);
	cell = &s->cell[at[0] * s->slices + at[1]];
	if (*cell == NULL) {
		*cell = mia_alloc(1, sizeof(**cell));
		(*cell)->attack =
			mia_alloc(s->n_attack, sizeof(*(*cell)->attack));
	}
	return *cell;
}

/* Numbers by value, before texts by bytes. */
static int
compare_texts(struct mia_text a, struct mia_text b)
{
	double x, y;
	bool p = mia_num_parse(a, &x) == MIA_NUM_FINITE;
	bool q = mia_num_parse(b, &y) == MIA_NUM_FINITE;
	size_t n = a.n < b.n ? a.n : b.n;
	int c;

	if (p != q)
		return p ? -1 : 1;
	if (p && x != y)
		return x < y ? -1 : 1;
	c = n > 0 ? memcmp(a.s, b.s, n) : 0;
	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

struct entry {
	struct mia_text text;
	uint32_t number;
};

static int
compare_entries(const void *a, const void *b)
{
	return compare_texts(((const struct entry *)a)->text,
			     ((const struct entry *)b)->text);
}

static uint32_t *
order_of(const struct mia_names *m)
{
	uint32_t *order = mia_alloc(m->n, sizeof(*order));
	struct entry *e = mia_alloc(m->n, sizeof(*e));

	for (uint32_t i = 0; i < m->n; i++)
		e[i] = (struct entry){mia_names_text(m, i), i};
	qsort(e, m->n, sizeof(*e), compare_entries);
	for (size_t i = 0; i < m->n; i++)
		order[i] = e[i].number;
	free(e);
	return order;
}

void
mia_sets_sort(struct mia_sets *s)
{
	s->target_order = order_of(&s->target);
	s->slice_order = order_of(&s->slice);
}

void
mia_sets_free(struct mia_sets *s)
{
	for (size_t i = 0; i < s->targets * s->slices; i++) {
		struct mia_cell *c = s->cell[i];

		if (c == NULL)
			continue;
		for (size_t j = 0; j < s->n_attack; j++) {
			free(c->attack[j][0].score);
			free(c->attack[j][1].score);
		}
		free(c->attack);
		free(c);
	}
	for (size_t i = 0; i < s->n_attack; i++)
		free(s->attack[i].name);
	free(s->cell);
	free(s->attack);
	free(s->target_order);
	free(s->slice_order);
	mia_names_free(&s->target);
	mia_names_free(&s->slice);
	*s = (struct mia_sets){0};
}

static const struct mia_cell *
cell_at(const struct mia_sets *s, uint32_t target, uint32_t slice)
{
	return s->cell[target * s->slices + slice];
}

bool
mia_sets_has(const struct mia_sets *s, uint32_t target, uint32_t slice)
{
	return cell_at(s, target, slice) != NULL;
}

void
mia_sets_take(const struct mia_sets *s, size_t attack, uint32_t target,
	      uint32_t slice, struct mia_set *set)
{
	uint32_t from = slice, to = slice + 1;
	size_t at[2] = {0, 0};

	*set = (struct mia_set){0};
	if (slice == MIA_SLICE_ALL) {
		from = 0;
		to = (uint32_t)s->slice.n;
	}
	set->owned = to - from > 1;
	for (uint32_t i = from; i < to; i++) {
		const struct mia_cell *c = cell_at(s, target, i);

		for (int m = 0; m < 2 && c != NULL; m++) {
			set->score[m] = c->attack[attack][m].score;
			set->n[m] += c->attack[attack][m].n;
			set->missing[m] += c->attack[attack][m].missing;
		}
	}
	if (!set->owned)
		return;
	for (int m = 0; m < 2; m++)
		set->score[m] = mia_alloc(set->n[m], sizeof(double));
	for (uint32_t i = from; i < to; i++) {
		const struct mia_cell *c = cell_at(s, target, i);

		for (int m = 0; m < 2 && c != NULL; m++) {
			const struct mia_side *side = &c->attack[attack][m];

			if (side->n > 0)
				memcpy(set->score[m] + at[m], side->score,
				       side->n * sizeof(double));
			at[m] += side->n;
		}
	}
}

void
mia_set_free(struct mia_set *set)
{
	if (set->owned) {
		free(set->score[0]);
		free(set->score[1]);
	}
	*set = (struct mia_set){0};
}

void
mia_sets_correct(const struct mia_sets *s, uint32_t target, uint32_t slice,
		 uint64_t judged_rows[2], uint64_t correct[2])
{
	for (int m = 0; m < 2; m++)
		judged_rows[m] = correct[m] = 0;
	for (uint32_t i = 0; i < s->slice.n; i++) {
		const struct mia_cell *c = cell_at(s, target, i);

		for (int m = 0; m < 2 && c != NULL; m++)
			if (slice == MIA_SLICE_ALL || slice == i) {
				judged_rows[m] += c->judged[m];
				correct[m] += c->correct[m];
			}
	}
}
