/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_page.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/list.h"
#include "source/ldap_entry.h"

/* More than this is not kept back of a page, however large the server makes
 * it: the entries are then handed on as they come. */
#define MAX_HELD_BYTES	((uint64_t)64 * 1024 * 1024)
/* Entries handed on at a time while no others have come: half a millisecond's
 * work, in which the socket's buffer does not fill up. */
#define IDLE_BATCH	64
/* Pages without entries in a row: a server may send some when a filter
 * matches rarely (MS-ADTS 3.1.1.3.4.1.1), but not for ever. */
#define MAX_EMPTY_PAGES	10000

/* A search under way. */
struct search {
	const struct page_params *params;
	const struct query *query;
	entry_fn fn;
	void *arg;
	char **attrs;		/* NULL: all */
	struct berval cookie;	/* owned by ldap_memfree; empty: no further page */
	int msgid;		/* outstanding operation, or -1 */
	LDAPMessage **held;	/* entries not yet handed on: from held_next on */
	size_t held_next, held_count, held_cap;
	uint64_t held_from;	/* conn->net.received when the first of them came */
	struct wire wire;
	bool stopped;		/* fn asked for it */
	size_t seen;		/* entries handed on */
	size_t page_entries;	/* of the page that is coming in */
	size_t empty_pages;
	size_t pages;
	size_t references;	/* continuations skipped */
	char *said;		/* of a result that was no success; ldap_memfree() */
	char *elsewhere;	/* the first continuation, owned */
};

/* SEQUENCE { INTEGER flags } (MS-ADTS 3.1.1.3.4.1.11); flags are below 128. */
struct sd_flags_value { char bytes[5]; };

/*
 * The request for the first page or the one at the cookie. Controls that the
 * server does not list are sent, but not as critical: it may ignore them.
 */
static int
request(struct search *s)
{
	static const int scopes[] = {
		[SCOPE_BASE] = LDAP_SCOPE_BASE, [SCOPE_ONE] = LDAP_SCOPE_ONELEVEL,
		[SCOPE_SUBTREE] = LDAP_SCOPE_SUBTREE
	};
	const struct control_support *known = &s->params->support;
	const struct query *q = s->query;
	struct ldap_conn *c = s->params->conn;
	struct sd_flags_value sd = { { 0x30, 0x03, 0x02, 0x01, (char)(q->sd_flags & 0x7f) } };
	char sd_oid[] = OID_SD_FLAGS, scope_oid[] = LDAP_CONTROL_X_DOMAIN_SCOPE;
	LDAPControl sd_flags = { .ldctl_oid = sd_oid, .ldctl_iscritical = known->sd_flags ? 1 : 0,
	    .ldctl_value = { sizeof(sd.bytes), sd.bytes } };
	LDAPControl domain_scope = { .ldctl_oid = scope_oid,
	    .ldctl_iscritical = known->domain_scope ? 1 : 0 };
	LDAPControl *paged = NULL, *controls[4] = { NULL };
	size_t n = 0;
	int rc = LDAP_SUCCESS;

	if (!conn_usable(c))
		return LDAP_SERVER_DOWN;
	if (q->scope != SCOPE_BASE)
		controls[n++] = &domain_scope;
	if (q->sd_flags != 0)
		controls[n++] = &sd_flags;
	if (q->paged) {
		rc = ldap_create_page_control(c->ld, (ber_int_t)s->params->page_size,
		    s->cookie.bv_len > 0 ? &s->cookie : NULL, known->paged, &paged);
		controls[n++] = paged;
	}
	if (rc == LDAP_SUCCESS)
		rc = conn_sent(c, ldap_search_ext(c->ld, q->base, scopes[q->scope], q->filter,
		    s->attrs, 0, controls, NULL, NULL, LDAP_NO_LIMIT, &s->msgid));
	ldap_control_free(paged);
	s->page_entries = 0;
	return rc;
}

/* libldap's prototypes know no const; the strings stay the caller's. */
static int
attrs_copy(const char *const *attrs, char ***out)
{
	size_t n = 0;
	char **copy = NULL;

	if (attrs == NULL)
		return LDAP_SUCCESS;
	while (attrs[n] != NULL)
		n++;
	copy = calloc(n + 1, sizeof(*copy));
	if (copy == NULL)
		return LDAP_NO_MEMORY;
	memcpy(copy, attrs, n * sizeof(*copy));
	*out = copy;
	return LDAP_SUCCESS;
}

static void
held_free(struct search *s)
{
	size_t i;

	for (i = s->held_next; i < s->held_count; i++)
		ldap_msgfree(s->held[i]);
	s->held_next = s->held_count = 0;
}

/* Hands on what was kept back, `most` at most, in the order read, and frees it. */
static int
deliver(struct search *s, size_t most)
{
	int rc = LDAP_SUCCESS;

	for (; s->held_next < s->held_count && most > 0 && rc == LDAP_SUCCESS && !s->stopped;
	    most--) {
		LDAPMessage *msg = s->held[s->held_next++];

		rc = wire_decode(s->params->conn, msg, &s->wire);
		if (rc == LDAP_SUCCESS) {
			s->seen++;
			s->stopped = s->fn(s->arg, &s->wire.entry) != 0;
		}
		ldap_msgfree(msg);
	}
	if (s->held_next == s->held_count || rc != LDAP_SUCCESS || s->stopped)
		held_free(s);
	return rc;
}

/* Keeps an entry back, and hands all on when more than a page's worth is there:
 * the server is faster than we are, or does not page, or the page is huge. */
static int
hold(struct search *s, LDAPMessage *msg)
{
	const struct net *net = &s->params->conn->net;
	LDAPMessage **more = NULL;

	if (s->held_count == s->held_cap && s->held_next > 0) {
		s->held_count -= s->held_next;
		memmove(s->held, s->held + s->held_next, s->held_count * sizeof(LDAPMessage *));
		s->held_next = 0;
	}
	more = list_room(s->held, s->held_count, &s->held_cap, 256, sizeof(LDAPMessage *));
	if (more == NULL) {
		ldap_msgfree(msg);
		return LDAP_NO_MEMORY;
	}
	s->held = more;
	if (s->held_count == 0)
		s->held_from = net->received;
	s->held[s->held_count++] = msg;
	s->page_entries++;
	if (s->held_count - s->held_next > s->params->page_size ||
	    net->received - s->held_from > MAX_HELD_BYTES)
		return deliver(s, SIZE_MAX);
	return LDAP_SUCCESS;
}

/* The cookie of a page that came to its end; empty when it was the last, or
 * when the server does not page (RFC 2696 3). */
static int
cookie_read(struct search *s, LDAPControl **controls)
{
	LDAP *ld = s->params->conn->ld;
	LDAPControl *page = NULL;
	ber_int_t estimate = 0;

	ldap_memfree(s->cookie.bv_val);
	s->cookie = (struct berval){ 0 };
	if (!s->query->paged)
		return LDAP_SUCCESS;
	if (controls != NULL)
		page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	/* Who pages answers each page with the control; who answers with more or fewer
	 * entries than were asked for does not page, and has sent them all. A full page
	 * without it may be the first of many. */
	if (page == NULL)
		return s->params->support.paged && (s->pages > 0 ||
		    s->page_entries == s->params->page_size) ? LDAP_CONTROL_NOT_FOUND : LDAP_SUCCESS;
	if (ldap_parse_pageresponse_control(ld, page, &estimate, &s->cookie) != LDAP_SUCCESS)
		return LDAP_DECODING_ERROR;
	if (s->query->whole && s->params->expected != NULL && estimate > 0)
		*s->params->expected = (size_t)estimate;
	return LDAP_SUCCESS;
}

/* Another server has a part of what is below the base (RFC 4511 4.5.3): not
 * followed, but not forgotten either. */
static int
reference_read(struct search *s, LDAPMessage *msg)
{
	char **urls = NULL;
	int rc = LDAP_SUCCESS;

	if (s->references++ > 0)
		return LDAP_SUCCESS;
	rc = ldap_parse_reference(s->params->conn->ld, msg, &urls, NULL, 0);
	if (rc == LDAP_SUCCESS && (urls == NULL || urls[0] == NULL))
		rc = LDAP_DECODING_ERROR;
	if (rc == LDAP_SUCCESS && (s->elsewhere = strdup(urls[0])) == NULL)
		rc = LDAP_NO_MEMORY;
	ldap_memvfree((void **)urls);
	return rc;
}

/*
 * A page has ended: asks for the next one before the rest of this one's entries
 * is handed on. *done: there is no other, or the result was an error, which is returned.
 */
static int
page_end(struct search *s, LDAPMessage *msg, bool *done)
{
	LDAPControl **controls = NULL;
	int code = LDAP_OTHER, rc;

	s->msgid = -1;
	rc = ldap_parse_result(s->params->conn->ld, msg, &code, NULL, &s->said, NULL, &controls, 0);
	if (rc == LDAP_SUCCESS)
		rc = code;
	if (rc == LDAP_SUCCESS)
		rc = cookie_read(s, controls);
	ldap_controls_free(controls);
	*done = rc != LDAP_SUCCESS || s->cookie.bv_len == 0;
	if (!*done) {
		s->empty_pages = s->page_entries > 0 ? 0 : s->empty_pages + 1;
		ldap_memfree(s->said);
		s->said = NULL;
		s->pages++;
		rc = s->empty_pages > MAX_EMPTY_PAGES ? LDAP_CLIENT_LOOP : request(s);
	}
	return rc;
}

/*
 * The next message, or NULL. What has come is read at once, so that the server
 * never waits for us; entries are handed on while it has nothing to read.
 */
static int
next_message(struct search *s, LDAPMessage **msg)
{
	struct ldap_conn *c = s->params->conn;
	int rc;

	*msg = NULL;
	if (s->held_count == 0)
		return conn_wait(c, s->msgid, LDAP_MSG_ONE, msg);
	rc = conn_look(c, s->msgid, msg);
	return rc != LDAP_SUCCESS || *msg != NULL ? rc : deliver(s, IDLE_BATCH);
}

/* Reads messages until the last page ended, fn stopped or an error. */
static int
run(struct search *s)
{
	struct ldap_conn *c = s->params->conn;
	LDAPMessage *msg = NULL;
	bool done = false;
	int rc, delivered;

	rc = request(s);
	while (rc == LDAP_SUCCESS && !done && !s->stopped) {
		rc = next_message(s, &msg);
		if (rc != LDAP_SUCCESS)
			break;
		if (msg == NULL)
			continue;
		switch (ldap_msgtype(msg)) {
		case LDAP_RES_SEARCH_ENTRY:
			rc = hold(s, msg);
			continue;
		case LDAP_RES_SEARCH_RESULT:
			rc = page_end(s, msg, &done);
			break;
		case LDAP_RES_SEARCH_REFERENCE:
			rc = reference_read(s, msg);
			break;
		default:
			break;
		}
		ldap_msgfree(msg);
	}
	/* What came in before it went wrong is as good as the rest. */
	if (s->held_count > 0 && !s->stopped) {
		delivered = deliver(s, SIZE_MAX);
		rc = delivered != LDAP_SUCCESS ? delivered : rc;
	}
	if (s->msgid != -1 && !c->lost)
		ldap_abandon_ext(c->ld, s->msgid, NULL, NULL);
	return rc;
}

static enum source_status
fail(struct search *s, int code, struct source_error *err)
{
	struct failure f;
	char *said = NULL;

	conn_failure(s->params->conn, STEP_SEARCH, code, &f, &said);
	/* A result's own words: later operations have overwritten libldap's. */
	if (code > 0 && s->said != NULL)
		f.said = s->said;
	f.what = s->query->what;
	f.base = s->query->base;
	f.paging = s->pages > 0;
	f.elsewhere = code == LDAP_REFERRAL ? s->elsewhere : NULL;
	failure_explain(&f, err);
	err->seen = s->seen;
	ldap_memfree(said);
	return err->status;
}

enum source_status
page_search(const struct page_params *params, const struct query *q, entry_fn fn, void *arg,
    struct source_error *err)
{
	struct search s = { .params = params, .query = q, .fn = fn, .arg = arg, .msgid = -1 };
	enum source_status status = SOURCE_OK;
	int rc;

	if (q->whole && params->expected != NULL)
		*params->expected = 0;
	rc = attrs_copy(q->attrs, &s.attrs);
	if (rc == LDAP_SUCCESS)
		rc = run(&s);
	if (rc == LDAP_SUCCESS && q->whole && s.elsewhere != NULL)
		rc = LDAP_REFERRAL;
	if (s.stopped)
		status = SOURCE_STOPPED;
	else if (rc != LDAP_SUCCESS)
		status = fail(&s, rc, err);
	err->seen = s.seen;
	if (params->conn->verbose && s.references > 0)
		fprintf(stderr, "writeback-audit: %s: %zu references to other servers "
		    "skipped\n", params->conn->host, s.references);
	held_free(&s);
	free(s.held);
	free(s.attrs);
	wire_fini(&s.wire);
	ldap_memfree(s.cookie.bv_val);
	ldap_memfree(s.said);
	free(s.elsewhere);
	return status;
}
