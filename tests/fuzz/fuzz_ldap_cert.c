/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An accepted certificate: its texts end within their room, no shorter piece
 * of it is accepted, and its name for a host decides whether it is for it.
 */

#include <stdlib.h>
#include <string.h>

#include "source/ldap_cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cert c, again;
	char host[sizeof(c.names)];

	if (cert_parse(data, size, "dc1.contoso.test", &c) != ERR_OK)
		return 0;
	if (memchr(c.subject, '\0', sizeof(c.subject)) == NULL ||
	    memchr(c.issuer, '\0', sizeof(c.issuer)) == NULL ||
	    memchr(c.names, '\0', sizeof(c.names)) == NULL)
		abort();
	if (size > 0 && size < 4096 && cert_parse(data, size - 1, "x", &again) == ERR_OK &&
	    (again.not_after != c.not_after || strcmp(again.subject, c.subject) != 0))
		abort();
	/* One plain name: the certificate is for a host of that name. */
	if (c.names[0] == '\0' || strpbrk(c.names, ",*") != NULL)
		return 0;
	memcpy(host, c.names, sizeof(host));
	if (cert_parse(data, size, host, &again) != ERR_OK || strcmp(again.names, c.names) != 0)
		abort();
	return 0;
}
