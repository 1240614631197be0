/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/dialect.h"

#include <inttypes.h>
#include <string.h>

#include "core/access.h"
#include "core/ascii.h"
#include "core/quote.h"
#include "core/schema.h"

/*
 * PowerShell. The vendor's Set-ADSyncPasswordWritebackPermissions (module
 * AdSyncConfig) stands where it grants what is missing: the whole set, on an OU,
 * for class user. Not elsewhere, for (read in AdSyncConfig.psm1): on an object that
 * is no OU or container, the domain head among them, it drops the class and grants
 * for all that is below; without -ADobjectDN it grants in every domain of the
 * forest; and it puts the object's DN into a line for Invoke-Expression, between
 * double quotes, where PowerShell expands $( ): only plain names may go there.
 * All else edits the DACL through System.DirectoryServices.
 */

static void
preamble(struct buf *out)
{
	dialect_comment(&dialect_adsyncconfig, "For Windows PowerShell, as a domain administrator. "
	    "Set-ADSync... needs the module AdSyncConfig of the sync server and the AD DS tools "
	    "of RSAT: Import-Module 'C:\\Program Files\\Microsoft Azure Active Directory "
	    "Connect\\AdSyncConfig\\AdSyncConfig.psm1'. Names with other characters than letters, "
	    "digits and a few signs are written \\XX, byte by byte (RFC 4514).", out);
	buf_adds(out,
	    "function Edit-Ace([string]$Verb, [string]$Dn, [string]$Sid, [string]$Type, "
	    "[int]$Rights,\r\n"
	    "        [guid]$Object, [string]$Inherit, [guid]$Class) {\r\n"
	    "    # In an ADsPath a slash is escaped.\r\n"
	    "    $entry = New-Object System.DirectoryServices.DirectoryEntry "
	    "('LDAP://' + $Dn.Replace('/', '\\/'))\r\n"
	    "    $entry.psbase.Options.SecurityMasks = "
	    "[System.DirectoryServices.SecurityMasks]::Dacl\r\n"
	    "    $rule = New-Object System.DirectoryServices.ActiveDirectoryAccessRule (\r\n"
	    "        (New-Object System.Security.Principal.SecurityIdentifier $Sid),\r\n"
	    "        [System.DirectoryServices.ActiveDirectoryRights]$Rights,\r\n"
	    "        [System.Security.AccessControl.AccessControlType]$Type, $Object,\r\n"
	    "        [System.DirectoryServices.ActiveDirectorySecurityInheritance]$Inherit, "
	    "$Class)\r\n"
	    "    if ($Verb -eq 'Add') { $entry.psbase.ObjectSecurity.AddAccessRule($rule) }\r\n"
	    "    else { $entry.psbase.ObjectSecurity.RemoveAccessRuleSpecific($rule) }\r\n"
	    "    $entry.psbase.CommitChanges()\r\n"
	    "}\r\n");
}

static bool
is_grant_of(const struct cure_step *s, uint32_t mask, const struct guid *what)
{
	return s->act == CURE_GRANT && cure_reach(s) == REACH_BELOW && s->ace.mask == mask &&
		(s->ace.object_flags & ACE_OBJECT_TYPE_PRESENT) &&
		guid_eq(&s->ace.object_type, what) && s->class_name &&
		ascii_eq_nocase(s->class_name, strlen(s->class_name), "user", 4);
}

/* The three rights that the cmdlet grants, and nothing else. */
static bool
is_cmdlets_set(const struct cure_step *steps, size_t count)
{
	struct schema builtin;
	unsigned seen = 0;

	schema_init(&builtin);
	for (size_t i = 0; i < count; i++) {
		const struct cure_step *s = &steps[i];

		if (is_grant_of(s, RIGHT_CONTROL_ACCESS, &right_reset_password))
			seen |= 1;
		else if (is_grant_of(s, RIGHT_WRITE_PROPERTY, &builtin.attr[SCHEMA_LOCKOUT_TIME].id))
			seen |= 2;
		else if (is_grant_of(s, RIGHT_WRITE_PROPERTY, &builtin.attr[SCHEMA_PWD_LAST_SET].id))
			seen |= 4;
	}
	schema_fini(&builtin);
	return count == 3 && seen == 7;
}

/* Nothing in it that any of the shells and programs on the way would look at, and
 * RDNs that the cmdlet knows: its $distinguishedNameRegex has CN, OU and DC alone. */
static bool
is_plain_dn(const char *dn)
{
	static const char *const types[] = { "CN", "OU", "DC" };
	bool known = true;

	while (*dn && known) {
		size_t type = strcspn(dn, "=");

		known = false;
		for (size_t i = 0; i < sizeof types / sizeof *types; i++)
			known |= ascii_eq_nocase(dn, type, types[i], 2);
		for (; *dn && *dn != ','; dn++)
			known &= ascii_is_alpha(*dn) || ascii_is_digit(*dn) || strchr(" =-_.", *dn);
		dn += *dn == ',';
	}
	return known;
}

static const char *
inheritance(uint8_t flags)
{
	const unsigned below = ACE_INHERIT_ONLY | ACE_NO_PROPAGATE;

	/* ActiveDirectorySecurityInheritance, by the flags that each stands for */
	if (!flags)
		return "None";
	if (!(flags & ACE_CONTAINER_INHERIT) || (flags & ~(ACE_CONTAINER_INHERIT | below)))
		return NULL;
	switch (flags & below) {
	case 0: return "All";
	case ACE_INHERIT_ONLY: return "Descendents";
	case ACE_NO_PROPAGATE: return "SelfAndChildren";
	default: return "Children";
	}
}

static void
edit(const char *dn, const struct buf *written, const struct cure_step *step, struct buf *out)
{
	static const struct guid none;
	const struct ace *ace = &step->ace;
	const char *inherit = inheritance(ace->flags);
	struct guid_buf object, class;
	struct sid_buf sid;
	struct buf name = BUF_INIT;

	if (!inherit || quote_powershell(buf_str(written), written->len, &name) != ERR_OK) {
		dialect_by_hand(&dialect_adsyncconfig, dn, step, !inherit ? ".NET has no name for its "
		    "inheritance flags" : "the name cannot be written for PowerShell", out);
	} else {
		buf_addf(out, "Edit-Ace %s %s %s %s %" PRIu32 " %s %s %s\r\n",
		    step->act == CURE_GRANT ? "Add" : "Remove", buf_str(&name),
		    sid_str(&ace->trustee, &sid), ace_is_deny(ace) ? "Deny" : "Allow",
		    access_map_generic(ace->mask),
		    guid_str(ace->object_flags & ACE_OBJECT_TYPE_PRESENT ? &ace->object_type :
		    &none, &object), inherit,
		    guid_str(ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT ?
		    &ace->inherited_type : &none, &class));
	}
	buf_fini(&name);
}

static void
commands(const char *dn, const char *connector, const struct cure_step *steps, size_t count,
    struct buf *out)
{
	struct buf name = BUF_INIT;

	if (is_cmdlets_set(steps, count) && ascii_eq_nocase(dn, strcspn(dn, "="), "OU", 2) &&
	    is_plain_dn(dn) && is_plain_dn(connector)) {
		dialect_comment(&dialect_adsyncconfig, "Newer versions of the cmdlet grant Unexpire "
		    "Password, too.", out);
		buf_addf(out, "Set-ADSyncPasswordWritebackPermissions -ADConnectorAccountDN '%s' "
		    "-ADobjectDN '%s'\r\n", connector, dn);
	} else if (quote_dn(dn, strlen(dn), true, &name) != ERR_OK) {
		for (size_t i = 0; i < count; i++)
			dialect_by_hand(&dialect_adsyncconfig, dn, &steps[i], "the name is no DN", out);
	} else {
		for (size_t i = 0; i < count; i++)
			edit(dn, &name, &steps[i], out);
	}
	buf_fini(&name);
}

const struct dialect dialect_adsyncconfig = { "adsyncconfig", "# ", "\r\n", true, 0, preamble,
	commands };
