/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/guid.h"

#include <string.h>

#include "core/ascii.h"

#define GUID_BYTES 16
#define GUID_CHARS 36

/*
 * MS-DTYP 2.3.4.2, 2.3.4.3: where each byte's two digits stand in the text.
 * Data1, Data2 and Data3 are little-endian on the wire, Data4 is as it is.
 */
static const uint8_t digit_at[GUID_BYTES] = {
	6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34
};

void
guid_read(struct reader *r, struct guid *out)
{
	const uint8_t *p = reader_bytes(r, GUID_BYTES);

	if (p != NULL)
		memcpy(out->b, p, GUID_BYTES);
}

enum err
guid_parse(const void *data, size_t len, struct guid *out)
{
	struct reader r;
	struct guid guid = { { 0 } };

	reader_init(&r, data, len);
	guid_read(&r, &guid);
	if (r.err != ERR_OK)
		return r.err;
	if (reader_left(&r) > 0)
		return ERR_TRAILING;
	*out = guid;
	return ERR_OK;
}

enum err
guid_from_str(const char *s, size_t len, struct guid *out)
{
	struct guid guid = { { 0 } };

	if (len == GUID_CHARS + 2 && s[0] == '{' && s[len - 1] == '}') {
		s++;
		len -= 2;
	}
	if (len != GUID_CHARS)
		return ERR_SYNTAX;
	if (s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-')
		return ERR_SYNTAX;
	for (size_t i = 0; i < GUID_BYTES; i++) {
		int hi = ascii_hex_value(s[digit_at[i]]);
		int lo = ascii_hex_value(s[digit_at[i] + 1]);

		if (hi < 0 || lo < 0)
			return ERR_SYNTAX;
		guid.b[i] = (uint8_t)(hi << 4 | lo);
	}
	*out = guid;
	return ERR_OK;
}

const char *
guid_str(const struct guid *guid, struct guid_buf *b)
{
	static const char hex[] = "0123456789abcdef";

	memset(b->s, '-', GUID_CHARS);
	for (size_t i = 0; i < GUID_BYTES; i++) {
		b->s[digit_at[i]] = hex[guid->b[i] >> 4];
		b->s[digit_at[i] + 1] = hex[guid->b[i] & 0xf];
	}
	b->s[GUID_CHARS] = '\0';
	return b->s;
}

bool
guid_eq(const struct guid *a, const struct guid *b)
{
	return memcmp(a->b, b->b, GUID_BYTES) == 0;
}

int
guid_cmp(const struct guid *a, const struct guid *b)
{
	return memcmp(a->b, b->b, GUID_BYTES);
}
