/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/entry_store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/list.h"

void
store_init(struct entry_store *s)
{
	*s = (struct entry_store){ 0 };
	/* Without randomness a stranger's file could make us slow, no more. */
	if (getrandom(&s->key, sizeof s->key, GRND_NONBLOCK) != (ssize_t)sizeof s->key)
		s->key = (struct siphash_key){ 1, 2 };
}

static void
attrs_free(struct stored *e)
{
	for (size_t i = 0; i < e->count; i++)
		free((void *)(uintptr_t)e->attrs[i].values);
	free(e->attrs);
	e->attrs = NULL;
	e->count = e->cap = 0;
}

static void
drop(struct chained *chained)
{
	struct stored *e = (struct stored *)chained;

	attrs_free(e);
	free(e->dn);
	free(e);
}

void
store_fini(struct entry_store *s)
{
	chains_fini(&s->by_dn, drop);
	free(s->list);
	buf_fini(&s->canonical);
	*s = (struct entry_store){ 0 };
}

uint64_t
store_hash(struct entry_store *s, const char *dn, size_t len)
{
	buf_clear(&s->canonical);
	dn_canonical(dn, len, &s->canonical);
	return siphash(&s->key, buf_str(&s->canonical), s->canonical.len);
}

static struct stored *
find_hashed(const struct entry_store *s, uint64_t hash, const char *dn, size_t len)
{
	for (struct chained *c = chains_find(&s->by_dn, hash); c; c = chained_alike(c)) {
		struct stored *e = (struct stored *)c;

		if (dn_eq(e->dn, e->dn_len, dn, len))
			return e;
	}
	return NULL;
}

struct stored *
store_find(struct entry_store *s, const char *dn, size_t len)
{
	return s->count ? find_hashed(s, store_hash(s, dn, len), dn, len) : NULL;
}

static struct stored *
add(struct entry_store *s, uint64_t hash, const char *dn, size_t len)
{
	struct stored **list = list_room(s->list, s->count, &s->cap, 256, sizeof *list);
	struct stored *e;

	if (!list)
		return NULL;
	s->list = list;
	e = calloc(1, sizeof *e);
	if (!e)
		return NULL;
	e->dn = strndup(dn, len);
	e->dn_len = len;
	if (!e->dn || chains_add(&s->by_dn, &e->chained, hash) != ERR_OK) {
		drop(&e->chained);
		return NULL;
	}
	list[s->count++] = e;
	return e;
}

/* One block: the values, their bytes (each with a NUL behind), the name. */
static enum err
attr_copy(const struct attr *a, struct attr *out)
{
	size_t name = strlen(a->name) + 1, size = a->count * sizeof *a->values + name;
	struct value *values;
	uint8_t *bytes;

	for (size_t i = 0; i < a->count; i++)
		size += a->values[i].len + 1;
	values = malloc(size);
	if (!values)
		return ERR_NOMEM;
	bytes = (uint8_t *)(values + a->count);
	for (size_t i = 0; i < a->count; i++) {
		values[i] = (struct value){ bytes, a->values[i].len };
		if (a->values[i].len)
			memcpy(bytes, a->values[i].data, a->values[i].len);
		bytes[a->values[i].len] = 0;
		bytes += a->values[i].len + 1;
	}
	memcpy(bytes, a->name, name);
	*out = (struct attr){ (char *)bytes, values, a->count, a->partial };
	return ERR_OK;
}

static struct attr *
attr_find(const struct stored *e, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < e->count; i++)
		if (ascii_eq_nocase(e->attrs[i].name, strlen(e->attrs[i].name), name, len))
			return &e->attrs[i];
	return NULL;
}

static enum err
attr_merge(struct stored *e, const struct attr *a)
{
	struct attr *have = attr_find(e, a->name), copy;

	if (!a->count && !a->partial)
		return ERR_OK;		/* no values: as good as not returned */
	if (have && !(have->partial && !a->partial))
		return ERR_OK;
	if (!have) {
		struct attr *grown = list_room(e->attrs, e->count, &e->cap, 8, sizeof *grown);

		if (!grown)
			return ERR_NOMEM;
		e->attrs = grown;
	}
	if (attr_copy(a, &copy) != ERR_OK)
		return ERR_NOMEM;
	if (have)
		free((void *)(uintptr_t)have->values);
	else
		have = &e->attrs[e->count++];
	*have = copy;
	return ERR_OK;
}

enum err
store_merge(struct entry_store *s, const struct entry *e, struct stored **out)
{
	uint64_t hash = store_hash(s, e->dn, e->dn_len);
	struct stored *have = find_hashed(s, hash, e->dn, e->dn_len);

	if (buf_failed(&s->canonical))
		return ERR_NOMEM;
	if (!have)
		have = add(s, hash, e->dn, e->dn_len);
	if (!have)
		return ERR_NOMEM;
	for (size_t i = 0; i < e->count; i++)
		if (attr_merge(have, &e->attrs[i]) != ERR_OK)
			return ERR_NOMEM;
	if (out)
		*out = have;
	return ERR_OK;
}

struct entry
stored_entry(const struct stored *e)
{
	return (struct entry){ e->dn, e->dn_len, e->attrs, e->count };
}
