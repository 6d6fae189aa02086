#include "run/answers_each.h"

#include "base/num.h"

static int
each(const struct mia_answers *a, const struct mia_model_rows *m,
     struct mia_text name, int (*take)(void *, double), void *ctx,
     const char *why, struct mia_fault *f)
{
	for (uint32_t i = 0; i < a->ids.n; i++) {
		struct mia_text id = mia_names_text(&a->ids, i);

		for (size_t v = 0; mia_rows_seen(m, i) && v < a->views; v++) {
			double x = mia_answers_value(a, m, i, v, 0);

			if (take(ctx, x) < 0)
				return mia_fail(f, MIA_DATA,
						"record '%.*s' has %g as '%s' "
						"under model '%.*s', %s",
						MIA_QUOTE(id), x,
						a->o.signal[0], MIA_QUOTE(name),
						why);
		}
	}
	return 0;
}

int
mia_answers_each(const struct mia_answers *a, int (*take)(void *, double),
		 void *ctx, const char *why, struct mia_fault *f)
{
	char number[MIA_NUM_MAX];

	for (uint32_t t = 0; t < a->targets.n; t++)
		if (each(a, &a->target[t], mia_names_text(&a->targets, t), take,
			 ctx, why, f) != 0)
			return -1;
	for (size_t k = 0; k < a->shadows; k++) {
		struct mia_text name = {number, 0};

		name.n = mia_num_int(number, a->shadow[k].number);
		if (each(a, &a->shadow[k], name, take, ctx, why, f) != 0)
			return -1;
	}
	return 0;
}
