#ifndef MIA_RUN_DEAL_H
#define MIA_RUN_DEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "run/raw.h"
#include "run/share.h"

/* Raw rows dealt into parts: what split-data does between its streams. */
enum mia_duplicates {
	MIA_DUPLICATES_REPORT,
	MIA_DUPLICATES_DROP,	 /* one of each set of equal rows stays */
	MIA_DUPLICATES_TOGETHER, /* a set goes to one part */
};

struct mia_deal {
	bool given; /* the rows' own parts stand; nothing below but
		     * duplicates and seed counts */
	struct mia_share share[MIA_PARTS];
	bool plain;	    /* not stratified by class */
	uint64_t per_class; /* members, and non-members, of each class; 0: by
			     * share */
	uint64_t canaries;  /* 0: by share */
	double coin;	    /* a canary is a member with this probability */
	enum mia_duplicates duplicates;
	uint64_t seed;
};

struct mia_dealt {
	unsigned char *part; /* [rows] enum mia_part or MIA_PART_NONE */
	uint32_t *set, sets; /* [rows] rows of equal features and label */
	uint64_t wanted[MIA_PARTS_ALL]; /* rows, by share */
	uint64_t got[MIA_PARTS_ALL];
	uint64_t dropped; /* of got[MIA_PART_NONE]: repeats */
};

/*
 * Deals the rows of w.  Rows of one group, if w has groups, go to one part.
 * When parts are given, a repeat in a part that was trained on (member,
 * background) is kept rather than one in nonmember, aux or population.
 * Faults: data: no row, more canaries than rows, shares that exceed the rows,
 * a part that is asked for and gets no row (but canaries may all fall on one
 * side); usage: two parts that take the rest.
 */
int mia_deal_rows(const struct mia_raw *w, const struct mia_deal *d,
		  struct mia_dealt *out, struct mia_fault *f);
/* Also after a fault. */
void mia_dealt_free(struct mia_dealt *d);

#endif
