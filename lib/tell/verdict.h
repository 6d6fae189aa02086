#ifndef MIA_TELL_VERDICT_H
#define MIA_TELL_VERDICT_H

#include <stddef.h>

#include "tell/facts.h"

/* The outcome of all limits together, mildest first. */
enum mia_outcome {
	MIA_OUTCOME_NO_FIGURES, /* nothing was measured */
	MIA_OUTCOME_NO_LIMIT,	/* measured, but no limit was given */
	MIA_OUTCOME_MET,	/* every limit */
	MIA_OUTCOME_NOT_SHOWN,	/* at least one, and none exceeded */
	MIA_OUTCOME_EXCEEDED,	/* at least one */
};

/* "no-figures", "no-limit", "met", "not-shown", "exceeded" */
const char *mia_outcome_word(enum mia_outcome o);

/* One limit, as mia-eval judged it: its row, and the row of the figure. */
struct mia_ruling {
	const struct mia_metric *limit, *figure; /* figure: NULL if absent */
	enum mia_outcome outcome;
};

struct mia_verdict {
	enum mia_outcome outcome;
	struct mia_ruling *ruling;
	size_t n, cap;
};

/* Borrows facts. A limit with no outcome that is known is a data fault. */
int mia_verdict_reach(struct mia_verdict *v, const struct mia_facts *x,
		      struct mia_fault *f);
void mia_verdict_free(struct mia_verdict *v);

#endif
