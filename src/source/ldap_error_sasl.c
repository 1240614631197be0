/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_error.h"

#include <ldap.h>
#include <string.h>


/* No ticket at all, by where it was looked for. */
static void
add_no_ticket(const struct failure *f, struct buf *b)
{
	if (f->keytab != NULL) {
		buf_adds(b, "no Kerberos ticket could be had with the keytab ");
		failure_add(b, f->keytab);
		buf_adds(b, ": does it hold the account's present key (klist -k)?");
		return;
	}
	buf_adds(b, "there is no usable Kerberos ticket");
	if (f->ccache != NULL) {
		buf_adds(b, " in ");
		failure_add(b, f->ccache);
	}
	buf_adds(b, ": run kinit, or use a keytab");
}

/* Lifetimes end; a keytab would have got a new ticket. */
static void
add_expired(const struct failure *f, struct buf *b)
{
	buf_adds(b, "the Kerberos ticket has expired");
	buf_adds(b, f->keytab != NULL ?
	    " as soon as it was there: ticket_lifetime in /etc/krb5.conf is too short (Samba "
	    "wants more than two minutes), or a clock is wrong" :
	    ": run kinit, or use a keytab, which gets new ones by itself");
}

/*
 * The service is ldap/ and the name of the host: as given, or what libldap (-N)
 * or Kerberos (rdns, dns_canonicalize_hostname in krb5.conf) made of it.
 */
static void
add_unknown_service(const struct failure *f, struct buf *b)
{
	buf_adds(b, "the KDC knows no service ldap/");
	if (f->reverse != NULL && !f->nocanon) {
		failure_add(b, f->reverse);
		buf_adds(b, ", which reverse DNS made of ");
		failure_add(b, f->host);
		buf_adds(b, ": do without (-N, sasl_nocanon), or mend the PTR record");
		return;
	}
	failure_add(b, f->host);
	buf_adds(b, ": name the domain controller by its own full DNS name (-H), not by an alias "
	    "or address");
	if (f->reverse != NULL) {
		buf_adds(b, "; if that is its name, Kerberos may have changed it to ");
		failure_add(b, f->reverse);
		buf_adds(b, ": set rdns = false in /etc/krb5.conf");
	}
}

/*
 * Sentences of MIT and Heimdal Kerberos, as GSS-API gives them and Cyrus SASL
 * passes them on. The first that fits counts: those that are part of others,
 * or stand in front of the reason in the same message, come last.
 */
static const struct {
	const char *words;
	enum source_status status;
	const char *text;
	void (*add)(const struct failure *, struct buf *);
} reasons[] = {
	{ "Ticket expired", SOURCE_CREDENTIALS, NULL, add_expired },
	{ "Password has expired", SOURCE_CREDENTIALS,	/* KDC_ERR_KEY_EXPIRED, "or must be changed" */
		"the account's password has expired, or must be changed at the next logon, and no "
		"key in a keytab helps against that: set a new password, write the keytab anew, and "
		"let the password of this service account not expire", NULL },
	{ "credentials have been revoked", SOURCE_CREDENTIALS,	/* KDC_ERR_CLIENT_REVOKED */
		"the account is disabled, locked out, expired, or may not log on at this hour; the "
		"KDC does not say which: look at the account", NULL },
	{ "Clock skew too great", SOURCE_CREDENTIALS,
		"the clocks of this host and the domain controller differ by more than Kerberos "
		"allows (5 minutes): set this host's clock", NULL },
	{ "Ticket not yet valid", SOURCE_CREDENTIALS,
		"the Kerberos ticket is not valid yet: set this host's clock", NULL },
	/* "Client not found in …" or "Client 'x@Y' not found in …"; the rest is servers. */
	{ "Client '", SOURCE_CREDENTIALS,
		"the KDC does not know the account of the ticket or keytab: was it renamed or "
		"deleted, and is the realm right?", NULL },
	{ "Client not found", SOURCE_CREDENTIALS,
		"the KDC does not know the account of the ticket or keytab: was it renamed or "
		"deleted, and is the realm right?", NULL },
	{ "not found in Kerberos database", SOURCE_CREDENTIALS, NULL, add_unknown_service },
	{ "Preauthentication failed", SOURCE_CREDENTIALS,
		"the KDC refuses the keytab's key: the password was changed since it was written; "
		"write it anew", NULL },
	{ "does not match desired name", SOURCE_CREDENTIALS,
		"the ticket cache is of another account than the one asked for (-U): leave -U out, "
		"or run kinit for that one", NULL },
	{ "Key table", SOURCE_CREDENTIALS, "the keytab cannot be used", NULL },
	{ "Cannot contact any KDC", SOURCE_CONNECT,
		"no Kerberos server (KDC, port 88) of the realm answers: is it up, does a firewall "
		"keep us from port 88, and has its name an address?", NULL },
	{ "Cannot find KDC", SOURCE_CONNECT,
		"no Kerberos server (KDC) of the realm is known: see that this host asks the "
		"domain's DNS, which has _kerberos._tcp records, or name one in /etc/krb5.conf", NULL },
	{ "Cannot resolve network address for KDC", SOURCE_CONNECT,
		"the Kerberos server (KDC) in /etc/krb5.conf has no address: check DNS", NULL },
	{ "Cannot determine realm", SOURCE_CREDENTIALS,
		"the Kerberos realm of the server is not known: set default_realm or [domain_realm] "
		"in /etc/krb5.conf", NULL },
	{ "default realm", SOURCE_CREDENTIALS,
		"Kerberos knows no realm: give the account as NAME@REALM (-U), or set default_realm "
		"in /etc/krb5.conf", NULL },
	{ "no support for encryption type", SOURCE_CREDENTIALS,
		"the KDC and this host have no encryption type in common, or the account has no key "
		"of such a type: see permitted_enctypes in /etc/krb5.conf and the account's "
		"msDS-SupportedEncryptionTypes; an account made before AES was, gets its keys with "
		"a new password", NULL },
	{ "supported encryption types", SOURCE_CREDENTIALS,
		"the ticket is of an encryption type that this host does not permit: see "
		"permitted_enctypes in /etc/krb5.conf", NULL },
	{ "encryption type not permitted", SOURCE_CREDENTIALS,
		"this host does not permit the encryption type of the ticket: see "
		"permitted_enctypes in /etc/krb5.conf", NULL },
	{ "No Kerberos credentials available", SOURCE_CREDENTIALS, NULL, add_no_ticket },
	{ "No credentials cache", SOURCE_CREDENTIALS, NULL, add_no_ticket },
	{ "No credentials were supplied", SOURCE_CREDENTIALS, NULL, add_no_ticket },
	{ "Matching credential not found", SOURCE_CREDENTIALS, NULL, add_no_ticket },
};

/* Status codes of Windows' side of Kerberos (MS-ERREF 2.1), which begin the
 * diagnostic message of result 49. */
static const struct {
	const char *words;
	const char *text;
} refusals[] = {
	{ "80090322",	/* SEC_E_WRONG_PRINCIPAL */
		"the ticket is for another server than the one that answered: name the domain "
		"controller by its own full DNS name (-H)" },
	{ "80090324",	/* SEC_E_TIME_SKEW */
		"the clocks of this host and the domain controller differ by more than Kerberos "
		"allows (5 minutes): set this host's clock" },
	{ "80090342",	/* SEC_E_KDC_UNKNOWN_ETYPE */
		"the server does not take the encryption type of the ticket: see permitted_enctypes "
		"in /etc/krb5.conf" },
};

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

/* SEC_E_BAD_BINDINGS: LdapEnforceChannelBinding (KB4034879). */
static void
explain_bindings(const struct failure *f, struct buf *b)
{
	if (f->bound)
		buf_addf(b, "the server does not accept the channel binding that was given: does "
		    "something between here and it end TLS (a load balancer, a proxy)? Use "
		    "ldap:// without TLS, which %s seals by itself, or a simple bind over ldaps://",
		    f->mech);
	else
		buf_addf(b, "the server demands channel binding, which was turned off "
		    "(sasl_cbinding) or which the SASL library here does not have: use ldap:// "
		    "without TLS, which %s seals by itself, or a simple bind over ldaps://",
		    f->mech);
}

/* Signing and sealing, which TLS excludes (MS-ADTS 5.1.2). */
static bool
explain_layers(const struct failure *f, struct buf *b)
{
	if (f->tls && f->code == LDAP_UNWILLING_TO_PERFORM)
		buf_addf(b,
		    "signing and sealing (-O) do not go together with TLS: leave -O out, or "
		    "use %s over ldap:// without TLS",
		    f->mech);
	else if (f->tls && f->code == LDAP_STRONG_AUTH_REQUIRED)
		/* Samba asks for the layer even there. */
		buf_addf(b,
		    "this server wants %s signed or sealed, which does not go together with "
		    "TLS: use ldap:// without TLS (%s seals by itself), or a simple bind over "
		    "TLS",
		    f->mech, f->mech);
	else if (f->code == LDAP_STRONG_AUTH_REQUIRED)
		buf_adds(b, "the server demands signing or sealing: do not turn it off (-O)");
	else
		return false;
	return true;
}

/* The certificate of EXTERNAL. A domain controller takes one that its own
 * authorities vouch for and that is mapped to an account. */
static void
explain_external(const struct failure *f, struct buf *b)
{
	if (!f->tls)
		buf_adds(b, "EXTERNAL takes the identity from TLS: use ldaps:// or -ZZ");
	else
		buf_adds(b, "the server takes no account from the certificate (tls_cert): it must "
		    "trust the authority that issued it, ask for it, and know whose it is (in "
		    "Active Directory by the UPN in it, or by altSecurityIdentities)");
}

enum source_status
failure_sasl(const struct failure *f, struct buf *b)
{
	bool external = strcmp(f->mech, "EXTERNAL") == 0;
	size_t i;

	if (f->installed != NULL && !listed(f->installed, f->mech)) {
		buf_addf(b, "the SASL library here has no %s: ", f->mech);
		buf_adds(b, "install libsasl2-modules-gssapi-mit (Debian, Ubuntu) or "
		    "cyrus-sasl-gssapi (Red Hat, SUSE)");
		return SOURCE_CREDENTIALS;
	}
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (!failure_said(f, reasons[i].words))
			continue;
		if (reasons[i].text != NULL)
			buf_adds(b, reasons[i].text);
		else
			reasons[i].add(f, b);
		return reasons[i].status;
	}
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (failure_said(f, refusals[i].words)) {
			buf_adds(b, refusals[i].text);
			return SOURCE_CREDENTIALS;
		}
	if (failure_said(f, "80090346")) {
		explain_bindings(f, b);
		return SOURCE_CREDENTIALS;
	}
	if (explain_layers(f, b))
		return SOURCE_CREDENTIALS;
	if (external && (f->code == LDAP_INVALID_CREDENTIALS || f->code == LDAP_AUTH_UNKNOWN ||
	    f->code == LDAP_INAPPROPRIATE_AUTH || f->code == LDAP_AUTH_METHOD_NOT_SUPPORTED)) {
		explain_external(f, b);
		return SOURCE_CREDENTIALS;
	}
	if (failure_refusal(f, b))
		return f->code == LDAP_BUSY ? SOURCE_CONNECT : SOURCE_CREDENTIALS;
	if (f->code == LDAP_AUTH_METHOD_NOT_SUPPORTED || f->code == LDAP_INAPPROPRIATE_AUTH)
		buf_addf(b, "the server does not offer %s here", f->mech);
	else if (f->code == LDAP_AUTH_UNKNOWN && f->tls)
		buf_adds(b, "no protection that was asked for (-O) can be had over TLS: leave "
		    "it to TLS (maxssf=0)");
	else if (f->code == LDAP_AUTH_UNKNOWN)
		buf_addf(b, "%s cannot give the protection that was asked for (-O)", f->mech);
	else
		buf_addf(b, "%s (%d)", ldap_err2string(f->code), f->code);
	return f->code == LDAP_DECODING_ERROR ? SOURCE_PROTOCOL : SOURCE_CREDENTIALS;
}
