#include "learn/grow.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* An open node: its rows, and how many features are known to be constant. */
struct mia_branch {
	size_t from, n, depth, constants;
	uint32_t node;
};

static void
weigh_classes(struct mia_grower *g)
{
	const struct mia_sample *s = g->s;
	double *n = g->class_factor;
	unsigned present = 0;

	for (size_t i = 0; i < s->n; i++)
		n[s->label[s->rows[i]]] += 1;
	for (unsigned c = 0; c < s->classes; c++)
		present += n[c] > 0;
	for (unsigned c = 0; c < s->classes; c++)
		if (!g->o.balanced)
			n[c] = 1;
		else if (n[c] > 0)
			n[c] = (double)s->n / (present * n[c]);
}

int
mia_grower_init(struct mia_grower *g, const struct mia_ranks *x,
		const struct mia_sample *s, const struct mia_grow_opts *o,
		struct mia_fault *f)
{
	size_t n = s->n, k = s->classes;

	*g = (struct mia_grower){.o = *o, .x = x, .s = s};
	if (n == 0)
		return mia_fail(f, MIA_DATA,
				"no rows to train on; give members or "
				"background rows");
	if (n > INT32_MAX || k > MIA_DRAW_CLASSES)
		return mia_fail(f, MIA_DATA,
				"%zu rows of %zu classes are too many for a "
				"tree (at most %d and %d); train on fewer",
				n, k, INT32_MAX, MIA_DRAW_CLASSES);
	mia_cut_init(&g->room, n, s->classes);
	g->class_factor = mia_alloc(k, sizeof(*g->class_factor));
	g->draw = mia_alloc(n, sizeof(*g->draw));
	g->spare = mia_alloc(n, sizeof(*g->draw));
	g->local = mia_alloc(n, sizeof(*g->draw));
	g->feature = mia_alloc(x->features, sizeof(*g->feature));
	g->constant = mia_alloc(x->features, sizeof(*g->feature));
	g->kind_of = mia_alloc(k, sizeof(*g->kind_of));
	g->class_of = mia_alloc(k, sizeof(*g->class_of));
	g->factor = mia_alloc(k + MIA_CUT_PAD, sizeof(*g->factor));
	g->total = mia_alloc(k + MIA_CUT_PAD, sizeof(*g->total));
	g->share = mia_alloc(k, sizeof(*g->share));
	memset(g->kind_of, 0xff, k * sizeof(*g->kind_of));
	weigh_classes(g);
	return 0;
}

void
mia_grower_free(struct mia_grower *g)
{
	mia_cut_free(&g->room);
	free(g->class_factor);
	free(g->draw);
	free(g->spare);
	free(g->local);
	free(g->feature);
	free(g->constant);
	free(g->kind_of);
	free(g->class_of);
	free(g->factor);
	free(g->total);
	free(g->share);
	free(g->stack);
	*g = (struct mia_grower){0};
}

/* Numbers the classes of draw[n] within the node and sums their weights. */
static void
open_node(struct mia_grower *g, struct mia_node *t, const struct mia_draw *draw,
	  size_t n)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t class = draw[i].code >> 16;
		uint32_t times = draw[i].code & 0xffff;
		uint32_t k = g->kind_of[class];

		if (k == UINT32_MAX) {
			k = kinds++;
			g->kind_of[class] = k;
			g->class_of[k] = class;
			g->factor[k] = g->class_factor[class];
			g->total[k] = 0;
		}
		g->local[i] = (struct mia_draw){draw[i].row, k << 16 | times};
		g->total[k] += (double)(int32_t)times;
	}
	*t = (struct mia_node){
		.n = n,
		.draw = g->local,
		.kinds = kinds,
		.factor = g->factor,
		.total = g->total,
		.min_leaf = g->o.min_leaf,
	};
	for (unsigned k = 0; k < kinds; k++) {
		g->kind_of[g->class_of[k]] = UINT32_MAX;
		g->total[k] *= g->factor[k];
		t->all += g->total[k];
		t->square += g->total[k] * g->total[k];
	}
	for (unsigned k = kinds; k < kinds + MIA_CUT_PAD; k++)
		g->factor[k] = g->total[k] = 0;
}

static void
close_leaf(struct mia_grower *g, const struct mia_node *t, uint32_t node,
	   struct mia_trees *out)
{
	for (unsigned k = 0; k < t->kinds; k++) {
		struct mia_leaf_share s = {g->class_of[k], g->total[k] / t->all};
		unsigned j = k;

		for (; j > 0 && g->share[j - 1].class > s.class; j--)
			g->share[j] = g->share[j - 1];
		g->share[j] = s;
	}
	mia_trees_leaf(out, node, g->share, t->kinds);
}

static void
swap(uint32_t *v, size_t i, size_t j)
{
	uint32_t t = v[i];

	v[i] = v[j];
	v[j] = t;
}

/*
 * Draws features and finds the best cut.  Returns how many features are now
 * known to be constant here, and so in all nodes below.  feature[] holds
 *	[0, drawn)		known constant, drawn
 *	[drawn, known)		known constant
 *	[known, known + found)	drawn and found constant
 *	[known + found, end)	not yet drawn
 *	[end, features)		drawn and tried
 * constant[] keeps the constant ones in the order of discovery: drawing
 * mixes feature[0, known), which nodes further up rely on.
 * As scikit-learn 1.2, node_split_best() in sklearn/tree/_splitter.pyx.
 */
static size_t
choose(struct mia_grower *g, const struct mia_node *t, size_t known,
       struct mia_rng *r, struct mia_cut *best)
{
	uint32_t *v = g->feature;
	size_t end = g->x->features, drawn = 0, found = 0;

	for (size_t tried = 0; end > known + found &&
			       (tried < g->o.tries || tried == found + drawn);
	     tried++) {
		size_t j = drawn + mia_rng_below(r, end - found - drawn);
		uint32_t feature;

		if (j < known) {
			swap(v, j, drawn++);
			continue;
		}
		j += found;
		feature = v[j];
		if (!mia_cut_try(best, &g->room, t, &g->x->column[feature],
				 feature)) {
			swap(v, j, known + found++);
			continue;
		}
		swap(v, j, --end);
		if (mia_cut_perfect(best, t))
			break; /* what is drawn later can only equal it */
	}
	memcpy(v, g->constant, known * sizeof(*v));
	memcpy(g->constant + known, v + known, found * sizeof(*v));
	return known + found;
}

/*
 * Parts draw[n] by the cut, left rows first and each side in its old order;
 * returns how many are left, and the threshold.
 */
static size_t
part(const struct mia_grower *g, struct mia_draw *draw, size_t n,
     const struct mia_cut *cut, double *threshold)
{
	const struct mia_rank_column *c = &g->x->column[cut->feature];
	uint32_t below = 0; /* largest rank of the left */
	size_t l = 0, r = 0;
	double lo, hi, middle;

	MIA_RANK_EACH_WIDTH(c, x, {
		for (size_t i = 0; i < n; i++) {
			struct mia_draw d = draw[i];
			uint32_t rank = x[d.row];
			bool left = rank < cut->rank;
			uint32_t y = left ? rank : 0;

			draw[l] = d;
			g->spare[r] = d;
			l += left;
			r += !left;
			below = y > below ? y : below;
		}
	});
	memcpy(draw + l, g->spare, r * sizeof(*draw));
	lo = c->value[below];
	hi = c->value[cut->rank];
	middle = lo / 2 + hi / 2;
	*threshold = middle >= lo && middle < hi ? middle : lo;
	return l;
}

static bool
must_end(const struct mia_grower *g, const struct mia_node *t, size_t depth)
{
	return t->kinds == 1 || depth >= g->o.max_depth ||
	       t->n < g->o.min_split || t->n / 2 < g->o.min_leaf;
}

static size_t
take_draws(struct mia_grower *g, const uint16_t *times)
{
	size_t n = 0;

	for (size_t i = 0; i < g->s->n; i++) {
		uint32_t row = g->s->rows[i];
		uint32_t class = (uint32_t)g->s->label[row];

		g->draw[n] = (struct mia_draw){row, class << 16 | times[i]};
		n += times[i] > 0;
	}
	return n;
}

void
mia_grower_tree(struct mia_grower *g, const uint16_t *times, struct mia_rng *r,
		struct mia_trees *out)
{
	size_t depth = 0;

	for (uint32_t j = 0; j < g->x->features; j++)
		g->feature[j] = j;
	mia_trees_begin(out);
	mia_grow(&g->stack, &g->stack_cap, 1, sizeof(*g->stack));
	g->stack[depth++] = (struct mia_branch){.n = take_draws(g, times)};
	while (depth > 0) {
		struct mia_branch b = g->stack[--depth], left, right;
		struct mia_draw *draw = g->draw + b.from;
		struct mia_cut best = MIA_CUT_NONE;
		struct mia_node t;
		double threshold;

		open_node(g, &t, draw, b.n);
		if (!must_end(g, &t, b.depth))
			b.constants = choose(g, &t, b.constants, r, &best);
		if (best.num < 0) {
			close_leaf(g, &t, b.node, out);
			continue;
		}
		left = right = b;
		left.n = part(g, draw, b.n, &best, &threshold);
		right.from += left.n;
		right.n -= left.n;
		left.node =
			mia_trees_split(out, b.node, best.feature, threshold);
		right.node = left.node + 1;
		left.depth = right.depth = b.depth + 1;
		mia_grow(&g->stack, &g->stack_cap, depth + 2,
			 sizeof(*g->stack));
		g->stack[depth++] = right;
		g->stack[depth++] = left;
	}
}
