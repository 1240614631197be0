/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "source/collect.h"

/*
 * Nothing that an ordinary reader may not read decides alone in the filter: it
 * would drop users in silence (MS-ADTS 3.1.1.3.4.3). What is no normal user
 * account is left out by what was read of it.
 *
 * By category, which is a single indexed value, and by account type: the category
 * of an account is anybody's to write, and a class derived from user may come
 * with one of its own. And what of these the reader may not read, for which no
 * filter by what it is finds it (MS-ADTS 3.1.1.4.3): an object without a category
 * that it could see, or of another and without an account type. No index finds
 * that, so the server looks at every object; asking for both at once makes it
 * look once. What is true of nearly all users stands first.
 */
#define FILTER_USERS	"(|(sAMAccountType=805306368)" \
	"(&(objectCategory=person)(|(objectClass=user)(!(objectClass=*))))" \
	"(!(objectCategory=*))(&(objectClass=user)" \
	"(!(objectCategory=person))(!(objectClass=computer))(!(sAMAccountType=*))))"

/* Whom a user is taken for: the source anchor, and what joins it to others.
 * Which attributes those are the domain's schema knows (rules/identity.h). */
void
collect_identity_attributes(const struct domain *d, const char **attrs, size_t *n)
{
	static const enum schema_attribute_id which[] = { SCHEMA_SOURCE_ANCHOR, SCHEMA_JOIN,
		SCHEMA_JOIN_OTHER };

	for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
		const char *name = d->schema.attr[which[i]].name;
		bool have = !name;

		for (size_t k = 0; k < *n && !have; k++)
			have = ascii_eq_nocase(attrs[k], strlen(attrs[k]), name, strlen(name));
		if (!have)
			attrs[(*n)++] = name;
	}
}

static void
user_attributes(const struct domain *d, const char *attrs[COLLECT_MAX_ATTRIBUTES])
{
	size_t n = 0;

	while (account_attributes[n]) {
		attrs[n] = account_attributes[n];
		n++;
	}
	collect_identity_attributes(d, attrs, &n);
	/* The server computes it for each user, so only where it is needed. */
	if (d->psos_unread)
		attrs[n++] = "msDS-ResultantPSO";
	if (d->self_check)
		attrs[n++] = "allowedAttributesEffective";
	attrs[n] = NULL;
}

struct search {
	struct domain *domain;
	entry_fn each;
	void *arg;
};

/* The directory's own objects there are hidden from ordinary readers by design, and
 * are no users (CN=TPM Devices: defaultSecurityDescriptor of its class, MS-ADSC;
 * CN=Keys: made with permissions of its own by the domain's preparation for Windows
 * Server 2016); nor is what is not named by CN (the naming attribute of class user,
 * MS-ADSC). */
static bool
is_the_directorys(const struct domain *d, const struct entry *e)
{
	const char *parts[] = { "CN=System,", "CN=NTDS Quotas,", "CN=Keys,", "CN=TPM Devices," };
	bool own = e->dn_len < 3 || !ascii_eq_nocase(e->dn, 3, "CN=", 3);

	for (size_t i = 0; i < sizeof parts / sizeof *parts && !own; i++) {
		size_t part = strlen(parts[i]), base = strlen(d->dn);

		own = e->dn_len >= part + base &&
			ascii_eq_nocase(e->dn + e->dn_len - base - part, part, parts[i], part) &&
			dn_under(e->dn, e->dn_len, d->dn, base);
	}
	return own;
}

/* One that says what it is, or may be anything. */
static int
on_found(void *arg, const struct entry *e)
{
	const struct search *s = arg;
	bool says = entry_value(e, "sAMAccountType") || entry_value(e, "objectClass");

	/* An OU of which nothing else is to be read: whom it hides is asked later. */
	if (!says && e->dn_len > 3 && ascii_eq_nocase(e->dn, 3, "OU=", 3)) {
		const struct value *sd = entry_value(e, "nTSecurityDescriptor");

		(void)containers_add(&s->domain->containers, e->dn, e->dn_len,
		    sd ? sd->data : NULL, sd ? sd->len : 0, NULL);
	}
	return says || !is_the_directorys(s->domain, e) ? s->each(s->arg, e) : 0;
}

enum source_status
collect_users(struct source *src, struct domain *d, const char *base, const char *filter,
    entry_fn each, void *arg, struct source_error *err)
{
	const char *attrs[COLLECT_MAX_ATTRIBUTES];
	struct query q = { .what = "users", .base = base ? base : d->dn, .scope = SCOPE_SUBTREE,
		.filter = filter ? filter : FILTER_USERS, .attrs = attrs,
		.sd_flags = SD_FLAGS_READ, .paged = true, .whole = true };
	struct search search = { d, each, arg };

	user_attributes(d, attrs);
	return source_search(src, &q, filter ? each : on_found, filter ? arg : &search, err);
}

static int
on_user(void *arg, const struct entry *e)
{
	return entry_copy_init(arg, e) == 0 ? 0 : 1;
}

enum source_status
collect_user(struct source *src, const struct domain *d, const char *dn, struct entry_copy *out,
    struct source_error *err)
{
	const char *attrs[COLLECT_MAX_ATTRIBUTES];
	struct query q = { .what = "the user", .base = dn, .scope = SCOPE_BASE, .attrs = attrs,
		.sd_flags = SD_FLAGS_READ };
	enum source_status st;

	user_attributes(d, attrs);
	st = source_search(src, &q, on_user, out, err);
	return st == SOURCE_OK && !out->memory ? SOURCE_NO_OBJECT : st;
}
