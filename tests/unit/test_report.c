/* What a report concludes: the chain of provenance, the verdict, the words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tell/chain.h"
#include "tell/report.h"
#include "tell/verdict.h"
#include "tell/words.h"

/* ---- the chain ---- */

static struct mia_input
input(const char *kind, uint64_t hash)
{
	struct mia_input i = {.rows = 100 + hash, .hash = {hash, ~hash}};

	strcpy(i.kind, kind);
	return i;
}

/* A source of kind and hash, made from in ("kind:hash kind:hash"). */
static struct mia_given
source(const char *file, const char *kind, uint64_t hash, const char *in)
{
	struct mia_given s = {.file = mia_copy(file, strlen(file)),
			       .headed = true,
			       .own = input(kind, hash)};
	char what[32];
	unsigned long long h;
	int n;

	strcpy(s.kind, kind);
	s.line = mia_alloc(2, sizeof(*s.line));
	s.line[s.n_line++] = mia_copy("maker 0.1.0 --seed=1", 20);
	for (; sscanf(in, " %31[a-z]:%llu%n", what, &h, &n) == 2; in += n) {
		struct mia_input i = input(what, h);

		mia_inputs_add(&s.in, &i);
	}
	return s;
}

#define FULL "csv:1 data:2 predictions:3 predictions:4 signals:5 signals:6"

static size_t
whole_audit(struct mia_given *s)
{
	s[0] = source("metrics", "metrics", 8, FULL " scores:7");
	s[1] = source("data", "data", 2, "csv:1");
	s[2] = source("target", "predictions", 3, "csv:1 data:2");
	s[3] = source("scores", "scores", 7, FULL);
	s[4] = source("roc", "roc", 9, FULL " scores:7");
	s[5] = source("accuracy", "metrics", 10, "csv:1 data:2");
	return 6;
}

/* One break, whose text holds words; none if words is NULL. */
static void
breaks(struct mia_given *s, size_t n, const char *words)
{
	struct mia_chain c;

	mia_chain_check(&c, s, n);
	if (words == NULL && c.n_broken > 0)
		fail_msg("broken: %s", c.broken[0]);
	if (words != NULL) {
		bool found = false;

		for (size_t i = 0; i < c.n_broken; i++)
			found |= strstr(c.broken[i], words) != NULL;
		if (!found)
			fail_msg("%zu breaks, the first '%s', none with '%s'",
				 c.n_broken, c.n_broken ? c.broken[0] : "",
				 words);
	}
	mia_chain_free(&c);
	for (size_t i = 0; i < n; i++)
		mia_source_free(&s[i]);
}

static void
replace(struct mia_given *at, struct mia_given by)
{
	mia_source_free(at);
	*at = by;
}

static void
chain_whole(void **state)
{
	struct mia_given s[8];
	size_t n;

	(void)state;
	n = whole_audit(s);
	breaks(s, n, NULL);
	/* In any order, and in part. */
	n = whole_audit(s);
	for (size_t i = 0; i < n / 2; i++) {
		struct mia_given t = s[i];

		s[i] = s[n - 1 - i];
		s[n - 1 - i] = t;
	}
	breaks(s, n, NULL);
	s[0] = source("metrics", "metrics", 8, FULL " scores:7");
	breaks(s, 1, NULL);
	s[0] = source("data", "data", 2, "");
	breaks(s, 1, NULL);
	/* The raw records, which have no head, are known by their rows. */
	n = whole_audit(s);
	s[n] = source("raw", "csv", 1, "");
	s[n].headed = false;
	breaks(s, n + 1, NULL);
	/* Two targets audited apart. */
	s[0] = source("m1", "metrics", 8, "csv:1 data:2 scores:7");
	s[1] = source("m2", "metrics", 9, "csv:1 data:2 scores:6");
	s[2] = source("r2", "roc", 10, "csv:1 data:2 scores:6");
	breaks(s, 3, NULL);
}

static void
chain_broken(void **state)
{
	struct mia_given s[8];
	size_t n;

	(void)state;
	n = whole_audit(s);
	s[0].headed = false;
	breaks(s, n, "metrics has no head, so what made it is not recorded");
	n = whole_audit(s);
	s[3].headed = false;
	breaks(s, n, "its rows are those that metrics was made from");
	/* Scores that the metrics do not judge. */
	n = whole_audit(s);
	replace(&s[3], source("scores", "scores", 70, FULL));
	breaks(s, n, "scores is not among the inputs of any other stream");
	/* Metrics of other data. */
	n = whole_audit(s);
	replace(&s[5], source("accuracy", "metrics", 10, "csv:1 data:20"));
	breaks(s, n, "accuracy was made from other data than the data given");
	/* A curve of other scores. */
	n = whole_audit(s);
	replace(&s[4], source("roc", "roc", 9, FULL " scores:71"));
	breaks(s, n, "roc was computed from other rows than any metrics");
	/* A head that was lost on the way, at the start and in the middle. */
	s[0] = source("metrics", "metrics", 8, "csv:7");
	breaks(s, 1,
	       "rests on a CSV of 107 rows without a head, read by "
	       "maker; what made");
	s[0] = source("metrics", "metrics", 8, "csv:1 data:2 signals:5 csv:6");
	breaks(s, 1, "a CSV of 106 rows");
	/* The data that is given tells which CSV is raw. */
	s[0] = source("metrics", "metrics", 8, "csv:6 csv:1 data:2 scores:7");
	breaks(s, 1, NULL);
	s[0] = source("metrics", "metrics", 8, "csv:1 data:2 csv:6 scores:7");
	s[1] = source("data", "data", 2, "csv:1");
	breaks(s, 2, "a CSV of 106 rows");
	/* Nothing recorded at all. */
	s[0] = source("scores", "scores", 7, "");
	breaks(s, 1, "scores records no input");
	s[0] = source("roc", "roc", 7, "");
	s[1] = source("m", "metrics", 8, "csv:1 data:2");
	breaks(s, 2, "roc records no input");
}

static void
chain_links(void **state)
{
	struct mia_given s[8];
	size_t n = whole_audit(s), given = 0;
	struct mia_chain c;

	(void)state;
	/* Found in this order, told in that of the pipeline. */
	mia_source_free(&s[0]);
	s[0] = source("metrics", "metrics", 8,
		      "scores:7 csv:1 signals:6 data:2 predictions:4 signals:5 "
		      "predictions:3");
	mia_chain_check(&c, s, n);
	assert_int_equal(c.n_link, 10);
	assert_string_equal(c.link[0].what.kind, "csv");
	assert_true(c.link[0].raw);
	assert_null(c.link[0].given);
	assert_string_equal(c.link[1].what.kind, "data");
	assert_string_equal(c.link[1].given->file, "data");
	for (size_t i = 0; i < c.n_link; i++)
		given += c.link[i].given != NULL;
	assert_int_equal(given, 6);
	mia_chain_free(&c);
	for (size_t i = 0; i < n; i++)
		mia_source_free(&s[i]);
}

/* Shards given as files are the one stream that was read downstream. */
static void
shards_are_joined(void **state)
{
	struct mia_given s[5];
	struct mia_hash whole = {0, 0};
	struct mia_input joined;
	uint64_t rows = 0;
	size_t n;

	(void)state;
	for (unsigned k = 0; k < 3; k++) {
		s[k] = source("shard", "predictions", 30 + k, "csv:1 data:2");
		s[k].shard = k + 1;
		s[k].shards = 3;
		mia_hash_join(&whole, s[k].own.hash, s[k].own.rows);
		rows += s[k].own.rows;
	}
	joined = (struct mia_input){"predictions", rows, whole};
	s[3] = source("metrics", "metrics", 8, "csv:1 data:2");
	mia_inputs_add(&s[3].in, &joined);
	s[4] = s[2]; /* metrics first, the shards out of order */
	s[2] = s[0];
	s[0] = s[3];
	s[3] = s[1];
	s[1] = s[4];
	n = mia_sources_join(s, 4);
	assert_int_equal(n, 2);
	assert_string_equal(s[1].file, "shard (3 shards)");
	assert_int_equal(s[1].own.rows, rows);
	breaks(s, n, NULL);

	/* One is missing: not joined, and so not linked. */
	for (unsigned k = 0; k < 2; k++) {
		s[k] = source("shard", "predictions", 30 + k, "csv:1 data:2");
		s[k].shard = k + 1;
		s[k].shards = 3;
	}
	s[2] = source("metrics", "metrics", 8, "csv:1 data:2");
	mia_inputs_add(&s[2].in, &joined);
	n = mia_sources_join(s, 3);
	assert_int_equal(n, 3);
	breaks(s, n, "shard is not among the inputs");
}

/* ---- words ---- */

static void
word_is(void (*word)(struct mia_buf *, double), double x, const char *want)
{
	struct mia_buf b = {0};

	word(&b, x);
	assert_string_equal(mia_buf_string(&b), want);
	mia_buf_free(&b);
}

static void
numbers_in_words(void **state)
{
	(void)state;
	word_is(mia_word_share, 0, "0 %");
	word_is(mia_word_share, 1, "100 %");
	word_is(mia_word_share, 0.12345, "12.3 %");
	word_is(mia_word_share, 0.5, "50.0 %");
	word_is(mia_word_share, 0.00314, "0.31 %");
	word_is(mia_word_share, 0.0000271, "0.0027 %");
	word_is(mia_word_share, 0.9995, "99.95 %");
	word_is(mia_word_share, 0.999963, "99.996 %");
	word_is(mia_word_share, 1e-9, "<0.0001 %");
	word_is(mia_word_share, 1 - 1e-9, ">99.9999 %");
	word_is(mia_word_share, NAN, "?");
	word_is(mia_word_figure, 0.5634, "0.563");
	word_is(mia_word_figure, 0.99996, "0.99996");
	word_is(mia_word_figure, 0.00042, "0.00042");
	word_is(mia_word_figure, 1e-12, "<0.00001");
	word_is(mia_word_figure, 0.99999992, ">0.99999");
	word_is(mia_word_figure, 1, "1.000");
	word_is(mia_word_figure, -0.25, "-0.250");
	word_is(mia_word_figure, INFINITY, "infinite");
	word_is(mia_word_rate, 0.01, "1 in 100");
	word_is(mia_word_rate, 0.001, "1 in 1,000");
	word_is(mia_word_rate, 0.00001, "1 in 100,000");
	word_is(mia_word_rate, 0.5, "1 in 2");
	word_is(mia_word_rate, 0.03, "3.0 %");
	word_is(mia_word_rate, 0, "0 %");
	word_is(mia_word_count, 0, "0");
	word_is(mia_word_count, 999, "999");
	word_is(mia_word_count, 12960, "12,960");
	word_is(mia_word_count, 1234567, "1,234,567");
	word_is(mia_word_count, NAN, "?");
}

static struct mia_metric
metric(const char *name, double value, double lo, double hi, const char *note)
{
	static char empty[] = "", target[] = "target", lira[] = "lira";

	return (struct mia_metric){
		.target = target,
		.attack = lira,
		.group = empty,
		.metric = (char *)(uintptr_t)name,
		.at = empty,
		.method = empty,
		.relation = empty,
		.note = (char *)(uintptr_t)note,
		.value = value,
		.lo = lo,
		.hi = hi,
		.level = 0.95,
		.n1 = 300,
		.n0 = 200,
		.fpr = NAN,
		.threshold = NAN,
		.delta = NAN,
	};
}

static void
means(struct mia_metric m, const char *words)
{
	struct mia_buf b = {0};

	mia_word_meaning(&b, &m);
	if (strstr(mia_buf_string(&b), words) == NULL)
		fail_msg("'%s' lacks '%s'", b.s, words);
	mia_buf_free(&b);
}

static void
figures_in_words(void **state)
{
	struct mia_metric m;
	struct mia_buf b = {0};

	(void)state;
	means(metric("auc", 0.62, 0.55, 0.69, ""), "beats a guess");
	means(metric("auc", 0.52, 0.45, 0.59, ""), "does not show that");
	means(metric("auc", 0.31, 0.25, 0.38, ""),
	      "whole interval lies below 0.5");
	means(metric("auc", 0.31, 0.25, 0.38, ""), "AUC of 0.690");
	means(metric("accuracy_gap", 0.1, -0.01, 0.2, ""), "does not show");
	means(metric("accuracy_gap", 0.1, 0.01, 0.2, ""), "right more often");

	m = metric("x|y", 3.5, 1, 6, "odd");
	mia_word_name(&b, &m);
	mia_buf_text(&b, ": ");
	mia_word_value(&b, &m, m.value);
	mia_buf_text(&b, " ");
	mia_word_interval(&b, &m);
	mia_buf_text(&b, " ");
	mia_word_note(&b, &m, m.note);
	assert_string_equal(mia_buf_string(&b),
			    "x\\|y: 3.500 1.000 to 6.000 Note: `odd`.");
	mia_buf_free(&b);
	assert_true(mia_note_has(&m, "odd"));
	m.note = (char *)(uintptr_t) "optimistic, below-resolution";
	assert_true(mia_note_has(&m, "below-resolution"));
	assert_false(mia_note_has(&m, "below"));
}

/* ---- the verdict ---- */

static void
verdict_is(const char *notes, enum mia_outcome want)
{
	struct mia_metric m[8];
	struct mia_facts x = {.metric = m};
	struct mia_verdict v;
	struct mia_fault f = {0};
	char note[4][16];

	m[x.n_metric++] = metric("auc", 0.6, 0.5, 0.7, "");
	for (size_t k = 0; sscanf(notes, "%15s", note[k]) == 1; k++) {
		m[x.n_metric++] = metric("limit_auc", 0.6, 0.5, 0.7, note[k]);
		notes = strstr(notes, note[k]) + strlen(note[k]);
	}
	assert_int_equal(mia_verdict_reach(&v, &x, &f), 0);
	assert_int_equal(v.outcome, want);
	assert_int_equal(v.n, x.n_metric - 1);
	for (size_t i = 0; i < v.n; i++)
		assert_ptr_equal(v.ruling[i].figure, &m[0]);
	mia_verdict_free(&v);
}

static void
verdicts(void **state)
{
	struct mia_metric m = metric("limit_auc", 0.6, 0.5, 0.7, "maybe");
	struct mia_facts none = {0}, odd = {.metric = &m, .n_metric = 1};
	struct mia_verdict v;
	struct mia_fault f = {0};

	(void)state;
	verdict_is("", MIA_OUTCOME_NO_LIMIT);
	verdict_is("met met", MIA_OUTCOME_MET);
	verdict_is("met not-shown met", MIA_OUTCOME_NOT_SHOWN);
	verdict_is("exceeded met not-shown", MIA_OUTCOME_EXCEEDED);
	verdict_is("not-shown exceeded met", MIA_OUTCOME_EXCEEDED);
	assert_int_equal(mia_verdict_reach(&v, &none, &f), 0);
	assert_int_equal(v.outcome, MIA_OUTCOME_NO_FIGURES);
	assert_int_equal(mia_verdict_reach(&v, &odd, &f), -1);
	assert_int_equal(f.code, MIA_DATA);
	mia_verdict_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_whole),
		cmocka_unit_test(chain_broken),
		cmocka_unit_test(chain_links),
		cmocka_unit_test(shards_are_joined),
		cmocka_unit_test(numbers_in_words),
		cmocka_unit_test(figures_in_words),
		cmocka_unit_test(verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
