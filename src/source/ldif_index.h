/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDIF_INDEX_H
#define WBA_SOURCE_LDIF_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/hash_set.h"
#include "source/entry_store.h"
#include "source/source_filter.h"

/*
 * What is remembered of the users in a file, which are never in memory
 * themselves: twelve bytes each, and what they have in common. It tells which
 * queries need not read the file again, and where a single user stands.
 */
#define INDEX_MARK_EVERY 256	/* users from one known place in the file to the next */

struct index_mark { uint64_t offset, line; };

/* What users are: the values of both attributes as they stand. */
struct index_kind {
	char *text;			/* owned: the values, a NUL behind each */
	struct value *values;		/* owned: views into text */
	struct attr attrs[2];
	size_t count;			/* of attrs: those that the users have */
};

struct ldif_index {
	struct siphash_key *key;	/* borrowed: the store's */
	uint64_t *dn;			/* hashes, in the order of the file */
	uint32_t *sid;			/* of the bytes; 0: it has none */
	size_t count, cap;
	struct index_mark *marks;
	size_t mark_count, mark_cap;
	struct hash_set above;		/* all DNs above a user */
	char **names;			/* every attribute that a user has */
	size_t name_count, name_near;
	struct index_kind *kinds;	/* every objectCategory with its objectClass */
	size_t kind_count, kind_near;
	bool kinds_many;		/* more than are kept */
};

void index_fini(struct ldif_index *);
/* Notes a user; `hash` is of its DN. */
enum err index_add(struct ldif_index *, struct entry_store *, const struct entry *, uint64_t hash,
    uint64_t offset, uint64_t line);
/* Notes an attribute by name. */
enum err index_name(struct ldif_index *, const char *name, size_t len);
bool index_has_name(const struct ldif_index *, const char *name);

/* The place at or after `from` of a user with that hash; count when none. */
size_t index_find_dn(const struct ldif_index *, uint64_t hash, size_t from);
size_t index_find_sid(const struct ldif_index *, const void *bytes, size_t len, size_t from);
/* Some user stands below that DN. */
bool index_is_above(const struct ldif_index *, uint64_t hash);
/* A user may match: false is certain. */
bool index_may_match(const struct ldif_index *, const struct filter *);
/* Two users whose DNs are the same (by hash): their places. Or a user and an
 * entry of the store: then *second is count. */
bool index_twice(const struct ldif_index *, const struct entry_store *, size_t *first,
    size_t *second);

#endif
