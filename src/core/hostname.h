/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_HOSTNAME_H
#define WBA_CORE_HOSTNAME_H

#include <stdbool.h>
#include <stddef.h>

/* Names of hosts and domains in DNS, by pointer and length, without the dot at
 * the end: labels of letters, digits, '-' and '_' (RFC 952, RFC 1123 2.1; the
 * underscore is Windows' and that of service names). What is none of these
 * cannot stand in a URI or a query as it is. */

#define HOSTNAME_MAX	253	/* RFC 1035 2.3.4: 255 bytes on the wire */
#define HOSTNAME_LABEL	63

/* Whether it is such a name, of one label or several. */
bool hostname_valid(const char *s, size_t len);
/* Equal but for case. */
bool hostname_eq(const char *a, const char *b);
/* True when `host` is `domain` or a name below it. */
bool hostname_under(const char *host, const char *domain);

#endif
