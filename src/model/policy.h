/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_POLICY_H
#define WBA_MODEL_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/guid.h"
#include "model/account.h"
#include "model/membership.h"

/* A password policy: the domain's (domain head) or a fine-grained one
 * (msDS-PasswordSettings). Intervals as stored: negative FILETIMEs. */
struct policy {
	char *dn;			/* owned: the object that carries it */
	struct known_int min_age, max_age, lockout_duration, lockout_window;
	struct known_int min_length, history, complexity, lockout_threshold;
	struct known_int precedence;	/* fine-grained only; lower wins */
	bool has_guid;
	struct guid guid;
	struct member_set direct;	/* users it is linked to */
	struct group_closure *groups;	/* owned; groups it is linked to, expanded */
	size_t group_count;
};

void policy_fini(struct policy *);
/* Decodes the domain head / a msDS-PasswordSettings entry into a zeroed policy. */
void policy_decode_domain(const struct entry *, struct policy *);
void policy_decode_fine_grained(const struct entry *, struct policy *);

/* The time-dependent facts of an account under a policy, as of `now`. */
enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* MS-ADTS 3.1.1.4.5.17, LOCKOUT bit; *until gets the moment it ends by itself
 * (ADTIME_NEVER: by an administrator only), valid on YES. */
enum answer policy_locked(const struct policy *, const struct account *, int64_t now,
    int64_t *until);
/* MS-SAMR 3.1.1.7.1 minimum age: pwdLastSet + |age| > now; *until on YES. */
enum answer policy_too_young(const struct policy *, const struct account *, int64_t now,
    int64_t *until);
/* MS-ADTS 3.1.1.4.5.17, PASSWORD_EXPIRED bit. */
enum answer policy_password_expired(const struct policy *, const struct account *, int64_t now);
/* msDS-UserPasswordExpiryTimeComputed (MS-ADTS 3.1.1.4.5.33); false: not known. */
bool policy_expiry(const struct policy *, const struct account *, int64_t *out);

/* The values in words, appended to an empty buffer: "minimum age: 1 day; …" */
void policy_describe(const struct policy *, struct buf *out);

#endif
