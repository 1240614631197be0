/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "history_read.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/buf.h"
#include "core/dn.h"
#include "core/guid.h"
#include "core/list.h"

static struct value
text(sqlite3_stmt *s, int i)
{
	const unsigned char *data = sqlite3_column_text(s, i);

	return (struct value){ data, data ? (size_t)sqlite3_column_bytes(s, i) : 0 };
}

static struct value
blob(sqlite3_stmt *s, int i)
{
	const void *data = sqlite3_column_blob(s, i);

	return (struct value){ data, data ? (size_t)sqlite3_column_bytes(s, i) : 0 };
}

static int64_t
moment(sqlite3_stmt *s, int i)
{
	return history_filetime(sqlite3_column_int64(s, i));
}

/* Each row to `row`, which makes of it what `each` gets. Finalizes the statement. */
static int64_t
each_row(sqlite3_stmt *s, int (*row)(sqlite3_stmt *, void *each_arg), void *each_arg)
{
	int64_t count = 0;
	int rc = SQLITE_ERROR, stopped = 0;

	while (s && !stopped && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		stopped = row(s, each_arg);
		count++;
	}
	sqlite3_finalize(s);
	return rc == SQLITE_DONE && !stopped ? count : -1;
}

/* A callback and its argument. */
struct each {
	history_run_fn *run;
	history_reading_fn *reading;
	history_episode_fn *episode;
	history_former_fn *former;
	void *arg;
};

static int
run_row(sqlite3_stmt *s, void *arg)
{
	const struct each *e = arg;
	struct history_run r = { .id = sqlite3_column_int64(s, 0), .at = moment(s, 1),
		.version = text(s, 2), .complete = sqlite3_column_int(s, 3),
		.users = sqlite3_column_int64(s, 4), .fresh = sqlite3_column_int64(s, 8),
		.resolved = sqlite3_column_int64(s, 9) };

	for (int op = 0; op < OP_COUNT; op++)
		r.fail[op] = sqlite3_column_int64(s, 5 + op);
	return e->run(e->arg, &r);
}

int64_t
history_read_runs(sqlite3 *db, int64_t id, history_run_fn *each, void *arg)
{
	sqlite3_stmt *s = history_prepare(db, "SELECT r.id, r.at, r.version, r.complete,"
	    " coalesce(sum(p.users), 0), coalesce(sum(p.reset_fail), 0),"
	    " coalesce(sum(p.change_fail), 0), coalesce(sum(p.unlock_fail), 0),"
	    " (SELECT count(*) FROM finding f WHERE f.first_run = r.id),"
	    " (SELECT count(*) FROM finding f WHERE f.resolved_run = r.id)"
	    " FROM run r LEFT JOIN part p ON p.run = r.id WHERE ?1 = 0 OR r.id = ?1"
	    " GROUP BY r.id ORDER BY r.id");

	if (s)
		sqlite3_bind_int64(s, 1, id);
	return each_row(s, run_row, &(struct each){ .run = each, .arg = arg });
}

static int
reading_row(sqlite3_stmt *s, void *arg)
{
	/* The columns' order. */
	static const enum verdict verdicts[] = { VERDICT_OK, VERDICT_RISK, VERDICT_UNKNOWN,
		VERDICT_FAIL };
	static const enum severity severities[] = { SEVERITY_FAIL, SEVERITY_UNKNOWN,
		SEVERITY_RISK, SEVERITY_INFO };
	const struct each *e = arg;
	struct history_reading r = { text(s, 0), text(s, 1), text(s, 2), text(s, 3), text(s, 4),
		.whole = sqlite3_column_int(s, 5), .users = sqlite3_column_int64(s, 6) };
	int i = 7;

	for (int op = 0; op < OP_COUNT; op++)
		for (int v = 0; v < 4; v++)
			r.verdicts[op][verdicts[v]] = sqlite3_column_int64(s, i++);
	for (int v = 0; v < 4; v++)
		r.findings[severities[v]] = sqlite3_column_int64(s, i++);
	return e->reading(e->arg, &r);
}

/* What a run notes of all its domains together (identities), and of a domain that it
 * could open again, has no controller and no figures. */
int64_t
history_read_readings(sqlite3 *db, int64_t run, history_reading_fn *each, void *arg)
{
	sqlite3_stmt *s = history_prepare(db, "SELECT l.domain, l.connector, p.controller, p.reader,"
	    " p.base, p.whole, p.users, p.reset_ok, p.reset_risk, p.reset_unknown, p.reset_fail,"
	    " p.change_ok, p.change_risk, p.change_unknown, p.change_fail, p.unlock_ok,"
	    " p.unlock_risk, p.unlock_unknown, p.unlock_fail, p.fail, p.unknown, p.risk, p.info"
	    " FROM part p JOIN place l ON l.id = p.place"
	    " WHERE p.run = ? AND p.controller IS NOT NULL ORDER BY p.rowid");

	if (s)
		sqlite3_bind_int64(s, 1, run);
	return each_row(s, reading_row, &(struct each){ .reading = each, .arg = arg });
}

#define EPISODES "SELECT a.id, a.at, z.id, z.at, f.rule, f.operations, l.domain, l.connector, " \
	"f.object, f.sam, f.upn, f.sid, f.guid, f.evidence, f.cause FROM finding f " \
	"JOIN place l ON l.id = f.place JOIN run a ON a.id = f.first_run " \
	"LEFT JOIN run z ON z.id = f.resolved_run "

static int
episode_row(sqlite3_stmt *s, void *arg)
{
	const struct each *e = arg;
	const struct history_episode x = { sqlite3_column_int64(s, 0), moment(s, 1),
		sqlite3_column_type(s, 2) != SQLITE_NULL, sqlite3_column_int64(s, 2), moment(s, 3),
		(unsigned)sqlite3_column_int64(s, 4), (unsigned)sqlite3_column_int64(s, 5),
		text(s, 6), text(s, 7), text(s, 8), text(s, 9), text(s, 10), text(s, 11),
		blob(s, 12), text(s, 13), text(s, 14) };

	return e->episode(e->arg, &x);
}

int64_t
history_read_since(sqlite3 *db, int64_t seconds, history_episode_fn *each, void *arg)
{
	sqlite3_stmt *s = history_prepare(db, EPISODES
	    "WHERE (f.first_run IN (SELECT id FROM run WHERE at > ?1) AND f.resolved_run IS NULL) "
	    "OR f.resolved_run IN (SELECT id FROM run WHERE at > ?1) "
	    "ORDER BY f.resolved_run IS NOT NULL, f.rule, f.object, f.id");

	if (s)
		sqlite3_bind_int64(s, 1, seconds);
	return each_row(s, episode_row, &(struct each){ .episode = each, .arg = arg });
}

/* f.rule of the rules that mean so: numbers of our own. */
static void
unread_rules(struct buf *sql)
{
	const char *sep = "";

	for (size_t i = 0; i < rule_count; i++)
		if (rule_table[i].unread) {
			buf_addf(sql, "%s%u", sep, rule_table[i].id);
			sep = ", ";
		}
}

int64_t
history_read_unread(sqlite3 *db, int64_t run, history_episode_fn *each, void *arg)
{
	struct buf sql = BUF_INIT;
	sqlite3_stmt *s;

	buf_adds(&sql, EPISODES "WHERE f.rule IN (");
	unread_rules(&sql);
	buf_adds(&sql, ") AND f.first_run <= ?1 AND (f.resolved_run IS NULL OR f.resolved_run > ?1) "
	    "ORDER BY f.rule, f.object, f.id");
	s = buf_failed(&sql) ? NULL : history_prepare(db, buf_str(&sql));
	buf_fini(&sql);
	if (s)
		sqlite3_bind_int64(s, 1, run);
	return each_row(s, episode_row, &(struct each){ .episode = each, .arg = arg });
}

static int
former_row(sqlite3_stmt *s, void *arg)
{
	const struct each *e = arg;
	const struct history_former f = { sqlite3_column_int64(s, 0), moment(s, 1), text(s, 2),
		text(s, 3), text(s, 4), blob(s, 5) };

	return e->former(e->arg, &f);
}

/* Who is looked for. */
struct wanted {
	const char *name;
	size_t len;
	bool has_guid, is_sid;
	struct guid guid;
};

static bool
same(struct value v, const struct wanted *w)
{
	return v.data && ascii_eq_nocase((const char *)v.data, v.len, w->name, w->len);
}

static struct value
argument(sqlite3_value *v)
{
	const unsigned char *data = sqlite3_value_text(v);

	return (struct value){ data, data ? (size_t)sqlite3_value_bytes(v) : 0 };
}

/* called(object, sam, upn, sid, guid) */
static void
called(sqlite3_context *c, int count, sqlite3_value **v)
{
	const struct wanted *w = sqlite3_user_data(c);
	struct value object = argument(v[0]);
	bool yes;

	(void)count;
	if (w->has_guid)
		yes = sqlite3_value_bytes(v[4]) == sizeof w->guid.b &&
			!memcmp(sqlite3_value_blob(v[4]), w->guid.b, sizeof w->guid.b);
	else
		yes = same(object, w) || same(argument(v[1]), w) || same(argument(v[2]), w) ||
			same(argument(v[3]), w) || (object.data &&
			dn_eq((const char *)object.data, object.len, w->name, w->len));
	sqlite3_result_int(c, yes);
}

/* An object, by its objectGUID, or by its name when it has none. */
struct subject {
	bool has_guid;
	struct guid guid;
	char *object;		/* owned */
};

struct subjects {
	struct subject *list;
	size_t count, cap;
};

static int
subject_row(sqlite3_stmt *s, void *arg)
{
	struct subjects *all = arg;
	const struct value guid = blob(s, 0), name = text(s, 1);
	struct subject *list = list_room(all->list, all->count, &all->cap, 8, sizeof *list);
	struct subject x = { .object = NULL };

	if (!list)
		return -1;
	all->list = list;
	x.has_guid = guid_parse(guid.data, guid.len, &x.guid) == ERR_OK;
	if (!x.has_guid && value_text(&name, &x.object) != 0)
		return -1;
	list[all->count++] = x;
	return 0;
}

/* Binds whom a statement is about: ?1 its objectGUID, ?2 its name. */
static sqlite3_stmt *
about(sqlite3_stmt *s, const struct subject *x)
{
	if (s && x->has_guid)
		sqlite3_bind_blob(s, 1, x->guid.b, sizeof x->guid.b, SQLITE_STATIC);
	else if (s)
		sqlite3_bind_text(s, 2, x->object ? x->object : "", -1, SQLITE_STATIC);
	return s;
}

#define ABOUT "(f.guid = ?1 OR (?1 IS NULL AND f.guid IS NULL AND f.object = ?2)) "

static int
tell(sqlite3 *db, const struct subject *x, int64_t since, const struct history_story *story)
{
	struct each each = { .episode = story->object, .former = story->former,
		.arg = story->arg };
	sqlite3_stmt *s;

	if (each_row(about(history_prepare(db, EPISODES "WHERE " ABOUT "ORDER BY "
	    "f.resolved_run IS NOT NULL, f.resolved_run DESC, f.id DESC LIMIT 1"), x), episode_row, &each) < 0 ||
	    (x->has_guid && each_row(about(history_prepare(db, "SELECT r.id, r.at, o.object, "
	    "o.sam, o.upn, o.guid FROM former o JOIN run r ON r.id = o.run WHERE o.guid = ?1 "
	    "ORDER BY r.id"),
	    x), former_row, &each) < 0))
		return -1;
	each.episode = story->episode;
	s = about(history_prepare(db, EPISODES "WHERE " ABOUT "AND (a.at > ?3 OR z.at > ?3) "
	    "ORDER BY l.domain, l.connector, a.at, f.rule, f.id"), x);
	if (s)
		sqlite3_bind_int64(s, 3, since);
	return each_row(s, episode_row, &each) < 0 ? -1 : 0;
}

int64_t
history_read_story(sqlite3 *db, const char *name, int64_t since, const struct history_story *story)
{
	struct wanted w = { .name = name, .len = strlen(name) };
	struct subjects all = { .list = NULL };
	int64_t count = -1;

	w.has_guid = guid_from_str(name, w.len, &w.guid) == ERR_OK;
	if (sqlite3_create_function(db, "called", 5, SQLITE_UTF8 | SQLITE_DIRECTONLY, &w, called,
	    NULL, NULL) == SQLITE_OK)
		count = each_row(history_prepare(db, "SELECT guid, CASE WHEN guid IS NULL THEN object END "
		    "FROM finding WHERE called(object, sam, upn, sid, guid) UNION SELECT guid, NULL "
		    "FROM former WHERE called(object, sam, upn, NULL, guid) AND EXISTS (SELECT 1 "
		    "FROM finding f WHERE f.guid = former.guid)"), subject_row, &all);
	for (size_t i = 0; count >= 0 && i < all.count; i++)
		if (tell(db, &all.list[i], since, story) != 0)
			count = -1;
	for (size_t i = 0; i < all.count; i++)
		free(all.list[i].object);
	free(all.list);
	return count;
}

int
history_read_moment(sqlite3 *db, int64_t *id, int64_t *seconds)
{
	sqlite3_stmt *s = history_prepare(db, "SELECT id, at FROM run WHERE ?1 = 0 OR id = ?1 "
	    "ORDER BY id DESC LIMIT 1");
	int rc = SQLITE_ERROR;

	if (s) {
		sqlite3_bind_int64(s, 1, *id);
		rc = sqlite3_step(s);
	}
	if (rc == SQLITE_ROW) {
		*id = sqlite3_column_int64(s, 0);
		*seconds = sqlite3_column_int64(s, 1);
	}
	sqlite3_finalize(s);
	return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}
