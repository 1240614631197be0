/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/sddl.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DOM "S-1-5-21-1-2-3"
#define GUID_RESET "00299570-246d-11d0-a768-00aa006e0529"
#define GUID_USER "bf967aba-0de6-11d0-a285-00aa003049e2"

static const struct sid domain = { .authority = 5, .sub = { 21, 1, 2, 3 }, .count = 4 };
static const struct sid forest = { .authority = 5, .sub = { 21, 4, 5, 6 }, .count = 4 };

/* The text of what the text says; the caller clears *out. */
static void
reprint(const char *text, const struct sddl_ctx *ctx, struct buf *out)
{
	struct buf bytes = BUF_INIT;
	struct fault fault;
	struct fault_buf b;
	struct sd sd;

	if (sddl_parse(text, strlen(text), ctx, &bytes, &fault) != ERR_OK)
		fail_msg("%s: %s", text, fault_str(&fault, &b));
	if (sd_parse(bytes.data, bytes.len, &sd, &fault) != ERR_OK)
		fail_msg("%s: bytes: %s", text, fault_str(&fault, &b));
	sddl_print(&sd, ctx, out);
	buf_fini(&bytes);
}

static void
check_reprint(const char *text, const struct sddl_ctx *ctx, const char *expected)
{
	struct buf out = BUF_INIT;

	reprint(text, ctx, &out);
	assert_string_equal(buf_str(&out), expected);
	buf_fini(&out);
}

/* What Windows writes, it reads back as it is. */
static const char *const canonical[] = {
	"",
	"O:BA",
	"G:SY",
	"D:",
	"S:",
	"D:S:",
	"D:PS:",
	"D:PARAI(A;;GA;;;SY)",
	"O:S-1-2-512D:",
	"O:S-1-0x0123456789abD:",
	"O:" DOM "-512G:" DOM "-512D:P",
	"D:NO_ACCESS_CONTROL",
	"D:NO_ACCESS_CONTROLS:AINO_ACCESS_CONTROL",
	"D:PNO_ACCESS_CONTROL",
	"D:(A;;GA;;;S-1-3-4294967295-3-4)",
	"D:P(A;;GA;;;BG)(A;;GX;;;AA)",
	"D:(A;;FA;;;WD)(A;;FR;;;WD)(A;;FW;;;WD)(A;;FX;;;WD)(A;;KA;;;WD)(A;;KR;;;WD)(A;;KW;;;WD)",
	"D:(A;;CCDCLCSWRPWPDTLOCR;;;WD)",
	"D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)",
	"D:(A;;SDRCWDWOGXGWGR;;;BA)",
	"D:(A;;0x401200a0;;;BA)",
	"D:(A;;0x100000;;;BA)",
	"D:(A;;;;;BA)",
	"D:(A;OICINPIOIDCRSAFA;GA;;;BA)",
	"D:(D;;GA;;;AN)(OA;CI;CR;" GUID_RESET ";" GUID_USER ";PS)(OD;;CR;" GUID_RESET ";;WD)",
	"D:(OA;CIIO;LCRPLORC;;" GUID_USER ";RU)",
	"D:(OA;;CR;;;WD)",		/* Windows would make it an A */
	"S:(AU;SA;CR;;;WD)(AU;SA;CR;;;WD)",
	"S:(AU;SAFA;WPWDWO;;;WD)(AL;;GA;;;WD)(OU;CISA;WP;" GUID_USER ";;WD)(OL;;CC;;;WD)",
	"S:(ML;;NW;;;LW)(ML;OICI;NWNRNX;;;SI)(ML;;0x8;;;HI)(SP;;;;;S-1-17-1)",
	"S:(TL;;CCDCLCSWRP;;;S-1-19-512-8192)",
	"D:(XA;;GA;;;WD)(XD;;GA;;;WD)(ZA;;CR;" GUID_RESET ";;WD)S:(XU;SA;GA;;;WD)(RA;;;;;WD)(FL;;GA;;;WD)",
	/* Ours: see sddl.h. */
	"X:SI",
	"O:BAX:OD,GD,DD,SD,DT,SS,DC,SC,DI,SI,PD,PS,RM,sbz1=0xff",
	"O:S-1-5-32-555-1X:SI",
	"D:AIX:SI",
	"D:[rev=0x4](A;;GA;;;WD)",
	"D:[rev=0x2](OA;;CR;;;WD)",
	"D:P[sbz1=0x1,sbz2=0xffff,tail=#0000]",
	"D:[tail=#00112233445566778899](A;;GA;;;WD)",
	"D:(A;;GA;;;WD;#00000000)(OA;;CR;" GUID_RESET ";;WD;#01020304)",
	"D:(0x0c;CI;CR;" GUID_RESET ";;WD)S:(0x0e;;GA;;;WD)(0x0f;SA;GA;;;WD)(0x10;;GA;;;WD)",
	"D:(0x04;;#)(0x16;OI;#00112233)(0xff;ID;#)",
	"D:(OA;;#0001000004000080010100000000000100000000)",	/* unknown object flags */
};

static void
canonical_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(canonical); i++)
		check_reprint(canonical[i], NULL, canonical[i]);
}

static const struct { const char *text, *expected; } other_forms[] = {
	/* As Windows was seen to write them (rights, flags, numbers, order). */
	{ "D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)",
	    "D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)(A;;LCRPLORC;;;AU)" },
	{ "S:D:P", "D:PS:" },
	{ "D:ARPAI(A;;GA;;;SY)", "D:PARAI(A;;GA;;;SY)" },
	{ "D:PPPPP(A;;GA;;;SY)", "D:P(A;;GA;;;SY)" },
	{ "D:(A;;123456789;;;BA)", "D:(A;;0x75bcd15;;;BA)" },
	{ "D:(A;;01234567;;;BA)", "D:(A;;0x53977;;;BA)" },
	{ "D:(A;;16;;;BA)(A;;0;;;BA)(A;;0x0;;;BA)", "D:(A;;RP;;;BA)(A;;;;;BA)(A;;;;;BA)" },
	{ "D:(A;;0xff;;;BA)", "D:(A;;CCDCLCSWRPWPDTLO;;;BA)" },
	{ "D:(A;;0xe00f0000;;;BA)", "D:(A;;SDRCWDWOGXGWGR;;;BA)" },
	{ "D:(A;;0x1f01ff;;;BA)", "D:(A;;FA;;;BA)" },
	{ "D:(A;;KX;;;BA)", "D:(A;;KR;;;BA)" },
	{ "D:(A;;FRFX;;;BA)", "D:(A;;0x1200a9;;;BA)" },
	{ "D:(A;;GRRPGR;;;BA)", "D:(A;;RPGR;;;BA)" },
	{ "D:(A;CIOI;GA;;;BA)", "D:(A;OICI;GA;;;BA)" },
	{ "D:(A;;GA;;;S-1-3-4)", "D:(A;;GA;;;OW)" },
	{ "O:s-1-1-0", "O:WD" },
	{ "D:(OA;;CR;00299570-246D-11D0-A768-00AA006E0529;;WD)",
	    "D:(OA;;CR;" GUID_RESET ";;WD)" },
	/* Spaces and lower case. */
	{ " O:BA  G:SY\tD: P (A; CI ; GA ;;; WD ) (a;oi;rp;;;s-1-1-0) S: ",
	    "O:BAG:SYD:P(A;CI;GA;;;WD)(A;OI;RP;;;WD)S:" },
	{ "S:(FL;TP;GA;;;WD)", "S:(FL;SA;GA;;;WD)" },
	/* Ours, said otherwise. */
	{ "X:SI , SI", "X:SI" },
	{ "D:AIX:DI,PD", "D:PAI" },
	{ "D:[rev=2,tail=#](A;;GA;;;WD;#)", "D:(A;;GA;;;WD)" },
	{ "D:(5;;CR;;;WD)(0x00;;GA;;;WD)", "D:(OA;;CR;;;WD)(A;;GA;;;WD)" },
	{ "D:(A;;#00000010010100000000000100000000)", "D:(A;;GA;;;WD)" },
};

static void
other_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(other_forms); i++)
		check_reprint(other_forms[i].text, NULL, other_forms[i].expected);
}

static const struct {
	const char *text;
	enum err err;
	size_t offset;
} bad[] = {
	{ "Z:(A;;GA;;;SY)", ERR_SYNTAX, 0 },
	{ "d:(A;;GA;;;SY)", ERR_SYNTAX, 0 },
	{ "D :", ERR_SYNTAX, 0 },
	{ "O:", ERR_SYNTAX, 2 },
	{ "O:XX", ERR_SYNTAX, 2 },
	{ "O:B", ERR_SYNTAX, 2 },
	{ "O:S-", ERR_SYNTAX, 2 },
	{ "O:S-1", ERR_SYNTAX, 2 },
	{ "O:S-1-", ERR_SYNTAX, 2 },
	{ "O:S-0x1-1-0", ERR_SYNTAX, 2 },
	{ "O:S-1-5-4294967296", ERR_RANGE, 2 },
	{ "O:BAO:BA", ERR_SYNTAX, 6 },
	{ "O:BAjunk", ERR_SYNTAX, 4 },
	{ "O:DA", ERR_UNSUPPORTED, 2 },
	{ "D:D:", ERR_SYNTAX, 4 },
	{ "D:P(A;;GA;;;SY)P", ERR_SYNTAX, 15 },
	{ "D:NO_ACCESS_CONTROL(A;;GA;;;SY)", ERR_SYNTAX, 19 },
	{ "D:(", ERR_SYNTAX, 3 },
	{ "D:(A;;GA;;;SY", ERR_SHORT, 13 },
	{ "D:((A;;GA;;;SY))", ERR_SYNTAX, 3 },
	{ "D:(Antlers;;GA;;;SY)", ERR_SYNTAX, 3 },
	{ "D:(A;;GA;;)", ERR_SYNTAX, 10 },
	{ "D:(A;QQ;GA;;;SY)", ERR_SYNTAX, 5 },
	{ "D:(A;;CROOO;;;SY)", ERR_SYNTAX, 8 },
	{ "D:(A;;NW;;;SY)", ERR_SYNTAX, 6 },	/* of mandatory labels alone */
	{ "D:(A;;0x123456789;;;SY)", ERR_RANGE, 6 },
	{ "D:(A;;100000000000000000000000;;;SY)", ERR_RANGE, 6 },
	{ "D:(A;;-99;;;SY)", ERR_SYNTAX, 6 },
	{ "D:(A;;0x;;;SY)", ERR_SYNTAX, 7 },
	{ "D:(A;;08;;;SY)", ERR_SYNTAX, 7 },
	{ "D:(A;;12z;;;SY)", ERR_SYNTAX, 8 },
	{ "D:(A;;GA;" GUID_RESET ";;SY)", ERR_SYNTAX, 9 },
	{ "D:(OA;;CR;{" GUID_RESET "};;SY)", ERR_SYNTAX, 10 },
	{ "D:(OA;;CR;00299570;;SY)", ERR_SYNTAX, 10 },
	{ "D:(OA;;CR;00299570-246d-11d0-a768-00aa006e05xx;;SY)", ERR_SYNTAX, 10 },
	{ "D:(OA;;CR;;" GUID_RESET "0;SY)", ERR_SYNTAX, 47 },
	{ "D:(A;;GA;;;SY;)", ERR_SYNTAX, 14 },
	{ "D:(A;;GA;;;SY;(a))", ERR_SYNTAX, 14 },
	{ "D:(A;;GA;;;SY;#0)", ERR_SYNTAX, 15 },
	{ "D:(A;;GA;;;SY;#00)", ERR_SYNTAX, 2 },	/* an ACE is a multiple of 4 */
	{ "D:(A;;#00)", ERR_SYNTAX, 2 },
	{ "D:(A;;#00000010)", ERR_SYNTAX, 2 },		/* and has a SID */
	{ "D:(0x100;;#)", ERR_RANGE, 3 },
	{ "D:(0x04;;GA;;;SY)", ERR_UNSUPPORTED, 9 },
	{ "D:[rev=3]", ERR_UNSUPPORTED, 8 },
	{ "D:[rev=4", ERR_SHORT, 8 },
	{ "D:[what=4]", ERR_SYNTAX, 3 },
	{ "D:[sbz1=0x100]", ERR_RANGE, 8 },
	{ "D:[sbz2=0x10000]", ERR_RANGE, 8 },
	{ "X:", ERR_SYNTAX, 2 },
	{ "X:SI,", ERR_SYNTAX, 5 },
	{ "X:SR", ERR_SYNTAX, 2 },
	{ "X:SIX:DI", ERR_SYNTAX, 4 },
};

/* Refused at the place, and what was in the output stays alone. */
static void
bad_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct buf out = BUF_INIT;
		struct fault fault = { 0 };
		enum err err = ERR_OK;

		buf_adds(&out, "kept");
		err = sddl_parse(bad[i].text, strlen(bad[i].text), NULL, &out, &fault);
		if (err != bad[i].err || fault.err != err || fault.offset != bad[i].offset ||
		    fault.what == NULL)
			fail_msg("%s: %s at %zu (%s)", bad[i].text, err_str(err), fault.offset,
			    fault.what != NULL ? fault.what : "-");
		assert_string_equal(buf_str(&out), "kept");
		assert_int_equal(sddl_parse(bad[i].text, strlen(bad[i].text), NULL, &out, NULL),
		    err);
		buf_fini(&out);
	}
}

static void
fault_names_the_ace(void **state)
{
	static const char text[] = "S:D:(A;;GA;;;SY)(A;;GA;;;XX)";
	struct buf out = BUF_INIT;
	struct fault fault;
	struct fault_buf b;

	(void)state;
	assert_int_equal(sddl_parse(text, strlen(text), NULL, &out, &fault), ERR_SYNTAX);
	assert_string_equal(fault_str(&fault, &b), "DACL ACE 2 at byte 25: SID: malformed");
	buf_fini(&out);
}

static const struct { const char *text, *hex; } bytes_of[] = {
	/* MS-DTYP 2.5.1.4: SACL at 0x14, DACL at 0x30, owner at 0x90, group at 0xa0. */
	{ "O:BAG:BAD:P(A;CIOI;GRGX;;;BU)(A;CIOI;GA;;;BA)(A;CIOI;GA;;;SY)(A;CIOI;GA;;;CO)"
	    "S:P(AU;FA;GR;;;WD)",
	    "010014b090000000a00000001400000030000000"
	    "02001c0001000000" "0280140000000080" "010100000000000100000000"
	    "0200600004000000" "00031800000000a0" "01020000000000052000000021020000"
	    "0003180000000010" "01020000000000052000000020020000"
	    "0003140000000010" "010100000000000512000000"
	    "0003140000000010" "010100000000000300000000"
	    "01020000000000052000000020020000" "01020000000000052000000020020000" },
	{ "", "0100008000000000000000000000000000000000" },
	{ "D:NO_ACCESS_CONTROL", "0100048000000000000000000000000000000000" },
	{ "D:", "0100048000000000000000000000000014000000" "0200080000000000" },
	{ "O:SYG:WD", "0100008014000000200000000000000000000000"
	    "010100000000000512000000" "010100000000000100000000" },
	{ "D:(OA;CI;CR;" GUID_RESET ";" GUID_USER ";PS)",
	    "0100048000000000000000000000000014000000" "0400400001000000"
	    "05023800" "00010000" "03000000" "709529006d24d011a76800aa006e0529"
	    "ba7a96bfe60dd011a28500aa003049e2" "01010000000000050a000000" },
};

static void
text_to_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bytes_of); i++) {
		struct buf bytes = BUF_INIT, hex = BUF_INIT;

		assert_int_equal(sddl_parse(bytes_of[i].text, strlen(bytes_of[i].text), NULL,
		    &bytes, NULL), ERR_OK);
		hex_encode(bytes.data, bytes.len, &hex);
		assert_string_equal(buf_str(&hex), bytes_of[i].hex);
		buf_fini(&bytes);
		buf_fini(&hex);
	}
}

/* Bytes laid out as a directory has them, not as Windows' converter: the parts
 * are the same ones. The revision of an ACL without object ACEs is told. */
static void
bytes_to_text(void **state)
{
	static const char hex[] =
	    "0100048c140000002000000000000000300000000101000000000005120000000102000000000005"
	    "200000002002000004001c000100000000001400ff010f00010100000000000512000000";
	struct buf bytes = BUF_INIT, text = BUF_INIT;
	struct sd sd;

	(void)state;
	assert_int_equal(hex_decode(hex, strlen(hex), &bytes), ERR_OK);
	assert_int_equal(sd_parse(bytes.data, bytes.len, &sd, NULL), ERR_OK);
	sddl_print(&sd, NULL, &text);
	assert_string_equal(buf_str(&text),
	    "O:SYG:BAD:AI[rev=0x4](A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)X:SI");
	buf_fini(&bytes);
	buf_fini(&text);
}

static const struct { const char *abbrev, *sid; } abbreviations[] = {
	{ "AA", "S-1-5-32-579" }, { "AC", "S-1-15-2-1" }, { "AN", "S-1-5-7" },
	{ "AO", "S-1-5-32-548" }, { "AS", "S-1-18-1" }, { "AU", "S-1-5-11" },
	{ "BA", "S-1-5-32-544" }, { "BG", "S-1-5-32-546" }, { "BO", "S-1-5-32-551" },
	{ "BU", "S-1-5-32-545" }, { "CD", "S-1-5-32-574" }, { "CG", "S-1-3-1" },
	{ "CO", "S-1-3-0" }, { "CY", "S-1-5-32-569" }, { "ED", "S-1-5-9" },
	{ "ER", "S-1-5-32-573" }, { "ES", "S-1-5-32-576" }, { "HA", "S-1-5-32-578" },
	{ "HI", "S-1-16-12288" }, { "HO", "S-1-5-32-584" }, { "IS", "S-1-5-32-568" },
	{ "IU", "S-1-5-4" }, { "LS", "S-1-5-19" }, { "LU", "S-1-5-32-559" },
	{ "LW", "S-1-16-4096" }, { "ME", "S-1-16-8192" }, { "MP", "S-1-16-8448" },
	{ "MS", "S-1-5-32-577" }, { "MU", "S-1-5-32-558" }, { "NO", "S-1-5-32-556" },
	{ "NS", "S-1-5-20" }, { "NU", "S-1-5-2" }, { "OW", "S-1-3-4" },
	{ "PO", "S-1-5-32-550" }, { "PS", "S-1-5-10" }, { "PU", "S-1-5-32-547" },
	{ "RA", "S-1-5-32-575" }, { "RC", "S-1-5-12" }, { "RD", "S-1-5-32-555" },
	{ "RE", "S-1-5-32-552" }, { "RM", "S-1-5-32-580" }, { "RU", "S-1-5-32-554" },
	{ "SH", "S-1-5-32-585" }, { "SI", "S-1-16-16384" }, { "SO", "S-1-5-32-549" },
	{ "SS", "S-1-18-2" }, { "SU", "S-1-5-6" }, { "SY", "S-1-5-18" },
	{ "UD", "S-1-5-84-0-0-0-0-0" }, { "WD", "S-1-1-0" }, { "WR", "S-1-5-33" },
	{ "AP", DOM "-525" }, { "CA", DOM "-517" }, { "CN", DOM "-522" },
	{ "DA", DOM "-512" }, { "DC", DOM "-515" }, { "DD", DOM "-516" },
	{ "DG", DOM "-514" }, { "DU", DOM "-513" }, { "KA", DOM "-526" },
	{ "LA", DOM "-500" }, { "LG", DOM "-501" }, { "PA", DOM "-520" },
	{ "RS", DOM "-553" },
	{ "EA", "S-1-5-21-4-5-6-519" }, { "EK", "S-1-5-21-4-5-6-527" },
	{ "RO", "S-1-5-21-4-5-6-498" }, { "SA", "S-1-5-21-4-5-6-518" },
};

/* A SID where a descriptor has one. */
static enum err
parse_sid(const char *s, size_t len, const struct sddl_ctx *ctx, struct sid *out)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT;
	enum err err;
	struct sd sd;

	buf_adds(&text, "O:");
	buf_add(&text, s, len);
	err = sddl_parse(text.data, text.len, ctx, &bytes, NULL);
	if (err == ERR_OK) {
		assert_int_equal(sd_parse(bytes.data, bytes.len, &sd, NULL), ERR_OK);
		*out = sd.owner;
	}
	buf_fini(&text);
	buf_fini(&bytes);
	return err;
}

static void
sid_abbreviations(void **state)
{
	const struct sddl_ctx ctx = { .domain = &domain, .root = &forest };

	(void)state;
	for (size_t i = 0; i < COUNT(abbreviations); i++) {
		struct buf out = BUF_INIT;
		struct sid_buf b;
		struct sid sid;

		assert_int_equal(parse_sid(abbreviations[i].abbrev, 2, &ctx, &sid), ERR_OK);
		assert_string_equal(sid_str(&sid, &b), abbreviations[i].sid);
		sddl_print_sid(&sid, &ctx, &out);
		assert_string_equal(buf_str(&out), abbreviations[i].abbrev);
		buf_clear(&out);
		/* Without a domain, those that need one are SIDs in full. */
		sddl_print_sid(&sid, NULL, &out);
		assert_string_equal(buf_str(&out), sid.sub[0] == 21 ?
		    abbreviations[i].sid : abbreviations[i].abbrev);
		buf_fini(&out);
	}
}

static void
sid_domains(void **state)
{
	const struct sddl_ctx both = { .domain = &domain, .root = &forest };
	const struct sddl_ctx one = { .domain = &domain, .root = NULL };
	struct sid sid = { 0 };

	(void)state;
	check_reprint("O:EAG:DA", &one, "O:EAG:DA");
	/* An Enterprise Admins RID in a child domain is none, nor the root's Domain Admins. */
	check_reprint("O:" DOM "-519G:S-1-5-21-4-5-6-512", &both,
	    "O:" DOM "-519G:S-1-5-21-4-5-6-512");
	check_reprint("O:S-1-5-21-4-5-6-519G:" DOM "-512", &both, "O:EAG:DA");
	check_reprint("O:" DOM "-512-7", &both, "O:" DOM "-512-7");
	assert_int_equal(parse_sid("EA", 2, NULL, &sid), ERR_UNSUPPORTED);
	assert_int_equal(parse_sid("da", 2, &one, &sid), ERR_OK);
	assert_int_equal(parse_sid("DAx", 3, &one, &sid), ERR_SYNTAX);
	assert_int_equal(parse_sid("", 0, &one, &sid), ERR_SYNTAX);
	assert_int_equal(parse_sid("\0\0", 2, &one, &sid), ERR_SYNTAX);
}

static void
one_ace(void **state)
{
	static const char text[] = " (OA;CI;CR;" GUID_RESET ";;PS) ";
	const uint8_t expected[] = {
		0x05, 0x02, 0x28, 0x00, 0x00, 0x01, 0, 0, 1, 0, 0, 0,
		0x70, 0x95, 0x29, 0x00, 0x6d, 0x24, 0xd0, 0x11,
		0xa7, 0x68, 0x00, 0xaa, 0x00, 0x6e, 0x05, 0x29,
		1, 1, 0, 0, 0, 0, 0, 5, 10, 0, 0, 0
	};
	struct buf out = BUF_INIT;
	struct fault fault;

	(void)state;
	assert_int_equal(sddl_parse_ace(text, strlen(text), NULL, &out, NULL), ERR_OK);
	assert_int_equal(out.len, sizeof(expected));
	assert_memory_equal(out.data, expected, sizeof(expected));
	assert_int_equal(sddl_parse_ace("(A;;GA;;;WD)(A;;GA;;;WD)", 24, NULL, &out, &fault),
	    ERR_TRAILING);
	assert_int_equal(fault.offset, 12);
	assert_int_equal(sddl_parse_ace("", 0, NULL, &out, NULL), ERR_SHORT);
	assert_int_equal(out.len, sizeof(expected));
	buf_fini(&out);
}

static void
rights(void **state)
{
	(void)state;
	check_reprint("D:(A;;0x30;;;WD)(A;;0x100030;;;WD)S:(ML;;0x7;;;HI)(ML;;0x20019;;;HI)", NULL,
	    "D:(A;;RPWP;;;WD)(A;;0x100030;;;WD)S:(ML;;NWNRNX;;;HI)(ML;;0x20019;;;HI)");
}

/* AceSize, AclSize: 65535 bytes and no more. */
static void
sizes(void **state)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT;
	struct fault fault;

	(void)state;
	buf_adds(&text, "D:");
	for (size_t i = 0; i < 3276; i++)	/* 8 + 20 each */
		buf_adds(&text, "(A;;GA;;;WD)");
	assert_int_equal(sddl_parse(text.data, text.len, NULL, &bytes, NULL), ERR_OK);
	buf_adds(&text, "(A;;GA;;;WD)");
	assert_int_equal(sddl_parse(text.data, text.len, NULL, &bytes, &fault), ERR_TOO_BIG);
	assert_string_equal(fault.what, "ACL");
	buf_clear(&text);
	buf_adds(&text, "D:(0x20;;#");
	for (size_t i = 0; i < 65536; i++)
		buf_adds(&text, "00");
	buf_adds(&text, ")");
	assert_int_equal(sddl_parse(text.data, text.len, NULL, &bytes, &fault), ERR_TOO_BIG);
	assert_string_equal(fault.what, "ACE");
	buf_fini(&text);
	buf_fini(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_text),
		cmocka_unit_test(other_text),
		cmocka_unit_test(bad_text),
		cmocka_unit_test(fault_names_the_ace),
		cmocka_unit_test(text_to_bytes),
		cmocka_unit_test(bytes_to_text),
		cmocka_unit_test(sid_abbreviations),
		cmocka_unit_test(sid_domains),
		cmocka_unit_test(one_ace),
		cmocka_unit_test(rights),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
