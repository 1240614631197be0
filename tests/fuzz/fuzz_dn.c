/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Two names, divided at the first line feed. Equality is reflexive and
 * symmetric and the same as that of the canonical forms; the canonical form is
 * its own; parents are above and one level up; a value written and read back
 * is itself.
 */

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_one(const char *dn, size_t len, const struct buf *canonical)
{
	struct buf again = BUF_INIT;
	size_t depth = dn_depth(dn, len), parent = dn_parent(dn, len);
	const char *c = buf_str(canonical);

	if (!dn_eq(dn, len, dn, len) || !dn_under(dn, len, dn, len) || parent > len)
		abort();
	if (!dn_valid(dn, len)) {
		if (depth != 0 || c[0] != '!' || canonical->len != len + 1)
			abort();
		return;
	}
	if (!dn_eq(dn, len, c, canonical->len) || !dn_under(dn, len, "", 0))
		abort();
	if (depth > 0 && (dn_depth(dn + parent, len - parent) != depth - 1 ||
	    !dn_under(dn, len, dn + parent, len - parent) ||
	    dn_under(dn + parent, len - parent, dn, len)))
		abort();
	dn_canonical(c, canonical->len, &again);
	if (again.len != canonical->len || memcmp(buf_str(&again), c, again.len) != 0)
		abort();
	buf_clear(&again);
	dn_to_dns(dn, len, &again);
	if (again.len > len || memchr(buf_str(&again), '\0', again.len) != NULL)
		abort();
	buf_fini(&again);
}

/* Any bytes are a value: escape, put into a DN, take out. */
static void
check_value(const char *v, size_t len)
{
	struct buf dn = BUF_INIT, value = BUF_INIT;

	buf_adds(&dn, "CN=");
	dn_escape_value(v, len, &dn);
	buf_adds(&dn, ",DC=test");
	if (dn_depth(buf_str(&dn), dn.len) != 2 ||
	    dn_rdn_value(buf_str(&dn), dn.len, &value) != ERR_OK || value.len != len ||
	    (len > 0 && memcmp(value.data, v, len) != 0))
		abort();
	buf_fini(&dn);
	buf_fini(&value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t alen = cut != NULL ? (size_t)(cut - data) : size;
	size_t blen = cut != NULL ? size - alen - 1 : 0;
	struct buf ca = BUF_INIT, cb = BUF_INIT;
	/* Copies of their exact size, for the sanitizer. */
	char *a = malloc(alen > 0 ? alen : 1), *b = malloc(blen > 0 ? blen : 1);
	bool same, eq;

	if (a == NULL || b == NULL)
		goto out;
	memcpy(a, data, alen);
	if (blen > 0)
		memcpy(b, cut + 1, blen);
	dn_canonical(a, alen, &ca);
	dn_canonical(b, blen, &cb);
	same = ca.len == cb.len && memcmp(buf_str(&ca), buf_str(&cb), ca.len) == 0;
	eq = dn_eq(a, alen, b, blen);
	if (eq != same || eq != dn_eq(b, blen, a, alen))
		abort();
	if (eq != (dn_under(a, alen, b, blen) && dn_under(b, blen, a, alen)))
		abort();
	check_one(a, alen, &ca);
	check_one(b, blen, &cb);
	check_value(a, alen);
out:
	buf_fini(&ca);
	buf_fini(&cb);
	free(a);
	free(b);
	return 0;
}
