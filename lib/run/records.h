#ifndef MIA_RUN_RECORDS_H
#define MIA_RUN_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/text.h"
#include "io/reader.h"
#include "learn/frame.h"
#include "run/parts.h"

/*
 * A data stream (id,part,label[,view], features) in memory, ready for the
 * learners.
 *
 * Rows are numbered 0 … n-1 in the order of (hash of id, view), so no fit,
 * draw or sum depends on the order in which they were read.  order[i] is the
 * row that was read i-th: output goes by it.  A record is named by its row of
 * view 0; base[row] is that row for every row, and the views of a record
 * follow it.  x, label, part, … are all indexed by row.
 */
struct mia_records_opts {
	const char *const *category; /* numeric-looking columns that are text */
	size_t n_category;
	const char *const *not_feature; /* columns that are left out */
	size_t n_not_feature;
	const char *missing; /* text that means missing, beside the empty
			      * field; NULL: none */
};

struct mia_records {
	size_t n;
	uint32_t *order; /* [n] row that was read i-th */
	uint64_t *key;	 /* [n] hash of the id: what draws go by */
	uint32_t *base;	 /* [n] row of the same record's view 0 */
	uint32_t *view;	 /* [n] 0: the original, which alone is trained on */
	bool views;	 /* there is a view column */
	uint8_t *part;	 /* [n] enum mia_part */
	int32_t *label;	 /* [n] number in classes */
	struct mia_names classes; /* sorted by bytes */
	struct mia_frame x;	  /* the features */
	/* Of each part: rows of view 0. */
	size_t count[MIA_PARTS];
	/*
	 * Identity of the content: column names, and the set of rows; not
	 * their order, not the head, not how fields were quoted.
	 */
	struct mia_hash hash;
	struct mia_names ids;
	uint32_t *id; /* [n] number in ids */
	/* Where a row was read. */
	struct mia_names files;
	uint32_t *file;
	uint64_t *line;
};

/*
 * Reads all that is left of r.  Without an id column the id is the 0-based
 * number of the row.  Memory: the values (1 to 8 bytes each), the id and about
 * 70 bytes a row.
 * Faults: data, with file and line: no part or label column, an unknown part,
 * an empty id or label, a doubled (id, view) (both lines are named), a record
 * without view 0 or whose views disagree on part or label, a feature called as
 * a column of the key (id part label view model member), a name in o that is
 * no column, no feature left, no row, and what mia_frame_append refuses.
 */
int mia_records_read(struct mia_records *s, struct mia_reader *r,
		     const struct mia_records_opts *o, struct mia_fault *f);
/* After mia_records_read, also after its fault; {0} is empty. */
void mia_records_free(struct mia_records *s);

/* The id of a row; holds as long as s. */
struct mia_text mia_records_id(const struct mia_records *s, uint32_t row);
/* The name of the class of a row. */
struct mia_text mia_records_label(const struct mia_records *s, uint32_t row);

/*
 * The rows whose part is in parts, ascending: what is fitted (views false:
 * of view 0 only) or queried.  *rows is freed by the caller.
 */
size_t mia_records_select(const struct mia_records *s, unsigned parts,
			  bool views, uint32_t **rows);
/* Hash of the set of ids of these rows, for struct mia_model's members. */
struct mia_hash mia_records_hash_ids(const struct mia_records *s,
				     const uint32_t *rows, size_t n);

#endif
