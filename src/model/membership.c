/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/membership.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/hash.h"
#include "core/sd_words.h"

void
member_set_fini(struct member_set *s)
{
	for (size_t i = 0; i < s->cap; i++)
		free(s->slot[i]);
	free(s->slot);
	*s = (struct member_set){ 0 };
}

/* The slot that holds the DN, or the empty one where it would go. cap > 0. */
static size_t
find_slot(const struct member_set *s, const char *dn, size_t len)
{
	size_t i = (size_t)hash_nocase(dn, len) & (s->cap - 1);

	while (s->slot[i] && !ascii_eq_nocase(s->slot[i], strlen(s->slot[i]), dn, len))
		i = (i + 1) & (s->cap - 1);
	return i;
}

static enum err
grow(struct member_set *s)
{
	struct member_set bigger = { .cap = s->cap ? 2 * s->cap : 64 };

	bigger.slot = calloc(bigger.cap, sizeof *bigger.slot);
	if (!bigger.slot)
		return ERR_NOMEM;
	for (size_t i = 0; i < s->cap; i++)
		if (s->slot[i])
			bigger.slot[find_slot(&bigger, s->slot[i], strlen(s->slot[i]))] =
				s->slot[i];
	bigger.count = s->count;
	free(s->slot);
	*s = bigger;
	return ERR_OK;
}

enum err
member_set_add(struct member_set *s, const char *dn, size_t len, bool *added)
{
	size_t i;

	if (added)
		*added = false;
	if (2 * s->count >= s->cap && grow(s) != ERR_OK)
		return ERR_NOMEM;
	i = find_slot(s, dn, len);
	if (s->slot[i])
		return ERR_OK;
	s->slot[i] = strndup(dn, len);
	if (!s->slot[i])
		return ERR_NOMEM;
	s->count++;
	if (added)
		*added = true;
	return ERR_OK;
}

bool
member_set_has(const struct member_set *s, const char *dn, size_t len)
{
	return s->count && s->slot[find_slot(s, dn, len)];
}

void
group_closure_fini(struct group_closure *c)
{
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
