/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_error.h"

#include <errno.h>
#include <ldap.h>
#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/escape.h"

/* Reasons of a refused logon: Win32 codes (MS-ERREF 2.2), as Active Directory
 * puts them into "AcceptSecurityContext error, data 52e". */
static const struct {
	unsigned code;
	const char *text;
} logon_reasons[] = {{0x525, "there is no such account"},
	{0x52e, "the password is wrong or there is no such account"},
	{0x52f, "an account restriction forbids it (a blank password, Protected Users, a policy)"},
	{0x530, "the account may not log on at this hour"},
	{0x531, "the account may not log on from this machine"},
	{0x532, "the account's password has expired: set a new one"},
	{0x533, "the account is disabled"},
	{0x534, "the account has no SID here, or has not been granted this type of logon"},
	{0x568, "the account is in too many groups for its token"},
	{0x569, "the account has not been granted this type of logon"},
	{0x701, "the account has expired"},
	{0x773, "the account must change its password at the next logon: set one without that"},
	{0x775, "the account is locked out"}, {0, NULL}};

/* The last occurrence of "data HEX" that a comma, a blank or the end follows. */
const char *
failure_logon_reason(const char *said, unsigned *code)
{
	const char *p = said, *digits = NULL;
	size_t i, n;

	*code = 0;
	while (p != NULL && (p = strstr(p, "data ")) != NULL) {
		unsigned v = 0;

		p += strlen("data ");
		for (n = 0; n < 8 && ascii_is_hex(p[n]); n++)
			v = v << 4 | (unsigned)ascii_hex_value(p[n]);
		if (n > 0 && (p[n] == ',' || p[n] == ' ' || p[n] == '\0')) {
			digits = p;
			*code = v;
		}
	}
	for (i = 0; digits != NULL && logon_reasons[i].text != NULL; i++)
		if (logon_reasons[i].code == *code)
			return logon_reasons[i].text;
	return NULL;
}

static void
add_safe(struct buf *b, const char *s)
{
	escape_terminal(s, strlen(s), b);
}

static bool
said(const struct failure *f, const char *words)
{
	return f->said != NULL && strstr(f->said, words) != NULL;
}

/* Which certificate it is: "the server's certificate (CN=a, issued by b)". */
static void
add_certificate(const struct cert *c, struct buf *b)
{
	buf_adds(b, "the server's certificate");
	if (c->subject[0] == '\0')
		return;
	buf_adds(b, " (");
	add_safe(b, c->subject);
	if (c->self_issued) {
		buf_adds(b, ", self-signed");
	} else if (c->issuer[0] != '\0') {
		buf_adds(b, ", issued by ");
		add_safe(b, c->issuer);
	}
	buf_adds(b, ")");
}

static void
add_ca_remedy(const struct failure *f, struct buf *b)
{
	if (f->ca_file != NULL) {
		buf_adds(b, "is not signed by an authority in ");
		add_safe(b, f->ca_file);
	} else {
		buf_adds(b, "is not signed by an authority that this system trusts");
	}
	buf_adds(b, ": give the certificate of the domain's authority with -o tls_cacert=FILE "
	    "(tls_cacert in the configuration)");
}

/* A certificate was seen and refused. In this order, because a certificate
 * that has expired is not trusted either. */
static void
explain_certificate(const struct failure *f, struct buf *b)
{
	const struct cert *c = f->cert;
	struct adtime_buf when;

	add_certificate(c, b);
	if (f->now > c->not_after) {
		buf_addf(b, " expired on %s: renew it on the domain controller",
		    adtime_iso(c->not_after, &when));
	} else if (f->now < c->not_before) {
		buf_addf(b, " is valid from %s only: is this host's clock right?",
		    adtime_iso(c->not_before, &when));
	} else if (!c->for_host) {
		buf_adds(b, " is for ");
		add_safe(b, c->names[0] != '\0' ? c->names : "no name at all");
		buf_adds(b, ", not for ");
		add_safe(b, f->host);
		buf_adds(b, ": use a name that is in it (-H)");
	} else {
		buf_adds(b, " ");
		add_ca_remedy(f, b);
	}
}

enum source_status
failure_tls(const struct failure *f, struct buf *b)
{
	if (f->code == LDAP_LOCAL_ERROR) {
		buf_adds(b,
			"cannot be set up: the file of certificate authorities (tls_cacert), or "
			"the own certificate and key, cannot be read as PEM");
		if (f->ca_file != NULL) {
			buf_adds(b, "; authorities were looked for in ");
			add_safe(b, f->ca_file);
		}
	} else if (f->cert != NULL) {
		explain_certificate(f, b);
	} else if (said(f, "hostname does not match") || said(f, "unable to get CN")) {
		buf_adds(b, "the server's certificate is not for ");
		add_safe(b, f->host);
		buf_adds(b, ": use a name that is in it (-H)");
	} else if (said(f, "expired")) {
		buf_adds(b,
			"the server's certificate has expired: renew it on the domain controller");
	} else if (said(f, "certificate verify failed") || said(f, "self signed") ||
	    said(f, "self-signed")) {
		buf_adds(b, "the server's certificate ");
		add_ca_remedy(f, b);
	} else if (f->code == LDAP_TIMEOUT || f->sys == ETIMEDOUT) {
		buf_addf(b, "no answer to the handshake in %d s: does port %u speak TLS?",
		    f->seconds, f->port);
		return SOURCE_CONNECT;
	} else if (f->closed || f->sys != 0) {
		buf_addf(b, "the server ended the handshake%s%s: it has no usable certificate, or "
		    "port %u does not speak TLS (ldaps:// is for 636 and 3269)",
		    f->closed ? "" : ": ", f->closed ? "" : strerror(f->sys), f->port);
	} else {
		buf_adds(b, "the handshake failed: no version of TLS (1.2 at least) or cipher in "
		    "common, or a certificate that cannot be read");
	}
	return SOURCE_TLS;
}

/* What both kinds of bind can be told. */
static bool
explain_refusal(const struct failure *f, struct buf *b)
{
	unsigned data = 0;
	const char *reason = NULL;

	/* SEC_E_BAD_BINDINGS: LdapEnforceChannelBinding (KB4034879). */
	if (said(f, "80090346")) {
		buf_adds(b, "the server demands channel binding, which the SASL library here "
		    "cannot give over TLS: use ldap:// without TLS and -Y GSSAPI, which seals by "
		    "itself, or a simple bind over ldaps://");
		return true;
	}
	if (f->code == LDAP_INVALID_CREDENTIALS) {
		reason = failure_logon_reason(f->said, &data);
		if (reason != NULL)
			buf_addf(b, "%s (AcceptSecurityContext data %x)", reason, data);
		else if (data != 0)
			buf_addf(b, "logon error %#x", data);
		else
			buf_adds(b, "the password is wrong or there is no such account");
		return true;
	}
	if (f->code == LDAP_BUSY) {
		buf_adds(b, "the server is busy: try again, or name another domain controller");
		return true;
	}
	return false;
}

enum source_status
failure_bind(const struct failure *f, struct buf *b)
{
	if (explain_refusal(f, b))
		return f->code == LDAP_BUSY ? SOURCE_CONNECT : SOURCE_CREDENTIALS;
	if (f->code == LDAP_STRONG_AUTH_REQUIRED || f->code == LDAP_CONFIDENTIALITY_REQUIRED)
		buf_adds(b, "the server takes passwords over encrypted connections only: use "
		    "ldaps://, -ZZ, or -Y GSSAPI");
	else if (f->code == LDAP_INVALID_DN_SYNTAX || f->code == LDAP_NO_SUCH_OBJECT)
		buf_adds(b, "the name is in no form that the server knows: give a DN, "
		    "name@domain or DOMAIN\\name (-D)");
	else if (f->code == LDAP_INAPPROPRIATE_AUTH || f->code == LDAP_AUTH_METHOD_NOT_SUPPORTED ||
	    f->code == LDAP_UNWILLING_TO_PERFORM)
		buf_adds(
			b, "the server does not take simple binds, or not this one: use -Y GSSAPI");
	else
		buf_addf(b, "%s (%d)", ldap_err2string(f->code), f->code);
	return f->code == LDAP_DECODING_ERROR ? SOURCE_PROTOCOL : SOURCE_CREDENTIALS;
}

static const char no_ticket[] = "there is no usable Kerberos ticket: run kinit, or use a keytab";

/*
 * Sentences of MIT and Heimdal Kerberos, as Cyrus SASL passes them on. The
 * general ones come last: they stand before the reason in the same message.
 */
static const struct {
	const char *words;
	enum source_status status;
	const char *text;
} kerberos_reasons[] = {{"Ticket expired", SOURCE_CREDENTIALS,
				"the Kerberos ticket has expired: run kinit, or use "
				"a keytab"},
	{"Clock skew too great", SOURCE_CREDENTIALS,
		"the clocks of this host and the domain "
		"controller differ by more than Kerberos allows (5 minutes): set this host's "
		"clock"},
	/* "Client not found in …" or "Client 'x@Y' not found in …"; the rest is servers. */
	{"(Client ", SOURCE_CREDENTIALS,
		"the KDC does not know the account of the ticket or "
		"keytab"},
	{"not found in Kerberos database", SOURCE_CREDENTIALS,
		"the KDC knows no LDAP service of "
		"that name: name the domain controller by its full DNS name (-H), and see that "
		"reverse "
		"DNS does not change it (-N)"},
	{"Preauthentication failed", SOURCE_CREDENTIALS,
		"the KDC refuses the keytab's key: the "
		"password was changed since it was written"},
	{"Key table", SOURCE_CREDENTIALS, "the keytab cannot be used"},
	{"Cannot contact any KDC", SOURCE_CONNECT,
		"no Kerberos server (KDC, port 88) of the "
		"realm answers"},
	{"Cannot find KDC", SOURCE_CONNECT,
		"no Kerberos server (KDC) of the realm is known: "
		"check /etc/krb5.conf and DNS"},
	{"Cannot resolve network address for KDC", SOURCE_CONNECT,
		"the Kerberos server (KDC) in "
		"/etc/krb5.conf has no address: check DNS"},
	{"Cannot determine realm", SOURCE_CREDENTIALS,
		"the Kerberos realm of the server is not "
		"known: set default_realm or [domain_realm] in /etc/krb5.conf"},
	{"no support for encryption type", SOURCE_CREDENTIALS,
		"the KDC and this host have no "
		"encryption type in common"},
	{"No Kerberos credentials available", SOURCE_CREDENTIALS, no_ticket},
	{"No credentials cache", SOURCE_CREDENTIALS, no_ticket},
	{"No credentials were supplied", SOURCE_CREDENTIALS, no_ticket},
	{"Matching credential not found", SOURCE_CREDENTIALS, no_ticket}, {NULL, SOURCE_OK, NULL}};

/* True when `name` is one of the words of `list`. */
static bool
listed(const char *list, const char *name)
{
	size_t len = strlen(name);
	const char *p = list;

	while ((p = strstr(p, name)) != NULL) {
		if ((p == list || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
		p += len;
	}
	return false;
}

enum source_status
failure_sasl(const struct failure *f, struct buf *b)
{
	size_t i;

	if (f->installed != NULL && !listed(f->installed, f->mech)) {
		buf_addf(b, "the SASL library here has no %s: ", f->mech);
		buf_adds(b, "install libsasl2-modules-gssapi-mit (Debian, Ubuntu) or "
		    "cyrus-sasl-gssapi (Red Hat, SUSE)");
		return SOURCE_CREDENTIALS;
	}
	for (i = 0; kerberos_reasons[i].words != NULL; i++) {
		if (!said(f, kerberos_reasons[i].words))
			continue;
		if (kerberos_reasons[i].text != no_ticket || f->keytab == NULL) {
			buf_adds(b, kerberos_reasons[i].text);
		} else {
			buf_adds(b, "no Kerberos ticket could be had with the keytab ");
			add_safe(b, f->keytab);
			buf_adds(b, ": does it hold the account's present key (klist -k)?");
		}
		return kerberos_reasons[i].status;
	}
	/* MS-ADTS 5.1.2: no security layer of SASL's below TLS. */
	if (f->tls && f->code == LDAP_UNWILLING_TO_PERFORM) {
		buf_addf(b,
			"signing and sealing (-O) do not go together with TLS: leave -O out, or "
			"use %s over ldap:// without TLS",
			f->mech);
		return SOURCE_CREDENTIALS;
	}
	/* Samba asks for the layer even there. */
	if (f->tls && f->code == LDAP_STRONG_AUTH_REQUIRED) {
		buf_addf(b,
			"this server wants %s signed or sealed, which does not go together with "
			"TLS: use ldap:// without TLS (%s seals by itself), or a simple bind over "
			"TLS",
			f->mech, f->mech);
		return SOURCE_CREDENTIALS;
	}
	if (f->code == LDAP_STRONG_AUTH_REQUIRED) {
		buf_adds(b, "the server demands signing or sealing: do not turn it off (-O)");
		return SOURCE_CREDENTIALS;
	}
	if (explain_refusal(f, b))
		return f->code == LDAP_BUSY ? SOURCE_CONNECT : SOURCE_CREDENTIALS;
	if (f->code == LDAP_AUTH_METHOD_NOT_SUPPORTED || f->code == LDAP_INAPPROPRIATE_AUTH)
		buf_addf(b, "the server does not offer %s here", f->mech);
	else if (f->code == LDAP_AUTH_UNKNOWN && f->tls && strcmp(f->mech, "EXTERNAL") != 0)
		buf_adds(b, "no protection that was asked for (-O) can be had over TLS: leave "
		    "it to TLS (maxssf=0)");
	else if (f->code == LDAP_AUTH_UNKNOWN)
		buf_addf(b, "%s cannot give the protection that was asked for (-O)", f->mech);
	else
		buf_addf(b, "%s (%d)", ldap_err2string(f->code), f->code);
	return f->code == LDAP_DECODING_ERROR ? SOURCE_PROTOCOL : SOURCE_CREDENTIALS;
}
