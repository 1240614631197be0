/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldif_index.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/list.h"
#include "core/sieve.h"

#define MAX_NAMES 10000		/* no schema has as many */
#define MAX_KINDS 64		/* of users in one file */

static void
kind_fini(struct index_kind *k)
{
	free(k->text);
	free(k->values);
}

void
index_fini(struct ldif_index *x)
{
	for (size_t i = 0; i < x->name_count; i++)
		free(x->names[i]);
	for (size_t i = 0; i < x->kind_count; i++)
		kind_fini(&x->kinds[i]);
	free(x->names);
	free(x->kinds);
	free(x->dn);
	free(x->sid);
	free(x->marks);
	hash_set_fini(&x->above);
	*x = (struct ldif_index){ 0 };
}

static enum err
reserve(struct ldif_index *x)
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

static enum err
mark_add(struct ldif_index *x, uint64_t offset, uint64_t line)
{
	struct index_mark *grown = list_room(x->marks, x->mark_count, &x->mark_cap, 64,
	    sizeof *grown);

	if (!grown)
		return ERR_NOMEM;
	x->marks = grown;
	x->marks[x->mark_count++] = (struct index_mark){ offset, line };
	return ERR_OK;
}

/* All DNs above, up to one that is noted already: as it is written, too, for what
 * stands above most users did so above one before, in the same letters. */
static enum err
above_add(struct ldif_index *x, struct entry_store *store, const char *dn, size_t len)
{
	bool added = true;
	enum err err = ERR_OK;

	while (err == ERR_OK && added) {
		size_t up = dn_parent(dn, len);
		uint64_t raw;

		dn += up;
		len -= up;
		raw = siphash(&store->key, dn, len);
		if (!len || index_is_above(x, raw))
			return ERR_OK;
		err = hash_set_add(&x->above, store_hash(store, dn, len), &added);
		if (err == ERR_OK)
			err = hash_set_add(&x->above, raw, NULL);
	}
	return err;
}

static char **
list_add(char ***list, size_t *count, const char *s, size_t len)
{
	char **grown = reallocarray(*list, *count + 1, sizeof *grown);

	if (!grown)
		return NULL;
	*list = grown;
	grown[*count] = strndup(s, len);
	return grown[*count] ? &grown[(*count)++] : NULL;
}

static bool
is_name(const struct ldif_index *x, size_t i, const char *name, size_t len)
{
	return ascii_eq_nocase(x->names[i], strlen(x->names[i]), name, len);
}

enum err
index_name(struct ldif_index *x, const char *name, size_t len)
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

bool
index_has_name(const struct ldif_index *x, const char *name)
{
	for (size_t i = 0; i < x->name_count; i++)
		if (is_name(x, i, name, strlen(name)))
			return true;
	return false;
}

static const char *const kind_names[] = { "objectCategory", "objectClass" };

#define KIND_NAMES (sizeof kind_names / sizeof *kind_names)

static bool
same_values(const struct attr *a, const struct attr *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->values[i].len != b->values[i].len ||
		    memcmp(a->values[i].data, b->values[i].data, a->values[i].len) != 0)
			return false;
	return true;
}

static bool
same_kind(const struct index_kind *k, const struct attr *const have[], size_t count)
{
	if (k->count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(k->attrs[i].name, have[i]->name) != 0 ||
		    !same_values(&k->attrs[i], have[i]))
			return false;
	return true;
}

static enum err
kind_make(struct index_kind *k, const struct attr *const have[], size_t count)
{
	struct buf text = BUF_INIT;
	struct value *v = NULL;
	size_t values = 0;
	const char *p;

	for (size_t i = 0; i < count; i++) {
		values += have[i]->count;
		buf_add(&text, have[i]->name, strlen(have[i]->name) + 1);
		for (size_t n = 0; n < have[i]->count; n++) {
			buf_add(&text, have[i]->values[n].data, have[i]->values[n].len);
			buf_addc(&text, '\0');
		}
	}
	v = calloc(values + 1, sizeof *v);
	p = buf_steal(&text);
	if (!v || !p) {
		free(v);
		free((void *)(uintptr_t)p);
		return ERR_NOMEM;
	}
	*k = (struct index_kind){ .text = (char *)(uintptr_t)p, .values = v, .count = count };
	for (size_t i = 0; i < count; i++) {
		k->attrs[i] = (struct attr){ .name = p, .values = v, .count = have[i]->count,
			.partial = have[i]->partial };
		p += strlen(p) + 1;
		for (size_t n = 0; n < have[i]->count; n++) {
			*v = (struct value){ (const uint8_t *)p, have[i]->values[n].len };
			p += v->len + 1;
			v++;
		}
	}
	return ERR_OK;
}

/* Notes what a user is, unless another was the same. */
static enum err
kind_note(struct ldif_index *x, const struct entry *e)
{
	const struct attr *have[KIND_NAMES];
	struct index_kind *grown;
	size_t count = 0;

	for (size_t i = 0; i < KIND_NAMES; i++) {
		have[count] = entry_attr(e, kind_names[i]);
		count += have[count] != NULL;
	}
	for (size_t i = 0; i < x->kind_count; i++) {
		size_t at = (x->kind_near + i) % x->kind_count;

		if (same_kind(&x->kinds[at], have, count)) {
			x->kind_near = at;
			return ERR_OK;
		}
	}
	if (x->kind_count >= MAX_KINDS) {
		x->kinds_many = true;
		return ERR_OK;
	}
	grown = reallocarray(x->kinds, x->kind_count + 1, sizeof *grown);
	if (!grown)
		return ERR_NOMEM;
	x->kinds = grown;
	if (kind_make(&grown[x->kind_count], have, count) != ERR_OK)
		return ERR_NOMEM;
	x->kind_count++;
	return ERR_OK;
}

static uint32_t
sid_hash(const struct ldif_index *x, const void *bytes, size_t len)
{
	uint32_t h = (uint32_t)siphash(x->key, bytes, len);

	return h ? h : 1;
}

enum err
index_add(struct ldif_index *x, struct entry_store *store, const struct entry *e, uint64_t hash,
    uint64_t offset, uint64_t line)
{
	const struct value *sid = entry_value(e, "objectSid");

	x->key = &store->key;
	if (reserve(x) != ERR_OK || kind_note(x, e) != ERR_OK ||
	    (x->count % INDEX_MARK_EVERY == 0 && mark_add(x, offset, line) != ERR_OK) ||
	    above_add(x, store, e->dn, e->dn_len) != ERR_OK)
		return ERR_NOMEM;
	x->dn[x->count] = hash;
	x->sid[x->count++] = sid ? sid_hash(x, sid->data, sid->len) : 0;
	return ERR_OK;
}

size_t
index_find_dn(const struct ldif_index *x, uint64_t hash, size_t from)
{
	while (from < x->count && x->dn[from] != hash)
		from++;
	return from < x->count ? from : x->count;
}

size_t
index_find_sid(const struct ldif_index *x, const void *bytes, size_t len, size_t from)
{
	uint32_t hash = x->count ? sid_hash(x, bytes, len) : 0;

	while (from < x->count && x->sid[from] != hash)
		from++;
	return from < x->count ? from : x->count;
}

bool
index_is_above(const struct ldif_index *x, uint64_t hash)
{
	return hash_set_has(&x->above, hash);
}

static enum filter_absence
told(const void *arg, const char *name)
{
	for (size_t i = 0; i < KIND_NAMES; i++)
		if (ascii_eq_nocase(name, strlen(name), kind_names[i], strlen(kind_names[i])))
			return FILTER_UNSET;
	return index_has_name(arg, name) ? FILTER_OPEN : FILTER_UNSET;
}

bool
index_may_match(const struct ldif_index *x, const struct filter *f)
{
	if (x->kinds_many)
		return true;
	for (size_t i = 0; i < x->kind_count; i++) {
		const struct entry e = { .dn = "", .attrs = x->kinds[i].attrs,
			.count = x->kinds[i].count };

		if (filter_eval(f, &e, told, x) & FILTER_TRUE)
			return true;
	}
	return false;
}

static int
hash_order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Hashes that may be there twice. */
struct doubtful {
	struct sieve sieve;
	uint64_t *list;
	size_t count, cap;
	bool nomem;
};

static void
doubt(struct doubtful *d, uint64_t hash)
{
	uint64_t *grown;

	if (!sieve_is_shared(&d->sieve, hash))
		return;
	grown = list_room(d->list, d->count, &d->cap, 256, sizeof *grown);
	d->nomem |= !grown;
	if (d->nomem)
		return;
	d->list = grown;
	d->list[d->count++] = hash;
}

bool
index_twice(const struct ldif_index *x, const struct entry_store *store, size_t *first,
    size_t *second)
{
	struct doubtful d = { .list = NULL };
	bool found = false;

	/* Out of memory: a check less, and more trouble soon. */
	if (!x->count || sieve_init(&d.sieve, x->count + store->count) != ERR_OK)
		return false;
	for (size_t i = 0; i < x->count; i++)
		sieve_add(&d.sieve, x->dn[i]);
	for (size_t i = 0; i < store->count; i++)
		sieve_add(&d.sieve, store->list[i]->chained.hash);
	for (size_t i = 0; i < x->count && !d.nomem; i++)
		doubt(&d, x->dn[i]);
	for (size_t i = 0; i < store->count && !d.nomem; i++)
		doubt(&d, store->list[i]->chained.hash);
	if (d.count)
		qsort(d.list, d.count, sizeof *d.list, hash_order);
	for (size_t i = 1; i < d.count && !found; i++)
		if (d.list[i] == d.list[i - 1]) {
			*first = index_find_dn(x, d.list[i], 0);
			*second = index_find_dn(x, d.list[i], *first + 1);
			found = true;
		}
	free(d.list);
	sieve_fini(&d.sieve);
	return found;
}
