/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_HISTORY_NAMES_H
#define WBA_HISTORY_NAMES_H

#include <stdint.h>

#include "core/buf.h"
#include "history_db.h"
#include "model/finding.h"

/*
 * What objects are called. A finding is kept with the names that its object was seen
 * with last, so that a user who was renamed or moved is found by the new ones; the
 * former ones stay beside it. All zero to begin with.
 */
struct history_names {
	sqlite3_stmt *look, *former, *renew;
	struct buf text, before;	/* the names of this finding and of the one before */
	uint32_t hash;			/* their hash: most users have more than one finding */
};

/* A hash of the names of a finding's object; never 0, which is a finding's that an older
 * version kept. Of what has no objectGUID always the same: its name is its key. */
uint32_t history_names_hash(struct history_names *, const struct siphash_key *,
    const struct finding *);

/* The finding of this id has other names now, of that hash: they take the place of the
 * former, which are kept. What cannot be read (any more) is no change. 0, or -1: SQLite
 * has the message. */
int history_names_renew(struct history_names *, sqlite3 *, int64_t run, int64_t id,
    const struct finding *, uint32_t hash);

void history_names_fini(struct history_names *);

#endif
