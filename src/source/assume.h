/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_ASSUME_H
#define WBA_SOURCE_ASSUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/guid.h"
#include "core/inherit.h"
#include "model/domain.h"
#include "rules/profile.h"
#include "source/source.h"

/*
 * What if: the directory as it would be after changes that nobody has made.
 * A source around another one: what comes through it is as the directory would
 * give it then. Descriptors at and below a change are computed (core/inherit.h),
 * an account that moves has its new DN, one that joins a group is among its
 * members, and a connector that does not exist yet can be read.
 *
 * Nothing is written anywhere.
 */
enum assume_kind {
	ASSUME_GRANT,		/* DN=(ACE): one more ACE on the object */
	ASSUME_UNBLOCK,		/* DN: it inherits again */
	ASSUME_MEMBER,		/* GROUP: the connector is a member of it */
	ASSUME_MOVE,		/* USER=OU */
	ASSUME_CONNECTOR	/* NAME: a new account, granted at the domain root what a
				 * profile asks for */
};

struct assumption {
	enum assume_kind kind;
	const char *text;	/* borrowed: as it was given */
};

struct assume;

/*
 * Looks up what the assumptions name. `now` is the domain as it is, read through
 * `inner`; `connector` the DN of the account that is judged, `sid` its SID when it is
 * of another domain, else NULL. With `bare` only the account of ASSUME_CONNECTOR is
 * there, without its grants: what the others are compared with. All are borrowed for
 * as long as *out lives. A status other than SOURCE_OK fills *err: what is wrong with
 * which assumption.
 *
 * In an ACE, CONNECTOR in place of a SID is the connector's.
 */
enum source_status assume_new(struct source *inner, const struct domain *now,
    const struct assumption *, size_t count, const char *connector, const struct sid *sid,
    const struct profile *, bool bare, struct assume **out, struct source_error *err);
void assume_free(struct assume *);	/* takes NULL */

/* How much of the domain's DN the object's ends with that the assumption is about: of
 * several domains, most for the one that it is in. 0: it is not in this one, or it
 * names no DN. */
size_t assume_concerns(const struct domain *, const struct assumption *);
const char *assume_option(enum assume_kind);	/* "--assume-grant"; static */

/* The source as it would be; as long as the struct. Closing it does nothing. */
struct source *assume_source(struct assume *);

/* Puts into the connector's token what an assumption adds: after
 * collect_connector() of the assumed domain. ERR_NOMEM without memory. */
enum err assume_token(const struct assume *, struct domain *);

/*
 * An entry as it would be; `fn` is called with it, and its answer returned.
 * `why` is NULL, or why its descriptor could not be foretold; then it has none.
 */
typedef int (*assumed_fn)(void *arg, const struct entry *, const char *why);
int assume_entry(struct assume *, const struct entry *now, assumed_fn fn, void *arg);

/* The DN of the account that ASSUME_CONNECTOR makes, the caller's; NULL without memory. */
char *assume_connector_dn(const struct domain *, const char *name);

/* Of the descriptors computed so far: how many there were, and how many the same
 * computation gives as they are stored now, from what stands above them now. */
struct assume_check {
	size_t computed, reproduced;
};
struct assume_check assume_checked(const struct assume *);

/* Words for what was assumed, one a line: "grant on OU=x: (A;;…)". */
void assume_words(const struct assume *, struct buf *out);

#endif
