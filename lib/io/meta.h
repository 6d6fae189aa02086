#ifndef MIA_IO_META_H
#define MIA_IO_META_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/text.h"

/*
 * The head and foot of a stream (STREAM(5), miatools-stream.5):
 *
 *	#mia 1 signals			magic, format version, kind
 *	#@ split-data 0.1.0 --seed=1	one line a program passed through
 *	#shard 2/4			only on a part of a bigger stream
 *	id,model,...
 *	...
 *	#in predictions 412 HASH	one line an input read, oldest first
 *	#end 412 HASH
 */
#define MIA_FORMAT 1

/* One input: what "#in" says. */
struct mia_input {
	char kind[32]; /* "csv" for a stream that had no head */
	uint64_t rows;
	struct mia_hash hash;
};

struct mia_inputs {
	struct mia_input *item;
	size_t n, cap;
};

/* {0} is empty. Lines are held without their line end. */
struct mia_meta {
	char kind[32]; /* "" if there was no head */
	unsigned shard, shards; /* 0, 0 if this is not a shard */
	char **line; /* "#@ …" and unknown "#…" lines, in order */
	size_t n, cap;
	struct mia_inputs in;
};

void mia_meta_free(struct mia_meta *m);

/* Adds a line unless the same line is there already. */
void mia_meta_line(struct mia_meta *m, struct mia_text line);
/* The ordered union of the lines and inputs of two streams. */
void mia_meta_merge(struct mia_meta *m, const struct mia_meta *other);

/* Adds an input unless the same is there already. */
void mia_inputs_add(struct mia_inputs *in, const struct mia_input *i);

/*
 * Parses one line that begins with '#', without its end, into m or, for the
 * foot, into *end.  Sets *what.  Faults: data, if the line is malformed or
 * the format version is newer than ours.
 */
enum mia_meta_line {
	MIA_META_MAGIC,
	MIA_META_OTHER, /* "#@ …", "#shard", unknown: kept */
	MIA_META_IN,
	MIA_META_END,
};

int mia_meta_scan(struct mia_meta *m, struct mia_text line,
		  enum mia_meta_line *what, struct mia_input *end,
		  struct mia_fault *f);

/*
 * Whether the last "#@ tool " line of m has the option --name; its value (the
 * first, if it was repeated) replaces *value, with %XX undone.  Values are
 * written with blanks, controls and % as %XX.
 */
int mia_meta_option(const struct mia_meta *m, const char *tool,
		    const char *name, struct mia_buf *value);

/* The number of the last "#name X" line of m; false if there is none. */
bool mia_meta_number(const struct mia_meta *m, const char *name, double *x);

#endif
