/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "access_world.h"

static char
letter(enum decision d)
{
	return d == DECISION_YES ? 'y' : d == DECISION_NO ? 'n' : '?';
}

/* The three answers for a reset, as letters, to a descriptor on a user. */
static void
expect_rpl(const struct world *w, const char *name, const char *sddl, const char *want)
{
	struct access_subject who = access_subject_token(&w->token, &w->target);
	char got[4] = "";

	for (size_t i = 0; i < 3; i++) {
		struct access_request req = request(w, "RPL"[i], 0);

		got[i] = letter(ask(sddl, &req, &who).decision);
	}
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s instead of %s", name, got, want);
}

/*
 * ACEs before (or, inherited, behind) the default DACL of class user, and what
 * MS-ADTS 5.1.3.3.3 and 5.1.3.3.4 give for them bit by bit, which is not in
 * every row what Samba 4.17 does.
 */
static const struct { const char *name, *before, *behind, *rpl; } measured[] = {
	{ "none", "", "", "nnn" },
	{ "A_CR", "(A;;CR;;;" T ")", "", "ynn" },
	{ "A_WP", "(A;;WP;;;" T ")", "", "nyy" },
	{ "A_GA, mapped", "(A;;" FULL ";;;" T ")", "", "yyy" },
	{ "A_GA, as written", "(A;;GA;;;" T ")", "", "yyy" },
	{ "A_GW, mapped", "(A;;WPRCSW;;;" T ")", "", "nyy" },
	{ "A_GW, as written", "(A;;GW;;;" T ")", "", "nyy" },
	{ "OA_CR_noguid", "(OA;;CR;;;" T ")", "", "ynn" },
	{ "OA_CR_class", "(OA;;CR;" G_USER ";;" T ")", "", "nnn" },
	{ "Crx", "", "(OA;CIID;CR;" G_RESET ";" G_USER ";" T ")", "ynn" },
	{ "Crx2", "", "(OA;CIID;CR;" G_RESTRICTIONS ";" G_USER ";" T ")", "nnn" },
	{ "OA_WP_class", "(OA;;WP;" G_USER ";;" T ")", "", "nyy" },
	{ "OA_WP_pset", "(OA;;WP;" G_RESTRICTIONS ";;" T ")", "", "nyn" },
	{ "OA_WP_attr", "(OA;;WP;" G_PWD_LAST_SET ";;" T ")", "", "nyn" },
	{ "OA_WPCR_lt", "(OA;;WPCR;" G_LOCKOUT_TIME ";;" T ")", "", "nny" },
	{ "inhtype_only", "(OA;;CR;" G_RESET ";" G_INETORGPERSON ";" T ")", "", "ynn" },
	{ "IO", "(OA;CIIO;CR;" G_RESET ";;" T ")", "", "nnn" },
	{ "d1", "(OD;;CR;" G_RESET ";;WD)(A;;CR;;;" T ")", "", "nnn" },
	{ "denyEv", "(A;;CR;;;" T ")(OD;;CR;" G_RESET ";;WD)", "", "ynn" },
	{ "d2", "(OD;;WP;" G_RESTRICTIONS ";;" T ")(A;;WP;;;" T ")", "", "nny" },
	{ "psetdeny", "(A;;WP;;;" T ")(OD;;WP;" G_RESTRICTIONS ";;" T ")", "", "nyy" },
	{ "d3", "(OD;;WP;" G_PWD_LAST_SET ";;" T ")(OA;;WP;" G_RESTRICTIONS ";;" T ")", "", "nnn" },
	{ "attrdeny", "(OA;;WP;" G_RESTRICTIONS ";;" T ")(OD;;WP;" G_PWD_LAST_SET ";;" T ")", "",
		"nyn" },
	{ "d4", "(OD;;WP;" G_RESTRICTIONS ";;" T ")(OA;;WP;" G_PWD_LAST_SET ";;" T ")", "", "nnn" },
	{ "d5", "(OD;;CR;;;" T ")(A;;" FULL ";;;" T ")", "", "nyy" },
	{ "d6", "(D;;CR;;;" T ")(A;;" FULL ";;;" T ")", "", "nyy" },
	{ "d7", "(OD;;CR;" G_USER ";;" T ")(A;;" FULL ";;;" T ")", "", "yyy" },
	{ "d8", "(D;;WP;;;" T ")(OA;;CR;" G_RESET ";;" T ")", "", "ynn" },
	{ "owner_none", "(A;;RP;;;" T ")", "", "nnn" },
	{ "PSself", "(OA;;CR;" G_RESET ";;PS)", "", "nnn" },
	{ "AU", "(OA;;CR;" G_RESET ";;AU)", "", "ynn" },
	{ "WD", "(OA;;CR;" G_RESET ";;WD)", "", "ynn" },
	{ "NU", "(OA;;CR;" G_RESET ";;NU)", "", "ynn" },
	{ "BU", "(OA;;CR;" G_RESET ";;BU)", "", "ynn" },
	{ "RU", "(OA;;CR;" G_RESET ";;RU)", "", "ynn" },
	{ "DU", "(OA;;CR;" G_RESET ";;DU)", "", "ynn" },
	{ "S515: in the token of a Windows server", "(OA;;CR;" G_RESET ";;S-1-5-15)", "", "ynn" },
	{ "S1181: depends on the logon", "(OA;;CR;" G_RESET ";;S-1-18-1)", "", "?nn" },
	{ "NTLM: depends on the logon", "(OA;;CR;" G_RESET ";;S-1-5-64-10)", "", "?nn" },
};

static void
measured_rows(void **state)
{
	for (size_t i = 0; i < COUNT(measured); i++) {
		struct buf text = BUF_INIT;

		buf_addf(&text, "O:DAG:DAD:%s" DEFAULT_USER_ACES "%s", measured[i].before,
		    measured[i].behind);
		expect_rpl(*state, measured[i].name, buf_str(&text), measured[i].rpl);
		buf_fini(&text);
	}
}

/* Whole DACLs of a user, Reset Password and the writes of pwdLastSet and lockoutTime. */
static const struct { const char *name, *sddl, *rpl; } dacls[] = {
	{ "empty", "O:DAG:DAD:", "nnn" },
	{ "absent", "O:DAG:DA", "yyy" },
	{ "NULL", "O:DAG:DAD:NO_ACCESS_CONTROL", "yyy" },
	{ "absent, and no owner", "G:DA", "yyy" },
	/* order: as stored, never sorted */
	{ "deny first", "D:(D;;CRWP;;;WD)(A;;GA;;;" T ")", "nnn" },
	{ "deny behind", "D:(A;;GA;;;" T ")(D;;CRWP;;;WD)", "yyy" },
	{ "explicit allow before inherited deny", "D:(A;;CR;;;" T ")(D;ID;CR;;;" GROUP ")", "ynn" },
	{ "inherited allow before explicit deny", "D:(A;ID;CR;;;" T ")(D;;CR;;;" GROUP ")", "ynn" },
	{ "one deny between two allows", "D:(A;;WP;;;" OTHER ")(D;;WP;;;" GROUP ")(A;;WP;;;" T ")",
		"nnn" },
	/* bit by bit: a mask that is denied in part is granted in part */
	{ "deny of CR leaves WP", "D:(D;;CR;;;" T ")(A;;CRWP;;;" T ")", "nyy" },
	{ "deny of WP leaves CR", "D:(D;;WP;;;" T ")(A;;CRWP;;;" T ")", "ynn" },
	{ "granted CR is not taken back", "D:(A;;CR;;;" T ")(D;;CRWP;;;" T ")(A;;WP;;;" T ")",
		"ynn" },
	{ "deny of one attribute leaves the other",
		"D:(OD;;WP;" G_LOCKOUT_TIME ";;" T ")(A;;WP;;;" T ")", "nyn" },
	{ "deny of another attribute of the set",
		"D:(OD;;WP;bf967a68-0de6-11d0-a285-00aa003049e2;;" T ")(OA;;WP;" G_RESTRICTIONS
		";;" T ")", "nyn" },
	/* inherit-only, and the inherited object type that nobody looks at */
	{ "inherit-only deny", "D:(D;CIIO;CRWP;;;WD)(A;;GA;;;" T ")", "yyy" },
	{ "inherit-only allow", "D:(A;CIIO;GA;;;" T ")", "nnn" },
	{ "for another class, without IO", "D:(OA;CI;WP;;" G_INETORGPERSON ";" T ")", "nyy" },
	{ "deny for another class, without IO",
		"D:(OD;CI;CR;" G_RESET ";" G_INETORGPERSON ";" T ")(A;;CR;;;" T ")", "nnn" },
	{ "for the class, with IO", "D:(OA;CIIOID;CR;" G_RESET ";" G_USER ";" T ")", "nnn" },
	/* other rights */
	{ "Change Password is not Reset Password", "D:(OA;;CR;" G_CHANGE ";;" T ")", "nnn" },
	{ "validated write is not write", "D:(A;;SW;;;" T ")", "nnn" },
	{ "read is not write", "D:(A;;RPLCLORC;;;" T ")", "nnn" },
	{ "Reset Password with WP", "D:(OA;;WP;" G_RESET ";;" T ")", "nnn" },
	{ "CR for an attribute", "D:(OA;;CR;" G_PWD_LAST_SET ";;" T ")", "nnn" },
	{ "GX", "D:(A;;GX;;;" T ")", "nnn" },
	{ "GR", "D:(A;;GR;;;" T ")", "nnn" },
	{ "deny of GA", "D:(D;;GA;;;" T ")(A;;CRWP;;;" T ")", "nnn" },
	{ "deny of GW leaves CR", "D:(D;;GW;;;" T ")(A;;CRWP;;;" T ")", "ynn" },
	/* only the most specific structural class is a node of the tree */
	{ "superclass", "D:(OA;;WP;" G_ORGPERSON ";;" T ")", "nnn" },
	{ "subclass", "D:(OA;;WP;" G_INETORGPERSON ";;" T ")", "nnn" },
	{ "deny for a superclass", "D:(OD;;WP;" G_ORGPERSON ";;" T ")(A;;WP;;;" T ")", "nyy" },
	{ "deny for the class", "D:(OD;;WP;" G_USER ";;" T ")(A;;WP;;;" T ")", "nnn" },
	/* trustees */
	{ "group", "D:(A;;CRWP;;;" GROUP ")", "yyy" },
	{ "somebody else", "D:(A;;GA;;;" OTHER ")", "nnn" },
	{ "deny to somebody else", "D:(D;;GA;;;" OTHER ")(A;;GA;;;" T ")", "yyy" },
	{ "CREATOR OWNER", "O:" T "D:(A;;GA;;;CO)", "nnn" },
	{ "CREATOR GROUP", "O:" T "G:DUD:(A;;GA;;;CG)", "nnn" },
	{ "deny to CREATOR OWNER", "O:" T "D:(D;;GA;;;CO)(A;;GA;;;" T ")", "yyy" },
	{ "SELF is the target", "D:(A;;GA;;;PS)", "nnn" },
	{ "owner alone", "O:" T "D:", "nnn" },
	{ "OWNER RIGHTS for the owner", "O:" T "D:(A;;CR;;;OW)", "ynn" },
	{ "OWNER RIGHTS for another owner", "O:DAD:(A;;GA;;;OW)", "nnn" },
	{ "OWNER RIGHTS without an owner", "D:(A;;GA;;;OW)", "nnn" },
	/* what takes no part */
	{ "audit in the DACL", "D:(AU;SA;GA;;;" T ")", "nnn" },
	{ "unknown type", "D:(0x2a;;#0011aabb)(A;;CR;;;" T ")", "ynn" },
	{ "grant in the SACL", "D:S:(A;;GA;;;" T ")", "nnn" },
	/* a trustee that is not settled */
	{ "perhaps granted", "D:(A;;CR;;;" OPEN ")", "?nn" },
	{ "perhaps denied", "D:(D;;WP;;;" OPEN ")(A;;GA;;;" T ")", "y??" },
	{ "granted before", "D:(A;;CR;;;" T ")(D;;CR;;;" OPEN ")", "ynn" },
	{ "granted after", "D:(A;;CR;;;" OPEN ")(A;;CR;;;" T ")", "ynn" },
	{ "denied before", "D:(D;;CR;;;" T ")(A;;CR;;;" OPEN ")", "nnn" },
	{ "denied after", "D:(A;;CR;;;" OPEN ")(D;;CR;;;" T ")", "?nn" },
	{ "perhaps denied what nobody grants", "D:(D;;GA;;;" OPEN ")", "nnn" },
	{ "perhaps, but inherit-only", "D:(A;CIIO;GA;;;" OPEN ")", "nnn" },
	{ "perhaps, but another right", "D:(OA;;CR;" G_CHANGE ";;" OPEN ")", "nnn" },
	/* conditions: claims are not to be seen through LDAP */
	{ "condition grants", "D:(XA;;CR;;;" T ";" IF ")", "?nn" },
	{ "condition denies", "D:(XD;;CR;;;" T ";" IF ")(A;;GA;;;" T ")", "?yy" },
	{ "condition too late", "D:(A;;GA;;;" T ")(XD;;GA;;;" T ";" IF ")", "yyy" },
	{ "condition denies what nobody grants", "D:(XD;;GA;;;" T ";" IF ")", "nnn" },
	{ "condition for somebody else", "D:(XA;;GA;;;" OTHER ";" IF ")", "nnn" },
	{ "condition, plain grant behind", "D:(XA;;GA;;;" T ";" IF ")(A;;CR;;;" T ")", "y??" },
	{ "condition, plain deny behind", "D:(XA;;GA;;;" T ";" IF ")(D;;GA;;;WD)", "???" },
	{ "condition for the right", "D:(0x0b;;CR;" G_RESET ";;" T ";#6172747800000000)", "?nn" },
	{ "condition for another", "D:(0x0b;;CR;" G_CHANGE ";;" T ";#6172747800000000)", "nnn" },
	{ "condition denies the right", "D:(0x0c;;CR;" G_RESET ";;" T ";#00000000)(A;;GA;;;" T ")",
		"?yy" },
	{ "condition, inherit-only", "D:(XA;CIIO;GA;;;" T ";" IF ")", "nnn" },
};

static void
whole_dacls(void **state)
{
	for (size_t i = 0; i < COUNT(dacls); i++)
		expect_rpl(*state, dacls[i].name, dacls[i].sddl, dacls[i].rpl);
}

/* MS-ADTS 5.1.3.3: PRINCIPAL_SELF is the object's own SID, where it has one. */
static void
self(void **state)
{
	static const char sddl[] = "D:(OA;;CR;" G_RESET ";;PS)";
	const struct world *w = *state;
	struct access_request req = request(w, 'R', 0);
	struct sid t = sid_of(T), open = sid_of(OPEN), group = sid_of(GROUP);
	const struct { const struct sid *object; enum decision want; } rows[] = {
		{ NULL, DECISION_NO }, { &w->target, DECISION_NO }, { &t, DECISION_YES },
		{ &group, DECISION_YES }, { &open, DECISION_UNKNOWN },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct access_subject who = access_subject_token(&w->token, rows[i].object);

		assert_int_equal(ask(sddl, &req, &who).decision, rows[i].want);
	}
	/* That a token holds a placeholder itself is of no account. */
	struct token odd = { 0 };
	struct access_subject who = access_subject_token(&odd, NULL);

	token_init(&odd);
	token_add(&odd, &sid_self, HELD_YES, TOKEN_GROUP);
	token_add(&odd, &sid_creator_owner, HELD_YES, TOKEN_GROUP);
	token_add(&odd, &sid_creator_group, HELD_YES, TOKEN_GROUP);
	assert_int_equal(token_seal(&odd), ERR_OK);
	assert_int_equal(ask(sddl, &req, &who).decision, DECISION_NO);
	assert_int_equal(ask("D:(A;;GA;;;CO)(A;;GA;;;CG)", &req, &who).decision, DECISION_NO);
	token_fini(&odd);
}

/* The tree of 5.1.3.3.3 has the object's own class, and what the schema says now. */
static void
class_and_schema(void **state)
{
	const struct world *w = *state;
	struct access_subject who = access_subject_token(&w->token, NULL);
	struct guid set = guid_of(G_RESTRICTIONS), lockout = guid_of(G_LOCKOUT_TIME);
	struct access_request inet = schema_request_property(&w->schema, SCHEMA_LOCKOUT_TIME,
	    RIGHT_WRITE_PROPERTY, &w->inet);
	struct access_request any = schema_request_property(&w->schema, SCHEMA_LOCKOUT_TIME,
	    RIGHT_WRITE_PROPERTY, NULL);
	struct access_request moved;
	struct schema schema;

	assert_int_equal(ask("D:(OA;;WP;" G_USER ";;WD)", &inet, &who).decision, DECISION_NO);
	assert_int_equal(ask("D:(OA;;WP;" G_INETORGPERSON ";;WD)", &inet, &who).decision,
	    DECISION_YES);
	assert_int_equal(ask("D:(OA;;WP;" G_USER ";;WD)", &any, &who).decision, DECISION_NO);
	assert_int_equal(ask("D:(A;;WP;;;WD)", &any, &who).decision, DECISION_YES);

	schema_init(&schema);
	schema_set_attribute(&schema, "LOCKOUTtime", 11, &lockout, &set);
	moved = schema_request_property(&schema, SCHEMA_LOCKOUT_TIME, RIGHT_WRITE_PROPERTY,
	    &w->user);
	assert_int_equal(ask("D:(OA;;WP;" G_RESTRICTIONS ";;WD)", &moved, &who).decision,
	    DECISION_YES);
	schema_set_attribute(&schema, "pwdLastSet", 10, &schema.attr[SCHEMA_PWD_LAST_SET].id, NULL);
	moved = schema_request_property(&schema, SCHEMA_PWD_LAST_SET, RIGHT_WRITE_PROPERTY,
	    &w->user);
	assert_int_equal(ask("D:(OA;;WP;" G_RESTRICTIONS ";;WD)", &moved, &who).decision,
	    DECISION_NO);
	schema_fini(&schema);
}

/* MS-ADTS 5.1.3.2 */
static void
generic_bits(void **state)
{
	static const struct { uint32_t in, out; } rows[] = {
		{ 0, 0 }, { 0x100, 0x100 }, { 0x80000000, 0x20094 }, { 0x40000000, 0x20028 },
		{ 0x20000000, 0x20004 }, { 0x10000000, 0xf01ff }, { 0xc0000000, 0x200bc },
		{ 0x10000100, 0xf01ff }, { 0x01000000, 0x01000000 }, { 0xf0000000, 0xf01ff },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(access_map_generic(rows[i].in), rows[i].out);
	assert_string_equal(decision_str(DECISION_YES), "yes");
	assert_string_equal(decision_str(DECISION_NO), "no");
	assert_string_equal(decision_str(DECISION_UNKNOWN), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measured_rows),
		cmocka_unit_test(whole_dacls),
		cmocka_unit_test(self),
		cmocka_unit_test(class_and_schema),
		cmocka_unit_test(generic_bits),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
