/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_ENTRY_H
#define WBA_SOURCE_LDAP_ENTRY_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/entry.h"
#include "source/ldap_conn.h"

struct slot;
struct chunk;

/*
 * Room for one entry at a time, used again for the next. Names and values
 * point into the LDAP message; only the slices of a ranged attribute that had
 * to be asked for are copied (into chunks). Start it with { 0 }.
 */
struct wire {
	struct entry entry;	/* valid after wire_decode(), as long as its message */
	struct slot *slots;
	size_t slot_count, slot_cap;
	struct attr *attrs;
	size_t attr_cap;
	struct value *values;
	size_t value_count, value_cap;
	struct chunk *chunks;	/* the newest first */
	size_t copied;		/* bytes of values in them */
};

void wire_fini(struct wire *);

/*
 * Decodes a search entry and completes its ranged attributes by further
 * searches on the same connection; what cannot be completed is marked partial.
 * Returns LDAP_SUCCESS, LDAP_NO_MEMORY or LDAP_DECODING_ERROR. The message
 * must outlive the use of w->entry, and cannot be decoded a second time.
 */
int wire_decode(struct ldap_conn *, LDAPMessage *, struct wire *w);

#endif
