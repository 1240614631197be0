/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "option_table.h"

#include <string.h>

#include "options.h"
#include "wrap.h"

#define HELP_COLUMN 25		/* where the explanations start */

#define WHERE "Where to read:"
#define BIND "How to bind:"
#define JUDGE "What to judge:"
#define ASSUME "What if (nothing is changed; may be given again):"
#define RESULTS "Results:"
#define OTHER "Other:"

const struct option_row option_table[] = {
	{ WHERE, 'H', NULL, "URI", OPT_CONNECT, OPTION_SETTING, "uri",
		"the domain controller: ldap://HOST[:PORT] or ldaps://HOST[:PORT]; may be given "
		"again, for others of the domain to go on with when it fails" },
	{ WHERE, 'b', NULL, "BASE", OPT_CONNECT, OPTION_SETTING, "base",
		"users at or below this DN (default: the whole domain)" },
	{ WHERE, 0, "ldif", "FILE", OPT_JUDGE | OPT_SNAPSHOT, OPTION_SETTING, "ldif",
		"read a snapshot instead of a directory" },
	{ WHERE, 'c', "config", "FILE", OPT_CONNECT | OPT_HISTORY, OPTION_CONFIG, NULL,
		"the configuration file (default: " SYSCONFDIR "/writeback-audit.conf when it "
		"exists; /dev/null: none)" },
	{ WHERE, 0, "domain", "NAME", OPT_CONNECT, OPTION_DOMAIN, NULL,
		"only this domain of the configuration file, or a domain whose controllers DNS "
		"knows; may be given again" },
	{ WHERE, 0, "site", "NAME", OPT_CONNECT, OPTION_SETTING, "site",
		"controllers of this site first, when DNS is asked" },
	{ WHERE, 0, "dc", "HOST", OPT_CONNECT, OPTION_SETTING, "controllers",
		"a domain controller to read from and to check; may be given again" },
	{ WHERE, 0, "forest", NULL, OPT_AUDIT, OPTION_SETTING, "forest",
		"every domain of the forest" },
	{ WHERE, 0, "all-dcs", NULL, OPT_AUDIT, OPTION_SETTING, "all_dcs",
		"check every controller of the domain" },
	{ WHERE, 0, "sample", "N", OPT_AUDIT, OPTION_SETTING, "sample",
		"users that are compared between the controllers checked (default: 200; 0: none)" },
	{ WHERE, 0, "page-size", "N", OPT_CONNECT, OPTION_SETTING, "page_size",
		"entries a page (default: the server's limit, at most 1000)" },
	{ WHERE, 'o', NULL, "OPT=VALUE", OPT_CONNECT, OPTION_EXTRA, NULL,
		"tls_cacert=FILE, tls_cert=FILE, tls_key=FILE, sasl_cbinding=TYPE, "
		"nettimeout=SECONDS, optimeout=SECONDS, retries=N or retrydelay=MILLISECONDS; may "
		"be given again" },

	{ BIND, 'Z', NULL, NULL, OPT_CONNECT, OPTION_START_TLS, NULL,
		"StartTLS; -ZZ: and give up when it fails" },
	{ BIND, 'D', NULL, "BINDDN", OPT_CONNECT, OPTION_SETTING, "bind_dn",
		"simple bind as this DN, user@domain or DOMAIN\\user" },
	{ BIND, 'W', NULL, NULL, OPT_CONNECT, OPTION_SETTING, "password_prompt",
		"ask for the password" },
	{ BIND, 'y', NULL, "FILE", OPT_CONNECT, OPTION_SETTING, "password_file",
		"read the password from a file that only you may read" },
	{ BIND, 'w', NULL, "PASS", OPT_CONNECT, OPTION_SETTING, "password",
		"the password itself; others may see it: prefer -y or -W" },
	{ BIND, 'Y', NULL, "MECH", OPT_CONNECT, OPTION_SETTING, "sasl_mech",
		"SASL: GSSAPI (the default without -D), GSS-SPNEGO or EXTERNAL" },
	{ BIND, 'U', NULL, "AUTHCID", OPT_CONNECT, OPTION_SETTING, "sasl_authcid",
		"SASL: the account whose ticket it is, when there are several" },
	{ BIND, 'R', NULL, "REALM", OPT_CONNECT, OPTION_SETTING, "sasl_realm",
		"SASL: the realm" },
	{ BIND, 'X', NULL, "AUTHZID", OPT_CONNECT, OPTION_SETTING, "sasl_authzid",
		"SASL: the identity to act as" },
	{ BIND, 'O', NULL, "SECPROPS", OPT_CONNECT, OPTION_SETTING, "sasl_secprops",
		"SASL: security properties, such as minssf=128" },
	{ BIND, 'N', NULL, NULL, OPT_CONNECT, OPTION_SETTING, "sasl_nocanon",
		"SASL: do not look up the server's name in reverse" },
	{ BIND, 0, "keytab", "FILE", OPT_CONNECT, OPTION_SETTING, "keytab",
		"GSSAPI: get tickets with this keytab, new ones as they are needed" },
	{ BIND, 0, "ccache", "NAME", OPT_CONNECT, OPTION_SETTING, "ccache",
		"GSSAPI: the ticket cache, FILE:/path or another kind (default: as kinit)" },
	{ BIND, 0, "allow-cleartext", NULL, OPT_CONNECT, OPTION_SETTING, "allow_cleartext",
		"let -D send the password without TLS" },

	{ JUDGE, 0, "connector", "NAME", OPT_CONNECT, OPTION_SETTING, "connector",
		"the connector account: DN, DOMAIN\\name, UPN or SID (default: found by itself)" },
	{ JUDGE, 0, "filter", "FILTER", OPT_CONNECT, OPTION_SETTING, "filter",
		"the LDAP filter that finds users" },
	{ JUDGE, 0, "profile", "NAME", OPT_JUDGE, OPTION_SETTING, "profile",
		"which set of rights a reset must have" },
	{ JUDGE, 0, "source-anchor", "ATTR", OPT_AUDIT | OPT_SNAPSHOT, OPTION_SETTING,
		"source_anchor", "the attribute that the cloud knows users by (default: "
		"mS-DS-ConsistencyGuid, or objectGUID where it is not set)" },
	{ JUDGE, 0, "join", "HOW", OPT_AUDIT | OPT_SNAPSHOT, OPTION_SETTING, "join",
		"what makes accounts in several domains one person, as the wizard was told: once, "
		"mail, sAMAccountName+mailNickname, objectSid+msExchMasterAccountSid, or an "
		"attribute" },
	{ JUDGE, 0, "now", "TIME", OPT_JUDGE, OPTION_SETTING, "now",
		"judge as of this moment: 2026-01-15T12:00Z" },
	{ JUDGE, 0, "self-check", NULL, OPT_JUDGE, OPTION_SETTING, "self_check",
		"compare the verdicts with what the server itself computes" },
	{ JUDGE, 0, "suppressions", "FILE", OPT_AUDIT, OPTION_SETTING, "suppressions",
		"findings that somebody has answered for, as the configuration file has them: they "
		"do not count" },

	{ ASSUME, 0, "assume-grant", "DN=(ACE)", OPT_JUDGE, OPTION_ASSUME_GRANT, NULL,
		"one more ACE, in SDDL, on the object; CONNECTOR stands for the connector's SID" },
	{ ASSUME, 0, "assume-unblock", "DN", OPT_JUDGE, OPTION_ASSUME_UNBLOCK, NULL,
		"the object inherits permissions again" },
	{ ASSUME, 0, "assume-member", "GROUP", OPT_JUDGE, OPTION_ASSUME_MEMBER, NULL,
		"the connector is a member of the group" },
	{ ASSUME, 0, "assume-move", "USER=OU", OPT_JUDGE, OPTION_ASSUME_MOVE, NULL,
		"the user stands in another OU" },
	{ ASSUME, 0, "assume-connector", "NAME", OPT_JUDGE, OPTION_ASSUME_CONNECTOR, NULL,
		"a new connector account, granted at the domain root what --profile asks for" },

	{ RESULTS, 0, "findings", "FILE", OPT_AUDIT, OPTION_SETTING, "findings",
		"findings as CSV (default: to stdout, when no other output is named)" },
	{ RESULTS, 0, "users", "FILE", OPT_AUDIT, OPTION_SETTING, "users",
		"one row a user as CSV" },
	{ RESULTS, 0, "causes", "FILE", OPT_AUDIT, OPTION_SETTING, "causes",
		"one row a root cause as CSV" },
	{ RESULTS, 0, "json", "FILE", OPT_AUDIT, OPTION_SETTING, "json",
		"all of it as JSON Lines" },
	{ RESULTS, 0, "json", NULL, OPT_EXPLAIN | OPT_HISTORY, OPTION_AS_JSON, NULL,
		"as JSON" },
	{ RESULTS, 0, "remedies", "FILE", OPT_AUDIT, OPTION_SETTING, "remedies",
		"the commands that mend the causes, printed and never run" },
	{ RESULTS, 0, "dialect", "NAME", OPT_AUDIT, OPTION_SETTING, "dialect",
		"of the remedies: dsacls (default), adsyncconfig (PowerShell) or samba-tool" },
	{ RESULTS, 0, "html", "FILE", OPT_AUDIT, OPTION_SETTING, "html",
		"a page for people: verdicts, causes and cures, trend, and the worst users" },
	{ RESULTS, 0, "html-users", "N", OPT_AUDIT, OPTION_SETTING, "html_users",
		"how many users the page lists (default: 500)" },
	{ RESULTS, 0, "summary", "FILE", OPT_AUDIT, OPTION_SETTING, "summary",
		"the summary that stderr has, as plain text for a mail" },
	{ RESULTS, 0, "fail-on", "LEVEL", OPT_AUDIT, OPTION_SETTING, "fail_on",
		"the lowest severity that makes the exit status 1: fail (default), risk, unknown, "
		"info or never" },

	{ RESULTS, 0, "show-suppressed", NULL, OPT_AUDIT, OPTION_SETTING, "show_suppressed",
		"findings that do not count stand in the reports, marked" },
	{ RESULTS, 0, "metrics", "FILE", OPT_AUDIT, OPTION_SETTING, "metrics",
		"numbers of the run for Prometheus: node_exporter's textfile collector" },
	{ RESULTS, 0, "nagios", NULL, OPT_AUDIT, OPTION_NAGIOS, NULL,
		"a monitoring plugin: one line on stdout, exit status 0 to 3 as plugins have it" },
	{ RESULTS, 0, "syslog", NULL, OPT_AUDIT, OPTION_SETTING, "syslog",
		"tell the system's log, or the journal, a line a rule" },
	{ RESULTS, 0, "new-only", NULL, OPT_AUDIT, OPTION_SETTING, "new_only",
		"of findings, those that are new or resolved: what is known is left out, and does "
		"not count (needs --history)" },
	{ RESULTS, 0, "history", "FILE", OPT_AUDIT | OPT_HISTORY, OPTION_SETTING, "history",
		"where audits keep what they found, to say what is new, known and resolved" },
	{ RESULTS, 0, "history-keep", "DAYS", OPT_AUDIT, OPTION_SETTING, "history_keep",
		"forget what was resolved so long ago (default: 400)" },
	{ RESULTS, 0, "since", "WHEN", OPT_HISTORY, OPTION_SINCE, NULL,
		"what is new or resolved since a run (its number) or a day (2026-01-15)" },
	{ RESULTS, 0, "run", "N", OPT_HISTORY, OPTION_RUN, NULL,
		"one run (its number, or last): what it read, from where and as whom, its "
		"figures, and what it could not read" },

	{ RESULTS, 0, "output", "FILE", OPT_SNAPSHOT, OPTION_OUTPUT, NULL,
		"where to write (-o FILE does it too); compressed when it ends in .zst; -: stdout" },
	{ RESULTS, 0, "redact", NULL, OPT_SNAPSHOT, OPTION_REDACT, NULL,
		"pseudonyms for names, so that the file can be handed out" },

	{ OTHER, 'q', "quiet", NULL, OPT_CONNECT, OPTION_SETTING, "quiet",
		"errors only" },
	{ OTHER, 'v', "verbose", NULL, OPT_CONNECT, OPTION_SETTING, "verbose",
		"say what is done" },
	{ OTHER, 0, "help", NULL, 0, OPTION_HELP, NULL, "this text" },
	{ OTHER, 0, "version", NULL, 0, OPTION_VERSION, NULL, "the version" },
};

const size_t option_count = sizeof option_table / sizeof option_table[0];
_Static_assert(sizeof option_table / sizeof option_table[0] <= OPTIONS_MAX,
    "OPTIONS_MAX is too small: getopt would not know the last rows");

const struct option_extra option_extras[] = {
	{ "tls_cacert", "tls_cacert" },
	{ "tls_cert", "tls_cert" },
	{ "tls_key", "tls_key" },
	{ "sasl_cbinding", "sasl_cbinding" },
	{ "nettimeout", "network_timeout" },
	{ "optimeout", "operation_timeout" },
	{ "retries", "retries" },
	{ "retrydelay", "retry_delay" },
};

const size_t option_extra_count = sizeof option_extras / sizeof option_extras[0];

const char *
option_str(const struct option_row *row, struct option_buf *b)
{
	if (row->name != NULL)
		snprintf(b->s, sizeof b->s, "--%s", row->name);
	else
		snprintf(b->s, sizeof b->s, "-%c", row->letter);
	return b->s;
}

const struct option_row *
option_of_setting(const char *setting)
{
	size_t i;

	for (i = 0; i < option_count; i++)
		if (option_table[i].setting != NULL &&
		    strcmp(option_table[i].setting, setting) == 0)
			return &option_table[i];
	return NULL;
}

static void
help_row(FILE *f, const struct option_row *row)
{
	char head[64];
	int n;

	if (row->letter != 0 && row->name != NULL)
		n = snprintf(head, sizeof head, "  -%c, --%s", row->letter, row->name);
	else if (row->letter != 0)
		n = snprintf(head, sizeof head, "  -%c", row->letter);
	else
		n = snprintf(head, sizeof head, "      --%s", row->name);
	if (row->metavar != NULL)
		n += snprintf(head + n, sizeof head - (size_t)n, " %s", row->metavar);
	if (n + 1 < HELP_COLUMN)
		fprintf(f, "%-*s", HELP_COLUMN, head);
	else
		fprintf(f, "%s\n%*s", head, HELP_COLUMN, "");
	wrap_text(f, HELP_COLUMN, HELP_COLUMN, row->help);
}

void
option_help(FILE *f, const char *command, unsigned which)
{
	const char *group = "";
	size_t i;

	fprintf(f, "usage: writeback-audit %s [OPTIONS]%s\n", command,
	    (which & OPT_EXPLAIN) != 0 ? " USER..." :
	    (which & OPT_HISTORY) != 0 ? " [USER...]" : "");
	for (i = 0; i < option_count; i++) {
		if (option_table[i].which != 0 && (option_table[i].which & which) == 0)
			continue;
		if (strcmp(group, option_table[i].group) != 0)
			fprintf(f, "\n%s\n", option_table[i].group);
		group = option_table[i].group;
		help_row(f, &option_table[i]);
	}
	if ((which & (OPT_EXPLAIN | OPT_HISTORY)) != 0)
		fputs("\nUSER is a DN, sAMAccountName, UPN, SID or GUID.\n", f);
	fputs("\nSee writeback-audit(1) for all of it.\n", f);
}
