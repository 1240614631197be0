/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/membership.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/sd_words.h"

void
member_set_fini(struct member_set *s)
{
	for (size_t i = 0; i < s->cap; i++)
		free(s->slot[i]);
	free(s->slot);
	free(s->via);
	*s = (struct member_set){ .key = s->key };
}

/* The slot that holds the DN, or the empty one where it would go. cap > 0. */
static size_t
find_slot(const struct member_set *s, const char *dn, size_t len)
{
	size_t i = (size_t)siphash_nocase(&s->key, dn, len) & (s->cap - 1);

	while (s->slot[i] && !ascii_eq_nocase(s->slot[i], strlen(s->slot[i]), dn, len))
		i = (i + 1) & (s->cap - 1);
	return i;
}

static enum err
grow(struct member_set *s)
{
	struct member_set bigger = { .key = s->key, .cap = s->cap ? 2 * s->cap : 64 };

	bigger.slot = calloc(bigger.cap, sizeof *bigger.slot);
	bigger.via = calloc(bigger.cap, sizeof *bigger.via);
	if (!bigger.slot || !bigger.via) {
		free(bigger.slot);
		free(bigger.via);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < s->cap; i++)
		if (s->slot[i]) {
			size_t at = find_slot(&bigger, s->slot[i], strlen(s->slot[i]));

			bigger.slot[at] = s->slot[i];
			bigger.via[at] = s->via[i];
		}
	bigger.count = s->count;
	free(s->slot);
	free(s->via);
	*s = bigger;
	return ERR_OK;
}

static enum err
add(struct member_set *s, const char *dn, size_t len, uint32_t via, bool *added)
{
	size_t i;

	*added = false;
	if (2 * s->count >= s->cap && grow(s) != ERR_OK)
		return ERR_NOMEM;
	i = find_slot(s, dn, len);
	if (s->slot[i])
		return ERR_OK;
	s->slot[i] = strndup(dn, len);
	if (!s->slot[i])
		return ERR_NOMEM;
	s->via[i] = via;
	s->count++;
	*added = true;
	return ERR_OK;
}

enum err
member_set_add(struct member_set *s, const char *dn, size_t len, bool *added)
{
	bool fresh;

	return add(s, dn, len, 0, added ? added : &fresh);
}

enum err
member_set_add_via(struct member_set *s, const char *dn, size_t len, uint32_t via)
{
	bool fresh;

	return add(s, dn, len, via, &fresh);
}

bool
member_set_via(const struct member_set *s, const char *dn, size_t len, uint32_t *via)
{
	size_t i;

	if (!s->count || !s->slot[i = find_slot(s, dn, len)])
		return false;
	*via = s->via[i];
	return true;
}

bool
member_set_has(const struct member_set *s, const char *dn, size_t len)
{
	return s->count && s->slot[find_slot(s, dn, len)];
}

void
group_closure_fini(struct group_closure *c)
{
	for (size_t i = 0; i < c->group_count; i++)
		free(c->groups[i].dn);
	free(c->groups);
	free(c->dn);
	free(c->rids);
	member_set_fini(&c->members);
	*c = (struct group_closure){ 0 };
}

enum held
group_closure_holds(const struct group_closure *c, const struct account *a)
{
	if (member_set_has(&c->members, a->dn, a->dn_len))
		return HELD_YES;
	for (size_t i = 0; i < c->rid_count; i++)
		if (a->primary_group.known == KNOWN_SET && a->primary_group.value == c->rids[i])
			return HELD_YES;
	/* Outside of the builtin domain it is open whether a SID that every logon
	 * holds puts it into the group (MS-DTYP 2.5.2.1.1, 2.7.1). */
	return c->complete && !c->contains_everyone && a->primary_group.known == KNOWN_SET ?
		HELD_NO : HELD_MAYBE;
}

void
path_tree_fini(struct path_tree *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->nodes[i].dn);
	free(t->nodes);
	*t = (struct path_tree){ 0 };
}

int
path_tree_find(const struct path_tree *t, const struct sid *s)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->nodes[i].has_sid && sid_eq(&t->nodes[i].sid, s))
			return (int)i;
	return -1;
}

static void
add_rdn(struct buf *b, const char *dn)
{
	size_t before = b->len;

	if (dn_rdn_value(dn, strlen(dn), b) != ERR_OK || b->len == before)
		buf_adds(b, dn);
}

#define PATH_MAX_NAMES 64	/* of one path in words: deeper nesting is cut */

size_t
path_tree_words(const struct path_tree *t, const struct sid *sid, struct buf *out)
{
	int chain[PATH_MAX_NAMES];
	size_t n = 0;

	for (int at = path_tree_find(t, sid); at >= 0 && n < PATH_MAX_NAMES;
	     at = t->nodes[at].parent)
		chain[n++] = at;
	for (size_t i = n; i-- > 0;) {
		const struct path_node *node = &t->nodes[chain[i]];

		if (i + 1 < n)
			buf_adds(out, node->primary ? " -> (primary group) " : " -> ");
		/* A well-known SID stands in the tree by its foreign principal. */
		if (i + 1 == n && node->has_sid && chain[i] != 0)
			sd_words_sid(&node->sid, out);
		else
			add_rdn(out, node->dn);
	}
	return n;
}

size_t
group_closure_path(const struct group_closure *c, const struct account *a, struct buf *out)
{
	uint32_t via = 0;
	int at = -1;
	size_t n = 0;

	if (member_set_via(&c->members, a->dn, a->dn_len, &via)) {
		at = via < c->group_count ? (int)via : -1;
	} else {
		for (size_t i = 0; at < 0 && i < c->group_count; i++)
			if (c->groups[i].has_rid && a->primary_group.known == KNOWN_SET &&
			    a->primary_group.value == c->groups[i].rid)
				at = (int)i;
		if (at >= 0)
			buf_adds(out, "(primary group) ");
	}
	for (; at >= 0 && n < PATH_MAX_NAMES; at = c->groups[at].in, n++) {
		buf_adds(out, n ? " -> " : "");
		add_rdn(out, c->groups[at].dn);
	}
	return n;
}
