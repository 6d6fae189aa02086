#include "attack/rmia_peers.h"

#include <stdlib.h>
#include <string.h>

#include "attack/rmia.h"
#include "base/mem.h"
#include "maths/roc.h"

static int
descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* Privacy Meter's own value for the inversion where a is 0. */
#define PM_INVERT .3

double
mia_rmia_pm_out(const double *p, const bool *in, size_t m, double a, double *v)
{
	size_t keep = m / 2 > 1 ? m / 2 : 1;
	double sum = 0;

	if (m == 1 && in[0]) {
		double b = a == 0 ? PM_INVERT : a;

		return (p[0] + b - 1) / b;
	}
	for (size_t k = 0; k < m; k++)
		v[k] = in[k] ? 0 : p[k];
	qsort(v, m, sizeof(*v), descending);
	for (size_t k = 0; k < keep; k++)
		sum += v[k];
	return sum / (double)keep;
}

double
mia_rmia_linear(double p, double out, double a)
{
	return p / (((1 + a) * out + (1 - a)) / 2);
}

double
mia_rmia_trimmed(double *v, size_t n, size_t drop)
{
	double sum = 0;

	qsort(v, n, sizeof(*v), descending);
	for (size_t k = drop; k < n - drop; k++)
		sum += v[k];
	return sum / (double)(n - 2 * drop);
}

size_t
mia_rmia_outer(const double *x, const double *z, size_t n, size_t views,
	       double gamma)
{
	size_t won = 0;

	for (size_t i = 0; i < n; i++) {
		size_t votes = 0;

		for (size_t v = 0; v < views; v++)
			votes += x[v] / z[i * views + v] > gamma;
		won += 2 * votes > views;
	}
	return won;
}

static double
pm_out(const double *v, size_t n_in, size_t n, double a)
{
	double *scratch = mia_alloc(n, sizeof(*scratch)), p;
	bool *in = mia_alloc(n, sizeof(*in));

	for (size_t k = 0; k < n_in; k++)
		in[k] = true;
	p = mia_rmia_pm_out(v, in, n, a, scratch);
	free(scratch);
	free(in);
	return p;
}

double
mia_rmia_peer_ratio(const struct mia_rmia_peer_rule *r, double p, double *v,
		    size_t n_in, size_t n_out)
{
	size_t n = n_in + n_out;
	double mean;

	if (r->peer == MIA_RMIA_PM)
		return mia_rmia_linear(p, pm_out(v, n_in, n, r->a), r->a);
	if (!r->online) {
		v += n_in;
		n = n_out;
	}
	mean = mia_rmia_trimmed(v, n, (size_t)mia_roc_allowed(r->trim, n));
	return r->online ? p / mean : mia_rmia_linear(p, mean, r->a);
}

void
mia_rmia_peer_take(void *ctx, size_t i, size_t view, double target, double *v,
		   size_t n_in, size_t n_out)
{
	const struct mia_rmia_peer_taker *t = ctx;

	for (size_t k = 0; k < n_in + n_out; k++)
		v[k] = mia_rmia_p(t->signal, v[k]);
	t->ratio[i * t->views + view] = mia_rmia_peer_ratio(
		&t->rule, mia_rmia_p(t->signal, target), v, n_in, n_out);
}

void
mia_rmia_pm_share(const double *x, size_t n, const double *z, size_t nz,
		  size_t views, double gamma, double *score)
{
	for (size_t i = 0; i < n; i++)
		score[i] = (double)mia_rmia_outer(x + i * views, z, nz, views,
						  gamma) /
			   (double)nz;
}

void
mia_rmia_rmia24_share(const double *x, const bool *member, size_t n,
		      size_t views, double gamma, double *score)
{
	double *z = mia_alloc(n * views, sizeof(*z));
	size_t nz = 0;

	for (size_t i = 0; i < n; i++)
		if (!member[i])
			memcpy(z + nz++ * views, x + i * views,
			       views * sizeof(*z));
	for (size_t i = 0; i < n; i++) {
		size_t own = !member[i];
		size_t won = mia_rmia_outer(x + i * views, z, nz, views, gamma);

		score[i] = (double)(won + own) / (double)(nz - own);
	}
	free(z);
}
