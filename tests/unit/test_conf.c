/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "conf_text.h"

static char dir[] = "/tmp/test_conf.XXXXXX";
static char path[64], included[64], errors[64];

static void
write_file(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(name, 0600), 0);
}

/* Loads the file with stderr in a file of its own; `said` gets what was printed. */
static int
load(const char *name, struct settings *out, char *said, size_t size)
{
	int keep, fd, result;
	ssize_t n;

	fflush(stderr);
	keep = dup(2);
	fd = open(errors, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(keep >= 0 && fd >= 0);
	assert_int_equal(dup2(fd, 2), 2);
	result = conf_load(name, out);
	fflush(stderr);
	assert_int_equal(dup2(keep, 2), 2);
	close(keep);
	n = pread(fd, said, size - 1, 0);
	assert_true(n >= 0);
	said[n] = '\0';
	close(fd);
	return result;
}

static int
load_text(const char *text, struct settings *out, char *said, size_t size)
{
	write_file(path, text, strlen(text));
	return load(path, out, said, size);
}

static void
load_good(const char *text, struct settings *out)
{
	char said[1024];

	memset(out, 0, sizeof *out);
	if (load_text(text, out, said, sizeof said) != 0)
		fail_msg("refused: %s", said);
	assert_string_equal(said, "");
}

static void
test_empty(void **state)
{
	struct settings s;

	(void)state;
	load_good("", &s);
	assert_int_equal(s.target_count, 1);
	assert_null(s.targets[0].name);
	assert_null(s.targets[0].uri);
	settings_fini(&s);
	load_good("# nothing\n// here\n/* at\n @include all */\n", &s);
	assert_int_equal(s.target_count, 1);
	settings_fini(&s);
}

static void
test_every_setting(void **state)
{
	struct settings s;
	const struct target *t;

	(void)state;
	load_good(
	    "uri = \"ldap://dc1.example.com:389/\"; base = \"OU=x,DC=example\";\n"
	    "filter = \"(department=Sales)\"; connector = \"EXAMPLE\\\\MSOL_1\";\n"
	    "start_tls = \"demand\"; tls_cacert = \"/ca.pem\"; allow_cleartext = true;\n"
	    "bind_dn = \"svc@example.com\"; password_file = \"/secret\";\n"
	    "sasl_nocanon = true; network_timeout = 5; operation_timeout = 600;\n"
	    "retries = 100; retry_delay = 60000;\n"
	    "page_size = 0x1F4; findings = \"f.csv\"; users = \"u.csv\"; causes = \"c.csv\";\n"
	    "json = \"-\"; fail_on = \"never\"; profile = \"full\"; self_check = true;\n"
	    "source_anchor = \"employeeID\"; join = \"sAMAccountName+mailNickname\";\n"
	    "now = \"1601-01-01T00:00:01Z\"; quiet = true; verbose = false;\n", &s);
	assert_int_equal(s.target_count, 1);
	t = &s.targets[0];
	assert_string_equal(t->uri, "ldap://dc1.example.com:389/");
	assert_string_equal(t->base, "OU=x,DC=example");
	assert_string_equal(t->filter, "(department=Sales)");
	assert_string_equal(t->connector, "EXAMPLE\\MSOL_1");
	assert_int_equal(t->start_tls, START_TLS_DEMAND);
	assert_string_equal(t->tls_cacert, "/ca.pem");
	assert_true(t->allow_cleartext);
	assert_string_equal(t->bind_dn, "svc@example.com");
	assert_string_equal(t->password_file, "/secret");
	assert_null(t->password);
	assert_true(t->sasl_nocanon);
	assert_int_equal(t->network_timeout, 5);
	assert_int_equal(t->operation_timeout, 600);
	assert_int_equal(t->retries, 100);
	assert_int_equal(t->retry_delay, 60000);
	assert_int_equal(t->page_size, 500);
	assert_string_equal(s.findings, "f.csv");
	assert_string_equal(s.users, "u.csv");
	assert_string_equal(s.causes, "c.csv");
	assert_string_equal(s.json, "-");
	assert_int_equal(s.fail_on, FAIL_ON_NEVER);
	assert_string_equal(s.profile, "full");
	assert_string_equal(s.source_anchor, "employeeID");
	assert_string_equal(s.join, "sAMAccountName+mailNickname");
	assert_true(s.self_check && s.quiet && !s.verbose && s.has_now);
	assert_int_equal(s.now, 10000000);
	settings_fini(&s);
	load_good("ldif = \"snapshot.ldif\"; connector = \"S-1-5-21-1-2-3-4\";", &s);
	assert_string_equal(s.ldif, "snapshot.ldif");
	settings_fini(&s);
}

/* Several controllers of one domain: in one string, an array or a list. */
static void
test_controllers(void **state)
{
	struct settings s;

	(void)state;
	load_good("uri = \" ldap://a  ldap://b:389 \";", &s);
	assert_string_equal(s.targets[0].uri, "ldap://a ldap://b:389");
	settings_fini(&s);
	load_good("uri = [ \"ldap://a\", \"ldap://b\", \"ldaps://c ldaps://d\" ];", &s);
	assert_string_equal(s.targets[0].uri, "ldap://a ldap://b ldaps://c ldaps://d");
	settings_fini(&s);
	/* A domain's own take the place of those at the top. */
	load_good("uri = ( \"ldap://a\", \"ldap://b\" );\n"
	    "domains = ( { name = \"x\"; }, { name = \"y\"; uri = (\"ldap://c\"); } );", &s);
	assert_string_equal(s.targets[0].uri, "ldap://a ldap://b");
	assert_string_equal(s.targets[1].uri, "ldap://c");
	settings_fini(&s);
}

static void
test_domains_take_defaults(void **state)
{
	struct settings s;

	(void)state;
	load_good(
	    "bind_dn = \"svc\"; password_file = \"/pw\"; page_size = 500; start_tls = \"try\";\n"
	    "domains = (\n"
	    "  { name = \"one\"; uri = \"ldap://a\"; },\n"
	    "  { name = \"two\"; uri = \"ldaps://b\"; start_tls = \"no\"; page_size = 10;\n"
	    "    sasl_mech = \"GSSAPI\"; keytab = \"/k\"; },\n"
	    "  { name = \"three\"; uri = \"ldap://c\"; password_prompt = true; },\n"
	    "  { name = \"four\"; uri = \"ldap://d\"; password_prompt = false; });\n", &s);
	assert_int_equal(s.target_count, 4);
	assert_string_equal(s.targets[0].name, "one");
	assert_string_equal(s.targets[0].bind_dn, "svc");
	assert_string_equal(s.targets[0].password_file, "/pw");
	assert_int_equal(s.targets[0].page_size, 500);
	assert_int_equal(s.targets[0].start_tls, START_TLS_TRY);
	/* SASL takes the place of the simple bind above. */
	assert_null(s.targets[1].bind_dn);
	assert_null(s.targets[1].password_file);
	assert_string_equal(s.targets[1].sasl_mech, "GSSAPI");
	assert_string_equal(s.targets[1].keytab, "/k");
	assert_int_equal(s.targets[1].page_size, 10);
	assert_int_equal(s.targets[1].start_tls, START_TLS_NO);
	/* A prompt takes the place of the file, not of the name. */
	assert_string_equal(s.targets[2].bind_dn, "svc");
	assert_null(s.targets[2].password_file);
	assert_true(s.targets[2].password_prompt);
	/* A switch that is off replaces nothing. */
	assert_string_equal(s.targets[3].password_file, "/pw");
	settings_fini(&s);
}

static void
test_keeps_what_was_there(void **state)
{
	struct settings s = { 0 };
	char said[1024];

	(void)state;
	s.users = strdup("mine.csv");
	assert_non_null(settings_add_target(&s));
	s.targets[0].uri = strdup("ldap://mine");
	assert_int_equal(load_text("usrs = \"x\";", &s, said, sizeof said), -1);
	assert_string_equal(s.users, "mine.csv");
	assert_string_equal(s.targets[0].uri, "ldap://mine");
	assert_int_equal(load_text("findings = \"x\"; uri = \"ldap://x\";", &s, said, sizeof said), 0);
	assert_string_equal(s.users, "mine.csv");
	assert_string_equal(s.findings, "x");
	assert_string_equal(s.targets[0].uri, "ldap://x");
	settings_fini(&s);
}

/* What a file is refused for, after its name: ":LINE: words". */
#define HINT ": a setting is NAME = \"TEXT\"; what is wrong may stand before it, such as a missing " \
	"quote or semicolon"

static const struct { const char *text, *says; } bad[] = {
	{ "\n\nconector = \"x\";",
		":3: unknown setting 'conector' (did you mean 'connector'?)" },
	{ "colour = \"x\";", ":1: unknown setting 'colour'" },
	{ "sasl_mec = \"x\";", ":1: unknown setting 'sasl_mec' (did you mean 'sasl_mech'?)" },
	{ "domain = ();", ":1: unknown setting 'domain' (did you mean 'domains'?)" },
	{ "page-size = 5;", ":1: unknown setting 'page-size' (did you mean 'page_size'?)" },
	{ "name = \"x\";", ":1: 'name' belongs to a domain: domains = ( { name = …; … } )" },
	{ "uri = 5;", ":1: 'uri' must be a string in double quotes" },
	{ "uri = [ \"a\" ];", ":1: 'uri' must begin with ldap:// or ldaps://, as in "
		"ldaps://dc1.example.com" },
	{ "uri = [ \"ldap://a\",\n\"ldap://b?\" ];", ":2: 'uri' must end after the host and port: "
		"say the base with -b or \"base\"" },
	{ "uri = ( \"ldap://a\", 5 );", ":1: 'uri' must be a string in double quotes" },
	{ "uri = [ ];", ":1: 'uri' is empty" },
	{ "uri = ( );", ":1: 'uri' is empty" },
	{ "uri = [ \"\" ];", ":1: 'uri' must not be empty" },
	{ "uri = [ \" \" ];", ":1: 'uri' must not be empty" },
	{ "base = [ \"DC=a\" ];", ":1: 'base' must be a string in double quotes" },
	{ "retries = 0;", ":1: 'retries' must be a number from 1 to 100" },
	{ "retry_delay = 60001;", ":1: 'retry_delay' must be a number from 1 to 60000" },
	{ "page_size = \"500\";", ":1: 'page_size' must be a number, without quotes" },
	{ "page_size = 500.0;", ":1: 'page_size' must be a number, without quotes" },
	{ "page_size = true;", ":1: 'page_size' must be a number, without quotes" },
	{ "self_check = \"yes\";", ":1: 'self_check' must be true or false, without quotes" },
	{ "source_anchor = \"a)(b=*\";", ":1: 'source_anchor' must be the LDAP name of an attribute: "
		"letters, digits and hyphens" },
	{ "source_anchor = \"1.2.3\";", ":1: 'source_anchor' must be the LDAP name of an attribute: "
		"letters, digits and hyphens" },
	{ "source_anchor = \"\";", ":1: 'source_anchor' must not be empty" },
	{ "join = \"mail+cn\";", ":1: 'join' must be once, mail, sAMAccountName+mailNickname, "
		"objectSid+msExchMasterAccountSid or the LDAP name of an attribute" },
	{ "self_check = 1;", ":1: 'self_check' must be true or false, without quotes" },
	{ "page_size = 0;", ":1: 'page_size' must be a number from 1 to 100000" },
	{ "page_size = -1;", ":1: 'page_size' must be a number from 1 to 100000" },
	{ "page_size = 100001;", ":1: 'page_size' must be a number from 1 to 100000" },
	{ "page_size = 5000L;\nnetwork_timeout = 86401;",
		":2: 'network_timeout' must be a number from 1 to 86400" },
	/* libconfig 1.5 would read these as 1, 100 and -1. */
	{ "\npage_size = 4294967297;", ":2: the number is too large" },
	{ "\npage_size = 0x100000064;", ":2: the number is too large" },
	{ "page_size = 99999999999999999999;", ":1: the number is too large" },
	{ "/* \" */ # \"\n\"x\" // \"\n = 9999999999;", ":3: the number is too large" },
	{ "fail_on = \"failure\";",
		":1: 'fail_on' must be one of fail risk unknown info never" },
	{ "start_tls = \"yes\";", ":1: 'start_tls' must be one of no try demand" },
	{ "start_tls = true;", ":1: 'start_tls' must be a string in double quotes" },
	{ "now = \"yesterday\";",
		":1: 'now' must be a time in ISO 8601: 2026-01-15 or 2026-01-15T12:00Z" },
	{ "sasl_mech = \"PLAIN\";", ":1: 'sasl_mech' must be GSSAPI, GSS-SPNEGO or EXTERNAL" },
	{ "filter = \"a=b\";",
		":1: 'filter' must be an LDAP filter in parentheses: (department=Sales)" },
	{ "uri = \"\";", ":1: 'uri' must not be empty" },
	{ "uri = \"dc1\";", ":1: 'uri' must begin with ldap:// or ldaps://, as in "
		"ldaps://dc1.example.com" },
	{ "base = \"a\\nb\";", ":1: 'base' holds a control character" },
	{ "base = \"\xff\";", ":1: 'base' is not valid UTF-8" },
	{ "uri = \"ldap://a\\x00b\";", ":1: a string holds a NUL (\\x00)" },
	{ "bind_dn = \"x\";\npassword = \"geheim\";",
		":2: a password does not belong in this file: use password_file or keytab" },
	{ "bind_dn = \"x\";\nsasl_mech = \"GSSAPI\";", ":2: 'bind_dn' and 'sasl_mech' exclude each "
		"other: a simple bind has a name and a password, SASL takes both from Kerberos or TLS" },
	{ "password_file = \"x\"; password_prompt = true;", ":1: 'password_file' and "
		"'password_prompt' exclude each other: the password comes from one place" },
	{ "ldif = \"x\"; uri = \"ldap://x\";", ":1: 'ldif' and 'uri' exclude each other: a run reads "
		"a snapshot or a directory" },
	{ "quiet = true; verbose = true;",
		":1: 'quiet' and 'verbose' exclude each other: it is the one or the other" },
	{ "uri = \"ldap://a\"", NULL },
	{ "uri = ", ":1: syntax error" HINT },
	{ "uri = \"x", ":1: syntax error" HINT },
	{ "\n\n}", ":3: syntax error" HINT },
	{ "quiet = true;\nquiet = true;", ":2: duplicate setting name" },
	{ "domains = { };", ":1: 'domains' must be a list in parentheses: domains = ( { … } )" },
	{ "domains = ();", ":1: 'domains' is empty" },
	{ "domains = ( \"a\" );", ":1: each of 'domains' must be a group: { name = …; uri = …; }" },
	{ "domains = (\n{ uri = \"ldap://a\"; });", ":2: a domain without 'name'" },
	{ "domains = (\n{ name = \"\"; });", ":2: 'name' must not be empty" },
	{ "domains = (\n{ name = 1; });", ":2: 'name' must be a string in double quotes" },
	{ "domains = ( { name = \"a\"; },\n{ name = \"A\"; });", ":2: the domain 'A' is there twice" },
	{ "domains = ( { name = \"a\";\nurl = \"x\"; });",
		":2: unknown setting 'url' (did you mean 'uri'?)" },
	{ "domains = ( { name = \"a\";\nusers = \"x\"; });",
		":2: 'users' is not of one domain: write it outside of domains" },
	{ "domains = ( { name = \"a\";\npassword = \"x\"; });",
		":2: a password does not belong in this file: use password_file or keytab" },
	{ "domains = ( { name = \"a\"; bind_dn = \"x\";\nkeytab = \"x\"; });", ":2: 'bind_dn' and "
		"'keytab' exclude each other: a simple bind has a name and a password, SASL takes both "
		"from Kerberos or TLS" },
	{ "@include \"included.conf\"\n",
		":1: @include is not supported: write it all in this file" },
	{ "quiet = true;\n \t@include \"included.conf\"\n",
		":2: @include is not supported: write it all in this file" },
};

static void
test_bad(void **state)
{
	char said[1024], expected[1024];
	struct settings s;
	size_t i;
	int result;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		memset(&s, 0, sizeof s);
		result = load_text(bad[i].text, &s, said, sizeof said);
		snprintf(expected, sizeof expected, "writeback-audit: %s%s\n", path,
		    bad[i].says != NULL ? bad[i].says : "");
		if (bad[i].says == NULL)
			expected[0] = '\0';
		if (result != (bad[i].says != NULL ? -1 : 0) || strcmp(said, expected) != 0)
			fail_msg("%s\nsaid:     %sexpected: %s", bad[i].text, said, expected);
		settings_fini(&s);
	}
}

/* The secret is not repeated in the message about it. */
static void
test_password_is_not_printed(void **state)
{
	struct settings s = { 0 };
	char said[1024];

	(void)state;
	assert_int_equal(load_text("password = \"geheim\";", &s, said, sizeof said), -1);
	assert_null(strstr(said, "geheim"));
	settings_fini(&s);
}

static void
refuse(const char *name, const char *says)
{
	struct settings s = { 0 };
	char said[1024], expected[1024];

	assert_int_equal(load(name, &s, said, sizeof said), -1);
	snprintf(expected, sizeof expected, "writeback-audit: %s: %s\n", name, says);
	assert_string_equal(said, expected);
	settings_fini(&s);
}

static void
test_bad_files(void **state)
{
	size_t len = CONF_MAX_BYTES + 1;
	char *big = malloc(len);

	(void)state;
	assert_non_null(big);
	refuse("/nonexistent/x.conf", "No such file or directory");
	refuse(dir, "Is a directory");
	write_file(path, "quiet = true;\0uri = 1;", 22);
	refuse(path, "holds a NUL byte: not a text file");
	memset(big, '\n', len);
	write_file(path, big, len);
	refuse(path, "larger than 65535 bytes: not a configuration file");
	free(big);
	write_file(path, "quiet = true;", 13);
	assert_int_equal(chmod(path, 0602), 0);
	refuse(path, "anybody may write to it, and it says where passwords are sent: chmod o-w");
}

/* As many brackets as fit: refused or read, but no overflowing stack. */
static void
test_deep_nesting(void **state)
{
	struct settings s = { 0 };
	char said[1024], *text = malloc(CONF_MAX_BYTES);

	(void)state;
	assert_non_null(text);
	memset(text, '(', CONF_MAX_BYTES);
	memcpy(text, "domains=", 8);
	write_file(path, text, CONF_MAX_BYTES);
	assert_int_equal(load(path, &s, said, sizeof said), -1);
	settings_fini(&s);
	free(text);
}

static void
test_example(void **state)
{
	const char *top = getenv("WBA_SRC");
	char said[1024], name[4096];
	struct settings s = { 0 };

	(void)state;
	snprintf(name, sizeof name, "%s/contrib/writeback-audit.conf.example",
	    top != NULL ? top : ".");
	if (load(name, &s, said, sizeof said) != 0)
		fail_msg("%s", said);
	assert_int_equal(s.target_count, 3);
	settings_fini(&s);
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/test.conf", dir);
	snprintf(included, sizeof included, "%s/included.conf", dir);
	snprintf(errors, sizeof errors, "%s/stderr", dir);
	write_file(included, "colour = 1;\n", 12);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	unlink(included);
	unlink(errors);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_every_setting),
		cmocka_unit_test(test_controllers),
		cmocka_unit_test(test_domains_take_defaults),
		cmocka_unit_test(test_keeps_what_was_there),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_password_is_not_printed),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_example),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
