/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "core/adtime.h"
#include "core/escape.h"
#include "history_tell.h"
#include "msg.h"
#include "options.h"

#define UNREAD_LINES 20		/* of one run, in words: --json has all of them */

/* What is told, on its way to stdout. */
struct telling {
	sqlite3 *db;
	bool json;
	struct buf line;
	int64_t run;			/* whose details are told; 0: of none alone */
	bool complete;			/* it is */
	int64_t unread;			/* how many of it were told */
	struct buf place;		/* domain and connector of the lines before */
};

static int
put(struct telling *t)
{
	bool failed = buf_failed(&t->line);

	if (failed)
		msg_error("the history: out of memory");
	else
		fwrite(buf_str(&t->line), 1, t->line.len, stdout);
	buf_clear(&t->line);
	return failed ? -1 : 0;
}

/* SQLite's last word, unless it was not about SQLite. */
static int
damaged(const struct telling *t)
{
	int code = sqlite3_errcode(t->db);

	if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
		msg_error("the history: %s", sqlite3_errmsg(t->db));
	return -1;
}

/* The runs, and with them the trend. */

static int
on_reading(void *arg, const struct history_reading *r)
{
	struct telling *t = arg;

	(t->json ? history_json_reading : history_tell_reading)(r, &t->line);
	return t->json ? 0 : put(t);
}

static int
on_run(void *arg, const struct history_run *r)
{
	struct telling *t = arg;

	t->complete = r->complete;
	if (!t->json) {
		(t->run ? history_tell_run_head : history_tell_run)(r, &t->line);
		return put(t);
	}
	history_json_run(r, &t->line);
	if (history_read_readings(t->db, r->id, on_reading, t) < 0)
		return -1;
	history_json_run_end(&t->line);
	return put(t);
}

static int
list_runs(struct telling *t)
{
	if (!t->json)
		fputs(history_tell_runs_head, stdout);
	return history_read_runs(t->db, 0, on_run, t) < 0 ? damaged(t) : 0;
}

static int
on_unread(void *arg, const struct history_episode *e)
{
	struct telling *t = arg;

	t->unread++;
	if (t->json) {
		history_json_finding(e, e->resolved ? "resolved" : "open", &t->line);
		return put(t);
	}
	if (t->unread == 1)
		buf_adds(&t->line, "\nwhat could not be read, as of this run:\n");
	if (t->unread <= UNREAD_LINES)
		history_tell_finding(e, e->resolved ? "resolved" : "open", &t->line);
	return put(t);
}

static int
tell_run(struct telling *t, const char *text)
{
	int64_t at;
	int found;

	if (strcmp(text, "last") != 0 && (adtime_parse_int(text, strlen(text), &t->run) != ERR_OK ||
	    t->run <= 0)) {
		msg_error("--run %s: the number of a run, or last", text);
		return -1;
	}
	found = history_read_moment(t->db, &t->run, &at);
	if (found < 0)
		return damaged(t);
	if (!found) {
		msg_error("--run %s: there is no such run in this history", text);
		return -1;
	}
	if (history_read_runs(t->db, t->run, on_run, t) < 0 ||
	    (!t->json && history_read_readings(t->db, t->run, on_reading, t) < 0) ||
	    history_read_unread(t->db, t->run, on_unread, t) < 0)
		return damaged(t);
	if (!t->json && t->unread > UNREAD_LINES)
		printf("and %" PRId64 " more: --json has them\n", t->unread - UNREAD_LINES);
	else if (!t->json && !t->complete && !t->unread)
		puts("\nno finding says why: the messages of that run did");
	return 0;
}

/* What is new or resolved since then. */

static int
on_finding(void *arg, const struct history_episode *e)
{
	struct telling *t = arg;
	const char *state = e->resolved ? "resolved" : "new";

	(t->json ? history_json_finding : history_tell_finding)(e, state, &t->line);
	return put(t);
}

/* A run's number, or a day or moment: seconds since 1970 after which to look. */
static int
since_when(struct telling *t, const char *text, int64_t *out)
{
	int64_t run = 0, filetime = 0;
	int found;

	if (adtime_parse_iso(text, strlen(text), &filetime) == ERR_OK) {
		/* That moment itself counts. */
		*out = history_seconds(filetime) - 1;
		return 0;
	}
	if (adtime_parse_int(text, strlen(text), &run) != ERR_OK) {
		msg_error("--since %s: the number of a run, or a day as 2026-01-15", text);
		return -1;
	}
	found = run > 0 ? history_read_moment(t->db, &run, out) : 0;
	if (found < 0)
		return damaged(t);
	if (!found)
		msg_error("--since %s: there is no such run in this history", text);
	return found ? 0 : -1;
}

static int
list_since(struct telling *t, const char *text, int64_t since)
{
	int64_t rows = history_read_since(t->db, since, on_finding, t);

	if (rows < 0)
		return damaged(t);
	if (rows == 0)
		msg_warn("since %s nothing is new or resolved", text);
	return 0;
}

/* The story of one user: who it is, and every episode of every finding. */

static int
on_object(void *arg, const struct history_episode *e)
{
	struct telling *t = arg;

	buf_clear(&t->place);
	if (!t->json)
		history_tell_object(e, &t->line);
	return put(t);
}

static int
on_former(void *arg, const struct history_former *f)
{
	struct telling *t = arg;

	(t->json ? history_json_former : history_tell_former)(f, &t->line);
	return put(t);
}

/* By whom it was judged stands above the lines, once. */
static void
tell_place(struct telling *t, const struct history_episode *e)
{
	struct buf place = BUF_INIT;

	escape_terminal((const char *)e->domain.data, e->domain.len, &place);
	if (e->connector.len) {
		buf_adds(&place, ", judged by ");
		escape_terminal((const char *)e->connector.data, e->connector.len, &place);
	}
	if (strcmp(buf_str(&place), buf_str(&t->place)) != 0) {
		buf_addf(&t->line, "%s:\n", buf_str(&place));
		buf_fini(&t->place);
		t->place = place;
		return;
	}
	buf_fini(&place);
}

static int
on_episode(void *arg, const struct history_episode *e)
{
	struct telling *t = arg;
	const char *state = e->resolved ? "resolved" : "open";

	if (!t->json)
		tell_place(t, e);
	(t->json ? history_json_finding : history_tell_episode)(e, state, &t->line);
	return put(t);
}

static int
tell_user(struct telling *t, const char *name, int64_t since)
{
	const struct history_story story = { on_object, on_episode, on_former, t };
	int64_t objects = history_read_story(t->db, name, since, &story);

	if (objects < 0)
		return damaged(t);
	if (objects == 0)
		msg_warn("'%s': this history has no finding of it, by DN, sAMAccountName, UPN, SID "
		    "or GUID", name);
	return 0;
}

static int
show(struct telling *t, const struct settings *s)
{
	int64_t since = INT64_MIN;
	int status = 0;

	if (s->run)
		return tell_run(t, s->run);
	if (s->since && since_when(t, s->since, &since) != 0)
		return -1;
	if (s->arg_count == 0)
		return s->since ? list_since(t, s->since, since) : list_runs(t);
	for (size_t i = 0; i < s->arg_count && status == 0; i++) {
		if (i && !t->json)
			putchar('\n');
		status = tell_user(t, s->args[i], since);
	}
	return status;
}

/* One question at a time. */
static int
check(const struct settings *s)
{
	if (!s->history)
		msg_error("which history? --history FILE, as audits are given it");
	else if (s->run && (s->since || s->arg_count))
		msg_error("--run tells of one run: it goes with neither --since nor a user");
	else
		return 0;
	return -1;
}

int
cmd_history(int argc, char **argv)
{
	struct settings settings;
	struct telling t = { .line = BUF_INIT, .place = BUF_INIT };
	struct history_error err;
	int status = STATUS_USAGE;

	if (!options_run(argv[0], OPT_HISTORY, argc, argv, &settings, &status) ||
	    check(&settings) != 0)
		goto out;
	t.json = settings.as_json;
	t.db = history_db_open(settings.history, HISTORY_READ, 5, &err);
	if (!t.db)
		msg_error("%s", err.text);
	else if (show(&t, &settings) == 0)
		status = STATUS_OK;
	sqlite3_close(t.db);
out:
	buf_fini(&t.line);
	buf_fini(&t.place);
	settings_fini(&settings);
	return status;
}
