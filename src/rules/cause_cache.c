/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/cause_cache.h"

#include <stdlib.h>
#include <string.h>

#include "rules/cause.h"
#include "rules/cure.h"

struct cause_entry {
	struct cause_entry *next;	/* in the hash chain */
	const struct dacl_verdict *verdict;
	const struct container *above;
	enum right_id right;
	enum decision decision;
	int ace;
	struct cause cause;
	struct cure *cure;		/* owned; behind cause.cure */
	char words[];			/* behind cause.words, when they are not static */
};

static void
empty(struct cause_cache *c)
{
	for (size_t i = 0; i < c->slots; i++)
		while (c->slot[i]) {
			struct cause_entry *next = c->slot[i]->next;

			free(c->slot[i]->cure);
			free(c->slot[i]);
			c->slot[i] = next;
		}
	c->count = 0;
}

void
cause_cache_fini(struct cause_cache *c)
{
	empty(c);
	free(c->own);
	free(c->slot);
	*c = (struct cause_cache){ 0 };
}

#define CACHE_SLOTS 8192

static struct cause_entry **
slot_of(const struct cause_cache *c, const struct dacl_verdict *v, const struct container *above,
    enum right_id right, int ace)
{
	uint64_t h = v->hash ^ (above ? above->chained.hash * 3 : 0) ^ (uint64_t)right << 20 ^
		(uint64_t)(unsigned)ace << 24;

	h ^= h >> 32;
	return &c->slot[(h ^ h >> 16) & (c->slots - 1)];
}

/* A cause that was not met yet, traced. NULL without memory. */
static struct cause_entry *
trace_new(struct domain *d, const struct account *a, const struct sd *sd,
    const struct dacl_verdict *v, enum right_id right, const struct access_subject *who,
    const struct access_result *why, struct container *above)
{
	struct buf words = BUF_INIT;
	struct cause found = cause_trace(d, a, sd, right, who, why, above, &words);
	size_t len = words.len ? words.len + 1 : 0;
	struct cause_entry *e = calloc(1, sizeof *e + len);

	if (e) {
		e->verdict = v;
		e->above = above;
		e->right = right;
		e->decision = why->decision;
		e->ace = why->ace;
		e->cause = found;
		if (len) {
			memcpy(e->words, buf_str(&words), len);
			e->cause.words = e->words;
		}
	}
	buf_fini(&words);
	return e;
}

const struct cause *
cause_of_right(struct cause_cache *c, const struct dacl_cache *dacls, struct domain *d,
    const struct account *a, const struct dacl_verdict *v, enum right_id right,
    const struct access_result *why, struct container *above)
{
	static const struct cause nothing = { CAUSE_AS_SAID, NULL, "" };
	const struct sid *self = a->has_sid ? &a->sid : NULL;
	/* What a user may do to itself can hang on its own groups. */
	bool own = right == RIGHT_ID_CHANGE && v->per_user;
	struct user_subject user = { d, a };
	struct cause_entry **slot, *e;
	struct access_subject who;
	struct sd sd;

	if (c->generation != dacls->generation || c->count >= CAUSE_CACHE_MAX)
		empty(c);
	c->generation = dacls->generation;
	c->cure = NULL;
	if (!c->slot && !(c->slot = calloc(CACHE_SLOTS, sizeof *c->slot)))
		return &nothing;
	c->slots = CACHE_SLOTS;
	slot = slot_of(c, v, above, right, why->ace);
	for (e = *slot; e; e = e->next)
		if (e->verdict == v && e->above == above && e->right == right &&
		    e->decision == why->decision && e->ace == why->ace)
			break;
	if (e && (!c->cures || !own)) {
		c->cure = e->cure;
		return &e->cause;
	}
	if (sd_parse(a->sd.data, a->sd.len, &sd, NULL) != ERR_OK)
		return &nothing;
	who = right == RIGHT_ID_CHANGE ? user_subject(&user) :
		access_subject_token(&d->connector.token, self);
	if (!e && (e = trace_new(d, a, &sd, v, right, &who, why, above)) != NULL) {
		e->cure = c->cures && !own ? cure_of_right(d, a, right, &who, above) : NULL;
		e->next = *slot;
		*slot = e;
		c->count++;
	}
	if (!e)
		return &nothing;
	c->cure = e->cure;
	if (c->cures && own) {
		free(c->own);
		c->cure = c->own = cure_of_right(d, a, right, &who, above);
	}
	return &e->cause;
}
