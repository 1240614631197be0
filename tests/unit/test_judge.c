/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "listener.h"

/*
 * Users, one thing at a time: what it breaks, and that what looks like it does
 * not. Verdicts are of reset, change, unlock: o(k) r(isk) ? f(ail).
 */

#define CHANGES 4
#define DACL(aces) "sddl=O:DAG:DAD:AI" aces DEFAULT_USER_ACES
#define GRANTS GRANT_RESET GRANT_LOCKOUT GRANT_PWD GRANT_READ
#define C CONNECTOR_SID
#define NO_CHANGE "(OD;;CR;" G_CHANGE ";;WD)(OD;;CR;" G_CHANGE ";;PS)"
#define IN_ADMINS "dn=CN=Root,CN=Users," BASE

struct user_case {
	const char *name, *change[CHANGES], *verdicts, *rules;
};

static const struct user_case permissions[] = {
	{ "nothing the matter", { NULL }, "ooo", "" },
	{ "301 no grant of Reset Password", { DACL(GRANT_LOCKOUT GRANT_PWD GRANT_READ) }, "foo",
		"301" },
	{ "301 not through Change Password",
		{ DACL("(OA;;CR;" G_CHANGE ";;" C ")" GRANT_LOCKOUT GRANT_PWD GRANT_READ) }, "foo",
		"301" },
	{ "not 301: all extended rights", { DACL("(A;;CR;;;" C ")" GRANT_LOCKOUT GRANT_PWD
	    GRANT_READ) }, "ooo", "" },
	{ "302 denied", { DACL("(OD;;CR;" G_RESET ";;AU)" GRANTS) }, "foo", "302" },
	{ "not 302: denied behind the grant", { DACL(GRANTS "(OD;ID;CR;" G_RESET ";;AU)") }, "ooo",
		"" },
	{ "not 302: denied to another", { DACL("(OD;;CR;" G_RESET ";;DA)" GRANTS) }, "ooo", "" },
	{ "303 inherit-only", { DACL("(OA;CIIOID;CR;" G_RESET ";" G_INETORGPERSON ";" C ")"
	    GRANT_LOCKOUT GRANT_PWD GRANT_READ) }, "foo", "303" },
	{ "not 303: inherit-only for another trustee", { DACL("(OA;CIIOID;CR;" G_RESET ";;DA)"
	    GRANT_LOCKOUT GRANT_PWD GRANT_READ) }, "foo", "301" },
	{ "304 no Change Password", { "sddl=O:DAG:DAD:AI" GRANTS }, "ofo", "304" },
	{ "305 denied to Everyone", { DACL("(OD;;CR;" G_CHANGE ";;WD)" GRANTS) }, "ofo", "305" },
	{ "305 denied to SELF", { DACL("(OD;;CR;" G_CHANGE ";;PS)" GRANTS) }, "ofo", "305" },
	{ "305 all rights denied to both: not how the tick is stored",
		{ DACL("(D;;CR;;;PS)(D;;CR;;;WD)(A;;CR;;;" C ")" GRANTS) }, "ffo", "302 305" },
	{ "306 denied to Everyone and SELF",
		{ DACL(NO_CHANGE GRANTS) }, "ofo", "306" },
	{ "not 306: denied inherit-only", { DACL("(OD;CIIO;CR;" G_CHANGE ";;WD)(OD;CIIO;CR;"
	    G_CHANGE ";;PS)" GRANTS) }, "ooo", "" },
	{ "305, not 306: to SELF inherit-only", { DACL("(OD;CIIO;CR;" G_CHANGE ";;PS)(OD;;CR;"
	    G_CHANGE ";;WD)" GRANTS) }, "ofo", "305" },
	{ "not 306: granted before",
		{ DACL("(OA;;CR;" G_CHANGE ";;PS)(OD;;CR;" G_CHANGE ";;WD)(OD;;CR;" G_CHANGE ";;PS)"
		GRANTS) }, "ooo", "" },
	{ "307 no write of lockoutTime", { DACL(GRANT_RESET GRANT_PWD GRANT_READ) }, "fof", "307" },
	{ "307 not through Account Restrictions", { DACL(GRANT_RESET GRANT_PWD GRANT_READ
	    "(OA;ID;WP;" G_RESTRICTIONS ";;" C ")") }, "fof", "307" },
	{ "308 denied", { DACL("(OD;;WP;" G_LOCKOUT_TIME ";;" C ")" GRANTS) }, "fof", "308" },
	{ "not 308: reading is denied to the connector", { DACL("(OD;;RP;" G_LOCKOUT_TIME ";;" C ")"
	    GRANTS) }, "ooo", "" },
	{ "309 no write of pwdLastSet", { DACL(GRANT_RESET GRANT_LOCKOUT GRANT_READ) }, "foo",
		"309" },
	{ "not 309: through Account Restrictions", { DACL(GRANT_RESET GRANT_LOCKOUT GRANT_READ
	    "(OA;ID;WP;" G_RESTRICTIONS ";;" C ")") }, "ooo", "" },
	{ "310 denied through the set", { DACL("(OD;;WP;" G_RESTRICTIONS ";;" C ")" GRANTS) },
		"foo", "310" },
	{ "308 310 all writes denied", { DACL("(D;;WP;;;" C ")" GRANTS) }, "fof", "308 310" },
	{ "311 protected", { IN_ADMINS, "adminCount=1" }, "ror", "311" },
	{ "311 by its primary group", { "primaryGroupID=512", "adminCount=1" }, "ror", "311" },
	{ "311 Administrator", { "objectSid=" DOMAIN_SID "-500", "adminCount=1" }, "ror", "311" },
	{ "312 orphaned", { "adminCount=1" }, "ooo", "312" },
	{ "312 a RID of another domain", { "objectSid=S-1-5-21-9-9-9-500", "adminCount=1" }, "ooo",
		"312" },
	{ "not 312: adminCount is not 1", { "adminCount=2" }, "ooo", "" },
	{ "313 pending", { IN_ADMINS }, "ooo", "313" },
	{ "313 adminCount not set", { IN_ADMINS, "-adminCount" }, "ooo", "313" },
	{ "not 313: adminCount not set", { "-adminCount" }, "ooo", "" },
	{ "314 inheritance blocked", { "sddl=O:DAG:DAD:PAI" DEFAULT_USER_ACES GRANTS }, "ooo",
		"314" },
	{ "315 no descriptor", { "-nTSecurityDescriptor" }, "???", "315" },
	{ "316 malformed", { "nTSecurityDescriptor=garbage" }, "???", "316" },
	{ "316 empty value", { "nTSecurityDescriptor=" }, "???", "316" },
	{ "317 condition", { DACL("(0x0c;;CR;" G_RESET ";;" C ";#00000000)" GRANTS) }, "?oo",
		"317" },
	{ "not 317: condition on another's ACE", { DACL("(0x0c;;CR;" G_RESET ";;DA;#00000000)"
	    GRANTS) },
		"ooo", "" },
	{ "317 all rights", { DACL("(XD;;CRWP;;;AU;(@USER.a == 1))" GRANTS) }, "???", "317" },
	{ "317 a group for the change", { DACL("(OD;;CR;" G_CHANGE ";;" DOMAIN_SID "-1777)"
	    GRANTS) }, "o?o", "317" },
	{ "319 no class", { "-objectClass" }, "???", "319" },
	{ "319 a class that is not known", { "objectClass+=visitor" }, "???", "319" },
	/* Whether a class may read is not known without the class, so nothing is unset. */
	{ "319 407 no class", { "-objectClass", "-lockoutTime", DACL("(OD;;RP;" G_USER ";;AU)"
	    "(A;;RP;;;AU)" GRANTS) }, "???", "319 407" },
	{ "inetOrgPerson: grants for user do not reach it", { "objectClass+=inetOrgPerson",
		DACL("(OA;CIIOID;CR;" G_RESET ";" G_USER ";" C ")(OA;ID;WP;" G_USER ";;" C ")"
		GRANT_READ) }, "fof", "303 307 309" },
	/* What stands for SELF inside is nobody that an ACE could name. */
	{ "317 a SID of no domain is not SELF", { "sddl=O:DAG:DAD:AI(OA;;CR;" G_CHANGE
	    ";;S-1-5-21-0-0-0-1000)" GRANTS }, "o?o", "317" },
	{ "no DACL: everything granted", { "sddl=O:DAG:DA" }, "ooo", "" },
	{ "empty DACL", { "sddl=O:DAG:DAD:" }, "fff", "301 304 307 309" },
};

static const struct user_case states[] = {
	{ "401 disabled", { "userAccountControl=514" }, "fff", "401" },
	{ "402 locked", { "lockoutTime=@2026-06-01T11:45:00Z" }, "ofo", "402" },
	{ "402 at the last moment", { "lockoutTime=@2026-06-01T11:30:00Z" }, "ofo", "402" },
	{ "not 402: the duration has passed", { "lockoutTime=@2026-06-01T11:29:59Z" }, "ooo", "" },
	{ "not 402: not set", { "-lockoutTime" }, "ooo", "" },
	{ "403 never expires", { "userAccountControl=66048" }, "rro", "403" },
	{ "404 expired", { "accountExpires=@2026-06-01T12:00:00Z" }, "rro", "404" },
	{ "not 404: a second to go", { "accountExpires=@2026-06-01T12:00:01Z" }, "ooo", "" },
	{ "not 404: 0 is never", { "accountExpires=0" }, "ooo", "" },
	{ "not 404: not set", { "-accountExpires" }, "ooo", "" },
	{ "405 smart card", { "userAccountControl=262656" }, "rro", "405" },
	{ "406 must change", { "pwdLastSet=0" }, "ooo", "406" },
	{ "not 406: never expires", { "pwdLastSet=0", "userAccountControl=66048" }, "rro", "403" },
	{ "not 406: smart card", { "pwdLastSet=0", "userAccountControl=262656" }, "rro", "405" },
	{ "not 406: not set, not too young either", { "-pwdLastSet" }, "ooo", "" },
	{ "407 no userAccountControl", { "-userAccountControl" }, "???", "407" },
	{ "407 not a number", { "userAccountControl=x" }, "???", "407" },
	{ "501 too young", { "pwdLastSet=@2026-06-01T00:00:00Z" }, "ffo", "501" },
	{ "not 501: just old enough", { "pwdLastSet=@2026-05-31T12:00:00Z" }, "ooo", "" },
	{ "fail before unknown before risk",
		{ "userAccountControl=66048", "lockoutTime=x", "pwdLastSet=@2026-06-01T00:00:00Z" },
		"ffo", "403 407 501" },
	{ "unknown before risk", { "userAccountControl=66048", "lockoutTime=x" }, "r?o",
		"403 407" },
	{ "fail before unknown", { "userAccountControl=514", "-nTSecurityDescriptor" }, "fff",
		"315 401" },
	{ "risk alone", { "userAccountControl=66048", "adminCount=1", IN_ADMINS }, "rrr",
		"311 403" },
};

static void
run(struct court *c, const struct user_case *t)
{
	char said[256];
	size_t from = c->listener.count, rows = c->listener.rows;

	court_judge(c, t->change, CHANGES);
	if (c->listener.rows != rows + 1)
		fail_msg("%s: no row", t->name);
	if (strcmp(c->listener.verdicts, t->verdicts) != 0 ||
	    strcmp(c->listener.rules, t->rules) != 0)
		fail_msg("%s: %s (%s) instead of %s (%s)", t->name, c->listener.verdicts,
		    c->listener.rules, t->verdicts, t->rules);
	if (strcmp(heard_rules(&c->listener, from, said), t->rules) != 0)
		fail_msg("%s: findings %s, in the row %s", t->name, said, t->rules);
	for (size_t i = from; i < c->listener.count; i++)
		if (!c->listener.heard[i].has_evidence)
			fail_msg("%s: %u without evidence", t->name, c->listener.heard[i].rule);
	c->listener.count = from;
}

static void
user_tables(void **state)
{
	struct court c;

	(void)state;
	court_open(&c, NULL);
	/* Twice: the second time the descriptors' verdicts are remembered. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < COUNT(permissions); i++)
			run(&c, &permissions[i]);
		for (size_t i = 0; i < COUNT(states); i++)
			run(&c, &states[i]);
	}
	assert_int_equal(c.judge.tally.users, 2 * (COUNT(permissions) + COUNT(states)));
	assert_true(c.judge.tally.incomplete);
	court_close(&c);
}

/*
 * A reader that may not be told, so that what is missing may be anything: drop
 * each attribute of a good user in turn. The verdicts that hang on it are
 * unknown; the others stay.
 */
static void
unknown_never_becomes_ok(void **state)
{
	static const struct user_case rows[] = {
		{ "all there", { NULL }, "ooo", "" },
		{ "objectClass", { "-objectClass" }, "???", "319" },
		{ "objectGUID", { "-objectGUID" }, "ooo", "" },
		{ "objectSid", { "-objectSid" }, "ooo", "326" },
		{ "primaryGroupID, malformed", { "primaryGroupID=x" }, "ooo", "326" },
		{ "not objectSid: a protected group has it", { IN_ADMINS, "-objectSid" }, "ooo", "313" },
		{ "sAMAccountName", { "-sAMAccountName" }, "ooo", "" },
		{ "sAMAccountType", { "-sAMAccountType" }, "ooo", "" },
		{ "userAccountControl", { "-userAccountControl" }, "???", "407" },
		{ "pwdLastSet", { "-pwdLastSet" }, "??o", "407" },
		{ "lockoutTime", { "-lockoutTime" }, "o?o", "407" },
		{ "accountExpires", { "-accountExpires" }, "??o", "407" },
		{ "adminCount", { "-adminCount" }, "?o?", "318" },
		{ "nTSecurityDescriptor", { "-nTSecurityDescriptor" }, "???", "315" },
		{ "pwdLastSet, malformed", { "pwdLastSet=12x" }, "??o", "407" },
		{ "accountExpires, out of range", { "accountExpires=9223372036854775808" }, "??o",
			"407" },
		{ "everything", { "-userAccountControl", "-pwdLastSet", "-nTSecurityDescriptor",
			"-objectClass" }, "???", "315 319 407" },
	};
	const char *const no_sid[] = { "-objectSid" }, *const no_group[] = { "-primaryGroupID" };
	const char *const no_class[] = { "-objectClass" };
	struct court c;

	(void)state;
	court_open(&c, NULL);
	make_reader_blind(&c.domain);
	for (size_t i = 0; i < COUNT(rows); i++)
		run(&c, &rows[i]);
	/* Who is protected hangs on the SID and on the primary group. */
	court_judge(&c, NULL, 0);
	assert_int_equal(c.listener.row.is_protected, ANSWER_NO);
	court_judge(&c, no_sid, 1);
	assert_int_equal(c.listener.row.is_protected, ANSWER_UNKNOWN);
	assert_string_equal(c.listener.rights, "yyyy");
	assert_non_null(strstr(heard_of(&c.listener, 326)->evidence, "objectSid: not returned; grant "));
	court_judge(&c, no_group, 1);
	assert_int_equal(c.listener.row.is_protected, ANSWER_UNKNOWN);
	assert_non_null(strstr(heard_of(&c.listener, 326)->evidence, "primaryGroupID: not returned; "));
	assert_true(c.judge.tally.incomplete);
	/* Without the class, what is granted for a class is not known. */
	court_judge(&c, no_class, 1);
	assert_string_equal(c.listener.rights, "yyyy");
	court_close(&c);
}

/* Rows say as cells what the rules say as findings. */
static void
cells(void **state)
{
	static const struct { const char *change[3], *rights, *answers; } rows[] = {
		/* enabled, locked, never expires, adminCount, protected */
		{ { NULL }, "yyyy", "ynnnn" },
		{ { "userAccountControl=66050" }, "yyyy", "nnynn" },
		{ { "-userAccountControl" }, "yyyy", "?n?nn" },
		{ { "lockoutTime=@2026-06-01T11:59:59Z" }, "yyyy", "yynnn" },
		{ { "lockoutTime=x" }, "yyyy", "y?nnn" },
		{ { "adminCount=1", IN_ADMINS }, "yyyy", "ynnyy" },
		{ { "adminCount=x" }, "yyyy", "ynn?n" },
		{ { "-nTSecurityDescriptor" }, "????", "ynnnn" },
		{ { "sddl=O:DAG:DAD:" }, "nnnn", "ynnnn" },
		{ { DACL(GRANT_LOCKOUT GRANT_READ) }, "nyyn", "ynnnn" },
		{ { "-objectClass", "sddl=O:DAG:DAD:(OA;;WP;" G_USER ";;" C ")" }, "nn??",
			"ynnnn" },
		{ { "-objectClass", "sddl=O:DAG:DAD:(A;;WP;;;" C ")" }, "nnyy", "ynnnn" },
	};
	struct court c;

	(void)state;
	court_open(&c, NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct judgement *r = &c.listener.row;
		char got[6] = "";

		court_judge(&c, rows[i].change, 3);
		const enum answer answers[] = { r->enabled, r->locked, r->never_expires,
			r->admin_count, r->is_protected };
		for (size_t k = 0; k < COUNT(answers); k++)
			got[k] = answers[k] == ANSWER_YES ? 'y' :
				answers[k] == ANSWER_NO ? 'n' : '?';
		if (strcmp(got, rows[i].answers) != 0 ||
		    strcmp(c.listener.rights, rows[i].rights) != 0)
			fail_msg("%s: %s %s", rows[i].change[0] ? rows[i].change[0] : "good",
			    c.listener.rights, got);
		c.listener.count = 0;
	}
	court_close(&c);
}

/* What ends by itself says when; what does not says nothing. */
static void
until(void **state)
{
	const char *const young[] = { "pwdLastSet=@2026-06-01T00:00:00Z" };
	const char *const locked[] = { "lockoutTime=@2026-06-01T11:45:00Z" };
	struct court c;

	(void)state;
	court_open(&c, NULL);
	court_judge(&c, young, 1);
	assert_true(heard_of(&c.listener, 501)->has_until);
	assert_int_equal(heard_of(&c.listener, 501)->until, filetime("2026-06-02"));
	assert_string_equal(heard_of(&c.listener, 501)->cause, BASE);
	assert_true(c.listener.row.has_blocked_until);
	assert_int_equal(c.listener.row.blocked_until, filetime("2026-06-02"));
	court_judge(&c, locked, 1);
	assert_true(heard_of(&c.listener, 402)->has_until);
	assert_int_equal(heard_of(&c.listener, 402)->until, filetime("2026-06-01T12:15:00Z"));
	assert_false(c.listener.row.has_blocked_until);
	c.domain.policy.lockout_duration = known(0);
	court_judge(&c, locked, 1);
	assert_false(heard_of(&c.listener, 402)->has_until);
	court_close(&c);
}

/* When the password expires stands in the row where it is known. */
static void
expiry(void **state)
{
	const char *const never[] = { "userAccountControl=66048" };
	const char *const unread[] = { "pwdLastSet=x" };
	struct court c;

	(void)state;
	court_open(&c, NULL);
	court_judge(&c, NULL, 0);
	assert_true(c.listener.row.has_expiry);
	assert_int_equal(c.listener.row.expiry, filetime("2026-05-01") + 42 * ADTIME_DAY);
	court_judge(&c, never, 1);
	assert_true(c.listener.row.has_expiry);
	assert_int_equal(c.listener.row.expiry, ADTIME_NEVER);
	court_judge(&c, unread, 1);
	assert_false(c.listener.row.has_expiry);
	court_close(&c);
}

/* Evidence is what was read: one that is no number was returned. */
static void
evidence(void **state)
{
	static const struct { const char *change; unsigned rule; const char *words; } rows[] = {
		{ "-userAccountControl", 407, "userAccountControl: not returned" },
		{ "pwdLastSet=12x", 407, "pwdLastSet: not a number" },
		{ "adminCount=", 318, "adminCount: not a number" },
	};
	struct court c;

	(void)state;
	court_open(&c, NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		court_judge(&c, &rows[i].change, 1);
		assert_non_null(strstr(heard_of(&c.listener, rows[i].rule)->evidence,
		    rows[i].words));
		c.listener.count = 0;
	}
	court_close(&c);
	court_open(&c, NULL);
	make_reader_blind(&c.domain);
	court_judge(&c, (const char *const[]){ "-adminCount" }, 1);
	assert_non_null(strstr(heard_of(&c.listener, 318)->evidence, "adminCount: not returned"));
	court_close(&c);
}

/* Where it can be mended. */
static void
causes(void **state)
{
	static const struct { const char *change[2]; unsigned rule; const char *cause; } rows[] = {
		/* What is above is not readable here: see test_cause.c. */
		{ { DACL(GRANT_LOCKOUT GRANT_PWD GRANT_READ) }, 301, "OU=Staff," BASE },
		{ { DACL(GRANT_LOCKOUT GRANT_PWD GRANT_READ), "dn=CN=Ada," BASE }, 301, BASE },
		{ { DACL("(OD;;CR;" G_RESET ";;AU)" GRANTS) }, 302, USER_DN },
		{ { DACL("(OD;ID;CR;" G_RESET ";;AU)" GRANTS) }, 302, "OU=Staff," BASE },
		{ { "sddl=O:DAG:DAD:PAI" DEFAULT_USER_ACES GRANT_READ }, 301, USER_DN },
		{ { "sddl=O:DAG:DAD:PAI" DEFAULT_USER_ACES GRANT_READ, "adminCount=1" }, 301,
			USER_DN },
		{ { "sddl=O:DAG:DAD:AI" GRANTS }, 304, USER_DN },
		{ { DACL(NO_CHANGE GRANTS) }, 306, USER_DN },
		{ { IN_ADMINS, "adminCount=1" }, 311, "CN=Domain Admins,CN=Users," BASE },
		{ { "-nTSecurityDescriptor", "adminCount=1" }, 312, USER_DN },
		{ { "adminCount=1" }, 312, USER_DN },
		{ { "userAccountControl=514" }, 401, USER_DN },
	};
	struct court c;

	(void)state;
	court_open(&c, NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		court_judge(&c, rows[i].change, 2);
		assert_string_equal(heard_of(&c.listener, rows[i].rule)->cause, rows[i].cause);
		c.listener.count = 0;
	}
	court_close(&c);
}

/* Why, also where there is no descriptor or nothing is settled. */
static void
cause_words_of(void **state)
{
	static const struct { const char *change[3]; unsigned rule; const char *words; } rows[] = {
		{ { "-nTSecurityDescriptor", IN_ADMINS, "adminCount=1" }, 311,
			"its members are protected by AdminSDHolder" },
		{ { "nTSecurityDescriptor=garbage", IN_ADMINS, "adminCount=1" }, 311,
			"its members are protected by AdminSDHolder" },
		/* Perhaps granted before the tick's two ACEs, so the tick is not why. */
		{ { DACL("(OA;;CR;" G_CHANGE ";;" DOMAIN_SID "-1777)" NO_CHANGE GRANTS) }, 317,
			"hangs on " DOMAIN_SID "-1777, of which it is not known who holds it" },
	};
	struct court c;

	(void)state;
	court_open(&c, NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		court_judge(&c, rows[i].change, 3);
		assert_string_equal(heard_of(&c.listener, rows[i].rule)->words, rows[i].words);
		c.listener.count = 0;
	}
	court_close(&c);
}

/* Bound as the connector, what the server says it may write is held against it. */
static void
self_check(void **state)
{
#define LISTS "allowedAttributesEffective="
	static const struct user_case rows[] = {
		{ "agreed", { LISTS "pwdLastSet", "allowedAttributesEffective+=lockoutTime" }, "ooo",
			"" },
		{ "one is not listed", { LISTS "lockoutTime" }, "???", "322" },
		{ "none is listed", { NULL }, "???", "322" },
		{ "listed, and not granted", { DACL(GRANT_RESET GRANT_READ), LISTS "lockoutTime" },
			"f?f", "307 309 322" },
		{ "agreed: none", { DACL(GRANT_READ GRANT_RESET) }, "fof", "307 309" },
		{ "not settled: nothing to hold against it", { DACL("(XD;;WP;;;AU;(@USER.a == 1))"
		    GRANTS) }, "?o?", "317" },
		{ "not settled, and listed", { DACL("(XD;;WP;;;AU;(@USER.a == 1))" GRANTS),
			LISTS "lockoutTime", "allowedAttributesEffective+=pwdLastSet" }, "?o?", "317" },
	};
#undef LISTS
	struct court c;

	(void)state;
	court_open(&c, NULL);
	c.domain.self_check = true;
	court_judge(&c, NULL, 0);
	assert_string_equal(c.listener.rules, "");	/* the reader is somebody else */
	c.domain.reader_is_connector = true;
	for (size_t i = 0; i < COUNT(rows); i++)
		run(&c, &rows[i]);
	court_judge(&c, rows[1].change, 1);
	assert_string_equal(heard_of(&c.listener, 322)->evidence, "write pwdLastSet: yes by "
	    "nTSecurityDescriptor; allowedAttributesEffective does not list it");
	court_close(&c);
}

/* Under assumptions, what the permissions would be may not be known. */
static void
not_foretold(void **state)
{
	struct court c;

	(void)state;
	court_open(&c, NULL);
	c.judge.not_foretold = "OU=Staff is not readable";
	court_judge(&c, (const char *const[]){ "-nTSecurityDescriptor" }, 1);
	assert_string_equal(c.listener.verdicts, "???");
	assert_string_equal(c.listener.rules, "323");
	assert_string_equal(heard_of(&c.listener, 323)->evidence, "OU=Staff is not readable");
	court_close(&c);
}

/* What was not returned was read under the permissions as they are: they tell whether
 * it is unset, also where those that would be are not known. */
static void
not_foretold_as_stored(void **state)
{
	static const char *const gone[] = { "-nTSecurityDescriptor", "-lockoutTime", "-adminCount" };
	const struct { bool stored, blind; const char *rules; } rows[] = {
		{ false, false, "318 323 407 505" },
		{ true, false, "323" },
		{ true, true, "318 323 407 505" },
	};
	struct made now;

	(void)state;
	make_user(&now);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct court c;

		court_open(&c, NULL);
		c.domain.psos_unread = true;
		if (rows[i].blind)
			make_reader_blind(&c.domain);
		c.judge.not_foretold = "OU=Staff is not readable";
		if (rows[i].stored)
			c.judge.stored_sd = *entry_value(&now.entry, "nTSecurityDescriptor");
		court_judge(&c, gone, COUNT(gone));
		assert_string_equal(c.listener.verdicts, "???");
		assert_string_equal(c.listener.rules, rows[i].rules);
		court_close(&c);
	}
	made_fini(&now);
}

/* A descriptor that is only assumed lets nobody see what was not returned under the
 * stored one. */
static void
assumed_sd_settles_nothing(void **state)
{
	static const char *const gone[] = { "-adminCount" };
	struct made now;
	struct court c;

	(void)state;
	make_user(&now);
	made_change(&now, "sddl=O:DAG:DAD:(A;;RPWPCR;;;SY)");
	court_open(&c, NULL);
	court_judge(&c, gone, 1);
	assert_int_equal(c.listener.row.admin_count, ANSWER_NO);
	c.judge.stored_sd = *entry_value(&now.entry, "nTSecurityDescriptor");
	court_judge(&c, gone, 1);
	assert_int_equal(c.listener.row.admin_count, ANSWER_UNKNOWN);
	court_close(&c);
	made_fini(&now);
}

/* Names of containers that the vendor's support warns of: not the user's own, and
 * not everything that a DN escapes. */
static void
paths(void **state)
{
	static const struct { const char *dn, *cause; } rows[] = {
		{ "dn=CN=Doe\\, Jane,OU=Staff," BASE, NULL },
		{ "dn=CN=a/b\\+c,OU=Staff," BASE, NULL },
		{ "dn=CN=Ada,OU=C#," BASE, NULL },
		{ "dn=CN=Ada,OU=a b-c_d.e(f)&g," BASE, NULL },
		{ "dn=CN=Ada,OU=a\\5fb," BASE, NULL },
		{ "dn=CN=Ada,OU=R\\+D," BASE, "OU=R\\+D," BASE },
		{ "dn=CN=Ada,OU=A/B," BASE, "OU=A/B," BASE },
		{ "dn=CN=Ada,OU=a\\,b," BASE, "OU=a\\,b," BASE },
		{ "dn=CN=Ada,OU=\\#1," BASE, "OU=\\#1," BASE },
		{ "dn=CN=Ada,OU=\\ a," BASE, "OU=\\ a," BASE },
		{ "dn=CN=Ada,OU=a\\ ," BASE, "OU=a\\ ," BASE },
		{ "dn=CN=Ada,OU=a\\20," BASE, "OU=a\\20," BASE },
		{ "dn=CN=Ada,OU=a=b," BASE, "OU=a=b," BASE },
		{ "dn=CN=Ada,OU=a\\0Ab," BASE, "OU=a\\0Ab," BASE },
		{ "dn=CN=Ada,OU=a\\0Db," BASE, "OU=a\\0Db," BASE },
		{ "dn=CN=Ada,OU=\\\"a," BASE, "OU=\\\"a," BASE },
		{ "dn=CN=Ada,OU=a\\\\b," BASE, "OU=a\\\\b," BASE },
		{ "dn=CN=Ada,OU=a\\<b," BASE, "OU=a\\<b," BASE },
		{ "dn=CN=Ada,OU=a\\>b," BASE, "OU=a\\>b," BASE },
		{ "dn=CN=Ada,OU=a\\;b," BASE, "OU=a\\;b," BASE },
		{ "dn=CN=Ada,OU=Staff,OU=A/B," BASE, "OU=A/B," BASE },
		/* The nearest, and all of them as evidence. */
		{ "dn=CN=Ada,OU=1/2,OU=A/B," BASE, "OU=1/2,OU=A/B," BASE },
	};
	struct court c;

	(void)state;
	court_open(&c, NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		court_judge(&c, &rows[i].dn, 1);
		if (strcmp(c.listener.rules, rows[i].cause ? "607" : "") != 0)
			fail_msg("%s: %s", rows[i].dn, c.listener.rules);
		if (rows[i].cause)
			assert_string_equal(heard_of(&c.listener, 607)->cause, rows[i].cause);
	}
	assert_string_equal(heard_of(&c.listener, 607)->evidence, "in the path: \"1/2\", \"A/B\"");
	court_close(&c);
}

/* The user's own groups settle a Change Password that hangs on them. */

static const struct group_closure *
expand(struct domain *d, const struct sid *s)
{
	struct group_closure *c = d->expand_arg;

	return sid_eq(s, &c->sid) ? c : NULL;
}

static void
own_groups(void **state)
{
	const char *const denied[] = { "sddl=O:DAG:DAD:AI(OD;;CR;" G_CHANGE ";;" DOMAIN_SID "-1777)"
		GRANT_RESET GRANT_LOCKOUT GRANT_PWD GRANT_READ "(OA;;CR;" G_CHANGE ";;PS)",
		"-objectSid" };
	const char *const elsewhere[] = { denied[0], "dn=CN=Bea," BASE, "-objectSid" };
	struct group_closure group;
	struct court c;

	(void)state;
	fill_closure(&group, GROUP_DN, 1777);
	group.sid = sid_of(DOMAIN_SID "-1777");
	assert_int_equal(member_set_add(&group.members, USER_DN, strlen(USER_DN), NULL), ERR_OK);
	court_open(&c, NULL);
	court_judge(&c, denied, 1);
	assert_string_equal(c.listener.rules, "317");
	c.domain.expand_group = expand;
	c.domain.expand_arg = &group;
	court_judge(&c, denied, 1);
	assert_string_equal(c.listener.rules, "305");
	court_judge(&c, elsewhere, 2);
	assert_string_equal(c.listener.rules, "");
	/* SELF is the user also where its SID may not be read. */
	court_judge(&c, elsewhere, 3);
	assert_string_equal(c.listener.rules, "326");
	assert_string_equal(c.listener.rights, "yyyy");
	/* A group that everybody may be in through a SID of every logon. */
	group.contains_everyone = true;
	court_judge(&c, elsewhere, 2);
	assert_string_equal(c.listener.rules, "317");
	court_close(&c);
	group_closure_fini(&group);
}

/* The same descriptor on the connector itself: SELF is the connector there. */
static void
connector_as_user(void **state)
{
	const char *const self[] = { "sddl=O:DAG:DAD:AI" DEFAULT_USER_ACES
		"(OA;;CR;" G_RESET ";;PS)" GRANT_LOCKOUT GRANT_PWD GRANT_READ,
		"objectSid=" CONNECTOR_SID };
	struct court c;

	(void)state;
	court_open(&c, NULL);
	for (int i = 0; i < 2; i++) {
		court_judge(&c, self, 1);
		assert_string_equal(c.listener.rights, "nyyy");
		court_judge(&c, self, 2);
		assert_string_equal(c.listener.rights, "yyyy");
	}
	court_close(&c);
}

/* The same descriptor on another class is another question. */
static void
same_bytes_other_class(void **state)
{
	const char *const user[] = { DACL("(OA;;WP;" G_USER ";;" C ")" GRANT_RESET GRANT_READ) };
	const char *const inet[] = { user[0], "objectClass+=inetOrgPerson" };
	struct court c;

	(void)state;
	court_open(&c, NULL);
	for (int i = 0; i < 2; i++) {
		court_judge(&c, user, 1);
		assert_string_equal(c.listener.rights, "yyyy");
		court_judge(&c, inet, 2);
		assert_string_equal(c.listener.rights, "yynn");
	}
	assert_int_equal(c.judge.cache.distinct, 2);
	court_close(&c);
}

/* When it holds too much the cache begins anew, and nothing of what it held is used. */
static void
cache_emptied(void **state)
{
	const char *const one[] = { DACL(GRANTS) }, *const other[] = { DACL(GRANT_RESET) };
	struct court c;
	size_t recent = 0;

	(void)state;
	court_open(&c, NULL);
	court_judge(&c, one, 1);
	court_judge(&c, one, 1);
	assert_int_equal(c.judge.cache.distinct, 1);
	c.judge.cache.bytes = DACL_CACHE_BYTES + 1;
	court_judge(&c, other, 1);
	assert_int_equal(c.judge.cache.count, 1);
	assert_in_range(c.judge.cache.bytes, 1, 4096);
	for (size_t i = 0; i < DACL_CACHE_RECENT; i++)
		recent += c.judge.cache.recent[i] != NULL;
	assert_int_equal(recent, 1);
	assert_string_equal(c.listener.rights, "yynn");
	court_judge(&c, one, 1);
	assert_int_equal(c.judge.cache.distinct, 3);
	assert_string_equal(c.listener.rights, "yyyy");
	court_close(&c);
}

/* Which accounts are judged at all. */
static void
not_a_user(void **state)
{
	static const char *const others[][2] = {
		{ "objectClass+=computer", NULL }, { "objectClass=group", NULL },
		{ "sAMAccountType=805306369", NULL }, { "sAMAccountType=805306370", NULL },
		{ "-sAMAccountType", "userAccountControl=4096" },
		{ "-objectClass", "sAMAccountType=268435456" },
	};
	struct court c;

	(void)state;
	court_open(&c, NULL);
	for (size_t i = 0; i < COUNT(others); i++)
		court_judge(&c, others[i], 2);
	assert_int_equal(c.listener.rows, 0);
	assert_int_equal(c.listener.count, 0);
	assert_int_equal(c.judge.tally.skipped, COUNT(others));
	court_close(&c);
}

/* A confidential attribute that was not returned is only then not set when the reader
 * also holds Control Access on it (MS-ADTS 3.1.1.4.4). */
static void
confidential(void **state)
{
	static const struct { const char *ace; bool marked; enum answer admin_count; } cases[] = {
		{ "(A;;RP;;;AU)", false, ANSWER_NO },
		{ "(A;;RP;;;AU)", true, ANSWER_UNKNOWN },
		{ "(A;;RPCR;;;AU)", true, ANSWER_NO },
		{ "(A;;RP;;;AU)(OA;;CR;bf967918-0de6-11d0-a285-00aa003049e2;;AU)", true, ANSWER_NO },
		{ "(A;;RP;;;AU)(OA;;CR;" G_LOCKOUT_TIME ";;AU)", true, ANSWER_UNKNOWN },
		{ "(D;;CR;;;WD)(A;;RPCR;;;AU)", true, ANSWER_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *changes[] = { "-adminCount", NULL };
		char sddl[256];
		struct court c;

		court_open(&c, NULL);
		if (cases[i].marked)
			schema_set_confidential(&c.domain.schema, "adminCount", 10);
		snprintf(sddl, sizeof sddl, "sddl=O:DAG:DAD:%s", cases[i].ace);
		changes[1] = sddl;
		court_judge(&c, changes, 2);
		if (c.listener.row.admin_count != cases[i].admin_count)
			fail_msg("%s: %d", cases[i].ace, (int)c.listener.row.admin_count);
		court_close(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confidential),
		cmocka_unit_test(user_tables),
		cmocka_unit_test(unknown_never_becomes_ok),
		cmocka_unit_test(cells),
		cmocka_unit_test(until),
		cmocka_unit_test(expiry),
		cmocka_unit_test(evidence),
		cmocka_unit_test(causes),
		cmocka_unit_test(cause_words_of),
		cmocka_unit_test(self_check),
		cmocka_unit_test(not_foretold),
		cmocka_unit_test(not_foretold_as_stored),
		cmocka_unit_test(assumed_sd_settles_nothing),
		cmocka_unit_test(paths),
		cmocka_unit_test(own_groups),
		cmocka_unit_test(connector_as_user),
		cmocka_unit_test(same_bytes_other_class),
		cmocka_unit_test(cache_emptied),
		cmocka_unit_test(not_a_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
