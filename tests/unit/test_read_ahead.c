/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/read_ahead.h"

#define LARGE ((size_t)3 << 20)

/* A source of `count` entries, then its end or an error. Each large_every-th has a
 * value of 3 MiB; all are made in the same memory, which the next one overwrites. */
struct script {
	size_t count, given, large_every;
	enum source_status status;
	char dn[32];
	uint8_t *bytes;
	struct value value;
	struct attr attr;
	struct entry entry;
};

/* What came: `stop` is the one at which no more is wanted. */
struct seen {
	size_t count, stop;
};

static enum source_status
next(void *arg, const struct entry **e, struct source_error *err)
{
	struct script *s = arg;
	size_t len = s->large_every && s->given % s->large_every == 0 ? LARGE : 8;

	*e = NULL;
	if (s->given == s->count) {
		*err = (struct source_error){ .status = s->status };
		snprintf(err->text, sizeof err->text, "after %zu", s->given);
		return s->status;
	}
	snprintf(s->dn, sizeof s->dn, "CN=%zu", s->given);
	memset(s->bytes, (int)(s->given % 251), len);
	s->value = (struct value){ s->bytes, len };
	s->attr = (struct attr){ .name = "x", .values = &s->value, .count = 1 };
	s->entry = (struct entry){ s->dn, strlen(s->dn), &s->attr, 1 };
	s->given++;
	*e = &s->entry;
	return SOURCE_OK;
}

static int
see(void *arg, const struct entry *e)
{
	struct seen *seen = arg;
	const struct value *v = entry_value(e, "x");
	char dn[32];

	snprintf(dn, sizeof dn, "CN=%zu", seen->count);
	assert_string_equal(e->dn, dn);
	assert_non_null(v);
	for (size_t i = 0; i < v->len; i += v->len > 8 ? 4096 : 1)
		assert_int_equal(v->data[i], seen->count % 251);
	return ++seen->count == seen->stop;
}

static void
reads(void **state)
{
	static const struct {
		size_t count, large_every, stop;
		enum source_status ends, wanted;
		size_t seen;
	} rows[] = {
		{ 0, 0, 0, SOURCE_OK, SOURCE_OK, 0 },
		{ 1, 0, 0, SOURCE_OK, SOURCE_OK, 1 },
		{ 64, 0, 0, SOURCE_OK, SOURCE_OK, 64 },
		{ 65, 0, 0, SOURCE_OK, SOURCE_OK, 65 },
		{ 10000, 0, 0, SOURCE_OK, SOURCE_OK, 10000 },
		{ 300, 10, 0, SOURCE_OK, SOURCE_OK, 300 },
		/* An error comes after all that was before it. */
		{ 0, 0, 0, SOURCE_PROTOCOL, SOURCE_PROTOCOL, 0 },
		{ 1000, 0, 0, SOURCE_PROTOCOL, SOURCE_PROTOCOL, 1000 },
		{ 20, 3, 0, SOURCE_NOMEM, SOURCE_NOMEM, 20 },
		/* Whoever has had enough is not called again. */
		{ 1000, 0, 1, SOURCE_OK, SOURCE_STOPPED, 1 },
		{ 1000, 0, 64, SOURCE_OK, SOURCE_STOPPED, 64 },
		{ 1000, 0, 700, SOURCE_PROTOCOL, SOURCE_STOPPED, 700 },
		{ 1000, 0, 1000, SOURCE_PROTOCOL, SOURCE_STOPPED, 1000 },
		{ 300, 2, 5, SOURCE_OK, SOURCE_STOPPED, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct script s = { .count = rows[i].count, .large_every = rows[i].large_every,
			.status = rows[i].ends, .bytes = malloc(LARGE) };
		struct seen seen = { 0, rows[i].stop };
		struct source_error err = { .status = SOURCE_OK };

		assert_non_null(s.bytes);
		if (read_ahead(next, &s, see, &seen, &err) != rows[i].wanted ||
		    seen.count != rows[i].seen)
			fail_msg("row %zu: %zu seen", i, seen.count);
		if (rows[i].wanted != SOURCE_OK && rows[i].wanted != SOURCE_STOPPED) {
			char text[32];

			snprintf(text, sizeof text, "after %zu", rows[i].count);
			assert_int_equal(err.status, rows[i].wanted);
			assert_string_equal(err.text, text);
		}
		/* No more than is kept between the two is read in vain. */
		if (rows[i].stop)
			assert_true(s.given <= rows[i].stop + 6 * 64);
		free(s.bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
