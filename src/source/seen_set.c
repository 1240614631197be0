/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/seen_set.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/dn.h"

#define FIRST_CAP 8		/* places: most searches find few entries */

int
seen_init(struct seen_set *s)
{
	*s = (struct seen_set){ .parts = NULL };
	buf_init(&s->dn);
	return getrandom(s->secret, sizeof s->secret, 0) == (ssize_t)sizeof s->secret ? 0 : -1;
}

void
seen_clear(struct seen_set *s)
{
	for (size_t i = 0; s->parts && i < SEEN_PARTS; i++)
		free(s->parts[i].keys);
	free(s->parts);
	s->parts = NULL;
}

void
seen_fini(struct seen_set *s)
{
	seen_clear(s);
	buf_fini(&s->dn);
}

/*
 * A GUID is its own key. A DN gives 128 bits under a secret key: that two of a
 * million DNs have the same is less likely than 2^-88, and nobody can make two.
 */
static enum seen
key_of(struct seen_set *s, const struct entry *e, struct seen_key *key)
{
	const struct value *guid = entry_value(e, "objectGUID");

	if (guid && guid->len == sizeof *key) {
		memcpy(key, guid->data, sizeof *key);
		return SEEN_NEW;
	}
	buf_clear(&s->dn);
	dn_canonical(e->dn, e->dn_len, &s->dn);
	if (buf_failed(&s->dn))
		return SEEN_NOMEM;
	key->a = siphash(&s->secret[0], buf_str(&s->dn), s->dn.len);
	key->b = siphash(&s->secret[1], buf_str(&s->dn), s->dn.len);
	return SEEN_NEW;
}

static bool
is_free(const struct seen_key *k)
{
	return !k->a && !k->b;
}

/* The place of the key, or the free one where it belongs. The hash's low bits
 * have chosen the part, the high ones the place. */
static struct seen_key *
place_of(const struct seen_part *p, const struct seen_key *key, uint64_t hash)
{
	size_t i = (size_t)(((hash >> 32) * p->cap) >> 32);

	while (!is_free(&p->keys[i]) && (p->keys[i].a != key->a || p->keys[i].b != key->b))
		i = i + 1 < p->cap ? i + 1 : 0;
	return &p->keys[i];
}

static uint64_t
hash_of(const struct seen_set *s, const struct seen_key *key)
{
	return siphash(&s->secret[0], key, sizeof *key);
}

static bool
grow(const struct seen_set *s, struct seen_part *p)
{
	struct seen_part more = { .count = p->count,
		.cap = p->cap ? p->cap + p->cap / 2 : FIRST_CAP };

	if (more.cap <= p->cap)
		return false;
	more.keys = calloc(more.cap, sizeof *more.keys);
	if (!more.keys)
		return false;
	for (size_t i = 0; i < p->cap; i++)
		if (!is_free(&p->keys[i]))
			*place_of(&more, &p->keys[i], hash_of(s, &p->keys[i])) = p->keys[i];
	free(p->keys);
	*p = more;
	return true;
}

enum seen
seen_add(struct seen_set *s, const struct entry *e)
{
	struct seen_key key = { 0, 0 }, *place;
	struct seen_part *p;
	uint64_t hash;

	if (!s->parts && !(s->parts = calloc(SEEN_PARTS, sizeof *s->parts)))
		return SEEN_NOMEM;
	if (key_of(s, e, &key) == SEEN_NOMEM)
		return SEEN_NOMEM;
	/* No object has this GUID (MS-DTYP 2.3.4.1, the nil UUID); its place is ours. */
	if (is_free(&key))
		key.b = 1;
	hash = hash_of(s, &key);
	p = &s->parts[hash % SEEN_PARTS];
	if (p->count >= p->cap - p->cap / 8 && !grow(s, p))
		return SEEN_NOMEM;
	place = place_of(p, &key, hash);
	if (!is_free(place))
		return SEEN_BEFORE;
	*place = key;
	p->count++;
	return SEEN_NEW;
}
