/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "source/seen_set.h"

/* Notes an entry with this DN and GUID; length 0: not returned. */
static enum seen
add(struct seen_set *s, const char *dn, const void *guid, size_t len)
{
	const struct value v = { guid, len };
	const struct attr a = { .name = "OBJECTGuid", .values = &v, .count = 1 };

	return seen_add(s, &(const struct entry){ dn, strlen(dn), &a, len > 0 });
}

static void
guid_first(void **state)
{
	static const char one[16] = "0123456789abcdef", other[16] = "0123456789abcdeF";
	static const char nil[16];
	struct seen_set s;

	(void)state;
	assert_int_equal(seen_init(&s), 0);
	assert_int_equal(add(&s, "CN=a,DC=x", one, 16), SEEN_NEW);
	assert_int_equal(add(&s, "CN=a,DC=x", one, 16), SEEN_BEFORE);
	/* Moved, renamed: the same. */
	assert_int_equal(add(&s, "CN=b,OU=y,DC=x", one, 16), SEEN_BEFORE);
	/* Another object that has taken its name: not the same. */
	assert_int_equal(add(&s, "CN=a,DC=x", other, 16), SEEN_NEW);
	assert_int_equal(add(&s, "CN=n,DC=x", nil, 16), SEEN_NEW);
	assert_int_equal(add(&s, "CN=n,DC=x", nil, 16), SEEN_BEFORE);
	seen_clear(&s);
	assert_null(s.parts);
	assert_int_equal(add(&s, "CN=a,DC=x", one, 16), SEEN_NEW);
	seen_fini(&s);
}

/* Whoever makes GUIDs that are half the same makes them no fewer. */
static void
half_the_same(void **state)
{
	uint64_t guid[2] = { UINT64_C(0x0123456789abcdef), 0 };
	struct seen_set s;

	(void)state;
	assert_int_equal(seen_init(&s), 0);
	for (int half = 0; half < 2; half++)
		for (guid[1] = 1; guid[1] < 20000; guid[1]++) {
			const uint64_t swapped[2] = { guid[1], guid[0] + 1 };

			assert_int_equal(add(&s, "CN=a,DC=x", half ? swapped : guid, 16), SEEN_NEW);
		}
	seen_fini(&s);
}

static void
then_dn(void **state)
{
	static const char guid[17] = "0123456789abcdefg";
	struct seen_set s;

	(void)state;
	assert_int_equal(seen_init(&s), 0);
	assert_int_equal(add(&s, "CN=a,DC=x", NULL, 0), SEEN_NEW);
	assert_int_equal(add(&s, "cn=A, dc=X", NULL, 0), SEEN_BEFORE);
	/* What is no GUID is not taken for one. */
	assert_int_equal(add(&s, "CN=b,DC=x", guid, 15), SEEN_NEW);
	assert_int_equal(add(&s, "CN=c,DC=x", guid, 15), SEEN_NEW);
	assert_int_equal(add(&s, "CN=d,DC=x", guid, 17), SEEN_NEW);
	assert_int_equal(add(&s, "CN=d,DC=x", guid, 17), SEEN_BEFORE);
	assert_int_equal(add(&s, "", NULL, 0), SEEN_NEW);
	assert_int_equal(add(&s, "", NULL, 0), SEEN_BEFORE);
	seen_fini(&s);
}

/* What the tables take. */
static size_t
bytes_of(const struct seen_set *s)
{
	size_t bytes = SEEN_PARTS * sizeof *s->parts;

	for (size_t i = 0; i < SEEN_PARTS; i++)
		bytes += s->parts[i].cap * sizeof *s->parts[i].keys;
	return bytes;
}

/* A million, each once; and what it takes. */
static void
million(void **state)
{
	enum { N = 1000000 };
	uint64_t guid[2] = { 0, UINT64_C(0x123456789abcdef) };
	size_t most = 0, i, per;
	struct seen_set s;

	(void)state;
	assert_int_equal(seen_init(&s), 0);
	for (i = 0; i < N; i++) {
		guid[0] = i;
		assert_int_equal(add(&s, "CN=x", guid, sizeof guid), SEEN_NEW);
		if (i < 10000 || i % 997 != 0)
			continue;
		per = bytes_of(&s) * 10 / (i + 1);
		most = per > most ? per : most;
	}
	for (i = 0; i < N; i++) {
		guid[0] = N - 1 - i;
		assert_int_equal(add(&s, "CN=x", guid, sizeof guid), SEEN_BEFORE);
	}
	guid[0] = N;
	assert_int_equal(add(&s, "CN=x", guid, sizeof guid), SEEN_NEW);
	print_message("# %zu bytes, %zu.%zu an entry; at most %zu.%zu from 10,000 on\n",
	    bytes_of(&s), bytes_of(&s) / N, bytes_of(&s) * 10 / N % 10, most / 10,
	    most % 10);
	assert_true(bytes_of(&s) <= 32u * 1024 * 1024);
	seen_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guid_first),
		cmocka_unit_test(half_the_same),
		cmocka_unit_test(then_dn),
		cmocka_unit_test(million),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
