/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/hostname.h"

#define L63 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc"

static void
valid(void **state)
{
	static const char *const good[] = { "a", "dc1.contoso.test", "DC-1.x", "1.2", "_ldap._tcp.x",
		"a_b.c", L63 ".x", L63 "." L63 "." L63 ".abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghija" };
	static const char *const bad[] = { "", ".", "a.", ".a", "a..b", "-a", "a-.b", "a-", "a.-b",
		"a b", "a/b", "a:389", "a@b", "d\xc3\xa9.x", "a\nb", "[::1]", "a%2e", L63 "d.x",
		L63 "." L63 "." L63 ".abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc",
		"ldap://a" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(hostname_valid(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(hostname_valid(bad[i], strlen(bad[i])));
	assert_false(hostname_valid("a\0b", 3));
}

static void
under(void **state)
{
	(void)state;
	assert_true(hostname_under("dc1.contoso.test", "Contoso.Test"));
	assert_true(hostname_under("contoso.test", "contoso.test"));
	assert_false(hostname_under("dc1.evilcontoso.test", "contoso.test"));
	assert_false(hostname_under("contoso.test.evil", "contoso.test"));
	assert_false(hostname_under("test", "contoso.test"));
	assert_false(hostname_under("a", ""));
	assert_true(hostname_eq("DC1.x", "dc1.X"));
	assert_false(hostname_eq("dc1.x", "dc1.xy"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid),
		cmocka_unit_test(under),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
