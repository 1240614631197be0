/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <ldap.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "core/adtime.h"
#include "core/escape.h"
#include "core/utf8.h"
#include "source/ldap_error.h"

#define HOST	"dc1.contoso.test"
#define AD49(code) "80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data " \
	code ", v4563"
#define GSS(text) "SASL(-1): generic failure: GSSAPI Error: Unspecified GSS failure.  Minor code " \
	"may provide more information (" text ")"
#define NO_CREDENTIALS(text) "SASL(-1): generic failure: GSSAPI Error: No credentials were " \
	"supplied, or the credentials were unavailable or inaccessible (" text ")"

struct expect {
	struct failure f;
	enum source_status status;
	const char *text[3];	/* each occurs in the message */
};

static void
check(const struct expect *e)
{
	struct source_error err = { .seen = 7 };
	struct failure f = e->f;
	size_t i;

	if (f.host == NULL)
		f.host = HOST;
	if (failure_explain(&f, &err) != e->status || err.status != e->status)
		fail_msg("status %d instead of %d: %s", err.status, e->status, err.text);
	assert_int_equal(err.code, f.code);
	assert_int_equal(err.seen, 7);
	assert_true(strlen(err.text) < sizeof(err.text));
	assert_true(utf8_valid(err.text, strlen(err.text)));
	assert_null(strpbrk(err.text, "\n\r\033"));
	assert_ptr_equal(strstr(err.text, f.host), err.text);
	for (i = 0; i < 3 && e->text[i] != NULL; i++)
		if (strstr(err.text, e->text[i]) == NULL)
			fail_msg("\"%s\" is not in: %s", e->text[i], err.text);
}

#define CHECK(cases) do { \
	size_t i_; \
	for (i_ = 0; i_ < sizeof(cases) / sizeof((cases)[0]); i_++) \
		check(&(cases)[i_]); \
} while (0)

static void
logon_reasons(void **state)
{
	static const struct { const char *said; unsigned code; const char *word; } cases[] = {
		{ AD49("525"), 0x525, "no such account" },
		{ AD49("52e"), 0x52e, "password is wrong" },
		{ AD49("52E"), 0x52e, "password is wrong" },
		{ AD49("52f"), 0x52f, "account restriction" },
		{ AD49("530"), 0x530, "at this hour" },
		{ AD49("531"), 0x531, "from this machine" },
		{ AD49("532"), 0x532, "password has expired" },
		{ AD49("533"), 0x533, "disabled" },
		{ AD49("534"), 0x534, "no SID" },
		{ AD49("568"), 0x568, "too many groups" },
		{ AD49("569"), 0x569, "type of logon" },
		{ AD49("701"), 0x701, "account has expired" },
		{ AD49("773"), 0x773, "must change its password" },
		{ AD49("775"), 0x775, "locked out" },
		{ "data 533", 0x533, "disabled" },
		{ "data 0, then data 533 there", 0x533, "disabled" },
		{ AD49("57"), 0x57, NULL },
		{ AD49("zz"), 0, NULL },
		{ "no data here", 0, NULL },
		{ "data ", 0, NULL },
		{ "data 533x", 0, NULL },
		{ "data 123456789", 0, NULL },
		{ "", 0, NULL },
		{ NULL, 0, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned code = 99;
		const char *reason = failure_logon_reason(cases[i].said, &code);

		assert_int_equal(code, cases[i].code);
		if (cases[i].word == NULL)
			assert_null(reason);
		else
			assert_non_null(strstr(reason, cases[i].word));
	}
}

static void
reaching(void **state)
{
	static const struct expect cases[] = {
		{{.step = STEP_OPTIONS, .problem = "no \033[1mpassword"}, SOURCE_QUERY,
			{HOST ": no \\x1b[1mpassword"}},
		{{.step = STEP_RESOLVE, .sys = EAI_NONAME}, SOURCE_CONNECT, {"unknown host"}},
		{{.step = STEP_RESOLVE, .sys = EAI_AGAIN}, SOURCE_CONNECT,
			{"cannot be resolved now", "DNS server"}},
		{{.step = STEP_CONNECT, .sys = ECONNREFUSED, .port = 636, .address = "192.0.2.1"},
			SOURCE_CONNECT, {"port 636 of 192.0.2.1: connection refused"}},
		{{.step = STEP_CONNECT,
			 .sys = ETIMEDOUT,
			 .port = 389,
			 .seconds = 15,
			 .address = ""},
			SOURCE_CONNECT, {"port 389: no answer in 15 s", "firewall"}},
		{{.step = STEP_CONNECT, .sys = EHOSTUNREACH, .port = 389, .address = HOST},
			SOURCE_CONNECT, {"port 389: ", "no route"}},
		{{.step = STEP_CONNECT, .sys = EACCES, .port = 389}, SOURCE_CONNECT,
			{"port 389: Permission denied"}},
		{{.step = STEP_BIND, .code = LDAP_NO_MEMORY, .who = "x"}, SOURCE_NOMEM,
			{"out of memory"}},
	};

	(void)state;
	CHECK(cases);
}

static void
tls(void **state)
{
	static const struct cert valid = {.subject = "dc1",
		.issuer = "Test CA",
		.not_before = 1 * ADTIME_DAY,
		.not_after = 9 * ADTIME_DAY,
		.names = HOST,
		.for_host = true};
	static const struct cert other = {.subject = "dc2\033]0;",
		.issuer = "Test CA",
		.not_before = 1 * ADTIME_DAY,
		.not_after = 9 * ADTIME_DAY,
		.names = "dc2, dc2.contoso.test"};
	static const struct cert own = {.subject = "dc1",
		.issuer = "dc1",
		.self_issued = true,
		.not_before = 1 * ADTIME_DAY,
		.not_after = 9 * ADTIME_DAY,
		.names = HOST,
		.for_host = true};
	static const struct cert anonymous = { .not_before = 0, .not_after = 9 * ADTIME_DAY };
	static const struct expect cases[] = {
		{{.step = STEP_TLS,
			 .code = -11,
			 .cert = &valid,
			 .now = 5 * ADTIME_DAY,
			 .ca_file = "/etc/ca.pem"},
			SOURCE_TLS,
			{"certificate (dc1, issued by Test CA) is not signed by an authority in "
			 "/etc/ca.pem",
				"-o tls_cacert=FILE"}},
		{{.step = STEP_TLS, .code = -11, .cert = &valid, .now = 5 * ADTIME_DAY}, SOURCE_TLS,
			{"authority that this system trusts", "-o tls_cacert=FILE"}},
		{{.step = STEP_TLS, .code = -11, .cert = &own, .now = 5 * ADTIME_DAY}, SOURCE_TLS,
			{"(dc1, self-signed)", "-o tls_cacert=FILE"}},
		{{.step = STEP_TLS,
			 .code = -11,
			 .cert = &valid,
			 .now = 9 * ADTIME_DAY + 1,
			 .said = "(unknown error code)"},
			SOURCE_TLS, {"expired on 1601-01-10T00:00:00Z"}},
		{{.step = STEP_TLS, .code = -11, .cert = &valid, .now = 1}, SOURCE_TLS,
			{"valid from 1601-01-02T00:00:00Z", "clock"}},
		{{.step = STEP_TLS, .code = -11, .cert = &other, .now = 5 * ADTIME_DAY}, SOURCE_TLS,
			{"(dc2\\x1b]0;, issued", "is for dc2, dc2.contoso.test, not for " HOST}},
		{{.step = STEP_TLS, .code = -11, .cert = &anonymous, .now = 5 * ADTIME_DAY},
			SOURCE_TLS, {"certificate is for no name at all"}},
		/* What OpenSSL says, when the certificate could not be seen. */
		{{.step = STEP_TLS,
			 .code = -11,
			 .ca_file = "/ca",
			 .said = "error:0A000086:SSL "
				 "routines::certificate verify failed (unable to get local issuer "
				 "certificate)"},
			SOURCE_TLS, {"not signed by an authority in /ca", "-o tls_cacert=FILE"}},
		{{.step = STEP_TLS,
			 .code = -11,
			 .said = "error:0A000086:SSL routines::certificate "
				 "verify failed (certificate has expired)"},
			SOURCE_TLS, {"has expired"}},
		{{.step = STEP_TLS,
			 .code = -11,
			 .said = "TLS: hostname does not match CN in peer "
				 "certificate"},
			SOURCE_TLS, {"is not for " HOST}},
		{{.step = STEP_TLS, .code = -11, .closed = true, .port = 636}, SOURCE_TLS,
			{"ended the handshake: it has no usable certificate"}},
		{{.step = STEP_TLS, .code = -11, .sys = ECONNRESET, .port = 389}, SOURCE_TLS,
			{"Connection reset", "port 389 does not speak TLS"}},
		{{.step = STEP_TLS, .code = -11, .sys = ETIMEDOUT, .port = 389, .seconds = 3},
			SOURCE_CONNECT, {"no answer to the handshake in 3 s"}},
		{{.step = STEP_TLS, .code = -11, .said = "A TLS fatal alert has been received."},
			SOURCE_TLS, {"handshake failed", "The library said: A TLS fatal alert"}},
		{{.step = STEP_TLS, .code = LDAP_LOCAL_ERROR, .ca_file = "/ca"}, SOURCE_TLS,
			{"cannot be read as PEM", "/ca"}},
		{{.step = STEP_START_TLS,
			 .code = LDAP_UNAVAILABLE,
			 .said = "00000000: LdapErr: "
				 "DSID-0C0910F5, comment: Error initializing SSL/TLS, data 0, "
				 "v4563"},
			SOURCE_TLS,
			{"StartTLS: refused: the server has no certificate",
				"The server said: 00000000"}},
		{{.step = STEP_START_TLS, .code = LDAP_SERVER_DOWN, .closed = true, .port = 636},
			SOURCE_CONNECT, {"closed the connection", "use ldaps://"}},
		{{.step = STEP_START_TLS, .code = LDAP_TIMEOUT, .seconds = 4}, SOURCE_CONNECT,
			{"no answer in 4 s"}},
		{{.step = STEP_START_TLS, .code = LDAP_INSUFFICIENT_ACCESS}, SOURCE_TLS,
			{"StartTLS: failed: Insufficient access (50)"}},
	};

	(void)state;
	CHECK(cases);
}

static void
simple_bind(void **state)
{
	static const struct expect cases[] = {
		{{.step = STEP_BIND, .code = 49, .who = "x@y", .said = AD49("52e")},
			SOURCE_CREDENTIALS,
			{HOST ": simple bind as x@y refused: the password is wrong or "
			      "there is no such account (AcceptSecurityContext data 52e). The "
			      "server said: 80090308"}},
		{{.step = STEP_BIND, .code = 49, .who = "x@y", .said = AD49("775")},
			SOURCE_CREDENTIALS,
			{"refused: the account is locked out (AcceptSecurityContext data 775)"}},
		{{.step = STEP_BIND, .code = 49, .who = "x@y", .said = AD49("57")},
			SOURCE_CREDENTIALS, {"refused: logon error 0x57. The server said"}},
		{{.step = STEP_BIND, .code = 49, .who = "cn=x"}, SOURCE_CREDENTIALS,
			{"refused: the password is wrong or there is no such account"}},
		{{.step = STEP_BIND,
			 .code = 8,
			 .who = "x",
			 .said = "BindSimple: Transport encryption "
				 "required."},
			SOURCE_CREDENTIALS,
			{"encrypted connections only", "-ZZ",
				"The server said: BindSimple: Transport encryption required"}},
		{{.step = STEP_BIND,
			 .code = 8,
			 .who = "x",
			 .said = "00002028: LdapErr: DSID-0C090257, "
				 "comment: The server requires binds to turn on integrity "
				 "checking"},
			SOURCE_CREDENTIALS, {"encrypted connections only"}},
		{{.step = STEP_BIND, .code = 13, .who = "x"}, SOURCE_CREDENTIALS, {"encrypted"}},
		{{.step = STEP_BIND, .code = 34, .who = "x"}, SOURCE_CREDENTIALS, {"name@domain"}},
		{{.step = STEP_BIND, .code = 7, .who = "x"}, SOURCE_CREDENTIALS, {"-Y GSSAPI"}},
		{{.step = STEP_BIND, .code = 51, .who = "x"}, SOURCE_CONNECT, {"busy"}},
		{{.step = STEP_BIND, .code = 52, .who = "x"}, SOURCE_CONNECT, {"not ready"}},
		{{.step = STEP_BIND, .code = 80, .who = "x"}, SOURCE_CREDENTIALS, {"(80)"}},
		{{.step = STEP_BIND, .code = -1, .who = "x", .closed = true}, SOURCE_CONNECT,
			{"bind as x failed: the server closed the connection"}},
		{{.step = STEP_BIND, .code = -5, .who = "x", .seconds = 180}, SOURCE_CONNECT,
			{"no answer in 180 s"}},
		{{.step = STEP_BIND, .code = -4, .who = "x"}, SOURCE_PROTOCOL, {"(-4)"}},
		{{.step = STEP_BIND, .code = 49, .who = "evil\n\033[2J", .said = "\033]0;x\a\r\n"},
			SOURCE_CREDENTIALS,
			{"as evil\\x0a\\x1b[2J refused", "said: \\x1b]0;x\\x07"}},
	};

	(void)state;
	CHECK(cases);
}

static void
sasl_bind(void **state)
{
	static const struct expect cases[] = {
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .said = NO_CREDENTIALS(
			     "No Kerberos credentials available (default cache: /tmp/cc)")},
			SOURCE_CREDENTIALS,
			{"GSSAPI bind failed: there is no usable Kerberos ticket: run kinit",
				"The library said: SASL(-1)"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .keytab = "/k",
			 .said = NO_CREDENTIALS(
			     "No Kerberos credentials available (default cache: MEMORY:x)")},
			SOURCE_CREDENTIALS, {"with the keytab /k", "klist -k)? The library said"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .said = NO_CREDENTIALS("Cannot contact any KDC for realm 'CONTOSO.TEST'")},
			SOURCE_CONNECT, {"(KDC, port 88) of the realm answers"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .said = GSS("Ticket expired")},
			SOURCE_CREDENTIALS, {"ticket has expired"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .said = GSS("Clock skew too great")},
			SOURCE_CREDENTIALS, {"clocks", "5 minutes"}},
		{{.step = STEP_SASL,
			 .mech = "GSS-SPNEGO",
			 .code = -2,
			 .said = GSS("Server not found in Kerberos database")},
			SOURCE_CREDENTIALS,
			{"knows no service ldap/" HOST ": name", "not by an alias"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .reverse = "lb\033.test",
			 .said = GSS("Server not found in Kerberos database")},
			SOURCE_CREDENTIALS,
			{"no service ldap/lb\\x1b.test, which reverse DNS made of " HOST, "-N"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .reverse = "lb.test",
			 .nocanon = true,
			 .said = GSS("Server not found in Kerberos database")},
			SOURCE_CREDENTIALS,
			{"no service ldap/" HOST, "changed it to lb.test: set rdns = false"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .said = GSS("Client 'x@Y' not found in Kerberos database")},
			SOURCE_CREDENTIALS, {"does not know the account"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .said = GSS("Client not found in Kerberos database")},
			SOURCE_CREDENTIALS, {"does not know the account"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .said = NO_CREDENTIALS("Preauthentication failed")},
			SOURCE_CREDENTIALS, {"refuses the keytab's key"}},
		/* What gss_acquire_cred_from() of MIT Kerberos 1.20 says, before a bind. */
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .keytab = "/k",
			 .who = "x@Y",
			 .said = "Client 'x@Y' not found in Kerberos database"},
			SOURCE_CREDENTIALS, {"bind as x@Y failed: the KDC does not know"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .keytab = "/k",
			 .said = "Password has expired"},
			SOURCE_CREDENTIALS, {"password has expired, or must be changed"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .keytab = "/k",
			 .said = "Client's credentials have been revoked"},
			SOURCE_CREDENTIALS, {"disabled, locked out, expired"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .keytab = "/k",
			 .said = "Cannot contact any KDC for realm 'CONTOSO.TEST'"},
			SOURCE_CONNECT, {"port 88"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .keytab = "/k",
			 .said = "KDC has no support for encryption type"},
			SOURCE_CREDENTIALS, {"msDS-SupportedEncryptionTypes"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2,
			 .said = GSS("No credentials found with supported encryption types "
			     "(filename: /tmp/cc)")},
			SOURCE_CREDENTIALS, {"permitted_enctypes"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .keytab = "/k",
			 .said = "Preauthentication failed"},
			SOURCE_CREDENTIALS, {"write it anew. The library said: Preauth"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .who = "y", .ccache = "FILE:/c",
			 .said = "Principal in credential cache does not match desired name"},
			SOURCE_CREDENTIALS, {"another account than the one asked for (-U)"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .ccache = "FILE:/c",
			 .said = "No credentials cache found"},
			SOURCE_CREDENTIALS, {"no usable Kerberos ticket in FILE:/c: run kinit"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2, .keytab = "/k",
			 .said = GSS("Ticket expired")},
			SOURCE_CREDENTIALS, {"as soon as it was there: ticket_lifetime"}},
		/* Windows refuses a ticket: MS-ERREF 2.1. */
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = 49,
			 .said = "80090324: LdapErr: DSID-0C0906C2, comment: "
				 "AcceptSecurityContext error, data 0, v4563"},
			SOURCE_CREDENTIALS, {"clocks"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = 49,
			 .said = "80090322: LdapErr: DSID-0C0906C2, comment: "
				 "AcceptSecurityContext error, data 0, v4563"},
			SOURCE_CREDENTIALS, {"ticket is for another server"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = 49}, SOURCE_CREDENTIALS,
			{"did not accept what GSSAPI sent"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = 49, .tls = true, .bound = true},
			SOURCE_CREDENTIALS, {"or the channel binding with it (sasl_cbinding)"}},
		{{.step = STEP_SASL, .mech = "EXTERNAL", .code = 49, .tls = true},
			SOURCE_CREDENTIALS, {"takes no account from the certificate (tls_cert)"}},
		{{.step = STEP_SASL, .mech = "EXTERNAL", .code = -6, .tls = true,
			 .installed = " EXTERNAL GSSAPI"},
			SOURCE_CREDENTIALS, {"takes no account from the certificate (tls_cert)"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -2,
			 .said = GSS("Cannot find KDC for realm \"X\"")},
			SOURCE_CONNECT, {"/etc/krb5.conf"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -6,
			 .installed = " EXTERNAL GSS-SPNEGO "
				      "GSSAPIX",
			 .said = "SASL(-4): no mechanism available: No worthy mechs found"},
			SOURCE_CREDENTIALS, {"libsasl2-modules-gssapi-mit"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = -6,
			 .installed = " EXTERNAL GSSAPI",
			 .said = "SASL(-4): no mechanism available: No worthy mechs found"},
			SOURCE_CREDENTIALS,
			{"GSSAPI cannot give the protection that was asked for (-O)"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -6, .tls = true}, SOURCE_CREDENTIALS,
			{"over TLS"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = 8,
			 .tls = true,
			 .said = "SASL:[GSSAPI]: Sign or Seal are required."},
			SOURCE_CREDENTIALS,
			{"does not go together with TLS: use ldap:// without TLS"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = 53,
			 .tls = true,
			 .said = "SASL:[GSSAPI]: Sign or Seal are not allowed if TLS is used"},
			SOURCE_CREDENTIALS, {"leave -O out"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = 8}, SOURCE_CREDENTIALS,
			{"demands signing or sealing"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = 49,
			 .tls = true,
			 .said = "80090346: LdapErr: "
				 "DSID-0C0905D6, comment: AcceptSecurityContext error, data "
				 "80090346, v4563"},
			SOURCE_CREDENTIALS, {"demands channel binding", "ldap:// without TLS"}},
		{{.step = STEP_SASL,
			 .mech = "GSSAPI",
			 .code = 49,
			 .tls = true,
			 .bound = true,
			 .said = "80090346: LdapErr: "
				 "DSID-0C0905D6, comment: AcceptSecurityContext error, data "
				 "80090346, v4563"},
			SOURCE_CREDENTIALS, {"does not accept the channel binding", "load balancer"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = 49, .said = AD49("533"), .who = "u"},
			SOURCE_CREDENTIALS, {"GSSAPI bind as u refused: the account is disabled"}},
		{{.step = STEP_SASL, .mech = "EXTERNAL", .code = 7}, SOURCE_CREDENTIALS,
			{"EXTERNAL takes the identity from TLS"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = 51}, SOURCE_CONNECT, {"busy"}},
		{{.step = STEP_SASL, .mech = "GSSAPI", .code = -2}, SOURCE_CREDENTIALS,
			{"Local error (-2)"}},
	};

	(void)state;
	CHECK(cases);
}

static void
searching(void **state)
{
	static const struct expect cases[] = {
		{{.step = STEP_SEARCH, .code = 32, .what = "users", .base = "OU=x,DC=y"},
			SOURCE_NO_OBJECT,
			{"reading users below OU=x,DC=y: there is no such object"}},
		{{.step = STEP_SEARCH, .code = 50, .what = "users", .base = "DC=y"}, SOURCE_DENIED,
			{"may not read"}},
		{{.step = STEP_SEARCH, .code = 3, .what = "users", .base = "DC=y"}, SOURCE_LIMIT,
			{"time limit"}},
		{{.step = STEP_SEARCH, .code = 4, .what = "users", .base = "DC=y"}, SOURCE_LIMIT,
			{"size limit", "not everything was read"}},
		{{.step = STEP_SEARCH, .code = 11, .what = "users", .base = "DC=y"}, SOURCE_LIMIT,
			{"administrative limit"}},
		{{.step = STEP_SEARCH, .code = 10, .what = "users", .base = "DC=y"},
			SOURCE_NO_OBJECT, {"refers to another"}},
		{{.step = STEP_SEARCH, .code = 12, .what = "users", .base = "DC=y"}, SOURCE_QUERY,
			{"refuses a control"}},
		{{.step = STEP_SEARCH, .code = 12, .what = "users", .base = "DC=y", .paging = true},
			SOURCE_LIMIT, {"dropped the state of this paged search"}},
		{{.step = STEP_SEARCH, .code = 53, .what = "users", .base = "DC=y", .paging = true},
			SOURCE_LIMIT, {"dropped the state"}},
		{{.step = STEP_SEARCH, .code = 53, .what = "users", .base = "DC=y"}, SOURCE_QUERY,
			{"will not do"}},
		{{.step = STEP_SEARCH, .code = 51, .what = "users", .base = "DC=y"}, SOURCE_CONNECT,
			{"busy"}},
		{{.step = STEP_SEARCH, .code = 52, .what = "users", .base = "DC=y"}, SOURCE_CONNECT,
			{"another domain controller"}},
		{{.step = STEP_SEARCH, .code = 34, .what = "users", .base = "zz"}, SOURCE_QUERY,
			{"not a well-formed DN"}},
		{{.step = STEP_SEARCH, .code = -7, .what = "users", .base = "DC=y"}, SOURCE_QUERY,
			{"filter is not well formed"}},
		{{.step = STEP_SEARCH, .code = -4, .what = "users", .base = "DC=y"},
			SOURCE_PROTOCOL, {"malformed"}},
		{{.step = STEP_SEARCH,
			 .code = 1,
			 .what = "users",
			 .base = "DC=y",
			 .said = "000004DC: "
				 "LdapErr: DSID-0C090A5C, comment: In order to perform this "
				 "operation a successful bind "
				 "must be completed on the connection., data 0, v4563"},
			SOURCE_CREDENTIALS, {"anonymous"}},
		{{.step = STEP_SEARCH, .code = 1, .what = "users", .base = "DC=y"}, SOURCE_PROTOCOL,
			{"Operations error (1)"}},
		{{.step = STEP_SEARCH, .code = 16, .what = "users", .base = ""}, SOURCE_QUERY,
			{"reading users: No such attribute (16)"}},
		{{.step = STEP_SEARCH, .code = -1, .closed = true}, SOURCE_CONNECT,
			{"reading entries: the server closed the connection"}},
		{{.step = STEP_SEARCH, .code = -1, .sys = ECONNRESET}, SOURCE_CONNECT,
			{"connection lost: Connection reset by peer"}},
		{{.step = STEP_SEARCH, .code = -1}, SOURCE_CONNECT, {"not LDAP"}},
		{{.step = STEP_SEARCH, .code = -1, .sys = ETIMEDOUT, .seconds = 180},
			SOURCE_CONNECT, {"no answer in 180 s"}},
		{{.step = STEP_SEARCH, .code = -5, .seconds = 180}, SOURCE_CONNECT,
			{"no answer in 180 s"}},
	};

	(void)state;
	CHECK(cases);
}

/* Long and ill-formed words of others neither overflow nor split a character. */
static void
room(void **state)
{
	char long_text[3000], who[2000];
	struct expect e = { .f = { .step = STEP_BIND, .code = 49, .said = long_text, .who = who },
	    .status = SOURCE_CREDENTIALS };
	size_t shift, i;

	(void)state;
	for (shift = 0; shift < 3; shift++) {
		memset(long_text, 0, sizeof(long_text));
		memset(who, 0, sizeof(who));
		for (i = shift; i + 3 < sizeof(long_text); i += 3)
			memcpy(long_text + i, "\xe2\x82\xac", 3);
		memset(long_text, 'x', shift);
		strcpy(who, "short");
		e.text[0] = "\xe2\x82\xac ...";
		check(&e);
		for (i = shift; i + 3 < sizeof(who); i += 3)
			memcpy(who + i, "\xe2\x82\xac", 3);
		memset(who, 'x', shift);
		check(&e);
		memset(who + 1, 0xff, sizeof(who) - 2);
		e.text[0] = "\\xff";
		check(&e);
	}
}

/* What a new connection or another server may do better, and what it must not try. */
static void
another_try(void **state)
{
	static const struct { struct failure f; bool again, unanswered; } cases[] = {
		{ { .step = STEP_RESOLVE, .sys = EAI_AGAIN }, true, false },
		{ { .step = STEP_CONNECT, .sys = ECONNREFUSED }, true, false },
		{ { .step = STEP_TLS, .code = -11, .closed = true }, true, false },
		{ { .step = STEP_TLS, .code = -11, .sys = ECONNRESET }, true, false },
		{ { .step = STEP_TLS, .code = -11, .said = "certificate verify failed" }, false,
			false },
		{ { .step = STEP_START_TLS, .code = -1, .closed = true }, true, false },
		{ { .step = STEP_START_TLS, .code = 52 }, false, false },
		{ { .step = STEP_BIND, .code = -1, .closed = true }, true, true },
		{ { .step = STEP_BIND, .code = LDAP_TIMEOUT }, true, true },
		{ { .step = STEP_BIND, .code = 51 }, true, false },
		{ { .step = STEP_BIND, .code = 52 }, true, false },
		{ { .step = STEP_BIND, .code = 49 }, false, false },
		{ { .step = STEP_SASL, .mech = "GSSAPI", .code = -1, .closed = true }, true, true },
		{ { .step = STEP_SASL, .mech = "GSSAPI", .code = 49 }, false, false },
		{ { .step = STEP_SEARCH, .code = -1, .closed = true }, true, false },
		{ { .step = STEP_SEARCH, .code = LDAP_TIMEOUT }, true, false },
		{ { .step = STEP_SEARCH, .code = 51 }, true, false },
		{ { .step = STEP_SEARCH, .code = 52 }, true, false },
		{ { .step = STEP_SEARCH, .code = 12, .paging = true }, true, false },
		{ { .step = STEP_SEARCH, .code = 53, .paging = true }, true, false },
		{ { .step = STEP_SEARCH, .code = 12 }, false, false },
		{ { .step = STEP_SEARCH, .code = 53 }, false, false },
		{ { .step = STEP_SEARCH, .code = 3, .paging = true }, false, false },
		{ { .step = STEP_SEARCH, .code = 4 }, false, false },
		{ { .step = STEP_SEARCH, .code = 32 }, false, false },
		{ { .step = STEP_SEARCH, .code = LDAP_NO_MEMORY }, false, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct source_error err = { .again = true, .unanswered = true };

		failure_explain(&cases[i].f, &err);
		if (err.again != cases[i].again || err.unanswered != cases[i].unanswered)
			fail_msg("case %zu: again %d, unanswered %d: %s", i, err.again,
			    err.unanswered, err.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logon_reasons),
		cmocka_unit_test(reaching),
		cmocka_unit_test(tls),
		cmocka_unit_test(simple_bind),
		cmocka_unit_test(sasl_bind),
		cmocka_unit_test(searching),
		cmocka_unit_test(room),
		cmocka_unit_test(another_try),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
