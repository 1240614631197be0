/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/ldif_name.h"

#include <string.h>

static bool
is_name(const struct ldif_name *n, const char *s, size_t len)
{
	return len > n->len && s[n->len] == ':' && memcmp(s, n->text, n->len) == 0;
}

struct ldif_name *
ldifr_name_find(struct ldifr *r, const char *s, size_t len)
{
	struct ldif_name *last = &r->names[r->name_near], *n = &r->names[last->next];

	if (r->name_count == 0)
		return NULL;
	if (is_name(last, s, len))
		return last;
	if (!is_name(n, s, len)) {
		for (n = r->names; n < r->names + r->name_count && !is_name(n, s, len); n++)
			continue;
		if (n == r->names + r->name_count)
			return NULL;
	}
	r->name_near = last->next = (uint8_t)(n - r->names);
	return n;
}

struct ldif_name *
ldifr_name_keep(struct ldifr *r, const char *s, size_t len)
{
	struct ldif_name *n = NULL;

	if (r->name_count == LDIF_NAMES || len > LDIF_NAME_KEPT)
		return NULL;
	n = &r->names[r->name_count];
	*n = (struct ldif_name){ .len = (uint8_t)len, .options = memchr(s, ';', len) != NULL };
	memcpy(n->text, s, len);
	r->names[r->name_near].next = (uint8_t)r->name_count;
	r->name_near = r->name_count++;
	return n;
}

bool
ldifr_name_wanted(struct ldifr *r, struct ldif_name *n)
{
	size_t i;

	if (r->want == NULL)
		return true;
	for (i = 0; r->asked != r->want && i < r->name_count; i++)
		r->names[i].asked = false;
	r->asked = r->want;
	if (!n->asked)
		n->wanted = r->want(r->arg, n->text, n->len);
	n->asked = true;
	return n->wanted;
}
