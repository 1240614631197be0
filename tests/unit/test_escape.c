/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/escape.h"
#include "../textcheck.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])
/* A literal with its length, NULs included. */
#define T(s) s, sizeof (s) - 1

typedef void (*escape_fn)(const char *, size_t, struct buf *);

struct escape_case {
	const char *value;
	size_t len;
	const char *want;
};

/* Each into a buffer that holds something already. */
static void
run(escape_fn escape, const struct escape_case *cases, size_t count)
{
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < count; i++) {
		buf_clear(&b);
		buf_adds(&b, "x");
		escape(cases[i].value, cases[i].len, &b);
		assert_false(buf_failed(&b));
		assert_string_equal(buf_str(&b) + 1, cases[i].want);
		assert_int_equal(b.len - 1, strlen(cases[i].want));
	}
	buf_fini(&b);
}

static void
filter_text(const char *v, size_t len, struct buf *out)
{
	escape_filter(v, len, out);
}

static void
filter_bytes(const char *v, size_t len, struct buf *out)
{
	escape_filter_bytes(v, len, out);
}

static void
filters(void **state)
{
	static const struct escape_case text[] = {
		{ T(""), "" },
		{ T("jane"), "jane" },
		{ T("*)(objectClass=*"), "\\2a\\29\\28objectClass=\\2a" },
		{ T("a\\b"), "a\\5cb" },
		{ T("a\0b"), "a\\00b" },
		{ T("J\xc3\xbcrgen~\x7f"), "J\\c3\\bcrgen~\\7f" },
		{ T("\x01\n"), "\x01\n" },
	};
	static const struct escape_case bytes[] = {
		{ T(""), "" },
		{ T("\x01\x05\0\xff" "a"), "\\01\\05\\00\\ff\\61" },
	};

	(void)state;
	run(filter_text, text, COUNT(text));
	run(filter_bytes, bytes, COUNT(bytes));
}

static void
csv(void **state)
{
	static const struct escape_case cases[] = {
		{ T(""), "" },
		{ T("plain"), "plain" },
		{ T("a b"), "a b" },
		{ T("a,b"), "\"a,b\"" },
		{ T("a;b"), "\"a;b\"" },
		{ T("a\tb"), "\"a\tb\"" },
		{ T("say \"hi\""), "\"say \"\"hi\"\"\"" },
		{ T("\""), "\"\"\"\"" },
		{ T("a\r\nb"), "\"a\r\nb\"" },
		{ T("a\nb"), "\"a\nb\"" },
		{ T(" a"), "\" a\"" },
		{ T("a "), "\"a \"" },
		/* formulas */
		{ T("=1+1"), "'=1+1" },
		{ T("+49 30"), "'+49 30" },
		{ T("-36288000000000"), "'-36288000000000" },
		{ T("@SUM(A1)"), "'@SUM(A1)" },
		{ T("="), "'=" },
		{ T("=cmd|' /C calc'!A1,x"), "\"'=cmd|' /C calc'!A1,x\"" },
		{ T("=\"a\""), "\"'=\"\"a\"\"\"" },
		{ T("  =1"), "\"'  =1\"" },
		{ T("\t=1"), "\"'\t=1\"" },
		{ T("\ta"), "\"'\ta\"" },
		{ T("\ra"), "\"'\ra\"" },
		{ T("\na"), "\"'\na\"" },
		{ T(" \v\f=1"), "\"' \v\f=1\"" },
		{ T("\xc2\xa0=1"), "'\xc2\xa0=1" },		/* no-break space */
		{ T("\xe3\x80\x80=1"), "'\xe3\x80\x80=1" },	/* ideographic space */
		{ T("\xef\xbb\xbf=1"), "'\xef\xbb\xbf=1" },	/* byte order mark */
		{ T("\xe2\x80\x8b=1"), "'\xe2\x80\x8b=1" },	/* zero width space */
		{ T("\x01=1"), "'\x01=1" },
		{ T("\xef\xbc\x9d" "1"), "'\xef\xbc\x9d" "1" },	/* full-width = */
		{ T("\xef\xbc\x8b" "1"), "'\xef\xbc\x8b" "1" },
		{ T("\xef\xbc\x8d" "1"), "'\xef\xbc\x8d" "1" },
		{ T("\xef\xbc\xa0" "x"), "'\xef\xbc\xa0" "x" },
		{ T(" \xef\xbc\x9d"), "\"' \xef\xbc\x9d\"" },
		/* none of them */
		{ T("a=b"), "a=b" },
		{ T("'=1"), "'=1" },
		{ T("(-1)"), "(-1)" },
		{ T("  "), "\"  \"" },
		/* repaired */
		{ T("a\0b"), "a\xef\xbf\xbd" "b" },
		{ T("a\xff\xfe"), "a\xef\xbf\xbd\xef\xbf\xbd" },
		{ T("\xe2\x82"), "\xef\xbf\xbd" },
		{ T("\xe2\x82" "a"), "\xef\xbf\xbd" "a" },
		{ T("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	run(escape_csv, cases, COUNT(cases));
}

static void
json(void **state)
{
	static const struct escape_case cases[] = {
		{ T(""), "\"\"" },
		{ T("a\"b\\c/"), "\"a\\\"b\\\\c/\"" },
		{ T("\r\n\t\b\0\x1f\x7f"), "\"\\r\\n\\t\\u0008\\u0000\\u001f\\u007f\"" },
		{ T("J\xc3\xbcrgen"), "\"J\xc3\xbcrgen\"" },
		{ T("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"" },
		{ T("\xc2\x85"), "\"\\u0085\"" },
		{ T("\xe2\x80\xa8\xe2\x80\xae"), "\"\\u2028\\u202e\"" },
		{ T("\xf3\xa0\x81\x81"), "\"\\udb40\\udc41\"" },	/* U+E0041, a tag */
		{ T("=1"), "\"=1\"" },
		{ T("a\xc3"), "\"a\xef\xbf\xbd\"" },
		{ T("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
	};

	(void)state;
	run(escape_json, cases, COUNT(cases));
}

static void
terminal(void **state)
{
	static const struct escape_case cases[] = {
		{ T(""), "" },
		{ T("CN=Doe\\, J\xc3\xbcrgen"), "CN=Doe\\, J\xc3\xbcrgen" },
		{ T("\x1b[31mred\a\n"), "\\x1b[31mred\\x07\\x0a" },
		{ T("a\0b\x7f"), "a\\x00b\\x7f" },
		{ T("\xc2\x9b" "31m"), "\\u{009b}31m" },	/* C1 CSI */
		{ T("\x9b" "31m"), "\\x9b31m" },		/* the same, a bare byte */
		{ T("abc\xe2\x80\xae" "fdp"), "abc\\u{202e}fdp" },
		{ T("\xe2\x81\xa6\xe2\x81\xa9"), "\\u{2066}\\u{2069}" },
		{ T("\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"), "\\u{200e}\\u{200f}\\u{061c}" },
		{ T("\xe2\x80\xa8\xe2\x80\xa9"), "\\u{2028}\\u{2029}" },
		{ T("\xe2\x80\x8b\xef\xbb\xbf"), "\\u{200b}\\u{feff}" },
		{ T("\xf3\xa0\x80\x81"), "\\u{e0001}" },
		{ T("\xe2\x80\x8c\xe2\x80\x8d"), "\xe2\x80\x8c\xe2\x80\x8d" },	/* joiners */
		{ T("\xe2\x82\xac\xf0\x9f\x98\x80"), "\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ T("\xe2\x82"), "\\xe2\\x82" },
		{ T("\xff"), "\\xff" },
	};

	(void)state;
	run(escape_terminal, cases, COUNT(cases));
}

static void
html(void **state)
{
	static const struct escape_case cases[] = {
		{ T(""), "" },
		{ T("J\xc3\xbcrgen `$(x)` a=b; \\ / #"), "J\xc3\xbcrgen `$(x)` a=b; \\ / #" },
		{ T("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;" },
		{ T("\" onload=\"x"), "&quot; onload=&quot;x" },
		{ T("' onload='x"), "&#39; onload=&#39;x" },
		{ T("&lt;&#x3c;&"), "&amp;lt;&amp;#x3c;&amp;" },
		{ T("-->]]><!--"), "--&gt;]]&gt;&lt;!--" },
		{ T("<\0b\x1b\n\t"), "&lt;\\x00b\\x1b\\x0a\\x09" },
		{ T("abc\xe2\x80\xae" "fdp"), "abc\\u{202e}fdp" },
		{ T("\xc2\x85\xef\xbb\xbf"), "\\u{0085}\\u{feff}" },
		{ T("\xc0\xbcscript>"), "\\xc0\\xbcscript&gt;" },	/* overlong < */
		{ T("\xff<\xe2\x82"), "\\xff&lt;\\xe2\\x82" },
		{ T("\xef\xbc\x9cscript\xef\xbc\x9e"), "\xef\xbc\x9cscript\xef\xbc\x9e" }, /* full-width */
	};

	(void)state;
	run(escape_html, cases, COUNT(cases));
}

/* A string as a cell, read back, and as a terminal gets it. */
static void
check_read_back(const char *v, size_t len)
{
	struct buf out = BUF_INIT, cell = BUF_INIT, repaired = BUF_INIT;
	const char *p = NULL;

	escape_csv(v, len, &out);
	assert_true(check_csv_cell(out.len > 0 ? out.data : "", out.len, &cell));
	assert_false(check_formula(buf_str(&cell), cell.len));
	p = buf_str(&cell);
	assert_true(!check_formula(v, len) || *p == '\'');
	if (*p == '\'' && v[0] != '\'')
		p++;
	check_repair(v, len, true, &repaired);
	buf_clear(&out);
	check_repair(p, cell.len - (size_t)(p - buf_str(&cell)), true, &out);
	assert_string_equal(buf_str(&out), buf_str(&repaired));

	buf_clear(&out);
	escape_terminal(v, len, &out);
	assert_true(check_terminal(buf_str(&out), out.len));
	buf_fini(&out);
	buf_fini(&cell);
	buf_fini(&repaired);
}

static const char alphabet[] = "\0\t\n\r \"',;=a\\\x1f\x7f\x82\xc2\xe2\xf0\xff";

/* All strings of up to three bytes out of those that matter. */
static void
read_back(void **state)
{
	const size_t n = sizeof alphabet;
	size_t i;

	(void)state;
	for (i = 0; i < n * n * n; i++) {
		const char v[3] = { alphabet[i % n], alphabet[i / n % n], alphabet[i / n / n] };

		check_read_back(v, i % 4);
	}
}

/* Each of them at each place of longer ones, which are looked at in pieces. */
static void
read_back_long(void **state)
{
	char v[50];
	size_t len, at, i;

	(void)state;
	for (len = 12; len <= sizeof v; len++)
		for (at = 0; at < len; at++)
			for (i = 0; i < sizeof alphabet; i++) {
				memset(v, 'x', len);
				v[at] = alphabet[i];
				check_read_back(v, len);
			}
}

static void
base64(void **state)
{
	static const struct { const char *text; enum err err; const char *value; } cases[] = {
		{ "", ERR_OK, "" },
		{ "Zg==", ERR_OK, "f" },
		{ "Zm8=", ERR_OK, "fo" },
		{ "Zm9v", ERR_OK, "foo" },
		{ "Zm9vYg==", ERR_OK, "foob" },
		{ "Zm9vYmE=", ERR_OK, "fooba" },
		{ "Zm9vYmFy", ERR_OK, "foobar" },
		{ "+/+/", ERR_OK, "\xfb\xff\xbf" },
		{ " \tZm9v \r\n", ERR_OK, "foo" },
		{ "  ", ERR_OK, "" },
		{ "Z", ERR_SHORT, NULL },
		{ "Zg", ERR_SHORT, NULL },
		{ "Zg=", ERR_SHORT, NULL },
		{ "=", ERR_SHORT, NULL },
		{ "Z===", ERR_SYNTAX, NULL },
		{ "====", ERR_SYNTAX, NULL },
		{ "Zg==Zg==", ERR_SYNTAX, NULL },
		{ "Zm 9v", ERR_SYNTAX, NULL },
		{ "Zm9\n", ERR_SHORT, NULL },
		{ "Zm-_", ERR_SYNTAX, NULL },
		{ "Zh==", ERR_SYNTAX, NULL },	/* bits left over */
		{ "Zm9=", ERR_SYNTAX, NULL },
		{ "\xc3\xbc==", ERR_SYNTAX, NULL },
	};
	struct buf b = BUF_INIT, again = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		buf_clear(&b);
		buf_adds(&b, "x");
		assert_int_equal(base64_decode(cases[i].text, strlen(cases[i].text), &b),
		    cases[i].err);
		assert_string_equal(buf_str(&b) + 1, cases[i].err == ERR_OK ? cases[i].value : "");
	}
	for (i = 0; i < 10; i++) {
		static const char value[] = "\0\xff\x10\x80\0abc\x01\xfe";

		buf_clear(&b);
		buf_clear(&again);
		base64_encode(value, i, &b);
		assert_int_equal(b.len, (i + 2) / 3 * 4);
		assert_int_equal(base64_decode(buf_str(&b), b.len, &again), ERR_OK);
		assert_int_equal(again.len, i);
		assert_memory_equal(buf_str(&again), value, i);
	}
	assert_int_equal(base64_decode("Zg==\0", 5, &b), ERR_SYNTAX);
	buf_fini(&b);
	buf_fini(&again);
}

static void
hex(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(hex_decode("", 0, &b), ERR_OK);
	assert_int_equal(hex_decode("00fFA1", 6, &b), ERR_OK);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "\0\xff\xa1", 3);
	assert_int_equal(hex_decode("123", 3, &b), ERR_SHORT);
	assert_int_equal(hex_decode("1g", 2, &b), ERR_SYNTAX);
	assert_int_equal(hex_decode("12 34", 5, &b), ERR_SYNTAX);
	assert_int_equal(hex_decode("0x12", 4, &b), ERR_SYNTAX);
	assert_int_equal(hex_decode("1\0", 2, &b), ERR_SYNTAX);
	assert_int_equal(b.len, 3);
	buf_clear(&b);
	hex_encode("\0\xff\xa1", 3, &b);
	assert_string_equal(buf_str(&b), "00ffa1");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters),
		cmocka_unit_test(csv),
		cmocka_unit_test(json),
		cmocka_unit_test(terminal),
		cmocka_unit_test(html),
		cmocka_unit_test(read_back),
		cmocka_unit_test(read_back_long),
		cmocka_unit_test(base64),
		cmocka_unit_test(hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
