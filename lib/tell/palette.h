#ifndef MIA_TELL_PALETTE_H
#define MIA_TELL_PALETTE_H

/* Curves that one plot can tell apart. */
#define MIA_PALETTE_MAX 8

/*
 * A colour and a dash pattern (gnuplot's (solid, gap, …) or "solid").
 *
 * Every colour has a WCAG 2.1 contrast of at least 4.5 on white and on black,
 * so a plot without background is legible on a light and on a dark page.
 * That fixes their luminance near .18, hence only hue is left to tell
 * them apart: they were chosen so that for each k the first k stay as far
 * apart as can be in CIELAB, as seen by people with normal colour vision,
 * deuteranopia, protanopia and tritanopia (Machado, Oliveira & Fernandes, IEEE
 * TVCG 15, 2009); the dash patterns differ as well.
 */
struct mia_pen {
	const char *colour; /* "#rrggbb" */
	const char *dash;
};

/* k < MIA_PALETTE_MAX. */
const struct mia_pen *mia_palette_pen(unsigned k);
/* Axes, text, the chance line. */
const char *mia_palette_ink(void);
/* WCAG 2.1 relative luminance of "#rrggbb", 0 (black) to 1 (white). */
double mia_palette_luminance(const char *colour);
/* WCAG 2.1 contrast ratio of two colours, 1 to 21. */
double mia_palette_contrast(const char *a, const char *b);

#endif
