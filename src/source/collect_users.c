/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "source/collect.h"

/*
 * Nothing that an ordinary reader may not read decides alone in the filter: it
 * would drop users in silence (MS-ADTS 3.1.1.3.4.3). What is no normal user
 * account is left out by what was read of it. By category, which is a single
 * indexed value, and by account type: the category of an account is anybody's to
 * write, and a class derived from user may come with one of its own.
 */
#define NORMAL_USER	"(sAMAccountType=805306368)"
#define FILTER_USERS	"(|(&(objectCategory=person)(|(objectClass=user)(!(objectClass=*))))" \
	NORMAL_USER ")"

/* What of these the reader may not read: an object without a category that it
 * could see, or of another and without an account type; no filter finds those
 * by what they are (MS-ADTS 3.1.1.4.3). No object is found by both. */
#define FILTER_HIDDEN	"(&(!" NORMAL_USER ")(|(!(objectCategory=*))(&(objectClass=user)" \
	"(!(objectCategory=person))(!(objectClass=computer))(!(sAMAccountType=*)))))"

/* Whom a user is taken for: the source anchor, and what joins it to others.
 * Which attributes those are the domain's schema knows (rules/identity.h). */
void collect_identity_attributes(const struct domain *d, const char **attrs, size_t *n)
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

static void user_attributes(const struct domain *d, const char *attrs[COLLECT_MAX_ATTRIBUTES])
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

struct hidden {
	const struct domain *domain;
	entry_fn each;
	void *arg;
};

/* The directory's own objects below CN=System and CN=NTDS Quotas are hidden
 * from ordinary readers by design, and are no users; nor is what is not named
 * by CN (the naming attribute of class user, MS-ADSC). */
static int on_hidden(void *arg, const struct entry *e)
{
	const struct hidden *h = arg;
	const char *parts[] = { "CN=System,", "CN=NTDS Quotas," };
	bool own = e->dn_len < 3 || !ascii_eq_nocase(e->dn, 3, "CN=", 3);

	for (size_t i = 0; i < sizeof parts / sizeof *parts && !own; i++) {
		size_t part = strlen(parts[i]), base = strlen(h->domain->dn);

		own = e->dn_len >= part + base &&
			ascii_eq_nocase(e->dn + e->dn_len - base - part, part, parts[i], part) &&
			dn_under(e->dn, e->dn_len, h->domain->dn, base);
	}
	return own ? 0 : h->each(h->arg, e);
}

enum source_status collect_users(struct source *src, const struct domain *d, const char *base,
	const char *filter, entry_fn each, void *arg, struct source_error *err)
{
	const char *attrs[COLLECT_MAX_ATTRIBUTES];
	struct query q = { .what = "users", .base = base ? base : d->dn, .scope = SCOPE_SUBTREE,
		.filter = filter ? filter : FILTER_USERS, .attrs = attrs,
		.sd_flags = SD_FLAGS_READ, .paged = true, .whole = true };
	struct hidden hidden = { d, each, arg };
	struct source_error missed;
	enum source_status st, then;

	user_attributes(d, attrs);
	st = source_search(src, &q, each, arg, err);
	if ((st != SOURCE_OK && st != SOURCE_ELSEWHERE) || filter)
		return st;
	missed = *err;
	q.whole = false;
	q.what = "users whose class may not be read";
	q.filter = FILTER_HIDDEN;
	then = source_search(src, &q, on_hidden, &hidden, err);
	if (st == SOURCE_OK || then != SOURCE_OK)
		return then;
	*err = missed;
	return st;
}

static int on_user(void *arg, const struct entry *e)
{
	return entry_copy_init(arg, e) == 0 ? 0 : 1;
}

enum source_status collect_user(struct source *src, const struct domain *d, const char *dn,
	struct entry_copy *out, struct source_error *err)
{
	const char *attrs[COLLECT_MAX_ATTRIBUTES];
	struct query q = { .what = "the user", .base = dn, .scope = SCOPE_BASE, .attrs = attrs,
		.sd_flags = SD_FLAGS_READ };
	enum source_status st;

	user_attributes(d, attrs);
	st = source_search(src, &q, on_user, out, err);
	return st == SOURCE_OK && !out->memory ? SOURCE_NO_OBJECT : st;
}
