#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
mia_buf_free(struct mia_buf *b)
{
	free(b->s);
	*b = (struct mia_buf){0};
}

void
mia_buf_add(struct mia_buf *b, const void *s, size_t n)
{
	if (n == 0)
		return;
	mia_grow(&b->s, &b->cap, b->n + n, 1);
	memcpy(b->s + b->n, s, n);
	b->n += n;
}

void
mia_buf_text(struct mia_buf *b, const char *s)
{
	mia_buf_add(b, s, strlen(s));
}

void
mia_buf_format(struct mia_buf *b, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n <= 0)
		return;
	mia_grow(&b->s, &b->cap, b->n + (size_t)n + 1, 1);
	va_start(ap, format);
	vsnprintf(b->s + b->n, (size_t)n + 1, format, ap);
	va_end(ap);
	b->n += (size_t)n;
}

const char *
mia_buf_string(struct mia_buf *b)
{
	mia_grow(&b->s, &b->cap, b->n + 1, 1);
	b->s[b->n] = '\0';
	return b->s;
}

void
mia_buf_u32(struct mia_buf *b, uint32_t v)
{
	unsigned char c[4];

	for (int i = 0; i < 4; i++)
		c[i] = (unsigned char)(v >> (8 * i));
	mia_buf_add(b, c, sizeof(c));
}

void
mia_buf_u64(struct mia_buf *b, uint64_t v)
{
	mia_buf_u32(b, (uint32_t)v);
	mia_buf_u32(b, (uint32_t)(v >> 32));
}

void
mia_buf_f64(struct mia_buf *b, double v)
{
	uint64_t u;

	memcpy(&u, &v, sizeof(u));
	mia_buf_u64(b, u);
}

void
mia_buf_str(struct mia_buf *b, struct mia_text t)
{
	mia_buf_u32(b, (uint32_t)t.n);
	mia_buf_add(b, t.s, t.n);
}

static int
cut_short(struct mia_fault *f)
{
	return mia_fail(f, MIA_DATA, "cut short; write the file again");
}

int
mia_bytes_u32(struct mia_bytes *b, uint32_t *v, struct mia_fault *f)
{
	uint32_t x = 0;

	if (b->end - b->at < 4)
		return cut_short(f);
	for (int i = 3; i >= 0; i--)
		x = x << 8 | b->at[i];
	b->at += 4;
	*v = x;
	return 0;
}

int
mia_bytes_u64(struct mia_bytes *b, uint64_t *v, struct mia_fault *f)
{
	uint32_t lo, hi;

	if (mia_bytes_u32(b, &lo, f) != 0 || mia_bytes_u32(b, &hi, f) != 0)
		return -1;
	*v = (uint64_t)hi << 32 | lo;
	return 0;
}

int
mia_bytes_f64(struct mia_bytes *b, double *v, struct mia_fault *f)
{
	uint64_t u;

	if (mia_bytes_u64(b, &u, f) != 0)
		return -1;
	memcpy(v, &u, sizeof(*v));
	return 0;
}

int
mia_bytes_count(struct mia_bytes *b, size_t item, uint32_t *n,
		struct mia_fault *f)
{
	if (mia_bytes_u32(b, n, f) != 0)
		return -1;
	if (item > 0 && *n > (size_t)(b->end - b->at) / item)
		return cut_short(f);
	return 0;
}

int
mia_bytes_str(struct mia_bytes *b, struct mia_text *t, struct mia_fault *f)
{
	uint32_t n;

	if (mia_bytes_count(b, 1, &n, f) != 0)
		return -1;
	*t = (struct mia_text){(const char *)b->at, n};
	b->at += n;
	return 0;
}
