#include "run/bench.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

/* Fewer members or non-members than this cannot show a leak by counts. */
#define FEW 16
/* Counts that differ by so many standard errors are no accident. */
#define LEAK 6

static void
fill(struct mia_bench *b, const struct mia_pick *pick)
{
	mia_sides_free(&b->sides);
	mia_sides_fill(&b->sides, b->a, b->model, b->record, b->n, pick,
		       b->median);
}

static void
add(struct mia_bench *b, uint32_t record, bool member)
{
	b->record[b->n] = record;
	b->member[b->n++] = member;
}

void
mia_bench_target(struct mia_bench *b, const struct mia_answers *a, uint32_t t,
		 bool median)
{
	*b = (struct mia_bench){.a = a,
				.name = mia_names_text(&a->targets, t),
				.model = &a->target[t],
				.record = mia_alloc(a->rows, sizeof(uint32_t)),
				.member = mia_alloc(a->rows, sizeof(bool)),
				.pick = MIA_PICK_ALL,
				.median = median};
	for (size_t i = 0; i < a->rows; i++)
		if (a->row[i].target == t)
			add(b, a->row[i].record, a->row[i].member);
	fill(b, &b->pick);
}

void
mia_bench_shadow(struct mia_bench *b, const struct mia_answers *a, size_t k,
		 const struct mia_pick *pick, bool median)
{
	*b = (struct mia_bench){.a = a,
				.model = &a->shadow[a->order[k]],
				.record = mia_alloc(a->ids.n, sizeof(uint32_t)),
				.member = mia_alloc(a->ids.n, sizeof(bool)),
				.pick = *pick,
				.median = median};
	b->name.s = b->number;
	b->name.n = mia_num_int(b->number, b->model->number);
	for (uint32_t i = 0; i < a->ids.n; i++)
		if (mia_rows_seen(b->model, i) &&
		    mia_answers_group(a, i) ==
			    (pick->aux ? MIA_GROUP_AUX : MIA_GROUP_AUDITED))
			add(b, i, mia_rows_in(b->model, i));
	fill(b, pick);
}

void
mia_bench_free(struct mia_bench *b)
{
	free(b->record);
	free(b->member);
	mia_sides_free(&b->sides);
}

void
mia_bench_cut(struct mia_bench *b, uint64_t least)
{
	struct mia_pick p = b->pick;

	for (size_t i = 0; i < b->n; i++) {
		uint64_t in = mia_sides_in(&b->sides, i);
		uint64_t out = mia_sides_out(&b->sides, i);

		if (in >= least && in < p.max_in)
			p.max_in = (size_t)in;
		if (out >= least && out < p.max_out)
			p.max_out = (size_t)out;
	}
	mia_bench_limit(b, p.max_in, p.max_out);
}

void
mia_bench_limit(struct mia_bench *b, size_t in, size_t out)
{
	if (in < b->pick.max_in)
		b->pick.max_in = in;
	if (out < b->pick.max_out)
		b->pick.max_out = out;
	fill(b, &b->pick);
}

bool
mia_bench_lacks(const struct mia_bench *b, size_t i, uint64_t least, bool in,
		bool out)
{
	return (in && mia_sides_in(&b->sides, i) < least) ||
	       (out && mia_sides_out(&b->sides, i) < least);
}

int
mia_bench_enough(const struct mia_bench *b, uint64_t least, bool in, bool out,
		 struct mia_fault *f)
{
	struct mia_buf first = {0};
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct mia_text id = mia_names_text(&b->a->ids, b->record[i]);

		if (!mia_bench_lacks(b, i, least, in, out))
			continue;
		if (n++ < 3)
			mia_buf_format(&first, "%s'%.*s'", n > 1 ? ", " : "",
				       MIA_QUOTE(id));
	}
	if (n > 0)
		mia_fault_set(f, MIA_DATA,
			      "%zu of %zu records of '%.*s' have fewer than "
			      "%" PRIu64
			      " %s shadows (%s%s); train more, lower "
			      "--min-shadows, or --missing empty",
			      n, b->n, MIA_QUOTE(b->name), least,
			      !out ? "IN"
			      : in ? "IN or OUT"
				   : "OUT",
			      mia_buf_string(&first), n > 3 ? ", ..." : "");
	mia_buf_free(&first);
	return n > 0 ? -1 : 0;
}

double
mia_count_leak(const uint64_t *count, const bool *member, size_t n)
{
	struct mia_moments m[2] = {{0}};
	double d, v;

	for (size_t i = 0; i < n; i++)
		mia_moments_add(&m[member[i]], (double)count[i]);
	if (m[0].n < FEW || m[1].n < FEW)
		return 0;
	d = fabs(m[1].mean - m[0].mean);
	v = mia_moments_unbiased(&m[0]) / (double)m[0].n +
	    mia_moments_unbiased(&m[1]) / (double)m[1].n;
	return d == 0 ? 0 : d / sqrt(v);
}

int
mia_bench_counts(const struct mia_bench *b, struct mia_fault *f)
{
	uint64_t *count = mia_alloc(b->n, sizeof(*count));
	double z[2];

	for (int out = 0; out < 2; out++) {
		for (size_t i = 0; i < b->n; i++)
			count[i] = out ? mia_sides_out(&b->sides, i)
				       : mia_sides_in(&b->sides, i);
		z[out] = mia_count_leak(count, b->member, b->n);
	}
	free(count);
	if (z[0] < LEAK && z[1] < LEAK)
		return 0;
	return mia_fail(f, MIA_DATA,
			"members of '%.*s' have another number of %s shadows "
			"than non-members, which alone gives them away; use "
			"--equal-counts, or --leave-one-out",
			MIA_QUOTE(b->name), z[0] < LEAK ? "OUT" : "IN");
}

int
mia_bench_twin(const struct mia_bench *b, struct mia_fault *f)
{
	uint32_t shadow;
	bool opposite;

	if (!mia_answers_twin(b->a, b->model, &shadow, &opposite))
		return 0;
	return mia_fail(f, MIA_DATA,
			"shadow %" PRId64 " was trained on just the %s of "
			"'%.*s', so it is no independent shadow; leave it out",
			b->a->shadow[shadow].number,
			opposite ? "non-members" : "members",
			MIA_QUOTE(b->name));
}
