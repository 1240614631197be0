/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_GUID_H
#define WBA_CORE_GUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/reader.h"

/* A GUID as the 16 bytes on the wire (MS-DTYP 2.3.4.2): the first three
 * fields little-endian. */
struct guid { uint8_t b[16]; };
struct guid_buf { char s[37]; };

/* The next 16 bytes; *out stays as it is where they are not there (reader.h). */
void guid_read(struct reader *, struct guid *out);
/* The whole of the input is one GUID. */
enum err guid_parse(const void *data, size_t len, struct guid *out);
/* "00299570-246d-11d0-a768-00aa006e0529", any case, braces allowed around it. */
enum err guid_from_str(const char *s, size_t len, struct guid *out);
const char *guid_str(const struct guid *, struct guid_buf *b);	/* lower case, no braces */
bool guid_eq(const struct guid *, const struct guid *);
/* The directory's order, memcmp of the bytes (MS-ADTS 3.1.1.4.5.36 ties by it). */
int guid_cmp(const struct guid *, const struct guid *);

#endif
