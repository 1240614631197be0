/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/logged.h"

#include <string.h>
#include <syslog.h>

#include "core/buf.h"
#include "core/escape.h"

static int
priority_of(enum severity s)
{
	switch (s) {
	case SEVERITY_FAIL: return LOG_ERR;
	case SEVERITY_UNKNOWN:
	case SEVERITY_RISK: return LOG_WARNING;
	case SEVERITY_INFO: break;
	}
	return LOG_INFO;
}

/* key="value", so that no value looks like another key. */
static void
quoted(const char *key, const char *value, struct buf *b)
{
	struct buf safe = BUF_INIT;

	escape_terminal(value, strlen(value), &safe);
	buf_addf(b, " %s=\"", key);
	for (const char *c = buf_str(&safe); *c; c++)
		if (*c == '"')
			buf_adds(b, "\\x22");
		else
			buf_addc(b, *c);
	buf_addc(b, '"');
	buf_fini(&safe);
}

static void
of_rule(const struct rule *r, struct buf *b)
{
	buf_clear(b);
	buf_addf(b, "rule=%u name=%s severity=%s", r->id, r->name, severity_str(r->severity));
}

static void
of_run(const struct outcome *o, struct buf *b)
{
	size_t users = 0;

	for (size_t i = 0; i < o->standing->row_count; i++)
		users += o->standing->rows[i].users;
	buf_addf(b, "run status=%d complete=%s users=%zu", o->status, o->complete ? "yes" : "no",
	    users);
	if (*o->problem)
		quoted("problem", o->problem, b);
}

void
logged_lines(const struct outcome *o, void (*put)(void *arg, int priority, const char *line),
    void *arg)
{
	const struct standing *s = o->standing;
	struct buf b = BUF_INIT;
	size_t fresh;

	of_run(o, &b);
	put(arg, o->complete ? LOG_INFO : LOG_WARNING, buf_str(&b));
	for (size_t i = 0; o->started && i < rule_count; i++) {
		const struct rule *r = &rule_table[i];
		size_t n = standing_open(s, i, o->new_only);

		if (!n && !s->findings[i][FINDING_RESOLVED])
			continue;
		of_rule(r, &b);
		buf_addf(&b, " findings=%zu", standing_open(s, i, false));
		if (o->history)
			buf_addf(&b, " new=%zu resolved=%zu", s->findings[i][FINDING_NEW],
			    s->findings[i][FINDING_RESOLVED]);
		put(arg, n ? priority_of(r->severity) : LOG_INFO, buf_str(&b));
	}
	for (size_t i = 0; i < s->news_count; i++) {
		of_rule(s->news[i].rule, &b);
		buf_adds(&b, " status=new");
		quoted("domain", s->news[i].domain, &b);
		quoted("object", s->news[i].object, &b);
		put(arg, priority_of(s->news[i].rule->severity), buf_str(&b));
	}
	fresh = o->started ? standing_status(s, FINDING_NEW) : 0;
	if (fresh > s->news_count) {
		buf_clear(&b);
		buf_addf(&b, "run more=%zu new findings, not named here", fresh - s->news_count);
		put(arg, LOG_INFO, buf_str(&b));
	}
	buf_fini(&b);
}
