/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SDDL_TEXT_H
#define WBA_CORE_SDDL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/sddl_lex.h"

/* The literals that conditions and resource attributes share (MS-DTYP
 * 2.5.1.1): UTF-8 in the text, UTF-16LE in the bytes. Readers append to *out;
 * printers append, or return false for what the text has no form for, when
 * something may have been appended already. */

/* "…" with its quotes; a quote inside is written twice (our addition: the
 * grammar has no form for it). */
void text_string_read(struct lex *, struct buf *out);
bool text_string_print(const uint8_t *utf16, size_t len, struct buf *out);

/* An attribute name: attr-name1 when `local`, else what follows "@user." and
 * its like, where any character may be a %XXXX of four hex digits. */
void text_name_read(struct lex *, bool local, struct buf *out);
bool text_name_print(const uint8_t *utf16, size_t len, bool local, struct buf *out);

#endif
