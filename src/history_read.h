/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_HISTORY_READ_H
#define WBA_HISTORY_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "history_db.h"
#include "rules/judge.h"

/*
 * What a history says, row by row, to a callback. Texts are views into the row, which
 * lives as long as the call, and may be anybody's: data NULL where there is none. Each
 * function gives how many rows there were, or -1: SQLite has the message; non-zero from
 * a callback ends it with -1, too.
 */

/* A run; `users` and `fail` of all that it read; `fresh`, `resolved`: findings. Times are
 * FILETIMEs. */
struct history_run {
	int64_t id, at;
	struct value version;
	bool complete;
	int64_t users, fail[OP_COUNT], fresh, resolved;
};
typedef int history_run_fn(void *arg, const struct history_run *);
/* The run of this id; 0: all of them, the first one first. */
int64_t history_read_runs(sqlite3 *, int64_t id, history_run_fn *, void *arg);

/* What a run read of a domain, judged by a connector. */
struct history_reading {
	struct value domain, connector, controller, reader, base;
	bool whole;		/* not users of a filter alone, and to the end */
	int64_t users;
	int64_t verdicts[OP_COUNT][4];	/* by enum verdict */
	int64_t findings[4];		/* by enum severity */
};
typedef int history_reading_fn(void *arg, const struct history_reading *);
int64_t history_read_readings(sqlite3 *, int64_t run, history_reading_fn *, void *arg);

/* A finding from the run that first had it to the one that no longer had it. */
struct history_episode {
	int64_t first_run, first_seen;
	bool resolved;
	int64_t resolved_run, resolved_at;
	unsigned rule;		/* one of a later version, even */
	unsigned operations;
	struct value domain, connector, object, sam, upn, sid, guid, evidence, cause;
};
typedef int history_episode_fn(void *arg, const struct history_episode *);
/* What is new and still open, then what was resolved, by runs after a moment in seconds. */
int64_t history_read_since(sqlite3 *, int64_t seconds, history_episode_fn *, void *arg);
/* What could not be read, as of a run. */
int64_t history_read_unread(sqlite3 *, int64_t run, history_episode_fn *, void *arg);

/* Names that an object had until a run. */
struct history_former {
	int64_t run, until;
	struct value object, sam, upn, guid;
};
typedef int history_former_fn(void *arg, const struct history_former *);

/*
 * The objects that have, or had, a name: a DN, sAMAccountName, UPN, SID or GUID, ASCII
 * case ignored, DNs as DNs. Of each: as what it was seen last (an episode of it), its
 * former names, and every episode, by domain and connector, the first one first; those
 * that began or ended after `since` alone (seconds; INT64_MIN: all). The count is of
 * objects.
 */
struct history_story {
	history_episode_fn *object, *episode;
	history_former_fn *former;
	void *arg;
};
int64_t history_read_story(sqlite3 *, const char *name, int64_t since,
    const struct history_story *);

/* The moment of a run, in seconds, and false when there is none; id 0: the last one,
 * whose number it then is. -1: SQLite has the message. */
int history_read_moment(sqlite3 *, int64_t *id, int64_t *seconds);

#endif
