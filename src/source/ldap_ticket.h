/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_TICKET_H
#define WBA_SOURCE_LDAP_TICKET_H

#include <gssapi/gssapi.h>
#include <krb5.h>
#include <stdbool.h>

#include "core/buf.h"
#include "source/ldap_options.h"

/*
 * The Kerberos credentials of one bind, apart from those of the process: what
 * is got with a keytab lives in a ticket cache in memory for this bind alone,
 * so that neither the environment nor the user's own cache is touched, several
 * threads can bind as different accounts, and every new connection gets a new
 * ticket.
 */
struct ticket {
	gss_cred_id_t cred;
	krb5_context krb;	/* with `cache` */
	krb5_ccache cache;	/* ours, in memory; NULL: somebody else's */
	struct buf principal;	/* "audit@CONTOSO.TEST" */
	struct buf problem;	/* what is wrong with the keytab: a sentence of ours */
	struct buf said;	/* or what the library says of any other failure */
};

#define TICKET_INIT { .cred = GSS_C_NO_CREDENTIAL, .principal = BUF_INIT, .problem = BUF_INIT, \
	.said = BUF_INIT }

/* Whether the options ask for other credentials than the ticket cache of the
 * environment gives by itself: a keytab, a cache by name, or an account. */
bool ticket_wanted(const struct ldap_options *);

/* Gets the ticket (for a keytab: from the KDC). *t is TICKET_INIT before; 0, or
 * -1 with either `problem` or `said` filled. ticket_fini() either way. */
int ticket_get(const struct ldap_options *, struct ticket *t);
void ticket_fini(struct ticket *);

/* True when the SASL library uses a Kerberos that does not understand these
 * credentials. To be asked once SASL has loaded its mechanisms. */
bool ticket_is_foreign(void);

#endif
