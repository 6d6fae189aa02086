#ifndef MIA_RUN_SHARE_H
#define MIA_RUN_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/text.h"
#include "run/parts.h"

/* Parts and, behind them, what goes into no part. */
#define MIA_PART_NONE MIA_PARTS
#define MIA_PARTS_ALL (MIA_PARTS + 1)

/* How much of the rows a part gets. */
struct mia_share {
	enum {
		MIA_SHARE_UNSET,
		MIA_SHARE_COUNT,    /* n rows */
		MIA_SHARE_FRACTION, /* n / MIA_SHARE_ONE of all rows */
		MIA_SHARE_REST,	    /* what the others leave */
	} kind;
	uint64_t n;
};

/* Fractions are kept as whole numbers, so that .29 of 100 is 29. */
#define MIA_SHARE_ONE	 UINT64_C(1000000000000000000)
#define MIA_SHARE_DIGITS 18

/*
 * Reads a share: "rest", a count (digits only), or a fraction (digits with a
 * point, at most 1).  Returns 1 if t has one of these forms and *s is set, 0
 * if it has none of them, and -1 with a usage fault if its value is 0, above
 * 1 (a fraction) or has too many digits.
 */
int mia_share_scan(struct mia_text t, struct mia_share *s, struct mia_fault *f);

/*
 * Shares of n rows in rows: total[MIA_PARTS_ALL], summing to n; what no part
 * takes is total[MIA_PART_NONE].  The fractions together get their joint
 * share, rounded to the nearest row, and each of them its own, rounded down
 * or up, the largest remainders first.
 * Faults: usage, if there are two rests; data, if the shares exceed n or a
 * part with a share gets no row.
 */
int mia_split_totals(const struct mia_share share[MIA_PARTS], uint64_t n,
		     uint64_t total[MIA_PARTS_ALL], struct mia_fault *f);

/*
 * Controlled rounding: whole numbers count[strata][MIA_PARTS_ALL], each
 * size[s] * total[p] / n rounded down or up, whose rows sum to size[s] and
 * whose columns sum to total[p] exactly; n = sum of size = sum of total.
 * Strata take their turns in the order of turn[strata], a permutation; each
 * rounds up first what has the largest remainder, those its predecessors did
 * not get included.  A rounding always exists; where that rule runs into a full
 * column it is found as a flow through the fractional cells.
 * Source: Cox and Ernst, INFOR 20 (1982) 423-432; Causey, Cox and Ernst,
 * JASA 80 (1985) 903-909.
 */
void mia_split_round(const uint32_t *size, const uint32_t *turn, size_t strata,
		     const uint64_t total[MIA_PARTS_ALL], uint32_t *count);

#endif
