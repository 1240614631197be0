/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/reader.h"

/* What a reader of nothing points at, so that `base` is never NULL. */
static const uint8_t nothing[1];

void
reader_init(struct reader *r, const void *data, size_t len)
{
	r->base = data != NULL ? data : nothing;
	r->len = data != NULL ? len : 0;
	r->pos = 0;
	r->err = ERR_OK;
	r->err_pos = 0;
}

size_t
reader_left(const struct reader *r)
{
	return r->err == ERR_OK ? r->len - r->pos : 0;
}

void
reader_fail_at(struct reader *r, enum err err, size_t pos)
{
	if (r->err != ERR_OK || err == ERR_OK)
		return;
	r->err = err;
	r->err_pos = pos < r->len ? pos : r->len;
}

void
reader_fail(struct reader *r, enum err err)
{
	reader_fail_at(r, err, r->pos);
}

/* The one place where the cursor moves. */
const uint8_t *
reader_bytes(struct reader *r, size_t len)
{
	const uint8_t *p = NULL;

	if (r->err != ERR_OK)
		return NULL;
	if (len > r->len - r->pos) {
		reader_fail(r, ERR_SHORT);
		return NULL;
	}
	p = r->base + r->pos;
	r->pos += len;
	return p;
}

void
reader_skip(struct reader *r, size_t len)
{
	(void)reader_bytes(r, len);
}

static uint64_t
read_le(struct reader *r, size_t width)
{
	const uint8_t *p = reader_bytes(r, width);
	uint64_t v = 0;

	if (p == NULL)
		return 0;
	for (size_t i = width; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

uint8_t
reader_u8(struct reader *r)
{
	return (uint8_t)read_le(r, 1);
}

uint16_t
reader_le16(struct reader *r)
{
	return (uint16_t)read_le(r, 2);
}

uint32_t
reader_le32(struct reader *r)
{
	return (uint32_t)read_le(r, 4);
}

uint64_t
reader_le64(struct reader *r)
{
	return read_le(r, 8);
}

uint64_t
reader_be48(struct reader *r)
{
	const uint8_t *p = reader_bytes(r, 6);
	uint64_t v = 0;

	if (p == NULL)
		return 0;
	for (size_t i = 0; i < 6; i++)
		v = v << 8 | p[i];
	return v;
}

struct reader
reader_sub(struct reader *r, size_t len)
{
	const uint8_t *p = reader_bytes(r, len);
	struct reader child;

	reader_init(&child, p, len);
	if (p == NULL)
		reader_fail(&child, r->err);
	return child;
}
