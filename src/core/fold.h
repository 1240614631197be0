/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_FOLD_H
#define WBA_CORE_FOLD_H

#include <stddef.h>

#include "core/buf.h"

#define FOLD_WIDTH 80	/* whatever the terminal: the same text everywhere */

/*
 * Appends the text and a newline, broken at blanks so that no line passes
 * FOLD_WIDTH columns; a word that is longer stands whole. The line already
 * holds `column` columns; those that follow start at column `indent`. A
 * column is a code point of UTF-8.
 */
void fold_text(struct buf *out, size_t column, size_t indent, const char *text);

#endif
