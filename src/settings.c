/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/buf.h"
#include "core/dn.h"
#include "core/hostname.h"
#include "rules/identity.h"
#include "uri.h"

#define MAX_SECONDS 86400	/* a day without an answer is not a time-out any more */
#define MAX_RETRIES 100
#define MAX_DELAY 60000		/* milliseconds */
#define MAX_ATTRIBUTE 60	/* characters; the longest of Windows has 58 */
#define MAX_SAMPLE 10000	/* each keeps a descriptor in memory, for each controller */
#define MAX_PAGE 100000		/* five times the highest MaxPageSize of Windows */

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

bool
target_name_is_dns(const char *name)
{
	return strchr(name, '.') != NULL && hostname_valid(name, strlen(name));
}

#define T(field) true, offsetof(struct target, field)
#define S(field) false, offsetof(struct settings, field)
#define STRING(name, where) { name, SETTING_STRING, where, 0, 0, NULL, NULL }
#define CHECKED(name, where, f) { name, SETTING_STRING, where, 0, 0, NULL, f }
#define BOOL(name, where) { name, SETTING_BOOL, where, 0, 0, NULL, NULL }
#define NUMBER(name, where, lo, hi) { name, SETTING_NUMBER, where, lo, hi, NULL, NULL }
#define CHOICE(name, where, choices) { name, SETTING_CHOICE, where, 0, 0, choices, NULL }

#define MAX_DAYS 36500
#define MAX_HTML_USERS 100000	/* a browser has to hold them */

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

static void *
field(const struct setting *s, void *object)
{
	return (char *)object + s->offset;
}

static const void *
field_const(const struct setting *s, const void *object)
{
	return (const char *)object + s->offset;
}

static int
set_fault(struct setting_fault *f, const char *text)
{
	snprintf(f->s, sizeof f->s, "%s", text);
	return -1;
}

static void
set_int(const struct setting *s, int n, void *object)
{
	memcpy(field(s, object), &n, sizeof n);
}

/* Replaces the string in the field; the old one is freed. */
static int
set_string(const struct setting *s, const char *text, void *object)
{
	char **p = field(s, object), *copy = text != NULL ? strdup(text) : NULL;

	if (text != NULL && copy == NULL)
		return -1;
	if (*p != NULL)
		explicit_bzero(*p, strlen(*p));
	free(*p);
	*p = copy;
	return 0;
}

int
setting_from_number(const struct setting *s, long long n, void *object, struct setting_fault *f)
{
	if (n < s->min || n > s->max) {
		snprintf(f->s, sizeof f->s, "must be a number from %d to %d", s->min, s->max);
		return -1;
	}
	set_int(s, (int)n, object);
	return 0;
}

void
setting_from_bool(const struct setting *s, bool b, void *object)
{
	memcpy(field(s, object), &b, sizeof b);
}

static int
choice_from_text(const struct setting *s, const char *text, void *object, struct setting_fault *f)
{
	size_t used = (size_t)snprintf(f->s, sizeof f->s, "must be one of");
	int i;

	for (i = 0; s->choices[i] != NULL; i++) {
		if (strcmp(s->choices[i], text) == 0) {
			set_int(s, i, object);
			return 0;
		}
		used += (size_t)snprintf(f->s + used, sizeof f->s - used, " %s", s->choices[i]);
	}
	return -1;
}

static int
time_from_text(const char *text, struct settings *out, struct setting_fault *f)
{
	int64_t t = 0;

	if (adtime_parse_iso(text, strlen(text), &t) != ERR_OK)
		return set_fault(f, "must be a time in ISO 8601: 2026-01-15 or 2026-01-15T12:00Z");
	out->now = t;
	out->has_now = true;
	return 0;
}

static int
number_from_text(const struct setting *s, const char *text, void *object, struct setting_fault *f)
{
	long long n = 0;
	size_t i;

	for (i = 0; i < 9 && ascii_is_digit(text[i]); i++)
		n = n * 10 + (text[i] - '0');
	if (i == 0 || text[i] != '\0')
		n = -1;
	return setting_from_number(s, n, object, f);
}

/* Puts words into the field, a blank between any two, after those of `before`. */
static int
words_set(const struct setting *s, const char *before, const char *text, void *object,
    struct setting_fault *f)
{
	const char *wrong = "must not be empty";
	struct buf list = BUF_INIT;
	char *word = NULL;
	int result = -1;
	size_t len;

	buf_adds(&list, before);
	for (text += strspn(text, " "); *text != '\0'; text += len, text += strspn(text, " ")) {
		len = strcspn(text, " ");
		free(word);
		word = strndup(text, len);
		if (word == NULL)
			goto nomem;
		wrong = s->fault != NULL ? s->fault(word) : NULL;
		if (wrong != NULL)
			break;
		if (list.len > 0)
			buf_addc(&list, ' ');
		buf_adds(&list, word);
	}
	if (wrong != NULL) {
		set_fault(f, wrong);
		goto out;
	}
	if (!buf_failed(&list) && set_string(s, buf_str(&list), object) == 0) {
		result = 0;
		goto out;
	}
nomem:
	set_fault(f, "cannot be kept: out of memory");
out:
	free(word);
	buf_fini(&list);
	return result;
}

int
setting_add_text(const struct setting *s, const char *text, void *object, struct setting_fault *f)
{
	char *const *now;

	if (s->type != SETTING_WORDS)
		return setting_from_text(s, text, object, f);
	now = field_const(s, object);
	return words_set(s, *now != NULL ? *now : "", text, object, f);
}

int
setting_from_text(const struct setting *s, const char *text, void *object, struct setting_fault *f)
{
	const char *wrong = NULL;

	if (text[0] == '\0')
		return set_fault(f, "must not be empty");
	switch (s->type) {
	case SETTING_STRING:
		wrong = s->fault != NULL ? s->fault(text) : NULL;
		if (wrong != NULL)
			return set_fault(f, wrong);
		if (set_string(s, text, object) != 0)
			return set_fault(f, "cannot be kept: out of memory");
		return 0;
	case SETTING_WORDS:
		return words_set(s, "", text, object, f);
	case SETTING_NUMBER:
		return number_from_text(s, text, object, f);
	case SETTING_CHOICE:
		return choice_from_text(s, text, object, f);
	case SETTING_TIME:
		return time_from_text(text, object, f);
	case SETTING_BOOL:
		break;
	}
	return set_fault(f, "takes no value");
}

/* Copies the field of row s from one object to another. */
static int
copy_field(const struct setting *s, const void *from, void *to)
{
	char *const *p;

	switch (s->type) {
	case SETTING_STRING:
	case SETTING_WORDS:
		p = field_const(s, from);
		return set_string(s, *p, to);
	case SETTING_BOOL:
		memcpy(field(s, to), field_const(s, from), sizeof(bool));
		return 0;
	case SETTING_NUMBER:
	case SETTING_CHOICE:
		memcpy(field(s, to), field_const(s, from), sizeof(int));
		return 0;
	case SETTING_TIME:
		((struct settings *)to)->now = ((const struct settings *)from)->now;
		((struct settings *)to)->has_now = true;
		return 0;
	}
	return 0;
}

static int
overlay(void *to, const void *from, setting_set given, bool of_target)
{
	size_t i;

	for (i = 0; i < setting_count; i++)
		if (setting_table[i].of_target == of_target && (given >> i & 1) != 0 &&
		    copy_field(&setting_table[i], from, to) != 0)
			return -1;
	return 0;
}

/* Makes the fields named empty again. */
static void
clear(struct target *t, const char *names)
{
	static const struct target empty;
	setting_set set = setting_bits(names);
	size_t i;

	for (i = 0; i < setting_count; i++)
		if ((set >> i & 1) != 0)
			(void)copy_field(&setting_table[i], &empty, t);
}

#define PASSWORDS "password password_file password_prompt"
#define TICKETS "keytab ccache"
#define SASL "sasl_mech sasl_authcid sasl_authzid sasl_realm sasl_secprops sasl_cbinding " TICKETS
#define SIMPLE "bind_dn " PASSWORDS

setting_set
setting_active(setting_set given, const struct target *t, const struct settings *s)
{
	const struct setting *row;
	const void *object;
	bool on = false;
	int n = 0;
	size_t i;

	for (i = 0; i < setting_count; i++) {
		row = &setting_table[i];
		object = row->of_target ? (const void *)t : (const void *)s;
		if ((given >> i & 1) == 0 || object == NULL)
			continue;
		if (row->type == SETTING_BOOL) {
			memcpy(&on, field_const(row, object), sizeof on);
			given &= ~(on ? 0 : setting_bit(row));
		} else if (row->type == SETTING_CHOICE) {
			memcpy(&n, field_const(row, object), sizeof n);
			given &= ~(n != 0 ? 0 : setting_bit(row));
		}
	}
	return given;
}

int
target_overlay(struct target *t, const struct target *over, setting_set given)
{
	setting_set active = setting_active(given, over, NULL);

	if ((active & setting_bits("bind_dn")) != 0)
		clear(t, SASL);
	if ((active & setting_bits(SASL)) != 0)
		clear(t, SIMPLE);
	if ((active & setting_bits(PASSWORDS)) != 0)
		clear(t, PASSWORDS);
	if ((active & setting_bits(TICKETS)) != 0)
		clear(t, TICKETS);
	return overlay(t, over, given, true);
}

int
settings_overlay(struct settings *s, const struct settings *over, setting_set given)
{
	return overlay(s, over, given, false);
}

struct target *
settings_add_target(struct settings *s)
{
	struct target *grown = realloc(s->targets, (s->target_count + 1) * sizeof *grown);

	if (grown == NULL)
		return NULL;
	s->targets = grown;
	grown += s->target_count++;
	memset(grown, 0, sizeof *grown);
	grown->sample = SAMPLE_USERS;
	return grown;
}

int
target_copy(const struct target *from, struct target *t)
{
	memset(t, 0, sizeof *t);
	if (overlay(t, from, ~(setting_set)0, true) == 0)
		return 0;
	target_fini(t);
	return -1;
}

bool
setting_conflict(setting_set given, const struct setting **a, const struct setting **b,
    const char **why)
{
	/* Any of the one with any of the other. */
	static const struct { const char *one, *other, *why; } rows[] = {
		{ "ldif", "controllers site all_dcs", "a snapshot is of one controller" },
		{ "ldif", "forest", "a snapshot is of one domain" },
		{ "base", "forest", "a base is in one domain" },
		{ "ldif", "uri", "a run reads a snapshot or a directory" },
		{ "ldif", SIMPLE " " SASL " start_tls", "a snapshot needs no bind" },
		{ "bind_dn", SASL,
			"a simple bind has a name and a password, SASL takes both from Kerberos or TLS" },
		{ PASSWORDS, SASL, "a password is for a simple bind, SASL here asks for none" },
		{ "keytab", "ccache", "the ticket comes from one place" },
		{ "password", "password_file password_prompt", "the password comes from one place" },
		{ "password_file", "password_prompt", "the password comes from one place" },
		{ "quiet", "verbose", "it is the one or the other" },
	};
	setting_set one, other;
	size_t r, i;

	for (r = 0; r < sizeof rows / sizeof rows[0]; r++) {
		one = given & setting_bits(rows[r].one);
		other = given & setting_bits(rows[r].other);
		if (one == 0 || other == 0)
			continue;
		for (i = setting_count; i-- > 0;) {
			if ((one >> i & 1) != 0)
				*a = &setting_table[i];
			if ((other >> i & 1) != 0)
				*b = &setting_table[i];
		}
		*why = rows[r].why;
		return true;
	}
	return false;
}

void
target_fini(struct target *t)
{
	size_t i;

	for (i = 0; i < setting_count; i++)
		if (setting_table[i].of_target && (setting_table[i].type == SETTING_STRING ||
		    setting_table[i].type == SETTING_WORDS))
			(void)set_string(&setting_table[i], NULL, t);
	free(t->name);
	memset(t, 0, sizeof *t);
}

void
settings_fini(struct settings *s)
{
	size_t i;

	for (i = 0; i < s->target_count; i++)
		target_fini(&s->targets[i]);
	free(s->targets);
	target_fini(&s->defaults);
	for (i = 0; i < setting_count; i++)
		if (!setting_table[i].of_target && setting_table[i].type == SETTING_STRING)
			(void)set_string(&setting_table[i], NULL, s);
	for (i = 0; i < s->arg_count; i++)
		free(s->args[i]);
	free(s->args);
	free(s->assumptions);
	free(s->output);
	free(s->since);
	suppressions_fini(&s->suppressed);
	memset(s, 0, sizeof *s);
}
