/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_IDENTITY_H
#define WBA_RULES_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/keyset.h"
#include "core/siphash.h"
#include "model/domain.h"
#include "model/finding.h"

/*
 * Who is taken for whom (6xx), across all domains of a run. While users pass, a
 * keyed hash is kept of each value that nobody else may have: 8 bytes for the
 * user, 8 for its source anchor, 8 for its UPN, 8 for each value that joins it
 * to an account in another domain (and those only where there is another). That
 * is 24 bytes a user in an ordinary run, 24 MB of a million.
 *
 * When all are read, those who share a hash are read again, by SID, and compared
 * by value before anything is said of them. By SID because it is a domain's and a
 * RID: four bytes that survive a move or a new name, where an objectGUID would
 * cost sixteen; the directory has an index of it, and so has a snapshot.
 *
 * Text compares as the directory and the sync engine do, without case, but for
 * letters beyond ASCII, which compare as they are; source anchors with case.
 */

/* "Identify users across directories": the sync engine's wizard. */
enum join {
	JOIN_ONCE,		/* users are represented only once: nothing joins them */
	JOIN_ATTRIBUTE,		/* mail, or a specific attribute */
	JOIN_ACCOUNT_NAME,	/* sAMAccountName and mailNickname */
	JOIN_SID		/* objectSid and msExchMasterAccountSid, msRTCSIP-OriginatorSid */
};

struct identity_options {
	const char *anchor;		/* attribute, borrowed; NULL: mS-DS-ConsistencyGuid,
					 * and objectGUID where that is not set */
	enum join join;
	const char *join_attribute;	/* of JOIN_ATTRIBUTE, borrowed */
	bool join_given;		/* it was told, not assumed */
};

#define IDENTITY_ANCHOR		"mS-DS-ConsistencyGuid"
#define JOIN_NAME_ONCE		"once"
#define JOIN_NAME_ACCOUNT	"sAMAccountName+mailNickname"
#define JOIN_NAME_SID		"objectSid+msExchMasterAccountSid"

/* The options by their names; NULL: not told. Borrows both. */
void identity_options_init(struct identity_options *, const char *anchor, const char *join);
/* Tells a domain's schema which attributes these are; what joins users only
 * with `joins`. */
void identity_name_attributes(const struct identity_options *, bool joins, struct schema *);

enum identity_unread_kind { UNREAD_SID, UNREAD_ANCHOR, UNREAD_UPN, UNREAD_JOIN, UNREAD_COUNT };

/* One reading's share: a domain, or a part of one that is named on its own. Nobody
 * else's while its users pass. */
struct identity_part {
	const struct identity *identity;
	const struct domain *domain;	/* borrowed */
	size_t number;
	struct keyset keys;
	bool has_sid;
	struct sid sid;			/* of the domain, as its users have it */
	struct { size_t users; char *example; } unread[UNREAD_COUNT];
	struct buf text;		/* the value at hand */
	size_t home;			/* the first part of the same domain */
	bool noted;			/* its users passed: from the next connector they are the same */
	bool lost;			/* it could not be read again */
};

struct identity {
	struct identity_options options;
	struct siphash_key key;		/* random: what shares a hash, nobody can choose */
	struct identity_part *parts;	/* owned */
	size_t part_count;
};

/* `parts` domains, each to be given its part's .domain. 0, or -1 without memory. */
int identity_init(struct identity *, const struct identity_options *, const struct siphash_key *,
    size_t parts);
void identity_fini(struct identity *);

/* A user passes, settled (account_settle). 0, or -1 without memory. */
int identity_add(struct identity_part *, const struct account *);
/* What is wrong with a source anchor, appended; nothing when it is not set or
 * in order. */
void identity_anchor_fault(const struct domain *, const struct account *, struct buf *out);

/* The values by which an account is found: the kind, then the value as it is
 * compared. Calls `each` for every one, non-zero from it ends it and is
 * returned. What is not returned counts as not set if `settled`. *unread gets a
 * bit for each enum identity_unread_kind that is not known. */
enum identity_kind { KEY_ANCHOR = 'a', KEY_UPN = 'u', KEY_JOIN = 'j' };
typedef int (*identity_key_fn)(void *arg, const struct buf *key);
int identity_keys(struct identity_part *, const struct account *, bool settled,
    identity_key_fn, void *arg, unsigned *unread);
uint64_t identity_hash(const struct identity *, const struct buf *key);

/* Reads users of one part again, by RID: `each` gets what is still there. 0, or
 * -1 with *why. */
struct identity_reader {
	int (*read)(void *arg, const struct identity_part *, const uint32_t *rids, size_t count,
	    int (*each)(void *arg, const struct entry *), void *each_arg, struct buf *why);
	void *arg;
};
#define IDENTITY_BATCH 64	/* users in memory at a time */

/* When all users have passed: compares those who share a hash, and reports each
 * of them that does share a value, once a rule. In the order in which the users
 * passed, part by part. Non-zero: the sink's word, or -1 without memory. */
int identity_report(struct identity *, const struct identity_reader *, const struct sink *);

#endif
