/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "history_names.h"

#include <string.h>

/* A value and its end, so that no two lists of values look the same. */
static void
add(struct buf *b, const void *v, size_t len)
{
	uint64_t length = v ? len : UINT64_MAX;

	buf_add(b, &length, sizeof length);
	if (v)
		buf_add(b, v, len);
}

uint32_t
history_names_hash(struct history_names *n, const struct siphash_key *key,
    const struct finding *f)
{
	const struct account *a = f->account;
	struct buf now = n->before;
	uint32_t hash;

	if (!a || !a->has_guid)
		return 1;
	n->before = n->text;
	n->text = now;
	buf_clear(&n->text);
	add(&n->text, f->object, f->object ? strlen(f->object) : 0);
	add(&n->text, a->sam.data, a->sam.len);
	add(&n->text, a->upn.data, a->upn.len);
	/* Without memory the names of now are compared one by one. */
	if (buf_failed(&n->text))
		return 1;
	if (n->hash && !buf_failed(&n->before) && n->text.len == n->before.len &&
	    !memcmp(n->text.data, n->before.data, n->text.len))
		return n->hash;
	hash = (uint32_t)siphash(key, n->text.data, n->text.len);
	return n->hash = hash ? hash : 1;
}

/* Whether a value was read, and is not what stands in the row. */
static bool
differs(sqlite3_stmt *row, int column, const void *v, size_t len)
{
	return v && (sqlite3_column_type(row, column) == SQLITE_NULL ||
		(size_t)sqlite3_column_bytes(row, column) != len ||
		memcmp(sqlite3_column_blob(row, column), v, len) != 0);
}

static sqlite3_stmt *
prepared(sqlite3 *db, sqlite3_stmt **s, const char *sql)
{
	if (!*s)
		*s = history_prepare(db, sql);
	return *s;
}

/* Names are kept once a run, whichever finding of the object comes first. */
static int
keep_former(struct history_names *n, sqlite3 *db, int64_t run, int64_t id)
{
	sqlite3_stmt *s = prepared(db, &n->former, "INSERT OR IGNORE INTO former (guid, run, object, "
	    "sam, upn) SELECT guid, ?1, object, sam, upn FROM finding WHERE id = ?2");
	int rc;

	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, run);
	sqlite3_bind_int64(s, 2, id);
	rc = sqlite3_step(s);
	sqlite3_reset(s);
	return rc == SQLITE_DONE ? 0 : -1;
}

static int
take(struct history_names *n, sqlite3 *db, int64_t id, const struct finding *f, uint32_t hash)
{
	const struct account *a = f->account;
	sqlite3_stmt *s = prepared(db, &n->renew, "UPDATE finding SET object = coalesce(?2, "
	    "object), sam = coalesce(?3, sam), upn = coalesce(?4, upn), sid = coalesce(?5, sid), "
	    "names = ?6 WHERE id = ?1");
	struct sid_buf sid;
	int rc;

	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, id);
	history_bind_text(s, 2, f->object);
	history_bind_value(s, 3, &a->sam);
	history_bind_value(s, 4, &a->upn);
	history_bind_text(s, 5, a->has_sid ? sid_str(&a->sid, &sid) : NULL);
	sqlite3_bind_int64(s, 6, hash);
	rc = sqlite3_step(s);
	sqlite3_reset(s);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
history_names_renew(struct history_names *n, sqlite3 *db, int64_t run, int64_t id,
    const struct finding *f, uint32_t hash)
{
	const struct account *a = f->account;
	sqlite3_stmt *s = prepared(db, &n->look, "SELECT object, sam, upn FROM finding WHERE id = ?");
	bool changed;

	if (!s || !a || !a->has_guid)
		return s ? 0 : -1;
	sqlite3_bind_int64(s, 1, id);
	if (sqlite3_step(s) != SQLITE_ROW) {
		sqlite3_reset(s);
		return -1;
	}
	changed = differs(s, 0, f->object, f->object ? strlen(f->object) : 0) ||
		differs(s, 1, a->sam.data, a->sam.len) || differs(s, 2, a->upn.data, a->upn.len);
	sqlite3_reset(s);
	if (changed && keep_former(n, db, run, id) != 0)
		return -1;
	return take(n, db, id, f, hash);
}

void
history_names_fini(struct history_names *n)
{
	sqlite3_finalize(n->look);
	sqlite3_finalize(n->former);
	sqlite3_finalize(n->renew);
	buf_fini(&n->text);
	buf_fini(&n->before);
	*n = (struct history_names){ .look = NULL };
}
