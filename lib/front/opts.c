#include "front/opts.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"

/* Room for options; a table beyond it fails at the first run. */
#define OPTIONS 64
#define SHARED	8

#define MAX_INPUT ((size_t)1 << 32) /* of a file an option names */

static struct mia_option *
add(struct mia_option *o, struct mia_option what)
{
	*o = what;
	return o + 1;
}

/* The program's own options, then the shared ones; returns how many. */
static size_t
all_options(struct mia_command *c, struct mia_option all[OPTIONS])
{
	struct mia_shared *s = &c->shared;
	struct mia_option *o;
	size_t own = 0;

	while (c->option != NULL && c->option[own].name != NULL)
		own++;
	assert(own + SHARED <= OPTIONS);
	if (own > 0)
		memcpy(all, c->option, own * sizeof(*all));
	o = all + own;
	if (c->seeded)
		o = add(o, (struct mia_option){
				   "seed", 's', MIA_OPT_INT, &s->seed, "N",
				   "seed of every draw (1)", 0, 9e15, NULL,
				   MIA_OPT_ALWAYS, false});
	if (c->threaded)
		o = add(o, (struct mia_option){
				   "threads", 't', MIA_OPT_INT, &s->threads,
				   "N", "threads (the cores); changes no byte",
				   1, 4096, NULL, MIA_OPT_SILENT, false});
	if (!c->no_stream) {
		o = add(o, (struct mia_option){
				   "output", 'o', MIA_OPT_STRING, &s->output,
				   "FILE", "write to FILE (standard output)",
				   0, 0, NULL, MIA_OPT_SILENT, false});
		o = add(o, (struct mia_option){"zstd", 'z', MIA_OPT_FLAG,
					       &s->zstd, NULL,
					       "pack the output with zstd", 0,
					       0, NULL, MIA_OPT_SILENT, false});
		o = add(o, (struct mia_option){
				   "no-meta", 0, MIA_OPT_FLAG, &s->no_meta,
				   NULL, "plain CSV, without head and foot", 0,
				   0, NULL, MIA_OPT_SILENT, false});
	}
	o = add(o, (struct mia_option){"verbose", 'v', MIA_OPT_FLAG,
				       &s->verbose, NULL,
				       "say on standard error what is done", 0,
				       0, NULL, MIA_OPT_SILENT, false});
	o = add(o, (struct mia_option){"help", 'h', MIA_OPT_FLAG, NULL, NULL,
				       "print this and exit", 0, 0, NULL,
				       MIA_OPT_SILENT, false});
	o = add(o, (struct mia_option){"version", 'V', MIA_OPT_FLAG, NULL,
				       NULL, "print the version and exit", 0,
				       0, NULL, MIA_OPT_SILENT, false});
	return (size_t)(o - all);
}

static void
synopsis(const struct mia_command *c, FILE *to)
{
	fprintf(to, "usage: %s [OPTION ...]", c->name);
	for (const struct mia_option *o = c->option; o && o->name; o++)
		if (o->flags & MIA_OPT_NEEDED)
			fprintf(to, " --%s %s", o->name, o->arg);
	fprintf(to, "%s%s\n", c->operands[0] ? " " : "", c->operands);
}

static void
help(const struct mia_command *c, const struct mia_option *all, size_t n)
{
	printf("%s: %s\n\n", c->name, c->summary);
	synopsis(c, stdout);
	putchar('\n');
	for (size_t i = 0; i < n; i++) {
		const struct mia_option *o = &all[i];
		char left[128];

		snprintf(left, sizeof(left), "%c%c%s --%s%s%s",
			 o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
			 o->letter ? "," : " ", o->name, o->arg ? " " : "",
			 o->arg ? o->arg : "");
		if (strlen(left) > 26)
			printf("  %s\n  %-26s  %s\n", left, "", o->help);
		else
			printf("  %-26s  %s\n", left, o->help);
	}
	printf("\nSee %s(1).\n", c->name);
}

void
mia_opts_bad(const struct mia_command *c, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", c->name);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	synopsis(c, stderr);
	exit(MIA_USAGE);
}

static void
out_of_range(const struct mia_command *c, const struct mia_option *o,
	     const char *value)
{
	if (o->lo == o->hi)
		mia_opts_bad(c, "--%s: '%s' is not a%s number", o->name, value,
			     o->type == MIA_OPT_INT ? " whole" : "");
	mia_opts_bad(c, "--%s: '%s' is not a%s number from %g to %g", o->name,
		     value, o->type == MIA_OPT_INT ? " whole" : "", o->lo,
		     o->hi);
}

static void
set(const struct mia_command *c, struct mia_option *o, const char *value)
{
	struct mia_text t = mia_text(value ? value : "");
	struct mia_list *list;
	int64_t whole;
	double x;

	switch (o->type) {
	case MIA_OPT_FLAG:
		*(bool *)o->value = true;
		break;
	case MIA_OPT_STRING:
		*(const char **)o->value = value;
		break;
	case MIA_OPT_LIST:
		list = o->value;
		mia_grow(&list->item, &list->cap, list->n + 1,
			 sizeof(*list->item));
		list->item[list->n++] = value;
		break;
	case MIA_OPT_INT:
		if (!mia_num_parse_int(t, &whole) ||
		    (o->lo < o->hi &&
		     ((double)whole < o->lo || (double)whole > o->hi)))
			out_of_range(c, o, value);
		*(int64_t *)o->value = whole;
		break;
	case MIA_OPT_REAL:
		if (mia_num_parse(t, &x) != MIA_NUM_FINITE ||
		    (o->lo < o->hi && (x < o->lo || x > o->hi)))
			out_of_range(c, o, value);
		*(double *)o->value = x;
		break;
	case MIA_OPT_CHOICE:
		*(int *)o->value = mia_text_place(mia_text(value), o->choices);
		if (*(int *)o->value < 0)
			mia_opts_bad(c, "--%s: '%s' is not one of %s", o->name,
				     value, o->choices);
		break;
	}
	o->given = true;
}

/* "#@" lines are split at blanks: those, controls and % become %XX. */
static void
escaped(struct mia_buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char ch = (unsigned char)*s;

		if (ch <= ' ' || ch == '%' || ch == 0x7f)
			mia_buf_format(b, "%%%02X", ch);
		else
			mia_buf_add(b, s, 1);
	}
}

static void
path_hash(const struct mia_command *c, const char *path, struct mia_buf *b)
{
	struct mia_fault f = {0};
	char text[MIA_HASH_TEXT], *s;
	size_t n;

	if (mia_read_file(path, MAX_INPUT, &s, &n, &f) != 0) {
		fprintf(stderr, "%s: %s\n", c->name, f.text);
		exit(f.code);
	}
	mia_hash_print(text, mia_hash(s, n, 0));
	free(s);
	mia_buf_format(b, "xxh3:%s", text);
}

static void
one_value(const struct mia_command *c, const struct mia_option *o,
	  const char *text, struct mia_buf *b)
{
	mia_buf_format(b, " --%s", o->name);
	if (text == NULL)
		return;
	mia_buf_text(b, "=");
	if (o->flags & MIA_OPT_PATH)
		path_hash(c, text, b);
	else
		escaped(b, text);
}

static void
option_text(const struct mia_command *c, const struct mia_option *o,
	    struct mia_buf *b)
{
	const struct mia_list *list;
	char num[MIA_NUM_MAX + 1];
	const char *word;
	size_t n;

	switch (o->type) {
	case MIA_OPT_FLAG:
		one_value(c, o, NULL, b);
		return;
	case MIA_OPT_STRING:
		if (*(const char **)o->value != NULL)
			one_value(c, o, *(const char **)o->value, b);
		return;
	case MIA_OPT_LIST:
		list = o->value;
		for (size_t i = 0; i < list->n; i++)
			one_value(c, o, list->item[i], b);
		return;
	case MIA_OPT_INT:
		n = mia_num_int(num, *(int64_t *)o->value);
		break;
	case MIA_OPT_REAL:
		n = mia_num_print(num, *(double *)o->value);
		break;
	case MIA_OPT_CHOICE:
		word = o->choices;
		for (int i = *(int *)o->value; i > 0; i--)
			word += strcspn(word, "|") + 1;
		mia_buf_format(b, " --%s=%.*s", o->name,
			       (int)strcspn(word, "|"), word);
		return;
	default:
		return;
	}
	num[n] = '\0';
	one_value(c, o, num, b);
}

static char *
tool_line(const struct mia_command *c, const struct mia_option *all, size_t n)
{
	struct mia_buf b = {0};

	mia_buf_format(&b, "#@ %s %s", c->name, MIA_VERSION);
	for (size_t i = 0; i < n; i++)
		if (!(all[i].flags & MIA_OPT_SILENT) &&
		    (all[i].given || (all[i].flags & MIA_OPT_ALWAYS)))
			option_text(c, &all[i], &b);
	mia_buf_string(&b);
	return b.s;
}

/* getopt's own message is switched off; this is ours. */
static void
unknown(const struct mia_command *c, char **argv, int code)
{
	const char *word = argv[optind - 1];

	if (code == ':')
		mia_opts_bad(c, "option '%s' needs a value", word);
	if (optopt != 0 && strncmp(word, "--", 2) != 0)
		mia_opts_bad(c, "unknown option '-%c'; try --help", optopt);
	mia_opts_bad(c, "unknown option or stray value '%s'; try --help",
		     word);
}

static void
parse(struct mia_command *c, struct mia_option *all, size_t n, int argc,
      char **argv)
{
	struct option longs[OPTIONS + 1] = {{0}};
	char shorts[2 * OPTIONS + 2] = {0}, *at = shorts;
	int code, which = -1;

	*at++ = ':';
	for (size_t i = 0; i < n; i++) {
		longs[i].name = all[i].name;
		longs[i].has_arg =
			all[i].type == MIA_OPT_FLAG ? no_argument
						    : required_argument;
		if (all[i].letter) {
			*at++ = all[i].letter;
			if (all[i].type != MIA_OPT_FLAG)
				*at++ = ':';
		}
	}
	opterr = 0;
	while ((code = getopt_long(argc, argv, shorts, longs, &which)) != -1) {
		if (code == '?' || code == ':')
			unknown(c, argv, code);
		if (code != 0)
			for (which = 0; all[which].letter != code;)
				which++;
		if (all[which].value != NULL) {
			set(c, &all[which], optarg);
		} else if (strcmp(all[which].name, "help") == 0) {
			help(c, all, n);
			exit(fflush(stdout) ? MIA_SYSTEM : MIA_OK);
		} else {
			printf("%s (miatools) %s\n", c->name, MIA_VERSION);
			exit(fflush(stdout) ? MIA_SYSTEM : MIA_OK);
		}
	}
}

void
mia_opts_parse(struct mia_command *c, int argc, char **argv)
{
	struct mia_option all[OPTIONS];
	size_t n;

	signal(SIGPIPE, SIG_DFL);
	setlocale(LC_ALL, "C");
	gsl_set_error_handler_off();
	c->shared.seed = 1;
	c->shared.threads = mia_par_cores();
	n = all_options(c, all);
	parse(c, all, n, argc, argv);
	for (size_t i = 0; c->option != NULL && c->option[i].name; i++) {
		c->option[i].given = all[i].given;
		if ((all[i].flags & MIA_OPT_NEEDED) && !all[i].given)
			mia_opts_bad(c, "--%s is needed", all[i].name);
	}
	c->file = argv + optind;
	c->n_file = (size_t)(argc - optind);
	if (c->n_file > 0 && c->operands[0] == '\0')
		mia_opts_bad(c, "stray operand '%s'", c->file[0]);
	c->tool_line = tool_line(c, all, n);
}

void
mia_opts_note(struct mia_command *c, struct mia_text more)
{
	struct mia_buf b = {0};

	mia_buf_format(&b, "%s%.*s", c->tool_line, (int)more.n, more.s);
	free(c->tool_line);
	mia_buf_string(&b);
	c->tool_line = b.s;
}

void
mia_opts_free(struct mia_command *c)
{
	for (struct mia_option *o = c->option; o != NULL && o->name; o++)
		if (o->type == MIA_OPT_LIST)
			free(((struct mia_list *)o->value)->item);
	free(c->tool_line);
	c->tool_line = NULL;
}

struct mia_writer_opts
mia_opts_writer(const struct mia_command *c)
{
	return (struct mia_writer_opts){.path = c->shared.output,
					.zstd = c->shared.zstd,
					.no_meta = c->shared.no_meta};
}

int
mia_opts_finish(struct mia_command *c, int rc, struct mia_fault *f)
{
	int status = rc < 0 ? MIA_SYSTEM : rc;

	if (f != NULL && f->code != 0) {
		fprintf(stderr, "%s: %s\n", c->name, f->text);
		status = f->code;
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr,
			"%s: cannot write '<stdout>': %s; check the room on "
			"the disk\n",
			c->name, strerror(errno));
		status = status ? status : MIA_SYSTEM;
	}
	mia_opts_free(c);
	return status;
}

static void
speak(const struct mia_command *c, const char *format, va_list ap)
{
	fprintf(stderr, "%s: ", c->name);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
}

void
mia_warn(const struct mia_command *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	speak(c, format, ap);
	va_end(ap);
}

void
mia_say(const struct mia_command *c, const char *format, ...)
{
	va_list ap;

	if (!c->shared.verbose)
		return;
	va_start(ap, format);
	speak(c, format, ap);
	va_end(ap);
}
