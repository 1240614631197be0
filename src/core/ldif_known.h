/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_LDIF_KNOWN_H
#define WBA_CORE_LDIF_KNOWN_H

#include <stddef.h>
#include <stdint.h>

#include "core/chain.h"

/*
 * Of a directory's million descriptors there are a few hundred different ones,
 * in base64 and folded the same way each time. So the bytes of a long value are
 * kept as they stood in the input, name, folds and line end included, with the
 * value: when the same bytes come again, compared whole, they are neither unfolded
 * nor decoded. The reader has them for itself alone; all zero to begin with.
 */
struct ldifr_known {
	struct chains lines;
	size_t bytes;
};

struct known_line {
	struct chained chain;
	size_t raw_len, lines;	/* in the input; physical lines */
	size_t len;		/* of the value */
	char bytes[];		/* raw, value NUL */
};

/* A line that may be known after it was read. */
struct known_candidate {
	size_t len;		/* in the input; 0: it is none */
	uint64_t hash;
};

/*
 * The known line that the `left` bytes at p begin with, whose first part is
 * `width` long, line feed included; else NULL, and in *c what is needed to keep it.
 */
const struct known_line *ldifr_known_find(const struct ldifr_known *, const char *p, size_t left,
    size_t width, struct known_candidate *c);
/* Keeps the candidate, whose c->len bytes are at `raw`, in `lines` physical lines,
 * with its value and the NUL behind it. A failure costs time alone. */
void ldifr_known_keep(struct ldifr_known *, const struct known_candidate *c, const char *raw,
    size_t lines, const char *value, size_t len);
/* Forgets them all if they take too much. Between records: the values of one are here. */
void ldifr_known_trim(struct ldifr_known *);
void ldifr_known_fini(struct ldifr_known *);

#endif
