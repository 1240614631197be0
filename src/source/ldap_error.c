/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_error.h"

#include <errno.h>
#include <ldap.h>
#include <netdb.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"

/* The server's own words are kept, but not more of them than this. */
#define SAID_MAX 400
/* Nor of a base: what went wrong must have room behind it. */
#define BASE_MAX 300

/* As much of a text as `most` bytes hold, without cutting a character. */
static size_t
head_of(const char *s, size_t len, size_t most)
{
	if (len > most)
		for (len = most; len > 0 && ((uint8_t)s[len] & 0xc0u) == 0x80; len--)
			;
	return len;
}

void
failure_add(struct buf *b, const char *s)
{
	escape_terminal(s, strlen(s), b);
}

bool
failure_said(const struct failure *f, const char *words)
{
	return f->said != NULL && strstr(f->said, words) != NULL;
}

static enum source_status
explain_resolve(const struct failure *f, struct buf *b)
{
	const char *why = f->sys == EAI_SYSTEM ? "system error" : gai_strerror(f->sys);

	if (f->sys == EAI_AGAIN)
		buf_addf(b, "the name cannot be resolved now (%s): is the DNS server of this "
		    "host (/etc/resolv.conf) reachable?", why);
	else
		buf_addf(b, "unknown host (%s): check the spelling, and that this host asks "
		    "the domain's DNS (/etc/resolv.conf)", why);
	return SOURCE_CONNECT;
}

static enum source_status
explain_connect(const struct failure *f, struct buf *b)
{
	buf_addf(b, "cannot connect to port %u", f->port);
	if (f->address != NULL && f->address[0] != '\0' &&
	    (f->host == NULL || strcmp(f->address, f->host) != 0))
		buf_addf(b, " of %s", f->address);
	switch (f->sys) {
	case ECONNREFUSED:
		buf_adds(b, ": connection refused: nothing listens on that port; is it a domain "
		    "controller, and is it up?");
		break;
	case ETIMEDOUT:
		buf_addf(b, ": no answer in %d s: the machine is down, or a firewall drops the "
		    "packets", f->seconds);
		break;
	case EHOSTUNREACH:
	case ENETUNREACH:
		buf_addf(b, ": %s: there is no route to it from here", strerror(f->sys));
		break;
	default:
		buf_addf(b, ": %s", strerror(f->sys));
		break;
	}
	return SOURCE_CONNECT;
}

/* What every step has in common: nobody answers any more. */
static bool
explain_lost(const struct failure *f, struct buf *b)
{
	if (f->code == LDAP_TIMEOUT || f->sys == ETIMEDOUT)
		buf_addf(b, "no answer in %d s: the server hangs or is overloaded, or the "
		    "network swallows what it sends", f->seconds);
	else if (f->code != LDAP_SERVER_DOWN && f->code != LDAP_UNAVAILABLE &&
	    f->code != LDAP_CONNECT_ERROR)
		return false;
	else if (f->code == LDAP_UNAVAILABLE)
		buf_adds(b, "the server is shutting down or not ready to serve: try again, or "
		    "name another domain controller");
	else if (f->closed)
		buf_adds(b, "the server closed the connection: it was restarted or is shutting "
		    "down, or it ends connections that are idle or too many");
	else if (f->sys != 0)
		buf_addf(b, "connection lost: %s", strerror(f->sys));
	else
		buf_adds(b, "what came in is not LDAP, or one object larger than 256 MiB, which "
		    "is not taken, or a sealed packet larger than maxbufsize (-O); connection "
		    "given up. Is that an LDAP server, and on that port? If so, read one part "
		    "after the other (-b) to find the object");
	return true;
}

static enum source_status
explain_start_tls(const struct failure *f, struct buf *b)
{
	buf_adds(b, "StartTLS: ");
	if (f->code == LDAP_UNAVAILABLE || f->code == LDAP_PROTOCOL_ERROR ||
	    f->code == LDAP_UNWILLING_TO_PERFORM || f->code == LDAP_OPERATIONS_ERROR) {
		buf_adds(b, "refused: the server has no certificate for TLS, or does not know "
		    "StartTLS; give it a certificate, or bind with SASL (-Y GSSAPI)");
		return SOURCE_TLS;
	}
	if (explain_lost(f, b)) {
		if (f->port == LDAPS_PORT || f->port == 3269)
			buf_addf(b, "; port %u speaks TLS from the first byte: use ldaps://",
			    f->port);
		return SOURCE_CONNECT;
	}
	buf_addf(b, "failed: %s (%d)", ldap_err2string(f->code), f->code);
	return SOURCE_TLS;
}

/* Results of a search (RFC 4511 A.2; MS-ADTS 3.1.1.3.4.6 for the limits). */
static const struct {
	int code;
	enum source_status status;
	const char *text;
} search_results[] = {
	{LDAP_TIMELIMIT_EXCEEDED, SOURCE_LIMIT,
		"the server's time limit ended it (MaxQueryDuration, "
		"120 s by default): use smaller pages (--page-size), or read one part after the "
		"other (-b)"},
	{LDAP_SIZELIMIT_EXCEEDED, SOURCE_LIMIT,
		"the server's size limit ended it, not everything was read: use smaller pages "
		"(--page-size); where that does not help the server does not page for this "
		"account: have its limit raised (MaxPageSize), or read one part after the other "
		"(-b)"},
	{LDAP_ADMINLIMIT_EXCEEDED, SOURCE_LIMIT,
		"an administrative limit of the server ended it: "
		"use smaller pages (--page-size), or read one part after the other (-b)"},
	{LDAP_NO_SUCH_OBJECT, SOURCE_NO_OBJECT,
		"there is no such object, or this account may "
		"not see it: check the base (-b)"},
	{LDAP_REFERRAL, SOURCE_NO_OBJECT,
		"this server does not hold that part of the directory "
		"and refers to another: name a domain controller of that domain (-H)"},
	{LDAP_INSUFFICIENT_ACCESS, SOURCE_DENIED, "this account may not read that"},
	{LDAP_BUSY, SOURCE_CONNECT,
		"the server is busy: try again, or name another domain "
		"controller"},
	{LDAP_INVALID_DN_SYNTAX, SOURCE_QUERY, "the base is not a well-formed DN (-b)"},
	{LDAP_FILTER_ERROR, SOURCE_QUERY,
		"the filter is not well formed (RFC 4515): check its "
		"parentheses and escapes"},
	{LDAP_INAPPROPRIATE_MATCHING, SOURCE_QUERY,
		"the server cannot match in the way that the "
		"filter asks for"},
	{LDAP_UNWILLING_TO_PERFORM, SOURCE_QUERY, "the server will not do that search"},
	{LDAP_UNAVAILABLE_CRITICAL_EXTENSION, SOURCE_QUERY,
		"the server refuses a control that it "
		"lists as supported"},
	{LDAP_STRONG_AUTH_REQUIRED, SOURCE_CREDENTIALS,
		"the server asks for an encrypted "
		"connection: use ldaps://, -ZZ, or -Y GSSAPI"},
	{LDAP_DECODING_ERROR, SOURCE_PROTOCOL, "the answer is malformed: is that an LDAP server?"},
	{LDAP_CLIENT_LOOP, SOURCE_PROTOCOL, "the server sends page after page without an entry"},
	{LDAP_CONTROL_NOT_FOUND, SOURCE_PROTOCOL,
		"the server lists paged results, and did not say whether this page was the last: is "
		"that a proxy in front of the domain controller? Name the controller itself (-H)"},
	{LDAP_NO_MEMORY, SOURCE_NOMEM, "out of memory"},
	{0, SOURCE_OK, NULL},
};

static enum source_status
explain_search(const struct failure *f, struct buf *b, bool *again)
{
	const char *base = f->base != NULL ? f->base : "";
	size_t i;

	buf_adds(b, "reading ");
	failure_add(b, f->what != NULL ? f->what : "entries");
	if (base[0] != '\0') {
		buf_adds(b, " below ");
		escape_terminal(base, head_of(base, strlen(base), BASE_MAX), b);
		if (strlen(base) > BASE_MAX)
			buf_adds(b, "...");
	}
	buf_adds(b, ": ");
	if (f->elsewhere != NULL) {
		buf_adds(b, "a part of it is not on this server, and was not read: audit it on "
		    "the server that has it (-H): ");
		escape_terminal(f->elsewhere, head_of(f->elsewhere, strlen(f->elsewhere),
		    BASE_MAX), b);
		return SOURCE_ELSEWHERE;
	}
	/* MS-ADTS 3.1.1.3.4.6: the state kept between two pages may be evicted. */
	if (f->paging && (f->code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION ||
	    f->code == LDAP_UNWILLING_TO_PERFORM)) {
		buf_adds(b, "the server has dropped the state of this paged search "
		    "(MaxResultSetSize, MinResultSets): run again, when it is less busy");
		*again = true;
		return SOURCE_LIMIT;
	}
	/* Win32 ERROR_NOT_AUTHENTICATED, the answer to an anonymous search. */
	if (f->code == LDAP_OPERATIONS_ERROR && f->said != NULL &&
	    strncmp(f->said, "000004DC", 8) == 0) {
		buf_adds(b, "the server takes this connection for anonymous: the bind did not "
		    "hold");
		return SOURCE_CREDENTIALS;
	}
	if (explain_lost(f, b))
		return SOURCE_CONNECT;
	for (i = 0; search_results[i].text != NULL; i++)
		if (search_results[i].code == f->code) {
			buf_adds(b, search_results[i].text);
			return search_results[i].status;
		}
	buf_addf(b, "%s (%d)", ldap_err2string(f->code), f->code);
	return f->code == LDAP_NO_SUCH_ATTRIBUTE || f->code == LDAP_UNDEFINED_TYPE ||
	    f->code == LDAP_INVALID_SYNTAX || f->code == LDAP_PARAM_ERROR ?
	    SOURCE_QUERY : SOURCE_PROTOCOL;
}

/* The diagnostic message, without outer blanks and not too long. */
static void
add_said(const struct failure *f, struct buf *b)
{
	const char *s = f->said != NULL ? f->said : "";
	size_t len, keep;

	while (*s == ' ' || *s == '\n' || *s == '\r' || *s == '\t')
		s++;
	len = strlen(s);
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\n' || s[len - 1] == '\r' ||
	    s[len - 1] == '\t' || s[len - 1] == '.'))
		len--;
	keep = head_of(s, len, SAID_MAX);
	/* GnuTLS in libldap has this instead of a reason: no reason is better. */
	if (len == 0 || strncmp(s, "(unknown error code)", len) == 0)
		return;
	if (b->len > 0 && buf_str(b)[b->len - 1] != '?')
		buf_addc(b, '.');
	buf_adds(b, f->code > 0 ? " The server said: " : " The library said: ");
	escape_terminal(s, keep, b);
	if (keep < len)
		buf_adds(b, " ...");
}

enum source_status
failure_explain(const struct failure *f, struct source_error *err)
{
	static const char *const step_names[] = {
		[STEP_OPTIONS] = NULL, [STEP_RESOLVE] = "name", [STEP_CONNECT] = "connect",
		[STEP_START_TLS] = "TLS", [STEP_TLS] = "TLS", [STEP_BIND] = "bind",
		[STEP_SASL] = "bind", [STEP_SEARCH] = "search",
	};
	struct buf b = BUF_INIT;
	enum source_status status = SOURCE_PROTOCOL;

	err->again = err->unanswered = false;
	failure_add(&b, f->host != NULL ? f->host : "LDAP");
	buf_adds(&b, ": ");
	switch (f->code == LDAP_NO_MEMORY ? STEP_SEARCH : f->step) {
	case STEP_OPTIONS:
		failure_add(&b, f->problem);
		status = SOURCE_QUERY;
		break;
	case STEP_RESOLVE:
		status = explain_resolve(f, &b);
		break;
	case STEP_CONNECT:
		status = explain_connect(f, &b);
		break;
	case STEP_START_TLS:
		status = explain_start_tls(f, &b);
		break;
	case STEP_TLS:
		buf_adds(&b, "TLS: ");
		status = failure_tls(f, &b);
		err->again = f->closed || f->sys != 0;
		break;
	case STEP_BIND:
	case STEP_SASL:
		buf_adds(&b, f->step == STEP_SASL ? f->mech : "simple");
		buf_adds(&b, " bind");
		if (f->who != NULL) {
			buf_adds(&b, " as ");
			failure_add(&b, f->who);
		}
		buf_adds(&b, f->code > 0 ? " refused: " : " failed: ");
		if (explain_lost(f, &b)) {
			status = SOURCE_CONNECT;
			err->unanswered = f->code <= 0;
		} else {
			status = f->step == STEP_BIND ? failure_bind(f, &b) : failure_sasl(f, &b);
		}
		break;
	case STEP_SEARCH:
		status = explain_search(f, &b, &err->again);
		break;
	}
	add_said(f, &b);
	err->status = status;
	err->again |= status == SOURCE_CONNECT;
	err->step = step_names[f->step];
	err->code = f->code;
	source_error_say(err, &b);
	buf_fini(&b);
	return status;
}
