/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "completion.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "option_table.h"

static bool
takes(const struct completion_command *c, const struct option_row *row)
{
	/* --help and --version: of all that have rows at all. */
	return c->which != 0 && (row->which == 0 || (row->which & c->which) != 0);
}

static bool
is_file(const struct option_row *row)
{
	return row->metavar != NULL && strcmp(row->metavar, "FILE") == 0;
}

/* The pattern of a case: -c|--config, for each row that `want` says. */
static void
bash_case(bool (*want)(const struct option_row *), const char *then)
{
	const char *sep = "\t";
	size_t i;

	for (i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];

		if (!want(row))
			continue;
		if (row->letter != 0) {
			printf("%s-%c", sep, row->letter);
			sep = " | ";
		}
		if (row->name != NULL) {
			printf("%s--%s", sep, row->name);
			sep = " | ";
		}
	}
	printf(")\n\t\t%s\n\t\treturn\n\t\t;;\n", then);
}

/* --json takes a file in one command and nothing in another: it is in neither. */
static bool
is_twofold(const struct option_row *row)
{
	size_t i;

	for (i = 0; row->name != NULL && i < option_count; i++)
		if (option_table[i].name != NULL && strcmp(option_table[i].name, row->name) == 0 &&
		    (option_table[i].metavar == NULL) != (row->metavar == NULL))
			return true;
	return false;
}

static bool
wants_file(const struct option_row *row)
{
	return is_file(row) && !is_twofold(row);
}

static bool
wants_other(const struct option_row *row)
{
	return row->metavar != NULL && !is_file(row) && !is_twofold(row);
}

static void
bash(const struct completion_command *commands, size_t count)
{
	size_t i, j;

	puts("# bash completion of writeback-audit: made from its table of options\n"
	    "_writeback_audit()\n"
	    "{\n"
	    "\tlocal word=${COMP_WORDS[COMP_CWORD]} options=\n"
	    "\tCOMPREPLY=()\n"
	    "\tif test \"$COMP_CWORD\" -eq 1; then");
	fputs("\t\tmapfile -t COMPREPLY < <(compgen -W 'help --help --version", stdout);
	for (i = 0; i < count; i++)
		printf(" %s", commands[i].name);
	puts("' -- \"$word\")\n"
	    "\t\treturn\n"
	    "\tfi\n"
	    "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in");
	bash_case(wants_file, "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")");
	bash_case(wants_other, "# a value that only you know");
	puts("\tesac\n"
	    "\tcase ${COMP_WORDS[1]} in");
	fputs("\thelp) options='", stdout);
	for (i = 0; i < count; i++)
		printf("%s%s", i > 0 ? " " : "", commands[i].name);
	puts("' ;;");
	for (i = 0; i < count; i++) {
		const char *sep = "";

		printf("\t%s) options='", commands[i].name);
		for (j = 0; j < option_count; j++) {
			if (!takes(&commands[i], &option_table[j]))
				continue;
			if (option_table[j].letter != 0) {
				printf("%s-%c", sep, option_table[j].letter);
				sep = " ";
			}
			if (option_table[j].name != NULL) {
				printf("%s--%s", sep, option_table[j].name);
				sep = " ";
			}
		}
		if (commands[i].words != NULL)
			printf("%s%s", sep, commands[i].words);
		puts("' ;;");
	}
	puts("\tesac\n"
	    "\tif [[ $word == -* || ${COMP_WORDS[1]} == help ]]; then\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
	    "\telse\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	    "\tfi\n"
	    "}\n"
	    "complete -o filenames -F _writeback_audit writeback-audit");
}

/* Within single quotes and [] of _arguments: ' : [ ] are its own. */
static void
zsh_text(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (strchr(":[]\\", *text) != NULL)
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void
zsh_spec(const char *option, const struct option_row *row)
{
	/* '*': may be given again; which may not, the program says. */
	printf("\t\t\t'*%s[", option);
	zsh_text(row->help);
	putchar(']');
	if (row->metavar != NULL) {
		putchar(':');
		zsh_text(row->metavar);
		fputs(is_file(row) ? ":_files" : ": ", stdout);
	}
	puts("' \\");
}

static void
zsh(const struct completion_command *commands, size_t count)
{
	char option[64];
	size_t i, j;

	puts("#compdef writeback-audit\n"
	    "# zsh completion: made from the program's table of options\n"
	    "_writeback_audit()\n"
	    "{\n"
	    "\tif (( CURRENT == 2 )); then");
	fputs("\t\tcompadd -- help --help --version", stdout);
	for (i = 0; i < count; i++)
		printf(" %s", commands[i].name);
	puts("\n\t\treturn\n"
	    "\tfi\n"
	    "\tlocal command=$words[2]\n"
	    "\tshift words\n"
	    "\t(( CURRENT-- ))\n"
	    "\tcase $command in");
	fputs("\thelp)\n\t\tcompadd --", stdout);
	for (i = 0; i < count; i++)
		printf(" %s", commands[i].name);
	puts("\n\t\t;;");
	for (i = 0; i < count; i++) {
		printf("\t%s)\n", commands[i].name);
		if (commands[i].which == 0) {
			printf("\t\tcompadd -- %s\n\t\t;;\n", commands[i].words);
			continue;
		}
		puts("\t\t_arguments -s \\");
		for (j = 0; j < option_count; j++) {
			const struct option_row *row = &option_table[j];

			if (!takes(&commands[i], row))
				continue;
			if (row->letter != 0) {
				snprintf(option, sizeof option, "-%c", row->letter);
				zsh_spec(option, row);
			}
			if (row->name != NULL) {
				snprintf(option, sizeof option, "--%s", row->name);
				zsh_spec(option, row);
			}
		}
		puts("\t\t\t'*:argument:_files'\n\t\t;;");
	}
	puts("\tesac\n"
	    "}\n"
	    "_writeback_audit \"$@\"");
}

int
completion_print(const char *shell, const struct completion_command *commands, size_t count)
{
	if (strcmp(shell, "bash") == 0)
		bash(commands, count);
	else if (strcmp(shell, "zsh") == 0)
		zsh(commands, count);
	else
		return -1;
	return 0;
}
