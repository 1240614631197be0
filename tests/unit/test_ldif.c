/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/ldif.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])
#define T(s) s, sizeof (s) - 1
#define COLUMNS_24 "abcdefghijklmnopqrstuvwx"
#define COLUMNS_73 COLUMNS_24 COLUMNS_24 COLUMNS_24 "y"

/* An input handed over `step` bytes at a time; comments are written down. */
struct input {
	const char *data;
	size_t len, step;
	bool broken;		/* fails at the end instead of ending */
	bool ended;
	struct buf comments;
};

static ssize_t
fill(void *arg, void *buf, size_t len)
{
	struct input *in = arg;
	size_t n = in->step < len ? in->step : len;

	assert_true(len > 0);
	assert_false(in->ended);	/* nobody asks again */
	n = n < in->len ? n : in->len;
	in->ended = n == 0;
	if (n == 0)
		return in->broken ? -1 : 0;
	memcpy(buf, in->data, n);
	in->data += n;
	in->len -= n;
	return (ssize_t)n;
}

static void
comment(void *arg, const char *text, size_t len, uint64_t line)
{
	struct input *in = arg;

	buf_addf(&in->comments, "%d#", (int)line);
	buf_add(&in->comments, text, len);
	buf_adds(&in->comments, "|");
}

/* All records as "line<dn>line{name=value}…", values for the terminal. */
static enum err
dump(struct ldifr *r, struct buf *out)
{
	const struct ldif_record *record = NULL;
	enum err err;
	size_t i;

	while ((err = ldifr_next(r, &record)) == ERR_OK && record != NULL) {
		assert_int_equal(strlen(record->dn), record->dn_len);
		buf_addf(out, "%d<", (int)record->line);
		escape_terminal(record->dn, record->dn_len, out);
		buf_adds(out, ">");
		for (i = 0; i < record->count; i++) {
			const struct ldif_value *v = &record->values[i];

			assert_int_equal(strlen(v->name), v->name_len);
			assert_int_equal(v->value[v->len], '\0');
			buf_addf(out, "%d{%s=", (int)v->line, v->name);
			escape_terminal(v->value, v->len, out);
			buf_adds(out, "}");
		}
	}
	return err;
}

static void
reads(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *want, *comments;
	} cases[] = {
		{ T(""), "", "" },
		{ T("\n\n"), "", "" },
		{ T("version: 1\n"), "", "" },
		{ T("# only\n"), "", "1# only|" },
		{ T("dn: DC=x\n"), "1<DC=x>", "" },
		{ T("dn: DC=x\ncn: a\n"), "1<DC=x>2{cn=a}", "" },
		{ T("dn: DC=x\r\ncn: a\r\n\r\ndn: DC=y\r\n"), "1<DC=x>2{cn=a}4<DC=y>", "" },
		{ T("version: 1\ndn: DC=x\ncn:a\n\n\n\ndn:DC=y\nsn:   b \n"),
		    "2<DC=x>3{cn=a}7<DC=y>8{sn=b }", "" },
		{ T("version:1\n\ndn: a\n\nversion: 1\ndn: b\n"), "3<a>6<b>", "" },
		{ T("dn:\nvendorName: x\n"), "1<>2{vendorName=x}", "" },
		{ T("dn:: Q049SsO8cmdlbg==\n"), "1<CN=J\xc3\xbcrgen>", "" },
		{ T("\xef\xbb\xbf" "dn: a\n"), "1<a>", "" },
		{ T("DN: a\nCN: b\n"), "1<a>2{CN=b}", "" },
		/* values */
		{ T("dn: a\nx:\ny: \nz::\nw:: \n"), "1<a>2{x=}3{y=}4{z=}5{w=}", "" },
		{ T("dn: a\nx: a: b\ny: -\nz: #no\n"), "1<a>2{x=a: b}3{y=-}4{z=#no}", "" },
		{ T("dn: a\nx:: AAECAw==\n"), "1<a>2{x=\\x00\\x01\\x02\\x03}", "" },
		{ T("dn: a\nx::AAEC\ny:: AA== \n"), "1<a>2{x=\\x00\\x01\\x02}3{y=\\x00}", "" },
		{ T("dn: a\nx: J\xc3\xbcrgen\n"), "1<a>2{x=J\xc3\xbcrgen}", "" },
		{ T("dn: a\nx: :y\nz: <y\n"), "1<a>2{x=:y}3{z=<y}", "" },
		{ T("dn: a\nx: 1\nx: 2\nX: 1\n"), "1<a>2{x=1}3{x=2}4{X=1}", "" },
		{ T("dn: a\nversion: 2\ninclude: x\n"), "1<a>2{version=2}3{include=x}", "" },
		/* names */
		{ T("dn: a\nmember;range=0-1499: b\nm;range=1500-*: c\nu;binary:: AA==\n"),
		    "1<a>2{member;range=0-1499=b}3{m;range=1500-*=c}4{u;binary=\\x00}", "" },
		{ T("dn: a\n2.5.4.3: b\nmsDS-x1: c\n"), "1<a>2{2.5.4.3=b}3{msDS-x1=c}", "" },
		/* folding */
		{ T("dn: CN=a,\n DC=x\ncn: b\n  c\n \n d\n"), "1<CN=a,DC=x>3{cn=b cd}", "" },
		{ T("d\n n\n :\n  a\nx:\n : AA\n ==\n"), "1<a>5{x=\\x00}", "" },
		{ T("dn: a\r\n b\r\n \r\nx: y\r\n"), "1<ab>4{x=y}", "" },
		/* comments */
		/* ldapsearch and ldifde */
		{ T("dn: a\nx: b\n\nref: ldap://y/DC=y\n\ndn: b\n\nsearch: 2\n"
		    "result: 0 Success\ncontrol: 1.2.840.113556.1.4.319 false MAU=\n\ndn: c\n"),
		    "1<a>2{x=b}6<b>12<c>", "" },
		{ T("dn: a\nchangetype: add\nx: b\n"), "1<a>3{x=b}", "" },
		{ T("# one\n# two\n  folded\ndn: a\n#in\nx: y\n\n#\n"), "4<a>6{x=y}",
		    "1# one|2# two folded|5#in|8#|" },
		{ T("dn: a\nx: b\n#c\n d\ny: e\n"), "1<a>2{x=b}5{y=e}", "3#cd|" },
	};
	size_t i, step;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		for (step = 1; step <= cases[i].len + 1; step++) {
			struct input in = { cases[i].text, cases[i].len, step, false, false,
			    BUF_INIT };
			struct buf out = BUF_INIT;
			const struct ldif_record *record = NULL;
			struct ldifr r;

			ldifr_init(&r, fill, comment, &in);
			if (dump(&r, &out) != ERR_OK)
				fail_msg("case %d: line %d: %s", (int)i, (int)r.fault_line,
				    r.fault.what);
			assert_string_equal(buf_str(&out), cases[i].want);
			assert_string_equal(buf_str(&in.comments), cases[i].comments);
			/* The end is the end. */
			assert_int_equal(ldifr_next(&r, &record), ERR_OK);
			assert_null(record);
			ldifr_fini(&r);
			buf_fini(&out);
			buf_fini(&in.comments);
		}
	}
}

static void
refuses(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		enum err err;
		int line, offset;
		const char *what;
		const char *before;	/* what was read until then */
	} cases[] = {
		{ T("dn: a"), ERR_SHORT, 1, 0, "line without an end", "" },
		{ T("dn: a\n\ndn: b\nx:: AAA"), ERR_SHORT, 4, 13, "line without an end", "1<a>" },
		{ T("dn: a\n\ndn: b\nx: y\n z"), ERR_SHORT, 4, 13, "line without an end", "1<a>" },
		{ T("dn: a\n "), ERR_SHORT, 1, 0, "line without an end", "" },
		{ T("#"), ERR_SHORT, 1, 0, "line without an end", "" },
		{ T(" dn: a\n"), ERR_SYNTAX, 1, 0, "continuation of nothing", "" },
		{ T("\n dn: a\n"), ERR_SYNTAX, 2, 1, "continuation of nothing", "" },
		{ T("dn: a\n\n b\n"), ERR_SYNTAX, 3, 7, "continuation of nothing", "1<a>" },
		{ T("cn: a\n"), ERR_SYNTAX, 1, 0, "record that does not begin with dn", "" },
		{ T("dn: a\n\nx: b\n"), ERR_SYNTAX, 3, 7, "record that does not begin with dn",
		    "1<a>" },
		{ T("dn: a\ndn: b\n"), ERR_SYNTAX, 2, 6, "second dn in a record", "" },
		{ T("dn: a\nfoo\n"), ERR_SYNTAX, 2, 6, "line without a colon", "" },
		{ T("dn: a\n--\n"), ERR_SYNTAX, 2, 6, "line without a colon", "" },
		{ T("dn: a\n: b\n"), ERR_SYNTAX, 2, 6, "attribute name", "" },
		{ T("dn: a\nx y: b\n"), ERR_SYNTAX, 2, 6, "attribute name", "" },
		{ T("dn: a\nx : b\n"), ERR_SYNTAX, 2, 6, "attribute name", "" },
		{ T("dn: a\nx;: b\n"), ERR_SYNTAX, 2, 6, "attribute name", "" },
		{ T("dn: a\nx=1: b\n"), ERR_SYNTAX, 2, 6, "attribute name", "" },
		{ T("dn: a\n\xc3\xbc: b\n"), ERR_SYNTAX, 2, 6, "attribute name", "" },
		{ T("\xef\xbb\xbf\xef\xbb\xbf" "dn: a\n"), ERR_SYNTAX, 1, 0, "attribute name", "" },
		{ T("dn: a\n\xef\xbb\xbfx: b\n"), ERR_SYNTAX, 2, 6, "attribute name", "" },
		{ T("dn: a\nx: b\0c\n"), ERR_SYNTAX, 2, 6, "NUL in a line", "" },
		{ T("dn: a\nx: b\rc\n"), ERR_SYNTAX, 2, 6, "carriage return in a line", "" },
		{ T("dn: a\nx: b\r\r\n"), ERR_SYNTAX, 2, 6, "carriage return in a line", "" },
		{ T("dn: a\nx:: A\n"), ERR_SHORT, 2, 6, "base64", "" },
		{ T("dn: a\nx:: AA=\n"), ERR_SHORT, 2, 6, "base64", "" },
		{ T("dn: a\nx:: A!==\n"), ERR_SYNTAX, 2, 6, "base64", "" },
		{ T("dn: a\nx:: AA==\n  AA==\n"), ERR_SYNTAX, 2, 6, "base64", "" },
		{ T("dn: a\nx::: AA==\n"), ERR_SYNTAX, 2, 6, "base64", "" },
		{ T("dn: a\nx:< file:///etc/passwd\n"), ERR_UNSUPPORTED, 2, 6, "value by URL", "" },
		{ T("dn:< file:///etc/passwd\n"), ERR_UNSUPPORTED, 1, 0, "value by URL", "" },
		{ T("include: file:///etc/passwd\n"), ERR_UNSUPPORTED, 1, 0, "include", "" },
		{ T("version: 2\n"), ERR_UNSUPPORTED, 1, 0, "LDIF version", "" },
		{ T("version:\n"), ERR_UNSUPPORTED, 1, 0, "LDIF version", "" },
		{ T("dn: a\nchangetype: delete\n"), ERR_UNSUPPORTED, 2, 6, "change record", "" },
		{ T("dn: a\nx: 1\nChangeType: add\n"), ERR_UNSUPPORTED, 3, 11, "change record",
		    "" },
		{ T("dn: a\nchangetype: added\n"), ERR_UNSUPPORTED, 2, 6, "change record", "" },
		{ T("search: 2\nresult: 4 Size limit exceeded\n"), ERR_UNSUPPORTED, 2, 10,
		    "result of a search that did not succeed", "" },
		{ T("ref: ldap://x\n\nresult: 0\n"), ERR_SYNTAX, 3, 15,
		    "record that does not begin with dn", "" },
		{ T("dn: a\ncontrol: 1.2.3 true\n"), ERR_UNSUPPORTED, 2, 6, "change record", "" },
		{ T("dn: a\nx: b\n-\n"), ERR_UNSUPPORTED, 3, 11, "change record", "" },
	};
	size_t i, step;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		for (step = 1; step <= cases[i].len; step++) {
			struct input in = { cases[i].text, cases[i].len, step, false, false,
			    BUF_INIT };
			const struct ldif_record *record = NULL;
			struct buf out = BUF_INIT;
			struct ldifr r;

			ldifr_init(&r, fill, NULL, &in);
			assert_int_equal(dump(&r, &out), cases[i].err);
			assert_int_equal(r.fault.err, cases[i].err);
			assert_string_equal(r.fault.what, cases[i].what);
			assert_int_equal(r.fault_line, cases[i].line);
			assert_int_equal(r.fault.offset, cases[i].offset);
			assert_string_equal(buf_str(&out), cases[i].before);
			/* The error stays, and *out is left alone. */
			assert_int_equal(ldifr_next(&r, &record), cases[i].err);
			assert_null(record);
			ldifr_fini(&r);
			buf_fini(&out);
		}
	}
}

static bool
want_x(void *arg, const char *name, size_t len)
{
	(void)arg;
	assert_null(memchr(name, '#', len));
	return len == 1 && name[0] == 'x';
}

/* What is not wanted is passed over, folded or not, and not even looked at. */
static void
wants(void **state)
{
	static const char text[] = "dn: a\ny: 1\nx: 2\ny:: !!\n 3\n 4\n# c\nx: 5\n 6\n"
	    "# y: 7\n 8\n\ndn: b\ny: 7\n";
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t step = 1; step < sizeof text; step++) {
		struct input in = { T(text), step, false, false, BUF_INIT };
		struct ldifr r;

		ldifr_init(&r, fill, comment, &in);
		ldifr_begin_at(&r, 100, 11);
		r.want = want_x;
		buf_clear(&out);
		assert_int_equal(dump(&r, &out), ERR_OK);
		assert_string_equal(buf_str(&out), "11<a>13{x=2}18{x=56}23<b>");
		assert_string_equal(buf_str(&in.comments), "17# c|20# y: 78|");
		assert_int_equal(r.record.offset, 0);
		ldifr_fini(&r);
		buf_fini(&in.comments);
	}
	buf_fini(&out);
}

/* What was not wanted before, and so not looked at, is looked at once it is. */
static void
wants_change(void **state)
{
	struct input in = { T("dn: a\ny: 1\nx: 2\nb@d: 3\n\ndn: b\ny: 4\nx: 5\n\ndn: c\nb@d: 6\n"), 5,
		false, false, BUF_INIT };
	const struct ldif_record *record = NULL;
	struct ldifr r;

	(void)state;
	ldifr_init(&r, fill, NULL, &in);
	r.want = want_x;
	assert_int_equal(ldifr_next(&r, &record), ERR_OK);
	assert_int_equal(record->count, 1);
	assert_string_equal(record->values[0].value, "2");
	r.want = NULL;
	assert_int_equal(ldifr_next(&r, &record), ERR_OK);
	assert_int_equal(record->count, 2);
	assert_string_equal(record->values[0].name, "y");
	assert_string_equal(record->values[0].value, "4");
	assert_string_equal(record->values[1].value, "5");
	assert_int_equal(ldifr_next(&r, &record), ERR_SYNTAX);
	assert_string_equal(r.fault.what, "attribute name");
	assert_int_equal(r.fault_line, 11);
	ldifr_fini(&r);
}

/* More names than are kept, and longer ones, read alike. */
static void
many_names(void **state)
{
	struct buf text = BUF_INIT;
	struct input in = { NULL, 0, 1000, false, false, BUF_INIT };
	const struct ldif_record *record = NULL;
	struct ldifr r;
	char name[2 * LDIF_NAME_KEPT];
	size_t i, k;

	(void)state;
	for (k = 0; k < 3; k++) {
		buf_adds(&text, "dn: a\n");
		for (i = 0; i < 2 * LDIF_NAMES; i++)
			buf_addf(&text, "n%0*zu;x: %zu\n", i % 2 ? 1 : LDIF_NAME_KEPT, i, k + i);
		buf_adds(&text, "\n");
	}
	in.data = text.data;
	in.len = text.len;
	ldifr_init(&r, fill, NULL, &in);
	for (k = 0; k < 3; k++) {
		assert_int_equal(ldifr_next(&r, &record), ERR_OK);
		assert_int_equal(record->count, 2 * LDIF_NAMES);
		for (i = 0; i < record->count; i++) {
			snprintf(name, sizeof name, "n%0*zu;x", (int)(i % 2 ? 1 : LDIF_NAME_KEPT), i);
			assert_string_equal(record->values[i].name, name);
			assert_int_equal(record->values[i].name_len, strlen(name));
			assert_true(record->values[i].options);
			assert_int_equal(atoi(record->values[i].value), k + i);
		}
	}
	ldifr_fini(&r);
	buf_fini(&text);
}

static void
input_fails(void **state)
{
	struct input in = { T("dn: a\n\ndn: b\n"), 3, true, false, BUF_INIT };
	struct buf out = BUF_INIT;
	struct ldifr r;

	(void)state;
	ldifr_init(&r, fill, NULL, &in);
	assert_int_equal(dump(&r, &out), ERR_SHORT);
	assert_string_equal(r.fault.what, "input that could not be read");
	assert_string_equal(buf_str(&out), "1<a>");
	ldifr_fini(&r);
	buf_fini(&out);
}

static enum err
run_limited(const char *text, size_t line, size_t value, size_t record, const char **what)
{
	struct input in = { text, strlen(text), 7, false, false, BUF_INIT };
	struct buf out = BUF_INIT;
	struct ldifr r;
	enum err err;

	ldifr_init(&r, fill, NULL, &in);
	r.max_line = line;
	r.max_value = value;
	r.max_record = record;
	err = dump(&r, &out);
	*what = r.fault.what;
	if (err == ERR_TOO_BIG)
		assert_true(r.fault.has_value);
	ldifr_fini(&r);
	buf_fini(&out);
	return err;
}

static void
ceilings(void **state)
{
	const size_t v = sizeof(struct ldif_value);
	const char *what = NULL;

	(void)state;
	assert_int_equal(run_limited("dn: a\nx: 123456\n", 9, 99, 999, &what), ERR_OK);
	assert_int_equal(run_limited("dn: a\nx: 123\n 456\n", 9, 99, 999, &what), ERR_OK);
	assert_int_equal(run_limited("dn: a\nx: 123\n 4567\n", 9, 99, 999, &what), ERR_TOO_BIG);
	assert_string_equal(what, "line longer than");
	assert_int_equal(run_limited("# 12345678\ndn: a\n", 9, 99, 999, &what), ERR_TOO_BIG);
	assert_int_equal(run_limited("dn: a\nx: 123456\n", 99, 6, 999, &what), ERR_OK);
	assert_int_equal(run_limited("dn: a\nx: 1234567\n", 99, 6, 999, &what), ERR_TOO_BIG);
	assert_string_equal(what, "value longer than");
	assert_int_equal(run_limited("dn: a\nx:: AAAA\n", 99, 3, 999, &what), ERR_OK);
	assert_int_equal(run_limited("dn: a\nx:: AAAAAA==\n", 99, 3, 999, &what), ERR_TOO_BIG);
	assert_int_equal(run_limited("dn: 1234567\n", 99, 6, 999, &what), ERR_TOO_BIG);
	/* "a" NUL "x" NUL "1" NUL, twice, and the two in the table */
	assert_int_equal(run_limited("dn: a\nx: 1\nx: 2\n", 99, 99, 10 + 2 * v, &what), ERR_OK);
	assert_int_equal(run_limited("dn: a\nx: 1\nx: 2\n", 99, 99, 9 + 2 * v, &what),
	    ERR_TOO_BIG);
	assert_string_equal(what, "record larger than");
	assert_int_equal(run_limited("dn: a\nx: 12345678901234567890123456789012\n", 99, 99, 30,
	    &what), ERR_TOO_BIG);
	assert_string_equal(what, "record larger than");
	/* Empty values cost memory too. */
	assert_int_equal(run_limited("dn: a\nx:\nx:\nx:\n", 99, 99, 3 * v, &what), ERR_TOO_BIG);
}

/* Many records of one size need the memory of one. */
static void
memory_is_reused(void **state)
{
	struct buf text = BUF_INIT;
	struct input in = { NULL, 0, 4096, false, false, BUF_INIT };
	const struct ldif_record *record = NULL;
	struct ldifr r;
	size_t data_cap = 0, line_cap = 0, values_cap = 0;
	int i, k;

	(void)state;
	for (i = 0; i < 500; i++) {
		buf_adds(&text, "dn: CN=user,DC=x\n");
		for (k = 0; k < 100; k++)
			buf_adds(&text, "member: CN=someone,OU=somewhere,DC=contoso,DC=test\n");
		buf_adds(&text, "\n");
	}
	in.data = text.data;
	in.len = text.len;
	ldifr_init(&r, fill, NULL, &in);
	for (i = 0; i < 500; i++) {
		assert_int_equal(ldifr_next(&r, &record), ERR_OK);
		assert_non_null(record);
		assert_int_equal(record->count, 100);
		if (i == 0) {
			data_cap = r.data.cap;
			line_cap = r.line.cap;
			values_cap = r.values_cap;
		}
		assert_int_equal(r.data.cap, data_cap);
		assert_int_equal(r.line.cap, line_cap);
		assert_int_equal(r.values_cap, values_cap);
	}
	assert_int_equal(ldifr_next(&r, &record), ERR_OK);
	assert_null(record);
	ldifr_fini(&r);
	buf_fini(&text);
}

static void
writes(void **state)
{
	static const struct { const char *name, *value; size_t len; const char *want; } cases[] = {
		{ "dn", T("CN=Doe\\, Jane,DC=x"), "dn: CN=Doe\\, Jane,DC=x\n" },
		{ "x", T(""), "x:\n" },
		{ "x", T("a b: c"), "x: a b: c\n" },
		{ "x", T("-"), "x: -\n" },
		{ "x", T("#"), "x: #\n" },
		{ "x", T(" a"), "x:: IGE=\n" },
		{ "x", T(":a"), "x:: OmE=\n" },
		{ "x", T("<a"), "x:: PGE=\n" },
		{ "x", T("a "), "x:: YSA=\n" },
		{ "x", T(" "), "x:: IA==\n" },
		{ "x", T("a\nb"), "x:: YQpi\n" },
		{ "x", T("a\rb"), "x:: YQ1i\n" },
		{ "x", T("a\0b"), "x:: YQBi\n" },
		{ "x", T("a\x1b" "b"), "x:: YRti\n" },
		{ "x", T("a\x7f"), "x:: YX8=\n" },
		{ "x", T("\xc3\xbc"), "x:: w7w=\n" },
		{ "member;range=0-*", T("a"), "member;range=0-*: a\n" },
		/* 76 columns, then 77 */
		{ "x", T(COLUMNS_73), "x: " COLUMNS_73 "\n" },
		{ "x", T(COLUMNS_73 "!"), "x: " COLUMNS_73 "\n !\n" },
	};
	static const char *const bad[] = {
		"", " ", "x y", "x:", "x\ny", "x;", ";x", "-x", "x=1", "\xc3\xbc",
		"changetype", "Control",
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		buf_clear(&b);
		buf_adds(&b, "\n");
		assert_int_equal(ldifw_put(&b, cases[i].name, cases[i].value, cases[i].len),
		    ERR_OK);
		assert_string_equal(buf_str(&b) + 1, cases[i].want);
	}
	buf_clear(&b);
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(ldifw_put(&b, bad[i], "a", 1), ERR_SYNTAX);
	assert_int_equal(b.len, 0);
	ldifw_version(&b);
	ldifw_comment(&b, T("one\ntwo\r\n\n\x1b[31m"));
	ldifw_comment(&b, NULL, 0);
	ldifw_end(&b);
	assert_string_equal(buf_str(&b),
	    "version: 1\n# one\n# two\\x0d\n#\n# \\x1b[31m\n#\n\n");
	buf_fini(&b);
}

/* Values of every length round a few folds come back, from short lines. */
static void
round_trip(void **state)
{
	char value[400];
	struct buf text = BUF_INIT;
	size_t len, i, column;

	(void)state;
	for (len = 0; len < sizeof value; len++) {
		struct input in = { NULL, 0, 1000, false, false, BUF_INIT };
		const struct ldif_record *record = NULL;
		struct ldifr r;

		for (i = 0; i < len; i++)
			value[i] = (char)('!' + (i * 7 + len) % 90);
		buf_clear(&text);
		assert_int_equal(ldifw_put(&text, "dn", value, len), ERR_OK);
		if (len > 0)
			value[len / 2] = '\0';
		assert_int_equal(ldifw_put(&text, "x;binary", value, len), ERR_OK);
		ldifw_end(&text);
		for (i = 0, column = 0; i < text.len; i++) {
			column = text.data[i] == '\n' ? 0 : column + 1;
			assert_true(column <= LDIF_WIDTH);
		}
		in.data = text.data;
		in.len = text.len;
		ldifr_init(&r, fill, NULL, &in);
		assert_int_equal(ldifr_next(&r, &record), ERR_OK);
		assert_non_null(record);
		assert_int_equal(record->dn_len, len);
		assert_int_equal(record->count, 1);
		assert_string_equal(record->values[0].name, "x;binary");
		assert_int_equal(record->values[0].len, len);
		assert_memory_equal(record->values[0].value, value, len);
		ldifr_fini(&r);
	}
	buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses),
		cmocka_unit_test(wants),
		cmocka_unit_test(wants_change),
		cmocka_unit_test(many_names),
		cmocka_unit_test(input_fails),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(memory_is_reused),
		cmocka_unit_test(writes),
		cmocka_unit_test(round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
