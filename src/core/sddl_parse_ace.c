/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl.h"

#include "core/ascii.h"
#include "core/sddl_cond.h"
#include "core/sddl_lex.h"

#define GUID_CHARS 36

/* ";" between two fields of an ACE. */
static void
semicolon(struct lex *l, const char *what)
{
	lex_space(l);
	lex_expect(l, ";", what);
	lex_space(l);
}

static uint8_t
read_type(struct lex *l)
{
	size_t n = lex_word(l);
	uint8_t type = 0;

	if (ascii_is_digit(lex_peek(l, 0)))
		return (uint8_t)lex_limited(l, UINT8_MAX, "ACE type");
	if (n == 0 || !sddl_type_of(l->s + l->pos, n, &type))
		lex_fail(l, ERR_SYNTAX, "ACE type");
	else
		l->pos += n;
	return type;
}

/* ace-rights: a number of either base, or letters (MS-DTYP 2.5.1.1). */
static uint32_t
read_mask(struct lex *l, uint8_t type)
{
	uint32_t v = 0, more = 0;

	if (ascii_is_digit(lex_peek(l, 0)))
		return lex_limited(l, UINT32_MAX, "access mask");
	for (;;) {
		size_t start = l->pos;

		more = lex_bits(l, sddl_rights) | lex_bits(l, sddl_whole_rights);
		if (type == ACE_MANDATORY_LABEL)
			more |= lex_bits(l, sddl_label_rights);
		v |= more;
		if (more == 0 || l->pos == start)
			return v;
	}
}

/* The GUID here, if one is; true when so. */
static bool
read_guid(struct lex *l, enum ace_layout layout, struct guid *out)
{
	if (!lex_ok(l) || lex_peek(l, 0) == ';')
		return false;
	if (layout != ACE_LAYOUT_OBJECT)
		lex_fail(l, ERR_SYNTAX, "GUID in an ACE that has none");
	else if (l->len - l->pos < GUID_CHARS ||
	    guid_from_str(l->s + l->pos, GUID_CHARS, out) != ERR_OK)
		lex_fail(l, ERR_SYNTAX, "GUID");
	if (!lex_ok(l))
		return false;
	l->pos += GUID_CHARS;
	return true;
}

/* "#…": bytes as they are. */
static void
read_octets(struct lex *l, struct buf *out)
{
	lex_expect(l, "#", "bytes");
	lex_octets(l, out);
}

/* What may follow the SID: a condition, a claim, or bytes. */
static void
read_data(struct lex *l, uint8_t type, struct buf *out)
{
	const struct ace ace = { .type = type };

	if (lex_peek(l, 0) == '#')
		read_octets(l, out);
	else if (type == ACE_RESOURCE_ATTRIBUTE)
		claim_read(l, out);
	else if (ace_is_callback(&ace) || type == ACE_ACCESS_FILTER)
		cond_read(l, out);
	else
		lex_fail(l, ERR_SYNTAX, "more fields than the ACE has");
}

/* The fields from ace-rights on, for an ACE whose layout is known. */
static void
read_fields(struct lex *l, uint8_t type, struct buf *out)
{
	enum ace_layout layout = ace_layout_of(type);
	uint32_t mask = 0, object_flags = 0;
	struct guid object, inherited;
	struct sid sid = { 0 };
	uint8_t bytes[SID_MAX_BYTES];

	if (layout == ACE_LAYOUT_UNKNOWN)
		lex_fail(l, ERR_UNSUPPORTED, "ACE type whose fields are not known");
	mask = read_mask(l, type);
	semicolon(l, "access mask");
	if (read_guid(l, layout, &object))
		object_flags |= ACE_OBJECT_TYPE_PRESENT;
	semicolon(l, "object GUID");
	if (read_guid(l, layout, &inherited))
		object_flags |= ACE_INHERITED_OBJECT_TYPE_PRESENT;
	semicolon(l, "inherited object GUID");
	lex_sid(l, &sid);
	if (!lex_ok(l))
		return;
	buf_le32(out, mask);
	if (layout == ACE_LAYOUT_OBJECT)
		buf_le32(out, object_flags);
	if (object_flags & ACE_OBJECT_TYPE_PRESENT)
		buf_add(out, object.b, sizeof(object.b));
	if (object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT)
		buf_add(out, inherited.b, sizeof(inherited.b));
	buf_add(out, bytes, sid_bytes(&sid, bytes));
	lex_space(l);
	if (lex_eat(l, ";")) {
		lex_space(l);
		read_data(l, type, out);
	}
}

/*
 * One ACE, appended to the ACL that *out holds, or to nothing. That the bytes
 * are an ACE is for sd.c to say: ours come from fields, but "#…" is anything.
 */
void
lex_ace(struct lex *l, struct buf *out, uint8_t *type)
{
	size_t start = out->len, from = l->pos, pos = 0, size = 0;
	uint8_t flags = 0;
	struct acl check;
	struct ace ace;

	lex_expect(l, "(", "ACE");
	lex_space(l);
	*type = read_type(l);
	semicolon(l, "ACE type");
	flags = (uint8_t)lex_bits(l, sddl_ace_flags);
	semicolon(l, "ACE flags");
	buf_addc(out, (char)*type);
	buf_addc(out, (char)flags);
	buf_le16(out, 0);
	if (lex_peek(l, 0) == '#')
		read_octets(l, out);
	else
		read_fields(l, *type, out);
	lex_space(l);
	lex_expect(l, ")", "ACE");
	if (!lex_ok(l) || buf_failed(out))
		return;
	size = out->len - start;
	if (size > ACL_MAX_SIZE) {
		lex_fail_at(l, ERR_TOO_BIG, from, "ACE");
		return;
	}
	out->data[start + 2] = (char)(size & 0xff);
	out->data[start + 3] = (char)(size >> 8);
	check = (struct acl){ .bytes = (const uint8_t *)out->data, .aces_end = out->len };
	pos = start;
	if (!acl_next(&check, &pos, &ace) || pos != out->len)
		lex_fail_at(l, ERR_SYNTAX, from, "bytes that are no ACE");
}

enum err
sddl_parse_ace(const char *s, size_t len, const struct sddl_ctx *ctx, struct buf *out,
    struct fault *fault)
{
	struct buf ace = BUF_INIT;
	struct lex l;
	uint8_t type = 0;

	lex_init(&l, s, len, ctx);
	/* An ACL's header, so that the ACE has a place; not passed on. */
	buf_add(&ace, "\0\0\0\0\0\0\0\0", ACL_HEADER_SIZE);
	lex_space(&l);
	lex_ace(&l, &ace, &type);
	lex_space(&l);
	if (!lex_done(&l))
		lex_fail(&l, ERR_TRAILING, "text behind the ACE");
	if (buf_failed(&ace))
		lex_fail(&l, ERR_NOMEM, "ACE");
	if (lex_ok(&l))
		buf_add(out, ace.data + ACL_HEADER_SIZE, ace.len - ACL_HEADER_SIZE);
	buf_fini(&ace);
	return lex_ok(&l) ? ERR_OK : lex_fault(&l, NULL, 0, fault);
}
