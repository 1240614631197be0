/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_HASH_H
#define WBA_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/ascii.h"

/* Hashes for tables that compare whole values behind them: FNV-1a. */

#define HASH_START	UINT64_C(14695981039346656037)
#define HASH_PRIME	UINT64_C(1099511628211)

/* In 8-byte steps: every byte counts. */
static inline uint64_t
hash_bytes(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t h = HASH_START ^ len, w;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&w, p, 8);
		h = (h ^ w) * HASH_PRIME;
		h ^= h >> 32;
	}
	while (len-- > 0)
		h = (h ^ *p++) * HASH_PRIME;
	return h ^ h >> 29;
}

/* Of text, the case of ASCII letters ignored: for DNs as the directory prints them. */
static inline uint64_t
hash_nocase(const char *s, size_t len)
{
	uint64_t h = HASH_START;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (uint8_t)ascii_lower(s[i])) * HASH_PRIME;
	return h ^ h >> 29;
}

#endif
