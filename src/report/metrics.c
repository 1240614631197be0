/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/metrics.h"

#include <inttypes.h>
#include <string.h>

#include "core/adtime.h"
#include "core/escape.h"
#include "core/utf8.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

#define PREFIX "writeback_audit_"

static const enum verdict verdicts[] = { VERDICT_OK, VERDICT_RISK, VERDICT_UNKNOWN, VERDICT_FAIL };

void
metrics_label(const char *value, struct buf *b)
{
	bool utf8 = utf8_valid(value, strlen(value));

	for (; *value; value++)
		if (*value == '\n')
			buf_adds(b, "\\n");
		else if ((unsigned char)*value >= 0x80 && !utf8)
			buf_adds(b, "\xef\xbf\xbd");	/* U+FFFD */
		else {
			if (*value == '\\' || *value == '"')
				buf_addc(b, '\\');
			buf_addc(b, *value);
		}
}

static void
family(const char *name, const char *help, struct buf *b)
{
	buf_addf(b, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s gauge\n", name, help, name);
}

static void
single(const char *name, const char *help, int64_t value, struct buf *b)
{
	family(name, help, b);
	buf_addf(b, PREFIX "%s %" PRId64 "\n", name, value);
}

/* The labels that a domain's numbers have, the brace left open. */
static void
of_row(const char *name, const struct standing_row *row, struct buf *b)
{
	buf_addf(b, PREFIX "%s{domain=\"", name);
	metrics_label(row->domain, b);
	buf_adds(b, "\",connector=\"");
	metrics_label(row->connector, b);
	buf_addc(b, '"');
}

static void
domains(const struct standing *s, struct buf *b)
{
	family("users", "Users that were judged.", b);
	for (size_t i = 0; i < s->row_count; i++) {
		of_row("users", &s->rows[i], b);
		buf_addf(b, "} %zu\n", s->rows[i].users);
	}
	family("verdicts", "Users by operation and verdict.", b);
	for (size_t i = 0; i < s->row_count; i++)
		for (int op = 0; op < OP_COUNT; op++)
			for (size_t v = 0; v < sizeof verdicts / sizeof *verdicts; v++) {
				of_row("verdicts", &s->rows[i], b);
				buf_addf(b, ",operation=\"%s\",verdict=\"%s\"} %zu\n",
				    operations_str(1u << op), verdict_str(verdicts[v]),
				    s->rows[i].verdicts[op][verdicts[v]]);
			}
	family("controller_info", "The domain controller that was read.", b);
	for (size_t i = 0; i < s->row_count; i++) {
		of_row("controller_info", &s->rows[i], b);
		buf_adds(b, ",controller=\"");
		metrics_label(s->rows[i].controller, b);
		buf_adds(b, "\"} 1\n");
	}
}

static void
of_rule(const char *name, const struct rule *r, struct buf *b)
{
	buf_addf(b, PREFIX "%s{rule=\"%u\",name=\"%s\",severity=\"%s\"", name, r->id, r->name,
	    severity_str(r->severity));
}

/* All rules, those that found nothing too: a series that comes and goes cannot be
 * told from one that nobody writes any more. */
static void
findings(const struct outcome *o, struct buf *b)
{
	static const enum finding_status kept[] = { FINDING_NEW, FINDING_KNOWN, FINDING_RESOLVED };
	const struct standing *s = o->standing;

	family("findings", "Findings by rule.", b);
	for (size_t i = 0; i < rule_count; i++) {
		of_rule("findings", &rule_table[i], b);
		buf_addf(b, "} %zu\n", standing_open(s, i, false));
	}
	family("suppressed_findings", "Findings that do not count: somebody has answered for them.",
	    b);
	for (size_t i = 0; i < rule_count; i++) {
		of_rule("suppressed_findings", &rule_table[i], b);
		buf_addf(b, "} %zu\n", s->suppressed[i]);
	}
	if (!o->history)
		return;
	family("history_findings", "Findings by rule, and what earlier runs say of them.", b);
	for (size_t i = 0; i < rule_count; i++)
		for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
			of_rule("history_findings", &rule_table[i], b);
			buf_addf(b, ",status=\"%s\"} %zu\n", finding_status_str(kept[k]),
			    s->findings[i][kept[k]]);
		}
}

void
metrics_text(const struct outcome *o, struct buf *b)
{
	family("build_info", "The program that ran.", b);
	buf_adds(b, PREFIX "build_info{version=\"" PACKAGE_VERSION "\"} 1\n");
	/* Seconds from 1601 to 1970. */
	single("last_run_timestamp_seconds", "When the audit was made, since 1970.",
	    o->when / ADTIME_SECOND - INT64_C(11644473600), b);
	family("duration_seconds", "How long it took.", b);
	buf_addf(b, PREFIX "duration_seconds %.3f\n", o->seconds);
	single("complete", "1 when all was read and all reports were written.", o->complete, b);
	single("exit_status", "0 nothing found, 1 findings, 2 could not start, 3 not complete.",
	    o->status, b);
	if (!o->started)
		return;		/* nothing is known: no zeros that look like good news */
	domains(o->standing, b);
	findings(o, b);
}
