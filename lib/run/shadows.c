#include "run/shadows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "run/cache.h"
#include "run/predictions.h"

/* Predictions of one shadow, printed and waiting for their turn. */
struct slot {
	struct mia_buf text; /* rows one behind another */
	size_t *end;	     /* [n] where they end */
	size_t n;
	struct mia_shadows_tally tally;
};

/* What one thread works with. */
struct bench {
	uint32_t *train; /* [rows] */
	uint32_t *asked; /* [rows] rows predicted, ascending */
	size_t *place;	 /* [rows] of a row in asked */
	double *out;	 /* [rows][classes] */
	size_t n_train, n_asked;
};

struct run {
	const struct mia_shadows *o;
	const struct mia_learner *learner;
	void *prep;
	struct mia_predictions print;
	struct mia_cache cache;
	struct bench *bench; /* [threads] */
	struct slot *slot;   /* [window] */
	size_t window, classes;
	struct mia_writer *w;
	struct mia_shadows_tally *tally;
};

/* Is this row predicted by this shadow? */
static bool
asked(const struct mia_shadows *o, size_t model, uint32_t row)
{
	if ((o->query & MIA_PART_BIT(o->s->part[row])) == 0)
		return false;
	if (o->d->out == NULL || o->s->part[row] != MIA_PART_AUX)
		return true;
	row = o->s->base[row];
	return mia_design_in(o->d, model, row) ||
	       mia_design_out(o->d, model, row);
}

static void
list_rows(const struct mia_shadows *o, size_t model, struct bench *b)
{
	b->n_train = mia_design_rows(o->d, model, b->train);
	b->n_asked = 0;
	for (uint32_t i = 0; i < o->s->n; i++)
		if (asked(o, model, i)) {
			b->place[i] = b->n_asked;
			b->asked[b->n_asked++] = i;
		} else {
			b->place[i] = SIZE_MAX;
		}
}

static struct mia_buf
model_path(const struct mia_shadows *o, size_t model)
{
	struct mia_buf b = {0};

	mia_buf_format(&b, "%s/shadow-%zu.model", o->save, model);
	mia_buf_string(&b);
	return b;
}

/* Writes the model file and sets its hash. */
static int
save(const struct run *r, size_t model, void *fitted, const struct bench *b,
     struct mia_hash *file, struct mia_fault *f)
{
	struct mia_model m = *r->o->like;
	struct mia_buf path = model_path(r->o, model), bytes = {0};
	int rc;

	m.fitted = fitted;
	m.rows = b->n_train;
	mia_hash_print(m.members,
		       mia_records_hash_ids(r->o->s, b->train, b->n_train));
	mia_model_save(&m, &bytes);
	*file = mia_hash(bytes.s, bytes.n, 0);
	rc = mia_write_file(path.s, bytes.s, bytes.n, f);
	mia_buf_free(&bytes);
	mia_buf_free(&path);
	return rc;
}

static int
train(const struct run *r, size_t model, struct bench *b, struct mia_hash *file,
      struct mia_fault *f)
{
	const struct mia_shadows *o = r->o;
	struct mia_sample sample = {b->train, b->n_train, o->s->label,
				    (unsigned)r->classes};
	struct mia_fault why = {0};
	void *fitted;
	int rc;

	rc = r->learner->fit(&fitted, r->prep, &sample, &o->like->hyper,
			     o->like->seed, model + 1, &why);
	if (rc == 0) {
		rc = r->learner->predict(fitted, r->prep, b->asked, b->n_asked,
					 b->out, &why);
		if (rc == 0 && o->save != NULL)
			rc = save(r, model, fitted, b, file, &why);
		r->learner->model_free(fitted);
	}
	if (rc != 0)
		return mia_fail(f, why.code, "shadow %zu: %.990s", model,
				why.text);
	return 0;
}

/* Was the model file that a finished shadow left changed or removed? */
static bool
file_is(const struct mia_shadows *o, size_t model, struct mia_hash want)
{
	struct mia_buf path = model_path(o, model);
	struct mia_fault ignored = {0};
	struct mia_hash h = {0, 0};
	char *s;
	size_t n;
	int rc = mia_read_file(path.s, SIZE_MAX, &s, &n, &ignored);

	mia_buf_free(&path);
	if (rc != 0)
		return false;
	h = mia_hash(s, n, 0);
	free(s);
	return h.lo == want.lo && h.hi == want.hi;
}

static void
judge(const struct run *r, uint32_t row, bool member, const double *out,
      struct mia_shadows_tally *t)
{
	const struct mia_records *s = r->o->s;
	bool right = mia_learner_right(out, r->classes, s->label[row]);

	if (s->view[row] != 0 || (s->part[row] != MIA_PART_MEMBER &&
				  s->part[row] != MIA_PART_NONMEMBER &&
				  s->part[row] != MIA_PART_AUX))
		return;
	if (member) {
		t->in++;
		t->in_right += right;
	} else {
		t->out++;
		t->out_right += right;
	}
}

static void
print(const struct run *r, size_t model, const struct bench *b,
      struct slot *slot)
{
	const struct mia_records *s = r->o->s;
	char number[MIA_NUM_MAX];
	struct mia_text name = {number, mia_num_int(number, (int64_t)model)};

	slot->n = slot->text.n = 0;
	for (size_t i = 0; i < s->n; i++) {
		uint32_t row = s->order[i];
		bool member = mia_design_in(r->o->d, model, s->base[row]);
		const double *out;

		if (b->place[row] == SIZE_MAX)
			continue;
		out = b->out + b->place[row] * r->classes;
		judge(r, row, member, out, &slot->tally);
		mia_predictions_row(&r->print, &slot->text, row, name, member,
				    out);
		slot->end[slot->n++] = slot->text.n;
	}
}

static int
work(void *ctx, size_t item, unsigned thread, struct mia_fault *f)
{
	const struct run *r = ctx;
	const struct mia_shadows *o = r->o;
	size_t model = o->first + item, n;
	struct bench *b = &r->bench[thread];
	struct slot *slot = &r->slot[item % r->window];
	struct mia_hash file = {0, 0};

	slot->tally = (struct mia_shadows_tally){0};
	list_rows(o, model, b);
	n = b->n_asked * r->classes;
	if (o->resume != NULL &&
	    mia_cache_load(&r->cache, model, b->out, n, &file) &&
	    (o->save == NULL || file_is(o, model, file))) {
		slot->tally.kept = 1;
	} else {
		file = (struct mia_hash){0, 0};
		if (train(r, model, b, &file, f) != 0)
			return -1;
		if (o->resume != NULL &&
		    mia_cache_store(&r->cache, model, b->out, n, file, f) != 0)
			return -1;
	}
	print(r, model, b, slot);
	return 0;
}

static int
emit(void *ctx, size_t item, struct mia_fault *f)
{
	const struct run *r = ctx;
	const struct slot *slot = &r->slot[item % r->window];
	size_t at = 0;

	for (size_t i = 0; i < slot->n; i++) {
		mia_write_raw(r->w, (struct mia_text){slot->text.s + at,
						      slot->end[i] - at});
		if (mia_writer_row(r->w, f) != 0)
			return -1;
		at = slot->end[i];
	}
	r->tally->kept += slot->tally.kept;
	r->tally->in += slot->tally.in;
	r->tally->in_right += slot->tally.in_right;
	r->tally->out += slot->tally.out;
	r->tally->out_right += slot->tally.out_right;
	if (r->o->progress != NULL)
		r->o->progress(r->o->ctx, item + 1, r->tally->kept);
	return 0;
}

static void
set_up(struct run *r, unsigned threads)
{
	size_t n = r->o->s->n;

	/* Two shadows ahead a thread: none waits while one is written. */
	r->window = 2 * (size_t)threads;
	r->slot = mia_alloc(r->window, sizeof(*r->slot));
	for (size_t i = 0; i < r->window; i++)
		r->slot[i].end = mia_alloc(n, sizeof(*r->slot[i].end));
	r->bench = mia_alloc(threads, sizeof(*r->bench));
	for (unsigned t = 0; t < threads; t++) {
		struct bench *b = &r->bench[t];

		b->train = mia_alloc(n, sizeof(*b->train));
		b->asked = mia_alloc(n, sizeof(*b->asked));
		b->place = mia_alloc(n, sizeof(*b->place));
		b->out = mia_alloc(n * r->classes, sizeof(*b->out));
	}
	mia_predictions_init(&r->print, r->o->s, r->classes);
}

static void
tear_down(struct run *r, unsigned threads)
{
	for (size_t i = 0; i < r->window; i++) {
		mia_buf_free(&r->slot[i].text);
		free(r->slot[i].end);
	}
	for (unsigned t = 0; t < threads; t++) {
		free(r->bench[t].train);
		free(r->bench[t].asked);
		free(r->bench[t].place);
		free(r->bench[t].out);
	}
	free(r->slot);
	free(r->bench);
	mia_predictions_free(&r->print);
}

int
mia_shadows_run(const struct mia_shadows *o, struct mia_writer *w,
		struct mia_shadows_tally *tally, struct mia_fault *f)
{
	size_t n = o->end - o->first;
	unsigned threads = o->threads < n ? o->threads : (unsigned)n;
	struct run r = {.o = o,
			.learner = o->like->hyper.learner,
			.classes = o->s->classes.n,
			.w = w,
			.tally = tally};
	struct mia_par par = {.threads = threads,
			      .n = n,
			      .work = work,
			      .emit = emit,
			      .ctx = &r};
	int rc;

	*tally = (struct mia_shadows_tally){0};
	if ((o->resume != NULL &&
	     mia_cache_open(&r.cache, o->resume, o->manifest, f) != 0) ||
	    (o->save != NULL && mia_folder_make(o->save, f) != 0) ||
	    r.learner->prepare(&r.prep, &o->like->encoding, &o->s->x,
			       &o->like->hyper, f) != 0)
		return -1;
	set_up(&r, threads);
	par.window = r.window;
	rc = mia_predictions_header(&r.print, &o->s->classes, r.learner->output,
				    w, f);
	if (rc == 0)
		rc = mia_par_run(&par, f);
	tear_down(&r, threads);
	r.learner->prepare_free(r.prep);
	return rc;
}

static void
line(struct mia_buf *b, const char *name, const char *value)
{
	mia_buf_format(b, "%s %s\n", name, value);
}

static void
number(struct mia_buf *b, const char *name, double x)
{
	char text[MIA_NUM_MAX + 1];

	text[mia_num_print(text, x)] = '\0';
	line(b, name, text);
}

void
mia_shadows_manifest(const struct mia_shadows *o,
		     const struct mia_design_opts *design, const char *program,
		     struct mia_buf *b)
{
	static const char *const kinds[] = {"balanced", "coin",	 "pairs",
					    "draw",	"pools", "aux"};
	const struct mia_hyper *h = &o->like->hyper;
	struct mia_buf e = {0};
	char hash[MIA_HASH_TEXT];

	line(b, "program", program);
	mia_hash_print(hash, o->s->hash);
	line(b, "data", hash);
	line(b, "learner", h->learner->name);
	for (size_t i = 0; h->learner->hyper[i].name != NULL; i++)
		line(b, h->learner->hyper[i].name, h->text[i]);
	mia_encoding_save(&o->like->encoding, &e);
	mia_hash_print(hash, mia_hash(e.s, e.n, 0));
	mia_buf_free(&e);
	line(b, "encoding", hash);
	number(b, "seed", (double)o->like->seed);
	line(b, "design", kinds[design->kind]);
	number(b, "shadows", (double)design->models);
	number(b, "share", design->share);
	number(b, "set-size", (double)design->set_size);
	number(b, "with-aux", design->with_aux);
	mia_buf_text(b, "query");
	for (int p = 0; p < MIA_PARTS; p++)
		if (o->query & MIA_PART_BIT(p))
			mia_buf_format(b, " %s", mia_part_name(p));
	mia_buf_text(b, "\n");
}
