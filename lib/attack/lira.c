#include "attack/lira.h"

#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "maths/tails.h"

/* Sums run over blocks of this many entries. */
#define BLOCK 4096

#define SQRT_HALF 0.70710678118654752440

bool
mia_lira_uses_in(const struct mia_lira_rule *r)
{
	return r->form == MIA_LIRA_ONLINE || r->form == MIA_LIRA_IN ||
	       r->form == MIA_LIRA_OFFSET || r->form == MIA_LIRA_OFFSET_IN;
}

bool
mia_lira_uses_out(const struct mia_lira_rule *r)
{
	return r->form != MIA_LIRA_IN && r->form != MIA_LIRA_OFFSET_IN &&
	       r->form != MIA_LIRA_GLOBAL;
}

double
mia_lira_dprime(const struct mia_moments *in, const struct mia_moments *out)
{
	double v = (mia_moments_unbiased(in) + mia_moments_unbiased(out)) / 2;

	if (in->n < 2 || out->n < 2 || v == 0)
		return NAN;
	return (in->mean - out->mean) / sqrt(v);
}

/* psi'(y) = x for y: Newton on 1/psi', which is convex and nearly straight.
 * Source: Smyth 2004, appendix. */
static double
trigamma_inverse(double x)
{
	double y;

	if (x > 1e7)
		return 1 / sqrt(x);
	if (x < 1e-6)
		return 1 / x;
	y = 0.5 + 1 / x;
	for (int i = 0; i < 50; i++) {
		double t = gsl_sf_psi_1(y);
		double step = t * (1 - t / x) / gsl_sf_psi_n(2, y);

		y += step;
		if (-step / y < 1e-13)
			break;
	}
	return y;
}

/*
 * One pass over the entries that a prior rests on.  With centre unset the
 * sums are of e and psi'(d/2); then of (e - centre)^2.
 */
struct prior_sums {
	double e, square, trigamma;
	uint64_t fitted, left_out;
};

static struct prior_sums
sum_prior(const struct mia_moments *m, size_t n, double centre)
{
	struct prior_sums all = {0};

	for (size_t from = 0; from < n; from += BLOCK) {
		size_t to = n - from < BLOCK ? n : from + BLOCK;
		struct prior_sums s = {0};

		for (size_t i = from; i < to; i++) {
			double d, e;

			if (m[i].n == 0)
				continue;
			if (m[i].n == 1 || !(m[i].m2 > 0)) {
				s.left_out++;
				continue;
			}
			d = (double)(m[i].n - 1) / 2;
			e = log(m[i].m2 / (2 * d)) - gsl_sf_psi(d) + log(d);
			s.e += e;
			s.square += (e - centre) * (e - centre);
			s.trigamma += gsl_sf_psi_1(d);
			s.fitted++;
		}
		all.e += s.e;
		all.square += s.square;
		all.trigamma += s.trigamma;
		all.fitted += s.fitted;
		all.left_out += s.left_out;
	}
	return all;
}

int
mia_lira_prior_fit(struct mia_lira_prior *p, const struct mia_moments *m,
		   size_t n, struct mia_fault *f)
{
	struct prior_sums s = sum_prior(m, n, 0);
	double k = (double)s.fitted, e, excess = 0;

	p->fitted = s.fitted;
	p->left_out = s.left_out;
	if (s.fitted == 0)
		return mia_fail(f, MIA_DATA,
				"no record has two different values under "
				"shadows of one kind, so there is no variance "
				"to learn from; train more shadows");
	e = s.e / k;
	if (s.fitted > 1)
		excess = sum_prior(m, n, e).square / (k - 1) - s.trigamma / k;
	if (!(excess > 0)) {
		p->df = INFINITY;
		p->variance = exp(e);
		return 0;
	}
	p->df = 2 * trigamma_inverse(excess);
	p->variance = exp(e + gsl_sf_psi(p->df / 2) - log(p->df / 2));
	return 0;
}

/* One side of the data as one rule sees it. */
struct side {
	const struct mia_moments *moments;
	const double *median; /* the centre, unless NULL */
	enum mia_lira_variance variance;
	double extra;
	bool empty_zero;
	double pooled; /* the deviation shared, or that which stands in for 0 */
	const struct mia_lira_prior *prior;
	uint64_t *zero;
};

/* Centre, deviation and degrees of freedom of one entry. */
struct bell {
	double centre, sd, df;
};

static double
centre_of(const struct side *s, size_t i)
{
	if (s->moments[i].n == 0)
		return s->empty_zero ? 0 : NAN;
	return s->median != NULL ? s->median[i] : s->moments[i].mean;
}

static struct bell
bell_of(const struct side *s, size_t i)
{
	const struct mia_moments *m = &s->moments[i];
	struct bell b = {centre_of(s, i), s->pooled, INFINITY};

	if (s->variance == MIA_LIRA_PER_RECORD) {
		double v = mia_moments_variance(m);

		if (v > 0 || s->extra > 0)
			b.sd = sqrt(v);
		else if (m->n > 0)
			++*s->zero;
	} else if (s->variance == MIA_LIRA_SHRUNKEN && m->n > 0) {
		double n = (double)m->n, v = s->prior->variance;

		b.df = s->prior->df + n - 1;
		if (!isinf(b.df))
			v = (s->prior->df * v + m->m2) / b.df;
		b.sd = sqrt(v * (1 + 1 / n));
	}
	b.sd += s->extra;
	return b;
}

static double
log_density(const struct bell *b, double t)
{
	return mia_t_log_density((t - b->centre) / b->sd, b->df) - log(b->sd);
}

/* Deviation of the distances of all values from their entry's centre. */
static double
residual_sd(const struct side *s, size_t n)
{
	double square = 0, sum = 0, count = 0, mean;

	for (size_t from = 0; from < n; from += BLOCK) {
		size_t to = n - from < BLOCK ? n : from + BLOCK;
		double sq = 0, su = 0;

		for (size_t i = from; i < to; i++) {
			const struct mia_moments *m = &s->moments[i];
			double shift;

			if (m->n == 0)
				continue;
			shift = m->mean - centre_of(s, i);
			sq += m->m2 + shift * shift * (double)m->n;
			su += shift * (double)m->n;
			count += (double)m->n;
		}
		square += sq;
		sum += su;
	}
	mean = count > 0 ? sum / count : 0;
	return count > 0 ? sqrt(fmax(square / count - mean * mean, 0)) : 0;
}

/* Over n entries: the sum of all values less from, or of their squares. */
static double
raw_sum(const struct mia_moments *m, size_t n, double from, bool squares)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		double k = (double)m[i].n, d = m[i].mean - from;

		sum += squares ? m[i].m2 + d * d * k : d * k;
	}
	return sum;
}

static double
raw_sums(const struct side *s, size_t n, double from, bool squares)
{
	double sum = 0;

	for (size_t i = 0; i < n; i += BLOCK)
		sum += raw_sum(s->moments + i, n - i < BLOCK ? n - i : BLOCK,
			       from, squares);
	return sum;
}

/* Distances are taken from a first value, so that equal values give 0. */
static double
raw_sd(const struct side *s, size_t n)
{
	double count = 0, mean = 0;

	for (size_t i = 0; i < n; i++) {
		if (count == 0)
			mean = s->moments[i].mean;
		count += (double)s->moments[i].n;
	}
	if (count == 0)
		return 0;
	mean += raw_sums(s, n, mean, false) / count;
	return sqrt(raw_sums(s, n, mean, true) / count);
}

/* Does some entry of this side need the deviation that stands in for 0? */
static bool
needs_stand_in(const struct side *s, size_t n)
{
	if (s->variance != MIA_LIRA_PER_RECORD || s->extra > 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s->moments[i].n > 0 && !(s->moments[i].m2 > 0))
			return true;
	return false;
}

/* Fits what all entries of a side share. */
static int
prepare(struct side *s, size_t n, struct mia_lira_prior *prior,
	struct mia_fault *f)
{
	if (s->variance == MIA_LIRA_SHRUNKEN) {
		s->prior = prior;
		return mia_lira_prior_fit(prior, s->moments, n, f);
	}
	if (s->variance == MIA_LIRA_POOLED || needs_stand_in(s, n))
		s->pooled = residual_sd(s, n);
	else if (s->variance != MIA_LIRA_PER_RECORD)
		s->pooled = raw_sd(s, n);
	else
		return 0;
	if (!(s->pooled + s->extra > 0))
		return mia_fail(f, MIA_DATA,
				"the values of each record under its shadows "
				"are all equal, so no deviation can be had; "
				"use --mode offline, or another signal");
	return 0;
}

static double
score_entry(const struct mia_lira *d, const struct mia_lira_rule *r,
	    const struct side *in, const struct side *out, size_t i)
{
	double t = d->target[i];
	struct bell a, b;

	switch (r->form) {
	case MIA_LIRA_GLOBAL:
		return t;
	case MIA_LIRA_OFFSET:
		return t - (centre_of(in, i) + centre_of(out, i)) / 2;
	case MIA_LIRA_OFFSET_IN:
		return t - centre_of(in, i);
	case MIA_LIRA_OFFSET_OUT:
		return t - centre_of(out, i);
	case MIA_LIRA_IN:
		a = bell_of(in, i);
		return log_density(&a, t);
	case MIA_LIRA_OUT:
		b = bell_of(out, i);
		return -log_density(&b, t);
	case MIA_LIRA_CDF:
		b = bell_of(out, i);
		return 0.5 * erfc((b.centre - t) / b.sd * SQRT_HALF);
	case MIA_LIRA_TAIL:
		b = bell_of(out, i);
		return d->sense *
		       mia_t_signed_tail((t - b.centre) / b.sd, b.df);
	case MIA_LIRA_ONLINE:
		break;
	}
	a = bell_of(in, i);
	b = bell_of(out, i);
	return log_density(&a, t) - log_density(&b, t);
}

/* Forms that take no deviation. */
static bool
bare(const struct mia_lira_rule *r)
{
	return r->form >= MIA_LIRA_OFFSET;
}

int
mia_lira_score(const struct mia_lira *d, const struct mia_lira_rule *r,
	       double *score, struct mia_lira_note *note, struct mia_fault *f)
{
	size_t n = d->records * d->views;
	struct side in = {.moments = d->in.moments,
			  .median = r->median ? d->in.median : NULL,
			  .variance = r->variance,
			  .extra = r->extra,
			  .empty_zero = r->empty_zero,
			  .zero = &note->zero_in};
	struct side out = in;

	*note = (struct mia_lira_note){0};
	out.moments = d->out.moments;
	out.median = r->median ? d->out.median : NULL;
	out.zero = &note->zero_out;
	if (!bare(r) && mia_lira_uses_in(r) &&
	    prepare(&in, n, &note->in, f) != 0)
		return -1;
	if (r->variance == MIA_LIRA_POOLED_RAW_IN)
		out.pooled = in.pooled;
	else if (!bare(r) && mia_lira_uses_out(r) &&
		 prepare(&out, n, &note->out, f) != 0)
		return -1;
	for (size_t i = 0; i < d->records; i++) {
		double sum = 0;

		for (size_t v = 0; v < d->views; v++)
			sum += score_entry(d, r, &in, &out, i * d->views + v);
		score[i] = sum / (double)d->views;
	}
	return 0;
}
