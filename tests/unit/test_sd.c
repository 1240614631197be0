/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/sd.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * MS-DTYP 2.5.1.4: O:BAG:BAD:P(A;CIOI;GRGX;;;BU)(A;CIOI;GA;;;BA)(A;CIOI;GA;;;SY)
 * (A;CIOI;GA;;;CO)S:P(AU;FA;GR;;;WD)
 */
static const uint8_t example[0xb0] = {
	0x01, 0x00, 0x14, 0xb0, 0x90, 0x00, 0x00, 0x00, 0xa0, 0x00, 0x00, 0x00,
	0x14, 0x00, 0x00, 0x00, 0x30, 0x00, 0x00, 0x00, 0x02, 0x00, 0x1c, 0x00,
	0x01, 0x00, 0x00, 0x00, 0x02, 0x80, 0x14, 0x00, 0x00, 0x00, 0x00, 0x80,
	0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
	0x02, 0x00, 0x60, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x03, 0x18, 0x00,
	0x00, 0x00, 0x00, 0xa0, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05,
	0x20, 0x00, 0x00, 0x00, 0x21, 0x02, 0x00, 0x00, 0x00, 0x03, 0x18, 0x00,
	0x00, 0x00, 0x00, 0x10, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05,
	0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00, 0x00, 0x03, 0x14, 0x00,
	0x00, 0x00, 0x00, 0x10, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05,
	0x12, 0x00, 0x00, 0x00, 0x00, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x10,
	0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00,
	0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00,
	0x20, 0x02, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05,
	0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00
};

/* Parses a copy of exactly `len` bytes, so that a sanitizer sees any step outside. */
static enum err
parse_copy(const void *data, size_t len, struct fault *fault)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	struct sd sd;
	enum err err = ERR_OK;

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, data, len);
	memset(&sd, 0xee, sizeof(sd));
	err = sd_parse(copy, len, &sd, fault);
	if (err != ERR_OK)
		assert_int_equal(sd.control, 0xeeee);	/* untouched */
	free(copy);
	return err;
}

static void
worked_example(void **state)
{
	static const struct sid users = { .authority = 5, .count = 2, .sub = { 32, 545 } };
	static const struct {
		const struct sid *trustee;
		uint32_t mask;
		size_t offset, len;
	} want[] = {
		{ &users, 0xa0000000, 8, 24 }, { NULL, 0x10000000, 32, 24 },
		{ &sid_system, 0x10000000, 56, 20 }, { &sid_creator_owner, 0x10000000, 76, 20 },
	};
	struct sid admins;
	struct sid_buf b;
	struct ace ace;
	struct sd sd;
	size_t pos = 0;

	(void)state;
	assert_int_equal(sid_from_str("S-1-5-32-544", 12, &admins), ERR_OK);
	assert_int_equal(sd_parse(example, sizeof(example), &sd, NULL), ERR_OK);
	assert_int_equal(sd.control, 0xb014);
	assert_int_equal(sd.control, SD_SELF_RELATIVE | SD_SACL_PROTECTED | SD_DACL_PROTECTED |
	    SD_SACL_PRESENT | SD_DACL_PRESENT);
	assert_true(sd.has_owner && sd.has_group);
	assert_true(sid_eq(&sd.owner, &admins) && sid_eq(&sd.group, &admins));
	assert_false(sd_dacl_absent(&sd));
	assert_false(sd_dacl_null(&sd));
	assert_int_equal(sd.dacl.revision, 2);
	assert_int_equal(sd.dacl.count, 4);
	assert_ptr_equal(sd.dacl.bytes, example + 0x30);
	assert_int_equal(sd.dacl.len, 0x60);
	assert_int_equal(sd.dacl.aces_end, 0x60);
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(acl_next(&sd.dacl, &pos, &ace));
		assert_true(ace_is_allow(&ace));
		assert_int_equal(ace.flags, ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT);
		assert_int_equal(ace.layout, ACE_LAYOUT_SIMPLE);
		assert_int_equal(ace.mask, want[i].mask);
		assert_true(sid_eq(&ace.trustee, want[i].trustee != NULL ?
		    want[i].trustee : &admins));
		assert_int_equal(ace.data_len, 0);
		assert_int_equal(ace.offset, want[i].offset);
		assert_ptr_equal(ace.raw, sd.dacl.bytes + want[i].offset);
		assert_int_equal(ace.raw_len, want[i].len);
	}
	assert_false(acl_next(&sd.dacl, &pos, &ace));
	assert_false(acl_next(&sd.dacl, &pos, &ace));

	pos = 0;
	assert_int_equal(sd.sacl.count, 1);
	assert_true(acl_next(&sd.sacl, &pos, &ace));
	assert_int_equal(ace.type, ACE_AUDIT);
	assert_false(ace_is_allow(&ace) || ace_is_deny(&ace) || ace_is_callback(&ace));
	assert_int_equal(ace.flags, ACE_FAILED_ACCESS);
	assert_string_equal(sid_str(&ace.trustee, &b), "S-1-1-0");
	assert_false(acl_next(&sd.sacl, &pos, &ace));
}

/* Decoded beforehand, the same ACEs come in the same order. */
static void
decoded(void **state)
{
	struct ace room[4], read, kept;
	struct acl acl;
	struct sd sd;
	size_t at = 0, pos = 0;

	(void)state;
	assert_int_equal(sd_parse(example, sizeof(example), &sd, NULL), ERR_OK);
	acl = sd.dacl;
	assert_int_equal(acl.count, COUNT(room));
	acl_decode(&acl, room);
	assert_ptr_equal(acl.decoded, room);
	while (acl_next(&sd.dacl, &pos, &read)) {
		assert_true(acl_next(&acl, &at, &kept));
		assert_ptr_equal(kept.raw, read.raw);
		assert_int_equal(kept.mask, read.mask);
		assert_true(sid_eq(&kept.trustee, &read.trustee));
	}
	assert_false(acl_next(&acl, &at, &kept));
	assert_false(acl_next(&acl, &at, &kept));
}

/* Every prefix is runs past the end for something, and the fault lies within it. */
static void
every_prefix_is_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(example); len++) {
		struct fault fault = { 0 };

		assert_int_not_equal(parse_copy(example, len, &fault), ERR_OK);
		assert_int_not_equal(fault.err, ERR_OK);
		assert_true(fault.offset <= len);
	}
	assert_int_equal(parse_copy(NULL, 0, NULL), ERR_SHORT);
}

/* The example with a few bytes changed: the fault, in words. */
static const struct {
	size_t at, n;
	const char *bytes;
	enum err err;
	const char *message;
} damage[] = {
	{ 0, 1, "\2", ERR_UNSUPPORTED, "at byte 0: revision 2: unsupported" },
	{ 0, 1, "\0", ERR_UNSUPPORTED, "at byte 0: revision 0: unsupported" },
	{ 3, 1, "\x30", ERR_UNSUPPORTED, "at byte 2: control 12308: unsupported" },
	/* Where the parts stand: not in the header, not past the end. */
	{ 4, 1, "\x13", ERR_RANGE, "owner at byte 4: offset 19: value out of range" },
	{ 4, 4, "\1\0\0\0", ERR_RANGE, "owner at byte 4: offset 1: value out of range" },
	{ 4, 1, "\xb1", ERR_RANGE, "owner at byte 4: offset 177: value out of range" },
	{ 4, 1, "\xb0", ERR_SHORT, "owner at byte 176: SID: runs past the end" },
	{ 4, 1, "\xa8", ERR_UNSUPPORTED, "owner at byte 168: SID revision 32: unsupported" },
	{ 4, 4, "\xff\xff\xff\xff", ERR_RANGE,
	    "owner at byte 4: offset 4294967295: value out of range" },
	{ 8, 1, "\4", ERR_RANGE, "group at byte 8: offset 4: value out of range" },
	{ 8, 2, "\0\x80", ERR_RANGE, "group at byte 8: offset 32768: value out of range" },
	{ 12, 1, "\x10", ERR_RANGE, "SACL at byte 12: offset 16: value out of range" },
	{ 16, 1, "\x08", ERR_RANGE, "DACL at byte 16: offset 8: value out of range" },
	{ 16, 1, "\xb0", ERR_SHORT, "DACL at byte 176: ACL header: runs past the end" },
	{ 16, 1, "\xa9", ERR_SHORT, "DACL at byte 169: ACL header: runs past the end" },
	/* SIDs */
	{ 0x90, 1, "\0", ERR_UNSUPPORTED, "owner at byte 144: SID revision 0: unsupported" },
	{ 0x91, 1, "\x10", ERR_RANGE, "owner at byte 145: SID count 16: value out of range" },
	{ 0xa1, 1, "\xff", ERR_RANGE, "group at byte 161: SID count 255: value out of range" },
	{ 0xa1, 1, "\3", ERR_SHORT, "group at byte 176: SID: runs past the end" },
	/* ACLs */
	{ 0x14, 1, "\0", ERR_UNSUPPORTED, "SACL at byte 20: ACL revision 0: unsupported" },
	{ 0x30, 1, "\3", ERR_UNSUPPORTED, "DACL at byte 48: ACL revision 3: unsupported" },
	{ 0x30, 1, "\5", ERR_UNSUPPORTED, "DACL at byte 48: ACL revision 5: unsupported" },
	{ 0x32, 1, "\0", ERR_RANGE, "DACL at byte 50: ACL size 0: value out of range" },
	{ 0x32, 1, "\7", ERR_RANGE, "DACL at byte 50: ACL size 7: value out of range" },
	{ 0x32, 1, "\x81", ERR_SHORT, "DACL at byte 50: ACL size 129: runs past the end" },
	{ 0x32, 2, "\xff\xff", ERR_SHORT, "DACL at byte 50: ACL size 65535: runs past the end" },
	{ 0x32, 1, "\x08", ERR_RANGE, "DACL at byte 52: ACE count 4: value out of range" },
	{ 0x34, 1, "\x17", ERR_RANGE, "DACL at byte 52: ACE count 23: value out of range" },
	{ 0x34, 2, "\xff\xff", ERR_RANGE, "DACL at byte 52: ACE count 65535: value out of range" },
	{ 0x34, 1, "\5", ERR_SHORT, "DACL ACE 5 at byte 144: ACE header: runs past the end" },
	/* ACEs */
	{ 0x1e, 1, "\0", ERR_RANGE, "SACL ACE 1 at byte 30: ACE size 0: value out of range" },
	{ 0x3a, 1, "\3", ERR_RANGE, "DACL ACE 1 at byte 58: ACE size 3: value out of range" },
	{ 0x3a, 1, "\x16", ERR_RANGE, "DACL ACE 1 at byte 58: ACE size 22: value out of range" },
	{ 0x3a, 1, "\x19", ERR_RANGE, "DACL ACE 1 at byte 58: ACE size 25: value out of range" },
	{ 0x3a, 1, "\x04", ERR_RANGE, "DACL ACE 1 at byte 58: ACE size 4: value out of range" },
	{ 0x3a, 1, "\x08", ERR_RANGE, "DACL ACE 1 at byte 58: ACE size 8: value out of range" },
	{ 0x3a, 1, "\x14", ERR_RANGE, "DACL ACE 1 at byte 58: ACE size 20: value out of range" },
	{ 0x7e, 1, "\x18", ERR_SHORT, "DACL ACE 4 at byte 126: ACE size 24: runs past the end" },
	{ 0x7e, 2, "\xfc\xff", ERR_SHORT,
	    "DACL ACE 4 at byte 126: ACE size 65532: runs past the end" },
	{ 0x70, 1, "\2", ERR_UNSUPPORTED, "DACL ACE 3 at byte 112: SID revision 2: unsupported" },
	{ 0x71, 1, "\xff", ERR_RANGE,
	    "DACL ACE 3 at byte 113: SID count 255: value out of range" },
	{ 0x71, 1, "\2", ERR_RANGE, "DACL ACE 3 at byte 106: ACE size 20: value out of range" },
	/* The first ACE as an object ACE: its SID read as flags that ask for a GUID. */
	{ 0x38, 1, "\5", ERR_RANGE, "DACL ACE 1 at byte 58: ACE size 24: value out of range" },
};

static void
damaged_example(void **state)
{
	uint8_t copy[sizeof(example)];
	struct fault_buf b;

	(void)state;
	for (size_t i = 0; i < COUNT(damage); i++) {
		struct fault fault = { 0 };

		memcpy(copy, example, sizeof(copy));
		memcpy(copy + damage[i].at, damage[i].bytes, damage[i].n);
		assert_int_equal(parse_copy(copy, sizeof(copy), &fault), damage[i].err);
		assert_string_equal(fault_str(&fault, &b), damage[i].message);
		assert_int_equal(parse_copy(copy, sizeof(copy), NULL), damage[i].err);
	}
}

/* Changes that the spec allows. */
static void
harmless_changes(void **state)
{
	static const struct { size_t at; uint8_t byte; } changes[] = {
		{ 0x15, 0xff }, { 0x1a, 0xff }, { 0x1b, 0xff },	/* Sbz1 and Sbz2 of the ACL */
		{ 0x14, 4 }, { 0x30, 4 },			/* either revision */
		{ 0x08, 0x90 },					/* group and owner share bytes */
		{ 0x34, 3 },					/* slack where an ACE was */
		{ 0x91, 1 }, { 0x91, 0 },			/* bytes no part claims */
		{ 0x39, 0xff },					/* any ACE flags */
	};
	uint8_t copy[sizeof(example)];

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		memcpy(copy, example, sizeof(copy));
		copy[changes[i].at] = changes[i].byte;
		assert_int_equal(parse_copy(copy, sizeof(copy), NULL), ERR_OK);
	}
}

/* Present bit and offset: the four combinations, for both ACLs. */
static void
absent_and_null(void **state)
{
	uint8_t copy[sizeof(example)];
	struct ace ace;
	struct sd sd;
	size_t pos = 0;

	(void)state;
	memcpy(copy, example, sizeof(copy));
	copy[2] &= (uint8_t)~(SD_DACL_PRESENT | SD_SACL_PRESENT);
	memset(copy + 12, 0xff, 8);	/* the offsets are not looked at */
	assert_int_equal(sd_parse(copy, sizeof(copy), &sd, NULL), ERR_OK);
	assert_true(sd_dacl_absent(&sd));
	assert_false(sd_dacl_null(&sd));
	assert_null(sd.dacl.bytes);
	assert_null(sd.sacl.bytes);

	memset(copy + 12, 0, 8);
	assert_int_equal(sd_parse(copy, sizeof(copy), &sd, NULL), ERR_OK);
	assert_true(sd_dacl_absent(&sd));

	copy[2] |= SD_DACL_PRESENT | SD_SACL_PRESENT;
	assert_int_equal(sd_parse(copy, sizeof(copy), &sd, NULL), ERR_OK);
	assert_false(sd_dacl_absent(&sd));
	assert_true(sd_dacl_null(&sd));
	assert_null(sd.sacl.bytes);
	assert_int_equal(sd.dacl.count, 0);
	assert_false(acl_next(&sd.dacl, &pos, &ace));

	copy[16] = 0x30;	/* an empty DACL is neither absent nor NULL */
	copy[0x34] = 0;
	assert_int_equal(sd_parse(copy, sizeof(copy), &sd, NULL), ERR_OK);
	assert_false(sd_dacl_absent(&sd) || sd_dacl_null(&sd));
	assert_int_equal(sd.dacl.count, 0);
	assert_int_equal(sd.dacl.len, 0x60);
	assert_int_equal(sd.dacl.aces_end, 8);
	assert_false(acl_next(&sd.dacl, &pos, &ace));
	assert_int_equal(pos, 0);
}

static void
header_alone(void **state)
{
	static const uint8_t bare[20] = { 1, 0x5a, 0x00, 0x80 };
	struct sd sd;

	(void)state;
	assert_int_equal(sd_parse(bare, sizeof(bare), &sd, NULL), ERR_OK);
	assert_int_equal(sd.rm_control, 0x5a);
	assert_false(sd.has_owner || sd.has_group);
	assert_true(sd_dacl_absent(&sd));
	assert_int_equal(sd.owner.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_example),
		cmocka_unit_test(decoded),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(damaged_example),
		cmocka_unit_test(harmless_changes),
		cmocka_unit_test(absent_and_null),
		cmocka_unit_test(header_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
