/*
 * The engine of train-shadow with a learner made for the test: it remembers
 * its rows and answers a number that only (its stream, row, class) decides, but
 * 2 for the label of a row that trained it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/mem.h"
#include "io/reader.h"
#include "maths/rng.h"
#include "run/cache.h"
#include "run/shadows.h"

#define MODELS 9

struct toy {
	uint64_t stream;
	uint32_t *rows;
	size_t n;
	const int32_t *label;
	unsigned classes;
};

static int
toy_prepare(void **prep, const struct mia_encoding *e,
	    const struct mia_frame *x, const struct mia_hyper *h,
	    struct mia_fault *f)
{
	(void)e, (void)x, (void)h, (void)f;
	*prep = mia_alloc(1, 1);
	return 0;
}

/* Setting "fail" is the number of the model that cannot be fitted. */
static int
toy_fit(void **model, const void *prep, const struct mia_sample *s,
	const struct mia_hyper *h, uint64_t seed, uint64_t item,
	struct mia_fault *f)
{
	struct toy *t;
	struct mia_rng r;

	(void)prep;
	if ((double)item - 1 >= h->value[0])
		return mia_fail(f, MIA_DATA, "cannot; try less");
	t = mia_alloc(1, sizeof(*t));
	mia_rng_init(&r, seed, "learn/toy", item);
	*t = (struct toy){mia_rng_next(&r), mia_alloc(s->n, 4), s->n, s->label,
			  s->classes};
	memcpy(t->rows, s->rows, 4 * s->n);
	*model = t;
	return 0;
}

static int
toy_predict(const void *model, const void *prep, const uint32_t *rows, size_t n,
	    double *out, struct mia_fault *f)
{
	const struct toy *t = model;

	(void)prep, (void)f;
	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < t->classes; k++) {
			uint64_t key[3] = {t->stream, rows[i], k};
			uint64_t h = mia_hash64(key, sizeof(key), 0);

			*out++ = (double)(h >> 11) * 0x1p-53;
			for (size_t j = 0; j < t->n; j++)
				if (t->rows[j] == rows[i] &&
				    t->label[rows[i]] == (int32_t)k)
					out[-1] = 2;
		}
	return 0;
}

static void
toy_save(const void *model, struct mia_buf *b)
{
	mia_buf_u64(b, ((const struct toy *)model)->stream);
}

static void
toy_free(void *model)
{
	free(((struct toy *)model)->rows);
	free(model);
}

static const struct mia_hparam toy_hyper[] = {
	{"fail", "100", MIA_HYPER_INT, 0, 100, NULL, "first model that fails"},
	{.name = NULL},
};

static const struct mia_learner toy = {
	.name = "toy",
	.hyper = toy_hyper,
	.output = MIA_OUTPUT_Z,
	.prepare = toy_prepare,
	.prepare_free = free,
	.fit = toy_fit,
	.predict = toy_predict,
	.save = toy_save,
	.model_free = toy_free,
};

/* A folder, a data set, a design; what all tests begin with. */
struct world {
	char dir[64], cache[96], models[96], out[96];
	struct mia_records s;
	struct mia_model like;
	struct mia_design_opts deal;
	struct mia_design d;
	struct mia_shadows o;
	struct mia_buf manifest;
};

static void
read_world(struct world *w)
{
	static const struct mia_records_opts none;
	static const char *const parts[] = {"member", "nonmember", "aux",
					    "population", "background"};
	struct mia_buf b = {0};
	char path[96], *file[] = {path};
	struct mia_reader *r;
	struct mia_fault f = {0};

	snprintf(path, sizeof(path), "%s/data.csv", w->dir);
	mia_buf_text(&b, "id,part,label,view,x\n");
	for (int i = 0; i < 60; i++) {
		mia_buf_format(&b, "\"r,%d\",%s,c%d,0,%d\n", i, parts[i % 5],
			       i % 3, i);
		if (i % 4 == 0)
			mia_buf_format(&b, "\"r,%d\",%s,c%d,1,%d\n", i,
				       parts[i % 5], i % 3, i);
	}
	assert_int_equal(mia_write_file(path, b.s, b.n, &f), 0);
	mia_buf_free(&b);
	if (mia_reader_open(&r, file, 1, NULL, &f) != 0 ||
	    mia_records_read(&w->s, r, &none, &f) != 0)
		fail_msg("%s", f.text);
	mia_reader_close(r);
}

static void
deal(struct world *w, enum mia_design_kind kind)
{
	static const enum mia_role roles[] = {
		MIA_ROLE_AUDITED, MIA_ROLE_AUDITED, MIA_ROLE_AUX, MIA_ROLE_NONE,
		MIA_ROLE_BACKGROUND};
	uint8_t *role = mia_alloc(w->s.n, 1);
	struct mia_fault f = {0};

	for (size_t i = 0; i < w->s.n; i++)
		role[i] = (uint8_t)(w->s.view[i] ? MIA_ROLE_NONE
						 : roles[w->s.part[i]]);
	w->deal = (struct mia_design_opts){.kind = kind,
					   .models = MODELS,
					   .share = .5,
					   .set_size = 4,
					   .seed = 3};
	mia_design_free(&w->d);
	if (mia_design_init(&w->d, &w->deal, w->s.key, role, w->s.n, &f) != 0)
		fail_msg("%s", f.text);
	free(role);
	w->manifest.n = 0;
	mia_shadows_manifest(&w->o, &w->deal, "test", &w->manifest);
	w->o.manifest = mia_buf_string(&w->manifest);
}

static int
set_up(void **state)
{
	struct world *w = mia_alloc(1, sizeof(*w));
	struct mia_fault f = {0};

	strcpy(w->dir, "/tmp/mia-shadows-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->cache, sizeof(w->cache), "%s/cache", w->dir);
	snprintf(w->models, sizeof(w->models), "%s/models", w->dir);
	snprintf(w->out, sizeof(w->out), "%s/out", w->dir);
	read_world(w);
	mia_hyper_init(&w->like.hyper, &toy);
	assert_int_equal(mia_encoding_fit(&w->like.encoding, &w->s.x, NULL,
					  w->s.n, MIA_SCALE_NONE,
					  MIA_MISSING_IMPUTE, &f),
			 0);
	for (uint32_t i = 0; i < w->s.classes.n; i++)
		mia_names_add(&w->like.classes,
			      mia_names_text(&w->s.classes, i));
	w->like.seed = 11;
	w->o = (struct mia_shadows){.s = &w->s,
				    .d = &w->d,
				    .like = &w->like,
				    .query = MIA_PARTS_QUERY,
				    .end = MODELS,
				    .threads = 1};
	deal(w, MIA_DESIGN_BALANCED);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", w->dir);
	assert_int_equal(system(command), 0);
	mia_design_free(&w->d);
	mia_records_free(&w->s);
	mia_model_free(&w->like);
	mia_buf_free(&w->manifest);
	free(w);
	return 0;
}

/* The rows of a run, freed by the caller; NULL after a fault. */
static char *
run(struct world *w, struct mia_shadows_tally *tally, struct mia_fault *f)
{
	struct mia_writer_opts how = {.path = w->out, .no_meta = true};
	struct mia_shadows_tally mine;
	struct mia_writer *out;
	char *text;
	size_t n;

	*f = (struct mia_fault){0};
	assert_int_equal(mia_writer_open(&out, &how, f), 0);
	if (mia_writer_begin(out, "predictions", NULL, NULL, f) != 0 ||
	    mia_shadows_run(&w->o, out, tally ? tally : &mine, f) != 0) {
		mia_writer_abandon(out);
		return NULL;
	}
	assert_int_equal(mia_writer_end(out, NULL, f), 0);
	assert_int_equal(mia_writer_close(out, f), 0);
	assert_int_equal(mia_read_file(w->out, 1 << 24, &text, &n, f), 0);
	return text;
}

static char *
good(struct world *w, struct mia_shadows_tally *tally)
{
	struct mia_fault f;
	char *text = run(w, tally, &f);

	if (text == NULL)
		fail_msg("%s", f.text);
	return text;
}

/* Every row: its member says what the design and its numbers say. */
static void
test_rows(void **state)
{
	struct world *w = *state;
	struct mia_shadows_tally t;
	char *text = good(w, &t), *line, *save;
	size_t rows = 0, in = 0, last = 0;

	line = strtok_r(text, "\n", &save);
	assert_string_equal(line,
			    "id,model,member,part,label,view,z_c0,z_c1,z_c2");
	while ((line = strtok_r(NULL, "\n", &save)) != NULL) {
		unsigned model, id, view, class, member;
		char part[16];
		double z[3];
		uint32_t row = 0;

		assert_int_equal(sscanf(line,
					"\"r,%u\",%u,%u,%15[a-z],c%u,%u,"
					"%lf,%lf,%lf",
					&id, &model, &member, part, &class,
					&view, &z[0], &z[1], &z[2]),
				 9);
		assert_int_equal(class, id % 3);
		while (mia_names_text(&w->s.ids, w->s.id[row]).n == 0 ||
		       (unsigned)atoi(mia_records_id(&w->s, row).s + 2) != id)
			row++;
		assert_int_equal(member, mia_design_in(&w->d, model, row));
		/* Only the original trains. */
		assert_int_equal(z[class] == 2, member && view == 0);
		assert_int_equal(model, rows / (3 * 12 + 9));
		/* Within a shadow the order is that of the data. */
		assert_true(rows % (3 * 12 + 9) == 0 || 2 * id + view > last);
		last = 2 * id + view;
		in += member && view == 0;
		rows++;
	}
	/* 36 audited and population records, of which 9 have a second view. */
	assert_int_equal(rows, MODELS * (36 + 9));
	assert_int_equal(in, t.in);
	assert_int_equal(t.in_right, t.in);
	assert_int_equal(t.in + t.out, MODELS * 24);
	assert_true(t.out_right < t.out / 2);
	free(text);
}

/* Threads and ranges of models change no byte. */
static void
test_splits(void **state)
{
	struct world *w = *state;
	char *whole = good(w, NULL), *part;
	size_t header = strcspn(whole, "\n") + 1, at = header;

	for (unsigned t = 2; t < 12; t += 3) {
		w->o.threads = t;
		part = good(w, NULL);
		assert_string_equal(part, whole);
		free(part);
	}
	for (size_t k = 0; k < 4; k++) {
		w->o.first = k * MODELS / 4;
		w->o.end = (k + 1) * MODELS / 4;
		w->o.threads = 1 + (unsigned)k;
		part = good(w, NULL);
		assert_memory_equal(part, whole, header);
		assert_memory_equal(part + header, whole + at,
				    strlen(part) - header);
		at += strlen(part) - header;
		free(part);
	}
	assert_int_equal(whole[at], '\0');
	free(whole);
}

static void
spoil(const struct world *w, const char *name, size_t cut, size_t flip)
{
	char path[128], *s;
	struct mia_fault f = {0};
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	assert_int_equal(mia_read_file(path, 1 << 24, &s, &n, &f), 0);
	s[flip] ^= 1;
	assert_int_equal(mia_write_file(path, s, n - cut, &f), 0);
	free(s);
}

static void
test_resume(void **state)
{
	struct world *w = *state;
	char *whole = good(w, NULL), *again;
	struct mia_shadows_tally t, first;

	w->o.resume = w->cache;
	w->o.threads = 2;
	w->o.end = 5; /* as a run that died after five */
	again = good(w, &t);
	assert_int_equal(t.kept, 0);
	free(again);
	w->o.end = MODELS;
	again = good(w, &first);
	assert_int_equal(first.kept, 5);
	assert_string_equal(again, whole);
	free(again);
	spoil(w, "cache/shadow-2.done", 0, 300);
	spoil(w, "cache/shadow-3.done", 8, 0);
	spoil(w, "cache/shadow-7.done", 0, 20); /* another run's */
	again = good(w, &t);
	assert_int_equal(t.kept, MODELS - 3);
	assert_string_equal(again, whole);
	assert_int_equal(t.in_right, first.in_right);
	assert_int_equal(t.out_right, first.out_right);
	free(again);
	/* Models asked for later: those shadows are trained again. */
	w->o.save = w->models;
	again = good(w, &t);
	assert_int_equal(t.kept, 0);
	assert_string_equal(again, whole);
	free(again);
	spoil(w, "models/shadow-4.model", 0, 50);
	again = good(w, &t);
	assert_int_equal(t.kept, MODELS - 1);
	assert_string_equal(again, whole);
	free(again);
	free(whole);
}

static void
test_other_run(void **state)
{
	struct world *w = *state;
	struct mia_fault f;

	w->o.resume = w->cache;
	free(good(w, NULL));
	w->like.seed = 12;
	deal(w, MIA_DESIGN_BALANCED);
	assert_null(run(w, NULL, &f));
	assert_int_equal(f.code, MIA_DATA);
	assert_non_null(strstr(f.text, "there 'seed 11', here 'seed 12'"));
	w->like.seed = 11;
	w->o.query = MIA_PARTS_AUDITED;
	deal(w, MIA_DESIGN_BALANCED);
	assert_null(run(w, NULL, &f));
	assert_non_null(strstr(f.text, "query member nonmember population"));
	w->o.query = MIA_PARTS_QUERY;
	w->s.hash.lo ^= 1;
	deal(w, MIA_DESIGN_BALANCED);
	assert_null(run(w, NULL, &f));
	assert_non_null(strstr(f.text, "there 'data "));
	w->s.hash.lo ^= 1;
	deal(w, MIA_DESIGN_BALANCED);
	free(good(w, NULL));
}

/* A whole file that another run left is not taken for ours. */
static void
test_stray_file(void **state)
{
	struct world *w = *state;
	char *mine = good(w, NULL), *again, from[128], *s;
	struct mia_shadows_tally t;
	struct mia_fault f = {0};
	size_t n;

	w->like.seed = 12;
	deal(w, MIA_DESIGN_BALANCED);
	w->o.resume = w->models;
	free(good(w, NULL));
	w->like.seed = 11;
	deal(w, MIA_DESIGN_BALANCED);
	w->o.resume = w->cache;
	free(good(w, NULL));
	snprintf(from, sizeof(from), "%s/shadow-1.done", w->models);
	assert_int_equal(mia_read_file(from, 1 << 24, &s, &n, &f), 0);
	snprintf(from, sizeof(from), "%s/shadow-1.done", w->cache);
	assert_int_equal(mia_write_file(from, s, n, &f), 0);
	free(s);
	again = good(w, &t);
	assert_int_equal(t.kept, MODELS - 1);
	assert_string_equal(again, mine);
	free(again);
	free(mine);
}

/* Under pools a shadow answers for what it drew, and for nothing else. */
static void
test_pools(void **state)
{
	struct world *w = *state;
	char *text, *line, *save;
	size_t rows = 0, in = 0, views = 0;

	deal(w, MIA_DESIGN_POOLS);
	w->o.query = MIA_PART_BIT(MIA_PART_AUX);
	text = good(w, NULL);
	strtok_r(text, "\n", &save);
	while ((line = strtok_r(NULL, "\n", &save)) != NULL) {
		unsigned id, model, member, view;

		assert_int_equal(sscanf(line, "\"r,%u\",%u,%u,aux,c%*u,%u", &id,
					&model, &member, &view),
				 4);
		rows += view == 0;
		in += view == 0 && member;
		views += view == 0 && id % 4 == 0;
		views -= view == 1;
	}
	assert_int_equal(rows, MODELS * 8);
	assert_int_equal(in, MODELS * 4);
	assert_int_equal(views, 0); /* of each original its other views */
	free(text);
}

/* Of several shadows that fail the first is named. */
static void
test_faults(void **state)
{
	struct world *w = *state;
	struct mia_fault f = {0};

	assert_int_equal(mia_hyper_set(&w->like.hyper, "fail=4", &f), 0);
	for (unsigned t = 1; t < 4; t++) {
		w->o.threads = t;
		assert_null(run(w, NULL, &f));
		assert_int_equal(f.code, MIA_DATA);
		assert_string_equal(f.text, "shadow 4: cannot; try less");
	}
	w->o.save = "/dev/null/x";
	assert_null(run(w, NULL, &f));
	assert_int_equal(f.code, MIA_SYSTEM);
	assert_non_null(strstr(f.text, "/dev/null/x"));
}

#define with_world(test)                                                       \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		with_world(test_rows),	     with_world(test_splits),
		with_world(test_resume),     with_world(test_other_run),
		with_world(test_stray_file), with_world(test_pools),
		with_world(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
