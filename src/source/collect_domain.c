/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/escape.h"
#include "source/collect.h"

struct reading {
	struct domain *domain;
	bool failed;		/* out of memory */
	size_t count;
	struct sid first;	/* of the reader's token, as the server lists it */
};

/* What the judgement stands on and could not be read, for its evidence. */
static void
note(struct buf *b, const char *what, const char *where, const char *why)
{
	buf_addf(b, "%s%s%s%s%s", b->len ? "; " : "", what, *where ? " below " : "", where, why);
}

/* The same of a query, by how it went; that nothing came is as bad as an error. */
static void
note_query(struct buf *b, const struct query *q, enum source_status st, size_t count,
    const struct source_error *err)
{
	if (st == SOURCE_OK && !count)
		note(b, q->what, q->base, ": nothing of it is to be seen");
	else if (st != SOURCE_OK)
		note(b, *err->text ? err->text : "out of memory", "", "");
}

static enum source_status
fail(struct source_error *err, enum source_status st, const char *subject, const char *what)
{
	*err = (struct source_error){ .status = st };
	snprintf(err->text, sizeof err->text, "%s: %s", subject, what);
	return st;
}

/* rootDSE */

static int
on_rootdse(void *arg, const struct entry *e)
{
	struct reading *r = arg;
	struct domain *d = r->domain;
	const struct attr *groups = entry_attr(e, "tokenGroups");
	const struct value *name = entry_value(e, "msDS-PrincipalName");

	r->count++;
	if (dc_decode(e, &d->dc) != 0)
		r->failed = true;
	if (name)
		d->reader_name = strndup((const char *)name->data, name->len);
	if (!groups || !groups->count)
		return 0;
	/* MS-ADTS 3.1.1.3.2.41: the token of this very connection. */
	d->has_reader = !groups->partial;
	for (size_t i = 0; i < groups->count; i++) {
		struct sid s;

		if (sid_parse(groups->values[i].data, groups->values[i].len, &s) != ERR_OK) {
			d->has_reader = false;
			continue;
		}
		if (!i)
			r->first = s;
		token_add(&d->reader, &s, HELD_YES, TOKEN_SERVER);
	}
	if (token_seal(&d->reader) != ERR_OK)
		r->failed = true;
	return 0;
}

static enum source_status
read_rootdse(struct source *src, struct domain *d, struct sid *first, struct source_error *err)
{
	const char *attrs[32];
	struct query q = { .what = "the rootDSE", .base = "", .scope = SCOPE_BASE, .attrs = attrs };
	struct reading r = { .domain = d };
	enum source_status st;
	size_t n = 0;

	while (dc_attributes[n]) {
		attrs[n] = dc_attributes[n];
		n++;
	}
	attrs[n++] = "tokenGroups";
	attrs[n++] = "msDS-PrincipalName";
	attrs[n] = NULL;
	st = source_search(src, &q, on_rootdse, &r, err);
	if (st != SOURCE_OK)
		return st;
	if (r.failed)
		return fail(err, SOURCE_NOMEM, src->name, "out of memory");
	*first = r.first;
	if (!d->dc.default_nc)
		return fail(err, SOURCE_PROTOCOL, src->name, "its rootDSE has no "
		    "defaultNamingContext: this is not an Active Directory domain controller. "
		    "Give the address of one with -H");
	return SOURCE_OK;
}

/* Samba does not tell msDS-PrincipalName; the first SID of its token is the
 * account's own, which has no name here when it is of another forest. */
static void
name_reader(struct source *src, struct domain *d, const struct sid *first)
{
	struct buf b = BUF_INIT;
	struct sid_buf text;
	char *name = NULL;

	if (d->reader_name || !d->has_reader || !first->count)
		return;
	name = collect_sid_name(src, d, first);
	if (name)
		buf_addf(&b, "%s@%s", name, d->dns);
	else
		buf_adds(&b, sid_str(first, &text));
	d->reader_name = buf_steal(&b);
	free(name);
}

/* Domain head */

static int
on_head(void *arg, const struct entry *e)
{
	struct reading *r = arg;
	struct domain *d = r->domain;
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");
	const struct value *pdc = entry_value(e, "fSMORoleOwner");

	r->count++;
	if (pdc)
		d->pdc = strndup((const char *)pdc->data, pdc->len);
	policy_decode_domain(e, &d->policy);
	d->has_sid = entry_sid(e, &d->sid);
	if (sd)
		buf_add(&d->root_sd, sd->data, sd->len);
	if (!d->policy.dn)
		r->failed = true;
	return 0;
}

static enum source_status
read_head(struct source *src, struct domain *d, struct source_error *err)
{
	static const char *const attrs[] = { "objectSid", "nTSecurityDescriptor", "minPwdAge",
		"maxPwdAge", "minPwdLength", "pwdHistoryLength", "pwdProperties", "lockoutThreshold",
		"lockoutDuration", "lockOutObservationWindow", "fSMORoleOwner", NULL };
	struct query q = { .what = "the domain", .base = d->dn, .scope = SCOPE_BASE,
		.attrs = attrs, .sd_flags = SD_FLAGS_READ };
	struct reading r = { .domain = d };
	enum source_status st = source_search(src, &q, on_head, &r, err);

	if (st != SOURCE_OK)
		return st;
	if (r.failed)
		return fail(err, SOURCE_NOMEM, src->name, "out of memory");
	if (!r.count)
		return fail(err, SOURCE_DENIED, d->dn, "the domain object could not be read");
	return SOURCE_OK;
}

/* The domain's cross reference (MS-ADTS 6.1.1.2.1.1). */

static int
on_partition(void *arg, const struct entry *e)
{
	struct domain *d = arg;

	return !d->netbios && value_text(entry_value(e, "nETBIOSName"), &d->netbios) != 0;
}

/* The name before the backslash, as in CONTOSO\\MSOL_0123456789ab. */
static void
read_netbios(struct source *src, struct domain *d)
{
	static const char *const attrs[] = { "nETBIOSName", NULL };
	struct query q = { .what = "the domain's names", .scope = SCOPE_ONE, .attrs = attrs };
	struct buf base = BUF_INIT, filter = BUF_INIT;
	struct source_error err;

	if (!d->dc.config_nc)
		return;
	buf_addf(&base, "CN=Partitions,%s", d->dc.config_nc);
	buf_adds(&filter, "(nCName=");
	escape_filter(d->dn, strlen(d->dn), &filter);
	buf_addc(&filter, ')');
	q.base = buf_str(&base);
	q.filter = buf_str(&filter);
	if (!buf_failed(&base) && !buf_failed(&filter))
		(void)source_search(src, &q, on_partition, d, &err);
	buf_fini(&base);
	buf_fini(&filter);
}

/* One descriptor, for objects that the connector rules look at. */

static int
on_descriptor(void *arg, const struct entry *e)
{
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");

	if (sd)
		buf_add(arg, sd->data, sd->len);
	return 0;
}

static void
read_descriptor(struct source *src, const struct domain *d, const char *prefix, struct buf *out)
{
	static const char *const attrs[] = { "nTSecurityDescriptor", NULL };
	struct buf dn = BUF_INIT;
	struct source_error err;
	struct query q = { .what = "a descriptor", .scope = SCOPE_BASE, .attrs = attrs,
		.sd_flags = SD_FLAGS_READ };

	buf_addf(&dn, "%s%s", prefix, d->dn);
	q.base = buf_str(&dn);
	/* What cannot be read stays empty; the rules say so. */
	if (!buf_failed(&dn))
		(void)source_search(src, &q, on_descriptor, out, &err);
	buf_fini(&dn);
}

/* Schema */

/* fCONFIDENTIAL (MS-ADTS 2.2.10) */
#define SEARCH_FLAG_CONFIDENTIAL 0x80

static int
on_schema_attribute(void *arg, const struct entry *e)
{
	struct reading *r = arg;
	struct domain *d = r->domain;
	const struct value *name = entry_value(e, "lDAPDisplayName");
	const struct value *id = entry_value(e, "schemaIDGUID");
	const struct value *set = entry_value(e, "attributeSecurityGUID");
	struct guid id_guid, set_guid;

	if (!name || !id || guid_parse(id->data, id->len, &id_guid) != ERR_OK)
		return 0;
	if (set && guid_parse(set->data, set->len, &set_guid) != ERR_OK)
		return 0;
	schema_set_attribute(&d->schema, (const char *)name->data, name->len, &id_guid,
	    set ? &set_guid : NULL);
	if (entry_int(e, "searchFlags").value & SEARCH_FLAG_CONFIDENTIAL)
		schema_set_confidential(&d->schema, (const char *)name->data, name->len);
	d->schema.from_directory = true;
	r->count++;
	return 0;
}

static bool
copy_name(char *out, size_t room, const struct value *v)
{
	if (!v || v->len >= room)
		return false;
	memcpy(out, v->data, v->len);
	out[v->len] = 0;
	return true;
}

static int
on_schema_class(void *arg, const struct entry *e)
{
	struct reading *r = arg;
	const struct value *id = entry_value(e, "schemaIDGUID");
	const struct value *category = entry_value(e, "objectClassCategory");
	struct schema_class c = { .structural = false };

	if (!id || guid_parse(id->data, id->len, &c.id) != ERR_OK ||
	    !copy_name(c.name, sizeof c.name, entry_value(e, "lDAPDisplayName")) ||
	    !copy_name(c.parent, sizeof c.parent, entry_value(e, "subClassOf")))
		return 0;
	/* MS-ADTS 3.1.1.2.4.2: 0 is a class of 1988, 1 structural. */
	c.structural = category && category->len == 1 &&
		(category->data[0] == '0' || category->data[0] == '1');
	r->count++;
	r->failed = schema_set_class(&r->domain->schema, &c) != ERR_OK;
	return r->failed;
}

/* The built-in table stands where the schema cannot be read: its GUIDs are the
 * same in every forest but for attributes moved between property sets. */
static enum source_status
read_schema(struct source *src, struct domain *d, struct source_error *err)
{
	static const char *const attr_attrs[] = { "lDAPDisplayName", "schemaIDGUID",
		"attributeSecurityGUID", "searchFlags", NULL };
	static const char *const class_attrs[] = { "lDAPDisplayName", "schemaIDGUID", "subClassOf",
		"objectClassCategory", NULL };
	struct buf filter = BUF_INIT;
	struct query q = { .what = "the schema's attributes", .base = d->dc.schema_nc,
		.scope = SCOPE_ONE, .attrs = attr_attrs, .paged = true };
	struct reading r = { .domain = d };
	enum source_status st;

	if (!d->dc.schema_nc) {
		note(&d->schema_unread, "schemaNamingContext", "", " was not returned by the rootDSE");
		return SOURCE_OK;
	}
	buf_adds(&filter, "(|");
	for (size_t i = 0; i < SCHEMA_ATTRIBUTE_COUNT; i++)
		if (d->schema.attr[i].name)
			buf_addf(&filter, "(lDAPDisplayName=%s)", d->schema.attr[i].name);
	buf_addc(&filter, ')');
	q.filter = buf_str(&filter);
	st = source_search(src, &q, on_schema_attribute, &r, err);
	note_query(&d->schema_unread, &q, st, r.count, err);
	q.what = "the schema's classes";
	q.filter = "(objectClass=classSchema)";
	q.attrs = class_attrs;
	r.count = 0;
	st = source_search(src, &q, on_schema_class, &r, err);
	if (!r.failed)
		note_query(&d->schema_unread, &q, st, r.count, err);
	buf_fini(&filter);
	return r.failed ? source_nomem(src, err) : SOURCE_OK;
}

/* Protected groups (MS-ADTS 3.1.1.6.1.2; which of them by operating system:
 * Microsoft, "Appendix C: Protected Accounts and Groups"). Members of Domain
 * Controllers and of Read-only Domain Controllers are not protected. */
static const struct { uint32_t rid; bool builtin; unsigned mask; int64_t since; } protectors[] = {
	{ 544, true, 0, 0 }, { 552, true, 0, 0 },
	{ 548, true, 0x1, 0 }, { 549, true, 0x2, 0 }, { 550, true, 0x4, 0 }, { 551, true, 0x8, 0 },
	{ 512, false, 0, 0 }, { 518, false, 0, 0 }, { 519, false, 0, 0 },
	{ 526, false, 0, 7 }, { 527, false, 0, 7 },
};

static int
on_protector(void *arg, const struct entry *e)
{
	struct dn_list *list = arg;
	char **grown = realloc(list->dn, (list->count + 1) * sizeof *grown);

	if (!grown)
		return 1;
	list->dn = grown;
	list->dn[list->count] = strndup(e->dn, e->dn_len);
	return list->dn[list->count] ? (list->count++, 0) : 1;
}

struct heuristics {
	unsigned excluded;	/* groups that AdminSDHolder does not protect */
	bool keep_ace_order;
	size_t count;		/* objects that came: one, if it could be read */
};

static int
on_heuristics(void *arg, const struct entry *e)
{
	const struct value *v = entry_value(e, "dSHeuristics");
	struct heuristics *h = arg;
	/* Character 12, fDontStandardizeSDs; character 16, dwAdminSDExMask: a
	 * hexadecimal digit (MS-ADTS 6.1.1.2.4.1.2). */
	char digit[2] = { 0 };

	h->count++;
	h->keep_ace_order = v && v->len >= 12 && v->data[11] != '0';
	if (v && v->len >= 16) {
		digit[0] = (char)v->data[15];
		h->excluded = (unsigned)strtoul(digit, NULL, 16);
	}
	return 0;
}

static int
on_pdc(void *arg, const struct entry *e)
{
	struct known_int *level = arg;

	*level = entry_int(e, "msDS-Behavior-Version");
	return 0;
}

/* AdminSDHolder's work is done on the PDC emulator, so its system decides which
 * groups are protected. Not readable, the controller at hand stands for it. */
static void
read_pdc(struct source *src, struct domain *d)
{
	static const char *const attrs[] = { "msDS-Behavior-Version", NULL };
	struct query q = { .what = "the PDC emulator", .base = d->pdc, .scope = SCOPE_BASE,
		.attrs = attrs };
	struct source_error err;

	if (d->pdc)
		(void)source_search(src, &q, on_pdc, &d->pdc_level, &err);
	if (d->pdc_level.known != KNOWN_SET)
		d->pdc_level = d->dc.dc_level;
}

static struct heuristics
read_heuristics(struct source *src, struct domain *d)
{
	static const char *const attrs[] = { "dSHeuristics", NULL };
	struct query q = { .what = "dSHeuristics", .scope = SCOPE_BASE, .attrs = attrs };
	struct buf dn = BUF_INIT;
	struct source_error err;
	struct heuristics h = { 0, false, 0 };
	enum source_status st;

	if (!d->dc.config_nc) {
		note(&d->protected_unread, "configurationNamingContext", "", " was not returned by the rootDSE");
		return h;
	}
	buf_addf(&dn, "CN=Directory Service,CN=Windows NT,CN=Services,%s", d->dc.config_nc);
	q.base = buf_str(&dn);
	st = source_search(src, &q, on_heuristics, &h, &err);
	note_query(&d->protected_unread, &q, st, h.count, &err);
	buf_fini(&dn);
	return h;
}

static void
read_protected(struct source *src, struct domain *d)
{
	static const char *const attrs[] = { "objectSid", NULL };
	const struct heuristics h = read_heuristics(src, d);
	struct buf filter = BUF_INIT;
	struct dn_list list = { NULL, 0 };
	struct source_error err;
	struct query q = { .what = "the protected groups", .base = d->dn, .scope = SCOPE_SUBTREE,
		.attrs = attrs, .paged = true };
	enum source_status st;

	/* MS-ADTS 6.1.3.1: below functional level 2003 the order stays as well. */
	d->keep_ace_order = h.keep_ace_order || (d->dc.forest_level.known == KNOWN_SET &&
	    d->dc.forest_level.value < 2);
	if (!d->has_sid) {
		note(&d->protected_unread, "objectSid", "", " of the domain was not returned");
		return;
	}
	buf_adds(&filter, "(|");
	for (size_t i = 0; i < sizeof protectors / sizeof *protectors; i++) {
		uint8_t bytes[SID_MAX_BYTES];
		struct sid s;

		/* Not known, any of these may be excluded. */
		if ((protectors[i].mask & (h.count ? h.excluded : ~0u)) || (d->pdc_level.known == KNOWN_SET &&
		    d->pdc_level.value < protectors[i].since) ||
		    sid_with_rid(protectors[i].builtin ? &sid_builtin : &d->sid,
		    protectors[i].rid, &s) != ERR_OK)
			continue;
		buf_adds(&filter, "(objectSid=");
		escape_filter_bytes(bytes, sid_bytes(&s, bytes), &filter);
		buf_addc(&filter, ')');
	}
	buf_addc(&filter, ')');
	q.filter = buf_str(&filter);
	st = source_search(src, &q, on_protector, &list, &err);
	note_query(&d->protected_unread, &q, st, list.count, &err);
	dn_list_sort(&list);
	d->protected_groups = calloc(list.count + 1, sizeof *d->protected_groups);
	d->has_protected = d->protected_groups && st == SOURCE_OK && list.count && h.count &&
		!src->partial;
	q.what = "members";
	for (size_t i = 0; d->protected_groups && !src->partial && i < list.count; i++) {
		struct group_closure *c = &d->protected_groups[d->protected_count];

		q.base = list.dn[i];
		st = collect_closure(src, d, list.dn[i], CLOSURE_ANY, c, &err);
		note_query(&d->protected_unread, &q, st, 1, &err);
		d->protected_count += st == SOURCE_OK;
		d->has_protected &= st == SOURCE_OK;
	}
	dn_list_fini(&list);
	buf_fini(&filter);
}

/* Builtin groups that hold a SID of every logon (as a foreign security
 * principal) are in every token (MS-DTYP 2.5.2.1.1). */

static int
on_builtin(void *arg, const struct entry *e)
{
	struct domain *d = arg;
	struct sid s;

	if (entry_sid(e, &s))
		token_add(&d->everyone, &s, HELD_YES, TOKEN_BUILTIN);
	return 0;
}

static enum source_status
read_everyone(struct source *src, struct domain *d, struct source_error *err)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct buf base = BUF_INIT, filter = BUF_INIT;
	struct query q = { .what = "the builtin groups", .scope = SCOPE_SUBTREE, .attrs = attrs };
	enum source_status st;

	token_add_network_logon(&d->everyone);
	buf_addf(&base, "CN=Builtin,%s", d->dn);
	buf_adds(&filter, "(|");
	for (size_t i = 0; i < d->everyone.count; i++) {
		struct sid_buf text;

		if (d->everyone.sids[i].held != HELD_YES)
			continue;
		buf_addf(&filter, "(member=CN=%s,CN=ForeignSecurityPrincipals,",
		    sid_str(&d->everyone.sids[i].sid, &text));
		escape_filter(d->dn, strlen(d->dn), &filter);
		buf_addc(&filter, ')');
	}
	buf_addc(&filter, ')');
	q.base = buf_str(&base);
	q.filter = buf_str(&filter);
	st = source_search(src, &q, on_builtin, d, err);
	/* Not to be seen, or not this kind of server: which builtin groups every
	 * account is in is then not known. */
	if ((st != SOURCE_OK || src->partial) && st != SOURCE_CONNECT)
		st = SOURCE_OK, d->everyone.complete = false;
	if (token_seal(&d->everyone) != ERR_OK)
		st = fail(err, SOURCE_NOMEM, src->name, "out of memory");
	buf_fini(&base);
	buf_fini(&filter);
	return st;
}

enum source_status
collect_domain(struct source *src, const char *uri, int64_t now, struct domain *d,
    struct source_error *err)
{
	struct buf dns = BUF_INIT;
	struct sid first = { .count = 0 };
	enum source_status st = read_rootdse(src, d, &first, err);

	if (st != SOURCE_OK)
		return st;
	d->dc.time_read_at = now;
	d->dc.uri = strdup(uri);
	d->dn = strdup(d->dc.default_nc);
	dn_to_dns(d->dc.default_nc, strlen(d->dc.default_nc), &dns);
	d->dns = buf_steal(&dns);
	if (!d->dc.uri || !d->dn || !d->dns)
		return fail(err, SOURCE_NOMEM, src->name, "out of memory");
	d->expand_group = collect_expand;
	d->read_container = collect_container;
	d->read_name = collect_name;
	d->read_paths = collect_connector_paths;
	d->expand_arg = src;

	st = read_head(src, d, err);
	if (st != SOURCE_OK)
		return st;
	read_netbios(src, d);
	name_reader(src, d, &first);
	st = read_schema(src, d, err);
	if (st != SOURCE_OK)
		return st;
	read_descriptor(src, d, "CN=Builtin,", &d->builtin_sd);
	read_descriptor(src, d, "CN=Server,CN=System,", &d->server_sd);
	read_descriptor(src, d, "CN=AdminSDHolder,CN=System,", &d->admin_sd);
	st = read_everyone(src, d, err);
	if (st != SOURCE_OK)
		return st;
	st = collect_policies(src, d, err);
	if (st != SOURCE_OK)
		return st;
	read_pdc(src, d);
	read_protected(src, d);
	return SOURCE_OK;
}
