/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_ASCII_H
#define WBA_CORE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

/* What <ctype.h> does, for ASCII alone and whatever the locale. Bytes above
 * 0x7f are nobody's letter. */

static inline char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static inline bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
ascii_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* 0–15, or -1 when c is no hexadecimal digit. */
static inline int
ascii_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static inline bool
ascii_is_hex(char c)
{
	return ascii_hex_value(c) >= 0;
}

/* Equal but for the case of ASCII letters. */
static inline bool
ascii_eq_nocase(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t i;

	if (alen != blen)
		return false;
	for (i = 0; i < alen; i++)
		if (ascii_lower(a[i]) != ascii_lower(b[i]))
			return false;
	return true;
}

#endif
