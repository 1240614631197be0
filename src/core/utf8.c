/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/utf8.h"

#include "core/ascii.h"

size_t
utf8_next(const char *v, size_t len, uint32_t *cp)
{
	uint8_t lead = (uint8_t)v[0];
	uint8_t low = 0x80, high = 0xbf;	/* of the second byte */
	size_t need, i;
	uint32_t c;

	if (lead < 0x80) {
		*cp = lead;
		return 1;
	}
	*cp = UTF8_INVALID;
	if (lead >= 0xc2 && lead <= 0xdf) {
		need = 2;
		c = lead & 0x1fu;
	} else if (lead >= 0xe0 && lead <= 0xef) {
		need = 3;
		c = lead & 0x0fu;
		low = lead == 0xe0 ? 0xa0 : low;
		high = lead == 0xed ? 0x9f : high;
	} else if (lead >= 0xf0 && lead <= 0xf4) {
		need = 4;
		c = lead & 0x07u;
		low = lead == 0xf0 ? 0x90 : low;
		high = lead == 0xf4 ? 0x8f : high;
	} else {
		return 1;
	}
	for (i = 1; i < need; i++) {
		uint8_t b;

		if (i == len)
			return i;
		b = (uint8_t)v[i];
		if (b < low || b > high)
			return i;
		c = c << 6 | (b & 0x3fu);
		low = 0x80;
		high = 0xbf;
	}
	*cp = c;
	return need;
}

bool
utf8_valid(const char *v, size_t len)
{
	size_t i = 0;
	uint32_t cp;

	while (i < len) {
		/* ASCII eight at a time. */
		if (len - i >= 8 && !(ascii_load8(v + i) & UINT64_C(0x8080808080808080))) {
			i += 8;
			continue;
		}
		i += utf8_next(v + i, len - i, &cp);
		if (cp == UTF8_INVALID)
			return false;
	}
	return true;
}

void
utf8_add(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_addc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_addc(out, (char)(0xe0 | c >> 12));
		} else {
			buf_addc(out, (char)(0xf0 | c >> 18));
			buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_addc(out, (char)(0x80 | (c & 0x3f)));
}

bool
utf8_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f);
}

bool
utf8_deceives(uint32_t cp)
{
	return cp == 0x061c || cp == 0x180e || cp == 0x200b || cp == 0x200e || cp == 0x200f ||
	    (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
	    cp == 0xfeff || (cp >= 0xfff9 && cp <= 0xfffb) ||
	    (cp >= 0xe0000 && cp <= 0xe007f);
}
