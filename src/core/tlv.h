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
const uint8_t *tlv_read(struct reader *, uint8_t tag, size_t *len);

#endif
