# miatools: see README.md.  Everything is built under $(BUILD); programs are
# copied to bin/.  Settings: make VAR=value.

CC      = gcc
PREFIX  = /usr/local
DESTDIR =
BUILD   = build
BIN     = bin

OPT     = -O2 -g
WARN    = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
          -Wmissing-prototypes -Wvla -Wwrite-strings
CFLAGS  = $(OPT) $(SAN)
# -ffp-contract=off: the same bytes from every compiler; FMA is explicit.
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off $(WARN) \
          -iquote lib $(CFLAGS)
LDFLAGS = $(SAN)
LDLIBS  = -lcsv -lzstd -lgsl -lgslcblas -lpthread -lm

LIB_SRC   := $(filter-out lib/front/%,$(wildcard lib/*/*.c))
FRONT_SRC := $(wildcard lib/front/*.c)
PROGRAMS  := $(patsubst src/%.c,%,$(wildcard src/*.c))
UNITS     := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
PROPS     := $(patsubst tests/prop/%.c,%,$(wildcard tests/prop/prop_*.c))
FUZZERS   := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

LIB_OBJ   := $(LIB_SRC:%.c=$(BUILD)/%.o)
FRONT_OBJ := $(FRONT_SRC:%.c=$(BUILD)/%.o)
LIBRARY   := $(BUILD)/libmiatools.a

.PHONY: all
all: $(PROGRAMS:%=$(BIN)/%)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIBRARY): $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $(LIB_OBJ)

$(BIN)/%: $(BUILD)/src/%.o $(FRONT_OBJ) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< $(FRONT_OBJ) $(LIBRARY) $(LDLIBS)

TESTS_BIN := $(UNITS:%=$(BUILD)/tests/unit/%) $(PROPS:%=$(BUILD)/tests/prop/%)

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $< $(LIBRARY) -lcmocka $(LDLIBS)

$(BUILD)/tests/prop/%: $(BUILD)/tests/prop/%.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $< $(LIBRARY) -lcmocka $(LDLIBS)

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

# Each fuzz target once more with a plain driver that replays its corpus.
$(BUILD)/tests/fuzz/%-replay: $(BUILD)/tests/fuzz/%.o \
		$(BUILD)/tests/fuzz/replay.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

BENCHES := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
REPLAYS := $(FUZZERS:%=$(BUILD)/tests/fuzz/%-replay)

.PHONY: tests-built
tests-built: all $(TESTS_BIN) $(REPLAYS)

# --- tests -----------------------------------------------------------------

# Tests of the shell kind find the programs here.
export MIA_BIN   := $(abspath $(BIN))
export MIA_BUILD := $(abspath $(BUILD))
export MIA_SAN   := $(SAN)

CLI_TESTS = $(sort $(wildcard tests/cli/*.t))

# All cores, unless make was told how many.
JOBS := $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: check
check: deps
	@echo "miatools: building the programs and their tests"
	+@$(MAKE) --no-print-directory -s $(JOBS) tests-built
	+@$(MAKE) --no-print-directory -s check-built

# As check, but never installs anything.
.PHONY: check-built
check-built: tests-built
	sh tests/run.sh $(TESTS_BIN) $(REPLAYS) $(CLI_TESTS)

.PHONY: deps
deps:
	@sh tests/deps.sh core

# Against scikit-learn and other peers, which are big: not in check.
.PHONY: check-peers
check-peers: all tests-built
	@sh tests/deps.sh peers
	sh tests/peers/run.sh

# The long simulations and property tests.
.PHONY: check-slow
check-slow: tests-built
	MIA_SLOW=1 sh tests/run.sh $(filter %/prop_%,$(TESTS_BIN))

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
.PHONY: asan
asan: deps
	+$(MAKE) --no-print-directory BUILD=build-asan BIN=build-asan/bin \
		OPT="-O1 -g -fno-omit-frame-pointer" SAN="$(SANITIZE)" \
		$(JOBS) -s check-built

.PHONY: tsan
tsan: deps
	+$(MAKE) --no-print-directory BUILD=build-tsan BIN=build-tsan/bin \
		OPT="-O1 -g" SAN="-fsanitize=thread" tests-built
	MIA_BIN=$(CURDIR)/build-tsan/bin MIA_BUILD=$(CURDIR)/build-tsan \
		sh tests/run.sh \
		build-tsan/tests/unit/test_par tests/cli/train-shadow.t

# FUZZ_TIME seconds a target, with clang's libFuzzer.
FUZZ_TIME = 60
.PHONY: fuzz
fuzz:
	@sh tests/deps.sh fuzz
	sh tests/fuzz/run.sh $(FUZZ_TIME) $(FUZZERS)

.PHONY: golden
golden: all
	sh tests/golden/rewrite.sh

.PHONY: bench
bench: all $(BENCHES)
	@sh tests/deps.sh peers
	bash tests/bench/run.sh

# --- demo ------------------------------------------------------------------

.PHONY: demo
demo: deps
	@echo "miatools: building the programs"
	+@$(MAKE) --no-print-directory -s $(JOBS) all
	@echo "miatools: auditing a forest with 128 shadow models"
	@PATH=$(MIA_BIN):$$PATH bash pipelines/demo.sh

# --- documents and style ---------------------------------------------------

.PHONY: docs
docs:
	sh tests/lint/docs.sh

.PHONY: man
man:
	@mkdir -p $(BUILD)/man
	for p in man/*.[157]; do \
		mandoc -T html -O style=mandoc.css $$p \
			>$(BUILD)/man/$$(basename $$p).html || exit 1; done

.PHONY: lint
lint:
	@sh tests/deps.sh lint
	+$(MAKE) --no-print-directory BUILD=build-lint BIN=build-lint/bin \
		OPT="-O2 -Werror" tests-built
	sh tests/lint/layers.sh
	sh tests/lint/docs.sh --check
	mandoc -T lint -W warning man/*.[157]
	shellcheck -x -P tests/cli -e SC3045,SC2016,SC2013,SC2017 $$(git ls-files '*.sh' '*.t')

.PHONY: format
format:
	clang-format -i $$(git ls-files '*.c' '*.h')

# --- install ---------------------------------------------------------------

VERSION = $(shell sed -n 's/.*MIA_VERSION "\(.*\)"/\1/p' lib/front/opts.h)

.PHONY: install
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install $(PROGRAMS:%=$(BIN)/%) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(LIBRARY) $(DESTDIR)$(PREFIX)/lib
	for s in 1 5 7; do \
		install -d $(DESTDIR)$(PREFIX)/share/man/man$$s && \
		install -m 644 man/*.$$s $(DESTDIR)$(PREFIX)/share/man/man$$s \
		|| exit 1; done
	for d in base io maths learn attack run tell; do \
		install -d $(DESTDIR)$(PREFIX)/include/miatools/$$d && \
		install -m 644 lib/$$d/*.h \
			$(DESTDIR)$(PREFIX)/include/miatools/$$d || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/share/miatools
	cp -R pipelines/. $(DESTDIR)$(PREFIX)/share/miatools
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: miatools' \
		'Description: membership inference audits' \
		'Version: $(VERSION)' \
		'Cflags: -I$${prefix}/include/miatools' \
		'Libs: -L$${prefix}/lib -lmiatools $(LDLIBS)' \
		>$(DESTDIR)$(PREFIX)/lib/pkgconfig/miatools.pc

.PHONY: dist
dist:
	git archive --prefix=miatools-$(VERSION)/ -o miatools-$(VERSION).tar.gz \
		HEAD

.PHONY: clean
clean:
	rm -rf build build-asan build-tsan build-lint build-fuzz bin

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
