/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl.h"

#include "core/sddl_lex.h"

/* What sddl_parse() has read so far. */
struct parts {
	uint16_t control;
	uint8_t rm_control;
	bool has_owner, has_group;
	struct sid owner, group;
	struct buf dacl, sacl;	/* empty: absent or NULL */
	const char *part;	/* for the fault */
	unsigned int ace;
};

/* Our "[…]", see sddl.h. *revision is 0 without one. */
static void
read_annex(struct lex *l, uint8_t *revision, uint8_t *sbz1, uint16_t *sbz2, struct buf *tail)
{
	if (!lex_eat(l, "["))
		return;
	do {
		lex_space(l);
		if (lex_eat(l, "rev=")) {
			*revision = (uint8_t)lex_limited(l, UINT8_MAX, "ACL revision");
			if (*revision != ACL_REVISION && *revision != ACL_REVISION_DS)
				lex_fail(l, ERR_UNSUPPORTED, "ACL revision");
		} else if (lex_eat(l, "sbz1=")) {
			*sbz1 = (uint8_t)lex_limited(l, UINT8_MAX, "Sbz1 of an ACL");
		} else if (lex_eat(l, "sbz2=")) {
			*sbz2 = (uint16_t)lex_limited(l, UINT16_MAX, "Sbz2 of an ACL");
		} else if (lex_eat(l, "tail=#")) {
			lex_octets(l, tail);
		} else {
			lex_fail(l, ERR_SYNTAX, "words about an ACL");
		}
		lex_space(l);
	} while (lex_eat(l, ","));
	lex_expect(l, "]", "words about an ACL without their closing bracket");
	lex_space(l);
}

static void
put16(struct buf *b, size_t at, size_t v)
{
	if (buf_failed(b))
		return;
	b->data[at] = (char)(v & 0xff);
	b->data[at + 1] = (char)(v >> 8 & 0xff);
}

/* The ACEs and the header before them (MS-DTYP 2.4.5). */
static void
read_aces(struct lex *l, struct parts *p, struct buf *acl)
{
	struct buf tail = BUF_INIT;
	uint8_t revision = 0, sbz1 = 0, type = 0;
	uint16_t sbz2 = 0;
	bool objects = false;
	size_t from = l->pos, count = 0;

	read_annex(l, &revision, &sbz1, &sbz2, &tail);
	buf_add(acl, "\0\0\0\0\0\0\0\0", ACL_HEADER_SIZE);
	while (lex_peek(l, 0) == '(') {
		p->ace = (unsigned int)++count;
		lex_ace(l, acl, &type);
		objects = objects || ace_layout_of(type) == ACE_LAYOUT_OBJECT;
		lex_space(l);
		if (acl->len > ACL_MAX_SIZE)
			break;
	}
	if (lex_ok(l))
		p->ace = 0;
	if (buf_failed(&tail))
		acl->failed = true;
	else if (tail.len > 0)
		buf_add(acl, tail.data, tail.len);
	buf_fini(&tail);
	if (acl->len > ACL_MAX_SIZE) {
		lex_fail_at(l, ERR_TOO_BIG, from, "ACL");
		return;
	}
	if (buf_failed(acl))
		return;
	acl->data[0] = (char)(revision != 0 ? revision : objects ? ACL_REVISION_DS : ACL_REVISION);
	acl->data[1] = (char)sbz1;
	put16(acl, 2, acl->len);
	put16(acl, 4, count);
	put16(acl, 6, sbz2);
}

/* dacl-string and sacl-string behind their "D:" or "S:". */
static void
read_acl(struct lex *l, bool sacl, struct parts *p)
{
	struct buf *acl = sacl ? &p->sacl : &p->dacl;
	uint32_t flags = 0;

	p->part = sacl ? "SACL" : "DACL";
	if (p->control & (sacl ? SD_SACL_PRESENT : SD_DACL_PRESENT))
		lex_fail(l, ERR_SYNTAX, "second ACL of its kind");
	flags = lex_bits(l, sddl_acl_flags);
	p->control |= sacl ? SDDL_SACL_BIT(flags) : (uint16_t)flags;
	p->control |= sacl ? SD_SACL_PRESENT : SD_DACL_PRESENT;
	if (!lex_eat(l, "NO_ACCESS_CONTROL"))
		read_aces(l, p, acl);
	if (lex_ok(l))
		p->part = NULL;
}

/* Our "X:", see sddl.h. */
static void
read_rest(struct lex *l, struct parts *p)
{
	do {
		const struct sddl_bit *c = sddl_control_names;

		lex_space(l);
		if (lex_eat(l, "sbz1=")) {
			p->rm_control = (uint8_t)lex_limited(l, UINT8_MAX, "Sbz1");
		} else {
			while (c->letters != NULL && !lex_eat(l, c->letters))
				c++;
			if (c->letters == NULL)
				lex_fail(l, ERR_SYNTAX, "name of a control bit");
			p->control |= (uint16_t)c->bits;
		}
		lex_space(l);
	} while (lex_eat(l, ","));
}

/* owner-string and group-string behind their "O:" or "G:". */
static void
read_principal(struct lex *l, const char *part, bool *has, struct sid *sid, struct parts *p)
{
	p->part = part;
	if (*has)
		lex_fail(l, ERR_SYNTAX, "second SID of its kind");
	lex_space(l);
	lex_sid(l, sid);
	*has = true;
	if (lex_ok(l))
		p->part = NULL;
}

static void
read_parts(struct lex *l, struct parts *p)
{
	bool rest = false;

	for (lex_space(l); !lex_done(l); lex_space(l)) {
		char part = lex_peek(l, 1) == ':' ? lex_peek(l, 0) : '\0';

		if (part != '\0')
			l->pos += 2;
		if (part == 'O') {
			read_principal(l, "owner", &p->has_owner, &p->owner, p);
		} else if (part == 'G') {
			read_principal(l, "group", &p->has_group, &p->group, p);
		} else if (part == 'D' || part == 'S') {
			read_acl(l, part == 'S', p);
		} else if (part == 'X' && !rest) {
			read_rest(l, p);
			rest = true;
		} else {
			l->pos -= part != '\0' ? 2 : 0;
			lex_fail(l, ERR_SYNTAX, "part of a descriptor");
		}
	}
}

/* Header, SACL, DACL, owner, group (MS-DTYP 2.4.6; the order of 2.5.1.4). */
static void
write_parts(const struct parts *p, struct buf *out)
{
	uint8_t owner[SID_MAX_BYTES], group[SID_MAX_BYTES];
	size_t owner_len = sid_bytes(&p->owner, owner), group_len = sid_bytes(&p->group, group);
	size_t sacl_at = SD_HEADER_SIZE, dacl_at = sacl_at + p->sacl.len;
	size_t owner_at = dacl_at + p->dacl.len;
	size_t group_at = owner_at + (p->has_owner ? owner_len : 0);

	buf_addc(out, 1);
	buf_addc(out, (char)p->rm_control);
	buf_le16(out, (uint16_t)(p->control | SD_SELF_RELATIVE));
	buf_le32(out, p->has_owner ? (uint32_t)owner_at : 0);
	buf_le32(out, p->has_group ? (uint32_t)group_at : 0);
	buf_le32(out, p->sacl.len > 0 ? (uint32_t)sacl_at : 0);
	buf_le32(out, p->dacl.len > 0 ? (uint32_t)dacl_at : 0);
	buf_add(out, buf_str(&p->sacl), p->sacl.len);
	buf_add(out, buf_str(&p->dacl), p->dacl.len);
	if (p->has_owner)
		buf_add(out, owner, owner_len);
	if (p->has_group)
		buf_add(out, group, group_len);
}

enum err
sddl_parse(const char *s, size_t len, const struct sddl_ctx *ctx, struct buf *out,
    struct fault *fault)
{
	struct parts p = { .dacl = BUF_INIT, .sacl = BUF_INIT };
	size_t start = out->len;
	struct lex l;

	lex_init(&l, s, len, ctx);
	read_parts(&l, &p);
	if (buf_failed(&p.dacl) || buf_failed(&p.sacl))
		lex_fail(&l, ERR_NOMEM, "descriptor");
	if (lex_ok(&l)) {
		write_parts(&p, out);
		if (buf_failed(out)) {
			buf_truncate(out, start);
			lex_fail(&l, ERR_NOMEM, "descriptor");
		}
	}
	buf_fini(&p.dacl);
	buf_fini(&p.sacl);
	return lex_ok(&l) ? ERR_OK : lex_fault(&l, p.part, p.ace, fault);
}
