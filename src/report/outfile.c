/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE ((size_t)64 * 1024)

/* Existing and not a regular file: a pipe, a terminal, /dev/stdout. A symbolic
 * link is none either, whatever it leads to: it is written through. */
static bool
is_special(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* Leads to where our standard output goes: opening that anew would cut off what
 * is in a file already. */
static bool
is_stdout(const char *path)
{
	struct stat st, out;

	return stat(path, &st) == 0 && fstat(STDOUT_FILENO, &out) == 0 &&
		st.st_dev == out.st_dev && st.st_ino == out.st_ino;
}

/* A file without a name in the directory of a path; -1 where that cannot be had. */
static int
open_unnamed(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int fd = dir ? open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;

	free(dir);
	return fd;
}

/* Where open files can be given a name (open(2), O_TMPFILE). */
#define OPEN_FILES "/proc/self/fd"

/* Names the file beside its place: then rename(2) can put it there. */
static int
name_it(const struct outfile *o)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	char *end = o->beside + strlen(o->beside) - 6, from[sizeof OPEN_FILES + 16];
	uint8_t random[6];

	snprintf(from, sizeof from, OPEN_FILES "/%d", fileno(o->fp));
	for (int tries = 0; tries < 100; tries++) {
		if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
			return -1;
		for (size_t i = 0; i < sizeof random; i++)
			end[i] = letters[random[i] % 32];
		if (linkat(AT_FDCWD, from, AT_FDCWD, o->beside, AT_SYMLINK_FOLLOW) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	return -1;
}

/* Without a name until it is whole, so that nothing stays of a run that is killed;
 * where a file system has no such files, under a name beside its place. */
static int
open_beside(struct outfile *o)
{
	struct stat st;
	/* A name that cannot be is said now, not at the end. */
	bool may_be = lstat(o->beside, &st) == 0 || errno == ENOENT;
	int fd = may_be && access(OPEN_FILES, F_OK) == 0 ? open_unnamed(o->path) : -1;

	o->unnamed = fd >= 0;
	return fd >= 0 ? fd : mkstemp(o->beside);	/* mode 0600 */
}

int
outfile_open(struct outfile *o, const char *path)
{
	struct stat st;
	size_t size = strlen(path) + sizeof ".XXXXXX";
	int fd = -1, saved;

	*o = (struct outfile){ .path = path };
	if (!strcmp(path, "-")) {
		o->fp = stdout;
		return 0;
	}
	if (is_special(path)) {
		o->fp = is_stdout(path) ? stdout : fopen(path, "w");
		return o->fp ? 0 : -1;
	}
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	o->beside = malloc(size);
	if (!o->beside)
		return -1;
	snprintf(o->beside, size, "%s.XXXXXX", path);
	fd = open_beside(o);
	if (fd >= 0)
		o->fp = fdopen(fd, "w");
	if (o->fp) {
		/* Comfort: without the memory for it the system's own works. */
		o->buffer = malloc(BUFFER_SIZE);
		if (o->buffer)
			(void)setvbuf(o->fp, o->buffer, _IOFBF, BUFFER_SIZE);
		return 0;
	}
	saved = errno;
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !o->unnamed)
		unlink(o->beside);
	free(o->beside);
	o->beside = NULL;
	errno = saved;
	return -1;
}

int
outfile_commit(struct outfile *o)
{
	int failed = 0, saved = 0;

	if (!o->fp)
		return 0;
	if (fflush(o->fp) != 0 || ferror(o->fp)) {
		failed = -1;
		saved = errno ? errno : EIO;
	}
	if (!failed && o->beside && fsync(fileno(o->fp)) != 0) {
		failed = -1;
		saved = errno;
	}
	if (!failed && o->unnamed) {
		failed = name_it(o);
		saved = errno;
		o->unnamed = failed != 0;
	}
	if (o->fp != stdout && fclose(o->fp) != 0 && !failed) {
		failed = -1;
		saved = errno;
	}
	o->fp = NULL;
	if (!failed && o->beside && rename(o->beside, o->path) != 0) {
		failed = -1;
		saved = errno;
	}
	if (failed && o->beside && !o->unnamed)
		unlink(o->beside);
	free(o->beside);
	free(o->buffer);
	o->beside = o->buffer = NULL;
	o->unnamed = false;
	errno = saved;
	return failed;
}

void
outfile_discard(struct outfile *o)
{
	if (o->fp && o->fp != stdout)
		fclose(o->fp);
	if (o->beside && !o->unnamed)
		unlink(o->beside);
	free(o->beside);
	free(o->buffer);
	*o = (struct outfile){ 0 };
}

FILE *
outfile_spool(const char *path)
{
	int fd = strcmp(path, "-") ? open_unnamed(path) : -1;
	FILE *f = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (fd >= 0 && !f)
		close(fd);
	return f ? f : tmpfile();
}
