/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_URI_H
#define WBA_URI_H

#include <stdbool.h>

/* What is wrong with the URI of a domain controller, to stand after its name;
 * NULL when it is ldap:// or ldaps://, a host, and perhaps a port. */
const char *uri_fault(const char *uri);
/* True when it begins with ldaps://. */
bool uri_is_ldaps(const char *uri);
/* The same of any of several, with blanks between. */
bool uris_any_ldaps(const char *uris);

#endif
