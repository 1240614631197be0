/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "completion.h"
#include "msg.h"
#include "nearest.h"
#include "options.h"
#include "options_man.h"
#include "wrap.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;	/* one line */
	unsigned which;		/* the options it takes, for completion: OPT_…, or words */
	const char *words;
};

static const struct command commands[] = {
	{ "audit", cmd_audit, "judge every user: would reset, change and unlock work?",
		OPT_CONNECT | OPT_AUDIT | OPT_JUDGE, NULL },
	{ "explain", cmd_explain, "judge one user, ACE by ACE",
		OPT_CONNECT | OPT_EXPLAIN | OPT_JUDGE, NULL },
	{ "snapshot", cmd_snapshot, "write all that an audit reads as LDIF",
		OPT_CONNECT | OPT_SNAPSHOT, NULL },
	{ "history", cmd_history, "what audits found over time: new, resolved, the trend",
		OPT_HISTORY, NULL },
	{ "sd", cmd_sd, "show security descriptors from stdin",
		0, "--base64 --json --words --domain-sid --root-sid --help" },
	{ "codes", cmd_codes, "what an event, an error code or a rule means, and what mends it",
		0, "--man --help" },
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])
#define HELP_COLUMN 12

static const struct command *
command_find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void
help(FILE *f)
{
	size_t i;

	fputs("usage: writeback-audit COMMAND [OPTIONS]\n"
	    "\n"
	    "Says for each user of an Active Directory whether password writeback would work,\n"
	    "why not, and what mends it. It only reads: it never writes to a directory.\n"
	    "\n", f);
	for (i = 0; i < COMMAND_COUNT; i++) {
		fprintf(f, "  %-*s", HELP_COLUMN - 2, commands[i].name);
		wrap_text(f, HELP_COLUMN, HELP_COLUMN, commands[i].help);
	}
	fputs("\n"
	    "To begin with, with a Kerberos ticket (kinit) or with a password:\n"
	    "\n"
	    "  writeback-audit audit -H ldap://dc1.example.com\n"
	    "  writeback-audit audit -H ldaps://dc1.example.com -D you@example.com -W\n"
	    "\n"
	    "'writeback-audit COMMAND --help' or 'help COMMAND' lists the options.\n"
	    "Exit status: 0 all was read, nothing at or above --fail-on; 1 findings;\n"
	    "2 it could not start; 3 not everything could be read or written.\n", f);
}

static int
unknown_command(const char *name)
{
	struct nearest near;
	size_t i;

	nearest_init(&near, name);
	for (i = 0; i < COMMAND_COUNT; i++)
		nearest_try(&near, commands[i].name);
	nearest_try(&near, "help");
	nearest_try(&near, "--help");
	nearest_try(&near, "--version");
	if (near.best != NULL)
		msg_error("there is no command '%s' (did you mean '%s'?)", name, near.best);
	else
		msg_error("there is no command '%s'", name);
	msg_error("'writeback-audit --help' lists the commands");
	return STATUS_USAGE;
}

static int
help_of(const char *name)
{
	const struct command *command = command_find(name);
	char word[16], option[] = "--help";
	char *argv[] = { word, option, NULL };

	if (command == NULL)
		return unknown_command(name);
	snprintf(word, sizeof word, "%s", command->name);
	return command->run(2, argv);
}

/* help --man, help --completion SHELL: what is made from the table of options. */
static int
help_made(const char *what, const char *shell)
{
	struct completion_command list[COMMAND_COUNT];
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		list[i] = (struct completion_command){ commands[i].name, commands[i].which,
			commands[i].words };
	if (strcmp(what, "--man") == 0) {
		options_man(stdout, list, COMMAND_COUNT);
		return STATUS_OK;
	}
	if (shell != NULL && completion_print(shell, list, COMMAND_COUNT) == 0)
		return STATUS_OK;
	msg_error("help --completion takes bash or zsh");
	return STATUS_USAGE;
}

static int
run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		help(stderr);
		return STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    (strcmp(argv[1], "help") == 0 && argc == 2)) {
		help(stdout);
		return STATUS_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("writeback-audit %s\n", PACKAGE_VERSION);
		return STATUS_OK;
	}
	if (strcmp(argv[1], "help") == 0 &&
	    (strcmp(argv[2], "--completion") == 0 || strcmp(argv[2], "--man") == 0))
		return help_made(argv[2], argv[3]);
	if (strcmp(argv[1], "help") == 0)
		return help_of(argv[2]);
	if (argv[1][0] == '-' && argc > 2) {
		msg_error("the command comes first: writeback-audit COMMAND [OPTIONS]");
		msg_error("'writeback-audit --help' lists the commands");
		return STATUS_USAGE;
	}
	command = command_find(argv[1]);
	return command != NULL ? command->run(argc - 1, argv + 1) : unknown_command(argv[1]);
}

/*
 * With one of 0, 1, 2 closed, the next file or connection would get its number
 * and then our messages. Each is filled with something that fails when used,
 * so that lost output is still noticed.
 */
static bool
standard_files_open(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return false;
	}
	return true;
}

/* Results that did not reach their place must not look like results. */
static int
close_stdout(int status)
{
	bool lost = ferror(stdout) != 0;
	int error = 0;

	if (fclose(stdout) != 0) {
		lost = true;
		error = errno;
	}
	if (!lost)
		return status;
	if (error != 0)
		msg_error("stdout: %s: the output is not complete", strerror(error));
	else
		msg_error("stdout: the output is not complete");
	return STATUS_INCOMPLETE;
}

int
main(int argc, char **argv)
{
	const struct rlimit no_core = { 0, 0 };

	if (!standard_files_open())
		return STATUS_USAGE;
	/* A closed pipe or a dropped connection is an error to report, not the end. */
	signal(SIGPIPE, SIG_IGN);
	/* Reports and passwords are nobody else's: no core file, files for the owner. */
	(void)setrlimit(RLIMIT_CORE, &no_core);
	(void)umask(077);
	/* No setlocale(): numbers, dates and the order of output are the same everywhere. */
	return close_stdout(run(argc, argv));
}
