/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/range.h"

static void
good(void **state)
{
	static const struct { const char *desc; struct range want; } cases[] = {
		{ "member", { 6, false, false, 0, 0 } },
		{ "member;range=0-1499", { 6, true, false, 0, 1499 } },
		{ "member;range=1500-*", { 6, true, true, 1500, 0 } },
		{ "member;range=0-*", { 6, true, true, 0, 0 } },
		{ "member;RANGE=7-7", { 6, true, false, 7, 7 } },
		{ "member;range=0-4294967295", { 6, true, false, 0, UINT32_MAX } },
		{ "userCertificate;binary", { 15, false, false, 0, 0 } },
		{ "userCertificate;binary;range=0-9", { 15, true, false, 0, 9 } },
		{ "userCertificate;Range=3-9;binary", { 15, true, false, 3, 9 } },
		{ "cn;lang-de", { 2, false, false, 0, 0 } },
		{ "cn;ranged;range-x=1", { 2, false, false, 0, 0 } },
		{ "2.5.4.31;range=0-1", { 8, true, false, 0, 1 } },
		{ "msDS-ResultantPSO", { 17, false, false, 0, 0 } },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct range *want = &cases[i].want;
		struct range r;

		assert_int_equal(range_parse(cases[i].desc, strlen(cases[i].desc), &r), ERR_OK);
		assert_int_equal(r.base_len, want->base_len);
		assert_int_equal(r.ranged, want->ranged);
		assert_int_equal(r.last, want->last);
		assert_int_equal(r.low, want->low);
		assert_int_equal(r.high, want->high);
	}
}

static void
bad(void **state)
{
	static const struct { const char *desc; enum err err; } cases[] = {
		{ "", ERR_SHORT },
		{ ";range=0-1", ERR_SYNTAX },
		{ "member;", ERR_SYNTAX },
		{ "member;;range=0-1", ERR_SYNTAX },
		{ "member;range=0-1;", ERR_SYNTAX },
		{ "member;range", ERR_SYNTAX },
		{ "member;range=", ERR_SYNTAX },
		{ "member;range=5", ERR_SYNTAX },
		{ "member;range=5-", ERR_SYNTAX },
		{ "member;range=-5", ERR_SYNTAX },
		{ "member;range=*-5", ERR_SYNTAX },
		{ "member;range=0-**", ERR_SYNTAX },
		{ "member;range=0-5x", ERR_SYNTAX },
		{ "member;range=0-1-2", ERR_SYNTAX },
		{ "member;range= 0-5", ERR_SYNTAX },
		{ "member;range=+0-5", ERR_SYNTAX },
		{ "member;range=00-5", ERR_SYNTAX },
		{ "member;range=0-05", ERR_SYNTAX },
		{ "member;range:0-5", ERR_SYNTAX },
		{ "member;range=0-1;range=2-3", ERR_SYNTAX },
		{ "mem ber", ERR_SYNTAX },
		{ "member=x", ERR_SYNTAX },
		{ "member;range=5-4", ERR_RANGE },
		{ "member;range=4294967296-*", ERR_RANGE },
		{ "member;range=0-4294967296", ERR_RANGE },
		{ "member;range=99999999999999999999999-*", ERR_RANGE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct range r = { 99, true, true, 98, 97 };

		assert_int_equal(range_parse(cases[i].desc, strlen(cases[i].desc), &r),
		    cases[i].err);
		assert_int_equal(r.base_len, 99);
		assert_int_equal(r.high, 97);
	}
}

/* What lies behind the length does not exist. */
static void
by_length(void **state)
{
	static const char desc[] = "member;range=0-1499";
	struct range r;

	(void)state;
	assert_int_equal(range_parse(desc, 6, &r), ERR_OK);
	assert_false(r.ranged);
	assert_int_equal(range_parse(desc, 17, &r), ERR_OK);
	assert_int_equal(r.high, 14);
	assert_int_equal(range_parse("mem\0ber", 7, &r), ERR_SYNTAX);
	assert_int_equal(range_parse("member;range=0-1\0", 17, &r), ERR_SYNTAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
		cmocka_unit_test(by_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
