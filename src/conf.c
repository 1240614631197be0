/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "conf_text.h"
#include "core/adtime.h"
#include "core/ascii.h"
#include "core/dn.h"
#include "core/utf8.h"
#include "nearest.h"
#include "rules/rule.h"

/* What is loaded so far, and from where. */
struct loader {
	const char *path;
	struct settings out;		/* settings of the program, targets */
	struct target defaults;		/* settings of a target at the top level */
	setting_set given;		/* at the top level */
};

#define fault(l, ...) conf_fault((l)->path, __VA_ARGS__)

static int
unknown(const struct loader *l, const config_setting_t *s, bool in_domain)
{
	const char *name = config_setting_name(s);
	unsigned line = config_setting_source_line(s);
	struct nearest near;
	size_t i;

	if (in_domain && setting_find(name) != NULL)
		return fault(l, line, "'%s' is not of one domain: write it outside of domains",
		    name);
	if (!in_domain && strcmp(name, "name") == 0)
		return fault(l, line, "'name' belongs to a domain: domains = ( { name = …; … } )");
	nearest_init(&near, name);
	nearest_try(&near, in_domain ? "name" : "domains");
	for (i = 0; i < setting_count; i++)
		if (setting_table[i].of_target || !in_domain)
			nearest_try(&near, setting_table[i].name);
	if (near.best != NULL)
		return fault(l, line, "unknown setting '%s' (did you mean '%s'?)", name, near.best);
	return fault(l, line, "unknown setting '%s'", name);
}

/* The text of a string setting; NULL with a message when it is none, or holds
 * what no setting may. */
static const char *
string_value(const struct loader *l, const config_setting_t *s, const char *name)
{
	const char *text = config_setting_get_string(s);
	unsigned line = config_setting_source_line(s);
	size_t i;

	if (text == NULL) {
		fault(l, line, "'%s' must be a string in double quotes", name);
		return NULL;
	}
	for (i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			break;
	if (text[i] != '\0') {
		fault(l, line, "'%s' holds a control character", name);
		return NULL;
	}
	if (!utf8_valid(text, i)) {
		fault(l, line, "'%s' is not valid UTF-8", name);
		return NULL;
	}
	return text;
}

/* One string, or several as a list; what they add to is empty. */
static int
take_words(const struct loader *l, const config_setting_t *s, const struct setting *row,
    void *object)
{
	const char *name = config_setting_name(s), *text;
	unsigned line = config_setting_source_line(s);
	struct setting_fault f = { "" };
	int i, n = config_setting_length(s);
	const config_setting_t *word;

	if (!config_setting_is_list(s) && !config_setting_is_array(s)) {
		text = string_value(l, s, name);
		if (text != NULL && setting_from_text(row, text, object, &f) != 0)
			fault(l, line, "'%s' %s", name, f.s);
		return text != NULL && f.s[0] == '\0' ? 0 : -1;
	}
	if (n == 0)
		return fault(l, line, "'%s' is empty", name);
	for (i = 0; i < n; i++) {
		word = config_setting_get_elem(s, (unsigned)i);
		text = string_value(l, word, name);
		if (text == NULL)
			return -1;
		if (setting_add_text(row, text, object, &f) != 0)
			return fault(l, config_setting_source_line(word), "'%s' %s", name, f.s);
	}
	return 0;
}

/* Puts one setting of the file where its row says: into *t or the program's. */
static int
take(struct loader *l, const config_setting_t *s, bool in_domain, struct target *t,
    setting_set *given)
{
	const char *name = config_setting_name(s), *text;
	const struct setting *row = setting_find(name);
	unsigned line = config_setting_source_line(s);
	int type = config_setting_type(s);
	struct setting_fault f = { "" };
	void *object;

	if (row == NULL || (in_domain && !row->of_target))
		return unknown(l, s, in_domain);
	if (strcmp(name, "password") == 0)
		return fault(l, line, "a password does not belong in this file: "
		    "use password_file or keytab");
	object = row->of_target ? (void *)t : (void *)&l->out;
	switch (row->type) {
	case SETTING_BOOL:
		if (type != CONFIG_TYPE_BOOL)
			return fault(l, line, "'%s' must be true or false, without quotes", name);
		setting_from_bool(row, config_setting_get_bool(s) != 0, object);
		break;
	case SETTING_NUMBER:
		if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
			return fault(l, line, "'%s' must be a number, without quotes", name);
		if (setting_from_number(row, config_setting_get_int64(s), object, &f) != 0)
			return fault(l, line, "'%s' %s", name, f.s);
		break;
	case SETTING_WORDS:
		if (take_words(l, s, row, object) != 0)
			return -1;
		break;
	case SETTING_STRING:
	case SETTING_CHOICE:
	case SETTING_TIME:
		text = string_value(l, s, name);
		if (text == NULL)
			return -1;
		if (setting_from_text(row, text, object, &f) != 0)
			return fault(l, line, "'%s' %s", name, f.s);
		break;
	}
	*given |= setting_bit(row);
	return 0;
}

/* Settings of one group (or of the top level) that exclude each other. The
 * line is that of the second one. */
static int
conflict_check(const struct loader *l, const config_setting_t *group, setting_set given)
{
	const struct setting *a = NULL, *b = NULL;
	const config_setting_t *second;
	const char *why = NULL;

	if (!setting_conflict(given, &a, &b, &why))
		return 0;
	second = config_setting_get_member(group, b->name);
	return fault(l, config_setting_source_line(second != NULL ? second : group),
	    "'%s' and '%s' exclude each other: %s", a->name, b->name, why);
}

static int
domain_name(struct loader *l, const config_setting_t *s, struct target *t)
{
	const char *text = string_value(l, s, config_setting_name(s));
	unsigned line = config_setting_source_line(s);
	size_t i;

	if (text == NULL)
		return -1;
	if (text[0] == '\0')
		return fault(l, line, "'name' must not be empty");
	for (i = 0; i + 1 < l->out.target_count; i++)
		if (ascii_eq_nocase(text, strlen(text), l->out.targets[i].name,
		    strlen(l->out.targets[i].name)))
			return fault(l, line, "the domain '%s' is there twice", text);
	t->name = strdup(text);
	return t->name != NULL ? 0 : fault(l, line, "out of memory");
}

static int
take_domain(struct loader *l, const config_setting_t *group)
{
	unsigned line = config_setting_source_line(group);
	int i, n = config_setting_length(group);
	const config_setting_t *s;
	setting_set given = 0;
	struct target own = { 0 }, *t;
	int result = -1;

	if (!config_setting_is_group(group))
		return fault(l, line, "each of 'domains' must be a group: { name = …; uri = …; }");
	t = settings_add_target(&l->out);
	if (t == NULL)
		return fault(l, line, "out of memory");
	for (i = 0; i < n; i++) {
		s = config_setting_get_elem(group, (unsigned)i);
		if (strcmp(config_setting_name(s), "name") == 0) {
			if (domain_name(l, s, t) != 0)
				goto out;
		} else if (take(l, s, true, &own, &given) != 0) {
			goto out;
		}
	}
	if (t->name == NULL) {
		fault(l, line, "a domain without 'name'");
		goto out;
	}
	if (conflict_check(l, group, setting_active(given, &own, NULL) |
	    (l->given & setting_bits("ldif"))) != 0)
		goto out;
	if (target_overlay(t, &l->defaults, l->given) != 0 || target_overlay(t, &own, given) != 0) {
		fault(l, line, "out of memory");
		goto out;
	}
	result = 0;
out:
	target_fini(&own);
	return result;
}

static int
take_domains(struct loader *l, const config_setting_t *list)
{
	unsigned line = config_setting_source_line(list);
	int i, n = config_setting_length(list);

	if (!config_setting_is_list(list))
		return fault(l, line, "'domains' must be a list in parentheses: "
		    "domains = ( { … } )");
	if (n == 0)
		return fault(l, line, "'domains' is empty");
	for (i = 0; i < n; i++)
		if (take_domain(l, config_setting_get_elem(list, (unsigned)i)) != 0)
			return -1;
	return 0;
}

/* A string of a suppression, which is taken over; nothing else may be there twice. */
static int
take_text(struct loader *l, const config_setting_t *s, char **field)
{
	const char *name = config_setting_name(s), *text = string_value(l, s, name);
	unsigned line = config_setting_source_line(s);

	if (text == NULL)
		return -1;
	if (text[strspn(text, " ")] == '\0')
		return fault(l, line, "'%s' must not be empty", name);
	*field = strdup(text);
	return *field != NULL ? 0 : fault(l, line, "out of memory");
}

/* "2026-12-31": that day is its last. */
static int
take_expiry(struct loader *l, const config_setting_t *s, struct suppression *out)
{
	size_t len;

	if (take_text(l, s, &out->expires) != 0)
		return -1;
	len = strlen(out->expires);
	if (adtime_parse_iso(out->expires, len, &out->end) != ERR_OK)
		return fault(l, config_setting_source_line(s), "'expires' must be a day: "
		    "\"2026-12-31\"");
	if (len == strlen("2026-12-31"))
		out->end = adtime_add(out->end, ADTIME_DAY);
	return 0;
}

/* The object that a suppression is about. */
static int
take_subject(struct loader *l, const config_setting_t *s, struct suppression *out)
{
	const char *name = config_setting_name(s), *text = string_value(l, s, name);
	unsigned line = config_setting_source_line(s);
	size_t len;

	if (text == NULL)
		return -1;
	if (out->object != NULL || out->has_sid || out->has_guid)
		return fault(l, line, "one of 'object', 'sid' and 'guid' is enough");
	len = strlen(text);
	if (strcmp(name, "sid") == 0) {
		out->has_sid = sid_from_str(text, len, &out->sid) == ERR_OK;
		return out->has_sid ? 0 : fault(l, line, "'sid' must be a SID: \"S-1-5-21-…\"");
	}
	if (strcmp(name, "guid") == 0) {
		out->has_guid = guid_from_str(text, len, &out->guid) == ERR_OK;
		return out->has_guid ? 0 : fault(l, line, "'guid' must be an objectGUID");
	}
	if (strchr(text, '=') != NULL && !dn_valid(text, len))
		return fault(l, line, "'object' must be a DN");
	return take_text(l, s, &out->object);
}

static int
take_suppression_field(struct loader *l, const config_setting_t *s, struct suppression *out)
{
	const char *name = config_setting_name(s);
	unsigned line = config_setting_source_line(s);
	int id;

	if (strcmp(name, "rule") == 0) {
		id = config_setting_type(s) == CONFIG_TYPE_INT ? config_setting_get_int(s) : 0;
		if (id <= 0 || rule_find((unsigned)id) == NULL)
			return fault(l, line, "'rule' must be the id of a rule, such as 403: "
			    "writeback-audit codes lists them");
		out->rule = (unsigned)id;
		return 0;
	}
	if (strcmp(name, "object") == 0 || strcmp(name, "sid") == 0 || strcmp(name, "guid") == 0)
		return take_subject(l, s, out);
	if (strcmp(name, "reason") == 0)
		return take_text(l, s, &out->reason);
	if (strcmp(name, "owner") == 0)
		return take_text(l, s, &out->owner);
	if (strcmp(name, "expires") == 0)
		return take_expiry(l, s, out);
	return fault(l, line, "a suppression has no '%s': rule, object or sid or guid, reason, "
	    "owner, expires", name);
}

static int
take_suppression(struct loader *l, const config_setting_t *group, struct suppression *out)
{
	unsigned line = config_setting_source_line(group);
	int i, n = config_setting_length(group);
	const char *missing;

	if (!config_setting_is_group(group))
		return fault(l, line, "each of 'suppressions' must be a group: "
		    "{ rule = 403; object = …; reason = …; owner = …; }");
	out->line = line;
	for (i = 0; i < n; i++)
		if (take_suppression_field(l, config_setting_get_elem(group, (unsigned)i), out) != 0)
			return -1;
	missing = out->rule == 0 ? "'rule'" : out->reason == NULL ? "'reason'" :
		out->owner == NULL ? "'owner'" :
		out->object == NULL && !out->has_sid && !out->has_guid ? "'object', 'sid' or 'guid'" :
		NULL;
	return missing == NULL ? 0 : fault(l, line, "a suppression without %s", missing);
}

static int
take_suppressions(struct loader *l, const config_setting_t *list)
{
	struct suppressions *s = &l->out.suppressed;
	unsigned line = config_setting_source_line(list);
	int i, n = config_setting_length(list);

	if (!config_setting_is_list(list))
		return fault(l, line, "'suppressions' must be a list in parentheses: "
		    "suppressions = ( { … } ), or the name of a file");
	s->path = strdup(l->path);
	s->list = calloc((size_t)n + 1, sizeof *s->list);
	if (s->path == NULL || s->list == NULL)
		return fault(l, line, "out of memory");
	for (i = 0; i < n; i++) {
		s->list[i].number = (size_t)i;
		s->count = (size_t)i + 1;
		if (take_suppression(l, config_setting_get_elem(list, (unsigned)i),
		    &s->list[i]) != 0)
			return -1;
	}
	return 0;
}

static int
take_all(struct loader *l, const config_setting_t *root)
{
	const config_setting_t *domains = NULL, *s;
	int i, n = config_setting_length(root);
	struct target *t;

	for (i = 0; i < n; i++) {
		s = config_setting_get_elem(root, (unsigned)i);
		if (strcmp(config_setting_name(s), "domains") == 0)
			domains = s;
		else if (strcmp(config_setting_name(s), "suppressions") == 0 &&
		    config_setting_type(s) != CONFIG_TYPE_STRING) {
			if (take_suppressions(l, s) != 0)
				return -1;
		}
		else if (take(l, s, false, &l->defaults, &l->given) != 0)
			return -1;
	}
	if (conflict_check(l, root, setting_active(l->given, &l->defaults, &l->out)) != 0)
		return -1;
	if (domains != NULL)
		return take_domains(l, domains);
	t = settings_add_target(&l->out);
	if (t == NULL || target_overlay(t, &l->defaults, l->given) != 0)
		return fault(l, 0, "out of memory");
	return 0;
}

/* Reads and parses l->path into an initialized *config. */
static int
read_config(const struct loader *l, config_t *config)
{
	char *text = NULL;
	int result = -1;

	/* Second to text_check(): nothing can be below this path. */
	config_set_include_dir(config, "/dev/null");
	text = conf_text_read(l->path);
	if (text == NULL)
		goto out;
	if (config_read_string(config, text) != CONFIG_TRUE) {
		const char *error = config_error_text(config);

		fault(l, (unsigned)config_error_line(config), "%s%s", error,
		    strcmp(error, "syntax error") == 0 ? ": a setting is NAME = \"TEXT\"; what is "
		    "wrong may stand before it, such as a missing quote or semicolon" : "");
		goto out;
	}
	result = 0;
out:
	free(text);
	return result;
}

int
conf_load_suppressions(const char *path, struct suppressions *out)
{
	struct loader l = { .path = path };
	config_setting_t *root, *list;
	config_t config;
	int result = -1;

	config_init(&config);
	if (read_config(&l, &config) != 0)
		goto out;
	root = config_root_setting(&config);
	list = config_setting_get_member(root, "suppressions");
	if (list == NULL || config_setting_length(root) != 1) {
		fault(&l, 0, "must hold one setting, suppressions = ( { … } )");
		goto out;
	}
	if (take_suppressions(&l, list) != 0)
		goto out;
	suppressions_fini(out);
	*out = l.out.suppressed;
	l.out.suppressed = (struct suppressions){ NULL, 0, NULL };
	result = 0;
out:
	settings_fini(&l.out);
	config_destroy(&config);
	return result;
}

int
conf_load(const char *path, struct settings *out)
{
	struct loader l = { .path = path };
	config_t config;
	int result = -1;

	config_init(&config);
	if (read_config(&l, &config) != 0 || take_all(&l, config_root_setting(&config)) != 0)
		goto out;
	if (settings_overlay(out, &l.out, l.given) != 0) {
		fault(&l, 0, "out of memory");
		goto out;
	}
	while (out->target_count > 0)
		target_fini(&out->targets[--out->target_count]);
	free(out->targets);
	out->targets = l.out.targets;
	out->target_count = l.out.target_count;
	/* For domains that the file does not name. */
	target_fini(&out->defaults);
	out->defaults = l.defaults;
	out->defaults.sample = l.given & setting_bits("sample") ? l.defaults.sample : SAMPLE_USERS;
	l.defaults = (struct target){ 0 };
	l.out.targets = NULL;
	l.out.target_count = 0;
	suppressions_fini(&out->suppressed);
	out->suppressed = l.out.suppressed;
	l.out.suppressed = (struct suppressions){ NULL, 0, NULL };
	result = 0;
out:
	settings_fini(&l.out);
	target_fini(&l.defaults);
	config_destroy(&config);
	return result;
}
