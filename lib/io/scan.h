#ifndef MIA_IO_SCAN_H
#define MIA_IO_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <csv.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "io/source.h"

/*
 * CSV rows and '#' lines of one source, one after another.  Rows without a
 * quote are cut in place, 16 bytes at a time; a row with one goes through
 * libcsv in strict mode, and so does every row when libcsv is set, which is
 * how the tests compare the two.  Blank lines are passed over.  A row is at
 * most 64 fields of max_field long, so that a file of another kind cannot eat
 * the memory.
 */
#define MIA_SCAN_COLUMNS ((size_t)1 << 22)

struct mia_scan {
	struct mia_source source;
	size_t max_field; /* bytes */
	size_t columns;	  /* of the header: fields beyond are counted, not
			   * kept; at first MIA_SCAN_COLUMNS */
	bool libcsv;

	char *buf;
	size_t cap, start, end; /* unread bytes: start … end */
	bool eof;
	uint64_t next_line;

	/* The row read last; holds until the next call. */
	struct mia_text *field;
	size_t n, field_cap; /* n may be greater, in a row of too many */
	struct mia_text raw;
	uint64_t line;

	struct csv_parser csv;
	bool csv_ready;
	struct mia_buf cell;  /* unquoted text of a row with quotes */
	size_t *cell_end, cell_cap;
	size_t rows;	      /* libcsv's row calls for the present row */
};

int mia_scan_open(struct mia_scan *s, const char *path, size_t max_field,
		  bool libcsv, struct mia_fault *f);
void mia_scan_close(struct mia_scan *s);

/* First byte of the next line that is not blank; -1 at the end, -2 after a
 * fault. */
int mia_scan_peek(struct mia_scan *s, struct mia_fault *f);
/* Whether the line that mia_scan_peek stands at begins with this text. */
int mia_scan_begins(struct mia_scan *s, const char *text, struct mia_fault *f);
/* The whole line, without its end, as raw text. 1, 0 at the end, -1. */
int mia_scan_line(struct mia_scan *s, struct mia_fault *f);
/* The row as fields. 1, 0 at the end, -1. */
int mia_scan_row(struct mia_scan *s, struct mia_fault *f);

#endif
