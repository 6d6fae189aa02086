#ifndef MIA_ATTACK_RMIA_LIKES_H
#define MIA_ATTACK_RMIA_LIKES_H

#include <stdbool.h>
#include <stddef.h>

#include "attack/rmia.h"

/*
 * What a target and its shadows say of some records, and log R from it.
 * Entry i·views + v is record i in view v.
 */
struct mia_rmia_likes {
	size_t n, views;
	double *target;	      /* [entries] log p */
	double *in, *out;     /* [entries] log of the mean p; NaN: no shadow */
	double *all;	      /* [entries] the same over IN and OUT */
	double *loss;	      /* [entries] mean of log p over OUT */
	size_t *n_in, *n_out; /* [n] shadows */
};

void mia_rmia_likes_init(struct mia_rmia_likes *x, size_t n, size_t views);
void mia_rmia_likes_free(struct mia_rmia_likes *x);

/*
 * Sets an entry from the target's log p and those of the shadows: v[0] ...
 * v[n_in - 1] of IN, then n_out of OUT; v is reordered.  trim in [0, .5) is the
 * share of either kind that in and out leave out at each end.
 */
void mia_rmia_likes_set(struct mia_rmia_likes *x, size_t i, size_t view,
			double target, double *v, size_t n_in, size_t n_out,
			double trim);

/* The same of values of a signal, which are checked (mia_rmia_log); ctx is
 * a struct mia_rmia_likes_taker. */
struct mia_rmia_likes_taker {
	struct mia_rmia_likes *x;
	enum mia_rmia_signal signal;
	double trim;
};

void mia_rmia_likes_take(void *ctx, size_t i, size_t view, double target,
			 double *v, size_t n_in, size_t n_out);

/* What stands below the line in R. */
enum mia_rmia_form {
	MIA_RMIA_ONLINE,     /* mia_rmia_online of in and out */
	MIA_RMIA_OFFLINE,    /* mia_rmia_offline of out */
	MIA_RMIA_BASE,	     /* all: Lassila et al., NeurIPS 2025 */
	MIA_RMIA_CALIBRATED, /* loss: log R is the mean loss of OUT less the
			      * target's; Watson et al., ICLR 2022 */
};

struct mia_rmia_rule {
	double a;
	bool invert;  /* offline, without OUT: mia_rmia_invert of in */
	size_t least; /* shadows that a side needs, at least 1 */
};

/* Has record i the shadows for it? */
bool mia_rmia_likes_enough(const struct mia_rmia_likes *x, size_t i,
			   enum mia_rmia_form form,
			   const struct mia_rmia_rule *r);

/* log R of record i in each view, into ratio[views]; returns their mean.  NaN,
 * and ratio unset, without the shadows for it. */
double mia_rmia_likes_ratio(const struct mia_rmia_likes *x, size_t i,
			    enum mia_rmia_form form,
			    const struct mia_rmia_rule *r, double *ratio);

/*
 * Ranks against the records of x: log R offline, in any mode, for all shadows
 * of a population are OUT.  Each must have the shadows for it.
 */
void mia_rmia_likes_population(const struct mia_rmia_likes *x,
			       const struct mia_rmia_rule *r,
			       struct mia_rmia_population *z);

/*
 * mia_rmia_tune over the records of x with an OUT shadow; *used is how many.
 * x->target, x->out and member[x->n] are closed up for that.
 */
int mia_rmia_likes_tune(struct mia_rmia_likes *x, bool *member, size_t *used,
			struct mia_rmia_tuned *best, struct mia_fault *f);

#endif
