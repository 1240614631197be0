/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "core/hostname.h"

bool
target_name_is_dns(const char *name)
{
	return strchr(name, '.') != NULL && hostname_valid(name, strlen(name));
}

static int
overlay(void *to, const void *from, setting_set given, bool of_target)
{
	size_t i;

	for (i = 0; i < setting_count; i++)
		if (setting_table[i].of_target == of_target && (given >> i & 1) != 0 &&
		    setting_copy(&setting_table[i], from, to) != 0)
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
			(void)setting_copy(&setting_table[i], &empty, t);
}

#define PASSWORDS "password password_file password_prompt"
#define TICKETS "keytab ccache"
#define SASL "sasl_mech sasl_authcid sasl_authzid sasl_realm sasl_secprops sasl_cbinding " TICKETS
#define SIMPLE "bind_dn " PASSWORDS

setting_set
setting_active(setting_set given, const struct target *t, const struct settings *s)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		const void *object = row->of_target ? (const void *)t : (const void *)s;

		if ((given >> i & 1) != 0 && object != NULL && setting_is_off(row, object))
			given &= ~setting_bit(row);
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
		if (setting_table[i].of_target)
			setting_drop(&setting_table[i], t);
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
		if (!setting_table[i].of_target)
			setting_drop(&setting_table[i], s);
	for (i = 0; i < s->arg_count; i++)
		free(s->args[i]);
	free(s->args);
	free(s->assumptions);
	free(s->output);
	free(s->since);
	free(s->run);
	suppressions_fini(&s->suppressed);
	memset(s, 0, sizeof *s);
}
