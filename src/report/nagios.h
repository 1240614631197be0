/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_NAGIOS_H
#define WBA_REPORT_NAGIOS_H

#include "core/buf.h"
#include "report/standing.h"

/* What a monitoring plugin prints and returns (Monitoring Plugins Development
 * Guidelines, "Plugin Output for Nagios" and "Plugin Return Codes"). */
enum nagios { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

/* Critical: findings at or above --fail-on. Otherwise unknown when not all was
 * read, and a warning for what else is no mere information. */
enum nagios nagios_state(const struct outcome *);
/* The one line, with its numbers behind the bar and a line feed. */
void nagios_line(const struct outcome *, struct buf *out);

#endif
