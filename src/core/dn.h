/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_DN_H
#define WBA_CORE_DN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

/* Distinguished names as text (RFC 4514), by pointer and length. No schema:
 * values compare case-insensitively in ASCII and byte for byte above it,
 * after their escapes are resolved and unescaped outer spaces dropped, which
 * is how the directory compares the naming attributes for the DNs it prints
 * itself (an escaped outer space is part of the name). The values of a
 * multi-valued RDN are a set. */

/* Ceiling for attribute=value pairs in one RDN; the directory itself allows
 * one. A DN with more counts as malformed. */
#define DN_MAX_AVAS 16

/* Well formed: attr=value pairs, escapes complete. The empty DN is. A malformed
 * DN equals only its own bytes, has depth 0 and lies under nothing else. */
bool dn_valid(const char *dn, size_t len);
bool dn_eq(const char *a, size_t alen, const char *b, size_t blen);
bool dn_same(const char *a, const char *b);	/* of strings */
/* The parent as a view into dn: offset where it starts; len when there is none
 * (or the first RDN is malformed; the parent itself is not looked at). */
size_t dn_parent(const char *dn, size_t len);
/* True when dn lies below base or is base itself. */
bool dn_under(const char *dn, size_t len, const char *base, size_t blen);
/* RDNs in it; 0 for the empty DN. */
size_t dn_depth(const char *dn, size_t len);
/* The unescaped value of the first RDN ("Doe, Jane" of "CN=Doe\\, Jane,DC=x"),
 * appended; of the empty DN ERR_SHORT, of a #hex value ERR_UNSUPPORTED. */
enum err dn_rdn_value(const char *dn, size_t len, struct buf *out);
/* Appends an attribute value escaped for a DN (RFC 4514 2.4). */
void dn_escape_value(const char *v, size_t len, struct buf *out);
/* "contoso.test" of "DC=contoso,DC=test" (trailing DC= RDNs), appended; "" when none. */
void dn_to_dns(const char *dn, size_t len, struct buf *out);
/* A form equal for equal DNs (lower case, minimal escapes), for hashing: appended. */
void dn_canonical(const char *dn, size_t len, struct buf *out);

#endif
