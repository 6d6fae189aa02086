/*
 * split-data: raw CSV in, a data stream out, which says of every record
 * whether it is a member of the target, a non-member, or serves otherwise.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "front/opts.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/deal.h"
#include "run/raw.h"
#include "run/split.h"

#define OPTIONS 16 /* and the end of the table */

struct opts {
	struct mia_list value[MIA_PARTS]; /* shares or files, as given */
	struct mia_raw_columns columns;
	struct mia_list drop, rename;
	int64_t per_class, canaries;
	double coin; /* 0: not given */
	bool plain;
	int duplicates;
};

/* A value is a share if it looks like one, else a file. */
static void
scan_part(const struct mia_command *c, const struct mia_list *l, int p,
	  struct mia_share *share, bool *shares, bool *files)
{
	const char *name = mia_part_name((enum mia_part)p);

	for (size_t i = 0; i < l->n; i++) {
		struct mia_fault f = {0};
		int rc = mia_share_scan(mia_text(l->item[i]), share, &f);

		if (rc < 0)
			mia_opts_bad(c, "--%s: %s", name, f.text);
		if (rc == 1 && l->n > 1)
			mia_opts_bad(c,
				     "--%s: '%s' is one of %zu values; give "
				     "one share, or files only",
				     name, l->item[i], l->n);
		if (rc == 0 && strcmp(l->item[i], "-") != 0 &&
		    access(l->item[i], F_OK) != 0)
			mia_opts_bad(c,
				     "--%s: '%s' is no share (.5), no count "
				     "(500), not 'rest' and no file",
				     name, l->item[i]);
		*shares |= rc == 1;
		*files |= rc == 0;
	}
}

/* What the options mean together; ends the program if nothing. */
static void
settle(const struct mia_command *c, const struct opts *o, struct mia_deal *d)
{
	const size_t member = o->value[MIA_PART_MEMBER].n,
		     nonmember = o->value[MIA_PART_NONMEMBER].n;
	const bool classes = o->per_class > 0 || o->plain,
		   together = o->duplicates == MIA_DUPLICATES_TOGETHER;
	bool shares = false, files = false, any;

	*d = (struct mia_deal){
		.plain = o->plain,
		.per_class = (uint64_t)o->per_class,
		.canaries = (uint64_t)o->canaries,
		.coin = o->coin > 0 ? o->coin : .5,
		.duplicates = (enum mia_duplicates)o->duplicates,
		.seed = (uint64_t)c->shared.seed,
	};
	for (int p = 0; p < MIA_PARTS; p++)
		scan_part(c, &o->value[p], p, &d->share[p], &shares, &files);
	any = shares || files;
	d->given = files;

	const struct {
		bool wrong;
		const char *why;
	} rule[] = {
		{shares && files,
		 "some parts are shares and some are files; give all as files "
		 "or all as shares"},
		{files && c->n_file > 0,
		 "the parts are files, but there is an operand too; give it to "
		 "a part"},
		{files && (classes || together),
		 "the parts are files and stay as they are; leave out "
		 "--per-class, --plain and --duplicates together"},
		{o->coin > 0 && o->canaries == 0,
		 "--coin is the coin of --canaries; give both"},
		{o->canaries > 0 &&
			 (any || classes || together || o->columns.group),
		 "--canaries decides each row by itself; leave out the parts, "
		 "--per-class, --plain, --group and --duplicates together"},
		{o->per_class > 0 && member + nonmember > 0,
		 "--per-class sets members and non-members; leave out "
		 "--member and --nonmember"},
		{o->per_class > 0 && o->plain,
		 "--per-class needs the classes; leave out --plain"},
		{o->per_class == 0 && any && (member == 0 || nonmember == 0),
		 "an audit needs members and non-members; give --member and "
		 "--nonmember"},
	};

	for (size_t i = 0; i < sizeof(rule) / sizeof(*rule); i++)
		if (rule[i].wrong)
			mia_opts_bad(c, "%s", rule[i].why);
	if (!any && o->per_class == 0 && o->canaries == 0)
		d->share[MIA_PART_MEMBER] = d->share[MIA_PART_NONMEMBER] =
			(struct mia_share){MIA_SHARE_FRACTION,
					   MIA_SHARE_ONE / 2};
}

/* The head names the parts: shares as given, files by their "#in" hash. */
static void
note_part(struct mia_command *c, int p, const char *value)
{
	struct mia_buf b = {0};

	mia_buf_format(&b, " --%s=%s", mia_part_name((enum mia_part)p), value);
	mia_opts_note(c, (struct mia_text){b.s, b.n});
	mia_buf_free(&b);
}

static void
note_shares(struct mia_command *c, const struct opts *o,
	    const struct mia_deal *d)
{
	for (int p = 0; p < MIA_PARTS && !d->given; p++)
		if (o->value[p].n > 0)
			note_part(c, p, o->value[p].item[0]);
		else if (d->share[p].kind != MIA_SHARE_UNSET)
			note_part(c, p, ".5");
}

/* One reader's rows; its head and inputs are added to from. */
static int
read_some(struct mia_raw *raw, const struct mia_raw_columns *columns,
	  char *const *file, size_t n, enum mia_part part,
	  struct mia_meta *from, struct mia_fault *f)
{
	struct mia_reader *r;
	int rc;

	if (mia_reader_open(&r, file, n, NULL, f) != 0)
		return -1;
	rc = mia_reader_want(r, "data", f);
	if (rc == 0)
		rc = mia_raw_read(raw, r, columns, part, f);
	if (rc == 0)
		mia_meta_merge(from, mia_reader_meta(r));
	mia_reader_close(r);
	return rc;
}

static int
read_all(struct mia_command *c, const struct opts *o, const struct mia_deal *d,
	 struct mia_raw *raw, struct mia_meta *from, struct mia_fault *f)
{
	raw->by_part = d->given;
	if (!d->given)
		return read_some(raw, &o->columns, c->file, c->n_file,
				 MIA_PART_MEMBER, from, f);
	for (int p = 0; p < MIA_PARTS; p++)
		for (size_t i = 0; i < o->value[p].n; i++) {
			struct mia_meta one = {0};
			char *file = (char *)o->value[p].item[i];
			char text[3 + MIA_HASH_TEXT] = "in:";
			int rc = read_some(raw, &o->columns, &file, 1,
					   (enum mia_part)p, &one, f);

			if (rc == 0) {
				mia_hash_print(text + 3,
					       one.in.item[one.in.n - 1].hash);
				note_part(c, p, text);
				mia_meta_merge(from, &one);
			}
			mia_meta_free(&one);
			if (rc != 0)
				return -1;
		}
	return 0;
}

static void
tell_repeats(const struct mia_command *c, const struct mia_raw *raw,
	     const struct mia_deal *d, const struct mia_dealt *t)
{
	uint32_t repeats = raw->n - t->sets, both;

	if (repeats > 0 && d->duplicates != MIA_DUPLICATES_REPORT)
		mia_warn(c,
			 "%" PRIu32 " of %" PRIu32 " rows repeat the features "
			 "and label of another; they are %s",
			 repeats, raw->n,
			 t->dropped > 0 ? "left out" : "kept with it");
	if (repeats > 0 && d->duplicates == MIA_DUPLICATES_REPORT) {
		both = mia_split_straddle(t->set, t->sets, raw->n, t->part);
		mia_warn(c,
			 "%" PRIu32 " of %" PRIu32 " rows repeat the features "
			 "and label of another; %" PRIu32 " nonmember rows "
			 "have a copy that the target trains on%s",
			 repeats, raw->n, both,
			 both > 0 ? "; see --duplicates" : "");
	}
	if (!d->given || raw->group_name == NULL)
		return;
	both = mia_split_straddle(raw->group, (uint32_t)raw->groups.n, raw->n,
				  t->part);
	if (both > 0)
		mia_warn(c,
			 "%" PRIu32 " nonmember rows have a '%s' that the "
			 "target trains on; they are no strangers to it",
			 both, raw->group_name);
}

/* How far whole groups move the shares, and what is left over. */
static void
tell_shares(const struct mia_command *c, const struct mia_dealt *t)
{
	struct mia_buf b = {0};
	uint64_t wanted = 0;

	for (int p = 0; p < MIA_PARTS; p++) {
		wanted += t->wanted[p];
		if (t->got[p] > 0)
			mia_say(c, "%s: %" PRIu64 " rows",
				mia_part_name((enum mia_part)p), t->got[p]);
	}
	for (int p = 0; p < MIA_PARTS && wanted > 0; p++)
		if (t->got[p] != t->wanted[p])
			mia_buf_format(&b, "%s%s %" PRIu64 " for %" PRIu64,
				       b.n ? ", " : "",
				       mia_part_name((enum mia_part)p),
				       t->got[p], t->wanted[p]);
	if (b.n > 0)
		mia_warn(c, "rows kept together move the shares: %s",
			 mia_buf_string(&b));
	mia_buf_free(&b);
	if (t->got[MIA_PART_NONE] > t->dropped)
		mia_warn(c,
			 "%" PRIu64 " rows are in no part and left out; give "
			 "a part the 'rest' to keep them",
			 t->got[MIA_PART_NONE] - t->dropped);
}

static void
tell_classes(const struct mia_command *c, const struct mia_raw *raw,
	     const struct mia_dealt *t)
{
	const size_t classes = raw->classes.n;
	unsigned char *seen = mia_alloc(classes, 1);
	size_t unseen = classes;

	for (uint32_t i = 0; i < raw->n; i++)
		if (t->part[i] == MIA_PART_MEMBER ||
		    t->part[i] == MIA_PART_BACKGROUND) {
			unseen -= !seen[raw->class[i]];
			seen[raw->class[i]] = 1;
		}
	free(seen);
	if (classes == 1)
		mia_warn(c,
			 "every row has the same label '%s'; there is "
			 "nothing to learn",
			 raw->label_name);
	else if (classes > raw->n / 2)
		mia_warn(c,
			 "the label '%s' has %zu values in %" PRIu32
			 " rows; is it a number, not a class?",
			 raw->label_name, classes, raw->n);
	if (unseen > 0)
		mia_warn(c,
			 "%zu of %zu classes have no row that the target "
			 "trains on",
			 unseen, classes);
}

static int
write_all(const struct mia_command *c, const struct mia_raw *raw,
	  const unsigned char *part, const struct mia_meta *from,
	  struct mia_fault *f)
{
	struct mia_writer_opts wo = mia_opts_writer(c);
	struct mia_writer *out;
	int rc;

	if (mia_writer_open(&out, &wo, f) != 0)
		return -1;
	rc = mia_writer_begin(out, "data", from, c->tool_line, f);
	mia_raw_write_header(raw, out);
	if (rc == 0)
		rc = mia_writer_row(out, f);
	for (uint32_t i = 0; i < raw->n && rc == 0; i++) {
		if (part[i] == MIA_PART_NONE)
			continue;
		mia_raw_write_row(raw, i, (enum mia_part)part[i], out);
		rc = mia_writer_row(out, f);
	}
	if (rc == 0)
		rc = mia_writer_end(out, &from->in, f);
	return mia_writer_finish(out, rc, f);
}

static int
run(struct mia_command *c, const struct opts *o, const struct mia_deal *d,
    struct mia_fault *f)
{
	struct mia_raw raw = {0};
	struct mia_meta from = {0};
	struct mia_dealt t = {0};
	int rc = read_all(c, o, d, &raw, &from, f);

	if (rc == 0)
		rc = mia_deal_rows(&raw, d, &t, f);
	if (rc == 0) {
		tell_repeats(c, &raw, d, &t);
		tell_shares(c, &t);
		tell_classes(c, &raw, &t);
		rc = write_all(c, &raw, t.part, &from, f);
	}
	mia_dealt_free(&t);
	mia_meta_free(&from);
	mia_raw_free(&raw);
	return rc;
}

static void
list_options(struct opts *o, struct mia_option *option)
{
	const struct mia_option own[] = {
		{"label", 'l', MIA_OPT_STRING, &o->columns.label, "COLUMN",
		 "the class (label)", 0, 0, NULL, 0, false},
		{"id", 'i', MIA_OPT_STRING, &o->columns.id, "COLUMN",
		 "names each row (id, or else the row's number)", 0, 0, NULL, 0,
		 false},
		{"member", 'm', MIA_OPT_LIST, &o->value[MIA_PART_MEMBER], "X",
		 "rows the target trains on: .5, 500, rest or files", 0, 0,
		 NULL, MIA_OPT_SILENT, false},
		{"nonmember", 'n', MIA_OPT_LIST, &o->value[MIA_PART_NONMEMBER],
		 "X", "rows it never sees, audited like the members", 0, 0,
		 NULL, MIA_OPT_SILENT, false},
		{"aux", 0, MIA_OPT_LIST, &o->value[MIA_PART_AUX], "X",
		 "rows that may train shadow models", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"population", 0, MIA_OPT_LIST, &o->value[MIA_PART_POPULATION],
		 "X", "rows in no model", 0, 0, NULL, MIA_OPT_SILENT, false},
		{"background", 0, MIA_OPT_LIST, &o->value[MIA_PART_BACKGROUND],
		 "X", "rows in every model, not audited", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"per-class", 0, MIA_OPT_INT, &o->per_class, "N",
		 "N members and N non-members of each class", 1, UINT32_MAX,
		 NULL, 0, false},
		{"plain", 0, MIA_OPT_FLAG, &o->plain, NULL,
		 "draw without regard to the class", 0, 0, NULL, 0, false},
		{"group", 'g', MIA_OPT_STRING, &o->columns.group, "COLUMN",
		 "keep rows of one group, a person, in one part", 0, 0, NULL, 0,
		 false},
		{"duplicates", 'd', MIA_OPT_CHOICE, &o->duplicates, "HOW",
		 "equal rows: report, drop, or keep them together", 0, 0,
		 "report|drop|together", 0, false},
		{"canaries", 'c', MIA_OPT_INT, &o->canaries, "N",
		 "a coin decides for each of N rows, the rest is background", 1,
		 UINT32_MAX, NULL, 0, false},
		{"coin", 0, MIA_OPT_REAL, &o->coin, "P",
		 "a canary is a member with probability P (.5)", 1e-9, 1 - 1e-9,
		 NULL, 0, false},
		{"drop", 0, MIA_OPT_LIST, &o->drop, "COLUMN",
		 "leave a column out", 0, 0, NULL, 0, false},
		{"rename", 0, MIA_OPT_LIST, &o->rename, "OLD=NEW",
		 "call a feature otherwise", 0, 0, NULL, 0, false},
	};

	_Static_assert(sizeof(own) / sizeof(*own) < OPTIONS, "room for an end");
	memcpy(option, own, sizeof(own));
}

int
main(int argc, char **argv)
{
	struct opts o = {0};
	struct mia_option option[OPTIONS] = {{0}};
	struct mia_command c = {
		.name = "split-data",
		.summary = "deal records into members, non-members and others",
		.operands = "[FILE ...]",
		.option = option,
		.seeded = true,
	};
	struct mia_fault f = {0};
	struct mia_deal d;
	int rc;

	list_options(&o, option);
	mia_opts_parse(&c, argc, argv);
	o.columns.drop = o.drop.item;
	o.columns.n_drop = o.drop.n;
	o.columns.rename = o.rename.item;
	o.columns.n_rename = o.rename.n;
	settle(&c, &o, &d);
	note_shares(&c, &o, &d);
	rc = run(&c, &o, &d, &f);
	return mia_opts_finish(&c, rc, &f);
}
