/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "targets.h"

#define C(text) ((char *)(uintptr_t)(text))

static void
check_uris(const struct target *t, const char *want)
{
	struct uri_list l = { NULL, 0 };
	struct source_error err;
	struct buf b = BUF_INIT;

	assert_int_equal(target_uris(t, &l, &err), SOURCE_OK);
	for (size_t i = 0; i < l.count; i++)
		buf_addf(&b, "%s%s", i ? " " : "", l.uri[i]);
	assert_string_equal(buf_str(&b), want);
	uri_list_fini(&l);
	buf_fini(&b);
}

static void
uris(void **state)
{
	struct target t = { .uri = C("ldaps://a:636 ldap://b/") };

	(void)state;
	check_uris(&t, "ldaps://a:636 ldap://b/");
	/* The others as the first one is reached; each once. */
	t.controllers = C("c a  d");
	check_uris(&t, "ldaps://a:636 ldap://b/ ldaps://c:636 ldaps://d:636");
	t.uri = C("ldap://[::1]:3890/");
	check_uris(&t, "ldap://[::1]:3890/ ldap://c:3890/ ldap://a:3890/ ldap://d:3890/");
	t.uri = C("ldap://x");
	check_uris(&t, "ldap://x ldap://c ldap://a ldap://d");

	t = (struct target){ .controllers = C("a b") };
	check_uris(&t, "ldap://a ldap://b");
	t.sasl_mech = C("GSSAPI");
	check_uris(&t, "ldap://a ldap://b");
	t.sasl_mech = C("EXTERNAL");
	check_uris(&t, "ldaps://a ldaps://b");
	t = (struct target){ .controllers = C("a b"), .bind_dn = C("me") };
	check_uris(&t, "ldaps://a ldaps://b");
	t.start_tls = START_TLS_DEMAND;
	check_uris(&t, "ldap://a ldap://b");
	t.start_tls = START_TLS_NO;
	t.allow_cleartext = true;
	check_uris(&t, "ldap://a ldap://b");
}

static struct forest_domain domains[] = {
	{ .dn = C("DC=x,DC=test"), .dns = C("x.test"), .netbios = C("X") },
	{ .dn = C("DC=a,DC=x,DC=test"), .dns = C("a.x.test"), .netbios = C("A") },
	{ .dn = C("DC=b,DC=x,DC=test"), .dns = C("b.x.test") },
	{ .dn = C("CN=odd"), .dns = NULL },
};
static struct forest_dc dcs[] = {
	{ .host = C("dc1.x.test"), .domain = 0 },
	{ .host = C("far.a.x.test"), .domain = 1, .site = C("Far") },
	{ .host = C("near.a.x.test"), .domain = 1, .site = C("Near") },
	{ .host = C("ro.a.x.test"), .domain = 1, .site = C("Near"), .read_only = true },
	{ .host = NULL, .domain = 1 },
	{ .host = C("lost.test"), .domain = FOREST_NONE },
};

static void
check_forest(const struct target *like, const struct target *known, size_t count, const char *want)
{
	struct forest f = { .domains = domains, .domain_count = 4, .dcs = dcs, .dc_count = 6,
		.home = 0 };
	struct target *list = NULL;
	struct buf b = BUF_INIT;
	size_t n = 0;

	assert_int_equal(forest_targets(&f, like, known, count, &list, &n), 0);
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, "%s[%s|%s|%s%s]", list[i].name, list[i].uri ? list[i].uri : "",
		    list[i].controllers ? list[i].controllers : "",
		    list[i].bind_dn ? list[i].bind_dn : "", list[i].found ? "" : "!");
		assert_null(list[i].base);
		target_fini(&list[i]);
	}
	free(list);
	assert_string_equal(buf_str(&b), want);
	buf_fini(&b);
}

static void
forest(void **state)
{
	struct target like = { .uri = C("ldaps://dc1.x.test:1636 ldaps://dc2.x.test"),
		.base = C("OU=y,DC=x,DC=test"), .bind_dn = C("me"), .site = C("near"), .sample = 7 };
	struct target known[] = { { .name = C("B.X.test") }, { .uri = C("ldap://FAR.a.x.test:389") } };
	struct target by_host = { .controllers = C("q near.a.x.test") };

	(void)state;
	check_forest(&like, NULL, 0, "a.x.test[ldaps://near.a.x.test:1636|near.a.x.test far.a.x.test "
	    "ro.a.x.test|me]b.x.test[||me!]");
	check_forest(&like, known, 1, "a.x.test[ldaps://near.a.x.test:1636|near.a.x.test "
	    "far.a.x.test ro.a.x.test|me]");
	check_forest(&like, known, 2, "");
	check_forest(&like, &by_host, 1, "b.x.test[||me!]");
	like = (struct target){ .name = C("x.test") };
	check_forest(&like, NULL, 0, "a.x.test[|far.a.x.test near.a.x.test ro.a.x.test|]"
	    "b.x.test[||!]");
}

static void
words(void **state)
{
	size_t len = 0;
	const char *w;

	(void)state;
	assert_null(word_next(NULL, &len));
	assert_null(word_next("", &len));
	assert_null(word_next("  ", &len));
	w = word_next(" ab c", &len);
	assert_int_equal(len, 2);
	assert_memory_equal(w, "ab c", 4);
	w = word_next(w + len, &len);
	assert_string_equal(w, "c");
	assert_null(word_next(w + len, &len));
	assert_true(target_name_is_dns("a.b"));
	assert_false(target_name_is_dns("ab"));
	assert_false(target_name_is_dns("a b.c"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uris),
		cmocka_unit_test(forest),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
