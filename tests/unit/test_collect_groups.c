/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/adtime.h"
#include "source/collect.h"

/* What follows from not finding somebody in a group, and when nothing does. */

#define BASE "DC=x"
#define GROUP "CN=G," BASE
#define USER "CN=u," BASE
#define OTHER "CN=w," BASE

/* A directory of one group, S-1-5-21-1-2-3-1000, with one member. */
struct one_group {
	struct source source;
	enum source_status status;	/* of the search by SID */
	bool there;			/* it is found by its SID */
	bool hidden;			/* but cannot be read */
	bool partial;			/* nor all of its members */
};

static enum source_status
search(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	const struct one_group *g = (const struct one_group *)(const void *)s;
	struct sid sid;
	uint8_t bytes[SID_MAX_BYTES];
	const struct value user = { (const uint8_t *)USER, strlen(USER) };
	struct value v = { bytes, 0 };
	const struct attr attrs[] = { { "objectSid", &v, 1, false },
		{ "member", &user, 1, g->partial } };
	const struct entry e = { GROUP, strlen(GROUP), attrs, 2 };

	assert_int_equal(sid_from_str("S-1-5-21-1-2-3-1000", 19, &sid), ERR_OK);
	v.len = sid_bytes(&sid, bytes);
	*err = (struct source_error){ .status = SOURCE_OK };
	if (q->filter && !strncmp(q->filter, "(objectSid=", 11)) {
		if (g->there)
			(void)fn(arg, &e);
		return err->status = g->there ? SOURCE_STOPPED : g->status;
	}
	if (!q->filter && !g->hidden)
		(void)fn(arg, &e);
	return SOURCE_OK;
}

static const struct source_ops ops = { .search = search };

static enum held
holds(struct domain *d, const struct sid *group, const char *user)
{
	const struct group_closure *c = collect_expand(d, group);
	struct account a = { .dn = user, .dn_len = strlen(user), .has_sid = true,
		.primary_group = { KNOWN_SET, 513 } };

	assert_non_null(c);
	assert_int_equal(sid_from_str("S-1-5-21-1-2-3-1500", 19, &a.sid), ERR_OK);
	return group_closure_holds(c, &a);
}

static void
closures(void **state)
{
	static const char ours[] = "S-1-5-21-1-2-3-1000", theirs[] = "S-1-5-21-7-8-9-1000";
	static const struct {
		const char *what, *sid;
		bool there, hidden, partial, file;
		enum source_status status;
		enum held member, other;
	} cases[] = {
		{ "read whole", ours, true, false, false, false, SOURCE_OK, HELD_YES, HELD_NO },
		{ "in part", ours, true, false, true, false, SOURCE_OK, HELD_YES, HELD_MAYBE },
		{ "found, and not to be read", ours, true, true, false, false, SOURCE_OK, HELD_MAYBE,
			HELD_MAYBE },
		{ "gone", ours, false, false, false, false, SOURCE_OK, HELD_NO, HELD_NO },
		{ "gone, builtin", "S-1-5-32-548", false, false, false, false, SOURCE_OK, HELD_NO,
			HELD_NO },
		{ "of another domain", theirs, false, false, false, false, SOURCE_OK, HELD_MAYBE,
			HELD_MAYBE },
		{ "not looked for", ours, false, false, false, false, SOURCE_DENIED, HELD_MAYBE,
			HELD_MAYBE },
		{ "not in a file that may not have all", ours, false, false, false, true, SOURCE_OK,
			HELD_MAYBE, HELD_MAYBE },
		{ "in one", ours, true, false, false, true, SOURCE_OK, HELD_YES, HELD_MAYBE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct one_group g = { .source = { .ops = &ops, .name = "test",
			.partial = cases[i].file }, .status = cases[i].status, .there = cases[i].there,
			.hidden = cases[i].hidden, .partial = cases[i].partial };
		char dn[] = BASE;
		struct domain d;
		struct sid group;

		domain_init(&d);
		d.dn = dn;
		d.expand_arg = &g.source;
		d.has_sid = true;
		assert_int_equal(sid_from_str("S-1-5-21-1-2-3", 14, &d.sid), ERR_OK);
		assert_int_equal(sid_from_str(cases[i].sid, strlen(cases[i].sid), &group), ERR_OK);
		if (holds(&d, &group, USER) != cases[i].member ||
		    holds(&d, &group, OTHER) != cases[i].other)
			fail_msg("%s: %d %d", cases[i].what, (int)holds(&d, &group, USER),
			    (int)holds(&d, &group, OTHER));
		d.dn = NULL;
		domain_fini(&d);
	}
}

/* A token of which one SID makes no sense is not the whole token. */
static enum source_status
root(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	static const uint8_t everyone[] = { 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 };
	const bool *malformed = (const bool *)(const void *)(s + 1);
	const struct value sids[] = { { everyone, sizeof everyone },
		{ everyone, *malformed ? 5 : sizeof everyone } };
	const struct value nc = { (const uint8_t *)BASE, strlen(BASE) };
	const struct attr attrs[] = { { "defaultNamingContext", &nc, 1, false },
		{ "tokenGroups", sids, 2, false } };

	*err = (struct source_error){ .status = SOURCE_OK };
	if (!*q->base)
		(void)fn(arg, &(const struct entry){ "", 0, attrs, 2 });
	return *q->base ? SOURCE_DENIED : SOURCE_OK;
}

static void
own_token(void **state)
{
	static const struct source_ops root_ops = { .search = root };
	struct { struct source source; bool malformed; } s = { { .ops = &root_ops, .name = "test" },
		false };
	struct source_error err;
	struct domain d;

	(void)state;
	for (int malformed = 0; malformed < 2; malformed++) {
		s.malformed = malformed;
		domain_init(&d);
		assert_int_equal(collect_domain(&s.source, "ldap://x", 0, &d, &err), SOURCE_DENIED);
		assert_int_equal(d.reader.count > 0, true);
		assert_int_equal(d.has_reader, !malformed);
		domain_fini(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closures),
		cmocka_unit_test(own_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
