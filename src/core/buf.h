/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_BUF_H
#define WBA_CORE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A growing byte string. Failures stick: after one, appends do nothing and
 * buf_failed() is true, so that a writer appends freely and looks once.
 * `data` is always NUL-terminated once anything was appended (or buf_str()
 * was called), and may hold NULs of its own.
 */
struct buf {
	char *data;	/* owned */
	size_t len;	/* without the terminator */
	size_t cap;
	bool failed;	/* out of memory, or a format that failed */
};

#define BUF_INIT { NULL, 0, 0, false }

void buf_init(struct buf *);
void buf_fini(struct buf *);		/* takes an unused buf; leaves it empty */
void buf_clear(struct buf *);		/* forgets content and failure, keeps memory */
bool buf_failed(const struct buf *);
void buf_grow_add(struct buf *, const void *, size_t);	/* buf_add() without the short way */
void buf_addu(struct buf *, uint64_t);		/* in decimal */
void buf_addf(struct buf *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *, const char *fmt, va_list)
	__attribute__((format(printf, 2, 0)));
void buf_le16(struct buf *, uint16_t);
void buf_le32(struct buf *, uint32_t);
void buf_truncate(struct buf *, size_t len);	/* len above the present one: no change */

/* Most appends find room: rows are written into a buffer that soon has it. */
static inline void
buf_add(struct buf *b, const void *data, size_t len)
{
	if (b->failed || b->cap - b->len <= len || len == 0) {
		buf_grow_add(b, data, len);
		return;
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

static inline void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void
buf_addc(struct buf *b, char c)
{
	if (b->failed || b->cap - b->len < 2) {
		buf_grow_add(b, &c, 1);
		return;
	}
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

/* The content as a C string; "" when empty or failed. Never NULL. */
const char *buf_str(const struct buf *);
/* Gives the memory to the caller (free()), or NULL on failure; buf is empty after. */
char *buf_steal(struct buf *);

#endif
