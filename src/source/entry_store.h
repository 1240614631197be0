/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_ENTRY_STORE_H
#define WBA_SOURCE_ENTRY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/chain.h"
#include "core/err.h"
#include "core/siphash.h"
#include "model/entry.h"

/*
 * Entries kept in memory, each DN once, in the order they came: what is not
 * users. Several answers about one entry are put together.
 */
struct stored {
	struct chained chained;	/* first; the hash is of its canonical DN */
	char *dn;
	size_t dn_len;
	struct attr *attrs;	/* each with a block of its own behind its values */
	size_t count, cap;
	bool elsewhere;		/* its place is not here: written with the users */
};

struct entry_store {
	struct stored **list;	/* in the order they came */
	size_t count, cap;
	struct chains by_dn;	/* the same */
	struct siphash_key key;	/* random: the file may be a stranger's */
	struct buf canonical;	/* reused */
};

void store_init(struct entry_store *);	/* draws the key */
void store_fini(struct entry_store *);

/* The hash of a DN that equals that of every equal DN (core/dn.h). */
uint64_t store_hash(struct entry_store *, const char *dn, size_t len);

/* NULL: there is none. */
struct stored *store_find(struct entry_store *, const char *dn, size_t len);
/* Adds what of the entry is new: attributes that are not there, and whole ones
 * in place of partial ones. *out (may be NULL) is where it went. */
enum err store_merge(struct entry_store *, const struct entry *, struct stored **out);

struct entry stored_entry(const struct stored *);	/* a view */

#endif
