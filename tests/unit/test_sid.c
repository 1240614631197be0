/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/sid.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FIFTEEN "-1-2-3-4-5-6-7-8-9-10-11-12-13-14-4294967295"

static struct sid
from(const char *s)
{
	struct sid sid = { 0 };

	assert_int_equal(sid_from_str(s, strlen(s), &sid), ERR_OK);
	return sid;
}

static const struct {
	const char *text;
	size_t len;
	uint8_t bytes[SID_MAX_BYTES];
} forms[] = {
	{ "S-1-1-0", 12, { 1, 1, 0, 0, 0, 0, 0, 1 } },
	{ "S-1-5-18", 12, { 1, 1, 0, 0, 0, 0, 0, 5, 18 } },
	{ "S-1-5-32-545", 16, { 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x21, 0x02 } },
	{ "S-1-5-21-3623811015-3361044348-30300820-1013", 28,
	    { 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0xc7, 0xf7, 0xfe, 0xd7,
	    0x7c, 0x77, 0x55, 0xc8, 0x94, 0x5a, 0xce, 0x01, 0xf5, 0x03, 0, 0 } },
	/* The authority: big-endian, decimal below 2^32, twelve hex digits above. */
	{ "S-1-4294967295-7", 12, { 1, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 7 } },
	{ "S-1-0x000100000000-7", 12, { 1, 1, 0, 1, 0, 0, 0, 0, 7 } },
	{ "S-1-0xfedcba987654-7", 12, { 1, 1, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 7 } },
	{ "S-1-0x0123456789ab" FIFTEEN, 68,
	    { 1, 15, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0,
	    4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0,
	    10, 0, 0, 0, 11, 0, 0, 0, 12, 0, 0, 0, 13, 0, 0, 0, 14, 0, 0, 0,
	    0xff, 0xff, 0xff, 0xff } },
	{ "S-1-9", 8, { 1, 0, 0, 0, 0, 0, 0, 9 } },	/* no sub-authority: legal on the wire */
};

static void
text_and_bytes(void **state)
{
	uint8_t bytes[SID_MAX_BYTES];
	struct sid_buf b;
	struct sid sid, text;

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		memset(&sid, 0xee, sizeof(sid));
		assert_int_equal(sid_parse(forms[i].bytes, forms[i].len, &sid), ERR_OK);
		assert_string_equal(sid_str(&sid, &b), forms[i].text);
		assert_int_equal(sid_bytes(&sid, bytes), forms[i].len);
		assert_memory_equal(bytes, forms[i].bytes, forms[i].len);
		text = from(forms[i].text);
		assert_true(sid_eq(&text, &sid));
		/* Unused sub-authorities are zero. */
		for (size_t n = sid.count; n < SID_MAX_SUBS; n++)
			assert_int_equal(sid.sub[n], 0);
		for (size_t len = 0; len < forms[i].len; len++)
			assert_int_equal(sid_parse(forms[i].bytes, len, &text), ERR_SHORT);
	}
}

static void
longest_text_fits(void **state)
{
	struct sid sid = { .authority = UINT64_C(0xffffffffffff), .count = SID_MAX_SUBS };
	struct sid_buf b;

	(void)state;
	memset(sid.sub, 0xff, sizeof(sid.sub));
	assert_int_equal(strlen(sid_str(&sid, &b)), 18 + 15 * 11);
	assert_true(18 + 15 * 11 < sizeof(b.s));
}

static void
bad_bytes(void **state)
{
	static const struct {
		uint8_t bytes[80];
		size_t len;
		enum err err;
		size_t err_pos;
	} bad[] = {
		{ { 0, 1, 0, 0, 0, 0, 0, 1 }, 12, ERR_UNSUPPORTED, 0 },
		{ { 2, 1, 0, 0, 0, 0, 0, 1 }, 12, ERR_UNSUPPORTED, 0 },
		{ { 1, 16, 0, 0, 0, 0, 0, 1 }, 72, ERR_RANGE, 1 },
		{ { 1, 255, 0, 0, 0, 0, 0, 1 }, 12, ERR_RANGE, 1 },
		{ { 1, 2, 0, 0, 0, 0, 0, 1 }, 12, ERR_SHORT, 12 },
		{ { 1, 15, 0, 0, 0, 0, 0, 1 }, 67, ERR_SHORT, 64 },
		{ { 1, 1, 0, 0, 0, 0, 0, 1 }, 13, ERR_TRAILING, 0 },
		{ { 1, 0, 0, 0, 0, 0, 0, 1 }, 12, ERR_TRAILING, 0 },
	};
	struct sid sid;
	struct reader r;

	(void)state;
	memset(&sid, 0xee, sizeof(sid));
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(sid_parse(bad[i].bytes, bad[i].len, &sid), bad[i].err);
		assert_int_equal(sid.count, 0xee);
		if (bad[i].err == ERR_TRAILING)
			continue;
		reader_init(&r, bad[i].bytes, bad[i].len);
		sid_read(&r, &sid);
		assert_int_equal(r.err, bad[i].err);
		assert_int_equal(r.err_pos, bad[i].err_pos);
		assert_int_equal(sid.count, 0xee);
	}
}

static void
text_we_take_too(void **state)
{
	static const struct { const char *in, *out; } forgiven[] = {
		{ "s-1-5-18", "S-1-5-18" },
		{ "S-1-0x5-18", "S-1-5-18" },
		{ "S-1-0X000000000005-18", "S-1-5-18" },
		{ "S-1-0xABCDEF012345-1", "S-1-0xabcdef012345-1" },
		{ "S-1-05-0000000018", "S-1-5-18" },
	};
	struct sid_buf b;
	struct sid sid;

	(void)state;
	for (size_t i = 0; i < COUNT(forgiven); i++) {
		sid = from(forgiven[i].in);
		assert_string_equal(sid_str(&sid, &b), forgiven[i].out);
	}
}

static void
bad_text(void **state)
{
	static const struct { const char *s; enum err err; } bad[] = {
		{ "", ERR_SYNTAX },
		{ "S", ERR_SYNTAX },
		{ "S-1-", ERR_SYNTAX },
		{ "S-2-5-18", ERR_SYNTAX },
		{ "S-01-5-18", ERR_SYNTAX },
		{ "T-1-5-18", ERR_SYNTAX },
		{ "S1-5-18", ERR_SYNTAX },
		{ " S-1-5-18", ERR_SYNTAX },
		{ "S-1-5-18 ", ERR_SYNTAX },
		{ "S-1-5-18-", ERR_SYNTAX },
		{ "S-1-5--18", ERR_SYNTAX },
		{ "S-1--5-18", ERR_SYNTAX },
		{ "S-1-5-+18", ERR_SYNTAX },
		{ "S-1-5-0x12", ERR_SYNTAX },
		{ "S-1-5-1f", ERR_SYNTAX },
		{ "S-1-5a-18", ERR_SYNTAX },
		{ "S-1-0x-18", ERR_SYNTAX },
		{ "S-1-0xg-18", ERR_SYNTAX },
		{ "S-1-0x", ERR_SYNTAX },
		{ "S-1-5,18", ERR_SYNTAX },
		{ "S-1-5-\xd9\xa1", ERR_SYNTAX },
		{ "S-1-5-4294967296", ERR_RANGE },
		{ "S-1-5-9999999999", ERR_RANGE },
		{ "S-1-5-00000000018", ERR_RANGE },	/* MS-DTYP 2.4.2.1: 1*10DIGIT */
		{ "S-1-5-18446744073709551634", ERR_RANGE },
		{ "S-1-4294967296-1", ERR_RANGE },
		{ "S-1-0x0000000000005-18", ERR_RANGE },
		{ "S-1-5" FIFTEEN "-16", ERR_TOO_BIG },
	};
	struct sid sid;

	(void)state;
	memset(&sid, 0xee, sizeof(sid));
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(sid_from_str(bad[i].s, strlen(bad[i].s), &sid), bad[i].err);
		assert_int_equal(sid.count, 0xee);
	}
	assert_int_equal(sid_from_str("S-1-5-18\0", 9, &sid), ERR_SYNTAX);
	assert_int_equal(sid_from_str(NULL, 0, &sid), ERR_SYNTAX);
	/* Only `len` characters count. */
	assert_int_equal(sid_from_str("S-1-5-18-x", 8, &sid), ERR_OK);
	assert_true(sid_eq(&sid, &sid_system));
}

static void
order(void **state)
{
	static const char *const sorted[] = {
		"S-1-0-9", "S-1-1", "S-1-1-0", "S-1-1-1", "S-1-5-18", "S-1-5-4294967295",
		"S-1-5-21-9", "S-1-5-32-1", "S-1-5-32-2", "S-1-5-21-1-2", "S-1-0x000100000000-0",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sorted); i++) {
		for (size_t j = 0; j < COUNT(sorted); j++) {
			struct sid a = from(sorted[i]), b = from(sorted[j]);
			int cmp = sid_cmp(&a, &b);

			assert_int_equal((cmp > 0) - (cmp < 0), (i > j) - (i < j));
			assert_int_equal(sid_eq(&a, &b), i == j);
		}
	}
}

static void
domains(void **state)
{
	struct sid domain = from("S-1-5-21-1-2-3"), user = from("S-1-5-21-1-2-3-1104");
	struct sid other = from("S-1-5-21-1-2-4-1104"), deep = from("S-1-5-21-1-2-3-1104-9");
	struct sid elsewhere = from("S-1-6-21-1-2-3-1104");
	struct sid full = from("S-1-5" FIFTEEN), none = from("S-1-5"), made, half;
	uint32_t rid = 7;

	(void)state;
	assert_true(sid_in_domain(&user, &domain, &rid));
	assert_int_equal(rid, 1104);
	assert_true(sid_in_domain(&user, &domain, NULL));
	rid = 7;
	assert_false(sid_in_domain(&domain, &domain, &rid));
	assert_false(sid_in_domain(&other, &domain, &rid));
	assert_false(sid_in_domain(&deep, &domain, &rid));
	assert_false(sid_in_domain(&elsewhere, &domain, &rid));
	assert_false(sid_in_domain(&domain, &user, &rid));
	assert_false(sid_in_domain(&full, &full, &rid));
	assert_int_equal(rid, 7);

	assert_int_equal(sid_with_rid(&domain, 1104, &made), ERR_OK);
	assert_true(sid_eq(&made, &user));
	assert_memory_equal(&made.sub, &user.sub, sizeof(made.sub));
	assert_int_equal(sid_with_rid(&full, 1, &made), ERR_TOO_BIG);
	assert_true(sid_eq(&made, &user));
	assert_int_equal(sid_with_rid(&made, 9, &made), ERR_OK);	/* in place */
	assert_true(sid_eq(&made, &deep));

	assert_true(sid_split(&user, &half, &rid));
	assert_true(sid_eq(&half, &domain));
	assert_memory_equal(&half.sub, &domain.sub, sizeof(half.sub));
	assert_int_equal(rid, 1104);
	assert_true(sid_split(&user, NULL, NULL));
	assert_false(sid_split(&none, &half, &rid));
	assert_true(sid_eq(&half, &domain));
}

static void
well_known(void **state)
{
	static const struct { const struct sid *sid; const char *text, *name; } known[] = {
		{ &sid_everyone, "S-1-1-0", "Everyone" },
		{ &sid_creator_owner, "S-1-3-0", "CREATOR OWNER" },
		{ &sid_creator_group, "S-1-3-1", "CREATOR GROUP" },
		{ &sid_owner_rights, "S-1-3-4", "OWNER RIGHTS" },
		{ &sid_network, "S-1-5-2", "NETWORK" },
		{ &sid_self, "S-1-5-10", "SELF" },
		{ &sid_authenticated, "S-1-5-11", "Authenticated Users" },
		{ &sid_this_org, "S-1-5-15", "This Organization" },
		{ &sid_system, "S-1-5-18", "SYSTEM" },
		{ &sid_builtin, "S-1-5-32", "BUILTIN" },
	};
	struct sid user = from("S-1-5-21-1-2-3-500"), users = from("S-1-5-32-545");
	struct sid_buf b;

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		assert_string_equal(sid_str(known[i].sid, &b), known[i].text);
		assert_string_equal(sid_well_known_name(known[i].sid), known[i].name);
	}
	assert_null(sid_well_known_name(&user));
	assert_string_equal(sid_well_known_name(&users), "BUILTIN\\Users");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_bytes),
		cmocka_unit_test(longest_text_fits),
		cmocka_unit_test(bad_bytes),
		cmocka_unit_test(text_we_take_too),
		cmocka_unit_test(bad_text),
		cmocka_unit_test(order),
		cmocka_unit_test(domains),
		cmocka_unit_test(well_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
