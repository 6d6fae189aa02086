/* A data stream in memory: order, identity, parts, and every fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/records.h"

static int
read_text(const char *text, const struct mia_records_opts *o,
	  struct mia_records *s, struct mia_fault *f)
{
	static const struct mia_records_opts none;
	char path[] = "/tmp/mia-records-XXXXXX", *file[] = {path};
	int fd = mkstemp(path), rc;
	struct mia_reader *r;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	*f = (struct mia_fault){0};
	*s = (struct mia_records){0};
	rc = mia_reader_open(&r, file, 1, NULL, f);
	if (rc == 0)
		rc = mia_records_read(s, r, o ? o : &none, f);
	mia_reader_close(r);
	unlink(path);
	return rc;
}

static struct mia_records
good(const char *text, const struct mia_records_opts *o)
{
	struct mia_records s;
	struct mia_fault f;

	if (read_text(text, o, &s, &f) != 0)
		fail_msg("%s", f.text);
	return s;
}

static void
text_is(struct mia_text got, const char *want)
{
	if (!mia_text_is(got, want))
		fail_msg("got '%.*s', want '%s'", (int)got.n, got.s, want);
}

static const char *const few = "id,part,label,age,town\n"
			       "r7,member,yes,30,Ulm\n"
			       "r2,nonmember,no,41.5,Ulm\n"
			       "r9,aux,\"a,b\",17,\n"
			       "r4,background,no,99,Kiel\n"
			       "r1,population,yes,2,Jena\n";
/* Row of an id. */
static uint32_t
row_of(const struct mia_records *s, const char *id)
{
	uint32_t i = 0;

	while (i < s->n && !mia_text_is(mia_records_id(s, i), id))
		i++;
	assert_true(i < s->n);
	return i;
}

static void
test_fields(void **state)
{
	static const char *const read[] = {"r7", "r2", "r9", "r4", "r1"};
	struct mia_records s = good(few, NULL);

	(void)state;
	assert_int_equal(s.n, 5);
	assert_false(s.views);
	assert_int_equal(s.x.n, 5);
	assert_int_equal(s.x.columns, 2);
	assert_string_equal(s.x.column[0].name, "age");
	assert_int_equal(s.x.column[1].kind, MIA_COLUMN_TEXT);
	assert_int_equal(s.classes.n, 3);
	text_is(mia_names_text(&s.classes, 0), "a,b");
	text_is(mia_names_text(&s.classes, 1), "no");
	text_is(mia_names_text(&s.classes, 2), "yes");
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(s.count[i], 1);
		text_is(mia_records_id(&s, s.order[i]), read[i]);
		assert_int_equal(s.line[s.order[i]], i + 2);
		assert_int_equal(s.base[i], i);
		assert_true(i == 0 || s.key[i] > s.key[i - 1]);
	}
	assert_int_equal(s.part[row_of(&s, "r4")], MIA_PART_BACKGROUND);
	text_is(mia_records_label(&s, row_of(&s, "r9")), "a,b");
	assert_true(mia_column_value(&s.x.column[0], row_of(&s, "r2")) == 41.5);
	assert_int_equal(s.x.column[1].code[row_of(&s, "r9")], MIA_NAMES_NONE);
	assert_int_equal(s.x.column[1].code[row_of(&s, "r7")],
			 s.x.column[1].code[row_of(&s, "r2")]);
	mia_records_free(&s);
}

/* The order of rows and the quotes change neither rows nor hash. */
static void
same_rows(const struct mia_records *s, const struct mia_records *t)
{
	assert_int_equal(s->n, t->n);
	for (uint32_t i = 0; i < s->n; i++) {
		struct mia_text a = mia_records_id(s, i);
		struct mia_text b = mia_records_id(t, i);

		assert_true(mia_text_equal(a, b));
		assert_true(s->key[i] == t->key[i]);
		assert_int_equal(s->label[i], t->label[i]);
		assert_int_equal(s->part[i], t->part[i]);
		assert_true(mia_column_value(&s->x.column[0], i) ==
			    mia_column_value(&t->x.column[0], i));
	}
}

static void
test_identity(void **state)
{
	static const char *const head = "id,part,label,age,town\n";
	static const char *const row[] = {
		"r7,member,yes,30,Ulm\n", "r2,nonmember,no,41.5,Ulm\n",
		"r9,aux,\"a,b\",17,\n", "r1,population,yes,2,\"Jena\"\n"};
	static const int order[][4] = {
		{0, 1, 2, 3}, {3, 1, 0, 2}, {2, 3, 1, 0}};
	struct mia_records s[3], other;
	char text[512];

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		strcpy(text, head);
		for (size_t i = 0; i < 4; i++)
			strcat(text, row[order[k][i]]);
		s[k] = good(text, NULL);
		same_rows(&s[0], &s[k]);
		assert_true(s[0].hash.lo == s[k].hash.lo &&
			    s[0].hash.hi == s[k].hash.hi);
	}
	/* One cell changed; two rows' cells exchanged; a column renamed. */
	for (size_t k = 0; k < 3; k++) {
		snprintf(text, sizeof(text), "%s%s%s%s%s",
			 k == 2 ? "id,part,label,Age,town\n" : head,
			 k == 0	  ? "r7,member,yes,31,Ulm\n"
			 : k == 1 ? "r7,member,yes,41.5,Ulm\n"
				  : row[0],
			 k == 1 ? "r2,nonmember,no,30,Ulm\n" : row[1], row[2],
			 row[3]);
		other = good(text, NULL);
		assert_true(s[0].hash.lo != other.hash.lo);
		assert_true(s[0].hash.hi != other.hash.hi);
		mia_records_free(&other);
	}
	for (size_t k = 0; k < 3; k++)
		mia_records_free(&s[k]);
}

static void
test_views(void **state)
{
	struct mia_records s = good("view,part,label,x,id\n"
				    "1,member,a,1,r1\n"
				    "0,nonmember,b,2,r2\n"
				    "0,member,a,3,r1\n"
				    "2,member,a,4,r1\n"
				    "1,nonmember,b,5,r2\n",
				    NULL);
	uint32_t one = row_of(&s, "r1"), two = row_of(&s, "r2"), *rows;
	struct mia_hash a, b;

	(void)state;
	assert_true(s.views);
	assert_int_equal(s.count[MIA_PART_MEMBER], 1);
	for (uint32_t v = 0; v < 3; v++) {
		assert_int_equal(s.view[one + v], v);
		assert_int_equal(s.base[one + v], one);
	}
	assert_int_equal(s.base[two + 1], two);
	assert_true(mia_column_value(&s.x.column[0], one) == 3);
	assert_true(mia_column_value(&s.x.column[0], two) == 2);
	assert_true(mia_column_value(&s.x.column[0], two + 1) == 5);
	assert_int_equal(
		mia_records_select(&s, MIA_PARTS_AUDITED, false, &rows), 2);
	a = mia_records_hash_ids(&s, rows, 2);
	b = mia_records_hash_ids(&s, rows, 1);
	assert_true(a.lo != b.lo);
	free(rows);
	assert_int_equal(mia_records_select(&s, MIA_PART_BIT(MIA_PART_MEMBER),
					    true, &rows),
			 3);
	assert_int_equal(rows[0], one);
	free(rows);
	mia_records_free(&s);
}

static void
test_no_id(void **state)
{
	struct mia_records s =
		good("part,label,x\nmember,a,1\nmember,b,7\n", NULL);

	(void)state;
	text_is(mia_records_id(&s, s.order[0]), "0");
	text_is(mia_records_id(&s, s.order[1]), "1");
	assert_true(mia_column_value(&s.x.column[0], s.order[1]) == 7);
	mia_records_free(&s);
}

static void
test_options(void **state)
{
	static const char *const category[] = {"code"};
	static const char *const out[] = {"age", "model"};
	struct mia_records s =
		good("id,part,label,code,age,model,x\n"
		     "1,member,a,07,4,?,?\n"
		     "2,member,b,7,5,?,1.5\n",
		     &(struct mia_records_opts){.category = category,
						.n_category = 1,
						.not_feature = out,
						.n_not_feature = 2,
						.missing = "?"});

	(void)state;
	assert_int_equal(s.x.columns, 2);
	assert_string_equal(s.x.column[0].name, "code");
	assert_int_equal(s.x.column[0].kind, MIA_COLUMN_TEXT);
	assert_int_equal(s.x.column[0].names.n, 2);
	assert_string_equal(s.x.column[1].name, "x");
	assert_int_equal(s.x.column[1].missing, 1);
	mia_records_free(&s);
}

static void
test_faults(void **state)
{
	static const char *const absent[] = {"nope"};
	static const struct {
		const char *text, *says;
		struct mia_records_opts o;
	} t[] = {
		{"id,label,x\n1,a,2\n", "part", {0}},
		{"id,part,x\n1,member,2\n", "label", {0}},
		{"id,part,label,x\n1,Member,a,2\n",
		 ":2: 'part' holds 'Member'",
		 {0}},
		{"id,part,label,x\n1,member,a,2\n,member,a,2\n",
		 ":3: 'id' is empty",
		 {0}},
		{"id,part,label,x\n1,member,,2\n", ":2: 'label' is empty", {0}},
		{"id,part,label,x\n5,member,a,2\n6,aux,a,2\n5,aux,b,3\n",
		 ":4: id '5' was there already at ",
		 {0}},
		{"id,part,label,x,view\n5,member,a,2,0\n5,member,a,2,1\n"
		 "5,member,a,2,1\n",
		 ":4: id '5' was there already at ",
		 {0}},
		{"id,part,label,x,view\n6,member,a,2,0\n5,member,a,2,1\n",
		 ":3: id '5' has no row of view 0",
		 {0}},
		{"id,part,label,x,view\n5,member,a,2,0\n5,aux,a,2,1\n",
		 ":3: id '5' has another part",
		 {0}},
		{"id,part,label,x,view\n5,member,a,2,0\n5,member,b,2,1\n",
		 ":3: id '5' has another part or label",
		 {0}},
		{"id,part,label,x,view\n5,member,a,2,-1\n",
		 "'view' holds '-1'",
		 {0}},
		{"id,part,label,x,view\n5,member,a,2,0.5\n",
		 "'view' holds '0.5'",
		 {0}},
		{"id,part,label,model\n5,member,a,2\n",
		 "--not-feature model",
		 {0}},
		{"id,part,label,member\n5,member,a,2\n", "reserve", {0}},
		{"id,part,label,x\n5,member,a,2\n",
		 "no column 'nope'",
		 {.category = absent, .n_category = 1}},
		{"id,part,label,x\n5,member,a,2\n",
		 "--not-feature names",
		 {.not_feature = absent, .n_not_feature = 1}},
		{"id,part,label\n5,member,a\n", "no feature column", {0}},
		{"id,part,label,x\n", "no rows", {0}},
		{"id,part,label,x\n5,member,a,2\n6,member,a,abc\n",
		 ":3: ",
		 {0}},
		{"#mia 1 signals\nid,part,label,x\n5,member,a,2\n",
		 "signals",
		 {0}},
	};

	(void)state;
	for (size_t k = 0; k < sizeof(t) / sizeof(*t); k++) {
		struct mia_records s;
		struct mia_fault f;

		if (read_text(t[k].text, &t[k].o, &s, &f) == 0)
			fail_msg("accepted: %s", t[k].text);
		assert_int_equal(f.code, MIA_DATA);
		if (strstr(f.text, t[k].says) == NULL)
			fail_msg("'%s' lacks '%s'", f.text, t[k].says);
		mia_records_free(&s);
	}
}

/* Of several doubled ids the one that was read first is reported. */
static void
test_first_clash(void **state)
{
	char text[8192] = "id,part,label,x\n", row[64];
	struct mia_records s;
	struct mia_fault f;

	(void)state;
	for (int i = 0; i < 150; i++) {
		snprintf(row, sizeof(row), "q%d,member,a,2\n", i % 100);
		strcat(text, row);
	}
	assert_int_equal(read_text(text, NULL, &s, &f), -1);
	assert_non_null(strstr(f.text, ":102: id 'q0' was there already at "));
	assert_non_null(strstr(f.text, ":2; "));
	mia_records_free(&s);
}

static void
test_parts(void **state)
{
	struct mia_fault f = {0};
	unsigned parts;

	(void)state;
	assert_int_equal(mia_parts_scan("audited,aux", "query", &parts, &f), 0);
	assert_int_equal(parts, MIA_PARTS_AUDITED | MIA_PART_BIT(MIA_PART_AUX));
	assert_int_equal(mia_parts_scan("all", "query", &parts, &f), 0);
	assert_int_equal(parts, 31);
	for (int p = 0; p < MIA_PARTS; p++)
		assert_int_equal(mia_part_find(mia_text(mia_part_name(p))), p);
	assert_int_equal(mia_parts_scan("aux,", "query", &parts, &f), -1);
	assert_int_equal(f.code, MIA_USAGE);
	assert_non_null(strstr(f.text, "--query holds ''"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_no_id),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_first_clash),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
