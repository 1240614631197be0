/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_ESCAPE_H
#define WBA_CORE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

/* RFC 4515: a value for an LDAP filter; bytes * ( ) \ NUL and above 0x7e as \xx. */
void escape_filter(const void *v, size_t len, struct buf *out);
/* RFC 4515: every byte as \xx, for SIDs and GUIDs. */
void escape_filter_bytes(const void *v, size_t len, struct buf *out);
/* RFC 4180 cell: quoted when needed; a leading = + - @ tab CR (also behind
 * spaces) gets a ' before it; NUL and invalid UTF-8 become U+FFFD. */
void escape_csv(const char *v, size_t len, struct buf *out);
/* RFC 8259 string with its quotes; invalid UTF-8 becomes U+FFFD. */
void escape_json(const char *v, size_t len, struct buf *out);
/* For a terminal or a log line: control characters (C0, DEL, C1), bidi
 * overrides and invalid UTF-8 as \xNN or \u{NNNN}. */
void escape_terminal(const char *v, size_t len, struct buf *out);
/* For HTML, as text or in a quoted attribute: & < > " ' as references, the rest as
 * for a terminal. */
void escape_html(const char *v, size_t len, struct buf *out);
/* RFC 4648 4, padded; blanks at the ends are allowed, nothing else between. Appended;
 * on ERR_SHORT (cut) and ERR_SYNTAX `out` is as it was. */
enum err base64_decode(const char *s, size_t len, struct buf *out);
void base64_encode(const void *v, size_t len, struct buf *out);
enum err hex_decode(const char *s, size_t len, struct buf *out);
void hex_encode(const void *v, size_t len, struct buf *out);

#endif
