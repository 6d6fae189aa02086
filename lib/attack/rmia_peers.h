#ifndef MIA_ATTACK_RMIA_PEERS_H
#define MIA_ATTACK_RMIA_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "attack/rmia.h"

/*
 * The scores of other tools, whole, from p (rmia.h has the pieces):
 * Privacy Meter's, and that of the code published with the RMIA paper.
 */
enum mia_rmia_peer { MIA_RMIA_OURS, MIA_RMIA_PM, MIA_RMIA_RMIA24 };

struct mia_rmia_peer_rule {
	enum mia_rmia_peer peer; /* PM or RMIA24 */
	bool online;		 /* RMIA24 */
	double a, trim;		 /* trim: RMIA24, a share at either end */
};

/*
 * R of a record in one view: the target gives it p, the shadows v[0] ...
 * v[n_in - 1] of IN, then n_out of OUT.  v is reordered.  There must be one
 * shadow at least, and for RMIA24 one of OUT.
 */
double mia_rmia_peer_ratio(const struct mia_rmia_peer_rule *r, double p,
			   double *v, size_t n_in, size_t n_out);

/* The same of values of a signal, into ratio[i·views + view]; ctx is
 * a struct mia_rmia_peer_taker. */
struct mia_rmia_peer_taker {
	struct mia_rmia_peer_rule rule;
	enum mia_rmia_signal signal;
	size_t views;
	double *ratio;
};

void mia_rmia_peer_take(void *ctx, size_t i, size_t view, double target,
			double *v, size_t n_in, size_t n_out);

/* Share of z[nz][views] that each of x[n][views] is above, nz > 0. */
void mia_rmia_pm_share(const double *x, size_t n, const double *z, size_t nz,
		       size_t views, double gamma, double *score);

/* The same with the non-members among x in place of z, two at least; each of
 * them is counted one too high, out of one less. */
void mia_rmia_rmia24_share(const double *x, const bool *member, size_t n,
			   size_t views, double gamma, double *score);

#endif
