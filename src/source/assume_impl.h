/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_ASSUME_IMPL_H
#define WBA_SOURCE_ASSUME_IMPL_H

#include "source/assume.h"
#include "source/assume_sd.h"

/* What assume.c looks up, with a file for each kind of assumption, and
 * source_assume.c applies. */

struct assumed_move {
	char *from, *to;	/* DNs; owned */
	size_t from_len, to_len;
	struct buf from_filter, to_filter;	/* "=…)", as in a filter */
};

/* An account that does not exist yet. */
struct assumed_account {
	char *name, *dn;	/* owned; NULL: there is none */
	struct sid sid;
	uint8_t sid_value[SID_MAX_BYTES];
	size_t sid_len;
	uint8_t primary[SID_MAX_BYTES];	/* its primary group */
	size_t primary_len;
	struct buf sid_filter;	/* "(objectSid=…)" */
};

struct assume {
	struct source source;		/* first: the ops get a pointer to it */
	struct source *inner;
	const struct domain *domain;	/* as it is now */
	struct assume_sds sds;
	struct assumed_move *moves;	/* owned */
	size_t move_count;
	struct assumed_account account;
	char *connector;		/* DN now, as it stands in groups of the domain; owned */
	size_t connector_len;
	bool of_another;		/* it is an account of another domain */
	struct buf connector_filter;	/* "(member=…)" */
	char **groups;			/* DNs the connector joins; owned */
	size_t group_count;
	struct sid *joined;		/* what its token holds then; owned */
	size_t joined_count;
	bool joined_more;		/* and SIDs that could not be read */
	char *missing;			/* why there may be more groups; owned; or NULL */
	char *holder;			/* AdminSDHolder, when it is changed where its
					 * permissions are copied; owned */
	struct buf words;
};

extern const struct source_ops assume_ops;

/* One assumption that is looked up: *err is filled when it does not hold. */
struct assume_lookup {
	struct assume *a;
	const struct assumption *given;
	struct source_error *err;
};

/* SOURCE_QUERY, and why the assumption is wrong in *err. */
enum source_status assume_wrong(const struct assume_lookup *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum source_status assume_no_memory(const struct assume_lookup *);
/* A line of assume_words(): "WHATOBJECT: HOW". */
void assume_say(struct assume *, const char *what, const char *object, const char *how);
/* One object of the directory as it is; entry_copy_fini() *out in any case. */
enum source_status assume_read(const struct assume_lookup *, const char *dn,
    const char *const *attrs, struct entry_copy *out);
/* The DN of the one object of that name, the caller's. */
enum source_status assume_find(const struct assume_lookup *, const char *name, char **out);

/* Where the ACE begins in "DN=(ACE)", at its '='; NULL: nowhere. */
const char *assume_ace_of(const char *text);
/* Where the OU begins in "USER=OU", the OU being in the domain; NULL: nowhere. */
const char *assume_target_of(const struct domain *, const char *text);

/* Each kind; `connector` is the SID that CONNECTOR stands for. */
enum source_status assume_grant(const struct assume_lookup *, const struct sid *connector);
enum source_status assume_unblock(const struct assume_lookup *);
enum source_status assume_member(const struct assume_lookup *);
enum source_status assume_move(const struct assume_lookup *);
/* The account of ASSUME_CONNECTOR, and what the profile's documents grant it at the
 * domain root: for descendant users alone, as the vendor's cmdlets do. */
enum source_status assume_account(const struct assume_lookup *);
enum source_status assume_profile(const struct assume_lookup *, const struct profile *,
    const struct sid *connector);

/* The group `dn` and all that contain it, into what the connector's token holds. */
enum source_status assume_join(const struct assume_lookup *, const char *dn);
/* Groups, of whichever domains, and those of this domain that contain them. */
enum source_status assume_gain(const struct assume_lookup *, const struct principal *);
/* The foreign security principal that stands for the SID in groups of the domain; the
 * caller's, NULL without memory. */
char *assume_foreign_dn(const struct domain *, const struct sid *);

#endif
