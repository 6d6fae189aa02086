/*
 * train-shadow: trains shadow models, each on its own draw of the records,
 * and writes what they predict.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "front/opts.h"
#include "front/progress.h"
#include "io/reader.h"
#include "io/writer.h"
#include "run/design.h"
#include "run/predictions.h"
#include "run/records.h"
#include "run/shadows.h"
#include "run/trainer.h"

#define OPTIONS 18 /* and the end of the table */

struct opts {
	int64_t shadows, set_size; /* set_size 0: not given */
	double share;		   /* 0: not given */
	bool with_aux;
	int design, missing_values; /* -1: not given */
	struct mia_list set, category, not_feature;
	struct mia_trainer_opts how;
	const char *query, *shard, *resume, *save;
	unsigned part, parts; /* of --shard; 0, 0 if not given */
};

/* One run. */
struct work {
	struct mia_command *c;
	const struct opts *o;
	struct mia_records s;
	struct mia_trainer t;
	struct mia_design_opts deal;
	struct mia_design d;
	struct mia_progress progress;
	size_t todo; /* models of this shard */
};

/* "K/N" */
static void
scan_shard(const struct mia_command *c, struct opts *o)
{
	const char *slash = strchr(o->shard, '/');
	int64_t k = 0, n = 0;

	if (slash == NULL ||
	    !mia_num_parse_int(
		    (struct mia_text){o->shard, (size_t)(slash - o->shard)},
		    &k) ||
	    !mia_num_parse_int(mia_text(slash + 1), &n) || k < 1 || k > n)
		mia_opts_bad(c, "--shard: '%s' is not K/N with K from 1 to N",
			     o->shard);
	if (n > o->shadows)
		mia_opts_bad(c,
			     "--shard: %s of %lld shadows would be empty; "
			     "use at most as many shards as shadows",
			     o->shard, (long long)o->shadows);
	o->part = (unsigned)k;
	o->parts = (unsigned)n;
}

/* Options that would do nothing are refused. */
static void
check(const struct mia_command *c, struct opts *o)
{
	const bool pools = o->design == MIA_DESIGN_POOLS,
		   pairs = o->design == MIA_DESIGN_PAIRS,
		   aux = o->design == MIA_DESIGN_AUX;

	if (o->share != 0 && (pools || pairs))
		mia_opts_bad(c,
			     "--share has no meaning for --design %s; "
			     "leave it out",
			     pools ? "pools, which has "
				     "--set-size"
				   : "pairs, which halves");
	if (o->set_size != 0 && !pools)
		mia_opts_bad(c, "--set-size is for --design pools; leave it "
				"out");
	if (o->with_aux && (pools || aux))
		mia_opts_bad(c, "--with-aux is not for a design that trains "
				"on aux alone; leave it out");
	if (o->shard != NULL)
		scan_shard(c, o);
	o->how.set = o->set.item;
	o->how.n_set = o->set.n;
	o->how.category = o->category.item;
	o->how.n_category = o->category.n;
	o->how.not_feature = o->not_feature.item;
	o->how.n_not_feature = o->not_feature.n;
	o->how.values_given = o->missing_values >= 0;
	if (o->how.values_given)
		o->how.missing_values = (enum mia_missing)o->missing_values;
}

/* The target's share of the records dealt out, or the option. */
static int
settle_design(struct work *k, struct mia_fault *f)
{
	const struct opts *o = k->o;
	const size_t *n = k->s.count;
	size_t member = n[MIA_PART_MEMBER];
	size_t pool = member + n[MIA_PART_NONMEMBER] +
		      (o->with_aux ? n[MIA_PART_AUX] : 0);
	bool aux = o->design == MIA_DESIGN_AUX,
	     pools = o->design == MIA_DESIGN_POOLS;

	k->deal = (struct mia_design_opts){
		.kind = (enum mia_design_kind)o->design,
		.models = (size_t)o->shadows,
		.share = o->share,
		.set_size = (size_t)o->set_size,
		.with_aux = o->with_aux,
		.seed = (uint64_t)k->c->shared.seed};
	if (aux || pools || o->design == MIA_DESIGN_PAIRS) {
		if (k->deal.share == 0)
			k->deal.share = .5;
		if (pools && k->deal.set_size == 0)
			k->deal.set_size = member;
		return 0;
	}
	if (o->share == 0 && (member == 0 || n[MIA_PART_NONMEMBER] == 0))
		return mia_fail(f, MIA_DATA,
				"%zu member and %zu nonmember records do not "
				"say how big a share trains a model; give "
				"--share",
				member, n[MIA_PART_NONMEMBER]);
	if (o->share == 0)
		k->deal.share = (double)member / (double)pool;
	return 0;
}

static int
deal(struct work *k, struct mia_fault *f)
{
	static const enum mia_role roles[] = {
		[MIA_PART_MEMBER] = MIA_ROLE_AUDITED,
		[MIA_PART_NONMEMBER] = MIA_ROLE_AUDITED,
		[MIA_PART_AUX] = MIA_ROLE_AUX,
		[MIA_PART_POPULATION] = MIA_ROLE_NONE,
		[MIA_PART_BACKGROUND] = MIA_ROLE_BACKGROUND,
	};
	const struct mia_design *d = &k->d;
	uint8_t *role;
	int rc;

	if (settle_design(k, f) != 0)
		return -1;
	role = mia_alloc(k->s.n, 1);
	for (size_t i = 0; i < k->s.n; i++)
		role[i] = (uint8_t)(k->s.view[i] == 0 ? roles[k->s.part[i]]
						      : MIA_ROLE_NONE);
	rc = mia_design_init(&k->d, &k->deal, k->s.key, role, k->s.n, f);
	free(role);
	if (rc != 0)
		return -1;
	mia_say(k->c,
		"shadows: %zu; records in one: %zu..%zu; shadows a "
		"record is in: %zu..%zu",
		d->models, d->size_min, d->size_max, d->in_min, d->in_max);
	if (d->out == NULL && (d->in_min < 2 || d->models - d->in_max < 2))
		mia_warn(k->c,
			 "some records are in, or out of, fewer than 2 "
			 "shadows: too few to model both; use more --shadows"
			 "%s",
			 k->deal.kind == MIA_DESIGN_BALANCED
				 ? ""
				 : ", or --design balanced");
	return 0;
}

/* Shadows that were there already say nothing of the rate. */
static void
advance(void *ctx, size_t done, size_t kept)
{
	struct work *k = ctx;

	k->progress.total = k->todo - kept;
	mia_progress_at(&k->progress, done - kept);
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole == 0 ? 0 : 100. * (double)part / (double)whole;
}

/* Writes the stream: one segment, with a shard mark if it is a shard. */
static int
write_all(struct work *k, const struct mia_meta *from, struct mia_shadows *run,
	  struct mia_fault *f)
{
	struct mia_writer_opts how = mia_opts_writer(k->c);
	struct mia_shadows_tally tally;
	struct mia_meta head = {0};
	struct mia_writer *w;
	int rc;

	if (mia_writer_open(&w, &how, f) != 0)
		return -1;
	mia_meta_merge(&head, from);
	head.shard = k->o->part;
	head.shards = k->o->parts;
	mia_progress_start(&k->progress, k->c->name, "shadows",
			   run->end - run->first);
	run->progress = advance;
	run->ctx = k;
	k->todo = run->end - run->first;
	rc = mia_predictions_begin(&head, &k->t.model.hyper, k->c->tool_line, w,
				   f);
	if (rc == 0)
		rc = mia_shadows_run(run, w, &tally, f);
	mia_progress_end(&k->progress);
	if (rc == 0)
		rc = mia_writer_end(w, &head.in, f);
	mia_meta_free(&head);
	if (rc != 0) {
		mia_writer_abandon(w);
		return -1;
	}
	if (k->o->resume != NULL)
		mia_say(k->c, "%zu of %zu shadows were there already",
			tally.kept, run->end - run->first);
	mia_say(k->c,
		"accuracy of the shadows on what trained them %.1f %%, "
		"on other records %.1f %%",
		percent(tally.in_right, tally.in),
		percent(tally.out_right, tally.out));
	return mia_writer_close(w, f);
}

/* Which rows are asked, which models are ours; then trains and writes. */
static int
train(struct work *k, const struct mia_meta *from, struct mia_fault *f)
{
	const struct opts *o = k->o;
	size_t n = (size_t)o->shadows, parts = o->parts ? o->parts : 1,
	       part = o->part ? o->part : 1, any = 0;
	const char *query = o->query ? o->query
			    : o->design == MIA_DESIGN_POOLS
				    ? "aux"
				    : "audited,population";
	struct mia_shadows run = {
		.s = &k->s,
		.d = &k->d,
		.like = &k->t.model,
		.first = (part - 1) * n / parts,
		.end = part * n / parts,
		.threads = (unsigned)k->c->shared.threads,
		.save = o->save,
		.resume = o->resume,
	};
	struct mia_buf manifest = {0};
	int rc;

	if (mia_parts_scan(query, "query", &run.query, f) != 0)
		return -1;
	for (size_t i = 0; i < k->s.n; i++)
		any += (run.query & MIA_PART_BIT(k->s.part[i])) != 0;
	if (any == 0)
		return mia_fail(f, MIA_DATA,
				"no row to predict is of part "
				"%s; give --query parts that the data has",
				query);
	mia_shadows_manifest(&run, &k->deal, MIA_VERSION, &manifest);
	run.manifest = mia_buf_string(&manifest);
	rc = write_all(k, from, &run, f);
	mia_buf_free(&manifest);
	return rc;
}

/* The head names what was settled, whatever option or model said it. */
static void
note_settings(struct work *k)
{
	char number[MIA_NUM_MAX + 1];
	struct mia_buf b = {0};

	number[mia_num_print(number, k->deal.share)] = '\0';
	mia_trainer_line(&k->t, &b);
	if (k->deal.kind == MIA_DESIGN_POOLS)
		mia_buf_format(&b, " --set-size=%zu", k->deal.set_size);
	else if (k->deal.kind != MIA_DESIGN_PAIRS)
		mia_buf_format(&b, " --share=%s", number);
	mia_opts_note(k->c, (struct mia_text){b.s, b.n});
	mia_buf_free(&b);
}

static void
say_notes(const struct work *k)
{
	const char *s = mia_buf_string((struct mia_buf *)&k->t.notes);

	while (*s != '\0') {
		size_t n = strcspn(s, "\n");

		mia_warn(k->c, "%.*s", (int)n, s);
		s += n + 1;
	}
}

static int
run(struct mia_command *c, const struct opts *o, struct mia_fault *f)
{
	struct work k = {.c = c, .o = o};
	struct mia_reader *r;
	int rc = -1;

	if (mia_reader_open(&r, c->file, c->n_file, NULL, f) != 0)
		return -1;
	if (mia_trainer_init(&k.t, &o->how, r, &k.s, f) == 0) {
		say_notes(&k);
		k.t.model.seed = (uint64_t)c->shared.seed;
		rc = deal(&k, f);
	}
	if (rc == 0) {
		k.t.model.share = k.deal.share;
		note_settings(&k);
		rc = train(&k, mia_reader_meta(r), f);
	}
	mia_reader_close(r);
	mia_design_free(&k.d);
	mia_trainer_free(&k.t);
	mia_records_free(&k.s);
	return rc;
}

static void
list_options(struct opts *o, struct mia_option *option)
{
	const struct mia_option own[] = {
		{"shadows", 'n', MIA_OPT_INT, &o->shadows, "N",
		 "models to train (64)", 1, 1e6, NULL, MIA_OPT_ALWAYS, false},
		{"like", 0, MIA_OPT_STRING, &o->how.like, "MODEL",
		 "take the settings of this target", 0, 0, NULL, MIA_OPT_PATH,
		 false},
		{"learner", 'l', MIA_OPT_STRING, &o->how.learner, "NAME",
		 "kind of model (that of --like, else forest)", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"set", 0, MIA_OPT_LIST, &o->set, "NAME=VALUE",
		 "a setting of the learner", 0, 0, NULL, MIA_OPT_SILENT, false},
		{"design", 'd', MIA_OPT_CHOICE, &o->design, "NAME",
		 MIA_DESIGN_CHOICES, 0, 0, MIA_DESIGN_CHOICES, MIA_OPT_ALWAYS,
		 false},
		{"share", 0, MIA_OPT_REAL, &o->share, "F",
		 "share of the records in one model (the target's)", 1e-9, 1,
		 NULL, MIA_OPT_SILENT, false},
		{"set-size", 0, MIA_OPT_INT, &o->set_size, "N",
		 "records a pool gives each model (the target's)", 1,
		 UINT32_MAX, NULL, MIA_OPT_SILENT, false},
		{"with-aux", 0, MIA_OPT_FLAG, &o->with_aux, NULL,
		 "aux records train shadows too", 0, 0, NULL, 0, false},
		{"query", 'q', MIA_OPT_STRING, &o->query, "PARTS",
		 "rows to predict (audited,population; pools: aux)", 0, 0, NULL,
		 0, false},
		{"category", 0, MIA_OPT_LIST, &o->category, "COLUMN",
		 "a column of numbers that are names", 0, 0, NULL, 0, false},
		{"not-feature", 0, MIA_OPT_LIST, &o->not_feature, "COLUMN",
		 "leave a column out", 0, 0, NULL, 0, false},
		{"missing", 0, MIA_OPT_STRING, &o->how.missing, "TEXT",
		 "this text, like the empty one, is a missing value", 0, 0,
		 NULL, 0, false},
		{"missing-values", 0, MIA_OPT_CHOICE, &o->missing_values, "HOW",
		 "impute (default) or refuse", 0, 0, "impute|refuse", 0, false},
		{"fit-part", 0, MIA_OPT_STRING, &o->how.fit_part, "PARTS",
		 "fit the encoding on these rows (all)", 0, 0, NULL, 0, false},
		{"shard", 0, MIA_OPT_STRING, &o->shard, "K/N",
		 "train the Kth of N parts of the models", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"resume", 'r', MIA_OPT_STRING, &o->resume, "DIR",
		 "keep finished shadows here, and go on from them", 0, 0, NULL,
		 MIA_OPT_SILENT, false},
		{"save", 0, MIA_OPT_STRING, &o->save, "DIR",
		 "write the models here", 0, 0, NULL, MIA_OPT_SILENT, false},
	};

	_Static_assert(sizeof(own) / sizeof(*own) < OPTIONS, "room for an end");
	memcpy(option, own, sizeof(own));
}

int
main(int argc, char **argv)
{
	struct opts o = {.shadows = 64, .missing_values = -1};
	struct mia_option option[OPTIONS] = {{0}};
	struct mia_command c = {
		.name = "train-shadow",
		.summary = "train shadow models and write what they predict",
		.operands = "[FILE ...]",
		.option = option,
		.seeded = true,
		.threaded = true,
	};
	struct mia_fault f = {0};

	list_options(&o, option);
	mia_opts_parse(&c, argc, argv);
	check(&c, &o);
	return mia_opts_finish(&c, run(&c, &o, &f), &f);
}
