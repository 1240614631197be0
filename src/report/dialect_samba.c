/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/dialect.h"

#include <string.h>

#include "core/quote.h"
#include "core/sddl.h"

/*
 * samba-tool dsacl set adds the ACEs of --sddl in front; dsacl delete (Samba 4.18)
 * takes just those away. Both read the ACEs as SDDL, with SIDs in full.
 *
 * What comes stands before what goes: `set` looks for the first ACE of the object's
 * own in the text of the descriptor, and where nothing but inherited ones is left it
 * ends in "Unable to parse SDDL" (dsacl.py, add_ace).
 */

static void
preamble(struct buf *out)
{
	dialect_comment(&dialect_samba, "For sh, on a domain controller as root; from elsewhere "
	    "add -H ldap://CONTROLLER -U ADMINISTRATOR to each. 'dsacl delete' needs Samba 4.18.",
	    out);
}

static void
command(const char *verb, enum cure_act act, const char *dn, const struct cure_step *steps,
    size_t count, struct buf *out)
{
	struct buf name = BUF_INIT, sddl = BUF_INIT;
	size_t start = out->len;
	enum err err;

	for (size_t i = 0; i < count; i++)
		if (steps[i].act == act)
			sddl_print_ace(&steps[i].ace, NULL, &sddl);
	if (!sddl.len)
		return;
	err = quote_dn(dn, strlen(dn), false, &name);
	buf_addf(out, "samba-tool dsacl %s --objectdn=", verb);
	if (err == ERR_OK)
		err = quote_sh(buf_str(&name), name.len, out);
	buf_adds(out, " --sddl=");
	if (err == ERR_OK)
		err = quote_sh(buf_str(&sddl), sddl.len, out);
	buf_addc(out, '\n');
	if (err != ERR_OK) {
		buf_truncate(out, start);
		for (size_t i = 0; i < count; i++)
			if (steps[i].act == act)
				dialect_by_hand(&dialect_samba, dn, &steps[i], "the name is no DN", out);
	}
	buf_fini(&name);
	buf_fini(&sddl);
}

static void
commands(const char *dn, const char *connector, const struct cure_step *steps, size_t count,
    struct buf *out)
{
	(void)connector;
	command("set", CURE_GRANT, dn, steps, count, out);
	command("delete", CURE_UNDENY, dn, steps, count, out);
}

const struct dialect dialect_samba = { "samba-tool", "# ", "\n", false, 0, preamble, commands };
