#include "run/trainer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/saved.h"

/* A note, a line; the caller prints them. */
#define note(t, ...) mia_buf_format(&(t)->notes, __VA_ARGS__)

/* The target's model file, without the model itself. */
static int
load_target(struct mia_trainer *t, const char *path, struct mia_fault *f)
{
	struct mia_model *m = &t->model;

	if (mia_saved_read(m, path, f) != 0)
		return -1;
	m->hyper.learner->model_free(m->fitted);
	m->fitted = NULL;
	return 0;
}

/* Reads the records; text columns of the target are text here. */
static int
read_data(struct mia_trainer *t, const struct mia_trainer_opts *o,
	  struct mia_reader *r, struct mia_records *s, struct mia_fault *f)
{
	const struct mia_encoding *e = &t->model.encoding;
	const char **text =
		mia_alloc(o->n_category + e->columns + 1, sizeof(*text));
	struct mia_records_opts how = {
		.category = text,
		.not_feature = o->not_feature,
		.n_not_feature = o->n_not_feature,
		.missing = o->missing ? o->missing : t->model.missing_text,
	};
	int rc;

	for (size_t i = 0; i < o->n_category; i++)
		text[how.n_category++] = o->category[i];
	for (size_t j = 0; j < e->columns; j++)
		if (e->kind[j] == MIA_COLUMN_TEXT &&
		    mia_reader_find(r, e->name[j]) >= 0)
			text[how.n_category++] = e->name[j];
	rc = mia_records_read(s, r, &how, f);
	free(text);
	if (rc == 0 && s->classes.n < 2)
		return mia_fail(f, MIA_DATA,
				"%s: every row is of one class; a classifier "
				"wants two",
				mia_reader_file(r));
	return rc;
}

static bool
same_names(const struct mia_names *a, const struct mia_names *b)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (mia_names_find(b, mia_names_text(a, i)) == MIA_NAMES_NONE)
			return false;
	return a->n == b->n;
}

/*
 * Is this the data that the target was trained on?  Shadows of other members
 * say nothing about it.
 */
static int
check_target(struct mia_trainer *t, const char *path,
	     const struct mia_reader *r, struct mia_records *s,
	     struct mia_fault *f)
{
	char members[MIA_HASH_TEXT], data[MIA_HASH_TEXT];
	const struct mia_model *m = &t->model;
	size_t n, extra;
	uint32_t *rows;

	n = mia_records_select(s, MIA_PARTS_TARGET, false, &rows);
	mia_hash_print(members, mia_records_hash_ids(s, rows, n));
	mia_hash_print(data, s->hash);
	free(rows);
	if (m->members[0] != '\0' && strcmp(m->members, members) != 0)
		return mia_fail(f, MIA_DATA,
				"%s: the %llu records that trained '%s' are "
				"not the %zu member and background records "
				"here; give the data it was trained on, or "
				"its settings by --learner and --set instead "
				"of --like",
				mia_reader_file(r), (unsigned long long)m->rows,
				path, n);
	if (m->data[0] != '\0' && strcmp(m->data, data) != 0)
		note(t,
		     "the data are not those that trained '%s', but its "
		     "members are\n",
		     path);
	if (!same_names(&m->classes, &s->classes))
		note(t, "the classes are not those of '%s'\n", path);
	if (mia_encoding_match(&m->encoding, &s->x, &extra, f) != 0)
		return -1;
	if (extra > 0)
		note(t, "%zu columns are left out: '%s' does not use them\n",
		     extra, path);
	return 0;
}

/* Says what differs between the target's settings and ours. */
static void
compare(struct mia_trainer *t, const struct mia_hyper *target)
{
	const struct mia_hyper *h = &t->model.hyper;

	if (h->learner != target->learner) {
		note(t, "the learner is %s, that of the target %s\n",
		     h->learner->name, target->learner->name);
		return;
	}
	for (size_t i = 0; h->learner->hyper[i].name != NULL; i++)
		if (strcmp(h->text[i], target->text[i]) != 0)
			note(t, "%s is %s, that of the target %s\n",
			     h->learner->hyper[i].name, h->text[i],
			     target->text[i]);
}

/* Learner and settings: the target's, then what options say. */
static int
settle_learner(struct mia_trainer *t, const struct mia_trainer_opts *o,
	       struct mia_fault *f)
{
	struct mia_hyper target = t->model.hyper, *h = &t->model.hyper;
	const struct mia_learner *l = target.learner;
	int rc = 0;

	if ((l == NULL || o->learner != NULL) &&
	    mia_learner_find(&l, o->learner ? o->learner : "forest", f) != 0)
		return -1;
	mia_hyper_init(h, l);
	for (size_t i = 0; l == target.learner && l->hyper[i].name; i++) {
		free(h->text[i]);
		h->text[i] = mia_copy(target.text[i], strlen(target.text[i]));
		h->value[i] = target.value[i];
	}
	for (size_t i = 0; i < o->n_set && rc == 0; i++)
		rc = mia_hyper_set(h, o->set[i], f);
	if (rc == 0 && target.learner != NULL)
		compare(t, &target);
	mia_hyper_free(&target);
	return rc;
}

/* The parts whose rows the encoding is fitted on, kept in the model. */
static int
settle_parts(struct mia_model *m, const char *list, unsigned *parts,
	     struct mia_fault *f)
{
	const unsigned all = MIA_PART_BIT(MIA_PARTS) - 1;
	struct mia_buf b = {0};

	if (mia_parts_scan(list, "fit-part", parts, f) != 0)
		return -1;
	for (int p = 0; *parts != all && p < MIA_PARTS; p++)
		if (*parts & MIA_PART_BIT(p))
			mia_buf_format(&b, "%s%s", b.n > 0 ? "," : "",
				       mia_part_name((enum mia_part)p));
	free(m->fit_part);
	mia_buf_string(&b);
	m->fit_part = b.s;
	return 0;
}

static int
fit_encoding(struct mia_trainer *t, const struct mia_trainer_opts *o,
	     const struct mia_records *s, struct mia_fault *f)
{
	struct mia_model *m = &t->model;
	const char *list = o->fit_part ? o->fit_part : m->fit_part;
	uint32_t *rows = NULL;
	size_t n = s->n;
	unsigned parts;
	int rc;

	if (settle_parts(m, list && list[0] ? list : "all", &parts, f) != 0)
		return -1;
	/* Nothing but the parts decides, so no record betrays membership. */
	if (m->fit_part[0] != '\0') {
		n = mia_records_select(s, parts, true, &rows);
		if (n == 0) {
			free(rows);
			return mia_fail(f, MIA_DATA,
					"no row is of part %s; give --fit-part "
					"parts that the data has",
					list);
		}
	}
	if (o->values_given)
		m->missing = o->missing_values;
	mia_encoding_free(&m->encoding);
	rc = mia_encoding_fit(&m->encoding, &s->x, rows, n,
			      m->hyper.learner->scale, m->missing, f);
	free(rows);
	return rc;
}

static int
settle_encoding(struct mia_trainer *t, const struct mia_trainer_opts *o,
		const struct mia_records *s, struct mia_fault *f)
{
	const struct mia_model *m = &t->model;
	size_t unseen, missing;

	if (o->like == NULL || o->fit_part != NULL || o->values_given ||
	    m->encoding.scale != m->hyper.learner->scale) {
		if (o->like != NULL)
			note(t, "the encoding is fitted anew\n");
		return fit_encoding(t, o, s, f);
	}
	mia_encoding_strange(&m->encoding, &s->x, &unseen, &missing);
	if (unseen + missing > 0)
		note(t,
		     "%zu cells hold a category, %zu a missing value, that "
		     "the target's encoding has not seen\n",
		     unseen, missing);
	return 0;
}

static void
keep_text(struct mia_trainer *t, const struct mia_trainer_opts *o)
{
	if (o->missing == NULL)
		return;
	free(t->model.missing_text);
	t->model.missing_text = mia_copy(o->missing, strlen(o->missing));
}

int
mia_trainer_init(struct mia_trainer *t, const struct mia_trainer_opts *o,
		 struct mia_reader *r, struct mia_records *s,
		 struct mia_fault *f)
{
	*t = (struct mia_trainer){0};
	*s = (struct mia_records){0};
	if (o->like != NULL && load_target(t, o->like, f) != 0)
		return -1;
	/* Options are judged before a long read. */
	if (settle_learner(t, o, f) != 0 || read_data(t, o, r, s, f) != 0 ||
	    (o->like != NULL && check_target(t, o->like, r, s, f) != 0) ||
	    settle_encoding(t, o, s, f) != 0)
		return -1;
	keep_text(t, o);
	mia_names_free(&t->model.classes);
	for (uint32_t i = 0; i < s->classes.n; i++)
		mia_names_add(&t->model.classes,
			      mia_names_text(&s->classes, i));
	mia_hash_print(t->model.data, s->hash);
	return 0;
}

void
mia_trainer_free(struct mia_trainer *t)
{
	mia_model_free(&t->model);
	mia_buf_free(&t->notes);
}

void
mia_trainer_line(const struct mia_trainer *t, struct mia_buf *b)
{
	const struct mia_hyper *h = &t->model.hyper;

	mia_buf_format(b, " --learner=%s", h->learner->name);
	for (size_t i = 0; h->learner->hyper[i].name != NULL; i++)
		mia_buf_format(b, " --set=%s=%s", h->learner->hyper[i].name,
			       h->text[i]);
}
