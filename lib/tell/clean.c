#include "tell/clean.h"

#include <stdbool.h>

#define REPLACEMENT 0xfffdu
#define ELLIPSIS    0x2026u

static bool
hidden(uint32_t c)
{
	return (c >= 0x80 && c <= 0x9f) || (c & 0xfffe) == 0xfffe ||
	       (c >= 0xfdd0 && c <= 0xfdef) || c == 0x061c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

/* Coarse: combining marks 0, East Asian wide and emoji 2. */
static unsigned
width(uint32_t c)
{
	if ((c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f))
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

struct mia_char
mia_char_next(struct mia_text t)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)t.s;
	struct mia_char bad = {REPLACEMENT, 1, 1};
	unsigned n = s[0] < 0x80	 ? 1
		     : s[0] >> 5 == 0x06 ? 2
		     : s[0] >> 4 == 0x0e ? 3
		     : s[0] >> 3 == 0x1e ? 4
					 : 0;
	uint32_t c;

	if (n == 0 || n > t.n)
		return bad;
	if (n == 1)
		return (struct mia_char){s[0], 1, 1};
	c = s[0] & (0x7fu >> n);
	for (unsigned i = 1; i < n; i++) {
		if (s[i] >> 6 != 2)
			return bad;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return bad;
	if (hidden(c))
		return (struct mia_char){REPLACEMENT, n, 1};
	return (struct mia_char){c, n, width(c)};
}

void
mia_char_add(struct mia_buf *b, uint32_t c)
{
	char s[4];
	size_t n = 0;

	if (c < 0x80) {
		s[n++] = (char)c;
	} else if (c < 0x800) {
		s[n++] = (char)(0xc0 | c >> 6);
		s[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		s[n++] = (char)(0xe0 | c >> 12);
		s[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		s[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		s[n++] = (char)(0xf0 | c >> 18);
		s[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		s[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		s[n++] = (char)(0x80 | (c & 0x3f));
	}
	mia_buf_add(b, s, n);
}

static void
add(struct mia_buf *b, uint32_t c)
{
	if (c == '\n')
		c = 0x2424;
	else if (c < 0x20)
		c += 0x2400;
	else if (c == 0x7f)
		c = 0x2421;
	mia_char_add(b, c);
}

size_t
mia_clean_width(struct mia_text t)
{
	size_t w = 0;

	while (t.n > 0) {
		struct mia_char c = mia_char_next(t);

		w += c.width;
		t.s += c.bytes;
		t.n -= c.bytes;
	}
	return w;
}

void
mia_clean_text(struct mia_buf *b, struct mia_text t)
{
	while (t.n > 0) {
		struct mia_char c = mia_char_next(t);

		add(b, c.code);
		t.s += c.bytes;
		t.n -= c.bytes;
	}
}

void
mia_clean_short(struct mia_buf *b, struct mia_text t, size_t max)
{
	size_t w = mia_clean_width(t), head = (max - 1) * 3 / 5, at = 0;
	bool cut = false;

	if (w <= max) {
		mia_clean_text(b, t);
		return;
	}
	while (t.n > 0) {
		struct mia_char c = mia_char_next(t);

		/* The middle: from head on, as long as more is left than
		 * fits behind the ellipsis. */
		if (at + c.width > head && w - at > max - 1 - head) {
			if (!cut)
				mia_char_add(b, ELLIPSIS);
			cut = true;
		} else {
			add(b, c.code);
		}
		at += c.width;
		t.s += c.bytes;
		t.n -= c.bytes;
	}
}
