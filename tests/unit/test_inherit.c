/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/inherit.h"
#include "sddl_sd.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define OWNER_GROUP "O:S-1-5-21-1-2-3-1001G:S-1-5-21-1-2-3-1002"
#define ME ";;;S-1-5-21-1-2-3-7)"
#define G_GROUP "bf967a9c-0de6-11d0-a285-00aa003049e2"

static const struct sid domain_sid = { .authority = 5, .sub = { 21, 1, 2, 3 }, .count = 4 };
static const struct sddl_ctx ctx = { &domain_sid, &domain_sid };

static struct guid user_class;

/* What is computed, as SDDL without owner and group; "ERR n" for an error. */
static const char *
compute(const char *child, const char *parent, const struct guid *classes, size_t count,
    enum inherit_order order, struct buf *text)
{
	struct sddl_sd above, own;
	struct inherit_object o = { &own.sd, classes, count };
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct sd sd;
	enum err err;
	char *dacl;

	sddl_sd_init(&own, child);
	sddl_sd_init(&above, parent ? parent : "D:");
	buf_clear(text);
	err = inherit_compute(&o, parent ? &above.sd : NULL, order, &out);
	if (err != ERR_OK) {
		assert_int_equal(out.len, 0);
		buf_addf(text, "ERR %d", (int)err);
	} else {
		assert_int_equal(sd_parse(out.data, out.len, &sd, NULL), ERR_OK);
		sddl_print(&sd, &ctx, text);
		dacl = strstr(text->data, "D:");
		assert_non_null(dacl);
		memmove(text->data, dacl, strlen(dacl) + 1);
		/* what is computed is what stays */
		o.sd = &sd;
		assert_int_equal(inherit_compute(&o, parent ? &above.sd : NULL, order, &again),
		    ERR_OK);
		assert_int_equal(again.len, out.len);
		assert_memory_equal(again.data, out.data, out.len);
	}
	buf_fini(&again);
	buf_fini(&out);
	sddl_sd_fini(&above);
	sddl_sd_fini(&own);
	return buf_str(text);
}

struct row {
	const char *what, *child, *parent, *want;
};

/* MS-DTYP 2.5.3.4 with MS-ADTS 6.1.3; the table in core/inherit.h. */
static const struct row rows[] = {
	{ "nothing to inherit", "D:(A;;RP" ME, "D:(A;;GA" ME, "D:(A;;RP" ME },
	{ "CI", "D:", "D:(A;CI;RP" ME, "D:AI(A;CIID;RP" ME },
	{ "CI IO comes in force", "D:", "D:(A;CIIO;RP" ME, "D:AI(A;CIID;RP" ME },
	{ "OI CI", "D:", "D:(A;OICI;RP" ME, "D:AI(A;OICIID;RP" ME },
	{ "OI alone", "D:", "D:(A;OI;RP" ME, "D:AI(A;OIIOID;RP" ME },
	{ "OI NP", "D:", "D:(A;OINP;RP" ME, "D:" },
	{ "CI NP", "D:", "D:(A;CINP;RP" ME, "D:AI(A;ID;RP" ME },
	{ "OI CI NP IO", "D:", "D:(A;OICINPIO;RP" ME, "D:AI(A;ID;RP" ME },
	{ "IO alone", "D:", "D:(A;IO;RP" ME, "D:" },
	{ "what was inherited goes on", "D:", "D:AI(A;CIID;RP" ME, "D:AI(A;CIID;RP" ME },
	{ "what was inherited before is gone", "D:AI(A;CIID;WP" ME "(A;;RC" ME, "D:(A;CI;RP" ME,
		"D:AI(A;;RC" ME "(A;CIID;RP" ME },
	{ "AI stays", "D:AI(A;CIID;WP" ME, "D:", "D:AI" },
	{ "own before inherited", "D:(A;;RP" ME "(D;;WP" ME, "D:(D;CI;RP" ME "(A;CI;WP" ME,
		"D:AI(A;;RP" ME "(D;;WP" ME "(D;CIID;RP" ME "(A;CIID;WP" ME },
	{ "protected", "D:P(A;;RP" ME, "D:(A;CI;WP" ME, "D:P(A;;RP" ME },
	{ "protected: inherited becomes own", "D:PAI(A;CIID;RP" ME, "D:(A;CI;WP" ME,
		"D:PAI(A;CI;RP" ME },
	{ "protected and empty", "D:P", "D:(A;CI;WP" ME, "D:P" },
	{ "the parent's protection is its own", "D:", "D:P(A;CI;RP" ME, "D:AI(A;CIID;RP" ME },

	{ "for its class", "D:", "D:(OA;CIIO;CR;" G_RESET ";" G_USER ";WD)",
		"D:AI(OA;CIID;CR;" G_RESET ";" G_USER ";WD)" },
	{ "for another class", "D:", "D:(OA;CIIO;CR;" G_RESET ";" G_GROUP ";WD)",
		"D:AI(OA;CIIOID;CR;" G_RESET ";" G_GROUP ";WD)" },
	{ "for a class above its own", "D:", "D:(OA;CI;CR;" G_RESET ";" G_ORGPERSON ";WD)",
		"D:AI(OA;CIIOID;CR;" G_RESET ";" G_ORGPERSON ";WD)" },
	{ "for a class of zeros, which is any", "D:",
		"D:(OA;CIIO;CR;" G_RESET ";00000000-0000-0000-0000-000000000000;WD)",
		"D:AI(OA;CIID;CR;" G_RESET ";00000000-0000-0000-0000-000000000000;WD)" },
	{ "for its class, once", "D:", "D:(OA;CINPIO;CR;" G_RESET ";" G_USER ";WD)",
		"D:AI(OA;ID;CR;" G_RESET ";;WD)" },
	{ "for its class, once, of any object", "D:", "D:(OA;CINPIO;RP;;" G_USER ";WD)",
		"D:AI(A;ID;RP;;;WD)" },
	{ "a denial for its class, once", "D:", "D:(OD;CINPIO;RP;;" G_USER ";WD)",
		"D:AI(D;ID;RP;;;WD)" },
	{ "for another class, once", "D:", "D:(OA;CINPIO;CR;" G_RESET ";" G_GROUP ";WD)", "D:" },
	{ "for its class, OI alone", "D:", "D:(OA;OI;CR;" G_RESET ";" G_USER ";WD)",
		"D:AI(OA;OIIOID;CR;" G_RESET ";" G_USER ";WD)" },
	{ "an object ACE without GUIDs stays one", "D:", "D:(OA;CI;RP;;;WD)",
		"D:AI(OA;CIID;RP;;;WD)" },

	{ "generic rights", "D:", "D:(A;CI;GR;;;WD)",
		"D:AI(A;ID;LCRPLORC;;;WD)(A;CIIOID;GR;;;WD)" },
	{ "generic rights, once", "D:", "D:(A;CINP;GR;;;WD)", "D:AI(A;ID;LCRPLORC;;;WD)" },
	{ "generic rights for another class", "D:", "D:(OA;CIIO;GR;;" G_GROUP ";WD)",
		"D:AI(OA;CIIOID;GR;;" G_GROUP ";WD)" },
	{ "generic rights for its class", "D:", "D:(OA;CIIO;GA;;" G_USER ";WD)",
		"D:AI(A;ID;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;WD)(OA;CIIOID;GA;;" G_USER ";WD)" },
	{ "CREATOR OWNER", "D:", "D:(A;CIIO;RP;;;CO)",
		"D:AI(A;ID;RP;;;S-1-5-21-1-2-3-1001)(A;CIIOID;RP;;;CO)" },
	{ "CREATOR GROUP", "D:", "D:(A;CIIO;RP;;;CG)",
		"D:AI(A;ID;RP;;;S-1-5-21-1-2-3-1002)(A;CIIOID;RP;;;CG)" },
	{ "CREATOR OWNER of an attribute", "D:", "D:(OA;CIIO;WP;" G_LOCKOUT_TIME ";" G_USER ";CO)",
		"D:AI(OA;ID;WP;" G_LOCKOUT_TIME ";;S-1-5-21-1-2-3-1001)"
		"(OA;CIIOID;WP;" G_LOCKOUT_TIME ";" G_USER ";CO)" },

	{ "own: inherit-only, not inheritable", "D:(A;IO;RP" ME "(A;;WP" ME, "D:", "D:(A;;WP" ME },
	{ "own: generic rights", "D:(A;;GR;;;WD)", "D:", "D:(A;;LCRPLORC;;;WD)" },
	{ "own: generic rights, inheritable", "D:(A;CI;GR;;;WD)", "D:",
		"D:(A;CIIO;GR;;;WD)(A;;LCRPLORC;;;WD)" },
	{ "own: CREATOR OWNER", "D:(A;CI;RP;;;CO)", "D:",
		"D:(A;CIIO;RP;;;CO)(A;;RP;;;S-1-5-21-1-2-3-1001)" },
	{ "own: inherit-only generic", "D:(A;CIIO;GA;;;CO)", "D:", "D:(A;CIIO;GA;;;CO)" },
	{ "no object above", "D:AI(A;CIID;RP" ME "(A;CI;WP" ME, NULL, "D:AI(A;CI;WP" ME },
	{ "a conditional ACE", "D:", "D:(XA;CI;RP;;;WD;(@User.a==1))",
		"D:AI(XA;CIID;RP;;;WD;(@USER.a == 1))" },
	{ "a conditional ACE for its class, once", "D:",
		"D:(0x0b;CINP;RP;;" G_USER ";WD)", "D:AI(XA;ID;RP;;;WD)" },
};

static void
inheriting(void **state)
{
	struct buf text = BUF_INIT, child = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got;

		buf_clear(&child);
		buf_addf(&child, OWNER_GROUP "%s", rows[i].child);
		got = compute(buf_str(&child), rows[i].parent, &user_class, 1, INHERIT_AS_COMPUTED,
		    &text);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s:\n got    %s\n wanted %s", rows[i].what, got, rows[i].want);
	}
	buf_fini(&child);
	buf_fini(&text);
}

static void
classes(void **state)
{
	const struct guid two[] = { guid_of(G_USER), guid_of(G_GROUP) };
	struct buf text = BUF_INIT;
	const char *for_group = "D:(OA;CIIO;RP;;" G_GROUP ";WD)";

	(void)state;
	/* a dynamic auxiliary class counts as its own does */
	assert_string_equal(compute("D:", for_group, two, 2, INHERIT_AS_COMPUTED, &text),
	    "D:AI(OA;CIID;RP;;" G_GROUP ";WD)");
	assert_string_equal(compute("D:", "D:(OA;CIIO;RP;;" G_USER ";WD)", two, 2,
	    INHERIT_AS_COMPUTED, &text), "D:AI(OA;CIID;RP;;" G_USER ";WD)");
	/* not known which: it matters only where an ACE asks */
	assert_string_equal(compute("D:", for_group, NULL, 0, INHERIT_AS_COMPUTED, &text), "ERR 6");
	assert_string_equal(compute("D:P", for_group, NULL, 0, INHERIT_AS_COMPUTED, &text), "D:P");
	assert_string_equal(compute("D:", "D:(A;CI;RP;;;WD)", NULL, 0, INHERIT_AS_COMPUTED, &text),
	    "D:AI(A;CIID;RP;;;WD)");
	/* what cannot be told apart is not guessed */
	assert_string_equal(compute("D:", "D:(0x2a;CI;#0011aabb)", two, 2, INHERIT_AS_COMPUTED,
	    &text), "ERR 6");
	assert_string_equal(compute("D:", "D:(0x2a;;#0011aabb)", two, 2, INHERIT_AS_COMPUTED,
	    &text), "D:");
	assert_string_equal(compute("O:WD", "D:(A;CI;RP;;;WD)", two, 2, INHERIT_AS_COMPUTED,
	    &text), "ERR 6");
	/* nobody stands for a group or an owner that is not there */
	assert_string_equal(compute("O:WDD:", "D:(A;CIIO;RP;;;CG)", two, 2, INHERIT_AS_COMPUTED,
	    &text), "D:AI(A;ID;RP;;;CG)(A;CIIOID;RP;;;CG)");
	assert_string_equal(compute("G:WDD:", "D:(A;CIIO;RP;;;CO)", two, 2, INHERIT_AS_COMPUTED,
	    &text), "D:AI(A;ID;RP;;;CO)(A;CIIOID;RP;;;CO)");
	buf_fini(&text);
}

/* MS-ADTS 6.1.3.1 */
static void
sorting(void **state)
{
	static const struct row sorted[] = {
		{ "canonical: sorted", "D:(D;;WP;;;WD)(D;;RP;;;WD)(A;;WP;;;WD)(A;;RP;;;WD)", "D:",
			"D:(D;;RP;;;WD)(D;;WP;;;WD)(A;;RP;;;WD)(A;;WP;;;WD)" },
		{ "not canonical: as it is", "D:(A;;WP;;;WD)(D;;WP;;;WD)", "D:(A;CI;RP;;;WD)(D;CI;WP;;;WD)",
			"D:AI(A;;WP;;;WD)(D;;WP;;;WD)(A;CIID;RP;;;WD)(D;CIID;WP;;;WD)" },
		{ "object ACEs before plain ones: as it is",
			"D:(OA;;WP;" G_LOCKOUT_TIME ";;WD)(A;;RP;;;WD)", "D:",
			"D:(OA;;WP;" G_LOCKOUT_TIME ";;WD)(A;;RP;;;WD)" },
		{ "inherited denials before inherited grants", "D:(A;;RP;;;WD)",
			"D:(A;CI;WP;;;WD)(OA;CI;WP;" G_LOCKOUT_TIME ";;WD)(D;CI;WP;;;WD)",
			"D:AI(A;;RP;;;WD)(D;CIID;WP;;;WD)(A;CIID;WP;;;WD)"
			"(OA;CIID;WP;" G_LOCKOUT_TIME ";;WD)" },
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(sorted); i++) {
		const char *got = compute(sorted[i].child, sorted[i].parent, &user_class, 1,
		    INHERIT_SORTED, &text);

		if (strcmp(got, sorted[i].want) != 0)
			fail_msg("%s:\n got    %s\n wanted %s", sorted[i].what, got, sorted[i].want);
	}
	buf_fini(&text);
}

static void
changes(void **state)
{
	static const struct {
		const char *sd, *ace, *want;
	} adds[] = {
		{ "D:", "(A;;RP;;;WD)", "D:(A;;RP;;;WD)" },
		{ "D:(D;;WP;;;WD)(A;;WP;;;WD)(A;CIID;RC;;;WD)", "(A;CI;RP;;;WD)",
			"D:(D;;WP;;;WD)(A;CI;RP;;;WD)(A;;WP;;;WD)(A;CIID;RC;;;WD)" },
		{ "D:(D;;WP;;;WD)(D;CIID;RC;;;WD)", "(A;CI;RP;;;WD)",
			"D:(D;;WP;;;WD)(A;CI;RP;;;WD)(D;CIID;RC;;;WD)" },
		{ "D:(A;;WP;;;WD)", "(D;;RP;;;WD)", "D:(D;;RP;;;WD)(A;;WP;;;WD)" },
		{ "D:(A;;WP;;;WD)(A;;RP;;;WD)", "(A;;RP;;;WD)", "D:(A;;WP;;;WD)(A;;RP;;;WD)" },
		{ "D:(A;ID;RP;;;WD)", "(A;;RP;;;WD)", "D:(A;;RP;;;WD)(A;ID;RP;;;WD)" },
		{ "D:PAI(A;;RP;;;WD)", "(OA;CIIO;CR;" G_RESET ";" G_USER ";WD)",
			"D:PAI(OA;CIIO;CR;" G_RESET ";" G_USER ";WD)(A;;RP;;;WD)" },
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(adds); i++) {
		struct buf out = BUF_INIT, one = BUF_INIT;
		struct sddl_sd s, with;
		struct ace ace;
		struct sd sd;
		size_t pos = 0;

		buf_addf(&one, "D:%s", adds[i].ace);
		sddl_sd_init(&s, adds[i].sd);
		sddl_sd_init(&with, buf_str(&one));
		assert_true(acl_next(&with.sd.dacl, &pos, &ace));
		assert_int_equal(inherit_add_ace(&s.sd, &ace, &out), ERR_OK);
		assert_int_equal(sd_parse(out.data, out.len, &sd, NULL), ERR_OK);
		buf_clear(&text);
		sddl_print(&sd, &ctx, &text);
		assert_string_equal(buf_str(&text), adds[i].want);
		buf_clear(&out);
		assert_int_equal(inherit_unprotect(&s.sd, &out), ERR_OK);
		assert_int_equal(sd_parse(out.data, out.len, &sd, NULL), ERR_OK);
		assert_false(sd.control & SD_DACL_PROTECTED);
		assert_int_equal(sd.dacl.count, s.sd.dacl.count);
		sddl_sd_fini(&s);
		sddl_sd_fini(&with);
		buf_fini(&one);
		buf_fini(&out);
	}
	buf_fini(&text);
}

/* As many ACEs as an ACL holds, and one more. */
static void
too_big(void **state)
{
	struct buf parent = BUF_INIT, out = BUF_INIT;
	struct sddl_sd above, own;
	struct inherit_object o = { &own.sd, &user_class, 1 };
	struct ace ace;

	(void)state;
	sddl_sd_init(&own, "D:");
	for (int extra = 0; extra < 2; extra++) {
		buf_clear(&parent);
		buf_adds(&parent, "D:");
		/* one of generic rights is 20 bytes, and two of those below */
		for (int i = 0; i < (0xffff - 8) / 40 + extra; i++)
			buf_adds(&parent, "(A;CI;GR;;;WD)");
		sddl_sd_init(&above, buf_str(&parent));
		assert_int_equal(inherit_compute(&o, &above.sd, INHERIT_SORTED, &out),
		    extra ? ERR_TOO_BIG : ERR_OK);
		sddl_sd_fini(&above);
	}
	sddl_sd_fini(&own);
	buf_clear(&out);
	buf_clear(&parent);
	buf_adds(&parent, "D:");
	for (int i = 0; i < (0xffff - 8) / 20; i++)
		buf_addf(&parent, "(A;;0x%x;;;WD)", (unsigned)i);
	sddl_sd_init(&own, buf_str(&parent));
	sddl_sd_init(&above, "D:(A;;GA;;;WD)");
	assert_true(acl_nth(&above.sd.dacl, 0, &ace));
	assert_int_equal(inherit_add_ace(&own.sd, &ace, &out), ERR_TOO_BIG);
	assert_int_equal(out.len, 0);
	sddl_sd_fini(&above);
	sddl_sd_fini(&own);
	buf_fini(&parent);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inheriting),
		cmocka_unit_test(classes),
		cmocka_unit_test(sorting),
		cmocka_unit_test(changes),
		cmocka_unit_test(too_big),
	};

	user_class = guid_of(G_USER);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
