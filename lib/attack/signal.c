#include "attack/signal.h"

#include <math.h>
#include <stdbool.h>

#define BIT(s) (1u << (s))
/* Sums and products of bigger logits would overflow. */
#define HUGE 1e300

#define ENTROPIES (BIT(MIA_SIGNAL_ENTROPY) | BIT(MIA_SIGNAL_MENTROPY))

const char *const mia_signal_name[MIA_SIGNALS] = {
	[MIA_SIGNAL_LOSS] = "loss",	    [MIA_SIGNAL_PHI] = "phi",
	[MIA_SIGNAL_CORRECT] = "correct",   [MIA_SIGNAL_HINGE] = "hinge",
	[MIA_SIGNAL_CONF] = "conf",	    [MIA_SIGNAL_MARGIN] = "margin",
	[MIA_SIGNAL_ENTROPY] = "entropy",   [MIA_SIGNAL_MENTROPY] = "mentropy",
	[MIA_SIGNAL_RESIDUAL] = "residual",
};

int
mia_signal_find(struct mia_text name)
{
	for (int s = 0; s < MIA_SIGNALS; s++)
		if (mia_text_is(name, mia_signal_name[s]))
			return s;
	return -1;
}

int
mia_signal_sense(struct mia_text name)
{
	switch (mia_signal_find(name)) {
	case MIA_SIGNAL_LOSS:
	case MIA_SIGNAL_ENTROPY:
	case MIA_SIGNAL_MENTROPY:
		return -1;
	case MIA_SIGNAL_RESIDUAL:
		return 0;
	default:
		return 1;
	}
}

/* log(1 + e^x). */
static double
softplus(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* One class against the others. */
struct odds {
	size_t rival; /* the largest of the others */
	double phi;   /* log of p / sum of the others; may be infinite */
	double told;  /* the same with the floor in it */
	double hinge; /* log of p / p_rival; logits: may be infinite */
};

/* A row of answers: v holds logits or probabilities. */
struct answer {
	const double *v;
	size_t k;
	bool logits;
	double floor, far; /* far: what stands for an infinite log-odds */
	bool floored;
};

static size_t
largest_other(const struct answer *a, size_t c)
{
	size_t best = c == 0 ? 1 : 0;

	for (size_t j = best + 1; j < a->k; j++)
		if (j != c && a->v[j] > a->v[best])
			best = j;
	return best;
}

static double
raise_to(double p, struct answer *a)
{
	if (p >= a->floor)
		return p;
	a->floored = true;
	return a->floor;
}

static double
finite(double x, struct answer *a)
{
	if (!isinf(x))
		return x;
	a->floored = true;
	return copysign(a->far, x);
}

/* Exact, or infinite: the others' sum is taken relative to the largest of them,
 * so its logarithm is that one's plus log1p of what the rest add. */
static struct odds
logit_odds(struct answer *a, size_t c)
{
	const double *z = a->v;
	struct odds o = {.rival = largest_other(a, c)};
	double top = z[o.rival], rest = 0;

	for (size_t j = 0; j < a->k && top != -INFINITY; j++)
		if (j != c && j != o.rival)
			rest += exp(z[j] - top);
	o.hinge = top == -INFINITY ? INFINITY : z[c] - top;
	o.phi = o.hinge - log1p(rest);
	o.told = finite(o.phi, a);
	return o;
}

static struct odds
prob_odds(struct answer *a, size_t c)
{
	const double *p = a->v;
	struct odds o = {.rival = largest_other(a, c)};
	double own = raise_to(p[c], a), others = 0, lifted;

	for (size_t j = 0; j < a->k; j++)
		if (j != c)
			others += p[j];
	lifted = raise_to(others, a);
	o.told = o.phi = log(own / lifted);
	if (own != p[c] || lifted != others)
		o.phi = log(p[c] / others);
	o.hinge = log(own / fmax(p[o.rival], a->floor));
	return o;
}

static struct odds
odds_of(struct answer *a, size_t c)
{
	return a->logits ? logit_odds(a, c) : prob_odds(a, c);
}

/* Probability of class j, given the largest class and its log-odds. */
static double
prob_of(const struct answer *a, size_t j, size_t top, double p_top)
{
	return a->logits ? exp(a->v[j] - a->v[top]) * p_top : a->v[j];
}

/*
 * entropy and mentropy.  Only the largest class can have p > 1/2, so 1 - p is
 * exact for every other one; for the largest both log p and log(1 - p)
 * come from its log-odds.
 */
static void
entropies(struct answer *a, size_t y, const struct odds *own,
	  double out[MIA_SIGNALS])
{
	size_t top = own->hinge >= 0 ? y : own->rival;
	struct odds o = top == y ? *own : odds_of(a, top);
	double p_top = 1 / (1 + exp(-o.phi)), entropy, mentropy;

	entropy = p_top * softplus(-o.phi);
	mentropy = top == y ? softplus(-o.phi) / (1 + exp(o.phi))
			    : p_top * softplus(o.told);
	for (size_t j = 0; j < a->k; j++) {
		double p;

		if (j == top)
			continue;
		p = prob_of(a, j, top, p_top);
		if (p > 0)
			entropy -= p * log(p);
		if (j == y)
			mentropy += (1 - p) * softplus(-own->told);
		else
			mentropy -= p * log1p(-p);
	}
	out[MIA_SIGNAL_ENTROPY] = entropy;
	out[MIA_SIGNAL_MENTROPY] = mentropy;
}

int
mia_signal_check_logits(const double *z, size_t k, struct mia_fault *f)
{
	size_t low = 0, high = 0;

	for (size_t j = 0; j < k; j++) {
		if (isnan(z[j]))
			return mia_fail(f, MIA_DATA,
					"a logit is not a number; mend the "
					"model or drop the row");
		if (fabs(z[j]) > HUGE && !isinf(z[j]))
			return mia_fail(f, MIA_DATA,
					"a logit is %g, too big to reckon "
					"with; scale the logits",
					z[j]);
		low += z[j] == -INFINITY;
		high += z[j] == INFINITY;
	}
	if (high > 1)
		return mia_fail(f, MIA_DATA,
				"%zu logits are inf; at most one class can "
				"be certain",
				high);
	if (low == k)
		return mia_fail(f, MIA_DATA,
				"every logit is -inf; at least one class "
				"needs some probability");
	return 0;
}

int
mia_signal_logits(const double *z, size_t k, size_t y, double floor,
		  unsigned want, double out[MIA_SIGNALS], struct mia_fault *f)
{
	struct answer a = {z, k, true, floor, -log(floor), false};
	struct odds o;
	double e;

	if (mia_signal_check_logits(z, k, f) != 0)
		return -1;
	o = logit_odds(&a, y);
	out[MIA_SIGNAL_LOSS] = softplus(-o.told);
	out[MIA_SIGNAL_PHI] = o.told;
	out[MIA_SIGNAL_HINGE] = finite(o.hinge, &a);
	out[MIA_SIGNAL_CORRECT] = z[y] > z[o.rival];
	if (want & (BIT(MIA_SIGNAL_CONF) | BIT(MIA_SIGNAL_MARGIN))) {
		e = exp(-fabs(o.phi));
		out[MIA_SIGNAL_CONF] = (o.phi < 0 ? e : 1) / (1 + e);
		/* p_y - p_rival, the larger of the two in front */
		if (o.hinge >= 0)
			out[MIA_SIGNAL_MARGIN] =
				-out[MIA_SIGNAL_CONF] * expm1(-o.hinge);
		else
			out[MIA_SIGNAL_MARGIN] =
				expm1(o.hinge) /
				(1 + exp(-logit_odds(&a, o.rival).phi));
	}
	if (want & ENTROPIES)
		entropies(&a, y, &o, out);
	return a.floored;
}

double
mia_signal_sum(const double *p, size_t k)
{
	double s = 0;

	for (size_t j = 0; j < k; j++)
		s += p[j];
	return s;
}

int
mia_signal_check_probs(const double *p, size_t k, struct mia_fault *f)
{
	for (size_t j = 0; j < k; j++)
		if (!(p[j] >= 0 && p[j] <= 1 + MIA_SIGNAL_SUM_SLACK))
			return mia_fail(f, MIA_DATA,
					"%.6g is not a probability; logits go "
					"in columns z_CLASS",
					p[j]);
	return 0;
}

int
mia_signal_probs(const double *p, size_t k, size_t y, double floor,
		 unsigned want, double out[MIA_SIGNALS], struct mia_fault *f)
{
	struct answer a = {p, k, false, floor, -log(floor), false};
	struct odds o;

	if (mia_signal_check_probs(p, k, f) != 0)
		return -1;
	o = prob_odds(&a, y);
	out[MIA_SIGNAL_LOSS] = softplus(-o.told);
	out[MIA_SIGNAL_PHI] = o.told;
	out[MIA_SIGNAL_HINGE] = o.hinge;
	out[MIA_SIGNAL_CORRECT] = p[y] > p[o.rival];
	out[MIA_SIGNAL_CONF] = p[y];
	out[MIA_SIGNAL_MARGIN] = p[y] - p[o.rival];
	if (want & ENTROPIES)
		entropies(&a, y, &o, out);
	return a.floored;
}

int
mia_signal_residual(double response, double prediction, double floor,
		    double out[MIA_SIGNALS])
{
	double r = response - prediction;

	out[MIA_SIGNAL_RESIDUAL] = r;
	out[MIA_SIGNAL_LOSS] = r * r;
	out[MIA_SIGNAL_PHI] = -2 * log(fmax(fabs(r), floor));
	return fabs(r) < floor;
}
