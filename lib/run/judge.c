#include "run/judge.h"

#include <math.h>
#include <stdlib.h>

#define CLOPPER_PEARSON	 "clopper-pearson"
#define ORDER_STATISTICS "order-statistics"
#define BETA_DELONG	 "beta-delong"
#define MOVER		 "mover-cp"

/* One set at work. */
struct work {
	const struct mia_judge *j;
	struct mia_figure blank; /* names and counts filled in */
	struct mia_roc roc;
	struct mia_auc auc;
	double a; /* 1 - level */
	bool lower;
	struct mia_judged *out;
	struct mia_fault *f;
};

static double
shown(const struct work *w, double threshold)
{
	return w->lower ? 0 - threshold : threshold;
}

static double
tpr(const struct work *w, struct mia_point p)
{
	return (double)p.tp / (double)w->roc.n1;
}

static double
fpr(const struct work *w, struct mia_point p)
{
	return (double)p.fp / (double)w->roc.n0;
}

/* A figure with its interval. */
static struct mia_figure
figure(const struct work *w, const char *metric, double value,
       struct mia_interval i, const char *method)
{
	struct mia_figure x = w->blank;

	x.metric = metric;
	x.value = value;
	x.lo = i.lo;
	x.hi = i.hi;
	x.level = w->j->level;
	x.method = method;
	return x;
}

static int
put(const struct work *w, const struct mia_figure *x)
{
	return mia_figure_write(w->j->metrics, x, w->f);
}

static int
write_number(const struct work *w, const char *metric, double value,
	     const char *note)
{
	struct mia_figure x = w->blank;

	x.metric = metric;
	x.value = value;
	x.note = note;
	return put(w, &x);
}

static int
write_counts(const struct work *w, const struct mia_set *set)
{
	if (write_number(w, "members", (double)set->n[1], NULL) != 0 ||
	    write_number(w, "nonmembers", (double)set->n[0], NULL) != 0)
		return -1;
	if (set->missing[0] + set->missing[1] > 0 &&
	    write_number(w, "missing",
			 (double)(set->missing[0] + set->missing[1]),
			 "dropped") != 0)
		return -1;
	if (set->n[0] == 0)
		return 0;
	return write_number(w, "resolution", 1 / (double)set->n[0], NULL);
}

static int
write_auc(struct work *w)
{
	struct mia_interval i =
		mia_interval_auc(w->auc.value, w->auc.size, w->a);
	struct mia_figure x = figure(w, "auc", w->auc.value, i, BETA_DELONG);

	w->out->auc = i;
	w->out->below_chance = i.hi < 0.5;
	if (w->out->below_chance)
		x.note = "below-chance";
	return put(w, &x);
}

/* The three figures of a false-positive rate. */
static int
write_rate(const struct work *w, double q)
{
	uint64_t most = mia_roc_allowed(q, w->roc.n0);
	struct mia_point p = mia_roc_at(&w->roc, most);
	struct mia_interval of_fpr = mia_interval_cp(p.fp, w->roc.n0, w->a);
	struct mia_figure x[3];

	/* With none allowed there is none: the error is all on one side. */
	if (most == 0)
		of_fpr.hi = mia_interval_cp_hi(0, w->roc.n0, w->a);
	x[0] = figure(w, "tpr_at_threshold", tpr(w, p),
		      mia_interval_cp(p.tp, w->roc.n1, w->a), CLOPPER_PEARSON);
	x[1] = figure(w, "fpr_at_threshold", fpr(w, p), of_fpr,
		      CLOPPER_PEARSON);
	x[2] = figure(w, "tpr_at_fpr", tpr(w, p), mia_roc_tpr(&w->roc, q, w->a),
		      ORDER_STATISTICS);
	for (int i = 0; i < 3; i++) {
		x[i].at = q;
		x[i].fpr = fpr(w, p);
		x[i].threshold = shown(w, p.threshold);
		if (most == 0)
			x[i].note = "below-resolution";
		if (put(w, &x[i]) != 0)
			return -1;
	}
	return 0;
}

/*
 * The greatest |tpr - fpr|, and the balanced accuracy (1 + tpr - fpr) / 2 of
 * the best threshold.  Their intervals take the threshold as given; it was
 * chosen on these very records.
 */
static int
write_extremes(const struct work *w)
{
	struct mia_point up, down;
	struct mia_interval i, d;
	struct mia_figure x;
	uint64_t n1 = w->roc.n1, n0 = w->roc.n0;
	double pairs = (double)(n1 * n0), gain, loss;

	mia_roc_extremes(&w->roc, &up, &down);
	/* tpr - fpr and fpr - tpr, rounded once. */
	gain = (double)(up.tp * n0 - up.fp * n1) / pairs;
	loss = (double)(down.fp * n1 - down.tp * n0) / pairs;
	i = mia_interval_gap(up.tp, n1, up.fp, n0, w->a);
	d = mia_interval_gap(down.fp, n0, down.tp, n1, w->a);
	x = loss > gain ? figure(w, "advantage", loss, d, MOVER)
			: figure(w, "advantage", gain, i, MOVER);
	x.fpr = fpr(w, loss > gain ? down : up);
	x.threshold = shown(w, (loss > gain ? down : up).threshold);
	x.note = "optimistic";
	if (put(w, &x) != 0)
		return -1;
	i = (struct mia_interval){(1 + i.lo) / 2, (1 + i.hi) / 2};
	x = figure(w, "balanced_accuracy",
		   (double)(n1 * n0 + up.tp * n0 - up.fp * n1) / (2 * pairs), i,
		   MOVER);
	x.fpr = fpr(w, up);
	x.threshold = shown(w, up.threshold);
	x.note = "optimistic";
	return put(w, &x);
}

/*
 * A verdict: value is the limit, lo and hi are the ends it rests on, n1 and
 * n0 the sample that decides: this one, or the one that would.  rate is NULL
 * for the AUC.
 */
static int
write_verdict(const struct work *w, struct mia_figure x, double limit,
	      const struct mia_rate_limit *rate)
{
	enum mia_limit v = mia_limit_judge(x.lo, x.hi, limit);
	struct mia_enough s = {0, 0};

	x.value = limit;
	x.note = mia_limit_word(v);
	w->out->met += v == MIA_LIMIT_MET;
	w->out->exceeded += v == MIA_LIMIT_EXCEEDED;
	w->out->not_shown += v == MIA_LIMIT_NOT_SHOWN;
	if (v != MIA_LIMIT_NOT_SHOWN)
		return put(w, &x);
	/* Of a side without records nothing can be foretold. */
	if (w->roc.n0 > 0 && rate == NULL)
		s = mia_limit_auc_sample(&w->auc, limit, w->a, w->j->verdicts);
	else if (w->roc.n0 > 0)
		s = mia_limit_tpr_sample(&w->roc, rate->fpr, limit, w->a,
					 w->j->verdicts);
	x.n1 = s.n0 > 0 ? (double)s.n1 : NAN;
	x.n0 = s.n0 > 0 ? (double)s.n0 : NAN;
	return put(w, &x);
}

/* Of a set with an empty side nothing is known: no limit is shown met. */
static int
write_verdicts(const struct work *w)
{
	const struct mia_judge *j = w->j;
	struct mia_interval i = {0, 1};
	struct mia_figure x;

	if (!isnan(j->max_auc)) {
		if (w->roc.n0 > 0)
			i = mia_limit_auc(&w->auc, w->a, j->verdicts);
		x = figure(w, "limit_auc", NAN, i, BETA_DELONG);
		if (write_verdict(w, x, j->max_auc, NULL) != 0)
			return -1;
	}
	for (size_t k = 0; k < j->n_max_tpr; k++) {
		const struct mia_rate_limit *l = &j->max_tpr[k];

		if (w->roc.n0 > 0)
			i = mia_limit_tpr(&w->roc, l->fpr, w->a, j->verdicts);
		x = figure(w, "limit_tpr_at_fpr", NAN, i, ORDER_STATISTICS);
		x.at = l->fpr;
		if (write_verdict(w, x, l->limit, l) != 0)
			return -1;
	}
	return 0;
}

int
mia_judge_roc_header(struct mia_writer *roc, struct mia_fault *f)
{
	static const char *const column[] = {"target", "attack",   "group",
					     "fpr",    "tpr",	   "lo",
					     "hi",     "threshold"};

	for (size_t i = 0; i < sizeof(column) / sizeof(*column); i++)
		mia_write_str(roc, column[i]);
	return mia_writer_row(roc, f);
}

static int
write_curve(const struct work *w)
{
	struct mia_writer *roc = w->j->roc;
	struct mia_point *list;
	size_t n;
	int rc = 0;

	mia_roc_curve(&w->roc, &list, &n);
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct mia_interval c =
			mia_interval_cp(list[i].tp, w->roc.n1, w->a);

		mia_write_text(roc, w->blank.target);
		mia_write_text(roc, w->blank.attack);
		mia_write_text(roc, w->blank.group);
		mia_write_num(roc, fpr(w, list[i]));
		mia_write_num(roc, tpr(w, list[i]));
		mia_write_num(roc, c.lo);
		mia_write_num(roc, c.hi);
		mia_write_num(roc, shown(w, list[i].threshold));
		rc = mia_writer_row(roc, w->f);
	}
	free(list);
	return rc;
}

int
mia_judge_set(const struct mia_judge *j, const struct mia_figure *what,
	      struct mia_set *set, bool lower, struct mia_judged *out,
	      struct mia_fault *f)
{
	struct work w = {.j = j,
			 .blank = *what,
			 .a = 1 - j->level,
			 .lower = lower,
			 .out = out,
			 .f = f};

	*out = (struct mia_judged){0};
	w.blank.n1 = (double)set->n[1];
	w.blank.n0 = (double)set->n[0];
	if (write_counts(&w, set) != 0)
		return -1;
	if (set->n[0] == 0 || set->n[1] == 0)
		return write_verdicts(&w);
	if (mia_roc_init(&w.roc, set->score[1], set->n[1], set->score[0],
			 set->n[0], f) != 0)
		return -1;
	w.auc = mia_roc_auc(&w.roc);
	if (write_auc(&w) != 0)
		return -1;
	for (size_t i = 0; i < j->n_at; i++)
		if (write_rate(&w, j->at[i]) != 0)
			return -1;
	if (write_extremes(&w) != 0 || write_verdicts(&w) != 0)
		return -1;
	return j->roc != NULL ? write_curve(&w) : 0;
}

int
mia_judge_correct(const struct mia_judge *j, const struct mia_figure *what,
		  const uint64_t judged[2], const uint64_t correct[2],
		  struct mia_fault *f)
{
	static const char *const metric[] = {"accuracy_nonmember",
					     "accuracy_member"};
	struct work w = {.j = j, .blank = *what, .a = 1 - j->level, .f = f};
	struct mia_figure x;
	double gap;

	for (int m = 1; m >= 0; m--) {
		if (judged[m] == 0)
			continue;
		x = figure(&w, metric[m],
			   (double)correct[m] / (double)judged[m],
			   mia_interval_cp(correct[m], judged[m], w.a),
			   CLOPPER_PEARSON);
		*(m == 1 ? &x.n1 : &x.n0) = (double)judged[m];
		if (put(&w, &x) != 0)
			return -1;
	}
	if (judged[0] == 0 || judged[1] == 0)
		return 0;
	/* Rounded once: .665 - .67 is -.005. */
	gap = ((double)(correct[1] * judged[0]) -
	       (double)(correct[0] * judged[1])) /
	      (double)(judged[0] * judged[1]);
	x = figure(&w, "accuracy_gap", gap,
		   mia_interval_gap(correct[1], judged[1], correct[0],
				    judged[0], w.a),
		   MOVER);
	x.n1 = (double)judged[1];
	x.n0 = (double)judged[0];
	return put(&w, &x);
}
