/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/json.h"

#include <inttypes.h>
#include <string.h>

#include "core/adtime.h"
#include "core/escape.h"
#include "report/report.h"
#include "rules/cause.h"
#include "rules/rule.h"
#include "rules/suppress.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

/* A comma, unless this is the first thing in its brackets. */
static void
separate(struct buf *b)
{
	char last = b->len ? b->data[b->len - 1] : '{';

	if (last != '{' && last != '[' && last != ':')
		buf_addc(b, ',');
}

void
json_begin(struct buf *b, char bracket)
{
	separate(b);
	buf_addc(b, bracket);
}

void
json_end(struct buf *b, char bracket)
{
	buf_addc(b, bracket);
}

void
json_key(struct buf *b, const char *name)
{
	separate(b);
	buf_addf(b, "\"%s\":", name);
}

void
json_bytes(struct buf *b, const char *name, const void *v, size_t len)
{
	json_key(b, name);
	if (v)
		escape_json(v, len, b);
	else
		buf_adds(b, "null");
}

void
json_str(struct buf *b, const char *name, const char *s)
{
	json_bytes(b, name, s, s ? strlen(s) : 0);
}

void
json_int(struct buf *b, const char *name, int64_t n)
{
	json_key(b, name);
	buf_addf(b, "%" PRId64, n);
}

/* Said only where it is so. */
static void
json_assumed(struct buf *b, bool assumed)
{
	if (!assumed)
		return;
	json_key(b, "assumed");
	buf_adds(b, "true");
}

void
json_int_or_null(struct buf *b, const char *name, bool has, int64_t n)
{
	if (has)
		json_int(b, name, n);
	else
		json_str(b, name, NULL);
}

void
json_bool(struct buf *b, const char *name, bool yes)
{
	json_key(b, name);
	buf_adds(b, yes ? "true" : "false");
}

void
json_time(struct buf *b, const char *name, bool has, int64_t t)
{
	struct adtime_buf text;

	json_str(b, name, has ? adtime_iso(t, &text) : NULL);
}

static void
account_fields(struct buf *b, const struct account *a)
{
	static const struct value none = { NULL, 0 };
	const struct value *sam = a ? &a->sam : &none, *upn = a ? &a->upn : &none;
	struct guid_buf guid;
	struct sid_buf sid;

	json_bytes(b, "samaccountname", sam->data, sam->len);
	json_bytes(b, "upn", upn->data, upn->len);
	json_str(b, "object_guid", a && a->has_guid ? guid_str(&a->guid, &guid) : NULL);
	json_str(b, "object_sid", a && a->has_sid ? sid_str(&a->sid, &sid) : NULL);
}

/* JSON Lines: one object a line, the raw values, nothing defused. */

static void
json_finding(const struct finding *f, struct buf *b)
{
	const struct rule *r = rule_find(f->rule);

	json_begin(b, '{');
	json_str(b, "type", "finding");
	json_int(b, "rule", f->rule);
	json_str(b, "name", r->name);
	json_str(b, "severity", severity_str(r->severity));
	json_str(b, "scope", rule_scope_str(r->scope));
	json_str(b, "domain", f->domain);
	json_str(b, "object", f->object);
	account_fields(b, f->account);
	json_str(b, "operations", operations_str(f->operations));
	json_int_or_null(b, "event", r->event != 0, r->event);
	json_time(b, "until", f->has_until, f->until);
	json_str(b, "evidence", f->evidence);
	json_str(b, "cause", f->cause);
	json_str(b, "cause_words", f->why ? f->why->words : NULL);
	json_str(b, "remedy", cause_cure(f->why, r));
	json_str(b, "status", f->status != FINDING_NOT_KEPT ? finding_status_str(f->status) : NULL);
	json_time(b, "first_seen", f->status != FINDING_NOT_KEPT, f->first_seen);
	json_assumed(b, f->assumed);
	if (f->suppression) {
		json_key(b, "suppressed");
		json_begin(b, '{');
		json_bool(b, "holds", f->suppressed);
		json_str(b, "reason", f->suppression->reason);
		json_str(b, "owner", f->suppression->owner);
		json_str(b, "expires", f->suppression->expires);
		json_end(b, '}');
	}
	json_end(b, '}');
	buf_addc(b, '\n');
}

void
json_judgement_fields(struct buf *b, const struct judgement *j)
{
	json_str(b, "domain", j->domain);
	json_bytes(b, "dn", j->account->dn, j->account->dn_len);
	account_fields(b, j->account);
	json_str(b, "reset", verdict_str(j->reset));
	json_str(b, "change", verdict_str(j->change));
	json_str(b, "unlock", verdict_str(j->unlock));
	json_str(b, "right_reset_password", decision_str(j->right_reset));
	json_str(b, "right_change_password", decision_str(j->right_change));
	json_str(b, "right_write_lockouttime", decision_str(j->right_lockout));
	json_str(b, "right_write_pwdlastset", decision_str(j->right_pwdlastset));
	json_str(b, "enabled", answer_str(j->enabled));
	json_str(b, "locked", answer_str(j->locked));
	json_str(b, "password_never_expires", answer_str(j->never_expires));
	json_str(b, "admin_count", answer_str(j->admin_count));
	json_str(b, "protected", answer_str(j->is_protected));
	json_time(b, "blocked_until", j->has_blocked_until, j->blocked_until);
	/* msDS-UserPasswordExpiryTimeComputed (MS-ADTS 3.1.1.4.5.33), in words at its ends */
	if (j->has_expiry && (j->expiry == ADTIME_NEVER || j->expiry == 0))
		json_str(b, "password_expires", j->expiry ? "never" : "at once");
	else
		json_time(b, "password_expires", j->has_expiry, j->expiry);
	json_bytes(b, "policy", j->policy, j->policy_len);
	json_key(b, "rules");
	json_begin(b, '[');
	for (size_t i = 0; i < j->rule_count; i++)
		buf_addf(b, "%s%u", i ? "," : "", j->rules[i]);
	json_end(b, ']');
	json_str(b, "connector", j->connector);
	json_assumed(b, j->assumed);
	if (!j->assumed)
		return;
	json_str(b, "now_reset", verdict_str(j->now_reset));
	json_str(b, "now_change", verdict_str(j->now_change));
	json_str(b, "now_unlock", verdict_str(j->now_unlock));
	json_str(b, "difference", difference_str(j->difference));
}

static void
json_judgement(const struct judgement *j, struct buf *b)
{
	json_begin(b, '{');
	json_str(b, "type", "user");
	json_judgement_fields(b, j);
	json_end(b, '}');
	buf_addc(b, '\n');
}

static void
json_cause(const struct rollup_row *r, struct buf *b)
{
	json_begin(b, '{');
	json_str(b, "type", "cause");
	json_int(b, "rule", r->rule->id);
	json_str(b, "severity", severity_str(r->rule->severity));
	json_str(b, "cause", r->cause->words);
	json_str(b, "object", *r->cause->object ? r->cause->object : NULL);
	json_int(b, "users", (int64_t)r->users);
	json_str(b, "example", *r->example ? r->example : NULL);
	json_str(b, "remedy", r->remedy);
	json_assumed(b, r->assumed);
	json_str(b, "domain", r->cause->domain);
	json_end(b, '}');
	buf_addc(b, '\n');
}

/* The number stays while fields are only added; contrib/audit.schema.json has
 * them all. */
#define JSON_SCHEMA 1

static void
json_run(struct buf *b)
{
	json_begin(b, '{');
	json_str(b, "type", "run");
	json_int(b, "schema", JSON_SCHEMA);
	json_str(b, "program", "writeback-audit");
	json_str(b, "version", PACKAGE_VERSION);
	json_end(b, '}');
	buf_addc(b, '\n');
}

/* A line of `text` is a string of the array. */
static void
json_lines(struct buf *b, const char *name, const char *text)
{
	json_key(b, name);
	json_begin(b, '[');
	while (*text) {
		size_t len = strcspn(text, "\n");

		separate(b);
		escape_json(text, len, b);
		text += len + (text[len] == '\n');
	}
	json_end(b, ']');
}

static void
json_domain(const struct judge *j, struct buf *b)
{
	const struct domain *d = j->domain;

	json_begin(b, '{');
	json_str(b, "type", "domain");
	json_str(b, "domain", d->dns);
	json_time(b, "as_of", true, j->now);
	json_str(b, "controller", d->dc.host ? d->dc.host : d->dc.uri);
	json_str(b, "reader", d->reader_name);
	json_str(b, "connector", d->connector.account.dn);
	json_str(b, "profile", j->profile->name);
	json_int(b, "users", (int64_t)j->tally.users);
	json_bool(b, "complete", !j->tally.incomplete);
	for (int op = 0; op < OP_COUNT; op++) {
		const size_t *n = j->tally.verdicts[op];

		json_key(b, operations_str(1u << op));
		json_begin(b, '{');
		for (int v = VERDICT_OK; v <= VERDICT_FAIL; v++)
			json_int(b, verdict_str((enum verdict)v), (int64_t)n[v]);
		json_end(b, '}');
	}
	json_assumed(b, j->assumed != NULL);
	if (j->assumed)
		json_lines(b, "assumptions", j->assumed);
	json_end(b, '}');
	buf_addc(b, '\n');
}

static void
json_last(bool complete, struct buf *b)
{
	json_begin(b, '{');
	json_str(b, "type", "end");
	json_bool(b, "complete", complete);
	json_end(b, '}');
	buf_addc(b, '\n');
}

const struct format format_json = { .name = "json", .header = json_run, .finding = json_finding,
	.judgement = json_judgement, .domain = json_domain, .cause = json_cause, .end = json_last };
