#ifndef MIA_IO_WRITER_H
#define MIA_IO_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "io/meta.h"

/*
 * Writes one stream of one or more segments.  Write errors are kept and
 * reported by mia_writer_row, _end and _close, so cells need no checks.
 */
struct mia_writer;

struct mia_writer_opts {
	const char *path; /* NULL or "-": standard output; a regular file is
			   * written aside and renamed by _close */
	bool zstd;
	int level;    /* 0 means 1 */
	bool no_meta; /* plain CSV */
};

int mia_writer_open(struct mia_writer **w, const struct mia_writer_opts *o,
		    struct mia_fault *f);

/*
 * Begins a segment: head of this kind with the lines of from (may be NULL),
 * then tool_line ("#@ tool version --opt=value", may be NULL); a shard mark
 * if from has one.  Then the header's cells and mia_writer_row.
 */
int mia_writer_begin(struct mia_writer *w, const char *kind,
		     const struct mia_meta *from, const char *tool_line,
		     struct mia_fault *f);

/* Cells of a row. */
void mia_write_text(struct mia_writer *w, struct mia_text t); /* quoted if
							       * needed */
void mia_write_str(struct mia_writer *w, const char *s);
void mia_write_num(struct mia_writer *w, double x); /* NaN: empty field */
void mia_write_int(struct mia_writer *w, int64_t x);
/* Cells that are CSV already, such as a whole row as it was read. */
void mia_write_raw(struct mia_writer *w, struct mia_text t);
/* Appends a cell, quoted if needed, to *b: for rows that threads prepare and
 * one hands to mia_write_raw. first: it begins a row. */
void mia_cell_add(struct mia_buf *b, struct mia_text t, bool first);
/* Ends the row (or the header). */
int mia_writer_row(struct mia_writer *w, struct mia_fault *f);

/* Ends the segment: "#in" lines, then "#end". */
int mia_writer_end(struct mia_writer *w, const struct mia_inputs *in,
		   struct mia_fault *f);
/* Pushes what is buffered to the file, for readers that wait at a pipe. */
int mia_writer_flush(struct mia_writer *w, struct mia_fault *f);
/* Flushes, checks, renames. Always frees w. */
int mia_writer_close(struct mia_writer *w, struct mia_fault *f);
/* After a fault: frees w, removes the file that was written aside. */
void mia_writer_abandon(struct mia_writer *w);
/* The one or the other, as rc is 0 or not: what ends a run.  Returns rc, or
 * what _close returns.  w may be NULL if rc is not 0. */
int mia_writer_finish(struct mia_writer *w, int rc, struct mia_fault *f);

/* Rows and hash of the segment ended last. */
const struct mia_input *mia_writer_last(const struct mia_writer *w);

/* A row passed through: raw text if there is any, else its fields. */
struct mia_row;
void mia_write_row(struct mia_writer *w, const struct mia_row *row);

/*
 * A whole file of bytes that is not a stream (a model, a plot, a report):
 * the same care, written aside and renamed.
 */
int mia_write_file(const char *path, const void *s, size_t n,
		   struct mia_fault *f);
/* Reads a whole file (not a directory, at most max bytes) into *s, freed by
 * the caller. "-" is standard input. */
int mia_read_file(const char *path, size_t max, char **s, size_t *n,
		  struct mia_fault *f);

#endif
