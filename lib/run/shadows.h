#ifndef MIA_RUN_SHADOWS_H
#define MIA_RUN_SHADOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "io/writer.h"
#include "learn/model.h"
#include "run/design.h"
#include "run/records.h"

/* A run of shadow models. */
struct mia_shadows {
	const struct mia_records *s;
	const struct mia_design *d; /* over the rows of s */
	/* What the shadows share: settings, encoding (of the columns of s->x),
	 * classes (those of s), seed, …; its fitted model is not looked at. */
	const struct mia_model *like;
	unsigned query;	   /* parts whose rows are predicted; under pools, of
			    * aux only what the shadow drew */
	size_t first, end; /* models first … end-1 */
	unsigned threads;
	const char *save;     /* folder for model files, or NULL */
	const char *resume;   /* folder for finished shadows, or NULL */
	const char *manifest; /* all else that decides the rows, lines of
			       * "name value\n"; see run/cache.h */
	/* After each shadow was written, on the calling thread; or NULL.
	 * kept: how many of those done were not trained. */
	void (*progress)(void *ctx, size_t done, size_t kept);
	void *ctx;
};

/* What became of them. */
struct mia_shadows_tally {
	size_t kept; /* from the resume folder */
	/* Predictions of audited and aux originals, and how many were right. */
	uint64_t in, in_right, out, out_right;
};

/*
 * Trains the shadows, one a thread, and writes the header and their
 * predictions to w, in the order of the models and within one in the order in
 * which rows were read, while later ones still train.  The bytes do not depend
 * on threads, on resume, or on which models were asked for.  Model m fits with
 * the random stream (seed, m + 1).
 * Memory: the prepared data; a thread's model; per thread, predictions of
 * one model as numbers and of two as text.
 * Faults: those of the learner, named by shadow; of the folders; of w.
 */
int mia_shadows_run(const struct mia_shadows *o, struct mia_writer *w,
		    struct mia_shadows_tally *tally, struct mia_fault *f);

/*
 * Settings as lines of a manifest: learner and its settings, encoding, data,
 * seed, design, query.
 */
void mia_shadows_manifest(const struct mia_shadows *o,
			  const struct mia_design_opts *design,
			  const char *program, struct mia_buf *b);

#endif
