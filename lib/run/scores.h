#ifndef MIA_RUN_SCORES_H
#define MIA_RUN_SCORES_H

#include "io/reader.h"
#include "io/writer.h"
#include "run/answers.h"

/*
 * The left part of a scores stream: id, model, member and label (if there is
 * one), then the target row's other columns as they came.
 */

/* Header cells; with pass, those of the other columns too. */
void mia_scores_header(const struct mia_answers *a, const struct mia_reader *r,
		       struct mia_writer *w, bool pass);
/* The cells of the key. */
void mia_scores_key(const struct mia_answers *a, uint32_t record,
		    struct mia_text model, bool member, struct mia_writer *w);
/* Key and other columns of a target's row: one of a->row. */
int mia_scores_row(const struct mia_answers *a,
		   const struct mia_target_row *row, struct mia_writer *w,
		   struct mia_fault *f);

#endif
