/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/escape.h"

#include <stdint.h>
#include <string.h>

#include "core/ascii.h"
#include "core/utf8.h"

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char replacement[] = "\xef\xbf\xbd";	/* U+FFFD */

/* How many bytes from v on are ASCII that no form below escapes: these go
 * over in one piece. */
static size_t
plain_run(const char *v, size_t len)
{
	size_t i = 0;

	while (i < len && v[i] >= 0x20 && v[i] < 0x7f && v[i] != '"' && v[i] != '\\')
		i++;
	return i;
}

static void
add_hex_byte(struct buf *out, const char *prefix, uint8_t b)
{
	buf_adds(out, prefix);
	buf_addc(out, hex_digits[b >> 4]);
	buf_addc(out, hex_digits[b & 15]);
}

void
escape_filter(const void *v, size_t len, struct buf *out)
{
	const char *s = v;
	size_t i;

	for (i = 0; i < len; i++) {
		uint8_t b = (uint8_t)s[i];

		if (b == '*' || b == '(' || b == ')' || b == '\\' || b == 0 || b > 0x7e)
			add_hex_byte(out, "\\", b);
		else
			buf_addc(out, s[i]);
	}
}

void
escape_filter_bytes(const void *v, size_t len, struct buf *out)
{
	const uint8_t *s = v;
	size_t i;

	for (i = 0; i < len; i++)
		add_hex_byte(out, "\\", s[i]);
}

/* What a spreadsheet may skip before it looks for a formula: spaces of all
 * widths, controls, and what has no width at all. */
static bool
cp_skipped(uint32_t cp)
{
	return cp <= 0x20 || utf8_is_control(cp) || utf8_deceives(cp) || cp == 0xa0 || cp == 0xad ||
	    cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200f) || cp == 0x202f || cp == 0x205f ||
	    cp == 0x3000;
}

/*
 * True when a spreadsheet might run the cell. Tab, CR and LF at the start
 * count by themselves: some importers drop them only later. Full-width
 * forms are folded to the ASCII ones by East Asian versions.
 */
static bool
csv_is_formula(const char *v, size_t len)
{
	size_t i = 0;
	uint32_t cp;

	if (len > 0 && (v[0] == '\t' || v[0] == '\r' || v[0] == '\n'))
		return true;
	while (i < len) {
		i += utf8_next(v + i, len - i, &cp);
		if (cp != 0 && cp != UTF8_INVALID && cp_skipped(cp))
			continue;
		return cp == '=' || cp == '+' || cp == '-' || cp == '@' || cp == 0xff1d ||
		    cp == 0xff0b || cp == 0xff0d || cp == 0xff20;
	}
	return false;
}

/* RFC 4180 2, rules 5–7; also quoted where a reader could split or trim. */
static bool
csv_needs_quotes(const char *v, size_t len)
{
	size_t i;

	if (len == 0)
		return false;
	if (v[0] == ' ' || v[len - 1] == ' ')
		return true;
	for (i = 0; i < len; i++)
		if (v[i] == ',' || v[i] == '"' || v[i] == '\r' || v[i] == '\n' ||
		    v[i] == ';' || v[i] == '\t')
			return true;
	return false;
}

/* What stands in a cell, as far as its escaping goes. */
enum { CSV_SPLITS = 1, CSV_SPECIAL = 2 };

/* Sixteen characters at a time, which compilers turn into one instruction where
 * the machine has it. */
typedef int8_t chars16 __attribute__((vector_size(16)));
typedef uint64_t words2 __attribute__((vector_size(16)));

static bool
any16(chars16 v)
{
	words2 w = (words2)v;

	return (w[0] | w[1]) != 0;
}

/* CSV_… of what there is among the characters. */
static unsigned
csv_look(const char *v, size_t len)
{
	static const uint8_t kind[256] = {
		[0 ... 0x1f] = CSV_SPECIAL, ['"'] = CSV_SPECIAL, [0x7f ... 0xff] = CSV_SPECIAL,
		[','] = CSV_SPLITS, [';'] = CSV_SPLITS
	};
	chars16 splits = { 0 }, special = { 0 };
	unsigned seen = 0;
	size_t i;

	if (len < sizeof(chars16)) {
		for (i = 0; i < len; i++)
			seen |= kind[(uint8_t)v[i]];
		return seen;
	}
	/* The last sixteen overlap those before, where it does not come out even. */
	for (i = 0; i < len; i = len - i > 16 && len - i < 32 ? len - 16 : i + 16) {
		chars16 c;

		memcpy(&c, v + i, sizeof c);
		/* As signed numbers those above 0x7f are below the space. */
		special |= (chars16)(c < ' ') | (chars16)(c == '"') | (chars16)(c == 0x7f);
		splits |= (chars16)(c == ',') | (chars16)(c == ';');
	}
	return (any16(special) ? CSV_SPECIAL : 0u) | (any16(splits) ? CSV_SPLITS : 0u);
}

/* What most cells are: printable ASCII that begins no formula, with nothing to
 * double or replace. *quotes: it needs them. */
static bool
csv_is_simple(const char *v, size_t len, bool *quotes)
{
	unsigned seen;

	if (len == 0 || v[0] == ' ' || v[0] == '=' || v[0] == '+' || v[0] == '-' || v[0] == '@')
		return false;
	seen = csv_look(v, len);
	*quotes = (seen & CSV_SPLITS) != 0 || v[len - 1] == ' ';
	return (seen & CSV_SPECIAL) == 0;
}

void
escape_csv(const char *v, size_t len, struct buf *out)
{
	bool quotes = false;
	size_t i = 0, n;
	uint32_t cp;

	if (len == 0)
		return;
	if (csv_is_simple(v, len, &quotes)) {
		if (quotes)
			buf_addc(out, '"');
		buf_add(out, v, len);
		if (quotes)
			buf_addc(out, '"');
		return;
	}
	quotes = csv_needs_quotes(v, len);
	if (quotes)
		buf_addc(out, '"');
	if (csv_is_formula(v, len))
		buf_addc(out, '\'');
	for (; i < len; i += n) {
		n = plain_run(v + i, len - i);
		if (n > 0) {
			buf_add(out, v + i, n);
			continue;
		}
		n = utf8_next(v + i, len - i, &cp);
		if (cp == 0 || cp == UTF8_INVALID)
			buf_adds(out, replacement);
		else if (cp == '"')
			buf_adds(out, "\"\"");
		else
			buf_add(out, v + i, n);
	}
	if (quotes)
		buf_addc(out, '"');
}

/* One \uXXXX, or the two of a surrogate pair (RFC 8259 7). */
static void
json_add_escaped(uint32_t cp, struct buf *out)
{
	if (cp > 0xffff) {
		cp -= 0x10000;
		buf_addf(out, "\\u%04x", (unsigned int)(0xd800 + (cp >> 10)));
		cp = 0xdc00 + (cp & 0x3ff);
	}
	buf_addf(out, "\\u%04x", (unsigned int)cp);
}

/* Controls and what deceives the eye are escaped too, which JSON allows for
 * any character: a line can be looked at on a terminal. */
void
escape_json(const char *v, size_t len, struct buf *out)
{
	size_t i, n;
	uint32_t cp;

	buf_addc(out, '"');
	for (i = 0; i < len; i += n) {
		n = plain_run(v + i, len - i);
		if (n > 0) {
			buf_add(out, v + i, n);
			continue;
		}
		n = utf8_next(v + i, len - i, &cp);
		if (cp == UTF8_INVALID) {
			buf_adds(out, replacement);
		} else if (cp == '"' || cp == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, v[i]);
		} else if (cp == '\n') {
			buf_adds(out, "\\n");
		} else if (cp == '\r') {
			buf_adds(out, "\\r");
		} else if (cp == '\t') {
			buf_adds(out, "\\t");
		} else if (utf8_is_control(cp) || utf8_deceives(cp)) {
			json_add_escaped(cp, out);
		} else {
			buf_add(out, v + i, n);
		}
	}
	buf_addc(out, '"');
}

/* The character at v, of len > 0 bytes, so that it can be seen: controls, what
 * deceives and what is no UTF-8 by number. Returns the bytes it takes. */
static size_t
add_visible(const char *v, size_t len, struct buf *out)
{
	uint32_t cp;
	size_t n = utf8_next(v, len, &cp), k;

	if (cp == UTF8_INVALID) {
		for (k = 0; k < n; k++)
			add_hex_byte(out, "\\x", (uint8_t)v[k]);
	} else if (cp < 0x80 && utf8_is_control(cp)) {
		add_hex_byte(out, "\\x", (uint8_t)cp);
	} else if (utf8_is_control(cp) || utf8_deceives(cp)) {
		buf_addf(out, "\\u{%04x}", (unsigned int)cp);
	} else {
		buf_add(out, v, n);
	}
	return n;
}

/* The backslash stays single: DNs are full of it, and nothing is parsed back. */
void
escape_terminal(const char *v, size_t len, struct buf *out)
{
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = plain_run(v + i, len - i);
		if (n > 0)
			buf_add(out, v + i, n);
		else
			n = add_visible(v + i, len - i, out);
	}
}

/* The five that can end a text or an attribute in quotes, or begin a tag or a
 * reference (HTML Living Standard 13.2.5.1, .36 and .37), as references that
 * every version knows; a name in between is not looked at at all. */
void
escape_html(const char *v, size_t len, struct buf *out)
{
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = 1;
		switch (v[i]) {
		case '&': buf_adds(out, "&amp;"); break;
		case '<': buf_adds(out, "&lt;"); break;
		case '>': buf_adds(out, "&gt;"); break;
		case '"': buf_adds(out, "&quot;"); break;
		case '\'': buf_adds(out, "&#39;"); break;
		default: n = add_visible(v + i, len - i, out); break;
		}
	}
}

/* The six bits of a digit, plus one; 0 for what is none. */
static const uint8_t base64_digit[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7,
	['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
	['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
	['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
	['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
	['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
	['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
	['/'] = 64,
};

static int
base64_value(char c)
{
	return base64_digit[(unsigned char)c] - 1;
}

/* The 24 bits of four digits; above 24 bits when one is none. */
static uint32_t
base64_four(const char *s)
{
	uint32_t a = base64_digit[(unsigned char)s[0]] - 1u;
	uint32_t b = base64_digit[(unsigned char)s[1]] - 1u;
	uint32_t c = base64_digit[(unsigned char)s[2]] - 1u;
	uint32_t d = base64_digit[(unsigned char)s[3]] - 1u;

	return a << 18 | b << 12 | c << 6 | d | ((a | b | c | d) & 0x80000000u);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * RFC 4648 4, strictly: nothing between the digits (3.3), and the bits that
 * the padding leaves over are zero (3.5), so that one value has one text.
 */
enum err
base64_decode(const char *s, size_t len, struct buf *out)
{
	size_t start = out->len, pad = 0, used = 0, digits, i;
	uint8_t bytes[192];

	while (len > 0 && is_blank(s[0])) {
		s++;
		len--;
	}
	while (len > 0 && is_blank(s[len - 1]))
		len--;
	while (pad < 2 && pad < len && s[len - 1 - pad] == '=')
		pad++;
	digits = len - pad;
	/* All of what ends too early, else the few that are not decoded by four. */
	for (i = len % 4 != 0 ? 0 : digits & ~(size_t)3; i < digits; i++)
		if (base64_value(s[i]) < 0)
			return ERR_SYNTAX;
	if (len % 4 != 0)
		return ERR_SHORT;
	if (pad == 1 && (base64_value(s[digits - 1]) & 0x03) != 0)
		return ERR_SYNTAX;
	if (pad == 2 && (base64_value(s[digits - 1]) & 0x0f) != 0)
		return ERR_SYNTAX;
	for (i = 0; digits - i >= 4; i += 4) {
		uint32_t bits = base64_four(s + i);

		if (bits > 0xffffff) {
			buf_truncate(out, start);
			return ERR_SYNTAX;
		}
		bytes[used++] = (uint8_t)(bits >> 16);
		bytes[used++] = (uint8_t)(bits >> 8);
		bytes[used++] = (uint8_t)bits;
		if (used > sizeof bytes - 3) {
			buf_add(out, bytes, used);
			used = 0;
		}
	}
	if (pad > 0) {
		uint32_t bits = 0;

		for (; i < digits; i++)
			bits = bits << 6 | (uint32_t)base64_value(s[i]);
		bits <<= 6 * pad;
		bytes[used++] = (uint8_t)(bits >> 16);
		if (pad == 1)
			bytes[used++] = (uint8_t)(bits >> 8);
	}
	buf_add(out, bytes, used);
	if (buf_failed(out)) {
		buf_truncate(out, start);
		return ERR_NOMEM;
	}
	return ERR_OK;
}

void
base64_encode(const void *v, size_t len, struct buf *out)
{
	const uint8_t *s = v;
	size_t used = 0, i, k;
	char text[256];

	for (i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t bits = (uint32_t)s[i] << 16;

		if (n > 1)
			bits |= (uint32_t)s[i + 1] << 8;
		if (n > 2)
			bits |= s[i + 2];
		for (k = 0; k < 4; k++)
			text[used++] = k <= n ? base64_digits[bits >> (18 - 6 * k) & 63] : '=';
		if (used == sizeof text) {
			buf_add(out, text, used);
			used = 0;
		}
	}
	buf_add(out, text, used);
}

enum err
hex_decode(const char *s, size_t len, struct buf *out)
{
	size_t start = out->len, i;

	for (i = 0; i < len; i++)
		if (!ascii_is_hex(s[i]))
			return ERR_SYNTAX;
	if (len % 2 != 0)
		return ERR_SHORT;
	for (i = 0; i < len; i += 2)
		buf_addc(out, (char)(ascii_hex_value(s[i]) << 4 | ascii_hex_value(s[i + 1])));
	if (buf_failed(out)) {
		buf_truncate(out, start);
		return ERR_NOMEM;
	}
	return ERR_OK;
}

void
hex_encode(const void *v, size_t len, struct buf *out)
{
	const uint8_t *s = v;
	size_t i;

	for (i = 0; i < len; i++)
		add_hex_byte(out, "", s[i]);
}
