#include "learn/cut.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/keys.h"

/*
 * Four ways to visit a node's rows in the order of a feature, none of which
 * sorts much:
 *   - flags: the classes of the rows that have it are summed
 *   - features of up to 64 values: classes are summed by value in one pass;
 *     the values seen are the bits of one word
 *   - others: the same with more words, over the rows whose rank is not 0
 *     (in real data often a small part), between the least and the largest
 *   - few rows, or more values than the bins hold: keys are sorted
 * Values are then visited downwards, so that the lowest, which is often half
 * of the rows, need not be summed at all.
 */
enum {
	BINS = 1 << 18, /* a megabyte, to stay within the second cache */
	FEW = 8,	/* rows below which sorting is the fastest */
};

typedef double v2d __attribute__((vector_size(16), aligned(8), may_alias));
typedef int32_t v2i __attribute__((vector_size(8), aligned(4), may_alias));

void
mia_cut_init(struct mia_cut_room *m, size_t rows, unsigned classes)
{
	m->key = mia_alloc(rows, sizeof(*m->key));
	m->spare = mia_alloc(rows, sizeof(*m->key));
	m->side = mia_alloc(classes + MIA_CUT_PAD, sizeof(*m->side));
	m->bin = mia_alloc(BINS, sizeof(*m->bin));
	m->word = mia_alloc(BINS / 64 + 1, sizeof(*m->word));
}

void
mia_cut_free(struct mia_cut_room *m)
{
	free(m->key);
	free(m->spare);
	free(m->side);
	free(m->bin);
	free(m->word);
}

static inline void
judge(struct mia_cut *best, uint32_t rank, double num, double den)
{
	/* Cuts of one feature come from the highest down: ties to the last. */
	if (num * best->den >= best->num * den) {
		best->rank = rank;
		best->num = num;
		best->den = den;
	}
}

/*
 * Two classes: the sum above is, but for constants of the node, a square over
 * R * L.
 */
static inline void
judge_pair(struct mia_cut *best, const struct mia_node *t, uint32_t rank,
	   double r0, double r1)
{
	double right = r0 + r1;
	double d = r1 * t->all - right * t->total[1];

	judge(best, rank, d * d, right * (t->all - right));
}

/* side[kinds]: R_c; square: sum of R_c^2; dot: sum of R_c T_c, T the node's
 * totals. */
static inline void
judge_many(struct mia_cut *best, const struct mia_node *t, uint32_t rank,
	   const double *side, double right, double square, double dot)
{
	double left = t->all - right;
	double other = t->square - 2 * dot + square;

	if (t->kinds == 2) /* one measure for all features of a node */
		judge_pair(best, t, rank, side[0], side[1]);
	else
		judge(best, rank, square * left + other * right, right * left);
}

bool
mia_cut_perfect(const struct mia_cut *best, const struct mia_node *t)
{
	double most = t->kinds == 2 ? t->total[0] * t->total[1] : t->all;

	return best->num == most * best->den;
}

/* --- visiting bins ---------------------------------------------------- */

/* The set bits of words, from the highest down, which are cleared. */
struct bits {
	uint64_t *word;
	size_t words;
	uint64_t rest;
};

static inline bool
pop(struct bits *s, size_t *bin)
{
	unsigned bit;

	while (s->rest == 0) {
		if (s->words == 0)
			return false;
		s->rest = s->word[--s->words];
		s->word[s->words] = 0;
	}
	bit = 63 - (unsigned)__builtin_clzll(s->rest);
	s->rest ^= (uint64_t)1 << bit;
	*bin = s->words * 64 + bit;
	return true;
}

/*
 * Bins of ranks base + 0 … words * 64 - 1, each of `stride` counts by class.
 * low: the bin below which there are no rows, or SIZE_MAX.
 */
static void
scan_pair(struct mia_cut *best, struct mia_cut_room *m,
	  const struct mia_node *t, uint32_t base, size_t words, size_t low)
{
	struct bits s = {m->word, words, 0};
	uint32_t right[2] = {0};
	size_t b;

	while (pop(&s, &b)) {
		uint32_t *h = m->bin + 2 * b;

		right[0] += h[0];
		right[1] += h[1];
		h[0] = h[1] = 0;
		if (b != low)
			judge_pair(best, t, base + (uint32_t)b,
				   t->factor[0] * (double)(int32_t)right[0],
				   t->factor[1] * (double)(int32_t)right[1]);
	}
}

/*
 * Many classes; in count t->kinds of a bin there are rows if min_leaf > 1,
 * where factor and total are 0.
 */
static void
scan_many(struct mia_cut *best, struct mia_cut_room *m,
	  const struct mia_node *t, uint32_t base, size_t words, size_t low,
	  size_t stride)
{
	struct bits s = {m->word, words, 0};
	double right = 0, square = 0, dot = 0;
	size_t b, rows = 0;

	memset(m->side, 0, stride * sizeof(*m->side));
	while (pop(&s, &b)) {
		uint32_t *h = m->bin + stride * b;
		v2d sum = {0}, squares = {0}, dots = {0};

		if (t->min_leaf > 1)
			rows += h[t->kinds];
		for (size_t k = 0; k < stride; k += 2) {
			v2i *count = (v2i *)(h + k);
			v2d *side = (v2d *)(m->side + k);
			v2d w = __builtin_convertvector(*count, v2d) *
				*(const v2d *)(t->factor + k);

			*count = (v2i){0};
			squares += w * (*side + *side + w);
			dots += w * *(const v2d *)(t->total + k);
			*side += w;
			sum += w;
		}
		right += sum[0] + sum[1];
		square += squares[0] + squares[1];
		dot += dots[0] + dots[1];
		if (b != low &&
		    (t->min_leaf == 1 ||
		     (rows >= t->min_leaf && t->n - rows >= t->min_leaf)))
			judge_many(best, t, base + (uint32_t)b, m->side, right,
				   square, dot);
	}
}

static void
scan(struct mia_cut *best, struct mia_cut_room *m, const struct mia_node *t,
     uint32_t base, size_t words, size_t low, size_t stride)
{
	if (stride == 2)
		scan_pair(best, m, t, base, words, low);
	else
		scan_many(best, m, t, base, words, low, stride);
}

/* Counts of a bin: the classes and, if need be, the rows, made even. */
static size_t
stride_of(const struct mia_node *t)
{
	return (t->kinds + (t->min_leaf > 1) + 1) & ~(size_t)1;
}

/* --- flags: features of two values ------------------------------------- */

static bool
two_values(struct mia_cut *best, struct mia_cut_room *m,
	   const struct mia_node *t, const struct mia_rank_column *c)
{
	const struct mia_draw *d = t->draw, *end = d + t->n;
	const uint8_t *x = c->rank;
	size_t rows = 0;

	if (t->kinds == 2) {
		uint64_t right = 0; /* two counts of 32 bits */

		for (; d < end; d++) {
			uint64_t times = d->code & 0xffff;
			uint64_t set = x[d->row];

			right += times << (d->code >> 16) * 32 & -set;
			rows += set;
		}
		m->bin[0] = (uint32_t)right;
		m->bin[1] = (uint32_t)(right >> 32);
	} else {
		for (; d < end; d++) {
			uint32_t set = x[d->row];

			m->bin[d->code >> 16] += d->code & 0xffff & -set;
			rows += set;
		}
	}
	if (t->min_leaf > 1)
		m->bin[t->kinds] = (uint32_t)rows;
	if (rows == 0 || rows == t->n) {
		memset(m->bin, 0, stride_of(t) * sizeof(*m->bin));
		return false;
	}
	m->word[0] = 1;
	scan(best, m, t, 1, 1, SIZE_MAX, stride_of(t));
	return true;
}

/* --- features of up to 64 values ---------------------------------------- */

static bool
few_values(struct mia_cut *best, struct mia_cut_room *m,
	   const struct mia_node *t, const struct mia_rank_column *c)
{
	const struct mia_draw *d = t->draw, *end = d + t->n;
	const uint8_t *x = c->rank;
	size_t stride = stride_of(t);
	uint64_t seen = 0;

	for (; d < end; d++) {
		uint32_t b = x[d->row];

		m->bin[b * stride + (d->code >> 16)] += d->code & 0xffff;
		seen |= (uint64_t)1 << b;
	}
	if (t->min_leaf > 1)
		for (d = t->draw; d < end; d++)
			m->bin[x[d->row] * stride + t->kinds]++;
	if ((seen & (seen - 1)) == 0) {
		size_t b = (unsigned)__builtin_ctzll(seen);

		memset(m->bin + b * stride, 0, stride * sizeof(*m->bin));
		return false;
	}
	m->word[0] = seen;
	scan(best, m, t, 0, 1, (unsigned)__builtin_ctzll(seen), stride);
	return true;
}

/* --- features of more values -------------------------------------------- */

/* key[n]: ascending rank << 32 | code. */
static void
scan_keys(struct mia_cut *best, struct mia_cut_room *m,
	  const struct mia_node *t, size_t n)
{
	const uint64_t *key = m->key;
	double right = 0, square = 0, dot = 0;

	memset(m->side, 0, t->kinds * sizeof(*m->side));
	for (size_t i = n; i-- > 0;) {
		uint32_t k = (uint32_t)key[i] >> 16;
		double w = t->factor[k] * (double)(int32_t)(key[i] & 0xffff);

		square += w * (m->side[k] + m->side[k] + w);
		dot += w * t->total[k];
		m->side[k] += w;
		right += w;
		if ((i > 0 && key[i] >> 32 == key[i - 1] >> 32) ||
		    n - i < t->min_leaf || t->n - (n - i) < t->min_leaf)
			continue;
		judge_many(best, t, (uint32_t)(key[i] >> 32), m->side, right,
			   square, dot);
	}
}

/* Sums key[n], which is in any order, by rank - base. */
static void
fill(struct mia_cut_room *m, const struct mia_node *t, size_t n, uint32_t base,
     size_t stride)
{
	const uint64_t *key = m->key, *end = key + n;

	for (; key < end; key++) {
		uint32_t code = (uint32_t)*key;
		size_t b = (size_t)(*key >> 32) - base;

		m->bin[b * stride + (code >> 16)] += code & 0xffff;
		m->word[b >> 6] |= (uint64_t)1 << (b & 63);
	}
	if (t->min_leaf > 1)
		for (key = m->key; key < end; key++)
			m->bin[((*key >> 32) - base) * stride + t->kinds]++;
}

static bool
many_values(struct mia_cut *best, struct mia_cut_room *m,
	    const struct mia_node *t, const struct mia_rank_column *c)
{
	const struct mia_draw *d = t->draw, *end = d + t->n;
	uint64_t *key = m->key;
	uint32_t least = UINT32_MAX, most = 0;
	size_t n, bins, stride = stride_of(t), low = SIZE_MAX;

	MIA_RANK_EACH_WIDTH(c, x, {
		for (; d < end; d++) {
			uint32_t r = x[d->row];

			*key = (uint64_t)r << 32 | d->code;
			key += r != 0;
			least = r < least ? r : least;
			most = r > most ? r : most;
		}
	});
	if (least == most)
		return false;
	n = (size_t)(key - m->key);
	if (least == 0)
		least = 1;
	else
		low = 0;
	bins = (size_t)most - least + 1;
	if (t->n < FEW || bins * stride > BINS) {
		mia_keys_sort(m->key, m->spare, n);
		scan_keys(best, m, t, n);
	} else {
		fill(m, t, n, least, stride);
		scan(best, m, t, least, (bins + 63) / 64, low, stride);
	}
	return true;
}

bool
mia_cut_try(struct mia_cut *best, struct mia_cut_room *m,
	    const struct mia_node *t, const struct mia_rank_column *c,
	    uint32_t feature)
{
	struct mia_cut here = MIA_CUT_NONE;
	bool few = c->distinct <= 64 && 64 * stride_of(t) <= BINS, cuts;

	if (few && c->distinct == 2)
		cuts = two_values(&here, m, t, c);
	else if (few)
		cuts = few_values(&here, m, t, c);
	else
		cuts = many_values(&here, m, t, c);
	if (!cuts)
		return false;
	here.feature = feature;
	if (here.num * best->den > best->num * here.den)
		*best = here;
	return true;
}
