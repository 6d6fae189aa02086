#ifndef MIA_LEARN_GEMM_H
#define MIA_LEARN_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "learn/cpu.h"

/*
 * A small matrix product for the learners.  Each element of the result is
 * summed over k = 0, 1, 2, … in this order, one fused multiply-add a term,
 * whatever the sizes and the CPU: the same bytes everywhere.  One thread.
 *
 * The right-hand matrix is packed first, once for any number of products:
 * panels of a few vectors of columns, the last one filled up with zeros.
 * After Goto & van de Geijn, ACM TOMS 34 (2008), without blocks of k: panels
 * are meant to fit the second cache.
 */
struct mia_panels {
	enum mia_cpu cpu;
	size_t k, n; /* shape */
	size_t nv;   /* vectors a panel is wide */
	void *v;     /* [panels][k][nv * lanes] */
	size_t cap;
};

/* {0} is empty. */
void mia_panels_free(struct mia_panels *b);

/* Packs b, k x n; element (p, j) is at b[p * row + j * col]. */
void mia_gemm_pack(struct mia_panels *b, enum mia_cpu cpu, size_t k, size_t n,
		   const double *v, size_t row, size_t col);
/*
 * c = a b, or c += a b with add: a is m x k, element (i, p) at
 * a[i * row + p * col]; element (i, j) of c is at c[i * crow + j * ccol].
 * Fastest with ccol == 1.
 */
void mia_gemm(size_t m, const double *a, size_t row, size_t col,
	      const struct mia_panels *b, double *c, size_t crow, size_t ccol,
	      bool add);

/* The same in single precision; panels of one kind suit no other. */
void mia_gemm_pack_f(struct mia_panels *b, enum mia_cpu cpu, size_t k, size_t n,
		     const float *v, size_t row, size_t col);
void mia_gemm_f(size_t m, const float *a, size_t row, size_t col,
		const struct mia_panels *b, float *c, size_t crow, size_t ccol,
		bool add);

#endif
