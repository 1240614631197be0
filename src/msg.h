/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MSG_H
#define WBA_MSG_H

/* Messages to stderr, "writeback-audit: …" and a newline; one line each.
 * Control characters in the result are escaped. */
void msg_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void msg_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void msg_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));	/* with -v only */
void msg_set_verbose(int level);	/* -1 quiet, 0, 1 */

/* The first of the errors, or its beginning, without a newline; "" when there was
 * none. It is printed all the same. */
#define MSG_FIRST_SIZE 512
void msg_first_error(char text[MSG_FIRST_SIZE]);

#endif
