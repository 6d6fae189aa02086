#ifndef MIA_BASE_WIDE_H
#define MIA_BASE_WIDE_H

/* 128 bits, for exact products of two words; gcc and clang have it. */
__extension__ typedef unsigned __int128 mia_wide;

#endif
