/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_QUOTE_H
#define WBA_CORE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

/*
 * Words of command lines that somebody will run: names come from a directory,
 * so what stands between the quotes is an attacker's. Each function appends one
 * word, whole, that its shell hands on as it was; what it cannot hand on so is
 * ERR_UNSUPPORTED, and nothing is appended.
 */

/* POSIX.1-2017 XCU 2.2.2: between single quotes all is literal but the quote.
 * Refused: NUL. */
enum err quote_sh(const char *s, size_t len, struct buf *out);

/*
 * about_Quoting_Rules: between single quotes all is literal but the quote, which
 * is doubled. The typographic quotes U+2018 to U+201B end a string as well, and
 * Windows PowerShell reads a file without a byte order mark in the code page of
 * the machine, where UTF-8 bytes turn into those quotes (0x91 and 0x92 in
 * 1252), or swallow what follows: refused is all but printable ASCII.
 */
enum err quote_powershell(const char *s, size_t len, struct buf *out);

/*
 * In a batch file, between double quotes: & | < > ^ ( ) are literal there, but
 * % begins a variable, ! may (with delayed expansion), a quote would end it, and
 * bytes are read in the code page. Refused: " % ! and all but printable ASCII.
 * The program takes its line apart as the C runtime does ("Parsing C Command-Line
 * Arguments"): backslashes are literal but before a quote, so those at the end
 * are doubled.
 */
enum err quote_cmd(const char *s, size_t len, struct buf *out);

/*
 * A DN in another form of the same: RFC 4514 2.4 lets every byte of a value
 * stand as a backslash and two hex digits. `ascii`: only letters, digits, space
 * and -_.:/@()=#,+; stand for themselves, so that the DN passes every quote above.
 * Else: all that is printable does. ERR_SYNTAX for what is no DN.
 */
enum err quote_dn(const char *dn, size_t len, bool ascii, struct buf *out);

#endif
