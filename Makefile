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

# Each fuzz target once more with a plain driver that replays its corpus.
$(BUILD)/tests/fuzz/%-replay: $(BUILD)/tests/fuzz/%.o \
		$(BUILD)/tests/fuzz/replay.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

REPLAYS := $(FUZZERS:%=$(BUILD)/tests/fuzz/%-replay)

.PHONY: tests-built
tests-built: all $(TESTS_BIN) $(REPLAYS)

.PHONY: clean
clean:
	rm -rf build bin

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
