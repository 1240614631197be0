/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_impl.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "source/collect.h"

#define GROUP_TYPE_SECURITY_ENABLED	0x80000000u

/* The groups above a group: security-enabled ones, which tokens hold (MS-DRSR
 * 4.1.8.2.6). */
struct climb {
	struct assume *a;
	char **dn;
	size_t count, next;
	bool nomem;
};

static int
on_group_above(void *arg, const struct entry *e)
{
	struct climb *c = arg;
	struct sid *sids, s;
	char **dns;

	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->dn[i], e->dn))
			return 0;
	if (c->count >= CLOSURE_MAX_GROUPS) {
		c->a->joined_more = true;
		return 0;
	}
	dns = realloc(c->dn, (c->count + 1) * sizeof *dns);
	if (dns)
		c->dn = dns;
	c->nomem = !dns || !(dns[c->count] = strndup(e->dn, e->dn_len));
	if (c->nomem)
		return 1;
	c->count++;
	if (!entry_sid(e, &s)) {
		c->a->joined_more = true;
		return 0;
	}
	sids = realloc(c->a->joined, (c->a->joined_count + 1) * sizeof *sids);
	c->nomem = !sids;
	if (c->nomem)
		return 1;
	c->a->joined = sids;
	sids[c->a->joined_count++] = s;
	return 0;
}

/* `dn` and all that contain it, into the SIDs the connector's token holds then. */
enum source_status
assume_join(const struct assume_lookup *l, const char *dn)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct climb c = { .a = l->a };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "groups", .base = dn, .scope = SCOPE_BASE, .attrs = attrs };
	enum source_status st = source_search(l->a->inner, &q, on_group_above, &c, l->err);

	q = (struct query){ .what = "groups", .base = l->a->domain->dn, .scope = SCOPE_SUBTREE,
		.attrs = attrs, .paged = true };
	while (st == SOURCE_OK && c.next < c.count) {
		const char *at = c.dn[c.next++];

		buf_clear(&filter);
		buf_adds(&filter, "(&(objectCategory=group)"
		    "(groupType:1.2.840.113556.1.4.803:=2147483648)(member=");
		escape_filter(at, strlen(at), &filter);
		buf_adds(&filter, "))");
		q.filter = buf_str(&filter);
		st = source_search(l->a->inner, &q, on_group_above, &c, l->err);
	}
	for (size_t i = 0; i < c.count; i++)
		free(c.dn[i]);
	free(c.dn);
	buf_fini(&filter);
	return st == SOURCE_STOPPED ? assume_no_memory(l) : st;
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
