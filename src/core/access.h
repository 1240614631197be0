/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_ACCESS_H
#define WBA_CORE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/guid.h"
#include "core/sd.h"
#include "core/token.h"

/*
 * The access check of Active Directory (MS-ADTS 5.1.3.3): one engine for any
 * token and any right, which returns the decision and the ACE that made it.
 */

/* Rights (MS-ADTS 5.1.3.2) */
#define RIGHT_CREATE_CHILD	0x00000001u
#define RIGHT_DELETE_CHILD	0x00000002u
#define RIGHT_LIST		0x00000004u
#define RIGHT_SELF		0x00000008u	/* validated write */
#define RIGHT_READ_PROPERTY	0x00000010u
#define RIGHT_WRITE_PROPERTY	0x00000020u
#define RIGHT_DELETE_TREE	0x00000040u
#define RIGHT_LIST_OBJECT	0x00000080u
#define RIGHT_CONTROL_ACCESS	0x00000100u
#define RIGHT_DELETE		0x00010000u
#define RIGHT_READ_CONTROL	0x00020000u
#define RIGHT_WRITE_DAC		0x00040000u
#define RIGHT_WRITE_OWNER	0x00080000u
#define RIGHT_GENERIC_ALL	0x10000000u
#define RIGHT_GENERIC_EXECUTE	0x20000000u
#define RIGHT_GENERIC_WRITE	0x40000000u
#define RIGHT_GENERIC_READ	0x80000000u
#define RIGHT_FULL_CONTROL	0x000F01FFu	/* what GENERIC_ALL maps to */

enum access_kind {
	ACCESS_OBJECT,		/* the object as a whole (5.1.3.3.2) */
	ACCESS_PROPERTY,	/* one attribute, through the tree (5.1.3.3.3) */
	ACCESS_CONTROL_RIGHT	/* a control access right, no tree (5.1.3.3.4) */
};

struct access_request {
	enum access_kind kind;
	uint32_t mask;			/* may be several bits; CONTROL_RIGHT: RIGHT_CONTROL_ACCESS */
	const struct guid *right;	/* CONTROL_RIGHT: its rightsGuid */
	const struct guid *attribute;	/* PROPERTY: schemaIDGUID */
	const struct guid *property_set;/* PROPERTY: attributeSecurityGUID, NULL when none */
	const struct guid *object_class;/* PROPERTY: schemaIDGUID of the most specific class */
};

/* Who asks. `holds` answers for one SID; SELF is replaced before it is asked. */
struct access_subject {
	enum held (*holds)(const void *arg, const struct sid *);
	const void *arg;
	const struct sid *object_sid;	/* of the object; NULL: it has none, SELF matches nobody */
};

/* Whoever holds the token, which is borrowed like the SID. */
struct access_subject access_subject_token(const struct token *, const struct sid *object_sid);

enum decision { DECISION_NO, DECISION_YES, DECISION_UNKNOWN };

enum access_reason {
	ACCESS_BY_ACE,		/* `ace` decided */
	ACCESS_NO_ACE,		/* no ACE grants it */
	ACCESS_NO_DACL,		/* absent or NULL: everything is granted */
	ACCESS_BY_OWNER,	/* the owner's implicit rights */
	ACCESS_UNSETTLED	/* `ace` is the first that could decide and cannot be settled */
};

struct access_result {
	enum decision decision;
	enum access_reason reason;
	int ace;		/* index in the DACL, or -1 */
};

/*
 * Whether all bits of the request are granted: UNKNOWN where an ACE that is not settled,
 * for its trustee or its condition, could make it the one or the other.
 */
struct access_result access_check(const struct sd *, const struct access_request *,
    const struct access_subject *);

/* Why an ACE did or did not take part, for explanations and the check alike. */
enum ace_relevance {
	ACE_APPLIES,		/* grants or denies bits that were asked for */
	ACE_MAY_APPLY,		/* would, but its trustee or condition is not settled */
	ACE_NOT_ACCESS,		/* audit, label, unknown type: takes no part */
	ACE_IS_INHERIT_ONLY,
	ACE_OTHER_RIGHT,	/* its mask has none of the bits */
	ACE_OTHER_OBJECT,	/* for another right, attribute or class */
	ACE_OTHER_TRUSTEE	/* the subject does not hold its SID */
};
enum ace_relevance access_relevance(const struct ace *, const struct access_request *,
    const struct access_subject *);

/* The same on a descriptor: an ACE for OWNER RIGHTS speaks to whoever holds the
 * owner's SID. */
enum ace_relevance access_relevance_on(const struct sd *, const struct ace *,
    const struct access_request *, const struct access_subject *);

/* Whether the subject holds the SID an ACE speaks to, with SELF, OWNER RIGHTS
 * (who holds the owner's SID) and the placeholders of inheritance resolved. */
enum held access_trustee_held(const struct sd *, const struct ace *,
    const struct access_subject *);

/* MS-ADTS 5.1.3.2: generic bits replaced by what they stand for. */
uint32_t access_map_generic(uint32_t mask);
const char *decision_str(enum decision);	/* "yes" "no" "unknown" */

#endif
