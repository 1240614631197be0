/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/entry.h"

#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
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

struct known_int
value_int(const struct value *v)
{
	struct known_int n = { KNOWN_NOT, 0 };

	if (adtime_parse_int((const char *)v->data, v->len, &n.value) == ERR_OK)
		n.known = KNOWN_SET;
	return n;
}

struct known_int
entry_int(const struct entry *e, const char *name)
{
	const struct value *v = entry_value(e, name);

	return v ? value_int(v) : (struct known_int){ KNOWN_NOT, 0 };
}

struct known_int
entry_bool(const struct entry *e, const char *name)
{
	const struct value *v = entry_value(e, name);

	if (v && v->len == 4 && !memcmp(v->data, "TRUE", 4))
		return (struct known_int){ KNOWN_SET, 1 };
	if (v && v->len == 5 && !memcmp(v->data, "FALSE", 5))
		return (struct known_int){ KNOWN_SET, 0 };
	return (struct known_int){ KNOWN_NOT, 0 };
}

bool
entry_sid(const struct entry *e, struct sid *out)
{
	const struct value *v = entry_value(e, "objectSid");

	return v && sid_parse(v->data, v->len, out) == ERR_OK;
}

int
value_text(const struct value *v, char **out)
{
	if (!v || !v->len || memchr(v->data, 0, v->len))
		return 0;
	free(*out);
	*out = strndup((const char *)v->data, v->len);
	return *out ? 0 : -1;
}

int
entry_copy_init(struct entry_copy *c, const struct entry *e)
{
	size_t size = e->dn_len + 1, values = 0;
	struct attr *attrs;
	struct value *vals;
	uint8_t *bytes;

	for (size_t i = 0; i < e->count; i++) {
		values += e->attrs[i].count;
		size += strlen(e->attrs[i].name) + 1;
		for (size_t k = 0; k < e->attrs[i].count; k++)
			size += e->attrs[i].values[k].len + 1;
	}
	c->memory = malloc(e->count * sizeof *attrs + values * sizeof *vals + size);
	if (!c->memory)
		return -1;
	attrs = c->memory;
	vals = (struct value *)(void *)(attrs + e->count);
	bytes = (uint8_t *)(vals + values);

	c->entry = (struct entry){ (char *)bytes, e->dn_len, attrs, e->count };
	memcpy(bytes, e->dn, e->dn_len + 1);
	bytes += e->dn_len + 1;
	for (size_t i = 0; i < e->count; i++) {
		const struct attr *a = &e->attrs[i];
		size_t n = strlen(a->name) + 1;

		attrs[i] = (struct attr){ (char *)bytes, vals, a->count, a->partial };
		memcpy(bytes, a->name, n);
		bytes += n;
		for (size_t k = 0; k < a->count; k++) {
			*vals++ = (struct value){ bytes, a->values[k].len };
			if (a->values[k].len)
				memcpy(bytes, a->values[k].data, a->values[k].len);
			bytes[a->values[k].len] = 0;
			bytes += a->values[k].len + 1;
		}
	}
	return 0;
}

void
entry_copy_fini(struct entry_copy *c)
{
	free(c->memory);
	*c = (struct entry_copy){ 0 };
}
