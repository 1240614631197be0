/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SOURCE_FILTER_H
#define WBA_SOURCE_SOURCE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "model/entry.h"

/*
 * LDAP filters (RFC 4515), evaluated here where no server does it: as Active
 * Directory would (MS-ADTS 3.1.1.3.1.3.1), in three-valued logic.
 *
 *   an attribute without a value on this entry   =, <=, >=, substrings: false
 *   an attribute that the source does not know   undefined
 *   ~= is =; (&) is true and (|) false (RFC 4526)
 *   the bit rules 1.2.840.113556.1.4.803 and .804 (MS-ADTS 3.1.1.3.4.4)
 *   objectCategory by class name: (objectCategory=person)
 *   objectSid and objectGUID by bytes or by text
 *
 * Strings compare without the case of ASCII letters, numbers as numbers, DNs
 * as DNs. Another matching rule is refused: it would be silence.
 */
#define FILTER_MAX_NODES 20000	/* a filter for as many SIDs is none that we make */
#define FILTER_MAX_DEPTH 64	/* the recursion's */

enum filter_kind {
	FILTER_AND, FILTER_OR, FILTER_NOT,
	FILTER_EQUAL, FILTER_SUBSTRINGS, FILTER_AT_LEAST, FILTER_AT_MOST, FILTER_PRESENT,
	FILTER_BITS_ALL, FILTER_BITS_ANY,
	FILTER_PART			/* of a substring filter, below it */
};

struct filter_node {
	enum filter_kind kind;
	size_t first, next;		/* child and sibling: indexes; 0: none */
	size_t name, value, value_len;	/* offsets in text, NUL-terminated */
	bool initial, final;		/* PART: at the beginning, at the end */
	bool has_number;		/* the value is an integer */
	int64_t number;
};

struct filter {
	struct filter_node *nodes;	/* owned; the root is nodes[1] */
	size_t count, cap;
	struct buf text;
};

/* The whole of `s` is one filter in parentheses. The fault's offset counts in it. */
enum err filter_parse(const char *s, struct filter *out, struct fault *fault);
void filter_fini(struct filter *);

/* A set of outcomes: what the filter may come to. One bit where all is known. */
#define FILTER_TRUE		1u
#define FILTER_FALSE		2u
#define FILTER_UNDEFINED	4u
#define FILTER_ANY		7u

/* What it means that an entry has no such attribute. */
enum filter_absence {
	FILTER_UNSET,			/* it has no value here */
	FILTER_UNKNOWN,			/* the source knows no such attribute */
	FILTER_OPEN			/* it may be there: the entry is not told in full */
};
typedef enum filter_absence (*filter_absent_fn)(const void *arg, const char *name);

/* `absent` may be NULL: every attribute that is not there is unset. */
unsigned filter_eval(const struct filter *, const struct entry *, filter_absent_fn absent,
    const void *arg);

/* Each attribute that the filter names, more than once if it does. */
void filter_attributes(const struct filter *, void (*each)(void *arg, const char *name), void *arg);

/*
 * True when an entry can match only with one of certain values in `name`
 * ("(&(a=b)(|(name=1)(name=2)))"). Each value is handed over as the directory
 * stores it. `each` may be NULL.
 */
bool filter_pins(const struct filter *, const char *name,
    void (*each)(void *arg, const uint8_t *value, size_t len), void *arg);

#endif
