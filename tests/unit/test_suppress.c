/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/adtime.h"
#include "rules/suppress.h"

static char below[] = "OU=Kiosks,DC=a,DC=test", server[] = "dc1.a.test", day[] = "2026-01-20";

static void
test_covers(void **state)
{
	struct suppression one = { .rule = 403, .object = below };
	const struct suppressions list = { &one, 1, NULL };
	static const struct { unsigned rule; const char *object; bool covered; } cases[] = {
		{ 403, "CN=x,OU=Kiosks,DC=a,DC=test", true },
		{ 403, "cn=x,ou=kiosks,dc=A,dc=test", true },
		{ 403, "OU=Kiosks,DC=a,DC=test", true },
		{ 404, "CN=x,OU=Kiosks,DC=a,DC=test", false },
		{ 403, "CN=x,OU=More Kiosks,DC=a,DC=test", false },
		{ 403, "CN=x\\,OU=Kiosks,DC=a,DC=test", false },
		{ 403, "CN=x,DC=a,DC=test", false },
		{ 403, "CN=x,OU=Kiosks,DC=a,DC=test,DC=b", false },
		{ 403, "", false },
		{ 403, NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct finding f = { .rule = cases[i].rule, .object = cases[i].object };

		suppress(&list, 0, &f);
		assert_int_equal(f.suppressed, cases[i].covered);
		assert_true((f.suppression != NULL) == cases[i].covered);
	}
	one.object = server;
	{
		struct finding f = { .rule = 403, .object = "DC1.a.test" };

		suppress(&list, 0, &f);
		assert_true(f.suppressed);
		suppress(NULL, 0, &f);
		assert_false(f.suppressed);
		assert_null(f.suppression);
	}
}

/* A DN in the list and the same one as the directory writes it. */
static void
test_written_otherwise(void **state)
{
	static char list_dn[] = "ou=kiosks\\2C old , o=\\c3\\84 ,DC=a, dc=test";
	struct suppression one = { .rule = 403, .object = list_dn };
	const struct suppressions list = { &one, 1, NULL };
	static const struct { const char *object; bool covered; } cases[] = {
		{ "CN=x,OU=Kiosks\\, old,O=\xc3\x84,DC=a,DC=test", true },
		{ "OU=KIOSKS\\, OLD,O=\xc3\x84,DC=A,DC=TEST", true },
		{ "CN=x\\,y,OU=Kiosks\\2c old,O=\\C3\\84,DC=a,DC=test", true },
		{ "CN=x,OU=Kiosks, old,O=\xc3\x84,DC=a,DC=test", false },
		{ "CN=x,OU=Kiosks\\, old\\ ,O=\xc3\x84,DC=a,DC=test", false },
		{ "CN=x\\,OU=Kiosks\\, old,O=\xc3\x84,DC=a,DC=test", false },
		{ "CN=x,OU=Kiosks\\, old,O=\xc3\x84,DC=a,DC=test,DC=b", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct finding f = { .rule = 403, .object = cases[i].object };

		suppress(&list, 0, &f);
		assert_int_equal(f.suppressed, cases[i].covered);
	}
}

static void
test_account(void **state)
{
	struct suppression one = { .rule = 403, .has_sid = true };
	const struct suppressions list = { &one, 1, NULL };
	struct account a = { .has_sid = true };
	struct finding f = { .rule = 403, .object = below };

	(void)state;
	assert_int_equal(sid_from_str("S-1-5-21-1-2-3-1104", 19, &one.sid), ERR_OK);
	a.sid = one.sid;
	suppress(&list, 0, &f);
	assert_false(f.suppressed);	/* about no account */
	f.account = &a;
	suppress(&list, 0, &f);
	assert_true(f.suppressed);
	a.has_sid = false;		/* could not be read: not taken for the same */
	suppress(&list, 0, &f);
	assert_false(f.suppressed);
	one.has_sid = false;
	one.has_guid = true;
	suppress(&list, 0, &f);		/* both GUIDs are zero, but one is not known */
	assert_false(f.suppressed);
	a.has_guid = true;
	suppress(&list, 0, &f);
	assert_true(f.suppressed);
}

/* Of an expired one and one that holds, the one that holds, in any order. */
static void
test_expiry(void **state)
{
	struct suppression two[] = {
		{ .number = 0, .rule = 403, .object = below, .expires = day, .end = 100 },
		{ .number = 1, .rule = 403, .object = below, .expires = day, .end = 200 },
	};
	const struct suppressions list = { two, 2, NULL };
	struct finding f = { .rule = 403, .object = below };

	(void)state;
	suppress(&list, 99, &f);
	assert_ptr_equal(f.suppression, &two[0]);
	suppress(&list, 100, &f);
	assert_ptr_equal(f.suppression, &two[1]);
	assert_true(f.suppressed);
	suppress(&list, 200, &f);
	assert_non_null(f.suppression);
	assert_false(f.suppressed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_written_otherwise),
		cmocka_unit_test(test_account),
		cmocka_unit_test(test_expiry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
