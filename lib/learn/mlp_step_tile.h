/* The body of mlp_step.c for one CPU; see simd.h. */

/* d where a > 0, else 0. */
#undef IF_POSITIVE
#if SIMD_CPU == 0
#define IF_POSITIVE(a, d) ((a) > 0 ? (d) : 0)
#elif SIMD_CPU == 1
#define IF_POSITIVE(a, d)                                                      \
	_mm256_and_ps(d, _mm256_cmp_ps(a, _mm256_setzero_ps(), _CMP_GT_OQ))
#else
#define IF_POSITIVE(a, d)                                                      \
	_mm512_maskz_mov_ps(                                                   \
		_mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_GT_OQ), d)
#endif

#if SIMD_CPU == 0
/* x 2^n, n from the low bits of t, as SCALE of the vector kinds does it. */
static float
simd_scale_f(float x, float t)
{
	uint32_t u, n;

	memcpy(&u, &x, sizeof(u));
	memcpy(&n, &t, sizeof(n));
	u += n << 23;
	memcpy(&x, &u, sizeof(x));
	return x;
}
#endif

static SIMD_TARGET void
SIMD(relu)(size_t n, float *x)
{
	for (size_t i = 0; i < n; i += LANES)
		STORE(x + i, MAX(FILL(0.0f), LOAD(x + i)));
}

/*
 * tanh(x) = e / (e + 2), e = exp(2x) - 1.  With 2x = n log 2 + r, |r| <=
 * log(2) / 2, e = 2^n (exp(r) - 1) + (2^n - 1), which is exact near 0, where
 * n = 0.  exp(r) - 1 by its series up to r^7 / 7!, whose rest is below 2e-8 of
 * it.  Beyond 9.1 the result is 1.
 */
static SIMD_TARGET void
SIMD(tanh)(size_t n, float *x)
{
	for (size_t i = 0; i < n; i += LANES) {
		SIMD_V u = LOAD(x + i), t, k, r, y;

		u = MIN(FILL(9.1f), MAX(FILL(-9.1f), u));
		u = ADD(u, u);
		/* Adding 1.5 2^23 rounds to a whole number and leaves it in
		 * the low bits. */
		t = FMA(u, FILL(0x1.715476p0f), FILL(0x1.8p23f));
		k = SUB(t, FILL(0x1.8p23f));
		r = FMA(k, FILL(-0x1.62e43p-1f), u);
		r = FMA(k, FILL(0x1.05c61p-29f), r);
		y = FILL(1 / 5040.0f);
		y = FMA(y, r, FILL(1 / 720.0f));
		y = FMA(y, r, FILL(1 / 120.0f));
		y = FMA(y, r, FILL(1 / 24.0f));
		y = FMA(y, r, FILL(1 / 6.0f));
		y = FMA(y, r, FILL(0.5f));
		y = FMA(MUL(y, r), r, r);
		k = SCALE(FILL(1.0f), t);
		y = FMA(k, y, SUB(k, FILL(1.0f)));
		STORE(x + i, DIV(y, ADD(y, FILL(2.0f))));
	}
}

static SIMD_TARGET void
SIMD(times)(size_t n, float *x, const float *y)
{
	for (size_t i = 0; i < n; i += LANES)
		STORE(x + i, MUL(LOAD(x + i), LOAD(y + i)));
}

static SIMD_TARGET void
SIMD(slope_relu)(size_t n, float *d, const float *a)
{
	for (size_t i = 0; i < n; i += LANES)
		STORE(d + i, IF_POSITIVE(LOAD(a + i), LOAD(d + i)));
}

static SIMD_TARGET void
SIMD(slope_tanh)(size_t n, float *d, const float *a)
{
	for (size_t i = 0; i < n; i += LANES) {
		SIMD_V y = LOAD(a + i), one = FILL(1.0f);

		/* (1 - a) (1 + a): exact where a is near 1. */
		y = MUL(SUB(one, y), ADD(one, y));
		STORE(d + i, MUL(LOAD(d + i), y));
	}
}

static SIMD_TARGET void
SIMD(sum)(size_t n, size_t rows, const float *d, size_t stride, float *sum)
{
	for (size_t j = 0; j < n; j += LANES) {
		SIMD_V s = FILL(0.0f);

		for (size_t i = 0; i < rows; i++)
			s = ADD(s, LOAD(d + i * stride + j));
		STORE(sum + j, s);
	}
}

/* Numbers far below TINY become 0. */
static inline __attribute__((always_inline)) SIMD_TARGET SIMD_V
SIMD(flush)(SIMD_V x)
{
	return SUB(ADD(x, FILL(TINY)), FILL(TINY));
}

static SIMD_TARGET void
SIMD(momentum)(size_t n, float *w, const float *g, float *m,
	       const struct mia_mlp_step *s)
{
	const SIMD_V decay = FILL(s->decay), beta = FILL(s->beta1),
		     down = FILL(-s->rate);

	for (size_t i = 0; i < n; i += LANES) {
		SIMD_V x = LOAD(w + i), y = FMA(decay, x, LOAD(g + i));

		y = SIMD(flush)(FMA(beta, LOAD(m + i), y));
		STORE(m + i, y);
		STORE(w + i, FMA(down, y, x));
	}
}

static SIMD_TARGET void
SIMD(adam)(size_t n, float *w, const float *g, float *m, float *v,
	   const struct mia_mlp_step *s)
{
	const SIMD_V decay = FILL(s->decay), down = FILL(-s->rate),
		     beta1 = FILL(s->beta1), new1 = FILL(1 - s->beta1),
		     beta2 = FILL(s->beta2), new2 = FILL(1 - s->beta2),
		     root = FILL(s->root);

	for (size_t i = 0; i < n; i += LANES) {
		SIMD_V x = LOAD(w + i), y = FMA(decay, x, LOAD(g + i)), a, b;

		a = SIMD(flush)(FMA(beta1, LOAD(m + i), MUL(new1, y)));
		b = SIMD(flush)(FMA(beta2, LOAD(v + i), MUL(MUL(new2, y), y)));
		STORE(m + i, a);
		STORE(v + i, b);
		b = FMA(SQRT(b), root, FILL(EPSILON));
		STORE(w + i, FMA(down, DIV(a, b), x));
	}
}
