/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/range.h"

#include "core/ascii.h"

/* A decimal number without leading zeros at *pos; *pos moves behind it. */
static enum err
number_read(const char *s, size_t len, size_t *pos, uint32_t *out)
{
	size_t start = *pos, i;
	uint32_t v = 0;

	for (i = start; i < len && ascii_is_digit(s[i]); i++) {
		uint32_t digit = (uint32_t)(s[i] - '0');

		if (v > (UINT32_MAX - digit) / 10)
			return ERR_RANGE;
		v = v * 10 + digit;
	}
	if (i == start || (i - start > 1 && s[start] == '0'))
		return ERR_SYNTAX;
	*pos = i;
	*out = v;
	return ERR_OK;
}

/* What follows "range=": low "-" (high | "*"), and nothing else. */
static enum err
bounds_parse(const char *s, size_t len, struct range *r)
{
	size_t pos = 0;
	enum err err;

	err = number_read(s, len, &pos, &r->low);
	if (err != ERR_OK)
		return err;
	if (pos == len || s[pos++] != '-')
		return ERR_SYNTAX;
	r->ranged = true;
	if (len - pos == 1 && s[pos] == '*') {
		r->last = true;
		return ERR_OK;
	}
	err = number_read(s, len, &pos, &r->high);
	if (err != ERR_OK)
		return err;
	if (pos != len)
		return ERR_SYNTAX;
	return r->high < r->low ? ERR_RANGE : ERR_OK;
}

/* RFC 4512 2.5: letters, digits and hyphens; dots in a numeric OID. */
static bool
name_char(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '.';
}

/* MS-ADTS 3.1.1.3.1.3.3; the option is found whatever its case and place. */
enum err
range_parse(const char *desc, size_t len, struct range *out)
{
	static const char keyword[] = "range";
	const size_t keyword_len = sizeof keyword - 1;
	struct range r = { 0 };
	size_t pos;

	if (len == 0)
		return ERR_SHORT;
	while (r.base_len < len && name_char(desc[r.base_len]))
		r.base_len++;
	if (r.base_len == 0 || (r.base_len < len && desc[r.base_len] != ';'))
		return ERR_SYNTAX;
	for (pos = r.base_len; pos < len; ) {
		const char *option = desc + pos + 1;
		size_t n = 0;
		enum err err;

		while (pos + 1 + n < len && option[n] != ';')
			n++;
		pos += 1 + n;
		if (n == 0)
			return ERR_SYNTAX;
		if (n < keyword_len ||
		    !ascii_eq_nocase(option, keyword_len, keyword, keyword_len) ||
		    (n > keyword_len && name_char(option[keyword_len])))
			continue;
		/* The word alone, or two of them, is no range. */
		if (r.ranged || n == keyword_len || option[keyword_len] != '=')
			return ERR_SYNTAX;
		err = bounds_parse(option + keyword_len + 1, n - keyword_len - 1, &r);
		if (err != ERR_OK)
			return err;
	}
	*out = r;
	return ERR_OK;
}
