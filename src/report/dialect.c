/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/dialect.h"

#include <stdint.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "core/sddl.h"

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

/* A text as a comment can hold it: one line, nothing that a shell looks at. The
 * arrows of a path of groups, each in the next, are words then. */
static void
clean(const struct dialect *d, const char *text, size_t len, struct buf *out)
{
	struct buf line = BUF_INIT;

	escape_terminal(text, len, &line);
	for (size_t i = 0; i < line.len; i++) {
		char c = line.data[i];

		if (d->ascii && line.len - i > 3 && !memcmp(&line.data[i], "-> ", 3)) {
			buf_adds(out, "in ");
			i += 2;
		} else if (d->ascii && c == '"') {
			buf_addc(out, '\'');
		} else if (d->ascii && (c < ' ' || c > '~' || strchr("%!^&|<>", c))) {
			buf_addf(out, "\\%02X", (unsigned)(unsigned char)c);
		} else {
			buf_addc(out, c);
		}
	}
	buf_fini(&line);
}

/* How much of a comment a line takes. */
static size_t
room(const struct dialect *d)
{
	return d->line_max ? d->line_max - strlen(d->comment) : SIZE_MAX;
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
		size_t n = strcspn(s, " "), gap = n > room(d) ? 0 : strspn(s + n, " ");

		if (n > room(d))
			n = room(d);

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

/* What is clean, as one comment, or several where a line cannot take it. */
static void
put_line(const struct dialect *d, const char *s, size_t len, struct buf *out)
{
	size_t n;

	do {
		n = len < room(d) ? len : room(d);
		buf_adds(out, d->comment);
		buf_add(out, s, n);
		buf_adds(out, d->eol);
		s += n;
		len -= n;
	} while (len);
}

void
dialect_line(const struct dialect *d, const char *text, struct buf *out)
{
	struct buf line = BUF_INIT;

	clean(d, text, strlen(text), &line);
	put_line(d, buf_str(&line), line.len, out);
	buf_fini(&line);
}

void
dialect_comment_lines(const struct dialect *d, const char *lines, struct buf *out)
{
	size_t prefix = strlen(d->comment);
	struct buf line = BUF_INIT;

	while (*lines) {
		size_t n = strcspn(lines, "\r\n");
		/* A comment already: what could not be expressed. */
		size_t skip = strncmp(lines, d->comment, prefix) == 0 ? prefix : 0;

		buf_clear(&line);
		clean(d, lines + skip, n - skip, &line);
		put_line(d, buf_str(&line), line.len, out);
		lines += n;
		lines += strspn(lines, "\r\n");
	}
	buf_fini(&line);
}

void
dialect_by_hand(const struct dialect *d, const char *dn, const struct cure_step *step,
    const char *why, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "BY HAND, as %s: %s", why, step->act == CURE_GRANT ? "add " : "take away ");
	sddl_print_ace(&step->ace, NULL, &text);
	buf_adds(&text, " on");
	dialect_comment(d, buf_str(&text), out);
	dialect_line(d, dn, out);
	buf_fini(&text);
}
