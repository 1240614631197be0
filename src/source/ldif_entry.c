/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldif_entry.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/range.h"

void
ldif_entry_fini(struct ldif_entry *e)
{
	free(e->attrs);
	free(e->name_lens);
	free(e->values);
	free(e->of);
	buf_fini(&e->names);
	*e = (struct ldif_entry){ 0 };
}

static enum err
reserve_values(struct ldif_entry *e, size_t need)
{
	size_t cap = e->value_cap ? e->value_cap : 64;
	void *values, *of;

	if (need <= e->value_cap)
		return ERR_OK;
	while (cap < need)
		cap *= 2;
	values = reallocarray(e->values, cap, sizeof *e->values);
	if (!values)
		return ERR_NOMEM;
	e->values = values;
	of = reallocarray(e->of, cap, sizeof *e->of);
	if (!of)
		return ERR_NOMEM;
	e->of = of;
	e->value_cap = cap;
	return ERR_OK;
}

static enum err
attr_add(struct ldif_entry *e, const char *name, size_t len)
{
	if (e->entry.count >= LDIF_ENTRY_MAX_ATTRS)
		return ERR_TOO_BIG;
	if (e->entry.count == e->attr_cap) {
		size_t cap = e->attr_cap ? 2 * e->attr_cap : 32;
		struct attr *grown = reallocarray(e->attrs, cap, sizeof *grown);
		size_t *lens;

		if (!grown)
			return ERR_NOMEM;
		e->attrs = grown;
		lens = reallocarray(e->name_lens, cap, sizeof *lens);
		if (!lens)
			return ERR_NOMEM;
		e->name_lens = lens;
		e->attr_cap = cap;
	}
	e->name_lens[e->entry.count] = len;
	e->attrs[e->entry.count++] = (struct attr){ .name = name };
	return ERR_OK;
}

/* The attribute of that name, looked for from `near` on: values of one mostly
 * stand together. */
static size_t
attr_index(const struct ldif_entry *e, const char *name, size_t len, size_t near)
{
	/* Names that are kept by the reader are so once. */
	if (near < e->entry.count && e->attrs[near].name == name)
		return near;
	for (size_t i = 0; i < e->entry.count; i++) {
		size_t at = near + i < e->entry.count ? near + i : near + i - e->entry.count;

		if (e->name_lens[at] == len && ascii_eq_nocase(e->attrs[at].name, len, name, len))
			return at;
	}
	return e->entry.count;
}

/* A name without its range option, kept in `names`. */
static const char *
base_name(struct ldif_entry *e, const char *name, size_t len)
{
	size_t at = e->names.len;

	buf_add(&e->names, name, len);
	buf_addc(&e->names, '\0');
	return buf_failed(&e->names) ? NULL : e->names.data + at;
}

/* Which attribute the value belongs to. */
static enum err
place(struct ldif_entry *e, const struct ldif_value *v, size_t near, size_t *at)
{
	struct range range = { .base_len = v->name_len };
	const char *name = v->name;
	enum err err;

	if (v->options &&
	    range_parse(v->name, v->name_len, &range) != ERR_OK)
		return ERR_SYNTAX;
	if (!range.ranged)
		range.base_len = v->name_len;
	*at = attr_index(e, name, range.base_len, near);
	if (*at == e->entry.count) {
		if (range.ranged && !(name = base_name(e, name, range.base_len)))
			return ERR_NOMEM;
		err = attr_add(e, name, range.base_len);
		if (err != ERR_OK)
			return err;
	}
	/* Not from the first value to the last one: MS-ADTS 3.1.1.3.1.3.3. */
	if (range.ranged && !(range.low == 0 && range.last))
		e->attrs[*at].partial = true;
	return ERR_OK;
}

enum err
ldif_entry_make(struct ldif_entry *e, const struct ldif_record *r)
{
	size_t at = 0, sum = 0;
	struct value *values;
	enum err err = reserve_values(e, r->count);

	buf_clear(&e->names);
	e->entry = (struct entry){ .dn = r->dn, .dn_len = r->dn_len };
	if (err != ERR_OK)
		return err;
	/* Names point into `names`, which must not move: room for all of them. */
	for (size_t i = 0; i < r->count; i++)
		if (r->values[i].options)
			sum += r->values[i].name_len + 1;
	if (sum) {
		for (size_t i = 0; i < sum; i++)
			buf_addc(&e->names, '\0');
		buf_truncate(&e->names, 0);
		sum = 0;
	}
	for (size_t i = 0; i < r->count; i++) {
		err = place(e, &r->values[i], at, &at);
		if (err != ERR_OK)
			return err;
		e->of[i] = at;
		e->attrs[at].count += r->values[i].len > 0;
	}
	values = e->values;
	for (size_t i = 0; i < e->entry.count; i++) {
		e->attrs[i].values = e->attrs[i].count ? values + sum : NULL;
		sum += e->attrs[i].count;
		e->attrs[i].count = 0;
	}
	for (size_t i = 0; i < r->count; i++) {
		struct attr *a = &e->attrs[e->of[i]];

		if (r->values[i].len)
			values[(size_t)(a->values - values) + a->count++] = (struct value){
				(const uint8_t *)r->values[i].value, r->values[i].len };
	}
	e->entry.attrs = e->attrs;
	return ERR_OK;
}
