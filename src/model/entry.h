/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_ENTRY_H
#define WBA_MODEL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sid.h"

/*
 * One directory entry as a source hands it over: names and values as they
 * came, lengths with them. Everything is borrowed from the source and lives
 * until the callback that received it returns.
 */
struct value {
	const uint8_t *data;
	size_t len;
};

struct attr {
	const char *name;	/* NUL-terminated, without a range option */
	const struct value *values;
	size_t count;		/* 0: returned without values */
	bool partial;		/* a ranged answer that is not all there is */
};

struct entry {
	const char *dn;		/* NUL-terminated UTF-8 */
	size_t dn_len;
	const struct attr *attrs;
	size_t count;
};

/*
 * What a number attribute said. An attribute that was not returned is UNKNOWN,
 * never 0: either it is not set, or the reader may not read it (MS-ADTS
 * 3.1.1.4.4), and only an access check for the reader tells which.
 */
enum known { KNOWN_NOT, KNOWN_UNSET, KNOWN_SET };

struct known_int {
	enum known known;
	int64_t value;		/* valid when SET; 0 otherwise */
};

/* The attribute by name, ASCII case ignored; NULL when it was not returned. */
const struct attr *entry_attr(const struct entry *, const char *name);
/* Its first value; NULL when it was not returned or has no value. */
const struct value *entry_value(const struct entry *, const char *name);
/* True when a value equals `s`, ASCII case ignored. */
bool attr_has(const struct attr *, const char *s);

/* A value as a number, in decimal; the first of an attribute as one, or as 1 for
 * TRUE and 0 for FALSE (RFC 4517 3.3.3). What is malformed is not known. */
struct known_int value_int(const struct value *);
struct known_int entry_int(const struct entry *, const char *name);
struct known_int entry_bool(const struct entry *, const char *name);
/* Its objectSid; false when it was not returned, or is malformed. */
bool entry_sid(const struct entry *, struct sid *out);
/* Copies a value as a string into *out, which is freed before; one that is NULL or
 * empty, or that a NUL would cut short, leaves *out alone. 0, or -1 without memory. */
int value_text(const struct value *, char **out);

/* A copy of one entry that outlives the search it came from. */
struct entry_copy {
	struct entry entry;
	void *memory;		/* owned: one block behind all views */
};

/* 0, or -1 without memory. */
int entry_copy_init(struct entry_copy *, const struct entry *);
void entry_copy_fini(struct entry_copy *);

#endif
