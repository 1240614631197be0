/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "part.h"

/* Whatever a domain was given by, it is called by: a finding about one that could not
 * be read has nothing else to be known by. */
static void
labels(void **state)
{
	static char name[] = "contoso.test", uri[] = "ldaps://dc1", controllers[] = "dc1 dc2";
	struct target t = { .controllers = controllers };

	(void)state;
	assert_string_equal(part_label(&t), "dc1 dc2");
	t.uri = uri;
	assert_string_equal(part_label(&t), "ldaps://dc1");
	t.name = name;
	assert_string_equal(part_label(&t), "contoso.test");
	assert_string_equal(part_label(&(struct target){ .name = NULL }), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(labels) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
