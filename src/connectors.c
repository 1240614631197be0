/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "connectors.h"

#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "what_if.h"
#include "rules/dacl_cache.h"

static int
add_foreign(struct connectors *c, struct session *home, const char *dn)
{
	struct principal **grown = reallocarray(c->foreign, c->foreign_count + 1, sizeof *grown);
	struct principal *p = calloc(1, sizeof *p);
	struct source_error err;

	if (grown)
		c->foreign = grown;
	if (!grown || !p) {
		msg_error("out of memory");
	} else if (collect_principal(home->source, &home->domain, dn, p, &err) != SOURCE_OK) {
		msg_error("%s", err.text);
	} else if (account_settle_alone(&home->domain, &p->account) != 0) {
		msg_error("out of memory");
		principal_fini(p);
	} else {
		c->foreign[c->foreign_count++] = p;
		return 0;
	}
	free(p);
	return -1;
}

/* The account of that name, in whichever other domain it is. */
static int
look_elsewhere(struct connectors *c, struct connectors *all, size_t count)
{
	for (size_t i = 0; i < count && !c->foreign_count; i++) {
		struct dn_list found = { NULL, 0 };
		int status = 0;

		if (!all[i].session || &all[i] == c)
			continue;
		if (session_find(all[i].session, c->name, &found) != 0)
			return -1;
		if (found.count == 1)
			status = add_foreign(c, all[i].session, found.dn[0]);
		dn_list_fini(&found);
		if (status != 0)
			return -1;
	}
	return 0;
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
	if (!c->dn || !c->principals) {
		msg_error("out of memory");
		return -1;
	}
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

void
connectors_choose(struct connectors *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].session && find_own(&all[i]) != 0)
			all[i].session = NULL;
	for (size_t i = 0; i < count; i++) {
		struct connectors *c = &all[i];
		int status = 0;

		if (!c->session)
			continue;
		if (!c->own.count && c->name)
			status = look_elsewhere(c, all, count);
		else if (!c->own.count)
			status = take_of_forest(c, all, count);
		if (status != 0)
			continue;
		if (c->own.count + c->foreign_count == 0) {
			session_no_connector(c->session, c->name, count);
			c->not_found = true;
		} else {
			(void)lay_out(c);
		}
	}
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
	dn_list_fini(&c->own);
	*c = (struct connectors){ .session = NULL };
}
