#include "run/share.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/wide.h"

/* Digits with a point, in units of 1 / MIA_SHARE_ONE. */
static int
scan_fraction(struct mia_text t, struct mia_share *s, struct mia_fault *f)
{
	const char *point = memchr(t.s, '.', t.n);
	size_t whole = (size_t)(point - t.s), places = t.n - whole - 1;
	uint64_t v = 0;

	if (places > MIA_SHARE_DIGITS)
		return mia_fail(f, MIA_USAGE,
				"share '%.*s' has more than %d decimal places; "
				"round it",
				(int)t.n, t.s, MIA_SHARE_DIGITS);
	for (size_t i = 0; i < whole; i++)
		if (v = v * 10 + (uint64_t)(t.s[i] - '0'), v > 1)
			goto above;
	for (size_t i = 0; i < MIA_SHARE_DIGITS; i++) {
		v *= 10;
		if (i < places)
			v += (uint64_t)(point[1 + i] - '0');
	}
	if (v > MIA_SHARE_ONE)
		goto above;
	*s = (struct mia_share){MIA_SHARE_FRACTION, v};
	return 0;
above:
	return mia_fail(f, MIA_USAGE,
			"share '%.*s' is above 1; give a fraction such as .5 "
			"or a count such as 500",
			(int)t.n, t.s);
}

int
mia_share_scan(struct mia_text t, struct mia_share *s, struct mia_fault *f)
{
	size_t digits = 0, points = 0;
	uint64_t n = 0;

	if (mia_text_is(t, "rest")) {
		*s = (struct mia_share){MIA_SHARE_REST, 0};
		return 1;
	}
	for (size_t i = 0; i < t.n; i++) {
		points += t.s[i] == '.';
		digits += t.s[i] >= '0' && t.s[i] <= '9';
	}
	if (digits == 0 || points > 1 || digits + points < t.n)
		return 0;
	if (points == 1) {
		if (scan_fraction(t, s, f) != 0)
			return -1;
	} else {
		for (size_t i = 0; i < t.n; i++) {
			n = n * 10 + (uint64_t)(t.s[i] - '0');
			if (n > UINT32_MAX)
				return mia_fail(f, MIA_USAGE,
						"count '%.*s' is more rows "
						"than a stream may have; "
						"give fewer",
						(int)t.n, t.s);
		}
		*s = (struct mia_share){MIA_SHARE_COUNT, n};
	}
	if (s->n == 0)
		return mia_fail(f, MIA_USAGE,
				"share '%.*s' is no row at all; leave the "
				"part out",
				(int)t.n, t.s);
	return 1;
}

static int
too_much(uint64_t counts, double fractions, uint64_t n, struct mia_fault *f)
{
	if (counts == 0)
		return mia_fail(f, MIA_USAGE,
				"the shares sum to %.6g, above 1; lower them",
				fractions);
	return mia_fail(f, MIA_DATA,
			"the parts ask for %.0f rows, but there are %" PRIu64
			"; lower the shares",
			(double)counts + fractions * (double)n, n);
}

int
mia_split_totals(const struct mia_share share[MIA_PARTS], uint64_t n,
		 uint64_t total[MIA_PARTS_ALL], struct mia_fault *f)
{
	uint64_t remainder[MIA_PARTS] = {0}, counts = 0, floors = 0, joint;
	int rest = -1;
	mia_wide fractions = 0;

	for (int p = 0; p < MIA_PARTS_ALL; p++)
		total[p] = 0;
	for (int p = 0; p < MIA_PARTS; p++) {
		mia_wide x = (mia_wide)share[p].n * n;

		if (share[p].kind == MIA_SHARE_COUNT) {
			if (share[p].n > n) /* and the sum can't overflow */
				return too_much(share[p].n, 0, n, f);
			counts += total[p] = share[p].n;
		} else if (share[p].kind == MIA_SHARE_FRACTION) {
			fractions += share[p].n;
			floors += total[p] = (uint64_t)(x / MIA_SHARE_ONE);
			remainder[p] = (uint64_t)(x % MIA_SHARE_ONE);
		} else if (share[p].kind == MIA_SHARE_REST) {
			if (rest >= 0)
				return mia_fail(f, MIA_USAGE,
						"both %s and %s take the "
						"rest; give one of them a "
						"share",
						mia_part_name(rest),
						mia_part_name(p));
			rest = p;
		}
	}
	joint = (uint64_t)((fractions * n + MIA_SHARE_ONE / 2) / MIA_SHARE_ONE);
	if (fractions > MIA_SHARE_ONE || counts + joint > n)
		return too_much(counts, (double)fractions / MIA_SHARE_ONE, n,
				f);
	for (; floors < joint; floors++) {
		int best = 0;

		for (int p = 1; p < MIA_PARTS; p++)
			if (remainder[p] > remainder[best])
				best = p;
		total[best]++;
		remainder[best] = 0;
	}
	total[rest >= 0 ? rest : MIA_PART_NONE] = n - counts - joint;
	for (int p = 0; p < MIA_PARTS; p++)
		if (share[p].kind != MIA_SHARE_UNSET && total[p] == 0)
			return mia_fail(f, MIA_DATA,
					"%s would get none of the %" PRIu64
					" rows; change the shares",
					mia_part_name(p), n);
	return 0;
}

/* The cells that may be rounded either way. */
struct cells {
	const uint32_t *turn; /* whatever is scanned is scanned in turn */
	size_t strata;
	uint32_t *remainder;	       /* [strata][MIA_PARTS_ALL], times 1/n */
	bool *up;		       /* rounded up */
	uint64_t quota[MIA_PARTS_ALL]; /* cells still to be rounded up */
	int64_t owed[MIA_PARTS_ALL]; /* remainders so far less what was rounded
				      * up, times 1/n */
};

static bool
open_cell(const struct cells *c, size_t at)
{
	return c->remainder[at] > 0 && !c->up[at];
}

/*
 * Stratum s must round one more cell up, but its open cells lie in columns
 * that are full: moves a chain of earlier choices (the breadth-first search
 * of Edmonds and Karp), which ends in a column with room. Returns that.
 */
static int
make_room(struct cells *c, size_t s)
{
	size_t via[MIA_PARTS_ALL]; /* the stratum that moves to this column */
	int from[MIA_PARTS_ALL], queue[MIA_PARTS_ALL], head = 0, tail = 0;

	for (int p = 0; p < MIA_PARTS_ALL; p++) {
		from[p] = -2;
		if (open_cell(c, s * MIA_PARTS_ALL + (size_t)p)) {
			from[p] = -1;
			via[p] = s;
			queue[tail++] = p;
		}
	}
	for (; head < tail; head++) {
		int p = queue[head], room = p;

		if (c->quota[p] > 0) {
			c->quota[p]--;
			for (; p >= 0; p = from[p]) {
				size_t row = via[p] * MIA_PARTS_ALL;

				c->up[row + (size_t)p] = true;
				if (from[p] >= 0)
					c->up[row + (size_t)from[p]] = false;
			}
			return room;
		}
		for (size_t i = 0; i < c->strata; i++) {
			size_t r = c->turn[i], row = r * MIA_PARTS_ALL;

			if (!c->up[row + (size_t)p])
				continue;
			for (int q = 0; q < MIA_PARTS_ALL; q++)
				if (from[q] == -2 &&
				    open_cell(c, row + (size_t)q)) {
					from[q] = p;
					via[q] = r;
					queue[tail++] = q;
				}
		}
	}
	return queue[0]; /* never: a rounding exists */
}

/*
 * Rounds cells of stratum s up until they sum to its size; first the column
 * that is owed most, so that columns stay in step and seldom fill up early.
 */
static void
round_stratum(struct cells *c, size_t s, uint32_t size, const uint32_t *count,
	      int64_t n)
{
	const size_t row = s * MIA_PARTS_ALL;

	for (size_t p = 0; p < MIA_PARTS_ALL; p++) {
		size -= count[row + p];
		c->owed[p] += c->remainder[row + p];
	}
	for (; size > 0; size--) {
		int best = -1;

		for (int p = 0; p < MIA_PARTS_ALL; p++)
			if (open_cell(c, row + (size_t)p) && c->quota[p] > 0 &&
			    (best < 0 || c->owed[p] > c->owed[best]))
				best = p;
		if (best < 0) {
			best = make_room(c, s);
		} else {
			c->up[row + (size_t)best] = true;
			c->quota[best]--;
		}
		c->owed[best] -= n;
	}
}

void
mia_split_round(const uint32_t *size, const uint32_t *turn, size_t strata,
		const uint64_t total[MIA_PARTS_ALL], uint32_t *count)
{
	size_t cells = strata * MIA_PARTS_ALL;
	struct cells c = {
		turn,
		strata,
		mia_alloc(cells, sizeof(*c.remainder)),
		mia_alloc(cells, sizeof(*c.up)),
		{0},
		{0},
	};
	uint64_t n = 0;

	for (int p = 0; p < MIA_PARTS_ALL; p++)
		n += c.quota[p] = total[p];
	for (size_t i = 0; i < cells; i++) {
		uint64_t x = size[i / MIA_PARTS_ALL] * total[i % MIA_PARTS_ALL];

		count[i] = n > 0 ? (uint32_t)(x / n) : 0;
		c.remainder[i] = n > 0 ? (uint32_t)(x % n) : 0;
		c.quota[i % MIA_PARTS_ALL] -= count[i];
	}
	for (size_t i = 0; i < strata; i++)
		round_stratum(&c, turn[i], size[turn[i]], count, (int64_t)n);
	for (size_t i = 0; i < cells; i++)
		count[i] += c.up[i];
	free(c.remainder);
	free(c.up);
}
