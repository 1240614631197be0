/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/escape.h"
#include "source/collect.h"
#include "source/collect_token.h"

static int
dn_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
dn_list_sort(struct dn_list *l)
{
	if (l->count)
		qsort(l->dn, l->count, sizeof *l->dn, dn_order);
}

void
dn_list_fini(struct dn_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->dn[i]);
	free(l->dn);
	*l = (struct dn_list){ NULL, 0 };
}

static int
on_name(void *arg, const struct entry *e)
{
	static const char stand_in[] = "CN=ForeignSecurityPrincipals,";
	struct dn_list *l = arg;
	size_t up = dn_parent(e->dn, e->dn_len);
	char **grown;

	/* It has the SID of an account of another forest, and is not that account. */
	if (e->dn_len - up >= sizeof stand_in - 1 &&
	    ascii_eq_nocase(e->dn + up, sizeof stand_in - 1, stand_in, sizeof stand_in - 1))
		return 0;
	grown = realloc(l->dn, (l->count + 1) * sizeof *grown);
	if (!grown)
		return 1;
	l->dn = grown;
	l->dn[l->count] = strndup(e->dn, e->dn_len);
	return l->dn[l->count] ? (l->count++, 0) : 1;
}

/*
 * How accounts made by the vendor's tools are told: the name that express setup
 * gives (Microsoft, "Accounts and permissions"); the description of Entra
 * Connect, of Azure AD Connect and of the older Azure AD Sync, as met in the
 * field; and the gMSA of the cloud sync agent, whose common name is
 * provAgentgMSA ("Install the provisioning agent") and whose account name is
 * pGMSA_ with eight digits, or provAgentgMSA$ of early agents.
 */
static const char discovery[] =
	"(&(objectClass=user)(|(sAMAccountName=MSOL_*)(sAMAccountName=provAgentgMSA$)"
	"(sAMAccountName=pGMSA_*)"
	"(cn=provAgentgMSA)"
	"(description=Account created by Microsoft Azure Active Directory Connect*)"
	"(description=Account created by Microsoft Entra Connect*)"
	"(description=Account created by the Windows Azure Active Directory Sync tool*)))";

/* DOMAIN\\name and DNs say which domain they are of. */
static bool
is_elsewhere(const struct domain *d, const char *name)
{
	const char *slash = strchr(name, '\\');

	if (strchr(name, '='))
		return !dn_under(name, strlen(name), d->dn, strlen(d->dn));
	return slash && !domain_has_name(d, name, (size_t)(slash - name));
}

static void
add_equality(struct buf *b, const char *attr, const char *v, size_t len)
{
	buf_addf(b, "(%s=", attr);
	escape_filter(v, len, b);
	buf_addc(b, ')');
}

/* The filter for a name that is not a DN. */
static void
name_filter(const struct domain *d, const char *name, struct buf *f)
{
	const char *slash = strchr(name, '\\'), *at = strchr(name, '@');
	size_t len = strlen(name);
	uint8_t bytes[SID_MAX_BYTES];
	struct sid sid;
	struct guid guid;

	if (guid_from_str(name, len, &guid) == ERR_OK) {
		buf_adds(f, "(objectGUID=");
		escape_filter_bytes(guid.b, sizeof guid.b, f);
		buf_addc(f, ')');
	} else if (sid_from_str(name, len, &sid) == ERR_OK) {
		buf_adds(f, "(objectSid=");
		escape_filter_bytes(bytes, sid_bytes(&sid, bytes), f);
		buf_addc(f, ')');
	} else if (slash) {
		add_equality(f, "sAMAccountName", slash + 1, strlen(slash + 1));
	} else if (at && ascii_eq_nocase(at + 1, strlen(at + 1), d->dns, strlen(d->dns))) {
		/* name@domain is a logon name also without a userPrincipalName
		 * (MS-ADTS 5.1.1.1.1) */
		buf_adds(f, "(|");
		add_equality(f, "userPrincipalName", name, len);
		buf_adds(f, "(&(!(userPrincipalName=*))");
		add_equality(f, "sAMAccountName", name, (size_t)(at - name));
		buf_adds(f, "))");
	} else if (at) {
		add_equality(f, "userPrincipalName", name, len);
	} else {
		/* A gMSA's name ends in $, which people leave out. */
		buf_adds(f, "(|");
		add_equality(f, "sAMAccountName", name, len);
		buf_adds(f, "(&(objectClass=computer)(sAMAccountName=");
		escape_filter(name, len, f);
		buf_adds(f, "$)))");
	}
}

enum source_status
collect_account_names(struct source *src, const struct domain *d, const char *name,
    struct dn_list *out, struct source_error *err)
{
	static const char *const attrs[] = { "sAMAccountName", NULL };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "the connector account", .base = d->dn,
		.scope = SCOPE_SUBTREE, .filter = discovery, .attrs = attrs, .paged = true };
	enum source_status st;

	*out = (struct dn_list){ NULL, 0 };
	if (name && is_elsewhere(d, name))
		return SOURCE_OK;
	if (name && strchr(name, '=')) {
		q.base = name;
		q.scope = SCOPE_BASE;
		q.filter = NULL;
		q.paged = false;
	} else if (name) {
		name_filter(d, name, &filter);
		if (buf_failed(&filter))
			return source_nomem(src, err);
		q.filter = buf_str(&filter);
	}
	st = source_search(src, &q, on_name, out, err);
	buf_fini(&filter);
	if (st == SOURCE_NO_OBJECT)
		st = SOURCE_OK;		/* an empty list says it */
	if (st == SOURCE_STOPPED)
		st = source_nomem(src, err);
	if (st != SOURCE_OK)
		dn_list_fini(out);
	dn_list_sort(out);
	return st;
}

struct account_read {
	struct connector *connector;
	bool nomem, seen;
};

static int
on_account(void *arg, const struct entry *e)
{
	struct account_read *r = arg;

	r->seen = true;
	r->nomem = entry_copy_init(&r->connector->copy, e) != 0;
	return r->nomem;
}

static void
add_sids(struct token *t, const struct attr *a, enum token_origin origin)
{
	for (size_t i = 0; a && i < a->count; i++) {
		struct sid s;

		if (sid_parse(a->values[i].data, a->values[i].len, &s) == ERR_OK)
			token_add(t, &s, HELD_YES, origin);
		else
			t->complete = false;
	}
}

static int
on_token(void *arg, const struct entry *e)
{
	struct account_read *r = arg;
	struct connector *c = r->connector;
	const struct attr *groups = entry_attr(e, "tokenGroups");

	r->seen = true;
	add_sids(&c->token, entry_attr(e, "sIDHistory"), TOKEN_SID_HISTORY);
	if (!groups || !groups->count || groups->partial)
		c->token.complete = false;
	add_sids(&c->token, groups, TOKEN_GROUP);
	return 0;
}

/* A group outside of Builtin that contains a SID of every logon, or one that
 * contains such a group. */
static int
on_open_group(void *arg, const struct entry *e)
{
	struct domain *d = arg;
	struct connector *c = &d->connector;
	struct open_group *g;
	struct sid s;

	if (!entry_sid(e, &s) || sid_in_domain(&s, &sid_builtin, NULL))
		return 0;
	for (g = c->open_groups; g; g = g->next)
		if (sid_eq(&g->sid, &s))
			return 0;
	for (size_t i = 0; i < c->token.count; i++)
		if (sid_eq(&c->token.sids[i].sid, &s))
			return 0;	/* held through its members anyway */
	g = calloc(1, sizeof *g);
	if (!g)
		return 1;
	g->sid = s;
	g->dn = strndup(e->dn, e->dn_len);
	g->next = c->open_groups;
	c->open_groups = g;
	return g->dn ? 0 : 1;
}

/* MS-DTYP 2.7.1 and MS-KILE 3.4.5.3 leave open whether a server expands local
 * groups of the account domain for the SIDs that every logon has. */
static enum source_status
read_open_groups(struct source *src, struct domain *d, struct source_error *err)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "groups that everybody is in", .base = d->dn,
		.scope = SCOPE_SUBTREE, .attrs = attrs, .paged = true };
	enum source_status st;

	buf_adds(&filter, "(&(objectCategory=group)"
	    "(groupType:1.2.840.113556.1.4.803:=2147483648)(|");
	for (size_t i = 0; i < d->everyone.count; i++) {
		struct sid_buf text;

		if (d->everyone.sids[i].origin != TOKEN_WELL_KNOWN ||
		    d->everyone.sids[i].held != HELD_YES)
			continue;
		buf_addf(&filter, "(member=CN=%s,CN=ForeignSecurityPrincipals,",
		    sid_str(&d->everyone.sids[i].sid, &text));
		escape_filter(d->dn, strlen(d->dn), &filter);
		buf_addc(&filter, ')');
	}
	buf_adds(&filter, "))");
	q.filter = buf_str(&filter);
	st = source_search(src, &q, on_open_group, d, err);

	/* And what those groups are members of; the list grows at its head. */
	for (const struct open_group *done = NULL; st == SOURCE_OK && d->connector.open_groups &&
	     d->connector.open_groups != done;) {
		const struct open_group *first = d->connector.open_groups;

		for (const struct open_group *g = first; g != done && st == SOURCE_OK; g = g->next) {
			buf_clear(&filter);
			buf_adds(&filter, "(&(objectCategory=group)"
			    "(groupType:1.2.840.113556.1.4.803:=2147483648)(member=");
			escape_filter(g->dn, strlen(g->dn), &filter);
			buf_adds(&filter, "))");
			q.filter = buf_str(&filter);
			st = source_search(src, &q, on_open_group, d, err);
		}
		done = first;
	}
	buf_fini(&filter);
	for (const struct open_group *g = d->connector.open_groups; g; g = g->next)
		token_add(&d->connector.token, &g->sid, HELD_MAYBE, TOKEN_GROUP);
	return st == SOURCE_STOPPED ? source_nomem(src, err) : st;
}

bool
collect_own_token(struct domain *d)
{
	struct connector *c = &d->connector;

	if (!d->has_reader || !c->account.has_sid ||
	    token_holds(&d->reader, &c->account.sid) != HELD_YES)
		return false;
	for (size_t i = 0; i < d->reader.count; i++)
		token_add(&c->token, &d->reader.sids[i].sid, HELD_YES, TOKEN_SERVER);
	d->reader_is_connector = true;
	return true;
}

enum source_status
collect_token_seal(struct source *src, struct domain *d, struct source_error *err)
{
	return token_seal(&d->connector.token) == ERR_OK ? SOURCE_OK : source_nomem(src, err);
}

enum source_status
collect_token_end(struct source *src, struct domain *d, struct source_error *err)
{
	struct connector *c = &d->connector;
	enum source_status st;

	for (size_t i = 0; i < d->everyone.count; i++)
		token_add(&c->token, &d->everyone.sids[i].sid, d->everyone.sids[i].held,
		    d->everyone.sids[i].origin);
	st = read_open_groups(src, d, err);
	if (st == SOURCE_CONNECT || st == SOURCE_NOMEM)
		return st;
	if (st != SOURCE_OK || !d->everyone.complete || src->partial)
		c->token.complete = false;
	if (!c->token.complete)
		c->token_problem = strdup("the groups of the connector account were not returned "
		    "whole: groups that give it rights, or deny them, may be missing");
	return collect_token_seal(src, d, err);
}

/* The connector's token for a DC of its own domain (MS-DTYP 2.5.2): what the
 * account is in, what every logon has, and what those are in. */
static enum source_status
read_token(struct source *src, const char *dn, struct domain *d, struct source_error *err)
{
	static const char *const attrs[] = { "tokenGroups", "sIDHistory", NULL };
	struct connector *c = &d->connector;
	struct query q = { .what = "the connector's groups", .base = dn, .scope = SCOPE_BASE,
		.attrs = attrs };
	struct account_read r = { c, false, false };
	enum source_status st;

	if (collect_own_token(d))
		return collect_token_seal(src, d, err);
	st = source_search(src, &q, on_token, &r, err);
	if (st == SOURCE_CONNECT || st == SOURCE_NOMEM)
		return st;
	if (st != SOURCE_OK || !r.seen)
		c->token.complete = false;
	if (c->account.has_sid)
		token_add(&c->token, &c->account.sid, HELD_YES, TOKEN_USER);
	else
		c->token.complete = false;
	return collect_token_end(src, d, err);
}

enum source_status
collect_connector(struct source *src, const char *dn, struct domain *d, struct source_error *err)
{
	struct query q = { .what = "the connector account", .base = dn, .scope = SCOPE_BASE,
		.attrs = account_attributes, .sd_flags = SD_FLAGS_READ };
	struct account_read r = { &d->connector, false, false };
	enum source_status st;

	connector_fini(&d->connector);
	token_init(&d->connector.token);
	d->reader_is_connector = false;
	st = source_search(src, &q, on_account, &r, err);
	if (r.nomem)
		return source_nomem(src, err);
	if (st == SOURCE_OK && !r.seen) {
		*err = (struct source_error){ .status = SOURCE_NO_OBJECT };
		snprintf(err->text, sizeof err->text, "%s: no such account is to be seen", dn);
		return SOURCE_NO_OBJECT;
	}
	if (st != SOURCE_OK)
		return st;
	account_decode(&d->connector.copy.entry, &d->schema, &d->connector.account);
	return read_token(src, dn, d, err);
}
