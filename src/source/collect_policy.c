/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/access.h"
#include "source/collect.h"

/* Fine-grained password policies: the objects, and whom they apply to. */

struct link {
	size_t policy;		/* index in domain.psos */
	char *dn;
};

struct policies {
	struct domain *domain;
	struct link *links;
	size_t link_count;
	bool nomem;
};

static bool
add_links(struct policies *p, const struct attr *applies)
{
	for (size_t i = 0; applies && i < applies->count; i++) {
		struct link *grown = realloc(p->links, (p->link_count + 1) * sizeof *grown);

		if (!grown)
			return false;
		p->links = grown;
		grown[p->link_count] = (struct link){ p->domain->pso_count,
			strndup((const char *)applies->values[i].data, applies->values[i].len) };
		if (!grown[p->link_count++].dn)
			return false;
	}
	return true;
}

static int
on_policy(void *arg, const struct entry *e)
{
	struct policies *p = arg;
	struct domain *d = p->domain;
	const struct attr *applies = entry_attr(e, "msDS-PSOAppliesTo");
	struct policy *grown = realloc(d->psos, (d->pso_count + 1) * sizeof *grown);

	if (!grown) {
		p->nomem = true;
		return 1;
	}
	d->psos = grown;
	grown[d->pso_count] = (struct policy){ .direct.key = d->key };
	policy_decode_fine_grained(e, &grown[d->pso_count]);
	/* The precedence is mandatory: not returned, this reader may not see the
	 * policy's attributes, and a missing list of links means nothing. */
	if (grown[d->pso_count].precedence.known != KNOWN_SET || (applies && applies->partial))
		d->psos_unread = true;
	if (!add_links(p, applies) || !grown[d->pso_count].dn)
		p->nomem = true;
	d->pso_count++;
	return p->nomem;
}

struct linked {
	bool seen, group;
};

static int
on_linked(void *arg, const struct entry *e)
{
	struct linked *l = arg;
	const struct attr *classes = entry_attr(e, "objectClass");

	l->seen = classes != NULL;
	l->group = classes && attr_has(classes, "group");
	return 0;
}

/* Where a link leads: a user, or a group whose members it applies to. */
static enum source_status
follow(struct source *src, struct domain *d, const struct link *link, struct source_error *err)
{
	static const char *const attrs[] = { "objectClass", NULL };
	struct query q = { .what = "whom a policy applies to", .base = link->dn,
		.scope = SCOPE_BASE, .attrs = attrs };
	struct policy *p = &d->psos[link->policy];
	struct group_closure *grown = NULL;
	struct linked l = { false, false };
	enum source_status st = source_search(src, &q, on_linked, &l, err);

	if (st == SOURCE_CONNECT)
		return st;
	if (st != SOURCE_OK || !l.seen) {
		d->psos_unread = true;
		return SOURCE_OK;
	}
	if (!l.group)
		return member_set_add(&p->direct, link->dn, strlen(link->dn), NULL) == ERR_OK ?
			SOURCE_OK : SOURCE_NOMEM;
	grown = realloc(p->groups, (p->group_count + 1) * sizeof *grown);
	if (!grown)
		return SOURCE_NOMEM;
	p->groups = grown;
	st = collect_closure(src, d, link->dn, CLOSURE_ACCOUNT_GROUPS,
	    &p->groups[p->group_count], err);
	if (st == SOURCE_OK)
		p->group_count++;
	else if (st != SOURCE_CONNECT && st != SOURCE_NOMEM)
		d->psos_unread = true, st = SOURCE_OK;
	return st;
}

/* MS-ADTS 3.1.1.4.5.36: lowest precedence first, then lowest objectGUID. */
static int
policy_order(const void *a, const void *b)
{
	const struct policy *x = a, *y = b;

	if (x->precedence.value != y->precedence.value)
		return x->precedence.value < y->precedence.value ? -1 : 1;
	return guid_cmp(&x->guid, &y->guid);
}

/* The container's descriptor, into a buffer. */
static int
on_container(void *arg, const struct entry *e)
{
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");

	if (sd)
		buf_add(arg, sd->data, sd->len);
	return 0;
}

/*
 * Whether this reader would see policies if there were any: who may not list a
 * container gets none of what is in it, and no error (MS-ADTS 3.1.1.4.3). Its
 * descriptor tells. An ordinary reader may not read that, and may list the
 * container only by what the domain head hands down to Pre-Windows 2000 Compatible
 * Access (its default descriptor has A;CI;LC;;;RU), a group that hardened domains
 * empty.
 */
static bool
may_list(struct source *src, const struct domain *d, const struct buf *base)
{
	static const char *const attrs[] = { "nTSecurityDescriptor", NULL };
	const struct sid compatible = { .authority = 5, .count = 2, .sub = { 32, 554 } };
	const struct access_request list = { .kind = ACCESS_OBJECT, .mask = RIGHT_LIST };
	const struct access_subject reader = access_subject_token(&d->reader, NULL);
	const struct query q = { .what = "the container of password settings",
		.base = buf_str(base), .scope = SCOPE_BASE, .attrs = attrs,
		.sd_flags = SD_FLAGS_READ, .as_is = true };
	struct buf bytes = BUF_INIT;
	struct source_error err;
	struct sd sd;
	bool may = d->has_reader && token_holds(&d->reader, &compatible) == HELD_YES;

	(void)source_search(src, &q, on_container, &bytes, &err);
	if (d->has_reader && bytes.len && sd_parse(bytes.data, bytes.len, &sd, NULL) == ERR_OK)
		may = access_check(&sd, &list, &reader).decision == DECISION_YES;
	buf_fini(&bytes);
	return may;
}

enum source_status
collect_policies(struct source *src, struct domain *d, struct source_error *err)
{
	static const char *const attrs[] = { "objectGUID", "msDS-PasswordSettingsPrecedence",
		"msDS-MinimumPasswordAge", "msDS-MaximumPasswordAge", "msDS-MinimumPasswordLength",
		"msDS-PasswordHistoryLength", "msDS-PasswordComplexityEnabled",
		"msDS-LockoutThreshold", "msDS-LockoutDuration", "msDS-LockoutObservationWindow",
		"msDS-PSOAppliesTo", NULL };
	struct policies p = { .domain = d };
	struct buf base = BUF_INIT;
	/* The odd filter matches an object also when its class may not be read
	 * (MS-ADTS 3.1.1.3.4.3), which is an ordinary reader's lot here. */
	struct query q = { .what = "the password settings", .scope = SCOPE_ONE, .attrs = attrs,
		.filter = "(|(objectClass=*)(!(objectClass=*)))", .paged = true };
	enum source_status st;

	buf_addf(&base, "CN=Password Settings Container,CN=System,%s", d->dn);
	q.base = buf_str(&base);
	st = source_search(src, &q, on_policy, &p, err);
	if (p.nomem)
		st = SOURCE_NOMEM;
	if (src->partial || (st == SOURCE_OK && !d->pso_count && !may_list(src, d, &base)))
		d->psos_unread = true;
	if (st == SOURCE_NO_OBJECT || st == SOURCE_DENIED || st == SOURCE_LIMIT) {
		/* Domains below functional level 2008 have none (MS-ADTS 3.1.1.4.5.36). */
		d->psos_unread = !(d->dc.domain_level.known == KNOWN_SET &&
		    d->dc.domain_level.value < 3);
		st = SOURCE_OK;
	}
	for (size_t i = 0; i < p.link_count && st == SOURCE_OK; i++)
		st = follow(src, d, &p.links[i], err);
	if (st == SOURCE_NOMEM)
		(void)source_nomem(src, err);
	if (st == SOURCE_OK && d->pso_count)
		qsort(d->psos, d->pso_count, sizeof *d->psos, policy_order);
	for (size_t i = 0; i < p.link_count; i++)
		free(p.links[i].dn);
	free(p.links);
	buf_fini(&base);
	return st;
}
