/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/sieve.h"

static uint64_t
scatter(uint64_t i)
{
	return i * UINT64_C(6364136223846793005) >> 7;
}

/* Whoever is there twice is told; of the others few are. */
static void
sifts(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 8, 9, 1000, 100000 };

	(void)state;
	for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
		size_t n = counts[k], in_vain = 0;
		struct sieve s;

		assert_int_equal(sieve_init(&s, n), ERR_OK);
		for (uint64_t i = 0; i < n; i++)
			sieve_add(&s, scatter(i / 10 * 10 == i ? i / 20 * 20 : i));
		for (uint64_t i = 0; i < n; i++) {
			if (i % 20 == 0 && i + 10 < n)
				assert_true(sieve_is_shared(&s, scatter(i)));
			else if (i % 10)
				in_vain += sieve_is_shared(&s, scatter(i));
		}
		assert_true(in_vain <= n / 4);
		sieve_fini(&s);
		sieve_fini(&s);
	}
}

/* All the same, and the highest bits alone. */
static void
extremes(void **state)
{
	struct sieve s;

	(void)state;
	assert_int_equal(sieve_init(&s, 3), ERR_OK);
	assert_false(sieve_is_shared(&s, UINT64_MAX));
	for (int i = 0; i < 3; i++) {
		sieve_add(&s, UINT64_MAX);
		assert_int_equal(sieve_is_shared(&s, UINT64_MAX), i > 0);
	}
	assert_false(sieve_is_shared(&s, 0));
	sieve_fini(&s);
	/* More than there is: refused, not wrapped around. */
	assert_int_equal(sieve_init(&s, SIZE_MAX / 16), ERR_NOMEM);
	sieve_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sifts),
		cmocka_unit_test(extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
