/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SNAPSHOT_INFO_H
#define WBA_SOURCE_SNAPSHOT_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

/*
 * What a snapshot says of itself, in comments: before the first entry when,
 * where and as whom it was taken; a line where the users begin; a last line,
 * without which the file was cut short. Other readers of LDIF skip it.
 */
struct snapshot_info {
	bool is_snapshot;	/* the first line is ours, of a format that we know */
	bool has_taken;
	int64_t taken;		/* FILETIME, whole seconds */
	char *from;		/* URI; owned, as are the others; NULL: not said */
	char *as;		/* who read it */
	char *version;
	char *base, *filter;	/* what users it was restricted to */
	char **connectors;	/* the DNs of the accounts that were looked at */
	size_t connector_count;
	bool redacted;
	bool complete;
	char *why;		/* not complete: what went wrong */
	bool users_begun;	/* the line was met */
	bool ended;		/* and the last one, which says: */
	bool has_count;
	size_t users;		/* how many stand before it */
};

void snapshot_info_fini(struct snapshot_info *);

void snapshot_info_head(const struct snapshot_info *, struct buf *out);
void snapshot_info_users(struct buf *out);
void snapshot_info_end(size_t users, size_t others, struct buf *out);

/* Takes note of a comment, without its '#'. False: out of memory. */
bool snapshot_info_read(struct snapshot_info *, const char *text, size_t len, uint64_t line);

#endif
