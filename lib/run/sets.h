#ifndef MIA_RUN_SETS_H
#define MIA_RUN_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/names.h"
#include "io/reader.h"

/*
 * The scores of a stream, apart by attack, target, slice and membership: 8
 * bytes a row and score, and 8 a row to find ids that occur twice.
 */
struct mia_sets_opts {
	/* Columns judged, higher or lower = member; with neither, every
	 * column that begins with "score_". */
	const char *const *higher, *const *lower;
	size_t n_higher, n_lower;
	const char *by; /* column that cuts slices; NULL: none */
	bool drop;	/* leave out what is missing, counted, not refuse it */
};

/* More values of the column by than this are a mistake. */
#define MIA_SLICES_MAX 1000

struct mia_attack {
	char *name; /* the column, without "score_" */
	bool lower; /* scores are held negated */
	size_t column;
};

/* One side (0 non-members, 1 members) of one attack. */
struct mia_side {
	double *score;
	size_t n, cap;
	uint64_t missing;
};

/* The rows of one target and slice. */
struct mia_cell {
	struct mia_side (*attack)[2];	/* [attacks] */
	uint64_t judged[2], correct[2]; /* of the column "correct" */
};

struct mia_sets {
	struct mia_attack *attack;
	size_t n_attack;
	/* Numbered as first seen; the orders sort them, numbers by value
	 * before texts by bytes.  Without a model column the one target is
	 * "target", without --by the one slice is "". */
	struct mia_names target, slice;
	uint32_t *target_order, *slice_order;
	struct mia_cell **cell; /* [targets][slices], NULL if without rows */
	size_t targets, slices; /* there is room for */
	bool has_correct;
	uint64_t rows, passed_by; /* judged, and of other parts */
};

/*
 * Reads the whole stream.  Columns: member; the scores; if there are any
 * model, part, view, id, correct, and opts->by.
 * Faults: data, if a column is missing or named twice, member is not 0 or 1
 * or contradicts the part, a score is NaN, no number or (unless dropped)
 * empty, a row is a view other than 0, two rows of a target have one id, by
 * has too many values, or there is no row.
 */
int mia_sets_read(struct mia_sets *s, struct mia_reader *r,
		  const struct mia_sets_opts *o, struct mia_fault *f);
void mia_sets_free(struct mia_sets *s);

/*
 * For who fills sets otherwise: the cell of a target and slice, made if it is
 * new, with their numbers in at, which holds those of the row before as a
 * guess; and the orders, once all cells are there.
 */
struct mia_cell *mia_sets_cell(struct mia_sets *s, struct mia_text target,
			       struct mia_text slice, uint32_t at[2]);
void mia_sets_sort(struct mia_sets *s);

/* One attack on one target, in one slice or (MIA_SLICE_ALL) all of them. */
#define MIA_SLICE_ALL UINT32_MAX

struct mia_set {
	double *score[2]; /* non-members, members; any order */
	size_t n[2];
	uint64_t missing[2];
	bool owned;
};

/*
 * The scores of a slice are s's own and may be sorted in place; those of all
 * slices together are a copy unless there is one slice only.
 */
void mia_sets_take(const struct mia_sets *s, size_t attack, uint32_t target,
		   uint32_t slice, struct mia_set *set);
void mia_set_free(struct mia_set *set);

/* Rows of a target and slice (or all) with a verdict in the column "correct",
 * and how many of them were correct, by membership. */
void mia_sets_correct(const struct mia_sets *s, uint32_t target, uint32_t slice,
		      uint64_t judged[2], uint64_t correct[2]);

/* Whether a target has rows in this slice. */
bool mia_sets_has(const struct mia_sets *s, uint32_t target, uint32_t slice);

#endif
