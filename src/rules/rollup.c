/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/rollup.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "rules/cause.h"

#define FIRST_SLOTS 64

/* What makes a cause. */
struct rollup_key {
	const char *words, *object, *domain;
};

static struct rollup_key
key_of(const struct rollup_cause *c)
{
	return (struct rollup_key){ c->words, c->object, c->domain };
}

void
rollup_init(struct rollup *r)
{
	*r = (struct rollup){ .user = 1 };
}

void
rollup_fini(struct rollup *r)
{
	for (size_t i = 0; i < r->cause_slots; i++)
		while (r->cause_slot[i]) {
			struct rollup_cause *next = r->cause_slot[i]->next;

			free(r->cause_slot[i]->words);
			free(r->cause_slot[i]->object);
			free(r->cause_slot[i]->domain);
			free(r->cause_slot[i]);
			r->cause_slot[i] = next;
		}
	for (size_t i = 0; i < r->row_slots; i++)
		while (r->row_slot[i]) {
			struct rollup_row *next = r->row_slot[i]->next;

			free(r->row_slot[i]->example);
			free(r->row_slot[i]);
			r->row_slot[i] = next;
		}
	free(r->cause_slot);
	free(r->row_slot);
	free(r->rows);
	free(r->causes);
	*r = (struct rollup){ 0 };
}

static int
grow_causes(struct rollup *r)
{
	size_t slots = r->cause_slots ? 2 * r->cause_slots : FIRST_SLOTS;
	struct rollup_cause **slot = calloc(slots, sizeof *slot);

	if (!slot)
		return -1;
	for (size_t i = 0; i < r->cause_slots; i++)
		while (r->cause_slot[i]) {
			struct rollup_cause *c = r->cause_slot[i];

			r->cause_slot[i] = c->next;
			c->next = slot[c->hash & (slots - 1)];
			slot[c->hash & (slots - 1)] = c;
		}
	free(r->cause_slot);
	r->cause_slot = slot;
	r->cause_slots = slots;
	return 0;
}

/* A cause stands for its texts, so a row is found by the two of them. */
static uint64_t
row_hash(const struct rollup_cause *c, const struct rule *rule)
{
	return (c->hash ^ rule->id) * HASH_PRIME >> 16;
}

static int
grow_rows(struct rollup *r)
{
	size_t slots = r->row_slots ? 2 * r->row_slots : FIRST_SLOTS;
	struct rollup_row **slot = calloc(slots, sizeof *slot);

	if (!slot)
		return -1;
	for (size_t i = 0; i < r->row_slots; i++)
		while (r->row_slot[i]) {
			struct rollup_row *row = r->row_slot[i];
			uint64_t h = row_hash(row->cause, row->rule);

			r->row_slot[i] = row->next;
			row->next = slot[h & (slots - 1)];
			slot[h & (slots - 1)] = row;
		}
	free(r->row_slot);
	r->row_slot = slot;
	r->row_slots = slots;
	return 0;
}

static bool
is_cause(const struct rollup_cause *c, const struct rollup_key *k)
{
	return !strcmp(c->words, k->words) && !strcmp(c->object, k->object) &&
		!strcmp(c->domain, k->domain);
}

static struct rollup_cause *
cause_new(const struct rollup_key *k)
{
	struct rollup_cause *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->words = strdup(k->words);
	c->object = strdup(k->object);
	c->domain = strdup(k->domain);
	if (c->words && c->object && c->domain)
		return c;
	free(c->words);
	free(c->object);
	free(c->domain);
	free(c);
	return NULL;
}

static struct rollup_cause *
cause_of(struct rollup *r, const struct rollup_key *k)
{
	uint64_t h = (hash_bytes(k->words, strlen(k->words)) * 31 ^
	    hash_bytes(k->object, strlen(k->object))) * 31 ^ hash_bytes(k->domain, strlen(k->domain));
	struct rollup_cause *c;

	for (c = r->cause_slots ? r->cause_slot[h & (r->cause_slots - 1)] : NULL; c; c = c->next)
		if (c->hash == h && is_cause(c, k))
			return c;
	if (r->cause_count == r->cause_slots && grow_causes(r) != 0)
		return NULL;
	c = cause_new(k);
	if (!c)
		return NULL;
	c->hash = h;
	c->next = r->cause_slot[h & (r->cause_slots - 1)];
	r->cause_slot[h & (r->cause_slots - 1)] = c;
	r->cause_count++;
	return c;
}

static struct rollup_row *
row_of(struct rollup *r, const struct rule *rule, const struct rollup_key *key, const char *example)
{
	struct rollup_cause *c = cause_of(r, key);
	struct rollup_row *row;
	uint64_t h;

	if (!c)
		return NULL;
	if (rule->severity > c->worst)
		c->worst = rule->severity;
	h = row_hash(c, rule);
	for (row = r->row_slots ? r->row_slot[h & (r->row_slots - 1)] : NULL; row; row = row->next)
		if (row->cause == c && row->rule == rule)
			return row;
	if (r->row_count == r->row_slots && grow_rows(r) != 0)
		return NULL;
	row = calloc(1, sizeof *row);
	if (!row || !(row->example = strdup(example))) {
		free(row);
		return NULL;
	}
	row->cause = c;
	row->rule = rule;
	row->next = r->row_slot[h & (r->row_slots - 1)];
	r->row_slot[h & (r->row_slots - 1)] = row;
	r->row_count++;
	return row;
}

int
rollup_add(struct rollup *r, const struct finding *f)
{
	const struct rule *rule = rule_find(f->rule);
	const struct rollup_key key = { f->why->words, f->why->object ? f->why->object :
		f->shared ? f->cause : "", f->domain ? f->domain : "" };
	struct rollup_row *row;
	size_t at;

	if (f->shared && rule->severity == SEVERITY_INFO)
		return 0;	/* which policies there are: nothing to mend */
	at = ((uintptr_t)key.object * 31 ^ (uintptr_t)key.words) * 7 + rule->id;
	at = (at ^ at >> 10) % ROLLUP_RECENT;
	row = r->recent[at];
	if (!row || row->rule != rule || !is_cause(row->cause, &key))
		row = row_of(r, rule, &key, f->shared ? "" : f->object);
	if (!row)
		return -1;
	r->recent[at] = row;
	row->remedy = cause_cure(f->why, rule);
	row->assumed = f->assumed;
	if (f->shared) {
		row->shared |= f->operations != 0;
		return 0;
	}
	if (row->seen != r->user)
		row->users++;
	row->seen = r->user;
	if (row->cause->seen[rule->severity] != r->user)
		row->cause->users[rule->severity]++;
	row->cause->seen[rule->severity] = r->user;
	return 0;
}

void
rollup_next(struct rollup *r)
{
	r->user++;
}

void
rollup_end(struct rollup *r)
{
	for (size_t i = 0; i < r->row_slots; i++)
		for (struct rollup_row *row = r->row_slot[i]; row; row = row->next)
			if (row->shared) {
				row->users = (size_t)(r->user - 1);
				row->cause->users[row->rule->severity] = row->users;
			}
}

int
rollup_merge(struct rollup *r, const struct rollup *other)
{
	for (size_t i = 0; i < other->row_slots; i++)
		for (const struct rollup_row *from = other->row_slot[i]; from; from = from->next) {
			const struct rollup_key key = key_of(from->cause);
			struct rollup_row *to = row_of(r, from->rule, &key, from->example);

			if (!to)
				return -1;
			to->remedy = from->remedy;
			to->assumed |= from->assumed;
			to->users += from->users;
		}
	for (size_t i = 0; i < other->cause_slots; i++)
		for (const struct rollup_cause *c = other->cause_slot[i]; c; c = c->next) {
			const struct rollup_key key = key_of(c);
			struct rollup_cause *to = cause_of(r, &key);

			for (int s = 0; to && s < 4; s++)
				to->users[s] += c->users[s];
		}
	return 0;
}

size_t
rollup_users(const struct rollup_cause *c)
{
	return c->users[c->worst];
}

static int
compare_causes(const struct rollup_cause *a, const struct rollup_cause *b)
{
	int c = strcmp(a->object, b->object);

	if (!c)
		c = strcmp(a->words, b->words);
	return c ? c : strcmp(a->domain, b->domain);
}

static int
by_users(const void *va, const void *vb)
{
	const struct rollup_row *a = *(struct rollup_row *const *)va;
	const struct rollup_row *b = *(struct rollup_row *const *)vb;

	if (a->users != b->users)
		return a->users < b->users ? 1 : -1;
	if (a->rule->severity != b->rule->severity)
		return a->rule->severity < b->rule->severity ? 1 : -1;
	if (a->rule != b->rule)
		return a->rule->id < b->rule->id ? -1 : 1;
	return compare_causes(a->cause, b->cause);
}

static int
by_severity(const void *va, const void *vb)
{
	const struct rollup_cause *a = *(struct rollup_cause *const *)va;
	const struct rollup_cause *b = *(struct rollup_cause *const *)vb;
	size_t an = rollup_users(a), bn = rollup_users(b);

	if (a->worst != b->worst)
		return a->worst < b->worst ? 1 : -1;
	if (an != bn)
		return an < bn ? 1 : -1;
	return compare_causes(a, b);
}

int
rollup_sort(struct rollup *r)
{
	size_t n = 0;

	free(r->rows);
	free(r->causes);
	r->rows = calloc(r->row_count + 1, sizeof(struct rollup_row *));
	r->causes = calloc(r->cause_count + 1, sizeof(struct rollup_cause *));
	if (!r->rows || !r->causes)
		return -1;
	for (size_t i = 0; i < r->row_slots; i++)
		for (struct rollup_row *row = r->row_slot[i]; row; row = row->next)
			r->rows[n++] = row;
	qsort(r->rows, n, sizeof(struct rollup_row *), by_users);
	n = 0;
	for (size_t i = 0; i < r->cause_slots; i++)
		for (struct rollup_cause *c = r->cause_slot[i]; c; c = c->next)
			r->causes[n++] = c;
	qsort(r->causes, n, sizeof(struct rollup_cause *), by_severity);
	return 0;
}

size_t
rollup_pressing(const struct rollup *r)
{
	size_t n = 0;

	while (n < r->cause_count && r->causes[n]->worst != SEVERITY_INFO)
		n++;
	return n;
}

bool
rollup_breaks(const struct rollup *r, const struct rollup_cause *c, const struct rule *rule)
{
	for (size_t i = 0; i < r->row_count; i++)
		if (r->rows[i]->cause == c && r->rows[i]->rule == rule)
			return true;
	return false;
}
