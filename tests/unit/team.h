/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_TESTS_TEAM_H
#define WBA_TESTS_TEAM_H

#include "listener.h"

/*
 * A user below OU=Team, OU=Staff and the domain head; each of the four has the
 * ACEs of the case, and the domain's judge says where it can be mended.
 */

#define C		CONNECTOR_SID
#define STAFF		"OU=Staff," BASE
#define TEAM		"OU=Team," STAFF
#define ADMINS		"CN=Domain Admins,CN=Users," BASE
#define SYNC_SID	DOMAIN_SID "-1150"	/* a group of the connector's */
#define FORMER_SID	DOMAIN_SID "-1300"	/* MSOL_former */
#define DELETED_SID	DOMAIN_SID "-1301"
#define HELPDESK_SID	DOMAIN_SID "-1302"
#define OPEN_SID	DOMAIN_SID "-1303"	/* held perhaps */

#define GRANT(class, who) "(OA;CIIO;CR;" G_RESET ";" class ";" who ")"
#define USER_GRANT	GRANT(G_USER, C)
#define DENIAL(who)	"(OD;CIID;CR;" G_RESET ";;" who ")"
#define INET		"objectClass+=inetOrgPerson"
#define READ		"(A;;RPLCLORC;;;AU)"
#define NOT_READABLE	"its permissions could not be read: the cause may stand here or above"
#define NOTHING		"nothing from here down to the users grants it"

struct cause_case {
	const char *name;
	const char *user;	/* behind D:, before the default ACEs and the other grants */
	const char *team, *staff, *head;	/* behind D:; NULL: not readable */
	unsigned rule;
	const char *object;	/* NULL: the user itself */
	const char *words;
	const char *change;
};

/* Names and groups as the directory would tell them. */

static inline void
read_name(struct domain *d, struct named_sid *out)
{
	static const struct { const char *sid, *name; } known[] = {
		{ FORMER_SID, "MSOL_former" }, { HELPDESK_SID, "Helpdesk" }, { SYNC_SID, "Sync" },
		{ OPEN_SID, "Open" },
	};

	(void)d;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct sid s = sid_of(known[i].sid);

		if (sid_eq(&s, &out->sid))
			out->name = copy_of(known[i].name);
	}
	out->gone = out->name == NULL;
}

static inline void
read_paths(struct domain *d)
{
	static const char *const dns[] = { "CN=MSOL,CN=Users," BASE, "CN=Hybrid," BASE,
		"CN=Sync," BASE };
	static const char *const sids[] = { CONNECTOR_SID, DOMAIN_SID "-1149", SYNC_SID };
	struct path_tree *t = &d->connector.paths;

	t->nodes = calloc(COUNT(dns), sizeof *t->nodes);
	assert_non_null(t->nodes);
	for (size_t i = 0; i < COUNT(dns); i++)
		t->nodes[t->count++] = (struct path_node){ .dn = copy_of(dns[i]), .has_sid = true,
			.sid = sid_of(sids[i]), .parent = (int)i - 1 };
}

static inline void
put(struct court *c, const char *dn, const char *dacl)
{
	struct buf b = BUF_INIT;
	char text[2048];

	if (dacl != NULL) {
		snprintf(text, sizeof text, "O:DAG:DAD:%s", dacl);
		sddl_bytes(text, &b);
	}
	assert_int_equal(containers_add(&c->domain.containers, dn, strlen(dn), b.data, b.len, NULL),
	    ERR_OK);
	buf_fini(&b);
}

static inline void
open_world(struct court *c, const struct cause_case *w)
{
	court_open(c, NULL);
	c->domain.read_name = read_name;
	c->domain.read_paths = read_paths;
	c->domain.connector.token.sealed = false;
	hold_sid(&c->domain.connector.token, SYNC_SID, HELD_YES);
	hold_sid(&c->domain.connector.token, OPEN_SID, HELD_MAYBE);
	assert_int_equal(token_seal(&c->domain.connector.token), ERR_OK);
	put(c, TEAM, w->team);
	put(c, STAFF, w->staff);
	put(c, BASE, w->head);
}

static inline void
judge_case(struct court *c, const struct cause_case *w, const char *others)
{
	struct made m;
	char sddl[4096];
	bool owner = w->change && strcmp(w->change, "sddl-owner") == 0;

	make_user(&m);
	made_change(&m, "dn=CN=Ada," TEAM);
	snprintf(sddl, sizeof sddl, "sddl=O:%sG:DAD:%s" DEFAULT_USER_ACES "%s" GRANT_READ,
	    owner ? "AU" : "DA", w->user, others);
	made_change(&m, sddl);
	if (w->change && !owner)
		made_change(&m, w->change);
	judge_user(&c->judge, &m.entry);
	made_fini(&m);
}

#endif
