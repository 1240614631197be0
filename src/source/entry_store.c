/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/entry_store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/ascii.h"
#include "core/dn.h"

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

void
store_fini(struct entry_store *s)
{
	for (size_t i = 0; i < s->count; i++) {
		attrs_free(s->list[i]);
		free(s->list[i]->dn);
		free(s->list[i]);
	}
	free(s->list);
	free(s->buckets);
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
	struct stored *e = s->bucket_count ? s->buckets[hash & (s->bucket_count - 1)] : NULL;

	while (e && !(e->hash == hash && dn_eq(e->dn, e->dn_len, dn, len)))
		e = e->chain;
	return e;
}

struct stored *
store_find(struct entry_store *s, const char *dn, size_t len)
{
	return s->bucket_count ? find_hashed(s, store_hash(s, dn, len), dn, len) : NULL;
}

static void
bucket_put(struct entry_store *s, struct stored *e)
{
	struct stored **bucket = &s->buckets[e->hash & (s->bucket_count - 1)];

	e->chain = *bucket;
	*bucket = e;
}

/* Room for one more entry, in list and buckets. */
static enum err
reserve(struct entry_store *s)
{
	if (s->count == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 256;
		struct stored **grown = realloc(s->list, cap * sizeof *grown);

		if (!grown)
			return ERR_NOMEM;
		s->list = grown;
		s->cap = cap;
	}
	if (s->count >= s->bucket_count) {
		size_t n = s->bucket_count ? 2 * s->bucket_count : 512;
		struct stored **fresh = calloc(n, sizeof *fresh);

		if (!fresh)
			return ERR_NOMEM;
		free(s->buckets);
		s->buckets = fresh;
		s->bucket_count = n;
		for (size_t i = 0; i < s->count; i++)
			bucket_put(s, s->list[i]);
	}
	return ERR_OK;
}

static struct stored *
add(struct entry_store *s, uint64_t hash, const char *dn, size_t len)
{
	struct stored *e;

	if (reserve(s) != ERR_OK || !(e = calloc(1, sizeof *e)))
		return NULL;
	e->dn = strndup(dn, len);
	if (!e->dn) {
		free(e);
		return NULL;
	}
	e->dn_len = len;
	e->hash = hash;
	s->list[s->count++] = e;
	bucket_put(s, e);
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
	if (!have && e->count == e->cap) {
		size_t cap = e->cap ? 2 * e->cap : 8;
		struct attr *grown = realloc(e->attrs, cap * sizeof *grown);

		if (!grown)
			return ERR_NOMEM;
		e->attrs = grown;
		e->cap = cap;
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
