/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "conf_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ascii.h"
#include "msg.h"

int
conf_fault(const char *path, unsigned line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (line > 0)
		msg_error("%s:%u: %s", path, line, text);
	else
		msg_error("%s: %s", path, text);
	return -1;
}

/* Steps over what a libconfig scanner takes as one piece, so that the check
 * below sees only what stands outside of strings and comments. */
static size_t
string_length(const char *s)
{
	size_t i;

	for (i = 1; s[i] != '\0' && s[i] != '"'; i++)
		if (s[i] == '\\' && s[i + 1] != '\0')
			i++;
	return s[i] == '"' ? i + 1 : i;
}

static size_t
comment_length(const char *s)
{
	const char *end;

	if (s[0] == '/' && s[1] == '*') {
		end = strstr(s + 2, "*/");
		return end != NULL ? (size_t)(end + 2 - s) : strlen(s);
	}
	if (s[0] == '#' || (s[0] == '/' && s[1] == '/'))
		return strcspn(s, "\n");
	return 0;
}

static size_t
word_length(const char *s)
{
	size_t i;

	for (i = 0; ascii_is_alpha(s[i]) || ascii_is_digit(s[i]) || (s[i] != '\0' &&
	    strchr("_-*", s[i]) != NULL); i++)
		;
	return i;
}

/* libconfig keeps an integer in 32 bits and wraps without a word: a number
 * that could not fit is refused before it sees it. */
static bool
number_too_long(const char *s)
{
	size_t i;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		for (i = 2; ascii_is_hex(s[i]); i++)
			;
		return i > 2 + 7;
	}
	for (i = 0; ascii_is_digit(s[i]); i++)
		;
	return i > 9;
}

/*
 * Refuses what libconfig would do with a file that nobody should have made:
 * @include (it reads other files: whoever may write this one could have the
 * first words of any file printed in an error message), numbers that wrap,
 * and \x00 in a string, which would end it early.
 */
static int
text_check(const char *path, const char *s)
{
	unsigned line = 1;
	size_t n, i;
	bool word;

	for (; *s != '\0'; s += n) {
		word = ascii_is_alpha(*s) || *s == '*';
		if (*s == '@')
			return conf_fault(path, line, "@include is not supported: write it all in "
			    "this file");
		if (ascii_is_digit(*s) && number_too_long(s))
			return conf_fault(path, line, "the number is too large");
		n = *s == '"' ? string_length(s) : comment_length(s);
		for (i = 0; *s == '"' && i + 3 < n; i += s[i] == '\\' ? 2 : 1)
			if (memcmp(s + i, "\\x00", 4) == 0 || memcmp(s + i, "\\X00", 4) == 0)
				return conf_fault(path, line, "a string holds a NUL (\\x00)");
		if (n == 0)
			n = word || ascii_is_digit(*s) ? word_length(s) : 1;
		for (i = 0; i < n; i++)
			line += s[i] == '\n' ? 1 : 0;
	}
	return 0;
}

char *
conf_text_read(const char *path)
{
	char *text = malloc(CONF_MAX_BYTES + 2), *result = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = 0;
	ssize_t n = 1;
	struct stat st;

	if (text == NULL) {
		conf_fault(path, 0, "out of memory");
		goto out;
	}
	if (fd < 0 || fstat(fd, &st) != 0) {
		conf_fault(path, 0, "%s", strerror(errno));
		goto out;
	}
	if (S_ISREG(st.st_mode) && (st.st_mode & S_IWOTH) != 0) {
		conf_fault(path, 0, "anybody may write to it, and it says where passwords are "
		    "sent: chmod o-w");
		goto out;
	}
	while (n != 0 && len <= CONF_MAX_BYTES) {
		n = read(fd, text + len, CONF_MAX_BYTES + 1 - len);
		if (n < 0 && errno != EINTR) {
			conf_fault(path, 0, "%s", strerror(errno));
			goto out;
		}
		len += n > 0 ? (size_t)n : 0;
	}
	if (len > CONF_MAX_BYTES) {
		conf_fault(path, 0, "larger than %d bytes: not a configuration file",
		    CONF_MAX_BYTES);
		goto out;
	}
	if (memchr(text, '\0', len) != NULL) {
		conf_fault(path, 0, "holds a NUL byte: not a text file");
		goto out;
	}
	text[len] = '\0';
	if (text_check(path, text) != 0)
		goto out;
	result = text;
	text = NULL;
out:
	free(text);
	if (fd >= 0)
		close(fd);
	return result;
}
