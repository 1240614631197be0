/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "listener.h"

/* The containers that may hide users (121). */

/* A container in `d` with these permissions; NULL: they cannot be read. */
static void
add_container(struct domain *d, const char *dn, const char *sddl)
{
	struct buf bytes = BUF_INIT;

	if (sddl)
		sddl_bytes(sddl, &bytes);
	assert_int_equal(containers_add(&d->containers, dn, strlen(dn),
	    sddl ? bytes.data : NULL, bytes.len, NULL), ERR_OK);
	buf_fini(&bytes);
}

/* MS-ADTS 5.1.3.3.6: what may not be listed may hide users. */
static void
hidden_containers(void **state)
{
	static const struct { const char *sddl; bool found; } cases[] = {
		{ "O:DAG:DAD:(A;;RPLCLORC;;;AU)", false },
		{ "O:DAG:DAD:(A;;LC;;;AU)", false },
		{ "O:DAG:DAD:(A;;RPLORC;;;AU)", true },
		{ "O:DAG:DAD:(D;;LC;;;WD)(A;;RPLCLORC;;;AU)", true },
		{ "O:DAG:DAD:(D;CIIO;LC;;;WD)(A;;RPLCLORC;;;AU)", false },
		{ "O:DAG:DAD:(A;CIIO;RPLCLORC;;;AU)(A;;RC;;;AU)", true },
		{ "O:DAG:DAD:P(A;;" FULL ";;;DA)", true },
		{ "O:DAG:DAD:", true },
		{ NULL, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char evidence[256];
		struct court c;

		court_open(&c, NULL);
		add_container(&c.domain, "OU=A," BASE, cases[i].sddl);
		add_container(&c.domain, "OU=Open," BASE, "O:DAG:DAD:(A;;RPLCLORC;;;AU)");
		judge_end(&c.judge);
		if (c.listener.count != cases[i].found)
			fail_msg("%s: %zu findings", cases[i].sddl, c.listener.count);
		if (cases[i].found) {
			assert_string_equal(heard_of(&c.listener, 121)->object, "OU=A," BASE);
			snprintf(evidence, sizeof evidence, "%s",
			    heard_of(&c.listener, 121)->evidence);
			assert_non_null(strstr(evidence, cases[i].sddl ? "List Contents is " :
			    "could not be read"));
			assert_true(c.judge.tally.incomplete);
		}
		court_close(&c);
	}
}

/* What is assumed opens or hides nothing: users come as the permissions are now. */
static void
hidden_now(void **state)
{
	struct court c;
	struct domain now;

	(void)state;
	for (int hidden = 0; hidden < 2; hidden++) {
		court_open(&c, NULL);
		now = c.domain;
		now.containers = (struct containers){ 0 };
		add_container(hidden ? &now : &c.domain, "OU=A," BASE, "O:DAG:DAD:(A;;RPLORC;;;AU)");
		add_container(hidden ? &c.domain : &now, "OU=A," BASE,
		    "O:DAG:DAD:(A;;RPLCLORC;;;AU)");
		c.judge.as_is = &now;
		c.judge.assumed = "granted\n";
		judge_end(&c.judge);
		assert_int_equal(c.listener.count, hidden);
		containers_fini(&now.containers);
		court_close(&c);
	}
}

/* The head of the domain is one of them; what is not at or below the base of the
 * audit is not; and of a reader whose token is not known nothing is said. */
static void
hidden_in_scope(void **state)
{
	struct court c;

	(void)state;
	court_open(&c, NULL);
	buf_clear(&c.domain.root_sd);
	sddl_bytes("O:BAG:BAD:(A;;RPLORC;;;AU)", &c.domain.root_sd);
	add_container(&c.domain, BASE, "O:BAG:BAD:(A;;RPLORC;;;AU)");
	add_container(&c.domain, "OU=B," BASE, NULL);
	add_container(&c.domain, "OU=A," BASE, NULL);
	judge_end(&c.judge);
	assert_int_equal(c.listener.count, 3);
	assert_string_equal(c.listener.heard[0].object, BASE);
	assert_string_equal(c.listener.heard[1].object, "OU=A," BASE);
	assert_string_equal(c.listener.heard[2].object, "OU=B," BASE);
	c.domain.users_base = "OU=B," BASE;
	judge_end(&c.judge);
	assert_int_equal(c.listener.count, 4);
	assert_string_equal(c.listener.heard[3].object, "OU=B," BASE);
	c.domain.has_reader = false;
	judge_end(&c.judge);
	assert_int_equal(c.listener.count, 4);
	court_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hidden_containers),
		cmocka_unit_test(hidden_now),
		cmocka_unit_test(hidden_in_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
