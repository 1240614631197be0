/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/summary.h"

#include <string.h>

#include "core/escape.h"

static void add_name(struct buf *b, const char *s)
{
	if (s)
		escape_terminal(s, strlen(s), b);
}

static const char *const operation_names[OP_COUNT] = { "reset", "change", "unlock" };

static void verdicts(const struct tally *t, struct buf *b)
{
	buf_addf(b, "  %-10s %9s %9s %9s %9s\n", "operation", "ok", "risk", "unknown", "fail");
	for (int op = 0; op < OP_COUNT; op++)
		buf_addf(b, "  %-10s %9zu %9zu %9zu %9zu\n", operation_names[op],
			t->verdicts[op][VERDICT_OK], t->verdicts[op][VERDICT_RISK],
			t->verdicts[op][VERDICT_UNKNOWN], t->verdicts[op][VERDICT_FAIL]);
}

/* What the assumptions change: in every report that has them, before all else. */
static void assumptions(const char *words, struct buf *b)
{
	buf_adds(b, "ASSUMED: what follows is not so; it would be so if this were done:\n");
	while (*words) {
		size_t len = strcspn(words, "\n");

		buf_adds(b, "  ");
		escape_terminal(words, len, b);
		buf_addc(b, '\n');
		words += len + (words[len] == '\n');
	}
	buf_addc(b, '\n');
}

static void differences(const struct tally *t, struct buf *b)
{
	buf_addf(b, "\n  %-10s %9s %9s %9s\n", "against now", "healed", "broken", "unchanged");
	for (int op = 0; op < OP_COUNT; op++)
		buf_addf(b, "  %-10s  %9zu %9zu %9zu\n", operation_names[op],
			t->differences[op][DIFFERENCE_HEALED], t->differences[op][DIFFERENCE_BROKEN],
			t->differences[op][DIFFERENCE_NONE]);
	buf_addf(b, "  %-10s  %9zu %9zu %9zu\n", "users",
		t->user_differences[DIFFERENCE_HEALED], t->user_differences[DIFFERENCE_BROKEN],
		t->user_differences[DIFFERENCE_NONE]);
}

static void findings(const struct tally *t, struct buf *b)
{
	static const enum severity order[] = { SEVERITY_FAIL, SEVERITY_UNKNOWN, SEVERITY_RISK,
		SEVERITY_INFO };
	bool any = false;

	for (size_t s = 0; s < sizeof order / sizeof *order; s++)
		for (size_t i = 0; i < rule_count; i++) {
			if (!t->by_rule[i] || rule_table[i].severity != order[s])
				continue;
			if (!any)
				buf_addf(b, "  %-8s %4s %9s  %s\n", "severity", "rule", "findings",
					"what");
			any = true;
			buf_addf(b, "  %-8s %4u %9zu  %s\n", severity_str(order[s]),
				rule_table[i].id, t->by_rule[i], rule_table[i].name);
		}
	if (!any)
		buf_adds(b, "  no findings\n");
}

/* "301 307 309": the rules that a cause breaks. */
static void add_rules(const struct rollup *r, const struct rollup_cause *c, struct buf *b)
{
	bool any = false;

	for (size_t i = 0; i < rule_count; i++)
		for (size_t k = 0; k < r->row_count; k++)
			if (r->rows[k]->cause == c && r->rows[k]->rule == &rule_table[i] &&
			    rule_table[i].severity != SEVERITY_INFO) {
				buf_addf(b, "%s%u", any ? " " : "", rule_table[i].id);
				any = true;
			}
}

static void causes(const struct rollup *r, struct buf *b)
{
	size_t count = 0, shown;

	/* Those that are mere information stand at the end. */
	while (count < r->cause_count && r->causes[count]->worst != SEVERITY_INFO)
		count++;
	if (!count)
		return;
	shown = count < SUMMARY_CAUSES ? count : SUMMARY_CAUSES - 2;
	buf_addf(b, "\n  %-8s %9s  %s\n", "severity", "users",
		"cause, and where to mend it (--remedies FILE: how)");
	for (size_t i = 0; i < shown; i++) {
		const struct rollup_cause *c = r->causes[i];

		buf_addf(b, "  %-8s %9zu  ", severity_str(c->worst), rollup_users(c));
		add_name(b, c->words);
		buf_adds(b, " (");
		add_rules(r, c, b);
		buf_adds(b, "): ");
		add_name(b, *c->object ? c->object : "on each user");
		buf_addc(b, '\n');
	}
	if (shown < count)
		buf_addf(b, "  and %zu more: --causes FILE has all of them\n", count - shown);
}

void summary_print(const struct judge *j, const struct rollup *r, struct buf *b)
{
	const struct domain *d = j->domain;
	const struct tally *t = &j->tally;

	if (j->assumed)
		assumptions(j->assumed, b);
	add_name(b, d->dns);
	buf_adds(b, ", read from ");
	add_name(b, d->dc.host ? d->dc.host : d->dc.uri);
	if (d->reader_name) {
		buf_adds(b, " as ");
		add_name(b, d->reader_name);
	}
	buf_adds(b, "\nconnector: ");
	add_name(b, d->connector.account.dn ? d->connector.account.dn : "none was found");
	buf_addf(b, "\nrights a reset needs: profile %s\n", j->profile->name);
	buf_addf(b, "users: %zu, distinct descriptors: %zu\n\n", t->users, j->cache.distinct);
	verdicts(t, b);
	if (j->assumed)
		differences(t, b);
	buf_addc(b, '\n');
	findings(t, b);
	causes(r, b);
	if (t->incomplete)
		buf_adds(b, "\nINCOMPLETE: something could not be read; the findings of severity "
			"unknown name it.\n");
}

void summary_identity(const struct tally *t, size_t users, struct buf *b)
{
	bool any = false;

	for (size_t i = 0; i < rule_count; i++)
		any |= t->by_rule[i] > 0;
	if (!any)
		return;
	buf_addf(b, "\nidentities compared: of %zu users\n", users);
	findings(t, b);
}
