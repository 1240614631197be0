/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "core/sd.h"
#include "core/sd_words.h"
#include "core/sddl.h"
#include "msg.h"
#include "rules/cause.h"
#include "source/collect.h"

/* What one explanation is made from. */
struct work {
	struct domain *domain;
	struct account account;
	struct sd sd;
	struct path_tree user_paths;
	struct container *above;
};

static const struct {
	const char *name, *whose;
} rights[RIGHT_ID_COUNT] = {
	[RIGHT_ID_RESET] = { "Reset Password", "the connector" },
	[RIGHT_ID_LOCKOUT_TIME] = { "write lockoutTime", "the connector" },
	[RIGHT_ID_PWD_LAST_SET] = { "write pwdLastSet", "the connector" },
	[RIGHT_ID_CONNECTOR_CHANGE] = { "Change Password", "the connector" },
	[RIGHT_ID_CHANGE] = { "Change Password", "the user itself" },
};

/* "MSOL_… -> Sync Accounts -> Helpdesk": from the account to the SID. */
static char *
held_how(struct work *w, const struct path_tree *tree, const struct ace *ace,
    const struct token *token)
{
	const struct token_sid *known = token ? token_find(token, &ace->trustee) : NULL;
	struct buf b = BUF_INIT;
	size_t n;

	if (sid_eq(&ace->trustee, &sid_self)) {
		buf_adds(&b, "SELF is the user itself");
		return buf_steal(&b);
	}
	if (sid_eq(&ace->trustee, &sid_owner_rights)) {
		buf_adds(&b, "it holds the owner of the object");
		return buf_steal(&b);
	}
	n = path_tree_words(tree, &ace->trustee, &b);
	if (n == 1 && path_tree_find(tree, &ace->trustee) == 0)
		buf_adds(&b, ": its own SID");
	else if (n == 1)
		buf_adds(&b, ": in every logon");
	if (!n)
		buf_adds(&b, known ? token_origin_str(known->origin) :
		    w->domain->everyone.complete ? "by membership" : "perhaps");
	return buf_steal(&b);
}

/* The ancestor whose own ACE this one was inherited from: nearest first. */
static char *
inherited_from(struct work *w, const struct ace *ace)
{
	const struct container *from = cause_origin(w->domain, w->above, &w->sd, ace, NULL);

	return strdup(from ? from->dn :
	    "an ancestor that no longer carries it, or that could not be read");
}

static char *
trustee_name(struct work *w, const struct sid *sid)
{
	struct buf b = BUF_INIT;

	domain_sid_words(w->domain, sid, &b);
	return buf_steal(&b);
}

static enum ace_role
role_of(const struct sd *sd, const struct ace *ace, int index, const struct access_result *r,
    const struct access_request *req, const struct access_subject *who)
{
	struct ace here = *ace;

	if (index == r->ace)
		return r->decision == DECISION_UNKNOWN ? ACE_ROLE_UNSETTLED : ACE_ROLE_DECIDES;
	switch (access_relevance_on(sd, ace, req, who)) {
	case ACE_APPLIES:
		return ACE_ROLE_TOO_LATE;
	case ACE_MAY_APPLY:
		return ACE_ROLE_UNSETTLED;
	case ACE_IS_INHERIT_ONLY:
		here.flags &= (uint8_t)~ACE_INHERIT_ONLY;
		return access_relevance_on(sd, &here, req, who) == ACE_APPLIES ?
			ACE_ROLE_INHERIT_ONLY : ACE_ROLE_OTHER;
	case ACE_NOT_ACCESS:
	case ACE_OTHER_RIGHT:
	case ACE_OTHER_OBJECT:
	case ACE_OTHER_TRUSTEE:
		break;
	}
	return ACE_ROLE_OTHER;
}

/* "deny, inherited: Reset Password (00299570-…)" */
static char *
in_words(const struct ace *ace)
{
	struct buf b = BUF_INIT, flags = BUF_INIT;

	sd_words_ace_flags(ace->flags, &flags);
	buf_addf(&b, "%s%s%s%s: ", ace_is_allow(ace) ? "allow" : "deny", flags.len ? ", " : "",
	    buf_str(&flags), ace_is_callback(ace) ? ", on a condition" : "");
	sd_words_rights(ace, &b);
	buf_fini(&flags);
	return buf_steal(&b);
}

static int
walk_right(struct work *w, enum right_id id, const struct access_subject *who,
    const struct access_result *result, struct explained_right *out)
{
	struct domain *d = w->domain;
	struct access_request req = right_request(d, id, w->account.class);
	struct sddl_ctx ctx = domain_sddl(d);
	bool own = id == RIGHT_ID_CHANGE;
	struct ace ace;
	size_t pos = 0;

	out->result = *result;
	for (int i = 0; acl_next(&w->sd.dacl, &pos, &ace); i++) {
		struct explained_ace *grown, *a;
		struct buf text = BUF_INIT;

		if (i != result->ace && access_trustee_held(&w->sd, &ace, who) == HELD_NO)
			continue;
		grown = realloc(out->aces, (out->count + 1) * sizeof *grown);
		if (!grown)
			return -1;
		out->aces = grown;
		a = &grown[out->count++];
		*a = (struct explained_ace){ .index = i, .allow = ace_is_allow(&ace),
			.role = role_of(&w->sd, &ace, i, result, &req, who) };
		sddl_print_ace(&ace, &ctx, &text);
		a->sddl = buf_steal(&text);
		if (a->role == ACE_ROLE_OTHER)
			continue;
		a->words = in_words(&ace);
		a->trustee = trustee_name(w, &ace.trustee);
		a->held = held_how(w, own ? &w->user_paths : &d->connector.paths, &ace,
		    own ? NULL : &d->connector.token);
		if (ace.flags & ACE_INHERITED)
			a->from = inherited_from(w, &ace);
	}
	return 0;
}

/* The decisions are the judge's own: this only walks what led to them. */
static int
walk_rights(struct work *w, struct judge *j, struct explanation *x)
{
	const struct dacl_verdict *v;
	const struct sid *self = w->account.has_sid ? &w->account.sid : NULL;
	struct access_subject connector = access_subject_token(&j->domain->connector.token, self);
	struct user_subject me = { j->domain, &w->account };
	struct access_subject user = user_subject(&me);

	for (int i = 0; i < RIGHT_ID_COUNT; i++) {
		x->right[i].name = rights[i].name;
		x->right[i].whose = rights[i].whose;
		x->right[i].result = (struct access_result){ DECISION_UNKNOWN, ACCESS_UNSETTLED, -1 };
	}
	if (!w->account.sd.data) {
		x->sd_fault = "its security descriptor could not be read";
		return 0;
	}
	v = dacl_cache_judge(&j->cache, j->domain, &w->account);
	if (!v)
		return -1;
	if (v->fault || sd_parse(w->account.sd.data, w->account.sd.len, &w->sd, NULL) != ERR_OK) {
		x->sd_fault = "its security descriptor is malformed";
		return 0;
	}
	x->ace_count = w->sd.dacl.count;
	x->dacl_protected = v->protected_dacl;
	for (int i = 0; i < RIGHT_ID_COUNT; i++) {
		struct access_result r = v->right[i].result;

		if (i == RIGHT_ID_CHANGE) {
			char *evidence = NULL;
			struct access_result own = change_right_of(j->domain, &w->account, &evidence);

			/* Where the user's groups do not matter to the decision, they still may
			 * to which ACE it is made by. */
			if (v->per_user || own.decision == r.decision)
				r = own;
			free(evidence);
		}
		if (walk_right(w, (enum right_id)i, i == RIGHT_ID_CHANGE ? &user : &connector, &r,
		    &x->right[i]) != 0)
			return -1;
	}
	return 0;
}

static void
explain_policy(struct work *w, struct explanation *x)
{
	const struct domain *d = w->domain;
	struct policy_choice c = domain_policy_for(d, &w->account);
	struct buf from = BUF_INIT, words = BUF_INIT;

	if (c.policy == &d->policy)
		buf_adds(&from, "the domain's own: no fine-grained policy applies to the user");
	else if (d->psos_unread)
		buf_adds(&from, "by the server's word (msDS-ResultantPSO): the links of the policies "
		    "could not be read");
	else if (c.policy && member_set_has(&c.policy->direct, w->account.dn, w->account.dn_len))
		buf_adds(&from, "linked to the user");
	else if (c.policy)
		for (size_t i = 0; i < c.policy->group_count && !from.len; i++)
			if (group_closure_holds(&c.policy->groups[i], &w->account) == HELD_YES)
				buf_addf(&from, "linked to the group %s", c.policy->groups[i].dn);
	if (c.policy)
		policy_describe(c.policy, &words);
	x->policy_from = buf_steal(&from);
	x->policy_words = buf_steal(&words);
}

int
explain_user(struct source *src, struct judge *j, const struct entry *e, struct explanation *x)
{
	struct domain *d = j->domain;
	struct connector *c = &d->connector;
	struct work w = { .domain = d };
	struct source_error err;
	int failed = -1;

	account_decode(e, &d->schema, &w.account);
	w.above = domain_container_above(d, w.account.dn, w.account.dn_len);
	if ((!c->paths_read && collect_paths(src, d, &c->account, &c->paths,
	    &err) != SOURCE_OK) ||
	    collect_paths(src, d, &w.account, &w.user_paths, &err) != SOURCE_OK) {
		msg_error("%s", err.text);
		goto out;
	}
	c->paths_read = true;
	if (walk_rights(&w, j, x) != 0) {
		msg_error("out of memory");
		goto out;
	}
	explain_policy(&w, x);
	x->profile = j->profile->name;
	x->assumed = j->assumed;
	failed = 0;
out:
	path_tree_fini(&w.user_paths);
	return failed;
}
