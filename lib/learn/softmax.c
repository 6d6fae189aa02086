#include "learn/softmax.h"

#include <stdint.h>

/* exp of less is taken as exp of this: still a normal number. */
#define LEAST (-708.0)

#define SIMD_FLOAT 0
#define SIMD_CPU   0
#include "learn/simd.h"
#include "learn/softmax_tile.h"
#undef SIMD_CPU
#define SIMD_CPU 1
#include "learn/simd.h"
#include "learn/softmax_tile.h"
#undef SIMD_CPU
#define SIMD_CPU 2
#include "learn/simd.h"
#include "learn/softmax_tile.h"

/* Rows whose largest logits are kept at a time. */
#define BLOCK 256

void
mia_softmax(enum mia_cpu cpu, size_t classes, size_t rows, double *z,
	    size_t stride, double *log_sum)
{
	double top[BLOCK];

	for (size_t i = 0; i < rows; i += BLOCK) {
		size_t n = rows - i < BLOCK ? rows - i : BLOCK;

		if (cpu == MIA_CPU_AVX512)
			softmax_avx512(classes, n, z + i, stride, top,
				       log_sum + i);
		else if (cpu == MIA_CPU_AVX2)
			softmax_avx2(classes, n, z + i, stride, top,
				     log_sum + i);
		else
			softmax_plain(classes, n, z + i, stride, top,
				      log_sum + i);
		for (size_t j = 0; j < n; j++)
			log_sum[i + j] = top[j] + log(log_sum[i + j]);
	}
}
