/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "model/controller.h"

#define C(text) ((char *)(uintptr_t)(text))
#define NTDS(n) "CN=NTDS Settings,CN=" n ",CN=Servers,CN=Hub,CN=Sites,CN=Configuration," BASE

static struct forest_domain domains[] = { { .dn = C(BASE), .dns = C("contoso.test") },
	{ .dn = C("DC=child," BASE), .dns = C("child.contoso.test") } };
static struct forest_dc dcs[] = {
	{ .name = C("DC1"), .host = C("dc1.contoso.test"), .ntds = C(NTDS("DC1")), .domain = 0,
		.site = C("Hub"), .pdc = true, .options = { KNOWN_SET, 1 },
		.computer = C("CN=DC1,OU=Domain Controllers," BASE) },
	{ .name = C("RO"), .host = C("ro.contoso.test"), .ntds = C(NTDS("RO")), .domain = 0,
		.read_only = true },
	{ .name = C("NEW"), .host = NULL, .ntds = C(NTDS("NEW")), .domain = 0 },
	{ .name = C("C1"), .host = C("c1.child.contoso.test"), .ntds = C(NTDS("C1")), .domain = 1 },
};
static struct forest forest = { .domains = domains, .domain_count = 2, .dcs = dcs, .dc_count = 4 };

static void
check(const struct dc *in_use, const char *named, bool all, const char *want)
{
	static const char *const states[] = { "-", "wanted", "in use", "checked", "failed" };
	struct controllers_seen s;
	struct buf b = BUF_INIT;

	assert_int_equal(controllers_seen_init(&s, &forest, "dc=contoso,dc=test", in_use, named, all), 0);
	for (size_t i = 0; i < s.count; i++)
		buf_addf(&b, "%s%s %s%s%s", i ? "; " : "", s.list[i].name, states[s.list[i].state],
		    s.list[i].named ? " named" : "", s.list[i].listed ? "" : " unlisted");
	assert_string_equal(buf_str(&b), want);
	controllers_seen_fini(&s);
	buf_fini(&b);
}

static void
lists(void **state)
{
	struct dc by_ntds = { .host = C("other.name"), .ds_service = C("cn=ntds settings,CN=DC1,"
	    "CN=Servers,CN=Hub,CN=Sites,CN=Configuration," BASE) };
	struct dc by_host = { .host = C("DC1.contoso.test") };
	struct dc stranger = { .host = C("Away.test"), .ds_service = C("CN=x") };
	struct dc nameless = { .uri = C("ldap://10.0.0.1") };

	(void)state;
	check(&by_ntds, NULL, false, "NEW -; dc1.contoso.test in use; ro.contoso.test -");
	check(&by_host, NULL, false, "NEW -; dc1.contoso.test in use; ro.contoso.test -");
	check(&by_host, NULL, true, "NEW failed; dc1.contoso.test in use; ro.contoso.test wanted");
	check(&by_host, "RO.contoso.test  Q.test", false, "NEW -; dc1.contoso.test in use; "
	    "q.test wanted named unlisted; ro.contoso.test wanted named");
	check(&by_host, "dc1.contoso.test", false, "NEW -; dc1.contoso.test in use named; "
	    "ro.contoso.test -");
	check(&stranger, NULL, false, "NEW -; away.test in use unlisted; dc1.contoso.test -; "
	    "ro.contoso.test -");
	check(&nameless, NULL, false, "NEW -; dc1.contoso.test -; ldap://10.0.0.1 in use unlisted; "
	    "ro.contoso.test -");
}

static void
problems(void **state)
{
	const struct dc in_use = { .host = C("dc1.contoso.test") };
	struct controllers_seen s;
	struct forest f = forest;

	(void)state;
	assert_int_equal(controllers_seen_init(&s, &f, BASE, &in_use, NULL, true), 0);
	assert_null(s.problem);
	assert_true(s.list[0].state == CONTROLLER_FAILED && !strcmp(s.list[0].step, "name"));
	assert_ptr_equal(controller_dc(&s.list[1], &in_use), &in_use);
	assert_null(controller_dc(&s.list[2], &in_use));
	assert_int_equal(controller_fail(&s.list[2], "connect", "no route"), 0);
	assert_string_equal(s.list[2].problem, "no route");
	controllers_seen_fini(&s);
	controllers_seen_fini(&s);

	/* A domain that no crossRef names; and why. */
	assert_int_equal(controllers_seen_init(&s, &f, "DC=x", &in_use, NULL, false), 0);
	assert_int_equal(s.count, 1);
	assert_non_null(s.problem);
	controllers_seen_fini(&s);
	f.domains_problem = C("denied");
	assert_int_equal(controllers_seen_init(&s, &f, "DC=x", &in_use, NULL, false), 0);
	assert_string_equal(s.problem, "denied");
	controllers_seen_fini(&s);
	f.dcs_problem = C("cut short");
	assert_int_equal(controllers_seen_init(&s, &f, BASE, &in_use, NULL, false), 0);
	assert_string_equal(s.problem, "cut short");
	controllers_seen_fini(&s);
}

static void
systems(void **state)
{
	const struct dc in_use = { .host = C("dc1.contoso.test") };
	struct controllers_seen s;
	struct made m;

	(void)state;
	assert_int_equal(controllers_seen_init(&s, &forest, BASE, &in_use, NULL, false), 0);
	made_init(&m, "cn=DC1,OU=Domain Controllers," BASE);
	assert_int_equal(controllers_seen_account(&s, &forest, &m.entry), 0);
	assert_null(s.list[1].os);
	made_set(&m, "operatingSystem", "Windows Server 2022 Standard");
	made_set(&m, "operatingSystemVersion", "10.0 (20348)");
	assert_int_equal(controllers_seen_account(&s, &forest, &m.entry), 0);
	assert_string_equal(s.list[1].os, "Windows Server 2022 Standard 10.0 (20348)");
	made_drop(&m, "operatingSystem");
	made_add(&m, "operatingSystem", "a\0b", 3);
	assert_int_equal(controllers_seen_account(&s, &forest, &m.entry), 0);
	assert_string_equal(s.list[1].os, "Windows Server 2022 Standard 10.0 (20348)");
	made_fini(&m);
	made_init(&m, "CN=Elsewhere," BASE);
	made_set(&m, "operatingSystem", "x");
	assert_int_equal(controllers_seen_account(&s, &forest, &m.entry), 0);
	made_fini(&m);
	controllers_seen_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(problems),
		cmocka_unit_test(systems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
