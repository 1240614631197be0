/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/event.h"

#include <string.h>

#include "core/ascii.h"

#define SYNC "ADSync"
#define RESET "PasswordResetService"
#define LOG "Application"

/* What mends most troubles between the sync server and the cloud service. */
#define TOGGLE \
	"Run the Entra Connect wizard twice: once to take the tick from \"Password writeback\", " \
	"once to set it again; this renews keys, tokens and configuration."
#define OUTBOUND \
	"Let the sync server reach *.passwordreset.microsoftonline.com and " \
	"*.servicebus.windows.net on TCP 443 (check proxy and firewall, and that the proxy does " \
	"not cut idle connections)"
#define CLOUD_ADMIN \
	"Use a cloud-only or password-synchronized Global Administrator in the wizard, not a " \
	"federated one, and check the password."
#define ANY_REFUSAL \
	"The event logged next to it says which of the reasons it is: 33004 the rights, 33008 " \
	"the password policy, 33005 or 33006 the state of the account. Audit the user " \
	"(writeback-audit explain USER) to see what will stop the next attempt too."
#define POLICY \
	"Age, history, length, complexity or a password filter on the domain controller said no. "
#define POLICY_FIX \
	"When the account's minimum age is still running, wait for it to end (rule 501 gives the " \
	"time); a minimum age of 0 lets people change as often as they need. Otherwise choose a " \
	"password that is new, longer, and unlike the name. Policy may come from a fine-grained " \
	"policy rather than from the domain: explain names the one in force."
#define RIGHTS_FIX \
	"Give the connector account Reset Password, write lockoutTime and write pwdLastSet on " \
	"descendant user objects at the domain root or at each OU with users; open inheritance " \
	"where an OU or user blocks it; allow an hour for the change to reach every object."

#define NONE { 0 }
#define REFUSALS { 301, 302, 303, 309, 310, 311, 401, 501, 203 }

const struct event event_table[] = {
	{ "6329", "0x80230619", "password restriction", SYNC, false,
		"The directory's password policy refused the new password. " POLICY
		"Resets meet minimum age and history too, as the sync engine asks for them.",
		POLICY_FIX, { 501 } },
	{ "6329", "", "no password policy control", SYNC, false,
		"The domain controller does not offer the policy hints control. The sync engine "
		"looks for 1.2.840.113556.1.4.2066 in supportedControl before it sets a password, "
		"and stops when it is not there. The text names admaexport.cpp and the LDAP "
		"password policy control.",
		"Bring every domain controller that the connector may use to Windows Server 2008 R2 "
		"with SP1 or later, or limit the connector to those that have it (preferred "
		"domain controllers).", { 101, 104, 112 } },
	{ "6329", "0x8023061f", "password sync off on this agent", SYNC, false,
		"Writeback was never switched on for this forest's connector. It happens when a "
		"forest is added, or removed and added again, after writeback was enabled: users of "
		"that forest fail, all others work.",
		"Finish the changes to the forests first. " TOGGLE, NONE },
	{ "6329", "0x80230626", "access denied", SYNC, true,
		"The directory denied the operation. It is seen with 33004: the connector account "
		"lacks a right on the user, or the user may not change the password.",
		RIGHTS_FIX " For a change, see whether \"User cannot change password\" is set.",
		{ 301, 302, 303, 304, 305, 306, 311 } },
	{ "6329", "0x8023062C", "sign and seal required", SYNC, true,
		"The connection to the domain controller was not signed and encrypted. Passwords "
		"are only taken over a protected connection.",
		"In Synchronization Service Manager open the AD connector's properties, Connect to "
		"Active Directory Forest, Options, and tick the box that signs and encrypts LDAP "
		"traffic.", NONE },
	{ "6329", "", "user information denied", SYNC, true,
		"The engine could not look the user up over SAM. The text says that it failed to "
		"acquire user information, with ERROR_ACCESS_DENIED; 33004 stands beside it.",
		"Let the connector account list and read the domain root, CN=Builtin and "
		"CN=Server,CN=System (keeping Authenticated Users in Pre-Windows 2000 Compatible "
		"Access does), and put it into the policy \"Network access: Restrict clients "
		"allowed to make remote calls to SAM\" on the domain controllers.", { 210 } },
	{ "6800", "", "writeback endpoint not started", LOG, false,
		"The writeback endpoint did not start with the sync service. Either onboarding met "
		"an error or the local WCF endpoint could not be opened; synchronization itself goes "
		"on, so nothing else looks wrong.",
		"Read the PasswordResetService events of the same minute: they carry the reason. "
		"Restart the Microsoft Azure AD Sync service. When 6800 comes back: " TOGGLE, NONE },
	{ "80230402", "", "duplicate anchor", SYNC, false,
		"Two directory objects answer to one anchor. The same person is enabled in two "
		"synchronized domains or forests, or the attribute chosen as anchor (an alias, a "
		"UPN) is not unique.",
		"Disable or stop synchronizing one of the two accounts, or choose an anchor that is "
		"unique by nature (mS-DS-ConsistencyGuid, objectGUID).", { 601, 602, 604, 605, 606 } },
	{ "800700CE", "", "connector password too long", LOG, false,
		"The connector account's own password is longer than 256 characters. The engine "
		"words it as a file name or extension that is too long; it shows when somebody "
		"unlocks or resets.",
		"Give the connector account a password of at most 256 characters, then enter it on "
		"the connector in Synchronization Service Manager (its credentials page).", NONE },
	{ "80004005", "", "unspecified error", SYNC, true,
		"The engine has no better word for it than \"unspecified\". It has been seen with "
		"33001 when an account is to be unlocked and the connector may not write "
		"lockoutTime.",
		"Check write lockoutTime on the user first (rules 307, 308), then the ADSync events "
		"next to it.", { 307, 308 } },

	{ "31001", "", "PasswordResetStart", RESET, false,
		"A self-service reset arrived from the cloud. It is the first event of each reset; "
		"31002 or 31003 must follow.", "", NONE },
	{ "31002", "", "PasswordResetSuccess", RESET, false,
		"The reset was written to the directory. The password met the policy in force.",
		"", NONE },
	{ "31003", "", "PasswordResetFail", RESET, false,
		"The reset arrived, and the directory refused it. The policy, the connector's rights "
		"or the user's membership of a protected group are the usual reasons.",
		ANY_REFUSAL, REFUSALS },
	{ "31004", "", "OnboardingEventStart", RESET, false,
		"Writeback is being switched on. The sync server has begun to register with the "
		"cloud service; 31005 must follow.", "", NONE },
	{ "31005", "", "OnboardingEventSuccess", RESET, false,
		"Writeback is switched on and ready.", "", NONE },
	{ "31006", "", "ChangePasswordStart", RESET, false,
		"A password change arrived from the cloud. It is the first event of each change; "
		"31007 or 31008 must follow.", "", NONE },
	{ "31007", "", "ChangePasswordSuccess", RESET, false,
		"The change was written to the directory. The password met the policy in force.",
		"", NONE },
	{ "31008", "", "ChangePasswordFail", RESET, false,
		"The change arrived, and the directory refused it. The policy, the rights on the "
		"user, the user's protected group or the state of the account are the usual "
		"reasons.",
		ANY_REFUSAL, { 203, 304, 305, 306, 401, 402, 501 } },
	{ "31009", "", "ResetUserPasswordByAdminStart", RESET, false,
		"An administrator's reset arrived from the cloud. It is the first event of each "
		"reset by an administrator; 31010 or 31011 must follow.", "", NONE },
	{ "31010", "", "ResetUserPasswordByAdminSuccess", RESET, false,
		"The administrator's reset was written to the directory.", "", NONE },
	{ "31011", "", "ResetUserPasswordByAdminFail", RESET, false,
		"The administrator's reset arrived, and the directory refused it. The reasons are "
		"those of a self-service reset: policy, rights, protected group.",
		ANY_REFUSAL, REFUSALS },
	{ "31012", "", "OffboardingEventStart", RESET, false,
		"Writeback is being switched off. The sync server has begun to leave the cloud "
		"service; 31013 must follow.", "", NONE },
	{ "31013", "", "OffboardingEventSuccess", RESET, false,
		"Writeback is switched off.",
		"If nobody meant to switch it off, run the wizard and enable it again.", NONE },
	{ "31014", "", "OffboardingEventFail", RESET, false,
		"Switching writeback off failed. The cloud or the on-premises administrator given to "
		"the wizard lacks rights, or the cloud one is federated.", CLOUD_ADMIN, NONE },
	{ "31015", "", "WriteBackServiceStarted", RESET, false,
		"The writeback service runs and takes requests.", "", NONE },
	{ "31016", "", "WriteBackServiceStopped", RESET, false,
		"The writeback service stopped. Every reset, change and unlock from the cloud fails "
		"until it runs again.",
		"If it was not stopped for maintenance, restart the Microsoft Azure AD Sync service "
		"and wait for 31015.", NONE },
	{ "31017", "", "AuthTokenSuccess", RESET, false,
		"A cloud token for the wizard's administrator was obtained.", "", NONE },
	{ "31018", "", "KeyPairCreationSuccess", RESET, false,
		"The key pair that protects passwords on their way down was made.", "", NONE },

	{ "32000", "", "UnknownError", RESET, false,
		"Something failed that the service has no name for. The exception in the event's "
		"text is all there is to go by.",
		"Read the exception. " TOGGLE " Failing that, open a case with the vendor and give "
		"the tracking id from the event.", NONE },
	{ "32001", "", "ServiceError", RESET, false,
		"The password reset web service could not be reached.", OUTBOUND ".", NONE },
	{ "32002", "", "ServiceBusError", RESET, false,
		"The tenant's Service Bus could not be reached. With the words about a token "
		"provider and a security token it is still the network: a port or address is blocked "
		"on the way out.",
		OUTBOUND ", then restart the server or the sync service. " TOGGLE, NONE },
	{ "32003", "", "InPutValidationError", RESET, false,
		"A request to the web service was not well formed.",
		"Try the operation again; update Entra Connect when it repeats.", NONE },
	{ "32004", "", "DecryptionError", RESET, false,
		"A password from the cloud could not be decrypted. Most likely the key here and the "
		"key there no longer match.", TOGGLE, NONE },
	{ "32005", "", "ConfigurationError", RESET, false,
		"The tenant's settings file could not be written or read. It is made on the sync "
		"server when writeback is switched on, and read at each start.",
		"Check disk space and the service account's access to the program's folder. " TOGGLE,
		NONE },
	{ "32007", "", "OnBoardingConfigUpdateError", RESET, false,
		"Settings from the cloud could not be stored while switching on. They pass through "
		"memory to the sync service, and that step failed.", TOGGLE, NONE },
	{ "32008", "", "ValidationError", RESET, false,
		"The web service gave an answer that makes no sense.", TOGGLE, NONE },
	{ "32009", "", "AuthTokenError", RESET, false,
		"No cloud token for the wizard's administrator. The name or password is wrong, or "
		"the account is federated; the text reads \"Error getting auth token\".",
		CLOUD_ADMIN, NONE },
	{ "32010", "", "CryptoError", RESET, false,
		"Making the key, or decrypting with it, failed on this server.",
		"Read the exception in the event, it says which step failed and why. " TOGGLE,
		NONE },
	{ "32011", "", "OnBoardingServiceError", RESET, false,
		"Switching on failed: the web service could not be talked to. Either the way out is "
		"blocked or the tenant gave no token.",
		OUTBOUND "; older releases also used TCP 9350 to 9354. " CLOUD_ADMIN, NONE },
	{ "32013", "", "OffBoardingError", RESET, false,
		"Switching off failed: the web service could not be talked to. Either the way out is "
		"blocked or the tenant gave no token.",
		OUTBOUND ". " CLOUD_ADMIN, NONE },
	{ "32014", "", "ServiceBusWarning", RESET, false,
		"The Service Bus connection had to be tried again. Now and then this is harmless.",
		"When it is frequent, look at latency, packet loss and the proxy's idle time-out "
		"between the sync server and *.servicebus.windows.net.", NONE },
	{ "32015", "", "ReportServiceHealthError", RESET, false,
		"The five-minute heartbeat to the cloud could not be sent. Resets may still work, "
		"while the portal shows the service as unwell. It carries no personal data.",
		OUTBOUND ".", NONE },

	{ "33001", "", "ADUnKnownError", RESET, false,
		"Active Directory answered with an error the service does not know. An unlock "
		"without the right to write lockoutTime ends here, and so do object paths with "
		"unusual characters.",
		"Read the ADSync events of the same second for the LDAP error. Check write "
		"lockoutTime (rules 307, 308) and look for / \\ + , \" < > ; = or a leading # in the "
		"names of its OUs.", { 307, 308, 607 } },
	{ "33002", "", "ADUserNotFoundError", RESET, false,
		"The user is not found on premises. It was deleted or left the scope of "
		"synchronization while the cloud still has it, or sync is broken; \"Object could not "
		"be found\" in the ADSync events belongs here.",
		"Look the user up in the connector space and the metaverse, see that this server "
		"synchronizes it as an enabled account, and look into the last runs for errors.",
		NONE },
	{ "33003", "", "ADMutliMatchError", RESET, false,
		"Two users on premises carry the same cloud anchor. \"Multiple matches found\" in the "
		"ADSync events belongs here: the person is enabled in more than one forest, which "
		"writeback does not support.",
		"Find the pair by mS-DS-ConsistencyGuid or objectGUID. Disable or unsynchronize one, "
		"or clear the copied value on the wrong one, and run a full sync.",
		{ 601, 602, 605, 606 } },
	{ "33004", "", "ADPermissionsError", RESET, false,
		"The connector account may not set this user's password. A right is missing, denied "
		"or does not reach the object, or adminCount is 1 and the protected DACL keeps the "
		"grant away.",
		RIGHTS_FIX " Leave administrators out: reset them by hand.",
		{ 301, 302, 303, 304, 305, 306, 309, 310, 311, 316, 320, 321 } },
	{ "33005", "", "ADUserAccountDisabled", RESET, false,
		"The account is disabled on premises.",
		"Enable the account if its owner should have it, then try again.", { 401 } },
	{ "33006", "", "ADUserAccountLockedOut", RESET, false,
		"The account is locked out on premises. Too many wrong passwords, or too many "
		"attempts at a change, in a short time.",
		"Unlock the account (a self-service unlock or reset does), or wait for the lockout "
		"to end; then try the change again.", { 402 } },
	{ "33007", "", "ADUserIncorrectPassword", RESET, false,
		"The current password given for a change was wrong.",
		"Type the current password again, or reset instead of change. Each wrong try counts "
		"towards lockout.", NONE },
	{ "33008", "", "ADPasswordPolicyError", RESET, false,
		"The domain's password policy refused the new password. " POLICY
		"Complexity and length hold for each reset and change.",
		POLICY_FIX, { 501 } },
	{ "33009", "", "ADConfigurationError", RESET, false,
		"The password could not be written because of how the directory or the connector is "
		"set up.",
		"Read the ADSync events of the same second, 6329 above all: they name the setting.",
		{ 0 } },
};

const size_t event_count = sizeof event_table / sizeof event_table[0];

/* `s` without `prefix` and the blanks, colon or '=' after it, when it begins with it. */
static const char *
skip_prefix(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strlen(s) <= n || !ascii_eq_nocase(s, n, prefix, n))
		return s;
	if (s[n] != ' ' && s[n] != '=' && s[n] != ':')
		return s;
	while (s[n] == ' ' || s[n] == '=' || s[n] == ':')
		n++;
	return s + n;
}

static const char *
skip_0x(const char *s)
{
	return s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && s[2] != '\0' ? s + 2 : s;
}

static bool
same(const char *a, const char *b)
{
	a = skip_0x(a);
	b = skip_0x(b);
	return *a != '\0' && ascii_eq_nocase(a, strlen(a), b, strlen(b));
}

bool
event_matches(const struct event *e, const char *text)
{
	text = skip_prefix(text, "event");
	text = skip_prefix(text, "hr");
	/* The document's own column drops a digit of 80230402: a person will type what it says. */
	if (same(text, "8023042"))
		text = "80230402";
	return same(text, e->code) || same(text, e->hr) || same(text, e->name);
}
