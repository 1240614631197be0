/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "connectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
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
	return p->dn && dn_eq(p->dn, strlen(p->dn), dn, strlen(dn));
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

static int
find_own(struct connectors *c)
{
	return c->assumed ? what_if_made(c->session, c->assumed, &c->own) :
		session_find(c->session, c->name, &c->own);
}

static int
choose(struct connectors *c, struct connectors *all, size_t count)
{
	if (!c->own.count && (c->name ? look_elsewhere : take_of_forest)(c, all, count) != 0)
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
	for (size_t i = 0; i < count; i++)
		if (all[i].session && find_own(&all[i]) != 0)
			(void)fail_as(&all[i], all[i].session);
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
	free(c->foreign);
	free(c->dn);
	free(c->principals);
	free(c->problem);
	dn_list_fini(&c->own);
	*c = (struct connectors){ .session = NULL };
}
