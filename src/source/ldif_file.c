/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldif_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#define CHUNK ((size_t)128 << 10)

static const uint8_t zstd_magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };	/* RFC 8878 3.1.1 */

struct zstd_in {
	ZSTD_DStream *stream;
	ZSTD_inBuffer in;
	size_t pending;		/* 0: between two frames */
	bool ended;
	uint8_t raw[CHUNK];
};

static int
write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* All of `fd` in a temporary file; its descriptor, or -1. */
static int
spool(int fd)
{
	FILE *tmp = tmpfile();
	char *chunk = malloc(CHUNK);
	int out = -1;
	ssize_t n = -1;

	if (!tmp || !chunk)
		goto out;
	for (;;) {
		n = read(fd, chunk, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || write_all(fileno(tmp), chunk, (size_t)n) != 0)
			break;
	}
	if (n == 0)
		out = fcntl(fileno(tmp), F_DUPFD_CLOEXEC, 3);
out:
	free(chunk);
	if (tmp)
		fclose(tmp);
	return out;
}

int
ldif_file_open(struct ldif_file *f, const char *path)
{
	uint8_t magic[sizeof zstd_magic];
	struct stat st;
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) :
		fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	int saved;

	*f = (struct ldif_file){ .fd = -1 };
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0)
		goto fail;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto fail;
	}
	if (!S_ISREG(st.st_mode)) {
		int copy = spool(fd);

		if (copy < 0)
			goto fail;
		close(fd);
		fd = copy;
	}
	f->fd = fd;
	f->zstd = pread(fd, magic, sizeof magic, 0) == (ssize_t)sizeof magic &&
		!memcmp(magic, zstd_magic, sizeof magic);
	return 0;
fail:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

void
ldif_file_close(struct ldif_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

int
ldif_stream_open(struct ldif_stream *s, const struct ldif_file *f, uint64_t offset)
{
	*s = (struct ldif_stream){ .file = f };
	if (!f->zstd) {
		s->at = offset;
		return 0;
	}
	s->skip = offset;
	s->zstd = calloc(1, sizeof *s->zstd);
	if (s->zstd)
		s->zstd->stream = ZSTD_createDStream();
	if (s->zstd && s->zstd->stream)
		return 0;
	ldif_stream_close(s);
	return -1;
}

void
ldif_stream_close(struct ldif_stream *s)
{
	if (s->zstd) {
		ZSTD_freeDStream(s->zstd->stream);
		free(s->zstd);
	}
	s->zstd = NULL;
}

static ssize_t
file_read(struct ldif_stream *s, void *buf, size_t len)
{
	ssize_t n;

	do
		n = pread(s->file->fd, buf, len, (off_t)s->at);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		s->at += (uint64_t)n;
	if (n < 0)
		snprintf(s->error, sizeof s->error, "%s", strerror(errno));
	return n;
}

static ssize_t
zstd_read(struct ldif_stream *s, void *buf, size_t len)
{
	struct zstd_in *z = s->zstd;
	ZSTD_outBuffer out = { buf, len, 0 };

	while (!out.pos) {
		size_t left;

		if (z->in.pos == z->in.size && !z->ended) {
			ssize_t n = file_read(s, z->raw, sizeof z->raw);

			if (n < 0)
				return -1;
			z->in = (ZSTD_inBuffer){ z->raw, (size_t)n, 0 };
			z->ended = n == 0;
		}
		if (z->ended && !z->pending)
			return 0;
		left = ZSTD_decompressStream(z->stream, &out, &z->in);
		if (ZSTD_isError(left) || (z->ended && left && !out.pos)) {
			snprintf(s->error, sizeof s->error, "%s", ZSTD_isError(left) ?
			    ZSTD_getErrorName(left) : "the compressed data ends too early");
			return -1;
		}
		z->pending = left;
	}
	return (ssize_t)out.pos;
}

ssize_t
ldif_stream_fill(void *arg, void *buf, size_t len)
{
	struct ldif_stream *s = arg;
	ssize_t n;

	if (!s->zstd)
		return file_read(s, buf, len);
	do {
		n = zstd_read(s, buf, len);
		if (n > 0 && s->skip >= (uint64_t)n) {
			s->skip -= (uint64_t)n;
			continue;
		}
		break;
	} while (n > 0);
	if (n > 0 && s->skip) {
		n -= (ssize_t)s->skip;
		memmove(buf, (char *)buf + s->skip, (size_t)n);
		s->skip = 0;
	}
	return n;
}
