/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_KEYSET_H
#define WBA_CORE_KEYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * Keys of many owners, to find those who share one. A key is a hash: what is
 * found may share it by chance and is to be looked at again.
 *
 * One stream of 8-byte words in pieces of KEYSET_CHUNK: a word for each owner
 * with the top bit set, then one for each of its keys. Nothing else is kept, and
 * nothing is allocated for one owner: with two keys each, a million of them take
 * 24 MB. Owners may be added to different sets by different threads.
 */
#define KEYSET_CHUNK	65536		/* words: half a megabyte */
#define KEYSET_MARKS	16		/* marks that an owner can have: 0 to 15 */
#define KEYSET_MAX_SETS	(1u << 20)

struct keyset {
	uint64_t **chunks;	/* owned */
	size_t chunk_count, chunk_cap;
	size_t count;		/* words */
	size_t keys;
};

void keyset_fini(struct keyset *);
/* The next owner, by a number that finds it again. ERR_NOMEM. */
enum err keyset_begin(struct keyset *, uint32_t owner);
/* One of its keys; the top bit of the hash is not used. ERR_NOMEM. */
enum err keyset_add(struct keyset *, uint64_t hash);

/*
 * An owner that shares a key with another. Those of one group have the same
 * hash; an owner is in it once. `at` is where its key stands, and `group` where
 * that of the group's first owner does: in the order of the sets, then of
 * addition.
 */
struct key_match { uint64_t group, at; };

/* All groups of at least two owners, ordered by group and place: the order does
 * not depend on the hashes. *out is the caller's (free). ERR_NOMEM; ERR_TOO_BIG
 * past KEYSET_MAX_SETS. */
enum err keyset_match(const struct keyset *const *sets, size_t set_count, struct key_match **out,
    size_t *count);

/* What stands at a place: its set, its key, its owner. */
size_t key_match_set(uint64_t at);
uint64_t keyset_hash(const struct keyset *const *sets, uint64_t at);
uint32_t keyset_owner(const struct keyset *const *sets, uint64_t at);
/* Marks the owner; true when it had that mark already. */
bool keyset_mark(struct keyset *, uint64_t at, unsigned mark);

#endif
