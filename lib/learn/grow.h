#ifndef MIA_LEARN_GROW_H
#define MIA_LEARN_GROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "learn/cut.h"
#include "learn/learner.h"
#include "learn/ranks.h"
#include "learn/trees.h"
#include "maths/rng.h"

/*
 * Grows classification trees as scikit-learn's DecisionTreeClassifier with
 * criterion "gini" and splitter "best" does:
 *   - a node is a leaf when it is pure, at max_depth, or has fewer than
 *     min_split or 2 * min_leaf rows (rows, however often they were drawn)
 *   - else features are drawn without replacement until `tries` were, and on
 *     while all of them were constant in the node; constant features count
 *   - the best cut of these is taken, even if it lowers no impurity; of equal
 *     ones the first drawn, and within a feature the lowest threshold
 *   - the threshold is the middle between the neighbouring values present in
 *     the node, or the lower one if the middle rounds up to the higher
 * It departs in two points: values are compared as doubles, not rounded to
 * floats, and are equal only if they are equal, not within 1e-7.
 */
struct mia_grow_opts {
	size_t tries; /* features drawn at a node, at least 1 */
	size_t min_leaf, min_split;
	size_t max_depth;
	bool balanced; /* class weight rows / (classes present * its rows) */
};

/* One sample's workspace: about 50 bytes a row and up to a megabyte. */
struct mia_grower {
	struct mia_grow_opts o;
	const struct mia_ranks *x;
	const struct mia_sample *s;
	struct mia_cut_room room;
	double *class_factor;	       /* [classes] */
	struct mia_draw *draw, *spare; /* [rows] the tree's; parting */
	struct mia_draw *local;	       /* [rows] a node's, kinds for classes */
	uint32_t *feature, *constant;  /* [features] */
	uint32_t *kind_of;	       /* [classes] */
	uint32_t *class_of;	       /* [kinds] */
	double *factor, *total;	       /* [kinds] */
	struct mia_leaf_share *share;       /* [kinds] */
	struct mia_branch *stack;
	size_t stack_cap;
};

/*
 * Borrows x and s until mia_grower_free.  Faults: data, a sample without
 * rows, of more than 2^31 - 1 rows, or more than 65,536 classes.
 */
int mia_grower_init(struct mia_grower *g, const struct mia_ranks *x,
		    const struct mia_sample *s, const struct mia_grow_opts *o,
		    struct mia_fault *f);
void mia_grower_free(struct mia_grower *g);

/*
 * Appends one tree to *t.  times[s->n]: how often each row of the sample was
 * drawn; those with 0 are left out, not all may be.  r: the tree's own
 * stream.
 */
void mia_grower_tree(struct mia_grower *g, const uint16_t *times,
		     struct mia_rng *r, struct mia_trees *t);

#endif
