/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/list.h"
#include "source/collect.h"

/* What an explanation reads beyond an audit: how an account holds its groups,
 * names for SIDs. */

static struct path_node *
add_node(struct path_tree *t, const char *dn, int parent)
{
	struct path_node *grown = list_room(t->nodes, t->count, &t->cap, 32, sizeof *grown);

	if (!grown)
		return NULL;
	t->nodes = grown;
	t->nodes[t->count] = (struct path_node){ .dn = strdup(dn), .parent = parent };
	return t->nodes[t->count].dn ? &t->nodes[t->count++] : NULL;
}

struct climb {
	struct path_tree *tree;
	int parent;
	bool primary;
	bool failed;
};

static int
on_group(void *arg, const struct entry *e)
{
	struct climb *c = arg;
	struct path_node *n;

	for (size_t i = 0; i < c->tree->count; i++)
		if (!strcmp(c->tree->nodes[i].dn, e->dn))
			return 0;
	if (c->tree->count >= PATH_MAX_NODES)
		return 1;
	n = add_node(c->tree, e->dn, c->parent);
	if (!n) {
		c->failed = true;
		return 1;
	}
	n->primary = c->primary;
	n->has_sid = entry_sid(e, &n->sid);
	return 0;
}

/* The beginnings: the account, and the SIDs that every logon has. */
static bool
add_beginnings(struct path_tree *t, const struct domain *d, const struct account *a)
{
	struct path_node *n = add_node(t, a->dn, -1);
	struct buf dn = BUF_INIT;
	struct sid_buf text;

	if (!n)
		return false;
	n->has_sid = a->has_sid;
	n->sid = a->sid;
	for (size_t i = 0; i < d->everyone.count; i++) {
		if (d->everyone.sids[i].origin != TOKEN_WELL_KNOWN ||
		    d->everyone.sids[i].held != HELD_YES)
			continue;
		buf_clear(&dn);
		buf_addf(&dn, "CN=%s,CN=ForeignSecurityPrincipals,%s",
		    sid_str(&d->everyone.sids[i].sid, &text), d->dn);
		n = add_node(t, buf_str(&dn), -1);
		if (!n)
			break;
		n->has_sid = true;
		n->sid = d->everyone.sids[i].sid;
	}
	buf_fini(&dn);
	return n != NULL;
}

enum source_status
collect_paths(struct source *src, const struct domain *d, const struct account *a,
    struct path_tree *out, struct source_error *err)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct path_tree t = { 0 };
	struct climb c = { .tree = &t };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "groups", .base = d->dn, .scope = SCOPE_SUBTREE,
		.attrs = attrs, .paged = true };
	enum source_status st = add_beginnings(&t, d, a) ? SOURCE_OK : SOURCE_NOMEM;
	uint8_t bytes[SID_MAX_BYTES];
	struct sid primary;

	if (st == SOURCE_OK && d->has_sid && a->primary_group.known == KNOWN_SET &&
	    sid_with_rid(&d->sid, (uint32_t)a->primary_group.value, &primary) == ERR_OK) {
		buf_adds(&filter, "(objectSid=");
		escape_filter_bytes(bytes, sid_bytes(&primary, bytes), &filter);
		buf_addc(&filter, ')');
		q.filter = buf_str(&filter);
		c.primary = true;
		st = source_search(src, &q, on_group, &c, err);
		c.primary = false;
	}
	for (size_t i = 0; st == SOURCE_OK && i < t.count; i++) {
		buf_clear(&filter);
		buf_adds(&filter, "(&(objectCategory=group)"
		    "(groupType:1.2.840.113556.1.4.803:=2147483648)(member=");
		escape_filter(t.nodes[i].dn, strlen(t.nodes[i].dn), &filter);
		buf_adds(&filter, "))");
		q.filter = buf_str(&filter);
		c.parent = (int)i;
		st = source_search(src, &q, on_group, &c, err);
	}
	buf_fini(&filter);
	if (c.failed || st == SOURCE_NOMEM)
		st = source_nomem(src, err);
	if (st == SOURCE_OK || st == SOURCE_STOPPED) {
		*out = t;
		return SOURCE_OK;
	}
	path_tree_fini(&t);
	return st;
}

void
collect_connector_paths(struct domain *d)
{
	struct source_error err;

	(void)collect_paths(d->expand_arg, d, &d->connector.account, &d->connector.paths, &err);
}

struct found_name {
	char *name;
	bool seen;
};

static int
on_name(void *arg, const struct entry *e)
{
	const struct value *v = entry_value(e, "sAMAccountName");
	struct found_name *out = arg;

	if (v && !out->name)
		out->name = strndup((const char *)v->data, v->len);
	out->seen = true;
	return 1;
}

static enum source_status
find_name(struct source *src, const struct domain *d, const struct sid *sid, struct found_name *out)
{
	static const char *const attrs[] = { "sAMAccountName", NULL };
	struct query q = { .what = "a name", .base = d->dn, .scope = SCOPE_SUBTREE,
		.attrs = attrs };
	enum source_status st = SOURCE_NOMEM;
	struct buf filter = BUF_INIT;
	struct source_error err;
	uint8_t bytes[SID_MAX_BYTES];

	buf_adds(&filter, "(objectSid=");
	escape_filter_bytes(bytes, sid_bytes(sid, bytes), &filter);
	buf_addc(&filter, ')');
	q.filter = buf_str(&filter);
	if (!buf_failed(&filter))
		st = source_search(src, &q, on_name, out, &err);
	buf_fini(&filter);
	return st;
}

char *
collect_sid_name(struct source *src, const struct domain *d, const struct sid *sid)
{
	struct found_name found = { NULL, false };

	(void)find_name(src, d, sid, &found);
	return found.name;
}

void
collect_name(struct domain *d, struct named_sid *out)
{
	struct found_name found = { NULL, false };
	enum source_status st = find_name(d->expand_arg, d, &out->sid, &found);

	out->name = found.name;
	out->gone = st == SOURCE_OK && !found.seen && d->has_sid &&
		!((const struct source *)d->expand_arg)->partial &&
		sid_in_domain(&out->sid, &d->sid, NULL);
}
