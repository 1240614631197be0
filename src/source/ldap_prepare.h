/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_PREPARE_H
#define WBA_SOURCE_LDAP_PREPARE_H

/*
 * The first use of libldap in a process: it is told not to look at ldap.conf(5)
 * and the like, and then reads its settings. Several threads must not be the
 * first at once, nor change the environment: whoever starts some calls this
 * before. 0, or -1 without memory.
 */
int libldap_prepare(void);

#endif
