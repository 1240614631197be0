/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/judge.h"

#include <stdlib.h>
#include <string.h>

int
judge_init(struct judge *j, struct domain *d, const struct profile *profile, int64_t now,
    const struct sink *sink)
{
	*j = (struct judge){ .domain = d, .profile = profile, .now = now, .sink = sink };
	j->tally.by_rule = calloc(rule_count, sizeof *j->tally.by_rule);
	return j->tally.by_rule ? 0 : -1;
}

void
judge_fini(struct judge *j)
{
	dacl_cache_fini(&j->cache);
	cause_cache_fini(&j->causes);
	free(j->tally.by_rule);
	buf_fini(&j->text);
	*j = (struct judge){ 0 };
}

bool
tally_any(const struct tally *t)
{
	for (size_t i = 0; i < rule_count; i++)
		if (t->by_rule[i])
			return true;
	return false;
}

const char *
judge_reader_name(const struct judge *j)
{
	return j->domain->reader_name ? j->domain->reader_name : "the auditing account";
}

const char *
judge_unread_words(const struct account *a, const char *attribute)
{
	return entry_value(a->entry, attribute) ? "not a number" : "not returned";
}

/* Adds a rule's word to an opinion; the list of rules stays ascending. */
static void
opinion_add(struct opinion *o, unsigned rule, enum severity severity, unsigned ops)
{
	size_t i = o->rule_count;

	for (int op = 0; op < OP_COUNT; op++)
		if (ops & 1u << op) {
			if (!o->touched[op] || severity > o->worst[op])
				o->worst[op] = severity;
			o->touched[op] = true;
		}
	while (i && o->rules[i - 1] > rule)
		i--;
	if (i && o->rules[i - 1] == rule) {
		o->rule_ops[i - 1] |= ops;
		return;
	}
	if (o->rule_count == JUDGE_MAX_RULES)
		return;
	memmove(&o->rules[i + 1], &o->rules[i], (o->rule_count - i) * sizeof *o->rules);
	memmove(&o->rule_ops[i + 1], &o->rule_ops[i],
	    (o->rule_count - i) * sizeof *o->rule_ops);
	o->rules[i] = rule;
	o->rule_ops[i] = ops;
	o->rule_count++;
}

void
judge_remark(struct judge *j, const struct remark *r)
{
	const struct rule *rule = rule_find(r->rule);
	unsigned ops = r->elsewhere ? 0 : r->operations ? r->operations : rule->operations;
	const char *object = r->account ? r->account->dn : r->object;
	bool shared = !r->account || rule->scope == RULE_CONNECTOR || r->elsewhere;
	struct cause why = { CAUSE_AS_SAID, r->cause, rule->title };
	struct finding f = {
		.rule = r->rule,
		.operations = ops,
		.domain = j->domain->dns,
		.object = object,
		.account = r->account,
		.has_until = r->until != NULL,
		.until = r->until ? *r->until : 0,
		.evidence = r->evidence,
		.why = &why,
		.cure = r->cure,
		.shared = shared,
		.assumed = j->assumed != NULL,
	};

	if (r->why && r->why->kind != CAUSE_AS_SAID)
		why = *r->why;
	if (why.object == object && !shared)
		why.object = NULL;
	f.cause = why.object ? why.object : object ? object : "";

	/* About a user, also where the rule's own scope is wider (505). */
	opinion_add(shared ? &j->all : &j->user, r->rule, rule->severity, ops);
	suppress(j->suppressions, j->now, &f);
	if (f.suppressed) {
		j->tally.suppressed++;
	} else {
		j->tally.by_rule[rule - rule_table]++;
		j->tally.by_severity[rule->severity]++;
		if (rule->unread)
			j->tally.incomplete = true;
	}
	if (j->sink->finding && !j->stopped)
		j->stopped = j->sink->finding(j->sink->arg, &f);
}

/* What stands above the users did not come whole. */
static void
judge_containers(struct judge *j)
{
	const struct domain *d = j->as_is ? j->as_is : j->domain;
	const char *base = d->users_base ? d->users_base : d->dn;

	if (d->containers_unread.len)
		judge_remark(j, &(struct remark){ .rule = 121, .object = base, .cause = base,
			.evidence = buf_str(&d->containers_unread) });
}

int
judge_domain(struct judge *j)
{
	rules_dc(j);
	judge_containers(j);
	rules_connector(j);
	rules_permission_domain(j);
	rules_policy_domain(j);
	return j->stopped;
}

/* What can be said without a connector, and by `rule` why there is none. */
static int
judge_without(struct judge *j, unsigned rule, const char *object, const char *evidence)
{
	rules_dc(j);
	judge_containers(j);
	judge_remark(j, &(struct remark){ .rule = rule, .object = object, .cause = object,
		.evidence = evidence });
	rules_permission_domain(j);
	rules_policy_domain(j);
	return j->stopped;
}

int
judge_no_connector(struct judge *j, const char *object, const char *evidence)
{
	return judge_without(j, 201, object, evidence);
}

int
judge_unread_connector(struct judge *j, const char *object, const char *evidence)
{
	return judge_without(j, 211, object, evidence);
}

static enum verdict
severity_verdict(enum severity s)
{
	switch (s) {
	case SEVERITY_FAIL: return VERDICT_FAIL;
	case SEVERITY_UNKNOWN: return VERDICT_UNKNOWN;
	case SEVERITY_RISK: return VERDICT_RISK;
	case SEVERITY_INFO: break;
	}
	return VERDICT_OK;
}

/* The worst that anything said of an operation: fail > unknown > risk > ok. */
static enum verdict
verdict_of(const struct judge *j, int op)
{
	enum verdict v = VERDICT_OK;

	if (j->user.touched[op])
		v = severity_verdict(j->user.worst[op]);
	if (j->all.touched[op] && severity_verdict(j->all.worst[op]) > v)
		v = severity_verdict(j->all.worst[op]);
	return v;
}

/* The user as it would be with the user as it is. */
static void
compare(struct judge *j, enum verdict *const then[OP_COUNT], struct judgement *row)
{
	enum verdict *now[OP_COUNT] = { &row->now_reset, &row->now_change, &row->now_unlock };

	row->assumed = true;
	for (int op = 0; op < OP_COUNT; op++) {
		enum difference d = difference_of(j->now_verdicts[op], *then[op]);

		*now[op] = j->now_verdicts[op];
		j->tally.differences[op][d]++;
		if (d > row->difference)	/* one that is broken is what counts */
			row->difference = d;
	}
	j->tally.user_differences[row->difference]++;
}

static void
conclude(struct judge *j, struct judgement *row)
{
	enum verdict *verdicts[OP_COUNT] = { &row->reset, &row->change, &row->unlock };

	for (size_t i = 0; i < j->all.rule_count; i++) {
		const unsigned rule = j->all.rules[i], ops = j->all.rule_ops[i];

		/* What concerns every user stands in the user's row where it bears
		 * on the verdict. */
		if (ops)
			opinion_add(&j->user, rule, rule_find(rule)->severity, ops);
	}
	for (int op = 0; op < OP_COUNT; op++) {
		*verdicts[op] = verdict_of(j, op);
		j->tally.verdicts[op][*verdicts[op]]++;
	}
	if (j->assumed)
		compare(j, verdicts, row);
	row->rules = j->user.rules;
	row->rule_count = j->user.rule_count;
	j->tally.users++;
	if (j->sink->judgement && !j->stopped)
		j->stopped = j->sink->judgement(j->sink->arg, row);
}

int
judge_user(struct judge *j, const struct entry *e)
{
	struct account a;
	struct judgement row;
	struct policy_choice policy;

	account_decode(e, &j->domain->schema, &a);
	if (account_is_normal_user(&a) == NORMAL_NO) {
		j->tally.skipped++;
		return 0;
	}
	row = (struct judgement){
		.domain = j->domain->dns,
		.account = &a,
		.connector = j->domain->connector.account.dn,
		.right_reset = DECISION_UNKNOWN,
		.right_change = DECISION_UNKNOWN,
		.right_lockout = DECISION_UNKNOWN,
		.right_pwdlastset = DECISION_UNKNOWN,
		.enabled = ANSWER_UNKNOWN,
		.locked = ANSWER_UNKNOWN,
		.never_expires = ANSWER_UNKNOWN,
		.admin_count = ANSWER_UNKNOWN,
		.is_protected = ANSWER_UNKNOWN,
	};
	j->user = (struct opinion){ 0 };

	/* Permissions first: they also settle which attributes are not there
	 * because they are not set. */
	rules_permission(j, &a, &row);
	policy = domain_policy_for(j->domain, &a);
	row.policy = policy.dn;
	row.policy_len = policy.dn_len;
	rules_account(j, &a, &policy, &row);
	rules_policy(j, &a, &policy, &row);
	rules_identity(j, &a);
	conclude(j, &row);
	return j->stopped;
}

int
judge_end(struct judge *j)
{
	rules_container(j);
	rules_identity_end(j);
	return j->stopped;
}
