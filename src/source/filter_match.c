/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/filter_match.h"

#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/dn.h"
#include "core/guid.h"

enum syntax { SYNTAX_STRING, SYNTAX_SID, SYNTAX_GUID, SYNTAX_BYTES, SYNTAX_DN, SYNTAX_CATEGORY };

static enum syntax
syntax_of(const char *name)
{
#define NAMED(s) s, sizeof s - 1
	static const struct { const char *name; size_t len; enum syntax syntax; } table[] = {
		{ NAMED("objectCategory"), SYNTAX_CATEGORY },
		{ NAMED("objectSid"), SYNTAX_SID }, { NAMED("sIDHistory"), SYNTAX_SID },
		{ NAMED("objectGUID"), SYNTAX_GUID }, { NAMED("schemaIDGUID"), SYNTAX_GUID },
		{ NAMED("attributeSecurityGUID"), SYNTAX_GUID },
		{ NAMED("nTSecurityDescriptor"), SYNTAX_BYTES },
		{ NAMED("member"), SYNTAX_DN }, { NAMED("memberOf"), SYNTAX_DN },
		{ NAMED("distinguishedName"), SYNTAX_DN }, { NAMED("manager"), SYNTAX_DN },
		{ NAMED("msDS-PSOAppliesTo"), SYNTAX_DN }, { NAMED("msDS-PSOApplied"), SYNTAX_DN },
	};
#undef NAMED
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (ascii_eq_nocase(name, len, table[i].name, table[i].len))
			return table[i].syntax;
	return SYNTAX_STRING;
}

size_t
match_binary(const char *name, const char *text, size_t len, uint8_t out[SID_MAX_BYTES])
{
	enum syntax syntax = syntax_of(name);
	struct guid guid;
	struct sid sid;

	if (syntax == SYNTAX_SID && sid_from_str(text, len, &sid) == ERR_OK)
		return sid_bytes(&sid, out);
	if (syntax == SYNTAX_GUID && guid_from_str(text, len, &guid) == ERR_OK) {
		memcpy(out, guid.b, sizeof guid.b);
		return sizeof guid.b;
	}
	return 0;
}

/* A class's name ("organizationalUnit") and the name of its object in the
 * schema ("Organizational-Unit") differ by hyphens and case. */
static bool
class_eq(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < alen && a[i] == '-')
			i++;
		while (k < blen && b[k] == '-')
			k++;
		if (i == alen || k == blen)
			return i == alen && k == blen;
		if (ascii_lower(a[i++]) != ascii_lower(b[k++]))
			return false;
	}
}

/* MS-ADTS 3.1.1.3.1.3.5: (objectCategory=X) stands for the defaultObjectCategory
 * of class X; for all that derive from person but computer that is Person. */
static bool
category_eq(const char *name, size_t len, const char *dn, size_t dn_len)
{
	static const char *const persons[] = { "user", "inetOrgPerson", "contact",
		"organizationalPerson" };
	const char *comma = memchr(dn, ',', dn_len);

	if (memchr(name, '=', len))
		return dn_eq(name, len, dn, dn_len);
	if (!comma || comma - dn < 3 || !ascii_eq_nocase(dn, 3, "CN=", 3))
		return false;
	for (size_t i = 0; i < sizeof persons / sizeof *persons; i++)
		if (ascii_eq_nocase(name, len, persons[i], strlen(persons[i]))) {
			name = "Person";
			len = 6;
		}
	return class_eq(name, len, dn + 3, (size_t)(comma - dn) - 3);
}

/* Written the way the directory writes DNs: then other bytes are another DN. */
static bool
dn_is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == '\\' || s[i] == '"' || s[i] == '+' || s[i] == '#' ||
		    ((s[i] == ',' || s[i] == '=') &&
		     ((i && s[i - 1] == ' ') || (i + 1 < len && s[i + 1] == ' '))))
			return false;
	return true;
}

static bool
dn_value_eq(const char *a, size_t alen, const char *b, size_t blen)
{
	if (ascii_eq_nocase(a, alen, b, blen))
		return true;
	return !(dn_is_plain(a, alen) && dn_is_plain(b, blen)) && dn_eq(a, alen, b, blen);
}

static bool
equal(enum syntax syntax, const struct filter_node *n, const char *want, const char *have,
    size_t len)
{
	int64_t number;

	switch (syntax) {
	case SYNTAX_SID:
	case SYNTAX_GUID:
	case SYNTAX_BYTES:
		return n->value_len == len && (!len || !memcmp(want, have, len));
	case SYNTAX_DN:
		return dn_value_eq(want, n->value_len, have, len);
	case SYNTAX_CATEGORY:
		return category_eq(want, n->value_len, have, len);
	case SYNTAX_STRING:
		break;
	}
	if (ascii_eq_nocase(want, n->value_len, have, len))
		return true;
	return n->has_number && adtime_parse_int(have, len, &number) == ERR_OK &&
		number == n->number;
}

/* Where `part` first stands in `s` at or after `from`; len when nowhere. */
static size_t
find(const char *s, size_t len, size_t from, const char *part, size_t part_len)
{
	for (; from <= len && part_len <= len - from; from++)
		if (ascii_eq_nocase(s + from, part_len, part, part_len))
			return from;
	return len;
}

static bool
substrings(const struct filter *f, const struct filter_node *n, const char *s, size_t len)
{
	size_t pos = 0;

	for (size_t c = n->first; c; c = f->nodes[c].next) {
		const struct filter_node *part = &f->nodes[c];
		const char *want = f->text.data + part->value;
		size_t at = part->initial ? 0 : part->final ? len - part->value_len :
			find(s, len, pos, want, part->value_len);

		if (part->value_len > len || at < pos || at > len - part->value_len ||
		    !ascii_eq_nocase(s + at, part->value_len, want, part->value_len))
			return false;
		pos = at + part->value_len;
	}
	return true;
}

/* Integers as integers, all else by its bytes without case: times (RFC 4517
 * 3.3.13, in UTC) and digits of one length order that way. */
static int
order(const struct filter_node *n, const char *want, const char *have, size_t len)
{
	size_t least = n->value_len < len ? n->value_len : len;
	int64_t number;

	if (n->has_number && adtime_parse_int(have, len, &number) == ERR_OK)
		return number < n->number ? -1 : number > n->number;
	for (size_t i = 0; i < least; i++) {
		uint8_t a = (uint8_t)ascii_lower(have[i]), b = (uint8_t)ascii_lower(want[i]);

		if (a != b)
			return a < b ? -1 : 1;
	}
	return len < n->value_len ? -1 : len > n->value_len;
}

bool
match_value(const struct filter *f, const struct filter_node *n, const char *name,
    const struct value *v)
{
	const char *want = f->text.data + n->value;
	const char *have = v->len ? (const char *)v->data : "";
	int64_t number = 0;

	switch (n->kind) {
	case FILTER_EQUAL:
		return equal(syntax_of(name), n, want, have, v->len);
	case FILTER_SUBSTRINGS:
		return substrings(f, n, have, v->len);
	case FILTER_AT_LEAST:
		return order(n, want, have, v->len) >= 0;
	case FILTER_AT_MOST:
		return order(n, want, have, v->len) <= 0;
	case FILTER_BITS_ALL:
	case FILTER_BITS_ANY:
		if (adtime_parse_int(have, v->len, &number) != ERR_OK)
			return false;
		/* MS-ADTS 3.1.1.3.4.4.1, .2; a negative number is its 32 bits */
		return n->kind == FILTER_BITS_ALL ? (number & n->number) == n->number :
			(number & n->number) != 0;
	default:
		return false;
	}
}
