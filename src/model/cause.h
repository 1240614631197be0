/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_CAUSE_H
#define WBA_MODEL_CAUSE_H

/* Why something is the matter, and where it can be mended. What the kinds mean
 * and how they are told apart: rules/cause.h. */
enum cause_kind {
	CAUSE_AS_SAID,		/* what the rule says: there is nothing to trace */

	/* a right that is not granted; of several, the first in this order */
	CAUSE_ON_USER_INHERIT_ONLY,	/* granted on the user, but inherit-only */
	CAUSE_BLOCKED_ON_USER,
	CAUSE_NOT_ARRIVED,	/* granted above, nothing in the way, and not there */
	CAUSE_OTHER_CLASS,	/* granted above, for another class */
	CAUSE_NO_PROPAGATE,	/* granted above, for the next level alone */
	CAUSE_THIS_OBJECT_ONLY,	/* granted above, and not passed on at all */
	CAUSE_OTHER_RIGHT,	/* granted above is a right mistaken for this one */
	CAUSE_OTHER_TRUSTEE,	/* granted above, to a former or another connector */
	CAUSE_BLOCKED_ABOVE,
	CAUSE_NO_GRANT,
	CAUSE_DEFAULT_LOST,	/* Change Password: the user's own grants are gone */

	/* a right that is denied */
	CAUSE_DENIED_ON_USER,
	CAUSE_DENIED_ABOVE,
	CAUSE_DENIED_STALE,	/* by an inherited ACE that nothing above carries */

	/* AdminSDHolder */
	CAUSE_PROTECTED_BY_GROUP,
	CAUSE_PROTECTED_BY_ITSELF,	/* Administrator, krbtgt */
	CAUSE_PROTECTED_UNKNOWN,	/* by which group is not known */
	CAUSE_ORPHANED,

	/* not known */
	CAUSE_ON_CONDITION,	/* hangs on a claim that only a logon has */
	CAUSE_ON_GROUP,		/* hangs on a group that is perhaps held */
	CAUSE_NOT_READABLE,	/* what stands above could not be read */
	CAUSE_KIND_COUNT
};

struct cause {
	enum cause_kind kind;
	const char *object;	/* DN where it can be mended; NULL: the user itself */
	const char *words;	/* what is the matter there; never NULL */
};

#endif
