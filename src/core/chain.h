/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_CHAIN_H
#define WBA_CORE_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * A hash table of things that begin with a struct chained. It grows with them and
 * does not own them: who looks for one compares what is behind the hash. All zero
 * to begin with.
 */
struct chained {
	struct chained *next;
	uint64_t hash;
};

struct chains {
	struct chained **slot;	/* owned */
	size_t slots, count;	/* slots: a power of two, at least as many as things */
};

/* ERR_NOMEM: it is not in. */
enum err chains_add(struct chains *, struct chained *, uint64_t hash);
/* The one put in last that has the hash, and the one before that; NULL: no more. */
struct chained *chains_find(const struct chains *, uint64_t hash);
struct chained *chained_alike(const struct chained *);
/* The one after another one, in no order worth knowing; NULL begins, and ends. */
struct chained *chains_next(const struct chains *, const struct chained *);
/* Hands each to `drop`, which may free it. The slots are kept, or with fini not. */
void chains_empty(struct chains *, void (*drop)(struct chained *));
void chains_fini(struct chains *, void (*drop)(struct chained *));

#endif
