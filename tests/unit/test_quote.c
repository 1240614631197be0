/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/dn.h"
#include "core/quote.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define NO NULL		/* refused */

/* What each shell gets for a word: NO where it could not hand it on. */
struct word {
	const char *name, *text, *sh, *powershell, *cmd;
};

static const struct word words[] = {
	{ "plain", "OU=Sales", "'OU=Sales'", "'OU=Sales'", "\"OU=Sales\"" },
	{ "nothing", "", "''", "''", "\"\"" },
	{ "space", "a b", "'a b'", "'a b'", "\"a b\"" },
	{ "apostrophe", "O'Brien", "'O'\\''Brien'", "'O''Brien'", "\"O'Brien\"" },
	{ "ends the quote and goes on", "';reboot;'", "''\\'';reboot;'\\'''", "''';reboot;'''",
		"\"';reboot;'\"" },
	{ "double quote", "a\"b", "'a\"b'", "'a\"b'", NO },
	{ "substitution", "$(id)`id`${IFS}", "'$(id)`id`${IFS}'", "'$(id)`id`${IFS}'",
		"\"$(id)`id`${IFS}\"" },
	{ "commands behind it", "a&b|c;d>e<f", "'a&b|c;d>e<f'", "'a&b|c;d>e<f'",
		"\"a&b|c;d>e<f\"" },
	{ "caret", "a^b", "'a^b'", "'a^b'", "\"a^b\"" },
	{ "a variable of cmd.exe", "%PATH%", "'%PATH%'", "'%PATH%'", NO },
	{ "one per cent", "100%", "'100%'", "'100%'", NO },
	{ "delayed expansion", "a!b!", "'a!b!'", "'a!b!'", NO },
	{ "a backslash at the end", "a\\", "'a\\'", "'a\\'", "\"a\\\\\"" },
	{ "two of them", "a\\\\", "'a\\\\'", "'a\\\\'", "\"a\\\\\\\\\"" },
	{ "a backslash within", "a\\b", "'a\\b'", "'a\\b'", "\"a\\b\"" },
	{ "line feed", "a\nreboot", "'a\nreboot'", NO, NO },
	{ "carriage return", "a\rreboot", "'a\rreboot'", NO, NO },
	{ "tab", "a\tb", "'a\tb'", NO, NO },
	{ "end of file of cmd.exe", "a\x1a", "'a\x1a'", NO, NO },
	{ "umlaut", "B\xc3\xbcro", "'B\xc3\xbcro'", NO, NO },
	{ "a quote to PowerShell", "a\xe2\x80\x99;reboot", "'a\xe2\x80\x99;reboot'", NO, NO },
	{ "a quote in code page 1252", "\xd0\x92;reboot", "'\xd0\x92;reboot'", NO, NO },
	{ "broken UTF-8", "a\xff", "'a\xff'", NO, NO },
	{ "looks like an option", "-rf", "'-rf'", "'-rf'", "\"-rf\"" },
};

static void
expect(const struct word *w, const char *shell,
    enum err (*quote)(const char *, size_t, struct buf *), const char *want)
{
	struct buf b = BUF_INIT;
	enum err err;

	buf_adds(&b, "x ");
	err = quote(w->text, strlen(w->text), &b);
	if (err != (want ? ERR_OK : ERR_UNSUPPORTED) ||
	    strcmp(buf_str(&b) + 2, want ? want : "") != 0)
		fail_msg("%s, %s: %s %s", shell, w->name, err_str(err), buf_str(&b) + 2);
	buf_fini(&b);
}

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		expect(&words[i], "sh", quote_sh, words[i].sh);
		expect(&words[i], "PowerShell", quote_powershell, words[i].powershell);
		expect(&words[i], "cmd.exe", quote_cmd, words[i].cmd);
	}
}

static void
test_nul(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(quote_sh("a\0b", 3, &b), ERR_UNSUPPORTED);
	assert_int_equal(quote_powershell("a\0b", 3, &b), ERR_UNSUPPORTED);
	assert_int_equal(quote_powershell("a\x7f", 2, &b), ERR_UNSUPPORTED);
	assert_int_equal(quote_cmd("a\x7f", 2, &b), ERR_UNSUPPORTED);
	assert_int_equal(quote_cmd("a\0b", 3, &b), ERR_UNSUPPORTED);
	assert_int_equal(b.len, 0);
	buf_fini(&b);
}

/* What the program gets, as a real sh takes the line apart. */
static void
test_sh_for_real(void **state)
{
	struct buf line = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		char got[256];
		size_t n, len = strlen(words[i].text);
		FILE *p;

		buf_clear(&line);
		buf_adds(&line, "printf '%s\\0' --objectdn=");
		assert_int_equal(quote_sh(words[i].text, len, &line), ERR_OK);
		buf_addc(&line, ' ');
		assert_int_equal(quote_sh(words[i].text, len, &line), ERR_OK);
		p = popen(buf_str(&line), "r");
		assert_non_null(p);
		n = fread(got, 1, sizeof got, p);
		assert_int_equal(pclose(p), 0);
		if (n != 2 * len + 13 || memcmp(got, "--objectdn=", 11) != 0 ||
		    memcmp(got + 11, words[i].text, len) != 0 || got[11 + len] != 0 ||
		    memcmp(got + 12 + len, words[i].text, len) != 0 || got[n - 1] != 0)
			fail_msg("%s: sh hands on: %.*s", words[i].name, (int)n, got);
	}
	buf_fini(&line);
}

/* A DN, as the directory prints it, and its two forms. */
static const struct { const char *name, *dn, *readable, *ascii; } dns[] = {
	{ "plain", "OU=Sales,DC=x", "OU=Sales,DC=x", "OU=Sales,DC=x" },
	{ "the root", "", "", "" },
	{ "comma", "CN=Doe\\, Jane,DC=x", "CN=Doe\\, Jane,DC=x", "CN=Doe\\, Jane,DC=x" },
	{ "quotes", "CN=a\\\"b'c`d,DC=x", "CN=a\\\"b'c`d,DC=x", "CN=a\\22b\\27c\\60d,DC=x" },
	{ "shells", "CN=$(id)%PATH%!a!^&|~*?,DC=x", "CN=$(id)%PATH%!a!^&|~*?,DC=x",
		"CN=\\24(id)\\25PATH\\25\\21a\\21\\5E\\26\\7C\\7E\\2A\\3F,DC=x" },
	{ "backslash at the end", "CN=a\\\\", "CN=a\\\\", "CN=a\\5C" },
	{ "escaped angles", "CN=\\<a\\>,DC=x", "CN=\\<a\\>,DC=x", "CN=\\3Ca\\3E,DC=x" },
	{ "umlaut", "OU=B\xc3\xbcro,DC=x", "OU=B\xc3\xbcro,DC=x", "OU=B\\C3\\BCro,DC=x" },
	{ "hex already", "CN=a\\0ACNF:b,DC=x", "CN=a\\0ACNF:b,DC=x", "CN=a\\0ACNF:b,DC=x" },
	{ "line feed, raw", "CN=a\nb,DC=x", "CN=a\\0Ab,DC=x", "CN=a\\0Ab,DC=x" },
	{ "right to left", "CN=a\xe2\x80\xae" "b,DC=x", "CN=a\\E2\\80\\AEb,DC=x",
		"CN=a\\E2\\80\\AEb,DC=x" },
	{ "C1 control", "CN=a\xc2\x9b" "1m,DC=x", "CN=a\\C2\\9B1m,DC=x", "CN=a\\C2\\9B1m,DC=x" },
	{ "broken UTF-8", "CN=a\xff,DC=x", "CN=a\\FF,DC=x", "CN=a\\FF,DC=x" },
	{ "outer spaces", "CN=\\ a\\ ,DC=x", "CN=\\ a\\ ,DC=x", "CN=\\ a\\ ,DC=x" },
	{ "number sign first", "CN=\\#a,DC=x", "CN=\\#a,DC=x", "CN=\\#a,DC=x" },
	{ "two in one RDN", "CN=a+OU=b,DC=x", "CN=a+OU=b,DC=x", "CN=a+OU=b,DC=x" },
	{ "slash", "CN=a/b,DC=x", "CN=a/b,DC=x", "CN=a/b,DC=x" },
	{ "a quoted value, as LDAPv2", "CN=\"a\",DC=x", NO, NO },
	{ "no DN", "reboot", NO, NO },
	{ "a backslash that escapes nothing", "CN=a\\", NO, NO },
};

static void
test_dns(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dns); i++) {
		for (int ascii = 0; ascii < 2; ascii++) {
			const char *want = ascii ? dns[i].ascii : dns[i].readable;
			size_t len = strlen(dns[i].dn);
			struct buf b = BUF_INIT, word = BUF_INIT;
			enum err err = quote_dn(dns[i].dn, len, ascii, &b);

			if (err != (want ? ERR_OK : ERR_SYNTAX) ||
			    strcmp(buf_str(&b), want ? want : "") != 0)
				fail_msg("%s: %s", dns[i].name, buf_str(&b));
			if (want && !dn_eq(dns[i].dn, len, buf_str(&b), b.len))
				fail_msg("%s: %s is another", dns[i].name, buf_str(&b));
			/* No shell refuses the plain form. */
			if (want && ascii && (quote_cmd(buf_str(&b), b.len, &word) != ERR_OK ||
			    quote_powershell(buf_str(&b), b.len, &word) != ERR_OK))
				fail_msg("%s: %s: refused", dns[i].name, buf_str(&b));
			buf_fini(&b);
			buf_fini(&word);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_sh_for_real),
		cmocka_unit_test(test_dns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
