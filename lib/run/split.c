#include "run/split.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "maths/rng.h"

/* An item and what decides its place. */
struct place {
	uint64_t draw;
	uint64_t key;
	uint32_t stratum, item;
};

static int
compare_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->stratum != y->stratum)
		return x->stratum < y->stratum ? -1 : 1;
	if (x->draw != y->draw)
		return x->draw < y->draw ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static uint64_t
draw(uint64_t seed, const char *purpose, uint64_t key)
{
	struct mia_rng r;

	mia_rng_init(&r, seed, purpose, key);
	return mia_rng_next(&r);
}

/* The items 0 … n-1 in an order drawn by key. Freed by the caller. */
static struct place *
drawn_order(const uint64_t *key, const uint32_t *stratum, uint32_t n,
	    uint64_t seed, const char *purpose)
{
	struct place *v = mia_alloc(n, sizeof(*v));

	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct place){draw(seed, purpose, key[i]), key[i],
				      stratum ? stratum[i] : 0, i};
	qsort(v, n, sizeof(*v), compare_place);
	return v;
}

struct hashed {
	struct mia_hash hash;
	uint32_t row;
};

static int
compare_hashed(const void *a, const void *b)
{
	const struct hashed *x = a, *y = b;

	if (x->hash.hi != y->hash.hi)
		return x->hash.hi < y->hash.hi ? -1 : 1;
	if (x->hash.lo != y->hash.lo)
		return x->hash.lo < y->hash.lo ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

uint32_t
mia_split_sets(const struct mia_hash *hash, uint32_t n, uint32_t *set)
{
	struct hashed *v = mia_alloc(n, sizeof(*v));
	uint32_t sets = 0;

	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct hashed){hash[i], i};
	qsort(v, n, sizeof(*v), compare_hashed);
	/* First the row each set begins with, then their numbers. */
	for (uint32_t i = 0; i < n; i++)
		set[v[i].row] = i > 0 && v[i].hash.lo == v[i - 1].hash.lo &&
						v[i].hash.hi == v[i - 1].hash.hi
					? set[v[i - 1].row]
					: v[i].row;
	free(v);
	for (uint32_t i = 0; i < n; i++)
		set[i] = set[i] == i ? sets++ : set[set[i]];
	return sets;
}

static uint32_t
root(uint32_t *up, uint32_t i)
{
	while (up[i] != i)
		i = up[i] = up[up[i]];
	return i;
}

/* Joins each row with the first of its number in of[]. */
static void
join(uint32_t *up, const uint32_t *of, uint32_t n)
{
	uint32_t most = 0, *first;

	for (uint32_t i = 0; i < n; i++)
		if (of[i] > most)
			most = of[i];
	first = mia_alloc((size_t)most + 1, sizeof(*first));
	for (uint32_t i = 0; i < n; i++) {
		if (first[of[i]] == 0) {
			first[of[i]] = i + 1;
			continue;
		}
		/* The smaller row is the root: units number in row order. */
		uint32_t a = root(up, first[of[i]] - 1), b = root(up, i);

		up[a > b ? a : b] = a > b ? b : a;
	}
	free(first);
}

uint32_t
mia_split_units(uint32_t n, const uint32_t *group, const uint32_t *set,
		uint32_t *unit, uint64_t *key)
{
	uint32_t *up = mia_alloc(n, sizeof(*up)), units = 0;

	for (uint32_t i = 0; i < n; i++)
		up[i] = i;
	if (group != NULL)
		join(up, group, n);
	if (set != NULL)
		join(up, set, n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t r = root(up, i);

		unit[i] = r == i ? units++ : unit[r];
		/* units never overtake rows, so key[i] is still unread. */
		if (r == i || key[i] < key[unit[i]])
			key[unit[i]] = key[i];
	}
	free(up);
	return units;
}

/* A permutation of the classes that their order of appearance can't move. */
static uint32_t *
class_turns(const struct mia_split *s)
{
	uint32_t n = (uint32_t)s->classes->n;
	uint64_t *key = mia_alloc(n, sizeof(*key));
	uint32_t *turn = mia_alloc(n, sizeof(*turn));
	struct place *v;

	for (uint32_t i = 0; i < n; i++) {
		struct mia_text t = mia_names_text(s->classes, i);

		key[i] = mia_hash64(t.s, t.n, 0);
	}
	v = drawn_order(key, NULL, n, s->seed, "split-data/class");
	for (uint32_t i = 0; i < n; i++)
		turn[i] = v[i].item;
	free(v);
	free(key);
	return turn;
}

struct unit_class {
	uint32_t unit, turn;
};

static int
compare_unit_class(const void *a, const void *b)
{
	const struct unit_class *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->turn > y->turn) - (x->turn < y->turn);
}

/* The class that most rows of each unit have; the earliest turn if tied. */
static uint32_t *
unit_strata(const struct mia_split *s, const uint32_t *turn)
{
	uint32_t *stratum = mia_alloc(s->units, sizeof(*stratum));
	uint32_t *place = mia_alloc(s->classes->n, sizeof(*place));
	struct unit_class *v = mia_alloc(s->n, sizeof(*v));
	uint32_t best = 0, run = 0;

	for (uint32_t i = 0; i < s->classes->n; i++)
		place[turn[i]] = i;
	for (uint32_t i = 0; i < s->n; i++)
		v[i] = (struct unit_class){s->unit[i], place[s->class[i]]};
	if (s->units < s->n)
		qsort(v, s->n, sizeof(*v), compare_unit_class);
	for (uint32_t i = 0; i < s->n; i++) {
		bool same = i > 0 && v[i].unit == v[i - 1].unit;

		run = same && v[i].turn == v[i - 1].turn ? run + 1 : 1;
		if (!same || run > best) {
			best = run;
			stratum[v[i].unit] = turn[v[i].turn];
		}
	}
	free(v);
	free(place);
	return stratum;
}

/* Rows of each stratum wanted in each part. */
static int
wanted(const struct mia_split *s, const uint32_t *size, const uint32_t *turn,
       uint32_t strata, uint32_t *count, struct mia_fault *f)
{
	uint64_t total[MIA_PARTS_ALL];
	uint32_t *left;

	if (s->per_class == 0) {
		mia_split_round(size, turn, strata, s->total, count);
		return 0;
	}
	for (uint32_t c = 0; c < strata; c++) {
		struct mia_text t = mia_names_text(s->classes, c);

		if (size[c] < 2 * s->per_class)
			return mia_fail(
				f, MIA_DATA,
				"class '%.*s' has %" PRIu32 " rows, "
				"too few for %" PRIu64 " members and "
				"as many non-members; lower --per-class",
				MIA_QUOTE(t), size[c], s->per_class);
	}
	left = mia_alloc(strata, sizeof(*left));
	for (uint32_t c = 0; c < strata; c++)
		left[c] = size[c] - (uint32_t)(2 * s->per_class);
	memcpy(total, s->total, sizeof(total));
	total[MIA_PART_MEMBER] = total[MIA_PART_NONMEMBER] = 0;
	mia_split_round(left, turn, strata, total, count);
	free(left);
	for (uint32_t c = 0; c < strata; c++) {
		uint32_t *row = count + (size_t)c * MIA_PARTS_ALL;

		row[MIA_PART_MEMBER] = (uint32_t)s->per_class;
		row[MIA_PART_NONMEMBER] = (uint32_t)s->per_class;
	}
	return 0;
}

/* Where on its circle of size rows a stratum's first unit lies. */
static uint64_t
first_row(const struct mia_split *s, uint32_t stratum, uint32_t size)
{
	struct mia_text t = mia_names_text(s->classes, stratum);
	struct mia_rng r;

	mia_rng_init(&r, s->seed, "split-data/first",
		     s->plain ? 0 : mia_hash64(t.s, t.n, 0));
	return mia_rng_below(&r, size);
}

/*
 * Deals the units out: v is in drawn order within each stratum.  A stratum's
 * units are laid round a circle from a drawn place on, the parts from 0 on, and
 * a unit goes where its first row falls; so its chance of a part is the part's
 * share, however big the unit.
 */
static void
deal(const struct mia_split *s, const struct place *v, const uint32_t *weight,
     const uint32_t *size, const uint32_t *count, unsigned char *unit_part)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < s->units; i++) {
		const uint32_t c = v[i].stratum, w = weight[v[i].item];
		const uint32_t *row = count + (size_t)c * MIA_PARTS_ALL;
		uint64_t end = row[0];
		unsigned char p = 0;

		if (i == 0 || c != v[i - 1].stratum)
			at = first_row(s, c, size[c]);
		while (at % size[c] >= end)
			end += row[++p];
		unit_part[v[i].item] = p;
		at += w;
	}
}

int
mia_split_cut(const struct mia_split *s, unsigned char *part,
	      struct mia_fault *f)
{
	uint32_t strata = s->plain ? 1 : (uint32_t)s->classes->n;
	uint32_t *turn =
		s->plain ? mia_alloc(1, sizeof(*turn)) : class_turns(s);
	uint32_t *stratum = s->plain ? NULL : unit_strata(s, turn);
	uint32_t *weight = mia_alloc(s->units, sizeof(*weight));
	uint32_t *size = mia_alloc(strata, sizeof(*size));
	uint32_t *count =
		mia_alloc((size_t)strata * MIA_PARTS_ALL, sizeof(*count));
	unsigned char *unit_part = mia_alloc(s->units, 1);
	struct place *v = NULL;
	int rc;

	for (uint32_t i = 0; i < s->n; i++)
		weight[s->unit[i]]++;
	for (uint32_t u = 0; u < s->units; u++)
		size[stratum ? stratum[u] : 0] += weight[u];
	rc = wanted(s, size, turn, strata, count, f);
	if (rc == 0) {
		v = drawn_order(s->key, stratum, s->units, s->seed,
				"split-data/part");
		deal(s, v, weight, size, count, unit_part);
		for (uint32_t i = 0; i < s->n; i++)
			part[i] = unit_part[s->unit[i]];
	}
	free(v);
	free(unit_part);
	free(count);
	free(size);
	free(weight);
	free(stratum);
	free(turn);
	return rc;
}

void
mia_split_canaries(const uint64_t *key, uint32_t n, uint32_t canaries,
		   double heads, uint64_t seed, unsigned char *part)
{
	struct place *v = drawn_order(key, NULL, n, seed, "split-data/canary");

	for (uint32_t i = 0; i < n; i++) {
		struct mia_rng r;

		part[v[i].item] = MIA_PART_BACKGROUND;
		if (i >= canaries)
			continue;
		mia_rng_init(&r, seed, "split-data/coin", v[i].key);
		part[v[i].item] = mia_rng_uniform(&r) < heads
					  ? MIA_PART_MEMBER
					  : MIA_PART_NONMEMBER;
	}
	free(v);
}

uint32_t
mia_split_drop(const uint32_t *set, uint32_t sets, const unsigned char *rank,
	       const uint64_t *key, uint32_t n, uint64_t seed,
	       unsigned char *part)
{
	struct place *best = mia_alloc(sets, sizeof(*best));
	unsigned char *any = mia_alloc(sets, 1);
	uint32_t dropped = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct place at = {draw(seed, "split-data/copy", key[i]),
				   key[i], rank ? rank[i] : 0, i};

		if (!any[set[i]] || compare_place(&at, &best[set[i]]) < 0)
			best[set[i]] = at;
		any[set[i]] = 1;
	}
	for (uint32_t i = 0; i < n; i++)
		if (best[set[i]].item != i) {
			part[i] = MIA_PART_NONE;
			dropped++;
		}
	free(any);
	free(best);
	return dropped;
}

uint32_t
mia_split_straddle(const uint32_t *set, uint32_t sets, uint32_t n,
		   const unsigned char *part)
{
	unsigned char *trained = mia_alloc(sets, 1);
	uint32_t rows = 0;

	for (uint32_t i = 0; i < n; i++)
		if (part[i] == MIA_PART_MEMBER ||
		    part[i] == MIA_PART_BACKGROUND)
			trained[set[i]] = 1;
	for (uint32_t i = 0; i < n; i++)
		rows += part[i] == MIA_PART_NONMEMBER && trained[set[i]];
	free(trained);
	return rows;
}
