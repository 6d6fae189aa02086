#ifndef MIA_RUN_PARTS_H
#define MIA_RUN_PARTS_H

#include "base/fault.h"
#include "base/text.h"

/* What a record is to the target, and to the audit. */
enum mia_part {
	MIA_PART_MEMBER,     /* in the target, audited */
	MIA_PART_NONMEMBER,  /* not in the target, audited */
	MIA_PART_AUX,	     /* may train shadows, not audited */
	MIA_PART_POPULATION, /* in no model */
	MIA_PART_BACKGROUND, /* in every model, not audited */
	MIA_PARTS,
};

/* Sets of parts are sums of these. */
#define MIA_PART_BIT(part) (1u << (part))
#define MIA_PARTS_AUDITED                                                      \
	(MIA_PART_BIT(MIA_PART_MEMBER) | MIA_PART_BIT(MIA_PART_NONMEMBER))
/* What the target was trained on. */
#define MIA_PARTS_TARGET                                                       \
	(MIA_PART_BIT(MIA_PART_MEMBER) | MIA_PART_BIT(MIA_PART_BACKGROUND))
/* What is queried unless the user says otherwise. */
#define MIA_PARTS_QUERY (MIA_PARTS_AUDITED | MIA_PART_BIT(MIA_PART_POPULATION))

/* "member", "nonmember", … */
const char *mia_part_name(enum mia_part part);
/* The part of this name, or MIA_PARTS. */
enum mia_part mia_part_find(struct mia_text name);
/* A list such as "member,aux", "audited" (member,nonmember) or "all", as a
 * set. Faults: usage, naming the option. */
int mia_parts_scan(const char *list, const char *option, unsigned *parts,
		   struct mia_fault *f);

#endif
