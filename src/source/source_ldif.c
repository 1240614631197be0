/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/source_ldif.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "source/ldif_scan.h"

static struct source_ldif *
self(struct source *s)
{
	return (struct source_ldif *)(void *)s;
}

/* An answer under way. */
struct answer {
	struct source_ldif *ls;
	const struct query *q;
	struct filter filter;
	bool has_filter;
	entry_fn fn;
	void *arg;
	struct attr attrs[128];	/* those asked for */
	size_t seen;
};

/* entry_attr(), beginning behind the one found last: a file that an audit wrote
 * has them in the order in which an audit asks. */
static const struct attr *
find_near(const struct entry *e, const char *name, size_t *near)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < e->count; i++) {
		size_t at = *near + i < e->count ? *near + i : *near + i - e->count;
		const char *have = e->attrs[at].name;

		if (ascii_lower(have[0]) == ascii_lower(name[0]) &&
		    (!strcmp(have, name) || ascii_eq_nocase(have, strlen(have), name, len))) {
			*near = at + 1;
			return &e->attrs[at];
		}
	}
	return NULL;
}

/* Hands on an entry with what was asked for. */
static int
deliver(struct answer *a, const struct entry *e)
{
	struct entry out = *e;

	if (a->q->attrs) {
		out.attrs = a->attrs;
		out.count = 0;
		for (size_t i = 0, near = 0; a->q->attrs[i] && out.count < 128; i++) {
			const struct attr *have = find_near(e, a->q->attrs[i], &near);

			if (have)
				a->attrs[out.count++] = *have;
		}
	}
	a->seen++;
	return a->fn(a->arg, &out);
}

static enum filter_absence
absent(const void *arg, const char *name)
{
	return scan_knows(arg, name) ? FILTER_UNSET : FILTER_UNKNOWN;
}

static bool
in_scope(const struct query *q, const char *dn, size_t len)
{
	size_t base = strlen(q->base);

	switch (q->scope) {
	case SCOPE_BASE:
		return dn_eq(dn, len, q->base, base);
	case SCOPE_ONE:
		return dn_eq(dn + dn_parent(dn, len), len - dn_parent(dn, len), q->base, base);
	case SCOPE_SUBTREE:
		break;
	}
	return dn_under(dn, len, q->base, base);
}

static bool
matches(const struct answer *a, const struct entry *e)
{
	if (a->has_filter && filter_eval(&a->filter, e, absent, a->ls) != FILTER_TRUE)
		return false;
	return e->dn_len && in_scope(a->q, e->dn, e->dn_len);
}

static int
on_user(void *arg, const struct entry *e)
{
	struct answer *a = arg;

	return matches(a, e) ? deliver(a, e) : 0;
}

struct pins {
	struct answer *a;
	size_t hits[64];
	size_t count;
	bool many;
};

static void
on_pin(void *arg, const uint8_t *value, size_t len)
{
	struct pins *p = arg;
	const struct ldif_index *x = &p->a->ls->index;

	for (size_t i = index_find_sid(x, value, len, 0); i < x->count && !p->many;
	     i = index_find_sid(x, value, len, i + 1)) {
		if (p->count == sizeof p->hits / sizeof *p->hits)
			p->many = true;
		else
			p->hits[p->count++] = i;
	}
}

static int
size_order(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
on_filter_name(void *arg, const char *name)
{
	const char **wanted = arg;

	if (wanted[0] && ascii_eq_nocase(name, strlen(name), wanted[0], strlen(wanted[0])))
		wanted[0] = NULL;	/* found */
}

/* What the answer and its filter need of a user. */
static bool
want(const void *arg, const char *name, size_t len)
{
	const struct answer *a = arg;
	char text[64];
	const char *left = text;

	if (!a->q->attrs)
		return true;
	for (size_t i = 0; a->q->attrs[i]; i++)
		if (ascii_eq_nocase(a->q->attrs[i], strlen(a->q->attrs[i]), name, len))
			return true;
	if (!a->has_filter || len >= sizeof text)
		return a->has_filter;
	memcpy(text, name, len);
	text[len] = '\0';
	filter_attributes(&a->filter, on_filter_name, &left);
	return !left;
}

/* The users that match, from the file; not read where none can. */
static enum source_status
users(struct answer *a, struct source_error *err)
{
	struct source_ldif *ls = a->ls;
	struct pins pins = { .a = a };
	uint64_t base = store_hash(&ls->store, a->q->base, strlen(a->q->base));
	enum source_status st = SOURCE_OK;

	if (!index_is_above(&ls->index, base) &&
	    index_find_dn(&ls->index, base, 0) == ls->index.count)
		return SOURCE_OK;
	if (a->has_filter && !index_may_match(&ls->index, &a->filter))
		return SOURCE_OK;
	if (!a->has_filter || !filter_pins(&a->filter, "objectSid", on_pin, &pins) || pins.many)
		return scan_users(ls, want, on_user, a, err);
	qsort(pins.hits, pins.count, sizeof *pins.hits, size_order);
	for (size_t i = 0; i < pins.count && st == SOURCE_OK; i++)
		if (!i || pins.hits[i] != pins.hits[i - 1])
			st = scan_user(ls, pins.hits[i], on_user, a, err);
	return st;
}

/* Everything that is known to be there: entries, and what stands above them. */
static bool
exists(struct source_ldif *ls, const char *dn)
{
	size_t len = strlen(dn);
	uint64_t hash = store_hash(&ls->store, dn, len);

	if (store_find(&ls->store, dn, len) || index_is_above(&ls->index, hash) ||
	    index_find_dn(&ls->index, hash, 0) < ls->index.count ||
	    dn_eq(dn, len, ls->default_nc, strlen(ls->default_nc)))
		return true;
	for (size_t i = 0; i < ls->store.count; i++)
		if (dn_under(ls->store.list[i]->dn, ls->store.list[i]->dn_len, dn, len))
			return true;
	return false;
}

static enum source_status
no_object(struct answer *a, struct source_error *err)
{
	*err = (struct source_error){ .status = SOURCE_NO_OBJECT };
	snprintf(err->text, sizeof err->text, "%s: %s: it has no %s%s%.500s", a->ls->source.name,
	    a->q->what, a->q->base, a->ls->broken ? "; and " : "",
	    a->ls->broken ? a->ls->trouble.text : "");
	return SOURCE_NO_OBJECT;
}

/* One entry by its DN. */
static enum source_status
base_search(struct answer *a, struct source_error *err)
{
	struct source_ldif *ls = a->ls;
	size_t len = strlen(a->q->base), at;
	struct stored *s = store_find(&ls->store, a->q->base, len);
	struct entry e = { .dn = a->q->base, .dn_len = len };
	uint64_t hash;

	if (s)
		e = stored_entry(s);
	if (s || dn_eq(e.dn, len, ls->default_nc, strlen(ls->default_nc))) {
		if (a->has_filter && filter_eval(&a->filter, &e, absent, ls) != FILTER_TRUE)
			return SOURCE_OK;
		return deliver(a, &e) ? SOURCE_STOPPED : SOURCE_OK;
	}
	hash = store_hash(&ls->store, a->q->base, len);
	for (at = index_find_dn(&ls->index, hash, 0); at < ls->index.count;
	     at = index_find_dn(&ls->index, hash, at + 1)) {
		enum source_status st = scan_user(ls, at, on_user, a, err);

		if (st != SOURCE_OK || a->seen)
			return st;
	}
	return no_object(a, err);
}

static enum source_status
tree_search(struct answer *a, struct source_error *err)
{
	struct source_ldif *ls = a->ls;
	enum source_status st;

	if (!exists(ls, a->q->base))
		return no_object(a, err);
	for (size_t i = 0; i < ls->store.count; i++) {
		struct entry e = stored_entry(ls->store.list[i]);

		if (matches(a, &e) && deliver(a, &e) != 0)
			return SOURCE_STOPPED;
	}
	st = users(a, err);
	/* Whoever asks for all of the users is to know that these are not all. */
	if (st == SOURCE_OK && a->q->paged && a->q->sd_flags && ls->broken) {
		*err = ls->trouble;
		st = err->status;
	}
	return st;
}

static enum source_status
search(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	struct answer a = { .ls = self(s), .q = q, .fn = fn, .arg = arg };
	enum source_status st;
	struct fault fault = { 0 };
	struct fault_buf text;

	if (q->filter) {
		enum err bad = filter_parse(q->filter, &a.filter, &fault);

		if (bad == ERR_NOMEM)
			return scan_fail(a.ls, err, SOURCE_NOMEM, "out of memory");
		if (bad != ERR_OK)
			return scan_fail(a.ls, err, SOURCE_QUERY, "%s: the filter %s cannot be used: %s",
			    q->what, q->filter, fault_str(&fault, &text));
		a.has_filter = true;
	}
	if (!dn_valid(q->base, strlen(q->base)))
		st = scan_fail(a.ls, err, SOURCE_QUERY, "%s: %s is not a DN", q->what, q->base);
	else
		st = q->scope == SCOPE_BASE ? base_search(&a, err) : tree_search(&a, err);
	filter_fini(&a.filter);
	err->seen = a.seen;
	return st;
}

static void
destroy(struct source *s)
{
	struct source_ldif *ls = self(s);

	ldif_file_close(&ls->file);
	index_fini(&ls->index);
	index_fini(&ls->others);
	store_fini(&ls->store);
	snapshot_info_fini(&ls->info);
	free(ls->default_nc);
	free(ls->name);
	free(ls);
}

static const struct source_ops ops = { .search = search, .close = destroy };

enum source_status
source_ldif_open(const char *path, struct source **out, struct source_error *err)
{
	struct source_ldif *ls = calloc(1, sizeof *ls);
	enum source_status st;

	*err = (struct source_error){ .status = SOURCE_OK };
	if (!ls || !(ls->name = strdup(strcmp(path, "-") ? path : "(stdin)"))) {
		free(ls);
		*err = (struct source_error){ .status = SOURCE_NOMEM };
		snprintf(err->text, sizeof err->text, "%s: out of memory", path);
		return SOURCE_NOMEM;
	}
	ls->source = (struct source){ .ops = &ops, .name = ls->name };
	ls->file.fd = -1;
	store_init(&ls->store);
	st = scan_open(ls, path, err);
	if (st != SOURCE_OK) {
		destroy(&ls->source);
		return st;
	}
	*out = &ls->source;
	return SOURCE_OK;
}

const struct snapshot_info *
source_ldif_info(const struct source *s)
{
	return &((const struct source_ldif *)(const void *)s)->info;
}

size_t
source_ldif_users(const struct source *s)
{
	return ((const struct source_ldif *)(const void *)s)->index.count;
}

struct names {
	const struct source_ldif *ls;
	const char *unknown;
};

static void
on_name(void *arg, const char *name)
{
	struct names *n = arg;

	if (!n->unknown && !scan_knows(n->ls, name))
		n->unknown = name;
}

bool
source_ldif_knows(const struct source *s, const char *text, struct source_error *err)
{
	const struct source_ldif *ls = (const struct source_ldif *)(const void *)s;
	struct names names = { ls, NULL };
	struct filter filter;
	struct fault fault = { 0 };
	struct fault_buf b;

	if (filter_parse(text, &filter, &fault) != ERR_OK) {
		scan_fail(ls, err, SOURCE_QUERY, "the filter %s cannot be used: %s", text,
		    fault_str(&fault, &b));
		return false;
	}
	filter_attributes(&filter, on_name, &names);
	if (names.unknown)
		scan_fail(ls, err, SOURCE_QUERY, "no entry has the attribute %s, which the filter "
		    "names: a snapshot keeps it when it is taken with that filter",
		    names.unknown);
	filter_fini(&filter);
	return !names.unknown;
}
