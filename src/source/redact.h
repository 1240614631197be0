/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_REDACT_H
#define WBA_SOURCE_REDACT_H

#include "core/buf.h"
#include "core/siphash.h"
#include "model/entry.h"

/*
 * Replaces what names somebody or something by pseudonyms, so that a snapshot
 * can be handed out: equal names get equal ones, by a keyed hash whose key is
 * drawn for each run and forgotten, so that nobody can try names out.
 *
 *   DNs        each part but those that every domain has (CN=Users, CN=System,
 *              …), the schema's and well-known SIDs
 *   names      sAMAccountName, userPrincipalName, mail, displayName, … What is
 *              no letter, digit or space in them is kept (behind the pseudonym):
 *              rules look at it. So are the marks of the vendor's own accounts.
 *   SIDs       also in descriptors: the domain's part; RIDs stay
 *   the rest   numbers, times, GUIDs, OIDs and class names stay; other text is
 *              replaced as names are
 */
struct redactor {
	struct siphash_key key;
	struct entry entry;		/* the one handed out */
	struct attr *attrs;		/* owned, as what follows */
	size_t attr_cap;
	struct value *values;
	size_t value_cap;
	struct buf bytes;		/* behind all views of `entry` */
	struct buf dn;
};

int redact_init(struct redactor *);	/* 0, or -1 without randomness */
void redact_fini(struct redactor *);

/* The same entry under pseudonyms, good until the next call; NULL without memory. */
const struct entry *redact_entry(struct redactor *, const struct entry *);

/* For the head of a snapshot: appended. */
void redact_dn(struct redactor *, const char *dn, size_t len, struct buf *out);
void redact_uri(struct redactor *, const char *uri, struct buf *out);
void redact_name(struct redactor *, const char *name, size_t len, struct buf *out);

#endif
