/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_conn.h"

#include <errno.h>
#include <netdb.h>
#include <sasl/sasl.h>
#include <sasl/saslplug.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/buf.h"
#include "source/ldap_ticket.h"

/*
 * Security layers. Without TLS, SASL must encrypt (56 bits is what it calls
 * the weakest encryption; Kerberos then gives its best); within TLS it must
 * not even sign (MS-ADTS 5.1.2). What -O says comes on top of that.
 */
#define SECPROPS_CLEAR	"minssf=56"
#define SECPROPS_TLS	"minssf=0,maxssf=0"

/* Only mechanisms that send no password and that a domain controller has. */
static const char *const mechanisms[] = { "GSSAPI", "GSS-SPNEGO", "EXTERNAL", NULL };

const char *
bind_problem(const struct ldap_options *o, bool ldaps)
{
	size_t i;

	if (o->sasl_mech != NULL) {
		for (i = 0; mechanisms[i] != NULL; i++)
			if (strcmp(mechanisms[i], o->sasl_mech) == 0)
				break;
		if (mechanisms[i] == NULL)
			return "SASL mechanism not supported: use GSSAPI, GSS-SPNEGO or EXTERNAL "
			       "(-Y)";
		if (strcmp(o->sasl_mech, "EXTERNAL") == 0 && !ldaps &&
		    o->start_tls == START_TLS_NO)
			return "EXTERNAL takes the identity from TLS: use ldaps:// or -ZZ";
		if (strcmp(o->sasl_mech, "EXTERNAL") == 0 && o->cert_file == NULL)
			return "EXTERNAL needs a certificate of our own (tls_cert, tls_key)";
		return NULL;
	}
	if (o->bind_dn == NULL || o->bind_dn[0] == '\0')
		return "no account to bind with: give -D NAME with -W or -y FILE, or -Y GSSAPI";
	if (o->password == NULL)
		return "no password for the bind: give -W or -y FILE";
	/* RFC 4513 5.1.2: a name without a password "succeeds", as nobody. */
	if (o->password[0] == '\0')
		return "the password is empty: the server would take the bind for anonymous";
	if (!ldaps && o->start_tls == START_TLS_NO && !o->allow_cleartext)
		return "refusing to send a password in clear text: use ldaps://, -ZZ, or -Y GSSAPI";
	return NULL;
}

/* A SASL bind under way. */
struct sasl_run {
	struct ldap_conn *conn;
	const struct ldap_options *options;
	struct ticket ticket;
	const char *problem;	/* why the ticket could not be handed over */
	bool handed_over;
	enum channel_binding binding;	/* in use */
};

/* The name that the server's address has in reverse DNS, when it is not the one
 * we know it by: libldap and Kerberos may have asked for a ticket for that. */
static const char *
reverse_name(const struct ldap_conn *c, char *room, size_t size)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST };
	struct addrinfo *ai = NULL;
	bool other = false;

	if (getaddrinfo(c->net.address, NULL, &hints, &ai) != 0)
		return NULL;
	other = getnameinfo(ai->ai_addr, ai->ai_addrlen, room, (socklen_t)size, NULL, 0,
	    NI_NAMEREQD) == 0 && strcasecmp(room, c->host) != 0;
	freeaddrinfo(ai);
	return other ? room : NULL;
}

static enum source_status
fail(struct ldap_conn *c, const struct ldap_options *o, const struct sasl_run *run, int code,
    struct source_error *err)
{
	struct failure f;
	char *said = NULL, **list = NULL;
	struct buf installed = BUF_INIT;
	char reverse[NI_MAXHOST];
	size_t i;

	conn_failure(c, run != NULL ? STEP_SASL : STEP_BIND, code, &f, &said);
	f.who = o->bind_dn;
	if (run != NULL) {
		f.mech = o->sasl_mech;
		f.keytab = o->keytab;
		f.ccache = o->ccache;
		f.bound = run->binding != CBINDING_NONE;
		f.nocanon = o->sasl_nocanon;
		f.reverse = code < 0 ? reverse_name(c, reverse, sizeof(reverse)) : NULL;
		f.who = run->ticket.principal.len > 0 ? buf_str(&run->ticket.principal) :
			o->sasl_authcid;
		if (run->ticket.said.len > 0)
			f.said = buf_str(&run->ticket.said);
	}
	/* Filled by libldap from sasl_global_listmech(): not ours to free. */
	if (run != NULL &&
	    ldap_get_option(c->ld, LDAP_OPT_X_SASL_MECHLIST, &list) == LDAP_OPT_SUCCESS &&
	    list != NULL) {
		for (i = 0; list[i] != NULL; i++)
			buf_addf(&installed, " %s", list[i]);
		f.installed = buf_str(&installed);
	}
	failure_explain(&f, err);
	buf_fini(&installed);
	ldap_memfree(said);
	return err->status;
}

/* RFC 4513 5.1: name and password. */
static int
simple(struct ldap_conn *c, const struct ldap_options *o)
{
	struct berval credentials = { .bv_len = strlen(o->password) };
	LDAPMessage *msg = NULL;
	int msgid = -1, code = LDAP_OTHER, rc;

	/* libldap does not write to it, but its prototype does not say so. */
	memcpy(&credentials.bv_val, &o->password, sizeof(credentials.bv_val));
	rc = conn_sent(c, ldap_sasl_bind(c->ld, o->bind_dn, LDAP_SASL_SIMPLE, &credentials,
	    NULL, NULL, &msgid));
	if (rc == LDAP_SUCCESS)
		rc = conn_wait(c, msgid, LDAP_MSG_ALL, &msg);
	if (rc == LDAP_SUCCESS)
		rc = ldap_parse_result(c->ld, msg, &code, NULL, NULL, NULL, NULL, 1);
	return rc == LDAP_SUCCESS ? code : rc;
}

/*
 * The one moment at which libldap has a SASL context that has not yet asked
 * for credentials is when the mechanism asks for a name.
 */
static int
hand_over(LDAP *ld, struct sasl_run *run)
{
	if (run->handed_over || run->ticket.cred == GSS_C_NO_CREDENTIAL)
		return LDAP_SUCCESS;
	if (ticket_is_foreign())
		run->problem = "a keytab, a ticket cache by name or -U needs MIT Kerberos below "
			"SASL: install libsasl2-modules-gssapi-mit instead of -heimdal";
	else if (ldap_set_option(ld, LDAP_OPT_X_SASL_GSS_CREDS, run->ticket.cred) !=
	    LDAP_OPT_SUCCESS)
		run->problem = "the SASL library does not take credentials from us";
	else
		run->handed_over = true;
	return run->handed_over ? LDAP_SUCCESS : LDAP_LOCAL_ERROR;
}

/* Answers what a mechanism asks for from the options, and nothing else. */
static int
interact(LDAP *ld, unsigned flags, void *arg, void *questions)
{
	struct sasl_run *run = arg;
	const struct ldap_options *o = run->options;
	sasl_interact_t *q = NULL;

	(void)flags;
	for (q = questions; q->id != SASL_CB_LIST_END; q++) {
		const char *answer = NULL;

		switch (q->id) {
		case SASL_CB_USER:
			answer = o->sasl_authzid;
			break;
		case SASL_CB_AUTHNAME:
			answer = o->sasl_authcid;
			break;
		case SASL_CB_GETREALM:
			answer = o->sasl_realm;
			break;
		default:
			break;
		}
		q->result = answer != NULL ? answer : "";
		q->len = answer != NULL ? (unsigned)strlen(answer) : 0;
	}
	return hand_over(ld, run);
}

/* RFC 4513 5.2: as many rounds as the mechanism needs. */
static int
rounds(struct sasl_run *run)
{
	struct ldap_conn *c = run->conn;
	LDAPMessage *result = NULL;
	const char *used = NULL;
	int msgid = -1, rc;

	for (;;) {
		rc = conn_sent(c, ldap_sasl_interactive_bind(c->ld, NULL,
		    run->options->sasl_mech, NULL, NULL, LDAP_SASL_QUIET, interact, run, result,
		    &used, &msgid));
		ldap_msgfree(result);
		result = NULL;
		if (rc != LDAP_SASL_BIND_IN_PROGRESS)
			return rc;
		rc = conn_wait(c, msgid, LDAP_MSG_ALL, &result);
		if (rc != LDAP_SUCCESS)
			return rc;
	}
}

/* Fails before anything was sent for the bind. */
static enum source_status
refuse(const struct ldap_conn *c, const char *problem, struct source_error *err)
{
	const struct failure f = { .step = STEP_OPTIONS, .host = c->host, .problem = problem };

	failure_explain(&f, err);
	return err->status = SOURCE_CREDENTIALS;
}

static void
binding_look(client_sasl_mechanism_t *m, sasl_info_callback_stage_t stage, void *arg)
{
	bool *able = arg;

	if (stage == SASL_INFO_LIST_MECH && (m->plug->features & SASL_FEAT_CHANNEL_BINDING) != 0)
		*able = true;
}

/* tls-unique (RFC 5929 3) is not defined for TLS 1.3 (RFC 8446 C.5): libldap
 * then gives none, without a word. */
static bool
is_tls_13(LDAP *ld)
{
	char *version = NULL;
	bool yes = ldap_get_option(ld, LDAP_OPT_X_TLS_VERSION, &version) == LDAP_OPT_SUCCESS &&
		version != NULL && strstr(version, "1.3") != NULL;

	ldap_memfree(version);
	return yes;
}

/*
 * Channel binding (RFC 5056) ties a SASL bind to the TLS below it; domain
 * controllers want tls-server-end-point (RFC 5929 4). Cyrus SASL 2.1.28 as
 * released has none for Kerberos, Debian's has; a library that says that it has
 * is taken at its word. Without TLS there is nothing to bind to.
 */
static const char *
binding_set(struct sasl_run *run)
{
	static const int kinds[] = {
		[CBINDING_TLS_UNIQUE] = LDAP_OPT_X_SASL_CBINDING_TLS_UNIQUE,
		[CBINDING_TLS_ENDPOINT] = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT,
	};
	const struct ldap_options *o = run->options;
	enum channel_binding wanted = o->channel_binding;
	bool able = false;
	int kind;

	run->binding = CBINDING_NONE;
	if (!run->conn->tls || wanted == CBINDING_NONE || strcmp(o->sasl_mech, "EXTERNAL") == 0)
		return NULL;
	sasl_client_plugin_info(o->sasl_mech, binding_look, &able);
	if (!able)
		return wanted == CBINDING_AUTO ? NULL :
			"the SASL library here has no channel binding (sasl_cbinding) for this "
			"mechanism: use ldap:// without TLS, which it seals by itself, or a simple "
			"bind";
	if (wanted == CBINDING_TLS_UNIQUE && is_tls_13(run->conn->ld))
		return "channel binding of the type tls-unique (sasl_cbinding) does not exist in "
			"TLS 1.3, which this connection speaks: use tls-endpoint";
	run->binding = wanted == CBINDING_AUTO ? CBINDING_TLS_ENDPOINT : wanted;
	kind = kinds[run->binding];
	if (ldap_set_option(run->conn->ld, LDAP_OPT_X_SASL_CBINDING, &kind) != LDAP_OPT_SUCCESS)
		return "libldap here has no channel binding (sasl_cbinding)";
	return NULL;
}

/* -v: as whom, and how the connection is protected from here on. */
static void
sasl_remark(const struct sasl_run *run)
{
	const struct ldap_conn *c = run->conn;
	ber_len_t ssf = 0;

	/* Without a layer the option is not there, and ssf stays 0. */
	ldap_get_option(c->ld, LDAP_OPT_X_SASL_SSF, &ssf);
	fprintf(stderr, "writeback-audit: %s: %s bind", c->host, run->options->sasl_mech);
	if (run->ticket.principal.len > 0)
		fprintf(stderr, " as %s", buf_str(&run->ticket.principal));
	if (ssf > 0)
		fprintf(stderr, ", %s by SASL (SSF %lu)", ssf > 1 ? "sealed" : "signed only", ssf);
	if (c->tls)
		fprintf(stderr, ", channel binding: %s",
		    run->binding == CBINDING_TLS_ENDPOINT ? "tls-endpoint" :
		    run->binding == CBINDING_TLS_UNIQUE ? "tls-unique" : "none");
	fputs("\n", stderr);
}

static enum source_status
sasl_bind(struct sasl_run *run, struct source_error *err)
{
	const struct ldap_options *o = run->options;
	struct ldap_conn *c = run->conn;
	const char *problem = NULL;
	int rc;

	if (ldap_set_option(c->ld, LDAP_OPT_X_SASL_SECPROPS,
	    c->tls ? SECPROPS_TLS : SECPROPS_CLEAR) != LDAP_OPT_SUCCESS ||
	    (o->sasl_secprops != NULL &&
	    ldap_set_option(c->ld, LDAP_OPT_X_SASL_SECPROPS, o->sasl_secprops) != LDAP_OPT_SUCCESS))
		return refuse(c, "the SASL security properties are not well formed (-O)", err);
	problem = binding_set(run);
	if (problem != NULL)
		return refuse(c, problem, err);
	if (ticket_wanted(o) && ticket_get(o, &run->ticket) != 0)
		return run->ticket.problem.len > 0 ?
			refuse(c, buf_str(&run->ticket.problem), err) :
			fail(c, o, run, LDAP_LOCAL_ERROR, err);
	rc = rounds(run);
	if (run->problem != NULL)
		return refuse(c, run->problem, err);
	if (rc != LDAP_SUCCESS)
		return fail(c, o, run, rc, err);
	/* It must never be that another account was taken than the one asked for. */
	if (run->ticket.cred != GSS_C_NO_CREDENTIAL && !run->handed_over)
		return refuse(c, "the SASL library did not ask for the account to bind as", err);
	if (o->verbose)
		sasl_remark(run);
	return SOURCE_OK;
}

enum source_status
bind_run(struct ldap_conn *c, const struct ldap_options *o, struct source_error *err)
{
	struct sasl_run run = { .conn = c, .options = o, .ticket = TICKET_INIT };
	enum source_status status;
	char problem[512];
	int rc;

	if (o->sasl_mech == NULL) {
		/* -Z may have gone on without TLS. */
		if (!c->tls && !o->allow_cleartext)
			return refuse(c,
			    "refusing to send a password in clear text: the server does "
			    "not do StartTLS; use ldaps:// or -Y GSSAPI",
			    err);
		rc = simple(c, o);
		return rc == LDAP_SUCCESS ? SOURCE_OK : fail(c, o, NULL, rc, err);
	}
	/* A type may stand before the name ("FILE:"); then it is Kerberos' to check. */
	if (o->keytab != NULL && o->keytab[0] == '/' && access(o->keytab, R_OK) != 0) {
		snprintf(problem, sizeof(problem), "the keytab %s cannot be read: %s", o->keytab,
		    strerror(errno));
		return refuse(c, problem, err);
	}
	status = sasl_bind(&run, err);
	ticket_fini(&run.ticket);
	return status;
}
