/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "model/membership.h"

static bool
has(const struct member_set *s, const char *dn)
{
	return member_set_has(s, dn, strlen(dn));
}

static bool
add(struct member_set *s, const char *dn)
{
	bool added = false;

	assert_int_equal(member_set_add(s, dn, strlen(dn), &added), ERR_OK);
	return added;
}

static void
set_basics(void **state)
{
	struct member_set s = { 0 };

	(void)state;
	assert_false(has(&s, USER_DN));
	assert_false(has(&s, ""));
	assert_true(add(&s, USER_DN));
	assert_false(add(&s, USER_DN));
	assert_int_equal(s.count, 1);
	/* ASCII case does not matter; everything else does */
	assert_true(has(&s, "cn=ADA,ou=staff,dc=CONTOSO,dc=test"));
	assert_false(add(&s, "CN=ADA,OU=STAFF,DC=CONTOSO,DC=TEST"));
	assert_false(has(&s, "CN=Ada,OU=Staff,DC=contoso,DC=tes"));
	assert_false(has(&s, "CN=Ada,OU=Staff,DC=contoso,DC=test "));
	assert_true(member_set_has(&s, USER_DN "tail", strlen(USER_DN)));
	assert_false(member_set_has(&s, USER_DN, strlen(USER_DN) - 1));
	assert_true(add(&s, "CN=J\xc3\xbcrgen"));
	assert_true(has(&s, "cn=j\xc3\xbcrgen"));
	assert_false(has(&s, "cn=j\xc3\x9crgen"));
	assert_true(add(&s, ""));
	assert_true(has(&s, ""));
	assert_int_equal(member_set_add(&s, "CN=x", 4, NULL), ERR_OK);
	assert_int_equal(s.count, 4);
	member_set_fini(&s);
	member_set_fini(&s);
	assert_false(has(&s, USER_DN));
}

/* Growth keeps every member, and finds no other. */
static void
set_of_ten_thousand(void **state)
{
	struct member_set s = { .key = { 5, 6 } };
	char dn[64];

	(void)state;
	for (int i = 0; i < 10000; i++) {
		snprintf(dn, sizeof dn, "CN=User %d,OU=Staff," BASE, 2 * i);
		assert_true(add(&s, dn));
	}
	assert_int_equal(s.count, 10000);
	for (int i = 0; i < 20000; i++) {
		snprintf(dn, sizeof dn, "cn=USER %d,ou=STAFF," BASE, i);
		assert_int_equal(has(&s, dn), i % 2 == 0);
	}
	for (int i = 0; i < 10000; i += 100) {
		snprintf(dn, sizeof dn, "CN=user %d,OU=Staff," BASE, 2 * i);
		assert_false(add(&s, dn));
	}
	assert_int_equal(s.count, 10000);
	member_set_fini(&s);
}

static void
closure(void **state)
{
	static const struct {
		const char *name, *dn;
		struct known_int primary;
		bool complete, everyone;
		enum held want;
	} rows[] = {
		{ "member", USER_DN, { KNOWN_SET, 513 }, true, false, HELD_YES },
		{ "member, all else open", USER_DN, { KNOWN_NOT, 0 }, false, false, HELD_YES },
		{ "by primary group", "CN=x", { KNOWN_SET, 1777 }, true, false, HELD_YES },
		{ "by primary group of a nested one", "CN=x", { KNOWN_SET, 1778 }, false, false,
			HELD_YES },
		{ "not in it", "CN=x", { KNOWN_SET, 513 }, true, false, HELD_NO },
		{ "primary group not known", "CN=x", { KNOWN_NOT, 0 }, true, false, HELD_MAYBE },
		{ "primary group not known, value that matches", "CN=x", { KNOWN_NOT, 1777 }, true,
			false, HELD_MAYBE },
		{ "not complete", "CN=x", { KNOWN_SET, 513 }, false, false, HELD_MAYBE },
		/* MS-DTYP 2.7.1 leaves it open outside of the builtin domain */
		{ "perhaps everybody is in it", "CN=x", { KNOWN_SET, 513 }, true, true,
			HELD_MAYBE },
		{ "a member anyway", USER_DN, { KNOWN_SET, 513 }, true, true, HELD_YES },
	};
	struct group_closure c;
	uint32_t *more;

	(void)state;
	fill_closure(&c, GROUP_DN, 1777);
	more = realloc(c.rids, 2 * sizeof *more);
	assert_non_null(more);
	more[1] = 1778;
	c.rids = more;
	c.rid_count = 2;
	add(&c.members, USER_DN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account a = { .dn = rows[i].dn, .dn_len = strlen(rows[i].dn),
			.primary_group = rows[i].primary };

		c.complete = rows[i].complete;
		c.contains_everyone = rows[i].everyone;
		if (group_closure_holds(&c, &a) != rows[i].want)
			fail_msg("%s: %d", rows[i].name, group_closure_holds(&c, &a));
	}
	group_closure_fini(&c);
	group_closure_fini(&c);
}

/* By which way: the shortest, for that is how the groups were walked. */
static void
closure_path(void **state)
{
	static char admins[] = "CN=Domain Admins,DC=x", tier[] = "CN=Tier 0\\, all,DC=x",
		helpdesk[] = "CN=Helpdesk,DC=x";
	struct closure_group groups[] = { { admins, -1, true, 512 }, { tier, 0, true, 1201 },
		{ helpdesk, 1, true, 1202 } };
	static const struct {
		const char *dn;
		int64_t primary;
		size_t names;
		const char *want;
	} rows[] = {
		{ "CN=direct", 513, 1, "Domain Admins" },
		{ "CN=nested", 513, 3, "Helpdesk -> Tier 0, all -> Domain Admins" },
		{ "CN=other", 1201, 2, "(primary group) Tier 0, all -> Domain Admins" },
		{ "CN=nobody", 513, 0, "" },
	};
	struct group_closure c = { .groups = groups, .group_count = COUNT(groups) };

	(void)state;
	assert_int_equal(member_set_add_via(&c.members, "CN=direct", 9, 0), ERR_OK);
	assert_int_equal(member_set_add_via(&c.members, "CN=nested", 9, 2), ERR_OK);
	/* Known by a shorter way already. */
	assert_int_equal(member_set_add_via(&c.members, "CN=direct", 9, 2), ERR_OK);
	for (int i = 0; i < 100; i++) {		/* the numbers move along */
		char dn[16];

		snprintf(dn, sizeof dn, "CN=%d", i);
		assert_int_equal(member_set_add_via(&c.members, dn, strlen(dn), 1), ERR_OK);
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct account a = { .dn = rows[i].dn, .dn_len = strlen(rows[i].dn),
			.primary_group = { KNOWN_SET, rows[i].primary } };
		struct buf out = BUF_INIT;

		assert_int_equal(group_closure_path(&c, &a, &out), rows[i].names);
		assert_string_equal(buf_str(&out), rows[i].want);
		buf_fini(&out);
	}
	member_set_fini(&c.members);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_basics),
		cmocka_unit_test(set_of_ten_thousand),
		cmocka_unit_test(closure),
		cmocka_unit_test(closure_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
