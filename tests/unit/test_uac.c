/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/uac.h"

static void
names(void **state)
{
	static const struct { uint32_t uac; const char *text; } cases[] = {
		{ 0, "" },
		{ 0x200, "NORMAL_ACCOUNT" },
		{ 0x10202, "ACCOUNTDISABLE NORMAL_ACCOUNT DONT_EXPIRE_PASSWD" },
		{ 0x800010, "LOCKOUT PASSWORD_EXPIRED" },
		{ 0x82000, "SERVER_TRUST_ACCOUNT TRUSTED_FOR_DELEGATION" },
		{ 0x5011000, "WORKSTATION_TRUST_ACCOUNT DONT_EXPIRE_PASSWD "
		    "TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION PARTIAL_SECRETS_ACCOUNT" },
		{ 0x4, "0x4" },
		{ 0xf0000204, "NORMAL_ACCOUNT 0xf0000004" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_clear(&b);
		uac_names(cases[i].uac, &b);
		assert_string_equal(buf_str(&b), cases[i].text);
	}
	buf_fini(&b);
}

/* One name or one number a bit, and all of them together again. */
static void
every_bit(void **state)
{
	struct buf b = BUF_INIT;
	size_t spaces = 0, i;
	int bit;

	(void)state;
	for (bit = 0; bit < 32; bit++) {
		buf_clear(&b);
		uac_names(UINT32_C(1) << bit, &b);
		assert_true(b.len > 0);
		for (i = 0; i < b.len; i++)
			assert_int_not_equal(b.data[i], ' ');
	}
	buf_clear(&b);
	uac_names(UINT32_MAX, &b);
	for (i = 0; i < b.len; i++)
		spaces += b.data[i] == ' ';
	assert_int_equal(spaces, 24);	/* 24 names and one number */
	buf_fini(&b);
}

/* It appends, and what stands in the buffer starts no separator. */
static void
appends(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_adds(&b, "userAccountControl=512: ");
	uac_names(512, &b);
	assert_string_equal(buf_str(&b), "userAccountControl=512: NORMAL_ACCOUNT");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(every_bit),
		cmocka_unit_test(appends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
