/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"

static void
appends(void **state)
{
	struct buf b = BUF_INIT;
	static const uint8_t le[] = { 'n', '=', '7', 0, 'x', 0x34, 0x12, 0xef, 0xbe, 0xad, 0xde };

	(void)state;
	assert_string_equal(buf_str(&b), "");
	buf_adds(&b, "n=");
	buf_addf(&b, "%d", 7);
	assert_string_equal(buf_str(&b), "n=7");
	buf_add(&b, "\0x", 2);		/* NULs are content */
	buf_le16(&b, 0x1234);
	buf_le32(&b, 0xdeadbeef);
	assert_int_equal(b.len, sizeof(le));
	assert_memory_equal(b.data, le, sizeof(le));
	assert_int_equal(b.data[b.len], '\0');
	assert_false(buf_failed(&b));
	buf_fini(&b);
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	buf_fini(&b);			/* twice is once */
}

static void
empty_appends(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_add(&b, NULL, 0);
	assert_false(buf_failed(&b));
	assert_non_null(b.data);
	assert_string_equal(b.data, "");
	buf_addf(&b, "%s", "");
	buf_adds(&b, "");
	assert_int_equal(b.len, 0);
	buf_fini(&b);
}

static void
numbers(void **state)
{
	static const uint64_t values[] = { 0, 1, 9, 10, 99, 100, INT32_MAX, UINT32_MAX, INT64_MAX,
		UINT64_MAX };
	struct buf b = BUF_INIT;
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		buf_clear(&b);
		buf_addu(&b, values[i]);
		snprintf(text, sizeof(text), "%" PRIu64, values[i]);
		assert_string_equal(buf_str(&b), text);
	}
	buf_fini(&b);
}

/* Formats of every length around the first growths. */
static void
formats_at_every_length(void **state)
{
	char text[300];

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		struct buf b = BUF_INIT;

		memset(text, 'a', n);
		text[n] = '\0';
		buf_addc(&b, '<');
		buf_addf(&b, "%s", text);
		buf_addc(&b, '>');
		assert_int_equal(b.len, n + 2);
		assert_int_equal(b.data[0], '<');
		assert_memory_equal(b.data + 1, text, n);
		assert_int_equal(b.data[n + 1], '>');
		assert_int_equal(strlen(b.data), n + 2);
		buf_fini(&b);
	}
}

static void
grows_a_byte_at_a_time(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		buf_addc(&b, (char)('a' + i % 26));
		assert_int_equal(b.data[b.len], '\0');
	}
	assert_int_equal(b.len, 10000);
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(b.data[i], 'a' + (int)(i % 26));
	buf_fini(&b);
}

static void
truncates_and_clears(void **state)
{
	struct buf b = BUF_INIT;
	const char *memory = NULL;

	(void)state;
	buf_truncate(&b, 0);		/* nothing to truncate, nothing allocated */
	buf_truncate(&b, 5);
	buf_adds(&b, "abcdef");
	buf_truncate(&b, 9);
	assert_string_equal(buf_str(&b), "abcdef");
	buf_truncate(&b, 3);
	assert_string_equal(buf_str(&b), "abc");
	buf_adds(&b, "X");
	assert_string_equal(buf_str(&b), "abcX");
	memory = b.data;
	buf_clear(&b);
	assert_string_equal(buf_str(&b), "");
	buf_adds(&b, "again");
	assert_ptr_equal(b.data, memory);
	buf_fini(&b);
	buf_clear(&b);
	assert_string_equal(buf_str(&b), "");
}

/* A length that no memory holds fails, sticks, and frees as usual. */
static void
failure_sticks(void **state)
{
	static const size_t lengths[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 2 - 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct buf b = BUF_INIT;

		buf_adds(&b, "ab");
		buf_add(&b, "", lengths[i]);
		assert_true(buf_failed(&b));
		assert_string_equal(buf_str(&b), "");
		buf_adds(&b, "c");
		buf_addf(&b, "%d", 1);
		buf_le32(&b, 1);
		assert_true(buf_failed(&b));
		assert_int_equal(b.len, 2);
		if (i % 2 == 0) {
			buf_clear(&b);
			assert_false(buf_failed(&b));
			buf_adds(&b, "fine");
			assert_string_equal(buf_str(&b), "fine");
		} else {
			assert_null(buf_steal(&b));
			assert_null(b.data);
			assert_false(buf_failed(&b));
		}
		buf_fini(&b);
	}
}

static void
steals(void **state)
{
	struct buf b = BUF_INIT;
	char *s = NULL;

	(void)state;
	buf_adds(&b, "mine");
	s = buf_steal(&b);
	assert_string_equal(s, "mine");
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.cap, 0);
	free(s);
	s = buf_steal(&b);		/* nothing appended: still a string */
	assert_string_equal(s, "");
	free(s);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends),
		cmocka_unit_test(empty_appends),
		cmocka_unit_test(numbers),
		cmocka_unit_test(formats_at_every_length),
		cmocka_unit_test(grows_a_byte_at_a_time),
		cmocka_unit_test(truncates_and_clears),
		cmocka_unit_test(failure_sticks),
		cmocka_unit_test(steals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
