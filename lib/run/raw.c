#include "run/raw.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

/* Columns of the keys of the streams: no feature may be called so. */
static const char *const reserved[] = {"id",   "model", "member",
				       "part", "label", "view"};
#define RESERVED (sizeof(reserved) / sizeof(*reserved))

/* No such column: says which there are. */
static int
no_column(const struct mia_reader *r, const char *name, const char *option,
	  struct mia_fault *f)
{
	struct mia_buf all = {0};
	int rc;

	for (size_t i = 0; i < mia_reader_columns(r) && all.n < 600; i++) {
		struct mia_text t = mia_reader_name(r, i);

		mia_buf_format(&all, "%s%.*s", i ? ", " : "", MIA_QUOTE(t));
	}
	if (all.n >= 600)
		mia_buf_text(&all, ", …");
	rc = mia_fail(f, MIA_DATA, "%s: no column '%s'; give %s one of: %s",
		      mia_reader_file(r), name, option, mia_buf_string(&all));
	mia_buf_free(&all);
	return rc;
}

static int
find_key(const struct mia_reader *r, const char *wanted, const char *fallback,
	 bool needed, const char *option, char **name, struct mia_fault *f)
{
	const char *look = wanted ? wanted : fallback;

	if (look == NULL)
		return 0;
	if (mia_reader_find(r, look) >= 0)
		*name = mia_copy(look, strlen(look));
	else if (wanted != NULL || needed)
		return no_column(r, look, option, f);
	return 0;
}

static bool
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static int
find_keys(struct mia_raw *w, const struct mia_reader *r,
	  const struct mia_raw_columns *c, struct mia_fault *f)
{
	const char *twice = NULL;
	/* A column called id is the id unless it is given for something. */
	const char *id =
		same(c->label, "id") || same(c->group, "id") ||
				mia_text_in(mia_text("id"), c->drop, c->n_drop)
			? NULL
			: "id";

	if (find_key(r, c->label, "label", true, "--label", &w->label_name,
		     f) != 0 ||
	    find_key(r, c->id, id, false, "--id", &w->id_name, f) != 0 ||
	    find_key(r, c->group, NULL, false, "--group", &w->group_name, f) !=
		    0)
		return -1;
	for (size_t i = 0; i < c->n_drop; i++) {
		if (mia_reader_find(r, c->drop[i]) < 0)
			return no_column(r, c->drop[i], "--drop", f);
		if (same(c->drop[i], w->label_name) ||
		    same(c->drop[i], w->id_name) ||
		    same(c->drop[i], w->group_name))
			twice = c->drop[i];
	}
	if (same(w->label_name, w->id_name) ||
	    same(w->label_name, w->group_name))
		twice = w->label_name;
	if (same(w->id_name, w->group_name))
		twice = w->id_name;
	if (twice != NULL)
		return mia_fail(f, MIA_USAGE,
				"column '%s' is given for two purposes; id, "
				"label, group and dropped columns differ",
				twice);
	return 0;
}

/* The name a feature is written under. */
static int
written_name(struct mia_text name, const struct mia_raw_columns *c,
	     struct mia_text *as)
{
	*as = name;
	for (size_t i = 0; i < c->n_rename; i++)
		if (strncmp(c->rename[i], name.s, name.n) == 0 &&
		    c->rename[i][name.n] == '=') {
			*as = mia_text(c->rename[i] + name.n + 1);
			return 1;
		}
	return 0;
}

static int
find_features(struct mia_raw *w, const struct mia_reader *r,
	      const struct mia_raw_columns *c, struct mia_fault *f)
{
	size_t renamed = 0;

	for (size_t i = 0; i < mia_reader_columns(r); i++) {
		struct mia_text t = mia_reader_name(r, i), as;

		if (mia_text_is(t, w->label_name) ||
		    (w->id_name && mia_text_is(t, w->id_name)) ||
		    (w->group_name && mia_text_is(t, w->group_name)) ||
		    mia_text_in(t, c->drop, c->n_drop))
			continue;
		renamed += (size_t)written_name(t, c, &as);
		if (mia_text_in(as, reserved, RESERVED))
			return mia_fail(f, MIA_DATA,
					"%s: a feature would be called '%.*s', "
					"as a column of the key; --rename "
					"%.*s=NAME or --drop %.*s",
					mia_reader_file(r), MIA_QUOTE(as),
					MIA_QUOTE(t), MIA_QUOTE(t));
		mia_names_add(&w->features, t);
		if (as.n == 0 ||
		    mia_names_find(&w->names, as) != MIA_NAMES_NONE)
			return mia_fail(f, MIA_DATA,
					"%s: feature '%.*s' would be called "
					"'%.*s', which is %s; --rename it "
					"otherwise",
					mia_reader_file(r), MIA_QUOTE(t),
					MIA_QUOTE(as),
					as.n ? "taken" : "no name");
		mia_names_add(&w->names, as);
	}
	if (renamed < c->n_rename)
		return mia_fail(f, MIA_USAGE,
				"a --rename names no feature, or one twice; "
				"give --rename OLD=NEW, OLD a feature");
	if (w->features.n == 0)
		return mia_fail(f, MIA_DATA,
				"%s: no feature column is left; give more "
				"columns than id and label",
				mia_reader_file(r));
	return 0;
}

/* Where the columns are in this reader. */
struct place {
	size_t id, label, group;
	size_t *feature; /* [w->features.n] */
};

/* Every column of the first file, and no other. */
static int
find_places(const struct mia_raw *w, const struct mia_reader *r,
	    const struct mia_raw_columns *c, struct place *at,
	    struct mia_fault *f)
{
	const char *remedy = "which the first file has; give files with the "
			     "same columns";
	size_t known = 0;
	struct mia_buf name = {0};
	int rc = 0;

	if (mia_reader_need(r, w->label_name, remedy, &at->label, f) != 0 ||
	    (w->id_name &&
	     mia_reader_need(r, w->id_name, remedy, &at->id, f) != 0) ||
	    (w->group_name &&
	     mia_reader_need(r, w->group_name, remedy, &at->group, f) != 0))
		return -1;
	known = 1 + (w->id_name != NULL) + (w->group_name != NULL);
	for (uint32_t j = 0; j < w->features.n && rc == 0; j++) {
		struct mia_text t = mia_names_text(&w->features, j);

		name.n = 0;
		mia_buf_add(&name, t.s, t.n);
		rc = mia_reader_need(r, mia_buf_string(&name), remedy,
				     &at->feature[j], f);
	}
	mia_buf_free(&name);
	known += w->features.n;
	for (size_t i = 0; i < mia_reader_columns(r) && rc == 0; i++) {
		struct mia_text t = mia_reader_name(r, i);

		if (mia_text_in(t, c->drop, c->n_drop))
			known++;
		else if (known < mia_reader_columns(r) &&
			 mia_names_find(&w->features, t) == MIA_NAMES_NONE &&
			 i != at->label && (!w->id_name || i != at->id) &&
			 (!w->group_name || i != at->group))
			rc = mia_fail(f, MIA_DATA,
				      "%s: column '%.*s' is not in the first "
				      "file; give files with the same columns",
				      mia_reader_file(r), MIA_QUOTE(t));
	}
	return rc;
}

static void
grow(struct mia_raw *w)
{
	size_t cap[6];

	for (int i = 0; i < 6; i++)
		cap[i] = w->cap;
	mia_grow(&w->at, &cap[0], w->n + 1, sizeof(*w->at));
	mia_grow(&w->class, &cap[1], w->n + 1, sizeof(*w->class));
	mia_grow(&w->group, &cap[2], w->n + 1, sizeof(*w->group));
	mia_grow(&w->key, &cap[3], w->n + 1, sizeof(*w->key));
	mia_grow(&w->content, &cap[4], w->n + 1, sizeof(*w->content));
	mia_grow(&w->part, &cap[5], w->n + 1, sizeof(*w->part));
	mia_grow(&w->number, &w->cap, w->n + 1, sizeof(*w->number));
}

/* Longest part name, a colon, a number. */
#define MADE_ID (16 + MIA_NUM_MAX)

/* The id of a row when there is no id column, in text[MADE_ID]. */
static struct mia_text
made_id(const struct mia_raw *w, uint32_t row, char *text)
{
	size_t n = 0;

	if (w->by_part) {
		struct mia_text t = mia_text(mia_part_name(w->part[row]));

		memcpy(text, t.s, t.n);
		text[t.n] = ':';
		n = t.n + 1;
	}
	return (struct mia_text){text,
				 n + mia_num_int(text + n, w->number[row])};
}

static int
take_id(struct mia_raw *w, const struct mia_row *row, const struct place *at,
	struct mia_fault *f)
{
	char text[MADE_ID];
	struct mia_text t;

	if (w->id_name == NULL) {
		t = made_id(w, w->n, text);
	} else {
		t = row->field[at->id];
		if (t.n == 0)
			return mia_row_fail(row, f,
					    "the id '%s' is empty; give every "
					    "row an id, or leave the ids out",
					    w->id_name);
		if (mia_names_add(&w->ids, t) != w->n)
			return mia_row_fail(row, f,
					    "id '%.*s' occurs twice; give "
					    "every row an id of its own (a "
					    "person's rows: --group)",
					    MIA_QUOTE(t));
	}
	w->key[w->n] = mia_hash64(t.s, t.n, 0);
	return 0;
}

static int
take_row(struct mia_raw *w, const struct mia_row *row, const struct place *at,
	 enum mia_part part, struct mia_fault *f)
{
	struct mia_text label = row->field[at->label];
	uint64_t begin = w->cells.n;

	if (w->n == MIA_NAMES_NONE - 1)
		return mia_row_fail(row, f,
				    "more than %" PRIu32 " rows; take a sample",
				    MIA_NAMES_NONE - 1);
	grow(w);
	w->part[w->n] = (uint8_t)part;
	w->number[w->n] = w->by_part ? w->count[part]++ : w->n;
	if (take_id(w, row, at, f) != 0)
		return -1;
	if (label.n == 0)
		return mia_row_fail(row, f,
				    "the label '%s' is empty; fill it in or "
				    "take the row out",
				    w->label_name);
	w->class[w->n] = mia_names_add(&w->classes, label);
	w->group[w->n] = 0;
	if (w->group_name != NULL) {
		struct mia_text t = row->field[at->group];

		if (t.n == 0)
			return mia_row_fail(row, f,
					    "the group '%s' is empty; fill it "
					    "in or take the row out",
					    w->group_name);
		w->group[w->n] = mia_names_add(&w->groups, t);
	}
	mia_buf_str(&w->cells, label);
	for (size_t j = 0; j < w->features.n; j++)
		mia_buf_str(&w->cells, row->field[at->feature[j]]);
	w->at[w->n] = begin;
	w->content[w->n] = mia_hash(w->cells.s + begin, w->cells.n - begin, 0);
	w->n++;
	return 0;
}

int
mia_raw_read(struct mia_raw *w, struct mia_reader *r,
	     const struct mia_raw_columns *c, enum mia_part part,
	     struct mia_fault *f)
{
	const struct mia_row *row;
	struct place at = {0};
	enum mia_step what;
	int rc = 0;

	if (!w->fixed &&
	    (find_keys(w, r, c, f) != 0 || find_features(w, r, c, f) != 0))
		return -1;
	w->fixed = true;
	at.feature = mia_alloc(w->features.n, sizeof(*at.feature));
	rc = find_places(w, r, c, &at, f);
	while (rc == 0 && (what = mia_reader_next(r, &row, f)) != MIA_END)
		rc = what == MIA_ROW ? take_row(w, row, &at, part, f) : -1;
	free(at.feature);
	return rc;
}

void
mia_raw_free(struct mia_raw *w)
{
	mia_buf_free(&w->cells);
	free(w->at);
	free(w->class);
	free(w->group);
	free(w->key);
	free(w->content);
	free(w->part);
	free(w->number);
	free(w->id_name);
	free(w->label_name);
	free(w->group_name);
	mia_names_free(&w->classes);
	mia_names_free(&w->groups);
	mia_names_free(&w->ids);
	mia_names_free(&w->features);
	mia_names_free(&w->names);
	*w = (struct mia_raw){0};
}

void
mia_raw_write_header(const struct mia_raw *w, struct mia_writer *out)
{
	mia_write_str(out, "id");
	mia_write_str(out, "part");
	mia_write_str(out, "label");
	for (uint32_t j = 0; j < w->names.n; j++)
		mia_write_text(out, mia_names_text(&w->names, j));
}

void
mia_raw_write_row(const struct mia_raw *w, uint32_t row, enum mia_part part,
		  struct mia_writer *out)
{
	struct mia_bytes at = {(const unsigned char *)w->cells.s + w->at[row],
			       (const unsigned char *)w->cells.s + w->cells.n};
	char text[MADE_ID];
	struct mia_text t = w->id_name ? mia_names_text(&w->ids, row)
				       : made_id(w, row, text);

	mia_write_text(out, t);
	mia_write_str(out, mia_part_name(part));
	for (size_t j = 0; j <= w->features.n; j++) {
		mia_bytes_str(&at, &t, NULL);
		mia_write_text(out, t);
	}
}
