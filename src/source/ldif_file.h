/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDIF_FILE_H
#define WBA_SOURCE_LDIF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A file of LDIF that is read more than once, also while another reading of it
 * is under way: each reading has a position of its own. What is compressed with
 * zstd (by its first bytes, whatever its name) is decoded anew each time: no
 * space is needed, and decoding is many times faster than parsing. What cannot
 * be read twice (a pipe) is first put into a temporary file without a name.
 */
struct ldif_file {
	int fd;			/* a regular file */
	bool zstd;
};

/* 0, or -1 with errno set. "-" is the standard input. */
int ldif_file_open(struct ldif_file *, const char *path);
void ldif_file_close(struct ldif_file *);

struct zstd_in;

/* One reading, from `offset` of the decoded bytes on. */
struct ldif_stream {
	const struct ldif_file *file;
	uint64_t at;		/* in the file */
	uint64_t skip;		/* decoded bytes still to be left out */
	struct zstd_in *zstd;	/* owned; NULL for plain text */
	char error[160];	/* why a read failed; "" when none did */
};

int ldif_stream_open(struct ldif_stream *, const struct ldif_file *, uint64_t offset);
void ldif_stream_close(struct ldif_stream *);
/* As ldifr_fill_fn, `arg` a struct ldif_stream. */
ssize_t ldif_stream_fill(void *arg, void *buf, size_t len);

#endif
