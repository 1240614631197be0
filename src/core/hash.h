/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_HASH_H
#define WBA_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "core/ascii.h"

/*
 * Hashes for tables that compare whole values behind them: the steps of FNV-1a, but
 * of eight bytes each, and mixed once more. Anybody can compute them: where strangers
 * choose what is hashed, and a slow table would matter, siphash.h has a key.
 */

#define HASH_START	UINT64_C(14695981039346656037)
#define HASH_PRIME	UINT64_C(1099511628211)

/* One step over the 8 bytes at p. */
static inline uint64_t
hash_step(uint64_t h, const uint8_t *p)
{
	h = (h ^ ascii_load8(p)) * HASH_PRIME;
	return h ^ h >> 32;
}

/* In 8-byte steps, of long values four at a time: every byte counts. */
static inline uint64_t
hash_bytes(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t h = HASH_START ^ len;

	if (len >= 64) {
		uint64_t a = h, b = h + 1, c = h + 2, d = h + 3;

		for (; len >= 32; p += 32, len -= 32) {
			a = hash_step(a, p);
			b = hash_step(b, p + 8);
			c = hash_step(c, p + 16);
			d = hash_step(d, p + 24);
		}
		h = (((a * HASH_PRIME ^ b) * HASH_PRIME ^ c) * HASH_PRIME ^ d) * HASH_PRIME;
	}
	for (; len >= 8; p += 8, len -= 8)
		h = hash_step(h, p);
	while (len-- > 0)
		h = (h ^ *p++) * HASH_PRIME;
	return h ^ h >> 29;
}

/* Of text, the case of ASCII letters ignored: for names, and for DNs as the
 * directory prints them. What is left of eight is taken with what precedes it. */
static inline uint64_t
hash_nocase(const char *s, size_t len)
{
	uint64_t h = HASH_START ^ len;
	bool whole = len >= 8;

	for (; len >= 8; s += 8, len -= 8) {
		h = (h ^ ascii_lower8(ascii_load8(s))) * HASH_PRIME;
		h ^= h >> 32;
	}
	if (whole && len > 0)
		h = (h ^ ascii_lower8(ascii_load8(s + len - 8))) * HASH_PRIME;
	else
		while (len-- > 0)
			h = (h ^ (uint8_t)ascii_lower(*s++)) * HASH_PRIME;
	return h ^ h >> 29;
}

#endif
