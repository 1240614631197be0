/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_ERROR_H
#define WBA_SOURCE_LDAP_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "source/ldap_cert.h"
#include "source/source.h"

/* Where on the way to an answer it went wrong. */
enum step {
	STEP_OPTIONS,	/* what was asked for cannot be done: nothing was sent */
	STEP_RESOLVE,
	STEP_CONNECT,
	STEP_START_TLS,	/* the request for TLS on port 389 */
	STEP_TLS,	/* the handshake, certificate included */
	STEP_BIND,	/* simple */
	STEP_SASL,
	STEP_SEARCH
};

/* What is known of a failure. What does not apply to the step stays 0. */
struct failure {
	enum step step;
	const char *host;	/* the server's name as given */
	unsigned port;
	const char *address;	/* numeric, "" when unknown */
	int code;		/* LDAP result (> 0) or libldap's own code (< 0) */
	const char *said;	/* diagnostic message: the server's when code > 0 */
	int sys;		/* errno; EAI_ code at STEP_RESOLVE */
	bool closed;		/* the server closed the connection */
	int seconds;		/* how long was waited */
	bool tls;		/* TLS was in place */
	const char *problem;	/* STEP_OPTIONS: the sentence */
	const char *who;	/* bind: the name given, or NULL */
	const char *mech;	/* SASL */
	const char *keytab;	/* SASL: the one in use, or NULL */
	const char *ccache;	/* SASL: the one named, or NULL */
	bool bound;		/* SASL: channel binding was given */
	bool nocanon;		/* SASL: the host's name was taken as it is (-N) */
	const char *reverse;	/* SASL: the name that its address has instead, or NULL */
	const char *installed;	/* SASL: mechanisms of this host, or NULL */
	const char *ca_file;	/* TLS: NULL when there is none */
	const struct cert *cert;/* TLS: the certificate, when it could be seen */
	int64_t now;		/* TLS: FILETIME */
	const char *what;	/* search: "users" */
	const char *base;
	bool paging;		/* search: not the first page */
	const char *elsewhere;	/* search: the URL of a continuation that was not followed */
};

/* Fills err->status, code, again, unanswered and text: one sentence or a few, for somebody who
 * has to mend it. `seen` is left alone. Returns the status. */
enum source_status failure_explain(const struct failure *, struct source_error *err);

/* The words of "AcceptSecurityContext error, data 52e", or NULL: *code is set
 * to the number whenever there is one. */
const char *failure_logon_reason(const char *said, unsigned *code);

/* What they share: names and words from elsewhere, safe for a terminal; and
 * whether the diagnostic message has some words. */
void failure_add(struct buf *, const char *s);
bool failure_said(const struct failure *, const char *words);

/* Cause and remedy for the long families (ldap_error_auth.c, ldap_error_sasl.c),
 * appended. failure_refusal: what any kind of bind can be told; false: nothing. */
enum source_status failure_tls(const struct failure *, struct buf *);
enum source_status failure_bind(const struct failure *, struct buf *);
bool failure_refusal(const struct failure *, struct buf *);
enum source_status failure_sasl(const struct failure *, struct buf *);

#endif
