/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_CONN_H
#define WBA_SOURCE_LDAP_CONN_H

#include <ldap.h>
#include <stdbool.h>

#include "source/ldap_error.h"
#include "source/ldap_io.h"
#include "source/ldap_options.h"
#include "source/source.h"

/*
 * One bound connection to one server. libldap would quietly connect anew,
 * without TLS and unbound, when it has lost the server; so after a loss
 * (`lost`) a connection is never used again. Whoever wants another opens one.
 */
struct ldap_conn {
	LDAP *ld;
	char *host;		/* owned; as in the URI */
	unsigned port;
	bool ldaps;		/* TLS from the first byte */
	bool tls;		/* TLS is in place */
	bool lost;
	bool verbose;
	int network_timeout;	/* seconds */
	int operation_timeout;	/* seconds without a sign of life */
	char *ca_file;		/* owned; the one in use, or NULL */
	struct net net;
};

/* Connects, secures and binds. On failure *err is filled and nothing is left
 * to close. *c must not move afterwards: libldap points at c->net. */
enum source_status conn_open(const struct ldap_options *, struct ldap_conn *c,
    struct source_error *err);
void conn_close(struct ldap_conn *);	/* takes a closed one */

/* The next message of operation `msgid`, or all of them (LDAP_MSG_ALL).
 * Returns LDAP_SUCCESS with *out to free, LDAP_TIMEOUT after net.timeout
 * seconds of silence, or what libldap says; marks a lost connection. */
int conn_wait(struct ldap_conn *, int msgid, int all, LDAPMessage **out);
/* The next message if one has come: *out is NULL when none has. */
int conn_look(struct ldap_conn *, int msgid, LDAPMessage **out);
/* The same for a request that could not even be sent. */
int conn_sent(struct ldap_conn *, int rc);
/* True when the connection may be used; otherwise it is marked lost. */
bool conn_usable(struct ldap_conn *);

/* Fills *f with what the connection knows, `code` and libldap's diagnostic
 * message, which is *said: free with ldap_memfree() after use. */
void conn_failure(struct ldap_conn *, enum step, int code, struct failure *f, char **said);

/* ldap_bind.c: the options are checked before anything is sent (problem), the
 * bind itself comes last. */
const char *bind_problem(const struct ldap_options *, bool ldaps);
enum source_status bind_run(struct ldap_conn *, const struct ldap_options *,
    struct source_error *err);

#endif
