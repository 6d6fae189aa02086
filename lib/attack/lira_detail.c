#include "attack/lira_detail.h"

#include <math.h>

const char *const mia_lira_detail_name[MIA_LIRA_DETAILS] = {
	"n_in", "n_out", "mean_in", "sd_in", "mean_out", "sd_out", "dprime"};

static void
fill(const struct mia_moments *m, double *n, double *mean, double *sd)
{
	*n = (double)m->n;
	*mean = m->n > 0 ? m->mean : NAN;
	*sd = m->n > 0 ? sqrt(mia_moments_variance(m)) : NAN;
}

void
mia_lira_details(const struct mia_moments *in, const struct mia_moments *out,
		 size_t records, size_t views, double *const *cell)
{
	for (size_t i = 0; i < records; i++) {
		size_t e = i * views;

		fill(&in[e], &cell[0][i], &cell[2][i], &cell[3][i]);
		fill(&out[e], &cell[1][i], &cell[4][i], &cell[5][i]);
		cell[6][i] = mia_lira_dprime(&in[e], &out[e]);
	}
}
