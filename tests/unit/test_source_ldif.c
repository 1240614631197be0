/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "source/snapshot_write.h"
#include "source/source_ldif.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

/* What ldapsearch and ldifde print: any order, comments, folds, base64. */
static const char foreign[] =
	"# extended LDIF\n#\nversion: 1\n\n"
	"dn: CN=Anna,OU=Sales,DC=x,DC=test\n"
	"sAMAccountName: anna\nobjectClass: top\nobjectClass: user\n"
	"objectSid:: AQIAAAAAAAUgAAAAIAIAAA==\n\n"
	"dn: CN=Team,DC=x,DC=test\nmember: CN=Anna,OU=Sales,DC=x,DC=test\nobjectClass: group\n"
	"objectCategory: CN=Group,CN=Schema,CN=Configuration,DC=x,DC=test\n\n"
	"dn:: Q049QmVyIHQsT1U9U2FsZXMsREM9eCxEQz10ZXN0\n"		/* CN=Ber t,… */
	"objectclass: USER\nmemberOf: CN=Team,DC=x\n ,DC=test\nsamaccountname: bert\n"
	"objectSid: not a SID\nmail:\n\n"
	"dn: CN=Team,DC=x,DC=test\ndescription: said twice\n\n"
	"dn: DC=x,DC=test\nobjectClass: domainDNS\n\n"
	"# search result\n";

static const char snapshot[] =
	"version: 1\n# writeback-audit snapshot, format 1\n# taken: 2026-01-15T12:00:00Z\n"
	"# from: ldap://dc1\n# as: X\\audit\n# connector: CN=Sync,DC=x\n# redacted: no\n"
	"# complete: yes\n\n"
	"dn:\ndefaultNamingContext: DC=x\n\n"
	"dn: CN=Sync,DC=x\nobjectClass: user\nobjectCategory: CN=Person,CN=Schema\n\n"
	"# users: what follows, up to the last line\n\n"
	"dn: CN=A,DC=x\nobjectClass: user\nobjectCategory: CN=Person,CN=Schema\n\n"
	"dn: CN=B,OU=O,DC=x\nobjectClass: user\nobjectCategory: CN=Person,CN=Schema\n\n"
	"# end of snapshot: 2 users, 2 other entries\n";

static char path[64];

static struct source *
open_text(const char *text, size_t len, struct source_error *err)
{
	struct source *s = NULL;
	FILE *f;
	int fd;

	strcpy(path, "/tmp/test_source_ldif.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	if (source_ldif_open(path, &s, err) != SOURCE_OK)
		s = NULL;
	unlink(path);	/* it stays open */
	return s;
}

static int
print(void *arg, const struct entry *e)
{
	struct buf *b = arg;

	buf_addf(b, "%s{", e->dn);
	for (size_t i = 0; i < e->count; i++)
		buf_addf(b, "%s:%zu%s ", e->attrs[i].name, e->attrs[i].count,
		    e->attrs[i].partial ? "?" : "");
	buf_adds(b, "}");
	return 0;
}

static const char *const sam[] = { "sAMAccountName", NULL };
static const char *const member[] = { "member", NULL };
static const char *const none[] = { "1.1", NULL };

static void
check(struct source *s, const char *base, enum scope scope, const char *filter,
    const char *const *attrs, enum source_status status, const char *wanted)
{
	struct query q = { .what = "x", .base = base, .scope = scope, .filter = filter,
		.attrs = attrs };
	struct source_error err;
	struct buf b = BUF_INIT;
	enum source_status st = source_search(s, &q, print, &b, &err);

	if (st != status || strcmp(buf_str(&b), wanted) != 0)
		fail_msg("%s %s: %d %s\n%s", base, filter ? filter : "", (int)st, buf_str(&b),
		    st ? err.text : "");
	buf_fini(&b);
}

static void
test_foreign(void **state)
{
	static const char anna[] = "CN=Anna,OU=Sales,DC=x,DC=test{sAMAccountName:1 }";
	static const char both[] = "CN=Anna,OU=Sales,DC=x,DC=test{}CN=Ber t,OU=Sales,DC=x,DC=test{}";
	static const char team[] = "CN=Team,DC=x,DC=test{member:1 }";
	struct source_error err;
	struct source *s = open_text(foreign, sizeof foreign - 1, &err);

	(void)state;
	if (!s)
		fail_msg("%s", err.text);
	assert_true(s->partial);
	assert_false(source_ldif_info(s)->is_snapshot);
	check(s, "", SCOPE_BASE, NULL, NULL, SOURCE_OK, "{defaultNamingContext:1 }");
	check(s, "DC=x,DC=test", SCOPE_BASE, NULL, sam, SOURCE_OK, "DC=x,DC=test{}");
	check(s, "cn=anna, ou=sales,dc=x,dc=test", SCOPE_BASE, NULL, sam, SOURCE_OK, anna);
	check(s, "CN=Nobody,DC=x,DC=test", SCOPE_BASE, NULL, sam, SOURCE_NO_OBJECT, "");
	check(s, "not a dn", SCOPE_BASE, NULL, sam, SOURCE_QUERY, "");
	check(s, "CN=Nobody,DC=x,DC=test", SCOPE_SUBTREE, NULL, sam, SOURCE_NO_OBJECT, "");
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(objectClass=user)", none, SOURCE_OK, both);
	check(s, "OU=Sales,DC=x,DC=test", SCOPE_ONE, NULL, none, SOURCE_OK, both);
	check(s, "DC=x,DC=test", SCOPE_ONE, NULL, member, SOURCE_OK, team);
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(objectCategory=group)", member, SOURCE_OK, team);
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(description=said*)", member, SOURCE_OK, team);
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(objectSid=S-1-5-32-544)", sam, SOURCE_OK, anna);
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(objectSid=S-1-5-32-545)", sam, SOURCE_OK, "");
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(sAMAccountName=ANNA)", sam, SOURCE_OK, anna);
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(member=CN=Anna,OU=Sales,DC=x,DC=test)", member,
	    SOURCE_OK, team);
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(department=x)", sam, SOURCE_OK, "");
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(!(department=x))", sam, SOURCE_OK, "");
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(sAMAccountName:1.2.3:=x)", sam, SOURCE_QUERY, "");
	/* The class is not told, so no filter by it finds them. */
	check(s, "DC=x,DC=test", SCOPE_SUBTREE, "(!(objectCategory=*))", none, SOURCE_OK,
	    "DC=x,DC=test{}CN=Anna,OU=Sales,DC=x,DC=test{}CN=Ber t,OU=Sales,DC=x,DC=test{}");
	assert_true(source_ldif_knows(s, "(|(description=x)(objectSid=*))", &err));
	assert_false(source_ldif_knows(s, "(department=x)", &err));
	assert_non_null(strstr(err.text, "no entry has the attribute department"));
	source_close(s);
}

/* The text without its last line, with other line ends, and cut anywhere. */
static void
test_snapshot(void **state)
{
	static const char users[] = "CN=Sync,DC=x{}CN=A,DC=x{}CN=B,OU=O,DC=x{}";
	struct query q = { .what = "users", .base = "DC=x", .scope = SCOPE_SUBTREE, .attrs = none,
		.filter = "(objectCategory=person)", .paged = true, .sd_flags = 7 };
	const char *end = strstr(snapshot, "# end of"), *begin = strstr(snapshot, "# users:");
	struct source_error err;
	struct source *s = open_text(snapshot, sizeof snapshot - 1, &err);
	const struct snapshot_info *i;
	struct buf b = BUF_INIT;

	(void)state;
	if (!s)
		fail_msg("%s", err.text);
	i = source_ldif_info(s);
	assert_true(i->is_snapshot && i->complete && i->ended && i->has_taken && !i->redacted);
	assert_string_equal(i->from, "ldap://dc1");
	assert_string_equal(i->as, "X\\audit");
	assert_int_equal(i->connector_count, 1);
	assert_false(s->partial);
	assert_int_equal(source_search(s, &q, print, &b, &err), SOURCE_OK);
	assert_string_equal(buf_str(&b), users);
	check(s, "CN=B,OU=O,DC=x", SCOPE_BASE, NULL, none, SOURCE_OK, "CN=B,OU=O,DC=x{}");
	check(s, "OU=O,DC=x", SCOPE_SUBTREE, NULL, none, SOURCE_OK, "CN=B,OU=O,DC=x{}");
	source_close(s);

	for (const char *cut = begin; cut <= end; cut++) {
		size_t len = (size_t)(cut - snapshot);

		s = open_text(snapshot, len, &err);
		if (len < (size_t)(begin - snapshot) + 43) {
			assert_null(s);
			assert_non_null(strstr(err.text, "cut short"));
			continue;
		}
		assert_non_null(s);
		assert_true(s->partial);
		assert_int_equal(source_search(s, &q, print, &b, &err), SOURCE_PROTOCOL);
		assert_non_null(strstr(err.text, "cut short"));
		source_close(s);
	}
	buf_fini(&b);
}

/* The last line counts the users: a piece from the middle is missed, too. */
static void
test_taken_out(void **state)
{
	static const char user[] = "dn: CN=A,DC=x\nobjectClass: user\n"
		"objectCategory: CN=Person,CN=Schema\n\n";
	struct query q = { .what = "users", .base = "DC=x", .scope = SCOPE_SUBTREE, .attrs = none,
		.filter = "(objectCategory=person)", .paged = true, .sd_flags = 7 };
	const char *at = strstr(snapshot, user);
	struct buf text = BUF_INIT, b = BUF_INIT;
	struct source_error err;
	struct source *s;

	(void)state;
	buf_add(&text, snapshot, (size_t)(at - snapshot));
	buf_adds(&text, at + strlen(user));
	s = open_text(buf_str(&text), text.len, &err);
	assert_non_null(s);
	assert_true(s->partial);
	assert_int_equal(source_search(s, &q, print, &b, &err), SOURCE_PROTOCOL);
	assert_non_null(strstr(err.text, "its last line says that it has 2 users, and there are 1"));
	/* Those that are there come all the same. */
	assert_non_null(strstr(buf_str(&b), "CN=B,OU=O,DC=x{}"));
	source_close(s);
	buf_fini(&text);
	buf_fini(&b);
}

/* A list of which nothing could be read is not an empty one. */
static void
test_nothing_of_it(void **state)
{
	const struct attr attrs[] = { { "member", NULL, 0, true }, { "cn", NULL, 0, false } };
	const struct entry group = { "CN=G,DC=x", 9, attrs, 2 };
	struct snapshot_info info = { .complete = true };
	struct snapshot_writer w;
	struct entry_store store;
	struct source_error err;
	struct source *s;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len), *spool = tmpfile();

	(void)state;
	store_init(&store);
	assert_int_equal(store_merge(&store, &group, NULL), ERR_OK);
	assert_int_equal(snapshot_write_open(&w, out, spool, false, NULL), 0);
	assert_int_equal(snapshot_write_finish(&w, &info, &store), 0);
	snapshot_write_close(&w);
	store_fini(&store);
	fclose(spool);
	assert_int_equal(fclose(out), 0);
	s = open_text(text, len, &err);
	if (!s)
		fail_msg("%s", err.text);
	check(s, "CN=G,DC=x", SCOPE_BASE, NULL, NULL, SOURCE_OK, "CN=G,DC=x{member:0? }");
	source_close(s);
	free(text);
}

/* What stands above a user is known however it is written, at every height. */
static void
test_above(void **state)
{
	static const char text[] = "dn: dc=x\nobjectClass: domain\n\n"
		"dn: cn=a,ou=p,ou=q,dc=x\nobjectClass: user\n\n"
		"dn: CN=B,OU=P,ou=q,dc=x\nobjectClass: user\n\n"
		"dn: cn=c,ou=p,ou=r,dc=x\nobjectClass: user\n\n";
	static const char ab[] = "cn=a,ou=p,ou=q,dc=x{}CN=B,OU=P,ou=q,dc=x{}";
	static const char c[] = "cn=c,ou=p,ou=r,dc=x{}";
	struct source_error err;
	struct source *s = open_text(text, sizeof text - 1, &err);

	(void)state;
	if (!s)
		fail_msg("%s", err.text);
	check(s, "ou=q,dc=x", SCOPE_SUBTREE, NULL, none, SOURCE_OK, ab);
	check(s, "OU=Q,DC=X", SCOPE_SUBTREE, NULL, none, SOURCE_OK, ab);
	check(s, "OU=P,OU=Q,DC=X", SCOPE_ONE, NULL, none, SOURCE_OK, ab);
	check(s, "ou=r, dc=x", SCOPE_SUBTREE, NULL, none, SOURCE_OK, c);
	check(s, "OU=S,DC=X", SCOPE_SUBTREE, NULL, none, SOURCE_NO_OBJECT, "");
	source_close(s);
}

static void
test_ranges(void **state)
{
	static const char text[] = "dn: CN=G,DC=x\nobjectClass: group\nmember;range=0-1: CN=a\n"
		"member;range=0-1: CN=b\nsIDHistory;range=0-*: x\nmember;x-other: y\n\n";
	static const char twice[] =
		"dn: CN=G,DC=x\nobjectClass: group\nmember;range=0-0: CN=a\n\n"
		"dn: CN=G,DC=x\nobjectClass: group\nmember: CN=a\nmember: CN=b\nmember: CN=c\n\n"
		"dn: CN=H,DC=x\nobjectClass: group\nmember: CN=a\n\n"
		"dn: CN=H,DC=x\nobjectClass: group\nmember;range=0-1: CN=a\n"
		"member;range=0-1: CN=b\n\n";
	struct source_error err;
	struct source *s = open_text(text, sizeof text - 1, &err);

	(void)state;
	if (!s)
		fail_msg("%s", err.text);
	check(s, "CN=G,DC=x", SCOPE_BASE, NULL, NULL, SOURCE_OK,
	    "CN=G,DC=x{objectClass:1 member:2? sIDHistory:1 member;x-other:1 }");
	source_close(s);

	/* A whole list takes the place of its beginning, and not the other way round. */
	s = open_text(twice, sizeof twice - 1, &err);
	assert_non_null(s);
	check(s, "CN=G,DC=x", SCOPE_BASE, NULL, member, SOURCE_OK, "CN=G,DC=x{member:3 }");
	check(s, "CN=H,DC=x", SCOPE_BASE, NULL, member, SOURCE_OK, "CN=H,DC=x{member:1 }");
	source_close(s);
}

static void
test_bad(void **state)
{
	static const struct { const char *text, *wanted; } cases[] = {
		{ "", ": there is no entry in it" }, { "# nothing\n", ": there is no entry in it" },
		{ "dn: CN=a\nx: 1\n\n", "no DN of a domain" },
		{ "dn: DC=x\nx: 1\nfoo\n", ":3: line without a colon" },
		{ "dn: DC=x\nx:< file:///etc/passwd\n", ":2: value by URL" },
		{ "include: file:///etc/passwd\n", ":1: include" },
		{ "dn: DC=x\nx:: =A\n", ":2: base64" },
		{ "dn: DC=x\nchangetype: modify\n", ":2: change record" },
		{ "dn: DC=x\nx: 1", ":2: line without an end" },
		{ "dn: gibberish\nx: 1\n\n", ":1: DN" },
		{ "dn: DC=x\nmember;range=x: 1\n\n", ":1: attribute with an option" },
		{ "dn: CN=a,DC=x\nx: 1\n\ndn: cn=A,dc=X\nx: 2\n\n", "at line 4 stands at line 1 too" },
		{ "dn: CN=a,DC=x\nx: 1\n\ndn: cn=A,dc=X\nobjectClass: group\n\n",
			": cn=A,dc=X stands in several places" },
	};
	struct source_error err;
	struct source *s = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_null(open_text(cases[i].text, strlen(cases[i].text), &err));
		if (!strstr(err.text, cases[i].wanted) || strncmp(err.text, path, strlen(path)) != 0)
			fail_msg("%s: %s", cases[i].text, err.text);
	}
	assert_int_equal(source_ldif_open("/", &s, &err), SOURCE_CONNECT);
	assert_string_equal(err.text, "/: Is a directory");
	assert_int_equal(source_ldif_open("/nonexistent", &s, &err), SOURCE_CONNECT);
}

/* Several marks of the index, and CRLF. */
static void
test_many(void **state)
{
	struct buf text = BUF_INIT;
	struct source_error err;
	struct source *s;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_addf(&text, "dn: CN=u%d,DC=x\r\nobjectClass: user\r\nsAMAccountName: u%d\r\n"
		    "description:: %s\r\n\r\n", i, i, i % 3 ? "YWJj" : "YWJjZGVm");
	s = open_text(text.data, text.len, &err);
	buf_fini(&text);
	if (!s)
		fail_msg("%s", err.text);
	check(s, "CN=u999,DC=x", SCOPE_BASE, NULL, sam, SOURCE_OK, "CN=u999,DC=x{sAMAccountName:1 }");
	check(s, "CN=u0,DC=x", SCOPE_BASE, NULL, sam, SOURCE_OK, "CN=u0,DC=x{sAMAccountName:1 }");
	check(s, "CN=u512,DC=x", SCOPE_SUBTREE, NULL, none, SOURCE_OK, "CN=u512,DC=x{}");
	check(s, "DC=x", SCOPE_SUBTREE, "(sAMAccountName=u77*)", none, SOURCE_OK,
	    "CN=u77,DC=x{}CN=u770,DC=x{}CN=u771,DC=x{}CN=u772,DC=x{}CN=u773,DC=x{}"
	    "CN=u774,DC=x{}CN=u775,DC=x{}CN=u776,DC=x{}CN=u777,DC=x{}CN=u778,DC=x{}"
	    "CN=u779,DC=x{}");
	source_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_foreign), cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_taken_out), cmocka_unit_test(test_nothing_of_it),
		cmocka_unit_test(test_above),
		cmocka_unit_test(test_ranges), cmocka_unit_test(test_bad),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
