#ifndef MIA_IO_SEGMENT_H
#define MIA_IO_SEGMENT_H

#include "base/names.h"
#include "io/reader.h"
#include "io/scan.h"
#include "io/shards.h"

/* The reader's own state, shared by reader.c and segment.c only. */
struct mia_reader {
	char const **file;
	size_t files, next;
	struct mia_reader_opts opts;
	struct mia_scan scan;
	bool scanning; /* scan is open */

	/* The present segment. */
	bool inside, headed;
	struct mia_meta seg;
	uint64_t header; /* hash of its header row: seeds the row hashes */
	uint64_t rows;
	struct mia_hash hash;
	size_t *place;	 /* column of the first header, if another order */
	bool reordered;

	struct mia_names columns; /* the first header */
	struct mia_text *field;	  /* reordered row */
	char kind[32];		  /* of the first segment with a head */
	struct mia_inputs ended;
	struct mia_meta all;
	struct mia_group group;
	enum { UNDECIDED, MAP, REDUCE } caller; /* a reduce wants whole
						 * streams, all shards */
	struct mia_row row;
};

/* At the first byte of a segment: its head and header. */
int mia_segment_begin(struct mia_reader *r, struct mia_fault *f);
/*
 * At a line that begins with '#' inside a segment: 0 if it is a row after
 * all, 1 if the segment ended (its foot was right), -1.
 */
int mia_segment_foot(struct mia_reader *r, struct mia_fault *f);
/* The file is over inside a segment. */
int mia_segment_cut(struct mia_reader *r, struct mia_fault *f);
/* A file without a header row: a data fault. */
int mia_segment_none(const struct mia_reader *r, struct mia_fault *f);

#endif
