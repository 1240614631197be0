/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_LOGGED_H
#define WBA_REPORT_LOGGED_H

#include "report/standing.h"

/*
 * A run in the system's log: one line for the run, one for each rule that has
 * findings, and one for each of the first STANDING_NEWS new ones. The words before
 * the first blank are stable, "rule=301": syslog(3) has no field for an id of a
 * message, and the journal's own need its library. `put` takes a priority of
 * <syslog.h> and the line; control characters in it are escaped.
 */
void logged_lines(const struct outcome *, void (*put)(void *arg, int priority, const char *line),
    void *arg);

#endif
