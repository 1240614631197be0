/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldif_index.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"

#define MAX_NAMES 10000		/* no schema has as many */
#define MAX_CATEGORIES 64	/* classes of users in one file */

void index_fini(struct ldif_index *x)
{
	for (size_t i = 0; i < x->name_count; i++)
		free(x->names[i]);
	for (size_t i = 0; i < x->category_count; i++)
		free(x->categories[i]);
	free(x->names);
	free(x->categories);
	free(x->dn);
	free(x->sid);
	free(x->marks);
	free(x->above);
	*x = (struct ldif_index){ 0 };
}

static enum err reserve(struct ldif_index *x)
{
	size_t cap = x->cap ? 2 * x->cap : 1024;
	void *dn, *sid;

	if (x->count < x->cap)
		return ERR_OK;
	dn = reallocarray(x->dn, cap, sizeof *x->dn);
	if (!dn)
		return ERR_NOMEM;
	x->dn = dn;
	sid = reallocarray(x->sid, cap, sizeof *x->sid);
	if (!sid)
		return ERR_NOMEM;
	x->sid = sid;
	x->cap = cap;
	return ERR_OK;
}

static enum err mark_add(struct ldif_index *x, uint64_t offset, uint64_t line)
{
	if (x->mark_count == x->mark_cap) {
		size_t cap = x->mark_cap ? 2 * x->mark_cap : 64;
		struct index_mark *grown = reallocarray(x->marks, cap, sizeof *grown);

		if (!grown)
			return ERR_NOMEM;
		x->marks = grown;
		x->mark_cap = cap;
	}
	x->marks[x->mark_count++] = (struct index_mark){ offset, line };
	return ERR_OK;
}

/* The slot of a hash in the table, which has a free one. 0 marks free slots. */
static size_t above_slot(const struct ldif_index *x, uint64_t hash)
{
	size_t i = (size_t)hash & (x->above_cap - 1);

	while (x->above[i] && x->above[i] != hash)
		i = (i + 1) & (x->above_cap - 1);
	return i;
}

static enum err above_grow(struct ldif_index *x)
{
	uint64_t *old = x->above;
	size_t old_cap = x->above_cap, cap = old_cap ? 2 * old_cap : 64;

	if (2 * x->above_count < old_cap)
		return ERR_OK;
	x->above = calloc(cap, sizeof *x->above);
	if (!x->above) {
		x->above = old;
		return ERR_NOMEM;
	}
	x->above_cap = cap;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i])
			x->above[above_slot(x, old[i])] = old[i];
	free(old);
	return ERR_OK;
}

/* All DNs above, up to one that is noted already. */
static enum err above_add(struct ldif_index *x, struct entry_store *store, const char *dn, size_t len)
{
	for (;;) {
		size_t up = dn_parent(dn, len), slot;
		uint64_t hash;

		dn += up;
		len -= up;
		if (!len)
			return ERR_OK;
		hash = store_hash(store, dn, len);
		if (!hash)
			hash = 1;
		if (above_grow(x) != ERR_OK)
			return ERR_NOMEM;
		slot = above_slot(x, hash);
		if (x->above[slot])
			return ERR_OK;
		x->above[slot] = hash;
		x->above_count++;
	}
}

static char **list_add(char ***list, size_t *count, const char *s, size_t len)
{
	char **grown = reallocarray(*list, *count + 1, sizeof *grown);

	if (!grown)
		return NULL;
	*list = grown;
	grown[*count] = strndup(s, len);
	return grown[*count] ? &grown[(*count)++] : NULL;
}

static bool is_name(const struct ldif_index *x, size_t i, const char *name, size_t len)
{
	return ascii_eq_nocase(x->names[i], strlen(x->names[i]), name, len);
}

enum err index_name(struct ldif_index *x, const char *name, size_t len)
{
	const char *option = memchr(name, ';', len);

	if (option)
		len = (size_t)(option - name);
	/* Users have the same attributes in the same order, mostly. */
	for (size_t i = 0; i < x->name_count; i++) {
		size_t at = (x->name_near + i) % x->name_count;

		if (is_name(x, at, name, len)) {
			x->name_near = at;
			return ERR_OK;
		}
	}
	if (x->name_count >= MAX_NAMES)
		return ERR_TOO_BIG;
	return list_add(&x->names, &x->name_count, name, len) ? ERR_OK : ERR_NOMEM;
}

bool index_has_name(const struct ldif_index *x, const char *name)
{
	for (size_t i = 0; i < x->name_count; i++)
		if (is_name(x, i, name, strlen(name)))
			return true;
	return false;
}

static enum err category_note(struct ldif_index *x, const struct entry *e)
{
	const struct value *v = entry_value(e, "objectCategory");

	if (!v) {
		x->category_missing = true;
		return ERR_OK;
	}
	for (size_t i = 0; i < x->category_count; i++)
		if (ascii_eq_nocase(x->categories[i], strlen(x->categories[i]),
				(const char *)v->data, v->len))
			return ERR_OK;
	if (x->category_count >= MAX_CATEGORIES) {
		x->categories_many = true;
		return ERR_OK;
	}
	return list_add(&x->categories, &x->category_count, (const char *)v->data, v->len) ?
		ERR_OK : ERR_NOMEM;
}

static uint32_t sid_hash(const struct ldif_index *x, const void *bytes, size_t len)
{
	uint32_t h = (uint32_t)siphash(x->key, bytes, len);

	return h ? h : 1;
}

enum err index_add(struct ldif_index *x, struct entry_store *store, const struct entry *e,
	uint64_t hash, uint64_t offset, uint64_t line)
{
	const struct value *sid = entry_value(e, "objectSid");

	x->key = &store->key;
	if (reserve(x) != ERR_OK || category_note(x, e) != ERR_OK ||
	    (x->count % INDEX_MARK_EVERY == 0 && mark_add(x, offset, line) != ERR_OK) ||
	    above_add(x, store, e->dn, e->dn_len) != ERR_OK)
		return ERR_NOMEM;
	x->dn[x->count] = hash;
	x->sid[x->count++] = sid ? sid_hash(x, sid->data, sid->len) : 0;
	return ERR_OK;
}

size_t index_find_dn(const struct ldif_index *x, uint64_t hash, size_t from)
{
	while (from < x->count && x->dn[from] != hash)
		from++;
	return from < x->count ? from : x->count;
}

size_t index_find_sid(const struct ldif_index *x, const void *bytes, size_t len, size_t from)
{
	uint32_t hash = x->count ? sid_hash(x, bytes, len) : 0;

	while (from < x->count && x->sid[from] != hash)
		from++;
	return from < x->count ? from : x->count;
}

bool index_is_above(const struct ldif_index *x, uint64_t hash)
{
	return x->above_cap && x->above[above_slot(x, hash ? hash : 1)];
}

static enum filter_absence told(const void *arg, const char *name)
{
	static const char category[] = "objectCategory";

	if (ascii_eq_nocase(name, strlen(name), category, sizeof category - 1))
		return FILTER_UNSET;
	return index_has_name(arg, name) ? FILTER_OPEN : FILTER_UNSET;
}

bool index_may_match(const struct ldif_index *x, const struct filter *f)
{
	struct entry e = { .dn = "" };

	if (x->categories_many)
		return true;
	if (x->category_missing && (filter_eval(f, &e, told, x) & FILTER_TRUE))
		return true;
	for (size_t i = 0; i < x->category_count; i++) {
		const char *text = x->categories[i];
		const struct value v = { (const uint8_t *)text, strlen(text) };
		const struct attr a = { "objectCategory", &v, 1, false };

		e.attrs = &a;
		e.count = 1;
		if (filter_eval(f, &e, told, x) & FILTER_TRUE)
			return true;
	}
	return false;
}

static int hash_order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

bool index_twice(const struct ldif_index *x, const struct entry_store *store, size_t *first,
	size_t *second)
{
	size_t all = x->count + store->count;
	uint64_t *sorted = x->count ? reallocarray(NULL, all, sizeof *sorted) : NULL;
	bool found = false;

	if (!sorted)
		return false;	/* out of memory: a check less, and more trouble soon */
	memcpy(sorted, x->dn, x->count * sizeof *sorted);
	for (size_t i = 0; i < store->count; i++)
		sorted[x->count + i] = store->list[i]->hash;
	qsort(sorted, all, sizeof *sorted, hash_order);
	for (size_t i = 1; i < all && !found; i++)
		if (sorted[i] == sorted[i - 1]) {
			*first = index_find_dn(x, sorted[i], 0);
			*second = index_find_dn(x, sorted[i], *first + 1);
			found = true;
		}
	free(sorted);
	return found;
}
