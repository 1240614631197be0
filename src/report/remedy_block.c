/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/remedy_block.h"

#include <stdlib.h>
#include <string.h>

#include "core/list.h"
#include "rules/cure.h"

static void
drop(struct chained *e)
{
	struct remedy_block *b = (struct remedy_block *)e;

	free(b->words);
	free(b->object);
	free(b->example);
	free(b->steps);
	free(b);
}

void
remedy_blocks_empty(struct remedy_blocks *r)
{
	chains_empty(&r->all, drop);
}

void
remedy_blocks_fini(struct remedy_blocks *r)
{
	chains_fini(&r->all, drop);
}

struct remedy_block *
remedy_blocks_get(struct remedy_blocks *r, const char *words, const char *object,
    const char *example)
{
	const uint64_t parts[] = { siphash(&r->key, words, strlen(words)),
		siphash(&r->key, object, strlen(object)) };
	uint64_t h = siphash(&r->key, parts, sizeof parts);
	struct remedy_block *b;

	for (struct chained *e = chains_find(&r->all, h); e; e = chained_alike(e)) {
		b = (struct remedy_block *)e;
		if (!strcmp(b->words, words) && !strcmp(b->object, object))
			return b;
	}
	b = calloc(1, sizeof *b);
	if (!b)
		return NULL;
	b->words = strdup(words);
	b->object = strdup(object);
	b->example = strdup(example);
	if (b->words && b->object && b->example && chains_add(&r->all, &b->chained, h) == ERR_OK)
		return b;
	drop(&b->chained);
	return NULL;
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
	struct cure_step *more;

	for (size_t i = 0; i < b->count; i++)
		if (cure_step_eq(&b->steps[i], s))
			return ERR_OK;
	more = list_room(b->steps, b->count, &b->cap, 4, sizeof *more);
	if (!more)
		return ERR_NOMEM;
	b->steps = more;
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
	for (struct chained *e = NULL; (e = chains_next(&r->all, e));)
		if (((struct remedy_block *)e)->shared)
			((struct remedy_block *)e)->users = users;
}

struct remedy_block **
remedy_blocks_sorted(const struct remedy_blocks *r)
{
	struct remedy_block **all = calloc(r->all.count + 1, sizeof(struct remedy_block *));
	size_t n = 0;

	if (!all)
		return NULL;
	for (struct chained *e = NULL; (e = chains_next(&r->all, e));)
		all[n++] = (struct remedy_block *)e;
	qsort(all, n, sizeof(struct remedy_block *), by_severity);
	return all;
}
