/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDIF_ENTRY_H
#define WBA_SOURCE_LDIF_ENTRY_H

#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/ldif.h"
#include "model/entry.h"

/* More attributes than any schema has. */
#define LDIF_ENTRY_MAX_ATTRS 8192

/*
 * A record as an entry: the values of an attribute together, whatever the
 * order of the lines; without empty values, which the directory does not have
 * ("member:" of ldapsearch -A). "member;range=0-1499" is a part of member.
 * Start it with { 0 }; it lives as long as the record.
 */
struct ldif_entry {
	struct entry entry;
	struct attr *attrs;
	size_t *name_lens;	/* of attrs */
	size_t attr_cap;
	struct value *values;
	size_t *of;		/* the attribute of each value of the record */
	size_t value_cap;
	struct buf names;	/* of those that have a range */
};

enum err ldif_entry_make(struct ldif_entry *, const struct ldif_record *);
void ldif_entry_fini(struct ldif_entry *);

#endif
