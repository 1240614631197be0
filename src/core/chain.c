/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/chain.h"

#include <stdlib.h>

#define FIRST_SLOTS 64

static void
put(struct chained **slot, size_t slots, struct chained *e)
{
	struct chained **head = &slot[e->hash & (slots - 1)];

	e->next = *head;
	*head = e;
}

static enum err
grow(struct chains *c)
{
	size_t slots = c->slots ? 2 * c->slots : FIRST_SLOTS;
	struct chained **slot = calloc(slots, sizeof(struct chained *)), *e, *next;

	if (!slot)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->slots; i++)
		for (e = c->slot[i]; e; e = next) {
			next = e->next;
			put(slot, slots, e);
		}
	free(c->slot);
	c->slot = slot;
	c->slots = slots;
	return ERR_OK;
}

enum err
chains_add(struct chains *c, struct chained *e, uint64_t hash)
{
	if (c->count == c->slots && grow(c) != ERR_OK)
		return ERR_NOMEM;
	e->hash = hash;
	put(c->slot, c->slots, e);
	c->count++;
	return ERR_OK;
}

/* From there on in its chain. */
static struct chained *
with_hash(struct chained *e, uint64_t hash)
{
	while (e && e->hash != hash)
		e = e->next;
	return e;
}

struct chained *
chains_find(const struct chains *c, uint64_t hash)
{
	return c->slots ? with_hash(c->slot[hash & (c->slots - 1)], hash) : NULL;
}

struct chained *
chained_alike(const struct chained *e)
{
	return with_hash(e->next, e->hash);
}

struct chained *
chains_next(const struct chains *c, const struct chained *e)
{
	if (e && e->next)
		return e->next;
	for (size_t i = e ? (e->hash & (c->slots - 1)) + 1 : 0; i < c->slots; i++)
		if (c->slot[i])
			return c->slot[i];
	return NULL;
}

void
chains_empty(struct chains *c, void (*drop)(struct chained *))
{
	for (size_t i = 0; i < c->slots; i++) {
		struct chained *e = c->slot[i], *next;

		c->slot[i] = NULL;
		for (; e; e = next) {
			next = e->next;
			drop(e);
		}
	}
	c->count = 0;
}

void
chains_fini(struct chains *c, void (*drop)(struct chained *))
{
	chains_empty(c, drop);
	free(c->slot);
	*c = (struct chains){ .slot = NULL };
}
