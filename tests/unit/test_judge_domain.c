/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "listener.h"

/*
 * What holds for every user: controllers, connector, policies. Each row spoils
 * one thing in a domain and says what is found there (502 always is: the policy
 * as read), the verdicts of a user with nothing the matter, and the rules in
 * that user's row.
 */

static void good(struct domain *d) { (void)d; }

/* Domain controllers */

static void no_hints(struct domain *d) { d->dc.policy_hints = false; }
static void no_successor(struct domain *d) { d->dc.policy_hints_2 = false; }
static void no_controls(struct domain *d) { d->dc.has_controls = false; }
static void no_capabilities(struct domain *d) { d->dc.has_capabilities = false; }
static void no_dc_level(struct domain *d) { d->dc.dc_level = (struct known_int){ 0 }; }
static void no_domain_level(struct domain *d) { d->dc.domain_level = (struct known_int){ 0 }; }
static void no_time(struct domain *d) { d->dc.time = (struct known_int){ 0 }; }
static void dc_2008(struct domain *d) { d->dc.dc_level = known(3); }
static void dc_2008_r2(struct domain *d) { d->dc.dc_level = known(4); }
static void dc_2012_r2(struct domain *d) { d->dc.dc_level = known(6); }
static void dc_2025(struct domain *d) { d->dc.dc_level = known(10); }
static void read_only(struct domain *d) { d->dc.read_only = true; }
static void level_2008(struct domain *d) { d->dc.domain_level = known(3); }
static void level_2008_r2(struct domain *d) { d->dc.domain_level = known(4); }
static void clock_5(struct domain *d) { d->dc.time.value += 5 * ADTIME_MINUTE; }
static void clock_ahead(struct domain *d) { d->dc.time.value += 5 * ADTIME_MINUTE + 1; }
static void clock_behind(struct domain *d) { d->dc.time.value -= 5 * ADTIME_MINUTE + 1; }

static void behind(struct domain *d) { d->dc.synchronized = known(0); }
static void no_synchronized(struct domain *d) { d->dc.synchronized = (struct known_int){ 0 }; }
static void cert_30(struct domain *d) { d->dc.cert_until = known(filetime("2026-07-01T12:00:00Z")); }
static void cert_29(struct domain *d) { d->dc.cert_until = known(filetime("2026-07-01T11:59:59Z")); }

/* Other controllers: of them nothing touches a user, but for a mixed estate. */

static struct controller *
others(struct domain *d, enum controller_state first, enum controller_state second)
{
	const struct { const char *name; enum controller_state state; } all[] = {
		{ "dc1", CONTROLLER_IN_USE }, { "dc2", first }, { "dc3", second } };
	struct controller *list = calloc(COUNT(all), sizeof *list);

	assert_non_null(list);
	for (size_t i = 0; i < COUNT(all); i++) {
		list[i] = (struct controller){ .name = strdup(all[i].name), .state = all[i].state };
		list[i].dc = d->dc;
		/* Strings are of the one in use. */
		list[i].dc.uri = list[i].dc.host = list[i].dc.default_nc = list[i].dc.root_nc =
			list[i].dc.config_nc = list[i].dc.schema_nc = list[i].dc.ds_service =
			list[i].dc.vendor = NULL;
		if (all[i].state == CONTROLLER_FAILED)
			assert_int_equal(controller_fail(&list[i], "connect", "no route"), 0);
	}
	d->controllers.list = list;
	d->controllers.count = COUNT(all);
	return list;
}

static void
all_well(struct domain *d)
{
	(void)others(d, CONTROLLER_CHECKED, CONTROLLER_NOT_ASKED);
}

static void
one_without_hints(struct domain *d)
{
	others(d, CONTROLLER_CHECKED, CONTROLLER_CHECKED)[2].dc.policy_hints = false;
}

static void
all_without_hints(struct domain *d)
{
	d->dc.policy_hints = false;
	(void)others(d, CONTROLLER_CHECKED, CONTROLLER_NOT_ASKED);
}

static void
rodc_without_hints(struct domain *d)
{
	struct controller *c = &others(d, CONTROLLER_CHECKED, CONTROLLER_CHECKED)[2];

	c->dc.policy_hints = c->dc.policy_hints_2 = false;
	c->read_only = c->dc.read_only = true;
	c->options = known(NTDSDSA_IS_GC | NTDSDSA_DISABLE_OUTBOUND_REPL);
}

static void
in_use_rodc(struct domain *d)
{
	others(d, CONTROLLER_NOT_ASKED, CONTROLLER_NOT_ASKED)[0].read_only = true;
}

static void
named_samba_rodc(struct domain *d)
{
	rodc_without_hints(d);
	d->controllers.list[2].dc.read_only = false;
	d->controllers.list[2].named = true;
}

static void
named_rodc(struct domain *d)
{
	rodc_without_hints(d);
	d->controllers.list[2].named = true;
}

static void
unreachable(struct domain *d)
{
	(void)others(d, CONTROLLER_FAILED, CONTROLLER_NOT_ASKED);
}

static void
other_late(struct domain *d)
{
	struct controller *c = &others(d, CONTROLLER_CHECKED, CONTROLLER_NOT_ASKED)[1];

	c->dc.time.value += ADTIME_HOUR;
	c->dc.synchronized = known(0);
	c->dc.cert_until = known(0);
	c->dc.dc_level = known(3);
}

static void
other_unread(struct domain *d)
{
	struct dc *dc = &others(d, CONTROLLER_CHECKED, CONTROLLER_NOT_ASKED)[1].dc;

	dc->has_controls = dc->has_capabilities = false;
	dc->time.known = dc->dc_level.known = KNOWN_NOT;
}

static void
replication_off(struct domain *d)
{
	struct controller *c = others(d, CONTROLLER_NOT_ASKED, CONTROLLER_NOT_ASKED);

	c[1].options = known(NTDSDSA_DISABLE_OUTBOUND_REPL | NTDSDSA_IS_GC);
	c[2].options = known(NTDSDSA_IS_GC);
}

static void
list_cut(struct domain *d)
{
	(void)others(d, CONTROLLER_CHECKED, CONTROLLER_NOT_ASKED);
	d->controllers.problem = strdup("cut");
}

static void
list_cut_all_wanted(struct domain *d)
{
	list_cut(d);
	d->controllers.all_wanted = true;
}

/* The connector */

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

/* Linked to a group that everybody may be in through a SID of every logon. */
static void
group_pso(struct domain *d)
{
	struct policy *p = make_pso(d, "CN=P,CN=PSC," BASE, 10);

	p->groups = calloc(1, sizeof *p->groups);
	assert_non_null(p->groups);
	fill_closure(p->groups, GROUP_DN, 1777);
	p->groups->contains_everyone = true;
	p->group_count = 1;
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

static void no_protected(struct domain *d) { d->has_protected = false; }
static void schema_unread(struct domain *d) { buf_adds(&d->schema_unread, "denied"); }
static void
everyone_protected(struct domain *d)
{
	d->protected_groups[0].contains_everyone = true;
}
static void part_protected(struct domain *d) { d->protected_groups[0].complete = false; }

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

/* Policies */

static void no_min_age(struct domain *d) { d->policy.min_age = (struct known_int){ 0 }; }
static void no_duration(struct domain *d) { d->policy.lockout_duration = (struct known_int){ 0 }; }
static void no_history(struct domain *d) { d->policy.history = (struct known_int){ 0 }; }
static void a_pso(struct domain *d) { make_pso(d, "CN=P,CN=PSC," BASE, 10); }
static void psos_unread(struct domain *d) { d->psos_unread = true; }

static void
direct_pso(struct domain *d)
{
	struct policy *p = make_pso(d, "CN=P,CN=PSC," BASE, 10);

	p->min_age = (struct known_int){ 0 };
	assert_int_equal(member_set_add(&p->direct, USER_DN, strlen(USER_DN), NULL), ERR_OK);
}

static void
blind_psos(struct domain *d)
{
	make_reader_blind(d);
	d->psos_unread = true;
}

static const struct {
	const char *name;
	void (*set)(struct domain *);
	const char *found, *verdicts, *rules;
} rows[] = {
	{ "good", good, "502", "ooo", "" },
	{ "101", no_hints, "101 502", "ffo", "101" },
	{ "102", no_successor, "102 502", "ooo", "" },
	{ "104", dc_2008, "104 502", "ffo", "104" },
	{ "not 104", dc_2008_r2, "105 502", "ooo", "" },
	{ "105", dc_2012_r2, "105 502", "ooo", "" },
	{ "not 105", dc_2025, "502", "ooo", "" },
	{ "106", read_only, "106 502", "rrr", "106" },
	{ "107 ahead", clock_ahead, "107 502", "ooo", "" },
	{ "107 behind", clock_behind, "107 502", "ooo", "" },
	{ "not 107: five minutes", clock_5, "502", "ooo", "" },
	{ "108 controls: 101 is open", no_controls, "108 502", "??o", "108" },
	{ "108 level: 104 is open", no_dc_level, "108 502", "??o", "108" },
	{ "108 capabilities: 106 is open", no_capabilities, "108 502", "???", "108" },
	{ "108 domain level", no_domain_level, "108 502", "ooo", "" },
	{ "108 time", no_time, "108 502", "ooo", "" },
	{ "108 synchronized: 110 is open", no_synchronized, "108 502", "ooo", "" },
	{ "109", level_2008, "109 502", "ooo", "" },
	{ "not 109", level_2008_r2, "502", "ooo", "" },
	{ "110", behind, "110 502", "ooo", "" },
	{ "111", cert_29, "111 502", "ooo", "" },
	{ "not 111", cert_30, "502", "ooo", "" },
	{ "another controller", all_well, "502", "ooo", "" },
	{ "101 and 112", one_without_hints, "101 112 502", "rro", "112" },
	{ "101 of all, not 112", all_without_hints, "101 502", "ffo", "101" },
	{ "not 101: an RODC", rodc_without_hints, "502", "ooo", "" },
	{ "106 by name", named_rodc, "106 502", "ooo", "" },
	{ "106 by class", named_samba_rodc, "106 502", "ooo", "" },
	{ "106 by class, in use", in_use_rodc, "106 502", "rrr", "106" },
	{ "103 of another", unreachable, "103 502", "ooo", "" },
	{ "104 107 110 111 of another", other_late, "104 107 110 111 502", "ooo", "" },
	{ "108 of another", other_unread, "108 502", "ooo", "" },
	{ "113", replication_off, "113 502", "ooo", "" },
	{ "not 115", list_cut, "502", "ooo", "" },
	{ "115", list_cut_all_wanted, "115 502", "ooo", "" },
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
	{ "324 no group", no_protected, "324 502", "ooo", "" },
	{ "325", schema_unread, "325 502", "ooo", "" },
	{ "324 a group", part_protected, "324 502", "ooo", "" },
	{ "324 everybody, perhaps", everyone_protected, "324 502", "ooo", "" },
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
	{ "503 minimum age", no_min_age, "503", "??o", "503" },
	{ "503 lockout duration", no_duration, "503", "??o", "503" },
	{ "not 503: history", no_history, "502", "ooo", "" },
	{ "504", a_pso, "502 504", "ooo", "" },
	{ "505 values", direct_pso, "502", "??o", "505" },
	{ "505 a group that is not settled", group_pso, "502 504", "??o", "505" },
	{ "505 which one", blind_psos, "502", "??o", "505" },
	{ "not 505: the server says that there is none", psos_unread, "502", "ooo", "" },
};

static void
domain_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct court c;
		char said[256];

		court_open(&c, NULL);
		rows[i].set(&c.domain);
		judge_domain(&c.judge);
		if (strcmp(heard_rules(&c.listener, 0, said), rows[i].found) != 0)
			fail_msg("%s: found %s instead of %s", rows[i].name, said, rows[i].found);
		court_judge(&c, NULL, 0);
		if (strcmp(c.listener.verdicts, rows[i].verdicts) != 0 ||
		    strcmp(c.listener.rules, rows[i].rules) != 0)
			fail_msg("%s: %s (%s) instead of %s (%s)", rows[i].name,
			    c.listener.verdicts, c.listener.rules, rows[i].verdicts,
			    rows[i].rules);
		for (size_t k = 0; k < c.listener.count; k++)
			if (!c.listener.heard[k].has_evidence || !c.listener.heard[k].object[0])
				fail_msg("%s: %u without evidence or object", rows[i].name,
				    c.listener.heard[k].rule);
		court_close(&c);
	}
}

/* What is found of one user is nobody else's. */
static void
users_do_not_mix(void **state)
{
	const char *const other[] = { "dn=CN=Bea,OU=Staff," BASE };
	const char *const off[] = { "userAccountControl=514" };
	struct court c;

	(void)state;
	court_open(&c, NULL);
	direct_pso(&c.domain);
	judge_domain(&c.judge);
	court_judge(&c, NULL, 0);
	assert_string_equal(c.listener.verdicts, "??o");
	assert_string_equal(c.listener.policy, "CN=P,CN=PSC," BASE);
	court_judge(&c, other, 1);
	assert_string_equal(c.listener.verdicts, "ooo");
	assert_string_equal(c.listener.rules, "");
	assert_string_equal(c.listener.policy, BASE);
	court_judge(&c, off, 1);
	court_judge(&c, other, 1);
	assert_string_equal(c.listener.verdicts, "ooo");
	assert_int_equal(c.judge.tally.users, 4);
	assert_int_equal(c.judge.tally.verdicts[0][VERDICT_OK], 2);
	assert_int_equal(c.judge.tally.verdicts[0][VERDICT_UNKNOWN], 1);
	assert_int_equal(c.judge.tally.verdicts[0][VERDICT_FAIL], 1);
	court_close(&c);
}

/* A profile says what a reset needs; unlock and change always need their own. */
static void
profiles(void **state)
{
	static const struct { const char *profile, *sddl, *verdicts, *rules; } cases[] = {
#define DEFAULT "sddl=O:DAG:DAD:AI" DEFAULT_USER_ACES GRANT_READ
#define SELF_ONLY "sddl=O:DAG:DAD:AI(OA;;CR;" G_CHANGE ";;PS)" GRANT_READ
		{ NULL, DEFAULT GRANT_RESET, "fof", "307 309" },
		{ "union", DEFAULT GRANT_RESET GRANT_LOCKOUT, "foo", "309" },
		{ "tutorial", DEFAULT GRANT_RESET GRANT_LOCKOUT GRANT_PWD, "ooo", "" },
		{ "cmdlet", DEFAULT GRANT_RESET GRANT_PWD, "fof", "307" },
		{ "express", DEFAULT GRANT_RESET, "oof", "307" },
		{ "express", DEFAULT GRANT_LOCKOUT GRANT_PWD, "foo", "301" },
		/* Change Password of the connector itself, which one document asks for */
		{ "howto-2018", DEFAULT GRANT_RESET GRANT_LOCKOUT GRANT_PWD, "ooo", "" },
		{ "howto-2018", SELF_ONLY GRANT_RESET GRANT_LOCKOUT GRANT_PWD, "ofo", "320" },
		{ NULL, SELF_ONLY GRANT_RESET GRANT_LOCKOUT GRANT_PWD, "ooo", "" },
		{ "howto-2018", "sddl=O:DAG:DAD:AI(OD;;CR;" G_CHANGE ";;" CONNECTOR_SID ")"
			GRANT_RESET GRANT_LOCKOUT GRANT_PWD "(OA;;CR;" G_CHANGE ";;PS)", "ofo",
			"317 321" },
#undef DEFAULT
#undef SELF_ONLY
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct court c;

		court_open(&c, cases[i].profile);
		court_judge(&c, &cases[i].sddl, 1);
		if (strcmp(c.listener.verdicts, cases[i].verdicts) != 0 ||
		    strcmp(c.listener.rules, cases[i].rules) != 0)
			fail_msg("%zu: %s (%s)", i, c.listener.verdicts, c.listener.rules);
		court_close(&c);
	}
	assert_null(profile_find("no such profile"));
}

/* A sink that has had enough hears no more. */
static void
sink_stops(void **state)
{
	const char *const off[] = { "userAccountControl=514" };
	struct court c;

	(void)state;
	court_open(&c, NULL);
	c.listener.say = 7;
	assert_int_equal(judge_domain(&c.judge), 7);
	assert_int_equal(c.listener.count, 1);
	court_judge(&c, off, 1);
	assert_int_equal(c.listener.count, 1);
	assert_int_equal(c.listener.rows, 0);
	court_close(&c);
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

/* Why the policy in force is not known, and where to mend it. */
static void
policy_not_known(void **state)
{
	static const struct { void (*set)(struct domain *); const char *evidence, *cause; } why[] = {
		{ direct_pso, "its values are not readable", "CN=P,CN=PSC," BASE },
		{ group_pso, "linked to a group", "CN=Password Settings Container,CN=System," BASE },
		{ blind_psos, "msDS-PSOAppliesTo", "CN=Password Settings Container,CN=System," BASE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(why); i++) {
		struct court c;

		court_open(&c, NULL);
		why[i].set(&c.domain);
		court_judge(&c, NULL, 0);
		assert_non_null(strstr(heard_of(&c.listener, 505)->evidence, why[i].evidence));
		assert_string_equal(heard_of(&c.listener, 505)->cause, why[i].cause);
		court_close(&c);
	}
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

/* A container in `d` with these permissions; NULL: they cannot be read. */
static void
add_container(struct domain *d, const char *dn, const char *sddl)
{
	struct buf bytes = BUF_INIT;

	if (sddl)
		sddl_bytes(sddl, &bytes);
	assert_int_equal(containers_add(&d->containers, dn, strlen(dn),
	    sddl ? bytes.data : NULL, bytes.len, NULL), ERR_OK);
	buf_fini(&bytes);
}

/* MS-ADTS 5.1.3.3.6: what may not be listed may hide users. */
static void
hidden_containers(void **state)
{
	static const struct { const char *sddl; bool found; } cases[] = {
		{ "O:DAG:DAD:(A;;RPLCLORC;;;AU)", false },
		{ "O:DAG:DAD:(A;;LC;;;AU)", false },
		{ "O:DAG:DAD:(A;;RPLORC;;;AU)", true },
		{ "O:DAG:DAD:(D;;LC;;;WD)(A;;RPLCLORC;;;AU)", true },
		{ "O:DAG:DAD:(D;CIIO;LC;;;WD)(A;;RPLCLORC;;;AU)", false },
		{ "O:DAG:DAD:(A;CIIO;RPLCLORC;;;AU)(A;;RC;;;AU)", true },
		{ "O:DAG:DAD:P(A;;" FULL ";;;DA)", true },
		{ "O:DAG:DAD:", true },
		{ NULL, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char evidence[256];
		struct court c;

		court_open(&c, NULL);
		add_container(&c.domain, "OU=A," BASE, cases[i].sddl);
		add_container(&c.domain, "OU=Open," BASE, "O:DAG:DAD:(A;;RPLCLORC;;;AU)");
		judge_end(&c.judge);
		if (c.listener.count != cases[i].found)
			fail_msg("%s: %zu findings", cases[i].sddl, c.listener.count);
		if (cases[i].found) {
			assert_string_equal(heard_of(&c.listener, 121)->object, "OU=A," BASE);
			snprintf(evidence, sizeof evidence, "%s",
			    heard_of(&c.listener, 121)->evidence);
			assert_non_null(strstr(evidence, cases[i].sddl ? "List Contents is " :
			    "could not be read"));
			assert_true(c.judge.tally.incomplete);
		}
		court_close(&c);
	}
}

/* What is assumed opens or hides nothing: users come as the permissions are now. */
static void
hidden_now(void **state)
{
	struct court c;
	struct domain now;

	(void)state;
	for (int hidden = 0; hidden < 2; hidden++) {
		court_open(&c, NULL);
		now = c.domain;
		now.containers = (struct containers){ 0 };
		add_container(hidden ? &now : &c.domain, "OU=A," BASE, "O:DAG:DAD:(A;;RPLORC;;;AU)");
		add_container(hidden ? &c.domain : &now, "OU=A," BASE,
		    "O:DAG:DAD:(A;;RPLCLORC;;;AU)");
		c.judge.as_is = &now;
		c.judge.assumed = "granted\n";
		judge_end(&c.judge);
		assert_int_equal(c.listener.count, hidden);
		containers_fini(&now.containers);
		court_close(&c);
	}
}

/* The head of the domain is one of them; what is not at or below the base of the
 * audit is not; and of a reader whose token is not known nothing is said. */
static void
hidden_in_scope(void **state)
{
	struct court c;

	(void)state;
	court_open(&c, NULL);
	buf_clear(&c.domain.root_sd);
	sddl_bytes("O:BAG:BAD:(A;;RPLORC;;;AU)", &c.domain.root_sd);
	add_container(&c.domain, BASE, "O:BAG:BAD:(A;;RPLORC;;;AU)");
	add_container(&c.domain, "OU=B," BASE, NULL);
	add_container(&c.domain, "OU=A," BASE, NULL);
	judge_end(&c.judge);
	assert_int_equal(c.listener.count, 3);
	assert_string_equal(c.listener.heard[0].object, BASE);
	assert_string_equal(c.listener.heard[1].object, "OU=A," BASE);
	assert_string_equal(c.listener.heard[2].object, "OU=B," BASE);
	c.domain.users_base = "OU=B," BASE;
	judge_end(&c.judge);
	assert_int_equal(c.listener.count, 4);
	assert_string_equal(c.listener.heard[3].object, "OU=B," BASE);
	c.domain.has_reader = false;
	judge_end(&c.judge);
	assert_int_equal(c.listener.count, 4);
	court_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domain_table),
		cmocka_unit_test(users_do_not_mix),
		cmocka_unit_test(profiles),
		cmocka_unit_test(sink_stops),
		cmocka_unit_test(privileged_groups),
		cmocka_unit_test(home_policy),
		cmocka_unit_test(connector_until),
		cmocka_unit_test(policy_not_known),
		cmocka_unit_test(two_connectors),
		cmocka_unit_test(hidden_containers),
		cmocka_unit_test(hidden_now),
		cmocka_unit_test(hidden_in_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
