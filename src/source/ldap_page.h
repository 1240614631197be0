/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_PAGE_H
#define WBA_SOURCE_LDAP_PAGE_H

#include <stdbool.h>

#include "source/ldap_conn.h"
#include "source/source.h"

/* Which of our controls the server lists in supportedControl: those are sent
 * as critical, the others for what they are worth. */
struct control_support {
	bool paged;		/* RFC 2696 */
	bool sd_flags;		/* LDAP_SERVER_SD_FLAGS_OID */
	bool domain_scope;	/* LDAP_SERVER_DOMAIN_SCOPE_OID */
};

#define OID_SD_FLAGS	"1.2.840.113556.1.4.801"

struct page_params {
	struct ldap_conn *conn;
	struct control_support support;
	unsigned page_size;
	size_t *expected;	/* for the server's estimate of all entries, or NULL */
};

/*
 * Runs a query to its end, page by page. A page is collected, then the next
 * one is requested, then the collected entries go to `fn`: so the server works
 * on page n+1 while we judge page n, and one page is in memory (two while a
 * ranged attribute is completed on the same connection). `fn` must not search
 * on it.
 */
enum source_status page_search(const struct page_params *, const struct query *,
    entry_fn fn, void *arg, struct source_error *err);

#endif
