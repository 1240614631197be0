/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_TESTS_ACCESS_WORLD_H
#define WBA_TESTS_ACCESS_WORLD_H

#include "core/access.h"
#include "core/schema.h"
#include "sddl_sd.h"

/* Somebody who asks for rights on a user, for tests of the access check. */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define T	DOMAIN_SID "-1105"	/* who asks */
#define GROUP	DOMAIN_SID "-1500"	/* a group T is in */
#define OPEN	DOMAIN_SID "-1600"	/* a group T is in, perhaps */
#define OTHER	DOMAIN_SID "-1700"	/* nothing to do with T */
#define TARGET	DOMAIN_SID "-1200"	/* the object's own SID */
#define IF	"(@USER.Title == \"VP\")"

struct world {
	struct token token;
	struct schema schema;
	struct sid target;
	struct guid user, inet;
};

static inline void
hold(struct token *t, const char *sid, enum held held)
{
	struct sid s = sid_of(sid);

	token_add(t, &s, held, TOKEN_GROUP);
}

static inline int
make_world(void **state)
{
	static struct world w;

	token_init(&w.token);
	hold(&w.token, T, HELD_YES);
	hold(&w.token, GROUP, HELD_YES);
	hold(&w.token, OPEN, HELD_MAYBE);
	hold(&w.token, DOMAIN_SID "-513", HELD_YES);
	hold(&w.token, "S-1-5-32-545", HELD_YES);
	hold(&w.token, "S-1-5-32-554", HELD_YES);
	token_add_network_logon(&w.token);
	schema_init(&w.schema);
	w.target = sid_of(TARGET);
	w.user = guid_of(G_USER);
	w.inet = guid_of(G_INETORGPERSON);
	*state = &w;
	return token_seal(&w.token) != ERR_OK;
}

static inline int
end_world(void **state)
{
	struct world *w = *state;

	token_fini(&w->token);
	schema_fini(&w->schema);
	return 0;
}

/* R: Reset Password; C: Change Password; P, L: write of pwdLastSet and
 * lockoutTime; O: the bits of `mask` on the object as a whole. */
static inline struct access_request
request(const struct world *w, char what, uint32_t mask)
{
	switch (what) {
	case 'R': return schema_request_right(&right_reset_password);
	case 'C': return schema_request_right(&right_change_password);
	case 'P': return schema_request_property(&w->schema, SCHEMA_PWD_LAST_SET,
	    RIGHT_WRITE_PROPERTY, &w->user);
	case 'L': return schema_request_property(&w->schema, SCHEMA_LOCKOUT_TIME,
	    RIGHT_WRITE_PROPERTY, &w->user);
	default: return (struct access_request){ .kind = ACCESS_OBJECT, .mask = mask };
	}
}

static inline struct access_result
ask(const char *sddl, const struct access_request *req, const struct access_subject *who)
{
	struct access_result r;
	struct sddl_sd s;

	sddl_sd_init(&s, sddl);
	r = access_check(&s.sd, req, who);
	sddl_sd_fini(&s);
	return r;
}

#endif
