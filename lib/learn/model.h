#ifndef MIA_LEARN_MODEL_H
#define MIA_LEARN_MODEL_H

#include "base/buf.h"
#include "learn/encoding.h"
#include "learn/learner.h"

/*
 * A trained model with all it needs to answer raw rows, and its file: magic
 * "#mia-model 1\n", then learner, hyperparameters, encoding, class names, how
 * missing values were read, what it was trained on, the learner's own bytes,
 * and XXH3-128 of all before.  Little endian.
 */
struct mia_model {
	struct mia_hyper hyper;
	struct mia_encoding encoding;
	struct mia_names classes; /* sorted by bytes */
	void *fitted;		  /* of hyper.learner */
	enum mia_missing missing;
	char *missing_text; /* beside the empty field; NULL or "": none */
	char *fit_part;	    /* parts the encoding was fitted on, split by
			     * commas; NULL or "": all rows */
	uint64_t rows;	    /* trained on */
	uint64_t seed;
	char data[33];	  /* hash of the data stream, hex, or "" */
	char members[33]; /* hash of the ids it was trained on, hex */
	double share;	  /* members / audited records: what balanced shadow
			   * designs copy */
};

/* Frees what m holds; {0} is allowed. */
void mia_model_free(struct mia_model *m);
void mia_model_save(const struct mia_model *m, struct mia_buf *b);
/* Faults: data: not a miatools model, newer version, damaged (checksum),
 * unknown learner. */
int mia_model_load(struct mia_model *m, struct mia_bytes b,
		   struct mia_fault *f);

#endif
