/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "part.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "msg.h"
#include "page.h"
#include "parallel.h"
#include "report/summary.h"

/* Refusals of one password before no further domain is tried with it: a wrong one
 * locks the account, often after three or five. */
#define MAX_REFUSED 2

const char *
part_label(const struct target *t)
{
	return t->name ? t->name : t->uri ? t->uri : t->controllers ? t->controllers : "";
}

int
part_nomem(struct part *p)
{
	msg_error("%s: out of memory", p->session->domain.dns);
	p->failed = true;
	return -1;
}

/* The file of remedies, or of what is kept for it, failed: errno says why. */
static int
no_remedies(struct part *p)
{
	msg_error("%s: %s; the report is not complete", p->run->settings->remedies,
	    strerror(errno));
	p->failed = true;
	return -1;
}

static int
on_finding(void *arg, const struct finding *f)
{
	struct part *p = arg;

	p->lines.place = p->session->domain.connector.account.dn;
	if (f->suppressed)
		return lines_finding(&p->lines, f);
	if (p->remedies.dialect && remedies_finding(&p->remedies, f) != 0)
		return no_remedies(p);
	return rollup_add(&p->rollup, f) != 0 ? part_nomem(p) : lines_finding(&p->lines, f);
}

static int
on_judgement(void *arg, const struct judgement *row)
{
	struct part *p = arg;

	rollup_next(&p->rollup);
	if (p->run->reports.history && p->target->base &&
	    history_user(p->run->reports.history, row->account) != 0) {
		msg_error("%s", history_problem(p->run->reports.history));
		return -1;
	}
	if (p->remedies.dialect && remedies_judgement(&p->remedies, row) != 0)
		return no_remedies(p);
	if (p->html.worst && html_judgement(&p->html, row) != 0)
		return part_nomem(p);
	return lines_judgement(&p->lines, row);
}

/* For the history: what was read, and that what is not found there is gone. */
static int
remember(const struct part *p, const struct judge *j)
{
	const struct domain *d = j->domain;

	return history_covered(p->run->reports.history, &(struct history_part){
		.domain = d->dns, .connector = d->connector.account.dn,
		.controller = d->dc.host ? d->dc.host : d->dc.uri, .reader = d->reader_name,
		.base = p->target->base, .whole = !p->lost && !p->target->filter,
		.tally = &j->tally });
}

bool
run_summary_wanted(const struct run *run)
{
	return !run->settings->quiet && !run->settings->nagios;
}

static int
on_end(void *arg, struct judge *j)
{
	struct part *p = arg;

	p->incomplete |= j->tally.incomplete;
	if (standing_judge(&p->lines.standing, j) != 0)
		return part_nomem(p);
	if (p->run->reports.history && remember(p, j) != 0) {
		msg_error("%s", history_problem(p->run->reports.history));
		return -1;
	}
	if (lines_domain(&p->lines, j) != 0)
		return -1;
	rollup_end(&p->rollup);
	if (rollup_sort(&p->rollup) != 0 || rollup_merge(&p->all, &p->rollup) != 0)
		return part_nomem(p);
	if (run_summary_wanted(p->run) || p->run->settings->summary)
		summary_print(j, &p->rollup, &p->summary);
	if (p->html.worst && page_section(&p->html, j, &p->rollup, p->run->reports.history,
	    p->target->base) != 0)
		return -1;
	if (p->remedies.dialect && remedies_section(&p->remedies, j,
	    lines_file(&p->lines, REPORT_REMEDIES)) != 0)
		return no_remedies(p);
	rollup_fini(&p->rollup);
	rollup_init(&p->rollup, &p->run->key);
	return 0;
}

static int
on_trouble(void *arg, const struct source_error *err)
{
	struct part *p = arg;

	msg_error("%s", err->text);
	p->incomplete = true;
	p->lost = true;
	return 0;
}

/* Binds, and reads what is above the users. */
static void
part_open(void *arg)
{
	struct part *p = arg;

	if (!p->turn)
		return;
	p->tried = true;
	p->open = p->ready && session_open(p->session, p->run->settings, p->target) == 0;
}

static enum progress_kind
progress_wanted(const struct run *run)
{
	if (run->settings->quiet)
		return PROGRESS_NONE;
	if (run->settings->verbose)
		return PROGRESS_LOG;
	return run->started == 1 && !reports_on_terminal(&run->reports) ? PROGRESS_TERMINAL :
		PROGRESS_NONE;
}

void
part_audit(void *arg)
{
	struct part *p = arg;
	const struct run *run = p->run;
	const struct sink sink = { on_finding, on_judgement, p };
	const struct audit audit = {
		.session = p->session, .profile = run->profile, .sink = &sink,
		.connectors = p->connectors->dn, .principals = p->connectors->principals,
		.connector_count = p->connectors->count,
		.connector_name = p->connectors->name,
		.connector_problem = p->connectors->problem, .identity = p->identity,
		.what_if = p->what_if,
		.progress = progress_wanted(run),
		.suppressions = &run->settings->suppressed,
		.cures = p->remedies.dialect != NULL,
		.end = on_end, .trouble = on_trouble, .arg = p,
	};

	if (p->open && audit_run(&audit) != 0)
		p->failed = true;
}

static int
part_remedies(struct part *p)
{
	const struct settings *s = p->run->settings;

	if (!s->remedies || remedies_init(&p->remedies, dialect_table[s->dialect], s->remedies,
	    &p->run->key) == 0)
		return 0;
	msg_error("%s: no temporary file: %s", s->remedies, strerror(errno));
	return -1;
}

/* Rows are kept only for those who are told of. */
int
part_html(struct html *h, const struct settings *s, size_t number, size_t rows)
{
	if (!s->html || html_init(h, (unsigned)number, rows) == 0)
		return 0;
	msg_error("%s: out of memory", s->html);
	return -1;
}

int
part_begin(struct part *p, struct reports *reports, size_t number, bool wait)
{
	const struct settings *s = p->run->settings;

	if (lines_init(&p->lines, reports, wait) != 0 || part_remedies(p) != 0 ||
	    part_html(&p->html, s, number, s->html_users ? (size_t)s->html_users :
	    HTML_USERS) != 0)
		return -1;
	if (p->html.worst)
		p->lines.html = &p->html;
	return 0;
}

void
part_fini(struct part *p)
{
	remedies_fini(&p->remedies);
	html_fini(&p->html);
	lines_fini(&p->lines);
	rollup_fini(&p->rollup);
	rollup_fini(&p->all);
	buf_fini(&p->summary);
	for (size_t i = 0; i < p->what_if_count; i++)
		what_if_fini(&p->what_if[i]);
	free(p->what_if);
	session_free(p->session);
}

static bool
same_password(const struct target *a, const struct target *b)
{
	return a->bind_dn && b->bind_dn && a->password && b->password &&
		!strcmp(a->bind_dn, b->bind_dn) && !strcmp(a->password, b->password);
}

static void
refuse(struct part *p, const struct part *by)
{
	struct source_error *err = &p->session->problem;

	snprintf(err->text, sizeof err->text, "%s: not tried: %s refused the same name and password, "
	    "and a wrong one locks the account", part_label(p->target), part_label(by->target));
	msg_error("%s", err->text);
	p->tried = true;
}

/* Whether it is a domain's turn to be opened: with a password that others are opened
 * with, too, one after the other until it was taken once. */
static bool
is_turn(struct part *parts, size_t count, size_t at)
{
	const struct part *by = NULL;
	bool taken = false, waits = false;
	unsigned refused = 0;

	if (parts[at].tried)
		return false;
	for (size_t i = 0; i < count && parts[at].ready; i++) {
		const struct part *p = &parts[i];

		if (i == at || !p->ready || !same_password(p->target, parts[at].target))
			continue;
		taken |= p->open;
		waits |= i < at && !p->tried;
		if (p->tried && p->session->problem.code == CODE_INVALID_CREDENTIALS) {
			refused++;
			by = p;
		}
	}
	if (!taken && refused >= MAX_REFUSED)
		refuse(&parts[at], by);
	return !parts[at].tried && (taken || !waits);
}

void
parts_open(struct part *parts, size_t count)
{
	bool any;

	do {
		any = false;
		for (size_t i = 0; i < count; i++)
			any |= parts[i].turn = is_turn(parts, count, i);
		if (any)
			parallel_each(parts, count, sizeof *parts, part_open);
	} while (any);
}
