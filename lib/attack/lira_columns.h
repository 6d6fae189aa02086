#ifndef MIA_ATTACK_LIRA_COLUMNS_H
#define MIA_ATTACK_LIRA_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "attack/lira.h"

/* The scores of one pass over the data, and what they are called. */
#define MIA_LIRA_COLUMNS 64

/* In the order of enum mia_lira_variance; the bit of a word is 1 << place. */
#define MIA_LIRA_VARIANCES "per-record|pooled|pooled-raw|shrunken"
#define MIA_LIRA_CENTRES "mean|median"
#define MIA_LIRA_PEERS "carlini|tfp|sacro"

struct mia_lira_wanted {
	bool online, offline;
	unsigned variances, centres; /* sets of the words above */
	unsigned peers;		     /* if not 0, theirs alone */
	const char *const *signal;
	size_t signals;
	bool equal_counts;
};

struct mia_lira_column {
	struct mia_lira_rule rule;
	bool cut; /* every record cut to the same counts (carlini always) */
	char name[256];
};

/*
 * Every combination that is wanted.  Own names are
 * score_lira_MODE_VARIANCE[_median][_SIGNAL ...]: the signals are left out if
 * phi is the only one.  Returns how many.
 */
size_t mia_lira_columns(const struct mia_lira_wanted *w,
			struct mia_lira_column column[MIA_LIRA_COLUMNS]);

#endif
