#include "tell/palette.h"

#include <math.h>
#include <stdlib.h>

static const struct mia_pen pens[MIA_PALETTE_MAX] = {
	{"#006cff", "solid"},	       /* blue */
	{"#e12d05", "(16,6)"},	       /* vermilion */
	{"#cd3691", "(4,4)"},	       /* pink */
	{"#a56650", "(16,5,3,5)"},     /* brown */
	{"#a054c8", "(8,4)"},	       /* violet */
	{"#058196", "(28,6)"},	       /* teal */
	{"#5f8119", "(12,4,3,4,3,4)"}, /* olive */
	{"#b9546e", "(2,6)"},	       /* rose */
};

const struct mia_pen *
mia_palette_pen(unsigned k)
{
	return &pens[k];
}

const char *
mia_palette_ink(void)
{
	return "#767676";
}

/* The sRGB transfer curve, IEC 61966-2-1. */
static double
linear(unsigned long byte)
{
	double c = (double)byte / 255;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

double
mia_palette_luminance(const char *colour)
{
	unsigned long v = strtoul(colour + 1, NULL, 16);

	return 0.2126 * linear(v >> 16 & 255) + 0.7152 * linear(v >> 8 & 255) +
	       0.0722 * linear(v & 255);
}

double
mia_palette_contrast(const char *a, const char *b)
{
	double x = mia_palette_luminance(a), y = mia_palette_luminance(b);

	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}
