#ifndef MIA_IO_SHARDS_H
#define MIA_IO_SHARDS_H

#include "base/fault.h"
#include "io/meta.h"

/*
 * Orders files before they are read: among neighbours that are shards of one
 * stream (their heads agree but for K) by K.  Reads only heads, only of
 * regular files; others keep their place.  file[n] is permuted in place.
 */
int mia_shards_order(char const **file, size_t n, struct mia_fault *f);

/*
 * Follows the segments of a stream and joins the shards among them: what a
 * whole run would have written is what the joined input says.
 */
struct mia_group {
	unsigned shard, shards; /* last seen; 0, 0 outside a group */
	struct mia_meta head;	/* of its first shard */
	struct mia_inputs in;	/* upstream, then the shards themselves */
	uint64_t header;	/* hash of the header row */
};

void mia_group_free(struct mia_group *g);
/* A segment with this head begins. Data fault: a shard is missing or doubled,
 * or comes from another run. */
int mia_group_begin(struct mia_group *g, const struct mia_meta *head,
		    uint64_t header, const char *file, struct mia_fault *f);
/* It ended; own is itself. Once a group (or a segment outside of one) is
 * whole its inputs are added to *in. */
int mia_group_end(struct mia_group *g, const struct mia_meta *seg,
		  const struct mia_input *own, struct mia_inputs *in,
		  struct mia_fault *f);
/* Nothing follows: data fault if shards are missing. */
int mia_group_finish(const struct mia_group *g, const char *file,
		     struct mia_fault *f);

#endif
