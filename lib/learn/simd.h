/*
 * Vector words for code that is compiled once for each kind of CPU: included
 * again and again, without a guard, after
 *
 *	#define SIMD_CPU	0 plain, 1 AVX2 and FMA, 2 AVX-512F
 *	#define SIMD_FLOAT	0 double, 1 float
 *
 * It defines SIMD(name), which tells the copies of a function apart, SIMD_T
 * (an element), SIMD_V (LANES of them) and the operations below.  FMA rounds
 * once on every CPU, so that copies differ in speed only.
 */
#include <immintrin.h>
#include <math.h>
#include <string.h>

#undef SIMD
#undef SIMD_TARGET
#undef SIMD_T
#undef SIMD_V
#undef SIMD_OP
#undef LANES
#undef LOAD
#undef STORE
#undef FILL
#undef FMA
#undef ADD
#undef SUB
#undef MUL
#undef DIV
#undef MAX
#undef MIN
#undef SQRT
#undef SCALE

/*
 *	LOAD STORE FILL		memory, all lanes alike
 *	FMA(a, b, c)		a * b + c, rounded once
 *	MAX(a, b) MIN(a, b)	b if either is NaN, or both are zero
 *	SCALE(x, t)		x 2^n, n = the low bits of t
 */
#if SIMD_FLOAT
#define SIMD_T float
#else
#define SIMD_T double
#endif

#if SIMD_CPU == 0

#define SIMD_TARGET
#define SIMD_V	    SIMD_T
#define LANES	    1
#define LOAD(p)	    (*(p))
#define STORE(p, v) (*(p) = (v))
#define FILL(x)	    (x)
#define ADD(a, b)   ((a) + (b))
#define SUB(a, b)   ((a) - (b))
#define MUL(a, b)   ((a) * (b))
#define DIV(a, b)   ((a) / (b))
#define MAX(a, b)   ((a) > (b) ? (a) : (b))
#define MIN(a, b)   ((a) < (b) ? (a) : (b))
#if SIMD_FLOAT
#define SIMD(name)   name##_plain_f
#define FMA(a, b, c) fmaf(a, b, c)
#define SQRT(x)	     sqrtf(x)
#define SCALE(x, t)  simd_scale_f(x, t)
#else
#define SIMD(name)   name##_plain
#define FMA(a, b, c) fma(a, b, c)
#define SQRT(x)	     sqrt(x)
#define SCALE(x, t)  simd_scale(x, t)
#endif

#elif SIMD_CPU == 1

#define SIMD_TARGET __attribute__((target("avx2,fma")))
#if SIMD_FLOAT
#define SIMD(name)  name##_avx2_f
#define SIMD_V	    __m256
#define LANES	    8
#define SIMD_OP(op) _mm256_##op##_ps
#define SCALE(x, t)                                                            \
	_mm256_castsi256_ps(_mm256_add_epi32(                                  \
		_mm256_castps_si256(x),                                        \
		_mm256_slli_epi32(_mm256_castps_si256(t), 23)))
#else
#define SIMD(name)  name##_avx2
#define SIMD_V	    __m256d
#define LANES	    4
#define SIMD_OP(op) _mm256_##op##_pd
#define SCALE(x, t)                                                            \
	_mm256_castsi256_pd(_mm256_add_epi64(                                  \
		_mm256_castpd_si256(x),                                        \
		_mm256_slli_epi64(_mm256_castpd_si256(t), 52)))
#endif

#else

#define SIMD_TARGET __attribute__((target("avx512f,avx2,fma")))
#if SIMD_FLOAT
#define SIMD(name)  name##_avx512_f
#define SIMD_V	    __m512
#define LANES	    16
#define SIMD_OP(op) _mm512_##op##_ps
#define SCALE(x, t)                                                            \
	_mm512_castsi512_ps(_mm512_add_epi32(                                  \
		_mm512_castps_si512(x),                                        \
		_mm512_slli_epi32(_mm512_castps_si512(t), 23)))
#else
#define SIMD(name)  name##_avx512
#define SIMD_V	    __m512d
#define LANES	    8
#define SIMD_OP(op) _mm512_##op##_pd
#define SCALE(x, t)                                                            \
	_mm512_castsi512_pd(_mm512_add_epi64(                                  \
		_mm512_castpd_si512(x),                                        \
		_mm512_slli_epi64(_mm512_castpd_si512(t), 52)))
#endif

#endif

#if SIMD_CPU > 0
#define LOAD(p)	     SIMD_OP(loadu)(p)
#define STORE(p, v)  SIMD_OP(storeu)(p, v)
#define FILL(x)	     SIMD_OP(set1)(x)
#define FMA(a, b, c) SIMD_OP(fmadd)(a, b, c)
#define ADD(a, b)    SIMD_OP(add)(a, b)
#define SUB(a, b)    SIMD_OP(sub)(a, b)
#define MUL(a, b)    SIMD_OP(mul)(a, b)
#define DIV(a, b)    SIMD_OP(div)(a, b)
#define MAX(a, b)    SIMD_OP(max)(a, b)
#define MIN(a, b)    SIMD_OP(min)(a, b)
#define SQRT(x)	     SIMD_OP(sqrt)(x)
#endif
