/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hash_set.h"

#define HASHES 5000

/* Neighbours, and hashes that meet in one slot. */
static uint64_t
hash_of(unsigned i)
{
	return i % 2 ? i : (uint64_t)i << 40;
}

static void
test_none(void **state)
{
	struct hash_set s = { 0 };

	(void)state;
	assert_false(hash_set_has(&s, 0));
	assert_false(hash_set_has(&s, 7));
	hash_set_fini(&s);
}

static void
test_many(void **state)
{
	struct hash_set s = { 0 };
	bool added;

	(void)state;
	for (unsigned i = 2; i < HASHES; i++) {
		assert_false(hash_set_has(&s, hash_of(i)));
		assert_int_equal(hash_set_add(&s, hash_of(i), &added), ERR_OK);
		assert_true(added);
		assert_int_equal(hash_set_add(&s, hash_of(i), &added), ERR_OK);
		assert_false(added);
		assert_int_equal(s.count, i - 1);
	}
	for (unsigned i = 2; i < HASHES; i++)
		assert_true(hash_set_has(&s, hash_of(i)));
	assert_false(hash_set_has(&s, HASHES * 2));
	assert_in_range(s.cap, 2 * s.count, 4 * s.count);
	hash_set_fini(&s);
	assert_false(hash_set_has(&s, 3));
}

/* A free slot is 0, so a hash of 0 is kept as 1. */
static void
test_zero(void **state)
{
	struct hash_set s = { 0 };
	bool added;

	(void)state;
	assert_int_equal(hash_set_add(&s, 0, NULL), ERR_OK);
	assert_true(hash_set_has(&s, 0));
	assert_true(hash_set_has(&s, 1));
	assert_int_equal(hash_set_add(&s, 1, &added), ERR_OK);
	assert_false(added);
	hash_set_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
