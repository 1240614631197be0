/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SD_H
#define WBA_CORE_SD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/guid.h"
#include "core/sid.h"

/* Self-relative security descriptors (MS-DTYP 2.4.6) as views into bytes that
 * the caller keeps. Nothing here allocates. */

/* What stands before the contents: bytes (MS-DTYP 2.4.6, 2.4.5, 2.4.4.1). */
#define SD_HEADER_SIZE		20
#define ACL_HEADER_SIZE		8
#define ACE_HEADER_SIZE		4
#define ACL_MAX_SIZE		UINT16_MAX	/* AclSize, AceSize, AceCount: 16 bits each */

#define ACL_REVISION		2
#define ACL_REVISION_DS		4		/* with object ACEs */

/* SECURITY_DESCRIPTOR.Control */
#define SD_OWNER_DEFAULTED	0x0001u
#define SD_GROUP_DEFAULTED	0x0002u
#define SD_DACL_PRESENT		0x0004u
#define SD_DACL_DEFAULTED	0x0008u
#define SD_SACL_PRESENT		0x0010u
#define SD_SACL_DEFAULTED	0x0020u
#define SD_DACL_TRUSTED		0x0040u
#define SD_SERVER_SECURITY	0x0080u
#define SD_DACL_AUTO_INHERIT_REQ 0x0100u
#define SD_SACL_AUTO_INHERIT_REQ 0x0200u
#define SD_DACL_AUTO_INHERITED	0x0400u
#define SD_SACL_AUTO_INHERITED	0x0800u
#define SD_DACL_PROTECTED	0x1000u
#define SD_SACL_PROTECTED	0x2000u
#define SD_RM_CONTROL_VALID	0x4000u
#define SD_SELF_RELATIVE	0x8000u

/* ACE_HEADER.AceFlags (MS-DTYP 2.4.4.1) */
#define ACE_OBJECT_INHERIT	0x01u
#define ACE_CONTAINER_INHERIT	0x02u
#define ACE_NO_PROPAGATE	0x04u
#define ACE_INHERIT_ONLY	0x08u
#define ACE_INHERITED		0x10u
#define ACE_CRITICAL		0x20u
#define ACE_SUCCESSFUL_ACCESS	0x40u
#define ACE_FAILED_ACCESS	0x80u

/* ACE_HEADER.AceType (MS-DTYP 2.4.4.1) */
enum ace_type {
	ACE_ALLOWED = 0x00, ACE_DENIED, ACE_AUDIT, ACE_ALARM,
	ACE_ALLOWED_COMPOUND, ACE_ALLOWED_OBJECT, ACE_DENIED_OBJECT,
	ACE_AUDIT_OBJECT, ACE_ALARM_OBJECT, ACE_ALLOWED_CALLBACK,
	ACE_DENIED_CALLBACK, ACE_ALLOWED_CALLBACK_OBJECT,
	ACE_DENIED_CALLBACK_OBJECT, ACE_AUDIT_CALLBACK, ACE_ALARM_CALLBACK,
	ACE_AUDIT_CALLBACK_OBJECT, ACE_ALARM_CALLBACK_OBJECT,
	ACE_MANDATORY_LABEL, ACE_RESOURCE_ATTRIBUTE, ACE_SCOPED_POLICY_ID,
	ACE_PROCESS_TRUST_LABEL, ACE_ACCESS_FILTER
};

/* Object ACE Flags (MS-DTYP 2.4.4.3) */
#define ACE_OBJECT_TYPE_PRESENT			0x1u
#define ACE_INHERITED_OBJECT_TYPE_PRESENT	0x2u

/* How an ACE of a type is laid out after its header. */
enum ace_layout {
	ACE_LAYOUT_UNKNOWN,	/* kept as bytes: raw is all there is */
	ACE_LAYOUT_SIMPLE,	/* mask, SID, rest */
	ACE_LAYOUT_OBJECT	/* mask, flags, GUIDs by flag, SID, rest */
};

struct ace {
	uint8_t type;		/* enum ace_type, or a value we do not know */
	uint8_t flags;
	enum ace_layout layout;
	uint32_t mask;
	uint32_t object_flags;		/* 0 unless layout is OBJECT */
	struct guid object_type;	/* valid by its flag */
	struct guid inherited_type;	/* valid by its flag */
	struct sid trustee;		/* count 0 when layout is UNKNOWN */
	const uint8_t *data;	/* what follows the SID: application data, claims, padding */
	size_t data_len;
	const uint8_t *raw;	/* the whole ACE, header included */
	size_t raw_len;
	size_t offset;		/* of the ACE from the start of the ACL */
};

struct acl {
	uint8_t revision;
	uint16_t count;		/* ACEs */
	const uint8_t *bytes;	/* the ACL, header included */
	size_t len;		/* AclSize: may be more than the ACEs need */
	size_t aces_end;	/* where the last ACE ends, from the start of the ACL */
	bool owner_rights;	/* an effective ACE grants or denies to OWNER RIGHTS (S-1-3-4) */
	const struct ace *decoded;	/* all of them, or NULL: acl_decode() */
};

struct sd {
	uint16_t control;
	uint8_t rm_control;	/* Sbz1: meaningful with SD_RM_CONTROL_VALID */
	bool has_owner, has_group;
	struct sid owner, group;
	/* "absent": present bit clear. "NULL": present bit set, offset 0. Then
	 * `dacl.bytes` is NULL. */
	struct acl dacl, sacl;
};

/*
 * Parses and checks a whole descriptor: header, SIDs, both ACLs and every ACE
 * in them. Accepts an ACL longer than its ACEs and unknown ACE types; refuses
 * anything that does not lie within `len`. The views in *out point into
 * `data`. `fault` may be NULL.
 */
enum err sd_parse(const void *data, size_t len, struct sd *out, struct fault *fault);

bool sd_dacl_absent(const struct sd *);	/* DP clear: everything is granted */
bool sd_dacl_null(const struct sd *);	/* DP set, no ACL: everything is granted */

/* Walks a checked ACL: `*pos` starts at 0; false at the end. */
bool acl_next(const struct acl *, size_t *pos, struct ace *out);
/* The ACE at an index, from 0; false: there are not that many. */
bool acl_nth(const struct acl *, int index, struct ace *out);
/* Decodes all ACEs of a checked ACL into `room`, which has space for acl->count
 * and must outlive *acl: for one that is walked again and again. */
void acl_decode(struct acl *, struct ace *room);

/* Which fields an ACE of the type has (MS-DTYP 2.4.4); UNKNOWN: it is none of those. */
enum ace_layout ace_layout_of(uint8_t type);
/* Predicates over the type alone. */
bool ace_is_allow(const struct ace *);		/* 00 05 09 0B (not compound) */
bool ace_is_deny(const struct ace *);		/* 01 06 0A 0C */
bool ace_is_callback(const struct ace *);	/* 09..10 */
/* "ACCESS_ALLOWED_OBJECT_ACE", or "type 0x2a": returns b->s or a static string. */
struct ace_type_buf { char s[16]; };
const char *ace_type_name(uint8_t type, struct ace_type_buf *b);

#endif
