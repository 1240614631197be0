/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/tlv.h"

#define LONG_FORM	0x80u	/* X.690 8.1.3.5: the other bits count the bytes of the length */

const uint8_t *
tlv_read_long(struct reader *r, uint8_t tag, size_t *len)
{
	size_t left = r->len - r->pos, head = 2, i;
	const uint8_t *p = r->base + r->pos;
	uint64_t n;

	if (r->err != ERR_OK)
		return NULL;
	if (left < head) {
		reader_fail(r, ERR_SHORT);
		return NULL;
	}
	if (p[0] != tag) {
		reader_fail(r, ERR_SYNTAX);
		return NULL;
	}
	n = p[1];
	if (n >= LONG_FORM) {
		size_t width = (size_t)n - LONG_FORM;

		/* None is the indefinite form, which LDAP forbids; more than eight
		 * could only be zeros in front, which nobody sends. */
		if (width == 0 || width > sizeof(n)) {
			reader_fail_at(r, ERR_UNSUPPORTED, r->pos + 1);
			return NULL;
		}
		if (width > left - head) {
			reader_fail(r, ERR_SHORT);
			return NULL;
		}
		for (n = 0, i = 0; i < width; i++)
			n = n << 8 | p[head + i];
		head += width;
	}
	if (n > left - head) {
		reader_fail(r, ERR_SHORT);
		return NULL;
	}
	r->pos += head + (size_t)n;
	*len = (size_t)n;
	return p + head;
}
