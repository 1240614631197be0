/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_TESTS_DOMAIN_ROWS_H
#define WBA_TESTS_DOMAIN_ROWS_H

#include "listener.h"

/*
 * Each row spoils one thing in a domain and says what is found there (502 always
 * is: the policy as read), the verdicts of a user with nothing the matter, and the
 * rules in that user's row.
 */
struct domain_row {
	const char *name;
	void (*set)(struct domain *);
	const char *found, *verdicts, *rules;
};

static inline void
domain_rows_check(const struct domain_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct court c;
		char said[256];

		court_open(&c, NULL);
		rows[i].set(&c.domain);
		judge_domain(&c.judge);
		if (strcmp(heard_rules(&c.listener, 0, said), rows[i].found) != 0)
			fail_msg("%s: found %s instead of %s", rows[i].name, said, rows[i].found);
		court_judge(&c, NULL, 0);
		if (strcmp(c.listener.verdicts, rows[i].verdicts) != 0 ||
		    strcmp(c.listener.rules, rows[i].rules) != 0)
			fail_msg("%s: %s (%s) instead of %s (%s)", rows[i].name,
			    c.listener.verdicts, c.listener.rules, rows[i].verdicts,
			    rows[i].rules);
		for (size_t k = 0; k < c.listener.count; k++)
			if (!c.listener.heard[k].has_evidence || !c.listener.heard[k].object[0])
				fail_msg("%s: %u without evidence or object", rows[i].name,
				    c.listener.heard[k].rule);
		court_close(&c);
	}
}

#endif
