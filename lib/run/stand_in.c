#include "run/stand_in.h"

#include <inttypes.h>

#include "run/leave_out.h"

/* Its place in order. */
static int
find(const struct mia_answers *a, int64_t number, size_t *k,
     struct mia_fault *f)
{
	*k = 0;
	while (number != -1 && *k < a->shadows &&
	       a->shadow[a->order[*k]].number != number)
		++*k;
	if (*k == a->shadows)
		return mia_fail(f, MIA_USAGE,
				"--tune-shadow: there is no shadow %" PRId64,
				number);
	return 0;
}

static int
check_twins(const struct mia_answers *a, const struct mia_model_rows *shadow,
	    struct mia_fault *f)
{
	bool opposite;

	for (uint32_t t = 0; t < a->targets.n; t++)
		if (mia_answers_twins(a, &a->target[t], shadow, 1, &opposite))
			return mia_fail(
				f, MIA_DATA,
				"shadow %" PRId64 " was trained on just the %s "
				"of '%.*s', so tuning a on it is tuning on "
				"what is audited; give --tune-shadow another",
				shadow->number,
				opposite ? "non-members" : "members",
				MIA_QUOTE(mia_names_text(&a->targets, t)));
	return 0;
}

int
mia_stand_in(struct mia_bench *b, const struct mia_answers *a,
	     const struct mia_meta *m, int64_t number, int design,
	     struct mia_fault *f)
{
	struct mia_leave_out l;
	enum mia_leave how;
	struct mia_pick pick;
	size_t k;

	if (find(a, number, &k, f) != 0 ||
	    check_twins(a, &a->shadow[a->order[k]], f) != 0 ||
	    mia_leave_design(m, design, true, &how, f) != 0 ||
	    mia_leave_out_init(&l, a, how, f) != 0)
		return -1;
	pick = mia_leave_pick(&l, k);
	mia_bench_shadow(b, a, k, &pick, false);
	return 0;
}
