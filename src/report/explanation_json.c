/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <string.h>

#include "report/explanation.h"
#include "report/json.h"
#include "rules/rule.h"

static void
ace(struct buf *b, const struct explained_ace *a)
{
	json_begin(b, '{');
	json_int(b, "ace", a->index);
	json_str(b, "role", a->role == ACE_ROLE_DECIDES ? "decides" :
	    a->role == ACE_ROLE_TOO_LATE ? "too-late" :
	    a->role == ACE_ROLE_UNSETTLED ? "unsettled" :
	    a->role == ACE_ROLE_INHERIT_ONLY ? "inherit-only" : "other-right");
	json_str(b, "effect", a->allow ? "allow" : "deny");
	json_str(b, "sddl", a->sddl);
	json_str(b, "words", a->words);
	json_str(b, "trustee", a->trustee);
	json_str(b, "held", a->held);
	json_str(b, "inherited_from", a->from);
	json_end(b, '}');
}

static void
right(struct buf *b, const struct explained_right *r)
{
	json_begin(b, '{');
	json_str(b, "right", r->name);
	json_str(b, "subject", r->whose);
	json_str(b, "decision", decision_str(r->result.decision));
	json_int_or_null(b, "decided_by_ace", r->result.ace >= 0, r->result.ace);
	json_key(b, "aces");
	json_begin(b, '[');
	for (size_t i = 0; i < r->count; i++)
		ace(b, &r->aces[i]);
	json_end(b, ']');
	json_end(b, '}');
}

static void
finding(struct buf *b, const struct explained_finding *f)
{
	const struct rule *r = rule_find(f->rule);

	json_begin(b, '{');
	json_int(b, "rule", f->rule);
	json_str(b, "name", r->name);
	json_str(b, "severity", severity_str(r->severity));
	json_str(b, "operations", operations_str(f->operations));
	json_int_or_null(b, "event", r->event != 0, r->event);
	json_time(b, "until", f->has_until, f->until);
	json_str(b, "evidence", f->evidence);
	json_str(b, "cause", f->cause);
	json_str(b, "cause_words", f->cause_words ? f->cause_words : r->title);
	json_str(b, "remedy", f->remedy);
	json_end(b, '}');
}

void
explanation_json(const struct explanation *x, struct buf *b)
{
	json_begin(b, '{');
	json_str(b, "type", "explanation");
	json_judgement_fields(b, &x->row);
	json_str(b, "class", x->account->class ? x->account->class->name : NULL);
	json_str(b, "profile", x->profile);
	json_str(b, "policy_from", x->policy_from);
	json_str(b, "policy_values", x->policy_words);
	json_str(b, "descriptor_error", x->sd_fault);
	json_key(b, "findings");
	json_begin(b, '[');
	for (size_t i = 0; i < x->finding_count; i++)
		finding(b, &x->findings[i]);
	json_end(b, ']');
	json_key(b, "rights");
	json_begin(b, '[');
	for (int i = 0; i < RIGHT_ID_COUNT; i++)
		right(b, &x->right[i]);
	json_end(b, ']');
	json_end(b, '}');
	buf_addc(b, '\n');
}
