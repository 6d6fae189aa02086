#include "run/classes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static bool
reserved(struct mia_text t)
{
	static const char *const name[] = {"id",    "model", "member",	 "part",
					   "label", "view",  "predicted"};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (mia_text_is(t, name[i]))
			return true;
	return false;
}

/* The columns that begin with prefix; their number. */
static size_t
find(struct mia_classes *c, const struct mia_reader *r, const char *prefix,
     long not_class)
{
	size_t columns = mia_reader_columns(r), skip = strlen(prefix);
	char sign = '\0';
	bool same = true;

	c->n = 0;
	mia_names_free(&c->name);
	for (size_t i = 0; i < columns; i++) {
		struct mia_text t = mia_reader_name(r, i);

		if (reserved(t) || i == c->label || (long)i == not_class ||
		    t.n <= skip || memcmp(t.s, prefix, skip) != 0)
			continue;
		if (c->n == 0)
			sign = t.s[skip];
		same = same && t.s[skip] == sign && t.n > skip + 1;
		c->column[c->n++] = i;
	}
	skip += same && sign != '\0' && strchr("_.-:", sign) != NULL;
	for (size_t k = 0; k < c->n; k++) {
		struct mia_text t = mia_reader_name(r, c->column[k]);

		mia_names_add(&c->name,
			      (struct mia_text){t.s + skip, t.n - skip});
	}
	return c->n;
}

int
mia_classes_find(struct mia_classes *c, const struct mia_reader *r,
		 size_t label, const struct mia_classes_opts *o,
		 struct mia_fault *f)
{
	struct mia_text only;

	*c = (struct mia_classes){.label = label, .at = MIA_NAMES_NONE};
	c->column = mia_alloc(mia_reader_columns(r), sizeof(*c->column));
	c->value = mia_alloc(mia_reader_columns(r), sizeof(*c->value));
	if (o->prefix != NULL) {
		c->logits = o->logits || strcmp(o->prefix, "z_") == 0;
		if (find(c, r, o->prefix, o->not_class) == 0)
			return mia_fail(f, MIA_DATA,
					"%s: no column begins with '%s'; name "
					"what the class columns begin with: "
					"--prefix",
					mia_reader_file(r), o->prefix);
	} else {
		size_t logits = find(c, r, "z_", o->not_class);

		if (find(c, r, "p_", o->not_class) > 0 && logits > 0)
			return mia_fail(f, MIA_DATA,
					"%s: there are both p_ and z_ "
					"columns; choose with --prefix",
					mia_reader_file(r));
		c->logits = logits > 0;
		if (logits > 0)
			find(c, r, "z_", o->not_class);
	}
	if (c->n != 1)
		return 0;
	only = mia_reader_name(r, c->column[0]);
	return mia_fail(f, MIA_DATA,
			"%s: '%.*s' is the only class column; give every "
			"class one",
			mia_reader_file(r), MIA_QUOTE(only));
}

void
mia_classes_free(struct mia_classes *c)
{
	free(c->column);
	free(c->value);
	mia_names_free(&c->name);
	*c = (struct mia_classes){0};
}

/* Says what is wrong with a field. */
static int
bad_field(struct mia_classes *c, const struct mia_reader *r,
	  const struct mia_row *row, size_t k, struct mia_fault *f)
{
	struct mia_text t = mia_reader_name(r, c->column[k]);
	char name[64];

	snprintf(name, sizeof(name), "%.*s", MIA_QUOTE(t));
	return mia_row_num(row, c->column[k], name, c->logits, &c->value[k], f);
}

int
mia_classes_row(struct mia_classes *c, const struct mia_reader *r,
		const struct mia_row *row, struct mia_fault *f)
{
	struct mia_text t = row->field[c->label];
	uint32_t at = mia_names_guess(&c->name, t, c->at);

	if (at == MIA_NAMES_NONE)
		return mia_row_fail(row, f,
				    "label '%.*s' is none of the %zu classes; "
				    "give it a column, or say which columns "
				    "with --prefix",
				    MIA_QUOTE(t), c->n);
	c->at = at;
	for (size_t k = 0; k < c->n; k++) {
		enum mia_num what =
			mia_num_parse(row->field[c->column[k]], &c->value[k]);

		if (what != MIA_NUM_FINITE &&
		    !(what == MIA_NUM_INFINITE && c->logits))
			return bad_field(c, r, row, k, f);
	}
	return 0;
}
