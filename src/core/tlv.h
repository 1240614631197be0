/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_TLV_H
#define WBA_CORE_TLV_H

#include <stddef.h>
#include <stdint.h>

#include "core/reader.h"

/* BER as LDAP has it (RFC 4511 5.1): tags of one byte, definite lengths. */

#define TLV_OCTET_STRING	0x04u
#define TLV_SEQUENCE		0x30u
#define TLV_SET			0x31u

/*
 * The content of the next element, which must have that tag, as a view into
 * the reader's input; *len is its length. NULL when it is not there or not all
 * of it: the reader's error says why, and *len is as before. An empty content
 * is not NULL.
 */
static inline const uint8_t *tlv_read(struct reader *, uint8_t tag, size_t *len);

/* tlv_read() for lengths of 128 and more, and for what is wrong. */
const uint8_t *tlv_read_long(struct reader *, uint8_t tag, size_t *len);

/* Some forty times an entry, a million times over: so the short lengths, which
 * nearly all are, are read in place. */
static inline const uint8_t *
tlv_read(struct reader *r, uint8_t tag, size_t *len)
{
	size_t left = r->len - r->pos;
	const uint8_t *p = r->base + r->pos;

	if (r->err != ERR_OK || left < 2 || p[0] != tag || p[1] > left - 2 || p[1] >= 0x80)
		return tlv_read_long(r, tag, len);
	r->pos += 2 + (size_t)p[1];
	*len = p[1];
	return p + 2;
}

#endif
