#include "learn/trees.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
mia_trees_init(struct mia_trees *t, size_t features, unsigned classes)
{
	*t = (struct mia_trees){.features = features, .classes = classes};
}

void
mia_trees_free(struct mia_trees *t)
{
	free(t->tree);
	free(t->node);
	free(t->share);
	*t = (struct mia_trees){0};
}

static void
add_nodes(struct mia_trees *t, size_t n)
{
	mia_grow(&t->node, &t->node_cap, t->nodes + n, sizeof(*t->node));
	t->nodes += n;
}

void
mia_trees_begin(struct mia_trees *t)
{
	mia_grow(&t->tree, &t->tree_cap, t->n + 1, sizeof(*t->tree));
	t->tree[t->n].node = t->nodes;
	t->tree[t->n].share = t->shares;
	t->n++;
	add_nodes(t, 1);
}

uint32_t
mia_trees_split(struct mia_trees *t, uint32_t node, uint32_t feature,
		double threshold)
{
	size_t root = t->tree[t->n - 1].node;
	uint32_t child = (uint32_t)(t->nodes - root);

	add_nodes(t, 2);
	t->node[root + node] =
		(struct mia_tree_node){threshold, feature, child};
	return child;
}

void
mia_trees_leaf(struct mia_trees *t, uint32_t node,
	       const struct mia_leaf_share *share, size_t n)
{
	struct mia_tree_node *leaf = &t->node[t->tree[t->n - 1].node + node];
	size_t at = t->shares - t->tree[t->n - 1].share;

	*leaf = (struct mia_tree_node){0};
	t->leaves++;
	if (n == 1) {
		leaf->feature = share->class;
		return;
	}
	leaf->feature = (uint32_t)(t->classes + at);
	mia_grow(&t->share, &t->share_cap, t->shares + n + 1, sizeof(*share));
	t->share[t->shares] = (struct mia_leaf_share){.class = (uint32_t)n};
	memcpy(t->share + t->shares + 1, share, n * sizeof(*share));
	t->shares += n + 1;
}

void
mia_trees_describe(const struct mia_trees *t, struct mia_description *d)
{
	*d = (struct mia_description){
		.parameters = 2 * (uint64_t)(t->leaves - t->n) +
			      (uint64_t)t->leaves * (t->classes - 1),
		.leaves = t->leaves,
	};
}

/* --- predicting --------------------------------------------------------- */

/*
 * Rows go down a tree together, parted at each node as in growing: reading
 * one column at a time is about half the work of following each row.  Leaves
 * of some trees are noted, then added up row by row, which keeps out[] from
 * being read again for every tree.
 */
enum {
	TOGETHER = 8,
};

struct flock {
	uint32_t node;
	size_t from, n;
};

struct router {
	const struct mia_trees *t;
	const struct mia_ranks *x;
	uint32_t *row, *spare; /* [rows asked for] */
	struct flock *stack;
	size_t cap;
};

/* Parts v[n] in place, ranks below cut first; returns how many those are. */
static size_t
part(uint32_t *v, size_t n, const struct mia_rank_column *c, uint32_t cut,
     uint32_t *spare)
{
	size_t l = 0, r = 0;

	MIA_RANK_EACH_WIDTH(c, x, {
		for (size_t i = 0; i < n; i++) {
			uint32_t row = v[i];
			bool left = x[row] < cut;

			v[l] = row;
			spare[r] = row;
			l += left;
			r += !left;
		}
	});
	memcpy(v + l, spare, r * sizeof(*v));
	return l;
}

/* Sets leaf[row] to the leaf of each row in a tree. */
static void
route(struct router *w, size_t tree, size_t n, uint32_t *leaf)
{
	const struct mia_tree_node *node = w->t->node + w->t->tree[tree].node;
	size_t depth = 0;
	struct flock b = {0, 0, n};

	for (;;) {
		const struct mia_tree_node *p = &node[b.node];

		if (p->child != 0 && b.n > 0) {
			const struct mia_rank_column *c =
				&w->x->column[p->feature];
			size_t l = part(w->row + b.from, b.n, c,
					mia_rank_at_most(c, p->threshold),
					w->spare);

			mia_grow(&w->stack, &w->cap, depth + 1, sizeof(b));
			w->stack[depth++] = (struct flock){p->child + 1,
							   b.from + l, b.n - l};
			b.node = p->child;
			b.n = l;
			continue;
		}
		for (size_t i = 0; i < b.n; i++)
			leaf[w->row[b.from + i]] = p->feature;
		if (depth == 0)
			break;
		b = w->stack[--depth];
	}
}

static void
add_leaf(const struct mia_trees *t, size_t tree, uint32_t leaf, double *out)
{
	const struct mia_leaf_share *s;

	if (leaf < t->classes) {
		out[leaf] += 1;
		return;
	}
	s = t->share + t->tree[tree].share + (leaf - t->classes);
	for (uint32_t i = s->class; i > 0; i--) {
		s++;
		out[s->class] += s->share;
	}
}

void
mia_trees_predict(const struct mia_trees *t, const struct mia_ranks *x,
		  const uint32_t *rows, size_t n, double *out)
{
	struct router w = {.t = t, .x = x};
	uint32_t *leaf[TOGETHER];
	size_t k = t->classes;

	if (n == 0)
		return;
	w.row = mia_alloc(n, sizeof(*w.row));
	w.spare = mia_alloc(n, sizeof(*w.spare));
	for (size_t i = 0; i < TOGETHER; i++)
		leaf[i] = mia_alloc(x->n, sizeof(**leaf));
	memset(out, 0, n * k * sizeof(*out));
	memcpy(w.row, rows, n * sizeof(*rows));
	for (size_t first = 0; first < t->n; first += TOGETHER) {
		size_t m = t->n - first < TOGETHER ? t->n - first : TOGETHER;

		for (size_t i = 0; i < m; i++)
			route(&w, first + i, n, leaf[i]);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < m; j++)
				add_leaf(t, first + j, leaf[j][rows[i]],
					 out + i * k);
	}
	for (size_t i = 0; i < n * k; i++)
		out[i] /= (double)t->n;
	for (size_t i = 0; i < TOGETHER; i++)
		free(leaf[i]);
	free(w.row);
	free(w.spare);
	free(w.stack);
}

/* --- saving and loading -------------------------------------------------- */

/*
 * The number of trees; then each tree's nodes, a split before its left part
 * before its right, so that no child's number is stored or trusted:
 *	u32 feature, f64 threshold		a split
 *	u32 features + class			a leaf of one class
 *	u32 features + classes, u32 count,	a leaf of several
 *		(u32 class, f64 share) ...
 */
void
mia_trees_save(const struct mia_trees *t, struct mia_buf *b)
{
	uint32_t *stack = NULL;
	size_t cap = 0;

	mia_buf_u32(b, (uint32_t)t->n);
	for (size_t i = 0; i < t->n; i++) {
		const struct mia_tree_node *node = t->node + t->tree[i].node;
		size_t depth = 0;

		mia_grow(&stack, &cap, 1, sizeof(*stack));
		stack[depth++] = 0;
		while (depth > 0) {
			const struct mia_tree_node *p = &node[stack[--depth]];
			const struct mia_leaf_share *leaf;

			if (p->child != 0) {
				mia_buf_u32(b, p->feature);
				mia_buf_f64(b, p->threshold);
				mia_grow(&stack, &cap, depth + 2,
					 sizeof(*stack));
				stack[depth++] = p->child + 1;
				stack[depth++] = p->child;
				continue;
			}
			if (p->feature < t->classes) {
				mia_buf_u32(b,
					    (uint32_t)t->features + p->feature);
				continue;
			}
			leaf = t->share + t->tree[i].share +
			       (p->feature - t->classes);
			mia_buf_u32(b, (uint32_t)t->features + t->classes);
			mia_buf_u32(b, leaf->class);
			for (uint32_t k = 1; k <= leaf->class; k++) {
				mia_buf_u32(b, leaf[k].class);
				mia_buf_f64(b, leaf[k].share);
			}
		}
	}
	free(stack);
}

static int
damaged(struct mia_fault *f, const char *what)
{
	return mia_fail(f, MIA_DATA, "damaged: %s; train the model again",
			what);
}

static int
load_leaf(struct mia_trees *t, uint32_t node, struct mia_bytes *b,
	  struct mia_leaf_share *share, struct mia_fault *f)
{
	double sum = 0;
	uint32_t n;

	if (mia_bytes_count(b, 12, &n, f) != 0)
		return -1;
	if (n < 2 || n > t->classes)
		return damaged(f, "a leaf has a wrong number of classes");
	for (uint32_t i = 0; i < n; i++) {
		struct mia_leaf_share *s = &share[i];

		if (mia_bytes_u32(b, &s->class, f) != 0 ||
		    mia_bytes_f64(b, &s->share, f) != 0)
			return -1;
		if (s->class >= t->classes ||
		    (i > 0 && s->class <= share[i - 1].class) ||
		    !(s->share > 0 && s->share < 1))
			return damaged(f, "a leaf has impossible shares");
		sum += s->share;
	}
	/* Each share was rounded once. */
	if (!(fabs(sum - 1) < 1e-9))
		return damaged(f, "the shares of a leaf do not sum to 1");
	mia_trees_leaf(t, node, share, n);
	return 0;
}

/* One tree; *stack holds the open nodes, share[classes] is workspace. */
static int
load_tree(struct mia_trees *t, struct mia_bytes *b, uint32_t **stack,
	  size_t *cap, struct mia_leaf_share *share, struct mia_fault *f)
{
	size_t depth = 0;

	mia_trees_begin(t);
	mia_grow(stack, cap, 1, sizeof(**stack));
	(*stack)[depth++] = 0;
	while (depth > 0) {
		uint32_t node = (*stack)[--depth], what, child;
		double threshold;

		if (mia_bytes_u32(b, &what, f) != 0)
			return -1;
		if (what < t->features) {
			if (mia_bytes_f64(b, &threshold, f) != 0)
				return -1;
			if (!isfinite(threshold))
				return damaged(f, "a threshold is no number");
			child = mia_trees_split(t, node, what, threshold);
			mia_grow(stack, cap, depth + 2, sizeof(**stack));
			(*stack)[depth++] = child + 1;
			(*stack)[depth++] = child;
		} else if (what - t->features < t->classes) {
			*share = (struct mia_leaf_share){
				.class = (uint32_t)(what - t->features)};
			mia_trees_leaf(t, node, share, 1);
		} else if (what - t->features == t->classes) {
			if (load_leaf(t, node, b, share, f) != 0)
				return -1;
		} else {
			return damaged(f, "a tree asks for a feature that "
					  "there is not");
		}
	}
	return 0;
}

int
mia_trees_load(struct mia_trees *t, struct mia_bytes *b, size_t features,
	       unsigned classes, size_t trees, struct mia_fault *f)
{
	struct mia_leaf_share *share = mia_alloc(classes, sizeof(*share));
	uint32_t *stack = NULL, n;
	size_t cap = 0;
	int rc;

	mia_trees_init(t, features, classes);
	rc = mia_bytes_count(b, 4, &n, f);
	if (rc == 0 && n != trees)
		rc = damaged(f, "the number of trees is not the model's");
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = load_tree(t, b, &stack, &cap, share, f);
	free(stack);
	free(share);
	if (rc != 0)
		mia_trees_free(t);
	return rc;
}
