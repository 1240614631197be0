/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The input as a security descriptor. An accepted one holds what its header
 * says: each ACL walks to exactly its count of ACEs, one after the other and
 * within the ACL, and each ACE is its fields and nothing else. A refused one
 * has a fault within the input.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/sd.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* The size of the fields that the ACE's layout asks for. */
static size_t
fields_size(const struct ace *ace)
{
	size_t size = 4;

	if (ace->layout == ACE_LAYOUT_UNKNOWN)
		return size;
	size += 4;
	if (ace->layout == ACE_LAYOUT_OBJECT) {
		size += 4;
		if (ace->object_flags & ACE_OBJECT_TYPE_PRESENT)
			size += 16;
		if (ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT)
			size += 16;
	}
	return size + 8 + 4 * (size_t)ace->trustee.count;
}

static void
check_ace(const struct acl *acl, const struct ace *ace, size_t expected)
{
	uint8_t sid[SID_MAX_BYTES];
	size_t fields = fields_size(ace), sid_len = 0;
	struct ace_type_buf b;

	must(ace->offset == expected);
	must(ace->raw == acl->bytes + expected);
	must(ace->raw_len >= 4 && ace->raw_len % 4 == 0);
	must(ace->raw_len <= acl->len - expected);
	must(ace->raw[0] == ace->type && ace->raw[1] == ace->flags);
	must((size_t)(ace->raw[2] | ace->raw[3] << 8) == ace->raw_len);
	must(fields + ace->data_len == ace->raw_len);
	must(ace->data == ace->raw + fields);
	if (ace->layout == ACE_LAYOUT_UNKNOWN) {
		must(ace->trustee.count == 0 && ace->mask == 0);
	} else {
		sid_len = sid_bytes(&ace->trustee, sid);
		must(memcmp(sid, ace->data - sid_len, sid_len) == 0);
	}
	must(ace->layout == ACE_LAYOUT_OBJECT || ace->object_flags == 0);
	must(!ace_is_allow(ace) || !ace_is_deny(ace));
	must(ace->layout == ace_layout_of(ace->type));
	must(strlen(ace_type_name(ace->type, &b)) > 0);
}

static void
check_acl(const struct acl *acl, const uint8_t *data, size_t len)
{
	size_t pos = 0, end = 8, n = 0;
	struct ace ace;

	if (acl->bytes == NULL) {
		must(acl->count == 0 && !acl_next(acl, &pos, &ace));
		return;
	}
	must(acl->bytes >= data + 20 && acl->bytes <= data + len);
	must(acl->len >= 8 && acl->len <= (size_t)(data + len - acl->bytes));
	for (; acl_next(acl, &pos, &ace); n++) {
		check_ace(acl, &ace, end);
		end += ace.raw_len;
		must(pos == end);
	}
	must(n == acl->count);
	must(end == acl->aces_end && end <= acl->len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fault fault = { 0 };
	struct fault_buf b;
	struct sd sd;
	enum err err = sd_parse(data, len, &sd, &fault);

	if (err != ERR_OK) {
		must(fault.err == err && fault.offset <= len && fault.what != NULL);
		must(fault.ace == 0 || fault.part != NULL);
		must(strlen(fault_str(&fault, &b)) < sizeof(b.s) - 1);
		return 0;
	}
	must(fault.err == ERR_OK);
	must(sd.has_owner || sd.owner.count == 0);
	must(sd.has_group || sd.group.count == 0);
	must(sd_dacl_absent(&sd) + sd_dacl_null(&sd) + (sd.dacl.bytes != NULL) == 1);
	check_acl(&sd.dacl, data, len);
	check_acl(&sd.sacl, data, len);
	return 0;
}
