/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/token.h"

#include <stdlib.h>

void
token_init(struct token *t)
{
	*t = (struct token){ .complete = true };
}

void
token_fini(struct token *t)
{
	free(t->sids);
	token_init(t);
}

void
token_add(struct token *t, const struct sid *sid, enum held held, enum token_origin origin)
{
	if (t->count == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 32;
		struct token_sid *grown;

		if (cap > TOKEN_MAX_SIDS) {
			t->complete = false;
			return;
		}
		grown = realloc(t->sids, cap * sizeof *grown);
		if (!grown) {
			t->failed = true;
			return;
		}
		t->sids = grown;
		t->cap = cap;
	}
	t->sids[t->count++] = (struct token_sid){ *sid, held, origin };
	t->sealed = false;
}

/* By SID; among equals the surest first, then the first in enum token_origin. */
static int
entry_cmp(const void *a, const void *b)
{
	const struct token_sid *x = a, *y = b;
	int c = sid_cmp(&x->sid, &y->sid);

	if (c)
		return c;
	if (x->held != y->held)
		return x->held > y->held ? -1 : 1;
	return (x->origin > y->origin) - (x->origin < y->origin);
}

enum err
token_seal(struct token *t)
{
	size_t kept = 0;

	if (t->failed)
		return ERR_NOMEM;
	if (t->count)
		qsort(t->sids, t->count, sizeof *t->sids, entry_cmp);
	for (size_t i = 0; i < t->count; i++)
		if (!kept || !sid_eq(&t->sids[kept - 1].sid, &t->sids[i].sid))
			t->sids[kept++] = t->sids[i];
	t->count = kept;
	t->sealed = true;
	return ERR_OK;
}

const struct token_sid *
token_find(const struct token *t, const struct sid *s)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = sid_cmp(s, &t->sids[mid].sid);

		if (!c)
			return &t->sids[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

bool
sid_may_be_group(const struct sid *s)
{
	return s->authority == 5 && s->count > 1 && (s->sub[0] == 21 || s->sub[0] == 32);
}

enum held
token_holds(const struct token *t, const struct sid *s)
{
	const struct token_sid *found = token_find(t, s);

	if (found)
		return found->held;
	return !t->complete && sid_may_be_group(s) ? HELD_MAYBE : HELD_NO;
}

void
token_add_network_logon(struct token *t)
{
	/* S-1-18-1/-2: which authority asserted the identity; S-1-5-64-10/-14/-21:
	 * the package that authenticated; S-1-5-21-0-0-0-496/-497: claims came
	 * with it. A logon has some of them; which is decided at the logon (MS-DTYP
	 * 2.4.2.4). */
	static const struct sid depends[] = {
		{ .authority = 18, .count = 1, .sub = { 1 } },
		{ .authority = 18, .count = 1, .sub = { 2 } },
		{ .authority = 5, .count = 2, .sub = { 64, 10 } },
		{ .authority = 5, .count = 2, .sub = { 64, 14 } },
		{ .authority = 5, .count = 2, .sub = { 64, 21 } },
		{ .authority = 5, .count = 5, .sub = { 21, 0, 0, 0, 496 } },
		{ .authority = 5, .count = 5, .sub = { 21, 0, 0, 0, 497 } },
	};

	token_add(t, &sid_everyone, HELD_YES, TOKEN_WELL_KNOWN);
	token_add(t, &sid_network, HELD_YES, TOKEN_WELL_KNOWN);
	token_add(t, &sid_authenticated, HELD_YES, TOKEN_WELL_KNOWN);
	token_add(t, &sid_this_org, HELD_YES, TOKEN_WELL_KNOWN);
	for (size_t i = 0; i < sizeof depends / sizeof *depends; i++)
		token_add(t, &depends[i], HELD_MAYBE, TOKEN_WELL_KNOWN);
}

const char *
token_origin_str(enum token_origin o)
{
	switch (o) {
	case TOKEN_USER: return "its own SID";
	case TOKEN_PRIMARY_GROUP: return "primary group";
	case TOKEN_GROUP: return "group membership";
	case TOKEN_SID_HISTORY: return "SID history";
	case TOKEN_WELL_KNOWN: return "every network logon";
	case TOKEN_BUILTIN: return "builtin group that contains a SID it holds";
	case TOKEN_SERVER: return "the server's own token for it";
	}
	return "unknown";
}
