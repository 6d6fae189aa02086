#ifndef MIA_FRONT_OPTS_H
#define MIA_FRONT_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "io/writer.h"

#define MIA_VERSION "0.1.0"

/* What an option's value is and where it goes. */
enum mia_opt_type {
	MIA_OPT_FLAG,	/* bool */
	MIA_OPT_STRING, /* const char * */
	MIA_OPT_LIST,	/* struct mia_list: the option may be repeated */
	MIA_OPT_INT,	/* int64_t, between lo and hi */
	MIA_OPT_REAL,	/* double, between lo and hi */
	MIA_OPT_CHOICE, /* int: index in choices, words split by | */
};

/* Bits of flags. */
#define MIA_OPT_SILENT 1u /* can't change a byte: not in the head */
#define MIA_OPT_ALWAYS 2u /* in the head even at its default */
#define MIA_OPT_PATH 4u	  /* a file to read: the head holds its hash */
#define MIA_OPT_NEEDED 8u /* usage error if it is not given */

struct mia_list {
	char const **item;
	size_t n, cap;
};

/* Tables end with name == NULL. Defaults are what value points to at first. */
struct mia_option {
	const char *name; /* long name, without dashes */
	char letter;	  /* short name or 0 */
	enum mia_opt_type type;
	void *value;
	const char *arg; /* name of the value in the synopsis */
	const char *help;
	double lo, hi;	     /* INT, REAL; both 0: any */
	const char *choices; /* CHOICE: "online|offline" */
	unsigned flags;
	bool given; /* set by mia_opts_parse */
};

/* Options that every program has, with --seed and --threads where wanted. */
struct mia_shared {
	const char *output;
	bool zstd, no_meta, verbose;
	int64_t seed;	 /* default 1 */
	int64_t threads; /* default: the cores */
};

struct mia_command {
	const char *name;	/* program */
	const char *summary;	/* one line, as the man page's .Nd */
	const char *operands;	/* "[FILE ...]" */
	struct mia_option *option;
	bool seeded, threaded; /* has --seed, --threads */
	bool no_stream;	       /* has no -o -z --no-meta */
	struct mia_shared shared;
	/* Set by mia_opts_parse: */
	char **file; /* the operands */
	size_t n_file;
	char *tool_line; /* "#@ name version --opt=value …" */
};

/*
 * Parses argv with getopt_long.  Prints help or version and exits 0 when
 * asked; a bad option ends the program with status 2, one line and the
 * synopsis.  Sets SIGPIPE to its default, the C locale, GSL's handler off.
 * Reads the files of MIA_OPT_PATH options to hash them.
 */
void mia_opts_parse(struct mia_command *c, int argc, char **argv);
void mia_opts_free(struct mia_command *c);

/* Appends what was settled after the options were read, such as
 * " --share=0.5", to the line that goes into the head. */
void mia_opts_note(struct mia_command *c, struct mia_text more);

/* A usage error found later: same ending, status 2. */
void mia_opts_bad(const struct mia_command *c, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/* Output options as the writer wants them. */
struct mia_writer_opts mia_opts_writer(const struct mia_command *c);

/*
 * Ends main: prints "name: fault" on stderr if rc is not 0 and f is set,
 * frees c, flushes and checks stdout.  Returns the exit status: 0, f->code,
 * or rc when it is a verdict (5 or 6).
 */
int mia_opts_finish(struct mia_command *c, int rc, struct mia_fault *f);

/* "name: …" on stderr: a warning or, when -v was given, a remark. */
void mia_warn(const struct mia_command *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void mia_say(const struct mia_command *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
