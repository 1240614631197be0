/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/ldif_line.h"

#include <stdlib.h>
#include <string.h>

#include "core/ldif_name.h"

#define CHUNK		((size_t)256 << 10)	/* asked of fill at a time */

enum err
ldifr_fail(struct ldifr *r, enum err err, const char *what)
{
	r->fault_line = r->line_start;
	return fault_set(&r->fault, err, (size_t)r->line_offset, what);
}

enum err
ldifr_fail_ceiling(struct ldifr *r, const char *what, size_t ceiling)
{
	r->fault_line = r->line_start;
	return fault_set_value(&r->fault, ERR_TOO_BIG, (size_t)r->line_offset, what, ceiling);
}

/* Sees to it that the chunk holds a byte, unless the input ends. */
static enum err
chunk_fill(struct ldifr *r)
{
	ssize_t n;

	if (r->chunk_pos < r->chunk_len || r->end)
		return ERR_OK;
	if (r->chunk == NULL && (r->chunk = malloc(CHUNK)) == NULL)
		return ldifr_fail(r, ERR_NOMEM, "read buffer");
	n = r->fill(r->arg, r->chunk, CHUNK);
	if (n < 0 || (size_t)n > CHUNK)
		return ldifr_fail(r, ERR_SHORT, "input that could not be read");
	r->chunk_pos = 0;
	r->chunk_len = (size_t)n;
	r->end = n == 0;
	return ERR_OK;
}

void
ldifr_chunk_skip(struct ldifr *r, size_t n)
{
	r->chunk_pos += n;
	r->consumed += n;
}

/* Passes over one physical line; `keep` appends it, without its line feed, to r->line. */
static enum err
segment_read(struct ldifr *r, bool keep)
{
	for (;;) {
		const char *p = NULL, *lf = NULL;
		size_t n;
		enum err err = chunk_fill(r);

		if (err != ERR_OK)
			return err;
		if (r->end)
			return ldifr_fail(r, ERR_SHORT, "line without an end");
		p = r->chunk + r->chunk_pos;
		lf = memchr(p, '\n', r->chunk_len - r->chunk_pos);
		n = lf != NULL ? (size_t)(lf - p) : r->chunk_len - r->chunk_pos;
		if (keep && (n > r->max_line || r->line.len > r->max_line - n))
			return ldifr_fail_ceiling(r, "line longer than", r->max_line);
		if (keep)
			buf_add(&r->line, p, n);
		if (buf_failed(&r->line))
			return ldifr_fail(r, ERR_NOMEM, "line");
		ldifr_chunk_skip(r, lf != NULL ? n + 1 : n);
		if (lf != NULL) {
			r->line_no++;
			return ERR_OK;
		}
	}
}

enum err
ldifr_line_skip(struct ldifr *r)
{
	const char *begin = r->chunk + r->chunk_pos, *end = r->chunk + r->chunk_len;
	const char *p = begin, *lf = NULL;
	enum err err;

	while ((lf = memchr(p, '\n', (size_t)(end - p))) != NULL && lf + 1 < end) {
		p = lf + 1;
		r->line_no++;
		if (*p != ' ')
			break;
	}
	ldifr_chunk_skip(r, (size_t)(p - begin));
	if (p > begin && *p != ' ')
		return ERR_OK;
	do {
		if ((err = segment_read(r, false)) != ERR_OK || (err = chunk_fill(r)) != ERR_OK)
			return err;
	} while (!r->end && r->chunk[r->chunk_pos] == ' ');
	return ERR_OK;
}

/* The line at hand has a value that the caller does not want. */
static bool
unwanted(struct ldifr *r)
{
	const char *s = r->line.data, *colon = NULL;
	struct ldif_name *n = NULL;

	if (r->want == NULL || s[0] == '#')
		return false;
	n = ldifr_name_find(r, s, r->line.len);
	colon = n == NULL ? memchr(s, ':', r->line.len) : NULL;
	if (colon != NULL)
		n = ldifr_name_keep(r, s, (size_t)(colon - s));
	if (n != NULL)
		return !ldifr_name_wanted(r, n);
	return colon != NULL && !r->want(r->arg, s, (size_t)(colon - s));
}

/* The mark may stand before the first line and nowhere else. */
static void
drop_byte_order_mark(struct ldifr *r)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t n = sizeof mark - 1;

	if (r->line_no != 1 || r->line.len < n || memcmp(r->line.data, mark, n) != 0)
		return;
	memmove(r->line.data, r->line.data + n, r->line.len - n);
	buf_truncate(&r->line, r->line.len - n);
}

enum err
ldifr_line_read(struct ldifr *r, bool in_record, enum ldifr_line *kind)
{
	size_t part = 0;
	enum err err;

	buf_clear(&r->line);
	r->line_start = r->line_no + 1;
	r->line_offset = r->consumed;
	if ((err = chunk_fill(r)) != ERR_OK)
		return err;
	*kind = LINE_END;
	if (r->end)
		return ERR_OK;
	*kind = LINE_TEXT;
	for (;;) {
		if ((err = segment_read(r, true)) != ERR_OK)
			return err;
		if (r->line.len > part && r->line.data[r->line.len - 1] == '\r')
			buf_truncate(&r->line, r->line.len - 1);
		drop_byte_order_mark(r);
		if (part == 0 && r->line.len == 0 && r->line_no == r->line_start) {
			*kind = LINE_BLANK;
			return ERR_OK;
		}
		if ((err = chunk_fill(r)) != ERR_OK)
			return err;
		if (part == 0 && in_record && unwanted(r)) {
			*kind = LINE_UNWANTED;
			return r->end || r->chunk[r->chunk_pos] != ' ' ? ERR_OK : ldifr_line_skip(r);
		}
		if (r->end || r->chunk[r->chunk_pos] != ' ')
			break;
		ldifr_chunk_skip(r, 1);
		part = r->line.len;
	}
	r->text = r->line.data;
	r->text_len = r->line.len;
	return ERR_OK;
}
