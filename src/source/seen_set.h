/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SEEN_SET_H
#define WBA_SOURCE_SEEN_SET_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/siphash.h"
#include "model/entry.h"

/*
 * Which entries a search has handed on, so that the same search on another
 * server hands on the others. An entry is known by its objectGUID, which stays
 * when it is moved; where that was not returned, by its DN.
 *
 * Memory: 16 bytes a key in tables that grow by half when they are 7/8 full,
 * one table for each of 256 parts of the keys, so that growing never holds
 * more than one part twice: 20 MiB at a million entries, at most 27 bytes an
 * entry between two growths (test_seen_set).
 */
#define SEEN_PARTS 256

struct seen_key {
	uint64_t a, b;		/* both 0: a free place */
};

struct seen_part {
	struct seen_key *keys;	/* cap of them; NULL: none yet */
	uint32_t count, cap;
};

struct seen_set {
	struct siphash_key secret[2];	/* strangers choose GUIDs and DNs */
	struct seen_part *parts;	/* SEEN_PARTS of them; NULL: empty */
	struct buf dn;			/* reused */
};

enum seen { SEEN_NEW, SEEN_BEFORE, SEEN_NOMEM };

/* 0, or -1 when the system gives no random bytes. */
int seen_init(struct seen_set *);
void seen_fini(struct seen_set *);
/* Forgets the entries. */
void seen_clear(struct seen_set *);

/* Notes the entry, unless it has been. */
enum seen seen_add(struct seen_set *, const struct entry *);

#endif
