/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/entry.h"

#include <string.h>

#include "core/ascii.h"

/* RFC 4512 2.5: attribute names compare without case. */
const struct attr *
entry_attr(const struct entry *e, const char *name)
{
	size_t i, len = strlen(name);

	for (i = 0; i < e->count; i++) {
		const char *have = e->attrs[i].name;

		if (ascii_lower(have[0]) == ascii_lower(name[0]) &&
		    ascii_eq_nocase(have, strlen(have), name, len))
			return &e->attrs[i];
	}
	return NULL;
}

const struct value *
entry_value(const struct entry *e, const char *name)
{
	const struct attr *a = entry_attr(e, name);

	return a != NULL && a->count > 0 ? &a->values[0] : NULL;
}

bool
attr_has(const struct attr *a, const char *s)
{
	size_t i, len = strlen(s);

	for (i = 0; i < a->count; i++)
		if (ascii_eq_nocase((const char *)a->values[i].data, a->values[i].len, s, len))
			return true;
	return false;
}
