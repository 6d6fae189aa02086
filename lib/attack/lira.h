#ifndef MIA_ATTACK_LIRA_H
#define MIA_ATTACK_LIRA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "maths/moments.h"

/*
 * The likelihood-ratio attack (Carlini et al., IEEE S&P 2022, Algorithm 1 and
 * section V), in all its variants.  One signal here; several at once are in
 * lira_joint.h.
 *
 * A record has one value under the target and one under each shadow model, a
 * view; IN are the shadows trained on it, OUT the others.  An entry is a
 * (record, view) pair, number record·views + view.
 */
struct mia_lira_side {
	const struct mia_moments *moments; /* [entries] */
	const double *median;		   /* [entries]; NULL if no rule
					    * centres on it */
};

struct mia_lira {
	size_t records, views;
	const double *target; /* [entries] */
	struct mia_lira_side in, out;
	int sense; /* 1: high values speak for a member; -1: low ones */
};

/* c_in, s_in: centre and deviation of an entry's IN values; t the target's.
 * N is the log density of the normal; for the shrunken variance it and the
 * tail are those of the predictive Student t. */
enum mia_lira_form {
	MIA_LIRA_ONLINE, /* N(t; c_in, s_in) - N(t; c_out, s_out) */
	MIA_LIRA_TAIL,	 /* sign(z)·(-log P[|Z| > |z|]), z = (t - c_out)/s_out
			  * times sense: offline, one-sided, unsaturated */
	MIA_LIRA_IN,	 /* N(t; c_in, s_in) */
	MIA_LIRA_OUT,	 /* -N(t; c_out, s_out): offline, two-sided */
	MIA_LIRA_CDF,	 /* P[Z < z], z = (t - c_out)/s_out */
	/* those below need no deviation */
	MIA_LIRA_OFFSET,     /* t - (c_in + c_out)/2 */
	MIA_LIRA_OFFSET_IN,  /* t - c_in */
	MIA_LIRA_OFFSET_OUT, /* t - c_out */
	MIA_LIRA_GLOBAL,     /* t */
};

/* The deviation; always of IN and OUT apart. */
enum mia_lira_variance {
	/* The entry's own, divisor n.  If it is 0 (one value, or equal ones)
	 * the pooled one stands in, and is counted. */
	MIA_LIRA_PER_RECORD,
	/* One for all entries: of the values' distances from their entry's
	 * centre, divisor the number of values. */
	MIA_LIRA_POOLED,
	/* One for all entries: of all values, as if they belonged to one
	 * record; the spread between records is in it (fix_variance of
	 * Carlini's code and of SACRO-ML). */
	MIA_LIRA_POOLED_RAW,
	/* Between the two, by empirical Bayes (mia_lira_prior): predictive t
	 * with nu + n - 1 degrees of freedom and scale^2 = v(1 + 1/n),
	 * v = (nu s0^2 + (n - 1)s^2)/(nu + n - 1). */
	MIA_LIRA_SHRUNKEN,
	/* As pooled-raw of IN, for both sides (Carlini's code). */
	MIA_LIRA_POOLED_RAW_IN,
};

/* One score: an own variant, or a peer's formula to the letter. */
struct mia_lira_rule {
	const char *name; /* of a peer's: "carlini_online" */
	enum mia_lira_form form;
	enum mia_lira_variance variance;
	bool median;	 /* centre; else the mean */
	double extra;	 /* added to every deviation: peers only; with it a
			  * deviation of 0 is taken as it is */
	bool empty_zero; /* no values: centre and deviation 0; peers only */
};

/*
 * Peers' rules, ended by a NULL name:
 *   carlini  tensorflow/privacy research/mi_lira_2021; expects sides cut to
 *            equal counts (mia_lira_cut)
 *   tfp      tensorflow/privacy advanced_mia
 *   sacro    AI-SDC/SACRO-ML 2.0.0
 */
extern const struct mia_lira_rule mia_lira_carlini[];
extern const struct mia_lira_rule mia_lira_tfp[];
extern const struct mia_lira_rule mia_lira_sacro[];

/* Does the rule look at IN values, at OUT values, at medians? */
bool mia_lira_uses_in(const struct mia_lira_rule *r);
bool mia_lira_uses_out(const struct mia_lira_rule *r);

/* The prior of the shrunken variance. */
struct mia_lira_prior {
	double df, variance;	   /* nu (may be INFINITY) and s0^2 */
	uint64_t fitted, left_out; /* entries; left out: n = 1 or s^2 = 0 */
};

/*
 * Fits it to the variances of n entries.  With d = n_i - 1 and
 * e = log s^2 - psi(d/2) + log(d/2): psi'(nu/2) = var(e) - mean psi'(d/2)
 * (nu = INFINITY if that is not positive), s0^2 = exp(mean e + psi(nu/2) -
 * log(nu/2)).  Entries without values are not counted.
 * Faults: data, if no entry has two different values.
 * Source: Smyth, Stat. Appl. Genet. Mol. Biol. 3 (2004), section 6.2.
 */
int mia_lira_prior_fit(struct mia_lira_prior *p, const struct mia_moments *m,
		       size_t n, struct mia_fault *f);

/* What a score rests on, for the caller to tell. */
struct mia_lira_note {
	uint64_t zero_in, zero_out;    /* entries that took the pooled deviation
					* because their own is 0 */
	struct mia_lira_prior in, out; /* shrunken */
};

/*
 * score[records]: the mean over views; NaN where a side the rule needs is
 * empty.  Entries are taken in order, sums in fixed blocks, so the result
 * depends on nothing but the arrays.
 * Faults: data, if the pooled deviation of a side that is needed is 0 (all
 * its values are equal), or its prior cannot be fitted.
 * Memory: none beyond the arguments.
 */
int mia_lira_score(const struct mia_lira *d, const struct mia_lira_rule *r,
		   double *score, struct mia_lira_note *note,
		   struct mia_fault *f);

/*
 * d' of one entry: (mean IN - mean OUT) / sqrt of the mean of the two
 * variances (divisor n - 1): how far apart the two worlds are, whatever the
 * target says.  NaN unless both sides have two values and one varies.
 */
double mia_lira_dprime(const struct mia_moments *in,
		       const struct mia_moments *out);

#endif
