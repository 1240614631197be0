/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_COMMANDS_H
#define WBA_COMMANDS_H

/* Each command of the program: argv[0] is the command's name. Returns the
 * exit status (STATUS_…). */
int cmd_audit(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_snapshot(int argc, char **argv);
int cmd_sd(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_codes(int argc, char **argv);

#define STATUS_OK 0		/* read everything, nothing at or above --fail-on */
#define STATUS_FINDINGS 1	/* findings at or above --fail-on */
#define STATUS_USAGE 2		/* could not start */
#define STATUS_INCOMPLETE 3	/* something could not be read */

#endif
