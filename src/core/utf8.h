/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_UTF8_H
#define WBA_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

#define UTF8_INVALID	UINT32_MAX

/*
 * The character at v, of which there are len > 0 bytes, by the table of RFC
 * 3629 4: no surrogates, nothing overlong, nothing above U+10FFFF. Returns
 * the bytes it takes; for an ill-formed one *cp is UTF8_INVALID and the bytes
 * are its longest well-formed beginning (Unicode 3.9, "maximal subparts").
 */
size_t utf8_next(const char *v, size_t len, uint32_t *cp);
bool utf8_valid(const char *v, size_t len);
/* Appends a character, which is one: no surrogate, not above U+10FFFF. */
void utf8_add(struct buf *out, uint32_t cp);

/* C0, DEL, C1. */
bool utf8_is_control(uint32_t cp);
/*
 * Characters that are not seen but change what is: bidirectional controls,
 * line and paragraph separators, zero-width and annotation characters, tags.
 * The joiners U+200C and U+200D are none: names are written with them.
 */
bool utf8_deceives(uint32_t cp);

#endif
