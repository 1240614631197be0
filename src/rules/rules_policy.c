/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "rules/judge.h"

/* 5xx: password policies, the domain's and fine-grained ones. */

/* What a verdict needs of a policy. */
static bool
readable(const struct policy *p)
{
	return p->min_age.known == KNOWN_SET && p->lockout_duration.known == KNOWN_SET;
}

void
rules_policy_domain(struct judge *j)
{
	const struct domain *d = j->domain;

	buf_clear(&j->text);
	policy_describe(&d->policy, &j->text);
	judge_remark(j, &(struct remark){ .rule = readable(&d->policy) ? 502 : 503,
		.object = d->dn, .cause = d->dn, .evidence = buf_str(&j->text) });
	for (size_t i = 0; i < d->pso_count; i++) {
		const struct policy *p = &d->psos[i];

		/* One whose values cannot be read is reported with the users it
		 * applies to. */
		if (!readable(p))
			continue;
		buf_clear(&j->text);
		policy_describe(p, &j->text);
		judge_remark(j, &(struct remark){ .rule = 504, .object = p->dn, .cause = p->dn,
			.evidence = buf_str(&j->text) });
	}
}

/* What holds the fine-grained policies; the caller's. */
static char *
settings_container(const struct domain *d)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "CN=Password Settings Container,CN=System,%s", d->dn);
	return buf_steal(&b);
}

void
rules_policy(struct judge *j, const struct account *a, const struct policy_choice *c,
    struct judgement *row)
{
	struct adtime_span_buf span;
	struct adtime_buf set;
	int64_t until = 0;
	char *where = NULL;

	if (!c->policy && c->dn && c->dn == j->domain->policy.dn)
		return;		/* the domain's, and 503 says so for everybody */
	if (!c->policy) {
		buf_clear(&j->text);
		if (c->dn) {
			buf_adds(&j->text, "msDS-ResultantPSO: ");
			buf_add(&j->text, c->dn, c->dn_len);
			buf_addf(&j->text, "; its values are not readable: grant %s Read on it",
			    judge_reader_name(j));
		} else if (!j->domain->psos_unread) {
			buf_adds(&j->text, "which policy is in force is not known: a fine-grained one "
			    "is linked to a group, and whether the user is in it could not be "
			    "settled");
		} else {
			buf_adds(&j->text, "which policy is in force could not be read: neither "
			    "msDS-PSOAppliesTo of the fine-grained policies nor "
			    "msDS-ResultantPSO of the user");
		}
		/* The DN is a view into the entry, or the policy's own. */
		if (c->dn)
			where = strndup(c->dn, c->dn_len);
		else
			where = settings_container(j->domain);
		judge_remark(j, &(struct remark){ .rule = 505, .account = a, .cause = where,
			.evidence = buf_str(&j->text) });
		free(where);
		return;
	}
	row->has_expiry = policy_expiry(c->policy, a, &row->expiry);
	switch (policy_too_young(c->policy, a, j->now, &until)) {
	case ANSWER_YES:
		row->has_blocked_until = true;
		row->blocked_until = until;
		buf_clear(&j->text);
		buf_addf(&j->text, "pwdLastSet: %" PRId64 " (%s); minimum age: %s (%s)",
		    a->pwd_last_set.value, adtime_iso(a->pwd_last_set.value, &set),
		    adtime_span(c->policy->min_age.value, &span), c->policy->dn);
		judge_remark(j, &(struct remark){ .rule = 501, .account = a,
			.cause = c->policy->dn, .evidence = buf_str(&j->text), .until = &until });
		break;
	case ANSWER_UNKNOWN:	/* its cause is a finding already: 407 or 503 */
	case ANSWER_NO:
		break;
	}
}
