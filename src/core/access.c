/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/access.h"

#include <stddef.h>

uint32_t
access_map_generic(uint32_t mask)
{
	/* MS-ADTS 5.1.3.2. The directory maps on write (6.1.3), so stored ACEs
	 * that apply have none left; mapping once more changes nothing there. */
	static const struct { uint32_t generic, means; } map[] = {
		{ RIGHT_GENERIC_READ, RIGHT_READ_CONTROL | RIGHT_LIST | RIGHT_READ_PROPERTY |
			RIGHT_LIST_OBJECT },
		{ RIGHT_GENERIC_WRITE, RIGHT_READ_CONTROL | RIGHT_WRITE_PROPERTY | RIGHT_SELF },
		{ RIGHT_GENERIC_EXECUTE, RIGHT_READ_CONTROL | RIGHT_LIST },
		{ RIGHT_GENERIC_ALL, RIGHT_FULL_CONTROL },
	};

	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (mask & map[i].generic)
			mask = (mask & ~map[i].generic) | map[i].means;
	return mask;
}

const char *
decision_str(enum decision d)
{
	return d == DECISION_YES ? "yes" : d == DECISION_NO ? "no" : "unknown";
}

static enum held
token_subject_holds(const void *arg, const struct sid *s)
{
	return token_holds(arg, s);
}

struct access_subject
access_subject_token(const struct token *t, const struct sid *object_sid)
{
	return (struct access_subject){ token_subject_holds, t, object_sid };
}

/* Whether the ACE speaks to the subject. */
static enum held
trustee_held(const struct ace *ace, const struct access_subject *who)
{
	/* MS-ADTS 5.1.3.3: PRINCIPAL_SELF stands for the object's own SID. */
	if (sid_eq(&ace->trustee, &sid_self))
		return who->object_sid ? who->holds(who->arg, who->object_sid) : HELD_NO;
	/* Placeholders, replaced upon inheritance: in an effective ACE they match
	 * nobody (MS-DTYP 2.5.3.4.1). OWNER RIGHTS speaks of the owner's implicit
	 * rights and is looked at by owner_rights() alone. */
	if (sid_eq(&ace->trustee, &sid_creator_owner) ||
	    sid_eq(&ace->trustee, &sid_creator_group))
		return HELD_NO;
	return who->holds(who->arg, &ace->trustee);
}

/* Whether the ACE's object type names something that the request is about. */
static bool
object_type_matches(const struct ace *ace, const struct access_request *req)
{
	const struct guid *type = &ace->object_type;

	/* MS-ADTS 5.1.3.2: without an object type it is about everything. */
	if (!(ace->object_flags & ACE_OBJECT_TYPE_PRESENT))
		return true;
	switch (req->kind) {
	case ACCESS_OBJECT:
		return false;				/* 5.1.3.3.2: simple ACEs */
	case ACCESS_CONTROL_RIGHT:
		return guid_eq(type, req->right);	/* 5.1.3.3.4 */
	case ACCESS_PROPERTY:
		/* 5.1.3.3.3: a node of the tree at or above the attribute's leaf. */
		return guid_eq(type, req->attribute) ||
			(req->property_set && guid_eq(type, req->property_set)) ||
			(req->object_class && guid_eq(type, req->object_class));
	}
	return false;
}

enum ace_relevance
access_relevance(const struct ace *ace, const struct access_request *req,
    const struct access_subject *who)
{
	enum held held = HELD_NO;

	if (!ace_is_allow(ace) && !ace_is_deny(ace))
		return ACE_NOT_ACCESS;
	if (ace->flags & ACE_INHERIT_ONLY)	/* the inherited object type is not looked at */
		return ACE_IS_INHERIT_ONLY;
	if (!(access_map_generic(ace->mask) & req->mask))
		return ACE_OTHER_RIGHT;
	if (!object_type_matches(ace, req))
		return ACE_OTHER_OBJECT;
	held = trustee_held(ace, who);
	if (held == HELD_NO)
		return ACE_OTHER_TRUSTEE;
	/* A condition (MS-DTYP 2.4.4.17) depends on claims that LDAP does not show. */
	return held == HELD_MAYBE || ace_is_callback(ace) ? ACE_MAY_APPLY : ACE_APPLIES;
}

/*
 * The owner's implicit READ_CONTROL, WRITE_DAC and WRITE_OWNER (MS-ADTS
 * 5.1.3.3.2; MS-DTYP 2.5.3.2 has the first two alone), withheld when an
 * effective ACE for OWNER RIGHTS exists. By the letter of 5.1.3.3.2 an empty
 * DACL leaves the owner nothing; MS-DTYP, and Samba, leave these rights.
 */
static uint32_t
owner_rights(const struct sd *sd, const struct access_subject *who, enum held *held)
{
	*held = HELD_NO;
	if (!sd->has_owner)
		return 0;
	*held = who->holds(who->arg, &sd->owner);
	if (sd->dacl.owner_rights)
		return 0;
	return RIGHT_READ_CONTROL | RIGHT_WRITE_DAC | RIGHT_WRITE_OWNER;
}

/* How doubtful ACEs are read in one pass. */
enum reading { AS_GRANTED, AS_REFUSED };

/* An OWNER RIGHTS ACE speaks to whoever holds the owner's SID. */
enum ace_relevance
access_relevance_on(const struct sd *sd, const struct ace *ace, const struct access_request *req,
    const struct access_subject *who)
{
	struct ace as_owner;

	if (!sid_eq(&ace->trustee, &sid_owner_rights))
		return access_relevance(ace, req, who);
	if (!sd->has_owner)
		return ACE_OTHER_TRUSTEE;
	as_owner = *ace;
	as_owner.trustee = sd->owner;
	return access_relevance(&as_owner, req, who);
}

/*
 * One pass in stored order (MS-ADTS 5.1.3.3.3, 5.1.3.3.4; no re-sorting).
 * Bit by bit: what an earlier ACE granted no later one denies, and the other
 * way round. 5.1.3.3.3 words the exclusion for the whole mask; MS-DTYP
 * 2.5.3.2 and the servers work per bit.
 */
static struct access_result
scan(const struct sd *sd, const struct access_request *req, const struct access_subject *who,
    enum reading reading)
{
	struct access_result res = { DECISION_NO, ACCESS_NO_ACE, -1 };
	uint32_t left = req->mask;
	enum held owner = HELD_NO;
	uint32_t implicit = owner_rights(sd, who, &owner);
	struct ace ace;
	size_t pos = 0;

	if (owner == HELD_YES || (owner == HELD_MAYBE && reading == AS_GRANTED))
		left &= ~implicit;
	if (!left)
		return (struct access_result){ DECISION_YES, ACCESS_BY_OWNER, -1 };

	for (int i = 0; acl_next(&sd->dacl, &pos, &ace); i++) {
		enum ace_relevance rel = access_relevance_on(sd, &ace, req, who);

		if (rel != ACE_APPLIES && rel != ACE_MAY_APPLY)
			continue;
		if (rel == ACE_MAY_APPLY && ace_is_allow(&ace) != (reading == AS_GRANTED))
			continue;
		if (!(access_map_generic(ace.mask) & left))
			continue;
		res.reason = ACCESS_BY_ACE;
		res.ace = i;
		if (ace_is_deny(&ace))
			return res;
		left &= ~access_map_generic(ace.mask);
		if (!left) {
			res.decision = DECISION_YES;
			return res;
		}
	}
	return (struct access_result){ DECISION_NO, ACCESS_NO_ACE, -1 };
}

/* The first ACE that takes part only perhaps, in bits that no ACE before it
 * surely granted; or -1. */
static int
first_unsettled(const struct sd *sd, const struct access_request *req,
    const struct access_subject *who)
{
	uint32_t left = req->mask;
	struct ace ace;
	size_t pos = 0;

	for (int i = 0; acl_next(&sd->dacl, &pos, &ace); i++) {
		enum ace_relevance rel = access_relevance_on(sd, &ace, req, who);

		if (rel == ACE_MAY_APPLY && (access_map_generic(ace.mask) & left))
			return i;
		if (rel == ACE_APPLIES && ace_is_allow(&ace))
			left &= ~access_map_generic(ace.mask);
	}
	return -1;
}

struct access_result
access_check(const struct sd *sd, const struct access_request *req,
    const struct access_subject *who)
{
	struct access_result granted, refused;

	/* MS-DTYP 2.5.3.2: without a DACL everything is granted. */
	if (sd_dacl_absent(sd) || sd_dacl_null(sd))
		return (struct access_result){ DECISION_YES, ACCESS_NO_DACL, -1 };

	/* The check grants more when more allow ACEs and fewer deny ACEs take
	 * part. So two passes bound every way in which the doubtful ones may turn
	 * out, and where both agree the doubt did not matter. */
	refused = scan(sd, req, who, AS_REFUSED);
	if (refused.decision == DECISION_YES)
		return refused;
	granted = scan(sd, req, who, AS_GRANTED);
	if (granted.decision == DECISION_NO)
		return granted;
	return (struct access_result){ DECISION_UNKNOWN, ACCESS_UNSETTLED,
		first_unsettled(sd, req, who) };
}

enum held
access_trustee_held(const struct sd *sd, const struct ace *ace, const struct access_subject *who)
{
	if (sid_eq(&ace->trustee, &sid_owner_rights))
		return sd->has_owner ? who->holds(who->arg, &sd->owner) : HELD_NO;
	return trustee_held(ace, who);
}
