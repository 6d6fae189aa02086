#ifndef MIA_LEARN_CUT_H
#define MIA_LEARN_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/ranks.h"

/*
 * The best cut of a node along one feature, by Gini impurity, over all
 * thresholds between neighbouring values present in the node.  With R_c and
 * L_c the weights of class c right and left, R, L their sums, minimising the
 * weighted impurity is maximising
 *
 *	sum_c R_c^2 / R  +  sum_c L_c^2 / L
 *
 * (Breiman et al., Classification and Regression Trees, 1984, 4.3), kept as a
 * fraction num / den and compared by cross products.  Without class weights
 * all terms are whole numbers, so that in nodes of up to 19,000 draws equal
 * cuts are seen as equal (in larger ones, but for rounding); the first one
 * tried then wins, and within a feature the one of the lowest threshold.
 */

/* A row of a node.  code: class << 16 | times drawn, both below 2^16. */
struct mia_draw {
	uint32_t row, code;
};

/* Times drawn that a code can hold; more would need a lottery won each time. */
#define MIA_DRAW_MOST	 UINT16_MAX
#define MIA_DRAW_CLASSES (UINT16_MAX + 1)

/*
 * A node.  Its classes are numbered 0 … kinds-1.  The arrays of kinds items
 * have room for MIA_CUT_PAD more, which are zero.
 */
#define MIA_CUT_PAD 2

struct mia_node {
	size_t n;
	const struct mia_draw *draw; /* [n] */
	unsigned kinds;		     /* at least 2 */
	const double *factor;	     /* [kinds] weight of a draw of a class */
	const double *total;	     /* [kinds] weight of each class's draws */
	double all;		     /* sum of total */
	double square;		     /* sum of total squared */
	size_t min_leaf;	     /* least rows on either side; >= 1 */
};

/* A cut: rows of rank below .rank go left.  num < 0: none yet. */
struct mia_cut {
	uint32_t feature, rank;
	double num, den;
};

#define MIA_CUT_NONE ((struct mia_cut){.num = -1, .den = 1})

/* Workspace, one a thread: 16 bytes a row and up to a megabyte. */
struct mia_cut_room {
	uint64_t *key, *spare; /* [rows] */
	double *side;	       /* [classes] */
	uint32_t *bin;	       /* all zero between calls */
	uint64_t *word;	       /* likewise */
};

void mia_cut_init(struct mia_cut_room *m, size_t rows, unsigned classes);
void mia_cut_free(struct mia_cut_room *m);

/*
 * Tries all cuts of node t along column c, which is the given feature; *best
 * is replaced by a better one only.  Returns false, and changes nothing, if
 * the feature is constant in the node.  A feature that is not constant may
 * still have no cut that leaves min_leaf rows on either side.
 */
bool mia_cut_try(struct mia_cut *best, struct mia_cut_room *m,
		 const struct mia_node *t, const struct mia_rank_column *c,
		 uint32_t feature);

/* No cut of the node can be better: both sides are pure. */
bool mia_cut_perfect(const struct mia_cut *best, const struct mia_node *t);

#endif
