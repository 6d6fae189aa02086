#ifndef MIA_TELL_PAIRS_H
#define MIA_TELL_PAIRS_H

#include "tell/facts.h"

/* The figures of one attack on one target, over all records and in slices, in
 * the order of the streams; limits and rows about the model are not
 * among them. Borrows the facts. */
struct mia_pair {
	const struct mia_metric **row;
	size_t n, cap;
};

/* In the order of their first rows. */
struct mia_pairs {
	struct mia_pair *item;
	size_t n, cap;
};

/* p is overwritten, and borrows x until it is freed. */
void mia_pairs_make(struct mia_pairs *p, const struct mia_facts *x);
void mia_pairs_free(struct mia_pairs *p);

/* The row of a slice ("" for all records), a metric and, unless it is NULL, a
 * rate; NULL if there is none. */
const struct mia_metric *mia_pair_row(const struct mia_pair *p,
				      const char *group, const char *metric,
				      const char *at);

#endif
