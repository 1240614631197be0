/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_prepare.h"

#include <ldap.h>
#include <stdlib.h>

int
libldap_prepare(void)
{
	int version = 0;

	if (getenv("LDAPNOINIT") == NULL && setenv("LDAPNOINIT", "1", 1) != 0)
		return -1;
	return ldap_get_option(NULL, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS ? 0 :
	    -1;
}
