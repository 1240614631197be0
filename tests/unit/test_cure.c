/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rules/cure.h"
#include "team.h"

/* What mends it, for the world of team.h: every case names the whole change. */

#define R		G_RESET
#define BELOW(class)	"(OA;CIIO;CR;" R ";" class ";" C ")"
#define HERE		"(OA;;CR;" R ";;" C ")"
#define INET_GUID	"4828cc14-1437-45bc-9b07-ad6f015e5f28"
#define COMPUTER_GUID	"bf967a86-0de6-11d0-a285-00aa003049e2"
#define MISTAKE		"(OD;CIIO;CR;" R ";" G_USER ";" C ")"
#define MISTAKE_HEIR	"(OD;CIID;CR;" R ";" G_USER ";" C ")"

#define MAY_DENY(flags)	"(XD;" flags ";CR;;;AU;(@User.Title == \"x\"))"
#define UNSETTLED	"It hangs on an ACE that is not settled (rules 213, 317): settle that first."

struct cure_case {
	const char *name;
	const char *user, *team, *staff, *head;	/* as in struct cause_case */
	const char *base;	/* -b; NULL: none */
	unsigned rule;
	const char *cure;
	const char *change;
};

static const struct cure_case reset[] = {
	{ "no grant: at the head", "AI", "AI", "AI", "AI", NULL, 301, "+DC=contoso " BELOW(G_USER),
		NULL },
	{ "no grant: not above the base", "AI", "AI", "AI", "AI", STAFF, 301,
		"+OU=Staff " BELOW(G_USER), NULL },
	{ "the base in other letters", "AI", "AI", "AI", "AI", "ou=staff, dc=CONTOSO,dc=test", 301,
		"+OU=Staff " BELOW(G_USER), NULL },
	{ "the base is the user", "AI", "AI", "AI", "AI", "CN=Ada," TEAM, 301, "+user " HERE, NULL },
	{ "inetOrgPerson", "AI", "AI", "AI", "AI", NULL, 301, "+DC=contoso " BELOW(INET_GUID), INET },
	{ "for another class: at the grant", "AI", "AI", "AI" USER_GRANT, "AI", NULL, 301,
		"+OU=Staff " BELOW(INET_GUID), INET },
	{ "blocked above: at the block", "AI", "AI", "PAI", "AI" USER_GRANT, NULL, 301,
		"+OU=Staff " BELOW(G_USER), NULL },
	{ "blocked above the base: at the base", "AI", "AI", "PAI", "AI", TEAM, 301,
		"+OU=Team " BELOW(G_USER), NULL },
	{ "blocked on the user: there, and it stays blocked", "PAI", "AI", "AI", "AI" USER_GRANT,
		NULL, 301, "+user " HERE, NULL },
	{ "inherit-only on the user", "PAI(OA;CIIO;CR;" R ";;" C ")", "AI", "AI", "AI", NULL, 303,
		"+user " HERE, NULL },
	{ "no-propagate", "AI", "AI", "AI(OA;CIIONP;CR;" R ";;" C ")", "AI", NULL, 301,
		"+OU=Staff " BELOW(G_USER), NULL },
	{ "for the OU alone", "AI", "AI", "AI(OA;;CR;" R ";;" C ")", "AI", NULL, 301,
		"+OU=Staff " BELOW(G_USER), NULL },
	{ "to a former connector", "AI", "AI", "AI", "AI" GRANT(G_USER, FORMER_SID), NULL, 301,
		"+DC=contoso " BELOW(G_USER), NULL },
	{ "not arrived: nothing to grant", "AI", "AI", "AI", "AI" USER_GRANT, NULL, 301,
		"no: What grants it is there: nothing is missing but the passing on.", NULL },
	{ "not readable", "AI", NULL, "AI", "AI", NULL, 301,
		"no: Behind what cannot be read may stand the cause.", NULL },

	{ "denied above to others: a grant on the user comes first", "AI" DENIAL("AU"), "AI",
		"AI(OD;CI;CR;" R ";;AU)", "AI", NULL, 302, "+user " HERE, NULL },
	{ "denied above to the connector, as a whole", "AI(D;CIID;CR;;;" C ")", "AI",
		"AI(D;CI;CR;;;" C ")", "AI", NULL, 302, "+user " HERE, NULL },
	{ "denied above to the connector, for all classes", "AI" DENIAL(C), "AI",
		"AI(OD;CIIO;CR;" R ";;" C ")", "AI", NULL, 302, "+user " HERE, NULL },
	{ "the mistake itself: it goes, and a grant is behind it",
		"AI" MISTAKE_HEIR "(OA;CIID;CR;" R ";" G_USER ";" C ")", "AI", "AI" MISTAKE,
		"AI" USER_GRANT, NULL, 302, "-OU=Staff " MISTAKE, NULL },
	{ "the mistake itself, and no grant behind it", "AI" MISTAKE_HEIR, "AI", "AI" MISTAKE, "AI",
		NULL, 302, "-OU=Staff " MISTAKE " +DC=contoso " BELOW(G_USER), NULL },
	{ "the mistake, and behind it a deny for others", "AI" MISTAKE_HEIR DENIAL("AU"), "AI",
		"AI" MISTAKE "(OD;CI;CR;" R ";;AU)", "AI", NULL, 302, "+user " HERE, NULL },
	{ "denied by what nothing carries", "AI" DENIAL("AU"), "AI", "AI", "AI", NULL, 302,
		"+user " HERE, NULL },

	{ "denied on the user: it goes, and a grant is behind it", "AI(OD;;CR;" R ";;AU)"
		"(OA;;CR;" R ";;" C ")", "AI", "AI", "AI", NULL, 302, "-user (OD;;CR;" R ";;AU)",
		NULL },
	{ "denied on the user twice", "PAI(OD;;CR;" R ";;AU)(OD;CI;CR;" R ";;WD)" HERE, "AI", "AI",
		"AI", NULL, 302, "-user (OD;;CR;" R ";;AU) -user (OD;CI;CR;" R ";;WD)", NULL },
	{ "denied on the user, and blocked", "PAI(OD;;CR;" R ";;" C ")", "AI", "AI", "AI", NULL, 302,
		"-user (OD;;CR;" R ";;" C ") +user " HERE, NULL },
	{ "denied on the user, and above to others", "AI(OD;;CR;" R ";;" C ")" DENIAL("AU"), "AI",
		"AI(OD;CI;CR;" R ";;AU)", "AI", NULL, 302,
		"-user (OD;;CR;" R ";;" C ") +user " HERE, NULL },
	{ "denied on the user, all of it: for a person", "AI(D;;CR;;;" C ")", "AI", "AI", "AI", NULL,
		302, "no", NULL },
	{ "the same behind one of this right alone: nothing goes",
		"AI(OD;;CR;" R ";;" C ")(D;;CR;;;AU)", "AI", "AI", "AI", NULL, 302, "no", NULL },
	{ "on a condition", "AI(XA;CIID;CR;;;AU;(@User.Title == \"x\"))", "AI",
		"AI(XA;CI;CR;;;AU;(@User.Title == \"x\"))", "AI", NULL, 317,
		"no: " UNSETTLED, NULL },
	{ "perhaps denied on the user, on a condition", "AI" MAY_DENY(""), "AI", "AI", "AI", NULL, 301,
		"no: " UNSETTLED, NULL },
	{ "perhaps denied above: the grant there would come behind it", "AI" MAY_DENY("CIID"), "AI",
		"AI" MAY_DENY("CI"), "AI", NULL, 301, "no: " UNSETTLED, NULL },
	{ "perhaps denied above, and blocked: a grant on the user comes first",
		"PAI" MAY_DENY("CIID"), "AI", "AI", "AI", NULL, 301, "+user " HERE, NULL },
	{ "denied on the user, and behind it perhaps", "PAI(OD;;CR;" R ";;" C ")" MAY_DENY(""), "AI",
		"AI", "AI", NULL, 302, "no: " UNSETTLED, NULL },
	{ "denied above, and perhaps on the user", "AI" MAY_DENY("") DENIAL("AU"), "AI",
		"AI(OD;CI;CR;" R ";;AU)", "AI", NULL, 302, "no: " UNSETTLED, NULL },
};

static const struct cure_case writes[] = {
	{ "lockoutTime", "AI", "AI", "AI", "AI", NULL, 307,
		"+DC=contoso (OA;CIIO;WP;" G_LOCKOUT_TIME ";" G_USER ";" C ")", NULL },
	{ "pwdLastSet", "PAI", "AI", "AI", "AI", NULL, 309,
		"+user (OA;;WP;" G_PWD_LAST_SET ";;" C ")", NULL },
	{ "denied with the property set it is in", "AI(OD;;WP;" G_RESTRICTIONS ";;" C ")", "AI",
		"AI", "AI", NULL, 310, "no", NULL },
	{ "read and write denied: reading is another right",
		"AI(OD;;RPWP;" G_LOCKOUT_TIME ";;" C ")", "AI", "AI", "AI", NULL, 308, "no", NULL },
};

static void
judge(const struct cure_case *w, struct court *c, const char *others, bool cures)
{
	const struct cause_case world = { w->name, w->user, w->team, w->staff, w->head, w->rule,
		NULL, NULL, w->change };

	open_world(c, &world);
	c->domain.users_base = w->base;
	c->judge.causes.cures = cures;
	judge_case(c, &world, others);
}

static void
check(const struct cure_case *w, size_t count, const char *others)
{
	for (size_t i = 0; i < count; i++) {
		struct court c;

		judge(&w[i], &c, others, true);
		if (strcmp(heard_of(&c.listener, w[i].rule)->cure, w[i].cure) != 0)
			fail_msg("%s: %s", w[i].name, heard_of(&c.listener, w[i].rule)->cure);
		/* Once more, from the cache. */
		judge_case(&c, &(struct cause_case){ .user = w[i].user, .change = w[i].change },
		    others);
		assert_string_equal(heard_of(&c.listener, w[i].rule)->cure, w[i].cure);
		court_close(&c);
	}
}

static void
test_reset(void **state)
{
	(void)state;
	check(reset, sizeof reset / sizeof *reset, "");
}

static void
test_writes(void **state)
{
	(void)state;
	check(writes, sizeof writes / sizeof *writes, HERE);
}

static void
test_not_asked_for(void **state)
{
	struct court c;

	(void)state;
	judge(&reset[0], &c, "", false);
	assert_string_equal(heard_of(&c.listener, 301)->cure, "");
	court_close(&c);
}

/* Change Password is the user's own: rule, ACEs before the defaults, cure. */
static void
test_change(void **state)
{
	static const struct { const char *name, *sddl; unsigned rule; const char *cure; } cases[] = {
		{ "gone", "D:PAI", 304, "+user (OA;;CR;" G_CHANGE ";;PS)" },
		{ "the tick, and the defaults behind it", "D:AI(OD;;CR;" G_CHANGE ";;WD)(OD;;CR;"
			G_CHANGE ";;PS)(OA;;CR;" G_CHANGE ";;WD)", 306,
			"-user (OD;;CR;" G_CHANGE ";;WD) -user (OD;;CR;" G_CHANGE ";;PS)" },
		{ "the tick alone", "D:AI(OD;;CR;" G_CHANGE ";;WD)(OD;;CR;" G_CHANGE ";;PS)", 306,
			"-user (OD;;CR;" G_CHANGE ";;WD) -user (OD;;CR;" G_CHANGE ";;PS) +user (OA;;CR;"
			G_CHANGE ";;PS)" },
		{ "denied by an heir", "D:AI(OD;ID;CR;" G_CHANGE ";;WD)(OA;ID;CR;" G_CHANGE ";;PS)",
			305, "+user (OA;;CR;" G_CHANGE ";;PS)" },
		{ "all denied", "D:AI(D;;CR;;;WD)", 305, "no" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct cause_case world = { .user = "AI", .team = "AI", .staff = "AI",
			.head = "AI" };
		struct court c;
		struct made m;
		char sddl[2048];

		open_world(&c, &world);
		c.judge.causes.cures = true;
		make_user(&m);
		made_change(&m, "dn=CN=Ada," TEAM);
		snprintf(sddl, sizeof sddl, "sddl=O:DAG:DA%s(A;;RPLCLORC;;;AU)", cases[i].sddl);
		made_change(&m, sddl);
		judge_user(&c.judge, &m.entry);
		if (strcmp(heard_of(&c.listener, cases[i].rule)->cure, cases[i].cure) != 0)
			fail_msg("%s: %s", cases[i].name,
			    heard_of(&c.listener, cases[i].rule)->cure);
		made_fini(&m);
		court_close(&c);
	}
}

/* What AdminSDHolder holds is left alone; what it left behind is not. */
static void
test_protected(void **state)
{
	static const struct cure_case orphan = { "left behind", "PAI", "AI", "AI", "AI", NULL, 301,
		"+user " HERE, "adminCount=1" };
	struct court c;

	(void)state;
	check(&orphan, 1, "");
	judge(&orphan, &c, "", true);
	assert_string_equal(heard_of(&c.listener, 312)->cure, "");
	court_close(&c);
	/* Whether it is protected is not known. */
	open_world(&c, &(struct cause_case){ .team = "AI", .staff = "AI", .head = "AI" });
	c.judge.causes.cures = true;
	c.domain.has_protected = false;
	judge_case(&c, &(struct cause_case){ .user = "PAI", .change = "adminCount=1" }, "");
	assert_string_equal(heard_of(&c.listener, 301)->cure, "");
	court_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_not_asked_for),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_protected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
