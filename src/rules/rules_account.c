/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>

#include "core/adtime.h"
#include "core/uac.h"
#include "rules/judge.h"

/* 4xx: the state of the account. */

static enum answer
flag_answer(const struct account *a, uint32_t bit)
{
	if (a->uac.known != KNOWN_SET)
		return ANSWER_UNKNOWN;
	return a->uac.value & bit ? ANSWER_YES : ANSWER_NO;
}

const char *
evidence_uac(struct judge *j, const struct account *a)
{
	buf_clear(&j->text);
	buf_adds(&j->text, "userAccountControl: ");
	uac_words((uint32_t)a->uac.value, &j->text);
	return buf_str(&j->text);
}

const char *
evidence_expired(struct judge *j, const struct account *a)
{
	struct adtime_buf when;

	buf_clear(&j->text);
	buf_addf(&j->text, "accountExpires: %" PRId64 " (%s)", a->account_expires.value,
	    adtime_iso(a->account_expires.value, &when));
	return buf_str(&j->text);
}

static void
remark(struct judge *j, const struct account *a, unsigned rule, const char *evidence)
{
	judge_remark(j, &(struct remark){ .rule = rule, .account = a, .cause = a->dn,
		.evidence = evidence });
}

/* Attributes without which a verdict cannot be given, by what hangs on them. */
static void
remark_unread(struct judge *j, const struct account *a)
{
	const struct { const struct known_int *v; const char *name; unsigned ops; } needed[] = {
		{ &a->uac, "userAccountControl", OP_ALL },
		{ &a->pwd_last_set, "pwdLastSet", OP_RESET | OP_CHANGE },
		{ &a->lockout_time, "lockoutTime", OP_CHANGE },
		{ &a->account_expires, "accountExpires", OP_RESET | OP_CHANGE },
	};
	unsigned ops = 0;

	buf_clear(&j->text);
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		if (needed[i].v->known != KNOWN_NOT)
			continue;
		buf_addf(&j->text, "%s%s: %s", ops ? ", " : "", needed[i].name,
		    judge_unread_words(a, needed[i].name));
		ops |= needed[i].ops;
	}
	if (!ops)
		return;
	buf_addf(&j->text, "; grant %s Read of them on this object", judge_reader_name(j));
	judge_remark(j, &(struct remark){ .rule = 407, .operations = ops, .account = a,
		.cause = a->dn, .evidence = buf_str(&j->text) });
}

void
rules_account(struct judge *j, const struct account *a, const struct policy_choice *policy,
    struct judgement *row)
{
	enum answer disabled = flag_answer(a, UAC_ACCOUNTDISABLE);
	struct adtime_buf when;
	int64_t until = ADTIME_NEVER;

	row->enabled = disabled == ANSWER_UNKNOWN ? ANSWER_UNKNOWN :
		disabled == ANSWER_YES ? ANSWER_NO : ANSWER_YES;
	row->never_expires = flag_answer(a, UAC_DONT_EXPIRE_PASSWD);
	row->locked = policy_locked(policy->policy, a, j->now, &until);

	remark_unread(j, a);
	if (disabled == ANSWER_YES)
		remark(j, a, 401, evidence_uac(j, a));
	if (row->locked == ANSWER_YES) {
		bool ends = until != ADTIME_NEVER;

		buf_clear(&j->text);
		buf_addf(&j->text, "lockoutTime: %" PRId64 " (%s); %s", a->lockout_time.value,
		    adtime_iso(a->lockout_time.value, &when),
		    ends ? "the lockout duration in force has not passed" :
		    "locked until an administrator unlocks it");
		judge_remark(j, &(struct remark){ .rule = 402, .account = a, .cause = a->dn,
			.evidence = buf_str(&j->text), .until = ends ? &until : NULL });
	}
	if (row->never_expires == ANSWER_YES)
		remark(j, a, 403, evidence_uac(j, a));
	if (account_expired(a, j->now))
		remark(j, a, 404, evidence_expired(j, a));
	if (flag_answer(a, UAC_SMARTCARD_REQUIRED) == ANSWER_YES)
		remark(j, a, 405, evidence_uac(j, a));
	/* Not for those whose passwords never expire (MS-ADTS 3.1.1.4.5.17). */
	if (a->pwd_last_set.known == KNOWN_SET && a->pwd_last_set.value == 0 &&
	    a->uac.known == KNOWN_SET &&
	    !(a->uac.value & (UAC_DONT_EXPIRE_PASSWD | UAC_SMARTCARD_REQUIRED)))
		remark(j, a, 406, "pwdLastSet: 0");
}
