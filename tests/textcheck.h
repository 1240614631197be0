/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_TESTS_TEXTCHECK_H
#define WBA_TESTS_TEXTCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/buf.h"

/*
 * Small readers of the formats that core writes, on purpose written in another
 * way than the writers: unit tests and fuzz targets read the output back.
 */

/* Bytes of the character at s, 0 when it is none: by the definition of UTF-8,
 * not by the table (RFC 3629 3). */
static inline size_t
check_char(const char *s, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t lead = (uint8_t)s[0];
	size_t n = 0, i;

	while (n < 5 && (lead & (0x80u >> n)) != 0)
		n++;
	if (n == 0) {
		*cp = lead;
		return 1;
	}
	if (n == 1 || n == 5 || n > len)
		return 0;
	*cp = lead & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if (((uint8_t)s[i] & 0xc0u) != 0x80)
			return 0;
		*cp = *cp * 64 + ((uint8_t)s[i] & 0x3fu);
	}
	if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

static inline bool
check_utf8(const char *s, size_t len)
{
	uint32_t cp;
	size_t n;

	for (; len > 0; s += n, len -= n)
		if ((n = check_char(s, len, &cp)) == 0)
			return false;
	return true;
}

/* The text with each run of what is no character (of NULs too when `nul`, and
 * of U+FFFD itself) as one U+FFFD: equal for a value and its repair. */
static inline void
check_repair(const char *s, size_t len, bool nul, struct buf *out)
{
	bool run = false;
	uint32_t cp;
	size_t n;

	for (; len > 0; s += n, len -= n) {
		n = check_char(s, len, &cp);
		if (n == 0 || cp == 0xfffd || (nul && cp == 0)) {
			if (!run)
				buf_adds(out, "\xef\xbf\xbd");
			run = true;
			n = n == 0 ? 1 : n;
			continue;
		}
		run = false;
		buf_add(out, s, n);
	}
}

/* The value of one CSV cell that is the whole input (RFC 4180 2). */
static inline bool
check_csv_cell(const char *s, size_t len, struct buf *out)
{
	size_t i;

	if (len == 0 || s[0] != '"') {
		for (i = 0; i < len; i++)
			if (s[i] == ',' || s[i] == '"' || s[i] == '\r' || s[i] == '\n')
				return false;
		buf_add(out, s, len);
		return true;
	}
	for (i = 1; i < len; i++) {
		if (s[i] == '"') {
			if (i + 1 == len)
				return true;
			if (s[++i] != '"')
				return false;
		}
		buf_addc(out, s[i]);
	}
	return false;
}

static inline bool
check_hex4(const char *s, size_t len, uint32_t *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < 4; i++) {
		char c = i < len ? s[i] : 'x';

		if (c >= '0' && c <= '9')
			*out = *out * 16 + (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*out = *out * 16 + (uint32_t)(c - 'a') + 10;
		else
			return false;
	}
	return true;
}

static inline void
check_put(uint32_t cp, struct buf *out)
{
	if (cp < 0x80) {
		buf_addc(out, (char)cp);
	} else if (cp < 0x800) {
		buf_addc(out, (char)(0xc0 + cp / 64));
		buf_addc(out, (char)(0x80 + cp % 64));
	} else {
		if (cp < 0x10000) {
			buf_addc(out, (char)(0xe0 + cp / 4096));
		} else {
			buf_addc(out, (char)(0xf0 + cp / 262144));
			buf_addc(out, (char)(0x80 + cp / 4096 % 64));
		}
		buf_addc(out, (char)(0x80 + cp / 64 % 64));
		buf_addc(out, (char)(0x80 + cp % 64));
	}
}

/* The value of one JSON string that is the whole input (RFC 8259 7). */
static inline bool
check_json_string(const char *s, size_t len, struct buf *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	size_t i, k;

	if (len < 2 || s[0] != '"' || s[len - 1] != '"' || !check_utf8(s, len))
		return false;
	for (i = 1; i < len - 1; i++) {
		uint32_t cp, low;

		if ((uint8_t)s[i] < 0x20 || s[i] == '"')
			return false;
		if (s[i] != '\\') {
			buf_addc(out, s[i]);
			continue;
		}
		if (++i == len - 1)
			return false;
		for (k = 0; k < sizeof names - 1 && names[k] != s[i]; k++)
			continue;
		if (k < sizeof names - 1) {
			buf_addc(out, values[k]);
			continue;
		}
		if (s[i] != 'u' || !check_hex4(s + i + 1, len - 2 - i, &cp))
			return false;
		i += 4;
		if (cp >= 0xd800 && cp <= 0xdbff) {
			if (len - 2 - i < 6 || s[i + 1] != '\\' || s[i + 2] != 'u' ||
			    !check_hex4(s + i + 3, 4, &low) || low < 0xdc00 || low > 0xdfff)
				return false;
			cp = 0x10000 + (cp - 0xd800) * 1024 + (low - 0xdc00);
			i += 6;
		} else if (cp >= 0xdc00 && cp <= 0xdfff) {
			return false;
		}
		check_put(cp, out);
	}
	return true;
}

/* Well-formed, and nothing in it moves the cursor or the reading direction. */
static inline bool
check_terminal(const char *s, size_t len)
{
	uint32_t cp;
	size_t n;

	for (; len > 0; s += n, len -= n) {
		n = check_char(s, len, &cp);
		if (n == 0 || cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x61c ||
		    cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
		    (cp >= 0x2066 && cp <= 0x2069))
			return false;
	}
	return true;
}

/* HTML text back to what it says; false when one of & < > " ' stands there by
 * itself, or a reference is not one of the five. */
static inline bool
check_html(const char *s, size_t len, struct buf *out)
{
	static const struct { const char *name, value; } refs[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
		{ "&#39;", '\'' }
	};
	size_t i, k;

	for (i = 0; i < len; i++) {
		if (s[i] != '\0' && strchr("<>\"'", s[i]) != NULL)
			return false;
		if (s[i] != '&') {
			buf_addc(out, s[i]);
			continue;
		}
		for (k = 0; k < 5; k++)
			if (len - i >= strlen(refs[k].name) &&
			    memcmp(s + i, refs[k].name, strlen(refs[k].name)) == 0)
				break;
		if (k == 5)
			return false;
		buf_addc(out, refs[k].value);
		i += strlen(refs[k].name) - 1;
	}
	return true;
}

/* True when the first thing to be seen in a cell starts a formula. */
static inline bool
check_formula(const char *s, size_t len)
{
	uint32_t cp;
	size_t n;

	if (len > 0 && (s[0] == '\t' || s[0] == '\r' || s[0] == '\n'))
		return true;
	for (; len > 0; s += n, len -= n) {
		n = check_char(s, len, &cp);
		if (n == 0)
			return false;
		if (cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xa0 || cp == 0x3000)
			continue;
		return cp == '=' || cp == '+' || cp == '-' || cp == '@' || cp == 0xff1d ||
		    cp == 0xff0b || cp == 0xff0d || cp == 0xff20;
	}
	return false;
}

#endif
