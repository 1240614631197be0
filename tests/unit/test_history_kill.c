/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "history.h"

/*
 * A run that is killed at each of its calls that change a file in turn, not only at
 * moments that chance finds (tests/cli/history.sh has those): before the call, and in
 * the middle of what it writes. The next run finds the history as it was
 * before, or, once the run was committed, as it is behind it.
 */

#define USERS 1000
#define DAY (INT64_C(86400) * 10000000)

/* HALFWAY through what is no write: behind it. */
enum moment { BEFORE, HALFWAY };

static char path[64], journal[80], copy[80];
static int64_t now = INT64_C(134000000000000000);

/* In the child that is to be killed: calls until then. -1: it is not. */
static long left = -1, calls;
static enum moment when;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_unlink)(const char *);
static int (*real_truncate)(int, off_t);

/* Whether this is the call; kills before it if that is what is asked. */
static bool
due(void)
{
	calls++;
	if (left < 0 || left-- > 0)
		return false;
	if (when == BEFORE)
		raise(SIGKILL);
	return true;
}

static ssize_t
our_pwrite(int fd, const void *data, size_t len, off_t at)
{
	bool last = due();
	ssize_t n = real_pwrite(fd, data, last && when == HALFWAY ? len / 2 : len, at);

	if (last)
		raise(SIGKILL);
	return n;
}

static ssize_t
our_write(int fd, const void *data, size_t len)
{
	bool last = due();
	ssize_t n = real_write(fd, data, last && when == HALFWAY ? len / 2 : len);

	if (last)
		raise(SIGKILL);
	return n;
}

static int
our_unlink(const char *name)
{
	bool last = due();
	int rc = real_unlink(name);

	if (last)
		raise(SIGKILL);
	return rc;
}

static int
our_truncate(int fd, off_t len)
{
	bool last = due();
	int rc = real_truncate(fd, len);

	if (last)
		raise(SIGKILL);
	return rc;
}

/* Puts ours in the place of a call of SQLite's. */
static void
replace(const char *name, sqlite3_syscall_ptr ours, void *real)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_syscall_ptr was = vfs->xGetSystemCall(vfs, name);

	if (!was)
		return;
	memcpy(real, &was, sizeof was);
	if (vfs->xSetSystemCall(vfs, name, ours) != SQLITE_OK)
		fail_msg("%s", name);
}

static void
see(struct history *run, unsigned rule, int user)
{
	char object[64];
	struct finding f = { .rule = rule, .domain = "t", .object = object, .evidence = "e",
		.cause = object };

	snprintf(object, sizeof object, "CN=somebody with a name %d,OU=x,DC=t", user);
	if (history_see(run, "CN=MSOL,DC=t", &f) != 0)
		fail_msg("%s", history_problem(run));
}

static int
told(void *arg, const struct finding *f)
{
	(void)f;
	++*(size_t *)arg;
	return 0;
}

/* A run that finds something new of every other user, and of the rest that it is over. */
static void
one_run(unsigned rule)
{
	static const struct tally tally = { .users = USERS };
	struct history_error err;
	struct history *run = history_begin(path, now += DAY, 0, &err);
	size_t resolved = 0;

	if (!run)
		fail_msg("%s", err.text);
	for (int i = 0; i < USERS; i++)
		see(run, i % 2 ? rule : 301, i);
	assert_int_equal(history_covered(run, &(struct history_part){ .domain = "t",
		.connector = "CN=MSOL,DC=t", .whole = true, .tally = &tally }), 0);
	assert_int_equal(history_resolve(run, told, &resolved), 0);
	if (history_commit(run, true, 400) != 0)
		fail_msg("%s", history_problem(run));
	history_close(run);
}

static int64_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

/* What stands in the history: 0 as before the run that was killed, 1 as behind it. */
static int
state_of(void)
{
	struct { const char *sql; int64_t before, behind; } what[] = {
		{ "SELECT count(*) FROM run", 1, 2 },
		{ "SELECT count(*) FROM part", 1, 2 },
		{ "SELECT count(*) FROM run WHERE complete", 1, 2 },
		{ "SELECT count(*) FROM finding", USERS, USERS + USERS / 2 },
		{ "SELECT count(*) FROM finding WHERE resolved_run = 2", 0, USERS / 2 },
		{ "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'", 0, 0 },
		{ "SELECT count(*) FROM pragma_foreign_key_check", 0, 0 },
	};
	sqlite3 *db = NULL;
	int behind;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	behind = number(db, what[0].sql) == what[0].behind;
	for (size_t i = 0; i < sizeof what / sizeof *what; i++)
		assert_int_equal(number(db, what[i].sql), behind ? what[i].behind : what[i].before);
	sqlite3_close(db);
	return behind;
}

static void
copy_file(const char *from, const char *to)
{
	char command[200];

	snprintf(command, sizeof command, "cp %s %s", from, to);
	assert_int_equal(system(command), 0);
}

/* The second run in a child, killed at its call `at`; false: it ended before that. */
static bool
killed_at(long at, enum moment moment)
{
	int status = 0;
	pid_t child;

	copy_file(copy, path);
	unlink(journal);
	child = fork();
	if (child == 0) {
		left = at;
		when = moment;
		one_run(302);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return false;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return true;
}

static void
test_every_call(void **state)
{
	long total, hot = 0, before = 0, behind = 0, step;
	int was;

	(void)state;
	one_run(301);
	copy_file(path, copy);
	assert_int_equal(state_of(), 0);
	calls = 0;
	one_run(302);
	total = calls;
	assert_int_equal(state_of(), 1);
	now -= DAY;
	/* It writes to its journal, to its file and takes the journal away. */
	assert_true(total > 20);
	/* Each time takes a while: some on the way, and all of the last, the commit's. */
	step = total / 20 + 1;
	for (long at = 0; at < total; at += at + 15 < total ? step : 1)
		for (enum moment m = BEFORE; m <= HALFWAY; m++) {
			assert_true(killed_at(at, m));
			hot += access(journal, F_OK) == 0;
			was = state_of();
			before += !was;
			behind += was;
		}
	assert_false(killed_at(total, BEFORE));
	assert_int_equal(state_of(), 1);
	print_message("# of %ld calls; killed %ld times: as before %ld, as behind %ld, %ld journals\n",
	    total, before + behind, before, behind, hot);
	/* Most leave a journal that the next one has to take back. */
	assert_true(hot > (before + behind) / 2);
	assert_true(behind > 0);
}

static int
setup(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof path, "/tmp/test_history_kill.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	snprintf(journal, sizeof journal, "%s-journal", path);
	snprintf(copy, sizeof copy, "%s.c", path);
	replace("pwrite", (sqlite3_syscall_ptr)our_pwrite, &real_pwrite);
	replace("pwrite64", (sqlite3_syscall_ptr)our_pwrite, &real_pwrite);
	replace("write", (sqlite3_syscall_ptr)our_write, &real_write);
	replace("unlink", (sqlite3_syscall_ptr)our_unlink, &real_unlink);
	replace("ftruncate", (sqlite3_syscall_ptr)our_truncate, &real_truncate);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(copy);
	unlink(journal);
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_call, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
