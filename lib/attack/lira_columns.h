#ifndef MIA_ATTACK_LIRA_COLUMNS_H
#define MIA_ATTACK_LIRA_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "attack/lira.h"
#include "base/fault.h"

/* The scores of one pass over the data, and what they are called. */
#define MIA_LIRA_COLUMNS 64

/* In the order of enum mia_lira_variance; the bit of a word is 1 << place. */
#define MIA_LIRA_VARIANCES "per-record|pooled|pooled-raw|shrunken"
#define MIA_LIRA_CENTRES   "mean|median"
#define MIA_LIRA_PEERS	   "carlini|tfp|sacro"

struct mia_lira_wanted {
	bool online, offline;
	unsigned variances, centres; /* sets of the words above */
	unsigned peers;		     /* if not 0, theirs alone */
	const char *const *signal;
	size_t signals;
	bool equal_counts;
};

/* AUTO: online if any shadow was trained on a judged record, else offline. */
enum mia_lira_mode {
	MIA_LIRA_AUTO,
	MIA_LIRA_ONLINE_ONLY,
	MIA_LIRA_OFFLINE_ONLY,
	MIA_LIRA_BOTH,
};

/* From this many shadows on a record's own variance is good enough (Carlini et
 * al., section VI-B). */
#define MIA_LIRA_MANY 64

/*
 * Settles what the user left open: online and offline by the mode; if no
 * variance is named, per-record with MIA_LIRA_MANY shadows, and else shrunken,
 * or pooled with several signals.
 *   any_in          was any shadow trained on a judged record?
 *   sense[signals]  as mia_signal_sense
 * Faults: data, if online is wanted of no IN shadow (peers' rules apart);
 * usage, if offline is wanted of a signal without a side.
 */
int mia_lira_choose(struct mia_lira_wanted *w, enum mia_lira_mode mode,
		    bool any_in, size_t shadows, const int *sense,
		    struct mia_fault *f);

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
