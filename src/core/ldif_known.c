/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/ldif_known.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"

#define KNOWN_MIN	((size_t)256)		/* bytes in the input: below, decoding is as fast */
#define KNOWN_MAX	((size_t)16 << 10)
#define KNOWN_BYTES	((size_t)6 << 20)	/* in all; then they are forgotten */

/*
 * Where the folded line at p ends, if that is in the chunk and looks
 * like it: lines as wide as the first, all but the last. A guess that is wrong
 * matches nothing.
 */
static size_t
folded_length(const char *p, size_t left, size_t width)
{
	const char *lf = NULL;
	size_t end = width;

	while (left - end > width && p[end] == ' ' && p[end + width - 1] == '\n')
		end += width;
	if (end < left && p[end] == ' ') {
		lf = memchr(p + end, '\n', left - end);
		end = lf != NULL ? (size_t)(lf - p) + 1 : left;
	}
	/* What follows decides whether it ends here. */
	return end < left && p[end] != ' ' && end >= KNOWN_MIN && end <= KNOWN_MAX ? end : 0;
}

const struct known_line *
ldifr_known_find(const struct ldifr_known *known, const char *p, size_t left, size_t width,
    struct known_candidate *c)
{
	const struct known_line *k = NULL;

	c->len = folded_length(p, left, width);
	if (c->len == 0)
		return NULL;
	c->hash = hash_bytes(p, c->len);
	k = (const struct known_line *)chains_find(&known->lines, c->hash);
	while (k != NULL && (k->raw_len != c->len || memcmp(k->bytes, p, c->len) != 0))
		k = (const struct known_line *)chained_alike(&k->chain);
	return k;
}

void
ldifr_known_keep(struct ldifr_known *known, const struct known_candidate *c, const char *raw,
    size_t lines, const char *value, size_t len)
{
	size_t size = sizeof(struct known_line) + c->len + len + 1;
	struct known_line *k = NULL;

	if (known->bytes > KNOWN_BYTES)	/* within one record */
		return;
	k = malloc(size);
	if (k == NULL)
		return;
	*k = (struct known_line){ .raw_len = c->len, .lines = lines, .len = len };
	memcpy(k->bytes, raw, c->len);
	memcpy(k->bytes + c->len, value, len + 1);
	if (chains_add(&known->lines, &k->chain, c->hash) != ERR_OK) {
		free(k);
		return;
	}
	known->bytes += size;
}

static void
line_free(struct chained *e)
{
	free(e);
}

void
ldifr_known_trim(struct ldifr_known *known)
{
	if (known->bytes <= KNOWN_BYTES)
		return;
	chains_empty(&known->lines, line_free);
	known->bytes = 0;
}

void
ldifr_known_fini(struct ldifr_known *known)
{
	chains_fini(&known->lines, line_free);
	known->bytes = 0;
}
