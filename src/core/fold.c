/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/fold.h"

#include <stdbool.h>
#include <string.h>

static size_t
columns(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

void
fold_text(struct buf *out, size_t column, size_t indent, const char *text)
{
	bool first = true;

	while (*text) {
		size_t len = strcspn(text, " "), width = columns(text, len);

		if (!first && column + 1 + width > FOLD_WIDTH) {
			buf_addf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			buf_addc(out, ' ');
			column++;
		}
		buf_add(out, text, len);
		column += width;
		first = false;
		text += len;
		text += *text == ' ';
	}
	buf_addc(out, '\n');
}
