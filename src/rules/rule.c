/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/rule.h"

/*
 * The texts: `title` says what is the matter in one line; `why` gives the
 * statement that makes it matter, with the section of MS-ADTS, MS-SAMR or
 * MS-DTYP, or "the vendor" for its own documentation of password writeback;
 * `remedy` says what to do, for somebody who has to do it now.
 */

#define GRANT \
	"Grant it to the connector account on descendant user objects, at the domain root or at " \
	"the OUs with users: Set-ADSyncPasswordWritebackPermissions (module AdSyncConfig) on the " \
	"sync server does it for the whole set. "
#define SPREAD \
	"inetOrgPerson objects need a grant of their own, and the grant only arrives where " \
	"inheritance is open."
#define FIND_DENY \
	"The evidence shows the ACE that denies. Remove it where it was set (the cause names the " \
	"object when it is inherited), or take the connector account out of the group it names."
#define ACCOUNT_ATTRS "userAccountControl"
#define SD_ATTRS "nTSecurityDescriptor objectClass objectSid"
#define PSO_ATTRS \
	"msDS-PasswordSettingsPrecedence msDS-MinimumPasswordAge msDS-MaximumPasswordAge " \
	"msDS-MinimumPasswordLength msDS-PasswordHistoryLength msDS-PasswordComplexityEnabled " \
	"msDS-LockoutThreshold msDS-LockoutDuration msDS-LockoutObservationWindow"
#define IDENTITY_ATTRS \
	"mS-DS-ConsistencyGuid objectGUID userPrincipalName sAMAccountName objectSid " \
	"userAccountControl"
#define JOIN_ATTRS \
	"mail sAMAccountName mailNickname objectSid msExchMasterAccountSid userAccountControl"
#define DOMAIN_ATTRS \
	"minPwdAge maxPwdAge minPwdLength pwdHistoryLength pwdProperties lockoutThreshold " \
	"lockoutDuration lockOutObservationWindow"

const struct rule rule_table[] = {
	/* 1xx: domain controllers */
	{ 101, "policy-hints-absent", SEVERITY_FAIL, RULE_DC, OP_RESET | OP_CHANGE, 6329, false,
		"the domain controller does not offer the policy hints control",
		"The sync engine sends the control 1.2.840.113556.1.4.2066 with a password so that "
		"history and minimum age hold for resets too (MS-ADTS 3.1.1.3.4.1.27 and .28). When "
		"supportedControl does not list it, the engine gives up with event 6329.",
		"Windows Server 2008 R2 with SP1 and later have it; 2008 SP2 and 2008 R2 without a "
		"service pack need the update KB2386717; Samba has it from 4.24. Update this domain "
		"controller, or make the connector use only those that have it (preferred domain "
		"controllers, in the connector's properties).",
		"supportedControl" },
	{ 102, "policy-hints-successor-absent", SEVERITY_INFO, RULE_DC, 0, 0, false,
		"the domain controller does not offer the newer policy hints control",
		"Windows Server 2012 and later list 1.2.840.113556.1.4.2239 as well (MS-ADTS "
		"3.1.1.3.4.1.27 and .28). The sync engine asks for the older 1.2.840.113556.1.4.2066, "
		"so nothing fails for lack of this one.",
		"Nothing to do for writeback. It tells that the domain controller is old.",
		"supportedControl" },
	{ 103, "dc-unreachable", SEVERITY_UNKNOWN, RULE_DC, OP_ALL, 0, true,
		"the domain controller could not be asked",
		"Nothing is known of a domain controller that did not answer, and the sync engine may "
		"well turn to it; the PDC emulator above all, which takes password changes.",
		"The evidence is the step that failed and the error. See to name resolution, the way "
		"to TCP 389 or 636, the certificate and the bind, then run the audit again. If the "
		"domain controller is gone for good, clean up its metadata (ntdsutil).",
		"" },
	{ 104, "dc-too-old", SEVERITY_FAIL, RULE_DC, OP_RESET | OP_CHANGE, 6329, false,
		"the domain controller is older than Windows Server 2008 R2",
		"domainControllerFunctionality is below 4 (MS-ADTS 3.1.1.3.2). The vendor asks for "
		"2008 R2 or later, for the sake of the policy hints control.",
		"Replace or upgrade this domain controller, or make the connector use only newer "
		"ones.",
		"domainControllerFunctionality" },
	{ 105, "dc-below-current-minimum", SEVERITY_INFO, RULE_DC, 0, 0, false,
		"the domain controller is older than the vendor's present minimum",
		"domainControllerFunctionality is below 7 (MS-ADTS 3.1.1.3.2). The vendor's "
		"troubleshooting text of 2024 names Windows Server 2016 as the oldest release for "
		"writeback; older ones have the control and work, without support.",
		"Plan the upgrade to Windows Server 2016 or later.",
		"domainControllerFunctionality" },
	{ 106, "dc-read-only", SEVERITY_RISK, RULE_DC, OP_ALL, 0, false,
		"the domain controller is read-only",
		"A read-only domain controller lists the capability 1.2.840.113556.1.4.1920 (MS-ADTS "
		"3.1.1.3.4.3), or its NTDS settings are of class nTDSDSARO. It sends writes elsewhere "
		"by referral, and what it tells of passwords and lockouts is as old as its last "
		"replication.",
		"Name a writable domain controller, best the PDC emulator, for the audit and in the "
		"connector's preferred domain controllers.",
		"supportedCapabilities" },
	{ 107, "dc-clock-skew", SEVERITY_RISK, RULE_DC, 0, 0, false,
		"the domain controller's clock is more than 5 minutes off",
		"currentTime (MS-ADTS 3.1.1.3.2) and the clock of this host differ. Kerberos refuses "
		"tickets beyond 5 minutes by default, and minimum age, lockout and expiry are "
		"reckoned with the domain controller's clock.",
		"Find out which clock is wrong. Domain controllers take their time from the PDC "
		"emulator (w32tm /query /status there), this host from its own NTP service.",
		"currentTime" },
	{ 108, "dc-answer-incomplete", SEVERITY_UNKNOWN, RULE_DC, 0, 0, true,
		"the domain controller's rootDSE lacks attributes",
		"A domain controller gives these to anybody (MS-ADTS 3.1.1.3.2). Without them it "
		"cannot be said which release it is, which controls it has or whether it has caught "
		"up with the others.",
		"Check that the server is a domain controller of this domain and not a proxy, a "
		"global catalog port or AD LDS, and ask it again.",
		"supportedControl supportedCapabilities domainControllerFunctionality "
		"domainFunctionality currentTime isSynchronized defaultNamingContext" },
	{ 109, "domain-level-old", SEVERITY_INFO, RULE_DOMAIN, 0, 0, false,
		"the domain's functional level is below Windows Server 2008 R2",
		"domainFunctionality is below 4 (MS-ADTS 3.1.1.3.2), so domain controllers without the "
		"policy hints control may join at any time; below 3 no fine-grained password policy "
		"applies (MS-ADTS 3.1.1.4.5.36).",
		"Raise the functional level once the old domain controllers are gone.",
		"domainFunctionality" },
	{ 110, "dc-not-synchronized", SEVERITY_RISK, RULE_DC, 0, 0, false,
		"the domain controller has not caught up with the others",
		"isSynchronized is FALSE (MS-ADTS 3.1.1.3.2): it has not completed a replication with "
		"another domain controller since it was started. What it tells of users may be old.",
		"Look at its replication (repadmin /showrepl, dcdiag); until that works, take it out "
		"of the connector's preferred domain controllers.",
		"isSynchronized" },
	{ 111, "dc-certificate-expiring", SEVERITY_RISK, RULE_DC, 0, 0, false,
		"the domain controller's TLS certificate ends within 30 days",
		"After that day LDAP over TLS (MS-ADTS 5.1.2.2) fails for whoever checks "
		"certificates (RFC 5280 6.1.3), this program too.",
		"Renew the certificate on the domain controller; it takes a new one into use by "
		"itself.",
		"" },
	{ 112, "policy-hints-mixed", SEVERITY_RISK, RULE_DOMAIN, OP_RESET | OP_CHANGE, 6329, false,
		"some domain controllers offer the policy hints control, others do not",
		"Which domain controller the sync engine talks to is up to the domain controller "
		"locator (MS-ADTS 6.3), unless preferred ones are set. With one that does not list "
		"1.2.840.113556.1.4.2066 it gives up with event 6329, so that resets work on some days "
		"and fail on others.",
		"Update the domain controllers that lack it (rule 101 names each), or set preferred "
		"domain controllers that have it in the connector's properties.",
		"supportedControl" },
	{ 113, "dc-replication-off", SEVERITY_RISK, RULE_DC, 0, 0, false,
		"replication is turned off on the domain controller",
		"The options of its NTDS settings object say so (MS-ADTS 6.1.1.2.2.1.2.1.1): passwords "
		"and unlocks that are written there do not arrive elsewhere, or the other way round.",
		"When nobody keeps it off on purpose: repadmin /options NAME -DISABLE_INBOUND_REPL "
		"-DISABLE_OUTBOUND_REPL.",
		"options" },
	{ 114, "replication-skew", SEVERITY_RISK, RULE_USER, 0, 0, false,
		"domain controllers do not agree on the user",
		"The audit read the user from one domain controller; another one has another value. "
		"A change is on its way (MS-DRSR) for some minutes, between sites up to three hours by "
		"default; longer than that, replication is broken, and what the sync engine does to "
		"a user depends on the domain controller it talks to. lockoutTime is not compared with "
		"read-only domain controllers, which lock accounts by themselves.",
		"Compare the moments in the evidence. When the change is not a fresh one, look at the "
		"replication between the two (repadmin /showrepl, repadmin /showobjmeta).",
		"nTSecurityDescriptor lockoutTime pwdLastSet userAccountControl objectGUID" },
	{ 115, "controllers-unread", SEVERITY_UNKNOWN, RULE_DOMAIN, 0, 0, true,
		"the domain controllers of the domain could not all be listed",
		"Every domain controller has an object below CN=Sites in the configuration partition "
		"(MS-ADTS 6.1.1.2.2), which authenticated users may read by default. One that is not "
		"listed was not checked.",
		"See to the error in the evidence, or name the domain controllers with --dc.",
		"nCName systemFlags options dNSHostName serverReference msDS-HasDomainNCs "
		"msDS-hasFullReplicaNCs msDS-hasMasterNCs hasMasterNCs" },
	{ 117, "dc-reading-cut-short", SEVERITY_UNKNOWN, RULE_DC, OP_ALL, 0, true,
		"not all users could be read from the domain controller",
		"It answered, but not with everything: a limit on size, time or pages ended the "
		"search (MS-ADTS 3.1.1.3.4.6), a part is on another server, or the answer could not "
		"be read. Nothing is known of the users that are missing; those in the report are "
		"judged as ever.",
		"The evidence is the error. For a limit use smaller pages (--page-size), audit one OU "
		"after the other (-b), or have the limit raised: MaxPageSize, MaxQueryDuration and "
		"MaxResultSetSize among the LDAP policies (ntdsutil).",
		"" },
	{ 118, "dc-failed-over", SEVERITY_INFO, RULE_DC, 0, 0, false,
		"a domain controller failed while it was read, and the audit went on",
		"A search that breaks is run again, from its beginning, over a new connection, with the "
		"next controller when several are named: of a million users all are sent again, for "
		"each controller has an order and paging cookies of its own (RFC 2696). Users who had "
		"been read are known by their objectGUID (MS-ADTS 3.1.1.1.3) and judged once. What had "
		"not been replicated yet is as the other controller has it.",
		"Nothing is missing for it. When it happens often, look at this domain controller, "
		"its limits (MaxResultSetSize, MinResultSets) and the network between.",
		"objectGUID" },
	{ 119, "dc-repeated-entries", SEVERITY_INFO, RULE_DC, 0, 0, false,
		"the domain controller sent objects twice in one answer",
		"An object that is moved while a search goes through the directory can be met again "
		"where it was moved to. Each objectGUID (MS-ADTS 3.1.1.1.3) is judged once, as it was "
		"met first.",
		"Nothing to do, unless it names many objects: a server that gives several of them "
		"one objectGUID is no domain controller.",
		"objectGUID" },
	{ 121, "container-not-listed", SEVERITY_UNKNOWN, RULE_DOMAIN, 0, 0, true,
		"users may be hidden from the audit in a container",
		"Whoever is not granted List Contents on a container sees nothing of what is in it "
		"(MS-ADTS 5.1.3.3.6, 3.1.1.4.3); in List Object mode only those objects that grant "
		"List Object. The server leaves them out in silence. Users there have no row, and "
		"nothing is known of them.",
		"Grant the auditing account List Contents (GenericRead has it) on the container, or "
		"audit as an account that may list it. When no user is in it, suppress the finding.",
		"nTSecurityDescriptor" },

	/* 2xx: the connector account */
	{ 201, "connector-not-found", SEVERITY_UNKNOWN, RULE_CONNECTOR, OP_ALL, 0, true,
		"the domain has no account that is known to be the connector",
		"Without the account that writes passwords back nothing can be said of the users of "
		"this domain. Accounts that the vendor's wizards make are found by their names "
		"(MSOL_* and pGMSA_*) and descriptions; one that was made by hand is not.",
		"Name the account with --connector (connector in the configuration, also of one "
		"domain): Synchronization Service Manager, Connectors, the AD one, Properties, Connect "
		"to Active Directory Forest, User name; with cloud sync, the account that the "
		"provisioning agent's service runs as. If it was named, see that it exists, and that "
		"this reader may see it.",
		"sAMAccountName description objectClass" },
	{ 202, "connector-ambiguous", SEVERITY_RISK, RULE_CONNECTOR, 0, 0, false,
		"more than one account looks like the connector account",
		"Each installation of Entra Connect makes an MSOL_ account of its own and leaves the "
		"former one behind, with its rights. Which one is in use is written on the sync "
		"server alone, not in the directory.",
		"Look on the sync server: Synchronization Service Manager, Connectors, the AD one, "
		"Properties, Connect to Active Directory Forest, User name. Name that account with "
		"--connector; disable the others, and delete them when nothing misses them.",
		"sAMAccountName description objectSid userAccountControl" },
	{ 203, "connector-disabled", SEVERITY_FAIL, RULE_CONNECTOR, OP_ALL, 31003, false,
		"the connector account is disabled",
		"With ACCOUNTDISABLE set (MS-SAMR 2.2.1.13) the bind is refused (data 533), so the "
		"engine reaches the directory for nothing at all: each attempt ends in 31003.",
		"Enable the account, unless it was disabled on purpose and another took its place; "
		"then name the other with --connector.",
		"userAccountControl" },
	{ 204, "connector-locked", SEVERITY_FAIL, RULE_CONNECTOR, OP_ALL, 0, false,
		"the connector account is locked out",
		"lockoutTime and the lockout duration in force say so (MS-ADTS 3.1.1.4.5.17). While "
		"it lasts the bind is refused (data 775).",
		"Unlock it and find out who tries wrong passwords for it: an old sync server or a "
		"service still using a former password. A long random password and a fine-grained "
		"policy without lockout keep it from happening again.",
		"lockoutTime" },
	{ 205, "connector-expired", SEVERITY_FAIL, RULE_CONNECTOR, OP_ALL, 0, false,
		"the connector account has expired",
		"accountExpires lies in the past, and an expired account is refused at the bind (data "
		"701, which is ERROR_ACCOUNT_EXPIRED of MS-ERREF).",
		"Set \"Account expires\" to \"Never\" on the account.",
		"accountExpires" },
	{ 206, "connector-password-expired", SEVERITY_FAIL, RULE_CONNECTOR, OP_ALL, 0, false,
		"the connector account's password has expired",
		"PASSWORD_EXPIRED is computed from pwdLastSet and the maximum age in force (MS-ADTS "
		"3.1.1.4.5.17). A bind with an expired password is refused (data 532 or 773).",
		"Set a new password of at most 256 characters, enter it on the connector in "
		"Synchronization Service Manager, and set \"Password never expires\" with a change "
		"by calendar.",
		"pwdLastSet" },
	{ 207, "connector-privileged", SEVERITY_RISK, RULE_CONNECTOR, 0, 0, false,
		"the connector account is in a privileged group",
		"Writeback needs a handful of rights on users. As a member of a protected group (MS-ADTS "
		"3.1.1.6.1.2) the account can take over the domain, and so can whoever takes over "
		"the sync server.",
		"Grant the named rights first (Set-ADSyncPasswordWritebackPermissions), then take the "
		"account out of the group. Set adminCount back and open inheritance on the account.",
		"tokenGroups memberOf primaryGroupID" },
	{ 208, "connector-can-reset-protected", SEVERITY_RISK, RULE_CONNECTOR, 0, 0, false,
		"the connector account can reset protected accounts",
		"Its rights on AdminSDHolder are put on every protected account (MS-ADTS 3.1.1.6.1). A "
		"cloud reset then takes over an administrator of the domain; the vendor advises against "
		"it.",
		"Remove the connector account's ACE from CN=AdminSDHolder,CN=System (with the vendor's "
		"cmdlet: do not use -IncludeAdminSdHolders); protected accounts follow within the "
		"hour.",
		"nTSecurityDescriptor" },
	{ 209, "unexpire-password-absent", SEVERITY_RISK, RULE_CONNECTOR, OP_RESET, 0, false,
		"the connector account lacks Unexpire Password on the domain root",
		"When a password is set by an account without Unexpire Password on the domain object "
		"itself, pwdLastSet becomes 0: the new password has expired already (MS-SAMR "
		"3.1.1.8.7). By default Authenticated Users hold the right; here it is not in force "
		"for the account.",
		"Grant Unexpire Password to the connector account on the domain root, for this object "
		"(an inherit-only ACE does not count there).",
		SD_ATTRS },
	{ 210, "directory-read-prerequisites", SEVERITY_RISK, RULE_CONNECTOR, OP_RESET, 6329, false,
		"the connector account may lack reading rights that a reset needs",
		"The engine looks the user up over SAM before it sets the password. The vendor "
		"(KB2281774) asks for read and list on the domain root, on CN=Builtin and on "
		"CN=Server,CN=System; without them events 6329 and 33004 say \"access denied\" though "
		"Reset Password is granted.",
		"Keep Authenticated Users in Pre-Windows 2000 Compatible Access, or give the connector "
		"account List contents, Read all properties and Read permissions on the three "
		"objects. Check also the policy that restricts remote calls to SAM, which LDAP does "
		"not show.",
		"nTSecurityDescriptor" },
	{ 211, "connector-unreadable", SEVERITY_UNKNOWN, RULE_CONNECTOR, OP_ALL, 0, true,
		"the connector account could not be found or read",
		"Without its SID and its groups nobody's verdict can be known (MS-ADTS 5.1.3.3 checks "
		"rights against the token).",
		"Name it with --connector, as a DN, DOMAIN\\name, UPN or SID, and check that the "
		"account you bind with may read it.",
		"objectSid userAccountControl lockoutTime accountExpires pwdLastSet" },
	{ 212, "connector-token-incomplete", SEVERITY_UNKNOWN, RULE_CONNECTOR, 0, 0, true,
		"the connector account's groups are not fully known",
		"tokenGroups (MS-ADTS 3.1.1.4.5.19) is computed by the domain controller, needs a "
		"global catalog for universal groups, and may be hidden from ordinary accounts. A "
		"group that is not known may grant or deny.",
		"Bind as a member of Windows Authorization Access Group or of Pre-Windows 2000 "
		"Compatible Access, with a global catalog in reach; or bind as the connector account "
		"itself, whose token the domain controller then tells.",
		"tokenGroups tokenGroupsGlobalAndUniversal sIDHistory primaryGroupID" },
	{ 213, "connector-group-unsettled", SEVERITY_UNKNOWN, RULE_CONNECTOR, 0, 0, false,
		"whether the connector account holds a group is not settled",
		"A domain-local group has a SID as a member that every logon holds (Everyone, "
		"Authenticated Users, NETWORK). Whether a domain controller puts such a group into a "
		"token is left open (MS-DTYP 2.7.1, MS-KILE 3.4.5.3), and servers differ. Rights that "
		"hang on this group alone are reported as unknown.",
		"Make the connector account a member of the group, or take the SID out of it. Bound as "
		"the connector account, this program uses the token that the domain controller itself "
		"tells.",
		"objectSid member" },
	{ 214, "connector-takeover", SEVERITY_RISK, RULE_CONNECTOR, 0, 0, false,
		"others than administrators can take over the connector account",
		"Who may reset its password, rewrite its permissions or take its ownership can become "
		"the connector, and so set the password of every user it reaches (MS-ADTS 5.1.3.2).",
		"Remove the ACEs that the evidence names, or move the account to an OU that only "
		"administrators control. The owner of the account has the right to rewrite its "
		"permissions too: make it Domain Admins.",
		SD_ATTRS },
	{ 215, "adminsdholder-grant-useless", SEVERITY_INFO, RULE_CONNECTOR, 0, 0, false,
		"the connector account's grant on AdminSDHolder is inherit-only",
		"The vendor's cmdlet grants with /I:S, sub-objects only. Copied to protected accounts "
		"as it stands (MS-ADTS 3.1.1.6.1), such an ACE takes no part there: protected accounts "
		"stay out of reach of writeback, whatever it was meant for.",
		"Remove it: it does nothing. The vendor advises against a grant on AdminSDHolder that "
		"would work.",
		"nTSecurityDescriptor" },
	{ 216, "connector-reach-unread", SEVERITY_UNKNOWN, RULE_CONNECTOR, 0, 0, true,
		"how far the connector account reaches could not be told",
		"Whether it can reset administrators is written on AdminSDHolder (MS-ADTS 3.1.1.6.1), who "
		"can take it over on the account itself, and what it may look up on CN=Builtin and "
		"CN=Server,CN=System. Of one of them the permissions were not returned (MS-ADTS "
		"3.1.1.4.4), are malformed, or hang on what is not known, such as the condition of an "
		"ACE: rules 208, 210, 214 and 215 may be missing.",
		"Give the auditing account Read permissions on the object that the cause names "
		"(Authenticated Users have it by default), see to rules 212 and 213, or replace the "
		"conditional ACE by a plain one; then run the audit again.",
		"nTSecurityDescriptor" },
	{ 217, "connector-not-trusted", SEVERITY_FAIL, RULE_CONNECTOR, OP_ALL, 0, false,
		"this forest does not trust the connector account's forest",
		"An account of another forest logs on where this domain, or the root of its forest, "
		"has a trust with its own that lets accounts in (trustDirection outbound, MS-ADTS "
		"6.1.6.7.12). There is none: the bind is refused, whatever was granted to the account.",
		"Use an account of this forest: each connector of the sync engine has credentials of "
		"its own. Or make the trust.",
		"trustPartner trustDirection trustType trustAttributes securityIdentifier" },
	{ 218, "connector-trust-unsettled", SEVERITY_UNKNOWN, RULE_CONNECTOR, 0, 0, true,
		"whether the connector account may log on in this forest is not known",
		"It is of another forest. The trusts of this domain could not be read, or are for the "
		"root of its forest to have; or authentication over the trust is selective, and then "
		"the account needs Allowed to Authenticate on the domain controllers (MS-ADTS "
		"6.1.6.7.9). The rows say what it may do once it is in.",
		"Bind as the account and see; or use an account of this forest. Where authentication "
		"is selective, grant the account Allowed to Authenticate on the computer objects of "
		"the domain controllers.",
		"trustPartner trustDirection trustType trustAttributes securityIdentifier" },

	/* 3xx: permission on the user */
	{ 301, "reset-password-absent", SEVERITY_FAIL, RULE_USER, OP_RESET, 33004, false,
		"the connector account has no Reset Password right on the user",
		"Replacing unicodePwd needs the control access right User-Force-Change-Password on the "
		"object (MS-ADTS 3.1.1.3.1.5.1, 5.1.3.3.4). No ACE in force on this user grants it to "
		"the account or a group of its.",
		GRANT SPREAD, SD_ATTRS },
	{ 302, "reset-password-denied", SEVERITY_FAIL, RULE_USER, OP_RESET, 33004, false,
		"Reset Password is denied to the connector account",
		"ACEs are weighed in stored order and the first that speaks of the right decides "
		"(MS-ADTS 5.1.3.3.4); here it is one that denies.",
		FIND_DENY " An explicit allow on the user would also win over an inherited deny.",
		SD_ATTRS },
	{ 303, "reset-password-inherit-only", SEVERITY_FAIL, RULE_USER, OP_RESET, 33004, false,
		"Reset Password is granted, but inherit-only: not to the user itself",
		"An ACE with the inherit-only flag takes no part on the object it sits on (MS-DTYP "
		"2.4.4.1, MS-ADTS 5.1.3.3). AD sets that flag on an inherited ACE whose class does not "
		"match (user on an inetOrgPerson), and AdminSDHolder copies it as it is.",
		"Grant it again for the right class: on inetOrgPerson objects for inetOrgPerson, on "
		"the user itself for \"this object only\". On a protected account see rule 311 "
		"first.",
		SD_ATTRS },
	{ 304, "change-password-absent", SEVERITY_FAIL, RULE_USER, OP_CHANGE, 33004, false,
		"the user has no Change Password right on itself",
		"A change is allowed when the user object holds User-Change-Password on itself, "
		"through SELF or Everyone (MS-ADTS 3.1.1.3.1.5.1). New users have both ACEs; this one "
		"has lost them.",
		"Grant Change Password to SELF on the user, or take away and set again \"User cannot "
		"change password\" in the account's properties, which restores the ACEs.",
		SD_ATTRS },
	{ 305, "change-password-denied", SEVERITY_FAIL, RULE_USER, OP_CHANGE, 33004, false,
		"Change Password is denied to the user itself",
		"A change is allowed when the user object holds User-Change-Password on itself "
		"(MS-ADTS 3.1.1.3.1.5.1). The first ACE that speaks of it denies it.",
		"The evidence shows the ACE that denies. Remove it where it was set; the cause names "
		"the object when it is inherited.",
		SD_ATTRS },
	{ 306, "user-cannot-change-password", SEVERITY_FAIL, RULE_USER, OP_CHANGE, 33004, false,
		"\"User cannot change password\" is set on the user",
		"The tick is stored as two ACEs that deny User-Change-Password to Everyone and to SELF "
		"(MS-SAMR product behavior note 68); userAccountControl does not show it. The vendor "
		"notes that self-service can fail for such users.",
		"Take the tick off in the account's properties, if the person is meant to have a "
		"password of their own. A reset is not stopped by it.",
		SD_ATTRS },
	{ 307, "lockouttime-write-absent", SEVERITY_FAIL, RULE_USER, OP_RESET | OP_UNLOCK, 33001,
		false,
		"the connector account may not write lockoutTime on the user",
		"An unlock sets lockoutTime to 0, which needs write property on it (MS-ADTS "
		"3.1.1.5.3.1, 5.1.3.3.3). A self-service reset unlocks as well. lockoutTime is in no "
		"property set, so a grant on Account Restrictions does not cover it.",
		GRANT SPREAD, SD_ATTRS },
	{ 308, "lockouttime-write-denied", SEVERITY_FAIL, RULE_USER, OP_RESET | OP_UNLOCK, 33001,
		false,
		"writing lockoutTime is denied to the connector account",
		"An unlock sets lockoutTime to 0, which needs write property on it. The first ACE that "
		"speaks of it denies it (MS-ADTS 5.1.3.3.3).",
		FIND_DENY, SD_ATTRS },
	{ 309, "pwdlastset-write-absent", SEVERITY_FAIL, RULE_USER, OP_RESET, 33004, false,
		"the connector account may not write pwdLastSet on the user",
		"A reset that asks for a new password at the next logon sets pwdLastSet to 0, which "
		"needs write property on it (MS-ADTS 3.1.1.5.3.1, 5.1.3.3.3). The vendor lists it "
		"among the rights for writeback.",
		GRANT "A grant on the property set Account Restrictions covers it too. " SPREAD,
		SD_ATTRS },
	{ 310, "pwdlastset-write-denied", SEVERITY_FAIL, RULE_USER, OP_RESET, 33004, false,
		"writing pwdLastSet is denied to the connector account",
		"A reset that asks for a new password at the next logon sets pwdLastSet to 0. The "
		"first ACE that speaks of the attribute, or of the property set it is in, denies it "
		"(MS-ADTS 5.1.3.3.3).",
		FIND_DENY, SD_ATTRS },
	{ 311, "protected-account", SEVERITY_RISK, RULE_USER, OP_RESET | OP_UNLOCK, 33004, false,
		"the user is a protected account (adminCount is 1)",
		"Every hour the PDC emulator puts AdminSDHolder's descriptor on members of protected "
		"groups, which drops inherited grants (MS-ADTS 3.1.1.6.1). The vendor means it so: "
		"administrators are not to be reset from the cloud.",
		"Leave it, and reset administrators by hand. People should not hold privileged "
		"memberships in their everyday account: give them a second one, take the first out of "
		"the groups, then see rule 312.",
		"adminCount " SD_ATTRS },
	{ 312, "orphaned-admincount", SEVERITY_RISK, RULE_USER, 0, 0, false,
		"adminCount is 1, but the user is in no protected group any more",
		"Nothing sets adminCount back or opens inheritance again when a member leaves a "
		"protected group (MS-ADTS 3.1.1.6.1.2 only ever sets it). The user keeps the "
		"administrators' descriptor, without the connector's grant.",
		"Clear adminCount, then in Advanced Security enable inheritance and restore the "
		"defaults. Check the user's groups first: in one of them again, it is protected "
		"within the hour.",
		"adminCount memberOf primaryGroupID " SD_ATTRS },
	{ 313, "protection-pending", SEVERITY_RISK, RULE_USER, 0, 0, false,
		"the user is in a protected group and about to be protected",
		"The PDC emulator protects members at its next hourly round (MS-ADTS 3.1.1.6.1.2). "
		"What works for this user now will then stop.",
		"If the membership is meant, expect rule 311. If not, take the user out of the group "
		"before the next round.",
		"adminCount memberOf primaryGroupID" },
	{ 314, "inheritance-blocked", SEVERITY_INFO, RULE_USER, 0, 0, false,
		"inheritance is blocked on the user",
		"With a protected DACL (MS-DTYP 2.4.6, control bit PD) nothing granted on the OU or "
		"the domain arrives here, today's grants or tomorrow's.",
		"Enable inheritance on the user, unless somebody meant to block it; then grant the "
		"rights on the user itself.",
		"nTSecurityDescriptor" },
	{ 315, "descriptor-unreadable", SEVERITY_UNKNOWN, RULE_USER, OP_ALL, 0, true,
		"the user's security descriptor could not be read",
		"It is given to those who hold Read permissions on the object (MS-ADTS 3.1.1.4.4), and "
		"whatever is not given counts as absent. Without it no right on the user is known.",
		"Give the auditing account Read permissions on the user (Authenticated Users have it by "
		"default), or bind as the connector account or an administrator.",
		"nTSecurityDescriptor" },
	{ 316, "descriptor-malformed", SEVERITY_UNKNOWN, RULE_USER, OP_ALL, 33004, true,
		"the user's security descriptor is malformed",
		"It does not follow MS-DTYP 2.4.6. No verdict is made from the part that can be read; "
		"a right that the domain controller cannot find in it either ends in 33004.",
		"The evidence gives the offset; the command sd shows the rest. Compare with another "
		"domain controller: on one only, it is a matter of replication or of the database. "
		"Writing the permissions anew in Advanced Security replaces the descriptor.",
		"nTSecurityDescriptor" },
	{ 317, "right-undecidable", SEVERITY_UNKNOWN, RULE_USER, 0, 0, false,
		"a right on the user hangs on something LDAP does not show",
		"The ACE that decides is conditional, on claims that only a logon has (MS-DTYP "
		"2.4.4.17), or names a group of which it is not known whether the account is in it. A "
		"guess is not made.",
		"Read the ACE in the evidence. Bind as the connector account, whose token the domain "
		"controller then tells, or replace the ACE by a plain one.",
		SD_ATTRS " tokenGroups" },
	{ 318, "admincount-unreadable", SEVERITY_UNKNOWN, RULE_USER, OP_RESET | OP_UNLOCK, 0, true,
		"adminCount could not be read",
		"An attribute that the reader may not read is left out of the answer like one that is "
		"not set (MS-ADTS 3.1.1.4.4), so whether the user is a protected account is not known.",
		"Grant the auditing account Read adminCount on the user, or bind as one that has it: "
		"members of Pre-Windows 2000 Compatible Access do by default.",
		"adminCount" },
	{ 319, "class-unreadable", SEVERITY_UNKNOWN, RULE_USER, OP_ALL, 0, true,
		"the class of the object could not be read",
		"An object whose objectClass may not be read matches no filter for users (MS-ADTS "
		"3.1.1.3.4.3), so other tools leave it out in silence. Rights granted by class cannot "
		"be placed without it.",
		"Grant the auditing account Read Public Information on the object, and find out who "
		"hides it.",
		"objectClass" },
	{ 320, "connector-change-absent", SEVERITY_FAIL, RULE_USER, OP_CHANGE, 33004, false,
		"the connector account has no Change Password right on the user",
		"Asked for only under a profile that follows the vendor's older how-to. The directory "
		"itself asks it of the user, not of the connector (MS-ADTS 3.1.1.3.1.5.1): see rules "
		"304 to 306.",
		GRANT SPREAD, SD_ATTRS },
	{ 321, "connector-change-denied", SEVERITY_FAIL, RULE_USER, OP_CHANGE, 33004, false,
		"Change Password is denied to the connector account",
		"Asked for only under a profile that follows the vendor's older how-to. The first ACE "
		"that speaks of the right decides (MS-ADTS 5.1.3.3.4); here it is one that denies.",
		FIND_DENY, SD_ATTRS },
	{ 322, "self-check-disagrees", SEVERITY_UNKNOWN, RULE_USER, OP_ALL, 0, false,
		"the domain controller's own computation disagrees with this program's",
		"Bound as the connector, allowedAttributesEffective lists what the domain controller "
		"would let it write (MS-ADTS 3.1.1.4.5.6). Where that and the access check of this "
		"program differ, neither is believed.",
		"Please report it with the user's nTSecurityDescriptor and the version of the domain "
		"controller: one of the two is wrong.",
		"allowedAttributesEffective nTSecurityDescriptor" },
	{ 323, "assumed-permissions-unknown", SEVERITY_UNKNOWN, RULE_USER, OP_ALL, 0, true,
		"what the user's permissions would be under the assumptions is not known",
		"What a user inherits is computed from what stands above it and from its class "
		"(MS-ADTS 6.1.3). Where one of them cannot be read, nothing is foretold. Only "
		"with --assume options.",
		"Run the audit as an account that may read the permissions of every container "
		"above the user, and the user's objectClass.", SD_ATTRS },
	{ 324, "protected-groups-unread", SEVERITY_UNKNOWN, RULE_DOMAIN, 0, 0, true,
		"who is in the protected groups could not be told",
		"AdminSDHolder protects the members of these groups (MS-ADTS 3.1.1.6.1.2). Users who are "
		"not seen to be in one have \"unknown\" in the column protected, and rules 312 and 313 "
		"are not reported of them.",
		"Give the auditing account Read of objectSid, groupType and member on the protected "
		"groups and the groups in them (Authenticated Users have it by default), then run the "
		"audit again.",
		"objectSid groupType member primaryGroupID" },
	{ 325, "schema-unread", SEVERITY_UNKNOWN, RULE_DOMAIN, 0, 0, true,
		"the schema could not be read whole",
		"It gives attributes and classes their GUIDs, which ACEs name (MS-ADTS 3.1.1.2.3, "
		"5.1.3.2). What could not be read is taken to be as in an unchanged schema: an "
		"attribute that was moved to another property set is judged wrongly then.",
		"The evidence is the error. Give the auditing account Read on the schema partition "
		"(Authenticated Users have it by default), then run the audit again.",
		"schemaIDGUID attributeSecurityGUID" },

	{ 326, "protection-unreadable", SEVERITY_UNKNOWN, RULE_USER, 0, 0, true,
		"whether the user is protected could not be told",
		"AdminSDHolder protects by SID and by group, the primary group too (MS-ADTS "
		"3.1.1.6.1.2). Where objectSid or primaryGroupID of the user is not returned, the column "
		"protected is \"unknown\", and rules 312 and 313 are not reported.",
		"Give the auditing account Read General Information on the user (Authenticated Users "
		"have it by default), then run the audit again.",
		"objectSid primaryGroupID" },

	/* 4xx: the state of the account */
	{ 401, "account-disabled", SEVERITY_FAIL, RULE_USER, OP_ALL, 33005, false,
		"the account is disabled",
		"ACCOUNTDISABLE is set in userAccountControl (MS-ADTS 2.2.16). The directory would take "
		"a reset, but the service refuses the account with 33005.",
		"Enable the account if its owner should have it.",
		"userAccountControl" },
	{ 402, "account-locked", SEVERITY_FAIL, RULE_USER, OP_CHANGE, 33006, false,
		"the account is locked out",
		"lockoutTime and the lockout duration in force say so at this moment (MS-ADTS "
		"3.1.1.4.5.17). A change fails while it lasts; an unlock, or a reset, ends it.",
		"Let the user unlock or reset instead, or wait until the time given, if there is one. "
		"When it happens again and again, look for a device with an old password.",
		"lockoutTime " ACCOUNT_ATTRS },
	{ 403, "password-never-expires", SEVERITY_RISK, RULE_USER, OP_RESET | OP_CHANGE, 0, false,
		"\"Password never expires\" is set on the user",
		"The vendor notes that self-service can fail for accounts with DONT_EXPIRE_PASSWD "
		"(MS-ADTS 2.2.16). The directory itself does not refuse them; a new password at next "
		"logon cannot be asked for, though.",
		"Take the tick off, unless this is a service account; those should not use "
		"self-service at all.",
		"userAccountControl" },
	{ 404, "account-expired", SEVERITY_RISK, RULE_USER, OP_RESET | OP_CHANGE, 0, false,
		"the account has expired",
		"accountExpires lies in the past. The password can be set, but its owner still cannot "
		"log on with it (ERROR_ACCOUNT_EXPIRED of MS-ERREF).",
		"Extend the account if its owner is still with you; otherwise disable it.",
		"accountExpires" },
	{ 405, "smart-card-required", SEVERITY_RISK, RULE_USER, OP_RESET | OP_CHANGE, 0, false,
		"the account must log on with a smart card",
		"With SMARTCARD_REQUIRED the password is random and nobody knows it (MS-SAMR "
		"3.1.1.8.10). A reset gives the account a known password it was not to have; a change "
		"asks for an old one that nobody has.",
		"Keep such users out of self-service reset (its group in the cloud), or take the "
		"requirement off.",
		"userAccountControl" },
	{ 406, "must-change-at-next-logon", SEVERITY_INFO, RULE_USER, 0, 0, false,
		"the user must change the password at the next logon",
		"pwdLastSet is 0, so the password counts as expired (MS-ADTS 3.1.1.4.5.17). Writeback "
		"works, and no minimum age runs.",
		"Nothing to do: a reset or change ends it.",
		"pwdLastSet userAccountControl" },
	{ 407, "account-state-unreadable", SEVERITY_UNKNOWN, RULE_USER, OP_ALL, 0, true,
		"the state of the account could not be read",
		"What may not be read is not returned, and absent is not the same as 0 (MS-ADTS "
		"3.1.1.4.4). Ordinary accounts read these through Pre-Windows 2000 Compatible Access.",
		"Put Authenticated Users or the auditing account into that group, or grant it read on "
		"Account Restrictions and lockoutTime; on users that block inheritance, directly.",
		"userAccountControl pwdLastSet lockoutTime accountExpires" },

	/* 5xx: policy */
	{ 501, "minimum-age-running", SEVERITY_FAIL, RULE_USER, OP_RESET | OP_CHANGE, 33008, false,
		"the password is younger than the minimum age",
		"pwdLastSet plus the minimum age in force is still to come (MS-SAMR 3.1.1.7.1). It "
		"stops changes, and through the policy hints control resets too (KB2386717; MS-ADTS "
		"3.1.1.3.4.1.27 speaks of history alone): 33008, or 6329 with 0x80230619.",
		"Wait until the time given, when it ends by itself. To let people act on the same day, "
		"set the minimum age to 0 in the policy named; an administrator can set a password "
		"meanwhile.",
		"pwdLastSet msDS-ResultantPSO minPwdAge msDS-MinimumPasswordAge" },
	{ 502, "domain-policy", SEVERITY_INFO, RULE_DOMAIN, 0, 0, false,
		"the domain's password and lockout policy",
		"It holds for users without a fine-grained policy (MS-SAMR 3.1.1.5), for resets from "
		"the cloud as well.",
		"Nothing to mend. Tell users which length and age they will meet.",
		DOMAIN_ATTRS },
	{ 503, "policy-unreadable", SEVERITY_UNKNOWN, RULE_DOMAIN, OP_RESET | OP_CHANGE, 0, true,
		"the domain's password policy could not be read",
		"Minimum age and lockout cannot be reckoned without the attributes of the domain root "
		"(MS-SAMR 3.1.1.5).",
		"Give the auditing account read on the domain root's password and lockout properties; "
		"Authenticated Users have it by default.",
		DOMAIN_ATTRS },
	{ 504, "fine-grained-policy", SEVERITY_INFO, RULE_DOMAIN, 0, 0, false,
		"a fine-grained password policy",
		"It takes the place of the domain's policy for users whose msDS-ResultantPSO names it "
		"(MS-ADTS 3.1.1.4.5.36, MS-SAMR 3.1.1.5).",
		"Nothing to mend. Check that its minimum age and length suit self-service.",
		PSO_ATTRS " msDS-PSOAppliesTo" },
	{ 505, "fine-grained-policy-unreadable", SEVERITY_UNKNOWN, RULE_USER, OP_RESET | OP_CHANGE,
		0, true,
		"a fine-grained password policy could not be read",
		"By default only administrators may read the values of msDS-PasswordSettings objects. "
		"An ordinary account learns which one applies to a user (MS-ADTS 3.1.1.4.5.36), but not "
		"the minimum age or lockout it sets.",
		"Grant the auditing account read on CN=Password Settings Container,CN=System and what "
		"is below it; it needs nothing more.",
		PSO_ATTRS },

	/* 6xx: identity, across all domains of a run */
	{ 601, "duplicate-anchor", SEVERITY_FAIL, RULE_USER, OP_ALL, 33003, false,
		"another enabled user has the same source anchor",
		"The cloud names the user by the source anchor alone: mS-DS-ConsistencyGuid, or "
		"objectGUID where that is not set, unless the wizard was told another attribute. Two "
		"enabled users with one anchor end in 33003, or in hr=80230402 (the vendor).",
		"Find out whose anchor it is: the ImmutableID of the cloud account. On the other user "
		"clear the copied mS-DS-ConsistencyGuid, or disable or no longer synchronize it, and run "
		"a full synchronization.",
		IDENTITY_ATTRS },
	{ 602, "duplicate-anchor-disabled", SEVERITY_RISK, RULE_USER, OP_ALL, 33003, false,
		"the source anchor is shared with a user who is not enabled",
		"Only enabled accounts count for writeback, so one enabled user and a disabled one with "
		"the same anchor work, as migrations between forests leave them; until somebody enables "
		"the second one: then 33003 (the vendor). Whether one is enabled may also not be known.",
		"When the disabled account is no longer needed, stop synchronizing or delete it, or clear "
		"its mS-DS-ConsistencyGuid.",
		IDENTITY_ATTRS },
	{ 603, "anchor-malformed", SEVERITY_RISK, RULE_USER, OP_ALL, 0, false,
		"the source anchor is not what it should be",
		"The vendor's tools write the 16 bytes of a GUID to mS-DS-ConsistencyGuid; other "
		"contents come from another program, and may not be unique or stay. An anchor in another "
		"attribute is one value of fewer than 60 characters, without special ones (the vendor's "
		"design concepts).",
		"Find out what writes the attribute. A user that is synchronized already must keep its "
		"anchor, or it becomes another one in the cloud: change it only with a plan for that.",
		"mS-DS-ConsistencyGuid" },
	{ 604, "duplicate-upn", SEVERITY_RISK, RULE_USER, OP_RESET | OP_CHANGE, 0, false,
		"another user has the same user principal name",
		"Domain controllers refuse a second one in their forest since 2012 R2 (MS-ADTS "
		"3.1.1.5.1.3), but not from other forests, replication or older ones. In the cloud one of "
		"the two gets another name, and its owner does not find the account; if the UPN is the "
		"source anchor, writeback fails with hr=80230402.",
		"Give one of them another userPrincipalName. Where none is set the account's own is "
		"sAMAccountName@domain, and that counts.",
		"userPrincipalName sAMAccountName" },
	{ 605, "enabled-twice", SEVERITY_FAIL, RULE_USER, OP_ALL, 33003, false,
		"the same person is enabled in another domain",
		"By the rule that the wizard was given (--join) the accounts are one person, and the "
		"password can go to one alone: with two enabled, 33003 or hr=80230402 (the vendor). "
		"Accounts with RIDs below 1000 are not synchronized and do not count.",
		"Disable the account that is not used, or no longer synchronize it. Of an account and a "
		"resource forest, the one in the resource forest (the linked mailbox) is to be disabled.",
		JOIN_ATTRS },
	{ 606, "enabled-twice-perhaps", SEVERITY_RISK, RULE_USER, OP_ALL, 33003, false,
		"perhaps the same person is enabled in another domain",
		"The accounts share what usually tells that they are one person's, but which rule the "
		"wizard was given is not in the directory, or whether both are enabled could not be read. "
		"If they are joined, writeback fails with 33003 (the vendor).",
		"Look in the wizard (View current configuration, or Identifying users) and give the "
		"answer with --join: mail, "
		"sAMAccountName+mailNickname, objectSid+msExchMasterAccountSid, an attribute, or once.",
		JOIN_ATTRS },
	{ 607, "path-reserved-characters", SEVERITY_RISK, RULE_USER, OP_ALL, 33001, false,
		"the user is below a container with reserved characters in its name",
		"The vendor's support names leading spaces or #, trailing spaces and / , + \" \\ < > ; = "
		"or line breaks in the names of OUs as causes of 33001: the path is escaped one way too "
		"many or too few on its way.",
		"Rename the container that the cause names, or move its users. Names of users "
		"themselves (\"Doe, Jane\") do not matter.",
		"" },
	{ 608, "identity-unreadable", SEVERITY_UNKNOWN, RULE_DOMAIN, 0, 0, true,
		"users could not be compared with others",
		"Who shares a source anchor, a UPN or what joins accounts with whom is not known for "
		"users of whom it was not returned (MS-ADTS 3.1.1.4.4), or not asked for when a snapshot "
		"was taken.",
		"Grant the auditing account read on the attribute (members of Pre-Windows 2000 Compatible "
		"Access have it by default), or take the snapshot anew with the same --source-anchor and "
		"--join.",
		IDENTITY_ATTRS },
};

const size_t rule_count = sizeof rule_table / sizeof rule_table[0];

const struct rule *
rule_find(unsigned id)
{
	size_t low = 0, high = rule_count, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (rule_table[mid].id == id)
			return &rule_table[mid];
		if (rule_table[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct rule *
rule_worst_first(size_t i)
{
	for (int s = SEVERITY_FAIL; s >= SEVERITY_INFO; s--)
		for (size_t k = 0; k < rule_count; k++)
			if ((int)rule_table[k].severity == s && i-- == 0)
				return &rule_table[k];
	return NULL;
}

const char *
severity_str(enum severity s)
{
	switch (s) {
	case SEVERITY_INFO: return "info";
	case SEVERITY_RISK: return "risk";
	case SEVERITY_UNKNOWN: return "unknown";
	case SEVERITY_FAIL: return "fail";
	}
	return "unknown";
}

const char *
rule_scope_str(enum rule_scope s)
{
	switch (s) {
	case RULE_USER: return "user";
	case RULE_CONNECTOR: return "connector";
	case RULE_DC: return "dc";
	case RULE_DOMAIN: return "domain";
	case RULE_FOREST: return "forest";
	}
	return "user";
}

const char *
operations_str(unsigned ops)
{
	static const char *const text[OP_ALL + 1] = {
		"", "reset", "change", "reset change", "unlock", "reset unlock", "change unlock",
		"reset change unlock"
	};

	return text[ops & OP_ALL];
}
