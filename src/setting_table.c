/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "setting.h"

#include <stdint.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/hostname.h"
#include "rules/identity.h"
#include "settings.h"
#include "uri.h"

#define MAX_SECONDS 86400	/* a day without an answer is not a time-out any more */
#define MAX_RETRIES 100
#define MAX_DELAY 60000		/* milliseconds */
#define MAX_ATTRIBUTE 60	/* characters; the longest of Windows has 58 */
#define MAX_SAMPLE 10000	/* each keeps a descriptor in memory, for each controller */
#define MAX_PAGE 100000		/* five times the highest MaxPageSize of Windows */
#define MAX_DAYS 36500
#define MAX_HTML_USERS 100000	/* a browser has to hold them */

/* In the order of enum start_tls, enum channel_binding, enum fail_on. */
static const char *const start_tls_names[] = { "no", "try", "demand", NULL };
static const char *const cbinding_names[] = { "auto", "none", "tls-unique", "tls-endpoint", NULL };
/* In the order of report/dialect.h's table. */
static const char *const dialect_names[] = { "dsacls", "adsyncconfig", "samba-tool", NULL };
static const char *const fail_on_names[] = { "fail", "risk", "unknown", "info", "never", NULL };

static const char *
mech_fault(const char *text)
{
	static const char *const known[] = { "GSSAPI", "GSS-SPNEGO", "EXTERNAL" };
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(text, known[i]) == 0)
			return NULL;
	return "must be GSSAPI, GSS-SPNEGO or EXTERNAL";
}

/* Enough to catch a filter that was left unquoted in a shell or half pasted;
 * the server judges the rest. */
static const char *
filter_fault(const char *text)
{
	size_t depth = 0, i, len = strlen(text);

	if (text[0] != '(' || text[len - 1] != ')')
		return "must be an LDAP filter in parentheses: (department=Sales)";
	for (i = 0; i < len; i++) {
		if (text[i] == '(')
			depth++;
		else if (text[i] == ')' && (depth == 0 || (--depth == 0 && i + 1 < len)))
			return "is not one LDAP filter: the parentheses do not match";
	}
	return depth == 0 ? NULL : "is not one LDAP filter: the parentheses do not match";
}

/* It goes into searches as it is: a keystring of RFC 4512 1.4, no longer than
 * any attribute of a directory's schema. */
static const char *
attribute_fault(const char *text)
{
	size_t i, len = strlen(text);

	for (i = 0; i < len; i++)
		if (!ascii_is_alpha(text[i]) && (i == 0 || (!ascii_is_digit(text[i]) &&
		    text[i] != '-')))
			break;
	if (i == len && len > 0 && len <= MAX_ATTRIBUTE)
		return NULL;
	return "must be the LDAP name of an attribute: letters, digits and hyphens";
}

static const char *
join_fault(const char *text)
{
	struct identity_options o;

	identity_options_init(&o, NULL, text);
	if (o.join != JOIN_ATTRIBUTE || attribute_fault(text) == NULL)
		return NULL;
	return "must be once, mail, " JOIN_NAME_ACCOUNT ", " JOIN_NAME_SID " or the LDAP name of "
		"an attribute";
}

static const char *
base_fault(const char *text)
{
	return dn_valid(text, strlen(text)) ? NULL : "must be a DN, as in OU=Staff,DC=example,DC=com";
}

static const char *
host_fault(const char *text)
{
	return hostname_valid(text, strlen(text)) ? NULL :
		"must be the name or IPv4 address of a host, as in dc1.example.com";
}

static const char *
site_fault(const char *text)
{
	if (strchr(text, '.') == NULL && hostname_valid(text, strlen(text)) &&
	    strlen(text) <= HOSTNAME_LABEL)
		return NULL;
	return "must be the name of a site as DNS has it: letters, digits and hyphens";
}

#define T(field) true, offsetof(struct target, field)
#define S(field) false, offsetof(struct settings, field)
#define STRING(name, where) { name, SETTING_STRING, where, 0, 0, NULL, NULL }
#define CHECKED(name, where, f) { name, SETTING_STRING, where, 0, 0, NULL, f }
#define BOOL(name, where) { name, SETTING_BOOL, where, 0, 0, NULL, NULL }
#define NUMBER(name, where, lo, hi) { name, SETTING_NUMBER, where, lo, hi, NULL, NULL }
#define CHOICE(name, where, choices) { name, SETTING_CHOICE, where, 0, 0, choices, NULL }

const struct setting setting_table[] = {
	{ "uri", SETTING_WORDS, T(uri), 0, 0, NULL, uri_fault },
	{ "controllers", SETTING_WORDS, T(controllers), 0, 0, NULL, host_fault },
	CHECKED("site", T(site), site_fault),
	BOOL("all_dcs", T(all_dcs)),
	NUMBER("sample", T(sample), 0, MAX_SAMPLE),
	CHECKED("base", T(base), base_fault),
	CHECKED("filter", T(filter), filter_fault),
	STRING("connector", T(connector)),
	CHOICE("start_tls", T(start_tls), start_tls_names),
	STRING("tls_cacert", T(tls_cacert)),
	STRING("tls_cert", T(tls_cert)),
	STRING("tls_key", T(tls_key)),
	BOOL("allow_cleartext", T(allow_cleartext)),
	STRING("bind_dn", T(bind_dn)),
	STRING("password", T(password)),
	STRING("password_file", T(password_file)),
	BOOL("password_prompt", T(password_prompt)),
	CHECKED("sasl_mech", T(sasl_mech), mech_fault),
	STRING("sasl_authcid", T(sasl_authcid)),
	STRING("sasl_authzid", T(sasl_authzid)),
	STRING("sasl_realm", T(sasl_realm)),
	STRING("sasl_secprops", T(sasl_secprops)),
	BOOL("sasl_nocanon", T(sasl_nocanon)),
	STRING("keytab", T(keytab)),
	STRING("ccache", T(ccache)),
	CHOICE("sasl_cbinding", T(sasl_cbinding), cbinding_names),
	NUMBER("network_timeout", T(network_timeout), 1, MAX_SECONDS),
	NUMBER("operation_timeout", T(operation_timeout), 1, MAX_SECONDS),
	NUMBER("retries", T(retries), 1, MAX_RETRIES),
	NUMBER("retry_delay", T(retry_delay), 1, MAX_DELAY),
	NUMBER("page_size", T(page_size), 1, MAX_PAGE),
	BOOL("forest", S(forest)),
	STRING("ldif", S(ldif)),
	STRING("findings", S(findings)),
	STRING("users", S(users)),
	STRING("causes", S(causes)),
	STRING("json", S(json)),
	STRING("remedies", S(remedies)),
	STRING("html", S(html)),
	NUMBER("html_users", S(html_users), 1, MAX_HTML_USERS),
	STRING("summary", S(summary)),
	CHOICE("dialect", S(dialect), dialect_names),
	CHOICE("fail_on", S(fail_on), fail_on_names),
	STRING("suppressions", S(suppressions)),
	BOOL("show_suppressed", S(show_suppressed)),
	STRING("metrics", S(metrics)),
	BOOL("syslog", S(syslog)),
	BOOL("new_only", S(new_only)),
	STRING("history", S(history)),
	NUMBER("history_keep", S(history_keep), 1, MAX_DAYS),
	STRING("profile", S(profile)),
	BOOL("self_check", S(self_check)),
	CHECKED("source_anchor", S(source_anchor), attribute_fault),
	CHECKED("join", S(join), join_fault),
	{ "now", SETTING_TIME, S(now), 0, 0, NULL, NULL },
	BOOL("quiet", S(quiet)),
	BOOL("verbose", S(verbose)),
};

const size_t setting_count = sizeof setting_table / sizeof setting_table[0];

_Static_assert(sizeof setting_table / sizeof setting_table[0] <= 64, "setting_set is too small");
_Static_assert(sizeof(enum start_tls) == sizeof(int) &&
    sizeof(enum channel_binding) == sizeof(int) && sizeof(enum fail_on) == sizeof(int) &&
    sizeof(unsigned) == sizeof(int), "numbers and choices are stored as int");

const struct setting *
setting_find(const char *name)
{
	size_t i;

	for (i = 0; i < setting_count; i++)
		if (strcmp(setting_table[i].name, name) == 0)
			return &setting_table[i];
	return NULL;
}

setting_set
setting_bit(const struct setting *s)
{
	return UINT64_C(1) << (s - setting_table);
}

setting_set
setting_bits(const char *names)
{
	setting_set set = 0;
	size_t i, len;

	while (*names != '\0') {
		len = strcspn(names, " ");
		for (i = 0; i < setting_count; i++)
			if (strlen(setting_table[i].name) == len &&
			    memcmp(setting_table[i].name, names, len) == 0)
				set |= UINT64_C(1) << i;
		names += len;
		names += strspn(names, " ");
	}
	return set;
}
