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

/* What a reader of nothing points at, so that `base` is never NULL. */
extern const uint8_t reader_nothing[1];

static inline void
reader_init(struct reader *r, const void *data, size_t len)
{
	*r = (struct reader){ .base = data != NULL ? data : reader_nothing,
		.len = data != NULL ? len : 0 };
}

/* Records an error at the present position unless one stands already. */
void reader_fail(struct reader *, enum err);
/* The same, at `pos`: a field found wrong after it was read. */
void reader_fail_at(struct reader *, enum err, size_t pos);
/* A reader over the next `len` bytes, which are consumed; on a short input
 * the child is empty and carries the error too. */
struct reader reader_sub(struct reader *, size_t len);

static inline size_t
reader_left(const struct reader *r)
{
	return r->err == ERR_OK ? r->len - r->pos : 0;
}

/* `len` bytes as a view into the input, or NULL. The one place where the cursor
 * moves; here, with the readers of numbers, because an ACE is a dozen of them. */
static inline const uint8_t *
reader_bytes(struct reader *r, size_t len)
{
	const uint8_t *p = r->base + r->pos;

	if (r->err != ERR_OK)
		return NULL;
	if (len > r->len - r->pos) {
		reader_fail(r, ERR_SHORT);
		return NULL;
	}
	r->pos += len;
	return p;
}

static inline void
reader_skip(struct reader *r, size_t len)
{
	(void)reader_bytes(r, len);
}

static inline uint64_t
reader_le(struct reader *r, size_t width)
{
	const uint8_t *p = reader_bytes(r, width);
	uint64_t v = 0;

	if (p == NULL)
		return 0;
	for (size_t i = width; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

static inline uint8_t
reader_u8(struct reader *r)
{
	return (uint8_t)reader_le(r, 1);
}

static inline uint16_t
reader_le16(struct reader *r)
{
	return (uint16_t)reader_le(r, 2);
}

static inline uint32_t
reader_le32(struct reader *r)
{
	return (uint32_t)reader_le(r, 4);
}

static inline uint64_t
reader_le64(struct reader *r)
{
	return reader_le(r, 8);
}

/* Six bytes, the highest first: the authority of a SID (MS-DTYP 2.4.2.2). */
uint64_t reader_be48(struct reader *);

#endif
