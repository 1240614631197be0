/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/rollup.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "rules/cause.h"

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
rollup_init(struct rollup *r, const struct siphash_key *key)
{
	*r = (struct rollup){ .key = *key, .user = 1 };
}

static void
drop_cause(struct chained *e)
{
	struct rollup_cause *c = (struct rollup_cause *)e;

	free(c->words);
	free(c->object);
	free(c->domain);
	free(c);
}

static void
drop_row(struct chained *e)
{
	struct rollup_row *row = (struct rollup_row *)e;

	free(row->example);
	free(row);
}

void
rollup_fini(struct rollup *r)
{
	chains_fini(&r->all_causes, drop_cause);
	chains_fini(&r->all_rows, drop_row);
	free(r->rows);
	free(r->causes);
	*r = (struct rollup){ .user = 0 };
}

/* The next row or cause in no order; NULL begins, and ends. */
static struct rollup_row *
next_row(const struct rollup *r, const struct rollup_row *row)
{
	return (struct rollup_row *)chains_next(&r->all_rows, row ? &row->chained : NULL);
}

static struct rollup_cause *
next_cause(const struct rollup *r, const struct rollup_cause *c)
{
	return (struct rollup_cause *)chains_next(&r->all_causes, c ? &c->chained : NULL);
}

static bool
is_cause(const struct rollup_cause *c, const struct rollup_key *k)
{
	return !strcmp(c->words, k->words) && !strcmp(c->object, k->object) &&
		!strcmp(c->domain, k->domain);
}

static struct rollup_cause *
cause_of(struct rollup *r, const struct rollup_key *k)
{
	const uint64_t parts[] = { siphash(&r->key, k->words, strlen(k->words)),
		siphash(&r->key, k->object, strlen(k->object)),
		siphash(&r->key, k->domain, strlen(k->domain)) };
	uint64_t h = siphash(&r->key, parts, sizeof parts);
	struct rollup_cause *c;

	for (struct chained *e = chains_find(&r->all_causes, h); e; e = chained_alike(e))
		if (is_cause((struct rollup_cause *)e, k))
			return (struct rollup_cause *)e;
	c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->words = strdup(k->words);
	c->object = strdup(k->object);
	c->domain = strdup(k->domain);
	if (c->words && c->object && c->domain &&
	    chains_add(&r->all_causes, &c->chained, h) == ERR_OK)
		return c;
	drop_cause(&c->chained);
	return NULL;
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
	/* A cause stands for its texts. */
	h = (c->chained.hash ^ rule->id) * HASH_PRIME >> 16;
	for (struct chained *e = chains_find(&r->all_rows, h); e; e = chained_alike(e)) {
		row = (struct rollup_row *)e;
		if (row->cause == c && row->rule == rule)
			return row;
	}
	row = calloc(1, sizeof *row);
	if (!row)
		return NULL;
	row->example = strdup(example);
	row->cause = c;
	row->rule = rule;
	if (row->example && chains_add(&r->all_rows, &row->chained, h) == ERR_OK)
		return row;
	drop_row(&row->chained);
	return NULL;
}

const char *
rollup_object(const struct finding *f)
{
	return f->why->object ? f->why->object : f->shared ? f->cause : "";
}

int
rollup_add(struct rollup *r, const struct finding *f)
{
	const struct rule *rule = rule_find(f->rule);
	const struct rollup_key key = { f->why->words, rollup_object(f), f->domain ? f->domain : "" };
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
	for (struct rollup_row *row = NULL; (row = next_row(r, row));)
		if (row->shared) {
			row->users = (size_t)(r->user - 1);
			row->cause->users[row->rule->severity] = row->users;
		}
}

int
rollup_merge(struct rollup *r, const struct rollup *other)
{
	for (const struct rollup_row *from = NULL; (from = next_row(other, from));) {
		const struct rollup_key key = key_of(from->cause);
		struct rollup_row *to = row_of(r, from->rule, &key, from->example);

		if (!to)
			return -1;
		to->remedy = from->remedy;
		to->assumed |= from->assumed;
		to->users += from->users;
	}
	for (const struct rollup_cause *c = NULL; (c = next_cause(other, c));) {
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
	free(r->rows);
	free(r->causes);
	r->row_count = r->cause_count = 0;
	r->rows = calloc(r->all_rows.count + 1, sizeof(struct rollup_row *));
	r->causes = calloc(r->all_causes.count + 1, sizeof(struct rollup_cause *));
	if (!r->rows || !r->causes)
		return -1;
	for (struct rollup_row *row = NULL; (row = next_row(r, row));)
		r->rows[r->row_count++] = row;
	qsort(r->rows, r->row_count, sizeof(struct rollup_row *), by_users);
	for (struct rollup_cause *c = NULL; (c = next_cause(r, c));)
		r->causes[r->cause_count++] = c;
	qsort(r->causes, r->cause_count, sizeof(struct rollup_cause *), by_severity);
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

static bool
breaks(const struct rollup *r, const struct rollup_cause *c, const struct rule *rule)
{
	for (size_t i = 0; i < r->row_count; i++)
		if (r->rows[i]->cause == c && r->rows[i]->rule == rule)
			return true;
	return false;
}

const struct rule *
rollup_next_rule(const struct rollup *r, const struct rollup_cause *c, const struct rule *after)
{
	for (size_t i = after ? (size_t)(after - rule_table) + 1 : 0; i < rule_count; i++)
		if (rule_table[i].severity != SEVERITY_INFO && breaks(r, c, &rule_table[i]))
			return &rule_table[i];
	return NULL;
}
