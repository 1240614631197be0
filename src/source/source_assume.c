/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "source/assume_impl.h"
#include "source/collect.h"

/* Attributes that name objects, of those that are read: a DN in them follows a
 * move (they are links, MS-ADTS 3.1.1.1.6). */
static const char *const link_names[] = { "member", "memberOf", "msDS-PSOAppliesTo" };

static struct assume *
self(struct source *s)
{
	return (struct assume *)(void *)s;
}

static bool
is_dn(const char *a, size_t alen, const char *b, size_t blen)
{
	return ascii_eq_nocase(a, alen, b, blen);
}

static const struct assumed_move *
move_of(const struct assume *a, const char *dn, size_t len)
{
	for (size_t i = 0; i < a->move_count; i++)
		if (is_dn(dn, len, a->moves[i].from, a->moves[i].from_len))
			return &a->moves[i];
	return NULL;
}

/* An entry in the making. */
struct remake {
	struct assume *a;
	struct entry out;
	struct attr *attrs;		/* owned: a copy with room for one more */
	struct value *values[3];	/* owned: of links */
	struct value sd;
	const char *why;
};

static int
remake_attrs(struct remake *r, const struct entry *e)
{
	if (r->attrs)
		return 0;
	r->attrs = calloc(e->count + 1, sizeof *r->attrs);
	if (!r->attrs)
		return -1;
	if (e->count)
		memcpy(r->attrs, e->attrs, e->count * sizeof *r->attrs);
	r->out.attrs = r->attrs;
	return 0;
}

static bool
joins(const struct assume *a, const struct entry *e)
{
	for (size_t i = 0; i < a->group_count; i++)
		if (is_dn(e->dn, e->dn_len, a->groups[i], strlen(a->groups[i])))
			return true;
	return false;
}

/* The links of an entry: what moves, and whom a group gains. */
static int
remake_links(struct remake *r, const struct entry *e)
{
	const struct assume *a = r->a;
	bool gains = joins(a, e);

	for (size_t n = 0; n < sizeof link_names / sizeof *link_names; n++) {
		const struct attr *old = entry_attr(e, link_names[n]);
		size_t more = gains && n == 0;
		struct value *values;
		struct attr *at;

		/* Asked for and empty it would not be there at all. */
		if (!old && !more)
			continue;
		values = r->values[n] = calloc((old ? old->count : 0) + 1, sizeof *values);
		if (!values || remake_attrs(r, e) != 0)
			return -1;
		at = old ? &r->attrs[old - e->attrs] : &r->attrs[r->out.count++];
		if (!old)
			*at = (struct attr){ .name = link_names[n] };
		for (size_t i = 0; i < at->count; i++) {
			const struct value *v = &old->values[i];
			const struct assumed_move *m = move_of(a, (const char *)v->data, v->len);

			values[i] = m ? (struct value){ (const uint8_t *)m->to, m->to_len } : *v;
		}
		if (more) {
			const struct assumed_move *m = move_of(a, a->connector, a->connector_len);

			values[at->count++] = m ? (struct value){ (const uint8_t *)m->to, m->to_len } :
				(struct value){ (const uint8_t *)a->connector, a->connector_len };
		}
		at->values = values;
	}
	return 0;
}

/* MS-ADTS 3.1.1.6.1.1: what AdminSDHolder protects carries its permissions. */
static bool
holder_protects(const struct assume *a, const struct entry *e)
{
	const struct attr *oc = entry_attr(e, "objectClass");
	struct account account;
	const char *group;

	if (!a->holder || !oc || !attr_has(oc, "person"))
		return false;
	account_decode(e, &a->domain->schema, &account);
	return domain_is_protected(a->domain, &account, &group) == ANSWER_YES;
}

struct holder_read {
	struct assume *a;
	struct remake *r;
};

static int
on_holder(void *arg, const struct entry *e)
{
	const struct holder_read *h = arg;
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");
	const struct assumed_object o = { e->dn, e->dn_len, e->dn, e->dn_len,
		sd ? *sd : (struct value){ NULL, 0 }, entry_attr(e, "objectClass") };

	if (assume_sds_get(&h->a->sds, &o, &h->r->sd, &h->r->why) != ASSUMED_CHANGED)
		h->r->sd = (struct value){ NULL, 0 };
	return 0;
}

static enum assumed
holder_sd(struct remake *r)
{
	static const char *const attrs[] = { "nTSecurityDescriptor", "objectClass", NULL };
	struct assume *a = r->a;
	const struct query q = { .what = "AdminSDHolder", .base = a->holder, .scope = SCOPE_BASE,
		.attrs = attrs, .sd_flags = SD_FLAGS_READ };
	struct holder_read h = { a, r };
	struct source_error err;

	r->why = "the permissions of AdminSDHolder could not be read";
	(void)source_search(a->inner, &q, on_holder, &h, &err);
	return r->sd.data ? ASSUMED_CHANGED : ASSUMED_NOT_KNOWN;
}

static int
remake_sd(struct remake *r, const struct entry *e)
{
	const struct attr *old = entry_attr(e, "nTSecurityDescriptor");
	struct assumed_object o;
	enum assumed got;
	struct attr *at;

	if (!old || !old->count)
		return 0;
	o = (struct assumed_object){ r->out.dn, r->out.dn_len, e->dn, e->dn_len, *old->values,
		entry_attr(e, "objectClass") };
	got = holder_protects(r->a, e) ? holder_sd(r) :
		assume_sds_get(&r->a->sds, &o, &r->sd, &r->why);
	if (got == ASSUMED_AS_NOW)
		return 0;
	if (remake_attrs(r, e) != 0)
		return -1;
	at = &r->attrs[old - e->attrs];
	if (got == ASSUMED_NOT_KNOWN) {
		*at = r->attrs[--r->out.count];
		return 0;
	}
	r->why = NULL;
	at->values = &r->sd;
	at->count = 1;
	return 0;
}

int
assume_entry(struct assume *a, const struct entry *now, assumed_fn fn, void *arg)
{
	const struct assumed_move *m = move_of(a, now->dn, now->dn_len);
	struct remake r = { .a = a, .out = *now };
	int status = 1;

	assume_sds_hold(&a->sds);
	if (m) {
		r.out.dn = m->to;
		r.out.dn_len = m->to_len;
	}
	/* Descriptors last: one that is not known takes its attribute's place away. */
	if ((!(a->move_count || a->group_count) || remake_links(&r, now) == 0) &&
	    remake_sd(&r, now) == 0)
		status = fn(arg, &r.out, r.why);
	for (size_t i = 0; i < sizeof r.values / sizeof *r.values; i++)
		free(r.values[i]);
	free(r.attrs);
	assume_sds_release(&a->sds);
	return status;
}

/* The source */

struct call {
	struct assume *a;
	entry_fn fn;
	void *arg;
	bool seen_group;	/* a group that the connector joins has come by itself */
};

static int
pass_on(void *arg, const struct entry *e, const char *why)
{
	const struct call *c = arg;

	(void)why;		/* for users alone, who do not come this way */
	return c->fn(c->arg, e);
}

static int
on_entry(void *arg, const struct entry *e)
{
	struct call *c = arg;

	c->seen_group |= joins(c->a, e);
	return assume_entry(c->a, e, pass_on, c);
}

static struct value
text_value(const char *s)
{
	return (struct value){ (const uint8_t *)s, strlen(s) };
}

/* An account as one that was just made is: nobody has granted anything on it. */
static int
give_account(const struct assume *a, const struct call *c)
{
	const struct assumed_account *acc = &a->account;
	const struct value classes[] = { text_value("top"), text_value("person"),
		text_value("organizationalPerson"), text_value("user") };
	const struct value one[] = {
		{ acc->sid_value, acc->sid_len }, text_value(acc->name),
		/* NORMAL_ACCOUNT, DONT_EXPIRE_PASSWORD */
		text_value("66048"), text_value("805306368"),
		text_value("1"), text_value("0"), text_value("0"), text_value("0"),
		text_value("513"), { acc->primary, acc->primary_len },
	};
	const struct attr attrs[] = {
		{ "objectClass", classes, 4, false }, { "objectSid", &one[0], 1, false },
		{ "sAMAccountName", &one[1], 1, false },
		{ "userAccountControl", &one[2], 1, false },
		{ "sAMAccountType", &one[3], 1, false }, { "pwdLastSet", &one[4], 1, false },
		{ "lockoutTime", &one[5], 1, false }, { "accountExpires", &one[6], 1, false },
		{ "adminCount", &one[7], 1, false }, { "primaryGroupID", &one[8], 1, false },
		{ "tokenGroups", &one[9], 1, false },
		{ "tokenGroupsGlobalAndUniversal", &one[9], 1, false },
	};
	const struct entry e = { acc->dn, strlen(acc->dn), attrs,
		sizeof attrs / sizeof *attrs };

	return c->fn(c->arg, &e);
}

/* The text with each `from` in it replaced. */
static char *
replace(const char *s, const struct buf *from, const struct buf *to)
{
	struct buf out = BUF_INIT;
	const char *at;

	for (; (at = strstr(s, buf_str(from))) != NULL; s = at + from->len) {
		buf_add(&out, s, (size_t)(at - s));
		buf_add(&out, to->data, to->len);
	}
	buf_adds(&out, s);
	return buf_steal(&out);
}

/* A query about what is now where it will be then. */
struct rewrite {
	struct query q;
	char *filter;		/* owned */
	const char **attrs;	/* owned */
	bool nomem;
};

static void
rewrite(const struct assume *a, const struct query *q, struct rewrite *r)
{
	bool sd = false, class = false;
	size_t n = 0;

	r->q = *q;
	for (size_t i = 0; i < a->move_count; i++) {
		const struct assumed_move *m = &a->moves[i];
		char *filter;

		if (is_dn(q->base, strlen(q->base), m->to, m->to_len))
			r->q.base = m->from;
		if (!r->q.filter || !strstr(r->q.filter, buf_str(&m->to_filter)))
			continue;
		filter = replace(r->q.filter, &m->to_filter, &m->from_filter);
		r->nomem |= !filter;
		free(r->filter);
		r->filter = filter;
		r->q.filter = filter;
	}
	for (; q->attrs && q->attrs[n]; n++) {
		sd |= !strcmp(q->attrs[n], "nTSecurityDescriptor");
		class |= !strcmp(q->attrs[n], "objectClass");
	}
	if (!sd || class)
		return;
	r->attrs = calloc(n + 2, sizeof *r->attrs);
	r->nomem |= !r->attrs;
	if (!r->attrs)
		return;
	memcpy(r->attrs, q->attrs, n * sizeof *r->attrs);
	r->attrs[n] = "objectClass";
	r->q.attrs = r->attrs;
}

/* The groups that the connector joins, where its groups are asked for. */
static enum source_status
add_groups(struct assume *a, const struct query *q, struct call *c, struct source_error *err)
{
	enum source_status st = SOURCE_OK;

	if (!a->group_count || c->seen_group || !q->filter ||
	    !strstr(q->filter, buf_str(&a->connector_filter)))
		return SOURCE_OK;
	for (size_t i = 0; i < a->group_count && st == SOURCE_OK; i++) {
		struct query group = *q;

		group.base = a->groups[i];
		group.scope = SCOPE_BASE;
		group.filter = NULL;
		group.paged = false;
		st = source_search(a->inner, &group, on_entry, c, err);
	}
	return st;
}

static enum source_status
search(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	struct assume *a = self(s);
	struct call c = { a, fn, arg, false };
	struct rewrite r = { .nomem = false };
	enum source_status st;

	if (q->as_is)
		return source_search(a->inner, q, fn, arg, err);
	if (a->account.dn && ((q->scope == SCOPE_BASE &&
	    is_dn(q->base, strlen(q->base), a->account.dn, strlen(a->account.dn))) ||
	    (q->filter && !strcmp(q->filter, buf_str(&a->account.sid_filter)))))
		return give_account(a, &c) == 0 ? SOURCE_OK : SOURCE_STOPPED;
	rewrite(a, q, &r);
	if (r.nomem) {
		st = source_nomem(s, err);
	} else {
		st = source_search(a->inner, &r.q, on_entry, &c, err);
		if (st == SOURCE_OK)
			st = add_groups(a, &r.q, &c, err);
	}
	free(r.filter);
	free(r.attrs);
	return st;
}

/* Its owner frees it. */
static void
close_nothing(struct source *s)
{
	(void)s;
}

const struct source_ops assume_ops = { .search = search, .close = close_nothing };

struct source *
assume_source(struct assume *a)
{
	return &a->source;
}
