/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_impl.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "source/collect.h"

/* groupType (MS-ADTS 2.2.12) */
#define GROUP_TYPE_ACCOUNT_GROUP	0x00000002u	/* global */
#define GROUP_TYPE_UNIVERSAL_GROUP	0x00000008u
#define GROUP_TYPE_SECURITY_ENABLED	0x80000000u

/* The groups above a group: security-enabled ones, which tokens hold (MS-DRSR
 * 4.1.8.2.6). */
struct climb {
	struct assume *a;
	char **dn;
	size_t count, next;
	bool nomem;
};

static bool
add_joined(struct assume *a, const struct sid *s)
{
	struct sid *grown = reallocarray(a->joined, a->joined_count + 1, sizeof *grown);

	if (!grown)
		return false;
	a->joined = grown;
	grown[a->joined_count++] = *s;
	return true;
}

/* Takes the DN, also when it fails. */
static bool
add_dn(struct climb *c, char *dn)
{
	char **grown = reallocarray(c->dn, c->count + 1, sizeof *grown);

	if (!grown) {
		free(dn);
		return false;
	}
	c->dn = grown;
	grown[c->count++] = dn;
	return true;
}

static int
on_group_above(void *arg, const struct entry *e)
{
	struct climb *c = arg;
	struct sid s;
	char *dn;

	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->dn[i], e->dn))
			return 0;
	if (c->count >= CLOSURE_MAX_GROUPS) {
		c->a->joined_more = true;
		return 0;
	}
	dn = strndup(e->dn, e->dn_len);
	c->nomem = !dn || !add_dn(c, dn);
	if (c->nomem)
		return 1;
	if (entry_sid(e, &s))
		c->nomem = !add_joined(c->a, &s);
	else
		c->a->joined_more = true;
	return c->nomem;
}

/* What in this domain contains the groups found so far; and ends the climb. */
static enum source_status
climb_all(const struct assume_lookup *l, struct climb *c, enum source_status st)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "groups", .base = l->a->domain->dn, .scope = SCOPE_SUBTREE,
		.attrs = attrs, .paged = true };

	while (st == SOURCE_OK && c->next < c->count) {
		const char *at = c->dn[c->next++];

		buf_clear(&filter);
		buf_adds(&filter, "(&(objectCategory=group)"
		    "(groupType:1.2.840.113556.1.4.803:=2147483648)(member=");
		escape_filter(at, strlen(at), &filter);
		buf_adds(&filter, "))");
		q.filter = buf_str(&filter);
		st = source_search(l->a->inner, &q, on_group_above, c, l->err);
	}
	for (size_t i = 0; i < c->count; i++)
		free(c->dn[i]);
	free(c->dn);
	buf_fini(&filter);
	return st == SOURCE_STOPPED || c->nomem ? assume_no_memory(l) : st;
}

/* `dn` and all that contain it, into the SIDs the connector's token holds then. */
enum source_status
assume_join(const struct assume_lookup *l, const char *dn)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct climb c = { .a = l->a };
	struct query q = { .what = "groups", .base = dn, .scope = SCOPE_BASE, .attrs = attrs };

	return climb_all(l, &c, source_search(l->a->inner, &q, on_group_above, &c, l->err));
}

char *
assume_foreign_dn(const struct domain *d, const struct sid *sid)
{
	struct buf dn = BUF_INIT;
	struct sid_buf text;

	buf_addf(&dn, "CN=%s,CN=ForeignSecurityPrincipals,%s", sid_str(sid, &text), d->dn);
	return buf_steal(&dn);
}

enum source_status
assume_gain(const struct assume_lookup *l, const struct principal *p)
{
	struct climb c = { .a = l->a };
	bool same = domain_same_forest(p->home, l->a->domain);

	l->a->joined_more |= !p->complete;
	for (size_t i = 0; i < p->count && !c.nomem; i++) {
		const struct principal_sid *held = &p->held[i];
		char *dn;

		c.nomem = !add_joined(l->a, &held->sid);
		if (c.nomem || (same && !held->dn))
			continue;
		dn = same ? strdup(held->dn) : assume_foreign_dn(l->a->domain, &held->sid);
		c.nomem = !dn || !add_dn(&c, dn);
	}
	return climb_all(l, &c, SOURCE_OK);
}

/* The connector's primary group, which it is in without being among its members. A
 * directory takes it for no member besides (Samba, samldb.c: "already set via
 * primaryGroupID"). SID of no sub-authorities: not readable. */
static enum source_status
primary_group(const struct assume_lookup *l, struct sid *out)
{
	static const char *const attrs[] = { "primaryGroupID", NULL };
	const struct assume *a = l->a;
	struct entry_copy copy = { 0 };
	struct known_int rid = { KNOWN_NOT, 0 };
	enum source_status st;

	*out = (struct sid){ .count = 0 };
	/* It is a group of the account's own domain. */
	if (a->of_another)
		return SOURCE_OK;
	if (a->account.dn) {
		(void)sid_parse(a->account.primary, a->account.primary_len, out);
		return SOURCE_OK;
	}
	st = assume_read(l, a->connector, attrs, &copy);
	if (st == SOURCE_OK)
		rid = entry_int(&copy.entry, "primaryGroupID");
	if (a->domain->has_sid && rid.known == KNOWN_SET && rid.value > 0 && rid.value <= UINT32_MAX)
		(void)sid_with_rid(&a->domain->sid, (uint32_t)rid.value, out);
	entry_copy_fini(&copy);
	return st;
}

static enum source_status
look_up_group(const struct assume_lookup *l, const char *dn)
{
	static const char *const attrs[] = { "objectClass", "groupType", "objectSid", "member",
		NULL };
	struct assume *a = l->a;
	struct entry_copy copy = { 0 };
	const struct attr *oc, *member;
	struct known_int type;
	struct sid primary, sid;
	char **grown;
	enum source_status st = assume_read(l, dn, attrs, &copy);

	if (st != SOURCE_OK)
		goto out;
	oc = entry_attr(&copy.entry, "objectClass");
	type = entry_int(&copy.entry, "groupType");
	st = SOURCE_QUERY;
	if (oc ? !attr_has(oc, "group") : !entry_value(&copy.entry, "groupType")) {
		assume_wrong(l, "%s is not a group", copy.entry.dn);
		goto out;
	}
	if (type.known != KNOWN_SET || !((uint32_t)type.value & GROUP_TYPE_SECURITY_ENABLED)) {
		assume_wrong(l, "%s is not a security group, or its groupType could not be read: no "
		    "permission counts for its members", copy.entry.dn);
		goto out;
	}
	member = entry_attr(&copy.entry, "member");
	for (size_t i = 0; member && i < member->count; i++)
		if (ascii_eq_nocase((const char *)member->values[i].data, member->values[i].len,
		    a->connector, a->connector_len)) {
			assume_wrong(l, "the connector is a member of %s already", copy.entry.dn);
			goto out;
		}
	st = primary_group(l, &primary);
	if (st != SOURCE_OK)
		goto out;
	if (entry_sid(&copy.entry, &sid) && sid_eq(&sid, &primary)) {
		st = assume_wrong(l, "the connector is in %s already: it is its primary group",
		    copy.entry.dn);
		goto out;
	}
	st = assume_join(l, copy.entry.dn);
	if (st != SOURCE_OK)
		goto out;
	grown = realloc(a->groups, (a->group_count + 1) * sizeof *grown);
	if (grown)
		a->groups = grown;
	if (!grown || !(grown[a->group_count] = strndup(copy.entry.dn, copy.entry.dn_len))) {
		st = assume_no_memory(l);
		goto out;
	}
	assume_say(a, "the connector is a member of ", grown[a->group_count++], "");
out:
	entry_copy_fini(&copy);
	return st;
}

enum source_status
assume_member(const struct assume_lookup *l)
{
	char *dn = NULL;
	enum source_status st = assume_find(l, l->given->text, &dn);

	if (st == SOURCE_OK)
		st = look_up_group(l, dn);
	free(dn);
	return st;
}

void
assumed_group_fini(struct assumed_group *g)
{
	free(g->dn);
	*g = (struct assumed_group){ .dn = NULL };
}

static int
on_named_group(void *arg, const struct entry *e)
{
	struct assumed_group *g = arg;
	struct known_int type = entry_int(e, "groupType");

	g->has_sid = entry_sid(e, &g->sid);
	g->is_global = type.known == KNOWN_SET && ((uint32_t)type.value & GROUP_TYPE_ACCOUNT_GROUP);
	g->is_universal = type.known == KNOWN_SET &&
		((uint32_t)type.value & GROUP_TYPE_UNIVERSAL_GROUP);
	g->dn = strndup(e->dn, e->dn_len);
	return g->dn ? 0 : 1;
}

enum source_status
assume_group(struct source *src, const struct domain *d, const struct assumption *given,
    struct assumed_group *out, struct source_error *err)
{
	static const char *const attrs[] = { "groupType", "objectSid", NULL };
	struct query q = { .what = "an assumption", .scope = SCOPE_BASE, .attrs = attrs };
	struct dn_list found = { NULL, 0 };
	enum source_status st = collect_account_names(src, d, given->text, &found, err);

	*out = (struct assumed_group){ .dn = NULL };
	/* Of several in one domain assume_new() speaks. */
	if (st == SOURCE_OK && found.count) {
		q.base = found.dn[0];
		st = source_search(src, &q, on_named_group, out, err);
	}
	dn_list_fini(&found);
	if (st == SOURCE_OK || st == SOURCE_NO_OBJECT)
		return SOURCE_OK;
	assumed_group_fini(out);
	return st == SOURCE_STOPPED ? source_nomem(src, err) : st;
}

struct above {
	struct principal *p;
	bool nomem;
};

static int
on_account_group(void *arg, const struct entry *e)
{
	struct above *a = arg;
	struct principal *p = a->p;
	struct sid s;

	if (!entry_sid(e, &s) || p->count >= CLOSURE_MAX_GROUPS) {
		p->complete = false;
		return 0;
	}
	for (size_t i = 0; i < p->count; i++)
		if (sid_eq(&p->held[i].sid, &s))
			return 0;
	a->nomem = principal_add(p, &s, TOKEN_GROUP, e->dn, e->dn_len) != 0;
	return a->nomem;
}

enum source_status
assume_groups_above(struct source *src, const struct domain *d, const char *dn,
    struct principal *p, struct source_error *err)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "groups", .base = d->dn, .scope = SCOPE_SUBTREE, .attrs = attrs,
		.paged = true };
	struct above above = { p, false };
	enum source_status st;

	buf_adds(&filter, "(&(objectCategory=group)(groupType:1.2.840.113556.1.4.803:=2147483648)"
	    "(|(groupType:1.2.840.113556.1.4.803:=2)(groupType:1.2.840.113556.1.4.803:=8))(member=");
	escape_filter(dn, strlen(dn), &filter);
	buf_adds(&filter, "))");
	q.filter = buf_str(&filter);
	st = buf_failed(&filter) ? SOURCE_NOMEM :
		source_search(src, &q, on_account_group, &above, err);
	buf_fini(&filter);
	return above.nomem || st == SOURCE_NOMEM ? source_nomem(src, err) : st;
}
