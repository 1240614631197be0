/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDIF_SCAN_H
#define WBA_SOURCE_LDIF_SCAN_H

#include "core/ldif.h"
#include "source/entry_store.h"
#include "source/ldif_entry.h"
#include "source/ldif_file.h"
#include "source/ldif_index.h"
#include "source/snapshot_info.h"
#include "source/source.h"

/* Reading the file of a source_ldif: once for what is kept, then for users. */
struct source_ldif {
	struct source source;	/* first: the ops get a pointer to it */
	char *name;
	struct ldif_file file;
	struct entry_store store;
	struct ldif_index index;
	struct ldif_index others;	/* the attributes of what is in the store: names alone */
	struct snapshot_info info;
	char *default_nc;
	uint64_t users_offset, users_line;	/* where to read users from */
	bool broken;		/* the file ends, or is malformed, in the users */
	struct source_error trouble;	/* then: what is said of it */
};

/* Reads it all: others into the store, users into the index. */
enum source_status scan_open(struct source_ldif *, const char *path, struct source_error *err);

/* Which attributes of a user are needed. */
typedef bool (*scan_want_fn)(const void *arg, const char *name, size_t len);

/* All users, in the order of the file; `want` (with `arg`) may be NULL. */
enum source_status scan_users(struct source_ldif *, scan_want_fn want, entry_fn, void *arg,
    struct source_error *err);
/* The user at a place of the index. */
enum source_status scan_user(struct source_ldif *, size_t at, entry_fn, void *arg,
    struct source_error *err);

/* Some entry has the attribute, or every directory would. */
bool scan_knows(const struct source_ldif *, const char *name);

/* Fills *err with "FILE: …" and returns `st`. */
enum source_status scan_fail(const struct source_ldif *, struct source_error *err,
    enum source_status st, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
