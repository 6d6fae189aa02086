#include "run/leave_out.h"

#include <string.h>

int
mia_leave_design(const struct mia_meta *m, int chosen, bool aux,
		 enum mia_leave *design, struct mia_fault *f)
{
	static const struct {
		const char *word;
		enum mia_leave design;
	} known[] = {{"coin", MIA_LEAVE_COIN},
		     {"balanced", MIA_LEAVE_BALANCED},
		     {"pairs", MIA_LEAVE_PAIRS},
		     {"draw", MIA_LEAVE_COIN},
		     {"aux", MIA_LEAVE_AUX}};
	struct mia_buf b = {0};
	int d = chosen;

	if (d < 0 && mia_meta_option(m, "train-shadow", "design", &b))
		for (d = aux ? 4 : 3; d >= 0; d--)
			if (strcmp(mia_buf_string(&b), known[d].word) == 0)
				break;
	mia_buf_free(&b);
	if (d < 0)
		return mia_fail(f, MIA_USAGE,
				"the input does not say how its shadows share "
				"the records out; give --design %s",
				MIA_LEAVE_DESIGNS);
	*design = known[d].design;
	return 0;
}

static int
fail_record(const struct mia_answers *s, uint32_t record, struct mia_fault *f,
	    const char *what)
{
	struct mia_text id = mia_names_text(&s->ids, record);

	return mia_fail(f, MIA_DATA, "record '%.*s' %s", MIA_QUOTE(id), what);
}

/* Is the record one of those the design shares out? */
static bool
judged(const struct mia_leave_out *l, const struct mia_answers *s,
       uint32_t record)
{
	return mia_answers_group(s, record) ==
	       (l->design == MIA_LEAVE_AUX ? MIA_GROUP_AUX : MIA_GROUP_AUDITED);
}

/* Every record in c of all M. */
static int
check_balanced(struct mia_leave_out *l, const struct mia_answers *s,
	       struct mia_fault *f)
{
	bool first = true;

	for (uint32_t i = 0; i < s->ids.n; i++) {
		size_t in = 0, seen = 0;

		if (!judged(l, s, i))
			continue;
		for (size_t k = 0; k < s->shadows; k++) {
			if (!mia_rows_seen(&s->shadow[k], i))
				continue;
			seen++;
			in += mia_rows_in(&s->shadow[k], i);
		}
		if (first)
			l->in = in;
		first = false;
		if (seen != l->models || in != l->in)
			return fail_record(
				s, i, f,
				"is not in as many models as the others, so "
				"the design is not balanced; give all shards, "
				"or --design coin if every membership was a "
				"coin of its own");
	}
	if (first)
		return mia_fail(f, MIA_DATA,
				"no shadow has a row of an aux record, and its "
				"members are among those; query the shadows "
				"for aux too");
	return 0;
}

/* Models 2j and 2j + 1 split the records. */
static int
check_pairs(const struct mia_leave_out *l, const struct mia_answers *s,
	    struct mia_fault *f)
{
	for (size_t k = 0; k < l->models; k += 2) {
		const struct mia_model_rows *a = &s->shadow[s->order[k]], *b;

		if (k + 1 == l->models)
			return mia_fail(f, MIA_DATA,
					"%zu models are not pairs; give all "
					"shards",
					l->models);
		b = &s->shadow[s->order[k + 1]];
		for (uint32_t i = 0; i < s->ids.n; i++)
			if (judged(l, s, i) &&
			    (!mia_rows_seen(a, i) || !mia_rows_seen(b, i) ||
			     mia_rows_in(a, i) == mia_rows_in(b, i)))
				return fail_record(
					s, i, f,
					"is not in just one model of each "
					"pair; give all shards, and --design "
					"only if the head is lost");
	}
	return 0;
}

int
mia_leave_out_init(struct mia_leave_out *l, const struct mia_answers *s,
		   enum mia_leave design, struct mia_fault *f)
{
	*l = (struct mia_leave_out){design, s->shadows, 0};
	if (design == MIA_LEAVE_BALANCED || design == MIA_LEAVE_AUX)
		return check_balanced(l, s, f);
	if (design == MIA_LEAVE_PAIRS)
		return check_pairs(l, s, f);
	return 0;
}

struct mia_pick
mia_leave_pick(const struct mia_leave_out *l, size_t k)
{
	struct mia_pick p = MIA_PICK_ALL;

	p.skip = k;
	p.aux = l->design == MIA_LEAVE_AUX;
	if (l->design == MIA_LEAVE_PAIRS)
		p.partner = k ^ 1;
	if (l->design == MIA_LEAVE_BALANCED || l->design == MIA_LEAVE_AUX) {
		p.max_in = l->in > 0 ? l->in - 1 : 0;
		p.max_out = l->models > l->in ? l->models - l->in - 1 : 0;
	}
	return p;
}
