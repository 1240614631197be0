/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/token.h"
#include "sddl_sd.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
add(struct token *t, const char *text, enum held held, enum token_origin origin)
{
	struct sid s = sid_of(text);

	token_add(t, &s, held, origin);
}

static enum held
holds(const struct token *t, const char *text)
{
	struct sid s = sid_of(text);

	return token_holds(t, &s);
}

static void
empty(void **state)
{
	struct token t, zeroed = { 0 };

	(void)state;
	token_init(&t);
	assert_true(t.complete);
	assert_int_equal(token_seal(&t), ERR_OK);
	assert_int_equal(holds(&t, "S-1-1-0"), HELD_NO);
	assert_int_equal(holds(&t, DOMAIN_SID "-512"), HELD_NO);
	assert_null(token_find(&t, &sid_everyone));
	token_fini(&t);
	token_fini(&t);
	token_fini(&zeroed);
}

/* Of two statements about a SID the surer stands, whichever came first. */
static void
merging(void **state)
{
	static const struct {
		enum held a, b, want;
		enum token_origin oa, ob, origin;
	} rows[] = {
		{ HELD_YES, HELD_MAYBE, HELD_YES, TOKEN_GROUP, TOKEN_BUILTIN, TOKEN_GROUP },
		{ HELD_MAYBE, HELD_YES, HELD_YES, TOKEN_GROUP, TOKEN_BUILTIN, TOKEN_BUILTIN },
		{ HELD_NO, HELD_MAYBE, HELD_MAYBE, TOKEN_USER, TOKEN_GROUP, TOKEN_GROUP },
		{ HELD_YES, HELD_YES, HELD_YES, TOKEN_SERVER, TOKEN_PRIMARY_GROUP,
			TOKEN_PRIMARY_GROUP },
		{ HELD_MAYBE, HELD_MAYBE, HELD_MAYBE, TOKEN_GROUP, TOKEN_GROUP, TOKEN_GROUP },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sid s = sid_of(DOMAIN_SID "-512");
		struct token t;

		token_init(&t);
		add(&t, "S-1-1-0", HELD_YES, TOKEN_WELL_KNOWN);
		token_add(&t, &s, rows[i].a, rows[i].oa);
		add(&t, DOMAIN_SID "-513", HELD_YES, TOKEN_GROUP);
		token_add(&t, &s, rows[i].b, rows[i].ob);
		assert_int_equal(token_seal(&t), ERR_OK);
		assert_int_equal(t.count, 3);
		assert_int_equal(token_holds(&t, &s), rows[i].want);
		assert_non_null(token_find(&t, &s));
		assert_int_equal(token_find(&t, &s)->origin, rows[i].origin);
		token_fini(&t);
	}
}

/* Added to after it was sealed, sealed again. */
static void
unsealing(void **state)
{
	struct token t;

	(void)state;
	token_init(&t);
	add(&t, "S-1-5-32-545", HELD_MAYBE, TOKEN_BUILTIN);
	assert_int_equal(token_seal(&t), ERR_OK);
	assert_true(t.sealed);
	add(&t, "S-1-5-11", HELD_YES, TOKEN_WELL_KNOWN);
	assert_false(t.sealed);
	add(&t, "S-1-5-32-545", HELD_YES, TOKEN_BUILTIN);
	assert_int_equal(token_seal(&t), ERR_OK);
	assert_int_equal(t.count, 2);
	assert_int_equal(holds(&t, "S-1-5-32-545"), HELD_YES);
	assert_int_equal(holds(&t, "S-1-5-11"), HELD_YES);
	token_fini(&t);
}

/* In an incomplete token what may be a group is held perhaps, unless it is listed. */
static void
incomplete(void **state)
{
	static const struct { const char *sid; bool group; } rows[] = {
		{ DOMAIN_SID "-512", true }, { DOMAIN_SID "-1105", true },
		{ "S-1-5-21-9-9-9-519", true }, { "S-1-5-32-544", true },
		{ "S-1-1-0", false }, { "S-1-5-11", false }, { "S-1-5-10", false },
		{ "S-1-3-0", false }, { "S-1-3-4", false }, { "S-1-5-32", false },
		{ "S-1-5-64-10", false }, { "S-1-18-1", false }, { "S-1-5-18", false },
		{ "S-1-16-8192", false }, { "S-1-21-5", false }, { "S-1-5", false },
	};
	struct token t;

	(void)state;
	token_init(&t);
	t.complete = false;
	add(&t, DOMAIN_SID "-513", HELD_YES, TOKEN_PRIMARY_GROUP);
	add(&t, DOMAIN_SID "-514", HELD_NO, TOKEN_GROUP);
	assert_int_equal(token_seal(&t), ERR_OK);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sid s = sid_of(rows[i].sid);

		assert_int_equal(sid_may_be_group(&s), rows[i].group);
		assert_int_equal(token_holds(&t, &s), rows[i].group ? HELD_MAYBE : HELD_NO);
	}
	assert_int_equal(holds(&t, DOMAIN_SID "-513"), HELD_YES);
	assert_int_equal(holds(&t, DOMAIN_SID "-514"), HELD_NO);
	t.complete = true;
	assert_int_equal(holds(&t, DOMAIN_SID "-512"), HELD_NO);
	token_fini(&t);
}

/* MS-DTYP 2.4.2.4, 2.7.1: what every network logon has, and what depends on how
 * it was made. */
static void
network_logon(void **state)
{
	static const struct { const char *sid; enum held held; } rows[] = {
		{ "S-1-1-0", HELD_YES }, { "S-1-5-2", HELD_YES }, { "S-1-5-11", HELD_YES },
		{ "S-1-5-15", HELD_YES }, { "S-1-18-1", HELD_MAYBE }, { "S-1-18-2", HELD_MAYBE },
		{ "S-1-5-64-10", HELD_MAYBE }, { "S-1-5-64-14", HELD_MAYBE },
		{ "S-1-5-64-21", HELD_MAYBE }, { "S-1-5-21-0-0-0-497", HELD_MAYBE },
		{ "S-1-5-21-0-0-0-496", HELD_MAYBE },
		/* other kinds of logon, other roles */
		{ "S-1-5-4", HELD_NO }, { "S-1-5-3", HELD_NO }, { "S-1-5-6", HELD_NO },
		{ "S-1-5-7", HELD_NO }, { "S-1-5-9", HELD_NO }, { "S-1-5-10", HELD_NO },
		{ "S-1-5-18", HELD_NO }, { "S-1-3-4", HELD_NO }, { "S-1-5-1000", HELD_NO },
		/* through membership, which is the caller's to find out */
		{ "S-1-5-32-545", HELD_NO }, { "S-1-5-32-554", HELD_NO },
	};
	struct token t;

	(void)state;
	token_init(&t);
	token_add_network_logon(&t);
	assert_int_equal(token_seal(&t), ERR_OK);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (holds(&t, rows[i].sid) != rows[i].held)
			fail_msg("%s: %d", rows[i].sid, holds(&t, rows[i].sid));
	token_fini(&t);
}

/* Many SIDs are found, each and no other; past the ceiling the token says that
 * it is not complete. */
static void
many(void **state)
{
	struct sid domain = sid_of(DOMAIN_SID), s;
	struct token t;

	(void)state;
	token_init(&t);
	for (uint32_t rid = 20000; rid > 0; rid -= 2) {
		assert_int_equal(sid_with_rid(&domain, rid, &s), ERR_OK);
		token_add(&t, &s, HELD_YES, TOKEN_GROUP);
	}
	assert_int_equal(token_seal(&t), ERR_OK);
	assert_int_equal(t.count, 10000);
	for (uint32_t rid = 1; rid <= 20001; rid++) {
		assert_int_equal(sid_with_rid(&domain, rid, &s), ERR_OK);
		assert_int_equal(token_holds(&t, &s), rid % 2 || rid > 20000 ? HELD_NO : HELD_YES);
	}
	assert_true(t.complete);
	for (uint32_t rid = 0; t.complete && rid < 4 * TOKEN_MAX_SIDS; rid++) {
		assert_int_equal(sid_with_rid(&domain, 100000 + rid, &s), ERR_OK);
		token_add(&t, &s, HELD_YES, TOKEN_GROUP);
	}
	assert_false(t.complete);
	assert_int_equal(token_seal(&t), ERR_OK);
	assert_int_equal(holds(&t, DOMAIN_SID "-2"), HELD_YES);
	assert_int_equal(holds(&t, DOMAIN_SID "-4000000000"), HELD_MAYBE);
	token_fini(&t);
}

static void
failure_sticks(void **state)
{
	struct token t;

	(void)state;
	token_init(&t);
	add(&t, "S-1-1-0", HELD_YES, TOKEN_WELL_KNOWN);
	t.failed = true;	/* as an add without memory leaves it */
	assert_int_equal(token_seal(&t), ERR_NOMEM);
	token_fini(&t);
	assert_false(t.failed);
}

static void
origins(void **state)
{
	(void)state;
	for (int a = TOKEN_USER; a <= TOKEN_SERVER; a++)
		for (int b = TOKEN_USER; b < a; b++)
			assert_string_not_equal(token_origin_str((enum token_origin)a),
			    token_origin_str((enum token_origin)b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(merging),
		cmocka_unit_test(unsealing),
		cmocka_unit_test(incomplete),
		cmocka_unit_test(network_logon),
		cmocka_unit_test(many),
		cmocka_unit_test(failure_sticks),
		cmocka_unit_test(origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
