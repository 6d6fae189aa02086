#ifndef MIA_TELL_CHAIN_H
#define MIA_TELL_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "io/meta.h"

/* One stream that was given to the report. */
struct mia_given {
	char *file;
	char kind[32]; /* of its head, else guessed by its columns */
	bool headed;
	unsigned shard, shards; /* of its head */
	uint64_t header;	/* hash of its column names: a shard's must be
				 * those of the others */
	struct mia_input own;	/* kind, rows, hash of its rows */
	struct mia_inputs in;	/* what it says it was made from */
	char **line;		/* its "#@ " lines, without that mark */
	size_t n_line;
};

void mia_source_free(struct mia_given *s);

/* One of the kinds that a chain is made of: csv, data, predictions, signals,
 * scores, metrics, roc. */
bool mia_kind_known(const char *kind);

/* A stream that is given, or recorded as an input of one that is. */
struct mia_link {
	struct mia_input what;
	const struct mia_given *given; /* NULL: only recorded */
	bool raw;			/* where the chain begins */
};

/*
 * The chain of provenance: which stream was made from which, told by hashes of
 * their rows.  It is whole if there is no break.
 */
struct mia_chain {
	struct mia_link *link; /* each once, oldest kind first */
	size_t n_link, cap_link;
	char **broken; /* one sentence a break, in Markdown-free text */
	size_t n_broken, cap_broken;
};

/*
 * Checks the chain of n sources, whose order does not matter.  A break is
 *   - a stream without a head: where it is from is not recorded;
 *   - a stream that no later one given was made from;
 *   - a later stream that was made from other data than the data given;
 *   - a curve whose scores no metrics given were computed from;
 *   - a CSV without a head that entered after the data were split;
 *   - a stream with a head that records no input.
 * The rows themselves were checked against the hash by the reader.
 * The sources outlive the chain.  Allocates; never fails.
 */
void mia_chain_check(struct mia_chain *c, const struct mia_given *s, size_t n);
void mia_chain_free(struct mia_chain *c);

/*
 * Joins the shards of one stream, in any order, into one source, as those
 * downstream recorded it; returns how many sources are left.  An incomplete
 * set stays as it is, and the chain will be broken there.
 */
size_t mia_sources_join(struct mia_given *s, size_t n);

#endif
