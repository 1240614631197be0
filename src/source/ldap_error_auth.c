/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_error.h"

#include <errno.h>
#include <ldap.h>
#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"

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

/* Which certificate it is: "the server's certificate (CN=a, issued by b)". */
static void
add_certificate(const struct cert *c, struct buf *b)
{
	buf_adds(b, "the server's certificate");
	if (c->subject[0] == '\0')
		return;
	buf_adds(b, " (");
	failure_add(b, c->subject);
	if (c->self_issued) {
		buf_adds(b, ", self-signed");
	} else if (c->issuer[0] != '\0') {
		buf_adds(b, ", issued by ");
		failure_add(b, c->issuer);
	}
	buf_adds(b, ")");
}

static void
add_ca_remedy(const struct failure *f, struct buf *b)
{
	if (f->ca_file != NULL) {
		buf_adds(b, "is not signed by an authority in ");
		failure_add(b, f->ca_file);
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
		failure_add(b, c->names[0] != '\0' ? c->names : "no name at all");
		buf_adds(b, ", not for ");
		failure_add(b, f->host);
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
			failure_add(b, f->ca_file);
		}
	} else if (f->cert != NULL) {
		explain_certificate(f, b);
	} else if (failure_said(f, "hostname does not match") || failure_said(f, "unable to get CN")) {
		buf_adds(b, "the server's certificate is not for ");
		failure_add(b, f->host);
		buf_adds(b, ": use a name that is in it (-H)");
	} else if (failure_said(f, "expired")) {
		buf_adds(b,
		    "the server's certificate has expired: renew it on the domain controller");
	} else if (failure_said(f, "certificate verify failed") || failure_said(f, "self signed") ||
	    failure_said(f, "self-signed")) {
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
bool
failure_refusal(const struct failure *f, struct buf *b)
{
	unsigned data = 0;
	const char *reason = NULL;

	if (f->code == LDAP_INVALID_CREDENTIALS) {
		reason = failure_logon_reason(f->said, &data);
		if (reason != NULL)
			buf_addf(b, "%s (AcceptSecurityContext data %x)", reason, data);
		else if (data != 0)
			buf_addf(b, "logon error %#x", data);
		else if (f->mech != NULL)
			buf_addf(b, "the server did not accept what %s sent as proof of who we "
			    "are%s", f->mech, f->bound ? ", or the channel binding with it "
			    "(sasl_cbinding): does something between here and it end TLS?" : "");
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
	if (failure_refusal(f, b))
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
