/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "options_man.h"

#include <stdbool.h>
#include <string.h>

#include "option_table.h"
#include "options.h"
#include "roff.h"

/* "-c FILE" and "--config FILE", for a comment, or with macros. */
static void
head(FILE *f, const struct option_row *row, bool macros)
{
	const char *sep = "";

	if (row->letter != 0) {
		fprintf(f, macros ? " Fl %c" : " -%c", row->letter);
		if (row->metavar != NULL)
			fprintf(f, macros ? " Ar %s" : " %s", row->metavar);
		sep = macros ? " ," : ",";
	}
	if (row->name != NULL) {
		fprintf(f, macros ? "%s Fl -%s" : "%s --%s", sep, row->name);
		if (row->metavar != NULL)
			fprintf(f, macros ? " Ar %s" : " %s", row->metavar);
	}
}

/* The page is about an installation with its configuration in /etc. */
static void
words(FILE *f, const char *help)
{
	const char *folder = strstr(help, SYSCONFDIR "/");
	char text[512];

	if (folder != NULL)
		snprintf(text, sizeof text, "%.*s/etc%s", (int)(folder - help), help,
		    folder + strlen(SYSCONFDIR));
	roff_sentence(f, folder != NULL ? text : help);
}

/* The commands, where they are not just those that read a directory. */
static void
takers(FILE *f, const struct option_row *row, const struct completion_command *commands,
    size_t count)
{
	const char *sep = " Pq Cm";
	bool usual = true;
	size_t i;

	for (i = 0; i < count; i++)
		usual &= ((row->which & commands[i].which) != 0) ==
			((OPT_CONNECT & commands[i].which) != 0);
	if (row->which == 0 || usual)
		return;
	for (i = 0; i < count; i++) {
		if ((row->which & commands[i].which) == 0)
			continue;
		fprintf(f, "%s %s", sep, commands[i].name);
		sep = " ,";
	}
}

void
options_man(FILE *f, const struct completion_command *commands, size_t count)
{
	size_t i;

	for (i = 0; i < option_count; i++) {
		fputs(".\\\" option", f);
		head(f, &option_table[i], false);
		fputs("\n.It", f);
		head(f, &option_table[i], true);
		takers(f, &option_table[i], commands, count);
		fputc('\n', f);
		words(f, option_table[i].help);
		fputs(".\\\" end\n", f);
	}
}
