/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/schema.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/hash.h"

/* User-Force-Change-Password, User-Change-Password, Unexpire-Password
 * (MS-ADTS 5.1.3.2.1), bytes as on the wire. */
const struct guid right_reset_password = { {
	0x70, 0x95, 0x29, 0x00, 0x6d, 0x24, 0xd0, 0x11,
	0xa7, 0x68, 0x00, 0xaa, 0x00, 0x6e, 0x05, 0x29 } };
const struct guid right_change_password = { {
	0x53, 0x1a, 0x72, 0xab, 0x2f, 0x1e, 0xd0, 0x11,
	0x98, 0x19, 0x00, 0xaa, 0x00, 0x40, 0x52, 0x9b } };
const struct guid right_unexpire_password = { {
	0x7d, 0xdc, 0xc2, 0xcc, 0xad, 0xa6, 0x7a, 0x4a,
	0x88, 0x46, 0xc0, 0x4e, 0x3c, 0xc5, 0x35, 0x01 } };

/* Names for GUIDs met in ACEs: MS-ADTS 5.1.3.2.1, 6.1.1.2.7, and the schema of
 * Windows Server 2016. */
static const struct { const char *guid, *name; } names[] = {
	{ "00299570-246d-11d0-a768-00aa006e0529", "Reset Password" },
	{ "ab721a53-1e2f-11d0-9819-00aa0040529b", "Change Password" },
	{ "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501", "Unexpire Password" },
	{ "280f369c-67c7-438e-ae98-1d46f3c6f541", "Update Password Not Required Bit" },
	{ "05c74c5e-4deb-43b4-bd9f-86664c2a7fd5", "Enable Per User Reversibly Encrypted Password" },
	{ "7726b9d5-a4b4-4288-a6b2-dce952e80a7f", "Run Protect Admin Groups Task" },
	{ "ab721a54-1e2f-11d0-9819-00aa0040529b", "Send As" },
	{ "ab721a56-1e2f-11d0-9819-00aa0040529b", "Receive As" },
	{ "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2", "Replicating Directory Changes" },
	{ "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2", "Replicating Directory Changes All" },
	{ "4c164200-20c0-11d0-a768-00aa006e0529", "User Account Restrictions (property set)" },
	{ "5f202010-79a5-11d0-9020-00c04fc2d4cf", "User Logon (property set)" },
	{ "c7407360-20bf-11d0-a768-00aa006e0529", "Domain Password (property set)" },
	{ "59ba2f42-79a2-11d0-9020-00c04fc2d3cf", "General Information (property set)" },
	{ "e48d0154-bcf8-11d1-8702-00c04fb96050", "Public Information (property set)" },
	{ "77b5b886-944a-11d1-aebd-0000f80367c1", "Personal Information (property set)" },
	{ "bc0ac240-79a9-11d0-9020-00c04fc2d4cf", "Membership (property set)" },
	{ "037088f8-0ae1-11d2-b422-00a0c968f939", "RAS Information (property set)" },
	{ "e45795b2-9455-11d1-aebd-0000f80367c1", "Email Information (property set)" },
	{ "e45795b3-9455-11d1-aebd-0000f80367c1", "Web Information (property set)" },
	{ "91e647de-d96f-4b70-9557-d63ff4f3ccd8", "Private Information (property set)" },
	{ "b8119fd0-04f6-4762-ab7a-4986c76b3f9a", "Domain Other Parameters (property set)" },
	{ "28630ebf-41d5-11d1-a9c1-0000f80367c1", "lockoutTime" },
	{ "bf967a0a-0de6-11d0-a285-00aa003049e2", "pwdLastSet" },
	{ "bf967a68-0de6-11d0-a285-00aa003049e2", "userAccountControl" },
	{ "bf9679e1-0de6-11d0-a285-00aa003049e2", "unicodePwd" },
	{ "bf96799c-0de6-11d0-a285-00aa003049e2", "dBCSPwd" },
	{ "bf967a6e-0de6-11d0-a285-00aa003049e2", "userPassword" },
	{ "bf967915-0de6-11d0-a285-00aa003049e2", "accountExpires" },
	{ "bf96792e-0de6-11d0-a285-00aa003049e2", "badPwdCount" },
	{ "bf96792d-0de6-11d0-a285-00aa003049e2", "badPasswordTime" },
	{ "bf9679ab-0de6-11d0-a285-00aa003049e2", "logonHours" },
	{ "bf9679a5-0de6-11d0-a285-00aa003049e2", "lockoutDuration" },
	{ "bf9679a6-0de6-11d0-a285-00aa003049e2", "lockoutThreshold" },
	{ "bf9679a4-0de6-11d0-a285-00aa003049e2", "lockOutObservationWindow" },
	{ "bf9679c2-0de6-11d0-a285-00aa003049e2", "minPwdAge" },
	{ "bf9679bb-0de6-11d0-a285-00aa003049e2", "maxPwdAge" },
	{ "bf9679c3-0de6-11d0-a285-00aa003049e2", "minPwdLength" },
	{ "bf967a09-0de6-11d0-a285-00aa003049e2", "pwdHistoryLength" },
	{ "bf967a0b-0de6-11d0-a285-00aa003049e2", "pwdProperties" },
	{ "2cc4b836-b63f-4940-8d23-ea7acf06af56", "msDS-User-Account-Control-Computed" },
	{ "add5cf10-7b09-4449-9ae6-2534148f8a72", "msDS-UserPasswordExpiryTimeComputed" },
	{ "b77ea093-88d0-4780-9a98-911f8e8b1dca", "msDS-ResultantPSO" },
	{ "5e6cf031-bda8-43c8-aca4-8fee4127005b", "msDS-PSOApplied" },
	{ "64c80f48-cdd2-4881-a86d-4e97b6f561fc", "msDS-PSOAppliesTo" },
	{ "456374ac-1f0a-4617-93cf-bc55a7c9d341", "msDS-PasswordSettingsPrecedence" },
	{ "2a74f878-4d9c-49f9-97b3-6767d1cbd9a3", "msDS-MinimumPasswordAge" },
	{ "fdd337f5-4999-4fce-b252-8ff9c9b43875", "msDS-MaximumPasswordAge" },
	{ "b21b3439-4c3a-441c-bb5f-08f20e9b315e", "msDS-MinimumPasswordLength" },
	{ "fed81bb7-768c-4c2f-9641-2245de34794d", "msDS-PasswordHistoryLength" },
	{ "db68054b-c9c3-4bf0-b15b-0fb52552a610", "msDS-PasswordComplexityEnabled" },
	{ "75ccdd8f-af6c-4487-bb4b-69e4d38a959c", "msDS-PasswordReversibleEncryptionEnabled" },
	{ "b8c8c35e-4a19-4a95-99d0-69fe4446286f", "msDS-LockoutThreshold" },
	{ "421f889a-472e-4fe4-8eb9-e1d0bc6071b2", "msDS-LockoutDuration" },
	{ "b05bda89-76af-468a-b892-1be55558ecc8", "msDS-LockoutObservationWindow" },
	{ "bf967918-0de6-11d0-a285-00aa003049e2", "adminCount" },
	{ "bf9679e3-0de6-11d0-a285-00aa003049e2", "nTSecurityDescriptor" },
	{ "b7c69e6d-2cc7-11d2-854e-00a0c983f608", "tokenGroups" },
	{ "46a9b11d-60ae-405a-b7e8-ff8a58d456d2", "tokenGroupsGlobalAndUniversal" },
	{ "040fc392-33df-11d2-98b2-0000f87a57d4", "tokenGroupsNoGCAcceptable" },
	{ "23773dc2-b63a-11d2-90e1-00c04fd91ab1", "mS-DS-ConsistencyGuid" },
	{ "bf9679e7-0de6-11d0-a285-00aa003049e2", "objectGUID" },
	{ "bf9679e8-0de6-11d0-a285-00aa003049e2", "objectSid" },
	{ "17eb4278-d167-11d0-b002-0000f80367c1", "sIDHistory" },
	{ "28630ebb-41d5-11d1-a9c1-0000f80367c1", "userPrincipalName" },
	{ "3e0abfd0-126a-11d0-a060-00aa006c33ed", "sAMAccountName" },
	{ "bf967a06-0de6-11d0-a285-00aa003049e2", "proxyAddresses" },
	{ "bf967961-0de6-11d0-a285-00aa003049e2", "mail" },
	{ "bf967991-0de6-11d0-a285-00aa003049e2", "memberOf" },
	{ "bf9679c0-0de6-11d0-a285-00aa003049e2", "member" },
	{ "bf967a00-0de6-11d0-a285-00aa003049e2", "primaryGroupID" },
	{ "bf967953-0de6-11d0-a285-00aa003049e2", "displayName" },
	{ "aa156612-2396-467e-ad6a-28d23fdb1865", "msDS-SecondaryKrbTgtNumber" },
	{ "a8e8aa23-3e67-4af1-9d7a-2f1a1d633ac9", "msDS-isRODC" },
	{ "f0f8ff86-1191-11d0-a060-00aa006c33ed", "dSHeuristics" },
	{ "bf967950-0de6-11d0-a285-00aa003049e2", "description" },
	{ "bf9679e5-0de6-11d0-a285-00aa003049e2", "objectClass" },
	{ "f0f8ff8e-1191-11d0-a060-00aa006c33ed", "givenName" },
	{ "f3a64788-5306-11d1-a9c5-0000f80367c1", "servicePrincipalName" },
	{ "d31a8757-2447-4545-8081-3bb610cacbf2", "msDS-Behavior-Version" },
	{ "bf967923-0de6-11d0-a285-00aa003049e2", "schemaIDGUID" },
	{ "8297931c-86d3-11d0-afda-00c04fd930c9", "rightsGuid" },
	{ "8297931d-86d3-11d0-afda-00c04fd930c9", "appliesTo" },
	{ "4d2fa380-7f54-11d2-992a-0000f87a57d4", "validAccesses" },
	{ "564e9325-d057-c143-9e3b-4f9e5ef46f93", "msDS-PrincipalName" },
	{ "00fbf30d-91fe-11d1-aebc-0000f80367c1", "isCriticalSystemObject" },
	{ "bf9679d7-0de6-11d0-a285-00aa003049e2", "userWorkstations" },
	{ "c0e20a04-0e5a-4ff3-9482-5efeaecd7060", "lastLogonTimestamp" },
	{ "bf967aba-0de6-11d0-a285-00aa003049e2", "user (class)" },
	{ "4828cc14-1437-45bc-9b07-ad6f015e5f28", "inetOrgPerson (class)" },
	{ "bf967a86-0de6-11d0-a285-00aa003049e2", "computer (class)" },
	{ "bf967a9c-0de6-11d0-a285-00aa003049e2", "group (class)" },
	{ "bf967aa5-0de6-11d0-a285-00aa003049e2", "organizationalUnit (class)" },
	{ "bf967a8b-0de6-11d0-a285-00aa003049e2", "container (class)" },
	{ "5cb41ed0-0e4c-11d0-a286-00aa003049e2", "contact (class)" },
	{ "19195a5b-6da0-11d0-afd3-00c04fd930c9", "domainDNS (class)" },
	{ "19195a5a-6da0-11d0-afd3-00c04fd930c9", "domain (class)" },
	{ "bf967a81-0de6-11d0-a285-00aa003049e2", "builtinDomain (class)" },
	{ "bf967aad-0de6-11d0-a285-00aa003049e2", "samServer (class)" },
	{ "89e31c12-8530-11d0-afda-00c04fd930c9", "foreignSecurityPrincipal (class)" },
	{ "7b8b558a-93a5-4af7-adca-c017e67f1057", "msDS-GroupManagedServiceAccount (class)" },
	{ "ce206244-5827-4a86-ba1c-1c0c386c1b64", "msDS-ManagedServiceAccount (class)" },
	{ "3bcd9db8-f84b-451c-952f-6c52b81f9ec6", "msDS-PasswordSettings (class)" },
	{ "5b06b06a-4cf3-44c0-bd16-43bc10a987da", "msDS-PasswordSettingsContainer (class)" },
	{ "f0f8ffab-1191-11d0-a060-00aa006c33ed", "nTDSDSA (class)" },
	{ "85d16ec1-0791-4bc8-8ab3-70980602ff8c", "nTDSDSARO (class)" },
	{ "8297931e-86d3-11d0-afda-00c04fd930c9", "controlAccessRight (class)" },
	{ "bf967aa7-0de6-11d0-a285-00aa003049e2", "person (class)" },
	{ "bf967aa4-0de6-11d0-a285-00aa003049e2", "organizationalPerson (class)" },
	{ "bf967ab0-0de6-11d0-a285-00aa003049e2", "securityPrincipal (class)" },
	{ "bf967aa1-0de6-11d0-a285-00aa003049e2", "mailRecipient (class)" },
	{ "770f4cb3-1643-469c-b766-edd77aa75e14", "msDS-ShadowPrincipal (class)" },
	{ "bf967a7f-0de6-11d0-a285-00aa003049e2", "userCertificate" },
};

#define ACCOUNT_RESTRICTIONS	"4c164200-20c0-11d0-a768-00aa006e0529"
#define GENERAL_INFORMATION	"59ba2f42-79a2-11d0-9020-00c04fc2d3cf"
#define PUBLIC_INFORMATION	"e48d0154-bcf8-11d1-8702-00c04fb96050"
#define MEMBERSHIP		"bc0ac240-79a9-11d0-9020-00c04fc2d4cf"

/* In the order of enum schema_attribute_id. */
static const struct { const char *name, *set; } attributes[SCHEMA_ATTRIBUTE_COUNT] = {
	{ "lockoutTime", NULL },
	{ "pwdLastSet", ACCOUNT_RESTRICTIONS },
	{ "userAccountControl", ACCOUNT_RESTRICTIONS },
	{ "accountExpires", ACCOUNT_RESTRICTIONS },
	{ "adminCount", NULL },
	{ "objectClass", PUBLIC_INFORMATION },
	{ "objectSid", GENERAL_INFORMATION },
	{ "objectGUID", PUBLIC_INFORMATION },
	{ "sAMAccountName", GENERAL_INFORMATION },
	{ "userPrincipalName", PUBLIC_INFORMATION },
	{ "primaryGroupID", GENERAL_INFORMATION },
	{ "msDS-ResultantPSO", NULL },
	{ "member", MEMBERSHIP },
	{ "memberOf", MEMBERSHIP },
	{ "mS-DS-ConsistencyGuid", NULL },
	{ NULL, NULL },
	{ NULL, NULL },
};

/* Classes a user account may be of, and what it mostly stands in, with their parents. */
static const struct { const char *name, *guid, *parent; bool abstract; } classes[] = {
	{ "top", "bf967ab7-0de6-11d0-a285-00aa003049e2", "top", true },
	{ "domain", "19195a5a-6da0-11d0-afd3-00c04fd930c9", "top", true },
	{ "person", "bf967aa7-0de6-11d0-a285-00aa003049e2", "top", false },
	{ "organizationalPerson", "bf967aa4-0de6-11d0-a285-00aa003049e2", "person", false },
	{ "user", "bf967aba-0de6-11d0-a285-00aa003049e2", "organizationalPerson", false },
	{ "inetOrgPerson", "4828cc14-1437-45bc-9b07-ad6f015e5f28", "user", false },
	{ "computer", "bf967a86-0de6-11d0-a285-00aa003049e2", "user", false },
	{ "domainDNS", "19195a5b-6da0-11d0-afd3-00c04fd930c9", "domain", false },
	{ "organizationalUnit", "bf967aa5-0de6-11d0-a285-00aa003049e2", "top", false },
	{ "container", "bf967a8b-0de6-11d0-a285-00aa003049e2", "top", false },
};

static struct guid
guid_of(const char *s)
{
	struct guid g = { { 0 } };

	(void)guid_from_str(s, strlen(s), &g);
	return g;
}

const char *
schema_guid_name(const struct guid *g)
{
	struct guid_buf text;

	guid_str(g, &text);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i].guid, text.s))
			return names[i].name;
	return NULL;
}

/* The built-in schemaIDGUID of an attribute, from the table of names. */
static struct guid
attribute_guid(const char *name)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (ascii_eq_nocase(names[i].name, strlen(names[i].name), name, strlen(name)))
			return guid_of(names[i].guid);
	return (struct guid){ { 0 } };
}

void
schema_init(struct schema *s)
{
	*s = (struct schema){ 0 };
	for (size_t i = 0; i < SCHEMA_ATTRIBUTE_COUNT; i++) {
		s->attr[i].name = attributes[i].name;
		if (attributes[i].name)
			s->attr[i].id = attribute_guid(attributes[i].name);
		s->attr[i].in_set = attributes[i].set != NULL;
		if (attributes[i].set)
			s->attr[i].set = guid_of(attributes[i].set);
	}
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		struct schema_class c = { .structural = !classes[i].abstract };

		memcpy(c.name, classes[i].name, strlen(classes[i].name) + 1);
		memcpy(c.parent, classes[i].parent, strlen(classes[i].parent) + 1);
		c.id = guid_of(classes[i].guid);
		(void)schema_set_class(s, &c);
	}
}

void
schema_fini(struct schema *s)
{
	free(s->classes);
	free(s->slots);
	*s = (struct schema){ 0 };
}

void
schema_name_attribute(struct schema *s, enum schema_attribute_id id, const char *name)
{
	s->attr[id] = (struct schema_attribute){ .name = name };
	if (!name)
		return;
	s->attr[id].id = attribute_guid(name);
	for (size_t i = 0; i < SCHEMA_ATTRIBUTE_COUNT; i++)
		if (attributes[i].name && attributes[i].set && ascii_eq_nocase(name, strlen(name),
		    attributes[i].name, strlen(attributes[i].name))) {
			s->attr[id].in_set = true;
			s->attr[id].set = guid_of(attributes[i].set);
		}
}

void
schema_set_attribute(struct schema *s, const char *name, size_t len, const struct guid *id,
    const struct guid *set)
{
	for (size_t i = 0; i < SCHEMA_ATTRIBUTE_COUNT; i++) {
		struct schema_attribute *a = &s->attr[i];

		if (!a->name || !ascii_eq_nocase(a->name, strlen(a->name), name, len))
			continue;
		a->found = true;
		a->id = *id;
		a->in_set = set != NULL;
		if (set)
			a->set = *set;
	}
}

void
schema_set_confidential(struct schema *s, const char *name, size_t len)
{
	for (size_t i = 0; i < SCHEMA_ATTRIBUTE_COUNT; i++) {
		struct schema_attribute *a = &s->attr[i];

		if (a->name && ascii_eq_nocase(a->name, strlen(a->name), name, len))
			a->confidential = true;
	}
}

/* The slot that leads to the class, or the free one for it. Half of the slots
 * are free. */
static size_t
class_slot(const struct schema *s, const char *name, size_t len)
{
	size_t i = (size_t)hash_nocase(name, len) & (s->slot_count - 1);

	for (; s->slots[i]; i = (i + 1) & (s->slot_count - 1)) {
		const char *have = s->classes[s->slots[i] - 1].name;

		if (ascii_eq_nocase(have, strlen(have), name, len))
			break;
	}
	return i;
}

/* Room for one class more, and the slots anew when the array grows. */
static enum err
class_reserve(struct schema *s)
{
	size_t cap = s->class_cap ? 2 * s->class_cap : 16, slot_count = 2 * cap;
	struct schema_class *grown;
	uint32_t *slots;

	if (s->class_count < s->class_cap)
		return ERR_OK;
	grown = realloc(s->classes, cap * sizeof *grown);
	if (!grown)
		return ERR_NOMEM;
	s->classes = grown;
	slots = calloc(slot_count, sizeof *slots);
	if (!slots)
		return ERR_NOMEM;
	free(s->slots);
	s->slots = slots;
	s->slot_count = slot_count;
	s->class_cap = cap;
	for (size_t i = 0; i < s->class_count; i++)
		slots[class_slot(s, s->classes[i].name, strlen(s->classes[i].name))] =
			(uint32_t)i + 1;
	return ERR_OK;
}

enum err
schema_set_class(struct schema *s, const struct schema_class *c)
{
	size_t slot;

	if (class_reserve(s) != ERR_OK)
		return ERR_NOMEM;
	slot = class_slot(s, c->name, strlen(c->name));
	if (s->slots[slot]) {
		s->classes[s->slots[slot] - 1] = *c;
		return ERR_OK;
	}
	s->classes[s->class_count++] = *c;
	s->slots[slot] = (uint32_t)s->class_count;
	return ERR_OK;
}

const struct schema_class *
schema_class_find(const struct schema *s, const char *name, size_t len)
{
	size_t slot;

	if (!s->slot_count)
		return NULL;
	slot = class_slot(s, name, len);
	return s->slots[slot] ? &s->classes[s->slots[slot] - 1] : NULL;
}

bool
schema_class_derives(const struct schema *s, const struct schema_class *descendant,
    const struct schema_class *ancestor)
{
	/* The bound ends a schema that loops. */
	for (size_t depth = 0; descendant && depth < 64; depth++) {
		const struct schema_class *up;

		if (descendant == ancestor)
			return true;
		up = schema_class_find(s, descendant->parent, strlen(descendant->parent));
		if (up == descendant)	/* `top` is its own parent */
			break;
		descendant = up;
	}
	return false;
}

struct access_request
schema_request_property(const struct schema *s, enum schema_attribute_id id, uint32_t mask,
    const struct guid *object_class)
{
	const struct schema_attribute *a = &s->attr[id];

	if (a->confidential && (mask & RIGHT_READ_PROPERTY))
		mask |= RIGHT_CONTROL_ACCESS;
	return (struct access_request){
		.kind = ACCESS_PROPERTY,
		.mask = mask,
		.attribute = &a->id,
		.property_set = a->in_set ? &a->set : NULL,
		.object_class = object_class,
	};
}

struct access_request
schema_request_right(const struct guid *right)
{
	return (struct access_request){
		.kind = ACCESS_CONTROL_RIGHT,
		.mask = RIGHT_CONTROL_ACCESS,
		.right = right,
	};
}
