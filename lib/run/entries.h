#ifndef MIA_RUN_ENTRIES_H
#define MIA_RUN_ENTRIES_H

#include <stdint.h>

#include "base/hash.h"
#include "base/names.h"
#include "run/records.h"

/* The second half of mia_records_read: from rows as they were read to rows in
 * the order of records.h. */
struct mia_entry {
	struct mia_hash key; /* of the id */
	uint64_t line;
	uint32_t file, id, view; /* file, id: numbers in s->files, s->ids */
	uint32_t read;		 /* row of s->x */
	int32_t label;		 /* number in labels */
	uint8_t part;
};

/*
 * Sorts e[s->n], checks keys and views, and fills the arrays of s; labels are
 * in the order first seen, the columns of s->x in that of reading.
 * Faults: data, those of mia_records_read that concern two rows.
 */
int mia_entries_settle(struct mia_records *s, struct mia_entry *e,
		       const struct mia_names *labels, struct mia_fault *f);

#endif
