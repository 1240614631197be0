/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/dialect.h"

#include <string.h>

#include "core/access.h"
#include "core/quote.h"
#include "core/schema.h"

/*
 * dsacls OBJECT /G TRUSTEE:PERMISSION;RIGHT;CLASS [/I:S], as its own help has it
 * (10.0.17763): the trustee may be "A string SID"; a class is for permissions that are
 * "Inherit Only", with /I:S. A control access right stands by its display name, an
 * attribute and a class by their LDAP names, as the vendor's AdSyncConfig.psm1 calls
 * it. That also leaves /I out (GrantAclsNoInheritance) for what its reference calls
 * "This object only"; DsAcls Syntax (2003) has /I:T for the default, which on a user,
 * with nothing below, would come to the same. It cannot take one ACE away: /R takes
 * all of a trustee.
 */

/* Microsoft, "Command prompt line string limitation": more is not one line to cmd.exe,
 * and what it makes of the rest is anybody's guess. */
#define LINE_MAX_CMD 8191

static void
preamble(struct buf *out)
{
	dialect_comment(&dialect_dsacls, "For cmd.exe, as a domain administrator; dsacls comes with "
	    "the AD DS tools of RSAT. Names with other characters than letters, digits and a "
	    "few signs are written \\XX, byte by byte (RFC 4514). What dsacls cannot do, such as "
	    "taking one entry away, is a comment that begins with BY HAND; --dialect "
	    "adsyncconfig has commands for that.", out);
	buf_adds(out, "@echo off\r\n");
}

/* "CA;Reset Password;user", or false where it has no such form. */
static bool
permission(const struct cure_step *step, struct buf *out)
{
	const struct ace *ace = &step->ace;
	const char *name = ace->object_flags & ACE_OBJECT_TYPE_PRESENT ?
		schema_guid_name(&ace->object_type) : NULL;

	if (!name || (ace->mask != RIGHT_CONTROL_ACCESS && ace->mask != RIGHT_WRITE_PROPERTY))
		return false;
	buf_addf(out, "%s;%s", ace->mask == RIGHT_CONTROL_ACCESS ? "CA" : "WP", name);
	if (!(ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT))
		return true;
	if (!step->class_name || !is_plain_word(step->class_name))
		return false;
	buf_addf(out, ";%s", step->class_name);
	return true;
}

static const char no_form[] = "dsacls has no form for it";

static void
grant(const char *dn, const struct buf *name, const struct cure_step *step, struct buf *out)
{
	enum cure_reach reach = cure_reach(step);
	struct buf what = BUF_INIT, line = BUF_INIT;
	struct sid_buf sid;

	buf_addf(&what, "%s:", sid_str(&step->ace.trustee, &sid));
	buf_adds(&line, "dsacls ");
	if (reach == REACH_OTHER || !permission(step, &what)) {
		dialect_by_hand(&dialect_dsacls, dn, step, no_form, out);
	} else if (quote_cmd(buf_str(name), name->len, &line) != ERR_OK) {
		dialect_by_hand(&dialect_dsacls, dn, step, "the name cannot be written for cmd.exe",
		    out);
	} else {
		buf_adds(&line, " /G ");
		if (quote_cmd(buf_str(&what), what.len, &line) != ERR_OK) {
			dialect_by_hand(&dialect_dsacls, dn, step, no_form, out);
		} else {
			buf_adds(&line, reach == REACH_BELOW ? " /I:S" : "");
			if (line.len > LINE_MAX_CMD)
				dialect_by_hand(&dialect_dsacls, dn, step, "the name makes the line "
				    "longer than cmd.exe takes", out);
			else
				buf_addf(out, "%s\r\n", buf_str(&line));
		}
	}
	buf_fini(&what);
	buf_fini(&line);
}

static void
commands(const char *dn, const char *connector, const struct cure_step *steps, size_t count,
    struct buf *out)
{
	struct buf name = BUF_INIT;
	bool named = quote_dn(dn, strlen(dn), true, &name) == ERR_OK;

	(void)connector;
	for (size_t i = 0; i < count; i++)
		if (steps[i].act == CURE_UNDENY)
			dialect_by_hand(&dialect_dsacls, dn, &steps[i], "dsacls /R takes all "
			    "of a trustee", out);
		else if (!named)
			dialect_by_hand(&dialect_dsacls, dn, &steps[i], "the name is no DN", out);
		else
			grant(dn, &name, &steps[i], out);
	buf_fini(&name);
}

const struct dialect dialect_dsacls = { "dsacls", "rem ", "\r\n", true, LINE_MAX_CMD,
	preamble, commands };
