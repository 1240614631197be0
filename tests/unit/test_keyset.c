/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/keyset.h"

/* What is added, as text: "1:a,b 2:a | 3:b" is two sets, the owners 1 and 2 in
 * the first; a key is the number of its letter. Groups come back the same way. */
static void
fill(struct keyset sets[4], const char *text)
{
	size_t s = 0;

	for (; *text; text++) {
		if (*text == '|')
			s++;
		else if (*text >= '0' && *text <= '9')
			assert_int_equal(keyset_begin(&sets[s], (uint32_t)(*text - '0')), ERR_OK);
		else if (*text >= 'a' && *text <= 'z')
			assert_int_equal(keyset_add(&sets[s], (uint64_t)*text), ERR_OK);
	}
}

static void
groups(void **state)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "", "" },
		{ "1", "" },
		{ "1:a 2:b", "" },
		{ "1:a 2:a", " a:1,2" },
		{ "1:a | 2:a", " a:1,2" },
		{ "1:a | 1:a", " a:1,1" },
		{ "1:a,a", "" },
		{ "1:a,a 2:a", " a:1,2" },
		{ "1:a 2:a,a 3:a,b,a", " a:1,2,3" },
		{ "1:b,a 2:a,b", " b:1,2 a:1,2" },
		{ "1:z 2:a 3:a 4:z", " z:1,4 a:2,3" },
		{ "1 2 3:a | | 4 5:a", " a:3,5" },
		{ "1:a,b,c | 2:c 3:b | 4:a 5:c", " a:1,4 b:1,3 c:1,2,5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct keyset sets[4] = { { 0 } };
		const struct keyset *const list[4] = { &sets[0], &sets[1], &sets[2], &sets[3] };
		struct key_match *found = NULL;
		size_t count = 0, used = 0;
		char text[256] = "";

		fill(sets, cases[i].in);
		assert_int_equal(keyset_match(list, 4, &found, &count), ERR_OK);
		for (size_t k = 0; k < count; k++) {
			bool first = !k || found[k].group != found[k - 1].group;

			if (first)
				used += (size_t)snprintf(text + used, sizeof text - used, " %c:",
				    (char)keyset_hash(list, found[k].at));
			used += (size_t)snprintf(text + used, sizeof text - used, "%s%u",
			    first ? "" : ",", keyset_owner(list, found[k].at));
			if (first)
				assert_true(found[k].at == found[k].group);
		}
		if (strcmp(text, cases[i].out) != 0)
			fail_msg("%s: %s, not %s", cases[i].in, text, cases[i].out);
		free(found);
		for (size_t s = 0; s < 4; s++)
			keyset_fini(&sets[s]);
	}
}

static void
marks(void **state)
{
	struct keyset sets[4] = { { 0 } };
	const struct keyset *const list[4] = { &sets[0], &sets[1], &sets[2], &sets[3] };
	struct key_match *found = NULL;
	size_t count = 0;

	(void)state;
	fill(sets, "7:a,b 8:a,b");
	assert_int_equal(keyset_match(list, 4, &found, &count), ERR_OK);
	assert_int_equal(count, 4);
	assert_false(keyset_mark(&sets[0], found[0].at, 0));
	assert_false(keyset_mark(&sets[0], found[1].at, 0));
	assert_true(keyset_mark(&sets[0], found[2].at, 0));	/* the owner's other key */
	assert_false(keyset_mark(&sets[0], found[2].at, KEYSET_MARKS - 1));
	assert_true(keyset_mark(&sets[0], found[0].at, KEYSET_MARKS - 1));
	assert_int_equal(keyset_owner(list, found[0].at), 7);
	assert_int_equal(keyset_owner(list, found[3].at), 8);
	free(found);
	keyset_fini(&sets[0]);
	keyset_fini(&sets[0]);
}

/* A stream of owners well past a chunk, with known pairs in it. */
#define MANY 400000u

static void
many(void **state)
{
	struct keyset set = { 0 };
	const struct keyset *const list[] = { &set };
	struct key_match *found = NULL;
	size_t count = 0;
	uint64_t hash = 1;

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		hash = hash * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		assert_int_equal(keyset_begin(&set, i), ERR_OK);
		assert_int_equal(keyset_add(&set, hash >> 7 << 20 | i), ERR_OK);
		/* Each tenth shares its second key with the one MANY / 2 behind. */
		assert_int_equal(keyset_add(&set, i % 10 ? hash >> 7 << 20 | (i + MANY) :
		    UINT64_C(0x5555555555000000) | i % (MANY / 2)), ERR_OK);
	}
	assert_int_equal(set.count, 3 * MANY);
	assert_int_equal(set.keys, 2 * MANY);
	assert_int_equal(keyset_match(list, 1, &found, &count), ERR_OK);
	assert_int_equal(count, MANY / 10);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(keyset_owner(list, found[i].at),
		    i / 2 * 10 + i % 2 * (MANY / 2));
	free(found);
	keyset_fini(&set);
}

/* Different hashes that fall on the same bit of the sieve. */
static void
same_bit(void **state)
{
	struct keyset set = { 0 };
	const struct keyset *const list[] = { &set };
	struct key_match *found = NULL;
	size_t count = 1;

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(keyset_begin(&set, i), ERR_OK);
		assert_int_equal(keyset_add(&set, (uint64_t)i << 40 | 5), ERR_OK);
	}
	assert_int_equal(keyset_match(list, 1, &found, &count), ERR_OK);
	assert_int_equal(count, 0);
	free(found);
	keyset_fini(&set);
}

/* All share one key. */
static void
all_alike(void **state)
{
	struct keyset set = { 0 };
	const struct keyset *const list[] = { &set };
	struct key_match *found = NULL;
	size_t count = 0;

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		assert_int_equal(keyset_begin(&set, i), ERR_OK);
		assert_int_equal(keyset_add(&set, UINT64_MAX), ERR_OK);
	}
	assert_int_equal(keyset_match(list, 1, &found, &count), ERR_OK);
	assert_int_equal(count, MANY);
	assert_true(found[0].group == found[count - 1].group);
	assert_int_equal(keyset_owner(list, found[count - 1].at), MANY - 1);
	free(found);
	keyset_fini(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups), cmocka_unit_test(marks), cmocka_unit_test(many),
		cmocka_unit_test(same_bit),
		cmocka_unit_test(all_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
