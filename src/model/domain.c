/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/domain.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/sd_words.h"
#include "core/uac.h"

/* Accounts of every domain (MS-ADTS 6.1.1.6), which protect themselves (3.1.1.6.1.2). */
#define RID_ADMINISTRATOR	500
#define RID_KRBTGT		502

void
domain_init(struct domain *d)
{
	*d = (struct domain){ 0 };
	schema_init(&d->schema);
	token_init(&d->connector.token);
	token_init(&d->everyone);
	token_init(&d->reader);
}

void
domain_set_key(struct domain *d, const struct siphash_key *key)
{
	d->key = d->containers.key = *key;
}

void
connector_fini(struct connector *c)
{
	while (c->open_groups) {
		struct open_group *next = c->open_groups->next;

		free(c->open_groups->dn);
		free(c->open_groups);
		c->open_groups = next;
	}
	entry_copy_fini(&c->copy);
	token_fini(&c->token);
	path_tree_fini(&c->paths);
	free(c->token_problem);
	*c = (struct connector){ 0 };
}

static void
closures_fini(struct group_closure *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		group_closure_fini(&list[i]);
	free(list);
}

void
domain_fini(struct domain *d)
{
	free(d->dn);
	free(d->dns);
	free(d->netbios);
	free(d->reader_name);
	free(d->pdc);
	schema_fini(&d->schema);
	dc_fini(&d->dc);
	controllers_seen_fini(&d->controllers);
	policy_fini(&d->policy);
	for (size_t i = 0; i < d->pso_count; i++)
		policy_fini(&d->psos[i]);
	free(d->psos);
	buf_fini(&d->root_sd);
	buf_fini(&d->builtin_sd);
	buf_fini(&d->server_sd);
	buf_fini(&d->admin_sd);
	buf_fini(&d->schema_unread);
	buf_fini(&d->protected_unread);
	connector_fini(&d->connector);
	token_fini(&d->everyone);
	token_fini(&d->reader);
	closures_fini(d->protected_groups, d->protected_count);
	closures_fini(d->trustees, d->trustee_count);
	containers_fini(&d->containers);
	buf_fini(&d->containers_unread);
	while (d->names) {
		struct named_sid *next = d->names->next;

		free(d->names->name);
		free(d->names);
		d->names = next;
	}
	*d = (struct domain){ 0 };
}

bool
domain_has_name(const struct domain *d, const char *name, size_t len)
{
	const char *dot = strchr(d->dns, '.');

	if (ascii_eq_nocase(name, len, d->dns, strlen(d->dns)))
		return true;
	if (d->netbios)
		return ascii_eq_nocase(name, len, d->netbios, strlen(d->netbios));
	/* Not told: nearly always the first label. */
	return ascii_eq_nocase(name, len, d->dns, dot ? (size_t)(dot - d->dns) : strlen(d->dns));
}

bool
domain_same_forest(const struct domain *a, const struct domain *b)
{
	return a->dc.root_nc && b->dc.root_nc && ascii_eq_nocase(a->dc.root_nc,
	    strlen(a->dc.root_nc), b->dc.root_nc, strlen(b->dc.root_nc));
}

/* A policy whose values cannot be read is named, but decides nothing. */
static struct policy_choice
choose(const struct policy *p)
{
	bool readable = p->min_age.known == KNOWN_SET && p->lockout_duration.known == KNOWN_SET;

	return (struct policy_choice){ readable ? p : NULL, p->dn, p->dn ? strlen(p->dn) : 0 };
}

/* By what the server computed for this user. */
static struct policy_choice
choose_resultant(const struct domain *d, const struct account *a)
{
	struct policy_choice c = { NULL, (const char *)a->resultant_pso.data,
		a->resultant_pso.len };

	if (!c.dn)
		return a->no_resultant_pso ? choose(&d->policy) : c;
	for (size_t i = 0; i < d->pso_count; i++)
		if (dn_eq(d->psos[i].dn, strlen(d->psos[i].dn), c.dn, c.dn_len))
			return choose(&d->psos[i]);
	return c;
}

struct policy_choice
domain_policy_for(const struct domain *d, const struct account *a)
{
	uint32_t rid = 0;

	/* MS-ADTS 3.1.1.4.5.36: below functional level 2008, for krbtgt and for
	 * what is no normal account, fine-grained policies do not apply. */
	if (d->dc.domain_level.known == KNOWN_SET && d->dc.domain_level.value < 3)
		return choose(&d->policy);
	if (a->has_sid && d->has_sid && sid_in_domain(&a->sid, &d->sid, &rid) && rid == RID_KRBTGT)
		return choose(&d->policy);
	if (a->uac.known == KNOWN_SET && !(a->uac.value & UAC_NORMAL_ACCOUNT))
		return choose(&d->policy);
	if (d->psos_unread)
		return choose_resultant(d, a);

	/* Linked to the user itself: groups count only where there is none. The
	 * list is in order of precedence, so the first one found wins. */
	for (size_t i = 0; i < d->pso_count; i++)
		if (member_set_has(&d->psos[i].direct, a->dn, a->dn_len))
			return choose(&d->psos[i]);
	for (size_t i = 0; i < d->pso_count; i++) {
		enum held linked = HELD_NO;

		for (size_t g = 0; g < d->psos[i].group_count && linked != HELD_YES; g++) {
			enum held held = group_closure_holds(&d->psos[i].groups[g], a);

			if (held > linked)
				linked = held;
		}
		if (linked == HELD_YES)
			return choose(&d->psos[i]);
		if (linked == HELD_MAYBE)
			return (struct policy_choice){ NULL, NULL, 0 };
	}
	return choose(&d->policy);
}

enum answer
domain_is_protected(const struct domain *d, const struct account *a, const char **group)
{
	const struct group_closure *by = NULL;
	uint32_t rid = 0;
	bool open = !a->has_sid || !d->has_sid;

	*group = NULL;
	if (a->has_sid && d->has_sid && sid_in_domain(&a->sid, &d->sid, &rid) &&
	    (rid == RID_ADMINISTRATOR || rid == RID_KRBTGT))
		return ANSWER_YES;
	for (size_t i = 0; i < d->protected_count; i++) {
		const struct group_closure *g = &d->protected_groups[i];

		switch (group_closure_holds(g, a)) {
		case HELD_YES:
			/* Of groups in each other the innermost: who leaves Domain
			 * Admins leaves Administrators too. */
			if (!by || member_set_has(&by->members, g->dn, strlen(g->dn)))
				by = g;
			break;
		case HELD_MAYBE:
			open = true;
			break;
		case HELD_NO:
			break;
		}
	}
	if (by) {
		*group = by->dn;
		return ANSWER_YES;
	}
	return !d->has_protected || open ? ANSWER_UNKNOWN : ANSWER_NO;
}

void
domain_protection_path(const struct domain *d, const struct account *a, const char *group,
    struct buf *out)
{
	struct buf path = BUF_INIT;

	for (size_t i = 0; i < d->protected_count; i++)
		if (d->protected_groups[i].dn == group &&
		    group_closure_path(&d->protected_groups[i], a, &path) > 1)
			buf_addf(out, "; by %s", buf_str(&path));
	buf_fini(&path);
}

bool
domain_group_has_members(const struct domain *d, const struct sid *s)
{
	for (size_t i = 0; i < d->protected_count; i++)
		if (sid_eq(&d->protected_groups[i].sid, s))
			return d->protected_groups[i].members.count > 0 ||
				!d->protected_groups[i].complete;
	return true;
}

/* The object of that DN, read now if it was not. */
static struct container *
container_at(struct domain *d, const char *dn, size_t len)
{
	struct container *c = containers_find(&d->containers, dn, len);
	const struct buf *head = NULL;
	char *name;

	if (c)
		return c;
	if (dn_eq(dn, len, d->dn, strlen(d->dn)))
		head = &d->root_sd;
	else if (d->read_container && (name = strndup(dn, len)) != NULL) {
		d->read_container(d, name);
		free(name);
	}
	/* One that could not be read is kept as such: it is not asked for again. */
	if (containers_add(&d->containers, dn, len, head && head->len ? head->data : NULL,
	    head ? head->len : 0, &c) != ERR_OK)
		return NULL;
	return c;
}

struct container *
domain_container_above(struct domain *d, const char *dn, size_t len)
{
	size_t base = strlen(d->dn), up = 0;
	struct container *c;

	/* What follows the first comma that is not escaped, if it is known to be
	 * an object: a user more does not need its DN parsed. */
	while (up < len && dn[up] != ',')
		up += dn[up] == '\\' ? 2 : 1;
	if (up + 1 < len && (c = containers_find(&d->containers, dn + up + 1, len - up - 1)))
		return c;
	if (len <= base || !dn_under(dn, len, d->dn, base))
		return NULL;
	up = dn_parent(dn, len);
	return container_at(d, dn + up, len - up);
}

struct container *
domain_parent(struct domain *d, struct container *c)
{
	if (!c->parent_known) {
		c->parent = domain_container_above(d, c->dn, c->dn_len);
		c->parent_known = true;
	}
	return c->parent;
}

const struct named_sid *
domain_name_of(struct domain *d, const struct sid *sid)
{
	struct named_sid *n;

	for (n = d->names; n; n = n->next)
		if (sid_eq(&n->sid, sid))
			return n;
	if (d->name_count == NAMED_SIDS_MAX || !(n = calloc(1, sizeof *n)))
		return NULL;
	n->sid = *sid;
	if (d->read_name)
		d->read_name(d, n);
	n->next = d->names;
	d->names = n;
	d->name_count++;
	return n;
}

void
domain_sid_words(struct domain *d, const struct sid *sid, struct buf *out)
{
	const struct named_sid *n = NULL;
	struct sid_buf text;

	if (sid_may_be_group(sid) && sid->sub[0] == 21)
		n = domain_name_of(d, sid);
	if (n && n->name)
		buf_addf(out, "%s (%s)", n->name, sid_str(sid, &text));
	else if (n && n->gone)
		buf_addf(out, "a deleted account (%s)", sid_str(sid, &text));
	else
		sd_words_sid(sid, out);
}
