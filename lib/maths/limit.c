#include "maths/limit.h"

#include <math.h>
#include <stdbool.h>

enum mia_limit
mia_limit_judge(double lo, double hi, double limit)
{
	if (hi <= limit)
		return MIA_LIMIT_MET;
	return lo > limit ? MIA_LIMIT_EXCEEDED : MIA_LIMIT_NOT_SHOWN;
}

const char *
mia_limit_word(enum mia_limit v)
{
	switch (v) {
	case MIA_LIMIT_MET:
		return "met";
	case MIA_LIMIT_EXCEEDED:
		return "exceeded";
	default:
		return "not-shown";
	}
}

struct mia_interval
mia_limit_auc(const struct mia_auc *auc, double a, uint64_t j)
{
	return (struct mia_interval){
		mia_interval_auc(auc->value, auc->size, a / (double)j).lo,
		mia_interval_auc(auc->value, auc->size, a).hi,
	};
}

struct mia_interval
mia_limit_tpr(const struct mia_roc *r, double q, double a, uint64_t j)
{
	return (struct mia_interval){
		mia_roc_tpr(r, q, a / (double)j).lo,
		mia_roc_tpr(r, q, a).hi,
	};
}

/* What is asked of a sample with n0 non-members and n1 members. */
struct question {
	const struct mia_auc *auc; /* of an AUC, or */
	const struct mia_roc *r;   /* of the rate at q */
	double q, limit, a;
	uint64_t j;
};

/*
 * Members above the non-member of a rank in a sample of n1 and n0, were every
 * record of r there n1/r->n1 or n0/r->n0 times.
 */
static uint64_t
scaled_above(const struct mia_roc *r, uint64_t rank, uint64_t n1, uint64_t n0)
{
	/* No product passes 2^62. */
	uint64_t k = rank * r->n0 / n0;

	return (mia_roc_at(r, k).tp * n1 + r->n1 / 2) / r->n1;
}

static bool
decides(const struct question *s, uint64_t n1, uint64_t n0)
{
	double a = s->a, lo = 0, hi = 1;
	uint64_t k;

	if (s->auc != NULL) {
		struct mia_auc big = *s->auc;
		struct mia_interval i;

		big.size *= (double)n0 / (double)big.n0;
		i = mia_limit_auc(&big, a, s->j);
		return mia_limit_judge(i.lo, i.hi, s->limit) !=
		       MIA_LIMIT_NOT_SHOWN;
	}
	/* mia_roc_tpr's rule on the scaled counts */
	if (mia_roc_rank_below(s->q, a / (double)s->j, n0, &k))
		lo = mia_interval_cp_lo(scaled_above(s->r, k, n1, n0), n1,
					a / (double)s->j / 4);
	if (mia_roc_rank_above(s->q, a, n0, &k))
		hi = mia_interval_cp_hi(scaled_above(s->r, k, n1, n0), n1,
					a / 4);
	return mia_limit_judge(lo, hi, s->limit) != MIA_LIMIT_NOT_SHOWN;
}

/* Members that go with n0 non-members, n1 with the present n0. */
static uint64_t
members(const struct mia_enough *now, uint64_t n0)
{
	return (n0 * now->n1 + now->n0 - 1) / now->n0;
}

/*
 * Doubles, then halves.  Ranks move in steps, so whether a sample decides
 * need not be monotone in its size to the last record; the one returned does.
 */
static struct mia_enough
smallest(const struct question *s, struct mia_enough now)
{
	uint64_t lo = 0, hi = now.n0;

	while (!decides(s, members(&now, hi), hi)) {
		lo = hi;
		hi *= 2;
		if (hi > MIA_ROC_MAX || members(&now, hi) > MIA_ROC_MAX)
			return (struct mia_enough){0, 0};
	}
	while (hi - lo > 1) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (decides(s, members(&now, mid), mid))
			hi = mid;
		else
			lo = mid;
	}
	return (struct mia_enough){members(&now, hi), hi};
}

struct mia_enough
mia_limit_auc_sample(const struct mia_auc *auc, double limit, double a,
		     uint64_t j)
{
	struct question s = {.auc = auc, .limit = limit, .a = a, .j = j};

	return smallest(&s, (struct mia_enough){auc->n1, auc->n0});
}

struct mia_enough
mia_limit_tpr_sample(const struct mia_roc *r, double q, double limit, double a,
		     uint64_t j)
{
	struct question s = {.r = r, .q = q, .limit = limit, .a = a, .j = j};

	return smallest(&s, (struct mia_enough){r->n1, r->n0});
}
