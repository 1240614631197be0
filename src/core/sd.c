/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sd.h"

#include <stdio.h>

#include "core/reader.h"

#define SD_REVISION	1
#define ACE_ALIGN	4	/* AceSize MUST be a multiple of it */

/* MS-DTYP 2.4.4.1; the last two are newer than its list. */
static const struct {
	const char *name;
	enum ace_layout layout;
} types[] = {
	[ACE_ALLOWED] = { "ACCESS_ALLOWED_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_DENIED] = { "ACCESS_DENIED_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_AUDIT] = { "SYSTEM_AUDIT_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_ALARM] = { "SYSTEM_ALARM_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_ALLOWED_COMPOUND] = { "ACCESS_ALLOWED_COMPOUND_ACE", ACE_LAYOUT_UNKNOWN },
	[ACE_ALLOWED_OBJECT] = { "ACCESS_ALLOWED_OBJECT_ACE", ACE_LAYOUT_OBJECT },
	[ACE_DENIED_OBJECT] = { "ACCESS_DENIED_OBJECT_ACE", ACE_LAYOUT_OBJECT },
	[ACE_AUDIT_OBJECT] = { "SYSTEM_AUDIT_OBJECT_ACE", ACE_LAYOUT_OBJECT },
	[ACE_ALARM_OBJECT] = { "SYSTEM_ALARM_OBJECT_ACE", ACE_LAYOUT_OBJECT },
	[ACE_ALLOWED_CALLBACK] = { "ACCESS_ALLOWED_CALLBACK_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_DENIED_CALLBACK] = { "ACCESS_DENIED_CALLBACK_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_ALLOWED_CALLBACK_OBJECT] =
	    { "ACCESS_ALLOWED_CALLBACK_OBJECT_ACE", ACE_LAYOUT_OBJECT },
	[ACE_DENIED_CALLBACK_OBJECT] =
	    { "ACCESS_DENIED_CALLBACK_OBJECT_ACE", ACE_LAYOUT_OBJECT },
	[ACE_AUDIT_CALLBACK] = { "SYSTEM_AUDIT_CALLBACK_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_ALARM_CALLBACK] = { "SYSTEM_ALARM_CALLBACK_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_AUDIT_CALLBACK_OBJECT] =
	    { "SYSTEM_AUDIT_CALLBACK_OBJECT_ACE", ACE_LAYOUT_OBJECT },
	[ACE_ALARM_CALLBACK_OBJECT] =
	    { "SYSTEM_ALARM_CALLBACK_OBJECT_ACE", ACE_LAYOUT_OBJECT },
	[ACE_MANDATORY_LABEL] = { "SYSTEM_MANDATORY_LABEL_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_RESOURCE_ATTRIBUTE] = { "SYSTEM_RESOURCE_ATTRIBUTE_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_SCOPED_POLICY_ID] = { "SYSTEM_SCOPED_POLICY_ID_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_PROCESS_TRUST_LABEL] = { "SYSTEM_PROCESS_TRUST_LABEL_ACE", ACE_LAYOUT_SIMPLE },
	[ACE_ACCESS_FILTER] = { "SYSTEM_ACCESS_FILTER_ACE", ACE_LAYOUT_SIMPLE },
};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

enum ace_layout
ace_layout_of(uint8_t type)
{
	return type < TYPE_COUNT ? types[type].layout : ACE_LAYOUT_UNKNOWN;
}

const char *
ace_type_name(uint8_t type, struct ace_type_buf *b)
{
	if (type < TYPE_COUNT)
		return types[type].name;
	snprintf(b->s, sizeof(b->s), "type 0x%02x", type);
	return b->s;
}

bool
ace_is_allow(const struct ace *ace)
{
	return ace->type == ACE_ALLOWED || ace->type == ACE_ALLOWED_OBJECT ||
	    ace->type == ACE_ALLOWED_CALLBACK || ace->type == ACE_ALLOWED_CALLBACK_OBJECT;
}

bool
ace_is_deny(const struct ace *ace)
{
	return ace->type == ACE_DENIED || ace->type == ACE_DENIED_OBJECT ||
	    ace->type == ACE_DENIED_CALLBACK || ace->type == ACE_DENIED_CALLBACK_OBJECT;
}

bool
ace_is_callback(const struct ace *ace)
{
	return ace->type >= ACE_ALLOWED_CALLBACK && ace->type <= ACE_ALARM_CALLBACK_OBJECT;
}

/* The fault of a SID: `r` stands where sid_read() failed, `base` is where r starts. */
static enum err
sid_fault(const struct reader *r, size_t base, const char *what_short, struct fault *fault)
{
	size_t at = base + r->err_pos;

	if (r->err == ERR_UNSUPPORTED)
		return fault_set_value(fault, r->err, at, "SID revision", r->base[r->err_pos]);
	if (r->err == ERR_RANGE)
		return fault_set_value(fault, r->err, at, "SID count", r->base[r->err_pos]);
	return fault_set(fault, r->err, at, what_short);
}

/*
 * What follows the ACE's header, by layout. AceSize may be more than the
 * fields need (MS-DTYP 2.4.4.1): the rest is kept in `data`.
 */
static enum err
read_ace_body(struct reader *r, struct ace *ace, size_t base, struct fault *fault)
{
	if (ace->layout != ACE_LAYOUT_UNKNOWN)
		ace->mask = reader_le32(r);
	if (ace->layout == ACE_LAYOUT_OBJECT) {
		/* MS-DTYP 2.4.4.3: a GUID takes up room only when its flag is set. */
		ace->object_flags = reader_le32(r);
		if (ace->object_flags & ACE_OBJECT_TYPE_PRESENT)
			guid_read(r, &ace->object_type);
		if (ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT)
			guid_read(r, &ace->inherited_type);
	}
	if (ace->layout != ACE_LAYOUT_UNKNOWN)
		sid_read(r, &ace->trustee);
	if (r->err == ERR_SHORT)
		return fault_set_value(fault, ERR_RANGE, base + 2, "ACE size", ace->raw_len);
	if (r->err != ERR_OK)
		return sid_fault(r, base, "SID", fault);
	ace->data_len = reader_left(r);
	ace->data = reader_bytes(r, ace->data_len);
	return ERR_OK;
}

/* One ACE at r (MS-DTYP 2.4.4.1); `base` is where r's input starts in the descriptor. */
static enum err
read_ace(struct reader *r, size_t base, struct ace *out, struct fault *fault)
{
	struct ace ace = { .offset = r->pos };
	struct reader peek = *r, body;
	size_t at = base + r->pos;
	uint16_t size = 0;
	enum err err = ERR_OK;

	ace.type = reader_u8(&peek);
	ace.flags = reader_u8(&peek);
	size = reader_le16(&peek);
	if (peek.err != ERR_OK)
		return fault_set(fault, peek.err, at, "ACE header");
	if (size < ACE_HEADER_SIZE || size % ACE_ALIGN != 0)
		return fault_set_value(fault, ERR_RANGE, at + 2, "ACE size", size);
	body = reader_sub(r, size);
	if (body.err != ERR_OK)
		return fault_set_value(fault, body.err, at + 2, "ACE size", size);
	ace.layout = ace_layout_of(ace.type);
	ace.raw = body.base;
	ace.raw_len = size;
	reader_skip(&body, ACE_HEADER_SIZE);
	err = read_ace_body(&body, &ace, at, fault);
	if (err == ERR_OK)
		*out = ace;
	return err;
}

bool
acl_next(const struct acl *acl, size_t *pos, struct ace *out)
{
	struct reader r;

	if (acl->decoded != NULL) {
		if (*pos >= acl->count)
			return false;
		*out = acl->decoded[(*pos)++];
		return true;
	}
	reader_init(&r, acl->bytes, acl->aces_end);
	reader_skip(&r, *pos == 0 ? ACL_HEADER_SIZE : *pos);
	if (reader_left(&r) == 0 || read_ace(&r, 0, out, NULL) != ERR_OK)
		return false;
	*pos = r.pos;
	return true;
}

bool
acl_nth(const struct acl *acl, int index, struct ace *out)
{
	size_t pos = 0;
	int i;

	for (i = 0; acl_next(acl, &pos, out); i++)
		if (i == index)
			return true;
	return false;
}

void
acl_decode(struct acl *acl, struct ace *room)
{
	struct ace ace;
	size_t pos = 0, n = 0;

	acl->decoded = NULL;
	while (n < acl->count && acl_next(acl, &pos, &ace))
		room[n++] = ace;
	if (n == acl->count)
		acl->decoded = room;
}

/*
 * An ACL `at` bytes into the descriptor (MS-DTYP 2.4.5), and every ACE in it.
 * AclSize may be more than the ACEs need: Windows leaves such slack where it
 * has merged ACEs. Revision 4 is meant for object ACEs, but real ACLs mix
 * freely, so any type is taken with either.
 */
static enum err
parse_acl(const uint8_t *data, size_t len, size_t at, struct acl *out, struct fault *fault)
{
	struct acl acl = { 0 };
	struct reader all, r;
	struct ace ace;
	uint16_t size = 0;
	enum err err = ERR_OK;

	reader_init(&all, data, len);
	reader_skip(&all, at);
	r = all;
	acl.revision = reader_u8(&r);
	reader_skip(&r, 1);
	size = reader_le16(&r);
	acl.count = reader_le16(&r);
	reader_skip(&r, 2);
	if (r.err != ERR_OK)
		return fault_set(fault, r.err, at, "ACL header");
	if (acl.revision != ACL_REVISION && acl.revision != ACL_REVISION_DS)
		return fault_set_value(fault, ERR_UNSUPPORTED, at, "ACL revision", acl.revision);
	if (size < ACL_HEADER_SIZE)
		return fault_set_value(fault, ERR_RANGE, at + 2, "ACL size", size);
	r = reader_sub(&all, size);
	if (r.err != ERR_OK)
		return fault_set_value(fault, r.err, at + 2, "ACL size", size);
	acl.bytes = r.base;
	acl.len = size;
	reader_skip(&r, ACL_HEADER_SIZE);
	if (acl.count > reader_left(&r) / ACE_HEADER_SIZE)
		return fault_set_value(fault, ERR_RANGE, at + 4, "ACE count", acl.count);
	for (unsigned int i = 0; i < acl.count; i++) {
		err = read_ace(&r, at, &ace, fault);
		if (err != ERR_OK) {
			if (fault != NULL)
				fault->ace = i + 1;
			return err;
		}
		if (!(ace.flags & ACE_INHERIT_ONLY) && (ace_is_allow(&ace) || ace_is_deny(&ace)) &&
		    sid_eq(&ace.trustee, &sid_owner_rights))
			acl.owner_rights = true;
	}
	acl.aces_end = r.pos;
	*out = acl;
	return ERR_OK;
}

/* True when a part can stand at `offset`; the fault is the header field's. */
static bool
offset_ok(uint32_t offset, size_t len, size_t field, const char *what, struct fault *fault)
{
	if (offset >= SD_HEADER_SIZE && offset <= len)
		return true;
	fault_set_value(fault, ERR_RANGE, field, what, offset);
	return false;
}

static enum err
parse_sid(const uint8_t *data, size_t len, size_t at, struct sid *out, struct fault *fault)
{
	struct reader r;

	reader_init(&r, data, len);
	reader_skip(&r, at);
	sid_read(&r, out);
	return r.err == ERR_OK ? ERR_OK : sid_fault(&r, 0, "SID", fault);
}

/* Names the part of the descriptor that a fault is in, and returns the error. */
static enum err
in_part(enum err err, const char *part, struct fault *fault)
{
	if (fault != NULL)
		fault->part = part;
	return err;
}

/*
 * MS-DTYP 2.4.6. The spec prescribes no order of the four parts and no
 * distance between them, so gaps and shared bytes are accepted.
 */
enum err
sd_parse(const void *data, size_t len, struct sd *out, struct fault *fault)
{
	struct sd sd = { 0 };
	struct reader r;
	uint32_t owner = 0, group = 0, sacl = 0, dacl = 0;
	uint8_t revision = 0;
	enum err err = ERR_OK;

	reader_init(&r, data, len);
	revision = reader_u8(&r);
	sd.rm_control = reader_u8(&r);
	sd.control = reader_le16(&r);
	owner = reader_le32(&r);
	group = reader_le32(&r);
	sacl = reader_le32(&r);
	dacl = reader_le32(&r);
	if (r.err != ERR_OK)
		return fault_set(fault, r.err, r.err_pos, "header");
	if (revision != SD_REVISION)
		return fault_set_value(fault, ERR_UNSUPPORTED, 0, "revision", revision);
	if (!(sd.control & SD_SELF_RELATIVE))
		return fault_set_value(fault, ERR_UNSUPPORTED, 2, "control", sd.control);
	sd.has_owner = owner != 0;
	sd.has_group = group != 0;
	if (sd.has_owner) {
		if (!offset_ok(owner, r.len, 4, "offset", fault))
			return in_part(ERR_RANGE, "owner", fault);
		err = parse_sid(r.base, r.len, owner, &sd.owner, fault);
		if (err != ERR_OK)
			return in_part(err, "owner", fault);
	}
	if (sd.has_group) {
		if (!offset_ok(group, r.len, 8, "offset", fault))
			return in_part(ERR_RANGE, "group", fault);
		err = parse_sid(r.base, r.len, group, &sd.group, fault);
		if (err != ERR_OK)
			return in_part(err, "group", fault);
	}
	/* Without its present bit an ACL is not there, whatever the offset says. */
	if ((sd.control & SD_SACL_PRESENT) && sacl != 0) {
		if (!offset_ok(sacl, r.len, 12, "offset", fault))
			return in_part(ERR_RANGE, "SACL", fault);
		err = parse_acl(r.base, r.len, sacl, &sd.sacl, fault);
		if (err != ERR_OK)
			return in_part(err, "SACL", fault);
	}
	if ((sd.control & SD_DACL_PRESENT) && dacl != 0) {
		if (!offset_ok(dacl, r.len, 16, "offset", fault))
			return in_part(ERR_RANGE, "DACL", fault);
		err = parse_acl(r.base, r.len, dacl, &sd.dacl, fault);
		if (err != ERR_OK)
			return in_part(err, "DACL", fault);
	}
	*out = sd;
	return ERR_OK;
}

bool
sd_dacl_absent(const struct sd *sd)
{
	return !(sd->control & SD_DACL_PRESENT);
}

bool
sd_dacl_null(const struct sd *sd)
{
	return (sd->control & SD_DACL_PRESENT) && sd->dacl.bytes == NULL;
}
