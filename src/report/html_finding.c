/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>

#include "core/adtime.h"
#include "report/html.h"
#include "report/html_text.h"
#include "rules/suppress.h"

#define EVIDENCE_MAX 300	/* bytes of it; the CSV has the rest */

static const struct {
	const char *id, *caption, *last;	/* the heading of the last column; NULL: none */
} lists[HTML_LISTS] = {
	[HTML_NEW] = { "new", "New findings, worst first", NULL },
	[HTML_RESOLVED] = { "resolved", "Resolved, as they were", "First seen" },
	[HTML_SUPPRESSED] = { "suppressed", "Findings that do not count", "Why, and who answers for it" },
};

static void
evidence(struct buf *b, const char *text)
{
	size_t len = text ? strlen(text) : 0, most = len;

	/* Not within a character of UTF-8. */
	if (len > EVIDENCE_MAX)
		for (most = EVIDENCE_MAX; most && ((unsigned char)text[most] & 0xc0) == 0x80; most--)
			continue;
	html_name(b, text ? text : "", most);
	if (most < len)
		buf_adds(b, " \u2026");
}

static void
row(enum html_list list, const struct finding *f, const struct rule *r, struct buf *b)
{
	const struct account *a = f->account;
	struct buf words = BUF_INIT;
	struct adtime_buf when;

	buf_addf(b, "<tr><td class=\"%s\">%s</td><th scope=\"row\">", severity_str(r->severity),
	    severity_str(r->severity));
	if (a && a->sam.data) {
		html_name(b, (const char *)a->sam.data, a->sam.len);
		buf_adds(b, "<small>");
		html_str(b, f->object);
		buf_adds(b, "</small>");
	} else {
		html_str(b, f->object);
	}
	buf_addf(b, "</th><td><a href=\"#rule-%u\">%u</a> ", r->id, r->id);
	html_text(b, r->title);
	buf_adds(b, "<small>");
	evidence(b, f->evidence);
	buf_adds(b, "</small></td>");
	if (list == HTML_RESOLVED)
		buf_addf(b, "<td><time>%s</time></td>", adtime_iso(f->first_seen, &when));
	if (list == HTML_SUPPRESSED) {
		suppression_words(f->suppression, true, &words);
		buf_adds(b, "<td>");
		html_str(b, buf_str(&words));
		buf_adds(b, "</td>");
	}
	buf_adds(b, "</tr>\n");
	buf_fini(&words);
}

int
html_finding(struct html *h, const struct finding *f)
{
	const struct rule *r = rule_find(f->rule);
	enum html_list list = f->suppressed ? HTML_SUPPRESSED :
		f->status == FINDING_RESOLVED ? HTML_RESOLVED : HTML_NEW;
	struct html_listed *l = &h->lists[list];

	if (f->suppressed && f->status == FINDING_RESOLVED)
		return 0;
	if (list == HTML_NEW && f->status != FINDING_NEW) {
		h->known += f->status == FINDING_KNOWN;
		return 0;
	}
	l->count++;
	if (l->shown[r->severity] == HTML_LISTED)
		return 0;
	l->shown[r->severity]++;
	row(list, f, r, &l->rows[r->severity]);
	h->rules[r - rule_table] = true;
	return buf_failed(&l->rows[r->severity]) ? -1 : 0;
}

void
html_listed_fini(struct html_listed *l)
{
	for (int s = SEVERITY_INFO; s <= SEVERITY_FAIL; s++)
		buf_fini(&l->rows[s]);
}

/* Up to `left` rows of them, each a line. How many. */
static size_t
add_rows(const struct buf *rows, size_t left, struct buf *b)
{
	const char *at = buf_str(rows), *end;
	size_t n = 0;

	for (; n < left && (end = strchr(at, '\n')); n++) {
		buf_add(b, at, (size_t)(end - at) + 1);
		at = end + 1;
	}
	return n;
}

/* The table of what all parts have for a list. */
static void
table(const struct html_page *p, enum html_list list, uint64_t count, struct buf *b)
{
	size_t shown = 0;

	buf_addf(b, "<div class=\"wide\"><table id=\"%s\"><caption>%s</caption><thead><tr>"
	    "<th scope=\"col\">Severity</th><th scope=\"col\">Of</th><th scope=\"col\">Finding, and "
	    "what was read</th>", lists[list].id, lists[list].caption);
	if (lists[list].last)
		buf_addf(b, "<th scope=\"col\">%s</th>", lists[list].last);
	buf_adds(b, "</tr></thead><tbody>\n");
	for (int s = SEVERITY_FAIL; s >= SEVERITY_INFO; s--)
		for (size_t i = 0; i < p->count; i++)
			shown += add_rows(&p->parts[i]->lists[list].rows[s], HTML_LISTED - shown, b);
	buf_adds(b, "</tbody></table></div>\n");
	if (shown < count)
		buf_addf(b, "<p>And %" PRIu64 " more: <code>--findings FILE</code> has all of them."
		    "</p>\n", count - shown);
}

static uint64_t
count_of(const struct html_page *p, enum html_list list)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->count; i++)
		n += p->parts[i]->lists[list].count;
	return n;
}

void
html_changes(const struct html_page *p, struct buf *b)
{
	uint64_t fresh = count_of(p, HTML_NEW), resolved = count_of(p, HTML_RESOLVED), known = 0;

	if (!p->history)
		return;
	for (size_t i = 0; i < p->count; i++)
		known += p->parts[i]->known;
	buf_adds(b, "<section aria-labelledby=\"h-changes\"><h2 id=\"h-changes\">What has changed</h2>\n");
	if (fresh && !known && !resolved) {
		buf_adds(b, "<p>The history knew of nothing before: all findings are new.</p>\n"
		    "</section>\n");
		return;
	}
	buf_addf(b, "<p>Of findings, %" PRIu64 " new, %" PRIu64 " resolved, %" PRIu64 " known from "
	    "earlier runs.</p>\n", fresh, resolved, known);
	if (fresh)
		table(p, HTML_NEW, fresh, b);
	if (resolved)
		table(p, HTML_RESOLVED, resolved, b);
	buf_adds(b, "</section>\n");
}

void
html_suppressed(const struct html_page *p, struct buf *b)
{
	uint64_t count = count_of(p, HTML_SUPPRESSED);

	if (!count)
		return;
	buf_addf(b, "<section aria-labelledby=\"h-suppressed\"><h2 id=\"h-suppressed\">Suppressed</h2>\n"
	    "<p>Somebody has answered for %" PRIu64 " finding%s: %s not counted, and no cause is made "
	    "of %s. The verdicts of users are what they are.%s</p>\n", count, count == 1 ? "" : "s",
	    count == 1 ? "it is" : "they are", count == 1 ? "it" : "them", p->show_suppressed ? "" :
	    " <code>--show-suppressed</code> lists them.");
	if (p->show_suppressed)
		table(p, HTML_SUPPRESSED, count, b);
	buf_adds(b, "</section>\n");
}
