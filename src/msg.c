/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "msg.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/escape.h"

static int verbosity;
static pthread_mutex_t first_lock = PTHREAD_MUTEX_INITIALIZER;	/* domains have threads */
static char first[MSG_FIRST_SIZE];

/*
 * One message, one write: other programs read stderr line by line. What comes
 * from a directory or a file is in it, so that control characters are escaped.
 */
static void
__attribute__((format(printf, 2, 0))) say(const char *kind, const char *fmt, va_list ap)
{
	struct buf text = BUF_INIT, line = BUF_INIT;

	buf_vaddf(&text, fmt, ap);
	buf_adds(&line, "writeback-audit: ");
	buf_adds(&line, kind);
	if (!buf_failed(&text))
		escape_terminal(buf_str(&text), text.len, &line);
	buf_addc(&line, '\n');
	/* Results written so far come first when both go to one terminal. */
	fflush(stdout);
	if (buf_failed(&text) || buf_failed(&line))
		fputs("writeback-audit: out of memory for a message\n", stderr);
	else
		fputs(buf_str(&line), stderr);
	buf_fini(&line);
	buf_fini(&text);
}

void
msg_error(const char *fmt, ...)
{
	va_list ap;

	pthread_mutex_lock(&first_lock);
	if (first[0] == '\0') {
		va_start(ap, fmt);
		vsnprintf(first, sizeof first, fmt, ap);
		va_end(ap);
	}
	pthread_mutex_unlock(&first_lock);
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void
msg_warn(const char *fmt, ...)
{
	va_list ap;

	if (verbosity < 0)
		return;
	va_start(ap, fmt);
	say("warning: ", fmt, ap);
	va_end(ap);
}

void
msg_info(const char *fmt, ...)
{
	va_list ap;

	if (verbosity < 1)
		return;
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void
msg_set_verbose(int level)
{
	verbosity = level;
}

void
msg_first_error(char text[MSG_FIRST_SIZE])
{
	pthread_mutex_lock(&first_lock);
	memcpy(text, first, sizeof first);
	pthread_mutex_unlock(&first_lock);
}
