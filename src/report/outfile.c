/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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
	fd = mkstemp(o->beside);	/* mode 0600 */
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
	if (fd >= 0) {
		close(fd);
		unlink(o->beside);
	}
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
	if (o->fp != stdout && fclose(o->fp) != 0 && !failed) {
		failed = -1;
		saved = errno;
	}
	o->fp = NULL;
	if (!failed && o->beside && rename(o->beside, o->path) != 0) {
		failed = -1;
		saved = errno;
	}
	if (failed && o->beside)
		unlink(o->beside);
	free(o->beside);
	free(o->buffer);
	o->beside = o->buffer = NULL;
	errno = saved;
	return failed;
}

void
outfile_discard(struct outfile *o)
{
	if (o->fp && o->fp != stdout)
		fclose(o->fp);
	if (o->beside)
		unlink(o->beside);
	free(o->beside);
	free(o->buffer);
	*o = (struct outfile){ 0 };
}

FILE *
outfile_spool(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	FILE *f = NULL;
	int fd = -1;

	if (dir && strcmp(path, "-") != 0)
		fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	free(dir);
	if (fd >= 0)
		f = fdopen(fd, "w+");
	if (fd >= 0 && !f)
		close(fd);
	return f ? f : tmpfile();
}
