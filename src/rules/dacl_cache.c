/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/dacl_cache.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/hash.h"
#include "core/sd.h"

struct sddl_ctx
domain_sddl(const struct domain *d)
{
	return (struct sddl_ctx){ d->has_sid ? &d->sid : NULL, NULL };
}

struct access_request
right_request(const struct domain *d, enum right_id id, const struct schema_class *class)
{
	const struct guid *c = class ? &class->id : NULL;

	switch (id) {
	case RIGHT_ID_LOCKOUT_TIME:
		return schema_request_property(&d->schema, SCHEMA_LOCKOUT_TIME,
		    RIGHT_WRITE_PROPERTY, c);
	case RIGHT_ID_PWD_LAST_SET:
		return schema_request_property(&d->schema, SCHEMA_PWD_LAST_SET,
		    RIGHT_WRITE_PROPERTY, c);
	case RIGHT_ID_CONNECTOR_CHANGE:
	case RIGHT_ID_CHANGE:
		return schema_request_right(&right_change_password);
	case RIGHT_ID_RESET:
	case RIGHT_ID_COUNT:
		break;
	}
	return schema_request_right(&right_reset_password);
}

/* A SID that no ACE can name, for on the wire an authority has 48 bits (MS-DTYP
 * 2.4.2.2): stands for "the user itself" where any user is meant. */
static const struct sid some_user = { .authority = UINT64_MAX, .count = 0 };

/* What any user holds: well-known SIDs surely, groups perhaps. */
static enum held
any_user_holds(const void *arg, const struct sid *s)
{
	const struct domain *d = arg;
	const struct token_sid *known;

	if (sid_eq(s, &some_user))
		return HELD_YES;
	known = token_find(&d->everyone, s);
	if (known)
		return known->held;
	return sid_may_be_group(s) ? HELD_MAYBE : HELD_NO;
}

/* What this user holds: a group named in an ACE is expanded once, then asked. */
static enum held
one_user_holds(const void *arg, const struct sid *s)
{
	const struct user_subject *who = arg;
	const struct token_sid *known = token_find(&who->domain->everyone, s);
	const struct group_closure *group;

	if (sid_eq(s, &some_user) ||
	    (who->account->has_sid && sid_eq(s, &who->account->sid)))
		return HELD_YES;
	if (known)
		return known->held;
	if (!sid_may_be_group(s))
		return HELD_NO;
	group = who->domain->expand_group ? who->domain->expand_group(who->domain, s) : NULL;
	return group ? group_closure_holds(group, who->account) : HELD_MAYBE;
}

struct access_subject
user_subject(const struct user_subject *who)
{
	/* Also where its SID could not be read, SELF is the user. */
	return (struct access_subject){ one_user_holds, who,
		who->account->has_sid ? &who->account->sid : &some_user };
}

/* An allow ACE that would apply to the object were it not inherit-only: its
 * index, or -1. */
static int
inherit_only_grant(const struct sd *sd, const struct access_request *req,
    const struct access_subject *who)
{
	struct ace ace;
	size_t pos = 0;

	for (int i = 0; acl_next(&sd->dacl, &pos, &ace); i++) {
		if (!(ace.flags & ACE_INHERIT_ONLY) || !ace_is_allow(&ace))
			continue;
		ace.flags &= (uint8_t)~ACE_INHERIT_ONLY;
		if (access_relevance(&ace, req, who) == ACE_APPLIES)
			return i;
	}
	return -1;
}

static void
describe(const struct sd *sd, const struct domain *d, const struct access_result *r,
    int inherit_only, struct buf *out)
{
	struct sddl_ctx ctx = domain_sddl(d);
	struct ace ace;

	if (r->reason == ACCESS_NO_DACL) {
		buf_adds(out, "the object has no DACL: everything is granted");
	} else if (r->ace >= 0 && acl_nth(&sd->dacl, r->ace, &ace)) {
		buf_addf(out, "ACE %d ", r->ace);
		sddl_print_ace(&ace, &ctx, out);
	} else {
		buf_addf(out, "none of the %u ACEs grants it", (unsigned)sd->dacl.count);
		if (inherit_only >= 0 && acl_nth(&sd->dacl, inherit_only, &ace)) {
			buf_addf(out, "; ACE %d is inherit-only: ", inherit_only);
			sddl_print_ace(&ace, &ctx, out);
		}
	}
}

/* Without the class, ACEs for a class cannot be placed: both classes that a
 * person's account is of are tried, and where they differ it is unknown. */
static struct access_result
check_unclassed(const struct sd *sd, const struct domain *d, enum right_id id,
    const struct access_subject *who)
{
	struct access_request as_user = right_request(d, id,
	    schema_class_find(&d->schema, "user", 4));
	struct access_request as_inet = right_request(d, id,
	    schema_class_find(&d->schema, "inetOrgPerson", 13));
	struct access_result a = access_check(sd, &as_user, who);
	struct access_result b = access_check(sd, &as_inet, who);

	if (a.decision == b.decision)
		return a;
	return (struct access_result){ DECISION_UNKNOWN, ACCESS_UNSETTLED,
		a.ace > b.ace ? a.ace : b.ace };
}

static void
judge_right(const struct sd *sd, const struct domain *d, const struct account *a, enum right_id id,
    const struct access_subject *who, struct right_verdict *out)
{
	struct access_request req = right_request(d, id, a->class);
	struct buf text = BUF_INIT;
	int inherit_only = -1;

	out->result = a->class || req.kind == ACCESS_CONTROL_RIGHT ?
		access_check(sd, &req, who) : check_unclassed(sd, d, id, who);
	if (out->result.reason == ACCESS_NO_ACE)
		inherit_only = inherit_only_grant(sd, &req, who);
	out->inherit_only = inherit_only >= 0;
	describe(sd, d, &out->result, inherit_only, &text);
	out->evidence = buf_steal(&text);
}

/* "User cannot change password": deny ACEs for Change Password to both
 * Everyone and SELF (MS-SAMR product note 68; the win32 documentation). */
static bool
denies_change_to_both(const struct sd *sd)
{
	bool everyone = false, self = false;
	struct ace ace;
	size_t pos = 0;

	while (acl_next(&sd->dacl, &pos, &ace)) {
		if (ace.type != ACE_DENIED_OBJECT || (ace.flags & ACE_INHERIT_ONLY) ||
		    !(ace.mask & RIGHT_CONTROL_ACCESS) ||
		    !(ace.object_flags & ACE_OBJECT_TYPE_PRESENT) ||
		    !guid_eq(&ace.object_type, &right_change_password))
			continue;
		everyone |= sid_eq(&ace.trustee, &sid_everyone);
		self |= sid_eq(&ace.trustee, &sid_self);
	}
	return everyone && self;
}

static void
judge_reader(const struct sd *sd, const struct domain *d, const struct account *a,
    struct dacl_verdict *v)
{
	struct access_subject reader = access_subject_token(&d->reader,
	    a->has_sid ? &a->sid : NULL);

	if (!d->has_reader || !a->class)
		return;
	for (int i = 0; i < SCHEMA_ATTRIBUTE_COUNT; i++) {
		struct access_request req = schema_request_property(&d->schema,
		    (enum schema_attribute_id)i, RIGHT_READ_PROPERTY, &a->class->id);

		v->readable[i] = d->schema.attr[i].name &&
			access_check(sd, &req, &reader).decision == DECISION_YES;
	}
}

static void
judge_descriptor(const struct domain *d, const struct account *a, struct dacl_verdict *v)
{
	const struct sid *self = a->has_sid ? &a->sid : NULL;
	struct access_subject connector = access_subject_token(&d->connector.token, self);
	struct access_subject any = { any_user_holds, d, &some_user };
	struct fault fault = { 0 };
	struct ace *aces = NULL;
	struct sd sd;

	if (sd_parse(v->bytes, v->len, &sd, &fault) != ERR_OK) {
		struct fault_buf text;

		v->fault = strdup(fault_str(&fault, &text));
		return;
	}
	/* Each right is a few walks over the DACL, and it may have thousands of
	 * ACEs. Without memory it goes on as it is, only slower. */
	aces = sd.dacl.count ? reallocarray(NULL, sd.dacl.count, sizeof *aces) : NULL;
	if (aces)
		acl_decode(&sd.dacl, aces);
	v->protected_dacl = sd.control & SD_DACL_PROTECTED;
	v->cannot_change = denies_change_to_both(&sd);
	for (int i = 0; i < RIGHT_ID_CHANGE; i++)
		judge_right(&sd, d, a, (enum right_id)i, &connector, &v->right[i]);
	judge_right(&sd, d, a, RIGHT_ID_CHANGE, &any, &v->right[RIGHT_ID_CHANGE]);
	v->per_user = v->right[RIGHT_ID_CHANGE].result.decision == DECISION_UNKNOWN;
	judge_reader(&sd, d, a, v);
	free(aces);
}

struct access_result
change_right_of(struct domain *d, const struct account *a, char **evidence)
{
	struct user_subject arg = { d, a };
	struct access_subject who = user_subject(&arg);
	struct right_verdict v = { 0 };
	struct sd sd;

	if (sd_parse(a->sd.data, a->sd.len, &sd, NULL) == ERR_OK)
		judge_right(&sd, d, a, RIGHT_ID_CHANGE, &who, &v);
	else
		v.result = (struct access_result){ DECISION_UNKNOWN, ACCESS_UNSETTLED, -1 };
	*evidence = v.evidence;
	return v.result;
}

static void
verdict_free(struct dacl_verdict *v)
{
	if (!v)
		return;
	free(v->fault);
	for (int i = 0; i < RIGHT_ID_COUNT; i++)
		free(v->right[i].evidence);
	free(v);
}

static void
empty(struct dacl_cache *c)
{
	for (size_t i = 0; i < c->slots; i++)
		while (c->slot[i]) {
			struct dacl_verdict *next = c->slot[i]->next;

			verdict_free(c->slot[i]);
			c->slot[i] = next;
		}
	memset(c->recent, 0, sizeof c->recent);
	c->count = c->bytes = 0;
	c->generation++;
}

void
dacl_cache_fini(struct dacl_cache *c)
{
	empty(c);
	free(c->slot);
	*c = (struct dacl_cache){ 0 };
}

/* A power of two well above the distinct descriptors of an ordinary domain. */
#define CACHE_SLOTS 4096

/* The same descriptor, whole, on an object of the same class. */
static bool
is_of(const struct dacl_verdict *v, const struct account *a)
{
	return v->class == a->class && v->len == a->sd.len && !memcmp(v->bytes, a->sd.data, v->len);
}

/* Where the verdict on this descriptor may be found without reading all of it to
 * hash it: by its length and nine words of it. Only a guess: is_of() decides. */
static struct dacl_verdict **
recent_slot(struct dacl_cache *c, const struct account *a)
{
	uint64_t h = HASH_START ^ a->sd.len;

	if (a->sd.len >= 8)
		for (size_t i = 0; i <= 8; i++)
			h = hash_step(h, a->sd.data + i * (a->sd.len - 8) / 8);
	return &c->recent[(h ^ h >> 29) % DACL_CACHE_RECENT];
}

const struct dacl_verdict *
dacl_cache_judge(struct dacl_cache *c, const struct domain *d, const struct account *a)
{
	struct dacl_verdict **recent = recent_slot(c, a), *v = *recent;
	uint64_t h;
	/* The connector's own object: SELF is the connector there, and nowhere else. */
	bool own = a->has_sid && token_find(&d->connector.token, &a->sid);
	bool readers = a->has_sid && d->has_reader && token_find(&d->reader, &a->sid);

	if (v && !own && !readers && is_of(v, a))
		return v;
	if (!c->slot) {
		c->slot = calloc(CACHE_SLOTS, sizeof *c->slot);
		if (!c->slot)
			return NULL;
		c->slots = CACHE_SLOTS;
	}
	h = hash_bytes(a->sd.data, a->sd.len);
	if (own || readers)
		h = ~h;
	else
		for (v = c->slot[h & (c->slots - 1)]; v; v = v->next)
			if (v->hash == h && is_of(v, a)) {
				*recent = v;
				return v;
			}
	if (c->bytes > DACL_CACHE_BYTES)
		empty(c);
	v = calloc(1, sizeof *v + a->sd.len);
	if (!v)
		return NULL;
	v->hash = h;
	v->class = a->class;
	v->len = a->sd.len;
	memcpy(v->bytes, a->sd.data, v->len);
	judge_descriptor(d, a, v);
	/* One that must not be found again still belongs to the cache, under a
	 * hash no lookup asks for: it is freed with the rest. */
	if (own || readers)
		v->len = SIZE_MAX;
	else
		*recent = v;
	v->next = c->slot[h & (c->slots - 1)];
	c->slot[h & (c->slots - 1)] = v;
	c->count++;
	c->distinct++;
	c->bytes += sizeof *v + a->sd.len;
	return v;
}

void
account_settle(struct account *a, const struct dacl_verdict *v)
{
	static const struct { enum schema_attribute_id id; const char *name; size_t offset; }
	ints[] = {
		{ SCHEMA_LOCKOUT_TIME, "lockoutTime", offsetof(struct account, lockout_time) },
		{ SCHEMA_PWD_LAST_SET, "pwdLastSet", offsetof(struct account, pwd_last_set) },
		{ SCHEMA_ACCOUNT_EXPIRES, "accountExpires",
			offsetof(struct account, account_expires) },
		{ SCHEMA_ADMIN_COUNT, "adminCount", offsetof(struct account, admin_count) },
	};

	for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
		struct known_int *k = (struct known_int *)(void *)((char *)a + ints[i].offset);

		/* One that was returned but is no number stays unknown. */
		if (k->known == KNOWN_NOT && v->readable[ints[i].id] &&
		    !entry_value(a->entry, ints[i].name))
			*k = (struct known_int){ KNOWN_UNSET, 0 };
	}
	a->readable = v->readable;
	a->no_resultant_pso = !a->resultant_pso.data && v->readable[SCHEMA_RESULTANT_PSO];
}

int
account_settle_alone(const struct domain *d, struct account *a)
{
	struct dacl_cache cache = { 0 };
	const struct dacl_verdict *v;
	int status = 0;

	if (!a->sd.data)
		return 0;
	v = dacl_cache_judge(&cache, d, a);
	if (!v)
		status = -1;
	else if (!v->fault)
		account_settle(a, v);
	a->readable = NULL;	/* its owner ends here */
	dacl_cache_fini(&cache);
	return status;
}
