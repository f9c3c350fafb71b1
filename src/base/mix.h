/* mix.h - a quick hash for tables in memory. Not for anything that somebody could gain by guessing. */
#ifndef MIX_H
#define MIX_H

#include <stddef.h>
#include <stdint.h>

#define MIX_START 1469598103934665603u

static inline uint64_t mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *b = p;
	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 1099511628211u;
	return h ^ h >> 29;
}

#endif
