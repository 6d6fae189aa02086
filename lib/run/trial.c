#include "run/trial.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/leave_out.h"
#include "run/scores.h"

int
mia_trial_check(const struct mia_reader *r, const char *const *column,
		size_t columns, struct mia_fault *f)
{
	for (size_t i = 0; i < columns; i++)
		if (mia_reader_find(r, column[i]) >= 0)
			return mia_fail(f, MIA_DATA,
					"%s: column '%s' is there already; "
					"leave it out of the input",
					mia_reader_file(r), column[i]);
	return 0;
}

static double **
new_cells(const struct mia_trial *t, size_t n)
{
	double **cell = mia_alloc(t->columns, sizeof(*cell));

	for (size_t c = 0; c < t->columns; c++)
		cell[c] = mia_alloc(n, sizeof(**cell));
	return cell;
}

static void
free_cells(const struct mia_trial *t, double **cell)
{
	for (size_t c = 0; cell != NULL && c < t->columns; c++)
		free(cell[c]);
	free(cell);
}

static int
write_header(const struct mia_trial *t, const struct mia_reader *r,
	     struct mia_writer *w, struct mia_fault *f)
{
	const struct mia_answers_opts *o = &t->a->o;

	mia_scores_header(t->a, r, w, !t->leave_one_out);
	for (size_t s = 0; t->leave_one_out && s < o->signals; s++)
		mia_write_str(w, o->signal[s]);
	for (size_t c = 0; c < t->columns; c++)
		mia_write_str(w, t->column[c]);
	return mia_writer_row(w, f);
}

static int
end_row(const struct mia_trial *t, double *const *cell, size_t i,
	struct mia_writer *w, struct mia_fault *f)
{
	for (size_t c = 0; c < t->columns; c++)
		mia_write_num(w, cell[c][i]);
	return mia_writer_row(w, f);
}

/* Judges each target, then writes all rows in the order they came. */
static int
targets(const struct mia_trial *t, struct mia_writer *w, struct mia_fault *f)
{
	const struct mia_answers *a = t->a;
	size_t n = a->targets.n, *at = mia_alloc(n, sizeof(*at));
	double ***cell = mia_alloc(n, sizeof(*cell));
	int rc = 0;

	for (uint32_t k = 0; rc == 0 && k < n; k++) {
		struct mia_bench b;

		mia_bench_target(&b, a, k, t->median);
		cell[k] = new_cells(t, b.n);
		if (b.n > 0)
			rc = t->judge(t->ctx, &b, cell[k], f);
		mia_bench_free(&b);
	}
	for (size_t i = 0; rc == 0 && i < a->rows; i++) {
		uint32_t k = a->row[i].target;

		rc = mia_scores_row(a, &a->row[i], w, f);
		if (rc == 0)
			rc = end_row(t, cell[k], at[k]++, w, f);
	}
	for (size_t k = 0; k < n; k++)
		free_cells(t, cell[k]);
	free(cell);
	free(at);
	return rc;
}

/* Judges the k-th shadow in the target's place and writes its rows. */
static int
shadow(const struct mia_trial *t, const struct mia_leave_out *l, size_t k,
       struct mia_writer *w, struct mia_fault *f)
{
	const struct mia_answers *a = t->a;
	struct mia_pick pick = mia_leave_pick(l, k);
	struct mia_bench b;
	double **cell;
	int rc = 0;

	mia_bench_shadow(&b, a, k, &pick, t->median);
	cell = new_cells(t, b.n);
	if (b.n > 0)
		rc = t->judge(t->ctx, &b, cell, f);
	for (size_t i = 0; rc == 0 && i < b.n; i++) {
		mia_scores_key(a, b.record[i], b.name, b.member[i], w);
		for (size_t s = 0; s < a->o.signals; s++)
			mia_write_num(w, mia_answers_value(a, b.model,
							   b.record[i], 0, s));
		rc = end_row(t, cell, i, w, f);
	}
	free_cells(t, cell);
	mia_bench_free(&b);
	return rc;
}

static int
shadows(const struct mia_trial *t, const struct mia_meta *m,
	struct mia_writer *w, struct mia_fault *f)
{
	struct mia_leave_out l;
	enum mia_leave design;

	if (mia_leave_design(m, t->design, false, &design, f) != 0 ||
	    mia_leave_out_init(&l, t->a, design, f) != 0)
		return -1;
	for (size_t k = 0; k < t->a->shadows; k++)
		if (shadow(t, &l, k, w, f) != 0)
			return -1;
	return 0;
}

int
mia_trial_write(const struct mia_trial *t, const struct mia_reader *r,
		const char *tool_line, struct mia_writer *w,
		struct mia_fault *f)
{
	const struct mia_meta *m = mia_reader_meta(r);

	if (mia_writer_begin(w, "scores", m, tool_line, f) != 0 ||
	    write_header(t, r, w, f) != 0 ||
	    (t->leave_one_out ? shadows(t, m, w, f) : targets(t, w, f)) != 0)
		return -1;
	return mia_writer_end(w, &m->in, f);
}
