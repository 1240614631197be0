/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_ACCOUNT_H
#define WBA_MODEL_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/guid.h"
#include "core/schema.h"
#include "core/sid.h"
#include "model/entry.h"

/* One user (or connector) as read: views into the entry it came from. */
struct account {
	const struct entry *entry;
	const char *dn;
	size_t dn_len;
	struct value sam, upn;		/* data NULL: not returned */
	bool has_guid, has_sid;
	struct guid guid;
	struct sid sid;
	const struct attr *object_class;/* NULL: not returned */
	struct known_int uac;		/* userAccountControl, unsigned 32 bits */
	struct known_int sam_type;	/* sAMAccountType, unsigned 32 bits */
	struct known_int pwd_last_set;	/* FILETIME; 0: must change */
	struct known_int lockout_time;	/* FILETIME; 0: not locked */
	struct known_int account_expires;
	struct known_int admin_count;
	struct known_int primary_group;	/* RID */
	struct value sd;		/* nTSecurityDescriptor; data NULL: not returned */
	const struct schema_class *class;	/* most specific structural class; NULL: not known */
	const struct attr *allowed;	/* allowedAttributesEffective; NULL: not returned */
	struct value resultant_pso;	/* msDS-ResultantPSO, asked for only where the
					 * policies' own links cannot be read */
	bool no_resultant_pso;		/* it is known to have none */
	/* By enum schema_attribute_id: what the reader may certainly read of it, so
	 * that what was not returned is not set. NULL: not known. */
	const bool *readable;
};

/* Attributes that account_decode() reads: NULL-terminated, for queries. */
extern const char *const account_attributes[];

/* Decodes what is there; malformed values count as not returned. */
void account_decode(const struct entry *, const struct schema *, struct account *out);

enum normal_user { NORMAL_NO, NORMAL_YES, NORMAL_UNKNOWN };
/* Whether it is a normal user account: of class user or derived from it, no
 * computer, no service account of the managed kinds, no trust (MS-ADTS 2.2.16,
 * MS-SAMR 2.2.1.9). UNKNOWN when neither type nor class could be read. */
enum normal_user account_is_normal_user(const struct account *);

/*
 * The classes that count when permissions are inherited (MS-ADTS 6.1.3): the
 * most specific structural one and, where `auxiliary`, the dynamic auxiliary
 * ones, which are what the directory lists besides (static ones are not in
 * objectClass). False: not known, or there are more than ACCOUNT_MAX_CLASSES.
 */
#define ACCOUNT_MAX_CLASSES 16
bool class_guids(const struct attr *object_class, const struct schema *, bool auxiliary,
    struct guid out[ACCOUNT_MAX_CLASSES], size_t *count);

/* True when accountExpires is known to have passed; 0 means never, as does the
 * highest value, which no time reaches (MS-ADA1, accountExpires). */
bool account_expired(const struct account *, int64_t now);
/* True when the bit is known to be set. */
bool account_flag(const struct account *, uint32_t bit);

#endif
