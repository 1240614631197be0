/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/dialect.h"

#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"

#define COMMENT_WIDTH 96

const struct dialect *const dialect_table[] = {
	&dialect_dsacls, &dialect_adsyncconfig, &dialect_samba,
};
const size_t dialect_count = sizeof dialect_table / sizeof *dialect_table;

enum cure_reach
cure_reach(const struct cure_step *step)
{
	const unsigned below = ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY;

	return !step->ace.flags ? REACH_THIS : step->ace.flags == below ? REACH_BELOW :
		REACH_OTHER;
}

bool
is_plain_word(const char *s)
{
	size_t n = 0;

	for (; ascii_is_alpha(s[n]) || ascii_is_digit(s[n]) || s[n] == '-'; n++)
		continue;
	return n > 0 && !s[n];
}

/* A text as a comment can hold it: one line, nothing that a shell looks at. */
static void
clean(const struct dialect *d, const char *text, size_t len, struct buf *out)
{
	struct buf line = BUF_INIT;

	escape_terminal(text, len, &line);
	for (size_t i = 0; i < line.len; i++) {
		char c = line.data[i];

		if (!d->ascii)
			buf_addc(out, c);
		else if (c == '"')
			buf_addc(out, '\'');
		else if (c < ' ' || c > '~' || strchr("%!^&|<>", c))
			buf_addf(out, "\\%02X", (unsigned)(unsigned char)c);
		else
			buf_addc(out, c);
	}
	buf_fini(&line);
}

void
dialect_comment(const struct dialect *d, const char *text, struct buf *out)
{
	struct buf line = BUF_INIT;
	const char *s;
	size_t column = 0;

	clean(d, text, strlen(text), &line);
	s = buf_str(&line);
	while (*s) {
		size_t n = strcspn(s, " "), gap = strspn(s + n, " ");

		if (column && column + 1 + n > COMMENT_WIDTH) {
			buf_adds(out, d->eol);
			column = 0;
		}
		buf_adds(out, column ? " " : d->comment);
		buf_add(out, s, n);
		column += n + 1;
		s += n + gap;
	}
	buf_adds(out, d->eol);
	buf_fini(&line);
}

void
dialect_comment_lines(const struct dialect *d, const char *lines, struct buf *out)
{
	while (*lines) {
		size_t n = strcspn(lines, "\r\n");

		/* A comment already: what could not be expressed. */
		if (strncmp(lines, d->comment, strlen(d->comment)) != 0)
			buf_adds(out, d->comment);
		clean(d, lines, n, out);
		buf_adds(out, d->eol);
		lines += n;
		lines += strspn(lines, "\r\n");
	}
}
