/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "model/dc.h"

static void
decode_all(void **state)
{
	static const char *const attrs[] = { "dnsHostName=dc1.contoso.test",
		"defaultNamingContext=" BASE, "rootDomainNamingContext=DC=root",
		"configurationNamingContext=CN=Configuration,DC=root",
		"schemaNamingContext=CN=Schema,CN=Configuration,DC=root",
		"dsServiceName=CN=NTDS Settings,CN=DC1", "vendorName=Samba Team",
		"supportedControl=1.2.840.113556.1.4.319", "supportedControl+=" OID_POLICY_HINTS,
		"supportedControl+=" OID_POLICY_HINTS_2,
		"supportedCapabilities=1.2.840.113556.1.4.800", "domainFunctionality=4",
		"forestFunctionality=3", "domainControllerFunctionality=7", "isSynchronized=TRUE",
		"currentTime=20260601120000.0Z" };
	struct dc dc = { 0 };
	struct made m;

	(void)state;
	made_init(&m, "");
	for (size_t i = 0; i < COUNT(attrs); i++)
		made_change(&m, attrs[i]);
	assert_int_equal(dc_decode(&m.entry, &dc), 0);
	assert_string_equal(dc.host, "dc1.contoso.test");
	assert_string_equal(dc.default_nc, BASE);
	assert_string_equal(dc.root_nc, "DC=root");
	assert_string_equal(dc.config_nc, "CN=Configuration,DC=root");
	assert_string_equal(dc.schema_nc, "CN=Schema,CN=Configuration,DC=root");
	assert_string_equal(dc.ds_service, "CN=NTDS Settings,CN=DC1");
	assert_string_equal(dc.vendor, "Samba Team");
	assert_true(dc.has_controls && dc.policy_hints && dc.policy_hints_2);
	assert_true(dc.has_capabilities && dc.is_ad && !dc.read_only);
	assert_int_equal(dc.domain_level.value, 4);
	assert_int_equal(dc.forest_level.value, 3);
	assert_int_equal(dc.dc_level.value, 7);
	assert_int_equal(dc.synchronized.value, 1);
	assert_int_equal(dc.time.known, KNOWN_SET);
	assert_int_equal(dc.time.value, filetime(NOW));
	/* each is asked for */
	for (size_t i = 0; i < m.entry.count; i++) {
		size_t k = 0;

		while (dc_attributes[k] && strcmp(dc_attributes[k], m.attrs[i].name) != 0)
			k++;
		assert_non_null(dc_attributes[k]);
	}
	dc_fini(&dc);
	dc_fini(&dc);
	made_fini(&m);
}

static void
decode_nothing(void **state)
{
	struct dc dc = { 0 };
	struct made m;

	(void)state;
	made_init(&m, "");
	assert_int_equal(dc_decode(&m.entry, &dc), 0);
	assert_null(dc.host);
	assert_null(dc.default_nc);
	assert_false(dc.has_controls || dc.has_capabilities || dc.is_ad);
	assert_int_equal(dc.dc_level.known, KNOWN_NOT);
	assert_int_equal(dc.domain_level.known, KNOWN_NOT);
	assert_int_equal(dc.synchronized.known, KNOWN_NOT);
	assert_int_equal(dc.time.known, KNOWN_NOT);
	dc_fini(&dc);
	made_fini(&m);
}

/* One OID is not the other, a longer or a shorter one. */
static void
controls(void **state)
{
	static const struct { const char *oid; bool hints, hints_2; } rows[] = {
		{ "supportedControl=1.2.840.113556.1.4.2066", true, false },
		{ "supportedControl=1.2.840.113556.1.4.2239", false, true },
		{ "supportedControl=1.2.840.113556.1.4.20660", false, false },
		{ "supportedControl=1.2.840.113556.1.4.206", false, false },
		{ "supportedControl=11.2.840.113556.1.4.2066", false, false },
		{ "supportedControl=1.2.840.113556.1.4.2066 ", false, false },
		{ "supportedControl=", false, false },
	};
	static const struct { const char *oid; bool ad, rodc; } capabilities[] = {
		{ "supportedCapabilities=1.2.840.113556.1.4.800", true, false },
		{ "supportedCapabilities=1.2.840.113556.1.4.1920", false, true },
		{ "supportedCapabilities=1.2.840.113556.1.4.1851", false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dc dc = { 0 };
		struct made m;

		made_init(&m, "");
		made_change(&m, rows[i].oid);
		assert_int_equal(dc_decode(&m.entry, &dc), 0);
		assert_true(dc.has_controls);
		assert_int_equal(dc.policy_hints, rows[i].hints);
		assert_int_equal(dc.policy_hints_2, rows[i].hints_2);
		dc_fini(&dc);
		made_fini(&m);
	}
	for (size_t i = 0; i < COUNT(capabilities); i++) {
		struct dc dc = { 0 };
		struct made m;

		made_init(&m, "");
		made_change(&m, capabilities[i].oid);
		assert_int_equal(dc_decode(&m.entry, &dc), 0);
		assert_true(dc.has_capabilities);
		assert_int_equal(dc.is_ad, capabilities[i].ad);
		assert_int_equal(dc.read_only, capabilities[i].rodc);
		dc_fini(&dc);
		made_fini(&m);
	}
}

static void
malformed(void **state)
{
	static const char *const attrs[] = { "domainControllerFunctionality=seven",
		"domainFunctionality=", "currentTime=2026-06-01", "isSynchronized=FALSE" };
	struct dc dc = { 0 };
	struct made m;

	(void)state;
	made_init(&m, "");
	for (size_t i = 0; i < COUNT(attrs); i++)
		made_change(&m, attrs[i]);
	assert_int_equal(dc_decode(&m.entry, &dc), 0);
	assert_int_equal(dc.dc_level.known, KNOWN_NOT);
	assert_int_equal(dc.domain_level.known, KNOWN_NOT);
	assert_int_equal(dc.time.known, KNOWN_NOT);
	assert_int_equal(dc.synchronized.known, KNOWN_SET);
	assert_int_equal(dc.synchronized.value, 0);
	dc_fini(&dc);
	/* What is neither is not "no", and half a name is none. */
	made_set(&m, "isSynchronized", "maybe");
	made_drop(&m, "dnsHostName");
	made_add(&m, "dnsHostName", "dc\0.evil.test", 13);
	assert_int_equal(dc_decode(&m.entry, &dc), 0);
	assert_int_equal(dc.synchronized.known, KNOWN_NOT);
	assert_null(dc.host);
	dc_fini(&dc);
	made_fini(&m);
}

static void
level_names(void **state)
{
	(void)state;
	assert_string_equal(dc_level_name(4), "Windows Server 2008 R2");
	assert_string_equal(dc_level_name(7), "Windows Server 2016");
	assert_string_equal(dc_level_name(10), "Windows Server 2025");
	assert_non_null(dc_level_name(8));
	assert_non_null(dc_level_name(-1));
	assert_non_null(dc_level_name(INT64_MAX));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_all),
		cmocka_unit_test(decode_nothing),
		cmocka_unit_test(controls),
		cmocka_unit_test(malformed),
		cmocka_unit_test(level_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
