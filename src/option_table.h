/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_OPTION_TABLE_H
#define WBA_OPTION_TABLE_H

#include <stddef.h>
#include <stdio.h>

/* What an option does. Nearly all put a value into a setting. */
enum option_action {
	OPTION_SETTING,		/* `setting`, from its value; a flag sets it true */
	OPTION_START_TLS,	/* -Z once or twice */
	OPTION_EXTRA,		/* -o name=value */
	OPTION_CONFIG,
	OPTION_DOMAIN,
	OPTION_AS_JSON,
	OPTION_NAGIOS,
	OPTION_OUTPUT,
	OPTION_REDACT,
	OPTION_SINCE,
	OPTION_RUN,
	OPTION_ASSUME_GRANT,	/* these five in the order of enum assume_kind */
	OPTION_ASSUME_UNBLOCK,
	OPTION_ASSUME_MEMBER,
	OPTION_ASSUME_MOVE,
	OPTION_ASSUME_CONNECTOR,
	OPTION_HELP,
	OPTION_VERSION
};

/* The option table: one row an option. getopt, --help, which command takes
 * what, and messages come from it. */
struct option_row {
	const char *group;	/* heading in --help; rows of one stand together */
	char letter;		/* 'H', or 0 */
	const char *name;	/* "page-size", or NULL */
	const char *metavar;	/* "URI"; NULL: a flag */
	unsigned which;		/* OPT_… of options.h; 0: every command */
	enum option_action action;
	const char *setting;	/* its row in setting_table, or NULL */
	const char *help;
};

extern const struct option_row option_table[];
extern const size_t option_count;	/* at most OPTIONS_MAX */
#define OPTIONS_MAX 80

/* How the option is written, for messages: "--page-size", or "-H". */
struct option_buf { char s[40]; };
const char *option_str(const struct option_row *, struct option_buf *);
/* The option that fills a setting, or NULL. */
const struct option_row *option_of_setting(const char *setting);

/* What -o takes: names of ldap.conf(5), and the settings they fill. */
struct option_extra {
	const char *name;	/* "nettimeout" */
	const char *setting;
};
extern const struct option_extra option_extras[];
extern const size_t option_extra_count;

/* The --help text of a command that takes the options of `which`. */
void option_help(FILE *, const char *command, unsigned which);

#endif
