/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/entry.h"

#define V(s) { (const uint8_t *)(s), sizeof(s) - 1 }

static const struct value classes[] = { V("top"), V("person"), V("user") };
static const struct value empty[] = { V("") };
static const struct value binary[] = { V("a\0b") };
static const struct attr attrs[] = {
	{ .name = "objectClass", .values = classes, .count = 3 },
	{ .name = "description", .values = NULL, .count = 0 },
	{ .name = "cn", .values = empty, .count = 1 },
	{ .name = "objectClassX", .values = binary, .count = 1 },
};
static const struct entry entry = { .dn = "CN=a", .dn_len = 4, .attrs = attrs, .count = 4 };
static const struct entry bare = { .dn = "", .dn_len = 0, .attrs = NULL, .count = 0 };

static void
attribute(void **state)
{
	static const struct { const char *name; const struct attr *want; } cases[] = {
		{ "objectClass", &attrs[0] },
		{ "OBJECTCLASS", &attrs[0] },
		{ "objectclass", &attrs[0] },
		{ "description", &attrs[1] },
		{ "CN", &attrs[2] },
		{ "objectClas", NULL },
		{ "objectClassX", &attrs[3] },
		{ "objectClassXY", NULL },
		{ "", NULL },
		{ "object\xc3\x84lass", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_ptr_equal(entry_attr(&entry, cases[i].name), cases[i].want);
	assert_null(entry_attr(&bare, "cn"));
}

static void
first_value(void **state)
{
	(void)state;
	assert_ptr_equal(entry_value(&entry, "objectclass"), &classes[0]);
	assert_ptr_equal(entry_value(&entry, "cn"), &empty[0]);
	/* Returned without values is not the same as absent, but has no value either. */
	assert_non_null(entry_attr(&entry, "description"));
	assert_null(entry_value(&entry, "description"));
	assert_null(entry_value(&entry, "sn"));
	assert_null(entry_value(&bare, "cn"));
}

static void
has(void **state)
{
	(void)state;
	assert_true(attr_has(&attrs[0], "user"));
	assert_true(attr_has(&attrs[0], "USER"));
	assert_false(attr_has(&attrs[0], "use"));
	assert_false(attr_has(&attrs[0], "users"));
	assert_false(attr_has(&attrs[0], ""));
	assert_false(attr_has(&attrs[1], ""));
	assert_true(attr_has(&attrs[2], ""));
	/* A NUL in the value does not end it. */
	assert_false(attr_has(&attrs[3], "a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attribute),
		cmocka_unit_test(first_value),
		cmocka_unit_test(has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
