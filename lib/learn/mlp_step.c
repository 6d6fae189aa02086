#include "learn/mlp_step.h"

#include <stdint.h>

/* Adam's epsilon, as Kingma & Ba have it. */
#define EPSILON 1e-8f
/* What is added and taken away again to lose denormal numbers: above 2^24
 * times the least normal one, and far below any number that matters. */
#define TINY 1e-25f

#define SIMD_FLOAT 1
#define SIMD_CPU   0
#include "learn/simd.h"
#include "learn/mlp_step_tile.h"
#undef SIMD_CPU
#define SIMD_CPU 1
#include "learn/simd.h"
#include "learn/mlp_step_tile.h"
#undef SIMD_CPU
#define SIMD_CPU 2
#include "learn/simd.h"
#include "learn/mlp_step_tile.h"

#define DISPATCH(name, ...)                                                    \
	do {                                                                   \
		if (cpu == MIA_CPU_AVX512)                                     \
			name##_avx512_f(__VA_ARGS__);                          \
		else if (cpu == MIA_CPU_AVX2)                                  \
			name##_avx2_f(__VA_ARGS__);                            \
		else                                                           \
			name##_plain_f(__VA_ARGS__);                           \
	} while (0)

void
mia_mlp_relu(enum mia_cpu cpu, size_t n, float *x)
{
	DISPATCH(relu, n, x);
}

void
mia_mlp_tanh(enum mia_cpu cpu, size_t n, float *x)
{
	DISPATCH(tanh, n, x);
}

void
mia_mlp_times(enum mia_cpu cpu, size_t n, float *x, const float *y)
{
	DISPATCH(times, n, x, y);
}

void
mia_mlp_slope(enum mia_cpu cpu, bool tanh, size_t n, float *d, const float *a)
{
	if (tanh)
		DISPATCH(slope_tanh, n, d, a);
	else
		DISPATCH(slope_relu, n, d, a);
}

void
mia_mlp_sum(enum mia_cpu cpu, size_t n, size_t rows, const float *d,
	    size_t stride, float *sum)
{
	DISPATCH(sum, n, rows, d, stride, sum);
}

void
mia_mlp_momentum(enum mia_cpu cpu, size_t n, float *w, const float *g, float *m,
		 const struct mia_mlp_step *s)
{
	DISPATCH(momentum, n, w, g, m, s);
}

void
mia_mlp_adam(enum mia_cpu cpu, size_t n, float *w, const float *g, float *m,
	     float *v, const struct mia_mlp_step *s)
{
	DISPATCH(adam, n, w, g, m, v, s);
}
