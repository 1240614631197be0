/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/cause.h"

/* "here" is the object that the cause names, which stands beside it. */
static const struct { const char *words, *remedy; } kinds[CAUSE_KIND_COUNT] = {
	[CAUSE_AS_SAID] = { "", NULL },
	[CAUSE_ON_USER_INHERIT_ONLY] = { "granted on the user, but inherit-only",
		"Replace the ACE on the user by one for this object." },
	[CAUSE_BLOCKED_ON_USER] = { "inheritance is blocked on the user",
		"Enable inheritance on the user, unless somebody meant to block it: then grant the "
		"missing rights on the user itself." },
	[CAUSE_NOT_ARRIVED] = { "granted here, but it has not arrived on the user",
		"Permissions spread in the background: audit again later, and on another domain "
		"controller. What then is still missing spreads when a permission is changed on "
		"the object named, and changed back." },
	[CAUSE_OTHER_CLASS] = { "granted here, for another class",
		"Grant the same on the object named once more, for the class of these objects." },
	[CAUSE_NO_PROPAGATE] = { "granted here, but for the next level alone (no-propagate)",
		"Grant it on the object named for all descendant objects of the class, without "
		"\"only to objects and/or containers within this container\"." },
	[CAUSE_THIS_OBJECT_ONLY] = { "granted here, but for this object alone: nothing inherits it",
		"Grant it on the object named for descendant user objects." },
	[CAUSE_OTHER_RIGHT] = { "granted here is another right",
		"Grant the missing right on the object named, besides or instead." },
	[CAUSE_OTHER_TRUSTEE] = { "granted here to another account",
		"Grant the same on the object named to the connector account, and remove what the "
		"former one has." },
	[CAUSE_BLOCKED_ABOVE] = { "inheritance is blocked here",
		"Grant the missing rights on the object named for descendant user objects, or "
		"enable inheritance on it if nobody meant to block it." },
	[CAUSE_NO_GRANT] = { "nothing from here down to the users grants it",
		"Grant it to the connector account on descendant user objects, on the object named "
		"or on the OUs with users: Set-ADSyncPasswordWritebackPermissions (module "
		"AdSyncConfig) on the sync server does it for the whole set." },
	[CAUSE_DEFAULT_LOST] = { "the user's own grants, to SELF and Everyone, are gone", NULL },
	[CAUSE_DENIED_ON_USER] = { "denied on the user itself",
		"Remove the ACE that denies from the user." },
	[CAUSE_DENIED_ABOVE] = { "denied here",
		"Remove the ACE that denies from the object named, or take the account out of the "
		"group that it speaks to. An explicit allow on the user would win, too." },
	[CAUSE_DENIED_STALE] = { "denied by an inherited ACE that nothing above carries any more",
		"Change a permission on the object above and change it back, so that inheritance "
		"is worked out anew; or remove the ACE from the user." },
	[CAUSE_PROTECTED_BY_GROUP] = { "its members are protected by AdminSDHolder",
		"Leave it, and reset administrators by hand. Take everyday accounts out of the "
		"group, then see rule 312." },
	[CAUSE_PROTECTED_BY_ITSELF] = { "a built-in account that AdminSDHolder protects",
		"Leave it: the built-in administrator and krbtgt are reset by hand." },
	[CAUSE_PROTECTED_UNKNOWN] = { "protected by AdminSDHolder; for which group is not known",
		"Look at the groups of the user. In a protected one, leave it and reset the user "
		"by hand; otherwise clear adminCount, enable inheritance and restore the "
		"defaults." },
	[CAUSE_ORPHANED] = { "adminCount and the administrators' permissions stayed behind",
		"Clear adminCount on the user, enable inheritance and restore the defaults." },
	[CAUSE_ON_CONDITION] = { "hangs on a condition that LDAP does not show", NULL },
	[CAUSE_ON_GROUP] = { "hangs on a group of which it is not known who holds it", NULL },
	[CAUSE_NOT_READABLE] = { "its permissions could not be read: the cause may stand here or "
		"above",
		"Give the auditing account Read permissions on the object named (Authenticated "
		"Users have it by default), and audit again." },
};

const char *
cause_words(enum cause_kind k)
{
	return kinds[k].words;
}

const char *
cause_cure(const struct cause *c, const struct rule *r)
{
	const char *own = c ? kinds[c->kind].remedy : NULL;

	return own ? own : r->remedy;
}
