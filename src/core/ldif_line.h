/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_LDIF_LINE_H
#define WBA_CORE_LDIF_LINE_H

#include "core/ldif.h"

/* The reader's lines, for itself alone: from the bytes that fill() gives to the
 * line at hand, unfolded, in r->text. */

enum ldifr_line { LINE_END, LINE_BLANK, LINE_TEXT, LINE_UNWANTED };

/*
 * Reads a line with all of its continuations: a line feed and one space
 * between two parts vanish (RFC 2849, note 2). An empty line has none, so
 * that what follows it must stand on its own. Within a record one of an
 * attribute that is not wanted is passed over.
 */
enum err ldifr_line_read(struct ldifr *, bool in_record, enum ldifr_line *kind);
/* Passes over the rest of a line with all of its continuations: as far as they are
 * in the chunk without a look at anything else. */
enum err ldifr_line_skip(struct ldifr *);
/* Passes over n bytes that are in the chunk. */
void ldifr_chunk_skip(struct ldifr *, size_t n);

/* Records what is wrong with the line at hand, and gives the error back. */
enum err ldifr_fail(struct ldifr *, enum err, const char *what);
enum err ldifr_fail_ceiling(struct ldifr *, const char *what, size_t ceiling);

#endif
