#include "learn/mlp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

/* Columns encoded at a time: a cache line of each row. */
#define STRIP 16
/* What shadows share: the encoded rows. */
struct prep {
	size_t n, inputs;
	float *x; /* [n][inputs] */
};

static const struct mia_hparam settings[] = {
	{"layers", "128,64", MIA_HYPER_TEXT, 0, 0, NULL,
	 "units of the hidden layers, split by commas"},
	{"activation", "relu", MIA_HYPER_TEXT, 0, 0, "relu|tanh",
	 "of the hidden layers"},
	{"init", "glorot", MIA_HYPER_TEXT, 0, 0, "glorot|he",
	 "how weights of hidden layers begin"},
	{"optimizer", "adam", MIA_HYPER_TEXT, 0, 0, "adam|sgd",
	 "sgd: gradient descent with momentum"},
	{"learning_rate", "0.001", MIA_HYPER_REAL, 1e-9, 1e3, NULL,
	 "length of a step"},
	{"beta1", "0.9", MIA_HYPER_REAL, 0, 0.9999, NULL,
	 "adam: decay of the gradient's mean"},
	{"beta2", "0.999", MIA_HYPER_REAL, 0, 0.999999, NULL,
	 "adam: decay of its square's mean"},
	{"momentum", "0.9", MIA_HYPER_REAL, 0, 0.9999, NULL,
	 "sgd: share of the last step in the next"},
	{"weight_decay", "0", MIA_HYPER_REAL, 0, 1e3, NULL,
	 "L2 penalty: this half times the weights' squared length"},
	{"dropout", "0", MIA_HYPER_REAL, 0, 0.99, NULL,
	 "share of hidden units dropped in a step"},
	{"label_smoothing", "0", MIA_HYPER_REAL, 0, 0.99, NULL,
	 "share of a label spread over all classes"},
	{"epochs", "50", MIA_HYPER_INT, 1, 1e6, NULL,
	 "passes over the training rows"},
	{"batch", "32", MIA_HYPER_INT, 1, 1e6, NULL, "rows of a step"},
	{"validation_share", "0", MIA_HYPER_REAL, 0, 0.9, NULL,
	 "share of the training rows that only say when to stop"},
	{"patience", "10", MIA_HYPER_INT, 1, 1e6, NULL,
	 "epochs without a better loss of those before it stops"},
	{"class_weight", "none", MIA_HYPER_TEXT, 0, 0, "none|balanced",
	 "weigh classes by their inverse frequency"},
	{NULL, NULL, MIA_HYPER_TEXT, 0, 0, NULL, NULL},
};

static bool
chosen(const struct mia_hyper *h, const char *name, const char *word)
{
	return strcmp(mia_hyper_text(h, name), word) == 0;
}

/* "128,64" */
static int
read_layers(struct mia_mlp_opts *o, const char *text, struct mia_fault *f)
{
	const char *at = text;

	for (;; at++) {
		size_t n = strcspn(at, ",");
		double x;

		if (o->hidden == MIA_MLP_HIDDEN ||
		    mia_num_parse((struct mia_text){at, n}, &x) !=
			    MIA_NUM_FINITE ||
		    x < 1 || x > MIA_MLP_UNITS || x != floor(x))
			return mia_fail(f, MIA_USAGE,
					"'%s' is no value of 'layers'; give 1 "
					"to %d whole numbers from 1 to %d, "
					"split by commas",
					text, MIA_MLP_HIDDEN, MIA_MLP_UNITS);
		o->units[o->hidden++] = (size_t)x;
		at += n;
		if (*at == '\0')
			return 0;
	}
}

/* A setting that the others make void must be at its default. */
static int
refuse_void(const struct mia_hyper *h, const char *name, const char *remedy,
	    struct mia_fault *f)
{
	const struct mia_hparam *p = settings;

	while (strcmp(p->name, name) != 0)
		p++;
	if (chosen(h, name, p->fallback))
		return 0;
	return mia_fail(f, MIA_USAGE, "'%s' changes nothing here; set %s too",
			name, remedy);
}

static int
read_opts(struct mia_mlp_opts *o, const struct mia_hyper *h, size_t inputs,
	  unsigned classes, struct mia_fault *f)
{
	struct mia_mlp most = {.present = classes};

	*o = (struct mia_mlp_opts){
		.tanh = chosen(h, "activation", "tanh"),
		.he = chosen(h, "init", "he"),
		.adam = chosen(h, "optimizer", "adam"),
		.learning_rate = mia_hyper_get(h, "learning_rate"),
		.beta1 = mia_hyper_get(h, "beta1"),
		.beta2 = mia_hyper_get(h, "beta2"),
		.momentum = mia_hyper_get(h, "momentum"),
		.weight_decay = mia_hyper_get(h, "weight_decay"),
		.dropout = mia_hyper_get(h, "dropout"),
		.smoothing = mia_hyper_get(h, "label_smoothing"),
		.epochs = (uint64_t)mia_hyper_get(h, "epochs"),
		.batch = (size_t)mia_hyper_get(h, "batch"),
		.validation_share = mia_hyper_get(h, "validation_share"),
		.patience = (uint64_t)mia_hyper_get(h, "patience"),
		.balanced = chosen(h, "class_weight", "balanced"),
		.cpu = mia_cpu_best(),
	};
	if (read_layers(o, mia_hyper_text(h, "layers"), f) != 0)
		return -1;
	if (o->adam) {
		if (refuse_void(h, "momentum", "optimizer=sgd", f) != 0)
			return -1;
	} else if (refuse_void(h, "beta1", "optimizer=adam", f) != 0 ||
		   refuse_void(h, "beta2", "optimizer=adam", f) != 0) {
		return -1;
	}
	if (o->validation_share == 0 &&
	    refuse_void(h, "patience", "validation_share", f) != 0)
		return -1;
	if (mia_mlp_shape(&most, inputs, o) > MIA_MLP_MOST)
		return mia_fail(f, MIA_USAGE,
				"'%s' and %zu inputs make more than %llu "
				"weights; give smaller layers",
				mia_hyper_text(h, "layers"), inputs,
				(unsigned long long)MIA_MLP_MOST);
	return 0;
}

static void
prepare_free(void *prep)
{
	struct prep *p = prep;

	free(p->x);
	free(p);
}

static int
prepare(void **prep, const struct mia_encoding *e, const struct mia_frame *x,
	const struct mia_hyper *h, struct mia_fault *f)
{
	struct mia_mlp_opts o;
	struct prep *p;
	double *strip;
	bool finite = true;

	/* Bad settings before all else; fit knows the classes. */
	if (read_opts(&o, h, e->n, 2, f) != 0)
		return -1;
	p = mia_alloc(1, sizeof(*p));
	strip = mia_alloc(STRIP * x->n, sizeof(*strip));
	p->n = x->n;
	p->inputs = e->n;
	p->x = mia_alloc(p->n * p->inputs, sizeof(*p->x));
	for (size_t j = 0; j < e->n; j += STRIP) {
		size_t here = e->n - j < STRIP ? e->n - j : STRIP;

		for (size_t k = 0; k < here; k++)
			mia_encoding_feature(e, x, j + k, strip + k * x->n);
		for (size_t i = 0; i < x->n; i++)
			for (size_t k = 0; k < here; k++) {
				float v = (float)strip[k * x->n + i];

				p->x[i * p->inputs + j + k] = v;
				finite = finite && isfinite(v);
			}
	}
	free(strip);
	if (!finite) {
		prepare_free(p);
		return mia_fail(f, MIA_DATA,
				"a number is too far from those that the "
				"encoding was fitted on; leave out its record");
	}
	*prep = p;
	return 0;
}

static void
model_free(void *model)
{
	mia_mlp_free(model);
	free(model);
}

static int
fit(void **model, const void *prep, const struct mia_sample *s,
    const struct mia_hyper *h, uint64_t seed, uint64_t item,
    struct mia_fault *f)
{
	const struct prep *p = prep;
	struct mia_mlp_opts o;
	struct mia_mlp *m;

	if (read_opts(&o, h, p->inputs, s->classes, f) != 0)
		return -1;
	m = mia_alloc(1, sizeof(*m));
	if (mia_mlp_fit(m, p->x, p->inputs, s, &o, seed, item, f) != 0) {
		free(m);
		return -1;
	}
	*model = m;
	return 0;
}

static int
predict(const void *model, const void *prep, const uint32_t *rows, size_t n,
	double *out, struct mia_fault *f)
{
	const struct prep *p = prep;

	return mia_mlp_predict(model, mia_cpu_best(), p->x, rows, n, out, f);
}

static void
save(const void *model, struct mia_buf *b)
{
	mia_mlp_save(model, b);
}

static int
load(void **model, struct mia_bytes *b, size_t features, unsigned classes,
     const struct mia_hyper *h, struct mia_fault *f)
{
	struct mia_mlp_opts o;
	struct mia_mlp *m;

	if (read_opts(&o, h, features, classes, f) != 0) {
		f->code = MIA_DATA;
		return -1;
	}
	m = mia_alloc(1, sizeof(*m));
	if (mia_mlp_load(m, b, features, classes, &o, f) != 0) {
		free(m);
		return -1;
	}
	*model = m;
	return 0;
}

static void
describe(const void *model, struct mia_description *d)
{
	const struct mia_mlp *m = model;

	*d = (struct mia_description){
		.parameters = mia_mlp_parameters(m),
		.iterations = m->steps,
	};
}

const struct mia_learner mia_mlp = {
	.name = "mlp",
	.summary = "neural network of dense layers, softmax",
	.hyper = settings,
	.scale = MIA_SCALE_STANDARD,
	.output = MIA_OUTPUT_Z,
	.prepare = prepare,
	.prepare_free = prepare_free,
	.fit = fit,
	.predict = predict,
	.save = save,
	.load = load,
	.model_free = model_free,
	.describe = describe,
};
