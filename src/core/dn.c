/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/dn.h"

#include <stdint.h>
#include <string.h>

#include "core/ascii.h"

/*
 * What is read: RFC 4514 3, and of RFC 2253 4 the spaces around "=", "+" and
 * "," and the "OID." prefix. What is refused, always and everywhere: values in
 * quotes and ";" between RDNs (both LDAPv2, which the directory never prints;
 * it escapes these characters), a bare NUL, "<" or ">".
 *
 * A DN that is not well formed is equal to its own bytes and nothing else.
 */

/* attribute=value, as views into the DN's text. */
struct ava {
	const char *type;	/* without "OID." and spaces */
	size_t type_len;
	const char *value;	/* still escaped, without unescaped outer spaces */
	size_t value_len;
	bool hex;		/* "#" and hex pairs: BER (RFC 4514 2.4) */
};

/* In the order of ava_cmp, so that the order written does not matter. */
struct rdn {
	struct ava ava[DN_MAX_AVAS];
	size_t count;
};

/* A walk over the RDNs of a DN. */
struct walk {
	const char *s;
	size_t len;
	size_t pos;	/* where the next RDN starts */
	bool more;	/* there is one to read, or to fail at */
};

static void
walk_init(struct walk *w, const char *dn, size_t len)
{
	w->s = dn;
	w->len = len;
	w->pos = 0;
	w->more = len > 0;
}

static void
walk_spaces(struct walk *w)
{
	while (w->pos < w->len && w->s[w->pos] == ' ')
		w->pos++;
}

/* RFC 4512 1.4 numericoid: two numbers or more, without leading zeros. */
static bool
oid_valid(const char *s, size_t len)
{
	size_t i = 0, start, numbers = 0;

	for (;;) {
		for (start = i; i < len && ascii_is_digit(s[i]); i++)
			continue;
		if (i == start || (s[start] == '0' && i - start > 1))
			return false;
		numbers++;
		if (i == len)
			return numbers > 1;
		if (s[i++] != '.')
			return false;
	}
}

/* RFC 4512 1.4 descr: a letter, then letters, digits and hyphens. */
static bool
descr_valid(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || !ascii_is_alpha(s[0]))
		return false;
	for (i = 1; i < len; i++)
		if (!ascii_is_alpha(s[i]) && !ascii_is_digit(s[i]) && s[i] != '-')
			return false;
	return true;
}

/* Reads up to and with the "=". */
static bool
type_read(struct walk *w, struct ava *a)
{
	size_t start, end;

	walk_spaces(w);
	start = end = w->pos;
	while (w->pos < w->len && w->s[w->pos] != '=') {
		w->pos++;
		if (w->s[w->pos - 1] != ' ')
			end = w->pos;
	}
	if (w->pos == w->len)
		return false;
	w->pos++;
	a->type = w->s + start;
	a->type_len = end - start;
	if (descr_valid(a->type, a->type_len))
		return true;
	if (a->type_len > 4 && ascii_eq_nocase(a->type, 4, "oid.", 4)) {
		a->type += 4;
		a->type_len -= 4;
	}
	return oid_valid(a->type, a->type_len);
}

/* RFC 4514 3: what may stand behind a backslash by itself. */
static bool
escapable(char c)
{
	return c != '\0' && strchr("\\\"+,;<> #=", c) != NULL;
}

/* Reads a value up to "+", "," or the end, none of which it consumes. */
static bool
value_read(struct walk *w, struct ava *a)
{
	size_t start, end, i;

	walk_spaces(w);
	start = end = w->pos;
	while (w->pos < w->len) {
		char c = w->s[w->pos];

		if (c == ',' || c == '+')
			break;
		if (c == '\0' || c == '"' || c == ';' || c == '<' || c == '>')
			return false;
		if (c != '\\') {
			w->pos++;
		} else if (w->len - w->pos > 1 && escapable(w->s[w->pos + 1])) {
			w->pos += 2;
		} else if (w->len - w->pos > 2 && ascii_is_hex(w->s[w->pos + 1]) &&
		    ascii_is_hex(w->s[w->pos + 2])) {
			w->pos += 3;
		} else {
			return false;
		}
		if (c != ' ')
			end = w->pos;
	}
	a->value = w->s + start;
	a->value_len = end - start;
	a->hex = a->value_len > 0 && a->value[0] == '#';
	if (!a->hex)
		return true;
	for (i = 1; i < a->value_len; i++)
		if (!ascii_is_hex(a->value[i]))
			return false;
	return a->value_len > 1 && a->value_len % 2 == 1;
}

/* The next byte of a value with its escapes resolved, or -1 at the end. */
static int
value_next(const struct ava *a, size_t *pos)
{
	const char *s = a->value + *pos;

	if (*pos == a->value_len)
		return -1;
	if (s[0] != '\\') {
		*pos += 1;
		return (unsigned char)s[0];
	}
	/* value_read has seen to it that the escape is complete. */
	if (escapable(s[1])) {
		*pos += 2;
		return (unsigned char)s[1];
	}
	*pos += 3;
	return ascii_hex_value(s[1]) << 4 | ascii_hex_value(s[2]);
}

static int
byte_lower(int b)
{
	return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
}

/* A total order, 0 for what is equal: attribute, kind of value, value. */
static int
ava_cmp(const struct ava *a, const struct ava *b)
{
	size_t i, pa = 0, pb = 0;
	int x, y;

	for (i = 0; i < a->type_len && i < b->type_len; i++) {
		x = ascii_lower(a->type[i]);
		y = ascii_lower(b->type[i]);
		if (x != y)
			return x < y ? -1 : 1;
	}
	if (a->type_len != b->type_len)
		return a->type_len < b->type_len ? -1 : 1;
	if (a->hex != b->hex)
		return a->hex ? 1 : -1;
	do {
		x = byte_lower(value_next(a, &pa));
		y = byte_lower(value_next(b, &pb));
		if (x != y)
			return x < y ? -1 : 1;
	} while (x >= 0);
	return 0;
}

/* Reads one RDN and the comma behind it, which promises another. */
static bool
walk_rdn(struct walk *w, struct rdn *out)
{
	out->count = 0;
	w->more = false;
	for (;;) {
		struct ava a;
		size_t i;

		if (out->count == DN_MAX_AVAS || !type_read(w, &a) || !value_read(w, &a))
			return false;
		for (i = out->count++; i > 0 && ava_cmp(&a, &out->ava[i - 1]) < 0; i--)
			out->ava[i] = out->ava[i - 1];
		out->ava[i] = a;
		if (w->pos == w->len)
			return true;
		if (w->s[w->pos++] == ',') {
			w->more = true;
			return true;
		}
	}
}

/*
 * What nearly all DNs are: "descr=value,…" with one value an RDN, nothing escaped,
 * no outer spaces, no #. Of such the lower-case text is the canonical form, and
 * each comma separates. *depth gets the RDNs. False says nothing.
 */
static bool
dn_is_plain(const char *dn, size_t len, size_t *depth)
{
	enum { OTHER, ALPHA, DIGIT, IN_VALUE };	/* DIGIT: and hyphen */
	static const uint8_t kind[256] = {
		[' '] = IN_VALUE, ['!'] = IN_VALUE, ['$' ... '*'] = IN_VALUE, ['-'] = DIGIT,
		['.'] = IN_VALUE, ['/'] = IN_VALUE, ['0' ... '9'] = DIGIT, [':'] = IN_VALUE,
		['?'] = IN_VALUE, ['@'] = IN_VALUE, ['A' ... 'Z'] = ALPHA, ['['] = IN_VALUE,
		[']' ... '`'] = IN_VALUE, ['a' ... 'z'] = ALPHA, ['{' ... '~'] = IN_VALUE,
		[0x80 ... 0xff] = IN_VALUE,
	};
	const uint8_t *s = (const uint8_t *)dn;
	size_t i = 0, rdns = 0;

	for (;;) {
		if (i == len || kind[s[i]] != ALPHA)
			return false;
		for (i++; i < len && (kind[s[i]] == ALPHA || kind[s[i]] == DIGIT); i++)
			continue;
		if (i == len || s[i] != '=' || (++i < len && s[i] == ' '))
			return false;
		while (i < len && kind[s[i]] != OTHER)
			i++;
		if (s[i - 1] == ' ')
			return false;
		rdns++;
		if (i == len)
			break;
		if (s[i++] != ',')
			return false;
	}
	*depth = rdns;
	return true;
}

/* Walks the whole DN; *depth gets the RDNs. False when it is malformed. */
static bool
dn_measure(const char *dn, size_t len, size_t *depth)
{
	struct walk w;
	struct rdn rdn;

	if (dn_is_plain(dn, len, depth))
		return true;
	*depth = 0;
	walk_init(&w, dn, len);
	while (w.more) {
		if (!walk_rdn(&w, &rdn))
			return false;
		++*depth;
	}
	return true;
}

bool
dn_valid(const char *dn, size_t len)
{
	size_t depth;

	return dn_measure(dn, len, &depth);
}

size_t
dn_depth(const char *dn, size_t len)
{
	size_t depth;

	return dn_measure(dn, len, &depth) ? depth : 0;
}

static bool
bytes_eq(const char *a, size_t alen, const char *b, size_t blen)
{
	return alen == blen && (alen == 0 || memcmp(a, b, alen) == 0);
}

bool
dn_eq(const char *a, size_t alen, const char *b, size_t blen)
{
	struct walk wa, wb;
	struct rdn ra, rb;
	size_t i;

	if (dn_is_plain(a, alen, &i) && dn_is_plain(b, blen, &i))
		return ascii_eq_nocase(a, alen, b, blen);
	walk_init(&wa, a, alen);
	walk_init(&wb, b, blen);
	while (wa.more && wb.more) {
		if (!walk_rdn(&wa, &ra) || !walk_rdn(&wb, &rb))
			return bytes_eq(a, alen, b, blen);
		if (ra.count != rb.count)
			return false;
		for (i = 0; i < ra.count; i++)
			if (ava_cmp(&ra.ava[i], &rb.ava[i]) != 0)
				return false;
	}
	return wa.more == wb.more;
}

bool
dn_same(const char *a, const char *b)
{
	return dn_eq(a, strlen(a), b, strlen(b));
}

size_t
dn_parent(const char *dn, size_t len)
{
	struct walk w;
	struct rdn rdn;

	walk_init(&w, dn, len);
	if (!w.more || !walk_rdn(&w, &rdn))
		return len;
	walk_spaces(&w);
	return w.pos;
}

bool
dn_under(const char *dn, size_t len, const char *base, size_t blen)
{
	size_t depth, base_depth;
	struct walk w;
	struct rdn rdn;

	if (dn_is_plain(dn, len, &depth) && dn_is_plain(base, blen, &base_depth))
		return len >= blen && ascii_eq_nocase(dn + len - blen, blen, base, blen) &&
		    (len == blen || dn[len - blen - 1] == ',');
	if (!dn_measure(dn, len, &depth) || !dn_measure(base, blen, &base_depth))
		return bytes_eq(dn, len, base, blen);
	walk_init(&w, dn, len);
	for (; depth > base_depth; depth--)
		if (!walk_rdn(&w, &rdn))
			return false;
	return dn_eq(dn + w.pos, len - w.pos, base, blen);
}

/* Of several values the first in canonical order is given. */
enum err
dn_rdn_value(const char *dn, size_t len, struct buf *out)
{
	size_t start = out->len, pos = 0;
	struct walk w;
	struct rdn rdn;
	int b;

	walk_init(&w, dn, len);
	if (!w.more)
		return ERR_SHORT;
	if (!walk_rdn(&w, &rdn))
		return ERR_SYNTAX;
	if (rdn.ava[0].hex)
		return ERR_UNSUPPORTED;
	while ((b = value_next(&rdn.ava[0], &pos)) >= 0)
		buf_addc(out, (char)b);
	if (buf_failed(out)) {
		buf_truncate(out, start);
		return ERR_NOMEM;
	}
	return ERR_OK;
}

/* One byte of a value: `first` and `last` say where it stands (RFC 4514 2.4).
 * Control characters go as hex pairs, as the directory prints CR and LF. */
static void
add_escaped(char c, bool first, bool last, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char b = (unsigned char)c;

	if (b < 0x20 || b == 0x7f) {
		buf_addc(out, '\\');
		buf_addc(out, digits[b >> 4]);
		buf_addc(out, digits[b & 15]);
		return;
	}
	if (strchr("\\\"+,;<>", c) != NULL || (c == ' ' && (first || last)) ||
	    (c == '#' && first))
		buf_addc(out, '\\');
	buf_addc(out, c);
}

void
dn_escape_value(const char *v, size_t len, struct buf *out)
{
	size_t i;

	for (i = 0; i < len; i++)
		add_escaped(v[i], i == 0, i + 1 == len, out);
}

/* A value without its escapes as a DNS label: nothing that could make one
 * label look like two, or like something else. */
static bool
dc_add(const struct rdn *rdn, struct buf *out)
{
	size_t start = out->len, pos = 0;
	int b;

	while ((b = value_next(&rdn->ava[0], &pos)) >= 0) {
		if (b <= ' ' || b == '.' || b == 0x7f)
			return false;
		buf_addc(out, (char)b);
	}
	return out->len > start;
}

void
dn_to_dns(const char *dn, size_t len, struct buf *out)
{
	size_t start = out->len;
	struct walk w;
	struct rdn rdn;

	/* Every RDN that is no DC= starts the name over. */
	walk_init(&w, dn, len);
	while (w.more) {
		if (!walk_rdn(&w, &rdn))
			goto fail;
		if (rdn.count != 1 || rdn.ava[0].hex ||
		    !ascii_eq_nocase(rdn.ava[0].type, rdn.ava[0].type_len, "dc", 2)) {
			buf_truncate(out, start);
			continue;
		}
		if (out->len > start)
			buf_addc(out, '.');
		if (!dc_add(&rdn, out) && !buf_failed(out))
			goto fail;
	}
	return;
fail:
	buf_truncate(out, start);
}

static void
ava_add_canonical(const struct ava *a, struct buf *out)
{
	size_t i, pos = 0;
	bool first = true;
	int b, next;

	for (i = 0; i < a->type_len; i++)
		buf_addc(out, ascii_lower(a->type[i]));
	buf_addc(out, '=');
	if (a->hex) {
		for (i = 0; i < a->value_len; i++)
			buf_addc(out, ascii_lower(a->value[i]));
		return;
	}
	for (b = value_next(a, &pos); b >= 0; b = next) {
		next = value_next(a, &pos);
		add_escaped((char)byte_lower(b), first, next < 0, out);
		first = false;
	}
}

/* A malformed DN gives "!" and its bytes: no well-formed one starts so. */
void
dn_canonical(const char *dn, size_t len, struct buf *out)
{
	size_t start = out->len, i;
	struct walk w;
	struct rdn rdn;
	size_t depth;

	if (dn_is_plain(dn, len, &depth)) {
		buf_add(out, dn, len);
		if (out->len > start)
			ascii_lower_all(out->data + start, out->len - start);
		return;
	}
	walk_init(&w, dn, len);
	while (w.more) {
		if (!walk_rdn(&w, &rdn)) {
			buf_truncate(out, start);
			buf_addc(out, '!');
			buf_add(out, dn, len);
			return;
		}
		if (out->len > start)
			buf_addc(out, ',');
		for (i = 0; i < rdn.count; i++) {
			if (i > 0)
				buf_addc(out, '+');
			ava_add_canonical(&rdn.ava[i], out);
		}
	}
}
