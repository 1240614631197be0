/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "core/escape.h"
#include "forests.h"
#include "monitor.h"
#include "msg.h"
#include "options.h"
#include "page.h"
#include "parallel.h"
#include "part.h"
#include "source/ldap_prepare.h"

#define HISTORY_KEEP 400	/* days */
#define HISTORY_WAIT 30		/* seconds for another run to end */

/* In words: for the terminal, and for --summary. */
static void
tell_summary(struct run *run, const struct buf *text)
{
	const struct report *r = &run->reports.report[REPORT_SUMMARY];

	if (run_summary_wanted(run))
		fputs(buf_str(text), stderr);
	if (!r->path || fwrite(buf_str(text), 1, text->len, r->file.fp) == text->len)
		return;
	msg_error("%s: %s; the report is not complete", r->path, strerror(errno));
	run->failed = true;
}

/* The summary may be all that somebody gets to see. */
static void
tell_missing(struct run *run, const struct target *t)
{
	const char *name = part_label(t);
	struct buf text = BUF_INIT;

	escape_terminal(name, strlen(name), &text);
	buf_adds(&text, ": INCOMPLETE: this domain was not audited; the messages say why.\n\n");
	tell_summary(run, &text);
	buf_fini(&text);
}

/* A domain of which nothing could be read: silence would look like health. */
static void
tell_unread(struct run *run, struct part *p)
{
	const char *why = p->session->problem.text;
	const struct rule *rule = rule_find(103);
	struct cause cause = { CAUSE_AS_SAID, part_label(p->target), rule->title };
	const struct finding f = { .rule = rule->id, .operations = rule->operations,
		.domain = part_label(p->target), .object = part_label(p->target),
		.evidence = *why ? why : "it could not be opened: the messages of the run say why",
		.cause = part_label(p->target), .why = &cause, .shared = true };

	if (lines_init(&p->lines, &run->reports, false) != 0 || lines_finding(&p->lines, &f) != 0)
		run->failed = true;
}

/* What a domain had to say, now that it is its turn. */
static void
part_tell(struct run *run, struct part *p)
{
	if (!p->open) {
		run->incomplete = true;
		tell_missing(run, p->target);
		tell_unread(run, p);
		return;
	}
	if (lines_finish(&p->lines) != 0)
		p->failed = true;
	if (rollup_merge(&run->all, &p->all) != 0)
		(void)part_nomem(p);
	tell_summary(run, &p->summary);
	run->failed |= p->failed;
	run->incomplete |= p->incomplete;
}

/* Opens all, and goes on with those that could be opened when one of them has a
 * connector: that another has none is a finding of it. */
static int
open_all(struct run *run, struct part *parts, struct connectors *connectors, size_t count)
{
	if (libldap_prepare() != 0) {
		msg_error("out of memory");
		return -1;
	}
	parts_open(parts, count);
	for (size_t i = 0; i < count; i++) {
		connectors[i].session = parts[i].open ? parts[i].session : NULL;
		connectors[i].name = parts[i].target->connector;
		connectors[i].assumed = what_if_account(run->settings);
		parts[i].connectors = &connectors[i];
	}
	connectors_choose(connectors, count);
	for (size_t i = 0; i < count; i++)
		parts[i].open = connectors[i].count > 0 || connectors[i].not_found ||
			connectors[i].problem;
	if (parts_assume(run, parts, count) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		run->started += parts[i].open && connectors[i].count;
		if (parts[i].open)
			run->identities.now = parts[i].session->now;
		if (parts[i].open && connectors[i].count)
			parts[i].identity = identities_part(&run->identities, i,
			    &parts[i].session->domain, parts[i].session->source);
	}
	for (size_t i = 0; i < count; i++)
		if (parts[i].open && part_begin(&parts[i], &run->reports, i, count > 1) != 0)
			run->failed = true;
	return run->started && !run->failed ? 0 : -1;
}

static void
tell_identities(struct run *run)
{
	struct buf summary = BUF_INIT;
	struct tally tally;

	if (identities_report(&run->identities, &run->reports, &run->all, &tally, &summary) != 0)
		run->failed = true;
	run->incomplete |= tally.incomplete;
	tell_summary(run, &summary);
	if (run->compared.worst && html_identities(&run->compared, &tally) != 0)
		run->failed = true;
	free(tally.by_rule);
	buf_fini(&summary);
}

/* Behind the sections of the connectors. */
static void
tell_remedies(struct run *run)
{
	const struct report *r = &run->reports.report[REPORT_REMEDIES];
	struct buf text = BUF_INIT;

	remedies_identities(dialect_table[run->settings->dialect], &run->all, &text);
	if (buf_failed(&text) ||
	    fwrite(buf_str(&text), 1, text.len, r->file.fp) != text.len) {
		msg_error("%s: %s; the report is not complete", r->path, strerror(errno));
		run->failed = true;
	}
	buf_fini(&text);
}

/* What earlier runs found and this one did not, and the end of it. */
struct resolving {
	const struct run *run;
	struct lines lines;
};

static int
on_resolved(void *arg, const struct finding *found)
{
	struct resolving *r = arg;
	struct finding f = *found;

	suppress(&r->run->settings->suppressed, r->run->identities.now, &f);
	return lines_known(&r->lines, &f);
}

/* Who shares what was looked for in all domains of the run: in these together,
 * and in none of them when one was not read to its end. */
static int
remember_identities(struct run *run, const struct part *parts, size_t count)
{
	const struct tally none = { .users = 0 };
	bool whole = true;
	int status = 0;

	for (size_t i = 0; i < count; i++)
		whole &= parts[i].open && !parts[i].lost && !parts[i].target->filter &&
			!parts[i].target->base;
	for (size_t i = 0; i < count && status == 0; i++) {
		const struct history_part compared = {
			.domain = parts[i].session->domain.dns,
			.connector = buf_str(&run->identities.place), .whole = whole,
			.tally = &none };
		/* That a domain could not be opened is over when it was. */
		const struct history_part opened = { .domain = part_label(parts[i].target),
			.connector = "", .whole = true, .tally = &none };

		if (parts[i].open && (history_covered(run->reports.history, &compared) != 0 ||
		    history_covered(run->reports.history, &opened) != 0))
			status = -1;
	}
	return status;
}

static void
tell_resolved(struct run *run, const struct part *parts, size_t count)
{
	struct resolving r = { .run = run };

	if (!run->reports.history || run->failed)
		return;
	if (lines_init(&r.lines, &run->reports, false) != 0 ||
	    remember_identities(run, parts, count) != 0 ||
	    history_resolve(run->reports.history, on_resolved, &r) != 0 ||
	    lines_finish(&r.lines) != 0) {
		if (!r.lines.failed)
			msg_error("%s", history_problem(run->reports.history));
		run->failed = true;
	}
	lines_fini(&r.lines);
}

/* The page, of all domains that were read. */
static void
tell_html(struct run *run, struct part *parts, size_t count)
{
	struct html **all = calloc(count + 1, sizeof *all);
	size_t at = 0;

	for (size_t i = 0; all && i < count; i++) {
		const char *name = part_label(parts[i].target);

		all[at++] = &parts[i].html;
		if (parts[i].open)
			continue;
		if (part_html(&parts[i].html, run->settings, i, 1) != 0 ||
		    html_missing(&parts[i].html, *name ? name : run->settings->ldif ?
		    run->settings->ldif : "a domain") != 0)
			run->failed = true;
	}
	if (!all || run->failed) {
		if (!all)
			msg_error("out of memory");
		run->failed = true;
		free(all);
		return;
	}
	all[at++] = &run->compared;
	if (page_write(&run->reports, run->settings, all, at, run->incomplete) != 0)
		run->failed = true;
	free(all);
}

static void
audit_all(struct run *run, struct part *parts, struct connectors *connectors, size_t count)
{
	if (open_all(run, parts, connectors, count) != 0)
		return;
	if (part_html(&run->compared, run->settings, count, 1) != 0) {
		run->failed = true;
		return;
	}
	run->reports.html = run->compared.worst ? &run->compared : NULL;
	reports_header(&run->reports);
	parallel_each(parts, count, sizeof *parts, part_audit);
	for (size_t i = 0; i < count; i++)
		part_tell(run, &parts[i]);
	tell_identities(run);
	tell_resolved(run, parts, count);
	if (rollup_sort(&run->all) == 0) {
		reports_causes(&run->reports, &run->all);
		if (run->settings->remedies)
			tell_remedies(run);
		if (run->settings->html)
			tell_html(run, parts, count);
		reports_end(&run->reports, !run->incomplete);
	} else {
		msg_error("out of memory");
		run->failed = true;
	}
}

/* Before anything else: two runs at once would find the same to be new. */
static int
open_history(struct run *run)
{
	const struct settings *s = run->settings;
	struct history_error err;

	if (!s->history)
		return 0;
	run->reports.history = history_begin(s->history, s->has_now ? s->now : session_clock(),
	    HISTORY_WAIT, &err);
	if (run->reports.history)
		return 0;
	msg_error("%s", err.text);
	return -1;
}

/* --fail-on: whether a severity counts. */
static bool
counts(enum fail_on level, enum severity s)
{
	switch (level) {
	case FAIL_ON_FAIL: return s == SEVERITY_FAIL;
	case FAIL_ON_RISK: return s == SEVERITY_FAIL || s == SEVERITY_RISK;
	case FAIL_ON_UNKNOWN: return s != SEVERITY_INFO;
	case FAIL_ON_INFO: return true;
	case FAIL_ON_NEVER: break;
	}
	return false;
}

static bool
any_counts(const struct run *run)
{
	for (int s = SEVERITY_INFO; s <= SEVERITY_FAIL; s++)
		if (counts(run->settings->fail_on, (enum severity)s) &&
		    standing_severity(&run->reports.standing, (enum severity)s,
		    run->settings->new_only))
			return true;
	return false;
}

/* Answers that have expired, and those that are about nothing (any more). */
static void
tell_suppressions(const struct run *run)
{
	const struct suppressions *all = &run->settings->suppressed;

	for (size_t i = 0; i < all->count && !run->settings->nagios; i++) {
		const struct suppression *s = &all->list[i];
		size_t hits = standing_hits(&run->reports.standing, i);
		struct buf subject = BUF_INIT;

		suppression_subject(s, &subject);
		if (s->expires && run->identities.now >= s->end)
			msg_warn("%s:%u: the suppression of %s expired on %s: %zu finding%s of it "
			    "count%s again; %s answers for it (%s)", all->path, s->line,
			    buf_str(&subject), s->expires, hits, hits == 1 ? "" : "s",
			    hits == 1 ? "s" : "", s->owner, s->reason);
		else if (!hits)
			msg_warn("%s:%u: the suppression of %s matches nothing%s: it may be taken "
			    "out (%s, %s)", all->path, s->line, buf_str(&subject),
			    run->incomplete ? " that was read" : "", s->owner, s->reason);
		buf_fini(&subject);
	}
}

/* What --forest has opened stays so. */
static int
part_init(struct run *run, struct part *p, size_t i)
{
	const struct settings *settings = run->settings;

	p->run = run;
	p->target = &settings->targets[i];
	rollup_init(&p->rollup, &run->key);
	rollup_init(&p->all, &run->key);
	if (i < run->opened_count && run->opened[i]) {
		p->session = run->opened[i];
		run->opened[i] = NULL;
		p->session->target = p->target;	/* which has moved */
		p->ready = p->open = p->tried = true;
		return 0;
	}
	p->session = calloc(1, sizeof *p->session);
	if (!p->session) {
		msg_error("out of memory");
		return -1;
	}
	/* May ask on the terminal, so one after the other. */
	p->ready = !p->target->tried && session_password(settings, p->target) == 0;
	return 0;
}

static int
run_audit(struct run *run)
{
	const struct settings *settings = run->settings;
	size_t count = settings->target_count;
	struct part *parts = calloc(count, sizeof *parts);
	struct connectors *connectors = calloc(count, sizeof *connectors);

	if (!parts || !connectors)
		msg_error("out of memory");
	else if (open_history(run) == 0 &&
		 identities_init(&run->identities, settings, count) == 0 &&
		 reports_open(&run->reports, settings) == 0) {
		size_t ready = 0;

		while (ready < count && part_init(run, &parts[ready], ready) == 0)
			ready++;
		if (ready == count)
			audit_all(run, parts, connectors, count);
		/* One domain may have borrowed from another. */
		for (size_t i = 0; i < count; i++)
			connectors_fini(&connectors[i]);
		for (size_t i = 0; i < count; i++)
			part_fini(&parts[i]);
	}
	html_fini(&run->compared);
	identities_fini(&run->identities);
	free(connectors);
	free(parts);
	reports_close(&run->reports, run->started > 0 && !run->failed);
	if (!run->started)
		return STATUS_USAGE;
	tell_suppressions(run);
	/* Last: what no report told must be told again. */
	if (run->reports.history && !run->failed && !run->reports.failed &&
	    history_commit(run->reports.history, !run->incomplete, settings->history_keep ?
	    settings->history_keep : HISTORY_KEEP) != 0) {
		msg_error("%s", history_problem(run->reports.history));
		run->failed = true;
	}
	if (run->failed || run->reports.failed || run->incomplete)
		return STATUS_INCOMPLETE;
	return any_counts(run) ? STATUS_FINDINGS : STATUS_OK;
}

/* Where no summary says that the run is incomplete: what is unknown, in a line. */
static void
tell_incomplete(const struct run *run)
{
	const struct standing *s = &run->reports.standing;
	struct buf text = BUF_INIT;

	for (size_t i = 0; s->findings && i < rule_count; i++) {
		size_t n = standing_open(s, i, false);

		if (n && rule_table[i].severity == SEVERITY_UNKNOWN)
			buf_addf(&text, "%s%u %s (%zu)", text.len ? ", " : "", rule_table[i].id,
			    rule_table[i].name, n);
	}
	msg_error("INCOMPLETE: something could not be read%s%s; the findings name it, and "
	    "`writeback-audit codes RULE` says what to do", text.len ? ": " : "",
	    buf_str(&text));
	buf_fini(&text);
}

static int
tell_monitors(const struct run *run, struct monitor *m, int status)
{
	const struct standing *s = &run->reports.standing;

	return monitor_tell(m, &(struct outcome){
		.standing = s, .started = run->started && s->row_count, .status = status,
		.complete = status == STATUS_OK || status == STATUS_FINDINGS,
		.alarm = s->findings && any_counts(run),
		.never = run->settings->fail_on == FAIL_ON_NEVER });
}

static int
add_forests(struct run *run, struct settings *settings)
{
	int status;

	if (!settings->forest)
		return 0;
	run->opened_count = settings->target_count;
	run->opened = calloc(run->opened_count, sizeof *run->opened);
	if (!run->opened) {
		msg_error("out of memory");
		return -1;
	}
	status = forests_expand(settings, run->opened);
	run->incomplete = status > 0;
	return status < 0 ? -1 : 0;
}

int
cmd_audit(int argc, char **argv)
{
	struct settings settings;
	struct run run = { .settings = &settings };
	bool plugin = monitor_is_plugin(argc, argv);
	struct monitor monitor;
	int status = STATUS_USAGE;

	run.key = session_key();
	rollup_init(&run.all, &run.key);
	if (options_run(argv[0], OPT_CONNECT | OPT_AUDIT | OPT_JUDGE, argc, argv, &settings,
	    &status) && (run.profile = session_profile(&settings)) != NULL &&
	    monitor_begin(&monitor, &settings) == 0)
		status = tell_monitors(&run, &monitor, add_forests(&run, &settings) == 0 ?
		    run_audit(&run) : STATUS_USAGE);
	else if (plugin && status != STATUS_OK)
		status = monitor_refused();
	/* An error of its own, not the first one that the monitors are told of. */
	if (run.incomplete && run.started && settings.quiet && !settings.nagios)
		tell_incomplete(&run);
	for (size_t i = 0; i < run.opened_count; i++)
		session_free(run.opened[i]);
	free(run.opened);
	history_close(run.reports.history);
	standing_fini(&run.reports.standing);
	rollup_fini(&run.all);
	settings_fini(&settings);
	return status;
}
