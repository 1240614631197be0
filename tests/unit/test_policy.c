/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "core/uac.h"
#include "model/policy.h"

#define T0 INT64_C(133000000000000000)	/* when the password was set, or the lock fell */
#define MINUTE ADTIME_MINUTE

/* An answer, and the moment it ends where it is yes. */
struct timed {
	const char *name;
	struct known_int interval, stamp;
	int64_t now;
	enum answer want;
	int64_t until;
};
#define SET(v) { KNOWN_SET, (v) }

/* MS-ADTS 3.1.1.4.5.17: lockoutTime, and a duration of 0 (an administrator
 * unlocks), "never", or negative: now + duration <= lockoutTime. */
static const struct timed lockouts[] = {
	{ "not locked", SET(-30 * MINUTE), SET(0), T0, ANSWER_NO, 0 },
	{ "not set", SET(-30 * MINUTE), { KNOWN_UNSET, 0 }, T0, ANSWER_NO, 0 },
	{ "not set, duration unread", { KNOWN_NOT, 0 }, { KNOWN_UNSET, 0 }, T0, ANSWER_NO, 0 },
	{ "not locked, duration 0", SET(0), SET(0), T0, ANSWER_NO, 0 },
	{ "just locked", SET(-30 * MINUTE), SET(T0), T0, ANSWER_YES, T0 + 30 * MINUTE },
	{ "just before the end", SET(-30 * MINUTE), SET(T0), T0 + 30 * MINUTE - 1, ANSWER_YES,
		T0 + 30 * MINUTE },
	{ "exactly at the end", SET(-30 * MINUTE), SET(T0), T0 + 30 * MINUTE, ANSWER_YES,
		T0 + 30 * MINUTE },
	{ "just over", SET(-30 * MINUTE), SET(T0), T0 + 30 * MINUTE + 1, ANSWER_NO, 0 },
	{ "locked in the future", SET(-30 * MINUTE), SET(T0 + MINUTE), T0, ANSWER_YES,
		T0 + 31 * MINUTE },
	{ "the shortest duration, at its end", SET(-1), SET(T0), T0 + 1, ANSWER_YES, T0 + 1 },
	{ "the shortest duration, over", SET(-1), SET(T0), T0 + 2, ANSWER_NO, 0 },
	{ "duration 0", SET(0), SET(T0), T0 + 1000 * ADTIME_DAY, ANSWER_YES, ADTIME_NEVER },
	{ "duration positive", SET(1), SET(T0), T0 + 1000 * ADTIME_DAY, ANSWER_YES, ADTIME_NEVER },
	{ "duration never", SET(INT64_MIN), SET(T0), T0 + 1000 * ADTIME_DAY, ANSWER_YES,
		ADTIME_NEVER },
	{ "duration all but never", SET(INT64_MIN + 1), SET(T0), T0, ANSWER_YES, INT64_MAX },
	{ "lockoutTime unread", SET(-30 * MINUTE), { KNOWN_NOT, 0 }, T0, ANSWER_UNKNOWN, 0 },
	{ "lockoutTime unread, duration 0", SET(0), { KNOWN_NOT, 0 }, T0, ANSWER_UNKNOWN, 0 },
	{ "duration unread", { KNOWN_NOT, 0 }, SET(T0), T0, ANSWER_UNKNOWN, 0 },
};

static void
locked(void **state)
{
	struct account a = { .uac = SET(UAC_NORMAL_ACCOUNT), .lockout_time = SET(T0) };
	int64_t until = -1;

	(void)state;
	for (size_t i = 0; i < COUNT(lockouts); i++) {
		const struct timed *t = &lockouts[i];
		struct policy p = { .lockout_duration = t->interval };
		enum answer got;

		a.lockout_time = t->stamp;
		until = 0;
		got = policy_locked(&p, &a, t->now, &until);
		if (got != t->want || (got == ANSWER_YES && until != t->until))
			fail_msg("%s: %d until %" PRId64, t->name, got, until);
	}
	/* without a policy */
	a.lockout_time = known(T0);
	assert_int_equal(policy_locked(NULL, &a, T0, &until), ANSWER_UNKNOWN);
	a.lockout_time = known(0);
	assert_int_equal(policy_locked(NULL, &a, T0, &until), ANSWER_NO);
	a.lockout_time = (struct known_int){ KNOWN_UNSET, 0 };
	assert_int_equal(policy_locked(NULL, &a, T0, &until), ANSWER_NO);
	/* trust accounts are never locked */
	a = (struct account){ .uac = SET(UAC_WORKSTATION_TRUST), .lockout_time = SET(T0) };
	assert_int_equal(policy_locked(NULL, &a, T0, &until), ANSWER_NO);
}

/* MS-SAMR 3.1.1.7.1: pwdLastSet + |minimum age| > now. */
static const struct timed ages[] = {
	{ "just set", SET(-ADTIME_DAY), SET(T0), T0, ANSWER_YES, T0 + ADTIME_DAY },
	{ "just before the end", SET(-ADTIME_DAY), SET(T0), T0 + ADTIME_DAY - 1, ANSWER_YES,
		T0 + ADTIME_DAY },
	{ "exactly at the end", SET(-ADTIME_DAY), SET(T0), T0 + ADTIME_DAY, ANSWER_NO, 0 },
	{ "after", SET(-ADTIME_DAY), SET(T0), T0 + ADTIME_DAY + 1, ANSWER_NO, 0 },
	{ "set in the future", SET(-1), SET(T0 + 1), T0, ANSWER_YES, T0 + 2 },
	{ "no minimum age", SET(0), SET(T0), T0, ANSWER_NO, 0 },
	{ "no minimum age, set in the future", SET(0), SET(T0 + 1), T0, ANSWER_NO, 0 },
	{ "no minimum age, pwdLastSet unread", SET(0), { KNOWN_NOT, 0 }, T0, ANSWER_NO, 0 },
	{ "must change", SET(-ADTIME_DAY), SET(0), T0, ANSWER_NO, 0 },
	{ "never set", SET(-ADTIME_DAY), { KNOWN_UNSET, 0 }, T0, ANSWER_NO, 0 },
	{ "longest age", SET(INT64_MIN), SET(T0), T0, ANSWER_YES, INT64_MAX },
	{ "pwdLastSet unread", SET(-ADTIME_DAY), { KNOWN_NOT, 0 }, T0, ANSWER_UNKNOWN, 0 },
	{ "age unread", { KNOWN_NOT, 0 }, SET(T0), T0, ANSWER_UNKNOWN, 0 },
	{ "both unread", { KNOWN_NOT, 0 }, { KNOWN_NOT, 0 }, T0, ANSWER_UNKNOWN, 0 },
};

static void
too_young(void **state)
{
	struct account a = { .pwd_last_set = SET(T0) };
	int64_t until = -1;

	(void)state;
	for (size_t i = 0; i < COUNT(ages); i++) {
		const struct timed *t = &ages[i];
		struct policy p = { .min_age = t->interval };
		enum answer got;

		a.pwd_last_set = t->stamp;
		until = 0;
		got = policy_too_young(&p, &a, t->now, &until);
		if (got != t->want || (got == ANSWER_YES && until != t->until))
			fail_msg("%s: %d until %" PRId64, t->name, got, until);
	}
	a.pwd_last_set = known(T0);
	assert_int_equal(policy_too_young(NULL, &a, T0, &until), ANSWER_UNKNOWN);
}

/* MS-ADTS 3.1.1.4.5.33 and .17, the order of the text: flags, pwdLastSet, age. */
static const struct {
	const char *name;
	struct known_int uac, set, age;
	bool known;
	int64_t expiry;
	enum answer before, at, after;	/* as of 1 before expiry T0 + 42 days, at it, 1 behind */
} expiries[] = {
	{ "42 days", SET(512), SET(T0), SET(-42 * ADTIME_DAY), true, T0 + 42 * ADTIME_DAY,
		ANSWER_NO, ANSWER_NO, ANSWER_YES },
	{ "DONT_EXPIRE_PASSWD", SET(66048), SET(T0), SET(-1), true, ADTIME_NEVER,
		ANSWER_NO, ANSWER_NO, ANSWER_NO },
	{ "DONT_EXPIRE_PASSWD, the rest unread", SET(66048), { KNOWN_NOT, 0 }, { KNOWN_NOT, 0 },
		true, ADTIME_NEVER, ANSWER_NO, ANSWER_NO, ANSWER_NO },
	{ "DONT_EXPIRE_PASSWD, must change", SET(66048), SET(0), SET(-1), true, ADTIME_NEVER,
		ANSWER_NO, ANSWER_NO, ANSWER_NO },
	{ "SMARTCARD_REQUIRED", SET(0x40200), SET(T0), SET(-1), true, ADTIME_NEVER,
		ANSWER_NO, ANSWER_NO, ANSWER_NO },
	{ "trust", SET(0x1000), SET(T0), SET(-1), true, ADTIME_NEVER,
		ANSWER_NO, ANSWER_NO, ANSWER_NO },
	{ "must change", SET(512), SET(0), SET(-42 * ADTIME_DAY), true, 0,
		ANSWER_YES, ANSWER_YES, ANSWER_YES },
	{ "must change, age unread", SET(512), SET(0), { KNOWN_NOT, 0 }, true, 0,
		ANSWER_YES, ANSWER_YES, ANSWER_YES },
	{ "must change, although passwords never expire", SET(512), { KNOWN_UNSET, 0 },
		SET(INT64_MIN), true, 0, ANSWER_YES, ANSWER_YES, ANSWER_YES },
	{ "age never", SET(512), SET(T0), SET(INT64_MIN), true, ADTIME_NEVER,
		ANSWER_NO, ANSWER_NO, ANSWER_NO },
	{ "age 0, read as never", SET(512), SET(T0), SET(0), true, ADTIME_NEVER,
		ANSWER_NO, ANSWER_NO, ANSWER_NO },
	{ "flags unread", { KNOWN_NOT, 0 }, SET(T0), SET(-1), false, 0,
		ANSWER_UNKNOWN, ANSWER_UNKNOWN, ANSWER_UNKNOWN },
	{ "flags unread, must change", { KNOWN_NOT, 0 }, SET(0), SET(-1), false, 0,
		ANSWER_UNKNOWN, ANSWER_UNKNOWN, ANSWER_UNKNOWN },
	{ "pwdLastSet unread", SET(512), { KNOWN_NOT, 0 }, SET(-1), false, 0,
		ANSWER_UNKNOWN, ANSWER_UNKNOWN, ANSWER_UNKNOWN },
	{ "age unread", SET(512), SET(T0), { KNOWN_NOT, 0 }, false, 0,
		ANSWER_UNKNOWN, ANSWER_UNKNOWN, ANSWER_UNKNOWN },
};

static void
expiry(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(expiries); i++) {
		struct account a = { .uac = expiries[i].uac, .pwd_last_set = expiries[i].set };
		struct policy p = { .max_age = expiries[i].age };
		const enum answer want[] = { expiries[i].before, expiries[i].at,
			expiries[i].after };
		int64_t got = -7;

		if (policy_expiry(&p, &a, &got) != expiries[i].known ||
		    got != (expiries[i].known ? expiries[i].expiry : -7))
			fail_msg("%s: %" PRId64, expiries[i].name, got);
		for (int k = 0; k < 3; k++)
			if (policy_password_expired(&p, &a, T0 + 42 * ADTIME_DAY + k - 1) !=
			    want[k])
				fail_msg("%s: at %d", expiries[i].name, k - 1);
	}
}

/* What is missing or no number is never 0. */
static void
decode(void **state)
{
	static const char *const domain[] = { "minPwdAge=-864000000000", "maxPwdAge=0",
		"lockoutDuration=-9223372036854775808", "lockOutObservationWindow=-18000000000",
		"lockoutThreshold=5", "minPwdLength=7", "pwdHistoryLength=24", "pwdProperties=17" };
	static const char *const pso[] = { "msDS-MinimumPasswordAge=0",
		"msDS-MaximumPasswordAge=-9223372036854775808", "msDS-LockoutDuration=x",
		"msDS-LockoutObservationWindow=", "msDS-LockoutThreshold=9223372036854775808",
		"msDS-MinimumPasswordLength=8 ", "msDS-PasswordHistoryLength=0",
		"msDS-PasswordComplexityEnabled=FALSE", "msDS-PasswordSettingsPrecedence=10",
		"objectGUID=0123456789abcdef" };
	struct policy p = { 0 };
	struct made m;

	(void)state;
	made_init(&m, BASE);
	policy_decode_domain(&m.entry, &p);
	assert_string_equal(p.dn, BASE);
	const struct known_int *all[] = { &p.min_age, &p.max_age, &p.lockout_duration,
		&p.lockout_window, &p.lockout_threshold, &p.min_length, &p.history, &p.complexity,
		&p.precedence };
	for (size_t i = 0; i < COUNT(all); i++)
		assert_int_equal(all[i]->known, KNOWN_NOT);
	policy_fini(&p);
	for (size_t i = 0; i < COUNT(domain); i++)
		made_change(&m, domain[i]);
	policy_decode_domain(&m.entry, &p);
	for (size_t i = 0; i + 1 < COUNT(all); i++)
		assert_int_equal(all[i]->known, KNOWN_SET);
	assert_int_equal(p.precedence.known, KNOWN_NOT);
	assert_int_equal(p.min_age.value, -ADTIME_DAY);
	assert_int_equal(p.max_age.value, 0);
	assert_int_equal(p.lockout_duration.value, ADTIME_INTERVAL_NEVER);
	assert_int_equal(p.complexity.value, 1);
	policy_fini(&p);
	made_change(&m, "pwdProperties=16");
	policy_decode_domain(&m.entry, &p);
	assert_int_equal(p.complexity.value, 0);
	policy_fini(&p);
	made_fini(&m);

	made_init(&m, "CN=P,CN=PSC," BASE);
	for (size_t i = 0; i < COUNT(pso); i++)
		made_change(&m, pso[i]);
	policy_decode_fine_grained(&m.entry, &p);
	assert_int_equal(p.min_age.known, KNOWN_SET);
	assert_int_equal(p.min_age.value, 0);
	assert_int_equal(p.max_age.value, ADTIME_INTERVAL_NEVER);
	assert_int_equal(p.lockout_duration.known, KNOWN_NOT);
	assert_int_equal(p.lockout_window.known, KNOWN_NOT);
	assert_int_equal(p.lockout_threshold.known, KNOWN_NOT);
	assert_int_equal(p.min_length.known, KNOWN_NOT);
	assert_int_equal(p.history.known, KNOWN_SET);
	assert_int_equal(p.complexity.known, KNOWN_SET);
	assert_int_equal(p.complexity.value, 0);
	assert_int_equal(p.precedence.value, 10);
	assert_true(p.has_guid);
	policy_fini(&p);
	made_change(&m, "msDS-PasswordComplexityEnabled=TRUE");
	made_change(&m, "objectGUID=short");
	policy_decode_fine_grained(&m.entry, &p);
	assert_int_equal(p.complexity.value, 1);
	assert_false(p.has_guid);
	policy_fini(&p);
	made_change(&m, "msDS-PasswordComplexityEnabled=maybe");
	policy_decode_fine_grained(&m.entry, &p);
	assert_int_equal(p.complexity.known, KNOWN_NOT);
	policy_fini(&p);
	policy_fini(&p);
	made_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locked),
		cmocka_unit_test(too_young),
		cmocka_unit_test(expiry),
		cmocka_unit_test(decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
