/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/keyset.h"

#include <stdlib.h>

#include "core/list.h"
#include "core/sieve.h"

#define OWNER	(UINT64_C(1) << 63)
#define MARK(n)	(UINT64_C(1) << (32 + (n)))

/* A place: the set, then the word in it. */
#define WORD_BITS	43
#define PLACE(set, word) ((uint64_t)(set) << WORD_BITS | (word))
#define WORD_OF(at)	((size_t)((at) & ((UINT64_C(1) << WORD_BITS) - 1)))

void
keyset_fini(struct keyset *k)
{
	for (size_t i = 0; i < k->chunk_count; i++)
		free(k->chunks[i]);
	free(k->chunks);
	*k = (struct keyset){ 0 };
}

static uint64_t *
word(const struct keyset *k, size_t i)
{
	return &k->chunks[i / KEYSET_CHUNK][i % KEYSET_CHUNK];
}

static enum err
append(struct keyset *k, uint64_t w)
{
	if (k->count == k->chunk_count * KEYSET_CHUNK) {
		uint64_t **grown = list_room(k->chunks, k->chunk_count, &k->chunk_cap, 16,
		    sizeof *grown);

		if (!grown)
			return ERR_NOMEM;
		k->chunks = grown;
		k->chunks[k->chunk_count] = malloc(KEYSET_CHUNK * sizeof **k->chunks);
		if (!k->chunks[k->chunk_count])
			return ERR_NOMEM;
		k->chunk_count++;
	}
	*word(k, k->count++) = w;
	return ERR_OK;
}

enum err
keyset_begin(struct keyset *k, uint32_t owner)
{
	return append(k, OWNER | owner);
}

enum err
keyset_add(struct keyset *k, uint64_t hash)
{
	enum err err = append(k, hash & ~OWNER);

	k->keys += err == ERR_OK;
	return err;
}

size_t
key_match_set(uint64_t at)
{
	return (size_t)(at >> WORD_BITS);
}

uint64_t
keyset_hash(const struct keyset *const *sets, uint64_t at)
{
	return *word(sets[key_match_set(at)], WORD_OF(at));
}

/* The word of the owner of the key at i. */
static size_t
owner_word(const struct keyset *k, size_t i)
{
	while (!(*word(k, i) & OWNER))
		i--;
	return i;
}

uint32_t
keyset_owner(const struct keyset *const *sets, uint64_t at)
{
	const struct keyset *k = sets[key_match_set(at)];

	return (uint32_t)*word(k, owner_word(k, WORD_OF(at)));
}

bool
keyset_mark(struct keyset *k, uint64_t at, unsigned mark)
{
	uint64_t *w = word(k, owner_word(k, WORD_OF(at)));
	bool had = *w & MARK(mark);

	*w |= MARK(mark);
	return had;
}

static bool
same_owner(const struct keyset *const *sets, uint64_t a, uint64_t b)
{
	size_t set = key_match_set(a);

	return set == key_match_set(b) &&
		owner_word(sets[set], WORD_OF(a)) == owner_word(sets[set], WORD_OF(b));
}

/* While they are looked for .group is the hash, in the end the place of the group. */
static int
match_order(const void *a, const void *b)
{
	const struct key_match *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

struct matches {
	struct key_match *list;
	size_t count, cap;
};

static enum err
matches_add(struct matches *m, uint64_t group, uint64_t at)
{
	struct key_match *grown = list_room(m->list, m->count, &m->cap, 64, sizeof *grown);

	if (!grown)
		return ERR_NOMEM;
	m->list = grown;
	m->list[m->count++] = (struct key_match){ group, at };
	return ERR_OK;
}

/* The groups among those sorted by hash and place. */
static enum err
find_groups(const struct keyset *const *sets, const struct key_match *sorted, size_t count,
    struct matches *out)
{
	enum err err = ERR_OK;

	for (size_t i = 0, end; i < count; i = end) {
		uint64_t first = sorted[i].at, last = first;

		for (end = i + 1; end < count && sorted[end].group == sorted[i].group; end++)
			;
		/* One owner's keys stand side by side. */
		if (same_owner(sets, first, sorted[end - 1].at))
			continue;
		err = matches_add(out, first, first);
		for (size_t k = i + 1; k < end && err == ERR_OK; k++) {
			if (same_owner(sets, last, sorted[k].at))
				continue;
			last = sorted[k].at;
			err = matches_add(out, first, last);
		}
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Calls `each` for all keys of all sets. */
static void
each_key(const struct keyset *const *sets, size_t set_count,
    void (*each)(void *arg, uint64_t hash, uint64_t at), void *arg)
{
	for (size_t s = 0; s < set_count; s++)
		for (size_t i = 0; i < sets[s]->count; i++) {
			uint64_t w = *word(sets[s], i);

			if (!(w & OWNER))
				each(arg, w, PLACE(s, i));
		}
}

struct search {
	struct sieve sieve;
	struct matches matches;
	enum err err;
};

static void
sift(void *arg, uint64_t hash, uint64_t at)
{
	struct search *s = arg;

	(void)at;
	sieve_add(&s->sieve, hash);
}

static void
gather(void *arg, uint64_t hash, uint64_t at)
{
	struct search *s = arg;

	if (s->err == ERR_OK && sieve_is_shared(&s->sieve, hash))
		s->err = matches_add(&s->matches, hash, at);
}

enum err
keyset_match(const struct keyset *const *sets, size_t set_count, struct key_match **out,
    size_t *count)
{
	struct matches found = { NULL, 0, 0 };
	struct search s = { .err = ERR_OK };
	size_t keys = 0;

	if (set_count > KEYSET_MAX_SETS)
		return ERR_TOO_BIG;
	for (size_t i = 0; i < set_count; i++)
		keys += sets[i]->keys;
	s.err = sieve_init(&s.sieve, keys);
	if (s.err != ERR_OK)
		return s.err;
	each_key(sets, set_count, sift, &s);
	each_key(sets, set_count, gather, &s);
	sieve_fini(&s.sieve);
	if (s.err != ERR_OK)
		goto out;
	if (s.matches.count)
		qsort(s.matches.list, s.matches.count, sizeof *s.matches.list, match_order);
	s.err = find_groups(sets, s.matches.list, s.matches.count, &found);
	if (s.err != ERR_OK)
		goto out;
	if (found.count)
		qsort(found.list, found.count, sizeof *found.list, match_order);
	*out = found.list;
	*count = found.count;
	found.list = NULL;
out:
	free(found.list);
	free(s.matches.list);
	return s.err;
}
