#ifndef MIA_BASE_BUF_H
#define MIA_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/text.h"

/* A growing byte buffer: {0} is empty. The owner frees it. */
struct mia_buf {
	char *s;
	size_t n, cap;
};

void mia_buf_free(struct mia_buf *b);
/* Each appends: n bytes, a string, what printf makes. */
void mia_buf_add(struct mia_buf *b, const void *s, size_t n);
void mia_buf_text(struct mia_buf *b, const char *s);
void mia_buf_format(struct mia_buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A NUL behind the bytes, not counted in n; returns b->s. */
const char *mia_buf_string(struct mia_buf *b);

/* Binary, little endian: what model files are written with. */
void mia_buf_u32(struct mia_buf *b, uint32_t v);
void mia_buf_u64(struct mia_buf *b, uint64_t v);
void mia_buf_f64(struct mia_buf *b, double v);
void mia_buf_str(struct mia_buf *b, struct mia_text t); /* u32 n, bytes */

/* Reading the same back: a cursor over borrowed bytes. */
struct mia_bytes {
	const unsigned char *at, *end;
};

/*
 * Each sets the value and returns 0, or -1 with a data fault ("cut short")
 * when too few bytes are left. mia_bytes_str borrows.
 * mia_bytes_count reads a u32 count of items of at least item bytes each and
 * refuses a count that the bytes left cannot hold.
 */
int mia_bytes_u32(struct mia_bytes *b, uint32_t *v, struct mia_fault *f);
int mia_bytes_u64(struct mia_bytes *b, uint64_t *v, struct mia_fault *f);
int mia_bytes_f64(struct mia_bytes *b, double *v, struct mia_fault *f);
int mia_bytes_str(struct mia_bytes *b, struct mia_text *t, struct mia_fault *f);
int mia_bytes_count(struct mia_bytes *b, size_t item, uint32_t *n,
		    struct mia_fault *f);

#endif
