/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "history_db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/adtime.h"

/* The number that file(1) and we tell such a file by: "wbah". */
#define APPLICATION_ID 0x77626168

/*
 * place: a domain judged by a connector. run: one audit; part: what it read of
 * a place, with its figures. finding: one episode of a finding; several may have
 * the same key, one at most of them open.
 */
static const char version_1[] =
	"CREATE TABLE secret (k0 INTEGER NOT NULL, k1 INTEGER NOT NULL);"
	"CREATE TABLE place (id INTEGER PRIMARY KEY, domain TEXT NOT NULL, connector TEXT NOT NULL,"
	"  UNIQUE (domain, connector));"
	"CREATE TABLE run (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, version TEXT NOT NULL,"
	"  complete INTEGER NOT NULL);"
	"CREATE TABLE part (run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	"  place INTEGER NOT NULL REFERENCES place, controller TEXT, reader TEXT, base TEXT,"
	"  whole INTEGER NOT NULL, users INTEGER NOT NULL,"
	"  reset_ok INTEGER NOT NULL, reset_risk INTEGER NOT NULL, reset_unknown INTEGER NOT NULL,"
	"  reset_fail INTEGER NOT NULL, change_ok INTEGER NOT NULL, change_risk INTEGER NOT NULL,"
	"  change_unknown INTEGER NOT NULL, change_fail INTEGER NOT NULL, unlock_ok INTEGER NOT NULL,"
	"  unlock_risk INTEGER NOT NULL, unlock_unknown INTEGER NOT NULL,"
	"  unlock_fail INTEGER NOT NULL, fail INTEGER NOT NULL, unknown INTEGER NOT NULL,"
	"  risk INTEGER NOT NULL, info INTEGER NOT NULL);"
	"CREATE INDEX part_run ON part (run);"
	"CREATE TABLE finding (id INTEGER PRIMARY KEY, key INTEGER NOT NULL, place INTEGER NOT NULL"
	"  REFERENCES place, rule INTEGER NOT NULL, first_run INTEGER NOT NULL,"
	"  resolved_run INTEGER, guid BLOB, object TEXT NOT NULL, sam TEXT, upn TEXT,"
	"  operations INTEGER NOT NULL, evidence TEXT, cause TEXT);"
	"CREATE UNIQUE INDEX finding_open ON finding (key) WHERE resolved_run IS NULL;"
	"CREATE INDEX finding_resolved ON finding (resolved_run) WHERE resolved_run IS NOT NULL;"
	"CREATE INDEX finding_first ON finding (first_run);";

/* What a run wants to know of all that is open, without a look at the findings: for
 * that SQLite wants resolved_run in it, too. That a key is open once is history.c's
 * to see to. */
static const char version_2[] =
	"DROP INDEX finding_open;"
	"CREATE INDEX finding_open ON finding (key, first_run, resolved_run) "
	"WHERE resolved_run IS NULL;";

/* Who an object was, when it is called something else: a finding has the names that it
 * was seen with last, and `names` is a hash of them; former: those that it had until a
 * run. */
static const char version_3[] =
	"ALTER TABLE finding ADD COLUMN sid TEXT;"
	"ALTER TABLE finding ADD COLUMN names INTEGER;"
	"DROP INDEX finding_open;"
	"CREATE INDEX finding_open ON finding (key, first_run, names, resolved_run) "
	"WHERE resolved_run IS NULL;"
	"CREATE TABLE former (guid BLOB NOT NULL, run INTEGER NOT NULL REFERENCES run "
	"  ON DELETE CASCADE, object TEXT NOT NULL, sam TEXT, upn TEXT, UNIQUE (guid, run));"
	"CREATE INDEX former_run ON former (run);";

/* What takes a file from version i to i + 1. */
static const char *const migrations[HISTORY_VERSION] = { version_1, version_2, version_3 };

int64_t
history_seconds(int64_t filetime)
{
	return filetime / 10000000 - 11644473600;
}

int64_t
history_filetime(int64_t seconds)
{
	int64_t t;

	if (__builtin_add_overflow(seconds, INT64_C(11644473600), &t) ||
	    __builtin_mul_overflow(t, INT64_C(10000000), &t))
		return seconds < 0 ? INT64_MIN : INT64_MAX;
	return t;
}

sqlite3_stmt *
history_prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;

	return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) ==
		SQLITE_OK ? s : NULL;
}

void
history_bind_text(sqlite3_stmt *s, int i, const char *text)
{
	if (text)
		sqlite3_bind_text(s, i, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(s, i);
}

void
history_bind_value(sqlite3_stmt *s, int i, const struct value *v)
{
	if (v->data)
		sqlite3_bind_text64(s, i, (const char *)v->data, v->len, SQLITE_STATIC,
		    SQLITE_UTF8);
	else
		sqlite3_bind_null(s, i);
}

static int
fail(sqlite3 *db, const char *path, const char *what, struct history_error *err)
{
	int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		snprintf(err->text, sizeof err->text, "%s: another run is writing to this history; "
		    "try again when it has ended", path);
	else if (code == SQLITE_NOTADB)
		snprintf(err->text, sizeof err->text, "%s: this is no history: --history names a "
		    "file that this program makes itself", path);
	else
		snprintf(err->text, sizeof err->text, "%s: %s: %s", path, what,
		    db ? sqlite3_errmsg(db) : "out of memory");
	return -1;
}

static int
number(sqlite3 *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *s = history_prepare(db, sql);
	int status = -1;

	if (s && sqlite3_step(s) == SQLITE_ROW) {
		*out = sqlite3_column_int64(s, 0);
		status = 0;
	}
	sqlite3_finalize(s);
	return status;
}

static int
new_secret(sqlite3 *db)
{
	sqlite3_stmt *s;
	int64_t key[2];
	int status = -1;

	if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key)
		return -1;
	s = history_prepare(db, "INSERT INTO secret VALUES (?, ?)");
	if (s) {
		sqlite3_bind_int64(s, 1, key[0]);
		sqlite3_bind_int64(s, 2, key[1]);
		status = sqlite3_step(s) == SQLITE_DONE ? 0 : -1;
	}
	sqlite3_finalize(s);
	return status;
}

int
history_db_key(sqlite3 *db, struct siphash_key *out)
{
	int64_t k0 = 0, k1 = 0;

	if (number(db, "SELECT k0 FROM secret", &k0) != 0 ||
	    number(db, "SELECT k1 FROM secret", &k1) != 0)
		return -1;
	*out = (struct siphash_key){ (uint64_t)k0, (uint64_t)k1 };
	return 0;
}

/* Brings the tables up to date, in the transaction of the run. */
static int
migrate(sqlite3 *db, const char *path, int64_t from, struct history_error *err)
{
	char sql[64];

	for (int64_t v = from; v < HISTORY_VERSION; v++)
		if (sqlite3_exec(db, migrations[v], NULL, NULL, NULL) != SQLITE_OK)
			return fail(db, path, "its tables could not be made", err);
	if (from == 0 && new_secret(db) != 0)
		return fail(db, path, "no random numbers", err);
	snprintf(sql, sizeof sql, "PRAGMA user_version = %d", HISTORY_VERSION);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, path, "its version could not be set", err);
	return 0;
}

static int
check(sqlite3 *db, const char *path, enum history_use use, struct history_error *err)
{
	int64_t version = 0, application = 0, tables = 0;
	char sql[64];

	if (number(db, "PRAGMA user_version", &version) != 0 ||
	    number(db, "PRAGMA application_id", &application) != 0 ||
	    number(db, "SELECT count(*) FROM sqlite_schema", &tables) != 0)
		return fail(db, path, "cannot be read", err);
	if (version < 0 || (application != APPLICATION_ID && (tables || use == HISTORY_READ))) {
		snprintf(err->text, sizeof err->text, "%s: this is no history: --history names a "
		    "file that this program makes itself", path);
		return -1;
	}
	if (version > HISTORY_VERSION) {
		snprintf(err->text, sizeof err->text, "%s: a newer writeback-audit has written it "
		    "(version %lld of its tables; this one knows %d): use that one", path,
		    (long long)version, HISTORY_VERSION);
		return -1;
	}
	if (use == HISTORY_READ && version < HISTORY_VERSION) {
		snprintf(err->text, sizeof err->text, "%s: an older writeback-audit has written it; "
		    "the next audit with --history brings it up to date", path);
		return -1;
	}
	if (version == HISTORY_VERSION)
		return 0;
	snprintf(sql, sizeof sql, "PRAGMA application_id = %d", APPLICATION_ID);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, path, "cannot be written", err);
	return migrate(db, path, version, err);
}

/* SQLite makes files for everybody that the umask lets in. */
static int
make_private(const char *path, struct history_error *err)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || fstat(fd, &st) != 0) {
		snprintf(err->text, sizeof err->text, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	close(fd);
	if (S_ISREG(st.st_mode))
		return 0;
	snprintf(err->text, sizeof err->text, "%s: not a regular file", path);
	return -1;
}

sqlite3 *
history_db_open(const char *path, enum history_use use, int wait, struct history_error *err)
{
	/* A name is a name, not "file:…" nor ":memory:". */
	char beside[4096];
	sqlite3 *db = NULL;
	int flags = use == HISTORY_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

	snprintf(beside, sizeof beside, "%s%s", path[0] == '/' ? "" : "./", path);
	if (use == HISTORY_WRITE && make_private(path, err) != 0)
		return NULL;
	if (sqlite3_open_v2(beside, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		fail(db, path, "cannot be opened", err);
		goto out;
	}
	/* What stands in the file is data, whoever wrote it: no trigger of its own
	 * takes back what is written, no view stands for a table. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_busy_timeout(db, wait * 1000);
	if (use == HISTORY_WRITE && (sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL)
	    != SQLITE_OK || sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
	    SQLITE_OK)) {
		fail(db, path, "cannot be written", err);
		goto out;
	}
	if (check(db, path, use, err) == 0)
		return db;
out:
	sqlite3_close(db);
	return NULL;
}
