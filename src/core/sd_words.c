/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sd_words.h"

#include <inttypes.h>

#include "core/access.h"
#include "core/schema.h"

struct bit_name {
	uint32_t bit;
	const char *name;
};

/* Appends "item", with ", " before it unless it is the first since `start`. */
static void
add_item(struct buf *out, size_t start, const char *item)
{
	if (out->len > start)
		buf_adds(out, ", ");
	buf_adds(out, item);
}

/* The names of the bits of v, and what has none as one number. */
static void
add_bits(struct buf *out, size_t start, const struct bit_name *table, size_t count, uint32_t v)
{
	for (size_t i = 0; i < count; i++) {
		if ((v & table[i].bit) != 0)
			add_item(out, start, table[i].name);
		v &= ~table[i].bit;
	}
	if (v != 0) {
		add_item(out, start, "0x");
		buf_addf(out, "%" PRIx32, v);
	}
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* MS-DTYP 2.4.4.1 */
static const struct bit_name flag_names[] = {
	{ ACE_OBJECT_INHERIT, "object inherit" },
	{ ACE_CONTAINER_INHERIT, "container inherit" },
	{ ACE_NO_PROPAGATE, "one level only" },
	{ ACE_INHERIT_ONLY, "inherit only" },
	{ ACE_INHERITED, "inherited" },
	{ ACE_CRITICAL, "critical" },
	{ ACE_SUCCESSFUL_ACCESS, "on success" },
	{ ACE_FAILED_ACCESS, "on failure" },
};

void
sd_words_ace_flags(uint8_t flags, struct buf *out)
{
	add_bits(out, out->len, flag_names, COUNT(flag_names), flags);
}

/*
 * MS-ADTS 5.1.3.2. `verb` is for an ACE with an object type, before its name;
 * rights without one do not look at the object type.
 */
static const struct right_name {
	uint32_t bit;
	const char *name, *verb;
} right_names[] = {
	{ RIGHT_CREATE_CHILD, "create children", "create" },
	{ RIGHT_DELETE_CHILD, "delete children", "delete" },
	{ RIGHT_READ_PROPERTY, "read all properties", "read" },
	{ RIGHT_WRITE_PROPERTY, "write all properties", "write" },
	{ RIGHT_SELF, "all validated writes", "validated write to" },
	{ RIGHT_CONTROL_ACCESS, "all extended rights", "use" },
	{ RIGHT_LIST, "list children", NULL },
	{ RIGHT_LIST_OBJECT, "list object", NULL },
	{ RIGHT_DELETE_TREE, "delete subtree", NULL },
	{ RIGHT_DELETE, "delete this object", NULL },
	{ RIGHT_READ_CONTROL, "read permissions", NULL },
	{ RIGHT_WRITE_DAC, "modify permissions", NULL },
	{ RIGHT_WRITE_OWNER, "modify owner", NULL },
	{ 0x00100000, "synchronize", NULL },
	{ 0x01000000, "access system security", NULL },
	{ 0x02000000, "maximum allowed", NULL },
	{ RIGHT_GENERIC_ALL, "generic all", NULL },
	{ RIGHT_GENERIC_EXECUTE, "generic execute", NULL },
	{ RIGHT_GENERIC_WRITE, "generic write", NULL },
	{ RIGHT_GENERIC_READ, "generic read", NULL },
};

/* MS-DTYP 2.4.4.13 */
static const struct bit_name label_names[] = {
	{ 0x1, "no write up" }, { 0x2, "no read up" }, { 0x4, "no execute up" },
};

/* "Reset Password (00299570-…)", or the GUID alone. */
static void
add_guid(const struct guid *guid, struct buf *out)
{
	const char *name = schema_guid_name(guid);
	struct guid_buf b;

	if (name != NULL)
		buf_addf(out, "%s (%s)", name, guid_str(guid, &b));
	else
		buf_adds(out, guid_str(guid, &b));
}

/* The rights that the object type narrows, and it; returns those that are left. */
static uint32_t
add_object_rights(const struct ace *ace, size_t start, struct buf *out)
{
	uint32_t mask = ace->mask, narrowed = 0;

	for (size_t i = 0; i < COUNT(right_names); i++)
		if (right_names[i].verb != NULL)
			narrowed |= mask & right_names[i].bit;
	if (narrowed == 0)
		return mask;
	/* An extended right alone is named by itself: "Reset Password". */
	for (size_t i = 0; i < COUNT(right_names) && narrowed != RIGHT_CONTROL_ACCESS; i++)
		if ((narrowed & right_names[i].bit) != 0)
			add_item(out, start, right_names[i].verb);
	if (narrowed != RIGHT_CONTROL_ACCESS)
		buf_addc(out, ' ');
	add_guid(&ace->object_type, out);
	return mask & ~narrowed;
}

void
sd_words_rights(const struct ace *ace, struct buf *out)
{
	size_t start = out->len;
	uint32_t mask = ace->mask;

	if (ace->type == ACE_MANDATORY_LABEL) {
		add_bits(out, start, label_names, COUNT(label_names), mask);
		mask = 0;
	}
	if (ace->object_flags & ACE_OBJECT_TYPE_PRESENT) {
		mask = add_object_rights(ace, start, out);
	} else if ((mask & RIGHT_FULL_CONTROL) == RIGHT_FULL_CONTROL) {
		add_item(out, start, "full control");
		mask &= ~RIGHT_FULL_CONTROL;
	}
	for (size_t i = 0; i < COUNT(right_names); i++) {
		if ((mask & right_names[i].bit) != 0)
			add_item(out, start, right_names[i].name);
		mask &= ~right_names[i].bit;
	}
	add_bits(out, start, NULL, 0, mask);
	if (out->len == start)
		buf_adds(out, "nothing");
}

/* MS-DTYP 2.4.2.4: what these numbers are in every domain. */
static const struct { uint32_t rid; const char *name; } domain_names[] = {
	{ 498, "Enterprise Read-only Domain Controllers" },
	{ 500, "Administrator" },
	{ 501, "Guest" },
	{ 502, "krbtgt" },
	{ 512, "Domain Admins" },
	{ 513, "Domain Users" },
	{ 514, "Domain Guests" },
	{ 515, "Domain Computers" },
	{ 516, "Domain Controllers" },
	{ 517, "Cert Publishers" },
	{ 518, "Schema Admins" },
	{ 519, "Enterprise Admins" },
	{ 520, "Group Policy Creator Owners" },
	{ 521, "Read-only Domain Controllers" },
	{ 522, "Cloneable Domain Controllers" },
	{ 525, "Protected Users" },
	{ 526, "Key Admins" },
	{ 527, "Enterprise Key Admins" },
	{ 553, "RAS and IAS Servers" },
	{ 571, "Allowed RODC Password Replication Group" },
	{ 572, "Denied RODC Password Replication Group" },
};

const char *
sd_sid_name(const struct sid *sid)
{
	/* A domain's SID is S-1-5-21 and three numbers (MS-DTYP 2.4.2.4). */
	if (sid->authority == 5 && sid->count == 5 && sid->sub[0] == 21)
		for (size_t i = 0; i < COUNT(domain_names); i++)
			if (domain_names[i].rid == sid->sub[4])
				return domain_names[i].name;
	return sid_well_known_name(sid);
}

void
sd_words_sid(const struct sid *sid, struct buf *out)
{
	const char *name = sd_sid_name(sid);
	struct sid_buf b;

	if (name != NULL)
		buf_addf(out, "%s (%s)", name, sid_str(sid, &b));
	else
		buf_adds(out, sid_str(sid, &b));
}

/* What an ACE does; the types of a SACL stand for themselves. */
static const char *
verb_of(const struct ace *ace, struct ace_type_buf *b)
{
	if (ace_is_allow(ace))
		return "allow";
	if (ace_is_deny(ace))
		return "deny";
	switch (ace->type) {
	case ACE_AUDIT:
	case ACE_AUDIT_OBJECT:
	case ACE_AUDIT_CALLBACK:
	case ACE_AUDIT_CALLBACK_OBJECT:
		return "audit";
	case ACE_ALARM:
	case ACE_ALARM_OBJECT:
	case ACE_ALARM_CALLBACK:
	case ACE_ALARM_CALLBACK_OBJECT:
		return "alarm";
	case ACE_MANDATORY_LABEL:
		return "integrity label";
	case ACE_RESOURCE_ATTRIBUTE:
		return "resource attribute";
	case ACE_SCOPED_POLICY_ID:
		return "central access policy";
	case ACE_PROCESS_TRUST_LABEL:
		return "trust label";
	case ACE_ACCESS_FILTER:
		return "access filter";
	default:
		return ace_type_name(ace->type, b);
	}
}

/* " if (…)", or that there is something that cannot be told. */
static void
add_condition(const struct ace *ace, const struct sddl_ctx *ctx, struct buf *out)
{
	size_t start = out->len;

	if (ace->data_len == 0)
		return;
	if (ace_is_callback(ace) || ace->type == ACE_ACCESS_FILTER) {
		buf_adds(out, " if ");
		if (sddl_print_condition(ace, ctx, out))
			return;
		buf_truncate(out, start);
		buf_addf(out, " if a condition of %zu bytes that has no text", ace->data_len);
	} else {
		buf_addf(out, ", with %zu bytes of data", ace->data_len);
	}
}

void
sd_words_ace(const struct ace *ace, const struct sddl_ctx *ctx, struct buf *out)
{
	struct ace_type_buf b;

	buf_adds(out, verb_of(ace, &b));
	if (ace->flags != 0) {
		buf_adds(out, ", ");
		sd_words_ace_flags(ace->flags, out);
	}
	if (ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT) {
		buf_adds(out, ", for descendant ");
		add_guid(&ace->inherited_type, out);
	}
	buf_adds(out, ": ");
	if (ace->layout == ACE_LAYOUT_UNKNOWN) {
		buf_addf(out, "%zu bytes that are not understood", ace->raw_len);
		return;
	}
	sd_words_rights(ace, out);
	buf_adds(out, ace_is_deny(ace) || ace_is_allow(ace) ? " to " : " for ");
	sd_words_sid(&ace->trustee, out);
	add_condition(ace, ctx, out);
}

void
sd_words_acl(const struct sd *sd, bool sacl, struct buf *out)
{
	const struct acl *acl = sacl ? &sd->sacl : &sd->dacl;
	const struct bit_name names[] = {
		{ sacl ? SD_SACL_PROTECTED : SD_DACL_PROTECTED, "protected" },
		{ sacl ? SD_SACL_AUTO_INHERIT_REQ : SD_DACL_AUTO_INHERIT_REQ,
		    "auto-inherit required" },
		{ sacl ? SD_SACL_AUTO_INHERITED : SD_DACL_AUTO_INHERITED, "auto-inherited" },
		{ sacl ? SD_SACL_DEFAULTED : SD_DACL_DEFAULTED, "defaulted" },
	};
	size_t start = out->len;

	for (size_t i = 0; i < COUNT(names); i++)
		if ((sd->control & names[i].bit) != 0)
			add_item(out, start, names[i].name);
	if (!(sd->control & (sacl ? SD_SACL_PRESENT : SD_DACL_PRESENT)))
		add_item(out, start, sacl ? "absent" : "absent: everything is granted to everyone");
	else if (acl->bytes == NULL)
		add_item(out, start, sacl ? "NULL" : "NULL: everything is granted to everyone");
	else if (acl->count == 0)
		add_item(out, start, sacl ? "empty" : "empty: only the owner has rights");
	else
		add_item(out, start, "");
	if (acl->count > 0)
		buf_addf(out, "%u ACE%s", acl->count, acl->count == 1 ? "" : "s");
}

void
sd_words_control(const struct sd *sd, struct buf *out)
{
	static const struct bit_name names[] = {
		{ SD_OWNER_DEFAULTED, "owner defaulted" },
		{ SD_GROUP_DEFAULTED, "group defaulted" },
		{ SD_DACL_TRUSTED, "DACL trusted" },
		{ SD_SERVER_SECURITY, "server security" },
		{ SD_RM_CONTROL_VALID, "resource manager control" },
	};
	size_t start = out->len;

	for (size_t i = 0; i < COUNT(names); i++)
		if ((sd->control & names[i].bit) != 0)
			add_item(out, start, names[i].name);
	if (sd->rm_control != 0) {
		add_item(out, start, "");
		buf_addf(out, "Sbz1 0x%02x", sd->rm_control);
	}
}
