/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "history_db.h"
#include "history_known.h"

/*
 * What is new, known and resolved, by finding. tests/cli/history.sh has the same
 * through the program; here are the cases that a directory does not make easily.
 */

#define A "CN=a,OU=x,DC=t"
#define B "CN=b,OU=x,DC=t"
#define MSOL "CN=MSOL,DC=t"
#define DAY (INT64_C(86400) * 10000000)

static char path[64];
static int64_t now;
static int keep;		/* days; 0: all */
static struct history *run;

static void
begin(void)
{
	struct history_error err;

	now += DAY;
	run = history_begin(path, now, 0, &err);
	if (!run)
		fail_msg("%s", err.text);
}

/* One finding: 'n'ew or 'k'nown. */
static char
see(unsigned rule, const char *object, bool shared)
{
	struct finding f = { .rule = rule, .domain = "t", .object = object, .shared = shared,
		.evidence = "e", .cause = object };

	if (history_see(run, MSOL, &f) != 0)
		fail_msg("%s", history_problem(run));
	return f.status == FINDING_NEW ? 'n' : 'k';
}

static int
count(void *arg, const struct finding *f)
{
	size_t *n = arg;

	assert_int_equal(f->status, FINDING_RESOLVED);
	assert_string_equal(f->domain, "t");
	(*n)++;
	return 0;
}

/* Ends the run; how many findings it resolves. */
static size_t
end(bool whole, const char *base)
{
	size_t *by_rule = calloc(rule_count, sizeof *by_rule), n = 0;
	const struct tally tally = { .users = 2, .by_rule = by_rule };

	assert_int_equal(history_covered(run, &(struct history_part){ .domain = "t",
		.connector = MSOL, .base = base, .whole = whole, .tally = &tally }), 0);
	assert_int_equal(history_resolve(run, count, &n), 0);
	assert_int_equal(history_commit(run, true, keep), 0);
	history_close(run);
	free(by_rule);
	return n;
}

static int
setup(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "/tmp/test_history.XXXXXX");
	int fd = mkstemp(path);

	if (fd >= 0)
		close(fd);
	now = INT64_C(134000000000000000);
	keep = 0;
	begin();
	return see(301, A, false) == 'n' && see(301, B, false) == 'n' && see(501, A, false) == 'n' &&
		see(209, MSOL, true) == 'n' && end(true, NULL) == 0 ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static void
test_known(void **state)
{
	(void)state;
	begin();
	assert_int_equal(see(301, A, false), 'k');
	assert_int_equal(see(301, A, false), 'k');
	assert_int_equal(see(302, A, false), 'n');
	assert_int_equal(end(true, NULL), 3);
}

/* Twice in one run, by the same key: new both times, one finding. */
static void
test_twice(void **state)
{
	(void)state;
	begin();
	assert_int_equal(see(317, A, false), 'n');
	assert_int_equal(see(317, A, false), 'n');
	assert_int_equal(end(true, NULL), 4);
	begin();
	assert_int_equal(see(317, A, false), 'k');
	assert_int_equal(end(true, NULL), 0);
}

static void
test_not_whole(void **state)
{
	(void)state;
	begin();
	assert_int_equal(end(false, NULL), 0);
	begin();
	/* Of a place that was not read at all nothing is said either. */
	assert_int_equal(history_commit(run, true, 0), 0);
	history_close(run);
	begin();
	assert_int_equal(see(301, A, false), 'k');
	assert_int_equal(end(true, NULL), 3);
}

/* Something of the object could not be read (315: its descriptor). */
static void
test_object_unread(void **state)
{
	(void)state;
	begin();
	assert_int_equal(see(315, A, false), 'n');
	/* B's 301 and the connector's 209 are gone; A keeps 301 and 501. */
	assert_int_equal(end(true, NULL), 2);
	begin();
	assert_int_equal(see(301, A, false), 'k');
	assert_int_equal(see(501, A, false), 'k');
	assert_int_equal(end(true, NULL), 1);
}

/* Something of the whole domain could not be read (505: the policies). */
static void
test_family_unread(void **state)
{
	(void)state;
	begin();
	assert_int_equal(see(505, "DC=t", true), 'n');
	/* All but A's 501. */
	assert_int_equal(end(true, NULL), 3);
}

/* No run of this place but the first, which read all: who is not below the base may have
 * been moved. Whoever was read there is there. */
static void
test_base(void **state)
{
	(void)state;
	begin();
	/* Of users nothing below OU=y was known; the connector is not below a base. */
	assert_int_equal(end(true, "OU=y,DC=t"), 1);
	begin();
	assert_int_equal(end(true, "OU=x,DC=t"), 0);
	begin();
	assert_int_equal(history_user(run, &(struct account){ .dn = A }), 0);
	assert_int_equal(end(true, "OU=x,DC=t"), 2);
	begin();
	assert_int_equal(see(301, B, false), 'k');
	assert_int_equal(end(true, NULL), 0);
}

/* A history of one part of the domain alone: who is not there any more is gone. */
static void
test_one_base(void **state)
{
	(void)state;
	assert_int_equal(unlink(path), 0);
	begin();
	assert_int_equal(see(301, A, false), 'n');
	assert_int_equal(see(301, B, false), 'n');
	assert_int_equal(end(true, "OU=x,DC=t"), 0);
	begin();
	assert_int_equal(see(301, A, false), 'k');
	assert_int_equal(end(true, "OU=x,DC=t"), 1);
	begin();
	assert_int_equal(end(false, "OU=x,DC=t"), 0);
	/* Another run looks elsewhere: from then on A may be there. */
	begin();
	assert_int_equal(end(true, "OU=y,DC=t"), 0);
	begin();
	assert_int_equal(end(true, "OU=x,DC=t"), 0);
	begin();
	assert_int_equal(end(true, NULL), 1);
}

/* Two parts of one domain in a run. */
static void
test_two_bases(void **state)
{
	static const struct tally none = { .users = 0 };
	const struct history_part part = { .domain = "t", .connector = MSOL, .base = "OU=y,DC=t",
		.whole = true, .tally = &none };

	(void)state;
	begin();
	assert_int_equal(history_covered(run, &part), 0);
	assert_int_equal(end(false, "OU=x,DC=t"), 1);
	begin();
	assert_int_equal(history_user(run, &(struct account){ .dn = B }), 0);
	assert_int_equal(history_covered(run, &part), 0);
	assert_int_equal(end(true, "OU=x,DC=t"), 1);
}

/* What stands in the file: the first value of the first row, "" for none. */
static const char *
stored(const char *sql)
{
	static char text[256];
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	text[0] = '\0';
	if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0))
		snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	sqlite3_close(db);
	return text;
}

static char
see_user(const char *dn, const char *sam, const char *upn)
{
	struct account a = { .dn = dn, .dn_len = strlen(dn), .has_guid = true,
		.guid = { { 1, 2, 3 } }, .sam = { (const uint8_t *)sam, strlen(sam) } };
	struct finding f = { .rule = 403, .domain = "t", .object = dn, .account = &a,
		.evidence = "e", .cause = "c" };

	if (upn)
		a.upn = (struct value){ (const uint8_t *)upn, strlen(upn) };
	if (history_see(run, MSOL, &f) != 0)
		fail_msg("%s", history_problem(run));
	return f.status == FINDING_NEW ? 'n' : 'k';
}

/* Renamed, moved, and once seen by somebody who may not read the UPN. */
static void
test_renamed(void **state)
{
	static const char now_called[] = "SELECT object || '/' || sam || '/' || upn FROM finding "
		"WHERE guid IS NOT NULL";
	static const char formerly[] = "SELECT group_concat(object || '/' || sam || '/' || upn || '/' "
		"|| run) FROM former";

	(void)state;
	begin();
	assert_int_equal(see_user(A, "a", "a@t"), 'n');
	(void)end(true, NULL);
	begin();
	assert_int_equal(see_user(A, "a", "a@t"), 'k');
	(void)end(true, NULL);
	assert_string_equal(stored(formerly), "");
	begin();
	assert_int_equal(see_user("CN=z,OU=y,DC=t", "z", "a@t"), 'k');
	assert_int_equal(end(true, NULL), 0);
	assert_string_equal(stored(now_called), "CN=z,OU=y,DC=t/z/a@t");
	assert_string_equal(stored(formerly), A "/a/a@t/4");
	begin();
	assert_int_equal(see_user("CN=z,OU=y,DC=t", "z", NULL), 'k');
	(void)end(true, NULL);
	begin();
	assert_int_equal(see_user("CN=z,OU=y,DC=t", "z", "a@t"), 'k');
	(void)end(true, NULL);
	assert_string_equal(stored(now_called), "CN=z,OU=y,DC=t/z/a@t");
	assert_string_equal(stored(formerly), A "/a/a@t/4");
	/* Moved away from the base, without being seen there again. */
	begin();
	assert_int_equal(end(true, "OU=y,DC=t"), 0);
}

/* As somebody else would, past all that history_db_open() sees to. */
static void
alter(const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* A number of a row that never was: the file may be anybody's. */
static void
test_hostile_rows(void **state)
{
	static const char *const sql[] = {
		"UPDATE finding SET guid = x'00'", "UPDATE finding SET first_run = 4294967295",
		"UPDATE finding SET rule = 4294967296", "UPDATE finding SET object = x'00ff'",
		"UPDATE finding SET evidence = NULL, cause = NULL, operations = -1",
		"UPDATE run SET at = 9223372036854775807", "UPDATE run SET at = -9223372036854775807",
	};
	struct history_error err;

	(void)state;
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
		sqlite3 *db = history_db_open(path, HISTORY_WRITE, 0, &err);

		assert_non_null(db);
		assert_int_equal(sqlite3_exec(db, sql[i], NULL, NULL, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		begin();
		(void)see(301, A, false);
		(void)end(true, NULL);
	}
}

/* Ids that we never give: refused, not guessed at. */
static void
test_hostile_ids(void **state)
{
	static const char *const sql[] = {
		"UPDATE finding SET id = -id", "UPDATE finding SET id = 4294967296 + abs(id)",
		"UPDATE finding SET id = id - 4294967296, first_run = -1",
		"UPDATE finding SET first_run = 4294967296",
	};
	struct history_error err;

	(void)state;
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
		alter(sql[i]);
		assert_null(history_begin(path, now, 0, &err));
		assert_non_null(strstr(err.text, "was not written by this program"));
	}
}

static int64_t
number(const char *sql)
{
	struct history_error err;
	sqlite3 *db = history_db_open(path, HISTORY_READ, 0, &err);
	sqlite3_stmt *s = NULL;
	int64_t n;

	assert_non_null(db);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

/* What was resolved longer ago than days are kept is forgotten, to the day, and with it
 * the runs that nothing refers to; what is open is not, however old it is. */
static void
test_retention(void **state)
{
	static const struct { int runs, parts, findings; } days[] = {
		/* 2: resolves B's 301, A's 501 and the connector's 209; 302 is new */
		{ 2, 2, 5 }, { 3, 3, 5 }, { 4, 4, 5 },
		/* 5: day 2 is three days ago; 6: more than that */
		{ 5, 5, 5 }, { 6, 6, 2 },
		/* Days 3, 4 go; 1 and 2 are since when 301 and 302 are open. */
		{ 6, 6, 2 }, { 6, 6, 2 },
	};

	(void)state;
	keep = 3;
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		begin();
		assert_int_equal(see(301, A, false), 'k');
		assert_int_equal(see(302, B, false), i == 0 ? 'n' : 'k');
		assert_int_equal(end(true, NULL), i == 0 ? 3 : 0);
		assert_int_equal(number("SELECT count(*) FROM run"), days[i].runs);
		assert_int_equal(number("SELECT count(*) FROM part"), days[i].parts);
		assert_int_equal(number("SELECT count(*) FROM finding"), days[i].findings);
	}
	assert_int_equal(number("SELECT count(*) FROM run WHERE id IN (3, 4)"), 0);
	assert_int_equal(number("SELECT min(first_run) FROM finding"), 1);
	/* Kept without an end, nothing goes. */
	keep = 0;
	begin();
	assert_int_equal(end(true, NULL), 2);
	for (int i = 0; i < 20; i++) {
		begin();
		assert_int_equal(end(true, NULL), 0);
	}
	assert_int_equal(number("SELECT count(*) FROM finding"), 2);
	assert_int_equal(number("SELECT count(*) FROM run"), 27);
}

/* As version 1 left it: brought up to date by the next run, which knows what was there. */
static void
test_migration(void **state)
{
	struct history_error err;

	(void)state;
	alter("DROP INDEX finding_open; DROP TABLE former; ALTER TABLE finding DROP COLUMN sid; "
	    "ALTER TABLE finding DROP COLUMN names; CREATE UNIQUE INDEX finding_open ON "
	    "finding (key) WHERE resolved_run IS NULL; PRAGMA user_version = 1");
	assert_null(history_db_open(path, HISTORY_READ, 0, &err));
	assert_non_null(strstr(err.text, "an older writeback-audit has written it"));
	begin();
	assert_int_equal(see(301, A, false), 'k');
	assert_int_equal(see(302, A, false), 'n');
	assert_int_equal(see(302, A, false), 'n');
	assert_int_equal(end(true, NULL), 3);
	begin();
	assert_int_equal(see(301, A, false), 'k');
	assert_int_equal(end(true, NULL), 1);
}

/* What is asked of a million findings is answered from an index, not from them. */
static void
test_plan(void **state)
{
	struct history_error err;
	sqlite3_stmt *s = NULL;
	sqlite3 *db;

	(void)state;
	begin();
	(void)end(true, NULL);
	db = history_db_open(path, HISTORY_READ, 0, &err);
	assert_non_null(db);
	assert_int_equal(sqlite3_prepare_v2(db, "EXPLAIN QUERY PLAN SELECT key, id, first_run, names "
	    "FROM finding WHERE resolved_run IS NULL ORDER BY key", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_non_null(strstr((const char *)sqlite3_column_text(s, 3),
	    "USING COVERING INDEX finding_open"));
	assert_int_equal(sqlite3_step(s), SQLITE_DONE);
	sqlite3_finalize(s);
	sqlite3_close(db);
}

/* Keys are hashes; that they are spread evenly is only what makes the search fast. */
static void
test_search(void **state)
{
	static const struct { int64_t from, step; } spreads[] = {
		{ 0, 1 }, { INT64_MIN, 1 }, { INT64_MAX - 2 * 499, 2 }, { INT64_MIN, INT64_C(1) << 55 },
		{ -250, 3 }, { 7, 0 },
	};
	static struct history_open list[499];
	int64_t keys[499];

	(void)state;
	for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++)
		for (size_t n = 0; n < 499; n = 2 * n + 1) {
			uint8_t seen[64] = { 0 };
			struct history_known k = { .keys = keys, .list = list, .count = n,
				.seen = seen };
			int64_t key = spreads[i].from;

			for (size_t m = 0; m < n; m++, key += spreads[i].step)
				keys[m] = key;
			for (size_t m = 0; m < n; m++) {
				assert_non_null(history_known_see(&k, keys[m]));
				if (spreads[i].step > 1)
					assert_null(history_known_see(&k, keys[m] + 1));
			}
			assert_int_equal(history_known_see(&k, 6) != NULL, n > 6 && i == 0);
		}
}

/* Of four days only the last is kept: with what was resolved before go the runs that only
 * it was of, their parts and the names of then; what is open stays, and its first run. */
static void
test_forget(void **state)
{
	(void)state;
	begin();
	assert_int_equal(see_user(A, "a", "a@t"), 'n');
	assert_int_equal(end(true, NULL), 4);
	begin();
	assert_int_equal(see_user("CN=z,DC=t", "z", "a@t"), 'k');
	assert_int_equal(end(true, NULL), 0);
	assert_string_equal(stored("SELECT count(*) FROM former"), "1");
	begin();
	assert_int_equal(see_user("CN=z,DC=t", "z", "a@t"), 'k');
	assert_int_equal(end(true, NULL), 0);
	begin();
	assert_int_equal(see_user("CN=z,DC=t", "z", "a@t"), 'k');
	assert_int_equal(history_commit(run, true, 1), 0);
	history_close(run);
	assert_string_equal(stored("SELECT group_concat(id) FROM run"), "2,4,5");
	assert_string_equal(stored("SELECT group_concat(run) FROM part"), "2,4");
	assert_string_equal(stored("SELECT count(*) FROM finding"), "1");
	assert_string_equal(stored("SELECT count(*) FROM former"), "0");
}

static void
test_newer(void **state)
{
	struct history_error err;
	sqlite3 *db = history_db_open(path, HISTORY_WRITE, 0, &err);

	(void)state;
	assert_non_null(db);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99; COMMIT", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	assert_null(history_begin(path, now, 0, &err));
	assert_non_null(strstr(err.text, "a newer writeback-audit has written it"));
}

static void
test_no_version(void **state)
{
	struct history_error err;

	(void)state;
	alter("PRAGMA user_version = -1");
	assert_null(history_begin(path, now, 0, &err));
	assert_non_null(strstr(err.text, "this is no history"));
	assert_null(history_db_open(path, HISTORY_READ, 0, &err));
	assert_non_null(strstr(err.text, "this is no history"));
}

/* Of a file that takes back what is written to it. */
static void
test_trigger(void **state)
{
	(void)state;
	alter("CREATE TRIGGER t BEFORE INSERT ON finding BEGIN SELECT RAISE(IGNORE); END");
	begin();
	assert_int_equal(see(302, A, false), 'n');
	(void)end(true, NULL);
	begin();
	assert_int_equal(see(302, A, false), 'k');
	(void)end(true, NULL);
}

/* Rows that never end. */
static void
test_view(void **state)
{
	struct history_error err;

	(void)state;
	alter("DROP TABLE secret; CREATE VIEW secret AS WITH RECURSIVE w (k0, k1) AS "
	    "(SELECT 0, 0 UNION ALL SELECT k0 + 1, 0 FROM w) SELECT * FROM w WHERE k0 < 0");
	assert_null(history_begin(path, now, 0, &err));
	assert_non_null(strstr(err.text, path));
}

static void
test_times(void **state)
{
	static const int64_t epoch = INT64_C(116444736000000000);

	(void)state;
	assert_int_equal(history_filetime(0), epoch);
	assert_int_equal(history_filetime(history_seconds(now)), now);
	assert_int_equal(history_filetime(INT64_C(910692730085)), INT64_C(9223372036850000000));
	assert_true(history_filetime(INT64_C(910692730086)) == INT64_MAX);
	assert_true(history_filetime(INT64_MAX) == INT64_MAX);
	assert_true(history_filetime(INT64_MIN) == INT64_MIN);
}

static void
test_busy(void **state)
{
	struct history_error err;

	(void)state;
	begin();
	assert_null(history_begin(path, now, 0, &err));
	assert_non_null(strstr(err.text, "another run is writing"));
	history_close(run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_known, setup, teardown),
		cmocka_unit_test_setup_teardown(test_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_object_unread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_family_unread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_base, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_base, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_bases, setup, teardown),
		cmocka_unit_test_setup_teardown(test_renamed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_ids, setup, teardown),
		cmocka_unit_test_setup_teardown(test_retention, setup, teardown),
		cmocka_unit_test_setup_teardown(test_migration, setup, teardown),
		cmocka_unit_test_setup_teardown(test_plan, setup, teardown),
		cmocka_unit_test(test_search),
		cmocka_unit_test_setup_teardown(test_forget, setup, teardown),
		cmocka_unit_test_setup_teardown(test_newer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_version, setup, teardown),
		cmocka_unit_test_setup_teardown(test_trigger, setup, teardown),
		cmocka_unit_test_setup_teardown(test_view, setup, teardown),
		cmocka_unit_test(test_times),
		cmocka_unit_test_setup_teardown(test_busy, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
