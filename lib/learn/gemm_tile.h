/*
 * The body of gemm.c for one CPU and type; see simd.h.  A tile of the result,
 * up to MR rows by NV vectors of columns, is held in registers.
 */

/* c += a b over k terms; c is [mr][nv * LANES], its rows crow apart. */
static inline __attribute__((always_inline)) SIMD_TARGET void
SIMD(tile)(const int mr, const int nv, size_t k, const SIMD_T *a, size_t row,
	   size_t col, const SIMD_T *b, SIMD_T *c, size_t crow)
{
	SIMD_V sum[MR][NV];

#pragma GCC unroll 6
	for (int i = 0; i < mr; i++)
#pragma GCC unroll 4
		for (int v = 0; v < nv; v++)
			sum[i][v] = LOAD(c + (size_t)i * crow + v * LANES);
	for (; k > 0; k--, a += col, b += nv * LANES) {
		SIMD_V y[NV];

#pragma GCC unroll 4
		for (int v = 0; v < nv; v++)
			y[v] = LOAD(b + v * LANES);
#pragma GCC unroll 6
		for (int i = 0; i < mr; i++) {
			SIMD_V x = FILL(a[(size_t)i * row]);

#pragma GCC unroll 4
			for (int v = 0; v < nv; v++)
				sum[i][v] = FMA(x, y[v], sum[i][v]);
		}
	}
#pragma GCC unroll 6
	for (int i = 0; i < mr; i++)
#pragma GCC unroll 4
		for (int v = 0; v < nv; v++)
			STORE(c + (size_t)i * crow + v * LANES, sum[i][v]);
}

/* A function of its own for each height, so that it is compiled unrolled. */
#define HEIGHT(mr)                                                             \
	case mr:                                                               \
		SIMD(tile)(mr, nv, k, a, row, col, b, c, crow);                \
		break;
static inline __attribute__((always_inline)) SIMD_TARGET void
SIMD(tile_nv)(size_t mr, const int nv, size_t k, const SIMD_T *a, size_t row,
	      size_t col, const SIMD_T *b, SIMD_T *c, size_t crow)
{
	switch (mr) {
		HEIGHT(1)
		HEIGHT(2)
		HEIGHT(3)
#if MR > 4
		HEIGHT(4)
		HEIGHT(5)
#endif
	default:
		SIMD(tile)(MR, nv, k, a, row, col, b, c, crow);
	}
}
#undef HEIGHT

static SIMD_TARGET void
SIMD(any_tile)(size_t mr, size_t nv, size_t k, const SIMD_T *a, size_t row,
	       size_t col, const SIMD_T *b, SIMD_T *c, size_t crow)
{
	switch (nv) {
	case 1:
		SIMD(tile_nv)(mr, 1, k, a, row, col, b, c, crow);
		break;
	case 2:
		SIMD(tile_nv)(mr, 2, k, a, row, col, b, c, crow);
		break;
#if NV > 3
	case 3:
		SIMD(tile_nv)(mr, 3, k, a, row, col, b, c, crow);
		break;
#endif
	default:
		SIMD(tile_nv)(mr, NV, k, a, row, col, b, c, crow);
	}
}

static void
SIMD(pack)(struct mia_panels *b, size_t k, size_t n, const SIMD_T *v,
	   size_t row, size_t col)
{
	size_t vectors = (n + LANES - 1) / LANES;
	size_t panels = (vectors + NV - 1) / NV, width;
	SIMD_T *to;

	b->k = k;
	b->n = n;
	b->nv = panels > 0 ? (vectors + panels - 1) / panels : 1;
	width = b->nv * LANES;
	mia_grow(&b->v, &b->cap, panels * width * k, sizeof(SIMD_T));
	to = b->v;
	for (size_t j0 = 0; j0 < n; j0 += width) {
		size_t here = n - j0 < width ? n - j0 : width;

		for (size_t p = 0; p < k; p++, to += width) {
			const SIMD_T *from = v + p * row + j0 * col;

			if (col == 1)
				memcpy(to, from, here * sizeof(*to));
			else
				for (size_t j = 0; j < here; j++)
					to[j] = from[j * col];
			for (size_t j = here; j < width; j++)
				to[j] = 0;
		}
	}
}

/* A tile that is not whole vectors side by side in c. */
static void
SIMD(edge)(const struct mia_panels *b, const SIMD_T *a, size_t row, size_t col,
	   const SIMD_T *panel, SIMD_T *c, size_t crow, size_t ccol,
	   size_t rows, size_t cols, bool add)
{
	SIMD_T t[MR * NV * LANES];
	size_t width = b->nv * LANES;

	memset(t, 0, sizeof(t));
	for (size_t i = 0; i < rows && add; i++)
		for (size_t j = 0; j < cols; j++)
			t[i * width + j] = c[i * crow + j * ccol];
	SIMD(any_tile)(rows, b->nv, b->k, a, row, col, panel, t, width);
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < cols; j++)
			c[i * crow + j * ccol] = t[i * width + j];
}

static void
SIMD(product)(size_t m, const SIMD_T *a, size_t row, size_t col,
	      const struct mia_panels *b, SIMD_T *c, size_t crow, size_t ccol,
	      bool add)
{
	size_t width = b->nv * LANES, strips = (m + MR - 1) / MR;
	const SIMD_T *panel = b->v;

	for (size_t j = 0; j < b->n; j += width, panel += width * b->k) {
		size_t cols = b->n - j < width ? b->n - j : width, mr;

		for (size_t i = 0, s = 0; i < m; i += mr, s++) {
			const SIMD_T *from = a + i * row;
			SIMD_T *to = c + i * crow + j * ccol;

			/* Strips of nearly equal heights. */
			mr = (m - i + strips - s - 1) / (strips - s);
			if (cols < width || ccol != 1) {
				SIMD(edge)
				(b, from, row, col, panel, to, crow, ccol, mr,
				 cols, add);
				continue;
			}
			for (size_t r = 0; r < mr && !add; r++)
				memset(to + r * crow, 0, width * sizeof(*to));
			SIMD(any_tile)
			(mr, b->nv, b->k, from, row, col, panel, to, crow);
		}
	}
}
