/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_ASSUME_H
#define WBA_SOURCE_ASSUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/guid.h"
#include "core/inherit.h"
#include "model/domain.h"
#include "model/principal.h"
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
	ASSUME_CONNECTOR	/* [DOMAIN\]NAME: a new account, granted at the domain root
				 * what a profile asks for */
};

struct assumption {
	enum assume_kind kind;
	const char *text;	/* borrowed: as it was given */
};

struct assume;

/* The account that is judged. */
struct assume_who {
	const char *dn;
	const struct principal *foreign;	/* it is of another domain; or NULL */
	/* Groups that it is in wherever it goes, for being the new account and for what
	 * ASSUME_MEMBER adds, beyond what the domain itself tells; or NULL. */
	const struct principal *made, *gains;
	const char *missing;	/* why there may be more of them; or NULL */
};

/*
 * Looks up what the assumptions name. `now` is the domain as it is, read through
 * `inner`. With `bare` only the account of ASSUME_CONNECTOR is there, without its
 * grants: what the others are compared with. ASSUME_MEMBER is about a group of this
 * domain. Source and domain are borrowed for as long as *out lives, the rest for the
 * call. A status other than SOURCE_OK fills *err: what is wrong with which assumption.
 *
 * In an ACE, CONNECTOR in place of a SID is the connector's.
 */
enum source_status assume_new(struct source *inner, const struct domain *now,
    const struct assumption *, size_t count, const struct assume_who *,
    const struct profile *, bool bare, struct assume **out, struct source_error *err);
void assume_free(struct assume *);	/* takes NULL */

/* How much of the domain's DN the object's ends with that the assumption is about: of
 * several domains, most for the one that it is in. 0: it is not in this one, or it
 * names no DN. */
size_t assume_concerns(const struct domain *, const struct assumption *);
const char *assume_option(enum assume_kind);	/* "--assume-grant"; static */

/* The source as it would be; as long as the struct. Closing it does nothing. */
struct source *assume_source(struct assume *);

/* Puts into the connector's token what an assumption adds, and what is not known of
 * it: after collect_connector() of the assumed domain. ERR_NOMEM without memory. */
enum err assume_token(const struct assume *, struct domain *);

/*
 * An entry as it would be; `fn` is called with it, and its answer returned.
 * `why` is NULL, or why its descriptor could not be foretold; then it has none.
 */
typedef int (*assumed_fn)(void *arg, const struct entry *, const char *why);
int assume_entry(struct assume *, const struct entry *now, assumed_fn fn, void *arg);

/* The DN of the account that ASSUME_CONNECTOR makes in the domain, the caller's; NULL
 * without memory. */
char *assume_connector_dn(const struct domain *, const char *name);

/* A group that ASSUME_MEMBER names. */
struct assumed_group {
	char *dn;		/* owned; NULL: the domain has none of that name */
	bool has_sid;
	struct sid sid;
	/* Who may be in it, and where it counts (MS-SAMR 3.1.1.8.9, MS-PAC 4.1.2.2). None
	 * of both: accounts of any domain, and in its own domain alone. */
	bool is_global;		/* accounts of its domain; everywhere */
	bool is_universal;	/* accounts of its forest; everywhere */
};
void assumed_group_fini(struct assumed_group *);	/* takes a zeroed one */
/* Looks for it; what it is not good for assume_new() says. */
enum source_status assume_group(struct source *, const struct domain *,
    const struct assumption *, struct assumed_group *out, struct source_error *err);

/* Adds to *p the global and universal groups of the domain that hold the group of that
 * DN, which may be of another one, as direct members, unless they are there. */
enum source_status assume_groups_above(struct source *, const struct domain *, const char *dn,
    struct principal *p, struct source_error *err);

/* Of the descriptors computed so far: how many there were, and how many the same
 * computation gives as they are stored now, from what stands above them now. */
struct assume_check {
	size_t computed, reproduced;
};
struct assume_check assume_checked(const struct assume *);

/* Words for what was assumed, one a line: "grant on OU=x: (A;;…)". */
void assume_words(const struct assume *, struct buf *out);

#endif
