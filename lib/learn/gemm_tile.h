/*
 * The body of gemm.c for one CPU and type; see simd.h.  A tile of mr rows of
 * a by nv vectors of columns of b is held in registers.
 */

/* c += a b over k terms; c is [mr][nv * LANES], its rows crow apart. */
static inline __attribute__((always_inline)) SIMD_TARGET void
SIMD(tile)(const int mr, const int nv, size_t k, const SIMD_T *a, size_t row,
	   size_t col, const SIMD_T *b, SIMD_T *c, size_t crow)
{
	SIMD_V sum[MR_MAX][NV_MAX];

#pragma GCC unroll 12
	for (int i = 0; i < mr; i++)
#pragma GCC unroll 4
		for (int v = 0; v < nv; v++)
			sum[i][v] = LOAD(c + (size_t)i * crow + v * LANES);
	for (; k > 0; k--, a += col, b += nv * LANES) {
		SIMD_V y[NV_MAX];

#pragma GCC unroll 4
		for (int v = 0; v < nv; v++)
			y[v] = LOAD(b + v * LANES);
#pragma GCC unroll 12
		for (int i = 0; i < mr; i++) {
			SIMD_V x = FILL(a[(size_t)i * row]);

#pragma GCC unroll 4
			for (int v = 0; v < nv; v++)
				sum[i][v] = FMA(x, y[v], sum[i][v]);
		}
	}
#pragma GCC unroll 12
	for (int i = 0; i < mr; i++)
#pragma GCC unroll 4
		for (int v = 0; v < nv; v++)
			STORE(c + (size_t)i * crow + v * LANES, sum[i][v]);
}

/* The tile of the height that goes with nv. */
static SIMD_TARGET void
SIMD(any_tile)(unsigned nv, size_t k, const SIMD_T *a, size_t row, size_t col,
	       const SIMD_T *b, SIMD_T *c, size_t crow)
{
	switch (nv) {
	case 1:
		SIMD(tile)(HEIGHT(1), 1, k, a, row, col, b, c, crow);
		break;
	case 2:
		SIMD(tile)(HEIGHT(2), 2, k, a, row, col, b, c, crow);
		break;
	case 3:
		SIMD(tile)(HEIGHT(3), 3, k, a, row, col, b, c, crow);
		break;
	default:
		SIMD(tile)(HEIGHT(4), 4, k, a, row, col, b, c, crow);
	}
}

static void
SIMD(pack)(struct mia_panels *b, size_t k, size_t n, const SIMD_T *v,
	   size_t row, size_t col)
{
	size_t vectors = (n + LANES - 1) / LANES, width, panels;
	SIMD_T *to;

	b->k = k;
	b->n = n;
	panels = (vectors + NV_BEST - 1) / NV_BEST;
	b->nv = panels > 0 ? (unsigned)((vectors + panels - 1) / panels) : 1;
	width = (size_t)b->nv * LANES;
	mia_grow(&b->v, &b->cap, panels * width * k, sizeof(SIMD_T));
	to = b->v;
	for (size_t j0 = 0; j0 < n; j0 += width) {
		size_t here = n - j0 < width ? n - j0 : width;

		for (size_t p = 0; p < k; p++, to += width) {
			const SIMD_T *from = v + p * row + j0 * col;

			for (size_t j = 0; j < here; j++)
				to[j] = from[j * col];
			for (size_t j = here; j < width; j++)
				to[j] = 0;
		}
	}
}

/* One tile of the result, of which only rows x cols are c's. */
static void
SIMD(edge)(const struct mia_panels *b, size_t k, const SIMD_T *a, size_t row,
	   size_t col, const SIMD_T *panel, SIMD_T *c, size_t crow, size_t ccol,
	   size_t rows, size_t cols, bool add)
{
	SIMD_T t[MR_MAX * NV_MAX * LANES];
	size_t width = (size_t)b->nv * LANES;

	memset(t, 0, sizeof(t));
	if (add)
		for (size_t i = 0; i < rows; i++)
			for (size_t j = 0; j < cols; j++)
				t[i * width + j] = c[i * crow + j * ccol];
	SIMD(any_tile)(b->nv, k, a, row, col, panel, t, width);
	for (size_t j = 0; j < cols; j++)
		for (size_t i = 0; i < rows; i++)
			c[i * crow + j * ccol] = t[i * width + j];
}

/* Rows i … i + rows of c, over terms p … p + k. */
static void
SIMD(strip)(const struct mia_panels *b, size_t p, size_t k, const SIMD_T *a,
	    size_t row, size_t col, SIMD_T *c, size_t crow, size_t ccol,
	    size_t rows, bool add)
{
	SIMD_T packed[MR_MAX * KC];
	size_t width = (size_t)b->nv * LANES, mr = HEIGHT(b->nv);
	const SIMD_T *panel = (const SIMD_T *)b->v + p * width;

	if (rows < mr || b->n > width) {
		for (size_t q = 0; q < k; q++)
			for (size_t i = 0; i < mr; i++)
				packed[q * mr + i] =
					i < rows ? a[i * row + q * col] : 0;
		a = packed;
		row = 1;
		col = mr;
	}
	for (size_t j = 0; j < b->n; j += width, panel += width * b->k) {
		size_t cols = b->n - j < width ? b->n - j : width;

		if (rows < mr || cols < width || ccol != 1) {
			SIMD(edge)
			(b, k, a, row, col, panel, c + j * ccol, crow, ccol,
			 rows, cols, add);
			continue;
		}
		for (size_t i = 0; i < mr && !add; i++)
			memset(c + i * crow + j, 0, width * sizeof(*c));
		SIMD(any_tile)(b->nv, k, a, row, col, panel, c + j, crow);
	}
}

static void
SIMD(product)(size_t m, const SIMD_T *a, size_t row, size_t col,
	      const struct mia_panels *b, SIMD_T *c, size_t crow, size_t ccol,
	      bool add)
{
	size_t mr = HEIGHT(b->nv), p = 0;

	do {
		size_t k = b->k - p < KC ? b->k - p : KC;

		for (size_t i = 0; i < m; i += mr)
			SIMD(strip)
			(b, p, k, a + i * row + p * col, row, col, c + i * crow,
			 crow, ccol, m - i < mr ? m - i : mr, add || p > 0);
		p += k;
	} while (p < b->k);
}
