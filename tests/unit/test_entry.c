/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

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

/* What is malformed is not known, and never 0. */
static void
numbers(void **state)
{
	static const struct { const char *text; enum known integer, boolean; int64_t value; } rows[] = {
		{ "0", KNOWN_SET, KNOWN_NOT, 0 }, { "-7", KNOWN_SET, KNOWN_NOT, -7 },
		{ "TRUE", KNOWN_NOT, KNOWN_SET, 1 }, { "FALSE", KNOWN_NOT, KNOWN_SET, 0 },
		{ "true", KNOWN_NOT, KNOWN_NOT, 0 }, { "TRUEE", KNOWN_NOT, KNOWN_NOT, 0 },
		{ "1 ", KNOWN_NOT, KNOWN_NOT, 0 }, { "", KNOWN_NOT, KNOWN_NOT, 0 },
		{ "9223372036854775808", KNOWN_NOT, KNOWN_NOT, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct value v = { (const uint8_t *)rows[i].text, strlen(rows[i].text) };
		const struct attr a = { .name = "n", .values = &v, .count = 1 };
		const struct entry e = { .dn = "", .attrs = &a, .count = 1 };
		struct known_int n = entry_int(&e, "N"), b = entry_bool(&e, "N");

		assert_int_equal(n.known, rows[i].integer);
		assert_int_equal(n.value, n.known == KNOWN_SET ? rows[i].value : 0);
		assert_int_equal(b.known, rows[i].boolean);
		assert_int_equal(b.value, b.known == KNOWN_SET ? rows[i].value : 0);
	}
	assert_int_equal(entry_int(&entry, "description").known, KNOWN_NOT);
	assert_int_equal(entry_bool(&bare, "cn").known, KNOWN_NOT);
}

static void
text(void **state)
{
	char *s = NULL;

	(void)state;
	assert_int_equal(value_text(NULL, &s), 0);
	assert_int_equal(value_text(&empty[0], &s), 0);
	assert_int_equal(value_text(&binary[0], &s), 0);
	assert_null(s);
	assert_int_equal(value_text(&classes[0], &s), 0);
	assert_int_equal(value_text(&classes[1], &s), 0);
	assert_int_equal(value_text(&binary[0], &s), 0);
	assert_string_equal(s, "person");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attribute),
		cmocka_unit_test(first_value),
		cmocka_unit_test(has),
		cmocka_unit_test(numbers),
		cmocka_unit_test(text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
