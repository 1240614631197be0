/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_HISTORY_KNOWN_H
#define WBA_HISTORY_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "history_db.h"

/*
 * The findings that are open as a run begins, in memory: 20 bytes and a bit each.
 * Most of what a run finds is known, and is looked up here, not in the file.
 */
struct history_open {
	uint32_t id, first_run;
	uint32_t names;			/* history_names.h; 0: an older version kept it */
};

/* When a run was. */
struct history_moment { int64_t id, at; };

struct history_known {
	int64_t *keys;			/* ascending */
	struct history_open *list;	/* as the keys */
	size_t count, key_cap, cap;
	uint8_t *seen;			/* a bit for each of the list: this run has it, too */
	struct history_moment *runs;	/* by id */
	size_t run_count, run_cap;
};

/* What the file has; history_known_fini() either way. 0, or -1 with SQLite's message,
 * or the word of why in *why. */
int history_known_load(struct history_known *, sqlite3 *, const char **why);
void history_known_fini(struct history_known *);

/* A finding that is known, which is then marked as seen; NULL: it is not. */
struct history_open *history_known_see(struct history_known *, int64_t key);
/* When a run was, in seconds; 0 for one that is not there. */
int64_t history_known_moment(const struct history_known *, uint32_t run);

/* The ids of those that were not seen, ascending; NULL without memory. The caller
 * frees. */
int64_t *history_known_unseen(const struct history_known *, size_t *count);

#endif
