/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "core/list.h"
#include "source/collect.h"
#include "source/collect_token.h"

/* SIDs or DNs in one filter: a server need not take one of any length. */
#define AT_ONCE 50

/* A connector of one domain in another: what it brings along from home, and the
 * groups it is given where it arrives (MS-PAC 4.1.2.2, MS-DTYP 2.5.2.1.1). */

struct principal_read {
	struct principal *out;
	bool seen, groups_seen, nomem;
};

static int
on_account(void *arg, const struct entry *e)
{
	struct principal_read *r = arg;

	r->seen = true;
	r->nomem = entry_copy_init(&r->out->copy, e) != 0;
	return r->nomem;
}

static void
add_sids(struct principal_read *r, const struct attr *a, enum token_origin origin)
{
	for (size_t i = 0; a && i < a->count; i++) {
		struct sid s;

		if (sid_parse(a->values[i].data, a->values[i].len, &s) != ERR_OK)
			r->out->complete = false;
		else if (principal_add(r->out, &s, origin, NULL, 0) != 0)
			r->nomem = true;
	}
}

/* MS-ADTS 3.1.1.4.5.20: global groups of its domain and universal ones. */
static int
on_groups(void *arg, const struct entry *e)
{
	struct principal_read *r = arg;
	const struct attr *groups = entry_attr(e, "tokenGroupsGlobalAndUniversal");

	r->groups_seen = true;
	/* Everybody has at least a primary group. */
	if (!groups || !groups->count || groups->partial)
		r->out->complete = false;
	add_sids(r, groups, TOKEN_GROUP);
	add_sids(r, entry_attr(e, "sIDHistory"), TOKEN_SID_HISTORY);
	return r->nomem;
}

static int
on_name(void *arg, const struct entry *e)
{
	struct principal_read *r = arg;
	struct sid s;

	if (!entry_sid(e, &s))
		return 0;
	for (size_t i = 0; i < r->out->count; i++) {
		struct principal_sid *held = &r->out->held[i];

		if (held->origin != TOKEN_GROUP || held->dn || !sid_eq(&held->sid, &s))
			continue;
		held->dn = strndup(e->dn, e->dn_len);
		r->nomem |= !held->dn;
	}
	return r->nomem;
}

/* Members of the same forest stand in a group by DN. */
static enum source_status
read_names(struct source *src, const struct domain *home, struct principal_read *r,
    struct source_error *err)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct query q = { .what = "the connector's groups", .base = home->dn,
		.scope = SCOPE_SUBTREE, .attrs = attrs, .paged = true };
	enum source_status st = SOURCE_OK;
	struct buf filter = BUF_INIT;

	for (size_t i = 0; i < r->out->count && st == SOURCE_OK; i += AT_ONCE) {
		buf_clear(&filter);
		buf_adds(&filter, "(|");
		for (size_t k = i; k < r->out->count && k < i + AT_ONCE; k++) {
			uint8_t bytes[SID_MAX_BYTES];

			buf_adds(&filter, "(objectSid=");
			escape_filter_bytes(bytes, sid_bytes(&r->out->held[k].sid, bytes), &filter);
			buf_addc(&filter, ')');
		}
		buf_addc(&filter, ')');
		q.filter = buf_str(&filter);
		st = buf_failed(&filter) ? SOURCE_NOMEM : source_search(src, &q, on_name, r, err);
	}
	buf_fini(&filter);
	return st;
}

static enum source_status
read_principal(struct source *src, const struct domain *home, const char *dn,
    struct principal_read *r, struct source_error *err)
{
	static const char *const groups[] = { "tokenGroupsGlobalAndUniversal", "sIDHistory", NULL };
	struct query q = { .what = "the connector account", .base = dn, .scope = SCOPE_BASE,
		.attrs = account_attributes, .sd_flags = SD_FLAGS_READ };
	struct principal *p = r->out;
	enum source_status st = source_search(src, &q, on_account, r, err);

	if (st != SOURCE_OK)
		return st;
	if (!r->seen) {
		*err = (struct source_error){ .status = SOURCE_NO_OBJECT };
		snprintf(err->text, sizeof err->text, "%s: no such account is to be seen", dn);
		return SOURCE_NO_OBJECT;
	}
	account_decode(&p->copy.entry, &home->schema, &p->account);
	p->complete = p->account.has_sid && !src->partial;
	if (p->account.has_sid && principal_add(p, &p->account.sid, TOKEN_USER, p->account.dn,
	    p->account.dn_len) != 0)
		return SOURCE_NOMEM;
	q = (struct query){ .what = "the connector's groups", .base = dn, .scope = SCOPE_BASE,
		.attrs = groups };
	st = source_search(src, &q, on_groups, r, err);
	if (st == SOURCE_OK)
		st = read_names(src, home, r, err);
	p->complete &= r->groups_seen;
	if (st != SOURCE_OK && st != SOURCE_CONNECT && st != SOURCE_NOMEM && !r->nomem) {
		p->complete = false;
		st = SOURCE_OK;
	}
	return st;
}

enum source_status
collect_principal(struct source *src, const struct domain *home, const char *dn,
    struct principal *out, struct source_error *err)
{
	struct principal p = { .home = home };
	struct principal_read r = { .out = &p };
	enum source_status st = read_principal(src, home, dn, &r, err);

	if (r.nomem || st == SOURCE_NOMEM)
		st = source_nomem(src, err);
	if (st == SOURCE_OK) {
		*out = p;
		/* An account looks at the entry that it was decoded from. */
		account_decode(&out->copy.entry, &home->schema, &out->account);
	} else {
		principal_fini(&p);
	}
	return st;
}

/* Groups of a domain found by their members, and those found by these. */
struct local {
	struct domain *domain;
	enum held held;
	char **dn;		/* owned */
	size_t count, cap;
	bool nomem;
};

static void
local_add(struct local *l, const char *dn, size_t len)
{
	char **grown;

	for (size_t i = 0; i < l->count; i++)
		if (ascii_eq_nocase(l->dn[i], strlen(l->dn[i]), dn, len))
			return;
	grown = list_room(l->dn, l->count, &l->cap, 16, sizeof *grown);
	if (!grown) {
		l->nomem = true;
		return;
	}
	l->dn = grown;
	l->dn[l->count] = strndup(dn, len);
	if (l->dn[l->count])
		l->count++;
	else
		l->nomem = true;
}

static int
on_local(void *arg, const struct entry *e)
{
	struct local *l = arg;
	struct token *token = &l->domain->connector.token;
	struct sid s;

	if (entry_sid(e, &s))
		token_add(token, &s, l->held, TOKEN_GROUP);
	else
		token->complete = false;
	if (l->count < CLOSURE_MAX_GROUPS)
		local_add(l, e->dn, e->dn_len);
	else
		token->complete = false;
	return l->nomem;
}

static enum source_status
expand(struct source *src, struct local *l, struct source_error *err)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct query q = { .what = "groups that the connector is in", .base = l->domain->dn,
		.scope = SCOPE_SUBTREE, .attrs = attrs, .paged = true };
	enum source_status st = SOURCE_OK;
	struct buf filter = BUF_INIT;
	size_t done = 0;

	while (done < l->count && st == SOURCE_OK && !l->nomem) {
		size_t end = l->count - done > AT_ONCE ? done + AT_ONCE : l->count;

		buf_clear(&filter);
		buf_adds(&filter, "(&(objectCategory=group)"
		    "(groupType:1.2.840.113556.1.4.803:=2147483648)(|");
		for (; done < end; done++) {
			buf_adds(&filter, "(member=");
			escape_filter(l->dn[done], strlen(l->dn[done]), &filter);
			buf_addc(&filter, ')');
		}
		buf_adds(&filter, "))");
		q.filter = buf_str(&filter);
		st = buf_failed(&filter) ? SOURCE_NOMEM : source_search(src, &q, on_local, l, err);
	}
	buf_fini(&filter);
	return l->nomem ? SOURCE_NOMEM : st;
}

/* How a SID stands in groups of the domain: by the DN of its object, or, from
 * another forest, as a foreign security principal (MS-ADTS 6.1.1.4.10). */
static void
add_member(struct local *l, const struct principal_sid *held, bool same_forest)
{
	struct token *token = &l->domain->connector.token;
	struct buf dn = BUF_INIT;
	struct sid_buf text;

	if (same_forest && held->dn) {
		local_add(l, held->dn, strlen(held->dn));
	} else if (!same_forest || held->origin == TOKEN_SID_HISTORY) {
		buf_addf(&dn, "CN=%s,CN=ForeignSecurityPrincipals,%s", sid_str(&held->sid, &text),
		    l->domain->dn);
		local_add(l, buf_str(&dn), dn.len);
		l->nomem |= buf_failed(&dn);
		buf_fini(&dn);
	} else {
		/* A universal group of a third domain: what it is in here is not known. */
		token->complete = false;
	}
}

static enum source_status
expand_all(struct source *src, const struct principal *p, struct domain *d, bool same_forest,
    enum held sure, struct source_error *err)
{
	struct local l = { .domain = d, .held = sure };
	enum source_status st;

	for (size_t i = 0; i < p->count; i++) {
		/* A trust between forests may filter SIDs of other domains (MS-PAC
		 * 4.1.2.2): history is one of those. */
		enum held held = p->held[i].origin == TOKEN_SID_HISTORY && !same_forest ?
			HELD_MAYBE : HELD_YES;

		if (held != sure)
			continue;
		token_add(&d->connector.token, &p->held[i].sid, held, p->held[i].origin);
		add_member(&l, &p->held[i], same_forest);
	}
	st = expand(src, &l, err);
	for (size_t i = 0; i < l.count; i++)
		free(l.dn[i]);
	free(l.dn);
	return st;
}

enum source_status
collect_foreign_connector(struct source *src, const struct principal *p, struct domain *d,
    struct source_error *err)
{
	struct connector *c = &d->connector;
	bool same_forest = domain_same_forest(p->home, d);
	enum source_status st;

	connector_fini(c);
	token_init(&c->token);
	d->reader_is_connector = false;
	c->home = p->home;
	c->account = p->account;
	if (collect_own_token(d))
		return collect_token_seal(src, d, err);
	c->token.complete = p->complete && p->home->dc.root_nc && d->dc.root_nc;
	st = expand_all(src, p, d, same_forest, HELD_YES, err);
	if (st == SOURCE_OK)
		st = expand_all(src, p, d, same_forest, HELD_MAYBE, err);
	if (st == SOURCE_CONNECT || st == SOURCE_NOMEM)
		return st == SOURCE_NOMEM ? source_nomem(src, err) : st;
	if (st != SOURCE_OK)
		c->token.complete = false;
	return collect_token_end(src, d, err);
}
