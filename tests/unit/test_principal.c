/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/collect.h"

/*
 * A connector of CONTOSO in other domains, from a directory made up here: what
 * it brings along, and which groups it is given where it arrives.
 */

#define HOME_SID "S-1-5-21-1-2-3"
#define AWAY_SID "S-1-5-21-7-8-9"

static struct sid
sid_of(const char *text)
{
	struct sid s;

	assert_int_equal(sid_from_str(text, strlen(text), &s), ERR_OK);
	return s;
}

/* Answers by what stands in the filter, or in the attributes asked for. */
struct made_up {
	struct source source;
	bool no_groups;		/* tokenGroupsGlobalAndUniversal is not returned */
	bool denied;		/* groups cannot be searched */
};

struct reply {
	struct attr attrs[3];
	struct value values[8];
	uint8_t bytes[8][SID_MAX_BYTES];
	size_t attr_count, value_count;
};

static void
begin_attr(struct reply *a, const char *name)
{
	a->attrs[a->attr_count++] = (struct attr){ .name = name, .values = &a->values[a->value_count] };
}

static void
add_sid(struct reply *a, const char *text)
{
	struct sid s = sid_of(text);
	uint8_t *to = a->bytes[a->value_count];

	a->values[a->value_count] = (struct value){ to, sid_bytes(&s, to) };
	a->value_count++;
	a->attrs[a->attr_count - 1].count++;
}

static int
give(const char *dn, struct reply *a, entry_fn fn, void *arg)
{
	const struct entry e = { .dn = dn, .dn_len = strlen(dn), .attrs = a->attrs,
		.count = a->attr_count };

	return fn(arg, &e);
}

static const struct { const char *member, *group, *sid; } groups[] = {
	/* the account's own SID, as it stands in another forest */
	{ "CN=S-1-5-21-1-2-3-500,CN=ForeignSecurityPrincipals,DC=away,DC=test",
		"CN=Outer,DC=away,DC=test", AWAY_SID "-1001" },
	{ "CN=Outer,DC=away,DC=test", "CN=Inner,DC=away,DC=test", AWAY_SID "-1002" },
	/* a loop */
	{ "CN=Inner,DC=away,DC=test", "CN=Outer,DC=away,DC=test", AWAY_SID "-1001" },
	/* by a group that it is in at home */
	{ "CN=S-1-5-21-1-2-3-513,CN=ForeignSecurityPrincipals,DC=away,DC=test",
		"CN=Everybody,DC=away,DC=test", AWAY_SID "-1003" },
	/* by history */
	{ "CN=S-1-5-21-4-4-4-9,CN=ForeignSecurityPrincipals,DC=away,DC=test",
		"CN=Old,DC=away,DC=test", AWAY_SID "-1004" },
	/* in the same forest by DN */
	{ "CN=MSOL,DC=home,DC=test", "CN=Sister,DC=away,DC=test", AWAY_SID "-1005" },
};

static enum source_status
search(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	const struct made_up *m = (const struct made_up *)(const void *)s;
	struct reply a = { .attr_count = 0 };
	int stop = 0;

	*err = (struct source_error){ .status = SOURCE_OK };
	if (q->filter && strstr(q->filter, "(member=")) {
		if (m->denied)
			return err->status = SOURCE_DENIED;
		for (size_t i = 0; i < sizeof groups / sizeof *groups && !stop; i++) {
			char clause[200];

			snprintf(clause, sizeof clause, "(member=%s)", groups[i].member);
			if (!strstr(q->filter, clause))
				continue;
			a = (struct reply){ .attr_count = 0 };
			begin_attr(&a, "objectSid");
			add_sid(&a, groups[i].sid);
			stop = give(groups[i].group, &a, fn, arg);
		}
	} else if (q->filter) {
		begin_attr(&a, "objectSid");
		add_sid(&a, HOME_SID "-513");
		stop = give("CN=Domain Users,DC=home,DC=test", &a, fn, arg);
	} else if (!strcmp(q->attrs[0], "tokenGroupsGlobalAndUniversal")) {
		if (!m->no_groups) {
			begin_attr(&a, "tokenGroupsGlobalAndUniversal");
			add_sid(&a, HOME_SID "-513");
		}
		begin_attr(&a, "sIDHistory");
		add_sid(&a, "S-1-5-21-4-4-4-9");
		stop = give(q->base, &a, fn, arg);
	} else {
		begin_attr(&a, "objectSid");
		add_sid(&a, HOME_SID "-500");
		stop = give(q->base, &a, fn, arg);
	}
	return stop ? SOURCE_STOPPED : SOURCE_OK;
}

static const struct source_ops ops = { .search = search };

struct world {
	struct made_up server;
	struct domain home, away;
	struct principal principal;
	struct source_error err;
};

static void
world_init(struct world *w, const char *home_root, const char *away_root)
{
	*w = (struct world){ .server = { .source = { .ops = &ops, .name = "made up" } } };
	domain_init(&w->home);
	domain_init(&w->away);
	w->home.dn = strdup("DC=home,DC=test");
	w->away.dn = strdup("DC=away,DC=test");
	w->home.dc.root_nc = home_root ? strdup(home_root) : NULL;
	w->away.dc.root_nc = away_root ? strdup(away_root) : NULL;
	token_add_network_logon(&w->away.everyone);
	w->away.everyone.complete = true;
	assert_int_equal(token_seal(&w->away.everyone), ERR_OK);
}

static void
arrive(struct world *w)
{
	assert_int_equal(collect_principal(&w->server.source, &w->home, "CN=MSOL,DC=home,DC=test",
	    &w->principal, &w->err), SOURCE_OK);
	assert_int_equal(collect_foreign_connector(&w->server.source, &w->principal, &w->away,
	    &w->err), SOURCE_OK);
	assert_ptr_equal(w->away.connector.home, &w->home);
	assert_string_equal(w->away.connector.account.dn, "CN=MSOL,DC=home,DC=test");
}

static void
world_fini(struct world *w)
{
	domain_fini(&w->away);
	domain_fini(&w->home);
	principal_fini(&w->principal);
}

static enum held
holds(const struct world *w, const char *text)
{
	struct sid s = sid_of(text);

	return token_holds(&w->away.connector.token, &s);
}

static void
test_other_forest(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "DC=home,DC=test", "DC=away,DC=test");
	arrive(&w);
	assert_true(w.away.connector.token.complete);
	assert_int_equal(holds(&w, HOME_SID "-500"), HELD_YES);
	assert_int_equal(holds(&w, HOME_SID "-513"), HELD_YES);
	assert_int_equal(holds(&w, AWAY_SID "-1001"), HELD_YES);
	assert_int_equal(holds(&w, AWAY_SID "-1002"), HELD_YES);
	assert_int_equal(holds(&w, AWAY_SID "-1003"), HELD_YES);
	/* History may be filtered on its way through the trust. */
	assert_int_equal(holds(&w, "S-1-5-21-4-4-4-9"), HELD_MAYBE);
	assert_int_equal(holds(&w, AWAY_SID "-1004"), HELD_MAYBE);
	assert_int_equal(holds(&w, AWAY_SID "-1005"), HELD_NO);
	assert_int_equal(holds(&w, "S-1-1-0"), HELD_YES);
	world_fini(&w);
}

static void
test_same_forest(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, "DC=home,DC=test", "dc=HOME,dc=test");
	arrive(&w);
	assert_true(w.away.connector.token.complete);
	assert_int_equal(holds(&w, AWAY_SID "-1005"), HELD_YES);
	assert_int_equal(holds(&w, AWAY_SID "-1001"), HELD_NO);
	/* Within a forest history counts. */
	assert_int_equal(holds(&w, "S-1-5-21-4-4-4-9"), HELD_YES);
	assert_int_equal(holds(&w, AWAY_SID "-1004"), HELD_YES);
	world_fini(&w);
}

/* What could not be read leaves every group open, never closed. */
static void
test_not_known(void **state)
{
	static const struct { bool no_groups, denied, no_root; } cases[] = {
		{ .no_groups = true }, { .denied = true }, { .no_root = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world w;

		world_init(&w, "DC=home,DC=test", cases[i].no_root ? NULL : "DC=away,DC=test");
		w.server.no_groups = cases[i].no_groups;
		w.server.denied = cases[i].denied;
		arrive(&w);
		assert_false(w.away.connector.token.complete);
		assert_non_null(w.away.connector.token_problem);
		assert_int_equal(holds(&w, AWAY_SID "-7777"), HELD_MAYBE);
		world_fini(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_other_forest),
		cmocka_unit_test(test_same_forest),
		cmocka_unit_test(test_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
