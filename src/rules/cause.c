/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/cause.h"

#include <string.h>

#include "core/ascii.h"
#include "core/sd.h"

/* What one search for a cause works on. */
struct trace {
	struct domain *domain;
	const struct account *account;
	struct sd sd;			/* the user's */
	enum right_id right;
	struct access_request req;
	struct access_subject who;
	struct buf words;		/* what is the matter, where names are in it */
};

static struct cause
cause_at(struct trace *t, enum cause_kind kind, const struct container *at)
{
	return (struct cause){ kind, at ? at->dn : NULL,
		t->words.len ? buf_str(&t->words) : cause_words(kind) };
}

/* Names */

static const char *const right_names[RIGHT_ID_COUNT] = {
	[RIGHT_ID_RESET] = "Reset Password",
	[RIGHT_ID_LOCKOUT_TIME] = "write lockoutTime",
	[RIGHT_ID_PWD_LAST_SET] = "write pwdLastSet",
	[RIGHT_ID_CONNECTOR_CHANGE] = "Change Password",
	[RIGHT_ID_CHANGE] = "Change Password",
};

/* ", which the connector holds: MSOL_… -> Sync Accounts -> Helpdesk" */
static void
add_path(struct trace *t, const struct sid *sid)
{
	struct connector *c = &t->domain->connector;
	struct buf path = BUF_INIT;

	if (t->right == RIGHT_ID_CHANGE || !sid_may_be_group(sid) ||
	    (c->account.has_sid && sid_eq(sid, &c->account.sid)))
		return;
	if (!c->paths_read && t->domain->read_paths)
		t->domain->read_paths(t->domain);
	c->paths_read = true;
	if (path_tree_words(&c->paths, sid, &path) > 1)
		buf_addf(&t->words, ", which the connector holds: %s", buf_str(&path));
	buf_fini(&path);
}

/* Inheritance */

/* An ACE that an object carries for itself, not as an heir. Where inheritance
 * is blocked, and on the domain head, all are its own. */
static bool
is_own(const struct domain *d, const struct container *at, const struct sd *sd,
    const struct ace *ace)
{
	return !(ace->flags & ACE_INHERITED) || (sd->control & SD_DACL_PROTECTED) ||
		ascii_eq_nocase(at->dn, at->dn_len, d->dn, strlen(d->dn));
}

/* MS-DTYP 2.5.3.4.1: upon inheritance CREATOR OWNER becomes the owner. */
static bool
same_trustee(const struct ace *theirs, const struct sd *sd, const struct ace *ours)
{
	return sid_eq(&theirs->trustee, &ours->trustee) ||
		(sid_eq(&theirs->trustee, &sid_creator_owner) && sd->has_owner &&
		sid_eq(&sd->owner, &ours->trustee));
}

static bool
same_ace(const struct ace *theirs, const struct sd *sd, const struct ace *ours)
{
	return theirs->type == ours->type && theirs->object_flags == ours->object_flags &&
		access_map_generic(theirs->mask) == access_map_generic(ours->mask) &&
		(!(ours->object_flags & ACE_OBJECT_TYPE_PRESENT) ||
		    guid_eq(&theirs->object_type, &ours->object_type)) &&
		(!(ours->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT) ||
		    guid_eq(&theirs->inherited_type, &ours->inherited_type)) &&
		same_trustee(theirs, sd, ours) && theirs->data_len == ours->data_len &&
		(!ours->data_len || !memcmp(theirs->data, ours->data, ours->data_len));
}

struct container *
cause_origin(struct domain *d, struct container *above, const struct sd *sd, const struct ace *ace,
    struct ace *out)
{
	bool parent = true;

	for (struct container *at = above; at; at = domain_parent(d, at), parent = false) {
		const struct sd *up = container_sd(at);
		struct ace theirs;
		size_t pos = 0;

		if (!up)
			continue;
		while (acl_next(&up->dacl, &pos, &theirs))
			if ((theirs.flags & ACE_CONTAINER_INHERIT) && is_own(d, at, up, &theirs) &&
			    (parent || !(theirs.flags & ACE_NO_PROPAGATE)) &&
			    same_ace(&theirs, sd, ace)) {
				if (out)
					*out = theirs;
				return at;
			}
		if (up->control & SD_DACL_PROTECTED)
			return NULL;
	}
	return NULL;
}

/* Something between the user and what it might inherit from cannot be read. */
static struct container *
unreadable(struct domain *d, struct container *above)
{
	for (struct container *at = above; at; at = domain_parent(d, at)) {
		const struct sd *up = container_sd(at);

		if (!up)
			return at;
		if (up->control & SD_DACL_PROTECTED)
			return NULL;
	}
	return NULL;
}

/* Grants above that nearly do it */

/* A trustee that somebody named: no well-known SID, no built-in group. */
static bool
is_named(const struct sid *s)
{
	return s->authority == 5 && s->count == 5 && s->sub[0] == 21 && s->sub[4] >= 1000;
}

/* The object type speaks of the right itself, by name. */
static bool
is_specific(const struct trace *t, const struct ace *ace)
{
	const struct guid *g = &ace->object_type;

	if (!(ace->object_flags & ACE_OBJECT_TYPE_PRESENT))
		return false;
	return (t->req.right && guid_eq(g, t->req.right)) ||
		(t->req.attribute && guid_eq(g, t->req.attribute));
}

/* How the vendor's tools name the accounts they make (Microsoft, "Accounts and
 * permissions"), now and in former releases. */
static bool
named_as_connector(const char *name)
{
	static const char *const prefixes[] = { "MSOL_", "AAD_", "ADSyncMSA", "provAgentgMSA",
		"pGMSA_" };

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (strlen(name) >= strlen(prefixes[i]) && ascii_eq_nocase(name,
		    strlen(prefixes[i]), prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static bool
is_other_connector(const struct trace *t, const struct sid *s)
{
	const struct named_sid *n = is_named(s) ? domain_name_of(t->domain, s) : NULL;

	return n && (n->gone || (n->name && named_as_connector(n->name)));
}

/* What is granted in mistake for a right: "User Logon" sounds as if lockoutTime
 * were in it, a class stands where the right should, read where write should. */
static bool
is_mistaken(const struct trace *t, const struct ace *ace)
{
	static const struct guid logon_set = { { 0x10, 0x20, 0x20, 0x5f, 0xa5, 0x79, 0xd0, 0x11,
		0x90, 0x20, 0x00, 0xc0, 0x4f, 0xc2, 0xd4, 0xcf } };
	const struct guid *g = &ace->object_type;
	const struct guid *restrictions =
		&t->domain->schema.attr[SCHEMA_USER_ACCOUNT_CONTROL].set;
	uint32_t mask = access_map_generic(ace->mask);

	if (!(ace->object_flags & ACE_OBJECT_TYPE_PRESENT))
		return false;
	if (is_specific(t, ace))
		return !(mask & t->req.mask);
	if (!(mask & t->req.mask))
		return false;
	if (t->req.kind == ACCESS_CONTROL_RIGHT)
		return guid_eq(g, t->right == RIGHT_ID_RESET ? &right_change_password :
		    &right_reset_password) ||
			(t->account->class && guid_eq(g, &t->account->class->id));
	return guid_eq(g, &logon_set) || guid_eq(g, restrictions);
}

/* What an ancestor's allow ACE has to do with the right; CAUSE_AS_SAID: nothing. */
static enum cause_kind
near_miss(const struct trace *t, const struct ace *ace, bool parent)
{
	const struct schema_class *class = t->account->class;
	bool named = is_named(&ace->trustee), specific = is_specific(t, ace);
	struct ace here = *ace;
	enum ace_relevance rel;

	here.flags &= (uint8_t)~ACE_INHERIT_ONLY;
	rel = access_relevance(&here, &t->req, &t->who);
	if (rel == ACE_OTHER_TRUSTEE)
		return specific && (ace->flags & ACE_CONTAINER_INHERIT) &&
			is_other_connector(t, &ace->trustee) ? CAUSE_OTHER_TRUSTEE : CAUSE_AS_SAID;
	if (rel == ACE_OTHER_RIGHT || rel == ACE_OTHER_OBJECT)
		return named && (ace->flags & ACE_CONTAINER_INHERIT) && is_mistaken(t, ace) &&
			t->who.holds(t->who.arg, &ace->trustee) == HELD_YES ?
			CAUSE_OTHER_RIGHT : CAUSE_AS_SAID;
	if (rel != ACE_APPLIES)
		return CAUSE_AS_SAID;
	if (!(ace->flags & ACE_CONTAINER_INHERIT))
		return named || specific ? CAUSE_THIS_OBJECT_ONLY : CAUSE_AS_SAID;
	if ((ace->flags & ACE_NO_PROPAGATE) && !parent)
		return named || specific ? CAUSE_NO_PROPAGATE : CAUSE_AS_SAID;
	if (ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT) {
		if (!class)
			return CAUSE_AS_SAID;
		if (!guid_eq(&ace->inherited_type, &class->id))
			return named || specific ? CAUSE_OTHER_CLASS : CAUSE_AS_SAID;
	}
	return CAUSE_NOT_ARRIVED;
}

static const char *
class_name(const struct trace *t, const struct guid *g)
{
	const struct schema *s = &t->domain->schema;

	for (size_t i = 0; i < s->class_count; i++)
		if (guid_eq(&s->classes[i].id, g))
			return s->classes[i].name;
	return "another";
}

/* The words for a grant that nearly does it, with its names. */
static void
describe(struct trace *t, enum cause_kind kind, const struct ace *ace)
{
	buf_clear(&t->words);
	if (kind == CAUSE_OTHER_CLASS) {
		buf_addf(&t->words, "granted here for class %s, not for %s",
		    class_name(t, &ace->inherited_type), t->account->class->name);
	} else if (kind == CAUSE_OTHER_TRUSTEE) {
		buf_adds(&t->words, "granted here to ");
		domain_sid_words(t->domain, &ace->trustee, &t->words);
		buf_adds(&t->words, ", not to the connector");
	} else if (kind == CAUSE_OTHER_RIGHT) {
		const char *name = schema_guid_name(&ace->object_type);

		buf_addf(&t->words, "granted here is %s%s, not %s",
		    ace->mask & RIGHT_CONTROL_ACCESS ? "" :
		    access_map_generic(ace->mask) & RIGHT_WRITE_PROPERTY ? "write " : "read ",
		    name ? name : "another right", right_names[t->right]);
	}
}

/* No ACE grants the right to the connector: what stands in the way. */
static struct cause
trace_absent(struct trace *t, struct container *above)
{
	struct domain *d = t->domain;
	enum cause_kind best = CAUSE_KIND_COUNT;
	const struct container *best_at = NULL;
	struct container *at, *last = NULL;
	struct ace best_ace = { 0 }, ace;
	size_t pos = 0;

	while (acl_next(&t->sd.dacl, &pos, &ace)) {
		if (!(ace.flags & ACE_INHERIT_ONLY) || (ace.flags & ACE_INHERITED) ||
		    !ace_is_allow(&ace))
			continue;
		ace.flags &= (uint8_t)~ACE_INHERIT_ONLY;
		if (access_relevance(&ace, &t->req, &t->who) == ACE_APPLIES)
			return cause_at(t, CAUSE_ON_USER_INHERIT_ONLY, NULL);
	}
	if (t->sd.control & SD_DACL_PROTECTED)
		return cause_at(t, CAUSE_BLOCKED_ON_USER, NULL);

	for (at = above; at; last = at, at = domain_parent(d, at)) {
		const struct sd *up = container_sd(at);

		if (!up)
			break;
		for (pos = 0; acl_next(&up->dacl, &pos, &ace);) {
			enum cause_kind kind = CAUSE_AS_SAID;

			if (ace_is_allow(&ace) && is_own(d, at, up, &ace))
				kind = near_miss(t, &ace, at == above);
			if (kind == CAUSE_AS_SAID || kind >= best)
				continue;
			best = kind;
			best_at = at;
			best_ace = ace;
		}
		if (up->control & SD_DACL_PROTECTED)
			break;
	}
	if (best_at) {
		describe(t, best, &best_ace);
		return cause_at(t, best, best_at);
	}
	if (at)
		return cause_at(t, container_sd(at) && domain_parent(d, at) ? CAUSE_BLOCKED_ABOVE :
		    container_sd(at) ? CAUSE_NO_GRANT : CAUSE_NOT_READABLE, at);
	/* The walk ended at the domain head, or could not begin. */
	return (struct cause){ last ? CAUSE_NO_GRANT : CAUSE_NOT_READABLE, d->dn,
		cause_words(last ? CAUSE_NO_GRANT : CAUSE_NOT_READABLE) };
}

struct cause
cause_of_absence(struct domain *d, const struct account *a, const struct sd *sd,
    enum right_id right, const struct access_subject *who, struct container *above)
{
	struct trace t = { .domain = d, .account = a, .sd = *sd, .right = right,
		.req = right_request(d, right, a->class), .who = *who };
	struct cause c = trace_absent(&t, above);

	buf_fini(&t.words);
	c.words = cause_words(c.kind);
	return c;
}

/* An ACE decided, or would if it could be settled. */
static struct cause
trace_ace(struct trace *t, int index, bool denied, struct container *above)
{
	struct container *from;
	struct ace ace;
	size_t pos = 0;
	bool found = false;
	enum cause_kind kind;

	for (int i = 0; !found && acl_next(&t->sd.dacl, &pos, &ace); i++)
		found = i == index;
	if (!found)	/* between two classes, by no ACE: the class is not known */
		return cause_at(t, denied ? CAUSE_DENIED_ON_USER : CAUSE_AS_SAID, NULL);
	kind = denied ? CAUSE_DENIED_ABOVE :
		ace_is_callback(&ace) ? CAUSE_ON_CONDITION : CAUSE_ON_GROUP;
	from = ace.flags & ACE_INHERITED ? cause_origin(t->domain, above, &t->sd, &ace,
	    NULL) : NULL;
	if (kind == CAUSE_ON_GROUP) {
		buf_adds(&t->words, "hangs on ");
		domain_sid_words(t->domain, &ace.trustee, &t->words);
		buf_adds(&t->words, ", of which it is not known who holds it");
	}
	if (from && denied) {
		buf_adds(&t->words, "denied here to ");
		domain_sid_words(t->domain, &ace.trustee, &t->words);
		add_path(t, &ace.trustee);
	}
	if (from || !denied)
		return cause_at(t, kind, from);
	if (!(ace.flags & ACE_INHERITED))
		return cause_at(t, CAUSE_DENIED_ON_USER, NULL);
	from = t->sd.control & SD_DACL_PROTECTED ? NULL : unreadable(t->domain, above);
	return cause_at(t, from ? CAUSE_NOT_READABLE : CAUSE_DENIED_STALE, from);
}

struct cause
cause_trace(struct domain *d, const struct account *a, const struct sd *sd, enum right_id right,
    const struct access_subject *who, const struct access_result *why, struct container *above,
    struct buf *words)
{
	struct trace t = { .domain = d, .account = a, .sd = *sd, .right = right,
		.req = right_request(d, right, a->class), .who = *who };
	struct cause c;

	if (why->decision == DECISION_UNKNOWN)
		c = trace_ace(&t, why->ace, false, above);
	else if (why->reason == ACCESS_BY_ACE)
		c = trace_ace(&t, why->ace, true, above);
	else if (right == RIGHT_ID_CHANGE)
		c = cause_at(&t, CAUSE_DEFAULT_LOST, NULL);
	else
		c = trace_absent(&t, above);
	*words = t.words;
	return c;
}

struct cause
cause_of_protection(const struct account *a, const struct dacl_verdict *v, enum answer protect,
    const char *group)
{
	struct cause c = { CAUSE_AS_SAID, NULL, "" };

	if (a->admin_count.known != KNOWN_SET || a->admin_count.value != 1)
		return c;
	if (protect == ANSWER_YES) {
		c.kind = group ? CAUSE_PROTECTED_BY_GROUP : CAUSE_PROTECTED_BY_ITSELF;
		c.object = group;
	} else if (!v || v->protected_dacl) {
		/* With inheritance on again the permissions are the user's own. */
		c.kind = protect == ANSWER_NO ? CAUSE_ORPHANED : CAUSE_PROTECTED_UNKNOWN;
	}
	c.words = cause_words(c.kind);
	return c;
}
