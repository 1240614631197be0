/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_LDIF_NAME_H
#define WBA_CORE_LDIF_NAME_H

#include "core/ldif.h"

/* The names that the reader keeps, for itself alone. */

/* The name that a line of `len` bytes at s begins with, among those kept: the same
 * as before, the one that followed it last time, or another; NULL: it is none. */
struct ldif_name *ldifr_name_find(struct ldifr *, const char *s, size_t len);
/* Keeps a name, if there is room; else NULL. */
struct ldif_name *ldifr_name_keep(struct ldifr *, const char *s, size_t len);
/* Whether the caller wants its values, who is asked once. */
bool ldifr_name_wanted(struct ldifr *, struct ldif_name *);

#endif
