/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "core/adtime.h"
#include "core/escape.h"
#include "core/guid.h"
#include "history_db.h"
#include "msg.h"
#include "options.h"
#include "rules/rule.h"

/* What stands in the file was read from a directory: nothing of it may reach a
 * terminal as it is. */
static void
add_text(struct buf *b, sqlite3_stmt *s, int column)
{
	const unsigned char *text = sqlite3_column_text(s, column);

	if (text)
		escape_terminal((const char *)text, (size_t)sqlite3_column_bytes(s, column), b);
}

static void
add_time(struct buf *b, sqlite3_stmt *s, int column)
{
	struct adtime_buf when;

	buf_adds(b, adtime_iso(history_filetime(sqlite3_column_int64(s, column)), &when));
}

/* Runs a query and hands each row to `row`, which appends a line. How many there
 * were, or -1. */
static int64_t
each_row(sqlite3 *db, sqlite3_stmt *s, void (*row)(struct buf *, sqlite3_stmt *))
{
	struct buf line = BUF_INIT;
	int64_t count = 0;
	int rc;

	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		buf_clear(&line);
		row(&line, s);
		buf_addc(&line, '\n');
		fputs(buf_str(&line), stdout);
		if (buf_failed(&line))
			break;
		count++;
	}
	if (rc != SQLITE_DONE)
		msg_error("the history: %s", buf_failed(&line) ? "out of memory" :
		    sqlite3_errmsg(db));
	buf_fini(&line);
	return rc == SQLITE_DONE ? count : -1;
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK)
		return s;
	msg_error("the history: %s", sqlite3_errmsg(db));
	return NULL;
}

/* The runs, and with them the trend. */

static void
run_row(struct buf *b, sqlite3_stmt *s)
{
	buf_addf(b, "%5" PRId64 "  ", (int64_t)sqlite3_column_int64(s, 0));
	add_time(b, s, 1);
	buf_addf(b, "  %-8s", sqlite3_column_int(s, 2) ? "yes" : "no");
	for (int i = 3; i < 9; i++)
		buf_addf(b, " %8" PRId64, (int64_t)sqlite3_column_int64(s, i));
}

static int
list_runs(sqlite3 *db)
{
	sqlite3_stmt *s = prepare(db, "SELECT r.id, r.at, r.complete, coalesce(sum(p.users), 0),"
	    " coalesce(sum(p.reset_fail), 0), coalesce(sum(p.change_fail), 0),"
	    " coalesce(sum(p.unlock_fail), 0),"
	    " (SELECT count(*) FROM finding f WHERE f.first_run = r.id),"
	    " (SELECT count(*) FROM finding f WHERE f.resolved_run = r.id)"
	    " FROM run r LEFT JOIN part p ON p.run = r.id GROUP BY r.id ORDER BY r.id");
	int64_t rows;

	if (!s)
		return -1;
	puts("  run  when                  complete    users  reset x change x unlock x"
	    "      new resolved");
	rows = each_row(db, s, run_row);
	sqlite3_finalize(s);
	return rows < 0 ? -1 : 0;
}

/* One episode of a finding: since when, until when, what, of whom. */
static void
finding_row(struct buf *b, sqlite3_stmt *s)
{
	const struct rule *rule = rule_find((unsigned)sqlite3_column_int(s, 3));

	buf_addf(b, "%-9s ", (const char *)sqlite3_column_text(s, 0));
	add_time(b, s, 1);
	if (sqlite3_column_type(s, 2) != SQLITE_NULL) {
		buf_adds(b, " to ");
		add_time(b, s, 2);
	}
	buf_addf(b, "  %d %s  ", sqlite3_column_int(s, 3), rule ? rule->name : "");
	add_text(b, s, 4);
	if (sqlite3_column_bytes(s, 5)) {
		buf_adds(b, ": ");
		add_text(b, s, 5);
	}
}

#define FINDINGS(what) "SELECT " what ", a.at, z.at, f.rule, f.object, f.evidence FROM finding f " \
	"JOIN run a ON a.id = f.first_run LEFT JOIN run z ON z.id = f.resolved_run "

/* A run's number, or a day or moment: seconds since 1970 after which to look. */
static int
since_when(sqlite3 *db, const char *text, int64_t *out)
{
	int64_t number = 0, filetime = 0;
	sqlite3_stmt *s;
	int rc;

	if (adtime_parse_iso(text, strlen(text), &filetime) == ERR_OK) {
		/* That moment itself counts. */
		*out = history_seconds(filetime) - 1;
		return 0;
	}
	if (adtime_parse_int(text, strlen(text), &number) != ERR_OK) {
		msg_error("--since %s: the number of a run, or a day as 2026-01-15", text);
		return -1;
	}
	s = prepare(db, "SELECT at FROM run WHERE id = ?");
	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, number);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	else
		msg_error("--since %s: there is no such run in this history", text);
	sqlite3_finalize(s);
	return rc == SQLITE_ROW ? 0 : -1;
}

static int
list_since(sqlite3 *db, const char *text)
{
	sqlite3_stmt *s;
	int64_t since = 0, rows;

	if (since_when(db, text, &since) != 0)
		return -1;
	s = prepare(db, FINDINGS("CASE WHEN f.resolved_run IS NULL THEN 'new' ELSE 'resolved' END")
	    "WHERE (f.first_run IN (SELECT id FROM run WHERE at > ?1) AND f.resolved_run IS NULL) "
	    "OR f.resolved_run IN (SELECT id FROM run WHERE at > ?1) "
	    "ORDER BY f.resolved_run IS NOT NULL, f.rule, f.object, f.id");
	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, since);
	rows = each_row(db, s, finding_row);
	sqlite3_finalize(s);
	if (rows == 0)
		msg_warn("since %s nothing is new or resolved", text);
	return rows < 0 ? -1 : 0;
}

/* The story of one user: every episode of every finding. */
static int
tell_user(sqlite3 *db, const char *name)
{
	sqlite3_stmt *s = prepare(db, FINDINGS("CASE WHEN f.resolved_run IS NULL THEN 'open' ELSE "
	    "'resolved' END") "WHERE f.object = ?1 COLLATE NOCASE OR f.sam = ?1 COLLATE NOCASE "
	    "OR f.upn = ?1 COLLATE NOCASE OR f.guid = ?2 ORDER BY a.at, f.rule, f.id");
	struct guid guid;
	int64_t rows;

	if (!s)
		return -1;
	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	if (guid_from_str(name, strlen(name), &guid) == ERR_OK)
		sqlite3_bind_blob(s, 2, guid.b, sizeof guid.b, SQLITE_STATIC);
	rows = each_row(db, s, finding_row);
	sqlite3_finalize(s);
	if (rows == 0)
		msg_warn("'%s': this history has no finding of it, by DN, sAMAccountName, UPN or "
		    "GUID", name);
	return rows < 0 ? -1 : 0;
}

static int
show(sqlite3 *db, const struct settings *settings)
{
	int status = 0;

	if (settings->arg_count == 0 && !settings->since)
		return list_runs(db);
	if (settings->since)
		status = list_since(db, settings->since);
	for (size_t i = 0; i < settings->arg_count && status == 0; i++)
		status = tell_user(db, settings->args[i]);
	return status;
}

int
cmd_history(int argc, char **argv)
{
	struct settings settings;
	struct history_error err;
	sqlite3 *db = NULL;
	int status = STATUS_USAGE;

	if (!options_run(argv[0], OPT_HISTORY, argc, argv, &settings, &status))
		goto out;
	if (!settings.history) {
		msg_error("which history? --history FILE, as audits are given it");
		goto out;
	}
	db = history_db_open(settings.history, HISTORY_READ, 5, &err);
	if (!db)
		msg_error("%s", err.text);
	else if (show(db, &settings) == 0)
		status = STATUS_OK;
	sqlite3_close(db);
out:
	settings_fini(&settings);
	return status;
}
