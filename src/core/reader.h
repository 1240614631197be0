/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_READER_H
#define WBA_CORE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * A cursor over bytes that somebody else wrote. Reads past the end return 0
 * (or NULL) and make the error stick; later reads do nothing. So a decoder
 * reads its fields in order and looks at the error once, at the end.
 */
struct reader {
	const uint8_t *base;	/* borrowed */
	size_t len;
	size_t pos;		/* never above len */
	enum err err;		/* the first error */
	size_t err_pos;		/* where it happened */
};

void reader_init(struct reader *, const void *data, size_t len);
size_t reader_left(const struct reader *);
uint8_t reader_u8(struct reader *);
uint16_t reader_le16(struct reader *);
uint32_t reader_le32(struct reader *);
uint64_t reader_le64(struct reader *);
uint64_t reader_be48(struct reader *);
/* `len` bytes as a view into the input, or NULL. */
const uint8_t *reader_bytes(struct reader *, size_t len);
void reader_skip(struct reader *, size_t len);
/* Records an error at the present position unless one stands already. */
void reader_fail(struct reader *, enum err);
/* The same, at `pos`: a field found wrong after it was read. */
void reader_fail_at(struct reader *, enum err, size_t pos);
/* A reader over the next `len` bytes, which are consumed; on a short input
 * the child is empty and carries the error too. */
struct reader reader_sub(struct reader *, size_t len);

#endif
