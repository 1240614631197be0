/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/outfile.h"

/* Each test works in a directory of its own. */

static char dir[] = "/tmp/test_outfile.XXXXXX";

static const char *
at(const char *name)
{
	static char path[4][256];
	static unsigned next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof path[0], "%s/%s", dir, name);
	return p;
}

static int
make_dir(void **state)
{
	(void)state;
	memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", dir);
	return system(command);
}

/* Names in the directory, without . and .. */
static int
entries(void)
{
	char command[300];
	FILE *p;
	int n = -1;

	snprintf(command, sizeof command, "ls -A '%s' | wc -l", dir);
	p = popen(command, "r");
	assert_non_null(p);
	assert_int_equal(fscanf(p, "%d", &n), 1);
	pclose(p);
	return n;
}

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
assert_content(const char *path, const char *want)
{
	char got[256] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_true(fread(got, 1, sizeof got - 1, f) <= sizeof got);
	fclose(f);
	assert_string_equal(got, want);
}

static void
new_file(void **state)
{
	const char *path = at("report.csv");
	mode_t mask = umask(0);
	struct outfile o;
	struct stat st;

	(void)state;
	assert_int_equal(outfile_open(&o, path), 0);
	fputs("hello\r\n", o.fp);
	/* not there until it is whole, and readable by its owner only meanwhile */
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(fstat(fileno(o.fp), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(outfile_commit(&o), 0);
	assert_content(path, "hello\r\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(entries(), 1);
	outfile_discard(&o);
	assert_int_equal(entries(), 1);
	umask(mask);
}

/* The old report stands until the new one is whole. */
static void
replaces(void **state)
{
	const char *path = at("report.csv");
	struct outfile o;
	struct stat st;

	(void)state;
	put(path, "old");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(outfile_open(&o, path), 0);
	fputs("new, and longer", o.fp);
	assert_int_equal(fflush(o.fp), 0);
	assert_content(path, "old");
	assert_int_equal(outfile_commit(&o), 0);
	assert_content(path, "new, and longer");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(entries(), 1);
}

static void
gives_up(void **state)
{
	const char *path = at("report.csv");
	struct outfile o, unopened = { 0 };

	(void)state;
	put(path, "old");
	assert_int_equal(outfile_open(&o, path), 0);
	fputs("half a rep", o.fp);
	outfile_discard(&o);
	assert_content(path, "old");
	assert_int_equal(entries(), 1);
	outfile_discard(&o);
	outfile_discard(&unopened);
	assert_int_equal(outfile_commit(&unopened), 0);
}

static void
cannot_open(void **state)
{
	char name[300];
	struct outfile o;

	(void)state;
	put(at("file"), "");
	assert_int_equal(outfile_open(&o, dir), -1);
	assert_int_equal(errno, EISDIR);
	outfile_discard(&o);
	assert_int_equal(outfile_open(&o, at("missing/report.csv")), -1);
	assert_int_equal(errno, ENOENT);
	outfile_discard(&o);
	assert_int_equal(outfile_open(&o, at("file/report.csv")), -1);
	assert_int_equal(errno, ENOTDIR);
	outfile_discard(&o);
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = 0;
	memcpy(name, dir, strlen(dir));
	name[strlen(dir)] = '/';
	assert_int_equal(outfile_open(&o, name), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	outfile_discard(&o);
	assert_int_equal(entries(), 1);
}

static void
unwritable_directory(void **state)
{
	struct outfile o;

	(void)state;
	/* Not even root makes a file there. */
	assert_int_equal(outfile_open(&o, "/proc/self/fd/report.csv"), -1);
	assert_int_not_equal(errno, 0);
	assert_null(o.beside);
}

/* Whoever is killed leaves nothing behind, where the file system can do that. */
static void
killed(void **state)
{
	int able = open(dir, O_TMPFILE | O_RDWR, 0600);
	struct outfile o;

	(void)state;
	if (able < 0)
		skip();
	close(able);
	put(at("report.csv"), "old");
	assert_int_equal(outfile_open(&o, at("report.csv")), 0);
	fputs("half a rep", o.fp);
	assert_int_equal(fflush(o.fp), 0);
	assert_int_equal(entries(), 1);
	/* As is: neither committed nor discarded. */
	assert_int_equal(fclose(o.fp), 0);
	free(o.beside);
	free(o.buffer);
	assert_int_equal(entries(), 1);
	assert_content(at("report.csv"), "old");
}

/* Each has its own, and the last one committed stays. */
static void
several_at_once(void **state)
{
	struct outfile o[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(outfile_open(&o[i], at("report.csv")), 0);
		fprintf(o[i].fp, "%d", i);
	}
	for (int i = 0; i < 3; i++)
		assert_int_equal(outfile_commit(&o[i]), 0);
	assert_content(at("report.csv"), "2");
	assert_int_equal(entries(), 1);
}

/* The name was taken by a directory while the report was being written. */
static void
cannot_rename(void **state)
{
	const char *path = at("report.csv");
	struct outfile o;

	(void)state;
	assert_int_equal(outfile_open(&o, path), 0);
	fputs("x", o.fp);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(outfile_commit(&o), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(entries(), 1);
	outfile_discard(&o);
}

static void
disk_full(void **state)
{
	struct outfile o;

	(void)state;
	if (access("/dev/full", W_OK) != 0)
		skip();
	assert_int_equal(outfile_open(&o, "/dev/full"), 0);
	assert_null(o.beside);
	fputs("x", o.fp);
	assert_int_equal(outfile_commit(&o), -1);
	assert_int_equal(errno, ENOSPC);
	/* noticed long before the end: still an error at the end, and its reason */
	assert_int_equal(outfile_open(&o, "/dev/full"), 0);
	for (int i = 0; i < 100000; i++)
		fputc('x', o.fp);
	errno = 0;
	assert_int_equal(outfile_commit(&o), -1);
	assert_int_not_equal(errno, 0);
	outfile_discard(&o);
}

static void
into_a_pipe(void **state)
{
	const char *path = at("pipe");
	char got[16] = "";
	struct outfile o;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(outfile_open(&o, path), 0);
	assert_null(o.beside);
	fputs("through", o.fp);
	assert_int_equal(outfile_commit(&o), 0);
	assert_int_equal(read(fd, got, sizeof got - 1), 7);
	assert_string_equal(got, "through");
	close(fd);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(entries(), 1);
}

/* A symbolic link stays one. */
static void
through_a_link(void **state)
{
	const char *target = at("target"), *path = at("link");
	struct outfile o;
	struct stat st;

	(void)state;
	put(target, "old, and longer");
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(outfile_open(&o, path), 0);
	fputs("new", o.fp);
	assert_int_equal(outfile_commit(&o), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_content(target, "new");
	assert_int_equal(entries(), 2);
}

/* "-" and /dev/stdout, also where that is a regular file that has something in it. */
static void
standard_output(void **state)
{
	const char *const names[] = { "-", "/dev/stdout" };
	const char *path = at("stdout");

	(void)state;
	for (int i = 0; i < 2; i++) {
		int kept, fd, opened, committed;
		struct stat st;
		struct outfile o;

		put(path, "before ");
		fflush(stdout);
		kept = dup(STDOUT_FILENO);
		fd = open(path, O_WRONLY | O_APPEND);
		assert_true(kept >= 0 && fd >= 0);
		dup2(fd, STDOUT_FILENO);
		opened = outfile_open(&o, names[i]);
		if (opened == 0)
			fputs("report", o.fp);
		committed = opened == 0 ? outfile_commit(&o) : -1;
		fflush(stdout);
		dup2(kept, STDOUT_FILENO);
		close(kept);
		close(fd);
		assert_int_equal(opened, 0);
		assert_int_equal(committed, 0);
		assert_content(path, "before report");
		assert_int_equal(lstat("/dev/stdout", &st), 0);
		assert_false(S_ISREG(st.st_mode));
		assert_int_equal(entries(), 1);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)
	const struct CMUnitTest tests[] = {
		TEST(new_file),
		TEST(replaces),
		TEST(gives_up),
		TEST(cannot_open),
		TEST(unwritable_directory),
		TEST(killed),
		TEST(several_at_once),
		TEST(cannot_rename),
		TEST(disk_full),
		TEST(into_a_pipe),
		TEST(through_a_link),
		TEST(standard_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
