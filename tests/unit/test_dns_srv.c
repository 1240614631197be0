/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "source/dns_srv.h"

/* An answer of DNS (RFC 1035 4.1), built piece by piece. */

static void
be16(struct buf *b, unsigned n)
{
	buf_addc(b, (char)(n >> 8));
	buf_addc(b, (char)n);
}

static void
name(struct buf *b, const char *s)
{
	for (size_t n; *s; s += n + (s[n] == '.')) {
		n = strcspn(s, ".");
		buf_addc(b, (char)n);
		buf_add(b, s, n);
	}
	buf_addc(b, 0);
}

#define QUESTION "_ldap._tcp.dc._msdcs.x.test"

static void
header(struct buf *b, unsigned flags, unsigned answers)
{
	buf_clear(b);
	be16(b, 4711);
	be16(b, flags);
	be16(b, 1);
	be16(b, answers);
	be16(b, 0);
	be16(b, 0);
	name(b, QUESTION);
	be16(b, 33);
	be16(b, 1);
}

/* The owner is the question's name, at byte 12. */
static void
record_head(struct buf *b, unsigned type, unsigned class, unsigned len)
{
	be16(b, 0xc00c);
	be16(b, type);
	be16(b, class);
	be16(b, 0);
	be16(b, 600);
	be16(b, len);
}

static void
record(struct buf *b, unsigned priority, unsigned weight, unsigned port, const char *target)
{
	struct buf t = BUF_INIT;

	name(&t, target);
	record_head(b, 33, 1, (unsigned)t.len + 6);
	be16(b, priority);
	be16(b, weight);
	be16(b, port);
	buf_add(b, t.data, t.len);
	buf_fini(&t);
}

static enum err
parse(const struct buf *b, size_t len, struct srv_list *out)
{
	/* An exact copy, so that a byte read past it is seen. */
	uint8_t *copy = malloc(len ? len : 1);
	enum err err;

	assert_non_null(copy);
	memcpy(copy, b->data, len);
	*out = (struct srv_list){ NULL, 0, 0 };
	err = srv_parse(copy, len, out);
	free(copy);
	return err;
}

static void
good(void **state)
{
	struct srv_list l;
	struct buf b = BUF_INIT;

	(void)state;
	header(&b, 0x8180, 3);
	record(&b, 0, 100, 389, "DC1.x.test");
	record_head(&b, 5, 1, 2);	/* an alias among them */
	be16(&b, 0xc00c);
	record(&b, 10, 0, 3389, "dc-2.x.test");
	assert_int_equal(parse(&b, b.len, &l), ERR_OK);
	assert_int_equal(l.count, 2);
	assert_string_equal(l.list[0].host, "dc1.x.test");
	assert_int_equal(l.list[0].weight, 100);
	assert_int_equal(l.list[1].priority, 10);
	assert_int_equal(l.list[1].port, 3389);
	srv_list_fini(&l);

	/* Each shorter answer is an error: no controller gets lost in silence. */
	for (size_t n = 0; n < b.len; n++)
		assert_int_not_equal(parse(&b, n, &l), ERR_OK);

	header(&b, 0x8180, 0);
	assert_int_equal(parse(&b, b.len, &l), ERR_OK);
	assert_int_equal(l.count, 0);
	buf_fini(&b);
}

static void
targets(void **state)
{
	static const struct { const char *target; unsigned port; size_t count, unusable; } rows[] = {
		{ "", 0, 0, 0 },		/* "." : decidedly not available */
		{ "", 389, 0, 0 },
		{ "a", 389, 1, 0 },
		{ "a", 0, 0, 1 },
		{ "-a.test", 389, 0, 1 },
		{ "a b.test", 389, 0, 1 },
		{ "a\nb", 389, 0, 1 },
		{ "d\xc3\xa9.test", 389, 0, 1 },
		{ "a/b", 389, 0, 1 },
		{ "user@evil", 389, 0, 1 },
	};
	struct buf b = BUF_INIT;
	struct srv_list l;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		header(&b, 0x8180, 1);
		record(&b, 1, 2, rows[i].port, rows[i].target);
		assert_int_equal(parse(&b, b.len, &l), ERR_OK);
		assert_int_equal(l.count, rows[i].count);
		assert_int_equal(l.unusable, rows[i].unusable);
		srv_list_fini(&l);
	}
	/* A label with a dot in it is another name than it looks. */
	header(&b, 0x8180, 1);
	record_head(&b, 33, 1, 6 + 5);
	buf_add(&b, "\0\1\0\1\1\205\3a.b", 10);
	buf_addc(&b, 0);
	assert_int_equal(parse(&b, b.len, &l), ERR_OK);
	assert_int_equal(l.count, 0);
	assert_int_equal(l.unusable, 1);
	buf_fini(&b);
}

static void
bad(void **state)
{
	static const unsigned flags[] = { 0x0100 /* a question */, 0x8380 /* cut */,
		0x8183 /* no such name */, 0x8182 };
	struct buf b = BUF_INIT;
	struct srv_list l;

	(void)state;
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		header(&b, flags[i], 1);
		record(&b, 1, 2, 389, "a.test");
		assert_int_equal(parse(&b, b.len, &l), ERR_SYNTAX);
	}
	/* more records than there are */
	header(&b, 0x8180, 2);
	record(&b, 1, 2, 389, "a.test");
	assert_int_not_equal(parse(&b, b.len, &l), ERR_OK);
	/* too short for a name */
	header(&b, 0x8180, 1);
	record_head(&b, 33, 1, 6);
	buf_add(&b, "\0\1\0\1\1\205", 6);
	assert_int_equal(parse(&b, b.len, &l), ERR_SHORT);
	header(&b, 0x8180, 1);
	record_head(&b, 33, 1, 0);
	assert_int_equal(parse(&b, b.len, &l), ERR_SHORT);
	/* a name that ends before the record does, and one that does not end in it */
	header(&b, 0x8180, 1);
	record_head(&b, 33, 1, 6 + 4);
	buf_add(&b, "\0\1\0\1\1\205\1a\0x", 10);
	assert_int_equal(parse(&b, b.len, &l), ERR_SYNTAX);
	header(&b, 0x8180, 2);
	record_head(&b, 33, 1, 6 + 2);
	buf_add(&b, "\0\1\0\1\1\205\1a", 8);
	record(&b, 1, 2, 389, "a.test");
	assert_int_not_equal(parse(&b, b.len, &l), ERR_OK);
	/* a name that points at itself, and past the end */
	header(&b, 0x8180, 1);
	record_head(&b, 33, 1, 6 + 2);
	buf_add(&b, "\0\1\0\1\1\205", 6);
	be16(&b, 0xc000 | (unsigned)b.len);
	assert_int_not_equal(parse(&b, b.len, &l), ERR_OK);
	header(&b, 0x8180, 1);
	record_head(&b, 33, 1, 6 + 2);
	buf_add(&b, "\0\1\0\1\1\205\xff\xff", 8);
	assert_int_not_equal(parse(&b, b.len, &l), ERR_OK);
	/* another type and class: not ours to read */
	header(&b, 0x8180, 2);
	record_head(&b, 1, 1, 4);
	be16(&b, 0);
	be16(&b, 1);
	record_head(&b, 33, 3, 1);
	buf_addc(&b, 'x');
	assert_int_equal(parse(&b, b.len, &l), ERR_OK);
	assert_int_equal(l.count, 0);
	buf_fini(&b);
}

static void
text(const struct srv_list *l, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < l->count; i++)
		buf_addf(out, "%s%s", i ? " " : "", l->list[i].host);
}

/* Numbers to draw, one after the other. */
static uint32_t
next(void *arg, uint32_t max)
{
	const uint32_t **n = arg, v = *(*n)++;

	assert_true(v <= max);
	return v;
}

static void
order(void **state)
{
	static const struct srv records[] = {
		{ "c", 10, 0, 389 }, { "b", 0, 50, 389 }, { "a", 0, 50, 389 }, { "light", 0, 0, 389 },
		{ "heavy", 0, 100, 389 }, { "d", 10, 0, 389 }, { "d", 10, 0, 390 },
	};
	/* The running sum within priority 0, from the lightest on: light 0, b 50,
	 * a 100, heavy 200. */
	static const struct { uint32_t numbers[5]; const char *want; } rows[] = {
		{ { 0, 0, 0, 0, 0 }, "light b a heavy d d c" },
		{ { 200, 100, 50, 0, 0 }, "heavy a b light d d c" },
		{ { 1, 51, 50, 0, 0 }, "b heavy a light d d c" },
		{ { 101, 51, 0, 0, 0 }, "heavy a light b d d c" },
	};
	struct srv list[sizeof records / sizeof *records];
	struct srv_list l = { list, sizeof records / sizeof *records, 0 };
	struct buf b = BUF_INIT;

	(void)state;
	memcpy(list, records, sizeof records);
	srv_order(&l, NULL, NULL);
	text(&l, &b);
	assert_string_equal(buf_str(&b), "heavy a b light c d d");
	assert_int_equal(l.list[5].port, 389);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const uint32_t *numbers = rows[i].numbers;

		memcpy(list, records, sizeof records);
		srv_order(&l, next, &numbers);
		text(&l, &b);
		assert_string_equal(buf_str(&b), rows[i].want);
	}
	l.count = 0;
	srv_order(&l, next, NULL);
	buf_fini(&b);
}

static void
names(void **state)
{
	char domain[260];
	struct source_error err;
	struct srv_list l;

	(void)state;
	assert_int_equal(srv_controllers("not a domain", NULL, &l, &err), SOURCE_QUERY);
	assert_int_equal(srv_controllers("x.test", "two.labels", &l, &err), SOURCE_QUERY);
	assert_int_equal(srv_controllers("x.test", "a b", &l, &err), SOURCE_QUERY);
	memset(domain, 'a', 240);
	for (size_t i = 60; i < 240; i += 60)
		domain[i] = '.';
	domain[240] = 0;
	assert_int_equal(srv_controllers(domain, NULL, &l, &err), SOURCE_QUERY);
	assert_true(strlen(err.text) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(targets),
		cmocka_unit_test(bad),
		cmocka_unit_test(order),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
