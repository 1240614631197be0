/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SOURCE_H
#define WBA_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "model/entry.h"

/* Where entries come from, behind one struct of functions. */

enum scope { SCOPE_BASE, SCOPE_ONE, SCOPE_SUBTREE };

/* LDAP_SERVER_SD_FLAGS (MS-ADTS 3.1.1.3.4.1.11) */
#define SD_FLAG_OWNER	1u
#define SD_FLAG_GROUP	2u
#define SD_FLAG_DACL	4u

struct query {
	const char *what;		/* for messages: "users" */
	const char *base;		/* "" is the rootDSE */
	enum scope scope;
	const char *filter;		/* NULL: (objectClass=*) */
	const char *const *attrs;	/* NULL-terminated; NULL: all */
	uint32_t sd_flags;		/* 0: the control is not sent */
	bool paged;
	/* The search that matters: what another server holds is missed (status
	 * SOURCE_ELSEWHERE), and source.expected is kept. */
	bool whole;
	/* For what the reader itself may: under assumptions, too, that is as it is. */
	bool as_is;
};

/* Result codes by who can mend it. */
enum source_status {
	SOURCE_OK = 0,
	SOURCE_NO_OBJECT,	/* the base is not there, or not visible */
	SOURCE_DENIED,		/* the directory refuses this reader */
	SOURCE_QUERY,		/* the filter or base is not well formed */
	SOURCE_LIMIT,		/* a size, time or administrative limit */
	SOURCE_CREDENTIALS,	/* the bind was refused */
	SOURCE_TLS,		/* certificate or handshake */
	SOURCE_CONNECT,		/* name, route, port; or lost midway */
	SOURCE_PROTOCOL,	/* an answer that makes no sense, malformed input */
	SOURCE_STOPPED,		/* the callback asked to stop */
	SOURCE_NOMEM,
	SOURCE_ELSEWHERE	/* all was read but what another server holds: query.whole */
};

/* source_error.code of a name and password that were refused (RFC 4511 A.2). */
#define CODE_INVALID_CREDENTIALS 49

/* What went wrong, ready to be printed after "writeback-audit: ". One line, no
 * newline, safe for a terminal: subject, what, why (the server's own words
 * included), what to do. */
struct source_error {
	enum source_status status;
	int code;			/* LDAP result code, 0 when none */
	const char *step;		/* on the way to a server: "name", "connect", "TLS",
					 * "bind", "search"; static; NULL: elsewhere */
	bool again;			/* a new connection, or another server, may do better */
	bool unanswered;		/* a bind was sent, and nobody said yes or no */
	size_t seen;			/* entries delivered before it happened */
	char text[1024];
};

/* Called for each entry; 0 to go on, anything else stops the search. */
typedef int (*entry_fn)(void *arg, const struct entry *);

struct source;
struct source_ops {
	enum source_status (*search)(struct source *, const struct query *,
	    entry_fn, void *arg, struct source_error *);
	void (*close)(struct source *);
};

struct source {
	const struct source_ops *ops;
	const char *name;	/* "ldaps://dc1.contoso.test" or a file: for messages */
	/* What is not found may exist all the same: a file that does not say of
	 * itself that it is all. Then nothing follows from an empty answer. */
	bool partial;
	const char *domain;	/* defaultNamingContext, as the server says; NULL: it does not */
	bool behind;		/* the server says that it lacks what others have (isSynchronized) */
	/* What the last search for the whole will find, by the server's own estimate
	 * (RFC 2696 3), which comes with its first page; 0: it has given none. */
	size_t expected;
};

/* Runs the query, whole: all pages, ranged values completed. A status other
 * than SOURCE_OK and SOURCE_STOPPED fills *err. */
enum source_status source_search(struct source *, const struct query *,
    entry_fn, void *arg, struct source_error *err);
void source_close(struct source *);	/* takes NULL */

/* Memory ran out while the source was read: fills *err, returns SOURCE_NOMEM. */
enum source_status source_nomem(const struct source *, struct source_error *err);

/* Puts the text into err->text, cut before a character when it is too long. */
void source_error_say(struct source_error *err, const struct buf *text);

#endif
