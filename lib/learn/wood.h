#ifndef MIA_LEARN_WOOD_H
#define MIA_LEARN_WOOD_H

#include "learn/grow.h"
#include "learn/learner.h"

/*
 * What the learners tree and forest share: settings of one tree, and those
 * entries of struct mia_learner that do not care how many trees there are.
 * The prepared frame is a struct mia_ranks, the model a struct mia_trees.
 */

/* The largest number that a setting may have. */
#define MIA_WOOD_MOST 999999

/* The values of a setting's words. */
enum {
	MIA_WOOD_WORD_1 = -1,
	MIA_WOOD_WORD_2 = -2,
};

/* clang-format off */
#define MIA_WOOD_HYPER(max_features)                                          \
	{"max_depth", "none", MIA_HYPER_INT, 1, MIA_WOOD_MOST, "none",        \
	 "levels of splits below the root"},                                  \
	{"min_samples_leaf", "1", MIA_HYPER_INT, 1, MIA_WOOD_MOST, NULL,      \
	 "least different rows in a leaf"},                                   \
	{"min_samples_split", "2", MIA_HYPER_INT, 2, MIA_WOOD_MOST, NULL,     \
	 "least different rows of a node that is split"},                     \
	{"max_features", max_features, MIA_HYPER_REAL, .001, MIA_WOOD_MOST,  \
	 "sqrt|log2|all",                                                     \
	 "features drawn at a split; a fraction if below 1"},                 \
	{"class_weight", "none", MIA_HYPER_TEXT, 0, 0, "none|balanced",       \
	 "balanced: as if all classes had as many rows"}
/* clang-format on */

/*
 * Reads the settings for a frame of so many features.  As in scikit-learn,
 * sqrt, log2 and fractions are rounded down, to at least 1; a count beyond
 * the features means all.  Fault: usage, max_features above 1 and not whole.
 */
int mia_wood_opts(struct mia_grow_opts *o, const struct mia_hyper *h,
		  size_t features, struct mia_fault *f);

int mia_wood_prepare(void **prep, const struct mia_encoding *e,
		     const struct mia_frame *x, const struct mia_hyper *h,
		     struct mia_fault *f);
void mia_wood_prepare_free(void *prep);
int mia_wood_predict(const void *model, const void *prep, const uint32_t *rows,
		     size_t n, double *out, struct mia_fault *f);
void mia_wood_save(const void *model, struct mia_buf *b);
/* trees: how many the model must have. Settings that cannot be are a data
 * fault here. */
int mia_wood_load(void **model, struct mia_bytes *b, size_t features,
		  unsigned classes, const struct mia_hyper *h, size_t trees,
		  struct mia_fault *f);
void mia_wood_free(void *model);
void mia_wood_describe(const void *model, struct mia_description *d);

#endif
