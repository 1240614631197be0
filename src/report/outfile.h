/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_OUTFILE_H
#define WBA_REPORT_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

/*
 * A report's file: it appears whole or not at all, readable by its owner only.
 * A regular file (or a new one) is written beside its name, without a name where
 * the file system can, and renamed at the end; anything else ("-", a pipe, a
 * device, a symbolic link) is written straight.
 */
struct outfile {
	FILE *fp;
	const char *path;	/* borrowed */
	char *beside;		/* owned; NULL when written straight */
	bool unnamed;		/* nothing stands there yet */
	char *buffer;		/* owned; of fp */
};

/* 0, or -1 with errno set. */
int outfile_open(struct outfile *, const char *path);
/* Flushes, checks, renames. 0, or -1 with errno set and nothing left behind. */
int outfile_commit(struct outfile *);
/* Gives up: removes what was written beside. Takes one that was never opened. */
void outfile_discard(struct outfile *);

/* A file without a name for what is to be written to `path` later: it may be
 * large, so it stands beside it where that can be done. NULL with errno set. */
FILE *outfile_spool(const char *path);

#endif
