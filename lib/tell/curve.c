#include "tell/curve.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tell/clean.h"

/* Steps that a reader can see: of the whole axis, of a decade. */
#define LINEAR_STEPS 800
#define DECADE_STEPS 200

void
mia_curves_free(struct mia_curves *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->item[i].file);
		free(c->item[i].target);
		free(c->item[i].attack);
		free(c->item[i].group);
		free(c->item[i].label);
		free(c->item[i].v);
	}
	free(c->item);
	*c = (struct mia_curves){0};
}

struct mia_curve *
mia_curves_at(struct mia_curves *c, const char *file, struct mia_text target,
	      struct mia_text attack, struct mia_text group)
{
	struct mia_curve *k;

	/* The newest first: rows of one curve follow each other. */
	for (size_t i = c->n; i-- > 0;) {
		k = &c->item[i];
		if (mia_text_is(attack, k->attack) &&
		    mia_text_is(group, k->group) &&
		    mia_text_is(target, k->target) &&
		    strcmp(file, k->file) == 0)
			return k;
	}
	mia_grow(&c->item, &c->cap, c->n + 1, sizeof(*c->item));
	k = &c->item[c->n++];
	*k = (struct mia_curve){
		.file = mia_copy(file, strlen(file)),
		.target = mia_copy(target.s, target.n),
		.attack = mia_copy(attack.s, attack.n),
		.group = mia_copy(group.s, group.n),
		.finest = 1,
	};
	return k;
}

static bool
apart(double a, double b)
{
	if (a == b)
		return false;
	if (a <= 0 || b <= 0)
		return true;
	return fabs(a - b) * LINEAR_STEPS >= 1 ||
	       fabs(log10(a) - log10(b)) * DECADE_STEPS >= 1;
}

static void
keep(struct mia_curve *c)
{
	mia_grow(&c->v, &c->cap, c->n + 1, sizeof(*c->v));
	c->v[c->n++] = c->last;
}

static int
check(const struct mia_curve *c, struct mia_vertex v, struct mia_fault *f)
{
	if (!(v.fpr >= 0 && v.fpr <= 1) || !(v.tpr >= 0 && v.tpr <= 1))
		return mia_fail(f, MIA_DATA,
				"fpr %g, tpr %g: a rate lies between 0 and 1; "
				"rerun mia-eval --roc",
				v.fpr, v.tpr);
	if (v.lo > v.tpr || v.hi < v.tpr)
		return mia_fail(f, MIA_DATA,
				"tpr %g lies outside its interval %g to %g; "
				"rerun mia-eval --roc",
				v.tpr, v.lo, v.hi);
	if (c->seen > 0 && (v.fpr < c->last.fpr || v.tpr < c->last.tpr))
		return mia_fail(f, MIA_DATA,
				"a ROC curve never falls, but (%g, %g) comes "
				"after (%g, %g); sort by fpr, tpr or rerun "
				"mia-eval --roc",
				v.fpr, v.tpr, c->last.fpr, c->last.tpr);
	return 0;
}

int
mia_curve_add(struct mia_curve *c, struct mia_vertex v, struct mia_fault *f)
{
	const struct mia_vertex *k;

	if (check(c, v, f) != 0)
		return -1;
	if (v.fpr > 0 && v.fpr < c->finest)
		c->finest = v.fpr;
	c->last = v;
	c->seen++;
	k = c->n > 0 ? &c->v[c->n - 1] : NULL;
	if (k == NULL || apart(k->fpr, v.fpr) || apart(k->tpr, v.tpr))
		keep(c);
	return 0;
}

void
mia_curve_end(struct mia_curve *c)
{
	const struct mia_vertex *k = c->n > 0 ? &c->v[c->n - 1] : NULL;

	if (k != NULL && (k->fpr != c->last.fpr || k->tpr != c->last.tpr))
		keep(c);
}

/* Name of a file without its folders and its suffixes. */
static struct mia_text
stem(const char *file)
{
	const char *slash = strrchr(file, '/');
	struct mia_text t = mia_text(slash != NULL ? slash + 1 : file);
	const char *dot = t.n > 1 ? strchr(t.s + 1, '.') : NULL;

	if (dot != NULL)
		t.n = (size_t)(dot - t.s);
	return t;
}

struct differs {
	bool file, target, group;
};

static struct differs
differ(const struct mia_curves *c)
{
	struct differs d = {0};

	for (size_t i = 1; i < c->n; i++) {
		const struct mia_curve *a = &c->item[0], *b = &c->item[i];

		d.target |= strcmp(a->target, b->target) != 0;
		d.group |= strcmp(a->group, b->group) != 0;
	}
	/* Files count only where they are all that tells two curves apart. */
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < i; j++) {
			const struct mia_curve *a = &c->item[i];
			const struct mia_curve *b = &c->item[j];

			d.file |= strcmp(a->target, b->target) == 0 &&
				  strcmp(a->attack, b->attack) == 0 &&
				  strcmp(a->group, b->group) == 0;
		}
	return d;
}

static void
part(struct mia_buf *b, struct mia_text t)
{
	if (t.n == 0)
		return;
	if (b->n > 0)
		mia_buf_text(b, ", ");
	mia_buf_add(b, t.s, t.n);
}

static bool
taken(const struct mia_curves *c, size_t i, const char *label)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(c->item[j].label, label) == 0)
			return true;
	return false;
}

/* The whole name shortened; numbered if that makes it like an earlier one. */
static char *
short_label(const struct mia_curves *c, size_t i, struct mia_text whole)
{
	struct mia_buf b = {0};
	char number[32] = "";

	for (unsigned k = 2;; k++) {
		b.n = 0;
		mia_clean_short(&b, whole, MIA_LABEL_MAX - strlen(number));
		mia_buf_text(&b, number);
		if (!taken(c, i, mia_buf_string(&b)))
			break;
		snprintf(number, sizeof(number), " (%u)", k);
	}
	return b.s;
}

void
mia_curves_label(struct mia_curves *c)
{
	struct differs d = differ(c);
	struct mia_buf b = {0};

	for (size_t i = 0; i < c->n; i++) {
		struct mia_curve *k = &c->item[i];

		b.n = 0;
		if (d.file)
			part(&b, stem(k->file));
		if (d.target)
			part(&b, mia_text(k->target));
		part(&b, mia_text(k->attack));
		if (d.group)
			part(&b, mia_text(k->group));
		free(k->label);
		k->label = short_label(c, i,
				       (struct mia_text){b.n ? b.s : "", b.n});
	}
	mia_buf_free(&b);
}
