/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl_text.h"

#include <string.h>

#include "core/ascii.h"
#include "core/utf8.h"

#define IS_HIGH(u)	((u) >= 0xd800 && (u) <= 0xdbff)
#define IS_LOW(u)	((u) >= 0xdc00 && (u) <= 0xdfff)

/* The code point at l, eaten; 0 after recording an error. */
static uint32_t
read_utf8(struct lex *l)
{
	uint32_t c = UTF8_INVALID;
	size_t n = lex_done(l) ? 0 : utf8_next(l->s + l->pos, l->len - l->pos, &c);

	if (c == UTF8_INVALID) {
		lex_fail(l, ERR_SYNTAX, "not UTF-8");
		return 0;
	}
	l->pos += n;
	return c;
}

static void
add_utf16(struct buf *out, uint32_t c)
{
	if (c >= 0x10000) {
		buf_le16(out, (uint16_t)(0xd800 + ((c - 0x10000) >> 10)));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	buf_le16(out, (uint16_t)c);
}

void
text_string_read(struct lex *l, struct buf *out)
{
	size_t start = l->pos;

	lex_expect(l, "\"", "quoted string");
	while (lex_ok(l)) {
		uint32_t c = 0;

		if (lex_done(l)) {
			lex_fail_at(l, ERR_SHORT, start, "string without its closing quote");
			return;
		}
		if (lex_peek(l, 0) == '"' && lex_peek(l, 1) != '"') {
			l->pos++;
			return;
		}
		if (lex_peek(l, 0) == '"')
			l->pos++;
		c = read_utf8(l);
		if (lex_ok(l))
			add_utf16(out, c);
	}
}

bool
text_string_print(const uint8_t *utf16, size_t len, struct buf *out)
{
	if (len % 2 != 0)
		return false;
	buf_addc(out, '"');
	for (size_t i = 0; i < len; i += 2) {
		uint32_t c = (uint32_t)(utf16[i] | utf16[i + 1] << 8);

		if (IS_HIGH(c) && len - i >= 4) {
			uint32_t low = (uint32_t)(utf16[i + 2] | utf16[i + 3] << 8);

			if (IS_LOW(low)) {
				c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
				i += 2;
			}
		}
		if (IS_HIGH(c) || IS_LOW(c) || utf8_is_control(c) || utf8_deceives(c))
			return false;
		if (c == '"')
			buf_addc(out, '"');
		utf8_add(out, c);
	}
	buf_addc(out, '"');
	return true;
}

/* attr-char2 = attr-char1 / lit-char, of those that stand for themselves. */
static bool
is_name_char(char c)
{
	return lex_attr_char(c) || (c != '\0' && strchr("#$'*+-;?@[\\]^`{}~", c) != NULL);
}

/* "%XXXX", the code unit appended. */
static void
read_escape(struct lex *l, struct buf *out)
{
	uint16_t unit = 0;

	for (size_t i = 1; i <= 4; i++) {
		int digit = ascii_hex_value(lex_peek(l, i));

		if (digit < 0) {
			lex_fail(l, ERR_SYNTAX, "% escape");
			return;
		}
		unit = (uint16_t)(unit << 4 | digit);
	}
	l->pos += 5;
	buf_le16(out, unit);
}

void
text_name_read(struct lex *l, bool local, struct buf *out)
{
	size_t start = l->pos;

	while (lex_ok(l)) {
		char c = lex_peek(l, 0);

		if (lex_attr_char(c) || (local && c == '@' && l->pos > start) ||
		    (!local && is_name_char(c))) {
			buf_le16(out, (uint8_t)c);
			l->pos++;
		} else if (!local && c == '%') {
			read_escape(l, out);
		} else if (!local && (uint8_t)c >= 0x80) {
			add_utf16(out, read_utf8(l));
		} else {
			break;
		}
	}
	if (l->pos == start)
		lex_fail(l, ERR_SYNTAX, "attribute name");
}

bool
text_name_print(const uint8_t *utf16, size_t len, bool local, struct buf *out)
{
	if (len == 0 || len % 2 != 0)
		return false;
	for (size_t i = 0; i < len; i += 2) {
		uint16_t unit = (uint16_t)(utf16[i] | utf16[i + 1] << 8);
		char c = unit < 0x7f ? (char)unit : '\0';

		if (local ? lex_attr_char(c) || (c == '@' && i > 0) : is_name_char(c))
			buf_addc(out, c);
		else if (local)
			return false;
		else
			buf_addf(out, "%%%04x", unit);
	}
	return true;
}
