/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST 64	/* the first allocation: most values written are short */

void
buf_init(struct buf *b)
{
	*b = (struct buf)BUF_INIT;
}

void
buf_fini(struct buf *b)
{
	free(b->data);
	buf_init(b);
}

void
buf_clear(struct buf *b)
{
	b->failed = false;
	b->len = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

bool
buf_failed(const struct buf *b)
{
	return b->failed;
}

/* Makes room for `more` bytes and the terminator; false, for good, when there is none. */
static bool
reserve(struct buf *b, size_t more)
{
	size_t need = 0, cap = 0;
	char *data = NULL;

	if (b->failed)
		return false;
	if (more >= SIZE_MAX / 2 - b->len) {
		b->failed = true;
		return false;
	}
	need = b->len + more + 1;
	if (need <= b->cap)
		return true;
	cap = b->cap > 0 ? b->cap : BUF_FIRST;
	while (cap < need)
		cap *= 2;
	data = realloc(b->data, cap);
	if (data == NULL) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void
buf_grow_add(struct buf *b, const void *data, size_t len)
{
	if (!reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_addu(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	buf_add(b, digits + at, sizeof(digits) - at);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

/* Prints into the room at hand, and once more when that was not enough. */
void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n = 0;

	if (!reserve(b, 0))
		return;
	va_copy(again, ap);
	n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
	if (n >= 0 && (size_t)n >= b->cap - b->len && reserve(b, (size_t)n))
		n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, again);
	va_end(again);
	if (n < 0)
		b->failed = true;
	if (!b->failed)
		b->len += (size_t)n;
	b->data[b->len] = '\0';
}

void
buf_le16(struct buf *b, uint16_t v)
{
	const uint8_t le[2] = { (uint8_t)v, (uint8_t)(v >> 8) };

	buf_add(b, le, sizeof(le));
}

void
buf_le32(struct buf *b, uint32_t v)
{
	buf_le16(b, (uint16_t)v);
	buf_le16(b, (uint16_t)(v >> 16));
}

void
buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

const char *
buf_str(const struct buf *b)
{
	return b->data != NULL && !b->failed ? b->data : "";
}

char *
buf_steal(struct buf *b)
{
	char *data = NULL;

	if (reserve(b, 0)) {
		data = b->data;
		data[b->len] = '\0';
		b->data = NULL;
	}
	buf_fini(b);
	return data;
}
