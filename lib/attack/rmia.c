#include "attack/rmia.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attack/signal.h"
#include "base/mem.h"
#include "maths/roc.h"
#include "maths/sort.h"

/* A bit set is kept for every so many values, and the rest set one by one. */
#define MARK 512
/* The grid of a is the tenths, as in Privacy Meter. */
#define TENTHS 10

enum mia_rmia_signal
mia_rmia_signal(struct mia_text name)
{
	static const char *const word[] = {"loss", "phi", "conf"};
	int i = 0;

	while (i < MIA_RMIA_OTHER && !mia_text_is(name, word[i]))
		i++;
	return (enum mia_rmia_signal)i;
}

int
mia_rmia_log(enum mia_rmia_signal s, double x, double *l)
{
	int floored = 0;

	if (s == MIA_RMIA_LOSS) {
		*l = -x;
	} else if (s == MIA_RMIA_PHI) {
		*l = x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x));
	} else {
		if (x < 0)
			return -1;
		floored = x == 0;
		*l = log(floored ? MIA_SIGNAL_FLOOR : x);
	}
	if (s != MIA_RMIA_OTHER && *l > log1p(MIA_SIGNAL_SUM_SLACK))
		return -1;
	return floored;
}

double
mia_rmia_p(enum mia_rmia_signal s, double x)
{
	if (s == MIA_RMIA_LOSS)
		return exp(-x);
	return s == MIA_RMIA_PHI ? 1 / (1 + exp(-x)) : x;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* By the largest value, so nothing underflows; by expm1, so that the means of
 * values near 0 keep their digits. */
double
mia_rmia_log_mean(double *v, size_t n, size_t drop)
{
	double top = -INFINITY, sum = 0;

	if (drop > 0) {
		qsort(v, n, sizeof(*v), ascending);
		v += drop;
		n -= 2 * drop;
	}
	for (size_t i = 0; i < n; i++)
		top = fmax(top, v[i]);
	if (isinf(top))
		return top;
	for (size_t i = 0; i < n; i++)
		sum += expm1(v[i] - top);
	return top + log1p(sum / (double)n);
}

double
mia_rmia_online(double log_in, double log_out)
{
	double v[2] = {log_in, log_out};

	return mia_rmia_log_mean(v, 2, 0);
}

/* 1 + (1 + a)(p - 1)/2 near p = 1; elsewhere the two terms as they stand,
 * which is also right where p underflows. */
double
mia_rmia_offline(double log_out, double a)
{
	if (a == 1)
		return log_out;
	if (log_out > -1)
		return log1p((1 + a) / 2 * expm1(log_out));
	return log((1 - a) / 2) + log1p((1 + a) / (1 - a) * exp(log_out));
}

double
mia_rmia_invert(double log_in, double a)
{
	double less = expm1(log_in) / a;

	return less <= -1 ? -INFINITY : log1p(less);
}

double
mia_rmia_ratio(double log_target, double log_p)
{
	return log_target == log_p ? 0 : log_target - log_p;
}

/* --- the population ------------------------------------------------------- */

struct ranked {
	double v;
	uint32_t who;
};

static int
by_value(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->v > y->v) - (x->v < y->v);
}

static void
set(uint64_t *words, uint32_t i)
{
	words[i / 64] |= (uint64_t)1 << i % 64;
}

/* One view: its values in order, whose they are, and the sets at marks. */
static void
sort_view(struct mia_rmia_population *z, const double *ratio, size_t view,
	  struct ranked *r)
{
	double *sorted = z->sorted + view * z->n;
	uint32_t *who = z->who + view * z->n;
	uint64_t *below = z->below + view * z->marks * z->words;

	for (size_t i = 0; i < z->n; i++)
		r[i] = (struct ranked){ratio[i * z->views + view], (uint32_t)i};
	qsort(r, z->n, sizeof(*r), by_value);
	for (size_t i = 0; i < z->n; i++) {
		sorted[i] = r[i].v;
		who[i] = r[i].who;
	}
	for (size_t m = 1; m < z->marks; m++) {
		uint64_t *now = below + m * z->words;

		memcpy(now, now - z->words, z->words * sizeof(*now));
		for (size_t i = (m - 1) * MARK; i < m * MARK; i++)
			set(now, who[i]);
	}
}

void
mia_rmia_population_init(struct mia_rmia_population *z, const double *ratio,
			 size_t n, size_t views)
{
	struct ranked *r;
	double *scratch;

	*z = (struct mia_rmia_population){.n = n, .views = views};
	z->sorted = mia_alloc(n * views, sizeof(*z->sorted));
	if (views == 1) {
		scratch = mia_alloc(n, sizeof(*scratch));
		memcpy(z->sorted, ratio, n * sizeof(*ratio));
		mia_sort(z->sorted, n, scratch);
		free(scratch);
		return;
	}
	z->words = (n + 63) / 64;
	z->marks = n / MARK + 1;
	while ((size_t)1 << z->depth < views / 2 + 1)
		z->depth++;
	z->who = mia_alloc(n * views, sizeof(*z->who));
	z->below = mia_alloc(views * z->marks * z->words, sizeof(*z->below));
	z->planes = mia_alloc((z->depth + 2) * z->words, sizeof(*z->planes));
	r = mia_alloc(n, sizeof(*r));
	for (size_t v = 0; v < views; v++)
		sort_view(z, ratio, v, r);
	free(r);
}

void
mia_rmia_population_free(struct mia_rmia_population *z)
{
	free(z->sorted);
	free(z->who);
	free(z->below);
	free(z->planes);
	*z = (struct mia_rmia_population){0};
}

/* How many values of a view are below t. */
static size_t
count_below(const struct mia_rmia_population *z, size_t view, double t)
{
	return z->n - mia_sort_from(z->sorted + view * z->n, z->n, t);
}

/*
 * The votes of 64 z are counted at once, bit by bit: plane b holds bit b of
 * their counts.  Counts begin at 2^depth less the majority, so those that
 * reach it carry into plane depth, the answer.
 */
static size_t
vote(struct mia_rmia_population *z, const double *ratio, double log_gamma)
{
	size_t start = ((size_t)1 << z->depth) - (z->views / 2 + 1), won = 0;
	uint64_t *one = z->planes + (z->depth + 1) * z->words;

	for (size_t b = 0; b <= z->depth; b++)
		memset(z->planes + b * z->words, start >> b & 1 ? 255 : 0,
		       z->words * sizeof(*z->planes));
	for (size_t v = 0; v < z->views; v++) {
		size_t n = count_below(z, v, ratio[v] - log_gamma);

		memcpy(one, z->below + (v * z->marks + n / MARK) * z->words,
		       z->words * sizeof(*one));
		for (size_t i = n / MARK * MARK; i < n; i++)
			set(one, z->who[v * z->n + i]);
		for (size_t w = 0; w < z->words; w++) {
			uint64_t carry = one[w];

			for (size_t b = 0; b <= z->depth; b++) {
				uint64_t *p = &z->planes[b * z->words + w];
				uint64_t both = *p & carry;

				/* Once over the top, over for good. */
				*p = b == z->depth ? *p | carry : *p ^ carry;
				carry = both;
			}
		}
	}
	for (size_t w = 0; w < z->words; w++) {
		uint64_t yes = z->planes[z->depth * z->words + w];

		if (w == z->words - 1 && z->n % 64 != 0)
			yes &= ((uint64_t)1 << z->n % 64) - 1;
		won += (size_t)__builtin_popcountll(yes);
	}
	return won;
}

double
mia_rmia_rank(struct mia_rmia_population *z, const double *ratio,
	      double log_gamma)
{
	size_t won = z->views == 1 ? count_below(z, 0, ratio[0] - log_gamma)
				   : vote(z, ratio, log_gamma);

	return (double)won / (double)z->n;
}

/* --- a -------------------------------------------------------------------- */

static int
auc_of(const double *target, const double *out, const bool *member, size_t n,
       size_t views, double a, double *in_room, double *out_room, double *auc,
       struct mia_fault *f)
{
	size_t n1 = 0, n0 = 0;
	struct mia_roc roc;

	for (size_t i = 0; i < n; i++) {
		double sum = 0;

		for (size_t e = i * views; e < (i + 1) * views; e++)
			sum += mia_rmia_ratio(target[e],
					      mia_rmia_offline(out[e], a));
		if (member[i])
			in_room[n1++] = sum;
		else
			out_room[n0++] = sum;
	}
	if (mia_roc_init(&roc, in_room, n1, out_room, n0, f) != 0)
		return -1;
	*auc = mia_roc_auc(&roc).value;
	return 0;
}

int
mia_rmia_tune(const double *target, const double *out, const bool *member,
	      size_t n, size_t views, struct mia_rmia_tuned *best,
	      struct mia_fault *f)
{
	double *in_room = mia_alloc(n, sizeof(*in_room));
	double *out_room = mia_alloc(n, sizeof(*out_room));
	int rc = 0;

	*best = (struct mia_rmia_tuned){0, -1};
	for (int k = 0; rc == 0 && k <= TENTHS; k++) {
		double a = (double)k / TENTHS, auc = 0;

		rc = auc_of(target, out, member, n, views, a, in_room, out_room,
			    &auc, f);
		if (rc == 0 && auc > best->auc)
			*best = (struct mia_rmia_tuned){a, auc};
	}
	free(in_room);
	free(out_room);
	return rc;
}
