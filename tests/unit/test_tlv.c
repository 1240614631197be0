/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/tlv.h"

#define BYTES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

/* Elements of one byte string each: how long, and what is left behind them. */
static void
reads_lengths(void **state)
{
	const struct { const uint8_t *bytes; size_t size, len, left; } good[] = {
		{ BYTES(0x04, 0x00), 0, 0 },
		{ BYTES(0x04, 0x00, 0x04, 0x00), 0, 2 },
		{ BYTES(0x04, 0x03, 'a', 'b', 'c'), 3, 0 },
		{ BYTES(0x04, 0x01, 'a', 'b', 'c'), 1, 2 },
		/* X.690 8.1.3.5: the long form, which need not be the shortest. */
		{ BYTES(0x04, 0x81, 0x01, 'a'), 1, 0 },
		{ BYTES(0x04, 0x84, 0, 0, 0, 0x02, 'a', 'b', 'c'), 2, 1 },
		{ BYTES(0x04, 0x88, 0, 0, 0, 0, 0, 0, 0, 0x01, 'a'), 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		size_t len = 99;
		struct reader r;
		const uint8_t *p = NULL;

		reader_init(&r, good[i].bytes, good[i].size);
		p = tlv_read(&r, TLV_OCTET_STRING, &len);
		assert_non_null(p);
		assert_int_equal(len, good[i].len);
		assert_int_equal(reader_left(&r), good[i].left);
		assert_ptr_equal(p + len, r.base + r.pos);
		assert_int_equal(r.err, ERR_OK);
	}
}

static void
refuses(void **state)
{
	const struct { const uint8_t *bytes; size_t size; enum err err; size_t at; } bad[] = {
		{ BYTES(0x04), ERR_SHORT, 0 },
		{ BYTES(0x04, 0x01), ERR_SHORT, 0 },
		{ BYTES(0x04, 0x7f, 'a'), ERR_SHORT, 0 },
		{ BYTES(0x31, 0x00), ERR_SYNTAX, 0 },
		{ BYTES(0x24, 0x00), ERR_SYNTAX, 0 },		/* constructed: not in LDAP */
		{ BYTES(0x04, 0x80, 0x00, 0x00), ERR_UNSUPPORTED, 1 },	/* indefinite */
		{ BYTES(0x04, 0xff, 0x00), ERR_UNSUPPORTED, 1 },
		{ BYTES(0x04, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0), ERR_UNSUPPORTED, 1 },
		{ BYTES(0x04, 0x82, 0x00), ERR_SHORT, 0 },
		{ BYTES(0x04, 0x81, 0x02, 'a'), ERR_SHORT, 0 },
		{ BYTES(0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 'a'), ERR_SHORT, 0 },
		{ BYTES(0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 'a'),
		    ERR_SHORT, 0 },
	};
	struct reader r;
	size_t len = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		reader_init(&r, bad[i].bytes, bad[i].size);
		assert_null(tlv_read(&r, TLV_OCTET_STRING, &len));
		assert_int_equal(len, 99);
		assert_int_equal(r.err, bad[i].err);
		assert_int_equal(r.err_pos, bad[i].at);
		/* and nothing more after it */
		assert_null(tlv_read(&r, bad[i].bytes[0], &len));
	}
	reader_init(&r, NULL, 0);
	assert_null(tlv_read(&r, TLV_OCTET_STRING, &len));
	assert_int_equal(r.err, ERR_SHORT);
}

static void
reads_in_turn(void **state)
{
	/* PartialAttribute: "a" with the values "", "xy" */
	static const uint8_t bytes[] = { 0x04, 0x01, 'a', 0x31, 0x06, 0x04, 0x00, 0x04, 0x02,
		'x', 'y' };
	struct reader r, set;
	const uint8_t *p = NULL;
	size_t len = 0;

	(void)state;
	reader_init(&r, bytes, sizeof(bytes));
	assert_ptr_equal(tlv_read(&r, TLV_OCTET_STRING, &len), bytes + 2);
	p = tlv_read(&r, TLV_SET, &len);
	assert_ptr_equal(p, bytes + 5);
	assert_int_equal(reader_left(&r), 0);
	reader_init(&set, p, len);
	assert_ptr_equal(tlv_read(&set, TLV_OCTET_STRING, &len), bytes + 7);
	assert_int_equal(len, 0);
	assert_ptr_equal(tlv_read(&set, TLV_OCTET_STRING, &len), bytes + 9);
	assert_int_equal(len, 2);
	assert_int_equal(reader_left(&set), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lengths),
		cmocka_unit_test(refuses),
		cmocka_unit_test(reads_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
