#ifndef MIA_RUN_RAW_H
#define MIA_RUN_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/text.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/parts.h"

/*
 * Rows of any CSV, held as text, on their way to a data stream: which column
 * is the id, the label, the group; all others are features, untouched.
 */
struct mia_raw_columns {
	const char *id;		 /* NULL: "id" if there is such a column */
	const char *label;	 /* NULL: "label" */
	const char *group;	 /* NULL: none */
	const char *const *drop; /* columns left out */
	size_t n_drop;
	const char *const *rename; /* features, "OLD=NEW" */
	size_t n_rename;
};

/* {0} is empty. Rows are numbered as they were read. */
struct mia_raw {
	bool by_part; /* set by the caller before the first row */
	uint32_t n;
	size_t cap;
	struct mia_buf cells;	  /* a row's label and features, length first */
	uint64_t *at;		  /* [n] where they begin */
	uint32_t *class;	  /* [n] number in classes */
	uint32_t *group;	  /* [n] number in groups */
	uint64_t *key;		  /* [n] hash of the id */
	struct mia_hash *content; /* [n] of label and features */
	uint8_t *part;		  /* [n] as given to mia_raw_read */
	uint32_t *number;	  /* [n] what a made id holds */
	uint32_t count[MIA_PARTS]; /* rows read of each part, by_part */
	struct mia_names classes, groups;
	struct mia_names ids; /* [n], if there is an id column */
	/* Set by the first mia_raw_read: */
	bool fixed;
	char *id_name, *label_name, *group_name; /* or NULL */
	struct mia_names features, names;	 /* as read, as written */
};

/*
 * Appends the rows of r.  The first call decides the columns; later ones find
 * the same columns by name, in any order.
 * Without an id column the id is the 0-based number of the row; with by_part
 * it is counted in each part and the part's name is put before it
 * ("member:0"), so that a longer training file moves no other id.
 * Memory: the text, 4 bytes a field, about 50 bytes a row, the ids.
 * Faults: data: no label column (the columns are listed), a column of c that
 * is not there, a feature called as a column of the key, files whose columns
 * differ, an empty id, label or group, an id that occurs twice, more than
 * 2^32 - 2 rows; usage: one column for two purposes, a malformed rename.
 */
int mia_raw_read(struct mia_raw *w, struct mia_reader *r,
		 const struct mia_raw_columns *c, enum mia_part part,
		 struct mia_fault *f);
void mia_raw_free(struct mia_raw *w);

/* The header and one row of a data stream. */
void mia_raw_write_header(const struct mia_raw *w, struct mia_writer *out);
void mia_raw_write_row(const struct mia_raw *w, uint32_t row,
		       enum mia_part part, struct mia_writer *out);

#endif
