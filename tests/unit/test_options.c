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

#include "option_table.h"
#include "options.h"

#define AUDIT (OPT_CONNECT | OPT_AUDIT | OPT_JUDGE)
#define EXPLAIN (OPT_CONNECT | OPT_EXPLAIN | OPT_JUDGE)
#define MAX_ARGS 32
#define U "-H ldap://x -c /dev/null "

static char dir[] = "/tmp/test_options.XXXXXX";
static char one_conf[64], two_conf[64], errors[64], out_file[64], link_file[64];

/* A command line in one string: words are parted by blanks, '_' stands for an
 * empty word. argv is what the options were read from. */
struct line {
	char text[512];
	char *argv[MAX_ARGS + 1];
	int argc;
};

static void
line_split(struct line *l, const char *command, const char *text)
{
	char *word, *state = NULL;

	snprintf(l->text, sizeof l->text, "%s %s", command, text);
	l->argc = 0;
	for (word = strtok_r(l->text, " ", &state); word != NULL; word = strtok_r(NULL, " ", &state)) {
		assert_true(l->argc < MAX_ARGS);
		if (strcmp(word, "_") == 0)
			word[0] = '\0';
		l->argv[l->argc++] = word;
	}
	l->argv[l->argc] = NULL;
}

/* Between the two, stdout and stderr go to a file; `said` gets what was printed. */
static int caught_fd, kept[2];

static void
catch_begin(void)
{
	fflush(stdout);
	fflush(stderr);
	caught_fd = open(errors, O_RDWR | O_CREAT | O_TRUNC, 0600);
	kept[0] = dup(1);
	kept[1] = dup(2);
	assert_true(caught_fd >= 0 && kept[0] >= 0 && kept[1] >= 0);
	assert_true(dup2(caught_fd, 1) == 1 && dup2(caught_fd, 2) == 2);
}

static void
catch_end(char *said, size_t size)
{
	ssize_t n;

	fflush(stdout);
	fflush(stderr);
	assert_true(dup2(kept[0], 1) == 1 && dup2(kept[1], 2) == 2);
	close(kept[0]);
	close(kept[1]);
	n = pread(caught_fd, said, size - 1, 0);
	close(caught_fd);
	assert_true(n >= 0);
	said[n] = '\0';
}

static enum options_result
parse(struct line *l, unsigned which, struct settings *out, char *said, size_t size)
{
	enum options_result result;

	catch_begin();
	result = options_parse(l->argv[0], which, l->argc, l->argv, out);
	catch_end(said, size);
	return result;
}

static void
good(const char *command, unsigned which, const char *text, struct settings *out)
{
	char said[8192];
	struct line l;

	line_split(&l, command, text);
	if (parse(&l, which, out, said, sizeof said) != OPTIONS_RUN)
		fail_msg("%s: refused: %s", text, said);
	assert_string_equal(said, "");
}

static void
test_controllers(void **state)
{
	struct settings s;

	(void)state;
	good("audit", AUDIT, "-c /dev/null -H ldap://a -H ldaps://b:636 -o retries=7 "
	    "-o retryDelay=50", &s);
	assert_string_equal(s.targets[0].uri, "ldap://a ldaps://b:636");
	assert_int_equal(s.targets[0].retries, 7);
	assert_int_equal(s.targets[0].retry_delay, 50);
	settings_fini(&s);
}

static void
test_simple_bind(void **state)
{
	struct settings s;
	const struct target *t;

	(void)state;
	good("audit", AUDIT, "-c /dev/null -H ldaps://dc1.example.com:636 -b DC=example -D svc -y /pw "
	    "-o tls_cacert=/ca -o NETTIMEOUT=5 -ooptimeout=9 --page-size 250 --connector S-1-5-1 "
	    "--filter (a=b) --allow-cleartext", &s);
	assert_int_equal(s.target_count, 1);
	t = &s.targets[0];
	assert_null(t->name);
	assert_string_equal(t->uri, "ldaps://dc1.example.com:636");
	assert_string_equal(t->base, "DC=example");
	assert_string_equal(t->bind_dn, "svc");
	assert_string_equal(t->password_file, "/pw");
	assert_null(t->sasl_mech);
	assert_string_equal(t->tls_cacert, "/ca");
	assert_int_equal(t->network_timeout, 5);
	assert_int_equal(t->operation_timeout, 9);
	assert_int_equal(t->page_size, 250);
	assert_string_equal(t->connector, "S-1-5-1");
	assert_string_equal(t->filter, "(a=b)");
	assert_true(t->allow_cleartext);
	/* Nothing said about results: findings to stdout. */
	assert_string_equal(s.findings, "-");
	assert_int_equal(s.fail_on, FAIL_ON_FAIL);
	settings_fini(&s);
}

static void
test_sasl(void **state)
{
	struct settings s;
	const struct target *t;

	(void)state;
	good("audit", AUDIT, U "-Y GSS-SPNEGO -U me -R REALM -X u:you -O minssf=1 -N -ZZ --keytab /k "
	    "-o tls_cert=/c -o TLS_KEY=/p -o sasl_cbinding=tls-endpoint", &s);
	t = &s.targets[0];
	assert_string_equal(t->sasl_mech, "GSS-SPNEGO");
	assert_string_equal(t->sasl_authcid, "me");
	assert_string_equal(t->sasl_realm, "REALM");
	assert_string_equal(t->sasl_authzid, "u:you");
	assert_string_equal(t->sasl_secprops, "minssf=1");
	assert_string_equal(t->keytab, "/k");
	assert_string_equal(t->tls_cert, "/c");
	assert_string_equal(t->tls_key, "/p");
	assert_int_equal(t->sasl_cbinding, CBINDING_TLS_ENDPOINT);
	assert_true(t->sasl_nocanon);
	assert_int_equal(t->start_tls, START_TLS_DEMAND);
	settings_fini(&s);
	/* Neither -D nor -Y: the Kerberos ticket. */
	good("audit", AUDIT, U "-Z", &s);
	assert_string_equal(s.targets[0].sasl_mech, "GSSAPI");
	assert_int_equal(s.targets[0].start_tls, START_TLS_TRY);
	settings_fini(&s);
	good("audit", AUDIT, U "-Z -Z", &s);
	assert_int_equal(s.targets[0].start_tls, START_TLS_DEMAND);
	settings_fini(&s);
}

static void
test_judging_and_results(void **state)
{
	struct settings s;

	(void)state;
	good("audit", AUDIT, U "--now 1601-01-01T00:00:01Z --profile p --self-check --fail-on never "
	    "--findings a --users b --causes c --json - -q --source-anchor employee-ID "
	    "--join once", &s);
	assert_string_equal(s.source_anchor, "employee-ID");
	assert_string_equal(s.join, "once");
	assert_true(s.has_now && s.self_check && s.quiet);
	assert_int_equal(s.now, 10000000);
	assert_string_equal(s.profile, "p");
	assert_int_equal(s.fail_on, FAIL_ON_NEVER);
	assert_string_equal(s.findings, "a");
	assert_string_equal(s.users, "b");
	assert_string_equal(s.causes, "c");
	assert_string_equal(s.json, "-");
	settings_fini(&s);
	good("audit", AUDIT, "-c /dev/null --ldif x.ldif --users -", &s);
	assert_string_equal(s.ldif, "x.ldif");
	assert_null(s.findings);
	assert_int_equal(s.target_count, 1);
	assert_null(s.targets[0].uri);
	assert_null(s.targets[0].sasl_mech);
	settings_fini(&s);
	good("audit", AUDIT, U "--findings /dev/null --users /dev/null", &s);
	settings_fini(&s);
}

static void
test_explain(void **state)
{
	struct settings s;

	(void)state;
	good("explain", EXPLAIN, "bob " U "--json -- -al", &s);
	assert_true(s.as_json);
	assert_null(s.findings);
	assert_int_equal(s.arg_count, 2);
	assert_string_equal(s.args[0], "bob");
	assert_string_equal(s.args[1], "-al");
	settings_fini(&s);
}

static void
test_password_leaves_argv(void **state)
{
	static const char *const lines[] = { U "-D a -w geheim", U "-D a -wgeheim",
		U "-w geheim -D a" };
	struct settings s;
	struct line l;
	char said[1024];
	size_t i;
	int a;

	(void)state;
	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		line_split(&l, "audit", lines[i]);
		assert_int_equal(parse(&l, AUDIT, &s, said, sizeof said), OPTIONS_RUN);
		assert_string_equal(s.targets[0].password, "geheim");
		for (a = 0; a < l.argc; a++)
			assert_null(strstr(l.argv[a], "geheim"));
		settings_fini(&s);
	}
}

static void
test_over_the_file(void **state)
{
	struct settings s;
	char text[256];

	(void)state;
	snprintf(text, sizeof text, "-c %s", two_conf);
	good("audit", AUDIT, text, &s);
	assert_int_equal(s.target_count, 2);
	assert_string_equal(s.targets[0].password_file, "/pw");
	assert_string_equal(s.targets[1].sasl_mech, "GSSAPI");
	assert_string_equal(s.findings, "f.csv");
	assert_true(s.quiet);
	settings_fini(&s);

	/* --domain in any case and order; the options hold for each. */
	snprintf(text, sizeof text, "--domain TWO --domain one -c %s --page-size 7 -v --json -", two_conf);
	good("audit", AUDIT, text, &s);
	assert_int_equal(s.target_count, 2);
	assert_string_equal(s.targets[0].name, "one");
	assert_int_equal(s.targets[0].page_size, 7);
	assert_int_equal(s.targets[1].page_size, 7);
	assert_true(s.verbose && !s.quiet);
	/* One output named here replaces those of the file. */
	assert_null(s.findings);
	assert_string_equal(s.json, "-");
	settings_fini(&s);

	/* Another way to bind takes the place of the file's. */
	snprintf(text, sizeof text, "-c %s --domain two -H ldap://q -D me -W", two_conf);
	good("audit", AUDIT, text, &s);
	assert_int_equal(s.target_count, 1);
	assert_string_equal(s.targets[0].name, "two");
	assert_string_equal(s.targets[0].uri, "ldap://q");
	assert_null(s.targets[0].sasl_mech);
	assert_null(s.targets[0].keytab);
	assert_true(s.targets[0].password_prompt);
	settings_fini(&s);

	/* And another ticket that of the file's keytab. */
	snprintf(text, sizeof text, "-c %s --domain two --ccache FILE:/c", two_conf);
	good("audit", AUDIT, text, &s);
	assert_string_equal(s.targets[0].ccache, "FILE:/c");
	assert_null(s.targets[0].keytab);
	settings_fini(&s);

	/* A snapshot takes the place of the server. */
	snprintf(text, sizeof text, "-c %s --ldif x", one_conf);
	good("audit", AUDIT, text, &s);
	assert_null(s.targets[0].uri);
	assert_string_equal(s.targets[0].connector, "MSOL_1");
	settings_fini(&s);

	/* explain has no such outputs. */
	snprintf(text, sizeof text, "-c %s bob", two_conf);
	good("explain", EXPLAIN, text, &s);
	assert_null(s.findings);
	settings_fini(&s);
}

/* Each of these ends in a message with these words and nothing else done. */
static const struct { const char *command; unsigned which; const char *text, *says; } bad[] = {
	{ "audit", AUDIT, "-c /dev/null", "audit -H ldap://dc1.example.com\n" },
	{ "explain", EXPLAIN, "-c /dev/null bob", "explain -H ldap://dc1.example.com USER\n" },
	{ "audit", AUDIT, "-H", "-H needs a value" },
	{ "audit", AUDIT, "--users", "--users needs a value" },
	{ "audit", AUDIT, "--quiet=1", "--quiet=1 takes no value" },
	{ "audit", AUDIT, "-H _", "-H must not be empty" },
	{ "audit", AUDIT, "-H dc1", "-H must begin with ldap:// or ldaps://, as in" },
	{ "audit", AUDIT, "-H dc1:389", "-H must begin with ldap:// or ldaps://, as in" },
	{ "audit", AUDIT, "-H ldapi:///", "a domain controller has no other way in" },
	{ "audit", AUDIT, "-H http://dc1", "a domain controller has no other way in" },
	{ "audit", AUDIT, "-H ldap://", "-H names no host" },
	{ "audit", AUDIT, "-H ldap:///", "-H names no host" },
	{ "audit", AUDIT, "-H ldap://:389", "-H has a host that is neither a name nor" },
	{ "audit", AUDIT, "-H ldap://a@b", "-H has a host that is neither a name nor" },
	{ "audit", AUDIT, "-H ldap://[::1", "-H has a host that is neither a name nor" },
	{ "audit", AUDIT, "-H ldap://[::1]x", "-H has a host that is neither a name nor" },
	{ "audit", AUDIT, "-H ldap://x:0", "-H has a port that is not a number" },
	{ "audit", AUDIT, "-H ldap://x:65536", "-H has a port that is not a number" },
	{ "audit", AUDIT, "-H ldap://x:", "-H has a port that is not a number" },
	{ "audit", AUDIT, "-H ldaps://x:3269", "-H has the port of the global catalog" },
	{ "audit", AUDIT, "-H ldap://x/dc=y", "-H must end after the host and port" },
	{ "audit", AUDIT, "-H ldap://x?sub", "-H must end after the host and port" },
	{ "audit", AUDIT, "-H ldap://x,ldap://y", "-H must be servers of one domain, with" },
	{ "audit", AUDIT, "-H ldap://x -H y", "-H must begin with ldap:// or ldaps://" },
	{ "audit", AUDIT, "-H ldap://x -H _", "-H must not be empty" },
	{ "audit", AUDIT, "-c /dev/null -Z -H ldap://x -H ldaps://y", "has TLS from the start" },
	{ "audit", AUDIT, U "-o retries=0", "-o retries must be a number from 1 to 100" },
	{ "audit", AUDIT, U "-b DC=x -b DC=y", "-b is given twice" },
	{ "audit", AUDIT, U "-c /dev/null", "--config is given twice" },
	{ "audit", AUDIT, U "-onettimeout=1 -onettimeout=2", "-o nettimeout is given twice" },
	{ "audit", AUDIT, U "-o tls_reqcert=never", "-o tls_reqcert is not known" },
	{ "audit", AUDIT, U "-o nettimeout", "-o nettimeout must not be empty" },
	{ "audit", AUDIT, U "-o nettimeout=0", "-o nettimeout must be a number from 1 to 86400" },
	{ "audit", AUDIT, U "-o nettimeout=5s", "-o nettimeout must be a number from 1 to 86400" },
	{ "audit", AUDIT, U "--page-size 9999999999", "--page-size must be a number from 1 to" },
	{ "audit", AUDIT, U "--page-size -1", "--page-size must be a number from 1 to" },
	{ "audit", AUDIT, U "--fail-on failed", "--fail-on must be one of fail risk unknown" },
	{ "audit", AUDIT, U "--now now", "--now must be a time in ISO 8601" },
	{ "audit", AUDIT, U "--filter a=b", "--filter must be an LDAP filter in parentheses" },
	{ "audit", AUDIT, U "--filter (a=b)(c=d)", "the parentheses do not match" },
	{ "audit", AUDIT, U "-Y DIGEST-MD5", "-Y must be GSSAPI, GSS-SPNEGO or EXTERNAL" },
	{ "audit", AUDIT, U "-D a", "-D needs a password: -W asks for it" },
	{ "audit", AUDIT, U "-D a -w _", "-w must not be empty" },
	{ "audit", AUDIT, U "-W", "a password without a name: say who binds with -D" },
	{ "audit", AUDIT, U "-D a -w b -W", "-w and -W exclude each other" },
	{ "audit", AUDIT, U "-D a -w b -y c", "-w and -y exclude each other" },
	{ "audit", AUDIT, U "-D a -y c -W", "-y and -W exclude each other" },
	{ "audit", AUDIT, U "-D a -Y GSSAPI -W", "-D and -Y exclude each other" },
	{ "audit", AUDIT, U "-Y GSSAPI -W", "-W and -Y exclude each other" },
	{ "audit", AUDIT, U "-D a --keytab k", "-D and --keytab exclude each other" },
	{ "audit", AUDIT, "-c /dev/null -H ldaps://x -Z", "StartTLS (-Z) is for ldap://" },
	{ "audit", AUDIT, U "--keytab k --ccache c", "--keytab and --ccache exclude each other" },
	{ "audit", AUDIT, U "-D a --ccache c", "-D and --ccache exclude each other" },
	{ "audit", AUDIT, U "-Y EXTERNAL --keytab k", "EXTERNAL binds with a certificate" },
	{ "audit", AUDIT, U "-Y EXTERNAL --ccache k", "takes no ticket cache" },
	{ "audit", AUDIT, U "-Y EXTERNAL -o tls_key=k", "tls_key without tls_cert" },
	{ "audit", AUDIT, U "-o sasl_cbinding=yes", "must be one of auto none tls-unique" },
	{ "audit", AUDIT, U "--ldif x", "--ldif and -H exclude each other" },
	{ "audit", AUDIT, "-c /dev/null --ldif x -D a", "--ldif and -D exclude each other" },
	{ "audit", AUDIT, "-c /dev/null --ldif x -ZZ", "--ldif and -Z exclude each other" },
	{ "audit", AUDIT, U "-q -v", "--quiet and --verbose exclude each other" },
	{ "audit", AUDIT, U "--users - --json -", "--users and --json cannot both go to stdout" },
	{ "audit", AUDIT, U "--users - --json /dev/stdout", "cannot both go to stdout" },
	{ "audit", AUDIT, U "--users q --json ./q", "--users and --json cannot both go to ./q" },
	{ "audit", AUDIT, "-c /dev/null --ldif x --users ./x", "would replace the snapshot" },
	{ "audit", AUDIT, U "-D a -y x --users ./x", "would replace the password file" },
	{ "audit", AUDIT, U "--keytab x --users ./x", "would replace the keytab" },
	{ "audit", AUDIT, U "--keytab FILE:x --users ./x", "would replace the keytab" },
	{ "audit", AUDIT, U "--ccache FILE:x --users ./x", "would replace the ticket cache" },
	{ "audit", AUDIT, U "-o tls_cert=x --users ./x", "would replace the certificate" },
	{ "audit", AUDIT, U "-o tls_cert=c -o tls_key=x --users ./x", "would replace the private key" },
	{ "audit", AUDIT, U "bob", "'audit' takes no argument: 'bob'" },
	{ "audit", AUDIT, "-x", "there is no option -x: -D alone makes it a simple bind" },
	{ "audit", AUDIT, "-h dc1", "there is no option -h: the server is named with -H URI" },
	{ "audit", AUDIT, "-k", "'audit' has no option -k" },
	{ "audit", AUDIT, "--usres x", "'audit' has no option --usres (did you mean --users?)" },
	{ "audit", AUDIT, "--frobnicate", "'audit' has no option --frobnicate\n" },
	{ "explain", EXPLAIN, U, "which user?" },
	{ "explain", EXPLAIN, "--users x", "'explain' has no option --users\n" },
	{ "explain", EXPLAIN, "--json=x", "--json=x takes no value" },
	{ "sd", 0, "-H x", "'sd' has no option -H" },
	{ "audit", AUDIT, "-c /nonexistent/x", "/nonexistent/x: No such file or directory" },
};

static void
test_bad(void **state)
{
	struct settings s;
	struct line l;
	char said[8192];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		line_split(&l, bad[i].command, bad[i].text);
		if (parse(&l, bad[i].which, &s, said, sizeof said) != OPTIONS_USAGE)
			fail_msg("%s: not refused", bad[i].text);
		if (strstr(said, bad[i].says) == NULL)
			fail_msg("%s: said %swithout %s", bad[i].text, said, bad[i].says);
		settings_fini(&s);
	}
}

static void
refuse_with(const char *config, const char *text, const char *says)
{
	struct settings s;
	struct line l;
	char said[1024], all[256];

	snprintf(all, sizeof all, "-c %s %s", config, text);
	line_split(&l, "audit", all);
	assert_int_equal(parse(&l, AUDIT, &s, said, sizeof said), OPTIONS_USAGE);
	if (strstr(said, says) == NULL)
		fail_msg("%s: said %swithout %s", all, said, says);
	settings_fini(&s);
}

static void
test_bad_with_the_file(void **state)
{
	(void)state;
	refuse_with(two_conf, "-H ldap://x", "-H is for one domain");
	refuse_with(two_conf, "-b DC=x", "-b is for one domain");
	refuse_with(two_conf, "--ldif x", "--ldif is for one domain");
	refuse_with(two_conf, "--domain tow", "has no domain of this name (did you mean two?)");
	refuse_with(one_conf, "--domain x", "has no domain of this name");
	refuse_with(one_conf, "-Z", "StartTLS (-Z) is for ldap://");
	refuse_with(one_conf, "-W", "a password without a name");
	refuse_with("/dev/null", "--domain x", "has no domain of this name");
}

/* A symbolic link and what it points to are one file. */
static void
test_one_file_two_names(void **state)
{
	struct settings s;
	struct line l;
	char said[1024], text[256];

	(void)state;
	snprintf(text, sizeof text, U "--users %s --causes %s", out_file, link_file);
	line_split(&l, "audit", text);
	assert_int_equal(parse(&l, AUDIT, &s, said, sizeof said), OPTIONS_USAGE);
	assert_non_null(strstr(said, "--users and --causes cannot both go to"));
	settings_fini(&s);
	snprintf(text, sizeof text, "-c %s --users %s", one_conf, one_conf);
	line_split(&l, "audit", text);
	assert_int_equal(parse(&l, AUDIT, &s, said, sizeof said), OPTIONS_USAGE);
	assert_non_null(strstr(said, "would replace the configuration file"));
	settings_fini(&s);
}

/* --help names every option of the command, and none of the others. */
static void
test_help(void **state)
{
	static const struct { const char *command; unsigned which; } commands[] = {
		{ "audit", AUDIT }, { "explain", EXPLAIN }, { "sd", 0 },
	};
	struct settings s;
	struct line l;
	char said[8192], want[64], *at;
	const struct option_row *row;
	size_t c, i, column;

	(void)state;
	for (c = 0; c < sizeof commands / sizeof commands[0]; c++) {
		line_split(&l, commands[c].command, "--help");
		assert_int_equal(parse(&l, commands[c].which, &s, said, sizeof said), OPTIONS_DONE);
		settings_fini(&s);
		for (i = 0; i < option_count; i++) {
			row = &option_table[i];
			if (row->name != NULL)
				snprintf(want, sizeof want, "--%s%s%s", row->name,
				    row->metavar != NULL ? " " : "",
				    row->metavar != NULL ? row->metavar : "  ");
			else
				snprintf(want, sizeof want, "\n  -%c%s%s", row->letter,
				    row->metavar != NULL ? " " : "",
				    row->metavar != NULL ? row->metavar : "  ");
			if ((row->which == 0 || (row->which & commands[c].which) != 0) !=
			    (strstr(said, want) != NULL))
				fail_msg("%s --help and %s", commands[c].command, want);
		}
		for (at = said, column = 0; *at != '\0'; at++) {
			column = *at == '\n' ? 0 : column + 1;
			assert_true(column <= 80);
		}
	}
	line_split(&l, "audit", "--version");
	assert_int_equal(parse(&l, AUDIT, &s, said, sizeof said), OPTIONS_DONE);
	assert_memory_equal(said, "writeback-audit ", 16);
	settings_fini(&s);
}

/* Every option leads to a setting, and every setting has an option. */
static void
test_tables_agree(void **state)
{
	setting_set extra = setting_bits("start_tls");
	size_t i;

	(void)state;
	for (i = 0; i < option_count; i++) {
		if (option_table[i].setting != NULL && setting_find(option_table[i].setting) == NULL)
			fail_msg("no setting %s", option_table[i].setting);
		if (option_table[i].action == OPTION_SETTING)
			assert_int_equal(option_table[i].metavar == NULL,
			    setting_find(option_table[i].setting)->type == SETTING_BOOL);
	}
	for (i = 0; i < option_extra_count; i++) {
		assert_non_null(setting_find(option_extras[i].setting));
		extra |= setting_bit(setting_find(option_extras[i].setting));
	}
	for (i = 0; i < setting_count; i++) {
		if ((extra & setting_bit(&setting_table[i])) == 0 && option_of_setting(setting_table[i].name) == NULL)
			fail_msg("no option for %s", setting_table[i].name);
	}
}

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(name, 0600), 0);
}

/* The password or keytab of a command line, read as a bind would have it. */
static int
password_of(const char *text, char *password, size_t password_size, char *said, size_t size)
{
	struct settings s;
	int result;

	good("audit", AUDIT, text, &s);
	assert_null(s.targets[0].password);
	catch_begin();
	result = target_password(&s.targets[0]);
	catch_end(said, size);
	snprintf(password, password_size, "%s",
	    s.targets[0].password != NULL ? s.targets[0].password : "");
	settings_fini(&s);
	return result;
}

/* From a file that others may not read; never empty, never in a message. */
static void
test_password_file(void **state)
{
	char file[256], keytab[256], got[64], said[1024];

	(void)state;
	snprintf(file, sizeof file, U "-D a -y %s", out_file);
	snprintf(keytab, sizeof keytab, U "--keytab %s", out_file);
	write_file(out_file, "geheim\n");
	assert_int_equal(password_of(file, got, sizeof got, said, sizeof said), 0);
	assert_string_equal(got, "geheim");
	assert_string_equal(said, "");
	assert_int_equal(password_of(keytab, got, sizeof got, said, sizeof said), 0);
	assert_string_equal(got, "");

	assert_int_equal(chmod(out_file, 0640), 0);
	assert_int_equal(password_of(file, got, sizeof got, said, sizeof said), -1);
	assert_non_null(strstr(said, out_file));
	assert_null(strstr(said, "geheim"));
	assert_int_equal(password_of(keytab, got, sizeof got, said, sizeof said), -1);
	assert_non_null(strstr(said, "others may read or write it"));

	write_file(out_file, "\n");
	assert_int_equal(password_of(file, got, sizeof got, said, sizeof said), -1);
	assert_non_null(strstr(said, "empty"));
	assert_int_equal(password_of(U "-D a -y /nonexistent/x", got, sizeof got, said,
	    sizeof said), -1);
	assert_non_null(strstr(said, "/nonexistent/x"));
	assert_int_equal(password_of(U "--keytab /nonexistent/x", got, sizeof got, said,
	    sizeof said), -1);
	assert_non_null(strstr(said, "/nonexistent/x"));
	write_file(out_file, "");
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(one_conf, sizeof one_conf, "%s/one.conf", dir);
	snprintf(two_conf, sizeof two_conf, "%s/two.conf", dir);
	snprintf(errors, sizeof errors, "%s/stderr", dir);
	snprintf(out_file, sizeof out_file, "%s/out", dir);
	snprintf(link_file, sizeof link_file, "%s/link", dir);
	write_file(one_conf, "uri = \"ldaps://one\"; connector = \"MSOL_1\";\n");
	write_file(two_conf,
	    "findings = \"f.csv\"; quiet = true;\n"
	    "domains = ( { name = \"one\"; uri = \"ldaps://one\"; bind_dn = \"svc\";\n"
	    "              password_file = \"/pw\"; },\n"
	    "            { name = \"two\"; uri = \"ldap://two\"; keytab = \"/k\"; } );\n");
	write_file(out_file, "");
	return symlink("out", link_file);
}

static int
teardown(void **state)
{
	(void)state;
	unlink(one_conf);
	unlink(two_conf);
	unlink(errors);
	unlink(out_file);
	unlink(link_file);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_controllers),
		cmocka_unit_test(test_simple_bind),
		cmocka_unit_test(test_sasl),
		cmocka_unit_test(test_judging_and_results),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_password_leaves_argv),
		cmocka_unit_test(test_over_the_file),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bad_with_the_file),
		cmocka_unit_test(test_one_file_two_names),
		cmocka_unit_test(test_password_file),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_tables_agree),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
