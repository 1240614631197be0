/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain_rows.h"
#include "listener.h"

/* What holds for every user: controllers, what is protected, policies. */

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

/* Who is protected, and what class grants are for */

static void no_protected(struct domain *d) { d->has_protected = false; }
static void part_protected(struct domain *d) { d->protected_groups[0].complete = false; }
static void schema_unread(struct domain *d) { buf_adds(&d->schema_unread, "denied"); }

static void
everyone_protected(struct domain *d)
{
	d->protected_groups[0].contains_everyone = true;
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

static void
blind_psos(struct domain *d)
{
	make_reader_blind(d);
	d->psos_unread = true;
}

static const struct domain_row rows[] = {
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
	{ "324 no group", no_protected, "324 502", "ooo", "" },
	{ "325", schema_unread, "325 502", "ooo", "" },
	{ "324 a group", part_protected, "324 502", "ooo", "" },
	{ "324 everybody, perhaps", everyone_protected, "324 502", "ooo", "" },
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
	domain_rows_check(rows, COUNT(rows));
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domain_table),
		cmocka_unit_test(users_do_not_mix),
		cmocka_unit_test(profiles),
		cmocka_unit_test(sink_stops),
		cmocka_unit_test(policy_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
