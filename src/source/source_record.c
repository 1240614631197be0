/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/source_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "source/source_filter.h"

struct names {
	char **list;		/* owned strings, NULL-terminated once done */
	size_t count;
	bool nomem;
};

static void
names_add(void *arg, const char *name)
{
	struct names *n = arg;
	char **grown;

	for (size_t i = 0; i < n->count; i++)
		if (ascii_eq_nocase(n->list[i], strlen(n->list[i]), name, strlen(name)))
			return;
	grown = reallocarray(n->list, n->count + 2, sizeof *grown);
	if (!grown) {
		n->nomem = true;
		return;
	}
	n->list = grown;
	grown[n->count] = strdup(name);
	if (grown[n->count])
		n->count++;
	else
		n->nomem = true;
	grown[n->count] = NULL;
}

static void
names_free(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

static struct source_record *
self(struct source *s)
{
	return (struct source_record *)(void *)s;
}

struct call {
	struct source_record *r;
	bool users;
	entry_fn fn;
	void *arg;
};

/* A user passes: written now, with what was learned of it before. */
static bool
take_user(struct source_record *r, const struct entry *e)
{
	uint64_t hash = store_hash(&r->store, e->dn, e->dn_len);
	struct stored *before;
	struct entry all;
	bool added;

	if (hash_set_add(&r->written, hash, &added) != ERR_OK)
		return false;
	if (!added)
		return true;
	before = store_find(&r->store, e->dn, e->dn_len);
	if (!before)
		return snapshot_write_user(r->writer, e) == 0;
	if (store_merge(&r->store, e, &before) != ERR_OK)
		return false;
	all = stored_entry(before);
	if (snapshot_write_user(r->writer, &all) != 0)
		return false;
	before->elsewhere = true;
	return true;
}

/* What was written of a user has the attribute. */
static bool
has_written(const struct source_record *r, const struct stored *user, const char *name)
{
	struct entry e;

	if (user) {
		e = stored_entry(user);
		return entry_attr(&e, name) != NULL;
	}
	for (size_t i = 0; r->user_attrs && r->user_attrs[i]; i++)
		if (ascii_eq_nocase(r->user_attrs[i], strlen(r->user_attrs[i]), name, strlen(name)))
			return true;
	return false;
}

/* A user that was written comes again: nothing may come too late. */
static void
check_late(struct source_record *r, const struct entry *e)
{
	const struct stored *user = store_find(&r->store, e->dn, e->dn_len);

	for (size_t i = 0; i < e->count; i++) {
		if (r->trouble.status || !e->attrs[i].count ||
		    has_written(r, user, e->attrs[i].name))
			continue;
		r->trouble.status = SOURCE_PROTOCOL;
		snprintf(r->trouble.text, sizeof r->trouble.text, "%s: %s was read after the user "
		    "had been written", e->dn, e->attrs[i].name);
	}
}

static int
on_entry(void *arg, const struct entry *e)
{
	struct call *c = arg;
	struct source_record *r = c->r;
	bool ok = true;

	r->source.expected = r->inner->expected;
	if (c->users)
		ok = take_user(r, e);
	else if (hash_set_has(&r->written, store_hash(&r->store, e->dn, e->dn_len)))
		check_late(r, e);
	else
		ok = store_merge(&r->store, e, NULL) == ERR_OK;
	if (!ok) {
		r->failed = true;
		return 1;
	}
	return c->fn(c->arg, e);
}

static int
ignore(void *arg, const struct entry *e)
{
	(void)arg;
	(void)e;
	return 0;
}

/* The container that was searched is there, even when nothing was found in it. */
static enum source_status
note_base(struct source_record *r, const struct query *q)
{
	static const char *const attrs[] = { "objectClass", "objectCategory", NULL };
	struct query base = { .what = q->what, .base = q->base, .scope = SCOPE_BASE, .attrs = attrs };
	struct call c = { .r = r, .fn = ignore };
	struct entry bare = { .dn = q->base, .dn_len = strlen(q->base) };
	struct source_error err;

	if (store_find(&r->store, bare.dn, bare.dn_len) ||
	    hash_set_has(&r->written, store_hash(&r->store, bare.dn, bare.dn_len)))
		return SOURCE_OK;
	(void)source_search(r->inner, &base, on_entry, &c, &err);
	return store_merge(&r->store, &bare, NULL) == ERR_OK ? SOURCE_OK : SOURCE_NOMEM;
}

static enum source_status
out_of_memory(struct source_record *r, struct source_error *err)
{
	r->failed = true;
	return source_nomem(&r->source, err);
}

/* Whether the answer lacks something that another run might get. What does not
 * exist or may not be read is no trouble: the snapshot says the same. */
static bool
is_trouble(const struct query *q, enum source_status st)
{
	switch (st) {
	case SOURCE_OK:
	case SOURCE_STOPPED:
	case SOURCE_NO_OBJECT:
	case SOURCE_DENIED:
	case SOURCE_QUERY:
		return false;
	case SOURCE_LIMIT:
		return q->paged;	/* else it is asked again, by pages */
	default:
		return true;
	}
}

static enum source_status
search(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	struct source_record *r = self(s);
	struct call c = { .r = r, .users = r->users && !r->depth, .fn = fn, .arg = arg };
	struct names names = { 0 };
	struct query more = *q;
	struct filter filter;
	enum source_status st;

	for (size_t i = 0; q->attrs && q->attrs[i]; i++)
		names_add(&names, q->attrs[i]);
	if (*q->base) {
		names_add(&names, "objectClass");
		names_add(&names, "objectCategory");
	}
	if (q->filter && filter_parse(q->filter, &filter, NULL) == ERR_OK) {
		filter_attributes(&filter, names_add, &names);
		filter_fini(&filter);
	}
	if (names.nomem) {
		names_free(names.list);
		return out_of_memory(r, err);
	}
	if (q->attrs)
		more.attrs = (const char *const *)names.list;
	if (c.users) {
		names_free(r->user_attrs);
		r->user_attrs = names.list;
	}
	r->depth++;
	st = source_search(r->inner, &more, on_entry, &c, err);
	if (st == SOURCE_OK && q->scope != SCOPE_BASE && !c.users)
		st = note_base(r, q);
	r->depth--;
	if (is_trouble(q, st) && !r->trouble.status)
		r->trouble = *err;
	if (!c.users)
		names_free(names.list);
	return r->failed ? out_of_memory(r, err) : st;
}

static void
destroy(struct source *s)
{
	struct source_record *r = self(s);

	source_close(r->inner);
	store_fini(&r->store);
	names_free(r->user_attrs);
	hash_set_fini(&r->written);
	free(r);
}

static const struct source_ops ops = { .search = search, .close = destroy };

struct source_record *
source_record_new(struct source *inner, struct snapshot_writer *writer)
{
	struct source_record *r = calloc(1, sizeof *r);

	if (!r) {
		source_close(inner);
		return NULL;
	}
	r->source = (struct source){ .ops = &ops, .name = inner->name, .partial = inner->partial };
	r->inner = inner;
	r->writer = writer;
	store_init(&r->store);
	return r;
}

void
source_record_users(struct source_record *r, bool begin)
{
	r->users = begin;
}
