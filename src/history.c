/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "history.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/dn.h"
#include "core/guid.h"
#include "core/hash_set.h"
#include "history_db.h"
#include "history_known.h"
#include "history_names.h"
#include "rules/rule.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

#define FAMILIES 10		/* rules by their first digit */

/* What was read of a place in this run; one run may read several parts of a domain. */
struct place {
	struct place *next;
	int64_t id;
	char *domain, *connector;
	bool read, whole;	/* a part of it to its end; all of it */
	char *scope;		/* all that this history was ever told of: what is below it; or NULL */
	bool unread[FAMILIES];	/* something of the whole domain could not be read */
};

struct history {
	sqlite3 *db;
	sqlite3_stmt *add;
	struct siphash_key key;
	int64_t run, now;		/* now: seconds */
	struct history_known known;	/* what was open before this run */
	struct hash_set fresh;		/* the keys of what it added */
	struct history_names names;
	struct place *places;		/* owned */
	struct hash_set unclear;	/* objects of which something could not be read */
	struct hash_set users;		/* who was read, where not all are */
	pthread_mutex_t lock;
	char problem[512];
};

const char *
history_problem(const struct history *h)
{
	return h->problem;
}

static int
fail(struct history *h, const char *what)
{
	snprintf(h->problem, sizeof h->problem, "the history: %s: %s", what,
	    sqlite3_errmsg(h->db));
	return -1;
}

static int
nomem(struct history *h)
{
	snprintf(h->problem, sizeof h->problem, "the history: out of memory");
	return -1;
}

/* The object as keys have it: its GUID, or its name folded as DNs compare. */
static uint64_t
object_key(const struct history *h, const uint8_t *guid, const char *object)
{
	return guid ? siphash(&h->key, guid, 16) : siphash(&h->key, object, strlen(object));
}

static int64_t
finding_key(const struct history *h, int64_t place, unsigned rule, uint64_t object)
{
	const uint64_t parts[] = { (uint64_t)place, rule, object };
	int64_t key;
	uint64_t hash = siphash(&h->key, parts, sizeof parts);

	memcpy(&key, &hash, sizeof key);
	return key;
}

static int
begin_run(struct history *h)
{
	const char *why = NULL;
	sqlite3_stmt *s;

	if (history_known_load(&h->known, h->db, &why) != 0) {
		snprintf(h->problem, sizeof h->problem, "the history: cannot be read: %s", why);
		return -1;
	}
	s = history_prepare(h->db, "INSERT INTO run (at, version, complete) VALUES (?, ?, 0)");
	if (!s)
		goto fail;
	sqlite3_bind_int64(s, 1, h->now);
	history_bind_text(s, 2, PACKAGE_VERSION);
	if (sqlite3_step(s) != SQLITE_DONE)
		goto fail;
	sqlite3_finalize(s);
	h->run = sqlite3_last_insert_rowid(h->db);
	h->add = history_prepare(h->db, "INSERT INTO finding (key, place, rule, first_run, guid, "
	    "object, sam, upn, operations, evidence, cause, sid, names) VALUES (?, ?, ?, ?, ?, ?, "
	    "?, ?, ?, ?, ?, ?, ?)");
	return h->add ? 0 : fail(h, "cannot be read");
fail:
	sqlite3_finalize(s);
	return fail(h, "cannot be written");
}

struct history *
history_begin(const char *path, int64_t now, int wait, struct history_error *err)
{
	struct history *h = calloc(1, sizeof *h);

	if (!h) {
		snprintf(err->text, sizeof err->text, "%s: out of memory", path);
		return NULL;
	}
	pthread_mutex_init(&h->lock, NULL);
	h->now = history_seconds(now);
	h->db = history_db_open(path, HISTORY_WRITE, wait, err);
	if (!h->db) {
		history_close(h);
		return NULL;
	}
	if (history_db_key(h->db, &h->key) != 0)
		fail(h, "cannot be read");
	else if (begin_run(h) == 0)
		return h;
	snprintf(err->text, sizeof err->text, "%.200s: %.300s", path, h->problem);
	history_close(h);
	return NULL;
}

static struct place *
place_of(struct history *h, const char *domain, const char *connector)
{
	struct place *p;
	sqlite3_stmt *s;

	for (p = h->places; p; p = p->next)
		if (!strcmp(p->domain, domain) && !strcmp(p->connector, connector))
			return p;
	s = history_prepare(h->db, "INSERT INTO place (domain, connector) VALUES (?, ?) "
	    "ON CONFLICT DO UPDATE SET domain = domain RETURNING id");
	if (!s) {
		fail(h, "cannot be written");
		return NULL;
	}
	history_bind_text(s, 1, domain);
	history_bind_text(s, 2, connector);
	p = calloc(1, sizeof *p);
	if (p) {
		p->domain = strdup(domain);
		p->connector = strdup(connector);
	}
	if (!p || !p->domain || !p->connector) {
		nomem(h);
		goto fail;
	}
	if (sqlite3_step(s) != SQLITE_ROW) {
		fail(h, "cannot be written");
		goto fail;
	}
	p->id = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	p->next = h->places;
	h->places = p;
	return p;
fail:
	sqlite3_finalize(s);
	if (p) {
		free(p->domain);
		free(p->connector);
	}
	free(p);
	return NULL;
}

static int
add(struct history *h, int64_t key, const struct place *p, const struct finding *f, uint32_t names)
{
	static const struct value none = { NULL, 0 };
	const struct account *a = f->account;
	struct sid_buf sid;
	sqlite3_stmt *s = h->add;
	int rc;

	sqlite3_bind_int64(s, 1, key);
	sqlite3_bind_int64(s, 2, p->id);
	sqlite3_bind_int64(s, 3, f->rule);
	sqlite3_bind_int64(s, 4, h->run);
	if (a && a->has_guid)
		sqlite3_bind_blob(s, 5, a->guid.b, sizeof a->guid.b, SQLITE_STATIC);
	else
		sqlite3_bind_null(s, 5);
	history_bind_text(s, 6, f->object ? f->object : "");
	history_bind_value(s, 7, a ? &a->sam : &none);
	history_bind_value(s, 8, a ? &a->upn : &none);
	sqlite3_bind_int64(s, 9, f->operations);
	history_bind_text(s, 10, f->evidence);
	history_bind_text(s, 11, f->cause);
	history_bind_text(s, 12, a && a->has_sid ? sid_str(&a->sid, &sid) : NULL);
	sqlite3_bind_int64(s, 13, names);
	rc = sqlite3_step(s);
	sqlite3_reset(s);
	return rc == SQLITE_DONE ? 0 : fail(h, "cannot be written");
}

static int
see(struct history *h, const char *connector, struct finding *f)
{
	const struct rule *rule = rule_find(f->rule);
	struct place *p = place_of(h, f->domain ? f->domain : "", connector);
	const uint8_t *guid = f->account && f->account->has_guid ? f->account->guid.b : NULL;
	uint64_t object = object_key(h, guid, f->object ? f->object : "");
	uint32_t names = history_names_hash(&h->names, &h->key, f);
	struct history_open *known;
	int64_t key;
	bool added;

	if (!p)
		return -1;
	key = finding_key(h, p->id, f->rule, object);
	if (rule->unread && f->shared)
		p->unread[f->rule / 100 % FAMILIES] = true;
	else if (rule->unread && hash_set_add(&h->unclear, object, NULL) != ERR_OK)
		return nomem(h);
	known = history_known_see(&h->known, key);
	f->status = known ? FINDING_KNOWN : FINDING_NEW;
	f->first_seen = history_filetime(known ? history_known_moment(&h->known, known->first_run) :
	    h->now);
	if (known && known->names == names)
		return 0;
	if (known) {
		known->names = names;
		return history_names_renew(&h->names, h->db, h->run, known->id, f, names) == 0 ?
			0 : fail(h, "cannot be written");
	}
	if (hash_set_add(&h->fresh, (uint64_t)key, &added) != ERR_OK)
		return nomem(h);
	return added ? add(h, key, p, f, names) : 0;
}

int
history_see(struct history *h, const char *connector, struct finding *f)
{
	int status;

	pthread_mutex_lock(&h->lock);
	status = see(h, connector, f);
	pthread_mutex_unlock(&h->lock);
	return status;
}

static int
add_part(struct history *h, const struct place *place, const struct history_part *p)
{
	sqlite3_stmt *s = history_prepare(h->db, "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?, "
	    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	static const enum verdict verdicts[] = { VERDICT_OK, VERDICT_RISK, VERDICT_UNKNOWN,
		VERDICT_FAIL };
	static const enum severity severities[] = { SEVERITY_FAIL, SEVERITY_UNKNOWN,
		SEVERITY_RISK, SEVERITY_INFO };
	int i = 0, rc;

	if (!s)
		return fail(h, "cannot be written");
	sqlite3_bind_int64(s, ++i, h->run);
	sqlite3_bind_int64(s, ++i, place->id);
	history_bind_text(s, ++i, p->controller);
	history_bind_text(s, ++i, p->reader);
	history_bind_text(s, ++i, p->base);
	sqlite3_bind_int(s, ++i, p->whole);
	sqlite3_bind_int64(s, ++i, (int64_t)p->tally->users);
	for (int op = 0; op < OP_COUNT; op++)
		for (int v = 0; v < 4; v++)
			sqlite3_bind_int64(s, ++i,
			    (int64_t)p->tally->verdicts[op][verdicts[v]]);
	for (int v = 0; v < 4; v++)
		sqlite3_bind_int64(s, ++i, (int64_t)p->tally->by_severity[severities[v]]);
	rc = sqlite3_step(s);
	sqlite3_finalize(s);
	return rc == SQLITE_DONE ? 0 : fail(h, "cannot be written");
}

int
history_user(struct history *h, const struct account *a)
{
	uint64_t object = object_key(h, a->has_guid ? a->guid.b : NULL, a->dn);
	int status;

	pthread_mutex_lock(&h->lock);
	status = hash_set_add(&h->users, object, NULL) == ERR_OK ? 0 : nomem(h);
	pthread_mutex_unlock(&h->lock);
	return status;
}

/* Who is not below a base any more may be elsewhere. Where no run ever looked elsewhere,
 * that is as good as gone. */
static int
keep_scope(struct history *h, struct place *p, const char *base)
{
	sqlite3_stmt *s = history_prepare(h->db, "SELECT NOT EXISTS (SELECT 1 FROM part WHERE "
	    "place = ? AND base IS NOT ?)");
	bool alone = false;
	int rc = SQLITE_ERROR;

	free(p->scope);
	p->scope = NULL;
	if (s) {
		sqlite3_bind_int64(s, 1, p->id);
		history_bind_text(s, 2, base);
		rc = sqlite3_step(s);
		alone = rc == SQLITE_ROW && sqlite3_column_int(s, 0);
	}
	sqlite3_finalize(s);
	if (rc != SQLITE_ROW)
		return fail(h, "cannot be read");
	if (base && alone && !(p->scope = strdup(base)))
		return nomem(h);
	return 0;
}

static bool
was_read(const struct history *h, const struct place *p, uint64_t key, const char *object)
{
	return p->whole || hash_set_has(&h->users, key) || (p->scope &&
		dn_under(object, strlen(object), p->scope, strlen(p->scope)));
}

static int
covered(struct history *h, const struct history_part *part)
{
	struct place *p = place_of(h, part->domain, part->connector);

	if (!p || add_part(h, p, part) != 0)
		return -1;
	p->read |= part->whole;
	p->whole |= part->whole && !part->base;
	return keep_scope(h, p, part->base);
}

int
history_covered(struct history *h, const struct history_part *part)
{
	int status;

	pthread_mutex_lock(&h->lock);
	status = covered(h, part);
	pthread_mutex_unlock(&h->lock);
	return status;
}

static int
trend(struct history *h, const struct history_part *part, int max,
    int (*each)(void *, const struct history_figures *), void *arg)
{
	sqlite3_stmt *s = history_prepare(h->db, "SELECT * FROM (SELECT r.at AS at, r.id AS id, p.users, "
	    "p.reset_fail, p.change_fail, p.unlock_fail FROM part p JOIN run r ON r.id = p.run "
	    "JOIN place l ON l.id = p.place WHERE l.domain = ?1 AND l.connector = ?2 AND "
	    "p.base IS ?3 AND p.whole ORDER BY r.at DESC, r.id DESC LIMIT ?4) ORDER BY at, id");
	int status = 0, rc = SQLITE_ERROR;

	if (s) {
		history_bind_text(s, 1, part->domain);
		history_bind_text(s, 2, part->connector);
		history_bind_text(s, 3, part->base);
		sqlite3_bind_int(s, 4, max);
	}
	while (s && status == 0 && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct history_figures f = { .at = history_filetime(sqlite3_column_int64(s, 0)),
			.users = sqlite3_column_int64(s, 2) };

		for (int op = 0; op < OP_COUNT; op++)
			f.fail[op] = sqlite3_column_int64(s, 3 + op);
		status = each(arg, &f);
	}
	sqlite3_finalize(s);
	return status == 0 && rc != SQLITE_DONE ? fail(h, "cannot be read") : status;
}

int
history_trend(struct history *h, const struct history_part *part, int max,
    int (*each)(void *arg, const struct history_figures *), void *arg)
{
	int status;

	pthread_mutex_lock(&h->lock);
	status = trend(h, part, max, each, arg);
	pthread_mutex_unlock(&h->lock);
	return status;
}

/* Whether a finding that was open, and was not seen, is gone. */
static bool
is_gone(const struct history *h, const struct place *p, sqlite3_stmt *s)
{
	unsigned rule = (unsigned)sqlite3_column_int(s, 1);
	const uint8_t *guid = sqlite3_column_bytes(s, 2) == 16 ? sqlite3_column_blob(s, 2) : NULL;
	const char *object = (const char *)sqlite3_column_text(s, 3);
	const struct rule *r = rule_find(rule);
	uint64_t key;

	if (!object)
		return false;
	key = object_key(h, guid, object);
	/* A rule that this version does not have says nothing any more. */
	if (r && p->unread[rule / 100 % FAMILIES])
		return false;
	if (r && r->scope == RULE_USER && !was_read(h, p, key, object))
		return false;
	return !hash_set_has(&h->unclear, key);
}

static struct value
text_value(sqlite3_stmt *s, int i)
{
	return (struct value){ sqlite3_column_text(s, i), (size_t)sqlite3_column_bytes(s, i) };
}

static int
tell(const struct place *p, sqlite3_stmt *s, int (*each)(void *, const struct finding *), void *arg)
{
	struct account a = { .has_guid = sqlite3_column_bytes(s, 2) == 16,
		.dn = (const char *)sqlite3_column_text(s, 3), .sam = text_value(s, 4),
		.upn = text_value(s, 5) };
	struct finding f = { .rule = (unsigned)sqlite3_column_int(s, 1), .account = &a,
		.object = a.dn, .domain = p->domain,
		.operations = (unsigned)sqlite3_column_int(s, 6),
		.evidence = (const char *)sqlite3_column_text(s, 7),
		.cause = (const char *)sqlite3_column_text(s, 8), .status = FINDING_RESOLVED,
		.first_seen = history_filetime(sqlite3_column_int64(s, 9)) };
	const struct value sid = text_value(s, 10);
	const struct rule *rule = rule_find(f.rule);
	struct cause why = { CAUSE_AS_SAID, f.cause, rule ? rule->title : "" };

	if (a.has_guid)
		memcpy(a.guid.b, sqlite3_column_blob(s, 2), sizeof a.guid.b);
	a.has_sid = sid.data && sid_from_str((const char *)sid.data, sid.len, &a.sid) == ERR_OK;
	a.dn_len = (size_t)sqlite3_column_bytes(s, 3);
	f.why = &why;
	return rule ? each(arg, &f) : 0;
}

/* The place of that id, when some of it was read. */
static const struct place *
place_read(const struct history *h, int64_t id)
{
	for (const struct place *p = h->places; p; p = p->next)
		if (p->id == id)
			return p->read ? p : NULL;
	return NULL;
}

static int
resolve_one(struct history *h, int64_t id, sqlite3_stmt *look, sqlite3_stmt *mark,
    int (*each)(void *, const struct finding *), void *arg)
{
	const struct place *p;
	int status = 0, rc;

	sqlite3_bind_int64(look, 1, id);
	rc = sqlite3_step(look);
	p = rc == SQLITE_ROW ? place_read(h, sqlite3_column_int64(look, 0)) : NULL;
	if (rc != SQLITE_ROW)
		status = fail(h, "cannot be read");
	else if (p && is_gone(h, p, look)) {
		status = tell(p, look, each, arg);
		sqlite3_bind_int64(mark, 1, h->run);
		sqlite3_bind_int64(mark, 2, id);
		if (status == 0 && sqlite3_step(mark) != SQLITE_DONE)
			status = fail(h, "cannot be written");
		sqlite3_reset(mark);
	}
	sqlite3_reset(look);
	return status;
}

int
history_resolve(struct history *h, int (*each)(void *arg, const struct finding *), void *arg)
{
	size_t count = 0;
	int64_t *ids = history_known_unseen(&h->known, &count);
	sqlite3_stmt *look = history_prepare(h->db, "SELECT f.place, f.rule, f.guid, f.object, "
	    "f.sam, f.upn, f.operations, f.evidence, f.cause, r.at, f.sid FROM finding f JOIN run r "
	    "ON r.id = f.first_run WHERE f.id = ?");
	sqlite3_stmt *mark = history_prepare(h->db, "UPDATE finding SET resolved_run = ? WHERE id = ?");
	int status = 0;

	if (!ids)
		status = nomem(h);
	else if (!look || !mark)
		status = fail(h, "cannot be read");
	for (size_t i = 0; i < count && status == 0; i++)
		status = resolve_one(h, ids[i], look, mark, each, arg);
	sqlite3_finalize(look);
	sqlite3_finalize(mark);
	free(ids);
	return status;
}

static int
forget(struct history *h, int keep_days)
{
	static const char *const sql[] = {
		"DELETE FROM finding WHERE resolved_run IN (SELECT id FROM run WHERE at < ?)",
		"DELETE FROM run WHERE at < ? AND NOT EXISTS (SELECT 1 FROM finding WHERE "
		"first_run = run.id) AND NOT EXISTS (SELECT 1 FROM finding WHERE resolved_run = run.id)",
	};

	for (size_t i = 0; keep_days && i < sizeof sql / sizeof *sql; i++) {
		sqlite3_stmt *s = history_prepare(h->db, sql[i]);
		int rc = SQLITE_ERROR;

		if (s) {
			sqlite3_bind_int64(s, 1, h->now - (int64_t)keep_days * 86400);
			rc = sqlite3_step(s);
		}
		sqlite3_finalize(s);
		if (rc != SQLITE_DONE)
			return fail(h, "cannot be written");
	}
	return 0;
}

int
history_commit(struct history *h, bool complete, int keep_days)
{
	sqlite3_stmt *s = history_prepare(h->db, "UPDATE run SET complete = ? WHERE id = ?");
	int rc = SQLITE_ERROR;

	if (s) {
		sqlite3_bind_int(s, 1, complete);
		sqlite3_bind_int64(s, 2, h->run);
		rc = sqlite3_step(s);
	}
	sqlite3_finalize(s);
	if (rc != SQLITE_DONE)
		return fail(h, "cannot be written");
	if (forget(h, keep_days) != 0)
		return -1;
	return sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK ? 0 :
		fail(h, "cannot be written");
}

void
history_close(struct history *h)
{
	struct place *p;

	if (!h)
		return;
	sqlite3_finalize(h->add);
	history_names_fini(&h->names);
	sqlite3_close(h->db);	/* what was not committed is rolled back */
	while ((p = h->places)) {
		h->places = p->next;
		free(p->domain);
		free(p->connector);
		free(p->scope);
		free(p);
	}
	history_known_fini(&h->known);
	hash_set_fini(&h->fresh);
	hash_set_fini(&h->unclear);
	hash_set_fini(&h->users);
	pthread_mutex_destroy(&h->lock);
	free(h);
}
