/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_EXPLANATION_H
#define WBA_REPORT_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/access.h"
#include "core/buf.h"
#include "model/finding.h"
#include "rules/dacl_cache.h"
#include "rules/judge.h"

/* One user, ACE by ACE: what `explain` found out, for the printers. */

enum ace_role {
	ACE_ROLE_DECIDES,
	ACE_ROLE_TOO_LATE,	/* would decide, had nothing before it */
	ACE_ROLE_UNSETTLED,	/* its trustee or condition cannot be settled */
	ACE_ROLE_INHERIT_ONLY,	/* about this right, but not for this object */
	ACE_ROLE_OTHER		/* the trustee is held; about another right or attribute */
};

struct explained_ace {
	int index;		/* in the DACL */
	enum ace_role role;
	bool allow;
	/* owned, any may be NULL without memory */
	char *sddl, *words;
	char *trustee;		/* "Helpdesk (S-1-5-21-…)" */
	char *held;		/* "MSOL_… -> Sync Accounts -> Helpdesk" */
	char *from;		/* inherited: the ancestor that carries it; NULL: explicit */
};

struct explained_right {
	const char *name;	/* "Reset Password" */
	const char *whose;	/* "the connector" or "the user itself" */
	struct access_result result;
	struct explained_ace *aces;	/* owned; those whose trustee the subject holds */
	size_t count;
};

struct explained_finding {
	unsigned rule, operations;
	bool has_until;
	int64_t until;
	char *evidence, *cause;	/* owned */
	char *cause_words;	/* owned; NULL: the rule's title says it */
	const char *remedy;	/* static */
};

struct explanation {
	const struct account *account;	/* borrowed, as is what the row points to */
	struct judgement row;
	unsigned rules[JUDGE_MAX_RULES];	/* behind row.rules */
	struct explained_finding *findings;	/* owned */
	size_t finding_count;
	const char *sd_fault;		/* why there are no rights; NULL: there are */
	struct explained_right right[RIGHT_ID_COUNT];
	unsigned ace_count;
	bool dacl_protected;
	char *policy_from;		/* owned: how the policy comes to apply */
	char *policy_words;		/* owned: its values */
	const char *profile;
	const char *assumed;		/* borrowed: what is assumed, a line each; NULL: nothing */
};

void explanation_fini(struct explanation *);
const char *ace_role_str(enum ace_role);

/* Plain text of at most 80 columns, but for names and SDDL that are longer. */
void explanation_text(const struct explanation *, struct buf *out);
/* The same as one JSON object and a newline. */
void explanation_json(const struct explanation *, struct buf *out);

#endif
