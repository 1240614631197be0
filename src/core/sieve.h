/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SIEVE_H
#define WBA_CORE_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * Which of many hashes may be there twice. Nearly all are there once, and sorting
 * them all would cost more than everything else that is done with them. So each
 * sets a bit, and one that finds it set marks it as shared: whoever is not shared
 * is alone for certain, of those who are one in nine is in vain. Two to four bytes
 * a hash are taken for it, until the end.
 */
struct sieve {
	uint64_t *seen, *shared;	/* owned */
	uint64_t mask;			/* of a hash: its bit */
};

enum err sieve_init(struct sieve *, size_t count);	/* for so many; ERR_NOMEM */
void sieve_fini(struct sieve *);			/* takes a zeroed one */

/* All hashes are added before the first question. Their low bits must differ. */
static inline void
sieve_add(struct sieve *s, uint64_t hash)
{
	size_t i = (size_t)((hash & s->mask) / 64);
	uint64_t bit = UINT64_C(1) << (hash % 64);

	s->shared[i] |= s->seen[i] & bit;
	s->seen[i] |= bit;
}

static inline bool
sieve_is_shared(const struct sieve *s, uint64_t hash)
{
	return s->shared[(hash & s->mask) / 64] >> (hash % 64) & 1;
}

#endif
