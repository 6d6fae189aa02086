#ifndef MIA_LEARN_MLP_H
#define MIA_LEARN_MLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/cpu.h"
#include "learn/learner.h"

/*
 * A multilayer perceptron in single precision: dense layers, relu or tanh
 * between them, softmax behind the last.  Fitted by minibatch Adam (Kingma &
 * Ba, ICLR 2015, Algorithm 1) or by gradient descent with momentum (Polyak
 * 1964).  The loss of a batch of B rows is
 *
 *	sum_i w_i (-sum_k t_ik log p_ik) / B  +  weight_decay |weights|^2 / 2
 *
 * with w_i 1, or n / (classes * n_class) if balanced, t_ik = (1 - s) [k is the
 * class of i] + s / classes and s the label smoothing (Szegedy et al., CVPR
 * 2016, section 7).  Biases do not decay.  Dropout (Srivastava et al., JMLR 15,
 * 2014) sets units of hidden layers to 0 and divides the others by 1 - dropout.
 *
 * With two classes in the sample there is one output, the second's logit; the
 * first's is 0.
 *
 * Weights begin uniform within +-sqrt(6 / (inputs + outputs)) of their layer
 * (Glorot & Bengio, AISTATS 2010), those of hidden layers if asked for within
 * +-sqrt(6 / inputs) (He et al., ICCV 2015), biases at 0.
 *
 * Every sum runs in one order: the same bytes on every CPU.
 */

#define MIA_MLP_HIDDEN 16		   /* most hidden layers */
#define MIA_MLP_UNITS  65536		   /* most units in one */
#define MIA_MLP_MOST   (UINT64_C(1) << 30) /* most weights and biases */
/* Blocks of memory are filled up with zeros to whole vectors of any CPU. */
#define MIA_MLP_PAD 16

struct mia_mlp_opts {
	size_t hidden; /* layers */
	size_t units[MIA_MLP_HIDDEN];
	bool tanh; /* else relu */
	bool he;   /* else Glorot */
	bool adam; /* else momentum */
	double learning_rate, beta1, beta2, momentum, weight_decay, dropout;
	double smoothing;
	uint64_t epochs;
	size_t batch; /* the last of an epoch may be smaller */
	/*
	 * With a share above 0, round(share * n) of the n rows, drawn at
	 * random, at least 1 and at most n - 1, do not train but stop the
	 * training when their loss has not fallen below its least for patience
	 * epochs; the model is that of the least.  One row: it trains.
	 */
	double validation_share;
	uint64_t patience;
	bool balanced;
	enum mia_cpu cpu; /* changes no byte */
};

struct mia_mlp {
	size_t layers; /* of weights, hidden + 1; 0 if there is one class */
	size_t width[MIA_MLP_HIDDEN + 2]; /* inputs, hidden, outputs */
	/* Where a layer's weights, [inputs][outputs], and its biases begin. */
	size_t weight[MIA_MLP_HIDDEN + 1], bias[MIA_MLP_HIDDEN + 1];
	size_t size; /* of w; what is in no layer is 0 */
	float *w;
	bool tanh;
	unsigned classes; /* of the data */
	unsigned present; /* of the sample */
	uint32_t *name;	  /* [present] their numbers, ascending */
	uint64_t steps;	  /* of the optimiser, up to what is kept */
};

/* n, to whole blocks of MIA_MLP_PAD. */
size_t mia_mlp_padded(size_t n);
/* Weights and biases. */
uint64_t mia_mlp_parameters(const struct mia_mlp *m);
/*
 * Sets layers, width, weight, bias, size and tanh, of m->present outputs; w
 * stays as it is.  Returns mia_mlp_parameters(m).
 */
uint64_t mia_mlp_shape(struct mia_mlp *m, size_t inputs,
		       const struct mia_mlp_opts *o);

/*
 * x is [rows of the frame][inputs]; s names those to fit on.  Streams of
 * random numbers: "learn/mlp/start", "learn/mlp/order" and "learn/mlp/dropout"
 * of seed and item.  Memory: five times the weights (momentum: four), three
 * copies of a batch's values in every layer.
 * Faults: data, if s is empty or the numbers overflow.
 * *m is freed by the caller with mia_mlp_free; it is empty after a fault.
 */
int mia_mlp_fit(struct mia_mlp *m, const float *x, size_t inputs,
		const struct mia_sample *s, const struct mia_mlp_opts *o,
		uint64_t seed, uint64_t item, struct mia_fault *f);
void mia_mlp_free(struct mia_mlp *m);

/*
 * Logits of x's rows[n] into out[n][classes], -inf for a class that the sample
 * did not have; with one class its logit is 0.  A row's logits do not depend on
 * other rows.  Fault: data, if a logit overflows.
 */
int mia_mlp_predict(const struct mia_mlp *m, enum mia_cpu cpu, const float *x,
		    const uint32_t *rows, size_t n, double *out,
		    struct mia_fault *f);

void mia_mlp_save(const struct mia_mlp *m, struct mia_buf *b);
/* o: the layers and the activation.  Fault: data, cut short, or what no saved
 * network can hold; *m is then empty. */
int mia_mlp_load(struct mia_mlp *m, struct mia_bytes *b, size_t features,
		 unsigned classes, const struct mia_mlp_opts *o,
		 struct mia_fault *f);

#endif
