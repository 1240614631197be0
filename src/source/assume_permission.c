/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_impl.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/sddl.h"
#include "rules/dacl_cache.h"
#include "source/collect.h"

#define PLACEHOLDER	"CONNECTOR"

/* An object whose permissions change, by DN; *out gets the place to note it. */
static enum source_status
changed_object(const struct assume_lookup *l, const char *dn, struct assumed_change **out,
    bool *is_protected)
{
	struct assume *a = l->a;
	struct entry_copy copy = { 0 };
	struct assumed_change *grown, *c = NULL;
	struct account account;
	const char *group;
	struct sd sd;
	enum source_status st = assume_read(l, dn, account_attributes, &copy);

	if (st != SOURCE_OK)
		goto out;
	st = SOURCE_QUERY;
	account_decode(&copy.entry, &a->domain->schema, &account);
	if (!account.sd.data || sd_parse(account.sd.data, account.sd.len, &sd, NULL) != ERR_OK ||
	    !sd.dacl.bytes) {
		assume_wrong(l, "the permissions of %s could not be read, so what they would be then "
		    "is not known", copy.entry.dn);
		goto out;
	}
	if (account.object_class && attr_has(account.object_class, "user") &&
	    domain_is_protected(a->domain, &account, &group) == ANSWER_YES) {
		assume_wrong(l, "AdminSDHolder protects %s: what is changed on it is undone within the "
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
			st = assume_no_memory(l);
			goto out;
		}
		a->sds.changes = grown;
		c = &grown[a->sds.change_count];
		*c = (struct assumed_change){ .dn = strndup(copy.entry.dn, copy.entry.dn_len),
			.dn_len = copy.entry.dn_len };
		if (!c->dn) {
			st = assume_no_memory(l);
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

/* The last "=(" before a type and a ';', since
 * a DN may hold "=(" and so may a condition. */
const char *
assume_ace_of(const char *text)
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
assume_ace(const struct assume_lookup *l, const char *dn, const char *text,
    const struct sid *connector)
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
		assume_wrong(l, "the ACE %s: %s", buf_str(&sddl), fault_str(&fault, &words));
		goto out;
	}
	acl = (struct acl){ .bytes = (const uint8_t *)bytes.data, .len = bytes.len,
		.aces_end = bytes.len };
	if (!acl_next(&acl, &pos, &ace) || (!ace_is_allow(&ace) && !ace_is_deny(&ace)) ||
	    ace.layout == ACE_LAYOUT_UNKNOWN) {
		assume_wrong(l, "the ACE %s neither allows nor denies", buf_str(&sddl));
		goto out;
	}
	if (ace.flags & ACE_INHERITED) {
		assume_wrong(l, "the ACE %s is marked as inherited: leave the flag ID out",
		    buf_str(&sddl));
		goto out;
	}
	if ((ace.flags & ACE_INHERIT_ONLY) &&
	    !(ace.flags & (ACE_CONTAINER_INHERIT | ACE_OBJECT_INHERIT))) {
		assume_wrong(l, "the ACE %s is inherit-only and not inheritable: it would do nothing. "
		    "Give it the flags CIIO", buf_str(&sddl));
		goto out;
	}
	st = changed_object(l, dn, &c, &is_protected);
	if (st != SOURCE_OK)
		goto out;
	buf_add(&c->aces, c->aces.len ? (const char *)ace.raw : bytes.data,
	    c->aces.len ? ace.raw_len : bytes.len);
	assume_say(l->a, "granted on ", c->dn, buf_str(&sddl));
	if (buf_failed(&c->aces))
		st = assume_no_memory(l);
out:
	buf_fini(&sddl);
	buf_fini(&bytes);
	return st;
}

enum source_status
assume_grant(const struct assume_lookup *l, const struct sid *connector)
{
	const char *at = assume_ace_of(l->given->text);
	enum source_status st;
	char *dn;

	if (!at || at == l->given->text)
		return assume_wrong(l, "is written DN=(ACE), such as OU=Staff,DC=contoso,DC=test="
		    "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;"
		    "bf967aba-0de6-11d0-a285-00aa003049e2;" PLACEHOLDER ")");
	dn = strndup(l->given->text, (size_t)(at - l->given->text));
	if (!dn)
		return assume_no_memory(l);
	st = assume_ace(l, dn, at + 1, connector);
	free(dn);
	return st;
}

enum source_status
assume_unblock(const struct assume_lookup *l)
{
	struct assumed_change *c = NULL;
	bool is_protected = false;
	enum source_status st = changed_object(l, l->given->text, &c, &is_protected);

	if (st != SOURCE_OK)
		return st;
	if (!is_protected)
		return assume_wrong(l, "%s does not block inheritance", c->dn);
	c->unblock = true;
	assume_say(l->a, "inherits again: ", c->dn, "");
	return SOURCE_OK;
}

/* What the profile's documents grant at the domain root, for descendant users
 * alone, as the vendor's cmdlets do. */
enum source_status
assume_profile(const struct assume_lookup *l, const struct profile *profile,
    const struct sid *connector)
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
		st = buf_failed(&ace) ? assume_no_memory(l) : assume_ace(l, d->dn, buf_str(&ace), connector);
		buf_fini(&ace);
	}
	return st;
}
