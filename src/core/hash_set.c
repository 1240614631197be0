/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/hash_set.h"

#include <stdlib.h>

#define FIRST_SLOTS 64

/* Where the hash is, or goes: there is always a free slot. */
static uint64_t *
find(const struct hash_set *s, uint64_t hash)
{
	size_t i = (size_t)hash & (s->cap - 1);

	while (s->slot[i] && s->slot[i] != hash)
		i = (i + 1) & (s->cap - 1);
	return &s->slot[i];
}

static enum err
grow(struct hash_set *s)
{
	struct hash_set bigger = { NULL, s->count, s->cap ? 2 * s->cap : FIRST_SLOTS };

	bigger.slot = calloc(bigger.cap, sizeof *bigger.slot);
	if (!bigger.slot)
		return ERR_NOMEM;
	for (size_t i = 0; i < s->cap; i++)
		if (s->slot[i])
			*find(&bigger, s->slot[i]) = s->slot[i];
	free(s->slot);
	*s = bigger;
	return ERR_OK;
}

enum err
hash_set_add(struct hash_set *s, uint64_t hash, bool *added)
{
	uint64_t *slot;
	bool fresh;

	hash |= !hash;
	if (2 * s->count >= s->cap && grow(s) != ERR_OK)
		return ERR_NOMEM;
	slot = find(s, hash);
	fresh = !*slot;
	*slot = hash;
	s->count += fresh;
	if (added)
		*added = fresh;
	return ERR_OK;
}

bool
hash_set_has(const struct hash_set *s, uint64_t hash)
{
	return s->cap && *find(s, hash | !hash);
}

void
hash_set_fini(struct hash_set *s)
{
	free(s->slot);
	*s = (struct hash_set){ .slot = NULL };
}
