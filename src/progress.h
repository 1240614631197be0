/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_PROGRESS_H
#define WBA_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How far a domain's reading has come: the domain, users so far, how many a
 * second, the share when the total is known or the server estimates it. One line
 * on a terminal, again and again, or for a log a line now and then.
 */
enum progress_kind { PROGRESS_NONE, PROGRESS_TERMINAL, PROGRESS_LOG };

struct progress {
	enum progress_kind kind;
	const char *domain;	/* borrowed */
	size_t users, total;	/* total 0: not known */
	size_t expected;	/* the server's estimate of the total; 0: none */
	int64_t began, shown;	/* milliseconds of a clock that only goes on */
};

/* Starts. PROGRESS_TERMINAL becomes none where stderr is no terminal. */
void progress_begin(struct progress *, enum progress_kind, const char *domain, size_t total);
/* One user more; the server's estimate as it stands now. */
void progress_user(struct progress *, size_t expected);
/* Takes the line away; takes one that was never begun. */
void progress_end(struct progress *);

#endif
