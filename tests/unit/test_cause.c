/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/cause.h"
#include "team.h"

/* Where it can be mended, and what is the matter there. */

static const struct cause_case reset[] = {
	{ "no grant", "AI", "AI", "AI", "AI" READ, 301, BASE, NOTHING, NULL },
	{ "no grant: a helpdesk's is none", "AI", "AI", "AI" GRANT(G_USER, HELPDESK_SID),
		"AI", 301, BASE, NOTHING, NULL },
	{ "no grant: it is for the computers there, to another", "AI", "AI",
		"AI(OA;CIIO;CR;" G_RESET ";bf967a86-0de6-11d0-a285-00aa003049e2;DA)", "AI", 301,
		BASE, NOTHING, NULL },
	{ "blocked on the user", "PAI", "AI", "AI", "AI" USER_GRANT, 301, NULL,
		"inheritance is blocked on the user", NULL },
	{ "blocked on the user, whatever stands above", "PAI", NULL, NULL, NULL, 301, NULL,
		"inheritance is blocked on the user", NULL },
	{ "inherit-only on the user", "PAI(OA;CIIO;CR;" G_RESET ";;" C ")", "AI", "AI", "AI", 303,
		NULL, "granted on the user, but inherit-only", NULL },
	{ "inherit-only on the user for another trustee", "PAI(OA;CIIO;CR;" G_RESET ";;DA)", "AI",
		"AI", "AI", 301, NULL, "inheritance is blocked on the user", NULL },
	{ "blocked at Staff", "AI", "AI", "PAI", "AI" USER_GRANT, 301, STAFF,
		"inheritance is blocked here", NULL },
	{ "blocked at Team and Staff: the nearer", "AI", "PAI", "PAI", "AI" USER_GRANT, 301, TEAM,
		"inheritance is blocked here", NULL },
	{ "blocked at Staff, what is above is not readable", "AI", "AI", "PAI", NULL, 301, STAFF,
		"inheritance is blocked here", NULL },
	{ "blocked at Staff, and nothing above grants it", "AI", "AI", "PAI", "AI", 301, STAFF,
		"inheritance is blocked here", NULL },
	{ "blocked at the head: nothing is above it", "AI", "AI", "AI", "PAI" READ, 301, BASE,
		NOTHING, NULL },
	{ "Team not readable", "AI", NULL, "PAI", "AI" USER_GRANT, 301, TEAM, NOT_READABLE, NULL },
	{ "Staff not readable", "AI", "AI", NULL, "AI" USER_GRANT, 301, STAFF, NOT_READABLE, NULL },
	{ "the head not readable", "AI", "AI", "AI", NULL, 301, BASE, NOT_READABLE, NULL },
	{ "for another class", "AI(OA;CIIOID;CR;" G_RESET ";" G_USER ";" C ")", "AI", "AI",
		"AI" USER_GRANT, 303, BASE, "granted here for class user, not for inetOrgPerson",
		INET },
	{ "for another class, not read as far as where it is blocked", "AI", "PAI", "AI",
		"AI" USER_GRANT, 301, TEAM, "inheritance is blocked here", INET },
	{ "for another class, at two: the nearer", "AI", "AI", "AI" USER_GRANT, "AI" USER_GRANT,
		301, STAFF, "granted here for class user, not for inetOrgPerson", INET },
	{ "for another class: where it is blocked all ACEs are its own", "AI", "AI",
		"PAI(OA;CIIOID;CR;" G_RESET ";" G_USER ";" C ")", "AI", 301, STAFF,
		"granted here for class user, not for inetOrgPerson", INET },
	{ "for another class: an heir is not the origin", "AI", "AI",
		"AI(OA;CIIOID;CR;" G_RESET ";" G_USER ";" C ")", "AI" USER_GRANT, 301, BASE,
		"granted here for class user, not for inetOrgPerson", INET },
	{ "not arrived", "AI", "AI", "AI", "AI" USER_GRANT, 301, BASE,
		"granted here, but it has not arrived on the user", NULL },
	{ "not arrived: through Authenticated Users", "AI", "AI", "AI(A;CI;CR;;;AU)", "AI", 301,
		STAFF, "granted here, but it has not arrived on the user", NULL },
	{ "no-propagate, two levels up", "AI", "AI", "AI(OA;CIIONP;CR;" G_RESET ";;" C ")", "AI",
		301, STAFF, "granted here, but for the next level alone (no-propagate)", NULL },
	{ "no-propagate, on the parent: that would do", "AI", "AI(OA;CIIONP;CR;" G_RESET ";;" C ")",
		"AI", "AI", 301, TEAM, "granted here, but it has not arrived on the user", NULL },
	{ "for the OU alone", "AI", "AI", "AI(OA;;CR;" G_RESET ";;" C ")", "AI", 301, STAFF,
		"granted here, but for this object alone: nothing inherits it", NULL },
	{ "full control of the OU alone", "AI", "AI", "AI(A;;" FULL ";;;" SYNC_SID ")", "AI", 301,
		STAFF, "granted here, but for this object alone: nothing inherits it", NULL },
	{ "full control of administrators is no near miss", "AI", "AI", "AI(A;;" FULL ";;;DU)",
		"AI", 301, BASE, NOTHING, NULL },
	{ "Change Password instead", "AI", "AI", "AI",
		"AI(OA;CIIO;CR;" G_CHANGE ";" G_USER ";" C ")", 301, BASE,
		"granted here is Change Password, not Reset Password", NULL },
	{ "the class instead of the right", "AI", "AI", "AI", "AI(OA;CIIO;CR;" G_USER ";;" C ")",
		301, BASE, "granted here is user (class), not Reset Password", NULL },
	{ "Change Password for Everyone is no near miss", "AI", "AI", "AI",
		"AI(OA;CIIO;CR;" G_CHANGE ";" G_USER ";WD)", 301, BASE, NOTHING, NULL },
	{ "to a former connector", "AI", "AI", "AI", "AI" GRANT(G_USER, FORMER_SID), 301, BASE,
		"granted here to MSOL_former (" FORMER_SID "), not to the connector", NULL },
	{ "to an account that has been deleted", "AI", "AI", "AI" GRANT(G_USER, DELETED_SID), "AI",
		301, STAFF, "granted here to a deleted account (" DELETED_SID
		"), not to the connector", NULL },
	{ "of several the likeliest, not the nearest", "AI", "AI", "AI" GRANT(G_USER, FORMER_SID),
		"AI" USER_GRANT, 301, BASE, "granted here for class user, not for inetOrgPerson",
		INET },
	{ "denied on the user", "AI(OD;;CR;" G_RESET ";;" C ")", "AI", "AI", "AI", 302, NULL,
		"denied on the user itself", NULL },
	{ "denied above", "AI" DENIAL("AU"), "AI", "AI(OD;CI;CR;" G_RESET ";;AU)", "AI", 302, STAFF,
		"denied here to Authenticated Users (S-1-5-11)", NULL },
	{ "denied above, through groups", "AI" DENIAL(SYNC_SID), "AI", "AI",
		"AI(OD;CIIO;CR;" G_RESET ";;" SYNC_SID ")", 302, BASE, "denied here to Sync ("
		SYNC_SID "), which the connector holds: MSOL -> Hybrid -> Sync", NULL },
	{ "denied above, beyond one that cannot be read", "AI" DENIAL("AU"), NULL, "AI",
		"AI(OD;CI;CR;" G_RESET ";;AU)", 302, BASE,
		"denied here to Authenticated Users (S-1-5-11)", NULL },
	{ "denied above, and what is above is not readable", "AI" DENIAL("AU"), "AI", NULL, "AI",
		302, STAFF, NOT_READABLE, NULL },
	{ "denied by what nothing carries", "AI" DENIAL("AU"), "AI", "AI", "AI", 302, NULL,
		"denied by an inherited ACE that nothing above carries any more", NULL },
	{ "denied by what stands beyond a block", "AI" DENIAL("AU"), "AI", "PAI",
		"AI(OD;CI;CR;" G_RESET ";;AU)", 302, NULL,
		"denied by an inherited ACE that nothing above carries any more", NULL },
	{ "denied by what the parent would not pass on twice", "AI" DENIAL("AU"), "AI",
		"AI(OD;CINP;CR;" G_RESET ";;AU)", "AI", 302, NULL,
		"denied by an inherited ACE that nothing above carries any more", NULL },
	{ "denied by CREATOR OWNER's", "AI(D;ID;CR;;;AU)", "AI", "AI(D;CI;CR;;;CO)", "AI", 302,
		STAFF, "denied here to Authenticated Users (S-1-5-11)", "sddl-owner" },
	{ "on a condition, above", "AI(XA;CIID;CR;;;AU;(@User.Title == \"x\"))", "AI",
		"AI(XA;CI;CR;;;AU;(@User.Title == \"x\"))", "AI", 317, STAFF,
		"hangs on a condition that LDAP does not show", NULL },
	{ "on another condition above: not this one's",
		"AI(XA;CIID;CR;;;AU;(@User.Title == \"x\"))", "AI",
		"AI(XA;CI;CR;;;AU;(@User.Title == \"y\"))", "AI", 317, NULL,
		"hangs on a condition that LDAP does not show", NULL },
	{ "on a group, on the user", "AI(OA;;CR;" G_RESET ";;" OPEN_SID ")", "AI", "AI", "AI", 317,
		NULL, "hangs on Open (" OPEN_SID "), of which it is not known who holds it", NULL },
};

static const struct cause_case writes[] = {
	{ "Account Restrictions instead of lockoutTime", "AI", "AI", "AI",
		"AI(OA;CIIO;WP;" G_RESTRICTIONS ";" G_USER ";" C ")", 307, BASE,
		"granted here is write User Account Restrictions (property set), not "
		"write lockoutTime", NULL },
	{ "Logon Information instead of pwdLastSet", "AI", "AI", "AI",
		"AI(OA;CIIO;WP;5f202010-79a5-11d0-9020-00c04fc2d4cf;" G_USER ";" C ")", 309, BASE,
		"granted here is write User Logon (property set), not write pwdLastSet", NULL },
	{ "read instead of write", "AI", "AI", "AI(OA;CI;RP;" G_LOCKOUT_TIME ";;" C ")", "AI", 307,
		STAFF, "granted here is read lockoutTime, not write lockoutTime", NULL },
	{ "blocked", "AI", "AI", "PAI", "AI(OA;CIIO;WP;;;" C ")", 309, STAFF,
		"inheritance is blocked here", NULL },
};

static void
check(const struct cause_case *w, size_t count, const char *others)
{
	for (size_t i = 0; i < count; i++) {
		const struct heard *h;
		struct court c;

		open_world(&c, &w[i]);
		judge_case(&c, &w[i], others);
		h = heard_of(&c.listener, w[i].rule);
		if (strcmp(h->cause, w[i].object ? w[i].object : "CN=Ada," TEAM) != 0 ||
		    strcmp(h->words, w[i].words) != 0)
			fail_msg("%s: %s: %s", w[i].name, h->cause, h->words);
		assert_int_equal(h->on_user, w[i].object == NULL);
		court_close(&c);
	}
}

static void
traces_reset(void **state)
{
	(void)state;
	check(reset, COUNT(reset), GRANT_LOCKOUT GRANT_PWD);
}

static void
traces_writes(void **state)
{
	(void)state;
	check(writes, COUNT(writes), GRANT_RESET);
}

static void
traces_change(void **state)
{
	static const struct cause_case own[] = {
		{ "the default grants are gone", "AI" USER_GRANT, "AI", "AI", "AI", 304, NULL,
			"the user's own grants, to SELF and Everyone, are gone", NULL },
		{ "denied above", "AI(OD;CIID;CR;" G_CHANGE ";;WD)", "AI", "AI",
			"AI(OD;CI;CR;" G_CHANGE ";;WD)", 305, BASE,
			"denied here to Everyone (S-1-1-0)", NULL },
		{ "the tick", "AI(OD;;CR;" G_CHANGE ";;WD)(OD;;CR;" G_CHANGE ";;PS)", "AI", "AI",
			"AI", 306, NULL, "\"User cannot change password\" is set on the user",
			NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(own); i++) {
		const struct heard *h;
		struct court c;
		struct made m;
		char sddl[1024];

		open_world(&c, &own[i]);
		make_user(&m);
		made_change(&m, "dn=CN=Ada," TEAM);
		snprintf(sddl, sizeof sddl, "sddl=O:DAG:DAD:%s", own[i].user);
		made_change(&m, sddl);
		judge_user(&c.judge, &m.entry);
		h = heard_of(&c.listener, own[i].rule);
		assert_string_equal(h->words, own[i].words);
		assert_string_equal(h->cause, own[i].object ? own[i].object : "CN=Ada," TEAM);
		made_fini(&m);
		court_close(&c);
	}
}

/* AdminSDHolder comes before all that stands on the user or above it. */
static void
protection(void **state)
{
	static const struct {
		const char *name, *user, *change[3];
		unsigned rule;
		const char *object, *words;
	} rows[] = {
		{ "a member", "PAI", { "adminCount=1", "dn=CN=Root,CN=Users," BASE }, 301, ADMINS,
			"its members are protected by AdminSDHolder" },
		{ "a member: its finding too", "PAI", { "adminCount=1",
			"dn=CN=Root,CN=Users," BASE }, 311, ADMINS,
			"its members are protected by AdminSDHolder" },
		{ "a member whose inheritance was put on again, for an hour", "AI",
			{ "adminCount=1", "primaryGroupID=512" }, 301, ADMINS,
			"its members are protected by AdminSDHolder" },
		{ "a member, denied", "PAI(D;;CR;;;" C ")",
			{ "adminCount=1", "primaryGroupID=512" }, 302, ADMINS,
			"its members are protected by AdminSDHolder" },
		{ "a member not yet protected", "PAI", { "primaryGroupID=512" }, 301, NULL,
			"inheritance is blocked on the user" },
		{ "a member not yet protected: its finding", "PAI", { "primaryGroupID=512" }, 313,
			ADMINS, "the user is in a protected group and about to be protected" },
		{ "by itself", "PAI", { "adminCount=1", "objectSid=" DOMAIN_SID "-500" }, 301, NULL,
			"a built-in account that AdminSDHolder protects" },
		{ "by what is not known", "PAI", { "adminCount=1", "-primaryGroupID" }, 301, NULL,
			"protected by AdminSDHolder; for which group is not known" },
		{ "by what is not known: its finding", "AI", { "adminCount=1", "-primaryGroupID" },
			311, NULL, "protected by AdminSDHolder; for which group is not known" },
		{ "no longer", "PAI", { "adminCount=1" }, 301, NULL,
			"adminCount and the administrators' permissions stayed behind" },
		{ "no longer: its finding", "PAI", { "adminCount=1" }, 312, NULL,
			"adminCount and the administrators' permissions stayed behind" },
		{ "no longer, and inheritance is on again", "AI", { "adminCount=1" }, 301, BASE,
			NOTHING },
	};
	static const struct cause_case world = { .team = "AI", .staff = "AI", .head = "AI" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct heard *h;
		struct court c;
		struct made m;
		char sddl[2048];

		open_world(&c, &world);
		make_user(&m);
		made_change(&m, "dn=CN=Ada," TEAM);
		snprintf(sddl, sizeof sddl, "sddl=O:DAG:DAD:%s" DEFAULT_USER_ACES GRANT_READ,
		    rows[i].user);
		made_change(&m, sddl);
		for (size_t k = 0; k < 3 && rows[i].change[k]; k++)
			made_change(&m, rows[i].change[k]);
		judge_user(&c.judge, &m.entry);
		h = heard_of(&c.listener, rows[i].rule);
		if (strcmp(h->words, rows[i].words) != 0 ||
		    strcmp(h->cause, rows[i].object ? rows[i].object : m.entry.dn) != 0)
			fail_msg("%s: %s: %s", rows[i].name, h->cause, h->words);
		made_fini(&m);
		court_close(&c);
	}
}

/* Of groups within each other the innermost is the one to leave. */
static void
innermost_group(void **state)
{
	struct group_closure *outer;
	struct court c;
	struct account a = { .dn = "CN=Root,CN=Users," BASE };
	const char *group = NULL;
	size_t n;

	(void)state;
	court_open(&c, NULL);
	n = c.domain.protected_count;
	a.dn_len = strlen(a.dn);
	outer = realloc(c.domain.protected_groups, (n + 2) * sizeof *outer);
	assert_non_null(outer);
	c.domain.protected_groups = outer;
	memmove(&outer[1], &outer[0], n * sizeof *outer);
	fill_closure(&outer[0], "CN=Administrators,CN=Builtin," BASE, 544);
	fill_closure(&outer[n + 1], "CN=Other,CN=Builtin," BASE, 551);
	c.domain.protected_count = n + 2;
	assert_int_equal(member_set_add(&outer[0].members, ADMINS, strlen(ADMINS), NULL), ERR_OK);
	assert_int_equal(member_set_add(&outer[0].members, a.dn, a.dn_len, NULL), ERR_OK);
	assert_int_equal(domain_is_protected(&c.domain, &a, &group), ANSWER_YES);
	assert_string_equal(group, ADMINS);
	court_close(&c);
}

/* A user more costs a look-up: nothing new is worked out for it. */
static void
caches(void **state)
{
	static const struct cause_case w = { .user = "AI", .team = "AI", .staff = "PAI",
		.head = "AI" };
	struct court c;
	struct made m;
	size_t before, generation;

	(void)state;
	open_world(&c, &w);
	judge_case(&c, &w, "");
	before = c.judge.causes.count;
	assert_int_equal(before, 3);		/* reset, lockoutTime, pwdLastSet */
	for (int i = 0; i < 100; i++) {
		c.listener.count = 0;
		judge_case(&c, &w, "");
	}
	assert_int_equal(c.judge.causes.count, before);
	assert_string_equal(heard_of(&c.listener, 309)->cause, STAFF);

	/* Elsewhere with the same descriptor: another cause. */
	make_user(&m);
	made_change(&m, "dn=CN=Ben," BASE);
	made_change(&m, "sddl=O:DAG:DAD:AI" DEFAULT_USER_ACES GRANT_READ);
	c.listener.count = 0;
	judge_user(&c.judge, &m.entry);
	assert_int_equal(c.judge.causes.count, 2 * before);
	assert_string_equal(heard_of(&c.listener, 301)->cause, BASE);

	/* With the descriptors that it points to, it is emptied. */
	generation = c.judge.cache.generation;
	c.judge.cache.bytes = DACL_CACHE_BYTES + 1;
	made_change(&m, "sddl=O:DAG:DAD:AI(A;;RC;;;AU)" DEFAULT_USER_ACES GRANT_READ);
	c.listener.count = 0;
	judge_user(&c.judge, &m.entry);
	assert_int_equal(c.judge.cache.generation, generation + 1);
	assert_int_equal(c.judge.causes.count, before);
	assert_string_equal(heard_of(&c.listener, 301)->cause, BASE);
	made_fini(&m);
	court_close(&c);
}

/* Without anybody who reads on: what is above is not readable, and it says so. */
static void
nobody_reads(void **state)
{
	struct court c;

	(void)state;
	court_open(&c, NULL);
	court_judge(&c, (const char *const []){ "sddl=O:DAG:DAD:AI" DEFAULT_USER_ACES }, 1);
	assert_string_equal(heard_of(&c.listener, 301)->cause, STAFF);
	assert_string_equal(heard_of(&c.listener, 301)->words, NOT_READABLE);
	c.listener.count = 0;
	court_judge(&c, (const char *const []){ "sddl=O:DAG:DAD:AI" DEFAULT_USER_ACES,
		"dn=CN=Ada,DC=elsewhere" }, 2);
	assert_string_equal(heard_of(&c.listener, 301)->cause, BASE);
	assert_string_equal(heard_of(&c.listener, 301)->words, NOT_READABLE);
	court_close(&c);
}

static void
every_kind_has_words(void **state)
{
	(void)state;
	for (int k = CAUSE_AS_SAID + 1; k < CAUSE_KIND_COUNT; k++) {
		struct cause c = { (enum cause_kind)k, NULL, "" };

		assert_true(*cause_words((enum cause_kind)k));
		assert_true(*cause_cure(&c, rule_find(301)));
	}
	assert_string_equal(cause_cure(NULL, rule_find(401)), rule_find(401)->remedy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traces_reset),
		cmocka_unit_test(traces_writes),
		cmocka_unit_test(traces_change),
		cmocka_unit_test(protection),
		cmocka_unit_test(innermost_group),
		cmocka_unit_test(caches),
		cmocka_unit_test(nobody_reads),
		cmocka_unit_test(every_kind_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
