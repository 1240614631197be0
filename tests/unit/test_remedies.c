/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/remedies.h"
#include "team.h"

/*
 * The sections of --remedies, from the world of team.h: what a block says, that a
 * connector more is a section of its own, and what stands behind all of them. The
 * whole of a file is held by tests/cli/remedies.sh.
 */

struct writer {
	struct remedies remedies;
	struct court *court;
};

static int
on_finding(void *arg, const struct finding *f)
{
	struct writer *w = arg;

	return remedies_finding(&w->remedies, f);
}

static int
on_row(void *arg, const struct judgement *j)
{
	struct writer *w = arg;

	return remedies_judgement(&w->remedies, j);
}

static void
judge_one(struct writer *w, const char *dn, const char *sddl, const char *change)
{
	struct made m;
	char text[2048];

	make_user(&m);
	snprintf(text, sizeof text, "dn=%s", dn);
	made_change(&m, text);
	snprintf(text, sizeof text, "sddl=O:DAG:DAD:%s" DEFAULT_USER_ACES GRANT_READ, sddl);
	made_change(&m, text);
	if (change)
		made_change(&m, change);
	judge_user(&w->court->judge, &m.entry);
	made_fini(&m);
}

static void
section(struct writer *w, struct buf *out)
{
	FILE *fp = tmpfile();
	char bytes[1024];
	size_t n;

	assert_non_null(fp);
	assert_int_equal(remedies_section(&w->remedies, &w->court->judge, fp), 0);
	rewind(fp);
	buf_clear(out);
	while ((n = fread(bytes, 1, sizeof bytes, fp)) > 0)
		buf_add(out, bytes, n);
	fclose(fp);
}

static void
has(const struct buf *text, const char *what)
{
	if (!strstr(buf_str(text), what))
		fail_msg("no \"%s\" in:\n%s", what, buf_str(text));
}

static void
has_not(const struct buf *text, const char *what)
{
	if (strstr(buf_str(text), what))
		fail_msg("\"%s\" in:\n%s", what, buf_str(text));
}

static void
test_sections(void **state)
{
	const struct cause_case world = { .team = "AI", .staff = "PAI", .head = "AI" };
	struct writer w = { 0 };
	struct sink sink = { on_finding, on_row, &w };
	struct court c;
	struct buf text = BUF_INIT;

	(void)state;
	open_world(&c, &world);
	w.court = &c;
	c.judge.sink = &sink;
	c.judge.causes.cures = true;
	assert_int_equal(remedies_init(&w.remedies, &dialect_samba, "-",
	    &(struct siphash_key){ 1, 2 }), 0);
	judge_one(&w, "CN=Ada," TEAM, "AI", NULL);
	judge_one(&w, "CN=Bea," TEAM, "AI", "userAccountControl=514");
	judge_one(&w, "CN=Eve\\, \xe2\x80\xae$(x)," TEAM, "PAI", NULL);
	judge_one(&w, "CN=Fay," TEAM, "AI(D;;CR;;;" C ")", NULL);
	section(&w, &text);
	has(&text, "# NOTHING HAS BEEN CHANGED");
	has(&text, "# 1. fail: inheritance is blocked here\n# " STAFF
	    "\n# rules 301 307 309; users: 3; the first:\n# CN=Ada," TEAM "\n# Once done, this is mended "
	    "for 3 of them, and 1 have no other failure then.\n");
	has(&text, "samba-tool dsacl set --objectdn='" STAFF "' --sddl='(OA;CIIO;");
	has(&text, "# Nothing to grant here. Enable the account");
	/* On users themselves: quoted, and no character that turns the line. */
	has(&text, "samba-tool dsacl set --objectdn='CN=Eve\\, \\E2\\80\\AE$(x)," TEAM "' ");
	has(&text, "# CN=Eve\\, \\u{202e}$(x)," TEAM ": ");
	has(&text, " 302 is left for a person to decide");
	has_not(&text, "samba-tool dsacl delete --");

	/* What is denied goes, once what is granted stands there. */
	judge_one(&w, "CN=Hal," TEAM, "PAI(OD;;CR;" G_RESET ";;" C ")", NULL);
	/* Behind what may go stands what is not known. */
	judge_one(&w, "CN=Ida," TEAM, "PAI(OD;;CR;" G_RESET ";;" C ")(XD;;CR;;;AU;(@User.a == \"x\"))",
	    NULL);
	section(&w, &text);
	has(&text, "samba-tool dsacl set --objectdn='CN=Hal," TEAM "' ");
	assert_true(strstr(buf_str(&text), "dsacl set --objectdn='CN=Hal") <
	    strstr(buf_str(&text), "dsacl delete --objectdn='CN=Hal"));
	has(&text, "users: 2; the first:\n# CN=Hal," TEAM "\n# Once done, this is mended for 1 of them, ");
	has(&text, "# CN=Ida," TEAM ": ");
	has(&text, " 302 is left for a person to decide: It hangs on an ACE that is ");

	/* Another connector: nothing of the first is left. */
	judge_one(&w, "CN=Gil," TEAM, "PAI", NULL);
	section(&w, &text);
	has(&text, "# 1. fail: inheritance is blocked on the user\n# on each user\n");
	has(&text, "--objectdn='CN=Gil," TEAM "'");
	has_not(&text, "Ada");
	has_not(&text, "Eve");
	has_not(&text, "Ida");
	has_not(&text, "Staff' ");

	/* And nothing at all. */
	section(&w, &text);
	has(&text, "causes: 0.");
	has_not(&text, "samba-tool dsacl set");
	remedies_fini(&w.remedies);
	court_close(&c);
	buf_fini(&text);
}

/* Who is taken for whom stands behind the sections, in each dialect's comments. */
static void
test_identities(void **state)
{
	const struct cause why = { CAUSE_AS_SAID, NULL, "100% \"equal\"\nreboot" };
	struct finding f = { .rule = 601, .operations = OP_ALL, .object = "CN=a^b," BASE,
		.cause = "CN=a^b," BASE, .evidence = "", .why = &why };
	struct rollup r;
	struct buf text = BUF_INIT;

	(void)state;
	rollup_init(&r, &(struct siphash_key){ 1, 2 });
	assert_int_equal(rollup_add(&r, &f), 0);
	rollup_next(&r);
	f.rule = 401;
	assert_int_equal(rollup_add(&r, &f), 0);
	rollup_next(&r);
	rollup_end(&r);
	assert_int_equal(rollup_sort(&r), 0);
	remedies_identities(&dialect_dsacls, &r, &text);
	has(&text, "rem fail: 100\\25 'equal'\\x0areboot\r\nrem rule 601; users: 1; the first:"
	    "\r\nrem CN=a\\5Eb," BASE "\r\nrem Nothing to grant here. ");
	has_not(&text, "401");
	rollup_fini(&r);
	buf_fini(&text);
}

/* Nothing but comments. */
static bool
is_comment(const struct dialect *d, const char *s)
{
	for (; *s; s += strcspn(s, "\n"), s += *s == '\n')
		if (strncmp(s, d->comment, strlen(d->comment)) != 0)
			return false;
	return true;
}

/* What a dialect cannot say is a comment, which says what is to be done where. */
static void
test_not_expressible(void **state)
{
	struct cure_step step = { .act = CURE_GRANT, .object = BASE, .class_name = "a\"b",
		.ace = { .type = ACE_ALLOWED_OBJECT, .layout = ACE_LAYOUT_OBJECT,
			.flags = ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY, .mask = 0x100,
			.object_flags = ACE_OBJECT_TYPE_PRESENT | ACE_INHERITED_OBJECT_TYPE_PRESENT,
			.object_type = right_reset_password, .trustee = sid_everyone } };
	static const char *const bad[] = { "reboot", "CN=\"x\"", "CN=a\\", "CN=a,DC=\"&reboot&\"" };

	(void)state;
	for (size_t d = 0; d < dialect_count; d++) {
		struct buf out = BUF_INIT;

		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
			buf_clear(&out);
			dialect_table[d]->commands(bad[i], BASE, &step, 1, &out);
			if (!is_comment(dialect_table[d], buf_str(&out)) ||
			    !strstr(buf_str(&out), "BY HAND, as the name is no DN: add") ||
			    !strstr(buf_str(&out), "(OA;CIIO;CR;00299570-"))
				fail_msg("%s: %s", dialect_table[d]->name, buf_str(&out));
		}
		buf_fini(&out);
	}
	/* A class, or flags, that have no word. */
	for (int i = 0; i < 2; i++) {
		struct buf out = BUF_INIT;

		if (i)
			step.ace.flags = ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT;
		dialect_dsacls.commands(BASE, BASE, &step, 1, &out);
		assert_true(is_comment(&dialect_dsacls, buf_str(&out)));
		has(&out, "rem BY HAND, as dsacls has no form for it: add");
		has(&out, "rem " BASE "\r\n");
		buf_clear(&out);
		dialect_adsyncconfig.commands(BASE, BASE, &step, 1, &out);
		assert_int_equal(is_comment(&dialect_adsyncconfig, buf_str(&out)), i);
		buf_fini(&out);
	}
	/* One entry of a trustee that has others: never by taking all of them. */
	for (size_t d = 0; d < dialect_count; d++) {
		struct buf out = BUF_INIT;

		step.act = CURE_UNDENY;
		step.ace.type = ACE_DENIED_OBJECT;
		step.ace.flags = 0;
		dialect_table[d]->commands(BASE, BASE, &step, 1, &out);
		assert_int_equal(is_comment(dialect_table[d], buf_str(&out)), d == 0);
		if (d == 0)
			has(&out, "BY HAND, as dsacls /R takes all ");
		buf_fini(&out);
	}
}

/* One cause may break many rules: none is left out. */
static void
test_many_rules(void **state)
{
	static const char *const dacls[] = { "PAI", "PAI(D;;CRWP;;;" C ")", "PAI(OA;CIIO;CR;"
		G_RESET ";" G_USER ";" C ")", "PAI(XA;;CR;;;" C ";(@USER.a == 1))", "PAI(OD;;CR;"
		G_CHANGE ";;PS)" };
	const struct cause_case world = { .team = "AI", .staff = "AI", .head = "AI" };
	struct writer w = { 0 };
	struct sink sink = { on_finding, on_row, &w };
	struct buf text = BUF_INIT;
	struct court c;

	(void)state;
	open_world(&c, &world);
	w.court = &c;
	c.judge.sink = &sink;
	assert_int_equal(remedies_init(&w.remedies, &dialect_samba, "-",
	    &(struct siphash_key){ 1, 2 }), 0);
	for (size_t i = 0; i < COUNT(dacls); i++)
		judge_one(&w, "CN=Root,CN=Users," BASE, dacls[i], "adminCount=1");
	section(&w, &text);
	has(&text, "rules 301 302 303 305 307 308 309 310 311 317; users: 5");
	remedies_fini(&w.remedies);
	buf_fini(&text);
	court_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_many_rules),
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_not_expressible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
