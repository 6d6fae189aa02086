/*
 * Any bytes as a stream for report-md: no crash; the JSON it makes is JSON in
 * UTF-8, and the Markdown is not empty.
 */
#define _GNU_SOURCE /* memfd_create */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tell/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int so)
{
	if (!so)
		abort();
}

static const char *value(const char *s, int depth);

/* No stray byte, no surrogate, nothing longer than needed. */
static void
utf8(const unsigned char *s)
{
	while (*s != '\0') {
		unsigned more = *s < 0x80	? 0
				: *s >> 5 == 6	? 1
				: *s >> 4 == 14 ? 2
				: *s >> 3 == 30 ? 3
						: 9;
		unsigned long c = more ? *s & (0x3fu >> more) : *s;

		must(more < 9);
		s++;
		for (unsigned i = 0; i < more; i++, s++) {
			must(*s >> 6 == 2);
			c = c << 6 | (*s & 0x3f);
		}
		must(more != 1 || c >= 0x80);
		must(more != 2 || (c >= 0x800 && (c < 0xd800 || c > 0xdfff)));
		must(more != 3 || (c >= 0x10000 && c <= 0x10ffff));
	}
}

static const char *
blank(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

static const char *
string(const char *s)
{
	must(*s++ == '"');
	for (; *s != '"'; s++) {
		must((unsigned char)*s >= ' ');
		if (*s == '\\') {
			s++;
			must(*s != '\0' && strchr("\"\\/bfnrtu", *s) != NULL);
			if (*s == 'u') {
				must(strspn(s + 1, "0123456789abcdefABCDEF") >=
				     4);
				s += 4;
			}
		}
	}
	return s + 1;
}

/* "[…]" or "{…}". */
static const char *
list(const char *s, char end, int depth)
{
	s = blank(s + 1);
	if (*s == end)
		return s + 1;
	for (;;) {
		if (end == '}') {
			s = blank(string(blank(s)));
			must(*s++ == ':');
		}
		s = blank(value(s, depth + 1));
		if (*s == end)
			return s + 1;
		must(*s++ == ',');
	}
}

static const char *
value(const char *s, int depth)
{
	char *end;

	must(depth < 100);
	s = blank(s);
	switch (*s) {
	case '"':
		return string(s);
	case '[':
		return list(s, ']', depth);
	case '{':
		return list(s, '}', depth);
	case 't':
		must(strncmp(s, "true", 4) == 0);
		return s + 4;
	case 'f':
		must(strncmp(s, "false", 5) == 0);
		return s + 5;
	case 'n':
		must(strncmp(s, "null", 4) == 0);
		return s + 4;
	default:
		must(strchr("-0123456789", *s) != NULL);
		strtod(s, &end);
		must(end != s);
		return end;
	}
}

static void
tell(struct mia_facts *x)
{
	struct mia_verdict verdict = {0};
	struct mia_chain chain = {0};
	struct mia_fault f = {0};
	struct mia_buf text = {0};
	struct mia_report r = {.title = "a \"title\"\n",
			       .version = "0",
			       .facts = x,
			       .verdict = &verdict,
			       .chain = &chain};

	if (mia_verdict_reach(&verdict, x, &f) != 0) {
		must(f.code == MIA_DATA && f.text[0] != '\0');
	} else {
		x->n_source = mia_sources_join(x->source, x->n_source);
		mia_chain_check(&chain, x->source, x->n_source);
		mia_report_md(&r, false, &text);
		must(text.n > 0);
		text.n = 0;
		mia_report_json(&r, &text);
		must(strlen(mia_buf_string(&text)) == text.n);
		must(*blank(value(text.s, 0)) == '\0');
		utf8((const unsigned char *)text.s);
	}
	mia_buf_free(&text);
	mia_chain_free(&chain);
	mia_verdict_free(&verdict);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char path[64];
	int fd = memfd_create("fuzz", 0);
	struct mia_facts x = {0};
	struct mia_fault f = {0};

	must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (mia_facts_read(&x, path, &f) == 0)
		tell(&x);
	else
		must(f.code != 0 && f.text[0] != '\0');
	mia_facts_free(&x);
	close(fd);
	return 0;
}
