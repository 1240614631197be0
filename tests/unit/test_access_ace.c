/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "access_world.h"

/* The object as a whole: implicit rights of an owner, several bits at once. */
static const struct {
	const char *name, *sddl;
	uint32_t mask;
	enum decision decision;
	enum access_reason reason;
	int ace;
} objects[] = {
	{ "owner: WRITE_DAC", "O:" T "D:", RIGHT_WRITE_DAC, DECISION_YES, ACCESS_BY_OWNER, -1 },
	{ "owner: READ_CONTROL", "O:" T "D:", RIGHT_READ_CONTROL, DECISION_YES, ACCESS_BY_OWNER,
		-1 },
	{ "owner: WRITE_OWNER", "O:" T "D:", RIGHT_WRITE_OWNER, DECISION_YES, ACCESS_BY_OWNER,
		-1 },
	{ "owner: both", "O:" T "D:", RIGHT_READ_CONTROL | RIGHT_WRITE_DAC, DECISION_YES,
		ACCESS_BY_OWNER, -1 },
	{ "owner through a group", "O:" GROUP "D:", RIGHT_WRITE_DAC, DECISION_YES,
		ACCESS_BY_OWNER, -1 },
	{ "owner: no more than these", "O:" T "D:", RIGHT_DELETE, DECISION_NO, ACCESS_NO_ACE, -1 },
	{ "owner: one of two", "O:" T "D:", RIGHT_WRITE_DAC | RIGHT_DELETE, DECISION_NO,
		ACCESS_NO_ACE, -1 },
	{ "owner and an ACE", "O:" T "D:(A;;SD;;;" T ")", RIGHT_WRITE_DAC | RIGHT_DELETE,
		DECISION_YES, ACCESS_BY_ACE, 0 },
	{ "owner: not denied by an ACE", "O:" T "D:(D;;WD;;;WD)", RIGHT_WRITE_DAC, DECISION_YES,
		ACCESS_BY_OWNER, -1 },
	{ "somebody else's object", "O:DAD:", RIGHT_WRITE_DAC, DECISION_NO, ACCESS_NO_ACE, -1 },
	{ "no owner", "G:DAD:", RIGHT_WRITE_DAC, DECISION_NO, ACCESS_NO_ACE, -1 },
	{ "owner: perhaps", "O:" OPEN "D:", RIGHT_WRITE_DAC, DECISION_UNKNOWN, ACCESS_UNSETTLED,
		-1 },
	{ "OWNER RIGHTS takes the implicit ones away", "O:" T "D:(A;;RC;;;OW)", RIGHT_WRITE_DAC,
		DECISION_NO, ACCESS_NO_ACE, -1 },
	{ "OWNER RIGHTS gives its own mask", "O:" T "D:(A;;RC;;;OW)", RIGHT_READ_CONTROL,
		DECISION_YES, ACCESS_BY_ACE, 0 },
	{ "OWNER RIGHTS denies", "O:" T "D:(D;;WD;;;OW)(A;;WD;;;" T ")", RIGHT_WRITE_DAC,
		DECISION_NO, ACCESS_BY_ACE, 0 },
	{ "OWNER RIGHTS with no right at all", "O:" T "D:(A;;0;;;OW)", RIGHT_READ_CONTROL,
		DECISION_NO, ACCESS_NO_ACE, -1 },
	{ "OWNER RIGHTS inherit-only", "O:" T "D:(A;CIIO;RC;;;OW)", RIGHT_WRITE_DAC, DECISION_YES,
		ACCESS_BY_OWNER, -1 },
	{ "OWNER RIGHTS audited, not granted", "O:" T "D:(AU;SA;RC;;;OW)", RIGHT_WRITE_DAC,
		DECISION_YES, ACCESS_BY_OWNER, -1 },
	{ "OWNER RIGHTS, perhaps the owner", "O:" OPEN "D:(A;;WD;;;OW)", RIGHT_WRITE_DAC,
		DECISION_UNKNOWN, ACCESS_UNSETTLED, 0 },
	{ "all of one ACE", "O:DAD:(A;;RPLCRC;;;WD)", RIGHT_LIST | RIGHT_READ_PROPERTY,
		DECISION_YES, ACCESS_BY_ACE, 0 },
	{ "bits from two ACEs", "O:DAD:(A;;LC;;;WD)(A;;RP;;;WD)",
		RIGHT_LIST | RIGHT_READ_PROPERTY, DECISION_YES, ACCESS_BY_ACE, 1 },
	{ "one bit missing", "O:DAD:(A;;LC;;;WD)(A;;RC;;;WD)",
		RIGHT_LIST | RIGHT_READ_PROPERTY, DECISION_NO, ACCESS_NO_ACE, -1 },
	{ "one bit denied", "O:DAD:(A;;LC;;;WD)(D;;LCRP;;;AU)(A;;RP;;;WD)",
		RIGHT_LIST | RIGHT_READ_PROPERTY, DECISION_NO, ACCESS_BY_ACE, 1 },
	{ "a bit granted already", "O:DAD:(A;;LC;;;WD)(D;;LC;;;AU)(A;;RP;;;WD)",
		RIGHT_LIST | RIGHT_READ_PROPERTY, DECISION_YES, ACCESS_BY_ACE, 2 },
	{ "one bit perhaps", "O:DAD:(A;;LC;;;WD)(A;;LC;;;" OPEN ")(A;;RP;;;" OPEN ")",
		RIGHT_LIST | RIGHT_READ_PROPERTY, DECISION_UNKNOWN, ACCESS_UNSETTLED, 2 },
	{ "generic read in parts", "O:DAD:(A;;GR;;;WD)",
		RIGHT_LIST | RIGHT_READ_PROPERTY | RIGHT_READ_CONTROL | RIGHT_LIST_OBJECT,
		DECISION_YES, ACCESS_BY_ACE, 0 },
	{ "for an attribute alone", "O:DAD:(OA;;RP;" G_PWD_LAST_SET ";;WD)", RIGHT_READ_PROPERTY,
		DECISION_NO, ACCESS_NO_ACE, -1 },
	{ "for the class alone", "O:DAD:(OA;;RP;" G_USER ";;WD)", RIGHT_READ_PROPERTY,
		DECISION_NO, ACCESS_NO_ACE, -1 },
	{ "an object ACE for everything", "O:DAD:(OA;;RP;;;WD)", RIGHT_READ_PROPERTY, DECISION_YES,
		ACCESS_BY_ACE, 0 },
	{ "no DACL", "O:DA", RIGHT_FULL_CONTROL, DECISION_YES, ACCESS_NO_DACL, -1 },
	{ "NULL DACL", "O:DAD:NO_ACCESS_CONTROL", RIGHT_FULL_CONTROL, DECISION_YES,
		ACCESS_NO_DACL, -1 },
};

static void
whole_objects(void **state)
{
	const struct world *w = *state;
	struct access_subject who = access_subject_token(&w->token, &w->target);

	for (size_t i = 0; i < COUNT(objects); i++) {
		struct access_request req = request(w, 'O', objects[i].mask);
		struct access_result r = ask(objects[i].sddl, &req, &who);

		if (r.decision != objects[i].decision || r.reason != objects[i].reason ||
		    r.ace != objects[i].ace)
			fail_msg("%s: decision %d reason %d ace %d", objects[i].name, r.decision,
			    r.reason, r.ace);
	}
}

/* The verdict names the ACE that made it. */
static void
deciding_ace(void **state)
{
	static const struct { const char *sddl; enum access_reason reason; int ace; } rows[] = {
		{ "D:(A;;RP;;;WD)(OA;;CR;" G_RESET ";;" T ")(A;;GA;;;" T ")", ACCESS_BY_ACE, 1 },
		{ "D:(D;CIIO;GA;;;WD)(D;;CR;;;" OTHER ")(OD;;CR;" G_RESET ";;AU)", ACCESS_BY_ACE,
			2 },
		{ "D:(A;;RP;;;WD)", ACCESS_NO_ACE, -1 },
		{ "D:", ACCESS_NO_ACE, -1 },
		{ "D:(A;;RP;;;WD)(A;;CR;;;" OPEN ")(XA;;CR;;;" T ";" IF ")", ACCESS_UNSETTLED, 1 },
		{ "D:(A;;CR;;;" OTHER ")(A;;CR;;;" OPEN ")", ACCESS_UNSETTLED, 1 },
		{ "D:(A;;CR;;;" OPEN ")(A;;CR;;;" T ")", ACCESS_BY_ACE, 1 },
		{ "D:(D;;CR;;;" OPEN ")(D;;CR;;;" T ")", ACCESS_BY_ACE, 1 },
	};
	const struct world *w = *state;
	struct access_subject who = access_subject_token(&w->token, NULL);
	struct access_request req = request(w, 'R', 0);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct access_result r = ask(rows[i].sddl, &req, &who);

		if (r.reason != rows[i].reason || r.ace != rows[i].ace)
			fail_msg("%s: reason %d ace %d", rows[i].sddl, r.reason, r.ace);
	}
}

static void
relevance(void **state)
{
	static const struct { const char *ace; enum ace_relevance want; } rows[] = {
		{ "(OA;;CR;" G_RESET ";;" T ")", ACE_APPLIES },
		{ "(D;;CRWP;;;" GROUP ")", ACE_APPLIES },
		{ "(A;;GA;;;WD)", ACE_APPLIES },
		{ "(XA;;CR;;;" T ";" IF ")", ACE_MAY_APPLY },
		{ "(A;;CR;;;" OPEN ")", ACE_MAY_APPLY },
		{ "(AU;SA;CR;;;WD)", ACE_NOT_ACCESS },
		{ "(0x2a;;#0011aabb)", ACE_NOT_ACCESS },
		{ "(A;CIIO;CR;;;" T ")", ACE_IS_INHERIT_ONLY },
		{ "(A;;WP;;;" T ")", ACE_OTHER_RIGHT },
		{ "(A;;GW;;;" T ")", ACE_OTHER_RIGHT },
		{ "(OA;;CR;" G_CHANGE ";;" T ")", ACE_OTHER_OBJECT },
		{ "(OA;;CR;" G_USER ";;" T ")", ACE_OTHER_OBJECT },
		{ "(A;;CR;;;" OTHER ")", ACE_OTHER_TRUSTEE },
		{ "(A;;CR;;;CO)", ACE_OTHER_TRUSTEE },
		{ "(XA;;CR;;;" OTHER ";" IF ")", ACE_OTHER_TRUSTEE },
	};
	const struct world *w = *state;
	struct access_subject who = access_subject_token(&w->token, &w->target);
	struct access_request req = request(w, 'R', 0);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf text = BUF_INIT;
		struct sddl_sd s;
		struct ace ace;
		size_t pos = 0;

		buf_addf(&text, "D:%s", rows[i].ace);
		sddl_sd_init(&s, buf_str(&text));
		assert_true(acl_next(&s.sd.dacl, &pos, &ace));
		if (access_relevance(&ace, &req, &who) != rows[i].want)
			fail_msg("%s: %d", rows[i].ace, access_relevance(&ace, &req, &who));
		sddl_sd_fini(&s);
		buf_fini(&text);
	}
}

static enum held
holds_all(const void *arg, const struct sid *s)
{
	(void)arg;
	(void)s;
	return HELD_YES;
}

/* An owner that is not there is nobody, whoever asks. */
static void
no_owner(void **state)
{
	const struct access_subject who = { .holds = holds_all };
	struct access_request req = request(*state, 'R', 0);
	struct sddl_sd s;
	struct ace ace;
	size_t pos = 0;

	sddl_sd_init(&s, "D:(A;;GA;;;OW)");
	assert_true(acl_next(&s.sd.dacl, &pos, &ace));
	assert_int_equal(access_check(&s.sd, &req, &who).decision, DECISION_NO);
	assert_int_equal(access_relevance_on(&s.sd, &ace, &req, &who), ACE_OTHER_TRUSTEE);
	assert_int_equal(access_trustee_held(&s.sd, &ace, &who), HELD_NO);
	sddl_sd_fini(&s);
	sddl_sd_init(&s, "O:DAD:(A;;GA;;;OW)");
	assert_int_equal(access_check(&s.sd, &req, &who).decision, DECISION_YES);
	assert_int_equal(access_trustee_held(&s.sd, &ace, &who), HELD_YES);
	sddl_sd_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_objects),
		cmocka_unit_test(no_owner),
		cmocka_unit_test(deciding_ace),
		cmocka_unit_test(relevance),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
