/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "reports.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"

int
reports_open(struct reports *rs, const struct settings *s)
{
	static const struct format whole = { .name = "written as a whole" };

	*rs = (struct reports){ .history = rs->history, .new_only = s->new_only,
		.show_suppressed = s->show_suppressed, .report = {
		{ .format = &format_findings_csv, .path = s->findings },
		{ .format = &format_users_csv, .path = s->users },
		{ .format = &format_json, .path = s->json },
		{ .format = &format_causes_csv, .path = s->causes },
		[REPORT_REMEDIES] = { .format = &whole, .path = s->remedies },
		[REPORT_HTML] = { .format = &whole, .path = s->html },
		[REPORT_SUMMARY] = { .format = &whole, .path = s->summary },
	} };
	for (size_t i = 0; i < REPORT_COUNT; i++) {
		struct report *r = &rs->report[i];

		if (!r->path)
			continue;
		if (outfile_open(&r->file, r->path) != 0) {
			msg_error("%s: cannot be written: %s", r->path, strerror(errno));
			r->path = NULL;
			return -1;
		}
	}
	if (standing_init(&rs->standing) == 0)
		return 0;
	msg_error("out of memory");
	return -1;
}

/* One line into a report, or into what stands in for it. */
static int
put(const struct report *r, FILE *fp, const struct buf *line)
{
	if (buf_failed(line))
		msg_error("%s: out of memory", r->path);
	/* A domain's lines go to files of its own, or nobody else is writing. */
	else if (fwrite_unlocked(line->data, 1, line->len, fp) == line->len)
		return 0;
	else
		msg_error("%s: %s; the report is not complete", r->path, strerror(errno));
	return -1;
}

void
reports_header(struct reports *rs)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < REPORT_COUNT && !rs->failed; i++) {
		struct report *r = &rs->report[i];

		if (!r->path || !r->format->header)
			continue;
		buf_clear(&line);
		r->format->header(&line);
		rs->failed = put(r, r->file.fp, &line) != 0;
	}
	buf_fini(&line);
}

void
reports_causes(struct reports *rs, const struct rollup *all)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < REPORT_COUNT; i++) {
		struct report *r = &rs->report[i];

		if (!r->path || !r->format->cause)
			continue;
		for (size_t k = 0; k < all->row_count && !rs->failed; k++) {
			buf_clear(&line);
			r->format->cause(all->rows[k], &line);
			rs->failed = put(r, r->file.fp, &line) != 0;
		}
	}
	buf_fini(&line);
}

void
reports_end(struct reports *rs, bool complete)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < REPORT_COUNT && !rs->failed; i++) {
		struct report *r = &rs->report[i];

		if (!r->path || !r->format->end)
			continue;
		buf_clear(&line);
		r->format->end(complete, &line);
		rs->failed = put(r, r->file.fp, &line) != 0;
	}
	buf_fini(&line);
}

void
reports_close(struct reports *rs, bool keep)
{
	for (size_t i = 0; i < REPORT_COUNT; i++) {
		struct report *r = &rs->report[i];

		if (!r->path)
			continue;
		if (!keep || rs->failed) {
			outfile_discard(&r->file);
		} else if (outfile_commit(&r->file) != 0) {
			msg_error("%s: %s; the report was not written", r->path, strerror(errno));
			rs->failed = true;
		}
	}
}

bool
reports_on_terminal(const struct reports *rs)
{
	for (size_t i = 0; i < REPORT_COUNT; i++)
		if (rs->report[i].path && rs->report[i].file.fp == stdout)
			return isatty(STDOUT_FILENO);
	return false;
}

int
lines_init(struct lines *l, struct reports *rs, bool wait)
{
	*l = (struct lines){ .reports = rs, .html = rs->html };
	if (standing_init(&l->standing) != 0) {
		msg_error("out of memory");
		l->failed = true;
		return -1;
	}
	for (size_t i = 0; wait && i <= REPORT_REMEDIES; i++)
		if (rs->report[i].path && !(l->spool[i] = outfile_spool(rs->report[i].path))) {
			msg_error("%s: no temporary file: %s", rs->report[i].path,
			    strerror(errno));
			l->failed = true;
			return -1;
		}
	return 0;
}

void
lines_fini(struct lines *l)
{
	for (size_t i = 0; i < REPORT_COUNT; i++)
		if (l->spool[i])
			fclose(l->spool[i]);
	standing_fini(&l->standing);
	buf_fini(&l->line);
	*l = (struct lines){ .reports = NULL };
}

FILE *
lines_file(const struct lines *l, size_t report)
{
	return l->spool[report] ? l->spool[report] : l->reports->report[report].file.fp;
}

static int
put_line(struct lines *l, size_t i)
{
	const struct report *r = &l->reports->report[i];

	l->failed = put(r, lines_file(l, i), &l->line) != 0;
	return l->failed ? -1 : 0;
}

int
lines_finding(struct lines *l, const struct finding *found)
{
	struct finding f = *found;

	if (l->reports->history &&
	    history_see(l->reports->history, l->place ? l->place : "", &f) != 0) {
		msg_error("%s", history_problem(l->reports->history));
		l->failed = true;
		return -1;
	}
	return lines_known(l, &f);
}

int
lines_known(struct lines *l, const struct finding *f)
{
	if (standing_finding(&l->standing, f) != 0 || (l->html && html_finding(l->html, f) != 0)) {
		msg_error("out of memory");
		l->failed = true;
		return -1;
	}
	if (f->suppressed && !l->reports->show_suppressed)
		return 0;
	if (l->reports->new_only && f->status == FINDING_KNOWN &&
	    (f->suppressed || !f->suppression))
		return 0;
	for (size_t i = 0; i < REPORT_COUNT; i++) {
		const struct report *r = &l->reports->report[i];

		if (!r->path || !r->format->finding)
			continue;
		buf_clear(&l->line);
		r->format->finding(f, &l->line);
		if (put_line(l, i) != 0)
			return -1;
	}
	return 0;
}

int
lines_judgement(struct lines *l, const struct judgement *row)
{
	for (size_t i = 0; i < REPORT_COUNT; i++) {
		const struct report *r = &l->reports->report[i];

		if (!r->path || !r->format->judgement)
			continue;
		buf_clear(&l->line);
		r->format->judgement(row, &l->line);
		if (put_line(l, i) != 0)
			return -1;
	}
	return 0;
}

int
lines_domain(struct lines *l, const struct judge *j)
{
	for (size_t i = 0; i < REPORT_COUNT; i++) {
		const struct report *r = &l->reports->report[i];

		if (!r->path || !r->format->domain)
			continue;
		buf_clear(&l->line);
		r->format->domain(j, &l->line);
		if (put_line(l, i) != 0)
			return -1;
	}
	return 0;
}

static int
append(const struct report *r, FILE *from)
{
	char bytes[1 << 14];
	size_t n;

	rewind(from);
	while ((n = fread(bytes, 1, sizeof bytes, from)) > 0)
		if (fwrite(bytes, 1, n, r->file.fp) != n)
			break;
	if (n == 0 && !ferror(from))
		return 0;
	msg_error("%s: %s; the report is not complete", r->path, strerror(errno));
	return -1;
}

int
lines_finish(struct lines *l)
{
	for (size_t i = 0; i < REPORT_COUNT && !l->failed; i++)
		if (l->spool[i])
			l->failed = append(&l->reports->report[i], l->spool[i]) != 0;
	if (standing_merge(&l->reports->standing, &l->standing) != 0) {
		msg_error("out of memory");
		l->failed = true;
	}
	if (l->failed)
		l->reports->failed = true;
	return l->failed ? -1 : 0;
}
