/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SNAPSHOT_WRITE_H
#define WBA_SOURCE_SNAPSHOT_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include "source/entry_store.h"
#include "source/redact.h"
#include "source/snapshot_info.h"

/*
 * Writes a snapshot: head, everything that is not a user, the users, a last
 * line. What is not a user is known only when all is read, so users go to a
 * temporary file first, and are copied behind it. Standing in front, the rest
 * is there to be read even of a file that was cut short.
 */
struct zstd_out;

struct snapshot_writer {
	FILE *out, *spool;		/* borrowed */
	struct zstd_out *zstd;		/* owned; NULL: plain text */
	struct redactor *redactor;	/* borrowed; NULL: names stay */
	struct buf text;
	size_t users, others;
	int error;			/* errno of the first failure, or 0 */
};

/* `spool` is empty and can be read and written. 0, or -1 without memory. */
int snapshot_write_open(struct snapshot_writer *, FILE *out, FILE *spool, bool zstd,
    struct redactor *);
void snapshot_write_close(struct snapshot_writer *);

/* Each 0, or -1 with `error` set. */
int snapshot_write_user(struct snapshot_writer *, const struct entry *);
int snapshot_write_finish(struct snapshot_writer *, const struct snapshot_info *,
    const struct entry_store *others);

#endif
