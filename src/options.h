/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_OPTIONS_H
#define WBA_OPTIONS_H

#include "settings.h"

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif

/* Which options a command takes: a set of these. */
#define OPT_CONNECT	0x01u	/* -H -b -D -w … --connector --filter, config */
#define OPT_AUDIT	0x02u	/* --findings --users --causes --json FILE --fail-on */
#define OPT_EXPLAIN	0x04u	/* --json (as a flag), USER arguments */
#define OPT_SNAPSHOT	0x10u	/* --output --redact --ldif */
#define OPT_JUDGE	0x08u	/* --now --profile --self-check --ldif */
#define OPT_HISTORY	0x20u	/* --history --since --run --json, config, USER arguments */

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_USAGE };

/*
 * Reads the configuration file (-c, or the default when it exists), then the
 * command line over it, into *out, which the caller frees (settings_fini)
 * whatever is returned. OPTIONS_DONE: --help or --version was asked for and
 * printed to stdout. OPTIONS_USAGE: a message was printed to stderr (exit
 * status 2). Passwords are not read here: see target_password(). A -w on the
 * command line is overwritten in argv.
 */
enum options_result options_parse(const char *command, unsigned which,
    int argc, char **argv, struct settings *out);

/* The same: true to go on; otherwise the command is over, with the exit status
 * in *status. */
bool options_run(const char *command, unsigned which, int argc, char **argv,
    struct settings *out, int *status);

/* Gets the target's password from where it was asked to come from (-w, -W,
 * -y) into t->password; 0, or -1 with a message printed. */
int target_password(struct target *t);

#endif
