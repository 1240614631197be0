/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/dn.h"
#include "core/escape.h"
#include "core/sddl.h"
#include "rules/dacl_cache.h"
#include "source/collect.h"

/* Above what any pool hands out: relative identifiers end at 2^31 - 1
 * (MS-ADTS 3.1.1.1.9.1: "RID … available pool"). */
#define RID_MADE_UP	0xfffffff0u
#define RID_DOMAIN_USERS	513
#define GROUP_TYPE_SECURITY_ENABLED	0x80000000u
#define PLACEHOLDER	"CONNECTOR"

static const char *const kind_names[] = {
	[ASSUME_GRANT] = "--assume-grant", [ASSUME_UNBLOCK] = "--assume-unblock",
	[ASSUME_MEMBER] = "--assume-member", [ASSUME_MOVE] = "--assume-move",
	[ASSUME_CONNECTOR] = "--assume-connector",
};

struct lookup {
	struct assume *a;
	const struct assumption *given;
	struct source_error *err;
};

__attribute__((format(printf, 2, 3)))
static enum source_status
wrong(const struct lookup *l, const char *fmt, ...)
{
	struct buf text = BUF_INIT, safe = BUF_INIT;
	va_list ap;

	buf_addf(&text, "%s '%s': ", kind_names[l->given->kind], l->given->text);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	escape_terminal(buf_str(&text), text.len, &safe);
	*l->err = (struct source_error){ .status = SOURCE_QUERY };
	snprintf(l->err->text, sizeof l->err->text, "%s", buf_str(&safe));
	buf_fini(&text);
	buf_fini(&safe);
	return SOURCE_QUERY;
}

static enum source_status
no_memory(const struct lookup *l)
{
	*l->err = (struct source_error){ .status = SOURCE_NOMEM };
	snprintf(l->err->text, sizeof l->err->text, "%s: out of memory", l->a->inner->name);
	return SOURCE_NOMEM;
}

static void
say(struct assume *a, const char *what, const char *object, const char *how)
{
	buf_addf(&a->words, "%s%s%s%s\n", what, object, *how ? ": " : "", how);
}

/* One object of the directory as it is. */
static int
on_object(void *arg, const struct entry *e)
{
	return entry_copy_init(arg, e) == 0 ? 0 : 1;
}

static enum source_status
read_object(const struct lookup *l, const char *dn, const char *const *attrs,
    struct entry_copy *out)
{
	const struct query q = { .what = "an assumption", .base = dn, .scope = SCOPE_BASE,
		.attrs = attrs, .sd_flags = SD_FLAGS_READ };
	enum source_status st;

	if (!dn_valid(dn, strlen(dn)) || !*dn)
		return wrong(l, "'%s' is not a DN", dn);
	st = source_search(l->a->inner, &q, on_object, out, l->err);
	if (st == SOURCE_STOPPED)
		return no_memory(l);
	if (st == SOURCE_NO_OBJECT || (st == SOURCE_OK && !out->memory))
		return wrong(l, "there is no %s in %s, or this reader may not see it", dn,
		    l->a->domain->dns);
	return st;
}

/* An object whose permissions change, by DN; *out gets the place to note it. */
static enum source_status
changed_object(const struct lookup *l, const char *dn, struct assumed_change **out,
    bool *is_protected)
{
	struct assume *a = l->a;
	struct entry_copy copy = { 0 };
	struct assumed_change *grown, *c = NULL;
	struct account account;
	const char *group;
	struct sd sd;
	enum source_status st = read_object(l, dn, account_attributes, &copy);

	if (st != SOURCE_OK)
		goto out;
	st = SOURCE_QUERY;
	account_decode(&copy.entry, &a->domain->schema, &account);
	if (!account.sd.data || sd_parse(account.sd.data, account.sd.len, &sd, NULL) != ERR_OK ||
	    !sd.dacl.bytes) {
		wrong(l, "the permissions of %s could not be read, so what they would be then "
		    "is not known", copy.entry.dn);
		goto out;
	}
	if (account.object_class && attr_has(account.object_class, "user") &&
	    domain_is_protected(a->domain, &account, &group) == ANSWER_YES) {
		wrong(l, "AdminSDHolder protects %s: what is changed on it is undone within the "
		    "hour (rule 311)", copy.entry.dn);
		goto out;
	}
	*is_protected = sd.control & SD_DACL_PROTECTED;
	for (size_t i = 0; i < a->sds.change_count; i++)
		if (ascii_eq_nocase(a->sds.changes[i].dn, a->sds.changes[i].dn_len, copy.entry.dn,
		    copy.entry.dn_len))
			c = &a->sds.changes[i];
	if (!c) {
		grown = realloc(a->sds.changes, (a->sds.change_count + 1) * sizeof *grown);
		if (!grown) {
			st = no_memory(l);
			goto out;
		}
		a->sds.changes = grown;
		c = &grown[a->sds.change_count];
		*c = (struct assumed_change){ .dn = strndup(copy.entry.dn, copy.entry.dn_len),
			.dn_len = copy.entry.dn_len };
		if (!c->dn) {
			st = no_memory(l);
			goto out;
		}
		a->sds.change_count++;
	}
	*out = c;
	st = SOURCE_OK;
out:
	entry_copy_fini(&copy);
	return st;
}

/* Where the ACE begins in "DN=(ACE)": the last "=(" before a type and a ';', since
 * a DN may hold "=(" and so may a condition. */
static const char *
ace_of(const char *text)
{
	const char *found = NULL;

	for (const char *p = strstr(text, "=("); p; p = strstr(p + 1, "=(")) {
		const char *type = p + 2;

		while (ascii_is_alpha(*type) || ascii_is_digit(*type))
			type++;
		if (type > p + 2 && *type == ';')
			found = p;
	}
	return found;
}

/* The ACE with the connector's SID in place of the placeholder. */
static void
put_connector(const char *ace, const struct sid *connector, struct buf *out)
{
	static const char end[] = ";" PLACEHOLDER;
	const char *at = strstr(ace, end);
	struct sid_buf text;

	if (at && (at[sizeof end - 1] == ')' || at[sizeof end - 1] == ';'))
		buf_addf(out, "%.*s;%s%s", (int)(at - ace), ace, sid_str(connector, &text),
		    at + sizeof end - 1);
	else
		buf_adds(out, ace);
}

static enum source_status
add_ace(const struct lookup *l, const char *dn, const char *text, const struct sid *connector)
{
	struct sddl_ctx ctx = domain_sddl(l->a->domain);
	struct buf sddl = BUF_INIT, bytes = BUF_INIT;
	struct assumed_change *c = NULL;
	struct fault fault = { 0 };
	struct fault_buf words;
	struct acl acl;
	struct ace ace;
	size_t pos = 0;
	bool is_protected;
	enum source_status st = SOURCE_QUERY;

	put_connector(text, connector, &sddl);
	for (int i = 0; i < 8; i++)		/* where an ACL's header stands */
		buf_addc(&bytes, 0);
	if (sddl_parse_ace(buf_str(&sddl), sddl.len, &ctx, &bytes, &fault) != ERR_OK) {
		wrong(l, "the ACE %s: %s", buf_str(&sddl), fault_str(&fault, &words));
		goto out;
	}
	acl = (struct acl){ .bytes = (const uint8_t *)bytes.data, .len = bytes.len,
		.aces_end = bytes.len };
	if (!acl_next(&acl, &pos, &ace) || (!ace_is_allow(&ace) && !ace_is_deny(&ace)) ||
	    ace.layout == ACE_LAYOUT_UNKNOWN) {
		wrong(l, "the ACE %s neither allows nor denies", buf_str(&sddl));
		goto out;
	}
	if (ace.flags & ACE_INHERITED) {
		wrong(l, "the ACE %s is marked as inherited: leave the flag ID out",
		    buf_str(&sddl));
		goto out;
	}
	if ((ace.flags & ACE_INHERIT_ONLY) &&
	    !(ace.flags & (ACE_CONTAINER_INHERIT | ACE_OBJECT_INHERIT))) {
		wrong(l, "the ACE %s is inherit-only and not inheritable: it would do nothing. "
		    "Give it the flags CIIO", buf_str(&sddl));
		goto out;
	}
	st = changed_object(l, dn, &c, &is_protected);
	if (st != SOURCE_OK)
		goto out;
	buf_add(&c->aces, c->aces.len ? (const char *)ace.raw : bytes.data,
	    c->aces.len ? ace.raw_len : bytes.len);
	say(l->a, "granted on ", c->dn, buf_str(&sddl));
	if (buf_failed(&c->aces))
		st = no_memory(l);
out:
	buf_fini(&sddl);
	buf_fini(&bytes);
	return st;
}

static enum source_status
look_up_grant(const struct lookup *l, const struct sid *connector)
{
	const char *at = ace_of(l->given->text);
	enum source_status st;
	char *dn;

	if (!at || at == l->given->text)
		return wrong(l, "is written DN=(ACE), such as OU=Staff,DC=contoso,DC=test="
		    "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;"
		    "bf967aba-0de6-11d0-a285-00aa003049e2;" PLACEHOLDER ")");
	dn = strndup(l->given->text, (size_t)(at - l->given->text));
	if (!dn)
		return no_memory(l);
	st = add_ace(l, dn, at + 1, connector);
	free(dn);
	return st;
}

static enum source_status
look_up_unblock(const struct lookup *l)
{
	struct assumed_change *c = NULL;
	bool is_protected = false;
	enum source_status st = changed_object(l, l->given->text, &c, &is_protected);

	if (st != SOURCE_OK)
		return st;
	if (!is_protected)
		return wrong(l, "%s does not block inheritance", c->dn);
	c->unblock = true;
	say(l->a, "inherits again: ", c->dn, "");
	return SOURCE_OK;
}

/* The groups above a group: security-enabled ones, which tokens hold (MS-DRSR
 * 4.1.8.2.6). */
struct climb {
	struct assume *a;
	char **dn;
	size_t count, next;
	bool nomem;
};

static int
on_group_above(void *arg, const struct entry *e)
{
	struct climb *c = arg;
	const struct value *v = entry_value(e, "objectSid");
	struct sid *sids, s;
	char **dns;

	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->dn[i], e->dn))
			return 0;
	if (c->count >= CLOSURE_MAX_GROUPS) {
		c->a->joined_more = true;
		return 0;
	}
	dns = realloc(c->dn, (c->count + 1) * sizeof *dns);
	if (dns)
		c->dn = dns;
	c->nomem = !dns || !(dns[c->count] = strndup(e->dn, e->dn_len));
	if (c->nomem)
		return 1;
	c->count++;
	if (!v || sid_parse(v->data, v->len, &s) != ERR_OK) {
		c->a->joined_more = true;
		return 0;
	}
	sids = realloc(c->a->joined, (c->a->joined_count + 1) * sizeof *sids);
	c->nomem = !sids;
	if (c->nomem)
		return 1;
	c->a->joined = sids;
	sids[c->a->joined_count++] = s;
	return 0;
}

/* `dn` and all that contain it, into the SIDs the connector's token holds then. */
static enum source_status
join(const struct lookup *l, const char *dn)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct climb c = { .a = l->a };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "groups", .base = dn, .scope = SCOPE_BASE, .attrs = attrs };
	enum source_status st = source_search(l->a->inner, &q, on_group_above, &c, l->err);

	q = (struct query){ .what = "groups", .base = l->a->domain->dn, .scope = SCOPE_SUBTREE,
		.attrs = attrs, .paged = true };
	while (st == SOURCE_OK && c.next < c.count) {
		const char *at = c.dn[c.next++];

		buf_clear(&filter);
		buf_adds(&filter, "(&(objectCategory=group)"
		    "(groupType:1.2.840.113556.1.4.803:=2147483648)(member=");
		escape_filter(at, strlen(at), &filter);
		buf_adds(&filter, "))");
		q.filter = buf_str(&filter);
		st = source_search(l->a->inner, &q, on_group_above, &c, l->err);
	}
	for (size_t i = 0; i < c.count; i++)
		free(c.dn[i]);
	free(c.dn);
	buf_fini(&filter);
	return st == SOURCE_STOPPED ? no_memory(l) : st;
}

static enum source_status
look_up_group(const struct lookup *l, const char *dn)
{
	static const char *const attrs[] = { "objectClass", "groupType", "member", NULL };
	struct assume *a = l->a;
	struct entry_copy copy = { 0 };
	const struct attr *oc, *member;
	const struct value *v;
	int64_t type = 0;
	char **grown;
	enum source_status st = read_object(l, dn, attrs, &copy);

	if (st != SOURCE_OK)
		goto out;
	oc = entry_attr(&copy.entry, "objectClass");
	v = entry_value(&copy.entry, "groupType");
	st = SOURCE_QUERY;
	if ((oc && !attr_has(oc, "group")) || (!oc && !v)) {
		wrong(l, "%s is not a group", copy.entry.dn);
		goto out;
	}
	if (!v || adtime_parse_int((const char *)v->data, v->len, &type) != ERR_OK ||
	    !((uint32_t)type & GROUP_TYPE_SECURITY_ENABLED)) {
		wrong(l, "%s is not a security group, or its groupType could not be read: no "
		    "permission counts for its members", copy.entry.dn);
		goto out;
	}
	member = entry_attr(&copy.entry, "member");
	for (size_t i = 0; member && i < member->count; i++)
		if (ascii_eq_nocase((const char *)member->values[i].data, member->values[i].len,
		    a->connector, a->connector_len)) {
			wrong(l, "the connector is a member of %s already", copy.entry.dn);
			goto out;
		}
	st = join(l, copy.entry.dn);
	if (st != SOURCE_OK)
		goto out;
	grown = realloc(a->groups, (a->group_count + 1) * sizeof *grown);
	if (grown)
		a->groups = grown;
	if (!grown || !(grown[a->group_count] = strndup(copy.entry.dn, copy.entry.dn_len))) {
		st = no_memory(l);
		goto out;
	}
	say(a, "the connector is a member of ", grown[a->group_count++], "");
out:
	entry_copy_fini(&copy);
	return st;
}

/* The one object of a name. */
static enum source_status
one_of_name(const struct lookup *l, const char *name, char **out)
{
	struct dn_list found = { NULL, 0 };
	enum source_status st = collect_account_names(l->a->inner, l->a->domain, name, &found,
	    l->err);

	if (st == SOURCE_OK && found.count != 1)
		st = found.count ? wrong(l, "%zu objects have the name '%s'; give a DN",
		    found.count, name) : wrong(l, "there is no '%s' in %s, or this reader may "
			"not see it", name, l->a->domain->dns);
	if (st == SOURCE_OK) {
		*out = found.dn[0];
		found.dn[0] = NULL;
	}
	dn_list_fini(&found);
	return st;
}

static enum source_status
look_up_member(const struct lookup *l)
{
	char *dn = NULL;
	enum source_status st = one_of_name(l, l->given->text, &dn);

	if (st == SOURCE_OK)
		st = look_up_group(l, dn);
	free(dn);
	return st;
}

/* Where the OU begins in "USER=OU": both may be DNs, which hold '=' themselves. */
static const char *
target_of(const struct assume *a, const char *text)
{
	const char *base = a->domain->dn;

	for (const char *p = strchr(text, '='); p; p = strchr(p + 1, '=')) {
		size_t left = (size_t)(p - text), right = strlen(p + 1);

		if (!left || !dn_valid(p + 1, right) || !dn_under(p + 1, right, base, strlen(base)))
			continue;
		if (!memchr(text, '=', left) || dn_under(text, left, base, strlen(base)))
			return p + 1;
	}
	return NULL;
}

/* "=CN=…)": as a whole value. */
static void
filter_value(const char *dn, size_t len, struct buf *out)
{
	buf_addc(out, '=');
	escape_filter(dn ? dn : "", dn ? len : 0, out);
	buf_addc(out, ')');
}

static enum source_status
add_move(const struct lookup *l, const char *from, const char *ou)
{
	static const char *const attrs[] = { "objectClass", NULL };
	struct assume *a = l->a;
	struct entry_copy user = { 0 }, target = { 0 };
	struct assumed_move *grown, *m;
	const struct attr *oc;
	struct buf to = BUF_INIT;
	size_t to_len;
	enum source_status st = read_object(l, from, attrs, &user);

	if (st == SOURCE_OK)
		st = read_object(l, ou, attrs, &target);
	if (st != SOURCE_OK)
		goto out;
	oc = entry_attr(&user.entry, "objectClass");
	buf_add(&to, user.entry.dn, dn_parent(user.entry.dn, user.entry.dn_len));
	buf_add(&to, target.entry.dn, target.entry.dn_len);
	st = SOURCE_QUERY;
	if (!oc || !attr_has(oc, "person")) {
		wrong(l, "%s is no account, or its class could not be read", user.entry.dn);
		goto out;
	}
	if (dn_eq(user.entry.dn, user.entry.dn_len, buf_str(&to), to.len)) {
		wrong(l, "%s is in %s already", user.entry.dn, target.entry.dn);
		goto out;
	}
	st = SOURCE_OK;
	grown = realloc(a->moves, (a->move_count + 1) * sizeof *grown);
	if (!grown || buf_failed(&to)) {
		st = no_memory(l);
		goto out;
	}
	a->moves = grown;
	m = &grown[a->move_count++];
	to_len = to.len;
	*m = (struct assumed_move){ .from = strndup(user.entry.dn, user.entry.dn_len),
		.from_len = user.entry.dn_len, .to = buf_steal(&to), .to_len = to_len,
		.from_filter = BUF_INIT, .to_filter = BUF_INIT };
	filter_value(m->from, m->from_len, &m->from_filter);
	filter_value(m->to, m->to_len, &m->to_filter);
	if (!m->from || !m->to || buf_failed(&m->from_filter) || buf_failed(&m->to_filter))
		st = no_memory(l);
	else
		buf_addf(&a->words, "moved: %s is %s then\n", m->from, m->to);
out:
	buf_fini(&to);
	entry_copy_fini(&user);
	entry_copy_fini(&target);
	return st;
}

static enum source_status
look_up_move(const struct lookup *l)
{
	const char *ou = target_of(l->a, l->given->text);
	char *name, *dn = NULL;
	enum source_status st;

	if (!ou)
		return wrong(l, "is written USER=OU, the OU as a DN below %s", l->a->domain->dn);
	name = strndup(l->given->text, (size_t)(ou - l->given->text) - 1);
	if (!name)
		return no_memory(l);
	st = one_of_name(l, name, &dn);
	if (st == SOURCE_OK)
		st = add_move(l, dn, ou);
	free(name);
	free(dn);
	return st;
}

char *
assume_connector_dn(const struct domain *d, const char *name)
{
	struct buf dn = BUF_INIT;

	buf_adds(&dn, "CN=");
	dn_escape_value(name, strlen(name), &dn);
	buf_addf(&dn, ",CN=Users,%s", d->dn);
	return buf_steal(&dn);
}

/* What the profile's documents grant at the domain root, for descendant users
 * alone, as the vendor's cmdlets do. */
static enum source_status
grant_profile(const struct lookup *l, const struct profile *profile, const struct sid *connector)
{
	const struct domain *d = l->a->domain;
	const struct schema_class *user = schema_class_find(&d->schema, "user", 4);
	const struct {
		unsigned need;
		const char *flags, *right;
		const struct guid *object;
		const struct guid *class;
	} grants[] = {
		{ NEED_RESET, "CIIO", "CR", &right_reset_password, user ? &user->id : NULL },
		{ NEED_LOCKOUT_TIME, "CIIO", "WP", &d->schema.attr[SCHEMA_LOCKOUT_TIME].id,
			user ? &user->id : NULL },
		{ NEED_PWD_LAST_SET, "CIIO", "WP", &d->schema.attr[SCHEMA_PWD_LAST_SET].id,
			user ? &user->id : NULL },
		{ NEED_CONNECTOR_CHANGE, "CIIO", "CR", &right_change_password,
			user ? &user->id : NULL },
		{ GRANT_UNEXPIRE, "", "CR", &right_unexpire_password, NULL },
	};
	enum source_status st = SOURCE_OK;
	struct guid_buf object, class;

	for (size_t i = 0; i < sizeof grants / sizeof *grants && st == SOURCE_OK; i++) {
		struct buf ace = BUF_INIT;

		if (!((profile->needs | profile->grants) & grants[i].need))
			continue;
		buf_addf(&ace, "(OA;%s;%s;%s;%s;" PLACEHOLDER ")", grants[i].flags, grants[i].right,
		    guid_str(grants[i].object, &object),
		    grants[i].class ? guid_str(grants[i].class, &class) : "");
		st = buf_failed(&ace) ? no_memory(l) : add_ace(l, d->dn, buf_str(&ace), connector);
		buf_fini(&ace);
	}
	return st;
}

static enum source_status
make_account(const struct lookup *l)
{
	struct assume *a = l->a;
	struct assumed_account *acc = &a->account;
	struct dn_list found = { NULL, 0 };
	struct sid users;
	struct sid_buf text;
	char *dn = NULL;
	enum source_status st;

	if (strpbrk(l->given->text, "\\@=") || !*l->given->text)
		return wrong(l, "is the name (sAMAccountName) of an account that does not exist yet");
	if (!a->domain->has_sid ||
	    sid_with_rid(&a->domain->sid, RID_MADE_UP, &acc->sid) != ERR_OK ||
	    sid_with_rid(&a->domain->sid, RID_DOMAIN_USERS, &users) != ERR_OK)
		return wrong(l, "the SID of %s could not be read", a->domain->dn);
	st = collect_account_names(a->inner, a->domain, l->given->text, &found, l->err);
	if (st == SOURCE_OK && found.count)
		st = wrong(l, "%s has that name: --connector judges it", found.dn[0]);
	dn_list_fini(&found);
	if (st != SOURCE_OK)
		return st;
	acc->name = strdup(l->given->text);
	acc->dn = strdup(a->connector);
	acc->sid_len = sid_bytes(&acc->sid, acc->sid_value);
	acc->primary_len = sid_bytes(&users, acc->primary);
	buf_adds(&acc->sid_filter, "(objectSid=");
	escape_filter_bytes(acc->sid_value, acc->sid_len, &acc->sid_filter);
	buf_addc(&acc->sid_filter, ')');
	if (!acc->name || !acc->dn || buf_failed(&acc->sid_filter))
		return no_memory(l);
	/* Domain Users, and what that is in. */
	st = one_of_name(l, sid_str(&users, &text), &dn);
	if (st == SOURCE_OK)
		st = join(l, dn);
	free(dn);
	say(a, "a new account: ", acc->dn, "");
	return st;
}

static enum source_status
look_up(struct lookup *l, const struct sid *connector)
{
	switch (l->given->kind) {
	case ASSUME_GRANT: return look_up_grant(l, connector);
	case ASSUME_UNBLOCK: return look_up_unblock(l);
	case ASSUME_MEMBER: return look_up_member(l);
	case ASSUME_MOVE: return look_up_move(l);
	case ASSUME_CONNECTOR: break;
	}
	return SOURCE_OK;
}

/* MS-ADTS 3.1.1.6.1.1: AdminSDHolder's permissions are copied to what it protects.
 * Samba has no such task. */
static enum source_status
note_holder(struct assume *a)
{
	struct buf dn = BUF_INIT;

	if (a->domain->dc.vendor)
		return SOURCE_OK;
	buf_addf(&dn, "CN=AdminSDHolder,CN=System,%s", a->domain->dn);
	for (size_t i = 0; i < a->sds.change_count && !a->holder; i++)
		if (ascii_eq_nocase(a->sds.changes[i].dn, a->sds.changes[i].dn_len, buf_str(&dn),
		    dn.len))
			a->holder = buf_steal(&dn);
	buf_fini(&dn);
	return SOURCE_OK;
}

/* The SID behind the connector's DN. */
static enum source_status
connector_sid(const struct lookup *l, struct sid *out)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct entry_copy copy = { 0 };
	const struct value *v;
	enum source_status st;

	if (l->a->account.dn) {
		*out = l->a->account.sid;
		return SOURCE_OK;
	}
	st = read_object(l, l->a->connector, attrs, &copy);
	v = st == SOURCE_OK ? entry_value(&copy.entry, "objectSid") : NULL;
	if (st == SOURCE_OK && (!v || sid_parse(v->data, v->len, out) != ERR_OK))
		st = wrong(l, "the SID of the connector %s could not be read", l->a->connector);
	entry_copy_fini(&copy);
	return st;
}

enum source_status
assume_new(struct source *inner, const struct domain *now, const struct assumption *list,
    size_t count, const char *connector, const struct profile *profile, bool bare,
    struct assume **out, struct source_error *err)
{
	struct assume *a = calloc(1, sizeof *a);
	struct lookup l = { a, list, err };
	struct sid sid = { .count = 0 };
	enum source_status st = SOURCE_OK;

	if (!a) {
		*err = (struct source_error){ .status = SOURCE_NOMEM, .text = "out of memory" };
		return SOURCE_NOMEM;
	}
	a->source = (struct source){ .ops = &assume_ops, .name = inner->name,
		.partial = inner->partial };
	a->inner = inner;
	a->domain = now;
	a->sds.inner = inner;
	a->sds.domain = now;
	/* Samba leaves ACEs in the order they come, and looks at the structural class
	 * alone (4.17: create_descriptor.c, descriptor.c); only it has a vendorName. */
	a->sds.order = now->dc.vendor || now->keep_ace_order ? INHERIT_AS_COMPUTED : INHERIT_SORTED;
	a->sds.auxiliary = !now->dc.vendor;
	a->connector = strdup(connector);
	a->connector_len = strlen(connector);
	buf_adds(&a->connector_filter, "(member=");
	escape_filter(connector, a->connector_len, &a->connector_filter);
	buf_addc(&a->connector_filter, ')');
	if (!a->connector || buf_failed(&a->connector_filter))
		st = no_memory(&l);
	for (size_t i = 0; i < count && st == SOURCE_OK; i++) {
		l.given = &list[i];
		if (list[i].kind == ASSUME_CONNECTOR)
			st = make_account(&l);
	}
	l.given = list;
	if (st == SOURCE_OK && !bare && count)
		st = connector_sid(&l, &sid);
	for (size_t i = 0; i < count && st == SOURCE_OK && !bare; i++) {
		l.given = &list[i];
		st = list[i].kind == ASSUME_CONNECTOR ? grant_profile(&l, profile, &sid) :
			look_up(&l, &sid);
	}
	if (st == SOURCE_OK)
		st = note_holder(a);
	if (st == SOURCE_OK && buf_failed(&a->words))
		st = no_memory(&l);
	if (st == SOURCE_OK)
		*out = a;
	else
		assume_free(a);
	return st;
}

void
assume_free(struct assume *a)
{
	if (!a)
		return;
	assume_sds_fini(&a->sds);
	for (size_t i = 0; i < a->move_count; i++) {
		free(a->moves[i].from);
		free(a->moves[i].to);
		buf_fini(&a->moves[i].from_filter);
		buf_fini(&a->moves[i].to_filter);
	}
	for (size_t i = 0; i < a->group_count; i++)
		free(a->groups[i]);
	free(a->moves);
	free(a->groups);
	free(a->joined);
	free(a->account.name);
	free(a->account.dn);
	buf_fini(&a->account.sid_filter);
	free(a->connector);
	free(a->holder);
	buf_fini(&a->connector_filter);
	buf_fini(&a->words);
	free(a);
}

enum err
assume_token(const struct assume *a, struct domain *d)
{
	for (size_t i = 0; i < a->joined_count; i++)
		token_add(&d->connector.token, &a->joined[i], HELD_YES, TOKEN_GROUP);
	if (a->joined_more)
		d->connector.token.complete = false;
	return token_seal(&d->connector.token);
}

struct assume_check
assume_checked(const struct assume *a)
{
	return a->sds.check;
}

void
assume_words(const struct assume *a, struct buf *out)
{
	buf_add(out, a->words.data, a->words.len);
}
