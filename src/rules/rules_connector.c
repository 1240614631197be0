/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/sd.h"
#include "core/sddl.h"
#include "core/uac.h"
#include "rules/cure.h"
#include "rules/judge.h"

/* 2xx: the connector account. */

static void
remark(struct judge *j, unsigned rule, const char *evidence)
{
	const struct account *a = &j->domain->connector.account;

	judge_remark(j, &(struct remark){ .rule = rule, .account = a, .evidence = evidence,
		.cause = a->dn });
}

/* 216, where it can be mended. */
static void
remark_reach(struct judge *j, const char *object, const char *evidence)
{
	judge_remark(j, &(struct remark){ .rule = 216, .account = &j->domain->connector.account,
		.evidence = evidence, .cause = object });
}

/* What says whether it can log on, and could not be read. */
static void
judge_unread(struct judge *j, const struct account *a, const struct policy *policy)
{
	int64_t until = 0;
	bool locked = policy_locked(policy, a, j->now, &until) == ANSWER_UNKNOWN;
	bool expired = policy_password_expired(policy, a, j->now) == ANSWER_UNKNOWN;
	const struct { bool unread; const char *name; } needed[] = {
		{ a->uac.known != KNOWN_SET, "userAccountControl" },
		{ expired && a->pwd_last_set.known == KNOWN_NOT, "pwdLastSet" },
		{ locked && a->lockout_time.known == KNOWN_NOT, "lockoutTime" },
		{ a->account_expires.known == KNOWN_NOT, "accountExpires" },
		{ (locked && a->lockout_time.known != KNOWN_NOT) || (expired &&
		    a->uac.known == KNOWN_SET && a->pwd_last_set.known != KNOWN_NOT),
			"the password policy in force for it" },
	};
	size_t missing = 0;

	buf_clear(&j->text);
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (needed[i].unread)
			buf_addf(&j->text, "%s%s", missing++ ? ", " : "", needed[i].name);
	if (!missing)
		return;
	buf_addf(&j->text, ": could not be read; grant %s Read of it on the connector account",
	    judge_reader_name(j));
	remark(j, 211, buf_str(&j->text));
}

/* Whether it can log on: `home` is the domain whose policies decide over it. */
static void
judge_state(struct judge *j, const struct account *a, const struct domain *home)
{
	struct policy_choice policy = domain_policy_for(home, a);
	struct adtime_buf when;
	int64_t until = 0, expiry = 0;

	judge_unread(j, a, policy.policy);
	if (account_flag(a, UAC_ACCOUNTDISABLE))
		remark(j, 203, evidence_uac(j, a));
	if (policy_locked(policy.policy, a, j->now, &until) == ANSWER_YES) {
		buf_clear(&j->text);
		buf_addf(&j->text, "lockoutTime: %" PRId64 " (%s)", a->lockout_time.value,
		    adtime_iso(a->lockout_time.value, &when));
		judge_remark(j, &(struct remark){ .rule = 204, .account = a, .cause = a->dn,
			.evidence = buf_str(&j->text),
			.until = until != ADTIME_NEVER ? &until : NULL });
	}
	if (account_expired(a, j->now))
		remark(j, 205, evidence_expired(j, a));
	if (policy_password_expired(policy.policy, a, j->now) == ANSWER_YES &&
	    policy_expiry(policy.policy, a, &expiry)) {
		buf_clear(&j->text);
		if (expiry == 0)
			buf_adds(&j->text, "pwdLastSet: 0 (must change at next logon)");
		else
			buf_addf(&j->text, "pwdLastSet: %" PRId64 "; expired %s (%s)",
			    a->pwd_last_set.value, adtime_iso(expiry, &when),
			    policy.policy ? policy.policy->dn : "");
		remark(j, 206, buf_str(&j->text));
	}
}

/* Groups that make their members more than a connector needs to be (MS-ADTS
 * 3.1.1.6.1.2, the protected groups; 6.1.1.4, 6.1.1.6). */
static const struct { uint32_t rid; bool builtin; const char *name; } privileged[] = {
	{ 544, true, "Administrators" }, { 548, true, "Account Operators" },
	{ 549, true, "Server Operators" }, { 550, true, "Print Operators" },
	{ 551, true, "Backup Operators" }, { 552, true, "Replicator" },
	{ 512, false, "Domain Admins" }, { 518, false, "Schema Admins" },
	{ 519, false, "Enterprise Admins" }, { 526, false, "Key Admins" },
	{ 527, false, "Enterprise Key Admins" },
};

static void
judge_privilege(struct judge *j)
{
	const struct token *token = &j->domain->connector.token;
	size_t found = 0;

	buf_clear(&j->text);
	buf_adds(&j->text, "holds ");
	for (size_t i = 0; i < sizeof privileged / sizeof *privileged; i++)
		for (size_t k = 0; k < token->count; k++) {
			const struct sid *s = &token->sids[k].sid;
			uint32_t rid = 0;

			/* Schema and Enterprise Admins are of the forest's root domain,
			 * so any domain's RID is looked at. */
			if (!(privileged[i].builtin ? sid_in_domain(s, &sid_builtin, &rid) :
			    s->authority == 5 && s->count == 5 && s->sub[0] == 21) ||
			    token->sids[k].held != HELD_YES)
				continue;
			rid = s->sub[s->count - 1];
			if (rid == privileged[i].rid)
				buf_addf(&j->text, "%s%s", found++ ? ", " : "", privileged[i].name);
		}
	if (found)
		remark(j, 207, buf_str(&j->text));
}

static bool
connector_may(const struct judge *j, const struct buf *bytes, const struct access_request *req,
    struct access_result *out)
{
	struct access_subject who = access_subject_token(&j->domain->connector.token, NULL);
	struct sd sd;

	if (!bytes->len || sd_parse(bytes->data, bytes->len, &sd, NULL) != ERR_OK)
		return false;
	*out = access_check(&sd, req, &who);
	return true;
}

static void
judge_protected_reset(struct judge *j)
{
	struct access_request req = schema_request_right(&right_reset_password);
	struct access_result r;
	struct buf dn = BUF_INIT;

	if (!connector_may(j, &j->domain->admin_sd, &req, &r) || r.decision == DECISION_NO)
		return;
	buf_addf(&dn, "CN=AdminSDHolder,CN=System,%s", j->domain->dn);
	buf_clear(&j->text);
	buf_addf(&j->text, "Reset Password is %s on %s", r.decision == DECISION_YES ? "granted" :
	    "not settled", buf_str(&dn));
	if (r.ace >= 0)
		buf_addf(&j->text, " by ACE %d", r.ace);
	if (r.decision == DECISION_YES)
		remark(j, 208, buf_str(&j->text));
	else
		remark_reach(j, buf_str(&dn), buf_str(&j->text));
	buf_fini(&dn);
}

/* Descriptors without which nothing is said below: each is a finding. The domain
 * root's is judge_unexpire()'s; an account that does not exist yet has none. */
static void
judge_unread_reach(struct judge *j)
{
	const struct domain *d = j->domain;
	const struct account *a = &d->connector.account;
	const struct { const char *prefix; const void *data; size_t len; } needed[] = {
		{ "CN=AdminSDHolder,CN=System,", d->admin_sd.data, d->admin_sd.len },
		{ "CN=Builtin,", d->builtin_sd.data, d->builtin_sd.len },
		{ "CN=Server,CN=System,", d->server_sd.data, d->server_sd.len },
		{ NULL, a->sd.data, a->sd.len },	/* the account's own */
	};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		struct buf dn = BUF_INIT;
		struct fault fault = { 0 };
		struct fault_buf text;
		struct sd sd;

		if ((!needed[i].prefix && (d->connector.home || d->connector.made_up)) ||
		    (needed[i].len &&
		    sd_parse(needed[i].data, needed[i].len, &sd, &fault) == ERR_OK))
			continue;
		buf_addf(&dn, "%s%s", needed[i].prefix ? needed[i].prefix : "",
		    needed[i].prefix ? d->dn : a->dn);
		buf_clear(&j->text);
		buf_addf(&j->text, "nTSecurityDescriptor of %s: %s", buf_str(&dn),
		    needed[i].len ? fault_str(&fault, &text) : "not returned");
		if (!needed[i].len)
			buf_addf(&j->text, "; grant %s Read Permissions", judge_reader_name(j));
		remark_reach(j, buf_str(&dn), buf_str(&j->text));
		buf_fini(&dn);
	}
}

/* MS-SAMR 3.1.1.8.7: checked on the account domain object itself. */
static void
judge_unexpire(struct judge *j)
{
	struct access_request req = schema_request_right(&right_unexpire_password);
	struct cure *cure = NULL;
	struct access_result r;

	if (!connector_may(j, &j->domain->root_sd, &req, &r)) {
		buf_clear(&j->text);
		buf_addf(&j->text, "nTSecurityDescriptor of %s could not be read", j->domain->dn);
		judge_remark(j, &(struct remark){ .rule = 211, .operations = OP_RESET,
			.account = &j->domain->connector.account, .cause = j->domain->dn,
			.evidence = buf_str(&j->text) });
	} else if (r.decision != DECISION_YES) {
		buf_clear(&j->text);
		buf_addf(&j->text, "%s: Unexpire Password is %s", j->domain->dn,
		    r.decision == DECISION_UNKNOWN ? "not settled" :
		    r.reason == ACCESS_BY_ACE ? "denied" : "not granted");
		if (j->causes.cures && r.decision == DECISION_NO && r.reason != ACCESS_BY_ACE)
			cure = cure_of_object(j->domain, j->domain->dn, &right_unexpire_password);
		judge_remark(j, &(struct remark){ .rule = 209,
			.account = &j->domain->connector.account, .evidence = buf_str(&j->text),
			.cause = j->domain->connector.account.dn, .cure = cure });
		free(cure);
	}
}

/* The vendor's note on NetUserGetInfo: the engine reads these three first. */
static void
judge_prerequisites(struct judge *j)
{
	const struct { const struct buf *sd; const char *prefix; } where[] = {
		{ &j->domain->root_sd, "" },
		{ &j->domain->builtin_sd, "CN=Builtin," },
		{ &j->domain->server_sd, "CN=Server,CN=System," },
	};
	struct access_request req = { .kind = ACCESS_OBJECT,
		.mask = RIGHT_LIST | RIGHT_READ_PROPERTY | RIGHT_READ_CONTROL };
	size_t missing = 0;

	buf_clear(&j->text);
	for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
		const char *what = NULL;
		struct access_result r;

		if (!connector_may(j, where[i].sd, &req, &r))
			what = "permissions not readable on ";
		else if (r.decision != DECISION_YES)
			what = r.decision == DECISION_NO ? "no read on " : "read not settled on ";
		if (what)
			buf_addf(&j->text, "%s%s%s%s", missing++ ? "; " : "", what,
			    where[i].prefix, j->domain->dn);
	}
	if (missing)
		remark(j, 210, buf_str(&j->text));
}

/* MS-ADTS 3.1.1.6.1: AdminSDHolder's ACEs are copied as they are, flags and all. */
static void
judge_useless_grant(struct judge *j)
{
	const struct domain *d = j->domain;
	struct access_request req = schema_request_right(&right_reset_password);
	struct access_subject who = access_subject_token(&d->connector.token, NULL);
	struct sddl_ctx ctx = domain_sddl(d);
	struct sd sd;
	struct ace ace;
	size_t pos = 0;

	if (!d->admin_sd.len || sd_parse(d->admin_sd.data, d->admin_sd.len, &sd, NULL) != ERR_OK)
		return;
	while (acl_next(&sd.dacl, &pos, &ace)) {
		if (!(ace.flags & ACE_INHERIT_ONLY) || !ace_is_allow(&ace))
			continue;
		buf_clear(&j->text);
		buf_adds(&j->text, "CN=AdminSDHolder: ");
		sddl_print_ace(&ace, &ctx, &j->text);
		ace.flags &= (uint8_t)~ACE_INHERIT_ONLY;
		if (access_relevance(&ace, &req, &who) != ACE_APPLIES)
			continue;
		remark(j, 215, buf_str(&j->text));
		return;
	}
}

/* Who is an administrator of the domain anyway (MS-ADTS 6.1.1.4, 6.1.1.6). */
static bool
is_administrator(const struct domain *d, const struct sid *s)
{
	uint32_t rid = 0;

	if (sid_eq(s, &sid_system) || sid_eq(s, &sid_self) || sid_eq(s, &sid_creator_owner) ||
	    sid_eq(s, &sid_creator_group) || sid_eq(s, &sid_owner_rights))
		return true;
	if (sid_in_domain(s, &sid_builtin, &rid))
		return rid == 544 ||
			/* Account Operators: full control by default; nobody is in it by
			 * default either */
			(rid == 548 && !domain_group_has_members(d, s));
	if (d->has_sid && sid_in_domain(s, &d->sid, &rid) && (rid == 512 || rid == 500))
		return true;
	/* Enterprise Admins are of the forest's root domain. */
	return s->authority == 5 && s->count == 5 && s->sub[0] == 21 && s->sub[4] == 519;
}

static enum held
is_this_sid(const void *arg, const struct sid *s)
{
	return sid_eq(arg, s) ? HELD_YES : HELD_NO;
}

/* What somebody who holds just this SID could do to the connector account: for sure,
 * or where that hangs on a condition. */
static void
add_powers(const struct domain *d, const struct sd *sd, const struct sid *s, enum decision wanted,
    struct buf *out)
{
	const struct { struct access_request req; const char *name; } powers[] = {
		{ { .kind = ACCESS_CONTROL_RIGHT, .mask = RIGHT_CONTROL_ACCESS,
			.right = &right_reset_password }, "reset its password" },
		{ { .kind = ACCESS_OBJECT, .mask = RIGHT_WRITE_DAC }, "write its permissions" },
		{ { .kind = ACCESS_OBJECT, .mask = RIGHT_WRITE_OWNER }, "take its ownership" },
	};
	struct access_subject who = { is_this_sid, s, &d->connector.account.sid };
	struct sid_buf text;
	size_t found = 0;

	for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
		if (access_check(sd, &powers[i].req, &who).decision != wanted)
			continue;
		if (!found++)
			buf_addf(out, "%s%s %s ", out->len ? "; " : "", sid_str(s, &text),
			    wanted == DECISION_YES ? "can" : "perhaps can");
		else
			buf_adds(out, ", ");
		buf_adds(out, powers[i].name);
	}
}

static void
judge_takeover(struct judge *j)
{
	const struct account *a = &j->domain->connector.account;
	struct buf perhaps = BUF_INIT;
	struct token seen;
	struct sd sd;
	struct ace ace;
	size_t pos = 0;

	if (!a->sd.data || sd_parse(a->sd.data, a->sd.len, &sd, NULL) != ERR_OK)
		return;
	token_init(&seen);
	if (sd.has_owner)
		token_add(&seen, &sd.owner, HELD_YES, TOKEN_USER);
	while (acl_next(&sd.dacl, &pos, &ace))
		if (ace_is_allow(&ace))
			token_add(&seen, &ace.trustee, HELD_YES, TOKEN_GROUP);
	buf_clear(&j->text);
	if (token_seal(&seen) == ERR_OK)
		for (size_t i = 0; i < seen.count; i++) {
			const struct sid *s = &seen.sids[i].sid;

			if (is_administrator(j->domain, s) || (a->has_sid && sid_eq(s, &a->sid)))
				continue;
			add_powers(j->domain, &sd, s, DECISION_YES, &j->text);
			add_powers(j->domain, &sd, s, DECISION_UNKNOWN, &perhaps);
		}
	if (j->text.len)
		remark(j, 214, buf_str(&j->text));
	if (perhaps.len) {
		buf_adds(&perhaps, ": a conditional ACE decides (MS-DTYP 2.4.4.17)");
		remark_reach(j, a->dn, buf_str(&perhaps));
	}
	buf_fini(&perhaps);
	token_fini(&seen);
}

static void
judge_token(struct judge *j)
{
	const struct connector *c = &j->domain->connector;

	if (c->token_problem)
		remark(j, 212, c->token_problem);
	for (const struct open_group *g = c->open_groups; g; g = g->next) {
		buf_clear(&j->text);
		buf_addf(&j->text, "%s contains a SID that every logon holds: whether the connector "
		    "holds the group is not settled (MS-DTYP 2.7.1)", g->dn);
		remark(j, 213, buf_str(&j->text));
	}
}

/* Of another forest: whether it gets in at all. */
static void
judge_trust(struct judge *j)
{
	const struct domain *d = j->domain;
	unsigned rule = d->connector.trust == TRUST_NONE ? 217 : 218;

	if (d->connector.trust == TRUST_NEEDLESS || d->connector.trust == TRUST_FULL)
		return;
	buf_clear(&j->text);
	if (d->connector.trust == TRUST_NONE)
		buf_addf(&j->text, "CN=System,%s: no trust with %s, or its forest, lets its accounts "
		    "log on", d->dn, d->connector.home->dns);
	else if (d->connector.trust == TRUST_SELECTIVE)
		buf_addf(&j->text, "the trust with %s, or its forest: authentication is selective "
		    "(trustAttributes: 0x10)", d->connector.home->dns);
	else
		buf_addf(&j->text, "CN=System,%s: no trust with %s, or its forest, is to be seen",
		    d->dn, d->connector.home->dns);
	remark(j, rule, buf_str(&j->text));
}

void
judge_connectors(struct judge *j, const char *const *dns, size_t count)
{
	if (count < 2)
		return;
	buf_clear(&j->text);
	buf_addf(&j->text, "%zu accounts look like connectors, each is judged:", count);
	for (size_t i = 0; i < count; i++)
		buf_addf(&j->text, "%s %s", i ? ";" : "", dns[i]);
	remark(j, 202, buf_str(&j->text));
}

void
rules_connector(struct judge *j)
{
	struct connector *c = &j->domain->connector;
	struct account *a = &c->account;

	/* Of another domain, the account was settled there, and who may take it
	 * over is that domain's matter. */
	if (a->sd.data && !c->home && !c->settled) {
		const struct dacl_verdict *v = dacl_cache_judge(&j->cache, j->domain, a);

		if (v && !v->fault)
			account_settle(a, v);
	}
	judge_state(j, a, c->home ? c->home : j->domain);
	judge_trust(j);
	judge_token(j);
	judge_privilege(j);
	judge_unread_reach(j);
	judge_protected_reset(j);
	judge_useless_grant(j);
	if (!c->home)
		judge_takeover(j);
	judge_unexpire(j);
	judge_prerequisites(j);
}
