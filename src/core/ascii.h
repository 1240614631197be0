/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_ASCII_H
#define WBA_CORE_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/* ascii_lower() of the eight characters in a word. */
static inline uint64_t
ascii_lower8(uint64_t w)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	uint64_t low = w & each * 0x7f;
	uint64_t from_a = low + each * (0x80 - 'A'), past_z = low + each * (0x7f - 'Z');

	return w | ((from_a & ~past_z & ~w & each * 0x80) >> 2);
}

/* The eight bytes at p, in the machine's order. */
static inline uint64_t
ascii_load8(const void *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

static inline void
ascii_lower_all(char *s, size_t len)
{
	for (; len >= 8; s += 8, len -= 8) {
		uint64_t w = ascii_lower8(ascii_load8(s));

		memcpy(s, &w, sizeof w);
	}
	for (; len > 0; s++, len--)
		*s = ascii_lower(*s);
}

/* Equal but for the case of ASCII letters: eight at a time, the last eight
 * once more where they do not come out even. */
static inline bool
ascii_eq_nocase(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t i = 0;

	if (alen != blen)
		return false;
	if (alen < 8) {
		for (; i < alen; i++)
			if (ascii_lower(a[i]) != ascii_lower(b[i]))
				return false;
		return true;
	}
	for (; i < alen; i = alen - i > 8 && alen - i < 16 ? alen - 8 : i + 8) {
		uint64_t x = ascii_load8(a + i), y = ascii_load8(b + i);

		if (x != y && ascii_lower8(x) != ascii_lower8(y))
			return false;
	}
	return true;
}

#endif
