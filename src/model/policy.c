/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/policy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/uac.h"

void
policy_fini(struct policy *p)
{
	free(p->dn);
	member_set_fini(&p->direct);
	for (size_t i = 0; i < p->group_count; i++)
		group_closure_fini(&p->groups[i]);
	free(p->groups);
	*p = (struct policy){ 0 };
}

void
policy_decode_domain(const struct entry *e, struct policy *p)
{
	struct known_int properties = entry_int(e, "pwdProperties");

	p->dn = strndup(e->dn, e->dn_len);
	p->min_age = entry_int(e, "minPwdAge");
	p->max_age = entry_int(e, "maxPwdAge");
	p->lockout_duration = entry_int(e, "lockoutDuration");
	p->lockout_window = entry_int(e, "lockOutObservationWindow");
	p->lockout_threshold = entry_int(e, "lockoutThreshold");
	p->min_length = entry_int(e, "minPwdLength");
	p->history = entry_int(e, "pwdHistoryLength");
	p->complexity = properties;
	p->complexity.value = properties.value & PWD_COMPLEX ? 1 : 0;
}

void
policy_decode_fine_grained(const struct entry *e, struct policy *p)
{
	const struct value *guid = entry_value(e, "objectGUID");

	p->dn = strndup(e->dn, e->dn_len);
	p->min_age = entry_int(e, "msDS-MinimumPasswordAge");
	p->max_age = entry_int(e, "msDS-MaximumPasswordAge");
	p->lockout_duration = entry_int(e, "msDS-LockoutDuration");
	p->lockout_window = entry_int(e, "msDS-LockoutObservationWindow");
	p->lockout_threshold = entry_int(e, "msDS-LockoutThreshold");
	p->min_length = entry_int(e, "msDS-MinimumPasswordLength");
	p->history = entry_int(e, "msDS-PasswordHistoryLength");
	p->complexity = entry_bool(e, "msDS-PasswordComplexityEnabled");
	p->precedence = entry_int(e, "msDS-PasswordSettingsPrecedence");
	p->has_guid = guid && guid_parse(guid->data, guid->len, &p->guid) == ERR_OK;
}

enum answer
policy_locked(const struct policy *p, const struct account *a, int64_t now, int64_t *until)
{
	int64_t duration;

	if (account_flag(a, UAC_ANY_TRUST))	/* MS-ADTS 3.1.1.4.5.17 */
		return ANSWER_NO;
	if (a->lockout_time.known == KNOWN_NOT)
		return ANSWER_UNKNOWN;
	if (a->lockout_time.value == 0)
		return ANSWER_NO;
	if (!p || p->lockout_duration.known != KNOWN_SET)
		return ANSWER_UNKNOWN;
	duration = p->lockout_duration.value;
	/* MS-ADTS 3.1.1.4.5.17: a duration that is not negative ("0": until an
	 * administrator unlocks), or now + duration <= lockoutTime. */
	if (duration >= 0 || duration == ADTIME_INTERVAL_NEVER) {
		*until = ADTIME_NEVER;
		return ANSWER_YES;
	}
	if (adtime_add(now, duration) <= a->lockout_time.value) {
		*until = adtime_add(a->lockout_time.value, adtime_abs(duration));
		return ANSWER_YES;
	}
	return ANSWER_NO;
}

enum answer
policy_too_young(const struct policy *p, const struct account *a, int64_t now, int64_t *until)
{
	int64_t end;

	if (!p || p->min_age.known != KNOWN_SET)
		return ANSWER_UNKNOWN;
	/* MS-SAMR 3.1.1.7.1: no minimum age, or a password that must be changed
	 * (pwdLastSet 0), is never too young. */
	if (p->min_age.value == 0)
		return ANSWER_NO;
	if (a->pwd_last_set.known == KNOWN_NOT)
		return ANSWER_UNKNOWN;
	if (a->pwd_last_set.value == 0)
		return ANSWER_NO;
	end = adtime_add(a->pwd_last_set.value, adtime_abs(p->min_age.value));
	if (end <= now)
		return ANSWER_NO;
	*until = end;
	return ANSWER_YES;
}

/* MS-ADTS 3.1.1.4.5.33: accounts whose passwords do not expire. */
#define UAC_NO_EXPIRY (UAC_SMARTCARD_REQUIRED | UAC_DONT_EXPIRE_PASSWD | UAC_ANY_TRUST)

bool
policy_expiry(const struct policy *p, const struct account *a, int64_t *out)
{
	if (a->uac.known != KNOWN_SET)
		return false;
	if (a->uac.value & UAC_NO_EXPIRY) {
		*out = ADTIME_NEVER;
		return true;
	}
	if (a->pwd_last_set.known == KNOWN_NOT)
		return false;
	if (a->pwd_last_set.value == 0) {
		*out = 0;
		return true;
	}
	if (!p || p->max_age.known != KNOWN_SET)
		return false;
	/* 0 reads as "never", as the vendor's tools do; by the letter of 3.1.1.4.5.33
	 * only the lowest value is. */
	if (p->max_age.value == ADTIME_INTERVAL_NEVER || p->max_age.value == 0)
		*out = ADTIME_NEVER;
	else
		*out = adtime_add(a->pwd_last_set.value, adtime_abs(p->max_age.value));
	return true;
}

enum answer
policy_password_expired(const struct policy *p, const struct account *a, int64_t now)
{
	int64_t when = 0;

	if (!policy_expiry(p, a, &when))
		return ANSWER_UNKNOWN;
	return when < now ? ANSWER_YES : ANSWER_NO;
}

static void
add_span(struct buf *b, const char *name, const struct known_int *k)
{
	struct adtime_span_buf span;

	buf_addf(b, "%s%s: %s", b->len ? "; " : "", name,
	    k->known == KNOWN_SET ? adtime_span(k->value, &span) : "not readable");
}

static void
add_number(struct buf *b, const char *name, const struct known_int *k)
{
	if (k->known == KNOWN_SET)
		buf_addf(b, "; %s: %" PRId64, name, k->value);
	else
		buf_addf(b, "; %s: not readable", name);
}

static void
add_duration(struct buf *b, const struct policy *p)
{
	/* 0 is "until an administrator unlocks it" (MS-ADTS 3.1.1.4.5.17) */
	if (p->lockout_duration.known == KNOWN_SET && (p->lockout_duration.value >= 0 ||
	    p->lockout_duration.value == ADTIME_INTERVAL_NEVER))
		buf_adds(b, "; lockout duration: until an administrator unlocks");
	else
		add_span(b, "lockout duration", &p->lockout_duration);
}

void
policy_describe(const struct policy *p, struct buf *b)
{
	add_span(b, "minimum age", &p->min_age);
	add_span(b, "maximum age", &p->max_age);
	add_number(b, "minimum length", &p->min_length);
	add_number(b, "history", &p->history);
	if (p->complexity.known == KNOWN_SET)
		buf_addf(b, "; complexity: %s", p->complexity.value ? "yes" : "no");
	else
		buf_adds(b, "; complexity: not readable");
	add_number(b, "lockout threshold", &p->lockout_threshold);
	add_duration(b, p);
	if (p->precedence.known == KNOWN_SET)
		add_number(b, "precedence", &p->precedence);
}
