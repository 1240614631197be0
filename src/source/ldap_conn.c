/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_conn.h"

#include <errno.h>
#include <fcntl.h>
#include <openldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/adtime.h"
#include "source/ldap_prepare.h"

#define NETWORK_TIMEOUT		15	/* seconds, unless told otherwise */
/* Above MaxQueryDuration (120 s, MS-ADTS 3.1.1.3.4.6): let the server give up first. */
#define OPERATION_TIMEOUT	180

/* The longest packet of a SASL security layer that libldap takes. */
#define MAX_SEALED		((ber_len_t)0xffffff)

/* Where systems keep the authorities that they trust, as one file. */
static const char *const system_ca_files[] = {
	"/etc/ssl/certs/ca-certificates.crt",	/* Debian, Ubuntu, Arch */
	"/etc/pki/tls/certs/ca-bundle.crt",	/* Red Hat */
	"/etc/ssl/ca-bundle.pem",		/* SUSE */
	"/etc/ssl/cert.pem",			/* Alpine, BSD */
	NULL
};

void
conn_failure(struct ldap_conn *c, enum step step, int code, struct failure *f, char **said)
{
	*said = NULL;
	if (c->ld != NULL)
		ldap_get_option(c->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, said);
	*f = (struct failure){
		.step = step, .host = c->host, .port = c->port, .address = c->net.address,
		.code = code, .said = *said, .sys = c->net.error, .closed = c->net.closed,
		.seconds = c->net.timeout, .tls = c->tls, .ca_file = c->ca_file
	};
}

/* Fails at a step with what libldap and the socket know. */
static enum source_status
fail(struct ldap_conn *c, enum step step, int code, struct source_error *err)
{
	struct failure f;
	char *said = NULL;

	conn_failure(c, step, code, &f, &said);
	failure_explain(&f, err);
	ldap_memfree(said);
	return err->status;
}

/* Fails before anything was sent. */
static enum source_status
refuse(const char *subject, const char *problem, struct source_error *err)
{
	const struct failure f = { .step = STEP_OPTIONS, .host = subject, .problem = problem };

	return failure_explain(&f, err);
}

bool
conn_usable(struct ldap_conn *c)
{
	int fd = -1;

	if (c->lost || c->net.error != 0 || c->net.closed ||
	    ldap_get_option(c->ld, LDAP_OPT_DESC, &fd) != LDAP_OPT_SUCCESS || fd == -1)
		c->lost = true;
	return !c->lost;
}

int
conn_sent(struct ldap_conn *c, int rc)
{
	if (rc == LDAP_SERVER_DOWN || rc == LDAP_CONNECT_ERROR)
		c->lost = true;
	return rc;
}

static int
result(struct ldap_conn *c, int msgid, int all, int seconds, LDAPMessage **out)
{
	struct timeval silence = { .tv_sec = seconds };
	LDAPMessage *msg = NULL;
	int rc = LDAP_OTHER;

	switch (ldap_result(c->ld, msgid, all, &silence, &msg)) {
	case 0:
		return LDAP_TIMEOUT;
	case -1:
		ldap_get_option(c->ld, LDAP_OPT_RESULT_CODE, &rc);
		c->lost = true;
		return rc != LDAP_SUCCESS ? rc : LDAP_SERVER_DOWN;
	default:
		*out = msg;
		return LDAP_SUCCESS;
	}
}

int
conn_wait(struct ldap_conn *c, int msgid, int all, LDAPMessage **out)
{
	uint64_t received;
	int rc;

	/* libldap counts from the call on, however much of a message has come since:
	 * silence alone is a time-out. */
	do {
		received = c->net.received;
		rc = result(c, msgid, all, c->net.timeout, out);
	} while (rc == LDAP_TIMEOUT && c->net.received != received);
	return rc;
}

int
conn_look(struct ldap_conn *c, int msgid, LDAPMessage **out)
{
	int rc = result(c, msgid, LDAP_MSG_ONE, 0, out);

	if (rc != LDAP_TIMEOUT)
		return rc;
	*out = NULL;
	return LDAP_SUCCESS;
}

/* "ldaps://dc1.contoso.test:636": scheme, host and port of one server. */
static enum source_status
uri_read(const char *uri, struct ldap_conn *c, struct source_error *err)
{
	LDAPURLDesc *url = NULL;
	const char *problem = NULL;
	int rc;

	if (uri == NULL || uri[0] == '\0')
		return refuse("LDAP", "no server given: name one, as in -H ldaps://dc1.example.com",
		    err);
	rc = ldap_url_parse(uri, &url);
	if (strpbrk(uri, " ,") != NULL)
		problem = "one server at a time (-H)";
	else if (rc != LDAP_URL_SUCCESS)
		problem = "not an LDAP URI: it looks like ldaps://dc1.example.com (-H)";
	else if (strcmp(url->lud_scheme, "ldap") != 0 && strcmp(url->lud_scheme, "ldaps") != 0)
		problem = "only ldap:// and ldaps:// can be used (-H)";
	else if (url->lud_host == NULL || url->lud_host[0] == '\0')
		problem = "the URI names no host (-H)";
	else if (url->lud_port < 0 || url->lud_port > 65535)
		problem = "there is no such port (-H)";
	if (problem == NULL) {
		c->ldaps = strcmp(url->lud_scheme, "ldaps") == 0;
		c->port = (unsigned)url->lud_port;
		if (c->port == 0)
			c->port = c->ldaps ? LDAPS_PORT : LDAP_PORT;
		c->host = strdup(url->lud_host);
	}
	ldap_free_urldesc(url);
	if (problem != NULL)
		return refuse(uri, problem, err);
	return c->host != NULL ? SOURCE_OK : fail(c, STEP_OPTIONS, LDAP_NO_MEMORY, err);
}

static int
set_int(LDAP *ld, int option, int v)
{
	return ldap_set_option(ld, option, &v);
}

/*
 * Everything that ldap.conf(5), ~/.ldaprc and the LDAP… variables could have
 * set otherwise. They are not read either (LDAPNOINIT, in conn_open), but the
 * process may have used libldap before us.
 */
static int
options_set(LDAP *ld, const struct ldap_options *o, bool verify, const char *ca_file)
{
	struct timeval none = { .tv_sec = -1 };
	ber_len_t sealed = MAX_SEALED;
	int rc = 0;

	rc |= set_int(ld, LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3);
	rc |= set_int(ld, LDAP_OPT_DEREF, LDAP_DEREF_NEVER);
	rc |= set_int(ld, LDAP_OPT_SIZELIMIT, LDAP_NO_LIMIT);
	rc |= set_int(ld, LDAP_OPT_TIMELIMIT, LDAP_NO_LIMIT);
	rc |= ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	rc |= ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_ON);
	rc |= ldap_set_option(ld, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_OFF);
	/* net_connect() and io_read() time out; libldap's own way spins. */
	rc |= ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &none);
	rc |= ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON,
	    o->sasl_nocanon ? LDAP_OPT_ON : LDAP_OPT_OFF);

	/* GSSAPI agrees on how long a signed or sealed packet may be (RFC 4752 3.1),
	 * GSS-SPNEGO does not: each answer comes as one. -O goes before this. */
	if (o->sasl_mech != NULL && strcmp(o->sasl_mech, "GSS-SPNEGO") == 0)
		rc |= ldap_set_option(ld, LDAP_OPT_X_SASL_MAXBUFSIZE, &sealed);

	rc |= set_int(ld, LDAP_OPT_X_TLS_REQUIRE_CERT,
	    verify ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER);
	/* "allow": the common name counts when there is no subjectAltName. */
	rc |= set_int(ld, LDAP_OPT_X_TLS_REQUIRE_SAN, LDAP_OPT_X_TLS_ALLOW);
	rc |= set_int(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2);
	rc |= ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTDIR, NULL);
	rc |= ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, ca_file);
	rc |= ldap_set_option(ld, LDAP_OPT_X_TLS_CIPHER_SUITE, NULL);
	rc |= ldap_set_option(ld, LDAP_OPT_X_TLS_CERTFILE, o->cert_file);
	rc |= ldap_set_option(ld, LDAP_OPT_X_TLS_KEYFILE,
	    o->key_file != NULL ? o->key_file : o->cert_file);
	return rc;
}

/* The file of authorities: the one asked for, which must be readable, or the
 * system's. NULL and no error leaves it to the TLS library. */
static enum source_status
ca_file_find(const struct ldap_options *o, struct ldap_conn *c, struct source_error *err)
{
	const char *file = o->ca_file;
	char problem[512];
	size_t i;
	int fd;

	if (file != NULL) {
		fd = open(file, O_RDONLY | O_CLOEXEC);
		if (fd == -1) {
			snprintf(problem, sizeof(problem), "the file of certificate authorities "
			    "(tls_cacert) cannot be opened: %s", strerror(errno));
			return refuse(file, problem, err);
		}
		close(fd);
	}
	for (i = 0; file == NULL && system_ca_files[i] != NULL; i++)
		if (access(system_ca_files[i], R_OK) == 0)
			file = system_ca_files[i];
	if (file != NULL && (c->ca_file = strdup(file)) == NULL)
		return fail(c, STEP_OPTIONS, LDAP_NO_MEMORY, err);
	return SOURCE_OK;
}

/* A libldap handle over the connected socket. */
static int
handle_new(struct ldap_conn *c, const char *uri, const struct ldap_options *o, bool verify)
{
	if (ldap_init_fd(c->net.fd, LDAP_PROTO_TCP, uri, &c->ld) != LDAP_SUCCESS) {
		c->ld = NULL;
		return -1;
	}
	if (net_attach(&c->net, c->ld) != 0)
		return -1;
	return options_set(c->ld, o, verify, c->ca_file) == LDAP_OPT_SUCCESS ? 0 : -1;
}

/* StartTLS (RFC 4511 4.14): asks, and waits for the consent. */
static int
start_tls_ask(struct ldap_conn *c)
{
	LDAPMessage *msg = NULL;
	int msgid = -1, code = LDAP_OTHER, rc;

	rc = conn_sent(c, ldap_start_tls(c->ld, NULL, NULL, &msgid));
	if (rc == LDAP_SUCCESS)
		rc = conn_wait(c, msgid, LDAP_MSG_ALL, &msg);
	if (rc == LDAP_SUCCESS)
		rc = ldap_parse_result(c->ld, msg, &code, NULL, NULL, NULL, NULL, 1);
	if (rc == LDAP_SUCCESS && code != LDAP_SUCCESS) {
		/* ldap_parse_result() leaves the message in the handle. */
		rc = code;
	}
	return rc;
}

/* The handshake, in a new context so that our options alone count. */
static int
tls_start(struct ldap_conn *c)
{
	int rc;

	if (set_int(c->ld, LDAP_OPT_X_TLS_NEWCTX, 0) != LDAP_OPT_SUCCESS)
		return LDAP_LOCAL_ERROR;
	rc = ldap_install_tls(c->ld);
	if (rc == LDAP_SUCCESS)
		c->tls = true;
	return rc;
}

/*
 * After a refused certificate: looks at it over a second connection, unbound
 * and unverified, only to say what is wrong with it. libldap with GnuTLS says
 * "(unknown error code)" for everything.
 */
static bool
certificate_peek(const struct ldap_conn *c, const struct ldap_options *o, struct cert *cert)
{
	struct ldap_options stranger = *o;
	struct ldap_conn peek = { .net = NET_INIT };
	struct berval der = { 0 };
	bool found = false;

	/* Our own certificate is not for a server that we do not trust. */
	stranger.cert_file = stranger.key_file = NULL;
	peek.host = c->host;
	if (net_connect(&peek.net, c->host, c->port, c->network_timeout) != NET_OK)
		return false;
	if (handle_new(&peek, o->uri, &stranger, false) == 0 &&
	    (c->ldaps || start_tls_ask(&peek) == LDAP_SUCCESS) &&
	    tls_start(&peek) == LDAP_SUCCESS &&
	    ldap_get_option(peek.ld, LDAP_OPT_X_TLS_PEERCERT, &der) == LDAP_OPT_SUCCESS &&
	    der.bv_val != NULL)
		found = cert_parse(der.bv_val, der.bv_len, c->host, cert) == ERR_OK;
	ldap_memfree(der.bv_val);
	peek.host = NULL;
	conn_close(&peek);
	return found;
}

static enum source_status
tls_fail(struct ldap_conn *c, const struct ldap_options *o, int code, struct source_error *err)
{
	struct timespec ts = { 0 };
	struct failure f;
	struct cert cert;
	char *said = NULL;

	conn_failure(c, STEP_TLS, code, &f, &said);
	/* A connection that broke has no refused certificate to look at. */
	if (code != LDAP_LOCAL_ERROR && !o->tls_no_verify && c->net.error == 0 &&
	    !c->net.closed && certificate_peek(c, o, &cert)) {
		clock_gettime(CLOCK_REALTIME, &ts);
		f.now = adtime_from_unix(ts.tv_sec, 0);
		f.cert = &cert;
	}
	failure_explain(&f, err);
	ldap_memfree(said);
	return err->status;
}

/* TLS as the options want it: ldaps://, -ZZ, -Z, or none. */
static enum source_status
secure(struct ldap_conn *c, const struct ldap_options *o, struct source_error *err)
{
	int rc;

	if (!c->ldaps && o->start_tls == START_TLS_NO)
		return SOURCE_OK;
	if (!c->ldaps) {
		rc = start_tls_ask(c);
		/* -Z goes on without when the server says no, and only then. */
		if (rc > 0 && o->start_tls == START_TLS_TRY)
			return SOURCE_OK;
		if (rc != LDAP_SUCCESS)
			return fail(c, STEP_START_TLS, rc, err);
	}
	rc = tls_start(c);
	return rc == LDAP_SUCCESS ? SOURCE_OK : tls_fail(c, o, rc, err);
}

static enum source_status
open_steps(const struct ldap_options *o, struct ldap_conn *c, struct source_error *err)
{
	enum source_status status;
	const char *problem = NULL;

	status = uri_read(o->uri, c, err);
	if (status != SOURCE_OK)
		return status;
	problem = bind_problem(o, c->ldaps);
	if (problem != NULL) {
		refuse(c->host, problem, err);
		return err->status = SOURCE_CREDENTIALS;
	}
	status = ca_file_find(o, c, err);
	if (status != SOURCE_OK)
		return status;
	switch (net_connect(&c->net, c->host, c->port, c->network_timeout)) {
	case NET_UNKNOWN_HOST:
		return fail(c, STEP_RESOLVE, 0, err);
	case NET_NO_CONNECTION:
		return fail(c, STEP_CONNECT, 0, err);
	case NET_OK:
		break;
	}
	if (handle_new(c, o->uri, o, !o->tls_no_verify) != 0)
		return fail(c, STEP_OPTIONS, LDAP_NO_MEMORY, err);
	status = secure(c, o, err);
	if (status != SOURCE_OK)
		return status;
	c->net.timeout = c->operation_timeout;
	return bind_run(c, o, err);
}

/* When the certificate that was accepted ends. */
static struct known_int
cert_until(struct ldap_conn *c)
{
	struct known_int until = { KNOWN_NOT, 0 };
	struct berval der = { 0 };
	struct cert cert;

	if (c->tls &&
	    ldap_get_option(c->ld, LDAP_OPT_X_TLS_PEERCERT, &der) == LDAP_OPT_SUCCESS &&
	    der.bv_val != NULL &&
	    cert_parse(der.bv_val, der.bv_len, c->host, &cert) == ERR_OK)
		until = (struct known_int){ KNOWN_SET, cert.not_after };
	ldap_memfree(der.bv_val);
	return until;
}

enum source_status
conn_open(const struct ldap_options *o, struct ldap_conn *c, struct source_error *err)
{
	enum source_status status;

	*c = (struct ldap_conn){ .net = NET_INIT };
	c->verbose = o->verbose;
	c->network_timeout = o->network_timeout > 0 ? o->network_timeout : NETWORK_TIMEOUT;
	c->operation_timeout = o->operation_timeout > 0 ? o->operation_timeout : OPERATION_TIMEOUT;
	if (libldap_prepare() != 0)
		return fail(c, STEP_OPTIONS, LDAP_NO_MEMORY, err);
	status = open_steps(o, c, err);
	if (status != SOURCE_OK)
		conn_close(c);
	else if (o->cert_until != NULL)
		*o->cert_until = cert_until(c);
	return status;
}

void
conn_close(struct ldap_conn *c)
{
	if (c->ld != NULL)
		ldap_unbind_ext(c->ld, NULL, NULL);
	net_close(&c->net);
	free(c->host);
	free(c->ca_file);
	*c = (struct ldap_conn){ .net = NET_INIT };
}
