#include "run/design.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "maths/rng.h"

/* The records that a design deals out. */
struct pool {
	uint32_t *row; /* [n] in an order that goes by the ids' hashes */
	size_t n;
	const uint64_t *key; /* of every row */
	uint64_t seed;
};

static uint64_t *
map_of(uint64_t *maps, const struct mia_design *d, size_t model)
{
	return maps + model * d->words;
}

static void
set(uint64_t *map, uint32_t row)
{
	map[row / 64] |= (uint64_t)1 << (row % 64);
}

static void
clear(uint64_t *map, uint32_t row)
{
	map[row / 64] &= ~((uint64_t)1 << (row % 64));
}

/* Each record into a uniform subset of c models, by selection sampling. */
static void
deal(struct mia_design *d, const struct pool *p, size_t c)
{
	for (size_t i = 0; i < p->n; i++) {
		uint32_t row = p->row[i];
		struct mia_rng r;
		size_t left = c;

		mia_rng_init(&r, p->seed, "train-shadow/balanced", p->key[row]);
		for (size_t m = 0; m < d->models && left > 0; m++)
			if (mia_rng_below(&r, d->models - m) < left) {
				set(map_of(d->in, d, m), row);
				left--;
			}
	}
}

/* How many records of the pool are in a model. */
static size_t
size_of(struct mia_design *d, const struct pool *p, size_t model)
{
	const uint64_t *map = map_of(d->in, d, model);
	size_t size = 0;

	for (size_t i = 0; i < p->n; i++)
		size += mia_design_bit(map, p->row[i]);
	return size;
}

/*
 * The models over quota, each as often as it has records too many, and those
 * under it likewise; both lists are equally long and shuffled.
 */
static size_t
find_uneven(struct mia_design *d, const struct pool *p, size_t c,
	    struct mia_rng *r, uint32_t **over, uint32_t **under)
{
	size_t total = p->n * c, more = total % d->models;
	uint32_t *model = mia_alloc(d->models, sizeof(*model));
	size_t n_over = 0, n_under = 0, cap_over = 0, cap_under = 0;

	*over = *under = NULL;
	for (size_t m = 0; m < d->models; m++)
		model[m] = (uint32_t)m;
	/* Which models get the records that do not divide evenly. */
	mia_rng_shuffle(r, model, d->models);
	for (size_t k = 0; k < d->models; k++) {
		size_t quota = total / d->models + (k < more);
		size_t size = size_of(d, p, model[k]);

		mia_grow(over, &cap_over, n_over + p->n, sizeof(**over));
		for (size_t s = quota; s < size; s++)
			(*over)[n_over++] = model[k];
		mia_grow(under, &cap_under, n_under + p->n, sizeof(**under));
		for (size_t s = size; s < quota; s++)
			(*under)[n_under++] = model[k];
	}
	free(model);
	mia_rng_shuffle(r, *over, n_over);
	mia_rng_shuffle(r, *under, n_under);
	return n_over;
}

/*
 * Evens the sizes.  A model over quota is always bigger than one under it
 * (quotas differ by at most 1), so a record to hand over exists.
 */
static void
even_out(struct mia_design *d, const struct pool *p, size_t c)
{
	uint32_t *over, *under;
	struct mia_rng r;
	size_t moves;

	mia_rng_init(&r, p->seed, "train-shadow/even", 0);
	moves = find_uneven(d, p, c, &r, &over, &under);
	for (size_t i = 0; i < moves; i++) {
		uint64_t *from = map_of(d->in, d, over[i]);
		uint64_t *to = map_of(d->in, d, under[i]);
		uint32_t row;

		do
			row = p->row[mia_rng_below(&r, p->n)];
		while (!mia_design_bit(from, row) || mia_design_bit(to, row));
		clear(from, row);
		set(to, row);
	}
	free(over);
	free(under);
}

static int
balance(struct mia_design *d, const struct pool *p,
	const struct mia_design_opts *o, struct mia_fault *f)
{
	double c = round(o->share * (double)o->models);

	if (c < 1 || c > (double)o->models - 1)
		return mia_fail(f, MIA_USAGE,
				"with %zu shadows and a share of %.3g each "
				"record is in %.0f of them; it must be in "
				"some and out of some: more --shadows, or "
				"another --share",
				o->models, o->share, c);
	deal(d, p, (size_t)c);
	even_out(d, p, (size_t)c);
	return 0;
}

static void
toss(struct mia_design *d, const struct pool *p, double share)
{
	for (size_t i = 0; i < p->n; i++) {
		uint32_t row = p->row[i];
		struct mia_rng r;

		mia_rng_init(&r, p->seed, "train-shadow/coin", p->key[row]);
		for (size_t m = 0; m < d->models; m++)
			if (mia_rng_uniform(&r) < share)
				set(map_of(d->in, d, m), row);
	}
}

/* Brings a random choice of k rows to the front. */
static void
choose(struct mia_rng *r, uint32_t *row, size_t n, size_t k)
{
	for (size_t i = 0; i < k; i++) {
		size_t j = i + mia_rng_below(r, n - i);
		uint32_t t = row[i];

		row[i] = row[j];
		row[j] = t;
	}
}

/*
 * k of the pool into one map, if rest is not NULL the others into that.  The
 * pool is in the order of the ids' hashes before each draw, so the draw goes
 * by id, and no model's draw depends on another's.
 */
static void
draw(const struct pool *p, const char *purpose, size_t item, size_t k,
     uint64_t *map, uint64_t *rest)
{
	uint32_t *row = mia_alloc(p->n, sizeof(*row));
	struct mia_rng r;

	for (size_t i = 0; i < p->n; i++)
		row[i] = p->row[i];
	mia_rng_init(&r, p->seed, purpose, item);
	choose(&r, row, p->n, k);
	for (size_t i = 0; i < k; i++)
		set(map, row[i]);
	for (size_t i = k; rest != NULL && i < p->n; i++)
		set(rest, row[i]);
	free(row);
}

static int
pair_up(struct mia_design *d, const struct pool *p, struct mia_fault *f)
{
	if (d->models % 2 != 0)
		return mia_fail(f, MIA_USAGE,
				"--design pairs wants an even number of "
				"shadows, not %zu",
				d->models);
	/* Of an odd pool the first and the second take the odd one in turn. */
	for (size_t m = 0; m < d->models; m += 2)
		draw(p, "train-shadow/pairs", m / 2, (p->n + m / 2 % 2) / 2,
		     map_of(d->in, d, m), map_of(d->in, d, m + 1));
	return 0;
}

static int
draw_all(struct mia_design *d, const struct pool *p,
	 const struct mia_design_opts *o, struct mia_fault *f)
{
	double k = round(o->share * (double)p->n);

	if (k < 1 || k > (double)p->n - 1)
		return mia_fail(f, MIA_USAGE,
				"a share of %.3g draws %.0f of %zu records; "
				"use another --share",
				o->share, k, p->n);
	for (size_t m = 0; m < d->models; m++)
		draw(p, "train-shadow/draw", m, (size_t)k, map_of(d->in, d, m),
		     NULL);
	return 0;
}

static int
draw_pools(struct mia_design *d, const struct pool *p,
	   const struct mia_design_opts *o, struct mia_fault *f)
{
	size_t half = p->n / 2;
	uint32_t *row;
	struct mia_rng r;

	if (o->set_size < 1 || o->set_size > half)
		return mia_fail(f, MIA_USAGE,
				"a set size of %zu cannot be drawn from "
				"pools of %zu records (half of aux); use a "
				"smaller --set-size, or more aux records",
				o->set_size, half);
	row = mia_alloc(p->n, sizeof(*row));
	for (size_t i = 0; i < p->n; i++)
		row[i] = p->row[i];
	mia_rng_init(&r, p->seed, "train-shadow/halves", 0);
	mia_rng_shuffle(&r, row, p->n);
	d->out = mia_alloc(d->models * d->words, sizeof(*d->out));
	for (size_t m = 0; m < d->models; m++) {
		struct pool in = {row, half, p->key, p->seed};
		struct pool out = {row + half, half, p->key, p->seed};

		draw(&in, "train-shadow/in", m, o->set_size,
		     map_of(d->in, d, m), NULL);
		draw(&out, "train-shadow/out", m, o->set_size,
		     map_of(d->out, d, m), NULL);
	}
	free(row);
	return 0;
}

static void
count(struct mia_design *d, const struct pool *p, size_t background)
{
	uint32_t *in = mia_alloc(p->n, sizeof(*in));

	d->size_min = d->in_min = SIZE_MAX;
	for (size_t m = 0; m < d->models; m++) {
		const uint64_t *map = map_of(d->in, d, m);
		size_t size = background;

		for (size_t i = 0; i < p->n; i++) {
			in[i] += mia_design_bit(map, p->row[i]);
			size += mia_design_bit(map, p->row[i]);
		}
		d->size_min = size < d->size_min ? size : d->size_min;
		d->size_max = size > d->size_max ? size : d->size_max;
	}
	for (size_t i = 0; i < p->n; i++) {
		d->in_min = in[i] < d->in_min ? in[i] : d->in_min;
		d->in_max = in[i] > d->in_max ? in[i] : d->in_max;
	}
	free(in);
}

static int
fill(struct mia_design *d, const struct pool *p,
     const struct mia_design_opts *o, struct mia_fault *f)
{
	switch (o->kind) {
	case MIA_DESIGN_BALANCED:
	case MIA_DESIGN_AUX:
		return balance(d, p, o, f);
	case MIA_DESIGN_COIN:
		toss(d, p, o->share);
		return 0;
	case MIA_DESIGN_PAIRS:
		return pair_up(d, p, f);
	case MIA_DESIGN_DRAW:
		return draw_all(d, p, o, f);
	case MIA_DESIGN_POOLS:
		return draw_pools(d, p, o, f);
	}
	return -1;
}

int
mia_design_init(struct mia_design *d, const struct mia_design_opts *o,
		const uint64_t *key, const uint8_t *role, size_t n,
		struct mia_fault *f)
{
	bool offline = o->kind == MIA_DESIGN_POOLS || o->kind == MIA_DESIGN_AUX;
	struct pool p = {.key = key, .seed = o->seed};
	size_t background = 0;
	int rc;

	*d = (struct mia_design){.n = n, .models = o->models};
	d->words = (n + 63) / 64;
	d->in = mia_alloc(d->models * d->words, sizeof(*d->in));
	p.row = mia_alloc(n, sizeof(*p.row));
	for (uint32_t i = 0; i < n; i++) {
		bool aux = role[i] == MIA_ROLE_AUX;

		if (offline ? aux
			    : role[i] == MIA_ROLE_AUDITED ||
				      (aux && o->with_aux))
			p.row[p.n++] = i;
		if (role[i] != MIA_ROLE_BACKGROUND)
			continue;
		background++;
		for (size_t m = 0; m < d->models; m++)
			set(map_of(d->in, d, m), i);
	}
	if (p.n < 2)
		rc = mia_fail(f, MIA_DATA,
			      "%zu %s records, and a design wants two at "
			      "least; give more with split-data",
			      p.n, offline ? "aux" : "audited");
	else
		rc = fill(d, &p, o, f);
	if (rc == 0) {
		count(d, &p, background);
		if (d->size_min == 0)
			rc = mia_fail(f, MIA_USAGE,
				      "a shadow would be trained on no record; "
				      "use a bigger --share");
	}
	free(p.row);
	return rc;
}

void
mia_design_free(struct mia_design *d)
{
	free(d->in);
	free(d->out);
	*d = (struct mia_design){0};
}

size_t
mia_design_rows(const struct mia_design *d, size_t model, uint32_t *rows)
{
	const uint64_t *map = d->in + model * d->words;
	size_t n = 0;

	for (uint32_t i = 0; i < d->n; i++)
		if (mia_design_bit(map, i))
			rows[n++] = i;
	return n;
}
