/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/sd.h"
#include "core/sddl.h"
#include "core/sid.h"
#include "source/redact.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static struct redactor r = { .key = { 1, 2 } };

static char *
dn(const char *s)
{
	static struct buf b;

	buf_clear(&b);
	redact_dn(&r, s, strlen(s), &b);
	return strdup(buf_str(&b));
}

static char *
name(const char *s)
{
	struct buf b = BUF_INIT;

	redact_name(&r, s, strlen(s), &b);
	return buf_steal(&b);
}

static void
test_dns(void **state)
{
	/* what stays of each DN */
	static const struct { const char *dn, *begin, *end; } cases[] = {
		{ "CN=Users,DC=contoso,DC=test", "CN=Users,DC=d", "" },
		{ "CN=Password Settings Container,CN=System,DC=a", "CN=Password Settings Container,"
			"CN=System,DC=d", "" },
		{ "CN=Administrators,CN=Builtin,DC=a", "CN=Administrators,CN=Builtin,DC=d", "" },
		{ "CN=Person,CN=Schema,CN=Configuration,DC=a",
			"CN=Person,CN=Schema,CN=Configuration,DC=d", "" },
		{ "CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=a",
			"CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=d", "" },
		{ "CN=MSOL_0123456789ab,CN=Users,DC=a", "CN=MSOL_n", "" },
		{ "CN=Doe\\, Jane (Ext),OU=Sales,DC=a", "CN=n", "" },
		{ "", "", "" },
	};
	char *a, *b, *child;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		a = dn(cases[i].dn);
		b = dn(cases[i].dn);
		assert_string_equal(a, b);
		assert_true(dn_valid(a, strlen(a)));
		assert_int_equal(dn_depth(a, strlen(a)), dn_depth(cases[i].dn, strlen(cases[i].dn)));
		if (strncmp(a, cases[i].begin, strlen(cases[i].begin)) != 0)
			fail_msg("%s: %s", cases[i].dn, a);
		assert_null(strstr(a, "contoso"));
		assert_null(strstr(a, "Jane"));
		assert_null(strstr(a, "Sales"));
		free(a);
		free(b);
	}
	a = dn("OU=Sales,DC=a");
	b = dn("ou=SALES,dc=A");
	child = dn("CN=x,OU=Sales,DC=a");
	assert_true(dn_eq(a, strlen(a), b, strlen(b)));
	assert_true(dn_under(child, strlen(child), a, strlen(a)));
	free(a);
	free(b);
	free(child);
	a = dn("CN=Doe\\, Jane (Ext),DC=a");
	assert_non_null(strstr(a, "\\,()"));	/* what rules look at */
	free(a);
	a = dn("OU=\\#1\\ ,OU=\\ 2,DC=a");	/* also at the ends */
	assert_int_equal(strncmp(a, "OU=\\#n", 6), 0);
	assert_non_null(strstr(a, "\\ ,OU=\\ n"));
	free(a);
}

static void
test_names(void **state)
{
	char *sam = name("jane.doe"), *upn = name("Jane.Doe@contoso.test"), *s;

	(void)state;
	assert_int_equal(strncmp(sam, upn, strlen(sam)), 0);
	assert_null(strstr(upn, "contoso"));
	assert_non_null(strchr(strchr(upn, '@'), '.'));
	free(sam);
	free(upn);
	s = name("provAgentgMSA$");
	assert_string_equal(s, "provAgentgMSA$");
	free(s);
	s = name("Account created by Microsoft Entra Connect with installation id 7 on HOST7");
	assert_int_equal(strncmp(s, "Account created by Microsoft Entra Connectn", 43), 0);
	assert_null(strstr(s, "HOST7"));
	free(s);
	s = name("CONTOSO\\audit");
	assert_non_null(strchr(s, '\\'));
	free(s);
}

/* Descriptors and SIDs: the domain's part alone changes, and everywhere alike. */
static void
test_sids(void **state)
{
	static const char sddl[] = "O:S-1-5-21-1-2-3-512G:S-1-5-21-1-2-3-513D:PAI"
		"(A;;CC;;;S-1-5-21-1-2-3-1105)(D;CI;CR;;;WD)"
		"(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;"
		"bf967aba-0de6-11d0-a285-00aa003049e2;S-1-5-21-9-2-3-1105)"
		"S:(AU;SA;WP;;;S-1-5-21-1-2-3-1105)";
	struct sddl_ctx ctx = { 0 };
	struct buf bytes = BUF_INIT, text = BUF_INIT, wanted = BUF_INIT;
	struct value v[3];
	struct attr a[] = { { "nTSecurityDescriptor", &v[0], 1, false },
		{ "objectSid", &v[1], 1, false }, { "tokenGroups", &v[2], 1, false } };
	struct entry e = { "DC=a", 4, a, 3 };
	const struct entry *out;
	uint8_t sid[SID_MAX_BYTES], everyone[SID_MAX_BYTES];
	struct sid s, domain;
	struct sid_buf one, two;
	struct sd sd;
	size_t n;

	(void)state;
	assert_int_equal(sddl_parse(sddl, sizeof sddl - 1, &ctx, &bytes, NULL), ERR_OK);
	assert_int_equal(sid_from_str("S-1-5-21-1-2-3-1105", 19, &s), ERR_OK);
	v[0] = (struct value){ (const uint8_t *)bytes.data, bytes.len };
	n = sid_bytes(&s, sid);
	v[1] = (struct value){ sid, n };
	n = sid_bytes(&sid_everyone, everyone);
	v[2] = (struct value){ everyone, n };
	out = redact_entry(&r, &e);
	assert_non_null(out);
	assert_int_equal(out->attrs[2].values[0].len, n);
	assert_memory_equal(out->attrs[2].values[0].data, everyone, n);
	assert_int_equal(sid_parse(out->attrs[1].values[0].data, out->attrs[1].values[0].len, &s),
	    ERR_OK);
	assert_true(s.sub[0] == 21 && s.sub[4] == 1105 && s.sub[1] != 1);
	assert_true(sid_split(&s, &domain, NULL));
	assert_int_equal(out->attrs[0].values[0].len, bytes.len);
	assert_int_equal(sd_parse(out->attrs[0].values[0].data, out->attrs[0].values[0].len, &sd,
	    NULL), ERR_OK);
	sddl_print(&sd, &ctx, &text);
	buf_addf(&wanted, "O:%s-512G:%s-513D:PAI(A;;CC;;;%s)", sid_str(&domain, &one),
	    one.s, sid_str(&s, &two));
	if (strncmp(buf_str(&text), buf_str(&wanted), wanted.len) != 0)
		fail_msg("%s\n%s", buf_str(&text), buf_str(&wanted));
	/* The audit entries as well: nothing of the domain is left. */
	assert_non_null(strstr(buf_str(&text), "S:(AU;SA;WP;;;S-1-5-21-"));
	assert_null(strstr(buf_str(&text), "S-1-5-21-1-2-3-"));
	assert_non_null(strstr(buf_str(&text), "(D;CI;CR;;;WD)(OA;CIIO;CR;00299570-246d-11d0-a768-"
	    "00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;S-1-5-21-"));
	assert_null(strstr(buf_str(&text), "S-1-5-21-9-2-3"));
	buf_fini(&bytes);
	buf_fini(&text);
	buf_fini(&wanted);
}

static void
test_values(void **state)
{
	static const struct { const char *name, *value; bool same; } cases[] = {
		{ "userAccountControl", "512", true }, { "pwdLastSet", "-1", true },
		{ "whenCreated", "20240101000000.0Z", true }, { "supportedControl", "1.2.3", true },
		{ "isSynchronized", "TRUE", true }, { "objectClass", "inetOrgPerson", true },
		{ "sAMAccountName", "12345", false }, { "member", "CN=Jane,DC=a", false },
		{ "department", "Sales", false }, { "telephoneNumber", "+49 30 1", false },
		{ "mail", "a@b.c", false }, { "dnsHostName", "dc1.a.b", false },
		{ "empty", "", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct value v = { (const uint8_t *)cases[i].value, strlen(cases[i].value) };
		struct attr a = { cases[i].name, &v, 1, false };
		struct entry e = { "CN=x", 4, &a, 1 };
		const struct entry *out = redact_entry(&r, &e);
		bool same = out->attrs[0].values[0].len == v.len &&
			(!v.len || !memcmp(out->attrs[0].values[0].data, v.data, v.len));

		if (same != cases[i].same)
			fail_msg("%s: %s", cases[i].name, cases[i].value);
	}
}

static int
fini(void **state)
{
	(void)state;
	redact_fini(&r);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dns), cmocka_unit_test(test_names),
		cmocka_unit_test(test_sids), cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, fini);
}
