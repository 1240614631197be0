/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SOURCE_RECORD_H
#define WBA_SOURCE_SOURCE_RECORD_H

#include "core/hash_set.h"
#include "source/entry_store.h"
#include "source/snapshot_write.h"
#include "source/source.h"

/*
 * A source that passes on the answers of another and writes down what it saw.
 * It asks for a little more than it is asked: the attributes that a filter
 * names, class and category, so that the same queries can be answered from
 * what was written. Each DN is written once, with all that any query said of
 * it. Users go to the writer as they pass; everything else is kept.
 */
struct source_record {
	struct source source;		/* first: the ops get a pointer to it */
	struct source *inner;		/* owned */
	struct snapshot_writer *writer;	/* borrowed */
	struct entry_store store;	/* what are no users; those of users so far */
	struct hash_set written;	/* the DNs of users */
	bool users;			/* what is asked for next are the users */
	unsigned depth;			/* queries within callbacks */
	char **user_attrs;		/* what was asked of users; NULL-terminated */
	struct source_error trouble;	/* what makes it incomplete; status 0: nothing */
	bool failed;			/* out of memory, or the writer failed */
};

/* Takes the inner source over. NULL without memory: then it is closed. */
struct source_record *source_record_new(struct source *inner, struct snapshot_writer *);

/* Between these, the outermost queries are for users. */
void source_record_users(struct source_record *, bool begin);

#endif
