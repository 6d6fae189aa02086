#ifndef MIA_IO_READER_H
#define MIA_IO_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/text.h"
#include "io/meta.h"

/*
 * Reads streams: CSV with a header, with or without head and foot, plain or
 * zstd, from files and pipes.  Several files, and several segments in one
 * file, are one stream: same kind, same column names in any order.  Shards
 * (#shard K/N) given as files are read in the order of K and checked.
 * The foot's row count and hash are verified.
 */
struct mia_reader;

struct mia_reader_opts {
	size_t max_field; /* bytes; 0 means 1 MiB */
	bool libcsv;	  /* every row through libcsv (tests) */
};

/* One row. Everything is borrowed until the next call. */
struct mia_row {
	const struct mia_text *field; /* unquoted, in the header's order */
	size_t n;
	struct mia_text raw; /* as it was read, without line end;
			      * raw.s == NULL if the columns were reordered */
	const char *file;
	uint64_t line; /* physical line the row begins on, from 1 */
};

/*
 * Opens n files (n == 0: standard input; "-" is standard input) and reads the
 * first head and header.  *r is NULL after a fault.
 */
int mia_reader_open(struct mia_reader **r, char *const *file, size_t n,
		    const struct mia_reader_opts *o, struct mia_fault *f);
void mia_reader_close(struct mia_reader *r);

enum mia_step {
	MIA_FAULT = -1,
	MIA_END = 0,
	MIA_ROW = 1,
	MIA_SEGMENT = 2, /* a new segment begins; not before the first */
};

/* For maps, which write a segment for each they read. */
enum mia_step mia_reader_step(struct mia_reader *r, const struct mia_row **row,
			      struct mia_fault *f);
/* For everyone else: MIA_ROW, MIA_END or MIA_FAULT. */
enum mia_step mia_reader_next(struct mia_reader *r, const struct mia_row **row,
			      struct mia_fault *f);

/* Column names of the first header. */
size_t mia_reader_columns(const struct mia_reader *r);
struct mia_text mia_reader_name(const struct mia_reader *r, size_t column);
/* The column of this name or -1. */
long mia_reader_find(const struct mia_reader *r, const char *name);
/* As find, but absence is a data fault that names the file and the column
 * and ends in the remedy (a clause such as "run score-losses first"). */
int mia_reader_need(const struct mia_reader *r, const char *name,
		    const char *remedy, size_t *column, struct mia_fault *f);
/* Data fault unless the kind is this one or the stream has no head. */
int mia_reader_want(const struct mia_reader *r, const char *kind,
		    struct mia_fault *f);

/* The head of the present segment (foot included once it was passed). */
const struct mia_meta *mia_reader_segment(const struct mia_reader *r);
/* Inputs of the segment that ended last: those upstream of it, then itself;
 * what a map gives to mia_writer_end. */
const struct mia_inputs *mia_reader_ended(const struct mia_reader *r);
/* Everything read so far: merged lines; inputs are those upstream, then one a
 * stream read here (the shards of one stream count as that stream). */
const struct mia_meta *mia_reader_meta(const struct mia_reader *r);
/* Name of the present file, at the end of the last one; "<stdin>" for standard
 * input. */
const char *mia_reader_file(const struct mia_reader *r);

/* "file:line: …" data fault about a row; mia_row_fail has the value -1. */
void mia_row_fault(const struct mia_row *row, struct mia_fault *f,
		   const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#define mia_row_fail(...) (mia_row_fault(__VA_ARGS__), -1)
/*
 * The number in a column. Data fault that quotes the field unless it is
 * finite; with infinite, ±inf is allowed; the empty field and NaN never are.
 */
int mia_row_num(const struct mia_row *row, size_t column, const char *name,
		bool infinite, double *x, struct mia_fault *f);
/* 0 or 1. */
int mia_row_bool(const struct mia_row *row, size_t column, const char *name,
		 bool *x, struct mia_fault *f);

#endif
