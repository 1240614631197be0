/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl_lex.h"

#include <string.h>

#include "core/ascii.h"

void
lex_init(struct lex *l, const char *s, size_t len, const struct sddl_ctx *ctx)
{
	*l = (struct lex){ .s = s, .len = len, .ctx = ctx };
}

void
lex_fail_at(struct lex *l, enum err err, size_t pos, const char *what)
{
	if (l->err != ERR_OK || err == ERR_OK)
		return;
	l->err = err;
	l->err_pos = pos;
	l->what = what;
}

void
lex_fail(struct lex *l, enum err err, const char *what)
{
	lex_fail_at(l, err, l->pos, what);
}

bool
lex_ok(const struct lex *l)
{
	return l->err == ERR_OK;
}

bool
lex_done(const struct lex *l)
{
	return l->err != ERR_OK || l->pos == l->len;
}

char
lex_peek(const struct lex *l, size_t n)
{
	return l->err == ERR_OK && n < l->len - l->pos ? l->s[l->pos + n] : '\0';
}

void
lex_space(struct lex *l)
{
	for (;;) {
		char c = lex_peek(l, 0);

		if (c != ' ' && (c < '\t' || c > '\r'))
			return;
		l->pos++;
	}
}

/* True when `text` stands here. A NUL of the input matches nothing. */
static bool
stands(const struct lex *l, const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if (ascii_lower(lex_peek(l, i)) != ascii_lower(text[i]))
			return false;
	return true;
}

bool
lex_eat(struct lex *l, const char *text)
{
	if (!lex_ok(l) || !stands(l, text))
		return false;
	l->pos += strlen(text);
	return true;
}

void
lex_expect(struct lex *l, const char *text, const char *what)
{
	if (!lex_eat(l, text))
		lex_fail(l, lex_done(l) ? ERR_SHORT : ERR_SYNTAX, what);
}

bool
lex_attr_char(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c) || c == ':' || c == '.' || c == '/' ||
	    c == '_';
}

size_t
lex_word(const struct lex *l)
{
	size_t n = 0;

	while (lex_attr_char(lex_peek(l, n)))
		n++;
	return n;
}

bool
lex_word_is(const struct lex *l, const char *text)
{
	return lex_word(l) == strlen(text) && stands(l, text);
}

uint64_t
lex_number(struct lex *l, unsigned int *base)
{
	size_t start = l->pos;
	unsigned int radix = 10;
	uint64_t v = 0;

	if (lex_peek(l, 0) == '0' && ascii_hex_value(lex_peek(l, 2)) >= 0 && lex_eat(l, "0x"))
		radix = 16;
	else if (lex_peek(l, 0) == '0' && lex_attr_char(lex_peek(l, 1)))
		radix = 8;
	start = l->pos;
	for (;;) {
		int digit = ascii_hex_value(lex_peek(l, 0));

		if (digit < 0 || (unsigned int)digit >= radix)
			break;
		if (v > (UINT64_MAX - (unsigned int)digit) / radix) {
			lex_fail_at(l, ERR_RANGE, start, "number");
			return 0;
		}
		v = v * radix + (unsigned int)digit;
		l->pos++;
	}
	if (l->pos == start || lex_attr_char(lex_peek(l, 0)))
		lex_fail(l, ERR_SYNTAX, "number");
	*base = radix;
	return v;
}

/* Windows reads '#' among the digits as 0 (seen: "##1#2#3##" is 01 02 03 00). */
static int
octet_digit(char c)
{
	return c == '#' ? 0 : ascii_hex_value(c);
}

void
lex_octets(struct lex *l, struct buf *out)
{
	for (;;) {
		int hi = octet_digit(lex_peek(l, 0)), lo = octet_digit(lex_peek(l, 1));

		if (hi < 0)
			return;
		if (lo < 0) {
			lex_fail(l, ERR_SYNTAX, "odd count of hex digits");
			return;
		}
		buf_addc(out, (char)(hi << 4 | lo));
		l->pos += 2;
	}
}

/*
 * How many characters of "S-1-…" stand here. The letter of a "D:" or "X:" that
 * follows could be one of a hexadecimal authority, but is no part of it.
 */
static size_t
sid_length(const struct lex *l)
{
	size_t n = 1;
	char c = '\0';

	while (c = lex_peek(l, n), c == '-' || c == 'x' || c == 'X' || ascii_hex_value(c) >= 0)
		n++;
	return c == ':' && ascii_lower(lex_peek(l, n - 1)) >= 'a' ? n - 1 : n;
}

void
lex_sid(struct lex *l, struct sid *out)
{
	size_t n = 2;
	enum err err = ERR_OK;

	if (!lex_ok(l))
		return;
	if (ascii_lower(lex_peek(l, 0)) == 's' && lex_peek(l, 1) == '-') {
		n = sid_length(l);
		err = sid_from_str(l->s + l->pos, n, out);
	} else {
		char two[2] = { lex_peek(l, 0), lex_peek(l, 1) };

		err = sddl_abbrev_sid(two, l->ctx, out);
	}
	if (err == ERR_OK)
		l->pos += n;
	else
		lex_fail(l, err, err == ERR_UNSUPPORTED ?
		    "abbreviation that needs the SID of its domain" : "SID");
}

uint32_t
lex_bits(struct lex *l, const struct sddl_bit *table)
{
	const struct sddl_bit *t = table;
	uint32_t v = 0;

	lex_space(l);
	while (t->letters != NULL) {
		if (!lex_eat(l, t->letters)) {
			t++;
			continue;
		}
		v |= t->bits;
		lex_space(l);
		t = table;
	}
	return v;
}

uint32_t
lex_limited(struct lex *l, uint32_t most, const char *what)
{
	unsigned int radix = 10;
	size_t start = l->pos;
	uint64_t v = lex_number(l, &radix);

	if (v > most)
		lex_fail_at(l, ERR_RANGE, start, what);
	return (uint32_t)(v & UINT32_MAX);
}

enum err
lex_fault(const struct lex *l, const char *part, unsigned int ace, struct fault *fault)
{
	fault_set(fault, l->err, l->err_pos, l->what);
	if (fault != NULL) {
		fault->part = part;
		fault->ace = ace;
	}
	return l->err;
}
