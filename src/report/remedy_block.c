/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/remedy_block.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "rules/cure.h"

#define FIRST_SLOTS 64

void
remedy_blocks_empty(struct remedy_blocks *r)
{
	for (size_t i = 0; i < r->slots; i++)
		while (r->slot[i]) {
			struct remedy_block *next = r->slot[i]->next;

			free(r->slot[i]->words);
			free(r->slot[i]->object);
			free(r->slot[i]->example);
			free(r->slot[i]->steps);
			free(r->slot[i]);
			r->slot[i] = next;
		}
	r->count = 0;
}

void
remedy_blocks_fini(struct remedy_blocks *r)
{
	remedy_blocks_empty(r);
	free(r->slot);
	*r = (struct remedy_blocks){ .slot = NULL };
}

static int
grow(struct remedy_blocks *r)
{
	size_t slots = r->slots ? 2 * r->slots : FIRST_SLOTS;
	struct remedy_block **slot = calloc(slots, sizeof(struct remedy_block *));

	if (!slot)
		return -1;
	for (size_t i = 0; i < r->slots; i++)
		while (r->slot[i]) {
			struct remedy_block *b = r->slot[i];

			r->slot[i] = b->next;
			b->next = slot[b->hash & (slots - 1)];
			slot[b->hash & (slots - 1)] = b;
		}
	free(r->slot);
	r->slot = slot;
	r->slots = slots;
	return 0;
}

static struct remedy_block *
block_new(const char *words, const char *object, const char *example)
{
	struct remedy_block *b = calloc(1, sizeof *b);

	if (!b)
		return NULL;
	b->words = strdup(words);
	b->object = strdup(object);
	b->example = strdup(example);
	if (b->words && b->object && b->example)
		return b;
	free(b->words);
	free(b->object);
	free(b->example);
	free(b);
	return NULL;
}

struct remedy_block *
remedy_blocks_get(struct remedy_blocks *r, const char *words, const char *object,
    const char *example)
{
	uint64_t h = hash_bytes(words, strlen(words)) * 31 ^ hash_bytes(object, strlen(object));
	struct remedy_block *b;

	for (b = r->slots ? r->slot[h & (r->slots - 1)] : NULL; b; b = b->next)
		if (b->hash == h && !strcmp(b->words, words) && !strcmp(b->object, object))
			return b;
	if (r->count == r->slots && grow(r) != 0)
		return NULL;
	b = block_new(words, object, example);
	if (!b)
		return NULL;
	b->hash = h;
	b->next = r->slot[h & (r->slots - 1)];
	r->slot[h & (r->slots - 1)] = b;
	r->count++;
	return b;
}

void
remedy_block_rule(struct remedy_block *b, unsigned rule)
{
	size_t i = b->rule_count;

	for (size_t k = 0; k < b->rule_count; k++)
		if (b->rules[k] == rule)
			return;
	if (i == sizeof b->rules / sizeof *b->rules)
		return;
	for (; i && b->rules[i - 1] > rule; i--)
		b->rules[i] = b->rules[i - 1];
	b->rules[i] = rule;
	b->rule_count++;
}

enum err
remedy_block_step(struct remedy_block *b, const struct cure_step *s)
{
	for (size_t i = 0; i < b->count; i++)
		if (cure_step_eq(&b->steps[i], s))
			return ERR_OK;
	if (b->count == b->cap) {
		size_t cap = b->cap ? 2 * b->cap : 4;
		struct cure_step *more = realloc(b->steps, cap * sizeof *more);

		if (!more)
			return ERR_NOMEM;
		b->steps = more;
		b->cap = cap;
	}
	b->steps[b->count++] = *s;
	return ERR_OK;
}

static int
by_object(const void *va, const void *vb)
{
	const struct cure_step *a = va, *b = vb;
	int c = strcmp(a->object ? a->object : "", b->object ? b->object : "");

	if (!c)
		c = strcmp(a->class_name ? a->class_name : "", b->class_name ? b->class_name : "");
	if (!c)
		c = (int)b->act - (int)a->act;	/* what goes, goes first */
	return c ? c : memcmp(&a->ace.object_type, &b->ace.object_type, sizeof a->ace.object_type);
}

void
remedy_steps_sort(struct cure_step *steps, size_t count)
{
	if (count)
		qsort(steps, count, sizeof *steps, by_object);
}

static int
by_severity(const void *va, const void *vb)
{
	const struct remedy_block *a = *(struct remedy_block *const *)va;
	const struct remedy_block *b = *(struct remedy_block *const *)vb;
	int c;

	if (a->worst != b->worst)
		return a->worst < b->worst ? 1 : -1;
	if (a->users != b->users)
		return a->users < b->users ? 1 : -1;
	c = strcmp(a->object, b->object);
	return c ? c : strcmp(a->words, b->words);
}

void
remedy_blocks_count_shared(struct remedy_blocks *r, size_t users)
{
	for (size_t i = 0; i < r->slots; i++)
		for (struct remedy_block *b = r->slot[i]; b; b = b->next)
			if (b->shared)
				b->users = users;
}

struct remedy_block **
remedy_blocks_sorted(const struct remedy_blocks *r)
{
	struct remedy_block **all = calloc(r->count + 1, sizeof(struct remedy_block *));
	size_t n = 0;

	if (!all)
		return NULL;
	for (size_t i = 0; i < r->slots; i++)
		for (struct remedy_block *b = r->slot[i]; b; b = b->next)
			all[n++] = b;
	qsort(all, n, sizeof(struct remedy_block *), by_severity);
	return all;
}
