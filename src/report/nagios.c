/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/nagios.h"

#include <string.h>

#include "core/escape.h"

enum nagios
nagios_state(const struct outcome *o)
{
	if (o->started && o->alarm)
		return NAGIOS_CRITICAL;
	if (!o->started || !o->complete)
		return NAGIOS_UNKNOWN;
	if (o->never)
		return NAGIOS_OK;
	for (int s = SEVERITY_RISK; s <= SEVERITY_FAIL; s++)
		if (standing_severity(o->standing, (enum severity)s, o->new_only))
			return NAGIOS_WARNING;
	return NAGIOS_OK;
}

/* The bar begins the numbers, so there is none in words. */
static void
words(const char *text, struct buf *b)
{
	struct buf safe = BUF_INIT;

	escape_terminal(text, strlen(text), &safe);
	for (const char *c = buf_str(&safe); *c; c++)
		buf_addc(b, *c == '|' ? '/' : *c);
	buf_fini(&safe);
}

static size_t
verdicts(const struct standing *s, int op, enum verdict v)
{
	size_t n = 0;

	for (size_t i = 0; i < s->row_count; i++)
		n += s->rows[i].verdicts[op][v];
	return n;
}

static void
numbers(const struct outcome *o, size_t users, struct buf *b)
{
	static const enum verdict named[] = { VERDICT_FAIL, VERDICT_UNKNOWN, VERDICT_RISK };
	const struct standing *s = o->standing;

	buf_addf(b, "|users=%zu;;;0", users);
	for (int op = 0; op < OP_COUNT; op++)
		for (size_t v = 0; v < sizeof named / sizeof *named; v++)
			buf_addf(b, " %s_%s=%zu;;;0;%zu", operations_str(1u << op),
			    verdict_str(named[v]), verdicts(s, op, named[v]), users);
	for (int v = SEVERITY_FAIL; v >= SEVERITY_INFO; v--)
		buf_addf(b, " findings_%s=%zu;;;0", severity_str((enum severity)v),
		    standing_severity(s, (enum severity)v, false));
	if (o->history)
		buf_addf(b, " findings_new=%zu;;;0 findings_resolved=%zu;;;0",
		    standing_status(s, FINDING_NEW), standing_status(s, FINDING_RESOLVED));
	buf_addf(b, " time=%.3fs;;;0", o->seconds);
}

void
nagios_line(const struct outcome *o, struct buf *b)
{
	static const char *const states[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	const struct standing *s = o->standing;
	size_t users = 0, suppressed = 0;

	buf_addf(b, "WRITEBACK %s - ", states[nagios_state(o)]);
	if (!o->started) {
		buf_adds(b, "the audit could not start");
		if (*o->problem) {
			buf_adds(b, ": ");
			words(o->problem, b);
		}
		buf_addc(b, '\n');
		return;
	}
	for (size_t i = 0; i < s->row_count; i++)
		users += s->rows[i].users;
	buf_addf(b, "%zu user%s, writeback fails:", users, users == 1 ? "" : "s");
	for (int op = 0; op < OP_COUNT; op++)
		buf_addf(b, " %s %zu%s", operations_str(1u << op), verdicts(s, op, VERDICT_FAIL),
		    op + 1 < OP_COUNT ? "," : "");
	buf_addf(b, "; %sfindings:", o->new_only ? "new " : "");
	for (int v = SEVERITY_FAIL; v >= SEVERITY_RISK; v--)
		buf_addf(b, " %zu %s%s", standing_severity(s, (enum severity)v, o->new_only),
		    severity_str((enum severity)v), v > SEVERITY_RISK ? "," : "");
	if (o->history)
		buf_addf(b, "; %zu new, %zu resolved", standing_status(s, FINDING_NEW),
		    standing_status(s, FINDING_RESOLVED));
	for (size_t i = 0; i < rule_count; i++)
		suppressed += s->suppressed[i];
	if (suppressed)
		buf_addf(b, "; %zu suppressed", suppressed);
	if (!o->complete) {
		buf_adds(b, "; INCOMPLETE");
		if (*o->problem) {
			buf_adds(b, ": ");
			words(o->problem, b);
		}
	}
	numbers(o, users, b);
	buf_addc(b, '\n');
}
