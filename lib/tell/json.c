#include "tell/json.h"

#include <math.h>

#include "base/num.h"
#include "tell/clean.h"

static void
line(struct mia_json *j)
{
	if (j->depth == 0 && !j->more)
		return;
	mia_buf_text(j->b, "\n");
	for (unsigned i = 0; i < j->depth; i++)
		mia_buf_text(j->b, "  ");
}

static void
quoted(struct mia_buf *b, struct mia_text t)
{
	mia_buf_text(b, "\"");
	while (t.n > 0) {
		struct mia_char c = mia_char_next(t);

		if (c.code == '"' || c.code == '\\')
			mia_buf_format(b, "\\%c", (char)c.code);
		else if (c.code < 0x20 || c.code == 0x7f)
			mia_buf_format(b, "\\u%04x", (unsigned)c.code);
		else
			mia_char_add(b, c.code);
		t.s += c.bytes;
		t.n -= c.bytes;
	}
	mia_buf_text(b, "\"");
}

static void
begin(struct mia_json *j, const char *name)
{
	if (j->more)
		mia_buf_text(j->b, ",");
	line(j);
	if (name != NULL) {
		quoted(j->b, mia_text(name));
		mia_buf_text(j->b, ": ");
	}
	j->more = true;
}

void
mia_json_open(struct mia_json *j, const char *name, char bracket)
{
	begin(j, name);
	mia_buf_add(j->b, &bracket, 1);
	j->depth++;
	j->more = false;
}

void
mia_json_close(struct mia_json *j, char bracket)
{
	bool empty = !j->more;

	j->depth--;
	j->more = true;
	if (!empty)
		line(j);
	mia_buf_add(j->b, &bracket, 1);
	if (j->depth == 0)
		mia_buf_text(j->b, "\n");
}

void
mia_json_text(struct mia_json *j, const char *name, struct mia_text t)
{
	begin(j, name);
	quoted(j->b, t);
}

void
mia_json_str(struct mia_json *j, const char *name, const char *s)
{
	mia_json_text(j, name, mia_text(s));
}

void
mia_json_num(struct mia_json *j, const char *name, double x)
{
	char s[MIA_NUM_MAX];

	if (isinf(x)) {
		mia_json_str(j, name, x > 0 ? "inf" : "-inf");
		return;
	}
	begin(j, name);
	if (isnan(x))
		mia_buf_text(j->b, "null");
	else
		mia_buf_add(j->b, s, mia_num_print(s, x));
}

void
mia_json_int(struct mia_json *j, const char *name, int64_t x)
{
	char s[MIA_NUM_MAX];

	begin(j, name);
	mia_buf_add(j->b, s, mia_num_int(s, x));
}

void
mia_json_bool(struct mia_json *j, const char *name, bool x)
{
	begin(j, name);
	mia_buf_text(j->b, x ? "true" : "false");
}
