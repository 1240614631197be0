/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_ENTRY_H
#define WBA_MODEL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* The attribute by name, ASCII case ignored; NULL when it was not returned. */
const struct attr *entry_attr(const struct entry *, const char *name);
/* Its first value; NULL when it was not returned or has no value. */
const struct value *entry_value(const struct entry *, const char *name);
/* True when a value equals `s`, ASCII case ignored. */
bool attr_has(const struct attr *, const char *s);

#endif
