#include "io/shards.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "io/scan.h"

#define HEAD_LINE ((size_t)1 << 20)

/* The head of a file; an empty one (kind "") for anything else. */
static int
read_head(const char *path, struct mia_meta *m, struct mia_fault *f)
{
	struct mia_scan s;
	struct mia_input end;
	enum mia_meta_line what;
	struct stat st;
	int c, rc = 0;

	if (strcmp(path, "-") == 0 || stat(path, &st) != 0 ||
	    !S_ISREG(st.st_mode))
		return 0;
	if (mia_scan_open(&s, path, HEAD_LINE, false, f) != 0)
		return -1;
	while (rc == 0 && (c = mia_scan_peek(&s, f)) == '#') {
		rc = mia_scan_line(&s, f) < 0 ? -1 : 0;
		if (rc == 0 && m->kind[0] == '\0' &&
		    (s.raw.n < 5 || memcmp(s.raw.s, "#mia ", 5) != 0))
			break;
		if (rc == 0)
			rc = mia_meta_scan(m, s.raw, &what, &end, f);
	}
	if (c == -2)
		rc = -1;
	mia_scan_close(&s);
	return rc;
}

/* Whether two heads belong to shards of one stream. */
static int
same_stream(const struct mia_meta *a, const struct mia_meta *b)
{
	if (a->shards == 0 || a->shards != b->shards || a->n != b->n ||
	    strcmp(a->kind, b->kind) != 0)
		return 0;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->line[i], b->line[i]) != 0)
			return 0;
	return 1;
}

int
mia_shards_order(char const **file, size_t n, struct mia_fault *f)
{
	struct mia_meta *head = mia_alloc(n, sizeof(*head));
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_head(file[i], &head[i], f);
	/* Insertion within each run of neighbours: stable and short. */
	for (size_t i = 1; i < n && rc == 0; i++) {
		for (size_t j = i; j > 0; j--) {
			struct mia_meta m = head[j];
			const char *p = file[j];

			if (!same_stream(&head[j - 1], &head[j]) ||
			    head[j - 1].shard <= head[j].shard)
				break;
			head[j] = head[j - 1];
			head[j - 1] = m;
			file[j] = file[j - 1];
			file[j - 1] = p;
		}
	}
	for (size_t i = 0; i < n; i++)
		mia_meta_free(&head[i]);
	free(head);
	return rc;
}

void
mia_group_free(struct mia_group *g)
{
	mia_meta_free(&g->head);
	free(g->in.item);
	*g = (struct mia_group){0};
}

int
mia_group_finish(const struct mia_group *g, const char *file,
		 struct mia_fault *f)
{
	if (g->shard == g->shards)
		return 0;
	return mia_fail(f, MIA_DATA,
			"%s: shard %u/%u is missing; give every shard, in "
			"order, and run the one that is not there",
			file, g->shard + 1, g->shards);
}

int
mia_group_begin(struct mia_group *g, const struct mia_meta *head,
		uint64_t header, const char *file, struct mia_fault *f)
{
	if (g->shard < g->shards && same_stream(&g->head, head)) {
		if (head->shard != g->shard + 1)
			return mia_fail(f, MIA_DATA,
					"%s: shard %u/%u where %u/%u was "
					"expected; give each shard once, as "
					"files or in order",
					file, head->shard, head->shards,
					g->shard + 1, g->shards);
		if (header != g->header)
			return mia_fail(f, MIA_DATA,
					"%s: shard %u/%u has other columns "
					"than shard 1; rerun it",
					file, head->shard, head->shards);
		g->shard = head->shard;
		return 0;
	}
	if (g->shard < g->shards)
		return mia_fail(f, MIA_DATA,
				"%s: shard %u/%u of the stream before it is "
				"missing; give every shard, in order, and run "
				"the one that is not there",
				file, g->shard + 1, g->shards);
	mia_group_free(g);
	if (head->shards == 0)
		return 0;
	if (head->shard != 1)
		return mia_fail(f, MIA_DATA,
				"%s: shard %u/%u where 1/%u was expected; give "
				"each shard once, as files or in order",
				file, head->shard, head->shards, head->shards);
	g->shard = 1;
	g->shards = head->shards;
	g->header = header;
	strcpy(g->head.kind, head->kind);
	g->head.shards = head->shards;
	mia_meta_merge(&g->head, head);
	return 0;
}

/* What shard k read, joined to what the shards before it read. */
static int
join(struct mia_inputs *in, const struct mia_inputs *next,
     struct mia_fault *f)
{
	if (in->n != next->n)
		return mia_fail(f, MIA_DATA,
				"the shards of a stream read different "
				"numbers of inputs; rerun them all");
	for (size_t i = 0; i < in->n; i++) {
		struct mia_input *a = &in->item[i];
		const struct mia_input *b = &next->item[i];

		if (strcmp(a->kind, b->kind) != 0)
			return mia_fail(f, MIA_DATA,
					"the shards of a stream read '%s' and "
					"'%s'; rerun them all",
					a->kind, b->kind);
		if (i + 1 < in->n && a->rows == b->rows &&
		    a->hash.lo == b->hash.lo && a->hash.hi == b->hash.hi)
			continue; /* each shard read the whole of it */
		a->rows += b->rows;
		mia_hash_join(&a->hash, b->hash, b->rows);
	}
	return 0;
}

int
mia_group_end(struct mia_group *g, const struct mia_meta *seg,
	      const struct mia_input *own, struct mia_inputs *in,
	      struct mia_fault *f)
{
	struct mia_inputs now = {0};
	int rc = 0;

	for (size_t i = 0; i < seg->in.n; i++)
		mia_inputs_add(&now, &seg->in.item[i]);
	mia_grow(&now.item, &now.cap, now.n + 1, sizeof(*now.item));
	now.item[now.n++] = *own;
	if (g->shard > 1)
		rc = join(&g->in, &now, f);
	else {
		free(g->in.item);
		g->in = now;
		now = (struct mia_inputs){0};
	}
	free(now.item);
	if (rc != 0 || g->shard < g->shards)
		return rc;
	for (size_t i = 0; i < g->in.n; i++)
		mia_inputs_add(in, &g->in.item[i]);
	free(g->in.item);
	g->in = (struct mia_inputs){0};
	return 0;
}
