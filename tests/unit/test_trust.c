/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "model/trust.h"

/* Accounts of sales.contoso.test, of the forest contoso.test, in fabrikam.test. */

#define SALES	"S-1-5-21-1-2-3"
#define CONTOSO	"S-1-5-21-4-5-6"
#define IN	TRUST_DIRECTION_INBOUND
#define OUT	TRUST_DIRECTION_OUTBOUND
#define NOT	-1	/* not returned */

struct given {
	const char *partner, *sid;	/* sid NULL: not returned */
	int direction, attributes;
};

static struct known_int
number(int n)
{
	return n == NOT ? (struct known_int){ KNOWN_NOT, 0 } : (struct known_int){ KNOWN_SET, n };
}

static struct sid
sid_of(const char *text)
{
	struct sid s;

	assert_int_equal(sid_from_str(text, strlen(text), &s), ERR_OK);
	return s;
}

static enum trust
ask(const struct given *given, size_t count, bool all, bool root)
{
	struct forest_trust trusts[3] = { { .partner = NULL } };
	struct forest_domain here = { .dns = strdup("fabrikam.test"), .root = root,
		.has_trusts = all, .trusts = trusts, .trust_count = count };
	struct forest f = { .domains = &here, .domain_count = 1, .home = 0 };
	struct domain home;
	enum trust answer;

	for (size_t i = 0; i < count; i++) {
		trusts[i].partner = strdup(given[i].partner);
		trusts[i].direction = number(given[i].direction);
		trusts[i].attributes = number(given[i].attributes);
		trusts[i].has_sid = given[i].sid != NULL;
		if (given[i].sid)
			trusts[i].sid = sid_of(given[i].sid);
	}
	domain_init(&home);
	home.dns = strdup("sales.contoso.test");
	home.has_sid = true;
	home.sid = sid_of(SALES);
	home.dc.root_nc = strdup("DC=contoso,DC=test");
	answer = trust_of(&f, &home);
	domain_fini(&home);
	for (size_t i = 0; i < count; i++)
		free(trusts[i].partner);
	free(here.dns);
	return answer;
}

static void
test_trusts(void **state)
{
	static const struct {
		struct given given;
		enum trust wanted;
	} cases[] = {
		{ { "contoso.test", CONTOSO, OUT, TRUST_FOREST_TRANSITIVE }, TRUST_FULL },
		{ { "contoso.test", CONTOSO, IN | OUT, TRUST_FOREST_TRANSITIVE }, TRUST_FULL },
		{ { "CONTOSO.test", NULL, OUT, TRUST_FOREST_TRANSITIVE }, TRUST_FULL },
		/* The other way round only. */
		{ { "contoso.test", CONTOSO, IN, TRUST_FOREST_TRANSITIVE }, TRUST_NONE },
		{ { "contoso.test", CONTOSO, 0, TRUST_FOREST_TRANSITIVE }, TRUST_NONE },
		/* Of the root domain alone. */
		{ { "contoso.test", CONTOSO, OUT, 0 }, TRUST_NONE },
		{ { "contoso.test", CONTOSO, OUT, TRUST_QUARANTINED_DOMAIN }, TRUST_NONE },
		/* Of the domain itself. */
		{ { "sales.contoso.test", SALES, OUT, TRUST_QUARANTINED_DOMAIN }, TRUST_FULL },
		{ { "SALES", SALES, OUT, 0 }, TRUST_FULL },
		{ { "sales.contoso.test", NULL, OUT, 0 }, TRUST_FULL },
		{ { "sales.contoso.test", SALES, IN, 0 }, TRUST_NONE },
		{ { "sales.contoso.test", SALES, OUT, TRUST_CROSS_ORGANIZATION }, TRUST_SELECTIVE },
		{ { "contoso.test", CONTOSO, OUT, TRUST_FOREST_TRANSITIVE |
		    TRUST_CROSS_ORGANIZATION }, TRUST_SELECTIVE },
		/* Somebody else. */
		{ { "adatum.test", "S-1-5-21-7-8-9", OUT, TRUST_FOREST_TRANSITIVE }, TRUST_NONE },
		/* What was not returned. */
		{ { "contoso.test", CONTOSO, NOT, TRUST_FOREST_TRANSITIVE }, TRUST_UNKNOWN },
		{ { "contoso.test", CONTOSO, OUT, NOT }, TRUST_UNKNOWN },
		{ { "contoso.test", CONTOSO, IN, NOT }, TRUST_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (ask(&cases[i].given, 1, true, true) != cases[i].wanted)
			fail_msg("case %zu", i);
}

/* No trust that is seen is none only where all are, in the root domain. */
static void
test_none(void **state)
{
	const struct given both[] = {
		{ "contoso.test", CONTOSO, IN, TRUST_FOREST_TRANSITIVE },
		{ "sales.contoso.test", SALES, OUT, 0 },
	};
	const struct given selective[] = {
		{ "contoso.test", CONTOSO, OUT, TRUST_FOREST_TRANSITIVE | TRUST_CROSS_ORGANIZATION },
		{ "sales.contoso.test", SALES, OUT, 0 },
	};

	(void)state;
	assert_int_equal(ask(NULL, 0, true, true), TRUST_NONE);
	assert_int_equal(ask(NULL, 0, false, true), TRUST_UNKNOWN);
	assert_int_equal(ask(NULL, 0, true, false), TRUST_UNKNOWN);
	assert_int_equal(ask(both, 1, true, false), TRUST_UNKNOWN);
	assert_int_equal(ask(both, 2, false, false), TRUST_FULL);
	assert_int_equal(ask(selective, 2, true, true), TRUST_FULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trusts),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
