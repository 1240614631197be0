/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/html.h"

#include <stdio.h>

#include "core/adtime.h"
#include "report/controller_words.h"
#include "report/html_text.h"
#include "rules/cause.h"

/* Widths of a bar that is 1000 wide; no style attribute, which the policy of the
 * page forbids. */
static void
bar(const size_t *counts, size_t users, struct buf *b)
{
	size_t before = 0;

	buf_adds(b, "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" "
	    "aria-hidden=\"true\">");
	for (int v = VERDICT_OK; v <= VERDICT_FAIL && users; v++) {
		size_t n = counts[v];
		double x = 1000.0 * (double)before / (double)users;
		double end = 1000.0 * (double)(before + n) / (double)users;

		if (n)
			buf_addf(b, "<rect class=\"%s\" x=\"%d\" width=\"%d\" height=\"10\"/>",
			    verdict_str((enum verdict)v), (int)x, (int)end - (int)x);
		before += n;
	}
	buf_adds(b, "</svg>");
}

static void
verdicts(const struct tally *t, struct buf *b)
{
	buf_addf(b, "<table><caption>What %zu users could do</caption><thead><tr><th scope=\"col\">"
	    "Operation</th>", t->users);
	for (int v = VERDICT_OK; v <= VERDICT_FAIL; v++)
		buf_addf(b, "<th scope=\"col\" class=\"n\">%s</th>", verdict_str((enum verdict)v));
	buf_adds(b, "<td class=\"bar\"></td></tr></thead><tbody>\n");
	for (int op = 0; op < OP_COUNT; op++) {
		buf_addf(b, "<tr><th scope=\"row\">%s</th>", operations_str(1u << op));
		for (int v = VERDICT_OK; v <= VERDICT_FAIL; v++) {
			size_t n = t->verdicts[op][v];

			buf_addf(b, "<td class=\"n%s%s\">%zu</td>", n ? " " : "",
			    n ? verdict_str((enum verdict)v) : "", n);
		}
		buf_adds(b, "<td class=\"bar\">");
		bar(t->verdicts[op], t->users, b);
		buf_adds(b, "</td></tr>\n");
	}
	buf_adds(b, "</tbody></table>\n");
}

static void
differences(const struct tally *t, struct buf *b)
{
	buf_adds(b, "<table><caption>Against now</caption><thead><tr><th scope=\"col\">Operation"
	    "</th><th scope=\"col\" class=\"n\">healed</th><th scope=\"col\" class=\"n\">broken"
	    "</th><th scope=\"col\" class=\"n\">unchanged</th></tr></thead><tbody>\n");
	for (int op = 0; op < OP_COUNT; op++)
		buf_addf(b, "<tr><th scope=\"row\">%s</th><td class=\"n\">%zu</td><td class=\"n\">"
		    "%zu</td><td class=\"n\">%zu</td></tr>\n", operations_str(1u << op),
		    t->differences[op][DIFFERENCE_HEALED], t->differences[op][DIFFERENCE_BROKEN],
		    t->differences[op][DIFFERENCE_NONE]);
	buf_adds(b, "</tbody></table>\n");
}

static void
assumptions(const char *words, struct buf *b)
{
	buf_adds(b, "<div class=\"incomplete\"><strong>ASSUMED</strong>: what follows is not so; it "
	    "would be so if this were done:<ul>");
	while (*words) {
		size_t len = strcspn(words, "\n");

		buf_adds(b, "<li>");
		html_name(b, words, len);
		buf_adds(b, "</li>");
		words += len + (words[len] == '\n');
	}
	buf_adds(b, "</ul></div>\n");
}

static void
fact(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(b, "<dt>%s</dt><dd>", name);
	html_str(b, value);
	buf_adds(b, "</dd>\n");
}

static void
facts(const struct judge *j, struct buf *b)
{
	const struct domain *d = j->domain;
	struct adtime_buf when;

	buf_adds(b, "<dl class=\"facts\">\n");
	fact(b, "Connector account", d->connector.account.dn ? d->connector.account.dn :
	    "none was found");
	fact(b, "Rights a reset needs", j->profile->name);
	fact(b, "Read as", d->reader_name);
	fact(b, "Judged as of", adtime_iso(j->now, &when));
	buf_adds(b, "</dl>\n");
}

/* One controller; `c` NULL: the one that was read, of which nobody else told. */
static void
controller(const struct controller *c, const struct dc *dc, struct buf *b)
{
	bool hints = dc && dc->has_controls;

	buf_adds(b, "<tr><th scope=\"row\">");
	html_str(b, c ? c->name : dc->host ? dc->host : dc->uri);
	buf_adds(b, "</th><td>");
	html_str(b, c ? c->site : NULL);
	buf_adds(b, "</td><td>");
	controller_roles(c, dc, b);
	buf_adds(b, "</td><td>");
	html_str(b, controller_system(c, dc));
	buf_adds(b, "<small>");
	if (dc && dc->dc_level.known == KNOWN_SET)
		buf_addf(b, "functional level of %s", dc_level_name(dc->dc_level.value));
	buf_addf(b, "</small></td><td class=\"%s\">%s</td><td%s>", !hints ? "unknown" :
	    dc->policy_hints ? "ok" : "fail", !hints ? "unknown" : dc->policy_hints ? "yes" : "no",
	    c && c->state == CONTROLLER_FAILED ? " class=\"fail\"" : "");
	controller_state_words(c, b);
	if (c && c->state == CONTROLLER_FAILED) {
		buf_adds(b, "<small>");
		html_str(b, c->problem);
		buf_adds(b, "</small>");
	}
	buf_adds(b, "</td></tr>\n");
}

static void
controllers(const struct domain *d, struct buf *b)
{
	static const char *const heads[] = { "Name", "Site", "Roles", "System",
		"Takes policy hints", "State" };
	const struct controllers_seen *all = &d->controllers;

	buf_adds(b, "<div class=\"wide\"><table><caption>Domain controllers</caption><thead><tr>");
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		buf_addf(b, "<th scope=\"col\">%s</th>", heads[i]);
	buf_adds(b, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < all->count; i++)
		controller(&all->list[i], controller_dc(&all->list[i], &d->dc), b);
	if (!all->count)
		controller(NULL, &d->dc, b);
	buf_adds(b, "</tbody></table></div>\n");
	if (!all->problem)
		return;
	buf_adds(b, "<p>There may be more: ");
	html_str(b, all->problem);
	buf_adds(b, "</p>\n");
}

/* What mends a cause, each word once: its rules often share one. */
static void
cures(const struct rollup *r, const struct rollup_cause *c, struct buf *b)
{
	for (size_t i = 0; i < r->row_count; i++) {
		bool again = false;

		if (r->rows[i]->cause != c || r->rows[i]->rule->severity == SEVERITY_INFO)
			continue;
		for (size_t k = 0; k < i && !again; k++)
			again = r->rows[k]->cause == c &&
				r->rows[k]->rule->severity != SEVERITY_INFO &&
				!strcmp(r->rows[k]->remedy, r->rows[i]->remedy);
		if (again)
			continue;
		buf_adds(b, "<li>");
		html_text(b, r->rows[i]->remedy);
		buf_adds(b, "</li>");
	}
}

static void
cause_rules(const struct rollup *r, const struct rollup_cause *c, struct buf *b)
{
	for (const struct rule *rule = NULL; (rule = rollup_next_rule(r, c, rule));)
		buf_addf(b, " <a href=\"#rule-%u\">%u</a>", rule->id, rule->id);
}

static void
causes(const struct rollup *r, struct buf *b)
{
	size_t count = rollup_pressing(r), shown;

	if (!count)
		return;
	shown = count < HTML_CAUSES ? count : HTML_CAUSES;
	buf_adds(b, "<h3>Causes</h3>\n<div class=\"wide\"><table><caption>"
	    "What is behind it, most users first within a "
	    "severity</caption><thead><tr><th scope=\"col\">Severity</th><th scope=\"col\" "
	    "class=\"n\">Users</th><th scope=\"col\">Cause, where, and rules</th>"
	    "<th scope=\"col\">What mends it</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < shown; i++) {
		const struct rollup_cause *c = r->causes[i];
		const char *severity = severity_str(c->worst);

		buf_addf(b, "<tr><td class=\"%s\">%s</td><td class=\"n\">%zu</td><th scope=\"row\">",
		    severity, severity, rollup_users(c));
		html_str(b, c->words);
		buf_adds(b, "<small>");
		if (*c->object)
			html_str(b, c->object);
		else
			buf_adds(b, "on each user");
		cause_rules(r, c, b);
		buf_adds(b, "</small></th><td><ul>");
		cures(r, c, b);
		buf_adds(b, "</ul></td></tr>\n");
	}
	buf_adds(b, "</tbody></table></div>\n");
	if (shown < count)
		buf_addf(b, "<p>And %zu more: <code>--causes FILE</code> has all of them.</p>\n",
		    count - shown);
}

void
html_findings(const struct tally *t, bool *rules, struct buf *b)
{
	buf_adds(b, "<table><caption>Findings by rule</caption><thead><tr><th scope=\"col\">Severity"
	    "</th><th scope=\"col\" class=\"n\">Findings</th><th scope=\"col\">Rule</th></tr>"
	    "</thead><tbody>\n");
	for (size_t i = 0; i < rule_count; i++) {
		const struct rule *r = rule_worst_first(i);
		size_t n = t->by_rule[r - rule_table];

		if (!n)
			continue;
		rules[r - rule_table] = true;
		buf_addf(b, "<tr><td class=\"%s\">%s</td><td class=\"n\">%zu</td>"
		    "<th scope=\"row\"><a href=\"#rule-%u\">%u</a> ", severity_str(r->severity),
		    severity_str(r->severity), n, r->id, r->id);
		html_text(b, r->title);
		buf_adds(b, "</th></tr>\n");
	}
	buf_adds(b, "</tbody></table>\n");
}

/* A heading that can be gone to. */
static void
begin(struct html *h, const char *id, const char *title, size_t len)
{
	buf_addf(&h->nav, "<li><a href=\"#%s\">", id);
	html_name(&h->nav, title, len);
	buf_adds(&h->nav, "</a></li>\n");
	buf_addf(&h->body, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">", id, id);
	html_name(&h->body, title, len);
	buf_adds(&h->body, "</h2>\n");
}

int
html_section(struct html *h, const struct html_section *s)
{
	const struct judge *j = s->judge;
	struct buf *b = &h->body;
	char id[32];

	snprintf(id, sizeof id, "d%u-%u", h->number, h->sections++);
	begin(h, id, j->domain->dns, strlen(j->domain->dns));
	if (j->assumed)
		assumptions(j->assumed, b);
	if (j->tally.incomplete)
		buf_adds(b, "<p class=\"incomplete\"><strong>INCOMPLETE</strong>: something could not "
		    "be read here.</p>\n");
	facts(j, b);
	verdicts(&j->tally, b);
	if (j->assumed)
		differences(&j->tally, b);
	controllers(j->domain, b);
	causes(s->causes, b);
	if (s->points)
		html_trend(s->points, s->point_count, id, b);
	buf_adds(b, "<h3>Findings</h3>\n");
	if (tally_any(&j->tally))
		html_findings(&j->tally, h->rules, b);
	else
		buf_adds(b, "<p>None.</p>\n");
	if (j->tally.suppressed)
		buf_addf(b, "<p>And %zu that <a href=\"#h-suppressed\">do not count</a>.</p>\n",
		    j->tally.suppressed);
	buf_adds(b, "</section>\n");
	return buf_failed(b) || buf_failed(&h->nav) ? -1 : 0;
}

int
html_missing(struct html *h, const char *name)
{
	char id[32];

	snprintf(id, sizeof id, "d%u-%u", h->number, h->sections++);
	begin(h, id, name, strlen(name));
	buf_adds(&h->body, "<p class=\"incomplete\"><strong>INCOMPLETE</strong>: this domain could not "
	    "be read at all; the messages of the run say why.</p>\n</section>\n");
	return buf_failed(&h->body) || buf_failed(&h->nav) ? -1 : 0;
}

int
html_identities(struct html *h, const struct tally *t)
{
	static const char title[] = "Users compared with each other";

	if (!t->by_rule || !tally_any(t))
		return 0;
	begin(h, "identities", title, sizeof title - 1);
	html_findings(t, h->rules, &h->body);
	buf_adds(&h->body, "</section>\n");
	return buf_failed(&h->body) || buf_failed(&h->nav) ? -1 : 0;
}
