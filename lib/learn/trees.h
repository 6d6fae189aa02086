#ifndef MIA_LEARN_TREES_H
#define MIA_LEARN_TREES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "learn/learner.h"
#include "learn/ranks.h"

/*
 * Grown classification trees, whose leaves hold class shares; a model of one
 * or of many.  Nodes are numbered within their tree, the root 0.
 */
struct mia_tree_node {
	double threshold; /* rows whose feature is at most this: child */
	uint32_t feature;
	uint32_t child; /* the others: child + 1; 0: a leaf, and feature is
			 * its class, or classes + where its shares begin */
};

/* A leaf of several classes: how many in class, then each ascending. */
struct mia_leaf_share {
	uint32_t class;
	double share;
};

struct mia_trees {
	size_t features;
	unsigned classes;
	size_t n; /* trees */
	struct {
		size_t node, share; /* the tree's first */
	} * tree;
	struct mia_tree_node *node;
	struct mia_leaf_share *share;
	size_t nodes, shares, leaves;
	size_t tree_cap, node_cap, share_cap;
};

void mia_trees_init(struct mia_trees *t, size_t features, unsigned classes);
void mia_trees_free(struct mia_trees *t);

/*
 * Growing.  begin starts a tree that is one open node, 0.  Every open node is
 * then made a leaf, or split, which opens two; split returns the left one's
 * number.  Of two children the left one is settled, with all below it,
 * before the right: the order of the saved form.
 */
void mia_trees_begin(struct mia_trees *t);
uint32_t mia_trees_split(struct mia_trees *t, uint32_t node, uint32_t feature,
			 double threshold);
/* share[n]: ascending classes, n >= 1. */
void mia_trees_leaf(struct mia_trees *t, uint32_t node,
		    const struct mia_leaf_share *share, size_t n);

/*
 * Mean over trees of the shares of the leaf that each of x's rows[n] falls
 * in, into out[n][classes]: sums in tree order, then one division, whatever
 * other rows are asked for.  x may be of another frame than the one fitted
 * on, under the same encoding.
 */
void mia_trees_predict(const struct mia_trees *t, const struct mia_ranks *x,
		       const uint32_t *rows, size_t n, double *out);

void mia_trees_save(const struct mia_trees *t, struct mia_buf *b);
/*
 * trees: how many there must be.  Fault: data, cut short, or anything that a
 * saved model cannot hold; *t is then empty.
 */
int mia_trees_load(struct mia_trees *t, struct mia_bytes *b, size_t features,
		   unsigned classes, size_t trees, struct mia_fault *f);

/* Two numbers a split, classes - 1 a leaf. */
void mia_trees_describe(const struct mia_trees *t, struct mia_description *d);

#endif
