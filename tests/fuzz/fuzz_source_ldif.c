/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A file that can be opened as a source answers: what a search below its domain
 * finds, a search for that one DN finds too, and once; and what no filter rules
 * out is found by (objectClass=*) or by its negation. Unless a value turns out
 * to be malformed.
 */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/buf.h"
#include "source/source_ldif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_DNS 20

struct seen {
	char *dn[MAX_DNS];
	size_t count;
	bool bad;
};

static int
note(void *arg, const struct entry *e)
{
	struct seen *s = arg;

	if (strlen(e->dn) != e->dn_len)
		abort();
	for (size_t i = 0; i < e->count; i++)
		for (size_t k = 0; k < e->attrs[i].count; k++)
			if (!e->attrs[i].values[k].len || !e->attrs[i].values[k].data)
				abort();
	if (s->count < MAX_DNS)
		s->dn[s->count] = strdup(e->dn);
	s->count++;
	return 0;
}

static size_t
search(struct source *src, const char *base, enum scope scope, const char *filter, struct seen *s)
{
	struct query q = { .what = "x", .base = base, .scope = scope, .filter = filter };
	struct source_error err;
	enum source_status st = source_search(src, &q, note, s, &err);

	/* What the first reading passes over may be malformed. */
	if (st == SOURCE_PROTOCOL)
		s->bad = true;
	else if (st != SOURCE_OK && st != SOURCE_NO_OBJECT)
		abort();
	return s->count;
}

static void
forget(struct seen *s)
{
	for (size_t i = 0; i < s->count && i < MAX_DNS; i++)
		free(s->dn[i]);
	s->count = 0;
}

static int
base_of(void *arg, const struct entry *e)
{
	const struct value *v = entry_value(e, "defaultNamingContext");

	if (v)
		*(char **)arg = strndup((const char *)v->data, v->len);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("ldif", 0);
	struct query root = { .what = "x", .base = "", .scope = SCOPE_BASE };
	struct seen all = { .count = 0 }, some = { .count = 0 };
	struct source *src = NULL;
	struct source_error err;
	char path[32], *base = NULL;
	size_t with, without;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (source_ldif_open(path, &src, &err) != SOURCE_OK) {
		if (!err.text[0])
			abort();
		close(fd);
		return 0;
	}
	if (source_search(src, &root, base_of, &base, &err) != SOURCE_OK)
		abort();
	if (base && memchr(base, '=', strlen(base)) &&
	    source_search(src, &(struct query){ .what = "x", .base = base, .scope = SCOPE_BASE },
	    note, &some, &err) == SOURCE_OK) {
		forget(&some);
		search(src, base, SCOPE_SUBTREE, NULL, &all);
		for (size_t i = 0; i < all.count && i < MAX_DNS; i++) {
			if (search(src, all.dn[i], SCOPE_BASE, NULL, &some) != 1 && !some.bad)
				abort();
			forget(&some);
		}
		with = search(src, base, SCOPE_SUBTREE, "(objectClass=*)", &some);
		forget(&some);
		without = search(src, base, SCOPE_SUBTREE, "(!(objectClass=*))", &some);
		forget(&some);
		if (with + without != all.count && !all.bad && !some.bad)
			abort();
	}
	forget(&all);
	forget(&some);
	free(base);
	source_close(src);
	close(fd);
	return 0;
}
