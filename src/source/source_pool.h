/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SOURCE_POOL_H
#define WBA_SOURCE_SOURCE_POOL_H

#include <stddef.h>

#include "source/source.h"

/*
 * Several servers of one domain as one source. A search that a server drops,
 * leaves unanswered or forgets midway is run again on the next one, or on the
 * same when there is no other, from its beginning, and hands on what has not been
 * handed on yet: each entry once, by its objectGUID (seen_set.h). There is no place
 * to go on from: a paging cookie is the server's own (RFC 2696 3.), and so are the
 * order of its answer and its USNs. What the servers do not
 * agree on (an object that has not reached the next one yet) is as the server
 * has it that was asked when it was met.
 *
 * A callback of source_search() may search the same pool: each depth has a
 * connection of its own.
 */

enum pool_event_kind {
	POOL_FAILED,		/* a server failed; what comes of it is not known yet */
	POOL_CONTINUED,		/* the search goes on at `next` */
	POOL_REPEATED		/* one server sent entries more than once; they count once */
};

/* Something that a reader of the report may want to know. Strings live for the call. */
struct pool_event {
	enum pool_event_kind kind;
	const char *server;	/* that failed, or repeats itself */
	const char *why;	/* FAILED, CONTINUED: the message, which names the server */
	const char *next;	/* CONTINUED: may be the same server */
	const char *what;	/* that was read: "users"; NULL: nothing yet */
	size_t entries;		/* handed on before it happened; REPEATED: sent again */
};

struct pool_options {
	const char *const *servers;	/* names, for messages; in the order of preference */
	size_t count;			/* at least 1 */
	/* Opens one of them, by its place in `servers`. */
	enum source_status (*open)(void *arg, size_t server, struct source **out,
	    struct source_error *);
	/* Waits; NULL: really. */
	void (*wait)(void *arg, unsigned milliseconds);
	/* NULL: nobody is told. */
	void (*tell)(void *arg, const struct pool_event *);
	void *arg;
	/* When every server has had its turn since a search broke and not one more
	 * entry has come: how many rounds over all of them follow. */
	unsigned rounds;
	unsigned delay;			/* milliseconds before the first round; doubled each time */
};

/* Milliseconds: no wait is longer, but for the first. */
#define POOL_MAX_DELAY 60000
/* However often it gets on, no search is begun more often. */
#define POOL_MAX_RESTARTS 100
/* Searches within searches: no caller goes deeper than two. */
#define POOL_MAX_DEPTH 4
/* Binds that nobody answered before any was taken: the password may be wrong,
 * and an account locks after a few. */
#define POOL_MAX_UNANSWERED 2

/*
 * Opens the first server that can be (each is tried once, without waiting).
 * The options are copied, what they point to is borrowed while the pool lives.
 *
 * Servers of another domain than the first one's are not used, nor those that
 * say that they have not caught up with the others. After a refused bind no
 * further one is tried, on any server: a wrong password locks the account.
 */
enum source_status source_pool_open(const struct pool_options *, struct source **out,
    struct source_error *err);

#endif
