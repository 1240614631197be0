/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/cure.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/sd.h"
#include "rules/cause.h"

/* More than that for one right of one user is nothing that anybody would run. */
#define MAX_STEPS 8

/* What one search works on. */
struct search {
	struct domain *domain;
	const struct account *account;
	enum right_id right;
	struct access_request req;
	const struct access_subject *who;
	struct container *above;
	uint8_t *bytes;		/* the descriptor as it would be after the steps */
	struct sd sd;		/* view into it */
	struct cure_step step[MAX_STEPS];
	size_t count;
	struct cure_step wide;
	bool has_wide;
	const char *advice;
};

static const struct guid *
guid_of(const struct access_request *req)
{
	return req->kind == ACCESS_CONTROL_RIGHT ? req->right : req->attribute;
}

/* A view must not outlive the bytes it points to. */
static struct ace
detached(const struct ace *ace)
{
	struct ace a = *ace;

	a.data = a.raw = NULL;
	a.data_len = a.raw_len = a.offset = 0;
	return a;
}

static bool
add_step(struct search *s, const struct cure_step *step)
{
	if (s->count == MAX_STEPS)
		return false;
	s->step[s->count++] = *step;
	return true;
}

static struct ace
grant(const struct access_request *req, const struct sid *to, const struct schema_class *below)
{
	struct ace a = { .type = ACE_ALLOWED_OBJECT, .layout = ACE_LAYOUT_OBJECT,
		.mask = req->mask, .object_flags = ACE_OBJECT_TYPE_PRESENT,
		.object_type = *guid_of(req), .trustee = *to };

	if (below) {
		a.flags = ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY;
		a.object_flags |= ACE_INHERITED_OBJECT_TYPE_PRESENT;
		a.inherited_type = below->id;
	}
	return a;
}

static const char unsettled[] = "It hangs on an ACE that is not settled (rules 213, 317): settle that "
	"first.";

/* Whether an ACE that comes before a grant there may deny it: on the user those of
 * its own, else any. */
static bool
may_be_denied(const struct search *s, const struct container *at)
{
	struct ace ace;

	for (size_t pos = 0; acl_next(&s->sd.dacl, &pos, &ace);)
		if (ace_is_deny(&ace) && (at || !(ace.flags & ACE_INHERITED)) &&
		    access_relevance_on(&s->sd, &ace, &s->req, s->who) == ACE_MAY_APPLY)
			return true;
	return false;
}

/* On a container for what is below, or on the user (NULL) for itself. */
static bool
add_grant(struct search *s, const struct container *at)
{
	const struct schema_class *class = s->account->class;
	const struct sid *to = s->right == RIGHT_ID_CHANGE ? &sid_self :
		&s->domain->connector.account.sid;
	struct cure_step step = { .act = CURE_GRANT, .ace = grant(&s->req, to, at ? class : NULL) };

	if (may_be_denied(s, at)) {
		s->advice = unsettled;
		return false;
	}
	if (at) {
		step.object = at->dn;
		step.class_name = class->name;
	}
	return add_step(s, &step);
}

/* The highest object, up to the cause's, that the audit looks at: a grant above
 * would reach users of whom it says nothing. NULL: the user itself. */
static struct container *
grant_point(struct search *s, const char *cause)
{
	const char *base = s->domain->users_base;
	struct container *at = s->above, *up;

	if (base && at && !dn_under(at->dn, at->dn_len, base, strlen(base)))
		return NULL;
	for (; at; at = up) {
		if (ascii_eq_nocase(at->dn, at->dn_len, cause, strlen(cause)) ||
		    (base && dn_eq(at->dn, at->dn_len, base, strlen(base))))
			return at;
		up = domain_parent(s->domain, at);
		if (!up)
			return at;
	}
	return NULL;
}

/* No ACE grants it, after the steps so far. */
static bool
settle_absent(struct search *s)
{
	struct cause c;

	if (s->right == RIGHT_ID_CHANGE)
		return add_grant(s, NULL);
	c = cause_of_absence(s->domain, s->account, &s->sd, s->right, s->who, s->above);
	switch (c.kind) {
	case CAUSE_ON_USER_INHERIT_ONLY:
	case CAUSE_BLOCKED_ON_USER:
		return add_grant(s, NULL);
	case CAUSE_OTHER_CLASS:
	case CAUSE_NO_PROPAGATE:
	case CAUSE_THIS_OBJECT_ONLY:
	case CAUSE_OTHER_RIGHT:
	case CAUSE_OTHER_TRUSTEE:
	case CAUSE_BLOCKED_ABOVE:
	case CAUSE_NO_GRANT:
		return add_grant(s, grant_point(s, c.object));
	case CAUSE_NOT_ARRIVED:
		s->advice = "What grants it is there: nothing is missing but the passing on.";
		return false;
	default:
		s->advice = "Behind what cannot be read may stand the cause.";
		return false;
	}
}

/* Denies this right and nothing else. */
static bool
denies_this_alone(const struct search *s, const struct ace *ace)
{
	return !ace_is_callback(ace) && access_map_generic(ace->mask) == s->req.mask &&
		(ace->object_flags & ACE_OBJECT_TYPE_PRESENT) &&
		guid_eq(&ace->object_type, guid_of(&s->req));
}

/* And that for nobody but the connector, on nothing but users of this class. */
static bool
is_the_mistake(const struct search *s, const struct ace *ace)
{
	return denies_this_alone(s, ace) && (ace->flags & ACE_INHERIT_ONLY) &&
		(ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT) &&
		guid_eq(&ace->inherited_type, &s->account->class->id) &&
		sid_eq(&ace->trustee, &s->domain->connector.account.sid);
}

/* As if the ACE were not there: an inherit-only one takes no part. */
static void
pass_over(struct search *s, const struct ace *ace)
{
	s->bytes[ace->raw - s->bytes + 1] |= ACE_INHERIT_ONLY;	/* ACE_HEADER.AceFlags */
}

static struct cure_step
undeny(const char *object, const struct ace *ace)
{
	return (struct cure_step){ .act = CURE_UNDENY, .object = object, .ace = detached(ace) };
}

static void
remember_wide(struct search *s, const char *object, const struct ace *ace)
{
	if (s->has_wide || ace_is_callback(ace))
		return;
	s->wide = undeny(object, ace);
	s->has_wide = true;
}

/* A deny of the user's own: gone, or nothing is mended. */
static bool
undeny_on_user(struct search *s, const struct ace *ace)
{
	struct cure_step step = undeny(NULL, ace);

	if (!denies_this_alone(s, ace)) {
		remember_wide(s, NULL, ace);
		return false;
	}
	pass_over(s, ace);
	return add_step(s, &step);
}

/* A grant on the user comes before all that is inherited; steps elsewhere are not
 * needed then. Denies of the user's own must have gone. */
static bool
grant_before_inherited(struct search *s)
{
	size_t kept = 0;
	struct ace ace;

	for (size_t pos = 0; acl_next(&s->sd.dacl, &pos, &ace);)
		if (!(ace.flags & ACE_INHERITED) && ace_is_deny(&ace) &&
		    access_relevance_on(&s->sd, &ace, &s->req, s->who) == ACE_APPLIES &&
		    !undeny_on_user(s, &ace))
			return false;
	for (size_t i = 0; i < s->count; i++)
		if (!s->step[i].object)
			s->step[kept++] = s->step[i];
	s->count = kept;
	if (!add_grant(s, NULL))
		return false;
	s->advice = "The deny that is inherited stays: a grant on the user comes before it.";
	return true;
}

static bool
settle_inherited_deny(struct search *s, const struct ace *ace, bool *done)
{
	struct ace theirs;
	struct container *from = cause_origin(s->domain, s->above, &s->sd, ace, &theirs);
	struct cure_step step;

	if (from && is_the_mistake(s, &theirs)) {
		step = undeny(from->dn, &theirs);
		pass_over(s, ace);
		return add_step(s, &step);
	}
	if (from)
		remember_wide(s, from->dn, &theirs);
	*done = true;
	return grant_before_inherited(s);
}

/* Until the right is granted. */
static bool
settle(struct search *s)
{
	for (bool done = false; !done;) {
		struct access_result r = access_check(&s->sd, &s->req, s->who);
		struct ace ace;

		if (r.decision == DECISION_YES)
			return true;
		if (r.decision == DECISION_UNKNOWN) {
			s->advice = unsettled;
			return false;
		}
		if (r.reason != ACCESS_BY_ACE)
			return settle_absent(s);
		if (!acl_nth(&s->sd.dacl, r.ace, &ace))
			return false;
		if (ace.flags & ACE_INHERITED) {
			if (!settle_inherited_deny(s, &ace, &done))
				return false;
		} else if (!undeny_on_user(s, &ace)) {
			return false;
		}
	}
	return true;
}

static struct cure *
make(const struct cure_step *steps, size_t count)
{
	struct cure *c = calloc(1, sizeof *c + count * sizeof *steps);

	if (!c)
		return NULL;
	c->count = count;
	if (count)
		memcpy(c->steps, steps, count * sizeof *steps);
	return c;
}

struct cure *
cure_of_right(struct domain *d, const struct account *a, enum right_id right,
    const struct access_subject *who, struct container *above)
{
	struct search s = { .domain = d, .account = a, .right = right,
		.req = right_request(d, right, a->class), .who = who, .above = above };
	struct cure *c = NULL;
	bool mends;

	if (!a->class || !d->connector.account.has_sid || !a->sd.len)
		return NULL;
	s.bytes = malloc(a->sd.len);
	if (!s.bytes)
		return NULL;
	memcpy(s.bytes, a->sd.data, a->sd.len);
	if (sd_parse(s.bytes, a->sd.len, &s.sd, NULL) != ERR_OK)
		goto out;
	mends = settle(&s);
	c = make(s.step, mends ? s.count : 0);
	if (c) {
		c->mends = mends;
		c->advice = s.advice;
		c->has_wide = s.has_wide;
		c->wide = s.wide;
	}
out:
	free(s.bytes);
	return c;
}

struct cure *
cure_of_object(const struct domain *d, const char *dn, const struct guid *right)
{
	struct access_request req = schema_request_right(right);
	struct cure_step step = { .act = CURE_GRANT, .object = dn };
	struct cure *c;

	if (!d->connector.account.has_sid)
		return NULL;
	step.ace = grant(&req, &d->connector.account.sid, NULL);
	c = make(&step, 1);
	if (c)
		c->mends = true;
	return c;
}

bool
cure_step_eq(const struct cure_step *a, const struct cure_step *b)
{
	const struct ace *x = &a->ace, *y = &b->ace;

	if (a->act != b->act || x->type != y->type || x->flags != y->flags ||
	    x->mask != y->mask || x->object_flags != y->object_flags ||
	    !sid_eq(&x->trustee, &y->trustee) ||
	    ((x->object_flags & ACE_OBJECT_TYPE_PRESENT) &&
	    !guid_eq(&x->object_type, &y->object_type)) ||
	    ((x->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT) &&
	    !guid_eq(&x->inherited_type, &y->inherited_type)))
		return false;
	return a->object && b->object ? !strcmp(a->object, b->object) : a->object == b->object;
}
