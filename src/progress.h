/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_PROGRESS_H
#define WBA_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line on a terminal, again and again: the domain, users so far, how many a
 * second, the share when the total is known. Nothing at all elsewhere. */
struct progress {
	bool on;
	const char *domain;	/* borrowed */
	size_t users, total;	/* total 0: not known */
	int64_t began, shown;	/* milliseconds of a clock that only goes on */
};

/* Starts when stderr is a terminal and messages are wanted. */
void progress_begin(struct progress *, const char *domain, size_t total, bool quiet);
/* One user more. */
void progress_user(struct progress *);
/* Takes the line away; takes one that was never begun. */
void progress_end(struct progress *);

#endif
