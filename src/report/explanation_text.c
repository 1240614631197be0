/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <string.h>

#include "core/adtime.h"
#include "core/escape.h"
#include "core/fold.h"
#include "report/explanation.h"
#include "rules/rule.h"

/* Text from the directory, safe for a terminal, folded behind a label. */
static void
line(struct buf *out, size_t indent, const char *label, const void *v, size_t len)
{
	struct buf text = BUF_INIT;

	buf_addf(out, "%*s%s", (int)indent, "", label);
	if (v)
		escape_terminal(v, len, &text);
	fold_text(out, indent + strlen(label), indent + strlen(label), buf_str(&text));
	buf_fini(&text);
}

static void
line_str(struct buf *out, size_t indent, const char *label, const char *s)
{
	if (s && *s)
		line(out, indent, label, s, strlen(s));
}

static void
assumptions(const struct explanation *x, struct buf *out)
{
	buf_adds(out, "ASSUMED: what follows is not so; it would be so if this were done:\n");
	for (const char *at = x->assumed; *at;) {
		size_t len = strcspn(at, "\n");

		line(out, 2, "", at, len);
		at += len + (at[len] == '\n');
	}
	buf_addf(out, "The difference to now: %s\n\n", difference_str(x->row.difference));
}

static void
identity(const struct explanation *x, struct buf *out)
{
	const struct account *a = x->account;
	struct guid_buf guid;
	struct sid_buf sid;

	line(out, 0, "", a->dn, a->dn_len);
	if (a->sam.data)
		line(out, 2, "account    ", a->sam.data, a->sam.len);
	if (a->upn.data)
		line(out, 2, "UPN        ", a->upn.data, a->upn.len);
	line_str(out, 2, "SID        ", a->has_sid ? sid_str(&a->sid, &sid) : "not readable");
	line_str(out, 2, "GUID       ", a->has_guid ? guid_str(&a->guid, &guid) : "not readable");
	line_str(out, 2, "class      ", a->class ? a->class->name : "not readable");
	line_str(out, 2, "connector  ", x->row.connector);
	line_str(out, 2, "profile    ", x->profile);
}

static void
reasons(const struct explanation *x, unsigned op, struct buf *out)
{
	struct adtime_buf when;

	for (size_t i = 0; i < x->finding_count; i++) {
		const struct explained_finding *f = &x->findings[i];
		const struct rule *r = rule_find(f->rule);
		struct buf head = BUF_INIT;

		if (!(f->operations & op) || r->severity == SEVERITY_INFO)
			continue;
		buf_addf(&head, "%s: %s", severity_str(r->severity), r->title);
		if (r->event)
			buf_addf(&head, " (event %u)", r->event);
		buf_addf(out, "  %u  ", f->rule);
		fold_text(out, 7, 7, buf_str(&head));
		line_str(out, 7, "read:  ", f->evidence);
		if (f->has_until)
			line_str(out, 7, "until: ", adtime_iso(f->until, &when));
		buf_fini(&head);
	}
}

static void
verdict(const struct explanation *x, const char *name, unsigned op, enum verdict v,
    enum verdict now, struct buf *out)
{
	if (x->row.assumed)
		buf_addf(out, "\n%-8s %s, assumed; now: %s\n", name, verdict_str(v),
		    verdict_str(now));
	else
		buf_addf(out, "\n%-8s %s\n", name, verdict_str(v));
	reasons(x, op, out);
}

static void
right_walk(const struct explanation *x, const struct explained_right *r, struct buf *out)
{
	size_t others = 0;

	buf_addf(out, "\n%s of %s: %s", r->name, r->whose, decision_str(r->result.decision));
	if (x->sd_fault)
		buf_addf(out, "; %s", x->sd_fault);
	else if (r->result.reason == ACCESS_NO_DACL)
		buf_adds(out, ": there is no DACL, everything is granted");
	else if (r->result.reason == ACCESS_NO_ACE)
		buf_addf(out, ": none of the %u ACEs grants it", x->ace_count);
	else if (r->result.ace >= 0)
		buf_addf(out, ": by ACE %d of %u", r->result.ace, x->ace_count);
	buf_addc(out, '\n');
	for (size_t i = 0; i < r->count; i++) {
		const struct explained_ace *a = &r->aces[i];

		if (a->role == ACE_ROLE_OTHER) {
			others++;
			continue;
		}
		buf_addf(out, "  ACE %-3d ", a->index);
		fold_text(out, 10, 10, ace_role_str(a->role));
		line_str(out, 10, "", a->sddl);
		line_str(out, 10, "", a->words);
		line_str(out, 10, "trustee  ", a->trustee);
		line_str(out, 10, "held     ", a->held);
		line_str(out, 10, "from     ", a->from ? a->from : "this object");
	}
	if (others) {
		struct buf list = BUF_INIT;

		for (size_t i = 0; i < r->count; i++)
			if (r->aces[i].role == ACE_ROLE_OTHER)
				buf_addf(&list, "%s%d", list.len ? ", " : "", r->aces[i].index);
		buf_adds(out, "  about other rights, by trustees it holds: ACE ");
		fold_text(out, 48, 10, buf_str(&list));
		buf_fini(&list);
	}
}

static void
remedies(const struct explanation *x, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < x->finding_count; i++) {
		const struct rule *r = rule_find(x->findings[i].rule);

		if (r->severity == SEVERITY_INFO)
			continue;
		if (!any)
			buf_adds(out, "\nwhat to do\n");
		any = true;
		buf_addf(out, "  %u  ", r->id);
		fold_text(out, 7, 7, x->findings[i].remedy);
		line_str(out, 7, "at:    ", x->findings[i].cause);
		line_str(out, 14, "", x->findings[i].cause_words);
	}
}

void
explanation_text(const struct explanation *x, struct buf *out)
{
	if (x->assumed)
		assumptions(x, out);
	identity(x, out);
	verdict(x, "reset", OP_RESET, x->row.reset, x->row.now_reset, out);
	verdict(x, "change", OP_CHANGE, x->row.change, x->row.now_change, out);
	verdict(x, "unlock", OP_UNLOCK, x->row.unlock, x->row.now_unlock, out);
	for (int i = 0; i < RIGHT_ID_COUNT; i++)
		right_walk(x, &x->right[i], out);
	buf_adds(out, "\npassword policy in force\n");
	line(out, 2, "", x->row.policy ? x->row.policy : "not known",
	    x->row.policy ? x->row.policy_len : 9);
	line_str(out, 2, "", x->policy_from);
	line_str(out, 2, "", x->policy_words);
	remedies(x, out);
}
