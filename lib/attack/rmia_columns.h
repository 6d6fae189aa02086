#ifndef MIA_ATTACK_RMIA_COLUMNS_H
#define MIA_ATTACK_RMIA_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "attack/rmia.h"
#include "attack/rmia_likes.h"
#include "attack/rmia_peers.h"

/* The scores of one pass over the data, and what they are called. */
#define MIA_RMIA_COLUMNS 6

struct mia_rmia_wanted {
	bool online, offline;
	bool rank; /* of either, too: there is a population */
	bool base, calibrated;
	enum mia_rmia_peer peer; /* if any, its columns alone */
	const char *signal;	 /* ends the names, unless NULL */
};

struct mia_rmia_column {
	enum mia_rmia_form form; /* of log R */
	bool rank;
	char name[64];
};

/* Every score that is wanted; returns how many. */
size_t mia_rmia_columns(const struct mia_rmia_wanted *w,
			struct mia_rmia_column column[MIA_RMIA_COLUMNS]);

/* Is any of them a rank, or, of log R, of this form? */
bool mia_rmia_columns_rank(const struct mia_rmia_column *column, size_t n);
bool mia_rmia_columns_form(const struct mia_rmia_column *column, size_t n,
			   enum mia_rmia_form form);

/* Has each record of x the shadows for all of them? */
bool mia_rmia_columns_enough(const struct mia_rmia_column *column, size_t n,
			     const struct mia_rmia_likes *x,
			     const struct mia_rmia_rule *r);

/*
 * The column of all records of x, into score[x->n]; NaN without the shadows
 * for it.  z and gamma are for ranks.
 */
void mia_rmia_column_score(const struct mia_rmia_column *c,
			   const struct mia_rmia_likes *x,
			   const struct mia_rmia_rule *r,
			   struct mia_rmia_population *z, double gamma,
			   double *score);

/* What the scores of a record rest on, as columns:
 * n_in n_out log_p_in log_p_out a population */
#define MIA_RMIA_DETAILS 6
extern const char *const mia_rmia_detail_name[MIA_RMIA_DETAILS];

/* Fills cell[MIA_RMIA_DETAILS][x->n] from the first view of each record;
 * population is its size.  NaN where there is no value. */
void mia_rmia_details(const struct mia_rmia_likes *x, double a,
		      size_t population, double *const *cell);

#endif
