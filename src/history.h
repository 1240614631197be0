/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_HISTORY_H
#define WBA_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/finding.h"
#include "rules/judge.h"

/*
 * What runs before this one found, in an SQLite file. A run is one transaction:
 * ended at any point, the file is as before it. A finding has a stable key: its
 * rule, the object (objectGUID, or its name where it has none), the domain and
 * the connector judged by. It is open from the run that first had it until one
 * that looked and no longer has it.
 */
struct history;

/* Why something failed, to be printed. */
struct history_error { char text[512]; };

/* Makes the file when there is none, takes it for this run alone (waiting for
 * another run up to `wait` seconds) and begins the run: `now` is its moment
 * (FILETIME). NULL with *err. */
struct history *history_begin(const char *path, int64_t now, int wait, struct history_error *err);

/* Notes a finding as there, and tells in f->status and f->first_seen what is
 * known of it. May be called from several threads. 0, or -1: history_problem(). */
int history_see(struct history *, const char *connector, struct finding *f);

/* A user was read, of a domain that is not read as a whole. May be called from several
 * threads. */
int history_user(struct history *, const struct account *);

/* A domain as seen from one connector was read. `whole`: to its end, not only
 * users that a filter chose; users below `base` (NULL: all). What is then not
 * there any more is resolved, except where something could not be read: on the
 * object itself, or, of the whole domain, in the same family of rules. With a base
 * that is said of those of whom history_user() was told; of others only when no run
 * of this history has read anything else of the place. */
struct history_part {
	const char *domain, *connector, *controller, *reader, *base;
	bool whole;
	const struct tally *tally;
};
int history_covered(struct history *, const struct history_part *);

/* What was read in the last `max` runs, this one included, of the place and base
 * that `part` names, where all of it was read: oldest first, to `each`, which may
 * stop with non-zero. May be called from several threads. */
struct history_figures { int64_t at, users, fail[OP_COUNT]; };	/* at: FILETIME */
int history_trend(struct history *, const struct history_part *, int max,
    int (*each)(void *arg, const struct history_figures *), void *arg);

/* After everything was read: each finding that is resolved by this run, to `each`
 * (its strings live as long as the call), which may stop with non-zero. */
int history_resolve(struct history *, int (*each)(void *arg, const struct finding *), void *arg);

/* Ends the run: findings resolved more than `keep_days` ago are forgotten, and
 * runs that nothing refers to any more (0: all is kept). 0, or -1. */
int history_commit(struct history *, bool complete, int keep_days);
/* Why the last call failed; NUL-terminated. */
const char *history_problem(const struct history *);
/* Gives up what was not committed. Takes NULL. */
void history_close(struct history *);

#endif
