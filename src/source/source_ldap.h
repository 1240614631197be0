/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SOURCE_LDAP_H
#define WBA_SOURCE_SOURCE_LDAP_H

#include "source/ldap_options.h"
#include "source/source.h"

/*
 * Connects, secures and binds. On success *out is the caller's
 * (source_close); otherwise *err says which step failed and why. The strings
 * may be freed, and the password wiped, when this has returned.
 *
 * A callback of source_search() must not search the same source: the next page
 * has been asked for already, and Samba 4.17 loses the state of a paged search
 * that others overtake on its connection (result 53). A pool gives it another.
 *
 * ldap.conf, ~/.ldaprc and LDAP… variables are not read (LDAPNOINIT is set in
 * the environment). SIGPIPE is not raised, signals interrupt nothing.
 */
enum source_status source_ldap_open(const struct ldap_options *, struct source **out,
    struct source_error *err);

#endif
