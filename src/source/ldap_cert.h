/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_CERT_H
#define WBA_SOURCE_LDAP_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * The little of an X.509 certificate (RFC 5280) that an administrator needs to
 * hear when it was refused. Whether to trust it is the TLS library's business
 * alone; this only finds words for its "no".
 */
struct cert {
	char subject[128];	/* common name, cut to fit; "" when there is none */
	char issuer[128];
	bool self_issued;	/* subject and issuer are the same name */
	int64_t not_before;	/* FILETIME */
	int64_t not_after;
	char names[256];	/* what it is valid for, ", "-separated, cut to fit */
	bool for_host;		/* `host` is one of them */
};

/* Reads a DER certificate; `host` is the name or address it should be for.
 * The text in *out is the certificate's own: escape it. */
enum err cert_parse(const void *der, size_t len, const char *host, struct cert *out);

#endif
