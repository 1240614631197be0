/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/html.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/adtime.h"
#include "report/html_asset.h"
#include "report/html_text.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

int
html_init(struct html *h, unsigned number, size_t limit)
{
	*h = (struct html){ .number = number, .limit = limit };
	h->rules = calloc(rule_count, sizeof *h->rules);
	h->worst = calloc(limit, sizeof *h->worst);
	return h->rules && h->worst ? 0 : -1;
}

void
html_fini(struct html *h)
{
	for (size_t i = 0; i < h->worst_count; i++)
		free(h->worst[i].row);
	for (int i = 0; i < HTML_LISTS; i++)
		html_listed_fini(&h->lists[i]);
	free(h->worst);
	free(h->rules);
	buf_fini(&h->nav);
	buf_fini(&h->body);
	buf_fini(&h->row);
	*h = (struct html){ .worst = NULL };
}

/* The users: the worst verdict counts, then how many operations it is of. */

static unsigned
rank_of(const struct judgement *j)
{
	const enum verdict v[OP_COUNT] = { j->reset, j->change, j->unlock };
	enum verdict worst = VERDICT_OK;
	unsigned of = 0;

	for (int i = 0; i < OP_COUNT; i++)
		worst = v[i] > worst ? v[i] : worst;
	for (int i = 0; i < OP_COUNT; i++)
		of += v[i] == worst;
	return worst == VERDICT_OK ? 0 : (unsigned)worst * (OP_COUNT + 1) + of;
}

/* Whether a stands before b. */
static bool
is_worse(const struct html_user *a, const struct html_user *b)
{
	return a->rank != b->rank ? a->rank > b->rank : a->number < b->number;
}

static void
swap(struct html_user *a, struct html_user *b)
{
	struct html_user t = *a;

	*a = *b;
	*b = t;
}

static void
sift_up(struct html_user *heap, size_t i)
{
	for (; i > 0 && is_worse(&heap[(i - 1) / 2], &heap[i]); i = (i - 1) / 2)
		swap(&heap[(i - 1) / 2], &heap[i]);
}

static void
sift_down(struct html_user *heap, size_t count)
{
	for (size_t i = 0, k; (k = 2 * i + 1) < count; i = k) {
		if (k + 1 < count && is_worse(&heap[k], &heap[k + 1]))
			k++;
		if (!is_worse(&heap[i], &heap[k]))
			break;
		swap(&heap[i], &heap[k]);
	}
}

static void
verdict_cell(struct buf *b, const struct judgement *j, enum verdict v, enum verdict now)
{
	buf_addf(b, "<td class=\"%s\" data-v=\"%d\">%s", verdict_str(v), (int)v, verdict_str(v));
	if (j->assumed && now != v)
		buf_addf(b, "<small>now: %s</small>", verdict_str(now));
}

static void
user_row(const struct judgement *j, struct buf *b)
{
	const struct account *a = j->account;
	struct adtime_buf when;

	buf_adds(b, "<tr><th scope=\"row\">");
	html_name(b, (const char *)a->sam.data, a->sam.data ? a->sam.len : 0);
	buf_adds(b, "<small>");
	html_name(b, a->dn, a->dn_len);
	buf_adds(b, "</small></th><td class=\"domain\">");
	html_str(b, j->domain);
	buf_adds(b, "<small>by ");
	html_str(b, j->connector);
	buf_adds(b, "</small></td>");
	verdict_cell(b, j, j->reset, j->now_reset);
	buf_adds(b, "</td>");
	verdict_cell(b, j, j->change, j->now_change);
	if (j->has_blocked_until)
		buf_addf(b, "<small>until <time>%s</time></small>", adtime_iso(j->blocked_until, &when));
	buf_adds(b, "</td>");
	verdict_cell(b, j, j->unlock, j->now_unlock);
	buf_addf(b, "</td><td>%s</td><td>", answer_str(j->enabled));
	for (size_t i = 0; i < j->rule_count; i++)
		buf_addf(b, "%s<a href=\"#rule-%u\">%u</a>", i ? " " : "", j->rules[i], j->rules[i]);
	buf_adds(b, "</td></tr>\n");
}

int
html_judgement(struct html *h, const struct judgement *j)
{
	struct html_user u = { .rank = rank_of(j), .number = h->users++ };

	if (!u.rank)
		return 0;
	h->not_ok++;
	if (h->worst_count == h->limit && !is_worse(&u, &h->worst[0]))
		return 0;
	/* Each is explained, counted as a finding or not. */
	for (size_t i = 0; i < j->rule_count; i++)
		h->rules[rule_find(j->rules[i]) - rule_table] = true;
	buf_clear(&h->row);
	user_row(j, &h->row);
	if (buf_failed(&h->row) || !(u.row = strdup(buf_str(&h->row))))
		return -1;
	if (h->worst_count < h->limit) {
		h->worst[h->worst_count] = u;
		sift_up(h->worst, h->worst_count++);
		return 0;
	}
	free(h->worst[0].row);
	h->worst[0] = u;
	sift_down(h->worst, h->worst_count);
	return 0;
}

static int
by_rank(const void *a, const void *b)
{
	return is_worse(a, b) ? -1 : is_worse(b, a) ? 1 : 0;
}

static void
user_table(const struct html_user *all, size_t count, uint64_t users, uint64_t not_ok,
    const char *csv, struct buf *b)
{
	static const char *const heads[] = { "User", "Domain", "Reset", "Change", "Unlock",
		"Enabled", "Rules" };

	buf_addf(b, "<section aria-labelledby=\"h-users\"><h2 id=\"h-users\">Users</h2>\n"
	    "<p>Of %" PRIu64 " users, %" PRIu64 " have an operation that is not ok: ", users,
	    not_ok);
	if (!not_ok)
		buf_adds(b, "there is nobody to list. ");
	else if (count < not_ok)
		buf_addf(b, "the worst %zu of them are below. ", count);
	else
		buf_adds(b, "all of them are below. ");
	if (csv && strcmp(csv, "-") != 0) {
		buf_adds(b, "<code>");
		html_text(b, csv);
		buf_adds(b, "</code> has every user.</p>\n");
	} else {
		buf_adds(b, "<code>--users FILE</code> writes every user, as CSV.</p>\n");
	}
	if (count) {
		buf_adds(b, "<form id=\"filter\" hidden><label>Show those with <input id=\"words\" "
		    "type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label> <label>and "
		    "<select id=\"verdict\"><option value=\"\">any verdict</option>"
		    "<option>fail</option><option>unknown</option><option>risk</option></select>"
		    "</label> <output id=\"shown\" aria-live=\"polite\"></output></form>\n"
		    "<div class=\"wide\"><table id=\"users\"><caption>Users, worst first"
		    "</caption><thead><tr>");
		for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
			buf_addf(b, "<th scope=\"col\"%s>%s</th>", i == 1 ? " class=\"domain\"" : "",
			    heads[i]);
		buf_adds(b, "</tr></thead><tbody>\n");
		for (size_t i = 0; i < count; i++)
			buf_adds(b, all[i].row);
		buf_adds(b, "</tbody></table></div>\n");
	}
	buf_adds(b, "</section>\n");
}

/* The worst of all parts, in one order. */
static int
users_of(const struct html_page *p, struct buf *b)
{
	size_t total = 0, limit = 0, at = 0;
	uint64_t before = 0, not_ok = 0;
	struct html_user *all;

	for (size_t i = 0; i < p->count; i++)
		total += p->parts[i]->worst_count;
	all = calloc(total + 1, sizeof *all);
	if (!all)
		return -1;
	for (size_t i = 0; i < p->count; i++) {
		struct html *h = p->parts[i];

		for (size_t k = 0; k < h->worst_count; k++) {
			all[at] = h->worst[k];
			all[at++].number += before;
		}
		before += h->users;
		not_ok += h->not_ok;
		limit = h->limit > limit ? h->limit : limit;
	}
	qsort(all, total, sizeof *all, by_rank);
	user_table(all, total < limit ? total : limit, before, not_ok, p->users_csv, b);
	free(all);
	return 0;
}

/* What the numbers mean, of those that occur. */
static void
rules_of(const struct html_page *p, struct buf *b)
{
	bool any = false;

	for (size_t i = 0; i < rule_count; i++) {
		const struct rule *r = &rule_table[i];
		bool there = false;

		for (size_t k = 0; k < p->count; k++)
			there |= p->parts[k]->rules[i];
		if (!there)
			continue;
		if (!any)
			buf_adds(b, "<section aria-labelledby=\"h-rules\"><h2 id=\"h-rules\">What "
			    "the rules mean</h2>\n<dl class=\"rules\">\n");
		any = true;
		buf_addf(b, "<dt id=\"rule-%u\"><span class=\"%s\">%u</span> %s", r->id,
		    severity_str(r->severity), r->id, r->name);
		if (r->event)
			buf_addf(b, ", event %u", r->event);
		buf_adds(b, "</dt><dd><p>");
		html_text(b, r->title);
		buf_adds(b, ". ");
		html_text(b, r->why);
		buf_adds(b, "</p><p>What mends it: ");
		html_text(b, r->remedy);
		buf_adds(b, "</p></dd>\n");
	}
	if (any)
		buf_adds(b, "</dl></section>\n");
}

static void
head(const struct html_page *p, unsigned sections, struct buf *b)
{
	buf_adds(b, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'sha256-" HTML_STYLE_SHA256 "'; script-src 'sha256-" HTML_SCRIPT_SHA256
	    "'; base-uri 'none'; form-action 'none'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\"><meta name=\"robots\" "
	    "content=\"noindex\">\n<title>Password writeback audit</title>\n<style>");
	buf_adds(b, html_style);
	buf_addf(b, "</style></head>\n<body%s>\n<header><h1>Password writeback audit</h1>\n"
	    "<p>writeback-audit " PACKAGE_VERSION ". <b class=\"ok\">ok</b>: it works. <b "
	    "class=\"risk\">risk</b>: it works, or may, but not as people expect, or not safely. "
	    "<b class=\"unknown\">unknown</b>: something could not be read. <b class=\"fail\">fail"
	    "</b>: it does not work.</p></header>\n<main>\n", sections > 1 ? "" : " class=\"one\"");
	if (p->incomplete)
		buf_adds(b, "<p class=\"incomplete\" role=\"alert\"><strong>INCOMPLETE</strong>: "
		    "something could not be read; what is not here may be the matter all the "
		    "same. The findings of severity unknown name it.</p>\n");
	if (sections < 2 && !p->history)
		return;
	buf_adds(b, "<nav aria-label=\"Contents\"><ul>\n");
	for (size_t i = 0; i < p->count; i++)
		buf_adds(b, buf_str(&p->parts[i]->nav));
	if (p->history)
		buf_adds(b, "<li><a href=\"#h-changes\">What has changed</a></li>\n");
	buf_adds(b, "<li><a href=\"#h-users\">Users</a></li></ul></nav>\n");
}

int
html_page(const struct html_page *p, struct buf *b)
{
	unsigned sections = 0;

	for (size_t i = 0; i < p->count; i++) {
		if (buf_failed(&p->parts[i]->nav) || buf_failed(&p->parts[i]->body))
			return -1;
		sections += p->parts[i]->sections;
	}
	head(p, sections, b);
	for (size_t i = 0; i < p->count; i++)
		buf_adds(b, buf_str(&p->parts[i]->body));
	html_changes(p, b);
	if (users_of(p, b) != 0)
		return -1;
	html_suppressed(p, b);
	rules_of(p, b);
	buf_adds(b, "</main>\n<script>");
	buf_adds(b, html_script);
	buf_adds(b, "</script>\n</body></html>\n");
	return buf_failed(b) ? -1 : 0;
}
