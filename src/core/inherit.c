/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/inherit.h"

#include <stdlib.h>
#include <string.h>

#include "core/access.h"

#define INHERITABLE	(ACE_CONTAINER_INHERIT | ACE_OBJECT_INHERIT)
#define GENERIC		(RIGHT_GENERIC_ALL | RIGHT_GENERIC_EXECUTE | RIGHT_GENERIC_WRITE | \
	RIGHT_GENERIC_READ)

/* The DACL in the making: ACEs one behind the other. */
struct making {
	struct buf aces;
	size_t count;
	bool has_object;	/* one of the ACEs is an object ACE */
};

static bool
is_object_type(uint8_t type)
{
	return ace_layout_of(type) == ACE_LAYOUT_OBJECT;
}

static void
put_raw(struct making *m, const struct ace *ace, uint8_t flags)
{
	size_t at = m->aces.len;

	buf_add(&m->aces, ace->raw, ace->raw_len);
	if (buf_failed(&m->aces))
		return;
	m->aces.data[at + 1] = (char)flags;
	m->has_object |= is_object_type(ace->type);
	m->count++;
}

/* The plain type of an object ACE's (MS-DTYP 2.4.4.1). */
static uint8_t
plain_type(uint8_t type)
{
	switch (type) {
	case ACE_ALLOWED_OBJECT: return ACE_ALLOWED;
	case ACE_DENIED_OBJECT: return ACE_DENIED;
	case ACE_AUDIT_OBJECT: return ACE_AUDIT;
	case ACE_ALARM_OBJECT: return ACE_ALARM;
	case ACE_ALLOWED_CALLBACK_OBJECT: return ACE_ALLOWED_CALLBACK;
	case ACE_DENIED_CALLBACK_OBJECT: return ACE_DENIED_CALLBACK;
	case ACE_AUDIT_CALLBACK_OBJECT: return ACE_AUDIT_CALLBACK;
	case ACE_ALARM_CALLBACK_OBJECT: return ACE_ALARM_CALLBACK;
	default: return type;
	}
}

/* An ACE from its fields; what stands behind its SID comes along. */
static void
put_fields(struct making *m, const struct ace *ace)
{
	size_t at = m->aces.len, size;
	uint8_t sid[SID_MAX_BYTES];

	buf_addc(&m->aces, (char)ace->type);
	buf_addc(&m->aces, (char)ace->flags);
	buf_le16(&m->aces, 0);
	buf_le32(&m->aces, ace->mask);
	if (is_object_type(ace->type)) {
		buf_le32(&m->aces, ace->object_flags);
		if (ace->object_flags & ACE_OBJECT_TYPE_PRESENT)
			buf_add(&m->aces, ace->object_type.b, sizeof ace->object_type.b);
		if (ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT)
			buf_add(&m->aces, ace->inherited_type.b, sizeof ace->inherited_type.b);
		m->has_object = true;
	}
	buf_add(&m->aces, sid, sid_bytes(&ace->trustee, sid));
	buf_add(&m->aces, ace->data, ace->data_len);
	if (buf_failed(&m->aces))
		return;
	size = m->aces.len - at;
	m->aces.data[at + 2] = (char)(size & 0xff);
	m->aces.data[at + 3] = (char)(size >> 8);
	m->count++;
}

/* Rights or a SID that mean something else on each object (MS-DTYP 2.5.3.4.7). */
static bool
is_generic(const struct ace *ace)
{
	return ace->layout != ACE_LAYOUT_UNKNOWN && ((ace->mask & GENERIC) ||
	    sid_eq(&ace->trustee, &sid_creator_owner) ||
	    sid_eq(&ace->trustee, &sid_creator_group));
}

/* Puts in what they mean on this one. Without a group nothing stands for it. */
static void
concretize(struct ace *ace, const struct sd *sd)
{
	ace->mask = access_map_generic(ace->mask);
	if (sd->has_owner && sid_eq(&ace->trustee, &sid_creator_owner))
		ace->trustee = sd->owner;
	else if (sd->has_group && sid_eq(&ace->trustee, &sid_creator_group))
		ace->trustee = sd->group;
}

/*
 * The object's own ACEs (MS-DTYP 2.5.3.4.6, .7). Those that say nothing, being
 * inherit-only and not inheritable, are dropped when a descriptor is written.
 */
static void
keep_own(struct making *m, const struct sd *sd)
{
	bool is_protected = sd->control & SD_DACL_PROTECTED;
	struct ace ace;
	size_t pos = 0;

	while (acl_next(&sd->dacl, &pos, &ace)) {
		if (ace.flags & ACE_INHERITED) {
			if (!is_protected)
				continue;
			ace.flags &= (uint8_t)~ACE_INHERITED;
		}
		if ((ace.flags & ACE_INHERIT_ONLY) && !(ace.flags & INHERITABLE))
			continue;
		if ((ace.flags & ACE_INHERIT_ONLY) || !is_generic(&ace)) {
			put_raw(m, &ace, ace.flags);
			continue;
		}
		if (ace.flags & ACE_CONTAINER_INHERIT)
			put_raw(m, &ace, ace.flags | ACE_INHERIT_ONLY);
		concretize(&ace, sd);
		ace.flags = 0;
		put_fields(m, &ace);
	}
}

/* Whether an ACE of the object above is in force on this one. */
static enum err
applies(const struct ace *ace, const struct inherit_object *o, bool *out)
{
	static const struct guid any;

	*out = (ace->flags & ACE_CONTAINER_INHERIT) != 0;
	if (ace->layout == ACE_LAYOUT_UNKNOWN)
		return ERR_UNSUPPORTED;		/* it may be for a class */
	if (!*out || !(ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT) ||
	    guid_eq(&ace->inherited_type, &any))
		return ERR_OK;
	if (!o->classes)
		return ERR_UNSUPPORTED;
	*out = false;
	for (size_t i = 0; i < o->class_count; i++)
		*out |= guid_eq(&o->classes[i], &ace->inherited_type);
	return ERR_OK;
}

/* One ACE of the object above (MS-DTYP 2.5.3.4.4; the table in the header). */
static enum err
inherit_one(struct making *m, const struct ace *from, const struct inherit_object *o)
{
	bool in_force, once = from->flags & ACE_NO_PROPAGATE;
	struct ace ace = *from;
	enum err err;

	if (!(from->flags & INHERITABLE))
		return ERR_OK;
	err = applies(from, o, &in_force);
	if (err != ERR_OK)
		return err;
	if (in_force && (once || is_generic(from))) {
		concretize(&ace, o->sd);
		ace.flags = ACE_INHERITED;
		ace.object_flags &= ~ACE_INHERITED_OBJECT_TYPE_PRESENT;
		if (!(ace.object_flags & ACE_OBJECT_TYPE_PRESENT))
			ace.type = plain_type(ace.type);
		put_fields(m, &ace);
		in_force = false;
	}
	if (!once)
		put_raw(m, from, (uint8_t)((from->flags & ~ACE_INHERIT_ONLY) | ACE_INHERITED |
		    (in_force ? 0 : ACE_INHERIT_ONLY)));
	return ERR_OK;
}

/* Where one ACE stands in the making, and what MS-ADTS 6.1.3.1 sorts it by. */
struct place {
	const uint8_t *bytes;
	size_t len;
	unsigned rank;		/* explicit, then deny, then plain ACEs first */
};

static unsigned
rank_of(const struct ace *ace)
{
	return (ace->flags & ACE_INHERITED ? 4u : 0u) | (ace_is_deny(ace) ? 0u : 2u) |
		(ace->layout == ACE_LAYOUT_OBJECT ? 1u : 0u);
}

/* As octet strings. None begins another: they differ in AceSize at the latest. */
static int
place_order(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return memcmp(x->bytes, y->bytes, x->len < y->len ? x->len : y->len);
}

/*
 * MS-ADTS 6.1.3.1: an ACL in canonical form is sorted, another stays as it is.
 * What is inherited stands behind in its order here, so the object's own ACEs
 * alone decide (MS-DTYP 2.4.5): denials first, and each on the object before
 * those on a child or property.
 */
static enum err
sort(struct making *m)
{
	struct acl acl = { .bytes = NULL };
	struct buf sorted = BUF_INIT, view = BUF_INIT;
	struct place *places = NULL;
	enum err err = ERR_NOMEM;
	unsigned last = 0;
	size_t n = 0, pos = 0;
	struct ace ace;

	if (m->count < 2)
		return ERR_OK;
	places = calloc(m->count, sizeof *places);
	for (size_t i = 0; i < ACL_HEADER_SIZE; i++)
		buf_addc(&view, 0);
	buf_add(&view, m->aces.data, m->aces.len);
	if (!places || buf_failed(&view))
		goto out;
	acl.bytes = (const uint8_t *)view.data;
	acl.len = acl.aces_end = view.len;
	err = ERR_OK;
	while (n < m->count && acl_next(&acl, &pos, &ace)) {
		unsigned rank = rank_of(&ace);

		if (!(rank & 4u) && rank < last)
			goto out;
		last = rank;
		places[n++] = (struct place){ ace.raw, ace.raw_len, rank };
	}
	qsort(places, n, sizeof *places, place_order);
	for (size_t i = 0; i < n; i++)
		buf_add(&sorted, places[i].bytes, places[i].len);
	if (buf_failed(&sorted)) {
		err = ERR_NOMEM;
		goto out;
	}
	buf_fini(&m->aces);
	m->aces = sorted;
	buf_init(&sorted);
out:
	buf_fini(&sorted);
	buf_fini(&view);
	free(places);
	return err;
}

/* The descriptor with these ACEs for its DACL: owner, group, SACL, DACL behind
 * the header, as Samba lays it out. The ACL's revision stays unless an object
 * ACE asks for 4. */
static enum err
write_sd(const struct sd *sd, uint16_t control, const struct making *m, struct buf *out)
{
	uint8_t owner[SID_MAX_BYTES], group[SID_MAX_BYTES];
	size_t owner_len = sd->has_owner ? sid_bytes(&sd->owner, owner) : 0;
	size_t group_len = sd->has_group ? sid_bytes(&sd->group, group) : 0;
	size_t sacl_len = sd->sacl.bytes ? sd->sacl.len : 0, start = out->len;
	size_t dacl_at = SD_HEADER_SIZE + owner_len + group_len + sacl_len;
	uint8_t revision = sd->dacl.revision;

	if (buf_failed(&m->aces))
		return ERR_NOMEM;
	if (m->aces.len > ACL_MAX_SIZE - ACL_HEADER_SIZE)
		return ERR_TOO_BIG;
	if (m->has_object)
		revision = ACL_REVISION_DS;
	else if (revision != ACL_REVISION_DS)
		revision = ACL_REVISION;
	buf_addc(out, 1);
	buf_addc(out, (char)sd->rm_control);
	buf_le16(out, control);
	buf_le32(out, owner_len ? SD_HEADER_SIZE : 0);
	buf_le32(out, group_len ? (uint32_t)(SD_HEADER_SIZE + owner_len) : 0);
	buf_le32(out, sacl_len ? (uint32_t)(SD_HEADER_SIZE + owner_len + group_len) : 0);
	buf_le32(out, (uint32_t)dacl_at);
	buf_add(out, owner, owner_len);
	buf_add(out, group, group_len);
	buf_add(out, sd->sacl.bytes, sacl_len);
	buf_addc(out, (char)revision);
	buf_addc(out, 0);
	buf_le16(out, (uint16_t)(ACL_HEADER_SIZE + m->aces.len));
	buf_le16(out, (uint16_t)m->count);
	buf_le16(out, 0);
	buf_add(out, m->aces.data, m->aces.len);
	if (buf_failed(out)) {
		buf_truncate(out, start);
		return ERR_NOMEM;
	}
	return ERR_OK;
}

enum err
inherit_compute(const struct inherit_object *o, const struct sd *parent, enum inherit_order order,
    struct buf *out)
{
	struct making m = { .aces = BUF_INIT };
	uint16_t control = o->sd->control;
	enum err err = ERR_OK;
	struct ace ace;
	size_t pos = 0, own;

	if (!o->sd->dacl.bytes)
		return ERR_UNSUPPORTED;
	keep_own(&m, o->sd);
	own = m.count;
	if (parent && parent->dacl.bytes && !(control & SD_DACL_PROTECTED))
		while (err == ERR_OK && acl_next(&parent->dacl, &pos, &ace))
			err = inherit_one(&m, &ace, o);
	if (m.count > own)
		control |= SD_DACL_AUTO_INHERITED;
	if (err == ERR_OK && buf_failed(&m.aces))
		err = ERR_NOMEM;
	if (err == ERR_OK && order == INHERIT_SORTED)
		err = sort(&m);
	if (err == ERR_OK)
		err = write_sd(o->sd, control, &m, out);
	buf_fini(&m.aces);
	return err;
}

enum err
inherit_add_ace(const struct sd *sd, const struct ace *add, struct buf *out)
{
	struct making m = { .aces = BUF_INIT };
	bool placed = false;
	enum err err;
	struct ace ace;
	size_t pos = 0;

	if (!sd->dacl.bytes)
		return ERR_UNSUPPORTED;
	while (acl_next(&sd->dacl, &pos, &ace))
		placed |= ace.raw_len == add->raw_len && !memcmp(ace.raw, add->raw, ace.raw_len);
	for (pos = 0; acl_next(&sd->dacl, &pos, &ace);) {
		if (!placed && (ace_is_deny(add) || !ace_is_deny(&ace) ||
		    (ace.flags & ACE_INHERITED))) {
			put_raw(&m, add, add->flags);
			placed = true;
		}
		put_raw(&m, &ace, ace.flags);
	}
	if (!placed)
		put_raw(&m, add, add->flags);
	err = write_sd(sd, sd->control, &m, out);
	buf_fini(&m.aces);
	return err;
}

enum err
inherit_unprotect(const struct sd *sd, struct buf *out)
{
	struct making m = { .aces = BUF_INIT };
	enum err err;
	struct ace ace;
	size_t pos = 0;

	if (!sd->dacl.bytes)
		return ERR_UNSUPPORTED;
	while (acl_next(&sd->dacl, &pos, &ace))
		put_raw(&m, &ace, ace.flags);
	err = write_sd(sd, (uint16_t)(sd->control & ~SD_DACL_PROTECTED), &m, out);
	buf_fini(&m.aces);
	return err;
}
