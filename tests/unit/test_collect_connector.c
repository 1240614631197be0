/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "source/collect.h"

/* The token of the connector as it is put together, on the side of the specification
 * that the controllers of the live tests do not show. */

#define CONNECTOR_DN	"CN=MSOL_0123456789ab,CN=Users," BASE
#define HISTORY_SID	"S-1-5-21-7-8-9-1500"

/* A source that has the connector's account and its groups. */
struct directory {
	struct source source;
	bool groups;		/* tokenGroups is to be read */
};

static bool
asks_for(const struct query *q, const char *name)
{
	for (size_t i = 0; q->attrs[i]; i++)
		if (!strcmp(q->attrs[i], name))
			return true;
	return false;
}

static enum source_status
answer(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	const struct directory *dir = (struct directory *)(void *)s;
	struct made m;

	*err = (struct source_error){ .status = SOURCE_OK };
	if (!q->base || strcmp(q->base, CONNECTOR_DN) != 0 || q->scope != SCOPE_BASE)
		return SOURCE_OK;	/* nothing more is in it */
	made_init(&m, CONNECTOR_DN);
	if (asks_for(q, "tokenGroups")) {
		if (dir->groups)
			made_sid(&m, "tokenGroups", DOMAIN_SID "-513");
		made_sid(&m, "sIDHistory", HISTORY_SID);
	} else {
		made_fini(&m);
		make_connector_entry(&m);
	}
	(void)fn(arg, &m.entry);
	made_fini(&m);
	return SOURCE_OK;
}

static void
check(bool groups, const char *sid, enum held want)
{
	static const struct source_ops ops = { .search = answer };
	struct directory dir = { { .ops = &ops, .name = "test" }, groups };
	struct source_error err;
	struct sid s = sid_of(sid);
	struct domain d;
	enum held held;

	make_domain(&d);
	assert_int_equal(collect_connector(&dir.source, CONNECTOR_DN, &d, &err), SOURCE_OK);
	held = token_holds(&d.connector.token, &s);
	domain_fini(&d);
	if (held != want)
		fail_msg("%s: %d instead of %d", sid, (int)held, (int)want);
}

/* MS-PAC 4.1.2.2, MS-DTYP 2.5.2: what the account was before it moved here is in the
 * token; every logon within the forest holds This Organization (MS-DTYP 2.4.2.4). */
static void
holds(void **state)
{
	static const struct { const char *sid; enum held whole, without_groups; } cases[] = {
		{ CONNECTOR_SID, HELD_YES, HELD_YES },
		{ HISTORY_SID, HELD_YES, HELD_YES },
		{ DOMAIN_SID "-513", HELD_YES, HELD_MAYBE },
		{ DOMAIN_SID "-1600", HELD_NO, HELD_MAYBE },
		{ "S-1-5-21-7-8-9-1501", HELD_NO, HELD_MAYBE },
		{ "S-1-5-15", HELD_YES, HELD_YES },
		{ "S-1-5-11", HELD_YES, HELD_YES },
		{ "S-1-5-64-10", HELD_MAYBE, HELD_MAYBE },
		{ "S-1-5-7", HELD_NO, HELD_NO },
		{ "S-1-5-10", HELD_NO, HELD_NO },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		check(true, cases[i].sid, cases[i].whole);
		check(false, cases[i].sid, cases[i].without_groups);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
