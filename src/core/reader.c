/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/reader.h"

const uint8_t reader_nothing[1];

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
