/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/adtime.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])
#define UNTOUCHED INT64_C(-77)
/* 1970-01-01T00:00:00Z and 10000-01-01T00:00:00Z. */
#define EPOCH_1970 INT64_C(116444736000000000)
#define YEAR_10000 INT64_C(2650467744000000000)

typedef enum err (*parse_fn)(const char *, size_t, int64_t *);

struct parse_case {
	const char *text;
	enum err err;
	int64_t want;
};

static void
run(parse_fn parse, const struct parse_case *cases, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		int64_t t = UNTOUCHED;
		enum err err = parse(cases[i].text, strlen(cases[i].text), &t);

		if (err != cases[i].err || t != (err == ERR_OK ? cases[i].want : UNTOUCHED))
			fail_msg("\"%s\": error %d, value %" PRId64, cases[i].text, (int)err, t);
	}
}

static void
integers(void **state)
{
	static const struct parse_case cases[] = {
		{ "0", ERR_OK, 0 },
		{ "-1", ERR_OK, -1 },
		{ "512", ERR_OK, 512 },
		{ "-36288000000000", ERR_OK, -42 * ADTIME_DAY },
		{ "9223372036854775807", ERR_OK, INT64_MAX },
		{ "-9223372036854775808", ERR_OK, INT64_MIN },
		{ "-9223372036854775807", ERR_OK, -INT64_MAX },
		{ "9223372036854775808", ERR_RANGE, 0 },
		{ "-9223372036854775809", ERR_RANGE, 0 },
		{ "18446744073709551616", ERR_RANGE, 0 },
		{ "99999999999999999999999999", ERR_RANGE, 0 },
		{ "", ERR_SHORT, 0 },
		{ "-", ERR_SHORT, 0 },
		{ "+1", ERR_SYNTAX, 0 },
		{ " 1", ERR_SYNTAX, 0 },
		{ "--1", ERR_SYNTAX, 0 },
		{ "x", ERR_SYNTAX, 0 },
		{ "007", ERR_SYNTAX, 0 },
		{ "-0", ERR_SYNTAX, 0 },
		{ "-01", ERR_SYNTAX, 0 },
		{ "0x10", ERR_TRAILING, 0 },
		{ "1x", ERR_TRAILING, 0 },
		{ "1 ", ERR_TRAILING, 0 },
		{ "1.5", ERR_TRAILING, 0 },
		{ "1-", ERR_TRAILING, 0 },
	};
	int64_t t = UNTOUCHED;

	(void)state;
	run(adtime_parse_int, cases, COUNT(cases));
	assert_int_equal(adtime_parse_int("1\0", 2, &t), ERR_TRAILING);
	assert_int_equal(adtime_parse_int("123", 2, &t), ERR_OK);
	assert_int_equal(t, 12);
}

static void
generalized(void **state)
{
	static const struct parse_case cases[] = {
		{ "16010101000000.0Z", ERR_OK, 0 },
		{ "16010101000000Z", ERR_OK, 0 },
		{ "16010101000001.0Z", ERR_OK, ADTIME_SECOND },
		{ "19700101000000.0Z", ERR_OK, EPOCH_1970 },
		{ "20260115120000.0Z", ERR_OK, INT64_C(134129520000000000) },
		{ "20260115120000Z", ERR_OK, INT64_C(134129520000000000) },
		{ "202601151200Z", ERR_OK, INT64_C(134129520000000000) },
		{ "2026011512Z", ERR_OK, INT64_C(134129520000000000) },
		{ "20260115140000.0+0200", ERR_OK, INT64_C(134129520000000000) },
		{ "20260115140000+02", ERR_OK, INT64_C(134129520000000000) },
		{ "20260115070000-0500", ERR_OK, INT64_C(134129520000000000) },
		{ "2026011511.5-0030", ERR_OK, INT64_C(134129520000000000) },
		{ "202601151159,5Z", ERR_OK, INT64_C(134129520000000000) - 30 * ADTIME_SECOND },
		{ "16010101000000.0000001Z", ERR_OK, 1 },
		{ "16010101000000.00000019Z", ERR_OK, 1 },
		{ "16010101000000.99999999999999999999Z", ERR_OK, ADTIME_SECOND - 1 },
		{ "99991231235959.9999999Z", ERR_OK, YEAR_10000 - 1 },
		{ "20240229000000.0Z", ERR_OK, INT64_C(133536384000000000) },
		{ "20000229000000.0Z", ERR_OK, INT64_C(125962560000000000) },
		{ "20230229000000.0Z", ERR_RANGE, 0 },
		{ "19000229000000.0Z", ERR_RANGE, 0 },
		{ "16001231235959.0Z", ERR_RANGE, 0 },
		{ "00000101000000.0Z", ERR_RANGE, 0 },
		{ "16010101000000+0001", ERR_RANGE, 0 },
		{ "99991231235959-0001", ERR_RANGE, 0 },
		{ "20261301000000.0Z", ERR_RANGE, 0 },
		{ "20260001000000.0Z", ERR_RANGE, 0 },
		{ "20260100000000.0Z", ERR_RANGE, 0 },
		{ "20260132000000.0Z", ERR_RANGE, 0 },
		{ "20260431000000.0Z", ERR_RANGE, 0 },
		{ "20260115240000.0Z", ERR_RANGE, 0 },
		{ "20260115126000.0Z", ERR_RANGE, 0 },
		{ "20260115235960.0Z", ERR_RANGE, 0 },	/* a leap second */
		{ "20260115120000+2400", ERR_RANGE, 0 },
		{ "20260115120000+0060", ERR_RANGE, 0 },
		{ "", ERR_SHORT, 0 },
		{ "2026", ERR_SHORT, 0 },
		{ "20260115", ERR_SHORT, 0 },
		{ "20260115120000", ERR_SHORT, 0 },
		{ "20260115120000.", ERR_SHORT, 0 },
		{ "20260115120000.0", ERR_SHORT, 0 },
		{ "20260115120000+", ERR_SHORT, 0 },
		{ "20260115120000+0", ERR_SHORT, 0 },
		{ "20260115120000+020", ERR_SHORT, 0 },
		{ "202601151Z", ERR_SYNTAX, 0 },
		{ "20260115120000.Z", ERR_SYNTAX, 0 },
		{ "20260115120000z", ERR_SYNTAX, 0 },
		{ "+2026115120000Z", ERR_SYNTAX, 0 },
		{ " 20260115120000Z", ERR_SYNTAX, 0 },
		{ "2026-01-15T12:00:00Z", ERR_SYNTAX, 0 },
		{ "20260115120000ZZ", ERR_TRAILING, 0 },
		{ "20260115120000Z ", ERR_TRAILING, 0 },
		{ "20260115120000+02:00", ERR_TRAILING, 0 },
	};

	(void)state;
	run(adtime_parse_generalized, cases, COUNT(cases));
}

static void
iso(void **state)
{
	static const struct parse_case cases[] = {
		{ "1601-01-01", ERR_OK, 0 },
		{ "1970-01-01", ERR_OK, EPOCH_1970 },
		{ "2026-01-15T12:00", ERR_OK, INT64_C(134129520000000000) },
		{ "2026-01-15T12:00Z", ERR_OK, INT64_C(134129520000000000) },
		{ "2026-01-15T12:00:00", ERR_OK, INT64_C(134129520000000000) },
		{ "2026-01-15T12:00:00Z", ERR_OK, INT64_C(134129520000000000) },
		{ "2026-01-15T12:00:00.000Z", ERR_OK, INT64_C(134129520000000000) },
		{ "2026-01-15T14:00:00+02:00", ERR_OK, INT64_C(134129520000000000) },
		{ "2026-01-15T07:00-05:00", ERR_OK, INT64_C(134129520000000000) },
		{ "2026-01-16T02:45+14:45", ERR_OK, INT64_C(134129520000000000) },
		{ "1601-01-01T00:00:00.0000001", ERR_OK, 1 },
		{ "1601-01-01T00:00:00,25Z", ERR_OK, ADTIME_SECOND / 4 },
		{ "9999-12-31T23:59:59.9999999Z", ERR_OK, YEAR_10000 - 1 },
		{ "1600-12-31", ERR_RANGE, 0 },
		{ "1601-01-01T00:00+00:01", ERR_RANGE, 0 },
		{ "9999-12-31T23:59-00:01", ERR_RANGE, 0 },
		{ "2026-02-29", ERR_RANGE, 0 },
		{ "2026-13-01", ERR_RANGE, 0 },
		{ "2026-01-15T24:00", ERR_RANGE, 0 },
		{ "2026-01-15T12:00:60", ERR_RANGE, 0 },
		{ "2026-01-15T12:00+24:00", ERR_RANGE, 0 },
		{ "", ERR_SHORT, 0 },
		{ "2026-01", ERR_SHORT, 0 },
		{ "2026-01-15T", ERR_SHORT, 0 },
		{ "2026-01-15T12", ERR_SHORT, 0 },
		{ "2026-01-15T12:", ERR_SHORT, 0 },
		{ "2026-01-15T12:00:", ERR_SHORT, 0 },
		{ "2026-01-15T12:00:00.", ERR_SHORT, 0 },
		{ "2026-01-15T12:00+02", ERR_SHORT, 0 },
		{ "2026-1-15", ERR_SYNTAX, 0 },
		{ "20260115", ERR_SYNTAX, 0 },
		{ "2026-01-15T12:00+0200", ERR_SYNTAX, 0 },
		{ "2026-01-15T12:00:00.Z", ERR_SYNTAX, 0 },
		{ "-2026-01-15", ERR_SYNTAX, 0 },
		{ "2026-01-15 12:00", ERR_TRAILING, 0 },
		{ "2026-01-15Z", ERR_TRAILING, 0 },
		{ "2026-01-15T12:00z", ERR_TRAILING, 0 },
		{ "2026-01-15T12:00.5Z", ERR_TRAILING, 0 },
		{ "2026-01-15T12:00ZZ", ERR_TRAILING, 0 },
	};

	(void)state;
	run(adtime_parse_iso, cases, COUNT(cases));
}

static void
print(void **state)
{
	static const struct { int64_t t; const char *text; } cases[] = {
		{ 0, "1601-01-01T00:00:00Z" },
		{ ADTIME_SECOND - 1, "1601-01-01T00:00:00Z" },
		{ EPOCH_1970, "1970-01-01T00:00:00Z" },
		{ EPOCH_1970 - 1, "1969-12-31T23:59:59Z" },
		{ INT64_C(134129520000000000), "2026-01-15T12:00:00Z" },
		{ INT64_C(125962560000000000), "2000-02-29T00:00:00Z" },
		{ YEAR_10000 - 1, "9999-12-31T23:59:59Z" },
		{ YEAR_10000, "2650467744000000000" },
		{ -1, "-1" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	struct adtime_buf b;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(adtime_iso(cases[i].t, &b), cases[i].text);
}

/* Counts the calendar day by day, by its plain definition, and asks for each
 * day at a different time of the day. */
static void
every_day(void **state)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t day = 0;
	int y, m, d;

	(void)state;
	for (y = 1601; y <= 9999; y++) {
		bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

		for (m = 1; m <= 12; m++) {
			int last = days[m - 1] + (m == 2 && leap);

			for (d = 1; d <= last; d++, day++) {
				int s = (int)(day * 7919 % 86400);
				int64_t t = -1;
				struct adtime_buf b;
				char text[64];

				snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ",
				    y, m, d, s / 3600, s / 60 % 60, s % 60);
				if (adtime_parse_iso(text, strlen(text), &t) != ERR_OK ||
				    t != day * ADTIME_DAY + s * ADTIME_SECOND ||
				    strcmp(adtime_iso(t, &b), text) != 0)
					fail_msg("%s", text);
			}
		}
	}
	assert_true(day * ADTIME_DAY == YEAR_10000);
}

static void
unix_time(void **state)
{
	/* -922337203686 s is 4.5 ms before INT64_MIN, counted from 1601. */
	const int64_t low = INT64_C(-922337203686) - INT64_C(11644473600);
	const int64_t high = INT64_C(922337203685) - INT64_C(11644473600);

	(void)state;
	assert_true(adtime_from_unix(0, 0) == EPOCH_1970);
	assert_true(adtime_from_unix(0, 199) == EPOCH_1970 + 1);
	assert_true(adtime_from_unix(-1, 999999999) == EPOCH_1970 - 1);
	assert_true(adtime_from_unix(0, -1) == EPOCH_1970 - 1);
	assert_true(adtime_from_unix(0, INT32_MAX) == EPOCH_1970 + 21474836);
	assert_true(adtime_from_unix(-11644473600, 0) == 0);
	assert_true(adtime_from_unix(-11644473601, 0) == -ADTIME_SECOND);
	assert_true(adtime_from_unix(1768478400, 0) == INT64_C(134129520000000000));
	assert_true(adtime_from_unix(high, 477580600) == INT64_MAX - 1);
	assert_true(adtime_from_unix(high, 477580700) == INT64_MAX);
	assert_true(adtime_from_unix(high, 477580800) == INT64_MAX);
	assert_true(adtime_from_unix(high + 1, 0) == INT64_MAX);
	assert_true(adtime_from_unix(INT64_MAX, 999999999) == INT64_MAX);
	assert_true(adtime_from_unix(low, 522419300) == INT64_MIN + 1);
	assert_true(adtime_from_unix(low, 522419200) == INT64_MIN);
	assert_true(adtime_from_unix(low, 522419100) == INT64_MIN);
	assert_true(adtime_from_unix(low, 0) == INT64_MIN);
	assert_true(adtime_from_unix(INT64_MIN, 0) == INT64_MIN);
	assert_true(adtime_from_unix(INT64_MIN, INT32_MIN) == INT64_MIN);
}

static void
arithmetic(void **state)
{
	(void)state;
	assert_true(adtime_add(1, 2) == 3);
	assert_true(adtime_add(INT64_MAX, -1) == INT64_MAX - 1);
	assert_true(adtime_add(INT64_MAX, 1) == INT64_MAX);
	assert_true(adtime_add(1, INT64_MAX) == INT64_MAX);
	assert_true(adtime_add(INT64_MAX, INT64_MAX) == INT64_MAX);
	assert_true(adtime_add(INT64_MIN, -1) == INT64_MIN);
	assert_true(adtime_add(INT64_MIN, INT64_MIN) == INT64_MIN);
	assert_true(adtime_add(INT64_MIN, INT64_MAX) == -1);
	assert_true(adtime_add(INT64_MIN, 0) == INT64_MIN);
	assert_true(adtime_abs(0) == 0);
	assert_true(adtime_abs(-ADTIME_DAY) == ADTIME_DAY);
	assert_true(adtime_abs(ADTIME_DAY) == ADTIME_DAY);
	assert_true(adtime_abs(INT64_MIN) == INT64_MAX);
	assert_true(adtime_abs(-INT64_MAX) == INT64_MAX);
}

static void
spans(void **state)
{
	static const struct { int64_t t; const char *text; } cases[] = {
		{ 0, "0" },
		{ -42 * ADTIME_DAY, "42 days" },
		{ -ADTIME_DAY, "1 day" },
		{ ADTIME_DAY, "1 day" },
		{ -30 * ADTIME_MINUTE, "30 minutes" },
		{ -26 * ADTIME_HOUR, "1 day 2 hours" },
		{ -ADTIME_DAY - ADTIME_SECOND, "1 day 1 second" },
		{ -90 * ADTIME_SECOND, "1 minute 30 seconds" },
		{ -15 * ADTIME_SECOND / 10, "1 second" },
		{ -1, "less than 1 second" },
		{ INT64_MIN, "never" },
		{ INT64_MAX, "never" },
		{ INT64_MIN + 2, "10675199 days 2 hours 48 minutes 5 seconds" },
		{ INT64_C(-10675198) * ADTIME_DAY - ADTIME_DAY + ADTIME_SECOND,
		    "10675198 days 23 hours 59 minutes 59 seconds" },
	};
	struct adtime_span_buf b;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(adtime_span(cases[i].t, &b), cases[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(generalized),
		cmocka_unit_test(iso),
		cmocka_unit_test(print),
		cmocka_unit_test(every_day),
		cmocka_unit_test(unix_time),
		cmocka_unit_test(arithmetic),
		cmocka_unit_test(spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
