/*
 * mia-eval: how well attack scores tell members from non-members, with an
 * interval on every figure, and verdicts on limits.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "front/opts.h"
#include "io/figure.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/judge.h"
#include "run/sets.h"

struct opts {
	struct mia_list score, lower, max_tpr_at;
	const char *by, *at, *roc;
	double level, max_auc;
	int missing;
};

/* What the options come to. */
struct plan {
	struct mia_judge judge;
	struct mia_rate_limit *limit;
	double *at;
	size_t cap_limit, cap_at;
};

static bool
scan_rate(struct mia_text t, double *x)
{
	return mia_num_parse(t, x) == MIA_NUM_FINITE && *x >= 0 && *x <= 1;
}

/* Rates fall, each once. */
static void
add_rate(struct plan *p, double q)
{
	size_t i = 0, n = p->judge.n_at;

	while (i < n && p->at[i] > q)
		i++;
	if (i < n && p->at[i] == q)
		return;
	mia_grow(&p->at, &p->cap_at, n + 1, sizeof(q));
	memmove(p->at + i + 1, p->at + i, (n - i) * sizeof(q));
	p->at[i] = q;
	p->judge.n_at++;
}

static void
scan_rates(const struct mia_command *c, struct plan *p, const char *list)
{
	while (*list != '\0') {
		struct mia_text t = {list, strcspn(list, ",")};
		double q;

		if (!scan_rate(t, &q) || q == 1)
			mia_opts_bad(c,
				     "--at: '%.*s' is no false-positive rate; "
				     "give numbers from 0 to below 1 between "
				     "commas",
				     (int)t.n, t.s);
		add_rate(p, q);
		list += t.n + (t.s[t.n] == ',');
	}
}

static void
scan_limits(const struct mia_command *c, struct plan *p,
	    const struct mia_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t n = strcspn(l->item[i], "=");
		struct mia_text q = {l->item[i], n};
		struct mia_rate_limit x;

		if (l->item[i][n] != '=' || !scan_rate(q, &x.fpr) ||
		    !scan_rate(mia_text(l->item[i] + n + 1), &x.limit))
			mia_opts_bad(c,
				     "--max-tpr-at: '%s' is not FPR=LIMIT, two "
				     "rates such as 0.01=0.05",
				     l->item[i]);
		mia_grow(&p->limit, &p->cap_limit, i + 1, sizeof(x));
		p->limit[i] = x;
		add_rate(p, x.fpr);
	}
	p->judge.n_max_tpr = l->n;
}

static void
settle(const struct mia_command *c, const struct opts *o, struct plan *p)
{
	bool piped =
		c->shared.output == NULL || strcmp(c->shared.output, "-") == 0;

	if (o->roc != NULL && strcmp(o->roc, "-") == 0 && piped)
		mia_opts_bad(c, "--roc -: the metrics go there; give one of "
				"them a file");
	scan_rates(c, p, o->at);
	scan_limits(c, p, &o->max_tpr_at);
	add_rate(p, 0);
	p->judge.level = o->level;
	p->judge.max_auc = o->max_auc;
	p->judge.at = p->at;
	p->judge.max_tpr = p->limit;
}

/* Sets that will be judged: attacks, on targets, overall and in slices. */
static uint64_t
count_sets(const struct mia_sets *s, bool sliced)
{
	uint64_t n = 0;

	for (uint32_t t = 0; t < s->target.n; t++) {
		n++;
		for (uint32_t g = 0; sliced && g < s->slice.n; g++)
			n += mia_sets_has(s, t, g);
	}
	return n * s->n_attack;
}

static void
warn_of(const struct mia_command *c, const struct mia_figure *what,
	const struct mia_judged *out)
{
	if (!out->below_chance)
		return;
	mia_warn(c,
		 "target '%.*s', attack '%.*s'%s%.*s: the interval of the AUC, "
		 "%.3g to %.3g, lies below .5; is the sign of the score right, "
		 "or should it be named with --lower?",
		 (int)what->target.n, what->target.s, (int)what->attack.n,
		 what->attack.s, what->group.n > 0 ? ", group " : "",
		 (int)what->group.n, what->group.s, out->auc.lo, out->auc.hi);
}

/* All attacks on one target, overall or in one slice. */
static int
judge_group(const struct mia_command *c, const struct plan *p,
	    const struct mia_sets *s, uint32_t target, uint32_t slice,
	    struct mia_text group, struct mia_judged *sum, struct mia_fault *f)
{
	struct mia_figure what = mia_figure_empty;
	uint64_t judged[2], correct[2];

	what.target = mia_names_text(&s->target, target);
	what.group = group;
	if (s->has_correct) {
		mia_sets_correct(s, target, slice, judged, correct);
		if (mia_judge_correct(&p->judge, &what, judged, correct, f))
			return -1;
	}
	for (size_t i = 0; i < s->n_attack; i++) {
		struct mia_judged out;
		struct mia_set set;
		int rc;

		what.attack = mia_text(s->attack[i].name);
		mia_sets_take(s, i, target, slice, &set);
		if (slice == MIA_SLICE_ALL && set.n[0] * set.n[1] == 0)
			rc = mia_fail(f, MIA_DATA,
				      "target '%.*s', attack '%s': %zu members "
				      "and %zu non-members; a figure needs "
				      "both; check the column 'member'",
				      (int)what.target.n, what.target.s,
				      s->attack[i].name, set.n[1], set.n[0]);
		else
			rc = mia_judge_set(&p->judge, &what, &set,
					   s->attack[i].lower, &out, f);
		mia_set_free(&set);
		if (rc != 0)
			return -1;
		warn_of(c, &what, &out);
		sum->met += out.met;
		sum->exceeded += out.exceeded;
		sum->not_shown += out.not_shown;
	}
	return 0;
}

static int
judge_all(const struct mia_command *c, const struct opts *o,
	  const struct plan *p, const struct mia_sets *s,
	  struct mia_judged *sum, struct mia_fault *f)
{
	struct mia_buf group = {0};
	int rc = 0;

	for (size_t t = 0; t < s->target.n && rc == 0; t++) {
		uint32_t target = s->target_order[t];

		rc = judge_group(c, p, s, target, MIA_SLICE_ALL, mia_text(""),
				 sum, f);
		for (size_t g = 0; o->by && g < s->slice.n && rc == 0; g++) {
			uint32_t slice = s->slice_order[g];
			struct mia_text value =
				mia_names_text(&s->slice, slice);

			if (!mia_sets_has(s, target, slice))
				continue;
			group.n = 0;
			mia_buf_format(&group, "%s=%.*s", o->by, (int)value.n,
				       value.s);
			rc = judge_group(c, p, s, target, slice,
					 (struct mia_text){group.s, group.n},
					 sum, f);
		}
	}
	mia_buf_free(&group);
	return rc;
}

static int
begin(struct mia_writer **w, const char *path, const char *kind,
      const struct mia_command *c, const struct mia_meta *from,
      struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(c);

	if (path != NULL)
		wo.path = path;
	if (mia_writer_open(w, &wo, f) != 0)
		return -1;
	return mia_writer_begin(*w, kind, from, c->tool_line, f);
}

/* Ends both streams, or leaves nothing of them behind. */
static int
finish(struct plan *p, const struct mia_inputs *in, int rc, struct mia_fault *f)
{
	struct mia_writer *w[2] = {p->judge.metrics, p->judge.roc};

	for (int i = 0; i < 2; i++)
		if (w[i] != NULL && rc == 0)
			rc = mia_writer_end(w[i], in, f);
	for (int i = 1; i >= 0; i--)
		if (w[i] != NULL)
			rc = mia_writer_finish(w[i], rc, f);
	return rc;
}

static int
write_all(const struct mia_command *c, const struct opts *o, struct plan *p,
	  const struct mia_sets *s, const struct mia_meta *from,
	  struct mia_judged *sum, struct mia_fault *f)
{
	int rc;

	p->judge.verdicts = count_sets(s, o->by != NULL) *
			    (p->judge.n_max_tpr + !isnan(o->max_auc));
	rc = begin(&p->judge.metrics, NULL, "metrics", c, from, f);
	if (rc == 0)
		rc = mia_figure_header(p->judge.metrics, f);
	if (rc == 0 && o->roc != NULL)
		rc = begin(&p->judge.roc, o->roc, "roc", c, from, f);
	if (rc == 0 && o->roc != NULL)
		rc = mia_judge_roc_header(p->judge.roc, f);
	if (rc == 0)
		rc = judge_all(c, o, p, s, sum, f);
	return finish(p, &from->in, rc, f);
}

static int
run(const struct mia_command *c, const struct opts *o, struct mia_fault *f)
{
	const struct mia_sets_opts so = {o->score.item, o->lower.item,
					 o->score.n,	o->lower.n,
					 o->by,		o->missing == 1};
	struct mia_judged sum = {0};
	struct mia_sets sets = {0};
	struct mia_reader *r;
	struct plan p = {0};
	int rc;

	settle(c, o, &p);
	rc = mia_reader_open(&r, c->file, c->n_file, NULL, f);
	if (rc == 0)
		rc = mia_sets_read(&sets, r, &so, f);
	if (rc == 0) {
		mia_say(c,
			"%" PRIu64 " rows judged, %" PRIu64 " of other "
			"parts passed by",
			sets.rows, sets.passed_by);
		rc = write_all(c, o, &p, &sets, mia_reader_meta(r), &sum, f);
	}
	if (rc == 0 && p.judge.verdicts > 0)
		mia_say(c,
			"limits: %" PRIu64 " met, %" PRIu64
			" exceeded, %" PRIu64 " not shown",
			sum.met, sum.exceeded, sum.not_shown);
	mia_reader_close(r);
	mia_sets_free(&sets);
	free(p.at);
	free(p.limit);
	if (rc != 0)
		return rc;
	return sum.exceeded > 0	   ? MIA_EXCEEDED
	       : sum.not_shown > 0 ? MIA_NOT_SHOWN
				   : 0;
}

int
main(int argc, char **argv)
{
	struct opts o = {.at = "0.1,0.01,0.001", .level = 0.95, .max_auc = NAN};
	struct mia_option option[] = {
		{"score", 0, MIA_OPT_LIST, &o.score, "COLUMN",
		 "judge this column; high means member", 0, 0, NULL, 0, false},
		{"lower", 0, MIA_OPT_LIST, &o.lower, "COLUMN",
		 "judge this column; low means member", 0, 0, NULL, 0, false},
		{"by", 0, MIA_OPT_STRING, &o.by, "COLUMN",
		 "judge each value of this column by itself too", 0, 0, NULL, 0,
		 false},
		{"at", 0, MIA_OPT_STRING, &o.at, "RATES",
		 "false-positive rates (0.1,0.01,0.001; 0 always)", 0, 0, NULL,
		 0, false},
		{"level", 0, MIA_OPT_REAL, &o.level, "L",
		 "level of the intervals (0.95)", 0.5, 0.999999, NULL,
		 MIA_OPT_ALWAYS, false},
		{"missing", 0, MIA_OPT_CHOICE, &o.missing, "WHAT",
		 "a record without a score: refuse or drop", 0, 0,
		 "refuse|drop", 0, false},
		{"roc", 0, MIA_OPT_STRING, &o.roc, "FILE",
		 "write the ROC curves to this file", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"max-auc", 0, MIA_OPT_REAL, &o.max_auc, "LIMIT",
		 "limit of the AUC", 0, 1, NULL, 0, false},
		{"max-tpr-at", 0, MIA_OPT_LIST, &o.max_tpr_at, "FPR=LIMIT",
		 "limit of the true-positive rate at FPR", 0, 0, NULL, 0,
		 false},
		{0},
	};
	struct mia_command c = {
		.name = "mia-eval",
		.summary =
			"judge membership scores: AUC, TPR at low FPR, limits",
		.operands = "[FILE ...]",
		.option = option,
	};
	struct mia_fault f = {0};

	mia_opts_parse(&c, argc, argv);
	return mia_opts_finish(&c, run(&c, &o, &f), &f);
}
