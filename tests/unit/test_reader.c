/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/err.h"
#include "core/reader.h"

static const uint8_t bytes[] = {
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
	0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8
};

static void
reads_in_order(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, bytes, sizeof(bytes));
	assert_int_equal(reader_left(&r), 16);
	assert_int_equal(reader_u8(&r), 0x01);
	assert_int_equal(reader_le16(&r), 0x0302);
	assert_int_equal(reader_le32(&r), 0x07060504);
	reader_skip(&r, 1);
	assert_true(reader_le64(&r) == UINT64_C(0xf8f9fafbfcfdfeff));
	assert_int_equal(reader_left(&r), 0);
	assert_int_equal(r.err, ERR_OK);

	reader_init(&r, bytes + 8, 8);
	assert_true(reader_be48(&r) == UINT64_C(0xfffefdfcfbfa));
	assert_ptr_equal(reader_bytes(&r, 2), bytes + 14);
	assert_non_null(reader_bytes(&r, 0));
	assert_int_equal(r.err, ERR_OK);
}

/* Every width, one byte short: 0, the error, its place, and nothing consumed. */
static void
short_reads_stick(void **state)
{
	static const size_t widths[] = { 1, 2, 4, 8, 6 };
	struct reader r;
	uint64_t got = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		reader_init(&r, bytes, 2 + widths[i] - 1);
		reader_skip(&r, 2);
		switch (i) {
		case 0: got = reader_u8(&r); break;
		case 1: got = reader_le16(&r); break;
		case 2: got = reader_le32(&r); break;
		case 3: got = reader_le64(&r); break;
		default: got = reader_be48(&r); break;
		}
		assert_true(got == 0);
		assert_int_equal(r.err, ERR_SHORT);
		assert_int_equal(r.err_pos, 2);
		assert_int_equal(r.pos, 2);
		/* Whatever is asked afterwards, even if it were there. */
		assert_int_equal(reader_left(&r), 0);
		assert_int_equal(reader_u8(&r), 0);
		assert_null(reader_bytes(&r, 0));
		reader_fail(&r, ERR_RANGE);
		assert_int_equal(r.err, ERR_SHORT);
	}
}

static void
huge_length_does_not_wrap(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, bytes, sizeof(bytes));
	reader_skip(&r, 4);
	assert_null(reader_bytes(&r, SIZE_MAX));
	assert_int_equal(r.err, ERR_SHORT);
	assert_int_equal(r.err_pos, 4);
	assert_int_equal(r.pos, 4);
}

static void
nothing_to_read(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, NULL, 0);
	assert_int_equal(reader_left(&r), 0);
	assert_non_null(reader_bytes(&r, 0));
	assert_int_equal(r.err, ERR_OK);
	assert_int_equal(reader_u8(&r), 0);
	assert_int_equal(r.err, ERR_SHORT);
	/* A NULL pointer has no bytes, whatever length comes with it. */
	reader_init(&r, NULL, 7);
	assert_int_equal(reader_left(&r), 0);
}

static void
first_failure_wins(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, bytes, sizeof(bytes));
	reader_skip(&r, 3);
	reader_fail_at(&r, ERR_UNSUPPORTED, 1);
	reader_fail(&r, ERR_RANGE);
	assert_int_equal(r.err, ERR_UNSUPPORTED);
	assert_int_equal(r.err_pos, 1);

	reader_init(&r, bytes, sizeof(bytes));
	reader_skip(&r, 3);
	reader_fail(&r, ERR_RANGE);
	assert_int_equal(r.err_pos, 3);

	/* A place is always within the input, and ERR_OK is no failure. */
	reader_init(&r, bytes, sizeof(bytes));
	reader_fail_at(&r, ERR_OK, 2);
	assert_int_equal(r.err, ERR_OK);
	reader_fail_at(&r, ERR_RANGE, 1000);
	assert_int_equal(r.err_pos, sizeof(bytes));
}

static void
sub_readers(void **state)
{
	struct reader r, child;

	(void)state;
	reader_init(&r, bytes, sizeof(bytes));
	reader_skip(&r, 2);
	child = reader_sub(&r, 4);
	assert_int_equal(r.pos, 6);
	assert_int_equal(reader_left(&child), 4);
	assert_int_equal(reader_le32(&child), 0x06050403);
	assert_int_equal(reader_u8(&child), 0);
	assert_int_equal(child.err, ERR_SHORT);
	assert_int_equal(child.err_pos, 4);
	assert_int_equal(r.err, ERR_OK);	/* the parent is not concerned */

	child = reader_sub(&r, 0);
	assert_int_equal(child.err, ERR_OK);
	assert_int_equal(reader_left(&child), 0);

	child = reader_sub(&r, 11);
	assert_int_equal(r.err, ERR_SHORT);
	assert_int_equal(r.err_pos, 6);
	assert_int_equal(child.err, ERR_SHORT);
	assert_int_equal(child.len, 0);
	assert_int_equal(reader_u8(&child), 0);
}

static void
faults(void **state)
{
	struct fault f = { .ace = 9, .part = "DACL", .has_value = true, .value = 1 };
	struct fault_buf b;

	(void)state;
	assert_int_equal(fault_set(NULL, ERR_RANGE, 3, "x"), ERR_RANGE);
	assert_int_equal(fault_set_value(NULL, ERR_SHORT, 3, "x", 1), ERR_SHORT);
	/* What an earlier fault said is forgotten. */
	assert_int_equal(fault_set(&f, ERR_SHORT, 7, "header"), ERR_SHORT);
	assert_string_equal(fault_str(&f, &b), "at byte 7: header: runs past the end");
	fault_set_value(&f, ERR_RANGE, 112, "SID count", 255);
	assert_string_equal(fault_str(&f, &b), "at byte 112: SID count 255: value out of range");
	f.part = "DACL";
	assert_string_equal(fault_str(&f, &b),
	    "DACL at byte 112: SID count 255: value out of range");
	f.ace = 3;
	assert_string_equal(fault_str(&f, &b),
	    "DACL ACE 3 at byte 112: SID count 255: value out of range");
	fault_set(&f, ERR_SYNTAX, 0, NULL);
	assert_string_equal(fault_str(&f, &b), "at byte 0: value: malformed");

	for (int e = ERR_OK; e <= ERR_NOMEM + 1; e++) {
		assert_non_null(err_str((enum err)e));
		for (int other = ERR_OK; other < e; other++)
			assert_string_not_equal(err_str((enum err)e), err_str((enum err)other));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_in_order),
		cmocka_unit_test(short_reads_stick),
		cmocka_unit_test(huge_length_does_not_wrap),
		cmocka_unit_test(nothing_to_read),
		cmocka_unit_test(first_failure_wins),
		cmocka_unit_test(sub_readers),
		cmocka_unit_test(faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
