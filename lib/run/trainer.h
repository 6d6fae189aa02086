#ifndef MIA_RUN_TRAINER_H
#define MIA_RUN_TRAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"
#include "io/reader.h"
#include "learn/model.h"
#include "run/records.h"

/* What is asked of a program that trains; NULL and 0: not said. */
struct mia_trainer_opts {
	const char *like;	/* a model file whose settings are taken over */
	const char *learner;	/* default: that of like, else "forest" */
	const char *const *set; /* "name=value" */
	size_t n_set;
	const char *const *category, *const *not_feature;
	size_t n_category, n_not_feature;
	const char *missing; /* text; default: that of like */
	bool values_given;   /* missing_values was said */
	enum mia_missing missing_values;
	const char *fit_part; /* parts the encoding is fitted on; "all" */
};

/*
 * Settings, encoding and all else that models of one data set share, as a
 * model without its fitted part.  With like the encoding is the target's own,
 * unless a learner that wants another scale, missing_values or fit_part ask
 * for a new one.
 */
struct mia_trainer {
	struct mia_model model;
	struct mia_buf notes; /* what differs from like: lines */
};

/*
 * Reads the records of r (into *s, freed by the caller even after a fault) and
 * settles everything.  seed and share are the caller's to set.
 * Faults: usage, an unknown learner or setting, a part; data, those of
 * mia_records_read, mia_model_load, mia_encoding_fit and _match; fewer than
 * two classes; with like, members here that are not those of the target.
 */
int mia_trainer_init(struct mia_trainer *t, const struct mia_trainer_opts *o,
		     struct mia_reader *r, struct mia_records *s,
		     struct mia_fault *f);
void mia_trainer_free(struct mia_trainer *t);

/* Appends " --learner=NAME --set=NAME=VALUE …", all settings, for a head. */
void mia_trainer_line(const struct mia_trainer *t, struct mia_buf *b);

#endif
