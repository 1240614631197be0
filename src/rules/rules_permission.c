/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "rules/cause.h"
#include "rules/judge.h"

/* 3xx: what the connector may do to the user, and the user to itself. */

/* The rules a right that is not granted breaks, and who needs it. */
static const struct {
	enum right_id right;
	unsigned absent, denied, inherit_only;
	unsigned need;			/* NEED_… by which a profile asks for it */
	unsigned needed_by;		/* operations that need it then */
	unsigned operations;		/* that need it under every profile */
	const char *name;
} rights[] = {
	{ RIGHT_ID_RESET, 301, 302, 303, NEED_RESET, OP_RESET, 0, "Reset Password" },
	{ RIGHT_ID_LOCKOUT_TIME, 307, 308, 307, NEED_LOCKOUT_TIME, OP_RESET, OP_UNLOCK,
		"write lockoutTime" },
	{ RIGHT_ID_PWD_LAST_SET, 309, 310, 309, NEED_PWD_LAST_SET, OP_RESET, 0,
		"write pwdLastSet" },
	{ RIGHT_ID_CONNECTOR_CHANGE, 320, 321, 320, NEED_CONNECTOR_CHANGE, OP_CHANGE, 0,
		"Change Password of the connector" },
	{ RIGHT_ID_CHANGE, 304, 305, 304, 0, 0, OP_CHANGE, "Change Password" },
};

/* AdminSDHolder's hand on the user, and what stands above it: where a right that
 * is not there can be mended. */
struct mending {
	enum answer is_protected;
	const char *group;
	struct cause protection;
	struct container *above;
	bool looked_above;
};

/* NULL: the rule says it all. *cure may be NULL. */
static const struct cause *
trace(struct judge *j, const struct account *a, const struct dacl_verdict *v, enum right_id id,
    const struct access_result *r, struct mending *m, const struct cure **cure)
{
	bool hand = m->protection.kind != CAUSE_AS_SAID;
	bool tick = id == RIGHT_ID_CHANGE && v->cannot_change && r->decision == DECISION_NO;
	const struct cause *c = NULL;

	/* What AdminSDHolder puts there comes back, so nothing is to be done on the
	 * user: but for one it has left behind. */
	if (j->causes.cures ? !hand || m->protection.kind == CAUSE_ORPHANED : !hand && !tick) {
		if (!m->looked_above)
			m->above = domain_container_above(j->domain, a->dn, a->dn_len);
		m->looked_above = true;
		c = cause_of_right(&j->causes, &j->cache, j->domain, a, v, id, r, m->above);
		*cure = j->causes.cure;
	}
	/* The tick is on the user, whatever put it there. */
	return tick ? NULL : hand ? &m->protection : c;
}

static void
judge_right(struct judge *j, const struct account *a, const struct dacl_verdict *v, size_t which,
    const struct access_result *r, const char *evidence, struct mending *m)
{
	const enum right_id id = rights[which].right;
	unsigned ops = rights[which].operations;
	struct remark remark = { .account = a };

	if (rights[which].need & j->profile->needs)
		ops |= rights[which].needed_by;
	if (r->decision == DECISION_YES || !ops)
		return;
	remark.operations = ops;
	buf_clear(&j->text);
	buf_adds(&j->text, rights[which].name);
	buf_adds(&j->text, ": ");
	buf_adds(&j->text, evidence ? evidence : "");
	remark.evidence = buf_str(&j->text);
	if (r->decision == DECISION_UNKNOWN)
		remark.rule = 317;
	else if (id == RIGHT_ID_CHANGE && v->cannot_change)
		remark.rule = 306;
	else if (r->reason == ACCESS_BY_ACE)
		remark.rule = rights[which].denied;
	else
		remark.rule = v->right[id].inherit_only ?
			rights[which].inherit_only : rights[which].absent;
	remark.why = trace(j, a, v, id, r, m, &remark.cure);
	judge_remark(j, &remark);
}

/* What of the user itself keeps it from being told; what of the groups does is 324. */
static void
judge_unread_protection(struct judge *j, const struct account *a)
{
	bool no_group = a->primary_group.known != KNOWN_SET;

	if (a->has_sid && !no_group)
		return;
	buf_clear(&j->text);
	if (!a->has_sid)
		buf_addf(&j->text, "objectSid: %s", entry_value(a->entry, "objectSid") ?
		    "malformed" : "not returned");
	if (no_group)
		buf_addf(&j->text, "%sprimaryGroupID: %s", a->has_sid ? "" : "; ",
		    judge_unread_words(a, "primaryGroupID"));
	buf_addf(&j->text, "; grant %s Read General Information", judge_reader_name(j));
	judge_remark(j, &(struct remark){ .rule = 326, .account = a, .cause = a->dn,
		.evidence = buf_str(&j->text) });
}

static void
judge_protection(struct judge *j, const struct account *a, const struct dacl_verdict *v,
    const struct mending *m, struct judgement *row)
{
	const char *in_group = m->group;
	struct cause blocked = { CAUSE_BLOCKED_ON_USER, NULL, cause_words(CAUSE_BLOCKED_ON_USER) };
	struct cause hand = m->protection;
	struct remark remark = { .account = a, .why = &hand };

	row->is_protected = m->is_protected;
	if (a->admin_count.known == KNOWN_NOT) {
		buf_clear(&j->text);
		buf_addf(&j->text, "adminCount: %s; grant %s Read adminCount",
		    judge_unread_words(a, "adminCount"), judge_reader_name(j));
		remark = (struct remark){ .rule = 318, .account = a, .evidence = buf_str(&j->text) };
		judge_remark(j, &remark);
	} else {
		row->admin_count = a->admin_count.value == 1 ? ANSWER_YES : ANSWER_NO;
	}
	buf_clear(&j->text);
	if (row->admin_count == ANSWER_YES && row->is_protected == ANSWER_NO) {
		remark.rule = 312;
		hand = (struct cause){ CAUSE_ORPHANED, NULL, cause_words(CAUSE_ORPHANED) };
		buf_adds(&j->text, "adminCount: 1; in no protected group now");
	} else if (row->admin_count == ANSWER_YES) {
		remark.rule = 311;
		if (hand.kind == CAUSE_AS_SAID)
			hand = (struct cause){ CAUSE_PROTECTED_UNKNOWN, NULL,
				cause_words(CAUSE_PROTECTED_UNKNOWN) };
		buf_addf(&j->text, "adminCount: 1%s%s", in_group ? "; in " : "",
		    in_group ? in_group : "");
		domain_protection_path(j->domain, a, in_group, &j->text);
	} else if (row->admin_count == ANSWER_NO && row->is_protected == ANSWER_YES) {
		remark.rule = 313;
		remark.cause = in_group;
		buf_addf(&j->text, "in %s", in_group ? in_group : "");
		domain_protection_path(j->domain, a, in_group, &j->text);
		buf_adds(&j->text, "; adminCount is not set");
	}
	if (remark.rule && remark.rule != 318) {
		remark.evidence = buf_str(&j->text);
		judge_remark(j, &remark);
	}
	if (m->is_protected == ANSWER_UNKNOWN)
		judge_unread_protection(j, a);
	if (v && v->protected_dacl)
		judge_remark(j, &(struct remark){ .rule = 314, .account = a,
			.evidence = "nTSecurityDescriptor: the DACL is protected (SDDL flag P)",
			.why = &blocked });
}

/* MS-ADTS 3.1.1.4.5.6: what the server would let the bound connector write. */
static void
self_check(struct judge *j, const struct account *a, const struct judgement *row)
{
	const struct { const char *name; enum decision ours; } writes[] = {
		{ "lockoutTime", row->right_lockout }, { "pwdLastSet", row->right_pwdlastset },
	};

	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
		bool theirs = a->allowed && attr_has(a->allowed, writes[i].name);

		if (writes[i].ours == DECISION_UNKNOWN || (writes[i].ours == DECISION_YES) == theirs)
			continue;
		buf_clear(&j->text);
		buf_addf(&j->text, "write %s: %s by nTSecurityDescriptor; allowedAttributesEffective "
		    "%s it", writes[i].name, decision_str(writes[i].ours),
		    theirs ? "lists" : "does not list");
		judge_remark(j, &(struct remark){ .rule = 322, .account = a, .cause = a->dn,
			.evidence = buf_str(&j->text) });
	}
}

/* What ACEs name; and whoever is not seen to be in a group that could not be read may
 * be in it. */
void
rules_permission_domain(struct judge *j)
{
	const struct domain *d = j->domain;

	if (d->schema_unread.len)
		judge_remark(j, &(struct remark){ .rule = 325, .object = d->dn, .cause = d->dn,
			.evidence = buf_str(&d->schema_unread) });
	buf_clear(&j->text);
	if (!d->has_protected)
		buf_addf(&j->text, "the protected groups could not be looked for, or not be read%s%s",
		    d->protected_unread.len ? ": " : "", buf_str(&d->protected_unread));
	for (size_t i = 0; d->has_protected && i < d->protected_count; i++)
		if (!d->protected_groups[i].complete)
			buf_addf(&j->text, "%s%s", j->text.len ? "; " : "not all members could be "
			    "read of ", d->protected_groups[i].dn);
	for (size_t i = 0; d->has_protected && i < d->protected_count; i++)
		if (d->protected_groups[i].contains_everyone)
			buf_addf(&j->text, "%s%s contains a SID that every logon holds: whether that "
			    "protects everybody is not settled", j->text.len ? "; " : "",
			    d->protected_groups[i].dn);
	if (j->text.len)
		judge_remark(j, &(struct remark){ .rule = 324, .object = d->dn, .cause = d->dn,
			.evidence = buf_str(&j->text) });
}

/* What the user's attributes lack was asked for under the permissions as they are:
 * those tell what is unset, whatever is assumed. */
static void
settle_as_stored(struct judge *j, struct account *a)
{
	const struct dacl_verdict *v = NULL;
	struct account stored = *a;

	stored.sd = j->stored_sd;
	if (stored.sd.data)
		v = dacl_cache_judge(&j->cache, j->domain, &stored);
	if (!v || v->fault)
		return;
	account_settle(a, v);
	/* The next look into the cache may be the end of v. */
	memcpy(j->stored_readable, v->readable, sizeof j->stored_readable);
	a->readable = j->stored_readable;
}

void
rules_permission(struct judge *j, struct account *a, struct judgement *row)
{
	enum decision *const cell[RIGHT_ID_COUNT] = {
		[RIGHT_ID_RESET] = &row->right_reset,
		[RIGHT_ID_LOCKOUT_TIME] = &row->right_lockout,
		[RIGHT_ID_PWD_LAST_SET] = &row->right_pwdlastset,
		[RIGHT_ID_CHANGE] = &row->right_change,
	};
	const struct dacl_verdict *v = NULL;
	struct mending m = { 0 };

	m.is_protected = domain_is_protected(j->domain, a, &m.group);
	if (!a->class) {
		buf_clear(&j->text);
		if (a->object_class)
			buf_adds(&j->text, "objectClass names a class that is not in the schema, "
			    "as far as that could be read");
		else
			buf_addf(&j->text, "objectClass was not returned; grant %s Read Public "
			    "Information", judge_reader_name(j));
		judge_remark(j, &(struct remark){ .rule = 319, .account = a, .cause = a->dn,
			.evidence = buf_str(&j->text) });
	}
	settle_as_stored(j, a);
	if (a->sd.data)
		v = dacl_cache_judge(&j->cache, j->domain, a);
	if (!v && j->not_foretold) {
		judge_remark(j, &(struct remark){ .rule = 323, .account = a, .cause = a->dn,
			.evidence = j->not_foretold });
	} else if (!v) {
		buf_clear(&j->text);
		buf_addf(&j->text, "nTSecurityDescriptor was not returned; grant %s Read Permissions",
		    judge_reader_name(j));
		judge_remark(j, &(struct remark){ .rule = 315, .account = a, .cause = a->dn,
			.evidence = buf_str(&j->text) });
	} else if (v->fault) {
		buf_clear(&j->text);
		buf_addf(&j->text, "nTSecurityDescriptor: %s", v->fault);
		judge_remark(j, &(struct remark){ .rule = 316, .account = a, .cause = a->dn,
			.evidence = buf_str(&j->text) });
	} else {
		if (!j->stored_sd.data)
			account_settle(a, v);
		m.protection = cause_of_protection(a, v, m.is_protected, m.group);
		for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
			enum right_id id = rights[i].right;
			struct access_result r = v->right[id].result;
			char *own = NULL;

			if (id == RIGHT_ID_CHANGE && v->per_user)
				r = change_right_of(j->domain, a, &own);
			if (cell[id])
				*cell[id] = r.decision;
			judge_right(j, a, v, i, &r, own ? own : v->right[id].evidence, &m);
			free(own);
		}
	}
	if (j->domain->self_check && j->domain->reader_is_connector)
		self_check(j, a, row);
	if (!v || v->fault)
		m.protection = cause_of_protection(a, NULL, m.is_protected, m.group);
	judge_protection(j, a, v, &m, row);
}
