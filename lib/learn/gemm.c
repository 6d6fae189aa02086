#include "learn/gemm.h"

#include <stdlib.h>

#include "base/mem.h"

/* 32 registers: 6 x 4 sums, 4 vectors of b, one of a. */
#define MR 6
#define NV 4
#define SIMD_CPU 2
#define SIMD_FLOAT 0
#include "learn/simd.h"
#include "learn/gemm_tile.h"
#undef SIMD_FLOAT
#define SIMD_FLOAT 1
#include "learn/simd.h"
#include "learn/gemm_tile.h"
#undef SIMD_FLOAT
#undef SIMD_CPU
#undef NV
#undef MR

/* 16 registers: 4 x 3 sums, 3 vectors of b, one of a. */
#define MR 4
#define NV 3
#define SIMD_CPU 1
#define SIMD_FLOAT 0
#include "learn/simd.h"
#include "learn/gemm_tile.h"
#undef SIMD_FLOAT
#define SIMD_FLOAT 1
#include "learn/simd.h"
#include "learn/gemm_tile.h"
#undef SIMD_FLOAT
#undef SIMD_CPU

#define SIMD_CPU 0
#define SIMD_FLOAT 0
#include "learn/simd.h"
#include "learn/gemm_tile.h"
#undef SIMD_FLOAT
#define SIMD_FLOAT 1
#include "learn/simd.h"
#include "learn/gemm_tile.h"

void
mia_panels_free(struct mia_panels *b)
{
	free(b->v);
	*b = (struct mia_panels){0};
}

void
mia_gemm_pack(struct mia_panels *b, enum mia_cpu cpu, size_t k, size_t n,
	      const double *v, size_t row, size_t col)
{
	b->cpu = cpu;
	if (cpu == MIA_CPU_AVX512)
		pack_avx512(b, k, n, v, row, col);
	else if (cpu == MIA_CPU_AVX2)
		pack_avx2(b, k, n, v, row, col);
	else
		pack_plain(b, k, n, v, row, col);
}

void
mia_gemm(size_t m, const double *a, size_t row, size_t col,
	 const struct mia_panels *b, double *c, size_t crow, size_t ccol,
	 bool add)
{
	if (b->cpu == MIA_CPU_AVX512)
		product_avx512(m, a, row, col, b, c, crow, ccol, add);
	else if (b->cpu == MIA_CPU_AVX2)
		product_avx2(m, a, row, col, b, c, crow, ccol, add);
	else
		product_plain(m, a, row, col, b, c, crow, ccol, add);
}

void
mia_gemm_pack_f(struct mia_panels *b, enum mia_cpu cpu, size_t k, size_t n,
		const float *v, size_t row, size_t col)
{
	b->cpu = cpu;
	if (cpu == MIA_CPU_AVX512)
		pack_avx512_f(b, k, n, v, row, col);
	else if (cpu == MIA_CPU_AVX2)
		pack_avx2_f(b, k, n, v, row, col);
	else
		pack_plain_f(b, k, n, v, row, col);
}

void
mia_gemm_f(size_t m, const float *a, size_t row, size_t col,
	   const struct mia_panels *b, float *c, size_t crow, size_t ccol,
	   bool add)
{
	if (b->cpu == MIA_CPU_AVX512)
		product_avx512_f(m, a, row, col, b, c, crow, ccol, add);
	else if (b->cpu == MIA_CPU_AVX2)
		product_avx2_f(m, a, row, col, b, c, crow, ccol, add);
	else
		product_plain_f(m, a, row, col, b, c, crow, ccol, add);
}
