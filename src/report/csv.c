/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <string.h>

#include "core/adtime.h"
#include "core/escape.h"
#include "report/report.h"
#include "rules/cause.h"
#include "rules/rule.h"
#include "rules/suppress.h"

/* RFC 4180: CRLF after each row, the header always there. Columns are added at
 * the end and never renamed: other programs read these. */

static void
cell(struct buf *b, const void *v, size_t len)
{
	if (b->len)
		buf_addc(b, ',');
	escape_csv(v ? v : "", v ? len : 0, b);
}

static void
cell_str(struct buf *b, const char *s)
{
	cell(b, s, s ? strlen(s) : 0);
}

/* A word of our own: short, and nothing in it to escape. */
static void
cell_word(struct buf *b, const char *s)
{
	buf_addc(b, ',');
	buf_adds(b, s);
}

static void
cell_value(struct buf *b, const struct value *v)
{
	cell(b, v->data, v->len);
}

static void
cell_guid(struct buf *b, const struct account *a)
{
	struct guid_buf text;

	cell_word(b, a && a->has_guid ? guid_str(&a->guid, &text) : "");
}

static void
cell_time(struct buf *b, bool has, int64_t t)
{
	struct adtime_buf text;

	cell_str(b, has ? adtime_iso(t, &text) : "");
}

static void
end(struct buf *b)
{
	buf_adds(b, "\r\n");
}

static void
cell_suppression(struct buf *b, const struct finding *f)
{
	struct buf words = BUF_INIT;

	if (f->suppression)
		suppression_words(f->suppression, f->suppressed, &words);
	if (buf_failed(&words))
		b->failed = true;
	cell(b, buf_str(&words), words.len);
	buf_fini(&words);
}

static void
findings_header(struct buf *b)
{
	buf_adds(b, "rule,severity,scope,domain,object,samaccountname,upn,object_guid,operations,"
	    "event,until,evidence,cause,remedy,status,first_seen,assumed,suppressed");
	end(b);
}

static void
findings_row(const struct finding *f, struct buf *b)
{
	static const struct value none = { NULL, 0 };
	const struct rule *r = rule_find(f->rule);
	const struct account *a = f->account;

	buf_addu(b, f->rule);
	cell_word(b, severity_str(r->severity));
	cell_word(b, rule_scope_str(r->scope));
	cell_str(b, f->domain);
	cell_str(b, f->object);
	cell_value(b, a ? &a->sam : &none);
	cell_value(b, a ? &a->upn : &none);
	cell_guid(b, a);
	cell_word(b, operations_str(f->operations));
	buf_addc(b, ',');
	if (r->event)
		buf_addu(b, r->event);
	cell_time(b, f->has_until, f->until);
	cell_str(b, f->evidence);
	cell_str(b, f->cause);
	cell_str(b, cause_cure(f->why, r));
	cell_word(b, finding_status_str(f->status));
	cell_time(b, f->status != FINDING_NOT_KEPT, f->first_seen);
	cell_word(b, f->assumed ? "yes" : "");
	cell_suppression(b, f);
	end(b);
}

const struct format format_findings_csv = { .name = "findings",
	.header = findings_header, .finding = findings_row };

static void
users_header(struct buf *b)
{
	buf_adds(b, "domain,dn,samaccountname,upn,object_guid,reset,change,unlock,"
	    "right_reset_password,right_change_password,right_write_lockouttime,"
	    "right_write_pwdlastset,enabled,locked,password_never_expires,admin_count,protected,"
	    "blocked_until,policy,rules,connector,difference");
	end(b);
}

static void
users_row(const struct judgement *j, struct buf *b)
{
	const struct account *a = j->account;

	if (j->domain)
		escape_csv(j->domain, strlen(j->domain), b);
	if (!b->len)
		buf_adds(b, "\"\"");	/* cell() tells the first column by it */
	cell(b, a->dn, a->dn_len);
	cell_value(b, &a->sam);
	cell_value(b, &a->upn);
	cell_guid(b, a);
	cell_word(b, verdict_str(j->reset));
	cell_word(b, verdict_str(j->change));
	cell_word(b, verdict_str(j->unlock));
	cell_word(b, decision_str(j->right_reset));
	cell_word(b, decision_str(j->right_change));
	cell_word(b, decision_str(j->right_lockout));
	cell_word(b, decision_str(j->right_pwdlastset));
	cell_word(b, answer_str(j->enabled));
	cell_word(b, answer_str(j->locked));
	cell_word(b, answer_str(j->never_expires));
	cell_word(b, answer_str(j->admin_count));
	cell_word(b, answer_str(j->is_protected));
	cell_time(b, j->has_blocked_until, j->blocked_until);
	cell(b, j->policy, j->policy_len);
	buf_addc(b, ',');
	for (size_t i = 0; i < j->rule_count; i++) {
		if (i)
			buf_addc(b, ' ');
		buf_addu(b, j->rules[i]);
	}
	cell_str(b, j->connector);
	cell_word(b, j->assumed ? difference_str(j->difference) : "");
	end(b);
}

const struct format format_users_csv = { .name = "users",
	.header = users_header, .judgement = users_row };

static void
causes_header(struct buf *b)
{
	buf_adds(b, "rule,severity,cause,object,users,example,remedy,assumed,domain");
	end(b);
}

static void
causes_row(const struct rollup_row *r, struct buf *b)
{
	buf_addf(b, "%u", r->rule->id);
	cell_word(b, severity_str(r->rule->severity));
	cell_str(b, r->cause->words);
	cell_str(b, r->cause->object);
	buf_addf(b, ",%zu", r->users);
	cell_str(b, r->example);
	cell_str(b, r->remedy);
	cell_word(b, r->assumed ? "yes" : "");
	cell_str(b, r->cause->domain);
	end(b);
}

const struct format format_causes_csv = { .name = "causes",
	.header = causes_header, .cause = causes_row };
