/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_WRAP_H
#define WBA_WRAP_H

#include <stdio.h>



/* Writes the text and a newline, broken at blanks so that no line passes
 * FOLD_WIDTH (core/fold.h) columns. The line already holds `column` columns; those that
 * follow start at column `indent`. */
void wrap_text(FILE *, int column, int indent, const char *text);

#endif
