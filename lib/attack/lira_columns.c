#include "attack/lira_columns.h"

#include <string.h>

#include "base/buf.h"

int
mia_lira_choose(struct mia_lira_wanted *w, enum mia_lira_mode mode, bool any_in,
		size_t shadows, const int *sense, struct mia_fault *f)
{
	bool automatic = mode == MIA_LIRA_AUTO;

	w->online = automatic ? any_in : mode != MIA_LIRA_OFFLINE_ONLY;
	w->offline = automatic ? !any_in : mode != MIA_LIRA_ONLINE_ONLY;
	if (w->online && !any_in && !w->peers)
		return mia_fail(f, MIA_DATA,
				"no shadow was trained on an audited record, "
				"so there is no online attack; use --mode "
				"offline");
	for (size_t i = 0; i < w->signals; i++)
		if (w->offline && sense[i] == 0)
			return mia_fail(f, MIA_USAGE,
					"small sizes of '%s' speak for a "
					"member, which no one-sided test can "
					"see; use --mode online, or phi",
					w->signal[i]);
	if (w->variances == 0 && shadows >= MIA_LIRA_MANY)
		w->variances = 1u << MIA_LIRA_PER_RECORD;
	else if (w->variances == 0)
		w->variances = 1u << (w->signals > 1 ? MIA_LIRA_POOLED
						     : MIA_LIRA_SHRUNKEN);
	return 0;
}

static void
own(const struct mia_lira_wanted *w, bool online, unsigned variance,
    bool median, struct mia_lira_column *c)
{
	static const char *const word[] = {"per_record", "pooled", "pooled_raw",
					   "shrunken"};
	struct mia_buf b = {0};

	c->rule = (struct mia_lira_rule){
		.form = online ? MIA_LIRA_ONLINE : MIA_LIRA_TAIL,
		.variance = (enum mia_lira_variance)variance,
		.median = median};
	c->cut = w->equal_counts;
	mia_buf_format(&b, "score_lira_%s_%s%s", online ? "online" : "offline",
		       word[variance], median ? "_median" : "");
	for (size_t i = 0; i < w->signals; i++)
		if (w->signals > 1 || strcmp(w->signal[i], "phi") != 0)
			mia_buf_format(&b, "_%.20s", w->signal[i]);
	memcpy(c->name, mia_buf_string(&b), b.n + 1);
	mia_buf_free(&b);
}

size_t
mia_lira_columns(const struct mia_lira_wanted *w,
		 struct mia_lira_column column[MIA_LIRA_COLUMNS])
{
	static const struct mia_lira_rule *const peer[] = {
		mia_lira_carlini, mia_lira_tfp, mia_lira_sacro};
	size_t n = 0;

	for (unsigned p = 0; p < 3; p++)
		for (const struct mia_lira_rule *r = peer[p];
		     w->peers & 1u << p && r->name != NULL; r++) {
			struct mia_buf b = {0};

			column[n].rule = *r;
			column[n].cut = p == 0 || w->equal_counts;
			mia_buf_format(&b, "score_%s", r->name);
			memcpy(column[n++].name, mia_buf_string(&b), b.n + 1);
			mia_buf_free(&b);
		}
	if (w->peers)
		return n;
	for (unsigned off = 0; off < 2; off++)
		for (unsigned v = 0; v <= MIA_LIRA_SHRUNKEN; v++)
			for (unsigned m = 0; m < 2; m++)
				if ((off ? w->offline : w->online) &&
				    w->variances & 1u << v &&
				    w->centres & 1u << m)
					own(w, !off, v, m, &column[n++]);
	return n;
}
