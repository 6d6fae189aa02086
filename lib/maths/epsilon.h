#ifndef MIA_MATHS_EPSILON_H
#define MIA_MATHS_EPSILON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maths/roc.h"

/*
 * A lower bound on epsilon from scores of independent runs: a test that an
 * (epsilon, delta)-private algorithm was run with and without a record obeys
 * TPR <= exp(epsilon) FPR + delta, and so do TNR and FNR.
 *
 * The thresholds are ranks fixed before the scores are seen: on the side of
 * the non-members (and, mirrored, of the members) t is the record of rank k
 * from its extreme, 0 first.  The chance F that a fresh record of that side
 * lies strictly beyond t is at most Beta(k+1, n-k), ties included, and given t
 * the v of the m records of the other side beyond it are binomial.  Each rank
 * rejects the epsilons for which
 *	p_k(epsilon) = E P[Bin(m, min(1, exp(epsilon) F + delta)) >= v]
 * is at most a/J, J the number of ranks of both sides: the greatest epsilon
 * that any rejects is below the true one but for a chance of a.
 * Source: EVIDENCE 7; ours.
 */

/* Most ranks of a side that there can be: 10 and 1 + 2 a decade below 2^64. */
#define MIA_EPSILON_RANKS 50

/*
 * The ranks for a side of n records, ascending, in k: 0, 1, 3, 10, 30, … below
 * n/20 and ceil(j n/20), j = 1 … 10, without those a side of n lacks.
 * Returns their count.
 */
size_t mia_epsilon_ranks(uint64_t n, uint64_t k[MIA_EPSILON_RANKS]);

/*
 * p_k(epsilon) for n records on the side of the rank and m on the other, v of
 * them beyond; k < n, v <= m, epsilon >= 0, 0 <= delta < 1.  Error below 1e-9
 * of itself, or below 1e-15.  By a Gauss-Legendre rule over the logit of F.
 */
double mia_epsilon_rank_p(uint64_t k, uint64_t n, uint64_t v, uint64_t m,
			  double epsilon, double delta);

/*
 * The greatest epsilon with p_k(epsilon) <= a, to 1e-9 and never above it, if
 * it is greater than least; else least.
 */
double mia_epsilon_rank(uint64_t k, uint64_t n, uint64_t v, uint64_t m,
			double delta, double a, double least);

struct mia_epsilon {
	double bound; /* 0: nothing is shown */
	size_t ranks; /* J, over which a was split */
	/* Of the rank that gave the bound, if it is above 0: */
	bool by_members;  /* it is a member's rank, guesses are "non-member" */
	uint64_t k, v;	  /* wrong guesses allowed, right ones */
	double threshold; /* score strictly beyond which a guess is made */
};

/* The bound from a sorted ROC (mia_roc_init), one-sided at error a. */
struct mia_epsilon mia_epsilon_scores(const struct mia_roc *r, double delta,
				      double a);

/* What no score of n1 members and n0 non-members can exceed. */
double mia_epsilon_ceiling(uint64_t n1, uint64_t n0, double delta, double a);

#endif
