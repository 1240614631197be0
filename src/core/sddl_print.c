/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl.h"

#include <inttypes.h>

#include "core/escape.h"
#include "core/sddl_cond.h"
#include "core/sddl_names.h"

void
sddl_print_sid(const struct sid *sid, const struct sddl_ctx *ctx, struct buf *out)
{
	const char *abbrev = sddl_sid_abbrev(sid, ctx);
	struct sid_buf b;

	buf_adds(out, abbrev != NULL ? abbrev : sid_str(sid, &b));
}

/* The letters of the bits in `v`, in the table's order; returns the bits left over. */
static uint32_t
print_bits(const struct sddl_bit *table, uint32_t v, struct buf *out)
{
	for (; table->letters != NULL && v != 0; table++) {
		if ((v & table->bits) != 0) {
			buf_adds(out, table->letters);
			v &= ~table->bits;
		}
	}
	return v;
}

/* MS-DTYP 2.5.1.1 ace-rights, as Windows chooses among its forms. */
static void
print_rights(uint8_t type, uint32_t mask, struct buf *out)
{
	const struct sddl_bit *table = type == ACE_MANDATORY_LABEL ?
	    sddl_label_rights : sddl_rights;
	const struct sddl_bit *whole = sddl_whole_rights;
	size_t start = out->len;

	while (type != ACE_MANDATORY_LABEL && whole->letters != NULL && whole->bits != mask)
		whole++;
	if (type != ACE_MANDATORY_LABEL && whole->letters != NULL) {
		buf_adds(out, whole->letters);
	} else if (print_bits(table, mask, out) != 0) {
		buf_truncate(out, start);
		buf_addf(out, "0x%" PRIx32, mask);
	}
}

static bool
has_condition(const struct ace *ace)
{
	return ace_is_callback(ace) || ace->type == ACE_ACCESS_FILTER;
}

bool
sddl_print_condition(const struct ace *ace, const struct sddl_ctx *ctx, struct buf *out)
{
	return has_condition(ace) && cond_print(ace->data, ace->data_len, ctx, out);
}

static void
print_octets(const uint8_t *data, size_t len, struct buf *out)
{
	buf_addc(out, '#');
	hex_encode(data, len, out);
}

/* The last field: a condition, a claim, or the bytes as they are. */
static void
print_data(const struct ace *ace, const struct sddl_ctx *ctx, struct buf *out)
{
	if (ace->data_len == 0)
		return;
	buf_addc(out, ';');
	if (sddl_print_condition(ace, ctx, out))
		return;
	if (ace->type == ACE_RESOURCE_ATTRIBUTE && claim_print(ace->data, ace->data_len, ctx, out))
		return;
	print_octets(ace->data, ace->data_len, out);
}

void
sddl_print_ace(const struct ace *ace, const struct sddl_ctx *ctx, struct buf *out)
{
	const uint32_t guids = ACE_OBJECT_TYPE_PRESENT | ACE_INHERITED_OBJECT_TYPE_PRESENT;
	const char *letters = sddl_type_letters(ace->type);
	struct guid_buf b;

	buf_addc(out, '(');
	if (letters != NULL)
		buf_adds(out, letters);
	else
		buf_addf(out, "0x%02x", ace->type);
	buf_addc(out, ';');
	print_bits(sddl_ace_flags, ace->flags, out);
	buf_addc(out, ';');
	if (ace->layout == ACE_LAYOUT_UNKNOWN || (ace->object_flags & ~guids) != 0) {
		print_octets(ace->raw + ACE_HEADER_SIZE, ace->raw_len - ACE_HEADER_SIZE, out);
		buf_addc(out, ')');
		return;
	}
	print_rights(ace->type, ace->mask, out);
	buf_addc(out, ';');
	if (ace->object_flags & ACE_OBJECT_TYPE_PRESENT)
		buf_adds(out, guid_str(&ace->object_type, &b));
	buf_addc(out, ';');
	if (ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT)
		buf_adds(out, guid_str(&ace->inherited_type, &b));
	buf_addc(out, ';');
	sddl_print_sid(&ace->trustee, ctx, out);
	print_data(ace, ctx, out);
	buf_addc(out, ')');
}

/* The bits of Control that stand behind "D:" or "S:". */
static uint16_t
acl_flag_bits(bool sacl)
{
	uint16_t bits = 0;

	for (const struct sddl_bit *f = sddl_acl_flags; f->letters != NULL; f++)
		bits |= sacl ? SDDL_SACL_BIT(f->bits) : (uint16_t)f->bits;
	return bits;
}

static void
print_acl_flags(const struct sd *sd, bool sacl, struct buf *out)
{
	uint32_t bits = (uint32_t)(sd->control & acl_flag_bits(sacl));

	print_bits(sddl_acl_flags, sacl ? bits >> 1 : bits, out);
}

/* Our "[…]": what an ACL holds that its ACEs and flags do not tell. */
static void
print_annex(const struct acl *acl, bool objects, struct buf *out)
{
	const uint8_t *h = acl->bytes;
	const unsigned int sbz1 = h[1], sbz2 = (unsigned int)(h[6] | h[7] << 8);
	const char *gap = "[";
	size_t start = out->len;

	if (acl->revision != (objects ? ACL_REVISION_DS : ACL_REVISION)) {
		buf_addf(out, "%srev=0x%x", gap, acl->revision);
		gap = ",";
	}
	if (sbz1 != 0) {
		buf_addf(out, "%ssbz1=0x%x", gap, sbz1);
		gap = ",";
	}
	if (sbz2 != 0) {
		buf_addf(out, "%ssbz2=0x%x", gap, sbz2);
		gap = ",";
	}
	if (acl->len > acl->aces_end) {
		buf_addf(out, "%stail=", gap);
		print_octets(h + acl->aces_end, acl->len - acl->aces_end, out);
	}
	if (out->len > start)
		buf_addc(out, ']');
}

static void
print_acl(const struct sd *sd, bool sacl, const struct sddl_ctx *ctx, struct buf *out)
{
	const struct acl *acl = sacl ? &sd->sacl : &sd->dacl;
	bool objects = false;
	struct ace ace;
	size_t pos = 0;

	buf_adds(out, sacl ? "S:" : "D:");
	print_acl_flags(sd, sacl, out);
	if (acl->bytes == NULL) {
		buf_adds(out, "NO_ACCESS_CONTROL");
		return;
	}
	while (acl_next(acl, &pos, &ace))
		objects = objects || ace_layout_of(ace.type) == ACE_LAYOUT_OBJECT;
	print_annex(acl, objects, out);
	for (pos = 0; acl_next(acl, &pos, &ace);)
		sddl_print_ace(&ace, ctx, out);
}

/* Our "X:": what is left of Control, and Sbz1. */
static void
print_rest(const struct sd *sd, struct buf *out)
{
	uint32_t told = SD_SELF_RELATIVE | SD_DACL_PRESENT | SD_SACL_PRESENT;
	const char *gap = "X:";

	if (sd->control & SD_DACL_PRESENT)
		told |= acl_flag_bits(false);
	if (sd->control & SD_SACL_PRESENT)
		told |= acl_flag_bits(true);
	for (const struct sddl_bit *c = sddl_control_names; c->letters != NULL; c++) {
		if ((sd->control & ~told & c->bits) == 0)
			continue;
		buf_addf(out, "%s%s", gap, c->letters);
		gap = ",";
	}
	if (sd->rm_control != 0)
		buf_addf(out, "%ssbz1=0x%x", gap, sd->rm_control);
}

/* MS-DTYP 2.5.1.1 */
void
sddl_print(const struct sd *sd, const struct sddl_ctx *ctx, struct buf *out)
{
	if (sd->has_owner) {
		buf_adds(out, "O:");
		sddl_print_sid(&sd->owner, ctx, out);
	}
	if (sd->has_group) {
		buf_adds(out, "G:");
		sddl_print_sid(&sd->group, ctx, out);
	}
	if (sd->control & SD_DACL_PRESENT)
		print_acl(sd, false, ctx, out);
	if (sd->control & SD_SACL_PRESENT)
		print_acl(sd, true, ctx, out);
	print_rest(sd, out);
}
