#include "learn/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

#define MAGIC	 "#mia-model "
#define FORMAT	 1
#define SUM_SIZE 16 /* the checksum at the end */

void
mia_model_free(struct mia_model *m)
{
	if (m->fitted != NULL)
		m->hyper.learner->model_free(m->fitted);
	mia_hyper_free(&m->hyper);
	mia_encoding_free(&m->encoding);
	mia_names_free(&m->classes);
	free(m->missing_text);
	free(m->fit_part);
	*m = (struct mia_model){0};
}

static const char *
text_or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static void
save_hyper(const struct mia_hyper *h, struct mia_buf *b)
{
	const struct mia_hparam *p = h->learner->hyper;
	uint32_t n = 0;

	while (p[n].name != NULL)
		n++;
	mia_buf_str(b, mia_text(h->learner->name));
	mia_buf_u32(b, n);
	for (uint32_t i = 0; i < n; i++) {
		mia_buf_str(b, mia_text(p[i].name));
		mia_buf_str(b, mia_text(h->text[i]));
	}
}

void
mia_model_save(const struct mia_model *m, struct mia_buf *b)
{
	size_t start = b->n;
	struct mia_hash sum;

	mia_buf_format(b, MAGIC "%d\n", FORMAT);
	save_hyper(&m->hyper, b);
	mia_encoding_save(&m->encoding, b);
	mia_buf_u32(b, (uint32_t)m->classes.n);
	for (uint32_t k = 0; k < m->classes.n; k++)
		mia_buf_str(b, mia_names_text(&m->classes, k));
	mia_buf_u32(b, m->missing);
	mia_buf_str(b, mia_text(text_or_empty(m->missing_text)));
	mia_buf_str(b, mia_text(text_or_empty(m->fit_part)));
	mia_buf_u64(b, m->rows);
	mia_buf_u64(b, m->seed);
	mia_buf_str(b, mia_text(m->data));
	mia_buf_str(b, mia_text(m->members));
	mia_buf_f64(b, m->share);
	m->hyper.learner->save(m->fitted, b);
	sum = mia_hash(b->s + start, b->n - start, 0);
	mia_buf_u64(b, sum.lo);
	mia_buf_u64(b, sum.hi);
}

static int
damaged(struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA,
			"damaged; copy it again from where it "
			"came, or train the model again");
}

/* Checks magic, format and checksum; leaves the body in *b. */
static int
open_file(struct mia_bytes *b, struct mia_fault *f)
{
	size_t n = strlen(MAGIC);
	const unsigned char *s = b->at, *at;
	struct mia_hash sum, want;
	struct mia_bytes foot;
	unsigned format = 0;

	if ((size_t)(b->end - b->at) < n || memcmp(s, MAGIC, n) != 0)
		return mia_fail(f, MIA_DATA,
				"not a miatools model; give a "
				"file that train-target or train-shadow "
				"--save wrote");
	for (at = s + n;
	     at < b->end && *at >= '0' && *at <= '9' && format < 1000; at++)
		format = 10 * format + (unsigned)(*at - '0');
	if (at == b->end || *at != '\n' || format == 0)
		return damaged(f);
	if (format > FORMAT)
		return mia_fail(f, MIA_DATA,
				"written in model format %u, and "
				"this program reads up to %d; use a newer "
				"miatools",
				format, FORMAT);
	if (b->end - ++at < SUM_SIZE)
		return damaged(f);
	foot = (struct mia_bytes){b->end - SUM_SIZE, b->end};
	mia_bytes_u64(&foot, &want.lo, f);
	mia_bytes_u64(&foot, &want.hi, f);
	sum = mia_hash(s, (size_t)(b->end - s) - SUM_SIZE, 0);
	if (sum.lo != want.lo || sum.hi != want.hi)
		return damaged(f);
	*b = (struct mia_bytes){at, b->end - SUM_SIZE};
	return 0;
}

/* A text without NUL as a string, freed by the caller. */
static int
load_string(struct mia_bytes *b, char **s, struct mia_fault *f)
{
	struct mia_text t;

	if (mia_bytes_str(b, &t, f) != 0)
		return -1;
	if (memchr(t.s, '\0', t.n) != NULL)
		return damaged(f);
	*s = mia_copy(t.s, t.n);
	return 0;
}

static int
load_setting(struct mia_hyper *h, struct mia_bytes *b, struct mia_fault *f)
{
	struct mia_buf setting = {0};
	struct mia_fault bad = {0};
	struct mia_text name, value;
	int rc;

	if (mia_bytes_str(b, &name, f) != 0 || mia_bytes_str(b, &value, f) != 0)
		return -1;
	mia_buf_add(&setting, name.s, name.n);
	mia_buf_text(&setting, "=");
	mia_buf_add(&setting, value.s, value.n);
	rc = mia_hyper_set(h, mia_buf_string(&setting), &bad);
	if (rc != 0)
		mia_fault_set(f, MIA_DATA, "the model's settings: %s",
			      bad.text);
	mia_buf_free(&setting);
	return rc;
}

static int
load_hyper(struct mia_hyper *h, struct mia_bytes *b, struct mia_fault *f)
{
	const struct mia_learner *l;
	struct mia_fault unknown = {0};
	char *name;
	uint32_t n;
	int rc;

	if (load_string(b, &name, f) != 0)
		return -1;
	rc = mia_learner_find(&l, name, &unknown);
	if (rc != 0)
		mia_fault_set(f, MIA_DATA,
			      "trained by the learner '%s', "
			      "which this program does not have; use the "
			      "miatools that wrote it",
			      name);
	free(name);
	if (rc != 0 || mia_bytes_count(b, 8, &n, f) != 0)
		return -1;
	mia_hyper_init(h, l);
	for (uint32_t i = 0; i < n && rc == 0; i++)
		rc = load_setting(h, b, f);
	return rc;
}

static int
load_classes(struct mia_names *classes, struct mia_bytes *b,
	     struct mia_fault *f)
{
	struct mia_text t;
	uint32_t n;

	if (mia_bytes_count(b, 4, &n, f) != 0)
		return -1;
	if (n == 0)
		return damaged(f);
	for (uint32_t k = 0; k < n; k++) {
		if (mia_bytes_str(b, &t, f) != 0)
			return -1;
		if (mia_names_add(classes, t) != k)
			return damaged(f); /* twice the same */
	}
	return 0;
}

static int
load_hash(struct mia_bytes *b, char hash[MIA_HASH_TEXT], struct mia_fault *f)
{
	struct mia_hash h;
	struct mia_text t;

	if (mia_bytes_str(b, &t, f) != 0)
		return -1;
	if (t.n > 0 && mia_hash_scan(&h, t.s, t.n) != 0)
		return damaged(f);
	memcpy(hash, t.s, t.n);
	hash[t.n] = '\0';
	return 0;
}

static int
load_body(struct mia_model *m, struct mia_bytes *b, struct mia_fault *f)
{
	uint32_t missing;

	if (load_hyper(&m->hyper, b, f) != 0 ||
	    mia_encoding_load(&m->encoding, b, f) != 0 ||
	    load_classes(&m->classes, b, f) != 0 ||
	    mia_bytes_u32(b, &missing, f) != 0 ||
	    load_string(b, &m->missing_text, f) != 0 ||
	    load_string(b, &m->fit_part, f) != 0 ||
	    mia_bytes_u64(b, &m->rows, f) != 0 ||
	    mia_bytes_u64(b, &m->seed, f) != 0 ||
	    load_hash(b, m->data, f) != 0 || load_hash(b, m->members, f) != 0 ||
	    mia_bytes_f64(b, &m->share, f) != 0)
		return -1;
	if (missing > MIA_MISSING_REFUSE || !(m->share >= 0 && m->share <= 1))
		return damaged(f);
	m->missing = missing;
	if (m->hyper.learner->load(&m->fitted, b, m->encoding.n,
				   (unsigned)m->classes.n, &m->hyper, f) != 0) {
		m->fitted = NULL;
		return -1;
	}
	return b->at == b->end ? 0 : damaged(f);
}

int
mia_model_load(struct mia_model *m, struct mia_bytes b, struct mia_fault *f)
{
	*m = (struct mia_model){0};
	if (open_file(&b, f) != 0)
		return -1;
	if (load_body(m, &b, f) != 0) {
		mia_model_free(m);
		return -1;
	}
	return 0;
}
