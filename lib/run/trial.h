#ifndef MIA_RUN_TRIAL_H
#define MIA_RUN_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/answers.h"
#include "run/bench.h"

/*
 * What is the same in every attack that sets a target against shadows: each
 * target is judged, or with leave_one_out each shadow in a target's place, and
 * a scores stream is written.  The attack itself is a callback that sees one
 * bench at a time.
 */
struct mia_trial {
	const struct mia_answers *a; /* settled; stored, for leave_one_out */
	const char *const *column;   /* names of the attack's columns */
	size_t columns;
	bool median; /* benches have medians */
	bool leave_one_out;
	int design; /* the shadows': a place in MIA_LEAVE_DESIGNS; -1: as the
		     * head of the stream says */
	/*
	 * Fills cell[columns][b->n] (NaN: empty) of a bench that is not empty,
	 * and may cut it.  0, or -1 with a fault.
	 */
	int (*judge)(void *ctx, struct mia_bench *b, double *const *cell,
		     struct mia_fault *f);
	void *ctx;
};

/* Data fault if the stream has one of these columns already. */
int mia_trial_check(const struct mia_reader *r, const char *const *column,
		    size_t columns, struct mia_fault *f);

/*
 * Writes the stream, head to foot.  Targets: one row a target row of a, in
 * their order, with its other columns.  Shadows, in model order: one row a
 * record under each, with the signals in their place.
 * Faults: those of judge, of mia_leave_out_init and of the writer; usage, if
 * neither design nor the head says how the shadows share the records.
 * Memory: 8 bytes a cell, and the sides of one bench.
 */
int mia_trial_write(const struct mia_trial *t, const struct mia_reader *r,
		    const char *tool_line, struct mia_writer *w,
		    struct mia_fault *f);

#endif
