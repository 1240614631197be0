/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_JOURNAL_H
#define WBA_JOURNAL_H

#include "report/logged.h"

/*
 * The system's log: the journal where there is one, with its fields and a
 * MESSAGE_ID; else, and for what the journal does not take, syslog(3). The
 * journal's own library would bring half a dozen others into a process that
 * holds passwords, for one datagram in a format that is documented for those
 * who do without ("Native Journal Protocol", systemd.io).
 */
struct journal { int fd; };	/* -1: syslog(3) */

void journal_open(struct journal *);
void journal_put(struct journal *, const struct logged *);
void journal_close(struct journal *);

#endif
