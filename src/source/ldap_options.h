/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_OPTIONS_H
#define WBA_SOURCE_LDAP_OPTIONS_H

#include <stdbool.h>

#include "model/account.h"

enum start_tls { START_TLS_NO, START_TLS_TRY, START_TLS_DEMAND };	/* -Z, -ZZ */

/* Tying a SASL bind to the TLS below it; AUTO: where the libraries can. */
enum channel_binding { CBINDING_AUTO, CBINDING_NONE, CBINDING_TLS_UNIQUE, CBINDING_TLS_ENDPOINT };

/* How to reach and bind to one server. */
struct ldap_options {
	const char *uri;		/* ldap:// or ldaps://; required */
	enum start_tls start_tls;
	const char *ca_file;		/* NULL: the system's */
	const char *cert_file;		/* our own certificate, for EXTERNAL; or NULL */
	const char *key_file;		/* its key; NULL: in cert_file too */
	bool tls_no_verify;		/* accept any certificate: asked for by name only */
	bool allow_cleartext;		/* a simple bind without TLS */
	/* simple bind when bind_dn is set; anonymous is never used for an audit */
	const char *bind_dn;		/* DN, UPN or DOMAIN\name (MS-ADTS 5.1.1.1.1) */
	const char *password;		/* NULL with a bind_dn: error */
	/* SASL when sasl_mech is set */
	const char *sasl_mech;		/* GSSAPI, GSS-SPNEGO, EXTERNAL */
	const char *sasl_authcid;	/* -U */
	const char *sasl_authzid;	/* -X */
	const char *sasl_realm;		/* -R */
	const char *sasl_secprops;	/* -O; NULL: what fits the transport */
	bool sasl_nocanon;		/* -N */
	/* for GSSAPI, GSS-SPNEGO; with neither, the ticket cache of the environment */
	const char *keytab;
	const char *ccache;		/* a ticket cache by name */
	enum channel_binding channel_binding;
	int network_timeout;		/* seconds; 0: 15 */
	int operation_timeout;		/* seconds without any answer; 0: 180 */
	unsigned page_size;		/* 0: from the server's policy, at most 1000 */
	bool verbose;
	/* Filled when the connection stands, unless NULL: the end of the server's
	 * certificate, not known without TLS. */
	struct known_int *cert_until;
};

#endif
