/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/logged.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "core/buf.h"
#include "core/escape.h"

/* Drawn once, by chance; the last four digits are the rule's. */
#define ID_BASE "9cc04ba652d64603ae792fb39d60"
#define VALUE_MAX 2048	/* bytes: a datagram has its limits, a directory's names have none */

/* One line in the making, in both forms. */
struct line {
	struct buf text, fields;
};

const char *
logged_id(unsigned rule, struct logged_id *id)
{
	snprintf(id->s, sizeof id->s, ID_BASE "%04u", rule % 10000);
	return id->s;
}

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

static void
field(struct line *l, const char *key, const char *value)
{
	buf_adds(&l->fields, "WRITEBACK_");
	for (; *key; key++)
		buf_addc(&l->fields, (char)(*key >= 'a' && *key <= 'z' ? *key - 'a' + 'A' : *key));
	buf_addf(&l->fields, "=%s\n", value);
}

/* key=value, of what is ours. */
static void
word(struct line *l, const char *key, const char *value)
{
	buf_addf(&l->text, "%s%s=%s", l->text.len ? " " : "", key, value);
	field(l, key, value);
}

static void
number(struct line *l, const char *key, size_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%zu", value);
	word(l, key, text);
}

/* key="value", so that no value looks like another key. */
static void
quoted(struct line *l, const char *key, const char *value)
{
	struct buf safe = BUF_INIT;
	size_t len = strlen(value), most = len;

	/* Not within a character of UTF-8. */
	if (len > VALUE_MAX)
		for (most = VALUE_MAX; most && ((unsigned char)value[most] & 0xc0) == 0x80; most--)
			continue;
	escape_terminal(value, most, &safe);
	if (most < len)
		buf_adds(&safe, "...");
	buf_addf(&l->text, "%s%s=\"", l->text.len ? " " : "", key);
	for (const char *c = buf_str(&safe); *c; c++)
		if (*c == '"')
			buf_adds(&l->text, "\\x22");
		else
			buf_addc(&l->text, *c);
	buf_addc(&l->text, '"');
	field(l, key, buf_str(&safe));
	buf_fini(&safe);
}

static void
of_rule(const struct rule *r, struct line *l)
{
	buf_clear(&l->text);
	buf_clear(&l->fields);
	number(l, "rule", r->id);
	word(l, "name", r->name);
	word(l, "severity", severity_str(r->severity));
}

static void
of_run(const struct outcome *o, struct line *l)
{
	size_t users = 0, suppressed = 0;

	for (size_t i = 0; i < o->standing->row_count; i++)
		users += o->standing->rows[i].users;
	for (size_t i = 0; o->started && i < rule_count; i++)
		suppressed += o->standing->suppressed[i];
	buf_adds(&l->text, "run");
	number(l, "status", (size_t)o->status);
	word(l, "complete", o->complete ? "yes" : "no");
	number(l, "users", users);
	if (suppressed)
		number(l, "suppressed", suppressed);
	if (*o->problem)
		quoted(l, "problem", o->problem);
}

void
logged_lines(const struct outcome *o, void (*put)(void *arg, const struct logged *), void *arg)
{
	const struct standing *s = o->standing;
	struct line l = { BUF_INIT, BUF_INIT };
	size_t fresh;

#define PUT(priority, rule) put(arg, &(struct logged){ priority, rule, buf_str(&l.text), \
	buf_str(&l.fields) })
	of_run(o, &l);
	PUT(o->complete ? LOG_INFO : LOG_WARNING, 0);
	for (size_t i = 0; o->started && i < rule_count; i++) {
		const struct rule *r = &rule_table[i];
		size_t n = standing_open(s, i, o->new_only);

		if (!n && !s->findings[i][FINDING_RESOLVED])
			continue;
		of_rule(r, &l);
		number(&l, "findings", standing_open(s, i, false));
		if (o->history) {
			number(&l, "new", s->findings[i][FINDING_NEW]);
			number(&l, "resolved", s->findings[i][FINDING_RESOLVED]);
		}
		PUT(n ? priority_of(r->severity) : LOG_INFO, r->id);
	}
	for (size_t i = 0; i < s->news_count; i++) {
		const struct rule *r = s->news[i].rule;

		of_rule(r, &l);
		word(&l, "status", "new");
		quoted(&l, "domain", s->news[i].domain);
		quoted(&l, "object", s->news[i].object);
		PUT(priority_of(r->severity), r->id);
	}
	fresh = o->started ? standing_status(s, FINDING_NEW) : 0;
	if (fresh > s->news_count) {
		buf_clear(&l.text);
		buf_clear(&l.fields);
		buf_adds(&l.text, "run");
		number(&l, "more", fresh - s->news_count);
		buf_adds(&l.text, " new findings, not named here");
		PUT(LOG_INFO, 0);
	}
#undef PUT
	buf_fini(&l.text);
	buf_fini(&l.fields);
}
