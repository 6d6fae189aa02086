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

void
mia_softmax(enum mia_cpu cpu, size_t classes, size_t rows, double *z,
	    size_t stride, double *top, double *sum)
{
	if (cpu == MIA_CPU_AVX512)
		softmax_avx512(classes, rows, z, stride, top, sum);
	else if (cpu == MIA_CPU_AVX2)
		softmax_avx2(classes, rows, z, stride, top, sum);
	else
		softmax_plain(classes, rows, z, stride, top, sum);
}
