/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CONF_TEXT_H
#define WBA_CONF_TEXT_H

/* A configuration file as text, before libconfig sees it. */

/* More than a thousand domains need; libconfig counts lines in 16 bits. */
#define CONF_MAX_BYTES 65535

/* Says what is wrong with a file, in that line (0: the whole of it). Always -1. */
int conf_fault(const char *path, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The whole file, NUL-terminated, the caller's to free; NULL: a message was
 * printed. Refuses what libconfig would do with a file that nobody should have
 * made: includes, numbers that wrap, strings that end early.
 */
char *conf_text_read(const char *path);

#endif
