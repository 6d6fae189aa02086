#ifndef MIA_RUN_ANSWERS_H
#define MIA_RUN_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/names.h"
#include "io/reader.h"
#include "maths/moments.h"

/*
 * A signals stream in memory, as every attack that compares a target with
 * shadow models wants it: rows of targets and of shadows, in any order.
 *
 * Only rows of the parts member and nonmember count (all rows, if there is no
 * part column), and those of population and aux if they are asked for; the
 * others are checked and passed over.  Records, models and views are numbered
 * as they are first seen; what is computed goes by order and view_order, so it
 * never depends on the order of the shadows' rows.
 *
 * Memory: an id and about 50 bytes a record; two bits a (record, model); of
 * targets 8 bytes a value and the other columns' text; of shadows 8 bytes
 * a value (stored) or 56 bytes a (record, view) (moments).
 */
struct mia_answers_opts {
	const char *const *signal; /* columns to take */
	size_t signals;
	bool stored;   /* keep the shadows' values, not moments of one signal */
	bool targets;  /* false: rows of targets are passed over */
	unsigned also; /* parts beside the audited ones that are kept: a set of
			* MIA_PART_BIT of population and, from shadows, aux */
};

/* What a record is here. */
enum mia_kept {
	MIA_GROUP_AUDITED,
	MIA_GROUP_POPULATION, /* in no model; has no row of the result */
	MIA_GROUP_AUX,	      /* under shadows only */
};

struct mia_values {
	double *v; /* [record], NaN where there is none */
	size_t cap;
};

/* The rows of one model. */
struct mia_model_rows {
	int64_t number;	     /* of a shadow */
	uint64_t *seen, *in; /* a bit a record: has a row, was trained on it */
	size_t words, in_words;
	struct mia_values *value; /* [view · signals + signal] */
	size_t values;
	uint32_t *row; /* of a target: [record] number + 1 of its row, or 0 */
	size_t row_cap;
};

/* Moments of one view, as they stream. */
struct mia_view_moments {
	struct mia_moments *in, *out; /* [record] */
	int64_t *last;		      /* number of the latest shadow */
	uint64_t *set; /* of several views: sum of hashes of the shadows */
	size_t in_cap, out_cap, last_cap, set_cap;
};

/* A record under a target: a row of the result. */
struct mia_target_row {
	uint32_t target, record;
	int64_t view; /* whose other columns these are: the lowest */
	size_t text;  /* in s->text, by mia_buf_str: the columns of pass */
	bool member;
};

struct mia_record_place {
	uint32_t file; /* number in files */
	uint64_t line;
};

struct mia_answers {
	struct mia_answers_opts o;
	struct mia_names ids, targets, labels, files;
	uint32_t *label; /* [ids.n] number in labels; NULL: no such column */
	struct mia_record_place *place; /* [ids.n] first seen here */
	unsigned char *group; /* [ids.n] enum mia_kept; NULL: all audited */

	struct mia_model_rows *target; /* [targets.n] */
	struct mia_model_rows *shadow; /* [shadows] */
	size_t shadows;
	int64_t *view; /* [views] their numbers */
	size_t views;
	struct mia_view_moments *stream; /* [views], unless stored */
	/* After mia_answers_settle, ascending: */
	uint32_t *order;      /* [shadows] */
	uint32_t *view_order; /* [views] */

	struct mia_target_row *row; /* in the order of the targets' rows */
	size_t rows;
	struct mia_buf text;
	size_t *pass; /* columns of the stream that are in text */
	size_t passes;
	uint64_t passed_over; /* rows of other parts, and of targets */

	struct mia_answers_work *work;
};

/*
 * Reads all of r.  *disorder is set, and reading ends, when moments were
 * wanted but the shadows of a record do not ascend: free, and read again
 * with stored.
 * Faults: data, with file and line: a missing column (id, model, member, a
 * signal), a field that is no number, 0/1 or part, a value beyond 1e150, an
 * empty id or model, a doubled (id, model, view), rows that disagree on a
 * record's member, label or group, a population record that a model was
 * trained on.
 */
int mia_answers_read(struct mia_answers *s, struct mia_reader *r,
		     const struct mia_answers_opts *o, bool *disorder,
		     struct mia_fault *f);
/* After mia_answers_read, also after its fault; {0} is empty. */
void mia_answers_free(struct mia_answers *s);

/*
 * Sorts models and views and checks the whole.  Faults: data: no target row
 * (when wanted), no shadow, a record with shadow rows but no target row, a
 * view that some model lacks.
 */
int mia_answers_settle(struct mia_answers *s, struct mia_fault *f);

static inline bool
mia_rows_seen(const struct mia_model_rows *m, uint32_t record)
{
	return record / 64 < m->words &&
	       (m->seen[record / 64] >> record % 64 & 1);
}

static inline enum mia_kept
mia_answers_group(const struct mia_answers *s, uint32_t record)
{
	return s->group == NULL ? MIA_GROUP_AUDITED
				: (enum mia_kept)s->group[record];
}

/* For a record that is seen. */
static inline bool
mia_rows_in(const struct mia_model_rows *m, uint32_t record)
{
	return m->in[record / 64] >> record % 64 & 1;
}

/* Was any shadow trained on an audited record? */
bool mia_answers_any_in(const struct mia_answers *s);

/*
 * Does any audited record have IN (else OUT) values that differ?  Shadows that
 * know their records by heart (trees without bootstrap) answer all of them
 * alike, and then there is no IN deviation to be had.  After
 * mia_answers_settle.
 */
bool mia_answers_varies(const struct mia_answers *s, bool in);

/* Which shadows stand against a record. */
struct mia_pick {
	size_t skip, partner;	/* places in order that are left out */
	size_t max_in, max_out; /* only the first so many of either kind */
	bool aux; /* of a shadow in a target's place: its aux records are
		   * judged, not the audited ones */
};
#define MIA_PICK_ALL                                                           \
	(struct mia_pick)                                                      \
	{                                                                      \
		.skip = SIZE_MAX, .partner = SIZE_MAX, .max_in = SIZE_MAX,     \
		.max_out = SIZE_MAX                                            \
	}

/* The shadows with a row for the record, in model order: numbers in
 * s->shadow, into in[shadows] and out[shadows]. */
void mia_answers_pick(const struct mia_answers *s, uint32_t record,
		      const struct mia_pick *p, uint32_t *in, size_t *n_in,
		      uint32_t *out, size_t *n_out);

/*
 * A shadow that was trained on just the target's members, or on just the
 * others: the target itself, its twin or its complement.  Looked for where
 * the target has at least 16 records of each kind (by chance below 4e-9).
 * *opposite says which of the two.
 */
bool mia_answers_twin(const struct mia_answers *s,
		      const struct mia_model_rows *target, uint32_t *shadow,
		      bool *opposite);

/*
 * The same question of one shadow, over all audited records that both know,
 * however few: those of a kind must be at least least.
 */
bool mia_answers_twins(const struct mia_answers *s,
		       const struct mia_model_rows *target,
		       const struct mia_model_rows *shadow, uint64_t least,
		       bool *opposite);

/* The value of a record seen under a model; view is a place in view_order. */
static inline double
mia_answers_value(const struct mia_answers *s, const struct mia_model_rows *m,
		  uint32_t record, size_t view, size_t signal)
{
	return m->value[s->view_order[view] * s->o.signals + signal].v[record];
}

#endif
