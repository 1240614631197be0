/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_OPTION_MERGE_H
#define WBA_OPTION_MERGE_H

#include "settings.h"

/* The command line, as options.c read it. */
struct command_line {
	const char *command;
	unsigned which;			/* OPT_… */
	struct target target;		/* what it says of a target */
	struct settings settings;	/* and of the rest */
	setting_set given;
	const char *config;		/* -c; NULL: the default */
	const char *config_read;	/* the file that was read; NULL: none */
	const char **domains;		/* --domain, borrowed from argv */
	size_t domain_count;
	unsigned start_tls;		/* how many -Z */
};

/* Reads the configuration file into *out, lays the command line over it and
 * checks the whole: 0, or -1 with a message printed. */
int option_merge(struct command_line *, struct settings *out);

#endif
