/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/guid.h"

/* User-Force-Change-Password on the wire (MS-DTYP 2.3.4.2). */
static const struct guid reset = { {
	0x70, 0x95, 0x29, 0x00, 0x6d, 0x24, 0xd0, 0x11,
	0xa7, 0x68, 0x00, 0xaa, 0x00, 0x6e, 0x05, 0x29
} };
static const char reset_text[] = "00299570-246d-11d0-a768-00aa006e0529";

static void
text_to_wire_and_back(void **state)
{
	static const char *const same[] = {
		"00299570-246d-11d0-a768-00aa006e0529",
		"00299570-246D-11D0-A768-00AA006E0529",
		"{00299570-246d-11d0-a768-00aa006e0529}",
		"{00299570-246D-11d0-A768-00aA006e0529}",
	};
	struct guid_buf b;
	struct guid g;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		memset(&g, 0xee, sizeof(g));
		assert_int_equal(guid_from_str(same[i], strlen(same[i]), &g), ERR_OK);
		assert_memory_equal(g.b, reset.b, 16);
		assert_string_equal(guid_str(&g, &b), reset_text);
	}
}

/* Each byte of the wire form at its place in the text, and no other. */
static void
every_byte_has_its_place(void **state)
{
	static const char *const want[16] = {
		"000000ff-0000-0000-0000-000000000000", "0000ff00-0000-0000-0000-000000000000",
		"00ff0000-0000-0000-0000-000000000000", "ff000000-0000-0000-0000-000000000000",
		"00000000-00ff-0000-0000-000000000000", "00000000-ff00-0000-0000-000000000000",
		"00000000-0000-00ff-0000-000000000000", "00000000-0000-ff00-0000-000000000000",
		"00000000-0000-0000-ff00-000000000000", "00000000-0000-0000-00ff-000000000000",
		"00000000-0000-0000-0000-ff0000000000", "00000000-0000-0000-0000-00ff00000000",
		"00000000-0000-0000-0000-0000ff000000", "00000000-0000-0000-0000-000000ff0000",
		"00000000-0000-0000-0000-00000000ff00", "00000000-0000-0000-0000-0000000000ff",
	};
	struct guid_buf b;

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		struct guid g = { { 0 } };

		g.b[i] = 0xff;
		assert_string_equal(guid_str(&g, &b), want[i]);
		g.b[i] = 0;
		assert_int_equal(guid_from_str(want[i], 36, &g), ERR_OK);
		assert_int_equal(g.b[i], 0xff);
	}
}

static void
bad_text(void **state)
{
	static const char *const bad[] = {
		"", "{}", "00299570",
		"00299570-246d-11d0-a768-00aa006e052",
		"00299570-246d-11d0-a768-00aa006e05290",
		"00299570-246d-11d0-a768-00aa006e0529 ",
		" 00299570-246d-11d0-a768-00aa006e0529",
		"{00299570-246d-11d0-a768-00aa006e0529",
		"00299570-246d-11d0-a768-00aa006e0529}",
		"(00299570-246d-11d0-a768-00aa006e0529)",
		"{{0299570-246d-11d0-a768-00aa006e0529}}",
		"00299570246d-11d0-a768-00aa006e0529--",
		"0029957-0246d-11d0-a768-00aa006e0529",
		"00299570-246d-11d0-a768-00aa006e052g",
		"0029957 -246d-11d0-a768-00aa006e0529",
		"0x299570-246d-11d0-a768-00aa006e0529",
		"-0299570-246d-11d0-a768-00aa006e0529",
		"00299570-246d-11d0_a768-00aa006e0529",
		"00299570246d11d0a76800aa006e0529",
		"00299570-246d-11d0-a768-00aa006e05\xc3\xa9",
	};
	struct guid g;

	(void)state;
	memset(&g, 0xee, sizeof(g));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(guid_from_str(bad[i], strlen(bad[i]), &g), ERR_SYNTAX);
	/* no character may be another, least of all a hyphen */
	for (size_t i = 0; i < 36; i++) {
		char text[37];

		memcpy(text, reset_text, sizeof(text));
		text[i] = text[i] == '-' ? '0' : '-';
		assert_int_equal(guid_from_str(text, 36, &g), ERR_SYNTAX);
	}
	/* A NUL within the length is not an end. */
	assert_int_equal(guid_from_str("00299570-246d-11d0-a768-00aa006e052\0", 36, &g),
	    ERR_SYNTAX);
	assert_int_equal(guid_from_str(NULL, 0, &g), ERR_SYNTAX);
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(g.b[i], 0xee);
}

static void
wire(void **state)
{
	uint8_t bytes[17];
	struct reader r;
	struct guid g;

	(void)state;
	memcpy(bytes, reset.b, 16);
	bytes[16] = 0x55;
	memset(&g, 0xee, sizeof(g));
	for (size_t len = 0; len < 16; len++)
		assert_int_equal(guid_parse(bytes, len, &g), ERR_SHORT);
	assert_int_equal(guid_parse(bytes, 17, &g), ERR_TRAILING);
	assert_int_equal(guid_parse(NULL, 0, &g), ERR_SHORT);
	assert_int_equal(g.b[0], 0xee);
	assert_int_equal(guid_parse(bytes, 16, &g), ERR_OK);
	assert_true(guid_eq(&g, &reset));

	reader_init(&r, bytes, sizeof(bytes));
	guid_read(&r, &g);
	assert_int_equal(reader_u8(&r), 0x55);
	memset(&g, 0xee, sizeof(g));
	guid_read(&r, &g);
	assert_int_equal(r.err, ERR_SHORT);
	assert_int_equal(g.b[15], 0xee);
}

static void
order(void **state)
{
	struct guid a = { { 0 } }, b = { { 0 } };

	(void)state;
	assert_true(guid_eq(&a, &b));
	assert_int_equal(guid_cmp(&a, &b), 0);
	/* By the bytes, as they are on the wire: not by the fields' values. */
	a.b[0] = 1;	/* 00000001-… */
	b.b[3] = 1;	/* 01000000-… */
	assert_false(guid_eq(&a, &b));
	assert_true(guid_cmp(&a, &b) > 0);
	assert_true(guid_cmp(&b, &a) < 0);
	b = a;
	b.b[15] = 0x80;	/* unsigned */
	assert_true(guid_cmp(&b, &a) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_to_wire_and_back),
		cmocka_unit_test(every_byte_has_its_place),
		cmocka_unit_test(bad_text),
		cmocka_unit_test(wire),
		cmocka_unit_test(order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
