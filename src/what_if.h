/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_WHAT_IF_H
#define WBA_WHAT_IF_H

#include "rules/judge.h"
#include "session.h"
#include "source/assume.h"

/*
 * One connector's audit under assumptions (--assume-…): the domain is read once
 * as it is and once more through the assumptions, and every user is judged in
 * both, in one pass. What the judge of the assumed domain says is reported, with
 * the difference to now.
 */
struct what_if {
	struct session *session;
	char *connector;		/* DN now; owned */
	const struct principal *foreign;	/* borrowed: it is of another domain; or NULL */
	struct assume *bare;		/* with an account that is assumed: nothing else */
	struct assume *assume;
	struct domain then;
	struct judge now;		/* of the domain as it is: reports nothing */
	struct sink quiet;
	enum verdict verdicts[OP_COUNT];	/* of the user at hand, as it is */
	struct judge *judge;		/* of the domain as it would be; borrowed */
	struct buf words;
};

/* The name of the connector that is assumed; NULL: none is. */
const char *what_if_account(const struct settings *);

/* The connectors to judge: the one that is assumed, or session_connectors()'; and
 * the assumed one alone, by its name. 0, or -1 with a message. */
int what_if_connectors(struct session *, const struct settings *, struct dn_list *out);
int what_if_made(const struct session *, const char *name, struct dn_list *out);

/* Looks up what is assumed of the session's domain, for one connector, of which
 * `foreign` stays borrowed. 0, or -1 with a message that says what is wrong;
 * what_if_fini() either way. */
int what_if_init(struct what_if *, struct session *, const struct assumption *, size_t count,
    const struct profile *, const struct assume_who *);
void what_if_fini(struct what_if *);

/* Reads both domains and their connectors: w->then is the one to judge. */
enum source_status what_if_read(struct what_if *, struct source_error *);

/* `j` is the judge of w->then: it gets what it needs to know. The one of now is
 * made and told of its domain. 0, or -1 without memory. */
int what_if_begin(struct what_if *, struct judge *j);
/* After the last user: says how far what was computed can be relied upon. */
void what_if_end(struct what_if *);
/* Both judge a user as it is now. Non-zero when the sink ended the run. */
int what_if_user(struct what_if *, const struct entry *now);
/* The same, and `fn` gets the entry as it would be after it was judged. */
int what_if_user_then(struct what_if *, const struct entry *now, entry_fn fn, void *arg);

#endif
