/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SID_H
#define WBA_CORE_SID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/reader.h"

#define SID_MAX_SUBS 15			/* MS-DTYP 2.4.2.2 */
#define SID_MAX_BYTES (8 + 4 * SID_MAX_SUBS)

/* A security identifier by value (MS-DTYP 2.4.2). Unused sub-authorities are
 * zero, so that equal SIDs are equal in memory too. */
struct sid {
	uint64_t authority;		/* 48 bits */
	uint32_t sub[SID_MAX_SUBS];
	uint8_t count;
};

/* Room for "S-1-0x" + 12 hex + 15 * "-4294967295" + NUL. */
struct sid_buf { char s[192]; };

/* Consumes one SID. On error the reader carries it and *out is untouched. */
void sid_read(struct reader *, struct sid *out);
/* The whole of the input is one SID. */
enum err sid_parse(const void *data, size_t len, struct sid *out);
/* "S-1-…" (MS-DTYP 2.4.2.1): authority decimal or 0x hex; the whole input. */
enum err sid_from_str(const char *s, size_t len, struct sid *out);
/* The text form; returns b->s. */
const char *sid_str(const struct sid *, struct sid_buf *b);
/* The packet form: writes at most SID_MAX_BYTES, returns how many. */
size_t sid_bytes(const struct sid *, uint8_t out[SID_MAX_BYTES]);

bool sid_eq(const struct sid *, const struct sid *);
/* A total order: authority, then count, then sub-authorities. */
int sid_cmp(const struct sid *, const struct sid *);
/* True when `s` is `domain` plus exactly one RID; *rid gets it (may be NULL). */
bool sid_in_domain(const struct sid *s, const struct sid *domain, uint32_t *rid);
/* `domain` plus `rid`; ERR_TOO_BIG when there is no room. */
enum err sid_with_rid(const struct sid *domain, uint32_t rid, struct sid *out);
/* `s` less its last sub-authority; false when it has none. */
bool sid_split(const struct sid *s, struct sid *domain, uint32_t *rid);

/* Well-known SIDs (MS-DTYP 2.4.2.4). */
extern const struct sid sid_everyone;		/* S-1-1-0 */
extern const struct sid sid_creator_owner;	/* S-1-3-0 */
extern const struct sid sid_creator_group;	/* S-1-3-1 */
extern const struct sid sid_owner_rights;	/* S-1-3-4 */
extern const struct sid sid_network;		/* S-1-5-2 */
extern const struct sid sid_self;		/* S-1-5-10 */
extern const struct sid sid_authenticated;	/* S-1-5-11 */
extern const struct sid sid_this_org;		/* S-1-5-15 */
extern const struct sid sid_system;		/* S-1-5-18 */
extern const struct sid sid_builtin;		/* S-1-5-32 */

/* A name for a well-known SID ("Everyone", "SELF", "BUILTIN\\Users"), or NULL. */
const char *sid_well_known_name(const struct sid *);

#endif
