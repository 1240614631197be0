/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_HASH_SET_H
#define WBA_CORE_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * Hashes that are noted: 16 to 32 bytes each. Where strangers choose what is
 * hashed, the hash is a keyed one. 0 and 1 are the same to it. All zero to begin
 * with.
 */
struct hash_set {
	uint64_t *slot;		/* owned; open addressing, 0 is free */
	size_t count, cap;	/* cap: 0, or a power of two, twice count at least */
};

/* *added (may be NULL): it was not there. ERR_NOMEM: it is not. */
enum err hash_set_add(struct hash_set *, uint64_t hash, bool *added);
bool hash_set_has(const struct hash_set *, uint64_t hash);
void hash_set_fini(struct hash_set *);

#endif
