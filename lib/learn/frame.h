#ifndef MIA_LEARN_FRAME_H
#define MIA_LEARN_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/names.h"
#include "base/text.h"

/*
 * Feature columns in memory, appended row by row.  A column is numeric or
 * categorical, decided by its first non-missing value unless it was declared
 * a category; a text among numbers, or a number among texts, is a data fault
 * (the caller adds file and line) with the remedies --category COLUMN and
 * --missing TEXT, so row order never decides the kind.  Infinity and NaN are
 * such texts.  Numeric values take 1, 4 or 8 bytes, the narrowest that
 * holds every value of the column exactly (a missing one is NaN, 4 bytes or
 * more; -0 counts as 0).
 */
enum mia_column_kind {
	MIA_COLUMN_OPEN, /* only missing values so far */
	MIA_COLUMN_NUMBER,
	MIA_COLUMN_TEXT,
};

struct mia_column {
	char *name;
	enum mia_column_kind kind;
	bool category;	/* declared: any text is a category, numbers too */
	unsigned width; /* 1: uint8_t, 4: float, 8: double */
	void *value;	/* NUMBER: [n] */
	uint32_t *code; /* TEXT: [n], number of the text, or MIA_NAMES_NONE
			 * for missing */
	struct mia_names names;
	size_t cap, missing;
};

struct mia_frame {
	size_t n; /* rows */
	size_t columns;
	struct mia_column *column;
};

void mia_frame_init(struct mia_frame *x, size_t columns);
void mia_frame_free(struct mia_frame *x);
void mia_column_free(struct mia_column *c);
/* Before the first row. */
void mia_frame_name(struct mia_frame *x, size_t column, struct mia_text name,
		    bool category);
/* Appends a row. missing: a text that, beside the empty one, means missing
 * (n == 0: none). */
int mia_frame_append(struct mia_frame *x, const struct mia_text *field,
		     struct mia_text missing, struct mia_fault *f);
/* The value of a numeric column; NaN if missing. */
double mia_column_value(const struct mia_column *c, size_t row);

#endif
