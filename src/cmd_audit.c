/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "core/adtime.h"
#include "msg.h"
#include "options.h"
#include "progress.h"
#include "report/outfile.h"
#include "report/report.h"
#include "report/summary.h"
#include "rules/judge.h"
#include "rules/rollup.h"
#include "session.h"
#include "source/collect.h"

/* One report: a format and the file it goes to. */
struct output {
	const struct format *format;
	const char *path;	/* NULL: not asked for */
	struct outfile file;
};

#define OUTPUT_COUNT 4

struct audit {
	const struct settings *settings;
	const struct profile *profile;
	struct output outputs[OUTPUT_COUNT];
	struct buf line;	/* reused for every row */
	struct rollup rollup;	/* of the connector at hand */
	struct rollup all;	/* of those before */
	bool failed;		/* a report could not be written */
	bool incomplete;	/* something could not be read */
	bool findings;		/* at or above --fail-on */
	size_t started;		/* targets whose audit began */
};

static int write_line(struct audit *a, struct output *o)
{
	if (buf_failed(&a->line)) {
		msg_error("%s: out of memory", o->path);
		a->failed = true;
		return -1;
	}
	if (fwrite(a->line.data, 1, a->line.len, o->file.fp) == a->line.len)
		return 0;
	msg_error("%s: %s; the report is not complete", o->path, strerror(errno));
	a->failed = true;
	return -1;
}

static int on_finding(void *arg, const struct finding *f)
{
	struct audit *a = arg;

	if (rollup_add(&a->rollup, f) != 0) {
		msg_error("out of memory");
		a->failed = true;
		return -1;
	}
	for (size_t i = 0; i < OUTPUT_COUNT; i++) {
		struct output *o = &a->outputs[i];

		if (!o->path || !o->format->finding)
			continue;
		buf_clear(&a->line);
		o->format->finding(f, &a->line);
		if (write_line(a, o) != 0)
			return -1;
	}
	return 0;
}

static int on_judgement(void *arg, const struct judgement *row)
{
	struct audit *a = arg;

	rollup_next(&a->rollup);
	for (size_t i = 0; i < OUTPUT_COUNT; i++) {
		struct output *o = &a->outputs[i];

		if (!o->path || !o->format->judgement)
			continue;
		buf_clear(&a->line);
		o->format->judgement(row, &a->line);
		if (write_line(a, o) != 0)
			return -1;
	}
	return 0;
}

static int open_outputs(struct audit *a)
{
	const struct settings *s = a->settings;
	bool none = !s->findings && !s->users && !s->causes && !s->json;

	a->outputs[0] = (struct output){ .format = &format_findings_csv,
		.path = none ? "-" : s->findings };
	a->outputs[1] = (struct output){ .format = &format_users_csv, .path = s->users };
	a->outputs[2] = (struct output){ .format = &format_json, .path = s->json };
	a->outputs[3] = (struct output){ .format = &format_causes_csv, .path = s->causes };
	for (size_t i = 0; i < OUTPUT_COUNT; i++) {
		struct output *o = &a->outputs[i];

		if (!o->path)
			continue;
		if (outfile_open(&o->file, o->path) != 0) {
			msg_error("%s: cannot be written: %s", o->path, strerror(errno));
			o->path = NULL;
			return -1;
		}
	}
	return 0;
}

/* Once an audit begins, not before: a run that cannot start prints nothing. */
static int write_headers(struct audit *a)
{
	for (size_t i = 0; i < OUTPUT_COUNT; i++) {
		struct output *o = &a->outputs[i];

		if (!o->path || !o->format->header)
			continue;
		buf_clear(&a->line);
		o->format->header(&a->line);
		if (write_line(a, o) != 0)
			return -1;
	}
	return 0;
}

/* The causes of all that was audited. */
static void write_causes(struct audit *a)
{
	if (rollup_sort(&a->all) != 0) {
		msg_error("out of memory");
		a->failed = true;
		return;
	}
	for (size_t i = 0; i < OUTPUT_COUNT; i++) {
		struct output *o = &a->outputs[i];

		if (!o->path || !o->format->cause)
			continue;
		for (size_t k = 0; k < a->all.row_count; k++) {
			buf_clear(&a->line);
			o->format->cause(a->all.rows[k], &a->line);
			if (write_line(a, o) != 0)
				return;
		}
	}
}

static void close_outputs(struct audit *a, bool keep)
{
	for (size_t i = 0; i < OUTPUT_COUNT; i++) {
		struct output *o = &a->outputs[i];

		if (!o->path)
			continue;
		if (!keep || a->failed) {
			outfile_discard(&o->file);
		} else if (outfile_commit(&o->file) != 0) {
			msg_error("%s: %s; the report was not written", o->path, strerror(errno));
			a->failed = true;
		}
	}
}

/* The users of one connector, on their way to the judge. */
struct stream {
	struct judge *judge;
	struct progress progress;
};

static int on_user(void *arg, const struct entry *e)
{
	struct stream *s = arg;

	progress_user(&s->progress);
	return judge_user(s->judge, e);
}

/* Results that scroll by on the terminal are progress enough. */
static bool shows_results(const struct audit *a)
{
	for (size_t i = 0; i < OUTPUT_COUNT; i++)
		if (a->outputs[i].path && a->outputs[i].file.fp == stdout)
			return isatty(STDOUT_FILENO);
	return false;
}

/* --fail-on: whether a severity counts. */
static bool counts(enum fail_on level, enum severity s)
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

static void conclude(struct audit *a, const struct judge *j)
{
	struct buf text = BUF_INIT;

	for (int s = 0; s < 4; s++)
		if (j->tally.by_severity[s] && counts(a->settings->fail_on, (enum severity)s))
			a->findings = true;
	a->incomplete |= j->tally.incomplete;
	rollup_end(&a->rollup);
	if (rollup_sort(&a->rollup) != 0 || rollup_merge(&a->all, &a->rollup) != 0) {
		msg_error("out of memory");
		a->failed = true;
	} else if (!a->settings->quiet) {
		summary_print(j, &a->rollup, &text);
		fputs(buf_str(&text), stderr);
	}
	buf_fini(&text);
}

/* What kept the rest of a domain from being read, as a finding. */
static void remark_lost(struct judge *j, const char *uri, const struct source_error *err)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "after %zu users: %s", j->tally.users + j->tally.skipped, err->text);
	judge_remark(j, &(struct remark){ .rule = 103, .object = uri, .cause = uri,
		.evidence = buf_str(&text) });
	buf_fini(&text);
}

/* Judges the domain as seen from one connector account. */
static void audit_connector(struct audit *a, struct session *s, const char *dn,
	const struct dn_list *all)
{
	const struct target *t = s->target;
	const struct sink sink = { on_finding, on_judgement, a };
	struct source_error err;
	struct judge j;

	if (collect_connector(s->source, dn, &s->domain, &err) != SOURCE_OK) {
		msg_error("%s", err.text);
		a->incomplete = true;
		return;
	}
	if (session_self_check(s, a->settings) != 0) {
		a->incomplete = true;
		return;
	}
	if (judge_init(&j, &s->domain, a->profile, s->now, &sink) != 0) {
		msg_error("out of memory");
		a->failed = true;
		return;
	}
	rollup_init(&a->rollup);
	judge_connectors(&j, (const char *const *)all->dn, all->count);
	if (judge_domain(&j) == 0) {
		struct stream stream = { .judge = &j };
		enum source_status st;

		progress_begin(&stream.progress, s->domain.dns, session_user_count(s),
			a->settings->quiet || shows_results(a));
		st = collect_users(s->source, &s->domain, t->base, t->filter, on_user, &stream,
			&err);
		progress_end(&stream.progress);
		if (st != SOURCE_OK && st != SOURCE_STOPPED) {
			msg_error("%s", err.text);
			remark_lost(&j, s->uri, &err);
		}
	}
	conclude(a, &j);
	rollup_fini(&a->rollup);
	judge_fini(&j);
}

/* What stands above the users, before the users. */
static void read_containers(struct audit *a, struct session *s)
{
	struct source_error err;

	if (collect_containers(s->source, s->target->base, &s->domain, &err) == SOURCE_OK)
		return;
	msg_error("%s", err.text);
	a->incomplete = true;
}

static int audit_target(struct audit *a, struct target *t)
{
	struct session s;
	struct dn_list connectors = { NULL, 0 };
	int status = session_open(&s, a->settings, t);

	if (status == 0)
		status = session_connectors(&s, t->connector, &connectors);
	if (status == 0) {
		if (a->started++ == 0)
			(void)write_headers(a);
		read_containers(a, &s);
		for (size_t i = 0; i < connectors.count && !a->failed; i++)
			audit_connector(a, &s, connectors.dn[i], &connectors);
	}
	dn_list_fini(&connectors);
	session_close(&s);
	return status;
}

int cmd_audit(int argc, char **argv)
{
	struct settings settings;
	struct audit a = { .settings = &settings };
	int status = STATUS_USAGE;

	rollup_init(&a.all);
	switch (options_parse(argv[0], OPT_CONNECT | OPT_AUDIT | OPT_JUDGE, argc, argv, &settings)) {
	case OPTIONS_DONE:
		status = STATUS_OK;
		goto out;
	case OPTIONS_USAGE:
		goto out;
	case OPTIONS_RUN:
		break;
	}
	a.profile = session_profile(&settings);
	if (!a.profile)
		goto out;
	if (open_outputs(&a) != 0) {
		close_outputs(&a, false);
		goto out;
	}
	for (size_t i = 0; i < settings.target_count && !a.failed; i++)
		if (audit_target(&a, &settings.targets[i]) != 0)
			a.incomplete = true;

	if (a.started)
		write_causes(&a);
	close_outputs(&a, a.started > 0);
	if (!a.started)
		status = STATUS_USAGE;
	else if (a.failed || a.incomplete)
		status = STATUS_INCOMPLETE;
	else
		status = a.findings ? STATUS_FINDINGS : STATUS_OK;
out:
	rollup_fini(&a.all);
	buf_fini(&a.line);
	settings_fini(&settings);
	return status;
}
