/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "source/source_filter.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])
#define V(s) { (const uint8_t *)(s), sizeof (s) - 1 }

/* S-1-5-32-544 and a GUID, as the directory stores them */
#define SID "\x01\x02\x00\x00\x00\x00\x00\x05\x20\x00\x00\x00\x20\x02\x00\x00"
#define GUID "\x70\x95\x29\x00\x6d\x24\xd0\x11\xa7\x68\x00\xaa\x00\x6e\x05\x29"

static const struct value classes[] = { V("top"), V("person"), V("user") };
static const struct value category[] = { V("CN=Person,CN=Schema,CN=Configuration,DC=x") };
static const struct value sam[] = { V("Jane.Doe") };
static const struct value uac[] = { V("512") };
static const struct value type[] = { V("-2147483646") };
static const struct value sid[] = { V(SID) };
static const struct value guid[] = { V(GUID) };
static const struct value member_of[] = { V("CN=Sales Team,OU=Groups,DC=x"), V("CN=a\\,b,DC=x") };
static const struct value created[] = { V("20240115120000.0Z") };
static const struct attr attrs[] = {
	{ "objectClass", classes, 3, false }, { "objectCategory", category, 1, false },
	{ "sAMAccountName", sam, 1, false }, { "userAccountControl", uac, 1, false },
	{ "groupType", type, 1, false }, { "objectSid", sid, 1, false },
	{ "objectGUID", guid, 1, false }, { "memberOf", member_of, 2, false },
	{ "whenCreated", created, 1, false }, { "empty", NULL, 0, false },
	{ "member", member_of, 1, true },
};
static const struct entry jane = { "CN=Jane Doe,DC=x", 15, attrs, COUNT(attrs) };

/* What is called "strange" is not known, what is called "open" may be there. */
static enum filter_absence
absent(const void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "strange") ? FILTER_UNKNOWN : !strcmp(name, "open") ? FILTER_OPEN :
		FILTER_UNSET;
}

static void
test_eval(void **state)
{
	enum { T = FILTER_TRUE, F = FILTER_FALSE, U = FILTER_UNDEFINED, ANY = FILTER_ANY };
	static const struct { const char *filter; unsigned wanted; } cases[] = {
		{ "(objectClass=user)", T }, { "(OBJECTCLASS=USER)", T }, { "(objectClass=group)", F },
		{ "(objectClass=*)", T }, { "(empty=*)", F }, { "(mail=*)", F }, { "(!(mail=*))", T },
		{ "(strange=*)", U }, { "(!(strange=1))", U }, { "(strange>=1)", U },
		{ "(!(mail=x))", T },		/* as Windows and Samba: not set is not equal */
		{ "(&)", T }, { "(|)", F }, { "(!(&))", F },
		{ "(&(objectClass=user)(mail=*))", F }, { "(|(objectClass=user)(mail=*))", T },
		/* RFC 4511 4.5.1.7 */
		{ "(&(strange=1)(mail=x))", F }, { "(&(strange=1)(objectClass=user))", U },
		{ "(|(strange=1)(objectClass=user))", T }, { "(|(strange=1)(mail=x))", U },
		{ "(&(open=1)(mail=x))", F }, { "(&(open=1)(objectClass=user))", ANY },
		{ "(|(open=1)(objectClass=user))", T },
		/* strings and their parts */
		{ "(sAMAccountName=jane.doe)", T }, { "(sAMAccountName~=jane.doe)", T },
		{ "(sAMAccountName=jane*)", T }, { "(sAMAccountName=*doe)", T },
		{ "(sAMAccountName=j*n*.*e)", T }, { "(sAMAccountName=*an*)", T },
		{ "(sAMAccountName=*e.doe*)", T }, { "(sAMAccountName=jane.doe*)", T },
		{ "(sAMAccountName=jane.doe*e)", F }, { "(sAMAccountName=doe*jane)", F },
		{ "(sAMAccountName=**)", T }, { "(sAMAccountName=\\6aane.doe)", T },
		{ "(sAMAccountName=\\2a)", F }, { "(sAMAccountName=)", F },
		/* numbers and times */
		{ "(userAccountControl=512)", T }, { "(userAccountControl=0512)", F },
		{ "(userAccountControl>=511)", T }, { "(userAccountControl<=511)", F },
		{ "(userAccountControl<=1000)", T }, { "(userAccountControl>=1000)", F },
		{ "(whenCreated>=20240101000000.0Z)", T }, { "(whenCreated<=20240101000000.0Z)", F },
		{ "(userAccountControl:1.2.840.113556.1.4.803:=512)", T },
		{ "(userAccountControl:1.2.840.113556.1.4.803:=514)", F },
		{ "(userAccountControl:1.2.840.113556.1.4.804:=514)", T },
		{ "(userAccountControl:dn:1.2.840.113556.1.4.804:=2)", F },
		{ "(groupType:1.2.840.113556.1.4.803:=2147483648)", T },
		{ "(groupType:1.2.840.113556.1.4.803:=4)", F },
		{ "(sAMAccountName:1.2.840.113556.1.4.803:=1)", F },
		/* SIDs and GUIDs */
		{ "(objectSid=S-1-5-32-544)", T }, { "(objectSid=S-1-5-32-545)", F },
		{ "(objectSid=\\01\\02\\00\\00\\00\\00\\00\\05\\20\\00\\00\\00\\20\\02\\00\\00)", T },
		{ "(objectSid=\\01\\02\\00\\00\\00\\00\\00\\05\\20\\00\\00\\00\\20\\02\\00)", F },
		{ "(objectGUID=00299570-246d-11d0-a768-00aa006e0529)", T },
		{ "(objectGUID=\\70\\95\\29\\00\\6d\\24\\d0\\11\\a7\\68\\00\\aa\\00\\6e\\05\\29)", T },
		/* DNs */
		{ "(memberOf=cn=sales team,ou=groups,dc=X)", T },
		{ "(memberOf=CN=Sales Team, OU=Groups, DC=x)", T },
		{ "(memberOf=CN=Sales,OU=Groups,DC=x)", F },
		{ "(memberOf=CN=a\\5c,b,DC=x)", T }, { "(memberOf=CN=a\\5c2cb,DC=x)", T },
		{ "(objectCategory=person)", T }, { "(objectCategory=user)", T },
		{ "(objectCategory=inetOrgPerson)", T }, { "(objectCategory=group)", F },
		{ "(objectCategory=CN=Person,CN=Schema,CN=Configuration,DC=x)", T },
		/* a list that is not whole may have the rest */
		{ "(member=CN=Sales Team,OU=Groups,DC=x)", T }, { "(member=CN=b,DC=x)", T | F },
		/* spaces, as directories take them */
		{ " ( & (objectClass=user) (objectCategory=person) ) ", T },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault fault = { 0 };
		struct filter f;

		if (filter_parse(cases[i].filter, &f, &fault) != ERR_OK)
			fail_msg("%s: %s", cases[i].filter, fault.what);
		if (filter_eval(&f, &jane, absent, NULL) != cases[i].wanted)
			fail_msg("%s: %u, wanted %u", cases[i].filter,
			    filter_eval(&f, &jane, absent, NULL), cases[i].wanted);
		filter_fini(&f);
	}
}

static void
test_categories(void **state)
{
	static const struct { const char *name, *dn; bool equal; } cases[] = {
		{ "organizationalUnit", "CN=Organizational-Unit,CN=Schema", true },
		{ "domainDNS", "CN=Domain-DNS,CN=Schema", true },
		{ "msDS-PasswordSettings", "CN=ms-DS-Password-Settings,CN=Schema", true },
		{ "computer", "CN=Computer,CN=Schema", true },
		{ "computer", "CN=Person,CN=Schema", false },
		{ "contact", "CN=Person,CN=Schema", true },
		{ "person", "OU=Person,CN=Schema", false },
		{ "person", "CN=Person", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct value v = { (const uint8_t *)cases[i].dn, strlen(cases[i].dn) };
		struct attr a = { "objectCategory", &v, 1, false };
		struct entry e = { "CN=x", 4, &a, 1 };
		struct filter f;
		char text[100];

		snprintf(text, sizeof text, "(objectCategory=%s)", cases[i].name);
		assert_int_equal(filter_parse(text, &f, NULL), ERR_OK);
		assert_int_equal(filter_eval(&f, &e, NULL, NULL),
		    cases[i].equal ? FILTER_TRUE : FILTER_FALSE);
		filter_fini(&f);
	}
}

static void
test_bad(void **state)
{
	static const struct { const char *filter; enum err err; size_t offset; } cases[] = {
		{ "", ERR_SYNTAX, 0 }, { "objectClass=*", ERR_SYNTAX, 0 },
		{ "(objectClass=*", ERR_SYNTAX, 14 }, { "(objectClass=*))", ERR_TRAILING, 15 },
		{ "(objectClass)", ERR_SYNTAX, 1 }, { "(=x)", ERR_SYNTAX, 1 },
		{ "(a b=x)", ERR_SYNTAX, 1 }, { "(a=(b)", ERR_SYNTAX, 3 },
		{ "(a=\\4)", ERR_SYNTAX, 3 }, { "(a=\\zz)", ERR_SYNTAX, 3 },
		{ "(!(a=1)(b=2))", ERR_SYNTAX, 12 }, { "(!)", ERR_SYNTAX, 2 },
		{ "(&(a=1)", ERR_SYNTAX, 7 }, { "(&(a=1)b)", ERR_SYNTAX, 7 },
		{ "(a>=*)", ERR_SYNTAX, 4 }, { "(a:1.2.840.113556.1.4.803:=x)", ERR_SYNTAX, 28 },
		{ "(a:1.2.840.113556.1.4.1941:=CN=x)", ERR_UNSUPPORTED, 28 },
		{ "(a:caseExactMatch:=x)", ERR_UNSUPPORTED, 19 },
		{ "(:1.2.840.113556.1.4.803:=1)", ERR_SYNTAX, 1 },
	};
	struct filter f;
	char deep[2 * FILTER_MAX_DEPTH + 20] = "";

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault fault = { 0 };
		enum err err = filter_parse(cases[i].filter, &f, &fault);

		if (err != cases[i].err || fault.offset != cases[i].offset)
			fail_msg("%s: error %d at %zu (%s)", cases[i].filter, (int)err, fault.offset,
			    fault.what ? fault.what : "");
	}
	for (size_t i = 0; i < FILTER_MAX_DEPTH + 2; i++)
		strcat(deep, "(&");
	assert_int_equal(filter_parse(deep, &f, NULL), ERR_TOO_BIG);
}

static void
note(void *arg, const char *name)
{
	strcat(arg, name);
	strcat(arg, " ");
}

static void
test_attributes(void **state)
{
	char names[200] = "";
	struct filter f;

	(void)state;
	assert_int_equal(filter_parse("(&(a=1)(|(b=x*y)(!(c=*)))(d>=1)(e:1.2.840.113556.1.4.803:=1))",
	    &f, NULL), ERR_OK);
	filter_attributes(&f, note, names);
	assert_string_equal(names, "a b c d e ");
	filter_fini(&f);
}

static void
pin(void *arg, const uint8_t *value, size_t len)
{
	char *text = arg;
	size_t n = strlen(text);

	memcpy(text + n, value, len);
	memcpy(text + n + len, " ", 2);
}

static void
test_pins(void **state)
{
	static const struct { const char *filter, *wanted; } cases[] = {
		{ "(n=1)", "1 " }, { "(N=1)", "1 " }, { "(m=1)", NULL }, { "(n=1*)", NULL },
		{ "(n=*)", NULL }, { "(|(n=1)(n=2))", "1 2 " }, { "(|(n=1)(m=2))", NULL },
		{ "(&(m=1)(n=2))", "2 " }, { "(&(m=1)(|(n=2)(n=3)))", "2 3 " }, { "(!(n=1))", NULL },
		{ "(|)", "" }, { "(&)", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char values[50] = "";
		struct filter f;

		assert_int_equal(filter_parse(cases[i].filter, &f, NULL), ERR_OK);
		assert_int_equal(filter_pins(&f, "n", pin, values), cases[i].wanted != NULL);
		assert_string_equal(values, cases[i].wanted ? cases[i].wanted : "");
		filter_fini(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_eval), cmocka_unit_test(test_categories),
		cmocka_unit_test(test_bad), cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_pins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
