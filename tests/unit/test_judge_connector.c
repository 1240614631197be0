/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain_rows.h"
#include "listener.h"

/* What holds for every user because of the account that writes. */

static void
connector(struct domain *d, const char *change)
{
	struct made m;

	make_connector_entry(&m);
	made_change(&m, change);
	make_connector(d, &m);
	made_fini(&m);
}

static void disabled(struct domain *d) { connector(d, "userAccountControl=66050"); }
static void locked(struct domain *d) { connector(d, "lockoutTime=@2026-06-01T11:45:00Z"); }
static void unlocked(struct domain *d) { connector(d, "lockoutTime=@2026-06-01T11:00:00Z"); }
static void expired(struct domain *d) { connector(d, "accountExpires=@2026-06-01T11:59:59Z"); }
static void expires(struct domain *d) { connector(d, "accountExpires=@2026-06-01T12:00:01Z"); }
static void
takeover(struct domain *d)
{
	connector(d, "sddl=O:DAG:DAD:AI(OA;;CR;" G_RESET ";;" DOMAIN_SID "-1777)"
	    DEFAULT_USER_ACES);
}

static void
takeover_foreign(struct domain *d)
{
	connector(d, "sddl=O:DAG:DAD:AI(A;;GA;;;S-1-5-21-9-9-9-512)" DEFAULT_USER_ACES);
}

static void
owned_by_helper(struct domain *d)
{
	connector(d, "sddl=O:" DOMAIN_SID "-1777G:DUD:AI" DEFAULT_USER_ACES);
}

static void
takeover_denied(struct domain *d)
{
	connector(d, "sddl=O:DAG:DAD:AI(D;;CRWDWO;;;" DOMAIN_SID "-1777)(A;CIIO;GA;;;AU)(A;;GA;;;"
	    DOMAIN_SID "-1777)(A;;RPWP;;;DU)(A;;GA;;;PS)" DEFAULT_USER_ACES);
}

/* On a condition that LDAP does not show: neither a takeover nor none. */
static void
takeover_perhaps(struct domain *d)
{
	connector(d, "sddl=O:DAG:DAD:AI(XA;;WD;;;" DOMAIN_SID "-1777;(@USER.a == 1))"
	    DEFAULT_USER_ACES);
}

static void
takeover_perhaps_denied(struct domain *d)
{
	connector(d, "sddl=O:DAG:DAD:AI(XD;;WD;;;" DOMAIN_SID "-1777;(@USER.a == 1))(A;;WDWO;;;"
	    DOMAIN_SID "-1777)" DEFAULT_USER_ACES);
}

static void
takeover_anyway(struct domain *d)
{
	connector(d, "sddl=O:DAG:DAD:AI(A;;WD;;;" DOMAIN_SID "-1777)(XA;;WD;;;" DOMAIN_SID
	    "-1777;(@USER.a == 1))(XA;;WD;;;DA;(@USER.a == 1))" DEFAULT_USER_ACES);
}

/* One way is enough. */
static void
take_ownership(struct domain *d)
{
	connector(d, "sddl=O:DAG:DAD:AI(A;;WO;;;" DOMAIN_SID "-1777)" DEFAULT_USER_ACES);
}

static void
write_permissions(struct domain *d)
{
	connector(d, "sddl=O:DAG:DAD:AI(A;;WD;;;" DOMAIN_SID "-1777)" DEFAULT_USER_ACES);
}

/* Who rules the domain already takes nothing over. */
static void
takeover_by_administrators(struct domain *d)
{
	connector(d, "sddl=O:" DOMAIN_SID "-500G:DUD:AI(A;;GA;;;S-1-5-21-9-9-9-519)(A;;GA;;;BA)"
	    "(A;;GA;;;SY)(A;;GA;;;" CONNECTOR_SID ")(A;;GA;;;CO)" DEFAULT_USER_ACES);
}

static void
operator_with_members(struct domain *d)
{
	assert_int_equal(member_set_add(&d->protected_groups[1].members, GROUP_DN,
	    strlen(GROUP_DN), NULL), ERR_OK);
}

static void no_uac(struct domain *d) { connector(d, "-userAccountControl"); }
static void no_age(struct domain *d) { connector(d, "-pwdLastSet"); }
static void lock_unset(struct domain *d) { connector(d, "-lockoutTime"); }

/* Its password is of 2026-05-01, the maximum age 42 days. */
static void
password_expires(struct domain *d)
{
	connector(d, "userAccountControl=512");
}

static void
password_expired(struct domain *d)
{
	d->policy.max_age = known(-31 * ADTIME_DAY);
	password_expires(d);
}

static void
password_must_change(struct domain *d)
{
	struct made m;

	make_connector_entry(&m);
	made_change(&m, "userAccountControl=512");
	made_change(&m, "pwdLastSet=0");
	make_connector(d, &m);
	made_fini(&m);
}

static void
lock_unread(struct domain *d)
{
	make_reader_blind(d);
	connector(d, "-lockoutTime");
}

static void
lock_policy_unread(struct domain *d)
{
	d->policy.lockout_duration = (struct known_int){ 0 };
	locked(d);
}

static void
expiry_unread(struct domain *d)
{
	make_reader_blind(d);
	connector(d, "-accountExpires");
}

static void
add_to_token(struct domain *d, const char *sid, enum held held)
{
	hold_sid(&d->connector.token, sid, held);
	assert_int_equal(token_seal(&d->connector.token), ERR_OK);
}

static void domain_admin(struct domain *d) { add_to_token(d, DOMAIN_SID "-512", HELD_YES); }
static void enterprise_admin(struct domain *d) { add_to_token(d, "S-1-5-21-9-9-9-519", HELD_YES); }
static void administrator(struct domain *d) { add_to_token(d, "S-1-5-32-544", HELD_YES); }
static void perhaps_admin(struct domain *d) { add_to_token(d, "S-1-5-32-544", HELD_MAYBE); }
static void helper(struct domain *d) { add_to_token(d, DOMAIN_SID "-5120", HELD_YES); }

static void
spoil(struct buf *b, const char *sddl)
{
	buf_clear(b);
	if (sddl)
		sddl_bytes(sddl, b);
}

static void
on_admins(struct domain *d)
{
	spoil(&d->admin_sd, "O:DAG:DAD:PAI(OA;;CR;" G_RESET ";;" CONNECTOR_SID ")");
}

static void
on_admins_inherit_only(struct domain *d)
{
	spoil(&d->admin_sd, "O:DAG:DAD:PAI(OA;CIIO;CR;" G_RESET ";" G_USER ";" CONNECTOR_SID ")");
}

static void
no_unexpire(struct domain *d)
{
	spoil(&d->root_sd, "O:BAG:BAD:(A;;RPLCLORC;;;AU)");
}

static void
unexpire_inherit_only(struct domain *d)
{
	spoil(&d->root_sd, "O:BAG:BAD:(OA;CIIO;CR;" G_UNEXPIRE ";;AU)(A;;RPLCLORC;;;AU)");
}

static void
unexpire_denied(struct domain *d)
{
	spoil(&d->root_sd, "O:BAG:BAD:(OD;;CR;" G_UNEXPIRE ";;AU)(A;;CRRPLCLORC;;;AU)");
}

static void
no_read_on_root(struct domain *d)
{
	spoil(&d->root_sd, "O:BAG:BAD:(OA;;CR;" G_UNEXPIRE ";;AU)(A;;RPLO;;;AU)");
}

static void
no_property_on_root(struct domain *d)
{
	spoil(&d->root_sd, "O:BAG:BAD:(OA;;CR;" G_UNEXPIRE ";;AU)(A;;LCLORC;;;AU)");
}

static void
no_permissions_on_root(struct domain *d)
{
	spoil(&d->root_sd, "O:BAG:BAD:(OA;;CR;" G_UNEXPIRE ";;AU)(A;;RPLCLO;;;AU)");
}

static void no_read_on_builtin(struct domain *d) { spoil(&d->builtin_sd, "O:BAG:BAD:"); }
static void no_read_on_server(struct domain *d) { spoil(&d->server_sd, "O:BAG:BAD:(A;;RC;;;AU)"); }
static void builtin_unread(struct domain *d) { spoil(&d->builtin_sd, NULL); }
static void root_unread(struct domain *d) { spoil(&d->root_sd, NULL); }
static void server_unread(struct domain *d) { spoil(&d->server_sd, NULL); }
static void admins_unread(struct domain *d) { spoil(&d->admin_sd, NULL); }

static void
admins_malformed(struct domain *d)
{
	buf_truncate(&d->admin_sd, d->admin_sd.len - 1);
}

static void
admins_open(struct domain *d)
{
	spoil(&d->admin_sd, "O:DAG:DAD:PAI(OA;;CR;" G_RESET ";;" DOMAIN_SID "-1600)");
	add_to_token(d, DOMAIN_SID "-1600", HELD_MAYBE);
}

static void own_unread(struct domain *d) { connector(d, "-nTSecurityDescriptor"); }
static void own_malformed(struct domain *d) { connector(d, "nTSecurityDescriptor=garbage"); }

static void
own_of_another_domain(struct domain *d)
{
	own_unread(d);
	d->connector.home = d;
}

static void
takeover_in_another_domain(struct domain *d)
{
	takeover(d);
	d->connector.home = d;
}

static void token_open(struct domain *d) { d->connector.token_problem = copy_of("no tokenGroups"); }

static void
group_open(struct domain *d)
{
	struct open_group *g = calloc(1, sizeof *g);

	assert_non_null(g);
	g->dn = copy_of(GROUP_DN);
	g->sid = sid_of(DOMAIN_SID "-1600");
	d->connector.open_groups = g;
	add_to_token(d, DOMAIN_SID "-1600", HELD_MAYBE);
}

static const struct domain_row rows[] = {
	{ "203", disabled, "203 502", "fff", "203" },
	{ "204", locked, "204 502", "fff", "204" },
	{ "not 204: over", unlocked, "502", "ooo", "" },
	{ "not 204: not set", lock_unset, "502", "ooo", "" },
	{ "205", expired, "205 502", "fff", "205" },
	{ "not 205", expires, "502", "ooo", "" },
	{ "206", password_expired, "206 502", "fff", "206" },
	{ "206 must change", password_must_change, "206 502", "fff", "206" },
	{ "not 206", password_expires, "502", "ooo", "" },
	{ "207", domain_admin, "207 208 502", "ooo", "" },
	{ "207 of the root domain", enterprise_admin, "207 502", "ooo", "" },
	{ "not 207: perhaps", perhaps_admin, "502", "ooo", "" },
	{ "not 207: another RID", helper, "502", "ooo", "" },
	{ "207 builtin", administrator, "207 502", "ooo", "" },
	{ "208", on_admins, "208 502", "ooo", "" },
	{ "215, not 208: inherit-only", on_admins_inherit_only, "215 502", "ooo", "" },
	{ "209", no_unexpire, "209 502", "roo", "209" },
	{ "209 inherit-only", unexpire_inherit_only, "209 502", "roo", "209" },
	{ "209 denied", unexpire_denied, "209 502", "roo", "209" },
	{ "210 root", no_read_on_root, "210 502", "roo", "210" },
	{ "210 root, its properties", no_property_on_root, "210 502", "roo", "210" },
	{ "210 root, its permissions", no_permissions_on_root, "210 502", "roo", "210" },
	{ "210 Builtin", no_read_on_builtin, "210 502", "roo", "210" },
	{ "210 Server", no_read_on_server, "210 502", "roo", "210" },
	{ "210 not known", builtin_unread, "210 216 502", "roo", "210" },
	{ "210 not known, Server", server_unread, "210 216 502", "roo", "210" },
	{ "216 AdminSDHolder: 208 is open", admins_unread, "216 502", "ooo", "" },
	{ "216 malformed", admins_malformed, "216 502", "ooo", "" },
	{ "216 a group that is not settled", admins_open, "216 502", "ooo", "" },
	{ "216 the account: 214 is open", own_unread, "216 502", "ooo", "" },
	{ "216 the account, malformed", own_malformed, "216 502", "ooo", "" },
	{ "not 216: of another domain", own_of_another_domain, "502", "ooo", "" },
	{ "211 userAccountControl", no_uac, "211 502", "???", "211" },
	{ "not 211: age of a password that does not expire", no_age, "502", "ooo", "" },
	{ "211 lockoutTime", lock_unread, "211 502", "???", "211" },
	{ "211 locked, perhaps: the duration", lock_policy_unread, "211 503", "???", "211 503" },
	{ "211 accountExpires", expiry_unread, "211 502", "???", "211" },
	{ "211 domain root: 209 is open", root_unread, "210 211 502", "?oo", "210 211" },
	{ "212", token_open, "212 502", "ooo", "" },
	{ "213", group_open, "213 502", "ooo", "" },
	{ "214 a right", takeover, "214 502", "ooo", "" },
	{ "214 the owner", owned_by_helper, "214 502", "ooo", "" },
	{ "214 its ownership alone", take_ownership, "214 502", "ooo", "" },
	{ "214 its permissions alone", write_permissions, "214 502", "ooo", "" },
	{ "not 214: administrators", takeover_by_administrators, "502", "ooo", "" },
	{ "not 214: that domain's own matter", takeover_in_another_domain, "502", "ooo", "" },
	{ "214 Account Operators are not empty", operator_with_members, "214 502", "ooo", "" },
	{ "214 Domain Admins of another domain", takeover_foreign, "214 502", "ooo", "" },
	{ "not 214", takeover_denied, "502", "ooo", "" },
	{ "216 on a condition: 214 is open", takeover_perhaps, "216 502", "ooo", "" },
	{ "214 216 one for sure, one on a condition", takeover_perhaps_denied, "214 216 502", "ooo",
		"" },
	{ "214 not on a condition", takeover_anyway, "214 502", "ooo", "" },
};

static void
connector_table(void **state)
{
	(void)state;
	domain_rows_check(rows, COUNT(rows));
}

/* Each protected group, by name (MS-ADTS 3.1.1.6.1.2); not the groups next to them. */
static void
privileged_groups(void **state)
{
	static const struct { const char *sid, *name; } groups[] = {
		{ "S-1-5-32-544", "Administrators" }, { "S-1-5-32-548", "Account Operators" },
		{ "S-1-5-32-549", "Server Operators" }, { "S-1-5-32-550", "Print Operators" },
		{ "S-1-5-32-551", "Backup Operators" }, { "S-1-5-32-552", "Replicator" },
		{ DOMAIN_SID "-512", "Domain Admins" }, { "S-1-5-21-9-9-9-518", "Schema Admins" },
		{ "S-1-5-21-9-9-9-519", "Enterprise Admins" }, { DOMAIN_SID "-526", "Key Admins" },
		{ "S-1-5-21-9-9-9-527", "Enterprise Key Admins" },
	};
	static const char *const others[] = { "S-1-5-32-512", "S-1-5-32-547", "S-1-5-32-555",
		DOMAIN_SID "-544", DOMAIN_SID "-517", DOMAIN_SID "-513" };
	struct court c;
	char want[64];

	(void)state;
	for (size_t i = 0; i < COUNT(groups); i++) {
		court_open(&c, NULL);
		add_to_token(&c.domain, groups[i].sid, HELD_YES);
		judge_domain(&c.judge);
		snprintf(want, sizeof want, "holds %s", groups[i].name);
		assert_string_equal(heard_of(&c.listener, 207)->evidence, want);
		court_close(&c);
	}
	court_open(&c, NULL);
	for (size_t i = 0; i < COUNT(others); i++)
		hold_sid(&c.domain.connector.token, others[i], HELD_YES);
	assert_int_equal(token_seal(&c.domain.connector.token), ERR_OK);
	judge_domain(&c.judge);
	assert_int_equal(c.judge.tally.by_rule[rule_find(207) - rule_table], 0);
	court_close(&c);
}

/* The policies of its own domain decide over a connector of another one. */
static void
home_policy(void **state)
{
	struct domain home;
	struct court c;

	(void)state;
	court_open(&c, NULL);
	make_domain(&home);
	home.policy.lockout_duration = known(0);
	unlocked(&c.domain);
	judge_domain(&c.judge);
	assert_int_equal(c.judge.tally.by_rule[rule_find(204) - rule_table], 0);
	c.domain.connector.home = &home;
	judge_domain(&c.judge);
	assert_int_equal(c.judge.tally.by_rule[rule_find(204) - rule_table], 1);
	domain_fini(&home);
	court_close(&c);
}

/* A lockout that ends by itself says when; one that does not says nothing. */
static void
connector_until(void **state)
{
	struct court c;

	(void)state;
	court_open(&c, NULL);
	locked(&c.domain);
	judge_domain(&c.judge);
	assert_true(heard_of(&c.listener, 204)->has_until);
	assert_int_equal(heard_of(&c.listener, 204)->until, filetime("2026-06-01T12:15:00Z"));
	c.domain.policy.lockout_duration = known(0);
	judge_domain(&c.judge);
	assert_false(heard_of(&c.listener, 204)->has_until);
	court_close(&c);
}

static void
two_connectors(void **state)
{
	const char *const dns[] = { "CN=MSOL_1," BASE, "CN=MSOL_2," BASE };
	struct court c;

	(void)state;
	court_open(&c, NULL);
	judge_connectors(&c.judge, dns, 1);
	assert_int_equal(c.listener.count, 0);
	judge_connectors(&c.judge, dns, 2);
	assert_int_equal(c.listener.count, 1);
	assert_non_null(strstr(heard_of(&c.listener, 202)->evidence, dns[1]));
	court_judge(&c, NULL, 0);
	assert_string_equal(c.listener.verdicts, "ooo");
	court_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connector_table),
		cmocka_unit_test(privileged_groups),
		cmocka_unit_test(home_policy),
		cmocka_unit_test(connector_until),
		cmocka_unit_test(two_connectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
