/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl_cond.h"

#include <inttypes.h>
#include <string.h>

#include "core/escape.h"
#include "core/reader.h"
#include "core/sddl_text.h"

/*
 * CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1 (MS-DTYP 2.4.10.1): offsets count from
 * its start. The text does not say how values are aligned; strings are as
 * Windows was seen to lay them out, directly behind each other; numbers and
 * what begins with a length are put at multiples of four. What was laid out
 * otherwise is printed as bytes, see cond_confirm().
 */
enum claim_type {
	CLAIM_INT64 = 1, CLAIM_UINT64 = 2, CLAIM_STRING = 3, CLAIM_SID = 5,
	CLAIM_BOOLEAN = 6, CLAIM_OCTETS = 16
};

#define CLAIM_FIXED 16		/* before the array of value offsets */

static const struct {
	char letters[3];
	uint16_t type;
} claim_types[] = {
	{ "TI", CLAIM_INT64 }, { "TU", CLAIM_UINT64 }, { "TS", CLAIM_STRING },
	{ "TD", CLAIM_SID }, { "TB", CLAIM_BOOLEAN }, { "TX", CLAIM_OCTETS },
};
#define CLAIM_TYPES (sizeof(claim_types) / sizeof(claim_types[0]))

static void
add_le64(struct buf *out, uint64_t v)
{
	buf_le32(out, (uint32_t)(v & UINT32_MAX));
	buf_le32(out, (uint32_t)(v >> 32));
}

/* A number of the claim's type: TI signed, TU not, TB 0 or 1. */
static void
read_number(struct lex *l, uint16_t type, struct buf *out)
{
	unsigned int radix = 10;
	size_t start = l->pos;
	uint8_t sign = 0, base = 0;
	int64_t value = 0;
	uint64_t v = 0;

	if (type == CLAIM_INT64) {
		literal_int_read(l, &value, &sign, &base);
		v = (uint64_t)value;
	} else {
		v = lex_number(l, &radix);
		if (type == CLAIM_BOOLEAN && v > 1)
			lex_fail_at(l, ERR_RANGE, start, "boolean");
	}
	add_le64(out, v);
}

static void
read_value(struct lex *l, uint16_t type, struct buf *out)
{
	struct sid sid = { 0 };
	uint8_t bytes[SID_MAX_BYTES];
	size_t at = out->len;

	switch (type) {
	case CLAIM_STRING:
		text_string_read(l, out);
		buf_le16(out, 0);
		return;
	case CLAIM_SID:
		lex_sid(l, &sid);
		buf_le32(out, 0);
		buf_add(out, bytes, sid_bytes(&sid, bytes));
		break;
	case CLAIM_OCTETS:
		buf_le32(out, 0);
		lex_octets(l, out);
		break;
	default:
		read_number(l, type, out);
		return;
	}
	if (!buf_failed(out))
		cond_patch32(out, at, out->len - at - 4);
}

/* ',' between two fields. */
static void
comma(struct lex *l)
{
	lex_space(l);
	lex_expect(l, ",", "comma");
	lex_space(l);
}

/* "TI" and its like (attribute-data of MS-DTYP 2.5.1.1). */
static uint16_t
read_type(struct lex *l)
{
	for (size_t i = 0; i < CLAIM_TYPES; i++)
		if (lex_eat(l, claim_types[i].letters))
			return claim_types[i].type;
	lex_fail(l, ERR_SYNTAX, "type of a resource attribute");
	return 0;
}

/*
 * attribute-data between its parentheses. The values' offsets come before
 * the values and cannot be known in one pass: `values` collects the values
 * with offsets from its own start, `offsets` those.
 */
static void
read_fields(struct lex *l, struct buf *name, struct buf *offsets, struct buf *values,
    struct buf *out)
{
	unsigned int radix = 10;
	uint64_t flags = 0;
	uint16_t type = 0;
	size_t count = 0, fixed = 0, at = 0;

	lex_expect(l, "\"", "name of a resource attribute");
	text_name_read(l, false, name);
	lex_expect(l, "\"", "name of a resource attribute");
	buf_le16(name, 0);
	comma(l);
	type = read_type(l);
	comma(l);
	at = l->pos;
	flags = lex_number(l, &radix);
	if (flags > UINT32_MAX)
		lex_fail_at(l, ERR_RANGE, at, "flags of a resource attribute");
	lex_space(l);
	/* The first value follows the name: keep what comes before in step. */
	fixed = name->len % 4;
	buf_add(values, "\0\0\0", fixed);
	for (; lex_eat(l, ","); count++) {
		lex_space(l);
		if (type != CLAIM_STRING)
			cond_pad(values, 0);
		buf_le32(offsets, (uint32_t)(values->len - fixed));
		read_value(l, type, values);
		lex_space(l);
	}
	at = CLAIM_FIXED + 4 * count;
	buf_le32(out, (uint32_t)at);
	buf_le16(out, type);
	buf_le16(out, 0);
	buf_le32(out, (uint32_t)flags);
	buf_le32(out, (uint32_t)count);
	for (size_t i = 0; i < count && !buf_failed(offsets); i++) {
		struct reader r;

		reader_init(&r, offsets->data + 4 * i, 4);
		buf_le32(out, (uint32_t)(reader_le32(&r) + at + name->len));
	}
	if (buf_failed(name) || buf_failed(offsets) || buf_failed(values)) {
		out->failed = true;
		return;
	}
	buf_add(out, name->data, name->len);
	buf_add(out, buf_str(values) + fixed, values->len - fixed);
}

void
claim_read(struct lex *l, struct buf *out)
{
	struct buf name = BUF_INIT, offsets = BUF_INIT, values = BUF_INIT;
	size_t start = out->len;

	lex_expect(l, "(", "resource attribute");
	lex_space(l);
	read_fields(l, &name, &offsets, &values, out);
	lex_expect(l, ")", "resource attribute without its closing parenthesis");
	cond_pad(out, start);
	buf_fini(&name);
	buf_fini(&offsets);
	buf_fini(&values);
}

/* The bytes of a UTF-16 string at r's position before its terminator. */
static size_t
string_length(struct reader r)
{
	size_t start = r.pos;

	while (reader_le16(&r) != 0 && r.err == ERR_OK)
		;
	return r.err == ERR_OK ? r.pos - start - 2 : SIZE_MAX;
}

static bool
print_value(struct reader *r, uint16_t type, const struct sddl_ctx *ctx, struct buf *out)
{
	const uint8_t *bytes = NULL;
	struct sid sid;
	size_t len = 0;
	uint64_t v = 0;

	switch (type) {
	case CLAIM_STRING:
		len = string_length(*r);
		if (len == SIZE_MAX)
			return false;
		bytes = reader_bytes(r, len);
		return bytes != NULL && text_string_print(bytes, len, out);
	case CLAIM_SID:
	case CLAIM_OCTETS:
		len = reader_le32(r);
		bytes = reader_bytes(r, len);
		if (bytes == NULL)
			return false;
		if (type == CLAIM_OCTETS)
			hex_encode(bytes, len, out);
		else if (sid_parse(bytes, len, &sid) == ERR_OK)
			sddl_print_sid(&sid, ctx, out);
		return true;
	case CLAIM_INT64:
		v = reader_le64(r);
		literal_int_print((int64_t)v, v > INT64_MAX ? COND_SIGN_MINUS : COND_SIGN_NONE,
		    COND_BASE_10, out);
		return r->err == ERR_OK;
	default:
		v = reader_le64(r);
		buf_addf(out, "%" PRIu64, v);
		return r->err == ERR_OK;
	}
}

static const char *
type_letters(uint16_t type)
{
	for (size_t i = 0; i < CLAIM_TYPES; i++)
		if (claim_types[i].type == type)
			return claim_types[i].letters;
	return NULL;
}

bool
claim_print(const uint8_t *data, size_t len, const struct sddl_ctx *ctx, struct buf *out)
{
	struct reader r, at;
	size_t start = out->len, name = 0, name_len = 0, end = 0;
	uint32_t flags = 0, count = 0;
	uint16_t type = 0;
	bool ok = true;

	reader_init(&r, data, len);
	name = reader_le32(&r);
	type = reader_le16(&r);
	reader_skip(&r, 2);
	flags = reader_le32(&r);
	count = reader_le32(&r);
	if (r.err != ERR_OK || type_letters(type) == NULL || count > reader_left(&r) / 4)
		return false;
	reader_init(&at, data, len);
	reader_skip(&at, name);
	name_len = string_length(at);
	if (at.err != ERR_OK || name_len == SIZE_MAX)
		return false;
	buf_adds(out, "(\"");
	ok = text_name_print(at.base + at.pos, name_len, false, out);
	end = at.pos + name_len;
	buf_addf(out, "\",%s,0x%" PRIx32, type_letters(type), flags);
	for (uint32_t i = 0; i < count && ok; i++) {
		reader_init(&at, data, len);
		reader_skip(&at, reader_le32(&r));
		buf_addc(out, ',');
		/* Values one behind the other: so the text stays in proportion to len. */
		ok = at.pos >= end && print_value(&at, type, ctx, out);
		end = at.pos;
	}
	buf_addc(out, ')');
	ok = ok && cond_confirm(claim_read, data, len, ctx, out, start);
	if (!ok)
		buf_truncate(out, start);
	return ok;
}
