/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/escape.h"
#include "report/controller_words.h"

static void
add_name(struct buf *b, const char *s)
{
	if (s)
		escape_terminal(s, strlen(s), b);
}

static void
verdicts(const struct tally *t, struct buf *b)
{
	buf_addf(b, "  %-10s %9s %9s %9s %9s\n", "operation", "ok", "risk", "unknown", "fail");
	for (int op = 0; op < OP_COUNT; op++)
		buf_addf(b, "  %-10s %9zu %9zu %9zu %9zu\n", operations_str(1u << op),
		    t->verdicts[op][VERDICT_OK], t->verdicts[op][VERDICT_RISK],
		    t->verdicts[op][VERDICT_UNKNOWN], t->verdicts[op][VERDICT_FAIL]);
}

/* What the assumptions change: in every report that has them, before all else. */
static void
assumptions(const char *words, struct buf *b)
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

static void
differences(const struct tally *t, struct buf *b)
{
	buf_addf(b, "\n  %-10s %9s %9s %9s\n", "against now", "healed", "broken", "unchanged");
	for (int op = 0; op < OP_COUNT; op++)
		buf_addf(b, "  %-10s  %9zu %9zu %9zu\n", operations_str(1u << op),
		    t->differences[op][DIFFERENCE_HEALED], t->differences[op][DIFFERENCE_BROKEN],
		    t->differences[op][DIFFERENCE_NONE]);
	buf_addf(b, "  %-10s  %9zu %9zu %9zu\n", "users",
	    t->user_differences[DIFFERENCE_HEALED], t->user_differences[DIFFERENCE_BROKEN],
	    t->user_differences[DIFFERENCE_NONE]);
}

static void
findings(const struct tally *t, struct buf *b)
{
	if (tally_any(t))
		buf_addf(b, "  %-8s %4s %9s  %s\n", "severity", "rule", "findings", "what");
	else
		buf_adds(b, "  no findings\n");
	for (size_t i = 0; i < rule_count; i++) {
		const struct rule *r = rule_worst_first(i);
		size_t n = t->by_rule[r - rule_table];

		if (n)
			buf_addf(b, "  %-8s %4u %9zu  %s\n", severity_str(r->severity), r->id, n,
			    r->name);
	}
	if (t->suppressed)
		buf_addf(b, "  and %zu suppressed, which do not count: --show-suppressed\n",
		    t->suppressed);
}

/* "301 307 309": the rules that a cause breaks. */
static void
add_rules(const struct rollup *r, const struct rollup_cause *c, struct buf *b)
{
	const char *sep = "";

	for (const struct rule *rule = NULL; (rule = rollup_next_rule(r, c, rule)); sep = " ")
		buf_addf(b, "%s%u", sep, rule->id);
}

static void
causes(const struct rollup *r, struct buf *b)
{
	size_t count = rollup_pressing(r), shown;

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

/* The controllers of the domain, in columns as wide as what they hold. */

#define TABLE_COLUMNS 7

struct table_row {
	struct buf cell[TABLE_COLUMNS];
};

static void
system_of(const struct controller *c, const struct dc *dc, struct buf *b)
{
	int64_t level = dc && dc->dc_level.known == KNOWN_SET ? dc->dc_level.value :
		c->level.known == KNOWN_SET ? c->level.value : -1;

	add_name(b, controller_system(c, dc));
	if (level >= 0)
		buf_addf(b, "%slevel %" PRId64, b->len ? ", " : "", level);
}

/* How far its clock is from this host's: "+2 s". */
static void
skew(const struct dc *dc, struct buf *b)
{
	int64_t n;

	if (!dc || dc->time.known != KNOWN_SET)
		return;
	n = (dc->time.value - dc->time_read_at) / ADTIME_SECOND;
	buf_addf(b, "%+" PRId64 " s", n);
}

static void
fill(struct table_row *r, const struct controller *c, const struct domain *d)
{
	const struct dc *dc = controller_dc(c, &d->dc);

	add_name(&r->cell[0], c->name);
	add_name(&r->cell[1], c->site);
	controller_roles(c, dc, &r->cell[2]);
	if (dc && dc->has_controls)
		buf_adds(&r->cell[3], dc->policy_hints ? "yes" : "no");
	system_of(c, dc, &r->cell[4]);
	skew(dc, &r->cell[5]);
	controller_state_words(c, &r->cell[6]);
	for (size_t i = 0; i < TABLE_COLUMNS; i++)
		if (!r->cell[i].len)
			buf_addc(&r->cell[i], '-');
}

/* Code points of UTF-8: near enough to columns. */
static size_t
width(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += ((unsigned char)b->data[i] & 0xc0) != 0x80;
	return n;
}

static void
print_row(const struct table_row *r, const size_t *widths, struct buf *b)
{
	buf_adds(b, " ");
	for (size_t i = 0; i < TABLE_COLUMNS; i++) {
		buf_addc(b, ' ');
		buf_add(b, r->cell[i].data, r->cell[i].len);
		for (size_t w = width(&r->cell[i]); i + 1 < TABLE_COLUMNS && w < widths[i]; w++)
			buf_addc(b, ' ');
	}
	buf_addc(b, '\n');
}

static void
controllers(const struct domain *d, struct buf *b)
{
	static const char *const heads[TABLE_COLUMNS] = { "controller", "site", "roles", "hints",
		"system", "clock", "state" };
	size_t widths[TABLE_COLUMNS] = { 0 }, count = d->controllers.count;
	struct table_row *rows = count ? calloc(count + 1, sizeof *rows) : NULL;

	if (!rows)
		return;
	for (size_t i = 0; i < TABLE_COLUMNS; i++)
		buf_adds(&rows[0].cell[i], heads[i]);
	for (size_t i = 0; i < count; i++)
		fill(&rows[i + 1], &d->controllers.list[i], d);
	for (size_t r = 0; r <= count; r++)
		for (size_t i = 0; i < TABLE_COLUMNS; i++)
			if (width(&rows[r].cell[i]) > widths[i])
				widths[i] = width(&rows[r].cell[i]);
	buf_addc(b, '\n');
	for (size_t r = 0; r <= count; r++)
		print_row(&rows[r], widths, b);
	for (size_t r = 0; r <= count; r++)
		for (size_t i = 0; i < TABLE_COLUMNS; i++)
			buf_fini(&rows[r].cell[i]);
	free(rows);
	if (d->controllers.problem) {
		buf_adds(b, "  there may be more: ");
		add_name(b, d->controllers.problem);
		buf_addc(b, '\n');
	}
}

void
summary_print(const struct judge *j, const struct rollup *r, struct buf *b)
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
	buf_addf(b, "users: %zu, distinct descriptors: %zu\n", t->users, j->cache.distinct);
	controllers(d, b);
	buf_addc(b, '\n');
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

void
summary_identity(const struct tally *t, size_t users, struct buf *b)
{
	if (!tally_any(t))
		return;
	buf_addf(b, "\nidentities compared: of %zu users\n", users);
	findings(t, b);
}
