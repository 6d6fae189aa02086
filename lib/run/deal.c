#include "run/deal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/split.h"

/* The rows that are still there, gathered for the split. */
struct live {
	uint32_t n, *row, *class, *group, *set, *unit;
	uint64_t *key;
	unsigned char *part;
};

static void
gather(struct live *l, const struct mia_raw *w, const struct mia_dealt *d)
{
	*l = (struct live){
		0,
		mia_alloc(w->n, sizeof(*l->row)),
		mia_alloc(w->n, sizeof(*l->class)),
		mia_alloc(w->n, sizeof(*l->group)),
		mia_alloc(w->n, sizeof(*l->set)),
		mia_alloc(w->n, sizeof(*l->unit)),
		mia_alloc(w->n, sizeof(*l->key)),
		mia_alloc(w->n, 1),
	};
	for (uint32_t i = 0; i < w->n; i++) {
		if (d->part[i] == MIA_PART_NONE)
			continue;
		l->row[l->n] = i;
		l->class[l->n] = w->class[i];
		l->group[l->n] = w->group[i];
		l->set[l->n] = d->set[i];
		l->key[l->n] = w->key[i];
		if (w->group_name != NULL) {
			struct mia_text t =
				mia_names_text(&w->groups, w->group[i]);

			l->key[l->n] = mia_hash64(t.s, t.n, 0);
		}
		l->n++;
	}
}

static void
live_free(struct live *l)
{
	free(l->row);
	free(l->class);
	free(l->group);
	free(l->set);
	free(l->unit);
	free(l->key);
	free(l->part);
}

static int
cut(const struct mia_raw *w, const struct mia_deal *d, struct live *l,
    struct mia_dealt *out, struct mia_fault *f)
{
	struct mia_share share[MIA_PARTS];
	struct mia_split s = {
		.n = l->n,
		.unit = l->unit,
		.key = l->key,
		.classes = &w->classes,
		.class = l->class,
		.plain = d->plain,
		.per_class = d->per_class,
		.seed = d->seed,
	};

	memcpy(share, d->share, sizeof(share));
	if (d->per_class > 0)
		share[MIA_PART_MEMBER] = share[MIA_PART_NONMEMBER] =
			(struct mia_share){MIA_SHARE_COUNT,
					   d->per_class * w->classes.n};
	if (mia_split_totals(share, l->n, s.total, f) != 0)
		return -1;
	memcpy(out->wanted, s.total, sizeof(s.total));
	s.units = mia_split_units(
		l->n, w->group_name ? l->group : NULL,
		d->duplicates == MIA_DUPLICATES_TOGETHER ? l->set : NULL,
		l->unit, l->key);
	return mia_split_cut(&s, l->part, f);
}

static int
deal(const struct mia_raw *w, const struct mia_deal *d, struct mia_dealt *out,
     struct mia_fault *f)
{
	struct live l;
	int rc = 0;

	gather(&l, w, out);
	if (d->canaries > l.n)
		rc = mia_fail(f, MIA_DATA,
			      "%" PRIu64 " canaries are more than the %" PRIu32
			      " rows; lower --canaries",
			      d->canaries, l.n);
	else if (d->canaries > 0)
		mia_split_canaries(l.key, l.n, (uint32_t)d->canaries, d->coin,
				   d->seed, l.part);
	else
		rc = cut(w, d, &l, out, f);
	for (uint32_t k = 0; k < l.n && rc == 0; k++)
		out->part[l.row[k]] = l.part[k];
	live_free(&l);
	return rc;
}

static void
drop(const struct mia_raw *w, const struct mia_deal *d, struct mia_dealt *out)
{
	/* The copy that was trained on stays; then the audited one. */
	static const unsigned char rank[MIA_PARTS] = {0, 2, 3, 4, 1};
	unsigned char *ranks = mia_alloc(w->n, 1);

	for (uint32_t i = 0; i < w->n; i++)
		ranks[i] = d->given ? rank[w->part[i]] : 0;
	out->dropped = mia_split_drop(out->set, out->sets, ranks, w->key, w->n,
				      d->seed, out->part);
	free(ranks);
}

int
mia_deal_rows(const struct mia_raw *w, const struct mia_deal *d,
	      struct mia_dealt *out, struct mia_fault *f)
{
	bool asked[MIA_PARTS] = {false};

	*out = (struct mia_dealt){0};
	if (w->n == 0)
		return mia_fail(f, MIA_DATA,
				"there is no row; give a CSV file with rows "
				"below its header");
	out->part = mia_alloc(w->n, 1);
	out->set = mia_alloc(w->n, sizeof(*out->set));
	out->sets = mia_split_sets(w->content, w->n, out->set);
	memcpy(out->part, w->part, w->n);
	if (d->duplicates == MIA_DUPLICATES_DROP)
		drop(w, d, out);
	if (!d->given && deal(w, d, out, f) != 0)
		return -1;
	for (uint32_t i = 0; i < w->n; i++) {
		asked[w->part[i]] |= d->given;
		out->got[out->part[i]]++;
	}
	for (int p = 0; p < MIA_PARTS; p++)
		if (out->got[p] == 0 && (asked[p] || out->wanted[p] > 0))
			return mia_fail(f, MIA_DATA,
					"no row is left for %s; give it a "
					"larger share or more rows",
					mia_part_name((enum mia_part)p));
	return 0;
}

void
mia_dealt_free(struct mia_dealt *d)
{
	free(d->part);
	free(d->set);
	*d = (struct mia_dealt){0};
}
