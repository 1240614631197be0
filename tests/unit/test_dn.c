/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

/* Well-formed DNs with their depth and canonical form. */
static const struct { const char *dn; size_t depth; const char *canonical; } good[] = {
	{ "", 0, "" },
	{ "DC=test", 1, "dc=test" },
	{ "CN=Jane Doe,OU=Staff,DC=Contoso,DC=test", 4, "cn=jane doe,ou=staff,dc=contoso,dc=test" },
	{ "CN=Doe\\, Jane,DC=test", 2, "cn=doe\\, jane,dc=test" },
	{ "CN=Doe\\2C Jane,DC=test", 2, "cn=doe\\, jane,dc=test" },
	{ "CN=Doe\\2c\\20Jane,DC=test", 2, "cn=doe\\, jane,dc=test" },
	{ "CN=\\#1,DC=test", 2, "cn=\\#1,dc=test" },
	{ "CN=a#1,DC=test", 2, "cn=a#1,dc=test" },
	{ "CN=a\\#1,DC=test", 2, "cn=a#1,dc=test" },
	{ "CN=\\ a\\ ,DC=test", 2, "cn=\\ a\\ ,dc=test" },
	{ "CN=\\20a\\20,DC=test", 2, "cn=\\ a\\ ,dc=test" },
	{ "CN= a b  ,DC=test", 2, "cn=a b,dc=test" },
	{ " CN = a , DC = test ", 2, "cn=a,dc=test" },
	{ "CN=a \\  ,DC=test", 2, "cn=a \\ ,dc=test" },
	{ "CN=,DC=test", 2, "cn=,dc=test" },
	{ "CN=\\ ,DC=test", 2, "cn=\\ ,dc=test" },
	{ "CN=a=b\\=c", 1, "cn=a=b=c" },
	{ "CN=\\\"\\+\\,\\;\\<\\>\\\\", 1, "cn=\\\"\\+\\,\\;\\<\\>\\\\" },
	{ "CN=a\\0ADEL:1234,CN=Deleted Objects,DC=test", 3,
	    "cn=a\\0Adel:1234,cn=deleted objects,dc=test" },
	{ "CN=a\\00b", 1, "cn=a\\00b" },
	{ "CN=J\xc3\xbcrgen", 1, "cn=j\xc3\xbcrgen" },
	{ "CN=J\\C3\\bcrgen", 1, "cn=j\xc3\xbcrgen" },
	{ "CN=\\c3,DC=x", 2, "cn=\xc3,dc=x" },
	{ "cn=b+ou=a,DC=x", 2, "cn=b+ou=a,dc=x" },
	{ "ou=a + CN=B,DC=x", 2, "cn=b+ou=a,dc=x" },
	{ "cn=b+cn=A+cn=c", 1, "cn=a+cn=b+cn=c" },
	{ "1.3.6.1.4.1.1466.0=#04024869", 1, "1.3.6.1.4.1.1466.0=#04024869" },
	{ "OID.2.5.4.3=#0c0A", 1, "2.5.4.3=#0c0a" },
	{ "oid.2.5.4.3 = #0c0a ", 1, "2.5.4.3=#0c0a" },
	{ "x-a1-=b", 1, "x-a1-=b" },
};

/* Malformed ones: each equals only itself. */
static const char *const bad[] = {
	" ", ",", "=", "=a", "CN", "CN,DC=x", "CN=a,", "CN=a,,DC=x", ",CN=a", "CN=a, ",
	"CN=a+", "CN=a+,DC=x", "CN=a\\", "CN=a\\2", "CN=a\\2,DC=x", "CN=a\\zz", "CN=a\\2g",
	"CN=\"Doe, Jane\",DC=x", "CN=\"a\"", "CN=a\"b", "CN=a;DC=x", "CN=a<b", "CN=a>b",
	"CN=#", "CN=#1", "CN=#123", "CN=#12 34", "CN=#gg", "CN=#\\31\\32",
	"1=a", "1.=a", ".1=a", "01.2=a", "1.02=a", "1..2=a", "OID.=a", "OID.1=a", "OID.CN=a",
	"C N=a", "-cn=a", "1cn=a", "c_n=a", "c\xc3\xbc=a",
	"<GUID=00299570246d11d0a76800aa006e0529>;CN=a,DC=x",
	"<SID=S-1-5-32>", "<WKGUID=a9d1ca15768811d1aded00c04fd8d5cd,DC=x>",
};

static bool
eq(const char *a, const char *b)
{
	return dn_eq(a, strlen(a), b, strlen(b));
}

static bool
under(const char *dn, const char *base)
{
	return dn_under(dn, strlen(dn), base, strlen(base));
}

static void
well_formed(void **state)
{
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		size_t len = strlen(good[i].dn);

		if (!dn_valid(good[i].dn, len))
			fail_msg("%s", good[i].dn);
		assert_int_equal(dn_depth(good[i].dn, len), good[i].depth);
		buf_clear(&b);
		dn_canonical(good[i].dn, len, &b);
		assert_string_equal(buf_str(&b), good[i].canonical);
		assert_true(eq(good[i].dn, good[i].canonical));
		assert_true(under(good[i].dn, ""));
	}
	buf_fini(&b);
}

static void
malformed(void **state)
{
	struct buf b = BUF_INIT;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		size_t len = strlen(bad[i]);

		if (dn_valid(bad[i], len))
			fail_msg("%s", bad[i]);
		assert_int_equal(dn_depth(bad[i], len), 0);
		buf_clear(&b);
		dn_canonical(bad[i], len, &b);
		assert_int_equal(b.len, len + 1);
		assert_int_equal(b.data[0], '!');
		assert_false(under(bad[i], ""));
		for (k = 0; k < COUNT(bad); k++)
			assert_int_equal(eq(bad[i], bad[k]), i == k);
		for (k = 0; k < COUNT(good); k++)
			assert_false(eq(bad[i], good[k].dn));
	}
	buf_fini(&b);
}

/* dn_eq and equal canonical forms are the same thing, both ways round. */
static void
equality(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		for (k = 0; k < COUNT(good); k++) {
			bool same = strcmp(good[i].canonical, good[k].canonical) == 0;

			assert_int_equal(eq(good[i].dn, good[k].dn), same);
			assert_int_equal(under(good[i].dn, good[k].dn) &&
			    good[i].depth == good[k].depth, same);
		}
	}
	assert_false(eq("CN=a,DC=x", "CN=a,DC=xy"));
	assert_false(eq("CN=a,DC=x", "CN=a"));
	assert_false(eq("CN=a", "OU=a"));
	/* a value in hexadecimal is no string of the same characters */
	assert_false(eq("CN=#61", "CN=\\#61"));
	assert_false(eq("CN=a+OU=b", "CN=a"));
	assert_false(eq("CN=a", "CN=a+OU=b"));
	assert_false(eq("CN=a+OU=b,DC=x", "CN=a,DC=x"));
	assert_true(eq("CN= a,DC=x", "CN=a,DC=x"));
	assert_true(eq("CN=a ,DC=x", "CN=a,DC=x"));
	assert_true(eq("CN=a,DC= ", "CN=a,DC="));
	assert_false(eq("CN=a b", "CN=a  b"));
	assert_false(eq("CN=\\ a", "CN=a"));
	assert_false(eq("CN=\xc3\x9c", "CN=\xc3\xbc"));	/* no case above ASCII */
	assert_false(eq("CN=a+CN=a", "CN=a"));
	assert_false(eq("CN=#6161", "CN=aa"));
}

static void
parents(void **state)
{
	static const struct { const char *dn, *parent; } cases[] = {
		{ "", "" },
		{ "DC=test", "" },
		{ "CN=a,DC=test", "DC=test" },
		{ "CN=Doe\\, Jane, OU=x,DC=test", "OU=x,DC=test" },
		{ "CN=a+OU=b,DC=test", "DC=test" },
		{ "CN=a\\\\,DC=test", "DC=test" },
		{ "CN=a\\5C,DC=test", "DC=test" },
		{ "CN=\"a,b\",DC=test", "" },
		{ "bogus,DC=test", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		size_t at = dn_parent(cases[i].dn, strlen(cases[i].dn));

		assert_string_equal(cases[i].dn + at, cases[i].parent);
	}
}

static void
below(void **state)
{
	(void)state;
	assert_true(under("CN=a,OU=Staff,DC=x", "ou=staff,dc=x"));
	assert_true(under("OU=Staff,DC=x", " OU = Staff , DC = x "));
	assert_true(under("CN=a\\2Cb,DC=x", "DC=x"));
	assert_true(under("", ""));
	assert_false(under("DC=x", "OU=Staff,DC=x"));
	assert_false(under("CN=a,OU=XStaff,DC=x", "OU=Staff,DC=x"));
	/* An escaped comma is no place to cut: this is one RDN and DC=y. */
	assert_false(under("CN=a\\,DC=x,DC=y", "DC=x,DC=y"));
	assert_false(under("CN=a,DC=x", "DC=xy"));
	assert_false(under("OU=Staff,ADC=x", "DC=x"));
	assert_false(under("DC=x", "C=x"));
	assert_false(under("", "DC=x"));
	assert_false(under("CN=a,DC=x", "DC="));
	assert_false(under("bogus,DC=x", "DC=x"));
	assert_true(under("bogus,DC=x", "bogus,DC=x"));
}

static void
rdn_values(void **state)
{
	static const struct { const char *dn; enum err err; const char *value; } cases[] = {
		{ "CN=Doe\\, Jane,DC=x", ERR_OK, "Doe, Jane" },
		{ "CN=\\20Doe\\2C Jane ,DC=x", ERR_OK, " Doe, Jane" },
		{ "CN=J\\c3\\bcrgen", ERR_OK, "J\xc3\xbcrgen" },
		{ "CN=", ERR_OK, "" },
		{ "OU=b+CN=a", ERR_OK, "a" },
		{ "", ERR_SHORT, "" },
		{ "CN=#04024869", ERR_UNSUPPORTED, "" },
		{ "CN=\"a\"", ERR_SYNTAX, "" },
		{ "a", ERR_SYNTAX, "" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		buf_clear(&b);
		buf_adds(&b, "|");
		assert_int_equal(dn_rdn_value(cases[i].dn, strlen(cases[i].dn), &b),
		    cases[i].err);
		assert_string_equal(buf_str(&b) + 1, cases[i].value);
	}
	buf_clear(&b);
	assert_int_equal(dn_rdn_value("CN=a\\00b", 8, &b), ERR_OK);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "a\0b", 3);
	buf_fini(&b);
}

static void
escaped_values(void **state)
{
	static const struct { const char *value, *text; } cases[] = {
		{ "", "" },
		{ "Jane", "Jane" },
		{ "Doe, Jane", "Doe\\, Jane" },
		{ " a ", "\\ a\\ " },
		{ " ", "\\ " },
		{ "  ", "\\ \\ " },
		{ "#1", "\\#1" },
		{ "a#1", "a#1" },
		{ "\"+,;<>\\", "\\\"\\+\\,\\;\\<\\>\\\\" },
		{ "a=b", "a=b" },
		{ "a\r\nb\x7f", "a\\0D\\0Ab\\7F" },
		{ "\xe2\x82\xac", "\xe2\x82\xac" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		buf_clear(&b);
		dn_escape_value(cases[i].value, strlen(cases[i].value), &b);
		assert_string_equal(buf_str(&b), cases[i].text);
	}
	buf_fini(&b);
}

static void
dns_names(void **state)
{
	static const struct { const char *dn, *dns; } cases[] = {
		{ "DC=contoso,DC=test", "contoso.test" },
		{ "CN=Jane,OU=Staff,DC=Contoso,DC=test", "Contoso.test" },
		{ "dc = a , Dc = b", "a.b" },
		{ "DC=a,OU=x,DC=b", "b" },
		{ "DC=a,DC=b,CN=c", "" },
		{ "CN=a", "" },
		{ "", "" },
		{ "DC=a\\2Db", "a-b" },
		{ "DC=a.b,DC=test", "" },	/* one label is not two */
		{ "DC=,DC=test", "" },
		{ "DC=a,DC=\\ ", "" },
		{ "DC=a\\00b,DC=test", "" },
		{ "DC=#0161,DC=test", "test" },
		{ "DC=a+DC=b,DC=test", "test" },
		{ "DC=a,DC=b;", "" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		buf_clear(&b);
		buf_adds(&b, "|");
		dn_to_dns(cases[i].dn, strlen(cases[i].dn), &b);
		assert_string_equal(buf_str(&b) + 1, cases[i].dns);
	}
	buf_fini(&b);
}

/* What lies behind the length does not exist, and a NUL does not end it. */
static void
by_length(void **state)
{
	(void)state;
	assert_true(dn_valid("CN=a\\2C", 4));
	assert_false(dn_valid("CN=a\\2C", 5));
	assert_false(dn_valid("CN=a\\2C", 6));
	assert_false(dn_valid("CN=a\\,", 5));
	assert_false(dn_valid("CN=a\0,DC=x", 10));
	assert_false(dn_valid("CN=a\\\0", 6));
	assert_false(dn_valid("C\0N=a", 5));
	assert_false(dn_eq("CN=a", 4, "CN=a\0", 5));
	assert_false(dn_eq("CN=a\0b", 6, "CN=a\0c", 6));
	assert_true(dn_eq("CN=a,x", 4, "cn=Ay", 4));
	assert_true(dn_same("CN=a,DC=x", "cn=\\41, dc=X"));
	assert_false(dn_same("CN=a,DC=x", "CN=a,DC=xy"));
	assert_true(dn_valid(NULL, 0));
	assert_true(dn_eq(NULL, 0, "", 0));
}

/* Long, deep and wide: no recursion, and a ceiling for one RDN. */
static void
hostile(void **state)
{
	const size_t levels = 200000, size = levels * 5;
	char *dn = malloc(size);
	size_t i;

	(void)state;
	assert_non_null(dn);
	for (i = 0; i < levels; i++)
		memcpy(dn + i * 5, "CN=a,", 5);
	assert_int_equal(dn_depth(dn, size - 1), levels);
	assert_int_equal(dn_depth(dn, size), 0);
	assert_true(dn_under(dn, size - 1, "cn=A,cn=A", 9));
	memset(dn, 'a', size);
	memcpy(dn, "CN=", 3);
	assert_int_equal(dn_depth(dn, size), 1);
	memset(dn, ' ', size);
	assert_false(dn_valid(dn, size));
	for (i = 0; i < DN_MAX_AVAS; i++)
		memcpy(dn + i * 5, "CN=a+", 5);
	assert_true(dn_valid(dn, DN_MAX_AVAS * 5 - 1));
	memcpy(dn + i * 5, "CN=a", 4);
	assert_false(dn_valid(dn, DN_MAX_AVAS * 5 + 4));
	free(dn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed),
		cmocka_unit_test(malformed),
		cmocka_unit_test(equality),
		cmocka_unit_test(parents),
		cmocka_unit_test(below),
		cmocka_unit_test(rdn_values),
		cmocka_unit_test(escaped_values),
		cmocka_unit_test(dns_names),
		cmocka_unit_test(by_length),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
