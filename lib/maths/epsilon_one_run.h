#ifndef MIA_MATHS_EPSILON_ONE_RUN_H
#define MIA_MATHS_EPSILON_ONE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maths/roc.h"

/*
 * Bounds on the epsilon of a training algorithm from one run of it: each of m
 * canaries was in or out by its own coin, the auditor guessed r of them, and v
 * guesses were right.  v <= r <= m.
 */

/*
 * The chance of v or more right guesses under an (epsilon, delta)-private
 * algorithm, fair coins, guesses of a number fixed beforehand: Steinke's bound
 *	P[Bin(r, q) >= v] + 2 m delta max_i P[v > Bin(r, q) >= v-i] / i
 * with q = 1/(1+exp(-epsilon)), at most 1.
 * Source: Steinke, Nasr & Jagielski, NeurIPS 2023, corollary 5.4.
 */
double mia_one_run_p(uint64_t m, uint64_t r, uint64_t v, double epsilon,
		     double delta);

/* The greatest epsilon with a chance below a, to 1e-12; 0 if there is none. */
double mia_one_run_epsilon(uint64_t m, uint64_t r, uint64_t v, double delta,
			   double a);

/*
 * Delta when all of it but a mass of gamma holds: delta + gamma - delta gamma.
 * Source: PANORAMIA's code, audit_with_relaxation; unlike it, at delta 0 too.
 */
double mia_one_run_relaxed(double delta, double gamma);

/*
 * The guesses "in" for the k_in highest scores and "out" for the k_out lowest;
 * k_in + k_out <= m.  A block of equal scores that straddles the end of either
 * is abstained on as a whole.
 */
struct mia_guesses {
	uint64_t r, v;
};

struct mia_guesses mia_one_run_guess(const struct mia_roc *roc, uint64_t k_in,
				     uint64_t k_out);

/*
 * delta = 0, without numbers fixed beforehand: walking down from the highest
 * score, stop at the (k+1)-th canary that was out; v that were in lie strictly
 * above.  Before that stop, v or more right guesses are as likely as in v+k
 * trials, so each k of mia_epsilon_ranks rejects at a/J; the same from below.
 * The ranks are those of the sides that coin and m lead to expect, so that
 * the data do not choose them.  coin: the chance of "in", in (0, 1).
 * Source: EVIDENCE 7; ours, from Steinke's argument by negative-binomial
 * stopping, and simulated with independent scores only.
 */
struct mia_stopped {
	double bound, ceiling;
	size_t ranks;	 /* J */
	bool from_below; /* guesses are "out" */
	uint64_t k, v;	 /* of the rank that gave the bound, if above 0 */
	double threshold;
};

struct mia_stopped mia_one_run_stop(const struct mia_roc *roc, double coin,
				    double a);

/*
 * mu of Gaussian differential privacy from v right of r guesses among m
 * canaries of k values each (2 for in or out), at error tau: state is where
 * the recursion ends, and mu is rejected if h + r is above guesses / m.
 * Source: Mahloujifar, Melis & Chaudhuri, Auditing f-differential privacy in
 * one run (2024), algorithm 3.
 */
struct mia_fdp_state {
	double r, h; /* r is at most 1 */
};

struct mia_fdp_state mia_one_run_fdp(uint64_t m, uint64_t guesses,
				     uint64_t right, unsigned k, double tau,
				     double mu);

/* The greatest mu rejected, k = 2; 0 if none is.  Relative error 1e-12. */
double mia_one_run_mu(uint64_t m, uint64_t guesses, uint64_t right, double tau);

#endif
