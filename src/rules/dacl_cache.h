/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_DACL_CACHE_H
#define WBA_RULES_DACL_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/access.h"
#include "core/sddl.h"
#include "core/schema.h"
#include "model/domain.h"

/*
 * Judges each distinct descriptor once: a million users carry a few hundred.
 * The answer depends on the descriptor's bytes, the object's class and the
 * tokens of connector and reader, which stay the same for a domain.
 */

enum right_id {
	RIGHT_ID_RESET,		/* the connector's Reset Password */
	RIGHT_ID_LOCKOUT_TIME,	/* the connector's write of lockoutTime */
	RIGHT_ID_PWD_LAST_SET,	/* the connector's write of pwdLastSet */
	RIGHT_ID_CONNECTOR_CHANGE,	/* the connector's Change Password: see rules/profile.h */
	RIGHT_ID_CHANGE,	/* the user's own Change Password (MS-ADTS 3.1.1.3.1.5.1) */
	RIGHT_ID_COUNT
};

struct right_verdict {
	struct access_result result;
	bool inherit_only;	/* not granted, but an inherit-only ACE would */
	char *evidence;		/* owned; the deciding ACE in SDDL, or what is missing */
};

struct dacl_verdict {
	struct dacl_verdict *next;	/* in the hash chain */
	uint64_t hash;
	const struct schema_class *class;
	size_t len;
	char *fault;		/* owned; the descriptor is malformed: why. NULL: it is not */
	bool protected_dacl;	/* inheritance is blocked */
	bool cannot_change;	/* Change Password denied to both Everyone and SELF */
	bool per_user;		/* Change Password hangs on the user's own groups */
	struct right_verdict right[RIGHT_ID_COUNT];
	bool readable[SCHEMA_ATTRIBUTE_COUNT];	/* the reader may certainly read it */
	uint8_t bytes[];
};

#define DACL_CACHE_RECENT 1024

struct dacl_cache {
	struct dacl_verdict *recent[DACL_CACHE_RECENT];	/* of those in slot */
	struct dacl_verdict **slot;
	size_t slots, count, bytes;
	size_t distinct;		/* judged in all, for the summary */
	size_t generation;		/* grows when it is emptied: verdicts before are gone */
};

/* Past this much the cache is emptied and starts again: it bounds memory
 * where descriptors are all different. */
#define DACL_CACHE_BYTES ((size_t)24 << 20)

void dacl_cache_fini(struct dacl_cache *);
/* The verdict on an account's descriptor (a->sd.data not NULL), or NULL
 * without memory. Valid until the next call. */
const struct dacl_verdict *dacl_cache_judge(struct dacl_cache *, const struct domain *,
    const struct account *);
/* Marks attributes that were not returned although the reader may read them as
 * not set (MS-ADTS 3.1.1.4.4). The others stay unknown. */
void account_settle(struct account *, const struct dacl_verdict *);
/* The same for one account alone, by its own descriptor. -1 without memory. */
int account_settle_alone(const struct domain *, struct account *);
/* The request behind a right for an object of a class. */
struct access_request right_request(const struct domain *, enum right_id,
    const struct schema_class *);
/* The user's own Change Password with its own groups; for per_user verdicts.
 * `d` may read groups on the way. *evidence is the caller's (free). */
struct access_result change_right_of(struct domain *d, const struct account *, char **evidence);
/* A user as the subject of a check on itself, with the groups it is in: each
 * group that is asked for is expanded once and kept in the domain. */
struct user_subject {
	struct domain *domain;
	const struct account *account;
};
struct access_subject user_subject(const struct user_subject *);	/* borrows it */
struct sddl_ctx domain_sddl(const struct domain *);

#endif
