/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "history_tell.h"

#include <inttypes.h>

#include "core/adtime.h"
#include "core/escape.h"
#include "core/guid.h"

static void
add_text(struct buf *b, struct value v)
{
	if (v.data)
		escape_terminal((const char *)v.data, v.len, b);
}

static void
add_time(struct buf *b, int64_t t)
{
	struct adtime_buf when;

	buf_adds(b, adtime_iso(t, &when));
}

const char history_tell_runs_head[] = "  run  when                  complete    users  reset x "
	"change x unlock x      new resolved\n";

void
history_tell_run(const struct history_run *r, struct buf *b)
{
	const int64_t numbers[] = { r->users, r->fail[0], r->fail[1], r->fail[2], r->fresh,
		r->resolved };

	buf_addf(b, "%5" PRId64 "  ", r->id);
	add_time(b, r->at);
	buf_addf(b, "  %-8s", r->complete ? "yes" : "no");
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		buf_addf(b, " %8" PRId64, numbers[i]);
	buf_addc(b, '\n');
}

void
history_tell_run_head(const struct history_run *r, struct buf *b)
{
	buf_addf(b, "run %" PRId64 ", ", r->id);
	add_time(b, r->at);
	buf_adds(b, ", by writeback-audit ");
	add_text(b, r->version);
	buf_addf(b, "\n%s\nfindings: %" PRId64 " new, %" PRId64 " resolved\n", r->complete ?
	    "complete: all that was asked for was read" :
	    "INCOMPLETE: something could not be read", r->fresh, r->resolved);
}

static void
add_line(struct buf *b, const char *what, struct value v, const char *otherwise)
{
	buf_addf(b, "  %-11s ", what);
	if (v.len)
		add_text(b, v);
	else
		buf_adds(b, otherwise);
	buf_addc(b, '\n');
}

void
history_tell_reading(const struct history_reading *r, struct buf *b)
{
	buf_addc(b, '\n');
	add_text(b, r->domain);
	buf_adds(b, "\n");
	add_line(b, "connector", r->connector, "none was found");
	add_line(b, "read from", r->controller, "not known");
	add_line(b, "as", r->reader, "not known");
	add_line(b, "users below", r->base, "the whole domain");
	buf_addf(b, "  %-11s %" PRId64 "%s\n\n", "users", r->users, r->whole ? "" :
	    ": not all, a filter chose them or the reading broke off");
	buf_addf(b, "  %-8s %9s %9s %9s %9s\n", "", "ok", "risk", "unknown", "fail");
	for (int op = 0; op < OP_COUNT; op++) {
		buf_addf(b, "  %-8s", operations_str(1u << op));
		for (int v = VERDICT_OK; v <= VERDICT_FAIL; v++)
			buf_addf(b, " %9" PRId64, r->verdicts[op][v]);
		buf_addc(b, '\n');
	}
	buf_adds(b, "\n  findings:");
	for (int v = SEVERITY_FAIL; v >= SEVERITY_INFO; v--)
		buf_addf(b, " %" PRId64 " %s%s", r->findings[v], severity_str((enum severity)v),
		    v > SEVERITY_INFO ? "," : "\n");
}

/* Since when, until when, what. */
static void
add_what(struct buf *b, const struct history_episode *e, const char *state)
{
	const struct rule *rule = rule_find(e->rule);

	buf_addf(b, "%-9s ", state);
	add_time(b, e->first_seen);
	if (e->resolved) {
		buf_adds(b, " to ");
		add_time(b, e->resolved_at);
	}
	buf_addf(b, "  %u %s", e->rule, rule ? rule->name : "");
}

static void
add_evidence(struct buf *b, const struct history_episode *e)
{
	if (e->evidence.len) {
		buf_adds(b, ": ");
		add_text(b, e->evidence);
	}
	buf_addc(b, '\n');
}

void
history_tell_finding(const struct history_episode *e, const char *state, struct buf *b)
{
	add_what(b, e, state);
	buf_adds(b, "  ");
	add_text(b, e->object);
	add_evidence(b, e);
}

void
history_tell_episode(const struct history_episode *e, const char *state, struct buf *b)
{
	add_what(b, e, state);
	add_evidence(b, e);
}

static void
add_more(struct buf *b, struct value v)
{
	if (!v.len)
		return;
	buf_adds(b, ", ");
	add_text(b, v);
}

void
history_tell_object(const struct history_episode *e, struct buf *b)
{
	struct guid_buf text;
	struct guid guid;

	add_text(b, e->object);
	add_more(b, e->sam);
	add_more(b, e->upn);
	add_more(b, e->sid);
	if (guid_parse(e->guid.data, e->guid.len, &guid) == ERR_OK)
		buf_addf(b, ", %s", guid_str(&guid, &text));
	buf_addc(b, '\n');
}

void
history_tell_former(const struct history_former *f, struct buf *b)
{
	buf_adds(b, "until ");
	add_time(b, f->until);
	buf_adds(b, ": ");
	add_text(b, f->object);
	add_more(b, f->sam);
	add_more(b, f->upn);
	buf_addc(b, '\n');
}
