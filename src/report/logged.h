/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_LOGGED_H
#define WBA_REPORT_LOGGED_H

#include "report/standing.h"

/*
 * A run in the system's log: one line for the run, one for each rule that has
 * findings, and one for each of the first STANDING_NEWS new ones.
 */
struct logged {
	int priority;		/* of <syslog.h> */
	unsigned rule;		/* its id; 0: about the run */
	const char *text;	/* one line; its first word is stable: "rule=301", or "run" */
	const char *fields;	/* the same for the journal: "WRITEBACK_RULE=301\n" and more, each
				 * value without control characters and ended by a line feed */
};

/* `put` gets each, its strings borrowed for the call. */
void logged_lines(const struct outcome *, void (*put)(void *arg, const struct logged *), void *arg);

/* The journal's MESSAGE_ID of what is told of a rule, and for 0 of the run: 128 bits
 * in hexadecimal that end in the rule's id. They never change. */
struct logged_id { char s[33]; };
const char *logged_id(unsigned rule, struct logged_id *);

#endif
