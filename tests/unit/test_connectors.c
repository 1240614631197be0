/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "connectors.h"

/* Which account is the connector of a domain, among several domains: each has
 * accounts of one name, or none. */

struct made_up {
	struct source source;
	const char *dn[2];	/* of the accounts; NULL: none */
	bool down;
};

static enum source_status
answer(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	const struct made_up *m = (const struct made_up *)(const void *)s;

	if (m->down) {
		*err = (struct source_error){ .status = SOURCE_CONNECT, .text = "dc.c.test: gone" };
		return SOURCE_CONNECT;
	}
	for (size_t i = 0; i < 2 && m->dn[i]; i++) {
		struct entry e = { .dn = m->dn[i], .dn_len = strlen(m->dn[i]) };

		if (q->scope == SCOPE_BASE && strcmp(q->base, e.dn) != 0)
			continue;
		if (fn(arg, &e) != 0)
			return SOURCE_STOPPED;
	}
	return SOURCE_OK;
}

static const struct source_ops ops = { .search = answer };

#define DOMAINS 3

struct world {
	struct made_up source[DOMAINS];
	struct session session[DOMAINS];
	struct connectors connectors[DOMAINS];
};

/* a.test, b.test and c.test; all are asked for `name`. */
static void
world_init(struct world *w, const char *name)
{
	static char dn[DOMAINS][16] = { "DC=a,DC=test", "DC=b,DC=test", "DC=c,DC=test" };
	static char dns[DOMAINS][8] = { "a.test", "b.test", "c.test" };

	memset(w, 0, sizeof *w);
	for (size_t i = 0; i < DOMAINS; i++) {
		w->source[i].source = (struct source){ .ops = &ops, .name = dns[i] };
		domain_init(&w->session[i].domain);
		w->session[i].domain.dn = strdup(dn[i]);
		w->session[i].domain.dns = strdup(dns[i]);
		w->session[i].source = &w->source[i].source;
		w->connectors[i].session = &w->session[i];
		w->connectors[i].name = name;
	}
}

static void
world_fini(struct world *w)
{
	for (size_t i = 0; i < DOMAINS; i++)
		connectors_fini(&w->connectors[i]);
	for (size_t i = 0; i < DOMAINS; i++)
		domain_fini(&w->session[i].domain);
}

static void
test_own(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "sync");
	w.source[0].dn[0] = "CN=sync,DC=a,DC=test";
	w.source[1].dn[0] = "CN=sync,DC=b,DC=test";
	w.source[2].dn[0] = "CN=sync,DC=c,DC=test";
	connectors_choose(w.connectors, DOMAINS);
	for (size_t i = 0; i < DOMAINS; i++) {
		assert_null(w.connectors[i].problem);
		assert_int_equal(w.connectors[i].count, 1);
		assert_string_equal(w.connectors[i].dn[0], w.source[i].dn[0]);
		assert_null(w.connectors[i].principals[0]);
	}
	world_fini(&w);
}

static void
test_elsewhere(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "sync");
	w.source[1].dn[0] = "CN=sync,DC=b,DC=test";
	connectors_choose(w.connectors, DOMAINS);
	assert_null(w.connectors[0].problem);
	assert_int_equal(w.connectors[0].count, 1);
	assert_ptr_equal(w.connectors[0].principals[0]->home, &w.session[1].domain);
	assert_int_equal(w.connectors[2].count, 1);
	world_fini(&w);

	/* Nowhere: that is a finding of each. */
	world_init(&w, "sync");
	connectors_choose(w.connectors, DOMAINS);
	assert_true(w.connectors[0].not_found && !w.connectors[0].problem);
	world_fini(&w);
}

/* A name that two other domains have is neither's. */
static void
test_ambiguous(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "sync");
	w.source[1].dn[0] = "CN=sync,DC=b,DC=test";
	w.source[2].dn[0] = "CN=sync,OU=x,DC=c,DC=test";
	connectors_choose(w.connectors, DOMAINS);
	assert_int_equal(w.connectors[0].count, 0);
	assert_false(w.connectors[0].not_found);
	assert_non_null(w.connectors[0].problem);
	assert_non_null(strstr(w.connectors[0].problem,
	    ": CN=sync,DC=b,DC=test; CN=sync,OU=x,DC=c,DC=test; give its DN"));
	/* These have one of their own. */
	assert_int_equal(w.connectors[1].count, 1);
	assert_int_equal(w.connectors[2].count, 1);
	world_fini(&w);

	/* The DN is exact. */
	world_init(&w, "CN=sync,DC=b,DC=test");
	w.source[1].dn[0] = "CN=sync,DC=b,DC=test";
	w.source[2].dn[0] = "CN=sync,OU=x,DC=c,DC=test";
	connectors_choose(w.connectors, DOMAINS);
	assert_null(w.connectors[0].problem);
	assert_int_equal(w.connectors[0].count, 1);
	assert_ptr_equal(w.connectors[0].principals[0]->home, &w.session[1].domain);
	world_fini(&w);

	/* One domain that is in the run twice is one. */
	world_init(&w, "sync");
	w.source[1].dn[0] = "CN=sync,DC=b,DC=test";
	w.source[2].dn[0] = "cn=Sync,dc=b,dc=test";
	connectors_choose(w.connectors, DOMAINS);
	assert_null(w.connectors[0].problem);
	assert_int_equal(w.connectors[0].count, 1);
	world_fini(&w);
}

/* Two of that name in one domain, or a domain that cannot be asked. */
static void
test_problems(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "sync");
	w.source[1].dn[0] = "CN=sync,DC=b,DC=test";
	w.source[1].dn[1] = "CN=sync$,DC=b,DC=test";
	connectors_choose(w.connectors, DOMAINS);
	for (size_t i = 0; i < DOMAINS; i++) {
		assert_int_equal(w.connectors[i].count, 0);
		assert_non_null(strstr(w.connectors[i].problem, "2 accounts have that name in b.test"));
	}
	world_fini(&w);

	world_init(&w, "sync");
	w.source[1].dn[0] = "CN=sync,DC=b,DC=test";
	w.source[2].down = true;
	connectors_choose(w.connectors, DOMAINS);
	assert_int_equal(w.connectors[1].count, 1);
	assert_string_equal(w.connectors[0].problem, "dc.c.test: gone");
	assert_string_equal(w.connectors[2].problem, "dc.c.test: gone");
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_ambiguous),
		cmocka_unit_test(test_problems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
