/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/chain.h"

#define THINGS 1000

struct thing {
	struct chained chained;
	unsigned n, seen;
};

static unsigned dropped;

static void
drop(struct chained *e)
{
	dropped++;
	free(e);
}

static void
add(struct chains *c, unsigned n, uint64_t hash)
{
	struct thing *t = calloc(1, sizeof *t);

	assert_non_null(t);
	t->n = n;
	assert_int_equal(chains_add(c, &t->chained, hash), ERR_OK);
}

/* How many of that hash there are, each with n % 7 as it. */
static size_t
count_of(const struct chains *c, uint64_t hash)
{
	size_t n = 0;

	for (struct chained *e = chains_find(c, hash); e; e = chained_alike(e), n++)
		assert_int_equal(((struct thing *)e)->n % 7, hash >> 32);
	return n;
}

static size_t
visit(const struct chains *c)
{
	size_t n = 0;

	for (struct chained *e = NULL; (e = chains_next(c, e)); n++)
		assert_int_equal(((struct thing *)e)->seen++, 0);
	return n;
}

static void
test_empty(void **state)
{
	struct chains c = { 0 };

	(void)state;
	assert_null(chains_find(&c, 0));
	assert_null(chains_next(&c, NULL));
	chains_empty(&c, drop);
	chains_fini(&c, drop);
}

/* Hashes that differ above the slots alone, so that chains hold several. */
static void
test_many(void **state)
{
	struct chains c = { 0 };

	(void)state;
	dropped = 0;
	for (unsigned turn = 0; turn < 2; turn++) {
		for (unsigned n = 0; n < THINGS; n++) {
			assert_int_equal(count_of(&c, (uint64_t)(n % 7) << 32), n / 7);
			add(&c, n, (uint64_t)(n % 7) << 32);
			assert_int_equal(c.count, n + 1);
		}
		assert_null(chains_find(&c, (uint64_t)7 << 32));
		assert_int_equal(visit(&c), THINGS);
		chains_empty(&c, drop);
		assert_int_equal(dropped, (turn + 1) * THINGS);
		assert_null(chains_find(&c, 0));
		assert_null(chains_next(&c, NULL));
	}
	chains_fini(&c, drop);
	assert_int_equal(dropped, 2 * THINGS);
}

/* Spread over the slots, through every growth. */
static void
test_spread(void **state)
{
	struct chains c = { 0 };

	(void)state;
	dropped = 0;
	for (unsigned n = 0; n < THINGS; n++)
		add(&c, n, n);
	assert_in_range(c.slots, THINGS, 2 * THINGS);
	for (unsigned n = 0; n < THINGS; n++) {
		struct chained *e = chains_find(&c, n);

		assert_non_null(e);
		assert_int_equal(((struct thing *)e)->n, n);
		assert_null(chained_alike(e));
	}
	assert_int_equal(visit(&c), THINGS);
	chains_fini(&c, drop);
	assert_int_equal(dropped, THINGS);
	assert_null(c.slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
