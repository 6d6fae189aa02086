#include "learn/learner.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static int
bad_value(const struct mia_hparam *p, struct mia_text t, struct mia_fault *f)
{
	const char *words = p->words != NULL ? p->words : "";

	if (p->kind == MIA_HYPER_TEXT)
		return mia_fail(f, MIA_USAGE,
				"'%.*s' is no value of '%s'; "
				"give one of %s",
				(int)t.n, t.s, p->name, words);
	return mia_fail(f, MIA_USAGE,
			"'%.*s' is no value of '%s'; give %s from %g to %g%s%s",
			(int)t.n, t.s, p->name,
			p->kind == MIA_HYPER_INT ? "a whole number"
						 : "a number",
			p->lo, p->hi, *words ? ", or " : "", words);
}

static int
set(struct mia_hyper *h, size_t i, struct mia_text t, struct mia_fault *f)
{
	const struct mia_hparam *p = &h->learner->hyper[i];
	int word = mia_text_place(t, p->words);
	double x = -1 - word;
	char text[MIA_NUM_MAX];

	if (word < 0 && p->kind == MIA_HYPER_TEXT && p->words == NULL) {
		x = 0; /* free text */
	} else if (word < 0) {
		if (p->kind == MIA_HYPER_TEXT ||
		    mia_num_parse(t, &x) != MIA_NUM_FINITE || x < p->lo ||
		    x > p->hi || (p->kind == MIA_HYPER_INT && x != floor(x)))
			return bad_value(p, t, f);
		t = (struct mia_text){text, mia_num_print(text, x)};
	}
	h->value[i] = x;
	free(h->text[i]);
	h->text[i] = mia_copy(t.s, t.n);
	return 0;
}

void
mia_hyper_init(struct mia_hyper *h, const struct mia_learner *l)
{
	*h = (struct mia_hyper){.learner = l};
	for (size_t i = 0; l->hyper[i].name != NULL; i++) {
		int rc;

		assert(i < MIA_HYPER_MAX);
		rc = set(h, i, mia_text(l->hyper[i].fallback), NULL);
		assert(rc == 0); /* a default is a value */
		(void)rc;
	}
}

void
mia_hyper_free(struct mia_hyper *h)
{
	for (size_t i = 0; i < MIA_HYPER_MAX; i++)
		free(h->text[i]);
	*h = (struct mia_hyper){0};
}

int
mia_hyper_set(struct mia_hyper *h, const char *setting, struct mia_fault *f)
{
	const struct mia_hparam *p = h->learner->hyper;
	const char *names[MIA_HYPER_MAX + 1] = {NULL};
	const char *eq = strchr(setting, '=');
	char *name;

	if (eq == NULL)
		return mia_fail(f, MIA_USAGE,
				"'%s' sets nothing; give "
				"NAME=VALUE",
				setting);
	for (size_t i = 0; p[i].name != NULL; i++) {
		if (mia_text_is(
			    (struct mia_text){setting, (size_t)(eq - setting)},
			    p[i].name))
			return set(h, i, mia_text(eq + 1), f);
		names[i] = p[i].name;
	}
	if (names[0] == NULL)
		return mia_fail(f, MIA_USAGE,
				"'%s' has no settings; leave "
				"out '%s'",
				h->learner->name, setting);
	name = mia_copy(setting, (size_t)(eq - setting));
	mia_fault_set(f, MIA_USAGE,
		      "'%s' has no setting '%s'; did you mean "
		      "'%s'?",
		      h->learner->name, name, mia_nearest(name, names));
	free(name);
	return -1;
}

static size_t
find(const struct mia_hyper *h, const char *name)
{
	size_t i = 0;

	while (h->learner->hyper[i].name != NULL &&
	       strcmp(h->learner->hyper[i].name, name) != 0)
		i++;
	assert(h->learner->hyper[i].name != NULL);
	return i;
}

double
mia_hyper_get(const struct mia_hyper *h, const char *name)
{
	return h->value[find(h, name)];
}

const char *
mia_hyper_text(const struct mia_hyper *h, const char *name)
{
	return h->text[find(h, name)];
}
