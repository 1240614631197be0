/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_RULE_H
#define WBA_RULES_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The rule table: one row a rule. `codes`, the manual and the reports print
 * from it. Ids are stable: other programs filter by them. */

enum severity { SEVERITY_INFO, SEVERITY_RISK, SEVERITY_UNKNOWN, SEVERITY_FAIL };

/* Operations a rule touches. */
#define OP_RESET	0x1u
#define OP_CHANGE	0x2u
#define OP_UNLOCK	0x4u
#define OP_ALL		(OP_RESET | OP_CHANGE | OP_UNLOCK)

enum rule_scope { RULE_USER, RULE_CONNECTOR, RULE_DC, RULE_DOMAIN, RULE_FOREST };

struct rule {
	unsigned id;		/* 101 … 699; the first digit is the family */
	const char *name;	/* "policy-hints-absent" */
	enum severity severity;
	enum rule_scope scope;
	unsigned operations;	/* OP_… */
	unsigned event;		/* the vendor's event, 0 when none is logged */
	bool unread;		/* something could not be read: the audit is incomplete */
	const char *title;	/* one line: what is the matter */
	const char *why;	/* why it matters, with the section of the specification */
	const char *remedy;	/* what mends it */
	const char *attributes;	/* what it needs to read, space-separated */
};

extern const struct rule rule_table[];	/* ascending ids */
extern const size_t rule_count;

/* The row of an id, or NULL. */
const struct rule *rule_find(unsigned id);
/* The i-th of all when fail stands before unknown, risk and info, then by id. */
const struct rule *rule_worst_first(size_t i);
const char *severity_str(enum severity);	/* "fail" "risk" "unknown" "info" */
const char *rule_scope_str(enum rule_scope);
/* "reset change unlock", static; of one, its name. */
const char *operations_str(unsigned ops);

#endif
