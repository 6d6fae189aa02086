#ifndef MIA_ATTACK_RMIA_H
#define MIA_ATTACK_RMIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/text.h"

/*
 * The robust membership inference attack (Zarifzadeh, Liu, Shokri, ICML 2024);
 * rmia_likes.h makes its scores and those of its kin.  All in the log domain:
 * l is the log of the probability p a model gives to the true class of a
 * record, so nothing underflows at any margin.
 *
 *   R_x = p_target(x) / p(x)        p(x): what any model would say of x
 *   rank = share of the z in the population with R_x / R_z > gamma
 *
 * For one view the rank is a step function of log R_x: z and gamma never
 * change the order of the records, but a finite population ties them.  So
 * log R_x is the score.
 */

/* What a signal is to p. */
enum mia_rmia_signal {
	MIA_RMIA_LOSS,	/* p = exp(-x) */
	MIA_RMIA_PHI,	/* p = 1/(1 + exp(-x)) */
	MIA_RMIA_CONF,	/* p = x, which is at most 1 */
	MIA_RMIA_OTHER, /* p = x, any size: a soft margin, say */
};

/* That of the signal of this name. */
enum mia_rmia_signal mia_rmia_signal(struct mia_text name);

/*
 * log p of the value x.  0 is raised to MIA_SIGNAL_FLOOR.  Returns 0, 1 if it
 * was, or -1 if x is no p: negative, or of loss, phi and conf above
 * 1 + MIA_SIGNAL_SUM_SLACK.
 */
int mia_rmia_log(enum mia_rmia_signal s, double x, double *l);
/* p itself, whatever x is. */
double mia_rmia_p(enum mia_rmia_signal s, double x);

/*
 * log of the mean of exp(v[i]) over n > 0 values, without the drop lowest and
 * the drop highest of them (2 drop < n).  -inf counts as p = 0.  The relative
 * error of the mean stays at rounding, near p = 1 as near 0.
 * v is sorted if drop > 0.
 */
double mia_rmia_log_mean(double *v, size_t n, size_t drop);

/* log of (p_in + p_out) / 2: p(x) online, from logs of the means over the
 * models with and without x, each kind given half, however many there are. */
double mia_rmia_online(double log_in, double log_out);

/*
 * log of ((1 + a) p_out + (1 - a)) / 2: p(x) offline, and of the population
 * (Zarifzadeh et al.: p_in is taken to be a p_out + 1 - a).
 * a in [0, 1].  -inf only if a is 1 and p_out 0.
 */
double mia_rmia_offline(double log_out, double a);

/*
 * That relation turned round: log of p_out = (p_in + a - 1) / a, for a record
 * that every shadow was trained on; -inf, p_out = 0, where it would be below.
 * a in (0, 1].
 */
double mia_rmia_invert(double log_in, double a);

/*
 * log R_x from the two logs.  Where neither model nor target gives x a
 * chance (-inf, -inf), the ratio is 1.
 */
double mia_rmia_ratio(double log_target, double log_p);

/*
 * A population, its log R in views, ready for ranks.  Sorted once; with
 * several views it also holds bit sets of the z below every 512th value, so
 * a rank costs O(log n) for one view, O(views (n/64 + 512)) for several.
 */
struct mia_rmia_population {
	size_t n, views, words, marks;
	double *sorted;	  /* [views][n] */
	uint32_t *who;	  /* [views][n] number of that z; several views */
	uint64_t *below;  /* [views][marks][words] */
	uint64_t *planes; /* scratch for the votes */
	size_t depth;
};

/* ratio[n][views] is log R_z, no NaN; n > 0. */
void mia_rmia_population_init(struct mia_rmia_population *z,
			      const double *ratio, size_t n, size_t views);
void mia_rmia_population_free(struct mia_rmia_population *z);

/*
 * The share of the population that x, with log R_x in ratio[views], is above
 * by more than log_gamma: in more than half of the views (a tie is a no).
 * Equal is not above.
 */
double mia_rmia_rank(struct mia_rmia_population *z, const double *ratio,
		     double log_gamma);

/*
 * The a among 0, .1, ..., 1 for which log R (mean over views) tells best,
 * by AUC, which records a model was trained on; of equals the smallest.
 *   target, out [n][views]  logs of p under that model, and of the mean over
 *                           models without the record
 *   member[n]
 * Only for a shadow in a target's place: on the audited target's own labels
 * it would be peeking.
 * Faults: data, if there is no member or no other.
 */
struct mia_rmia_tuned {
	double a, auc;
};

int mia_rmia_tune(const double *target, const double *out, const bool *member,
		  size_t n, size_t views, struct mia_rmia_tuned *best,
		  struct mia_fault *f);

/*
 * Other tools' scores to the letter, from p, not its log: p may be anything
 * finite, as a Taylor soft margin is.
 */

/* What stands for p_out in Privacy Meter 2: of m models, the m/2 with
 * the largest p, where those with in[k] count as 0; with one model that saw x,
 * the relation turned round (a .3 for a = 0).  v[m] is scratch. */
double mia_rmia_pm_out(const double *p, const bool *in, size_t m, double a,
		       double *v);
/* p / (((1 + a) out + (1 - a)) / 2) */
double mia_rmia_linear(double p, double out, double a);
/* The mean of v[n] without the drop lowest and highest; v is sorted. */
double mia_rmia_trimmed(double *v, size_t n, size_t drop);
/* Of z[n][views], those with x / z > gamma in most views.  O(n views). */
size_t mia_rmia_outer(const double *x, const double *z, size_t n, size_t views,
		      double gamma);

#endif
