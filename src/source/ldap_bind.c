/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_conn.h"

#include <errno.h>
#include <sasl/sasl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"

/*
 * Security layers. Without TLS, SASL must encrypt (56 bits is what it calls
 * the weakest encryption; Kerberos then gives its best); within TLS it must
 * not even sign (MS-ADTS 5.1.2).
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

static enum source_status
fail(struct ldap_conn *c, const struct ldap_options *o, int code, struct source_error *err)
{
	struct failure f;
	char *said = NULL, **list = NULL;
	struct buf installed = BUF_INIT;
	size_t i;

	conn_failure(c, o->sasl_mech != NULL ? STEP_SASL : STEP_BIND, code, &f, &said);
	f.mech = o->sasl_mech;
	f.keytab = o->keytab;
	f.who = o->sasl_mech != NULL ? o->sasl_authcid : o->bind_dn;
	/* Filled by libldap from sasl_global_listmech(): not ours to free. */
	if (o->sasl_mech != NULL &&
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

/* Answers what a mechanism asks for from the options, and nothing else. */
static int
interact(LDAP *ld, unsigned flags, void *arg, void *questions)
{
	const struct ldap_options *o = arg;
	sasl_interact_t *q = NULL;

	(void)ld;
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
	return LDAP_SUCCESS;
}

/* RFC 4513 5.2: as many rounds as the mechanism needs. */
static int
sasl(struct ldap_conn *c, const struct ldap_options *o)
{
	struct ldap_options answers = *o;
	LDAPMessage *result = NULL;
	const char *used = NULL;
	int msgid = -1, rc;

	for (;;) {
		rc = conn_sent(c, ldap_sasl_interactive_bind(c->ld, NULL, o->sasl_mech, NULL, NULL,
		    LDAP_SASL_QUIET, interact, &answers, result, &used, &msgid));
		ldap_msgfree(result);
		result = NULL;
		if (rc != LDAP_SASL_BIND_IN_PROGRESS)
			return rc;
		rc = conn_wait(c, msgid, LDAP_MSG_ALL, &result);
		if (rc != LDAP_SUCCESS)
			return rc;
	}
}

/* An environment variable to put back afterwards. */
struct saved {
	const char *name;
	char *value;	/* owned; NULL: it was not set */
};

static int
env_replace(struct saved *s, const char *name, const char *value)
{
	const char *now = getenv(name);

	*s = (struct saved){ .name = name };
	if (now != NULL && (s->value = strdup(now)) == NULL)
		return -1;
	return setenv(name, value, 1);
}

static void
env_restore(struct saved *s)
{
	if (s->name != NULL && s->value != NULL)
		setenv(s->name, s->value, 1);
	else if (s->name != NULL)
		unsetenv(s->name);
	free(s->value);
}

/*
 * A keytab instead of a ticket: Kerberos takes it as its client keytab when
 * the ticket cache is empty, so it gets an empty one, in memory and for this
 * bind alone. The environment is its only interface below Cyrus SASL.
 */
static int
sasl_keytab(struct ldap_conn *c, const struct ldap_options *o)
{
	static unsigned serial;
	struct saved cache = { .name = NULL }, keytab = { .name = NULL };
	char name[64];
	int rc = LDAP_NO_MEMORY;

	snprintf(name, sizeof(name), "MEMORY:writeback-audit-%u", ++serial);
	if (env_replace(&cache, "KRB5CCNAME", name) == 0 &&
	    env_replace(&keytab, "KRB5_CLIENT_KTNAME", o->keytab) == 0)
		rc = sasl(c, o);
	env_restore(&keytab);
	env_restore(&cache);
	return rc;
}

/* Fails before anything was sent for the bind. */
static enum source_status
refuse(const struct ldap_conn *c, const char *problem, struct source_error *err)
{
	const struct failure f = { .step = STEP_OPTIONS, .host = c->host, .problem = problem };

	failure_explain(&f, err);
	return err->status = SOURCE_CREDENTIALS;
}

enum source_status
bind_run(struct ldap_conn *c, const struct ldap_options *o, struct source_error *err)
{
	const char *properties = o->sasl_secprops;
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
		return rc == LDAP_SUCCESS ? SOURCE_OK : fail(c, o, rc, err);
	}
	if (properties == NULL)
		properties = c->tls ? SECPROPS_TLS : SECPROPS_CLEAR;
	if (ldap_set_option(c->ld, LDAP_OPT_X_SASL_SECPROPS, properties) != LDAP_OPT_SUCCESS)
		return refuse(c, "the SASL security properties are not well formed (-O)", err);
	/* A type may stand before the name ("FILE:"); then it is Kerberos' to check. */
	if (o->keytab != NULL && o->keytab[0] == '/' && access(o->keytab, R_OK) != 0) {
		snprintf(problem, sizeof(problem), "the keytab %s cannot be read: %s", o->keytab,
		    strerror(errno));
		return refuse(c, problem, err);
	}
	rc = o->keytab != NULL ? sasl_keytab(c, o) : sasl(c, o);
	return rc == LDAP_SUCCESS ? SOURCE_OK : fail(c, o, rc, err);
}
