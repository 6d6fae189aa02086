#include "learn/learner.h"

/* One line a learner: the whole of what a new one changes. */
const struct mia_learner *const mia_learners[] = {
	&mia_forest,
	&mia_tree,
	&mia_logistic,
	&mia_mlp,
	NULL,
};
