/*
 * What the tests of trees and forests share: a frame made from a matrix, a
 * model fitted on some of its rows, and the trees read back from a model's
 * saved bytes (so that they are looked at as any other program would see
 * them).
 */
#ifndef MIA_TESTS_WOOD_H
#define MIA_TESTS_WOOD_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "learn/learner.h"
#include "maths/rng.h"

struct world {
	const struct mia_learner *l;
	struct mia_hyper h;
	struct mia_frame x;
	struct mia_encoding e;
	void *prep;
	double *value; /* [n][d] */
	size_t n, d;
	int32_t *label;
	unsigned classes;
	uint32_t *rows;
	size_t n_rows;
};

/* Columns named f0 … from m[n][d]. */
static inline void
make_frame(struct mia_frame *x, const double *m, size_t n, size_t d)
{
	struct mia_text *field = mia_alloc(d, sizeof(*field));
	char(*text)[MIA_NUM_MAX] = mia_alloc(d, sizeof(*text));
	struct mia_fault f = {0};

	mia_frame_init(x, d);
	for (size_t j = 0; j < d; j++) {
		char name[24];

		snprintf(name, sizeof(name), "f%zu", j);
		mia_frame_name(x, j, mia_text(name), false);
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < d; j++)
			field[j] = (struct mia_text){
				text[j], mia_num_print(text[j], m[i * d + j])};
		assert_int_equal(
			mia_frame_append(x, field, (struct mia_text){0}, &f),
			0);
	}
	free(field);
	free(text);
}

/* All rows are the sample until w->rows and w->n_rows say otherwise. */
static inline void
world_open(struct world *w, const struct mia_learner *l, const double *m,
	   size_t n, size_t d, const int32_t *label, unsigned classes)
{
	struct mia_fault f = {0};

	*w = (struct world){.l = l, .n = n, .d = d, .classes = classes};
	w->value = mia_alloc(n * d, sizeof(*w->value));
	memcpy(w->value, m, n * d * sizeof(*m));
	w->label = mia_alloc(n, sizeof(*w->label));
	memcpy(w->label, label, n * sizeof(*label));
	w->rows = mia_alloc(n, sizeof(*w->rows));
	for (size_t i = 0; i < n; i++)
		w->rows[i] = (uint32_t)i;
	w->n_rows = n;
	make_frame(&w->x, m, n, d);
	assert_int_equal(mia_encoding_fit(&w->e, &w->x, NULL, 0, l->scale,
					  MIA_MISSING_REFUSE, &f),
			 0);
	mia_hyper_init(&w->h, l);
	assert_int_equal(l->prepare(&w->prep, &w->e, &w->x, &w->h, &f), 0);
}

static inline void
world_close(struct world *w)
{
	w->l->prepare_free(w->prep);
	mia_hyper_free(&w->h);
	mia_encoding_free(&w->e);
	mia_frame_free(&w->x);
	free(w->value);
	free(w->label);
	free(w->rows);
}

static inline void
world_set(struct world *w, const char *setting)
{
	struct mia_fault f = {0};

	assert_int_equal(mia_hyper_set(&w->h, setting, &f), 0);
}

static inline void *
world_fit(const struct world *w, uint64_t seed, uint64_t item)
{
	struct mia_sample s = {w->rows, w->n_rows, w->label, w->classes};
	struct mia_fault f = {0};
	void *model = NULL;

	assert_int_equal(w->l->fit(&model, w->prep, &s, &w->h, seed, item, &f),
			 0);
	return model;
}

/* Of all rows, freed by the caller. */
static inline double *
world_predict(const struct world *w, const void *model)
{
	double *p = mia_alloc(w->n * w->classes, sizeof(*p));
	uint32_t *all = mia_alloc(w->n, sizeof(*all));
	struct mia_fault f = {0};

	for (size_t i = 0; i < w->n; i++)
		all[i] = (uint32_t)i;
	assert_int_equal(w->l->predict(model, w->prep, all, w->n, p, &f), 0);
	free(all);
	return p;
}

static inline void
world_load(const struct world *w, void **model, const struct mia_buf *b)
{
	struct mia_bytes bytes = {(const unsigned char *)b->s,
				  (const unsigned char *)b->s + b->n};
	struct mia_fault f = {0};

	assert_int_equal(w->l->load(model, &bytes, w->d, w->classes, &w->h, &f),
			 0);
	assert_ptr_equal(bytes.at, bytes.end);
}

/* --- trees read from saved bytes ------------------------------------------ */

/* A node: feature < 0 is a leaf, whose shares are in share[classes]. */
struct seen {
	long feature;
	double threshold;
	size_t left, right;
	double *share;
};

struct wood {
	size_t trees, nodes, cap, tree_cap;
	size_t *root;
	struct seen *node;
};

static inline size_t
read_node(struct wood *s, struct mia_bytes *b, size_t d, unsigned classes)
{
	struct mia_fault f = {0};
	size_t me = s->nodes++, child;
	uint32_t what, n, class;

	mia_grow(&s->node, &s->cap, s->nodes, sizeof(*s->node));
	s->node[me] = (struct seen){.feature = -1};
	assert_int_equal(mia_bytes_u32(b, &what, &f), 0);
	if (what < d) {
		s->node[me].feature = (long)what;
		assert_int_equal(mia_bytes_f64(b, &s->node[me].threshold, &f),
				 0);
		child = read_node(s, b, d, classes);
		s->node[me].left = child;
		child = read_node(s, b, d, classes);
		s->node[me].right = child;
		return me;
	}
	s->node[me].share = mia_alloc(classes, sizeof(double));
	if (what < d + classes) {
		s->node[me].share[what - d] = 1;
		return me;
	}
	assert_int_equal(what, d + classes);
	assert_int_equal(mia_bytes_u32(b, &n, &f), 0);
	while (n-- > 0) {
		assert_int_equal(mia_bytes_u32(b, &class, &f), 0);
		assert_true(class < classes);
		assert_int_equal(
			mia_bytes_f64(b, &s->node[me].share[class], &f), 0);
	}
	return me;
}

static inline void
wood_read(struct wood *s, const struct world *w, const void *model)
{
	struct mia_buf b = {0};
	struct mia_bytes bytes;
	struct mia_fault f = {0};
	uint32_t trees;

	w->l->save(model, &b);
	bytes = (struct mia_bytes){(unsigned char *)b.s,
				   (unsigned char *)b.s + b.n};
	*s = (struct wood){0};
	assert_int_equal(mia_bytes_u32(&bytes, &trees, &f), 0);
	for (; s->trees < trees; s->trees++) {
		size_t root = read_node(s, &bytes, w->d, w->classes);

		mia_grow(&s->root, &s->tree_cap, s->trees + 1,
			 sizeof(*s->root));
		s->root[s->trees] = root;
	}
	assert_ptr_equal(bytes.at, bytes.end);
	mia_buf_free(&b);
}

static inline void
wood_free(struct wood *s)
{
	for (size_t i = 0; i < s->nodes; i++)
		free(s->node[i].share);
	free(s->node);
	free(s->root);
}

/* A tree in words: "(f0<=3.5 0 (f1<=2 [0.25 0.75] 1))". */
static inline void
wood_print(const struct wood *s, size_t node, unsigned classes,
	   struct mia_buf *b)
{
	const struct seen *p = &s->node[node];

	if (p->feature >= 0) {
		mia_buf_format(b, "(f%ld<=%.17g ", p->feature, p->threshold);
		wood_print(s, p->left, classes, b);
		mia_buf_text(b, " ");
		wood_print(s, p->right, classes, b);
		mia_buf_text(b, ")");
		return;
	}
	for (unsigned k = 0; k < classes; k++)
		if (p->share[k] == 1) {
			mia_buf_format(b, "%u", k);
			return;
		}
	for (unsigned k = 0; k < classes; k++)
		mia_buf_format(b, "%s%.10g%s", k == 0 ? "[" : " ", p->share[k],
			       k + 1 == classes ? "]" : "");
}

/* The only tree of w fitted with a seed, in words; freed by the caller. */
static inline char *
world_words(const struct world *w, uint64_t seed)
{
	void *model = world_fit(w, seed, 0);
	struct mia_buf b = {0};
	struct wood s;

	wood_read(&s, w, model);
	wood_print(&s, s.root[0], w->classes, &b);
	wood_free(&s);
	w->l->model_free(model);
	mia_buf_string(&b);
	return b.s;
}

#endif
