/*
 * plan-audit: before anything is trained, how many records show a limit met
 * or exceeded, and what a sample of a given size can show.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "front/opts.h"
#include "io/figure.h"
#include "io/writer.h"
#include "maths/epsilon.h"
#include "maths/power.h"
#include "maths/roc.h"

struct opts {
	double auc, max_auc, tpr, fpr, max_tpr; /* NaN: not given */
	double level, power, ratio, delta;
	int64_t members, nonmembers, verdicts; /* members 0: not given */
	bool gate;			       /* --power was given */
};

/* The rates and shares options take; farther out nothing is left to plan. */
#define LEAST 1e-9
#define MOST  (1 - 1e-9)

struct work {
	const struct mia_command *c;
	const struct opts *o;
	struct mia_writer *w;
	bool falls_short;
	struct mia_fault *f;
};

/* What is asked of one figure, and how its rows are called. */
struct question {
	struct mia_power p;
	bool limited;
	const char *name, *method;
	const char *figure, *width, *limit, *power, *members, *nonmembers;
};

static int
put(const struct work *w, struct mia_figure x)
{
	return mia_figure_write(w->w, &x, w->f);
}

static struct mia_figure
figure(const char *metric, double value, const char *note)
{
	struct mia_figure x = mia_figure_empty;

	x.metric = metric;
	x.value = value;
	x.note = note;
	return x;
}

/* A figure of the question, of this sample. */
static struct mia_figure
of(const struct question *q, struct mia_power_size s, const char *metric,
   double value, const char *note)
{
	struct mia_figure x = figure(metric, value, note);

	x.at = q->p.fpr;
	x.n1 = s.n0 > 0 ? (double)s.n1 : NAN;
	x.n0 = s.n0 > 0 ? (double)s.n0 : NAN;
	return x;
}

static int
write_ends(const struct work *w, const struct question *q,
	   struct mia_power_size s, struct mia_figure x, bool verdict)
{
	struct mia_interval i = {NAN, NAN};

	if (s.n0 > 0)
		i = mia_power_interval(&q->p, s.n1, s.n0, verdict);
	x.lo = i.lo;
	x.hi = i.hi;
	x.level = w->o->level;
	x.method = q->method;
	if (put(w, x) != 0)
		return -1;
	if (verdict || s.n0 == 0)
		return 0;
	x = of(q, s, q->width, i.hi - i.lo, NULL);
	x.level = w->o->level;
	x.method = q->method;
	return put(w, x);
}

static int
write_power(struct work *w, const struct question *q, struct mia_power_size s)
{
	bool met = mia_power_aim(&q->p) == MIA_LIMIT_MET;
	/* Never a verdict's own word: nothing has been judged. */
	const char *aim = met ? "planned-met" : "planned-exceeded";
	double value = s.n0 > 0 ? mia_power_chance(&q->p, s.n1, s.n0) : NAN;
	struct mia_figure x = of(q, s, q->limit, q->p.limit, aim);

	if (write_ends(w, q, s, x, true) != 0)
		return -1;
	x = of(q, s, q->power, value, s.n0 > 0 ? aim : "out-of-reach");
	x.level = w->o->level;
	x.method = "binormal";
	if (s.n0 == 0 || (w->o->gate && value < w->o->power))
		w->falls_short = true;
	if (s.n0 > 0)
		mia_say(w->c,
			"%s: %" PRIu64 " members and %" PRIu64
			" non-members show the limit %s with a chance of %.3g",
			q->name, s.n1, s.n0, aim + strlen("planned-"), value);
	else
		mia_say(w->c, "%s: no sample shows the limit %s", q->name,
			aim + strlen("planned-"));
	return put(w, x);
}

static int
answer(struct work *w, const struct question *q)
{
	const struct opts *o = w->o;
	bool given = o->members > 0;
	struct mia_power_size s = {(uint64_t)o->members,
				   (uint64_t)o->nonmembers};
	const char *note = given ? "given" : "needed";

	if (!given)
		s = mia_power_sample(&q->p, o->power, o->ratio);
	if (s.n0 == 0)
		note = "out-of-reach";
	if (put(w, of(q, s, q->members, s.n0 > 0 ? (double)s.n1 : NAN, note)) ||
	    put(w,
		of(q, s, q->nonmembers, s.n0 > 0 ? (double)s.n0 : NAN, note)))
		return -1;
	if (write_ends(w, q, s,
		       of(q, s, q->figure,
			  isnan(q->p.auc) ? q->p.tpr : q->p.auc, "assumed"),
		       false) != 0)
		return -1;
	return q->limited ? write_power(w, q, s) : 0;
}

/* What a sample or a rate comes to whatever the figures are. */
static int
write_counts(const struct work *w)
{
	const struct opts *o = w->o;
	double a = 1 - o->level;
	struct mia_figure x[5];
	int n = 0;

	if (!isnan(o->fpr)) {
		x[n++] = figure("plan_nonmembers_vertex",
				(double)mia_power_vertex(o->fpr), NULL);
		x[n] = figure("plan_nonmembers_fpr",
			      (double)mia_power_none(o->fpr, a), NULL);
		x[n].level = o->level;
		x[n++].method = "clopper-pearson";
		x[0].at = x[1].at = o->fpr;
	}
	if (o->members > 0) {
		uint64_t n1 = (uint64_t)o->members;
		uint64_t n0 = (uint64_t)o->nonmembers;

		x[n++] = figure("plan_resolution", 1 / (double)n0, NULL);
		x[n] = figure("plan_fpr_floor", mia_interval_cp_hi(0, n0, a),
			      NULL);
		x[n].level = o->level;
		x[n++].method = "clopper-pearson";
		x[n] = figure("plan_epsilon_ceiling",
			      mia_epsilon_ceiling(n1, n0, o->delta, a), NULL);
		x[n].level = o->level;
		x[n].delta = o->delta;
		x[n++].method = "ranks";
		for (int i = n - 3; i < n; i++) {
			x[i].n1 = (double)n1;
			x[i].n0 = (double)n0;
		}
	}
	for (int i = 0; i < n; i++)
		if (put(w, x[i]) != 0)
			return -1;
	return 0;
}

static int
write_all(struct work *w)
{
	const struct opts *o = w->o;
	struct mia_power base = {.auc = NAN,
				 .tpr = NAN,
				 .fpr = NAN,
				 .a = 1 - o->level,
				 .j = (uint64_t)o->verdicts};
	struct question q;

	if (mia_writer_begin(w->w, "metrics", NULL, w->c->tool_line, w->f) ||
	    mia_figure_header(w->w, w->f) || write_counts(w))
		return -1;
	q = (struct question){base,
			      !isnan(o->max_auc),
			      "AUC",
			      "beta-delong",
			      "plan_auc",
			      "plan_width_auc",
			      "plan_limit_auc",
			      "plan_power_auc",
			      "plan_members_auc",
			      "plan_nonmembers_auc"};
	q.p.auc = o->auc;
	q.p.limit = o->max_auc;
	if (!isnan(o->auc) && answer(w, &q) != 0)
		return -1;
	q = (struct question){base,
			      !isnan(o->max_tpr),
			      "TPR",
			      "order-statistics",
			      "plan_tpr_at_fpr",
			      "plan_width_tpr_at_fpr",
			      "plan_limit_tpr_at_fpr",
			      "plan_power_tpr_at_fpr",
			      "plan_members_tpr_at_fpr",
			      "plan_nonmembers_tpr_at_fpr"};
	q.p.tpr = o->tpr;
	q.p.fpr = o->fpr;
	q.p.limit = o->max_tpr;
	if (!isnan(o->tpr) && answer(w, &q) != 0)
		return -1;
	return mia_writer_end(w->w, NULL, w->f);
}

/* A figure wants a limit, or a sample to be judged. */
static void
check_figure(const struct mia_command *c, const struct opts *o, double x,
	     double limit, const char *name, const char *max)
{
	if (isnan(x) && !isnan(limit))
		mia_opts_bad(c, "--%s limits --%s; give what you expect of it",
			     max, name);
	if (!isnan(x) && isnan(limit) && o->members == 0)
		mia_opts_bad(c,
			     "--%s: nothing is asked of it; give --%s, or "
			     "--members and --nonmembers",
			     name, max);
	if (x == limit)
		mia_opts_bad(c,
			     "--%s: a figure at its limit is never shown to be "
			     "on either side; move one of them",
			     name);
}

static void
check(const struct mia_command *c, const struct opts *o)
{
	if ((o->members > 0) != (o->nonmembers > 0))
		mia_opts_bad(c, "--members and --nonmembers go together");
	if (!isnan(o->delta) && o->members == 0)
		mia_opts_bad(c, "--delta is that of a sample's ceiling on "
				"epsilon; give --members and --nonmembers");
	if (o->members > 0 && !isnan(o->ratio))
		mia_opts_bad(c, "--ratio: the sample is given already; drop "
				"--ratio, or --members and --nonmembers");
	if (!isnan(o->tpr) && isnan(o->fpr))
		mia_opts_bad(c, "--tpr is taken at a false-positive rate; give "
				"--fpr");
	check_figure(c, o, o->auc, o->max_auc, "auc", "max-auc");
	check_figure(c, o, o->tpr, o->max_tpr, "tpr", "max-tpr");
	if (o->gate && isnan(o->max_auc) && isnan(o->max_tpr))
		mia_opts_bad(c, "--power is that of a limit; give --max-auc or "
				"--max-tpr");
	if (isnan(o->auc) && isnan(o->fpr) && o->members == 0)
		mia_opts_bad(c, "nothing to plan; give --auc, --tpr and --fpr, "
				"or --members and --nonmembers");
}

static int
run(const struct mia_command *c, struct opts *o, struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(c);
	struct work w = {.c = c, .o = o, .f = f};

	check(c, o);
	if (isnan(o->delta))
		o->delta = 0;
	if (isnan(o->ratio))
		o->ratio = 1;
	if (!o->gate)
		o->power = 0.8;
	if (mia_writer_open(&w.w, &wo, f) != 0)
		return -1;
	if (write_all(&w) != 0) {
		mia_writer_abandon(w.w);
		return -1;
	}
	if (mia_writer_close(w.w, f) != 0)
		return -1;
	return w.falls_short ? MIA_NOT_SHOWN : 0;
}

static struct mia_option
real(const char *name, double *value, const char *arg, double lo, double hi,
     const char *help)
{
	return (struct mia_option){.name = name,
				   .type = MIA_OPT_REAL,
				   .value = value,
				   .arg = arg,
				   .lo = lo,
				   .hi = hi,
				   .help = help};
}

static struct mia_option
count(const char *name, int64_t *value, double hi, const char *help)
{
	return (struct mia_option){.name = name,
				   .type = MIA_OPT_INT,
				   .value = value,
				   .arg = "N",
				   .lo = 1,
				   .hi = hi,
				   .help = help};
}

int
main(int argc, char **argv)
{
	struct opts o = {NAN, NAN, NAN, NAN, NAN, 0.95, NAN,
			 NAN, NAN, 0,	0,   1,	  0};
	struct mia_option option[] = {
		real("auc", &o.auc, "A", LEAST, MOST, "the AUC expected"),
		real("max-auc", &o.max_auc, "LIMIT", 0, 1, "limit of the AUC"),
		real("tpr", &o.tpr, "T", LEAST, MOST,
		     "the true-positive rate expected"),
		real("fpr", &o.fpr, "Q", LEAST, MOST,
		     "the false-positive rate it is taken at"),
		real("max-tpr", &o.max_tpr, "LIMIT", 0, 1,
		     "limit of the true-positive rate"),
		real("power", &o.power, "P", 0.01, 0.9999,
		     "chance wanted that the verdict comes out (0.8)"),
		real("level", &o.level, "L", 0.5, 0.999999,
		     "level of the intervals (0.95)"),
		real("ratio", &o.ratio, "R", 1e-6, 1e6,
		     "members a non-member (1)"),
		count("members", &o.members, (double)MIA_ROC_MAX,
		      "members of a given sample"),
		count("nonmembers", &o.nonmembers, (double)MIA_ROC_MAX,
		      "non-members of a given sample"),
		real("delta", &o.delta, "D", 0, 0.5,
		     "delta of the ceiling on epsilon (0)"),
		count("verdicts", &o.verdicts, 1e6,
		      "limits that will be judged together (1)"),
		{.name = NULL},
	};
	struct mia_command c = {
		.name = "plan-audit",
		.summary = "how many records an audit needs, and what a sample "
			   "can show",
		.operands = "",
		.option = option,
	};
	struct mia_fault f = {0};

	mia_opts_parse(&c, argc, argv);
	o.gate = !isnan(o.power);
	return mia_opts_finish(&c, run(&c, &o, &f), &f);
}
