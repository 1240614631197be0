/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/sd_words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RESET "00299570-246d-11d0-a768-00aa006e0529"
#define LOCKOUT "28630ebf-41d5-11d1-a9c1-0000f80367c1"
#define UNKNOWN "01234567-89ab-cdef-0123-456789abcdef"

static const struct { const char *ace, *words; } aces[] = {
	{ "(A;;GA;;;WD)", "allow: generic all to Everyone (S-1-1-0)" },
	{ "(D;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;S-1-5-21-1-2-3-512)",
	    "deny: full control to Domain Admins (S-1-5-21-1-2-3-512)" },
	{ "(A;;0x1f01ff;;;SY)", "allow: full control, synchronize to SYSTEM (S-1-5-18)" },
	{ "(A;;;;;S-1-9-9)", "allow: nothing to S-1-9-9" },
	{ "(A;;0x3300200;;;S-1-5-21-1-2-3-512-7)", "allow: synchronize, access system security, "
	    "maximum allowed, 0x200200 to S-1-5-21-1-2-3-512-7" },
	{ "(A;;CCDCSWRPWPCR;;;PS)", "allow: create children, delete children, "
	    "read all properties, write all properties, all validated writes, all extended rights "
	    "to SELF (S-1-5-10)" },
	{ "(A;OICINPIOIDCR;LCLODTSDRCWDWO;;;BA)",
	    "allow, object inherit, container inherit, one level only, inherit only, inherited, "
	    "critical: list children, list object, delete subtree, delete this object, "
	    "read permissions, modify permissions, modify owner "
	    "to BUILTIN\\Administrators (S-1-5-32-544)" },
	{ "(OA;ID;CR;" RESET ";;S-1-5-21-1-2-3-1104)",
	    "allow, inherited: Reset Password (" RESET ") to S-1-5-21-1-2-3-1104" },
	{ "(OD;CIIO;RPWPRC;" LOCKOUT ";" UNKNOWN ";WD)",
	    "deny, container inherit, inherit only, for descendant " UNKNOWN ": "
	    "read, write lockoutTime (" LOCKOUT "), read permissions to Everyone (S-1-1-0)" },
	{ "(OA;;CRSWCCDC;" UNKNOWN ";;WD)", "allow: create, delete, validated write to, use "
	    UNKNOWN " to Everyone (S-1-1-0)" },
	{ "(OA;;RC;" UNKNOWN ";;WD)", "allow: read permissions to Everyone (S-1-1-0)" },
	{ "(OA;;CR;;;WD)", "allow: all extended rights to Everyone (S-1-1-0)" },
	{ "(XA;;RP;;;WD;(@User.x == 1))",
	    "allow: read all properties to Everyone (S-1-1-0) if (@USER.x == 1)" },
	{ "(XD;;RP;;;WD;#61727478)", "deny: read all properties to Everyone (S-1-1-0) "
	    "if a condition of 4 bytes that has no text" },
	{ "(A;;RP;;;WD;#00000000)",
	    "allow: read all properties to Everyone (S-1-1-0), with 4 bytes of data" },
	{ "(AU;SAFA;WP;;;WD)",
	    "audit, on success, on failure: write all properties for Everyone (S-1-1-0)" },
	{ "(OL;;WP;;;WD)", "alarm: write all properties for Everyone (S-1-1-0)" },
	{ "(ML;;NWNRNX;;;LW)", "integrity label: no write up, no read up, no execute up "
	    "for S-1-16-4096" },
	{ "(ML;;0x9;;;LW)", "integrity label: no write up, 0x8 for S-1-16-4096" },
	{ "(SP;;;;;S-1-17-1)", "central access policy: nothing for S-1-17-1" },
	{ "(RA;;;;;WD;(\"n\",TB,0,1))",
	    "resource attribute: nothing for Everyone (S-1-1-0), with 32 bytes of data" },
	{ "(TL;;0x2;;;S-1-19-512-8192)", "trust label: delete children for S-1-19-512-8192" },
	{ "(FL;;GA;;;WD;(a))", "access filter: generic all for Everyone (S-1-1-0) if (a)" },
	{ "(0x2a;ID;#00112233)", "type 0x2a, inherited: 8 bytes that are not understood" },
};

static void
ace_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(aces); i++) {
		struct buf text = BUF_INIT, bytes = BUF_INIT, out = BUF_INIT;
		struct ace ace;
		struct sd sd;
		size_t pos = 0;

		buf_addf(&text, "D:%s", aces[i].ace);
		assert_int_equal(sddl_parse(text.data, text.len, NULL, &bytes, NULL), ERR_OK);
		assert_int_equal(sd_parse(bytes.data, bytes.len, &sd, NULL), ERR_OK);
		assert_true(acl_next(&sd.dacl, &pos, &ace));
		sd_words_ace(&ace, NULL, &out);
		assert_string_equal(buf_str(&out), aces[i].words);
		buf_fini(&text);
		buf_fini(&bytes);
		buf_fini(&out);
	}
}

static const struct { const char *sddl, *dacl, *sacl, *control; } whole[] = {
	{ "", "absent: everything is granted to everyone", "absent", "" },
	{ "D:NO_ACCESS_CONTROLS:AINO_ACCESS_CONTROL", "NULL: everything is granted to everyone",
	    "auto-inherited, NULL", "" },
	{ "D:PS:", "protected, empty: only the owner has rights", "empty", "" },
	{ "D:PARAI(A;;GA;;;WD)S:(AU;SA;GA;;;WD)(AU;FA;GA;;;WD)X:OD,GD,DD,DT,SS,RM,sbz1=1",
	    "protected, auto-inherit required, auto-inherited, defaulted, 1 ACE", "2 ACEs",
	    "owner defaulted, group defaulted, DACL trusted, server security, "
	    "resource manager control, Sbz1 0x01" },
	{ "D:X:SI", "empty: only the owner has rights", "auto-inherited, absent", "" },
};

static void
descriptor_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(whole); i++) {
		struct buf bytes = BUF_INIT, out = BUF_INIT;
		struct sd sd;

		assert_int_equal(sddl_parse(whole[i].sddl, strlen(whole[i].sddl), NULL, &bytes,
		    NULL), ERR_OK);
		assert_int_equal(sd_parse(bytes.data, bytes.len, &sd, NULL), ERR_OK);
		sd_words_acl(&sd, false, &out);
		assert_string_equal(buf_str(&out), whole[i].dacl);
		buf_clear(&out);
		sd_words_acl(&sd, true, &out);
		assert_string_equal(buf_str(&out), whole[i].sacl);
		buf_clear(&out);
		sd_words_control(&sd, &out);
		assert_string_equal(buf_str(&out), whole[i].control);
		buf_fini(&bytes);
		buf_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ace_words),
		cmocka_unit_test(descriptor_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
