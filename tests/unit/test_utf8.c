/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/utf8.h"
#include "../textcheck.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])
/* A literal with its length, NULs included. */
#define T(s) s, sizeof (s) - 1

static void
valid(void **state)
{
	static const struct { const char *s; size_t len; bool valid; } cases[] = {
		{ T(""), true },
		{ T("a\0b\x7f"), true },
		{ T("\xc2\x80\xdf\xbf"), true },
		{ T("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"), true },
		{ T("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), true },
		{ T("\x80"), false },
		{ T("\xc0\x80"), false },
		{ T("\xc1\xbf"), false },
		{ T("\xe0\x9f\xbf"), false },
		{ T("\xed\xa0\x80"), false },
		{ T("\xf0\x8f\xbf\xbf"), false },
		{ T("\xf4\x90\x80\x80"), false },
		{ T("\xf5\x80\x80\x80"), false },
		{ T("\xf8\x88\x80\x80\x80"), false },
		{ T("\xc3"), false },
		{ T("\xe2\x82"), false },
		{ T("\xf0\x9f\x98"), false },
		{ T("\xc3" "a"), false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(utf8_valid(cases[i].s, cases[i].len), cases[i].valid);
		assert_int_equal(check_utf8(cases[i].s, cases[i].len), cases[i].valid);
	}
}

/* Every character, there and back; and what is none. */
static void
round_trip(void **state)
{
	struct buf b = BUF_INIT;
	uint32_t c, got = 0;

	(void)state;
	for (c = 0; c <= 0x10ffff; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		buf_clear(&b);
		utf8_add(&b, c);
		if (utf8_next(b.data, b.len, &got) != b.len || got != c)
			fail_msg("U+%04x: %u", (unsigned)c, (unsigned)got);
		/* without its last byte it is ill-formed, and that is all of it */
		if (b.len > 1 && (utf8_next(b.data, b.len - 1, &got) != b.len - 1 ||
		    got != UTF8_INVALID))
			fail_msg("U+%04x cut short", (unsigned)c);
	}
	buf_fini(&b);
}

/* Unicode 3.9: an ill-formed sequence is as long as it could have gone on well. */
static void
ill_formed(void **state)
{
	static const struct { const char *s; size_t len, takes; } cases[] = {
		{ T("\x80\x80"), 1 }, { T("\xc0\x80"), 1 }, { T("\xff\x80"), 1 },
		{ T("\xc2" "a"), 1 }, { T("\xe2\x82" "a"), 2 }, { T("\xe0\x80\x80"), 1 },
		{ T("\xed\xa0\x80"), 1 }, { T("\xf0\x90\x80" "a"), 3 }, { T("\xf4\x90\x80\x80"), 1 },
	};
	uint32_t c = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(utf8_next(cases[i].s, cases[i].len, &c), cases[i].takes);
		assert_int_equal(c, UTF8_INVALID);
	}
}

static void
kinds(void **state)
{
	static const uint32_t controls[] = { 0, 0x1f, 0x7f, 0x80, 0x9f };
	static const uint32_t deceiving[] = { 0x061c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x202e,
		0x2060, 0x206f, 0xfeff, 0xfff9, 0xfffb, 0xe0000, 0xe007f };
	static const uint32_t neither[] = { ' ', '~', 0xa0, 0x200c, 0x200d, 0x2027, 0x202f, 0x205f,
		0x2070, 0xfff8, 0xfffd, 0xe0080, 0x10ffff };

	(void)state;
	for (size_t i = 0; i < COUNT(controls); i++)
		assert_true(utf8_is_control(controls[i]) && !utf8_deceives(controls[i]));
	for (size_t i = 0; i < COUNT(deceiving); i++)
		assert_true(utf8_deceives(deceiving[i]) && !utf8_is_control(deceiving[i]));
	for (size_t i = 0; i < COUNT(neither); i++)
		assert_false(utf8_deceives(neither[i]) || utf8_is_control(neither[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(ill_formed),
		cmocka_unit_test(kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
