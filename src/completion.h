/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_COMPLETION_H
#define WBA_COMPLETION_H

#include <stddef.h>

/* A command, for the words that follow the program's name. */
struct completion_command {
	const char *name;
	unsigned which;		/* OPT_… of options.h: which rows of option_table */
	const char *words;	/* options that are not in the table, with blanks between */
};

/* Prints the completion script of a shell ("bash", "zsh") to stdout, from the
 * option table; 0, or -1 when there is none for that shell (nothing printed). */
int completion_print(const char *shell, const struct completion_command *, size_t count);

#endif
