/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MONITOR_H
#define WBA_MONITOR_H

#include "msg.h"
#include "report/outfile.h"
#include "report/standing.h"
#include "settings.h"

/* What tells others of a run when it is over: --metrics, --syslog, --nagios. */
struct monitor {
	const struct settings *settings;
	struct outfile metrics;
	int64_t began;		/* milliseconds of a clock that only goes forward */
	char problem[MSG_FIRST_SIZE];	/* what went wrong first */
};

/* 0, or -1 with a message: the file of metrics cannot be written. then nothing is
 * to be told. */
int monitor_begin(struct monitor *, const struct settings *);
/* Fills in how long it took, and tells it. The exit status: the plugin's with
 * --nagios, else o->status, or what a failure makes of it. */
int monitor_tell(struct monitor *, struct outcome *);
/* Whether --nagios is among the arguments: those of a command line that was refused
 * count too, for then the plugin's status is wanted all the more. */
bool monitor_is_plugin(int argc, char **argv);
/* For that: the plugin's line and status of a run that never began. */
int monitor_refused(void);

#endif
