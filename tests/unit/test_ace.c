/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/buf.h"
#include "core/sd.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* MS-DTYP 2.4.4.17.9: (Title=="VP") */
static const char condition[32] = "artx\xf8\x0a\0\0\0T\0i\0t\0l\0e\0\x10\x04\0\0\0V\0P\0\x80";

static const struct guid guid_a = { { 0xa0, 0xa1, [15] = 0xaf } };
static const struct guid guid_b = { { 0xb0, 0xb1, [15] = 0xbf } };

static void
add_sid(struct buf *b, const struct sid *sid)
{
	uint8_t bytes[SID_MAX_BYTES];

	buf_add(b, bytes, sid_bytes(sid, bytes));
}

static void
add_acl_header(struct buf *b, uint8_t revision, size_t size, size_t count)
{
	buf_addc(b, (char)revision);
	buf_addc(b, 0);
	buf_le16(b, (uint16_t)size);
	buf_le16(b, (uint16_t)count);
	buf_le16(b, 0);
}

/* A descriptor of a DACL alone, with `aces` in it and `slack` zero bytes after them. */
static void
make_sd(struct buf *b, uint8_t revision, const struct buf *aces, size_t count, size_t slack)
{
	buf_addc(b, 1);
	buf_addc(b, 0);
	buf_le16(b, SD_SELF_RELATIVE | SD_DACL_PRESENT);
	for (int i = 0; i < 3; i++)
		buf_le32(b, 0);
	buf_le32(b, 20);
	add_acl_header(b, revision, 8 + aces->len + slack, count);
	buf_add(b, aces->data, aces->len);
	while (slack-- > 0)
		buf_addc(b, 0);
	assert_false(buf_failed(b));
}

/* Object ACEs of every type with every set of GUIDs, in one ACL of either revision. */
static void
object_aces(void **state)
{
	static const uint8_t types[] = { 0x05, 0x06, 0x07, 0x08, 0x0b, 0x0c, 0x0f, 0x10 };
	struct buf aces = BUF_INIT, b = BUF_INIT;
	struct ace ace;
	struct sd sd;
	size_t pos = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		for (uint32_t flags = 0; flags < 4; flags++) {
			size_t guids = (flags & 1) + (flags >> 1);

			buf_addc(&aces, (char)types[i]);
			buf_addc(&aces, ACE_INHERITED);
			buf_le16(&aces, (uint16_t)(12 + 16 * guids + 12));
			buf_le32(&aces, 0x100);
			buf_le32(&aces, flags | 0xfffffff0u);	/* bits unknown to us */
			if (flags & ACE_OBJECT_TYPE_PRESENT)
				buf_add(&aces, guid_a.b, 16);
			if (flags & ACE_INHERITED_OBJECT_TYPE_PRESENT)
				buf_add(&aces, guid_b.b, 16);
			add_sid(&aces, &sid_self);
		}
	}
	for (uint8_t revision = 2; revision <= 4; revision += 2) {
		buf_clear(&b);
		make_sd(&b, revision, &aces, COUNT(types) * 4, 0);
		assert_int_equal(sd_parse(b.data, b.len, &sd, NULL), ERR_OK);
		pos = 0;
		for (uint32_t i = 0; i < COUNT(types) * 4; i++) {
			assert_true(acl_next(&sd.dacl, &pos, &ace));
			assert_int_equal(ace.type, types[i / 4]);
			assert_int_equal(ace.layout, ACE_LAYOUT_OBJECT);
			assert_int_equal(ace.mask, 0x100);
			assert_int_equal(ace.object_flags & 3, i % 4);
			if (ace.object_flags & ACE_OBJECT_TYPE_PRESENT)
				assert_true(guid_eq(&ace.object_type, &guid_a));
			if (ace.object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT)
				assert_true(guid_eq(&ace.inherited_type, &guid_b));
			assert_true(sid_eq(&ace.trustee, &sid_self));
			assert_int_equal(ace.data_len, 0);
		}
		assert_false(acl_next(&sd.dacl, &pos, &ace));
	}
	buf_fini(&aces);
	buf_fini(&b);
}

/* MS-DTYP 2.4.4.17: what follows the SID is the condition, padding included. */
static void
conditional_ace(void **state)
{
	struct buf aces = BUF_INIT, b = BUF_INIT;
	struct ace ace;
	struct sd sd;
	size_t pos = 0;

	(void)state;
	buf_add(&aces, "\x09\x00\x34\x00\x00\x01\x00\x00", 8);
	add_sid(&aces, &sid_everyone);
	buf_add(&aces, condition, sizeof(condition));
	make_sd(&b, 2, &aces, 1, 0);
	assert_int_equal(sd_parse(b.data, b.len, &sd, NULL), ERR_OK);
	assert_true(acl_next(&sd.dacl, &pos, &ace));
	assert_true(ace_is_allow(&ace) && ace_is_callback(&ace));
	assert_true(sid_eq(&ace.trustee, &sid_everyone));
	assert_int_equal(ace.mask, 0x100);
	assert_int_equal(ace.data_len, sizeof(condition));
	assert_memory_equal(ace.data, condition, sizeof(condition));
	assert_ptr_equal(ace.data + ace.data_len, ace.raw + ace.raw_len);
	assert_false(acl_next(&sd.dacl, &pos, &ace));
	buf_fini(&aces);
	buf_fini(&b);
}

/* Types whose layout is not known to us are walked over, never guessed at. */
static void
unknown_aces(void **state)
{
	struct buf aces = BUF_INIT, b = BUF_INIT;
	struct ace ace;
	struct sd sd;
	size_t pos = 0;

	(void)state;
	buf_add(&aces, "\x2a\x10\x04\x00", 4);		/* a header and nothing else */
	buf_add(&aces, "\xff\x00\x08\x00" "abcd", 8);
	buf_add(&aces, "\x04\x00\x10\x00\x00\x01\0\0\1\0\0\0\1\1\0\0", 16);
	buf_add(&aces, "\x00\x00\x14\x00\x20\x00\x00\x00", 8);
	add_sid(&aces, &sid_self);
	make_sd(&b, 4, &aces, 4, 0);
	assert_int_equal(sd_parse(b.data, b.len, &sd, NULL), ERR_OK);
	assert_true(acl_next(&sd.dacl, &pos, &ace));
	assert_int_equal(ace.type, 0x2a);
	assert_int_equal(ace.flags, ACE_INHERITED);
	assert_int_equal(ace.layout, ACE_LAYOUT_UNKNOWN);
	assert_int_equal(ace.data_len, 0);
	assert_true(acl_next(&sd.dacl, &pos, &ace));
	assert_int_equal(ace.type, 0xff);
	assert_int_equal(ace.data_len, 4);
	assert_memory_equal(ace.data, "abcd", 4);
	assert_true(acl_next(&sd.dacl, &pos, &ace));
	assert_int_equal(ace.type, ACE_ALLOWED_COMPOUND);
	assert_int_equal(ace.layout, ACE_LAYOUT_UNKNOWN);
	assert_false(ace_is_allow(&ace) || ace_is_deny(&ace));
	assert_int_equal(ace.trustee.count, 0);
	assert_int_equal(ace.mask, 0);
	assert_int_equal(ace.data_len, 12);
	assert_true(acl_next(&sd.dacl, &pos, &ace));
	assert_true(ace_is_allow(&ace));
	assert_true(sid_eq(&ace.trustee, &sid_self));
	assert_false(acl_next(&sd.dacl, &pos, &ace));
	buf_fini(&aces);
	buf_fini(&b);
}

/*
 * Slack in the ACL after its ACEs, and in an ACE after its SID: both real,
 * neither an ACE. Here the slack of the ACL looks like one.
 */
static void
slack_is_not_an_ace(void **state)
{
	struct buf aces = BUF_INIT, b = BUF_INIT;
	struct ace ace;
	struct sd sd;
	size_t pos = 0;

	(void)state;
	buf_add(&aces, "\x00\x00\x1c\x00\x20\x00\x00\x00", 8);
	add_sid(&aces, &sid_self);
	buf_add(&aces, "\0\0\0\0\0\0\0\0", 8);
	buf_add(&aces, "\x00\x00\x14\x00\xff\x01\x0f\x00", 8);
	add_sid(&aces, &sid_everyone);
	make_sd(&b, 2, &aces, 1, 3);
	assert_int_equal(sd_parse(b.data, b.len, &sd, NULL), ERR_OK);
	assert_int_equal(sd.dacl.len, 8 + 28 + 20 + 3);
	assert_int_equal(sd.dacl.aces_end, 8 + 28);
	assert_true(acl_next(&sd.dacl, &pos, &ace));
	assert_true(sid_eq(&ace.trustee, &sid_self));
	assert_int_equal(ace.raw_len, 28);
	assert_int_equal(ace.data_len, 8);
	assert_false(acl_next(&sd.dacl, &pos, &ace));
	buf_fini(&aces);
	buf_fini(&b);
}

/* As many ACEs as an ACL holds: 65,535 bytes of size, headers only. */
static void
fullest_acl(void **state)
{
	struct buf aces = BUF_INIT, b = BUF_INIT;
	struct fault fault = { 0 };
	struct ace ace;
	struct sd sd;
	size_t pos = 0, n = 0, most = (65535 - 8) / 4;

	(void)state;
	for (size_t i = 0; i < most; i++)
		buf_add(&aces, "\x2a\x00\x04\x00", 4);
	make_sd(&b, 2, &aces, most, 3);
	assert_int_equal(sd_parse(b.data, b.len, &sd, NULL), ERR_OK);
	while (acl_next(&sd.dacl, &pos, &ace))
		n++;
	assert_int_equal(n, most);
	buf_clear(&b);
	make_sd(&b, 2, &aces, most + 1, 3);
	assert_int_equal(sd_parse(b.data, b.len, &sd, &fault), ERR_RANGE);
	assert_string_equal(fault.what, "ACE count");
	buf_fini(&aces);
	buf_fini(&b);
}

static void
types(void **state)
{
	static const struct {
		const char *name;
		enum ace_layout layout;
		char kind;	/* Allow, Deny or neither */
		bool callback;
	} want[] = {
		{ "ACCESS_ALLOWED_ACE", ACE_LAYOUT_SIMPLE, 'A', false },
		{ "ACCESS_DENIED_ACE", ACE_LAYOUT_SIMPLE, 'D', false },
		{ "SYSTEM_AUDIT_ACE", ACE_LAYOUT_SIMPLE, '-', false },
		{ "SYSTEM_ALARM_ACE", ACE_LAYOUT_SIMPLE, '-', false },
		{ "ACCESS_ALLOWED_COMPOUND_ACE", ACE_LAYOUT_UNKNOWN, '-', false },
		{ "ACCESS_ALLOWED_OBJECT_ACE", ACE_LAYOUT_OBJECT, 'A', false },
		{ "ACCESS_DENIED_OBJECT_ACE", ACE_LAYOUT_OBJECT, 'D', false },
		{ "SYSTEM_AUDIT_OBJECT_ACE", ACE_LAYOUT_OBJECT, '-', false },
		{ "SYSTEM_ALARM_OBJECT_ACE", ACE_LAYOUT_OBJECT, '-', false },
		{ "ACCESS_ALLOWED_CALLBACK_ACE", ACE_LAYOUT_SIMPLE, 'A', true },
		{ "ACCESS_DENIED_CALLBACK_ACE", ACE_LAYOUT_SIMPLE, 'D', true },
		{ "ACCESS_ALLOWED_CALLBACK_OBJECT_ACE", ACE_LAYOUT_OBJECT, 'A', true },
		{ "ACCESS_DENIED_CALLBACK_OBJECT_ACE", ACE_LAYOUT_OBJECT, 'D', true },
		{ "SYSTEM_AUDIT_CALLBACK_ACE", ACE_LAYOUT_SIMPLE, '-', true },
		{ "SYSTEM_ALARM_CALLBACK_ACE", ACE_LAYOUT_SIMPLE, '-', true },
		{ "SYSTEM_AUDIT_CALLBACK_OBJECT_ACE", ACE_LAYOUT_OBJECT, '-', true },
		{ "SYSTEM_ALARM_CALLBACK_OBJECT_ACE", ACE_LAYOUT_OBJECT, '-', true },
		{ "SYSTEM_MANDATORY_LABEL_ACE", ACE_LAYOUT_SIMPLE, '-', false },
		{ "SYSTEM_RESOURCE_ATTRIBUTE_ACE", ACE_LAYOUT_SIMPLE, '-', false },
		{ "SYSTEM_SCOPED_POLICY_ID_ACE", ACE_LAYOUT_SIMPLE, '-', false },
		{ "SYSTEM_PROCESS_TRUST_LABEL_ACE", ACE_LAYOUT_SIMPLE, '-', false },
		{ "SYSTEM_ACCESS_FILTER_ACE", ACE_LAYOUT_SIMPLE, '-', false },
		{ "type 0x16", ACE_LAYOUT_UNKNOWN, '-', false },
	};
	struct ace_type_buf b;

	(void)state;
	for (uint8_t t = 0; t < COUNT(want); t++) {
		struct ace ace = { .type = t };

		assert_string_equal(ace_type_name(t, &b), want[t].name);
		assert_int_equal(ace_layout_of(t), want[t].layout);
		assert_int_equal(ace_is_allow(&ace), want[t].kind == 'A');
		assert_int_equal(ace_is_deny(&ace), want[t].kind == 'D');
		assert_int_equal(ace_is_callback(&ace), want[t].callback);
	}
	assert_string_equal(ace_type_name(0xff, &b), "type 0xff");
	assert_int_equal(ace_layout_of(0xff), ACE_LAYOUT_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(object_aces),
		cmocka_unit_test(conditional_ace),
		cmocka_unit_test(unknown_aces),
		cmocka_unit_test(slack_is_not_an_ace),
		cmocka_unit_test(fullest_acl),
		cmocka_unit_test(types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
