#ifndef MIA_BASE_NUM_H
#define MIA_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* What a field holds. */
enum mia_num {
	MIA_NUM_NONE = 0, /* not a number (the empty field too) */
	MIA_NUM_FINITE,
	MIA_NUM_INFINITE, /* inf, infinity in any case, signed; or overflow */
	MIA_NUM_NAN,	  /* nan in any case, signed */
};

/* Longest text that mia_num_print or mia_num_int writes. */
#define MIA_NUM_MAX 32

/*
 * The double nearest to the decimal text of a whole field (ties to even,
 * as strtod does in the C locale): digits, one point, exponent; a leading +
 * is accepted; no blanks, no hexadecimal. Reads only t.s[0 .. t.n-1].
 * Sets *x for every answer but MIA_NUM_NONE; a NaN is always the same one.
 * Source: Clinger's fast path (PLDI 1990); Lemire, Software: Practice and
 * Experience 51 (2021); strtod decides, of the numbers with more than 19
 * digits, those whose first 19 do not.
 */
enum mia_num mia_num_parse(struct mia_text t, double *x);

/* A whole field as an integer: an optional minus and digits, no overflow. */
bool mia_num_parse_int(struct mia_text t, int64_t *x);

/*
 * The shortest decimal text that reads back as x, nearest to x among those;
 * "inf", "-inf", "nan"; whole numbers below 1e15 without point or exponent;
 * -0 is "-0".  From 1e-4 to below 1e15 there is never an exponent; outside
 * there is one ("1e-5", "1.5e20": no plus, no padding) unless the text without
 * it is shorter ("9007199254740992").
 * Writes at most MIA_NUM_MAX bytes, no NUL; returns the count, at most 24.
 * Bytes between the text and MIA_NUM_MAX may be scribbled on.
 * Source: Giulietti, The Schubfach way to render doubles (2020).
 */
size_t mia_num_print(char *buf, double x);
size_t mia_num_int(char *buf, int64_t x);

#endif
