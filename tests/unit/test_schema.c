/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/schema.h"
#include "sddl_sd.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define PUBLIC		"e48d0154-bcf8-11d1-8702-00c04fb96050"
#define GENERAL		"59ba2f42-79a2-11d0-9020-00c04fc2d3cf"
#define MEMBERSHIP	"bc0ac240-79a9-11d0-9020-00c04fc2d4cf"

/* The schema files of Windows Server 2016: schemaIDGUID, attributeSecurityGUID. */
static const struct {
	enum schema_attribute_id id;
	const char *name, *guid, *set;
} attributes[] = {
	{ SCHEMA_LOCKOUT_TIME, "lockoutTime", G_LOCKOUT_TIME, NULL },
	{ SCHEMA_PWD_LAST_SET, "pwdLastSet", G_PWD_LAST_SET, G_RESTRICTIONS },
	{ SCHEMA_USER_ACCOUNT_CONTROL, "userAccountControl",
		"bf967a68-0de6-11d0-a285-00aa003049e2", G_RESTRICTIONS },
	{ SCHEMA_ACCOUNT_EXPIRES, "accountExpires", "bf967915-0de6-11d0-a285-00aa003049e2",
		G_RESTRICTIONS },
	{ SCHEMA_ADMIN_COUNT, "adminCount", "bf967918-0de6-11d0-a285-00aa003049e2", NULL },
	{ SCHEMA_OBJECT_CLASS, "objectClass", "bf9679e5-0de6-11d0-a285-00aa003049e2", PUBLIC },
	{ SCHEMA_OBJECT_SID, "objectSid", "bf9679e8-0de6-11d0-a285-00aa003049e2", GENERAL },
	{ SCHEMA_OBJECT_GUID, "objectGUID", "bf9679e7-0de6-11d0-a285-00aa003049e2", PUBLIC },
	{ SCHEMA_SAM_ACCOUNT_NAME, "sAMAccountName", "3e0abfd0-126a-11d0-a060-00aa006c33ed",
		GENERAL },
	{ SCHEMA_USER_PRINCIPAL_NAME, "userPrincipalName", "28630ebb-41d5-11d1-a9c1-0000f80367c1",
		PUBLIC },
	{ SCHEMA_PRIMARY_GROUP_ID, "primaryGroupID", "bf967a00-0de6-11d0-a285-00aa003049e2",
		GENERAL },
	{ SCHEMA_RESULTANT_PSO, "msDS-ResultantPSO", "b77ea093-88d0-4780-9a98-911f8e8b1dca", NULL },
	{ SCHEMA_MEMBER, "member", "bf9679c0-0de6-11d0-a285-00aa003049e2", MEMBERSHIP },
	{ SCHEMA_MEMBER_OF, "memberOf", "bf967991-0de6-11d0-a285-00aa003049e2", MEMBERSHIP },
	{ SCHEMA_SOURCE_ANCHOR, "mS-DS-ConsistencyGuid", "23773dc2-b63a-11d2-90e1-00c04fd91ab1",
		NULL },
};

static void
built_in_attributes(void **state)
{
	struct schema s;

	(void)state;
	schema_init(&s);
	assert_false(s.from_directory);
	/* and two that have no name yet */
	assert_int_equal(COUNT(attributes) + 2, SCHEMA_ATTRIBUTE_COUNT);
	assert_null(s.attr[SCHEMA_JOIN].name);
	assert_null(s.attr[SCHEMA_JOIN_OTHER].name);
	for (size_t i = 0; i < COUNT(attributes); i++) {
		const struct schema_attribute *a = &s.attr[attributes[i].id];
		struct guid_buf b;

		assert_string_equal(a->name, attributes[i].name);
		assert_string_equal(guid_str(&a->id, &b), attributes[i].guid);
		assert_string_equal(schema_guid_name(&a->id), attributes[i].name);
		if (a->in_set != (attributes[i].set != NULL))
			fail_msg("%s: in a property set or not", a->name);
		if (a->in_set && strcmp(guid_str(&a->set, &b), attributes[i].set) != 0)
			fail_msg("%s: %s", a->name, b.s);
	}
	schema_fini(&s);
	schema_fini(&s);
}

/* Attributes that a run names. */
static void
named_attributes(void **state)
{
	struct guid id = { { 1 } }, set = { { 2 } };
	struct schema s;
	struct guid_buf b;

	(void)state;
	schema_init(&s);
	schema_name_attribute(&s, SCHEMA_JOIN, "MAIL");
	schema_name_attribute(&s, SCHEMA_SOURCE_ANCHOR, "objectSID");
	schema_name_attribute(&s, SCHEMA_JOIN_OTHER, "contosoNumber");
	assert_string_equal(guid_str(&s.attr[SCHEMA_JOIN].id, &b),
	    "bf967961-0de6-11d0-a285-00aa003049e2");
	assert_true(s.attr[SCHEMA_SOURCE_ANCHOR].in_set);
	assert_string_equal(guid_str(&s.attr[SCHEMA_SOURCE_ANCHOR].set, &b), GENERAL);
	assert_false(s.attr[SCHEMA_JOIN_OTHER].in_set);
	assert_false(s.attr[SCHEMA_JOIN_OTHER].found);
	schema_set_attribute(&s, "contosonumber", 13, &id, &set);
	assert_true(s.attr[SCHEMA_JOIN_OTHER].found && s.attr[SCHEMA_JOIN_OTHER].in_set);
	assert_true(guid_eq(&s.attr[SCHEMA_JOIN_OTHER].id, &id));
	/* One attribute may stand for two. */
	schema_set_attribute(&s, "objectSid", 9, &id, NULL);
	assert_true(guid_eq(&s.attr[SCHEMA_SOURCE_ANCHOR].id, &id));
	assert_true(guid_eq(&s.attr[SCHEMA_OBJECT_SID].id, &id));
	schema_name_attribute(&s, SCHEMA_JOIN, NULL);
	assert_null(s.attr[SCHEMA_JOIN].name);
	schema_set_attribute(&s, "", 0, &id, NULL);
	assert_false(s.attr[SCHEMA_JOIN].found);
	schema_fini(&s);
}

static void
rights(void **state)
{
	struct guid_buf b;

	(void)state;
	assert_string_equal(guid_str(&right_reset_password, &b), G_RESET);
	assert_string_equal(guid_str(&right_change_password, &b), G_CHANGE);
	assert_string_equal(guid_str(&right_unexpire_password, &b), G_UNEXPIRE);
}

static void
guid_names(void **state)
{
	static const struct { const char *guid, *name; } rows[] = {
		{ G_RESET, "Reset Password" }, { G_CHANGE, "Change Password" },
		{ G_UNEXPIRE, "Unexpire Password" }, { G_LOCKOUT_TIME, "lockoutTime" },
		{ G_RESTRICTIONS, "User Account Restrictions (property set)" },
		{ G_USER, "user (class)" }, { G_INETORGPERSON, "inetOrgPerson (class)" },
		{ "BF967ABA-0DE6-11D0-A285-00AA003049E2", "user (class)" },
		{ "00000000-0000-0000-0000-000000000000", NULL },
		{ "00299570-246d-11d0-a768-00aa006e052a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct guid g = guid_of(rows[i].guid);
		const char *name = schema_guid_name(&g);

		if (rows[i].name)
			assert_string_equal(name ? name : "", rows[i].name);
		else
			assert_null(name);
	}
}

/* The directory's word replaces the built-in one. */
static void
from_directory(void **state)
{
	struct guid id = guid_of("11111111-2222-3333-4444-555555555555");
	struct guid set = guid_of(G_RESTRICTIONS);
	struct access_request r;
	struct schema s;

	(void)state;
	schema_init(&s);
	schema_set_attribute(&s, "lockouttime", 11, &id, &set);
	assert_true(guid_eq(&s.attr[SCHEMA_LOCKOUT_TIME].id, &id));
	assert_true(s.attr[SCHEMA_LOCKOUT_TIME].in_set);
	schema_set_attribute(&s, "lockoutTime", 11, &id, NULL);
	assert_false(s.attr[SCHEMA_LOCKOUT_TIME].in_set);
	/* by length, and only names that are ours */
	schema_set_attribute(&s, "pwdLastSetX", 10, &id, NULL);
	assert_true(guid_eq(&s.attr[SCHEMA_PWD_LAST_SET].id, &id));
	schema_set_attribute(&s, "adminCountX", 11, &id, NULL);
	schema_set_attribute(&s, "adminCoun", 9, &id, NULL);
	schema_set_attribute(&s, "", 0, &id, NULL);
	assert_false(guid_eq(&s.attr[SCHEMA_ADMIN_COUNT].id, &id));

	/* MS-ADTS 3.1.1.4.4: reading, not writing, needs more where it is confidential. */
	r = schema_request_property(&s, SCHEMA_ADMIN_COUNT, RIGHT_READ_PROPERTY, &id);
	assert_int_equal(r.mask, RIGHT_READ_PROPERTY);
	schema_set_confidential(&s, "admincount", 10);
	schema_set_confidential(&s, "lockoutTimeX", 12);
	r = schema_request_property(&s, SCHEMA_ADMIN_COUNT, RIGHT_READ_PROPERTY, &id);
	assert_int_equal(r.mask, RIGHT_READ_PROPERTY | RIGHT_CONTROL_ACCESS);
	r = schema_request_property(&s, SCHEMA_ADMIN_COUNT, RIGHT_WRITE_PROPERTY, &id);
	assert_int_equal(r.mask, RIGHT_WRITE_PROPERTY);
	r = schema_request_property(&s, SCHEMA_LOCKOUT_TIME, RIGHT_READ_PROPERTY, &id);
	assert_int_equal(r.mask, RIGHT_READ_PROPERTY);

	r = schema_request_property(&s, SCHEMA_PWD_LAST_SET, RIGHT_WRITE_PROPERTY, &id);
	assert_int_equal(r.kind, ACCESS_PROPERTY);
	assert_int_equal(r.mask, RIGHT_WRITE_PROPERTY);
	assert_null(r.property_set);
	assert_ptr_equal(r.attribute, &s.attr[SCHEMA_PWD_LAST_SET].id);
	assert_ptr_equal(r.object_class, &id);
	r = schema_request_property(&s, SCHEMA_USER_ACCOUNT_CONTROL, RIGHT_READ_PROPERTY, NULL);
	assert_true(guid_eq(r.property_set, &set));
	r = schema_request_right(&right_reset_password);
	assert_int_equal(r.kind, ACCESS_CONTROL_RIGHT);
	assert_int_equal(r.mask, RIGHT_CONTROL_ACCESS);
	assert_ptr_equal(r.right, &right_reset_password);
	schema_fini(&s);
}

static const struct schema_class *
find(const struct schema *s, const char *name)
{
	return schema_class_find(s, name, strlen(name));
}

static void
set_class(struct schema *s, const char *name, const char *parent)
{
	struct schema_class c = { .structural = true };

	strncpy(c.name, name, sizeof c.name - 1);
	strncpy(c.parent, parent, sizeof c.parent - 1);
	c.id.b[0] = (uint8_t)name[0];
	assert_int_equal(schema_set_class(s, &c), ERR_OK);
}

static void
classes(void **state)
{
	static const struct { const char *descendant, *ancestor; bool want; } rows[] = {
		{ "user", "user", true }, { "inetOrgPerson", "user", true },
		{ "computer", "person", true }, { "USER", "organizationalperson", true },
		{ "user", "inetOrgPerson", false }, { "inetOrgPerson", "computer", false },
		{ "person", "user", false }, { "domainDNS", "person", false },
	};
	struct guid user = guid_of(G_USER), inet = guid_of(G_INETORGPERSON);
	struct schema s;

	(void)state;
	schema_init(&s);
	assert_true(guid_eq(&find(&s, "user")->id, &user));
	assert_true(guid_eq(&find(&s, "INETORGPERSON")->id, &inet));
	assert_null(find(&s, "use"));
	assert_null(find(&s, ""));
	assert_null(find(&s, "nobody"));
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(schema_class_derives(&s, find(&s, rows[i].descendant),
		    find(&s, rows[i].ancestor)), rows[i].want);
	assert_false(schema_class_derives(&s, NULL, find(&s, "user")));
	assert_false(schema_class_derives(&s, find(&s, "user"), NULL));

	/* replaced, not added twice */
	set_class(&s, "User", "person");
	assert_int_equal(find(&s, "user")->id.b[0], 'U');
	/* many more, a chain of them, and loops as only a hostile schema has */
	set_class(&s, "top", "top");
	for (char c = 'a'; c < 'z'; c++) {
		const char name[2] = { c, 0 }, parent[2] = { (char)(c + 1), 0 };

		set_class(&s, name, parent);
	}
	assert_true(schema_class_derives(&s, find(&s, "a"), find(&s, "y")));
	assert_false(schema_class_derives(&s, find(&s, "y"), find(&s, "a")));
	set_class(&s, "y", "a");
	assert_false(schema_class_derives(&s, find(&s, "a"), find(&s, "user")));
	assert_false(schema_class_derives(&s, find(&s, "top"), find(&s, "user")));
	schema_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_attributes),
		cmocka_unit_test(named_attributes),
		cmocka_unit_test(rights),
		cmocka_unit_test(guid_names),
		cmocka_unit_test(from_directory),
		cmocka_unit_test(classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
