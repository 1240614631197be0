/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "connectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "forest_groups.h"
#include "msg.h"
#include "what_if.h"
#include "rules/dacl_cache.h"

/* Says it, and keeps it for the report. */
static int
fail(struct connectors *c, const char *why)
{
	msg_error("%s: %s", c->session->domain.dns, why);
	free(c->problem);
	c->problem = strdup(why);
	return -1;
}

/* Why another one's session could not answer: it has said so itself. */
static int
fail_as(struct connectors *c, const struct session *s)
{
	free(c->problem);
	c->problem = strdup(*s->problem.text ? s->problem.text : "its connector could not be "
	    "looked for: the messages of the run say why");
	return -1;
}

static int
add_foreign(struct connectors *c, struct session *home, const char *dn)
{
	struct principal **grown = reallocarray(c->foreign, c->foreign_count + 1, sizeof *grown);
	struct principal *p = calloc(1, sizeof *p);
	struct source_error err = { .text = "out of memory" };

	if (grown)
		c->foreign = grown;
	if (grown && p && collect_principal(home->source, &home->domain, dn, p, &err) == SOURCE_OK) {
		if (account_settle_alone(&home->domain, &p->account) == 0) {
			c->foreign[c->foreign_count++] = p;
			return 0;
		}
		snprintf(err.text, sizeof err.text, "out of memory");
		principal_fini(p);
	}
	free(p);
	return fail(c, err.text);
}

/* An account of that name in another domain. */
struct place {
	struct session *session;
	char *dn;
};

static bool
same_account(const struct place *p, const char *dn)
{
	return p->dn && dn_same(p->dn, dn);
}

/* Which of them is meant nobody but the admin knows. */
static int
fail_ambiguous(struct connectors *c, const struct buf *places)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "connector account '%s': not in this domain, and in more than one of the "
	    "others:%s; give its DN, DOMAIN\\name or SID", c->name, buf_str(places));
	(void)fail(c, buf_str(&text));
	buf_fini(&text);
	return -1;
}

/* The account of that name, in whichever other domain it is. */
static int
look_elsewhere(struct connectors *c, struct connectors *all, size_t count)
{
	struct place place = { NULL, NULL };
	struct buf places = BUF_INIT;
	size_t found = 0;
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++) {
		struct dn_list list = { NULL, 0 };

		if (!all[i].session || &all[i] == c)
			continue;
		if (session_find(all[i].session, c->name, &list) != 0)
			status = fail_as(c, all[i].session);
		/* One domain may be in the run twice. */
		else if (list.count && !same_account(&place, list.dn[0])) {
			buf_addf(&places, "%s %s", found++ ? ";" : "", list.dn[0]);
			free(place.dn);
			place = (struct place){ all[i].session, strdup(list.dn[0]) };
			if (!place.dn)
				status = fail(c, "out of memory");
		}
		dn_list_fini(&list);
	}
	if (status == 0 && found > 1)
		status = fail_ambiguous(c, &places);
	else if (status == 0 && found)
		status = add_foreign(c, place.session, place.dn);
	free(place.dn);
	buf_fini(&places);
	return status;
}

static int
take_of_forest(struct connectors *c, struct connectors *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!all[i].session || &all[i] == c || all[i].name ||
		    !domain_same_forest(&all[i].session->domain, &c->session->domain))
			continue;
		for (size_t k = 0; k < all[i].own.count; k++)
			if (add_foreign(c, all[i].session, all[i].own.dn[k]) != 0)
				return -1;
	}
	return 0;
}

/* Lays them out for audit_run(). */
static int
lay_out(struct connectors *c)
{
	size_t count = c->own.count + c->foreign_count;

	c->dn = calloc(count + 1, sizeof *c->dn);
	c->principals = calloc(count + 1, sizeof *c->principals);
	if (!c->dn || !c->principals)
		return fail(c, "out of memory");
	for (size_t i = 0; i < c->own.count; i++)
		c->dn[i] = c->own.dn[i];
	for (size_t i = 0; i < c->foreign_count; i++) {
		c->dn[c->own.count + i] = c->foreign[i]->account.dn;
		c->principals[c->own.count + i] = c->foreign[i];
	}
	c->count = count;
	return 0;
}

static bool
same_domain(const struct connectors *a, const struct connectors *b)
{
	return dn_same(a->session->domain.dn, b->session->domain.dn);
}

static bool
is_forest_root(const struct domain *d)
{
	return d->dc.root_nc && dn_same(d->dn, d->dc.root_nc);
}

/* Where the account that is assumed is made; NULL: in none of them. The vendor's
 * express setup makes it in the root domain of the forest (Microsoft, "Microsoft Entra
 * Connect: Accounts and permissions"). */
static struct connectors *
home_of(struct connectors *c, struct connectors *all, size_t count)
{
	const char *slash = strchr(c->assumed, '\\');

	for (size_t i = 0; i < count; i++) {
		const struct domain *d = all[i].session ? &all[i].session->domain : NULL;

		if (d && (slash ? domain_has_name(d, c->assumed, (size_t)(slash - c->assumed)) :
		    is_forest_root(d) && domain_same_forest(d, &c->session->domain)))
			return same_domain(&all[i], c) ? c : &all[i];
	}
	return NULL;
}

static int
fail_homeless(struct connectors *c)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "--assume-connector '%s': ", c->assumed);
	if (strchr(c->assumed, '\\'))
		buf_adds(&text, "no domain of this run that could be opened is called so");
	else
		buf_addf(&text, "the root domain of its forest is none of this run that could be "
		    "opened: say with DOMAIN\\%s where the account is to be made", c->assumed);
	(void)fail(c, buf_str(&text));
	buf_fini(&text);
	return -1;
}

/* The account that is assumed, as `home` would know it; NULL, with a message. */
static struct principal *
make_principal(struct connectors *c, const struct connectors *home, const struct connectors *all,
    size_t count)
{
	const struct assumption given = { ASSUME_CONNECTOR, c->assumed };
	struct session *s = home->session, **sessions = calloc(count, sizeof *sessions);
	struct principal *p = calloc(1, sizeof *p);
	struct source_error err = { .text = "out of memory" };
	struct dn_list dn = { NULL, 0 };
	struct assume *a = NULL;
	bool made = false;

	for (size_t i = 0; sessions && i < count; i++)
		sessions[i] = all[i].session;
	if (sessions && p && what_if_made(s, c->assumed, &dn) == 0)
		made = assume_new(s->source, &s->domain, &given, 1,
		    &(struct assume_who){ .dn = dn.dn[0] }, NULL, true, &a, &err) == SOURCE_OK &&
		    collect_principal(assume_source(a), &s->domain, dn.dn[0], p, &err) ==
		    SOURCE_OK && forest_groups(sessions, count, p, &err) == SOURCE_OK;
	if (!made) {
		(void)fail(c, err.text);
		if (p)
			principal_fini(p);
		free(p);
		p = NULL;
	}
	assume_free(a);
	dn_list_fini(&dn);
	free(sessions);
	return p;
}

/* The account that is assumed, in one of several domains. */
static int
choose_assumed(struct connectors *c, struct connectors *all, size_t count)
{
	struct connectors *home = home_of(c, all, count);
	struct principal *p;

	if (!home)
		return fail_homeless(c);
	p = make_principal(c, home, all, count);
	if (!p)
		return -1;
	if (home == c) {
		c->made = p;
		return what_if_made(c->session, c->assumed, &c->own);
	}
	c->foreign = calloc(1, sizeof *c->foreign);
	if (c->foreign) {
		c->foreign[c->foreign_count++] = p;
		return 0;
	}
	principal_fini(p);
	free(p);
	return fail(c, "out of memory");
}

static int
find_own(struct connectors *c, struct connectors *all, size_t count)
{
	if (!c->assumed)
		return session_find(c->session, c->name, &c->own);
	return count > 1 ? choose_assumed(c, all, count) :
		what_if_made(c->session, c->assumed, &c->own);
}

static int
choose(struct connectors *c, struct connectors *all, size_t count)
{
	if (!c->own.count && !c->assumed &&
	    (c->name ? look_elsewhere : take_of_forest)(c, all, count) != 0)
		return -1;
	if (c->own.count + c->foreign_count)
		return lay_out(c);
	session_no_connector(c->session, c->name, count);
	c->not_found = true;
	return 0;
}

void
connectors_choose(struct connectors *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!all[i].session || find_own(&all[i], all, count) == 0)
			continue;
		if (!all[i].problem)
			(void)fail_as(&all[i], all[i].session);
		/* What is assumed is wrong: nobody goes on with that. */
		if (all[i].assumed)
			return;
	}
	for (size_t i = 0; i < count; i++)
		if (all[i].session && !all[i].problem)
			(void)choose(&all[i], all, count);
}

void
connectors_fini(struct connectors *c)
{
	for (size_t i = 0; i < c->foreign_count; i++) {
		principal_fini(c->foreign[i]);
		free(c->foreign[i]);
	}
	if (c->made)
		principal_fini(c->made);
	free(c->made);
	free(c->foreign);
	free(c->dn);
	free(c->principals);
	free(c->problem);
	dn_list_fini(&c->own);
	*c = (struct connectors){ .session = NULL };
}
