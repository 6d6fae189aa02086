#ifndef MIA_TELL_EXPOSED_H
#define MIA_TELL_EXPOSED_H

#include "tell/facts.h"

/* A member that an attack names. */
struct mia_named {
	char *id;
	double score;
};

/* The members that an attack names at the threshold of one row. */
struct mia_exposed {
	const struct mia_metric *m; /* a "tpr_at_threshold"; borrowed */
	bool lower;		    /* low scores mean member */
	size_t all;
	struct mia_named *named; /* the surest, first */
	size_t n;
};

struct mia_exposures {
	struct mia_exposed *item;
	size_t n, cap;
	size_t max; /* ids kept for each */
};

/* A row that counts the records an attack names at a strict threshold: at most
 * 1 in 100 others, and one that this sample resolves, or none at all. */
bool mia_exposed_strict(const struct mia_metric *m);

/*
 * Reads the files once more, for the ids of members at each strict threshold
 * of x.  Of each file the columns id and member are needed, and for an
 * attack NAME the column score_NAME or NAME; rows of other parts are passed
 * by, as mia-eval does.
 * Holds max ids a threshold.
 * Faults: data, if no file has the scores of an attack, if the count is not
 * that of the row (the scores are not those that were judged), or a file is
 * standard input; those of the reader.
 */
int mia_exposed_read(struct mia_exposures *e, const struct mia_facts *x,
		     char *const *file, size_t n, struct mia_fault *f);
void mia_exposed_free(struct mia_exposures *e);

#endif
