#ifndef MIA_LEARN_LEARNER_H
#define MIA_LEARN_LEARNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "learn/encoding.h"
#include "learn/frame.h"

/*
 * The table behind every model that miatools trains itself.  A learner is
 * deterministic: the same inputs and seed give the same bytes on every thread
 * and machine.  Fitting uses one thread; what all shadows can share is in
 * prepare's result, which is read-only after that.
 */

/* A hyperparameter: a number between lo and hi, or one of words. */
struct mia_hparam {
	const char *name;     /* the field's name: "trees", "max_depth", "C" */
	const char *fallback; /* default, as text */
	enum { MIA_HYPER_INT, MIA_HYPER_REAL, MIA_HYPER_TEXT } kind;
	double lo, hi;
	const char *words; /* "sqrt|log2|all": word i has the value -1 - i */
	const char *help;
};

#define MIA_HYPER_MAX 24

/* The settings of one learner. */
struct mia_hyper {
	const struct mia_learner *learner;
	double value[MIA_HYPER_MAX];
	char *text[MIA_HYPER_MAX]; /* canonical */
};

/* One model's training set. */
struct mia_sample {
	const uint32_t *rows; /* rows of the prepared frame, ascending */
	size_t n;
	const int32_t *label; /* class of every row of the frame */
	unsigned classes;     /* of the whole data; some may be absent here */
};

/* What describe says of a fitted model. */
struct mia_description {
	uint64_t parameters; /* free numbers that were fitted */
	uint64_t leaves;     /* of all trees; 0 if none */
	uint64_t stored;     /* training rows kept inside the model */
	uint64_t iterations; /* of the optimiser; 0 if none */
};

enum mia_output {
	MIA_OUTPUT_P, /* probabilities, each row sums to 1 */
	MIA_OUTPUT_Z, /* logits; -inf for a class absent from training */
};

struct mia_learner {
	const char *name;    /* "forest" */
	const char *summary; /* one line */
	const struct mia_hparam *hyper; /* ends with name == NULL */
	enum mia_scale scale;		/* what encoding it wants */
	enum mia_output output;
	/*
	 * What a probability of 0 stands for where it only means that no vote
	 * of few was cast; NULL: 0 is 0.  Written into the head of predictions
	 * as "#floor X", where score-losses finds it.
	 */
	double (*floor)(const struct mia_hyper *h);

	/* Borrows e and x until prepare_free. */
	int (*prepare)(void **prep, const struct mia_encoding *e,
		       const struct mia_frame *x, const struct mia_hyper *h,
		       struct mia_fault *f);
	void (*prepare_free)(void *prep);

	/* seed and item name the random stream: mia_rng_init(&r, seed,
	 * "learn/NAME", item). One class only in the sample is allowed. */
	int (*fit)(void **model, const void *prep, const struct mia_sample *s,
		   const struct mia_hyper *h, uint64_t seed, uint64_t item,
		   struct mia_fault *f);
	/* out is [n][classes]; prep may be that of another frame under the
	 * same encoding. */
	int (*predict)(const void *model, const void *prep,
		       const uint32_t *rows, size_t n, double *out,
		       struct mia_fault *f);
	void (*save)(const void *model, struct mia_buf *b);
	/* Never trusts counts or indices in b. features and classes are those
	 * of the model file. */
	int (*load)(void **model, struct mia_bytes *b, size_t features,
		    unsigned classes, const struct mia_hyper *h,
		    struct mia_fault *f);
	void (*model_free)(void *model);
	void (*describe)(const void *model, struct mia_description *d);
};

/*
 * Whether what a model says of one record, out[classes], is right: the true
 * class is ahead of every other.  A tie for the first place is not right, so
 * the order of the classes decides nothing (as in score-losses).
 */
bool mia_learner_right(const double *out, size_t classes, int32_t label);

/* All learners, ended by NULL. */
extern const struct mia_learner *const mia_learners[];

/* By name; an unknown one is a usage fault that names the nearest. */
int mia_learner_find(const struct mia_learner **l, const char *name,
		     struct mia_fault *f);

/* Defaults. */
void mia_hyper_init(struct mia_hyper *h, const struct mia_learner *l);
void mia_hyper_free(struct mia_hyper *h);
/* "name=value"; usage faults: unknown name (nearest given), bad value. */
int mia_hyper_set(struct mia_hyper *h, const char *setting,
		  struct mia_fault *f);
/* Value and text of a hyperparameter that the learner has. */
double mia_hyper_get(const struct mia_hyper *h, const char *name);
const char *mia_hyper_text(const struct mia_hyper *h, const char *name);

/* The word of words ("a|b|c" or a NULL-ended array is up to the caller) that
 * is nearest to s in edit distance, for "did you mean". Borrowed. */
const char *mia_nearest(const char *s, const char *const *words);

extern const struct mia_learner mia_tree, mia_forest, mia_logistic,
	mia_mlp;

#endif
