/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/list.h"
#include "source/collect.h"

/* groupType (MS-ADTS 2.2.12) */
#define GROUP_TYPE_ACCOUNT_GROUP	0x00000002
#define GROUP_TYPE_SECURITY_ENABLED	0x80000000u

/* Each is a search of its own. A domain's ACEs about passwords name a few dozen
 * groups; where they name more than this, by the thousand on every user, the rest
 * is not looked up, and what hangs on it is called unknown. */
#define TRUSTEES_MAX	4096

/* One more group to be walked, found in the one of that index. */
static enum err
group_push(struct group_closure *c, const char *dn, size_t len, int in)
{
	struct closure_group *grown = reallocarray(c->groups, c->group_count + 1, sizeof *grown);

	if (!grown)
		return ERR_NOMEM;
	c->groups = grown;
	grown[c->group_count] = (struct closure_group){ .dn = strndup(dn, len), .in = in };
	if (!grown[c->group_count].dn)
		return ERR_NOMEM;
	c->group_count++;
	return ERR_OK;
}

struct walk {
	const struct domain *domain;
	enum closure_kind kind;
	struct group_closure *out;
	size_t at;		/* of the group at hand, in the closure */
	bool top;		/* the group at the top is being read */
	bool seen;		/* the group at hand came */
	bool nomem;
};

static enum err
add_rid(struct group_closure *c, uint32_t rid)
{
	uint32_t *grown = realloc(c->rids, (c->rid_count + 1) * sizeof *grown);

	if (!grown)
		return ERR_NOMEM;
	c->rids = grown;
	c->rids[c->rid_count++] = rid;
	return ERR_OK;
}

/* CN=S-1-5-11,CN=ForeignSecurityPrincipals,…: a SID that every logon holds. */
static bool
is_universal(const struct domain *d, const struct value *dn)
{
	static const char prefix[] = "CN=S-1-";
	const char *s = (const char *)dn->data;
	const char *comma = memchr(s, ',', dn->len);
	const struct token_sid *held;
	struct sid sid;

	if (!comma || dn->len < sizeof prefix || strncmp(s, prefix, sizeof prefix - 1) != 0 ||
	    sid_from_str(s + 3, (size_t)(comma - s) - 3, &sid) != ERR_OK)
		return false;
	held = token_find(&d->everyone, &sid);
	return held && held->held == HELD_YES;
}

static bool
passes_on(enum closure_kind kind, const struct entry *e)
{
	struct known_int type = entry_int(e, "groupType");

	if (type.known != KNOWN_SET)
		return true;	/* not readable: rather too many than a silent hole */
	switch (kind) {
	case CLOSURE_ANY:
		return true;
	case CLOSURE_TOKEN:
		return (uint32_t)type.value & GROUP_TYPE_SECURITY_ENABLED;
	case CLOSURE_ACCOUNT_GROUPS:
		return ((uint32_t)type.value & GROUP_TYPE_SECURITY_ENABLED) &&
			((uint32_t)type.value & GROUP_TYPE_ACCOUNT_GROUP);
	}
	return true;
}

static int
on_group(void *arg, const struct entry *e)
{
	struct walk *w = arg;
	const struct attr *member = entry_attr(e, "member");
	struct sid s;
	uint32_t rid;

	w->seen = true;
	/* A group of a kind that does not count has nobody in it. */
	if (w->top && !passes_on(w->kind, e))
		return 0;
	if (entry_sid(e, &s)) {
		if (w->top)
			w->out->sid = s;
		if (w->domain->has_sid && sid_in_domain(&s, &w->domain->sid, &rid)) {
			w->out->groups[w->at].has_rid = true;
			w->out->groups[w->at].rid = rid;
			w->nomem |= add_rid(w->out, rid) != ERR_OK;
		}
	} else {
		w->out->complete = false;
	}
	if (member && member->partial)
		w->out->complete = false;
	for (size_t i = 0; member && i < member->count; i++) {
		const struct value *v = &member->values[i];

		if (is_universal(w->domain, v))
			w->out->contains_everyone = true;
		if (member_set_add_via(&w->out->members, (const char *)v->data, v->len,
		    (uint32_t)w->at) != ERR_OK)
			w->nomem = true;
	}
	w->top = false;
	return w->nomem;
}

/* A member that is a group itself: to be walked unless it was. */
static int
on_nested(void *arg, const struct entry *e)
{
	struct walk *w = arg;

	if (!passes_on(w->kind, e))
		return 0;
	for (size_t i = 0; i < w->out->group_count; i++)
		if (!strcmp(w->out->groups[i].dn, e->dn))
			return 0;
	if (w->out->group_count >= CLOSURE_MAX_GROUPS)
		w->out->complete = false;
	else if (group_push(w->out, e->dn, e->dn_len, (int)w->at) != ERR_OK)
		w->nomem = true;
	return w->nomem;
}

static enum source_status
walk_one(struct source *src, struct walk *w, const char *dn, struct source_error *err)
{
	static const char *const attrs[] = { "member", "objectSid", "groupType", NULL };
	static const char *const nested[] = { "objectSid", "groupType", NULL };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "group members", .base = dn, .scope = SCOPE_BASE,
		.attrs = attrs };
	enum source_status st;

	w->seen = false;
	st = source_search(src, &q, on_group, w, err);
	/* It was found a moment ago: who does not get it now may not read it. */
	w->out->complete &= w->seen;
	if (st != SOURCE_OK)
		return st;
	buf_adds(&filter, "(&(objectCategory=group)(memberOf=");
	escape_filter(dn, strlen(dn), &filter);
	buf_adds(&filter, "))");
	if (buf_failed(&filter))
		w->nomem = true;
	q = (struct query){ .what = "nested groups", .base = w->domain->dn,
		.scope = SCOPE_SUBTREE, .filter = buf_str(&filter), .attrs = nested, .paged = true };
	if (!w->nomem)
		st = source_search(src, &q, on_nested, w, err);
	buf_fini(&filter);
	return st;
}

enum source_status
collect_closure(struct source *src, const struct domain *d, const char *group_dn,
    enum closure_kind kind, struct group_closure *out, struct source_error *err)
{
	struct group_closure c = { .members.key = d->key, .complete = !src->partial };
	struct walk w = { .domain = d, .kind = kind, .out = &c, .top = true };
	enum source_status st = SOURCE_OK;

	c.dn = strdup(group_dn);
	w.nomem = !c.dn || group_push(&c, group_dn, strlen(group_dn), -1) != ERR_OK;
	for (; st == SOURCE_OK && !w.nomem && w.at < c.group_count; w.at++) {
		char *dn = strdup(c.groups[w.at].dn);	/* the list may move */

		if (dn)
			st = walk_one(src, &w, dn, err);
		w.nomem |= !dn;
		free(dn);
	}
	if (w.nomem)
		st = source_nomem(src, err);
	if (st == SOURCE_OK)
		*out = c;
	else
		group_closure_fini(&c);
	return st;
}

struct found_dn {
	char *dn;
	bool nomem;
};

static int
on_found(void *arg, const struct entry *e)
{
	struct found_dn *f = arg;

	f->dn = strndup(e->dn, e->dn_len);
	f->nomem = !f->dn;
	return 1;
}

/* Where the group is among those that were expanded, or has its place. */
static size_t
trustee_place(const struct domain *d, const struct sid *sid)
{
	size_t low = 0, high = d->trustee_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (sid_cmp(&d->trustees[mid].sid, sid) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
trustee_room(struct domain *d)
{
	struct group_closure *grown = d->trustee_count < TRUSTEES_MAX ?
		list_room(d->trustees, d->trustee_count, &d->trustee_cap, 16, sizeof *grown) : NULL;

	if (grown)
		d->trustees = grown;
	return grown != NULL;
}

const struct group_closure *
collect_expand(struct domain *d, const struct sid *sid)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct source *src = d->expand_arg;
	struct found_dn found = { NULL, false };
	struct group_closure c = { .sid = *sid };
	struct buf filter = BUF_INIT;
	struct source_error err;
	uint8_t bytes[SID_MAX_BYTES];
	struct query q = { .what = "a trustee", .base = d->dn, .scope = SCOPE_SUBTREE,
		.attrs = attrs };
	enum source_status st;
	size_t at = trustee_place(d, sid);

	if (at < d->trustee_count && sid_eq(&d->trustees[at].sid, sid))
		return &d->trustees[at];
	if (!trustee_room(d))
		return NULL;
	buf_adds(&filter, "(objectSid=");
	escape_filter_bytes(bytes, sid_bytes(sid, bytes), &filter);
	buf_addc(&filter, ')');
	q.filter = buf_str(&filter);
	st = source_search(src, &q, on_found, &found, &err);
	if (found.dn)
		st = collect_closure(src, d, found.dn, CLOSURE_TOKEN, &c, &err);
	else if (st == SOURCE_OK)
		/* Nobody has this SID: in this domain nobody can hold it. A group of
		 * another domain may have members here. */
		c.complete = !src->partial && ((d->has_sid && sid_in_domain(sid, &d->sid, NULL)) ||
		    sid_in_domain(sid, &sid_builtin, NULL));
	if (st != SOURCE_OK)
		c.complete = false;
	c.sid = *sid;
	free(found.dn);
	buf_fini(&filter);
	memmove(d->trustees + at + 1, d->trustees + at,
	    (d->trustee_count++ - at) * sizeof *d->trustees);
	d->trustees[at] = c;
	return &d->trustees[at];
}
