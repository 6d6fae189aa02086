#include "attack/rmia_columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct list {
	const char *signal;
	struct mia_rmia_column *column;
	size_t n;
};

static void
add(struct list *l, bool wanted, const char *word, enum mia_rmia_form form,
    bool rank)
{
	struct mia_rmia_column *c;

	if (!wanted)
		return;
	c = &l->column[l->n++];
	c->form = form;
	c->rank = rank;
	snprintf(c->name, sizeof(c->name), "%s%s%.30s", word,
		 l->signal != NULL ? "_" : "",
		 l->signal != NULL ? l->signal : "");
}

size_t
mia_rmia_columns(const struct mia_rmia_wanted *w,
		 struct mia_rmia_column column[MIA_RMIA_COLUMNS])
{
	struct list l = {w->signal, column, 0};

	switch (w->peer) {
	case MIA_RMIA_PM:
		add(&l, true, "score_pm", MIA_RMIA_OFFLINE, false);
		return l.n;
	case MIA_RMIA_RMIA24:
		add(&l, w->online, "score_rmia24_online", MIA_RMIA_ONLINE,
		    false);
		add(&l, w->offline, "score_rmia24_offline", MIA_RMIA_OFFLINE,
		    false);
		return l.n;
	case MIA_RMIA_OURS:
		break;
	}
	add(&l, w->online, "score_rmia_online", MIA_RMIA_ONLINE, false);
	add(&l, w->offline, "score_rmia_offline", MIA_RMIA_OFFLINE, false);
	add(&l, w->rank && w->online, "rank_rmia_online", MIA_RMIA_ONLINE,
	    true);
	add(&l, w->rank && w->offline, "rank_rmia_offline", MIA_RMIA_OFFLINE,
	    true);
	add(&l, w->base, "score_base", MIA_RMIA_BASE, false);
	add(&l, w->calibrated, "score_calibrated", MIA_RMIA_CALIBRATED, false);
	return l.n;
}

bool
mia_rmia_columns_rank(const struct mia_rmia_column *column, size_t n)
{
	for (size_t c = 0; c < n; c++)
		if (column[c].rank)
			return true;
	return false;
}

bool
mia_rmia_columns_form(const struct mia_rmia_column *column, size_t n,
		      enum mia_rmia_form form)
{
	for (size_t c = 0; c < n; c++)
		if (column[c].form == form)
			return true;
	return false;
}

bool
mia_rmia_columns_enough(const struct mia_rmia_column *column, size_t n,
			const struct mia_rmia_likes *x,
			const struct mia_rmia_rule *r)
{
	for (size_t c = 0; c < n; c++)
		for (size_t i = 0; i < x->n; i++)
			if (!mia_rmia_likes_enough(x, i, column[c].form, r))
				return false;
	return true;
}

void
mia_rmia_column_score(const struct mia_rmia_column *c,
		      const struct mia_rmia_likes *x,
		      const struct mia_rmia_rule *r,
		      struct mia_rmia_population *z, double gamma,
		      double *score)
{
	double *ratio = mia_alloc(x->views, sizeof(*ratio));

	for (size_t i = 0; i < x->n; i++) {
		score[i] = mia_rmia_likes_ratio(x, i, c->form, r, ratio);
		if (c->rank && !isnan(score[i]))
			score[i] = mia_rmia_rank(z, ratio, log(gamma));
	}
	free(ratio);
}

const char *const mia_rmia_detail_name[MIA_RMIA_DETAILS] = {
	"n_in", "n_out", "log_p_in", "log_p_out", "a", "population"};

void
mia_rmia_details(const struct mia_rmia_likes *x, double a, size_t population,
		 double *const *cell)
{
	for (size_t i = 0; i < x->n; i++) {
		cell[0][i] = (double)x->n_in[i];
		cell[1][i] = (double)x->n_out[i];
		cell[2][i] = x->in[i * x->views];
		cell[3][i] = x->out[i * x->views];
		cell[4][i] = a;
		cell[5][i] = (double)population;
	}
}
