/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "core/uac.h"
#include "model/account.h"

static int
make_schema(void **state)
{
	static struct schema schema;
	struct schema_class contractor = { .name = "contractor", .parent = "user",
		.structural = true };
	struct schema_class badge = { .name = "badgeHolder", .parent = "top",
		.structural = false };

	schema_init(&schema);
	assert_int_equal(schema_set_class(&schema, &contractor), ERR_OK);
	assert_int_equal(schema_set_class(&schema, &badge), ERR_OK);
	*state = &schema;
	return 0;
}

static int
end_schema(void **state)
{
	schema_fini(*state);
	return 0;
}

static bool
is(const struct value *v, const char *text)
{
	return v->data && v->len == strlen(text) && memcmp(v->data, text, v->len) == 0;
}

static void
decode_all(void **state)
{
	const struct schema *s = *state;
	struct sid sid = sid_of(USER_SID);
	struct account a;
	struct made m;

	make_user(&m);
	account_decode(&m.entry, s, &a);
	assert_ptr_equal(a.entry, &m.entry);
	assert_string_equal(a.dn, USER_DN);
	assert_int_equal(a.dn_len, strlen(USER_DN));
	assert_true(is(&a.sam, "ada"));
	assert_true(is(&a.upn, "ada@contoso.test"));
	assert_true(a.has_guid);
	assert_memory_equal(a.guid.b, "0123456789abcdef", 16);
	assert_true(a.has_sid);
	assert_true(sid_eq(&a.sid, &sid));
	assert_int_equal(a.uac.value, 512);
	assert_int_equal(a.sam_type.value, SAM_USER_OBJECT);
	assert_int_equal(a.pwd_last_set.value, filetime("2026-05-01"));
	assert_int_equal(a.lockout_time.known, KNOWN_SET);
	assert_int_equal(a.lockout_time.value, 0);
	assert_int_equal(a.account_expires.value, ADTIME_NEVER);
	assert_int_equal(a.admin_count.value, 0);
	assert_int_equal(a.primary_group.value, 513);
	assert_non_null(a.sd.data);
	assert_int_equal(a.object_class->count, 4);
	assert_string_equal(a.class->name, "user");
	assert_null(a.resultant_pso.data);
	assert_false(a.no_resultant_pso);
	/* names in any case */
	for (size_t i = 0; i < m.entry.count; i++)
		m.attrs[i].name = strcmp(m.attrs[i].name, "lockoutTime") ? m.attrs[i].name :
			"LOCKOUTTIME";
	made_change(&m, "lockoutTimes=7");
	account_decode(&m.entry, s, &a);
	assert_int_equal(a.lockout_time.known, KNOWN_SET);
	assert_int_equal(a.lockout_time.value, 0);
	made_fini(&m);
}

static void
decode_nothing(void **state)
{
	const struct schema *s = *state;
	struct account a;
	struct made m;

	made_init(&m, "");
	account_decode(&m.entry, s, &a);
	assert_false(a.has_guid || a.has_sid || a.class || a.object_class);
	assert_null(a.sam.data);
	assert_null(a.sd.data);
	const struct known_int *ints[] = { &a.uac, &a.sam_type, &a.pwd_last_set, &a.lockout_time,
		&a.account_expires, &a.admin_count, &a.primary_group };
	for (size_t i = 0; i < COUNT(ints); i++)
		assert_int_equal(ints[i]->known, KNOWN_NOT);
	assert_int_equal(account_is_normal_user(&a), NORMAL_UNKNOWN);
	assert_false(account_flag(&a, UAC_ACCOUNTDISABLE));
	made_fini(&m);
	/* returned without values, as an answer to "types only" is */
	make_user(&m);
	for (size_t i = 0; i < m.entry.count; i++)
		m.attrs[i].count = 0;
	account_decode(&m.entry, s, &a);
	for (size_t i = 0; i < COUNT(ints); i++)
		assert_int_equal(ints[i]->known, KNOWN_NOT);
	assert_null(a.object_class);
	made_fini(&m);
}

/* Malformed is not returned, and never 0. */
static void
malformed(void **state)
{
	static const struct {
		const char *change;
		size_t field;
		bool known;
		int64_t value;
	} rows[] = {
		{ "userAccountControl=", 0, false, 0 }, { "userAccountControl=512 ", 0, false, 0 },
		{ "userAccountControl=0x200", 0, false, 0 },
		{ "userAccountControl=+512", 0, false, 0 },
		{ "userAccountControl=4294967296", 0, false, 0 },
		{ "userAccountControl=-2147483649", 0, false, 0 },
		{ "userAccountControl=9223372036854775808", 0, false, 0 },
		{ "userAccountControl=0", 0, true, 0 },
		{ "userAccountControl=-2147483136", 0, true, INT64_C(0x80000200) },
		{ "userAccountControl=4294967295", 0, true, INT64_C(0xffffffff) },
		{ "sAMAccountType=-1", 1, true, INT64_C(0xffffffff) },
		{ "pwdLastSet=-1", 2, true, -1 },
		{ "pwdLastSet=1 2", 2, false, 0 },
		{ "lockoutTime=9223372036854775807", 3, true, INT64_MAX },
		{ "lockoutTime=never", 3, false, 0 },
		{ "accountExpires=-9223372036854775808", 4, true, INT64_MIN },
		{ "adminCount=one", 5, false, 0 },
		{ "primaryGroupID=99999999999", 6, false, 0 },
	};
	const struct schema *s = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account a;
		struct made m;

		make_user(&m);
		made_change(&m, rows[i].change);
		account_decode(&m.entry, s, &a);
		const struct known_int *ints[] = { &a.uac, &a.sam_type, &a.pwd_last_set,
			&a.lockout_time, &a.account_expires, &a.admin_count, &a.primary_group };
		const struct known_int *k = ints[rows[i].field];
		if (k->known != (rows[i].known ? KNOWN_SET : KNOWN_NOT) ||
		    k->value != rows[i].value)
			fail_msg("%s: %d %" PRId64, rows[i].change, k->known, k->value);
		made_set(&m, "objectSid", "garbage");
		made_set(&m, "objectGUID", "0123456789abcde");
		account_decode(&m.entry, s, &a);
		assert_false(a.has_sid || a.has_guid);
		made_fini(&m);
	}
}

/* MS-ADTS 3.1.1.1.4: the most specific structural class, wherever it stands. */
static void
classes(void **state)
{
	static const struct { const char *values[6], *want; } rows[] = {
		{ { "top", "person", "organizationalPerson", "user" }, "user" },
		{ { "top", "person", "organizationalPerson", "user", "inetOrgPerson" },
			"inetOrgPerson" },
		{ { "inetOrgPerson", "user", "organizationalPerson", "person", "top" },
			"inetOrgPerson" },
		{ { "top", "person", "organizationalPerson", "user", "badgeHolder" }, "user" },
		{ { "top", "badgeHolder", "person", "organizationalPerson", "user" }, "user" },
		{ { "top", "person", "organizationalPerson", "user", "contractor", "badgeHolder" },
			"contractor" },
		{ { "top", "person", "organizationalPerson", "user", "computer" }, "computer" },
		{ { "TOP", "PERSON", "ORGANIZATIONALPERSON", "USER" }, "user" },
		{ { "user" }, "user" },
		{ { "top" }, NULL }, { { "badgeHolder" }, NULL }, { { "" }, NULL },
		/* one that the schema does not have may be more specific, or auxiliary */
		{ { "top", "person", "organizationalPerson", "user", "visitor" }, NULL },
		{ { "top", "visitor", "person", "organizationalPerson", "user" }, NULL },
	};
	const struct schema *s = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account a;
		struct made m;

		made_init(&m, USER_DN);
		for (size_t k = 0; k < COUNT(rows[i].values) && rows[i].values[k]; k++)
			made_add(&m, "objectClass", rows[i].values[k], strlen(rows[i].values[k]));
		account_decode(&m.entry, s, &a);
		if (rows[i].want)
			assert_string_equal(a.class ? a.class->name : "none", rows[i].want);
		else
			assert_null(a.class);
		made_fini(&m);
	}
}

/* MS-ADTS 6.1.3: the class itself, and dynamic auxiliary ones. */
static void
class_lists(void **state)
{
	static const char *const names[] = { "top", "person", "organizationalPerson", "user" };
	struct schema *s = *state;
	struct guid got[ACCOUNT_MAX_CLASSES], user = guid_of(G_USER);
	struct value values[ACCOUNT_MAX_CLASSES + 8];
	struct attr oc = { .name = "objectClass", .values = values };
	size_t count = 77;
	char many[ACCOUNT_MAX_CLASSES][8];

	for (size_t i = 0; i < COUNT(names); i++)
		values[oc.count++] = (struct value){ (const uint8_t *)names[i], strlen(names[i]) };
	assert_true(class_guids(&oc, s, true, got, &count));
	assert_int_equal(count, 1);
	assert_true(guid_eq(&got[0], &user));
	values[oc.count++] = (struct value){ (const uint8_t *)"badgeHolder", 11 };
	assert_true(class_guids(&oc, s, true, got, &count));
	assert_int_equal(count, 2);
	assert_true(guid_eq(&got[0], &user));
	assert_true(class_guids(&oc, s, false, got, &count));
	assert_int_equal(count, 1);
	/* not known, not all of it, more than there is room for */
	count = 77;
	assert_false(class_guids(NULL, s, true, got, &count));
	oc.partial = true;
	assert_false(class_guids(&oc, s, true, got, &count));
	oc.partial = false;
	values[oc.count++] = (struct value){ (const uint8_t *)"visitor", 7 };
	assert_false(class_guids(&oc, s, true, got, &count));
	oc.count--;
	for (size_t i = 0; i < ACCOUNT_MAX_CLASSES; i++) {
		struct schema_class c = { .parent = "top" };

		snprintf(c.name, sizeof c.name, "aux%zu", i);
		memcpy(many[i], c.name, sizeof many[i]);
		assert_int_equal(schema_set_class(s, &c), ERR_OK);
	}
	oc.count = COUNT(names);
	for (size_t i = 0; i < ACCOUNT_MAX_CLASSES - 1; i++)
		values[oc.count++] = (struct value){ (const uint8_t *)many[i], strlen(many[i]) };
	assert_true(class_guids(&oc, s, true, got, &count));
	assert_int_equal(count, ACCOUNT_MAX_CLASSES);
	values[oc.count++] = (struct value){ (const uint8_t *)many[ACCOUNT_MAX_CLASSES - 1],
		strlen(many[ACCOUNT_MAX_CLASSES - 1]) };
	count = 77;
	assert_false(class_guids(&oc, s, true, got, &count));
	assert_int_equal(count, 77);
}

static void
normal_user(void **state)
{
	static const struct { const char *name, *change[4]; enum normal_user want; } rows[] = {
		{ "user", { NULL }, NORMAL_YES },
		{ "disabled user", { "userAccountControl=514" }, NORMAL_YES },
		{ "inetOrgPerson", { "objectClass+=inetOrgPerson" }, NORMAL_YES },
		{ "derived class", { "objectClass+=contractor" }, NORMAL_YES },
		{ "computer", { "objectClass+=computer" }, NORMAL_NO },
		{ "gMSA", { "objectClass+=computer",
			"objectClass+=msDS-GroupManagedServiceAccount", "sAMAccountType=805306369",
			"userAccountControl=4096" }, NORMAL_NO },
		{ "computer that looks normal", { "objectClass+=computer" }, NORMAL_NO },
		{ "group", { "objectClass=group" }, NORMAL_NO },
		{ "contact", { "objectClass=contact", "-sAMAccountType", "-userAccountControl" },
			NORMAL_NO },
		{ "trust by its type", { "sAMAccountType=805306370" }, NORMAL_NO },
		{ "machine by its type", { "sAMAccountType=805306369" }, NORMAL_NO },
		{ "trust by its flags", { "-sAMAccountType", "userAccountControl=2048" },
			NORMAL_NO },
		{ "flags of both", { "-sAMAccountType", "userAccountControl=4608" }, NORMAL_NO },
		{ "flags alone", { "-sAMAccountType" }, NORMAL_YES },
		{ "neither type nor flags", { "-sAMAccountType", "-userAccountControl" },
			NORMAL_YES },
		{ "type alone", { "-objectClass", "-userAccountControl" }, NORMAL_YES },
		{ "flags, no class", { "-objectClass", "-sAMAccountType" }, NORMAL_YES },
		{ "machine's flags, no class", { "-objectClass", "-sAMAccountType",
			"userAccountControl=4096" }, NORMAL_NO },
		{ "group's type, no class", { "-objectClass", "sAMAccountType=268435456" },
			NORMAL_NO },
		{ "nothing readable", { "-objectClass", "-sAMAccountType", "-userAccountControl" },
			NORMAL_UNKNOWN },
		{ "malformed throughout", { "-objectClass", "sAMAccountType=x",
			"userAccountControl=x" }, NORMAL_UNKNOWN },
	};
	const struct schema *s = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account a;
		struct made m;

		make_user(&m);
		for (size_t k = 0; k < 4 && rows[i].change[k]; k++)
			made_change(&m, rows[i].change[k]);
		account_decode(&m.entry, s, &a);
		if (account_is_normal_user(&a) != rows[i].want)
			fail_msg("%s: %d", rows[i].name, account_is_normal_user(&a));
		made_fini(&m);
	}
}

/* Each attribute that is decoded is asked for, so that a query misses none. */
static void
attribute_list(void **state)
{
	struct made m;

	(void)state;
	make_user(&m);
	for (size_t i = 0; i < m.entry.count; i++) {
		size_t k = 0;

		while (account_attributes[k] && strcmp(account_attributes[k], m.attrs[i].name) != 0)
			k++;
		if (!account_attributes[k])
			fail_msg("%s is not asked for", m.attrs[i].name);
	}
	made_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_all),
		cmocka_unit_test(decode_nothing),
		cmocka_unit_test(malformed),
		cmocka_unit_test(classes),
		cmocka_unit_test(class_lists),
		cmocka_unit_test(normal_user),
		cmocka_unit_test(attribute_list),
	};

	return cmocka_run_group_tests(tests, make_schema, end_schema);
}
