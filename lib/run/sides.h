#ifndef MIA_RUN_SIDES_H
#define MIA_RUN_SIDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "maths/moments.h"
#include "run/answers.h"

/*
 * Some records under one model, the target or a shadow in its place, and what
 * the shadows trained with (IN) and without (OUT) each of them say: arrays as
 * lib/attack wants them.  Entry i·views + v is record i in view v.
 */
struct mia_sides {
	size_t records, views, signals;
	double *target; /* [entries][signals] */
	/* One signal: */
	struct mia_moments *in, *out;	/* [entries] */
	double *median_in, *median_out; /* [entries], if asked for */
	/* Several: as mia_products_add. */
	uint64_t *n_in, *n_out;		  /* [entries] */
	double *mean_in, *mean_out;	  /* [entries][signals] */
	double *product_in, *product_out; /* [entries][triangle] */
};

/*
 *   record[n]  numbers of records, each seen under model
 *   pick       which shadows stand against them
 *   median     medians too (one signal, values stored)
 * Values go in by model order, so moments from a stream and from stored values
 * are the same bytes.  pick other than MIA_PICK_ALL needs stored values.
 */
void mia_sides_fill(struct mia_sides *d, const struct mia_answers *s,
		    const struct mia_model_rows *model, const uint32_t *record,
		    size_t n, const struct mia_pick *pick, bool median);
void mia_sides_free(struct mia_sides *d);

/* IN and OUT shadows of record i. */
uint64_t mia_sides_in(const struct mia_sides *d, size_t i);
uint64_t mia_sides_out(const struct mia_sides *d, size_t i);

#endif
