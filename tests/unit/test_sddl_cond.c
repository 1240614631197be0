/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/escape.h"
#include "core/sddl_cond.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct sid domain = { .authority = 5, .sub = { 21, 1, 2, 3 }, .count = 4 };
static const struct sddl_ctx ctx = { .domain = &domain };

typedef void read_function(struct lex *, struct buf *);
typedef bool print_function(const uint8_t *, size_t, const struct sddl_ctx *, struct buf *);

/* A condition and its bytes behind "artx", without the padding. */
static const struct { const char *text, *hex; } compiled[] = {
	/* MS-DTYP 2.4.4.17.9, but for the name there, which Windows writes without @. */
	{ "(Title == \"VP\")", "f80a0000005400690074006c006500" "100400000056005000" "80" },
	{ "(@USER.a == @USER.b)", "f9020000006100" "f9020000006200" "80" },
	{ "(@RESOURCE.a != @DEVICE.b)", "fa020000006100" "fb020000006200" "81" },
	{ "(a < 1)", "f8020000006100" "0401000000000000000302" "82" },
	{ "(a <= 1)", "f8020000006100" "0401000000000000000302" "83" },
	{ "(a > 1)", "f8020000006100" "0401000000000000000302" "84" },
	{ "(a >= 1)", "f8020000006100" "0401000000000000000302" "85" },
	{ "(a Contains 1)", "f8020000006100" "0401000000000000000302" "86" },
	{ "(a Any_of 1)", "f8020000006100" "0401000000000000000302" "88" },
	{ "(a Not_Contains 1)", "f8020000006100" "0401000000000000000302" "8e" },
	{ "(a Not_Any_of 1)", "f8020000006100" "0401000000000000000302" "8f" },
	{ "(Exists a)", "f8020000006100" "87" },
	{ "(Not_Exists @USER.a)", "f9020000006100" "8d" },
	{ "(a)", "f8020000006100" },
	{ "(@USER.ad://ext/x:y)",
	    "f91800000061006400" "3a002f002f0065007800740" "02f0078003a007900" },
	{ "(WIN://SYSAPPID)", "f81c000000570049004e003a002f002f0053005900530041005000500049004400" },
	{ "(a@b)", "f806000000610040006200" },
	/* Memberships */
	{ "(Member_of {SID(BA)})", "5015000000" "511000000001020000000000052000000020020000" "89" },
	{ "(Device_Member_of SID(WD))", "510c000000010100000000000100000000" "8a" },
	{ "(Member_of_any SID(WD))", "510c000000010100000000000100000000" "8b" },
	{ "(Device_Member_of_Any SID(WD))", "510c000000010100000000000100000000" "8c" },
	{ "(Not_Member_of SID(WD))", "510c000000010100000000000100000000" "90" },
	{ "(Not_Device_Member_of SID(WD))", "510c000000010100000000000100000000" "91" },
	{ "(Not_Member_of_Any SID(WD))", "510c000000010100000000000100000000" "92" },
	{ "(Not_Device_Member_of_Any SID(WD))", "510c000000010100000000000100000000" "93" },
	{ "(Member_of {SID(WD), SID(DA)})", "5032000000" "510c000000010100000000000100000000"
	    "511c000000010500000000000515000000010000000200000003000000" "00020000" "89" },
	/* && binds closer than ||, both from the left. */
	{ "(((a) && (b)) && (c))",
	    "f8020000006100" "f8020000006200" "a0" "f8020000006300" "a0" },
	{ "(((a) && (b)) || (c))",
	    "f8020000006100" "f8020000006200" "a0" "f8020000006300" "a1" },
	{ "((a) || ((b) && (c)))",
	    "f8020000006100" "f8020000006200" "f8020000006300" "a0" "a1" },
	{ "(((a) || (b)) && (c))",
	    "f8020000006100" "f8020000006200" "a1" "f8020000006300" "a0" },
	{ "((a) && ((b) && (c)))",
	    "f8020000006100" "f8020000006200" "f8020000006300" "a0" "a0" },
	{ "(!(a))", "f8020000006100" "a2" },
	{ "(!(!(Member_of SID(WD))))", "510c000000010100000000000100000000" "89" "a2a2" },
	{ "((!(a)) && (Exists b))", "f8020000006100" "a2" "f8020000006200" "87" "a0" },
	{ "(!((a == 1) || (b)))", "f8020000006100" "0401000000000000000302" "80"
	    "f8020000006200" "a1" "a2" },
	/* Integers: sign and base are kept. */
	{ "(a == -1)", "f8020000006100" "04ffffffffffffffff0202" "80" },
	{ "(a == +1)", "f8020000006100" "0401000000000000000102" "80" },
	{ "(a == 0)", "f8020000006100" "0400000000000000000302" "80" },
	{ "(a == -0)", "f8020000006100" "0400000000000000000202" "80" },
	{ "(a == 00)", "f8020000006100" "0400000000000000000301" "80" },
	{ "(a == 017)", "f8020000006100" "040f000000000000000301" "80" },
	{ "(a == -0x10)", "f8020000006100" "04f0ffffffffffffff0203" "80" },
	{ "(a == 0x7fffffffffffffff)", "f8020000006100" "04ffffffffffffff7f0303" "80" },
	{ "(a == 0xffffffffffffffff)", "f8020000006100" "04ffffffffffffffff0303" "80" },
	{ "(a == 01777777777777777777777)", "f8020000006100" "04ffffffffffffffff0301" "80" },
	{ "(a == 9223372036854775807)", "f8020000006100" "04ffffffffffffff7f0302" "80" },
	{ "(a == -9223372036854775808)", "f8020000006100" "0400000000000000800202" "80" },
	{ "(a == -0x8000000000000000)", "f8020000006100" "0400000000000000800203" "80" },
	/* Strings, octets, lists */
	{ "(a == \"\")", "f8020000006100" "1000000000" "80" },
	{ "(a == \"x\"\"y\")", "f8020000006100" "1006000000780022007900" "80" },
	{ "(a == \"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\")",
	    "f8020000006100" "1008000000e900ac203dd800de" "80" },
	{ "(a == #)", "f8020000006100" "1800000000" "80" },
	{ "(a == #00ff10)", "f8020000006100" "180300000000ff10" "80" },
	{ "(a == {})", "f8020000006100" "5000000000" "80" },
	{ "(a Any_of {1, \"b\", #0c})", "f8020000006100" "5018000000"
	    "0401000000000000000302" "10020000006200" "18010000000c" "88" },
	/* Names: what is no letter of them stands as %XXXX. */
	{ "(@USER.#$'*+-;?@[\\]^_`{}~)",
	    "f924000000" "2300240027002a002b002d003b003f0040005b005c005d005e005f0060007b007d007e00" },
	{ "(@USER.a%0020b%0000%d800%002c)", "f90c000000" "610020006200000000d82c00" },
};

static void
artx(const char *hex, struct buf *out)
{
	buf_adds(out, "artx");
	assert_int_equal(hex_decode(hex, strlen(hex), out), ERR_OK);
	cond_pad(out, 0);
}

static void
both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(compiled); i++) {
		struct buf expected = BUF_INIT, bytes = BUF_INIT, text = BUF_INIT;
		struct lex l;

		artx(compiled[i].hex, &expected);
		lex_init(&l, compiled[i].text, strlen(compiled[i].text), &ctx);
		cond_read(&l, &bytes);
		if (!lex_ok(&l) || !lex_done(&l))
			fail_msg("%s: %s at %zu", compiled[i].text, l.what, l.err_pos);
		assert_int_equal(bytes.len, expected.len);
		assert_memory_equal(bytes.data, expected.data, expected.len);
		assert_true(cond_print((uint8_t *)expected.data, expected.len, &ctx, &text));
		assert_string_equal(buf_str(&text), compiled[i].text);
		buf_fini(&expected);
		buf_fini(&bytes);
		buf_fini(&text);
	}
}

/* Other ways to write a condition or a claim, and how it is written then. */
static void
check_reads_as(read_function *read, print_function *print, const char *in, const char *expected)
{
	struct buf bytes = BUF_INIT, text = BUF_INIT;
	struct lex l;

	lex_init(&l, in, strlen(in), &ctx);
	read(&l, &bytes);
	if (!lex_ok(&l) || !lex_done(&l))
		fail_msg("%s: %s at %zu", in, l.what, l.err_pos);
	if (!print((uint8_t *)bytes.data, bytes.len, &ctx, &text))
		fail_msg("%s: does not print", in);
	assert_string_equal(buf_str(&text), expected);
	buf_fini(&bytes);
	buf_fini(&text);
}

static const struct { const char *in, *out; } conditions[] = {
	{ "(@User.Title==\"PM\"&&(@User.Division==\"Finance\"||@User.Division ==\"Sales\"))",
	    "((@USER.Title == \"PM\") && "
	    "((@USER.Division == \"Finance\") || (@USER.Division == \"Sales\")))" },
	{ "( a&&b||c )", "(((a) && (b)) || (c))" },
	{ "(a||b&&c)", "((a) || ((b) && (c)))" },
	{ "(a || b || c)", "(((a) || (b)) || (c))" },
	{ "(((a)))", "(a)" },
	{ "((a == 1))", "(a == 1)" },
	{ "(! (\t(a)))", "(!(a))" },
	{ "(Member_of{SID(BA)})", "(Member_of {SID(BA)})" },
	{ "(mEMBER_of(sid( s-1-1-0 )))", "(Member_of SID(WD))" },
	{ "(member_of_ANY { sid(WD) , SID(BA) })", "(Member_of_any {SID(WD), SID(BA)})" },
	{ "(exists @user.x)", "(Exists @USER.x)" },
	{ "(a ANY_OF{1,2})", "(a Any_of {1, 2})" },
	{ "(a == (1))", "(a == 1)" },
	{ "(a==##1#2#3##)", "(a == #01020300)" },
	{ "(a == 0XFF)", "(a == 0xff)" },
	{ "(@USER.\xc3\xa9)", "(@USER.%00e9)" },
	{ "(@USER.%0061)", "(@USER.a)" },
	{ "(123 == 123)", "(123 == 123)" },	/* a name of digits, on the left */
};

static const struct { const char *in, *out; } claims[] = {
	{ "(\"colour\",TS,0,\"blue\", \"red\")", "(\"colour\",TS,0x0,\"blue\",\"red\")" },
	{ "( \"n\" , ti , 020 , -1 , +2 , 0x10 )", "(\"n\",TI,0x10,-1,2,16)" },
	{ "(\"n\",TI,0,-9223372036854775808)", "(\"n\",TI,0x0,-9223372036854775808)" },
	{ "(\"n\",TU,0xffffffff,18446744073709551615)",
	    "(\"n\",TU,0xffffffff,18446744073709551615)" },
	{ "(\"n\",TB,0,0,1)", "(\"n\",TB,0x0,0,1)" },
	{ "(\"n\",TD,0,BA,S-1-1-0,DA)", "(\"n\",TD,0x0,BA,WD,DA)" },
	{ "(\"n\",TX,0,0123456789abcdef,,##)", "(\"n\",TX,0x0,0123456789abcdef,,00)" },
	{ "(\"n%0020m\",TS,0,\"\",\"a\"\"b\")", "(\"n%0020m\",TS,0x0,\"\",\"a\"\"b\")" },
	{ "(\"n\",TS,0)", "(\"n\",TS,0x0)" },
};

static void
other_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(conditions); i++)
		check_reads_as(cond_read, cond_print, conditions[i].in, conditions[i].out);
	for (size_t i = 0; i < COUNT(claims); i++)
		check_reads_as(claim_read, claim_print, claims[i].in, claims[i].out);
}

static const struct {
	read_function *read;
	const char *text;
	enum err err;
	size_t offset;
} bad[] = {
	{ cond_read, "", ERR_SHORT, 0 },
	{ cond_read, "()", ERR_SYNTAX, 1 },
	{ cond_read, "(a", ERR_SHORT, 2 },
	{ cond_read, "(a b)", ERR_SYNTAX, 3 },
	{ cond_read, "(a == )", ERR_SYNTAX, 6 },
	{ cond_read, "(a == a)", ERR_SYNTAX, 6 },	/* a local name on the right */
	{ cond_read, "(a == @host.b)", ERR_SYNTAX, 6 },
	{ cond_read, "(a = 1)", ERR_SYNTAX, 3 },
	{ cond_read, "(a & b)", ERR_SYNTAX, 3 },
	{ cond_read, "(a &&)", ERR_SYNTAX, 5 },
	{ cond_read, "(&& a)", ERR_SYNTAX, 1 },
	{ cond_read, "(! a)", ERR_SYNTAX, 3 },
	{ cond_read, "(!!!(a))", ERR_SYNTAX, 2 },
	{ cond_read, "(a == !(b))", ERR_SYNTAX, 6 },
	{ cond_read, "(1 == 1 == 1)", ERR_SYNTAX, 8 },
	{ cond_read, "(Member_of)", ERR_SYNTAX, 10 },
	{ cond_read, "(Member_of_AnySID(BA))", ERR_SYNTAX, 17 },
	{ cond_read, "(Member_of {SID(ernie)})", ERR_SYNTAX, 18 },	/* after ER */
	{ cond_read, "(Member_of {SID(nobody)})", ERR_SYNTAX, 18 },
	{ cond_read, "(Member_of {SID(BA) SID(BU)})", ERR_SYNTAX, 20 },
	{ cond_read, "(Member_of {SID(BA),})", ERR_SYNTAX, 20 },
	{ cond_read, "(Member_of {SID(BA))", ERR_SYNTAX, 19 },
	{ cond_read, "(Member_of {{SID(BA)}})", ERR_SYNTAX, 12 },
	{ cond_read, "(a < {1})", ERR_SYNTAX, 5 },
	{ cond_read, "(Exists 1 1)", ERR_SYNTAX, 10 },
	{ cond_read, "(Exists \"a\")", ERR_SYNTAX, 8 },
	{ cond_read, "(a == \"b)", ERR_SHORT, 6 },
	{ cond_read, "(a == #0)", ERR_SYNTAX, 7 },
	{ cond_read, "(a == 17p)", ERR_SYNTAX, 8 },
	{ cond_read, "(a == 0x10000000000000000)", ERR_RANGE, 8 },
	{ cond_read, "(a == 9223372036854775808)", ERR_RANGE, 6 },
	{ cond_read, "(a == -9223372036854775809)", ERR_RANGE, 6 },
	{ cond_read, "(a == \"\xff\")", ERR_SYNTAX, 7 },
	{ cond_read, "(a == \"\xed\xa0\x80\")", ERR_SYNTAX, 7 },	/* a surrogate */
	{ cond_read, "(a == \"\xc0\x80\")", ERR_SYNTAX, 7 },		/* not shortest */
	{ cond_read, "(a == \"\xf8\x90\x80\x80\")", ERR_SYNTAX, 7 },
	{ cond_read, "(a == \"\xf4\x90\x80\x80\")", ERR_SYNTAX, 7 },
	{ cond_read, "(@user.)", ERR_SYNTAX, 7 },
	{ cond_read, "(@host.a)", ERR_SYNTAX, 1 },
	{ cond_read, "(@user.a%00g0)", ERR_SYNTAX, 8 },
	{ cond_read, "(@user.a%004", ERR_SYNTAX, 8 },
	{ claim_read, "", ERR_SHORT, 0 },
	{ claim_read, "(\"\",TS,0)", ERR_SYNTAX, 2 },
	{ claim_read, "(\"n\",TZ,0)", ERR_SYNTAX, 5 },
	{ claim_read, "(\"n\",TS)", ERR_SYNTAX, 7 },
	{ claim_read, "(\"n\",TS,0x100000000)", ERR_RANGE, 8 },
	{ claim_read, "(\"n\",TS,0,1)", ERR_SYNTAX, 10 },
	{ claim_read, "(\"n\",TS,0,\"a\"", ERR_SHORT, 13 },
	{ claim_read, "(\"n\",TB,0,2)", ERR_RANGE, 10 },
	{ claim_read, "(\"n\",TU,0,-1)", ERR_SYNTAX, 10 },
	{ claim_read, "(\"n\",TX,0,abc)", ERR_SYNTAX, 12 },
	{ claim_read, "(\"n\",TD,0,XX)", ERR_SYNTAX, 10 },
};

static void
refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct buf bytes = BUF_INIT;
		struct lex l;

		lex_init(&l, bad[i].text, strlen(bad[i].text), &ctx);
		bad[i].read(&l, &bytes);
		if (l.err != bad[i].err || l.err_pos != bad[i].offset || l.what == NULL)
			fail_msg("%s: %s at %zu (%s)", bad[i].text, err_str(l.err), l.err_pos,
			    l.what != NULL ? l.what : "-");
		buf_fini(&bytes);
	}
}

/* Bytes that no text gives back: they stay bytes. Those that end in '.' are
 * whole, others get their padding. */
static const char *const bytes_only[] = {
	"",					/* no token at all */
	"00000001",				/* not zero behind the padding */
	"f802000000610000000000.",		/* more padding than there is room for */
	"f8020000006100.",			/* no padding */
	"f80200000061.",			/* cut off */
	"f8ffffffff6100",
	"f8020000006100" "f8020000006200",	/* two expressions */
	"80",					/* nothing to compare */
	"f8020000006100" "80",
	"a2",
	"f8020000006100" "f8020000006200" "80",	/* a local name on the right */
	"0401000000000000000302" "f8020000006100" "80",
	"f8020000006100" "0101000000000000000302" "80",	/* int8, 16 and 32 */
	"f8020000006100" "0201000000000000000302" "80",
	"f8020000006100" "0301000000000000000302" "80",
	"f8020000006100" "0401000000000000000402" "80",	/* no such sign, no such base */
	"f8020000006100" "0401000000000000000300" "80",
	"f8020000006100" "04ffffffffffffffff0302" "80",	/* -1 without its sign */
	"f8020000006100" "0401000000000000000202" "80",	/* 1 with one */
	"f8020000006100" "1001000000ff" "80",		/* half a character */
	"f8020000006100" "100200000000d8" "80",		/* half a pair */
	"f8020000006100" "10020000000a00" "80",		/* control characters */
	"f8020000006100" "10020000001b00" "80",
	"f8020000006100" "10020000000a00" "80" "f8020000006200" "a0",	/* deeper in */
	"f8020000006200" "f8020000006100" "10020000000a00" "80" "a1",
	"f8020000006100" "10020000000a00" "80" "a2",
	"10020000000a00" "f9020000006100" "80",
	"f8020000006100" "a2" "87",		/* an operator's result where a name must be */
	"f8020000006100" "a2" "f9020000006100" "80",
	"1002000000" "0a00" "89",
	"f8020000006100" "10020000008500" "80",
	"f8020000006100" "10020000002e20" "80",		/* right to left */
	"f8020000006100" "5005000000" "5000000000" "80",	/* a list in a list */
	"f8020000006100" "5007000000" "f8020000006200" "80",
	"f8020000006100" "5002000000" "0401" "80",
	"510c000000010100000000000100000000" "94",	/* no such operator */
	"510b0000000101000000000001000000" "89",	/* a short SID */
	"f80c000000450078006900730074007300",	/* an operator as a name */
	"f8020000002000",				/* " " as a name */
	"f8020000004000",				/* "@" as its first letter */
	"f800000000",					/* no name */
	"f900000000",
};

static void
stays_bytes(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	/* Another signature is no condition at all. */
	assert_false(cond_print((const uint8_t *)"arty\xf8\x02\0\0\0a\0\0", 12, &ctx, &out));
	assert_false(cond_print((const uint8_t *)"art", 3, &ctx, &out));
	assert_int_equal(out.len, 0);
	for (size_t i = 0; i < COUNT(bytes_only); i++) {
		struct buf bytes = BUF_INIT, text = BUF_INIT;
		size_t n = strlen(bytes_only[i]);

		buf_adds(&bytes, "artx");
		assert_int_equal(hex_decode(bytes_only[i], n - n % 2, &bytes), ERR_OK);
		if (n % 2 == 0)
			cond_pad(&bytes, 0);
		buf_adds(&text, "kept");
		if (cond_print((uint8_t *)bytes.data, bytes.len, &ctx, &text))
			fail_msg("%s prints as %s", bytes_only[i], buf_str(&text));
		assert_string_equal(buf_str(&text), "kept");
		buf_fini(&bytes);
		buf_fini(&text);
	}
}

/* Claims laid out in ways that ours is not. */
static const char *const claim_bytes_only[] = {
	"",
	"14000000" "0300" "0000" "00000000" "01000000",			/* no offset */
	"14000000" "0300" "0000" "00000000" "ffffffff" "00000000",	/* a count past the end */
	"14000000" "0400" "0000" "00000000" "00000000" "6e000000",	/* no such type */
	"10000000" "0300" "0100" "00000000" "00000000" "6e000000",	/* reserved */
	"ff000000" "0300" "0000" "00000000" "00000000" "6e000000",	/* the name elsewhere */
	"10000000" "0300" "0000" "00000000" "00000000" "6e006e00",	/* a name without end */
	"10000000" "0300" "0000" "00000000" "00000000" "00000000",	/* no name */
	/* Two strings in one place: the text would outgrow the bytes. */
	"18000000" "0300" "0000" "00000000" "02000000" "1c000000" "1c000000" "6e000000"
	    "61006200" "00000000",
	"14000000" "0600" "0000" "00000000" "01000000" "18000000" "6e000000"
	    "0200000000000000",						/* a boolean of 2 */
	"14000000" "0500" "0000" "00000000" "01000000" "18000000" "6e000000"
	    "0c000000" "010200000000000100000000",			/* a short SID */
	"14000000" "1000" "0000" "00000000" "01000000" "18000000" "6e000000"
	    "ffffffff" "00000000",					/* octets past the end */
};

static void
claim_stays_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(claim_bytes_only); i++) {
		struct buf bytes = BUF_INIT, text = BUF_INIT;

		assert_int_equal(hex_decode(claim_bytes_only[i], strlen(claim_bytes_only[i]),
		    &bytes), ERR_OK);
		buf_adds(&text, "kept");
		if (claim_print((uint8_t *)bytes.data, bytes.len, &ctx, &text))
			fail_msg("%s prints as %s", claim_bytes_only[i], buf_str(&text));
		assert_string_equal(buf_str(&text), "kept");
		buf_fini(&bytes);
		buf_fini(&text);
	}
}

/* The bytes Windows makes of ("colour",TS,0,"blue","red"). */
static void
claim_bytes(void **state)
{
	static const char text[] = "(\"colour\",TS,0x0,\"blue\",\"red\")";
	static const char hex[] =
	    "18000000" "0300" "0000" "00000000" "02000000" "26000000" "30000000"
	    "63006f006c006f00750072000000" "62006c00750065000000" "7200650064000000";
	struct buf bytes = BUF_INIT, got = BUF_INIT;
	struct lex l;

	(void)state;
	lex_init(&l, text, strlen(text), NULL);
	claim_read(&l, &bytes);
	assert_true(lex_ok(&l));
	hex_encode(bytes.data, bytes.len, &got);
	assert_string_equal(buf_str(&got), hex);
	buf_fini(&bytes);
	buf_fini(&got);
}

/* As deep as the ceiling and no deeper, in the text and in the bytes. */
static void
depth(void **state)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT, out = BUF_INIT;
	struct lex l;

	(void)state;
	for (size_t deep = COND_DEPTH_MAX; deep <= COND_DEPTH_MAX + 1; deep++) {
		buf_clear(&text);
		buf_clear(&bytes);
		buf_addc(&text, '(');
		for (size_t i = 0; i < deep; i++)
			buf_adds(&text, "!(");
		buf_adds(&text, "a");
		for (size_t i = 0; i <= deep; i++)
			buf_addc(&text, ')');
		lex_init(&l, text.data, text.len, NULL);
		cond_read(&l, &bytes);
		assert_int_equal(l.err, deep > COND_DEPTH_MAX ? ERR_TOO_BIG : ERR_OK);
	}
	/* A long chain reads without depth; printed, it would be too deep: bytes. */
	buf_clear(&text);
	buf_clear(&bytes);
	buf_adds(&text, "(a");
	for (size_t i = 0; i < 2 * COND_DEPTH_MAX; i++)
		buf_adds(&text, " && b");
	buf_addc(&text, ')');
	lex_init(&l, text.data, text.len, NULL);
	cond_read(&l, &bytes);
	assert_true(lex_ok(&l));
	assert_false(cond_print((uint8_t *)bytes.data, bytes.len, NULL, &out));
	assert_int_equal(out.len, 0);
	/* Sixty thousand negations are no recursion. */
	buf_clear(&bytes);
	artx("f8020000006100", &bytes);
	for (size_t i = 0; i < 60000; i++)
		buf_addc(&bytes, (char)COND_NOT);
	assert_false(cond_print((uint8_t *)bytes.data, bytes.len, NULL, &out));
	buf_fini(&text);
	buf_fini(&bytes);
	buf_fini(&out);
}

/* The whole way, through an ACE: what cannot be said is said in bytes. */
static void
in_an_ace(void **state)
{
	static const char *const texts[] = {
		"D:(XA;;FX;;;WD;(@USER.Title == \"PM\"))",
		"D:(ZA;;CR;00299570-246d-11d0-a768-00aa006e0529;;WD;(Member_of {SID(BA)}))",
		"S:(XU;SA;GA;;;WD;(a))(FL;;GA;;;WD;(a))(RA;;;;;WD;(\"n\",TB,0x0,1))",
		"D:(XA;;GA;;;WD;#61727478)(XA;;GA;;;WD;#00000000)(XD;;GA;;;WD)",
		"D:(XA;;GA;;;WD;#61727478f80200000061000a)",
		"S:(RA;;;;;WD;#00000000)",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct buf bytes = BUF_INIT, out = BUF_INIT;
		struct sd sd;

		assert_int_equal(sddl_parse(texts[i], strlen(texts[i]), NULL, &bytes, NULL),
		    ERR_OK);
		assert_int_equal(sd_parse(bytes.data, bytes.len, &sd, NULL), ERR_OK);
		sddl_print(&sd, NULL, &out);
		assert_string_equal(buf_str(&out), texts[i]);
		buf_fini(&bytes);
		buf_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),
		cmocka_unit_test(other_ways),
		cmocka_unit_test(refused),
		cmocka_unit_test(stays_bytes),
		cmocka_unit_test(claim_bytes),
		cmocka_unit_test(claim_stays_bytes),
		cmocka_unit_test(depth),
		cmocka_unit_test(in_an_ace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
