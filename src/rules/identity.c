/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/identity.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "core/uac.h"
#include "core/utf8.h"

static bool
named(const char *a, const char *b)
{
	return ascii_eq_nocase(a, strlen(a), b, strlen(b));
}

void
identity_options_init(struct identity_options *o, const char *anchor, const char *join)
{
	*o = (struct identity_options){ .anchor = anchor, .join = JOIN_ATTRIBUTE,
		.join_attribute = join ? join : "mail", .join_given = join != NULL };
	if (!join)
		return;
	if (named(join, JOIN_NAME_ONCE))
		o->join = JOIN_ONCE;
	else if (named(join, JOIN_NAME_ACCOUNT))
		o->join = JOIN_ACCOUNT_NAME;
	else if (named(join, JOIN_NAME_SID))
		o->join = JOIN_SID;
}

void
identity_name_attributes(const struct identity_options *o, bool joins, struct schema *s)
{
	const char *first = NULL, *other = NULL;

	schema_name_attribute(s, SCHEMA_SOURCE_ANCHOR, o->anchor ? o->anchor : IDENTITY_ANCHOR);
	if (joins && o->join == JOIN_ATTRIBUTE) {
		first = o->join_attribute;
	} else if (joins && o->join == JOIN_ACCOUNT_NAME) {
		first = "mailNickname";
	} else if (joins && o->join == JOIN_SID) {
		first = "msExchMasterAccountSid";
		other = "msRTCSIP-OriginatorSid";
	}
	schema_name_attribute(s, SCHEMA_JOIN, first);
	schema_name_attribute(s, SCHEMA_JOIN_OTHER, other);
}

int
identity_init(struct identity *id, const struct identity_options *o, const struct siphash_key *key,
    size_t parts)
{
	*id = (struct identity){ .options = *o, .key = *key, .part_count = parts };
	id->parts = calloc(parts, sizeof *id->parts);
	if (!id->parts)
		return -1;
	for (size_t i = 0; i < parts; i++) {
		id->parts[i].identity = id;
		id->parts[i].number = i;
	}
	return 0;
}

void
identity_fini(struct identity *id)
{
	for (size_t i = 0; id->parts && i < id->part_count; i++) {
		struct identity_part *p = &id->parts[i];

		keyset_fini(&p->keys);
		for (size_t k = 0; k < UNREAD_COUNT; k++)
			free(p->unread[k].example);
		buf_fini(&p->text);
	}
	free(id->parts);
	*id = (struct identity){ 0 };
}

uint64_t
identity_hash(const struct identity *id, const struct buf *key)
{
	return siphash(&id->key, key->data, key->len);
}

static const char *
attribute_name(const struct domain *d, enum schema_attribute_id which)
{
	return d->schema.attr[which].name;
}

static const struct attr *
attribute_of(const struct domain *d, const struct account *a, enum schema_attribute_id which)
{
	const char *name = attribute_name(d, which);
	const struct attr *found = name ? entry_attr(a->entry, name) : NULL;

	return found && found->count ? found : NULL;
}

/* The keys of one account under way. */
struct walk {
	struct identity_part *part;
	const struct account *account;
	bool settled;
	identity_key_fn each;
	void *arg;
	unsigned unread;
};

/* Some attributes of the wizard's are not in every forest: msExch… without Exchange. */
static bool
may_lack(const struct identity_part *p, enum schema_attribute_id which)
{
	return (which == SCHEMA_JOIN || which == SCHEMA_JOIN_OTHER) &&
		p->identity->options.join != JOIN_ATTRIBUTE;
}

/* What was not returned is certainly not set: the reader may read it. Where the
 * schema does not have it, a snapshot was taken without asking for it. */
static bool
is_unset(const struct walk *w, enum schema_attribute_id which)
{
	const struct schema *s = &w->part->domain->schema;

	if (w->settled)
		return true;
	if (s->from_directory && !s->attr[which].found)
		return may_lack(w->part, which);
	return w->account->readable && w->account->readable[which];
}

static void
key_begin(struct walk *w, enum identity_kind kind)
{
	buf_clear(&w->part->text);
	buf_addc(&w->part->text, (char)kind);
}

static void
key_fold(struct walk *w, const char *s, size_t len)
{
	struct buf *text = &w->part->text;
	size_t at = text->len;

	buf_add(text, s, len);
	if (text->len > at)
		ascii_lower_all(text->data + at, text->len - at);
}

static int
key_end(struct walk *w)
{
	return buf_failed(&w->part->text) ? -1 : w->each(w->arg, &w->part->text);
}

static int
give_text(struct walk *w, enum identity_kind kind, const struct value *v)
{
	key_begin(w, kind);
	/* Bytes that are no text have no case. */
	if (utf8_valid((const char *)v->data, v->len))
		key_fold(w, (const char *)v->data, v->len);
	else
		buf_add(&w->part->text, v->data, v->len);
	return v->len ? key_end(w) : 0;
}

static int
anchor_key(struct walk *w)
{
	const struct domain *d = w->part->domain;
	const struct account *a = w->account;
	const struct attr *attr = attribute_of(d, a, SCHEMA_SOURCE_ANCHOR);

	key_begin(w, KEY_ANCHOR);
	if (attr) {
		buf_add(&w->part->text, attr->values->data, attr->values->len);
		return attr->values->len ? key_end(w) : 0;
	}
	if (!is_unset(w, SCHEMA_SOURCE_ANCHOR)) {
		w->unread |= 1u << UNREAD_ANCHOR;
		return 0;
	}
	if (!named(attribute_name(d, SCHEMA_SOURCE_ANCHOR), IDENTITY_ANCHOR))
		return 0;	/* without an anchor it is not synchronized */
	if (!a->has_guid) {
		w->unread |= 1u << UNREAD_ANCHOR;
		return 0;
	}
	buf_add(&w->part->text, a->guid.b, sizeof a->guid.b);
	return key_end(w);
}

/* Without one the account has that of its name and domain (MS-ADTS 5.1.1.1.1),
 * which is also what the sync engine then takes. */
static int
upn_key(struct walk *w)
{
	const struct domain *d = w->part->domain;
	const struct account *a = w->account;

	if (a->upn.data)
		return give_text(w, KEY_UPN, &a->upn);
	if (!is_unset(w, SCHEMA_USER_PRINCIPAL_NAME) || !a->sam.data || !d->dns) {
		w->unread |= 1u << UNREAD_UPN;
		return 0;
	}
	key_begin(w, KEY_UPN);
	key_fold(w, (const char *)a->sam.data, a->sam.len);
	buf_addc(&w->part->text, '@');
	key_fold(w, d->dns, strlen(d->dns));
	return key_end(w);
}

/* SELF and other well-known SIDs there join nobody: Exchange puts them on
 * mailboxes of rooms. */
static int
give_sid(struct walk *w, const struct sid *s)
{
	uint8_t bytes[SID_MAX_BYTES];

	if (s->authority != 5 || s->count < 2 || s->sub[0] != 21)
		return 0;
	key_begin(w, KEY_JOIN);
	buf_add(&w->part->text, bytes, sid_bytes(s, bytes));
	return key_end(w);
}

/* More than an object has room for unless they are links, which join nobody. Each
 * is looked for among the user's others, so without a ceiling a few users with a
 * million of them would take days. */
#define JOIN_VALUES_MAX 4096

static int
join_values(struct walk *w, enum schema_attribute_id which)
{
	const struct domain *d = w->part->domain;
	const struct attr *attr = attribute_of(d, w->account, which);
	int stop = 0;

	if (attr ? attr->partial || attr->count > JOIN_VALUES_MAX :
	    attribute_name(d, which) && !is_unset(w, which))
		w->unread |= 1u << UNREAD_JOIN;
	for (size_t i = 0; attr && i < attr->count && i < JOIN_VALUES_MAX && !stop; i++) {
		const struct value *v = &attr->values[i];
		struct sid sid;

		if (w->part->identity->options.join != JOIN_SID)
			stop = give_text(w, KEY_JOIN, v);
		else if (sid_parse(v->data, v->len, &sid) == ERR_OK)
			stop = give_sid(w, &sid);
	}
	return stop;
}

/* A disabled account is joined too, but the password goes to the one that is
 * enabled: the engine's rule "In from AD - User AccountEnabled". Built-in accounts
 * (RIDs below 1000, MS-SAMR 3.1.1.9.2.1) are not synchronized. */
static bool
may_join(const struct walk *w)
{
	const struct account *a = w->account;

	return w->part->identity->part_count > 1 && a->has_sid &&
		a->sid.sub[a->sid.count - 1] >= 1000 && !account_flag(a, UAC_ACCOUNTDISABLE);
}

static int
join_keys(struct walk *w)
{
	const struct account *a = w->account;
	int stop = 0;

	switch (w->part->identity->options.join) {
	case JOIN_ONCE:
		return 0;
	case JOIN_ATTRIBUTE:
		break;
	case JOIN_ACCOUNT_NAME:
		if (a->sam.data)
			stop = give_text(w, KEY_JOIN, &a->sam);
		break;
	case JOIN_SID:
		stop = give_sid(w, &a->sid);
		break;
	}
	if (!stop)
		stop = join_values(w, SCHEMA_JOIN);
	return stop ? stop : join_values(w, SCHEMA_JOIN_OTHER);
}

int
identity_keys(struct identity_part *p, const struct account *a, bool settled, identity_key_fn each,
    void *arg, unsigned *unread)
{
	struct walk w = { .part = p, .account = a, .settled = settled, .each = each, .arg = arg };
	int stop = anchor_key(&w);

	if (!stop)
		stop = upn_key(&w);
	if (!stop && may_join(&w))
		stop = join_keys(&w);
	if (unread)
		*unread = w.unread;
	return stop;
}

static int
keep(void *arg, const struct buf *key)
{
	struct identity_part *p = arg;

	return keyset_add(&p->keys, identity_hash(p->identity, key)) == ERR_OK ? 0 : -1;
}

static void
note_unread(struct identity_part *p, unsigned kind, const struct account *a)
{
	if (!p->unread[kind].users++)
		p->unread[kind].example = strdup(a->dn);
}

/* By what it is read again. The domain's SID is that of its users, also where
 * the domain's own could not be read. */
static bool
rid_of(struct identity_part *p, const struct account *a, uint32_t *rid)
{
	if (!a->has_sid)
		return false;
	if (!p->has_sid && p->domain->has_sid) {
		p->sid = p->domain->sid;
		p->has_sid = true;
	}
	if (!p->has_sid)
		return p->has_sid = sid_split(&a->sid, &p->sid, rid);
	return sid_in_domain(&a->sid, &p->sid, rid);
}

int
identity_add(struct identity_part *p, const struct account *a)
{
	unsigned unread = 0;
	uint32_t rid;

	if (!rid_of(p, a, &rid)) {
		note_unread(p, UNREAD_SID, a);
		return 0;
	}
	if (keyset_begin(&p->keys, rid) != ERR_OK ||
	    identity_keys(p, a, false, keep, p, &unread) != 0)
		return -1;
	for (unsigned kind = 0; unread; kind++, unread >>= 1)
		if (unread & 1)
			note_unread(p, kind, a);
	return 0;
}

/* What the vendor's design document says of a source anchor: fewer than 60
 * characters, all but letters and digits counting as 3, and not these. */
#define ANCHOR_MAX 60
#define ANCHOR_FORBIDDEN "\\!#$%&*+/=?^`{}|~<>()';:,[]\"@_"

static void
text_fault(const char *name, const struct value *v, struct buf *out)
{
	size_t length = 0;

	for (size_t i = 0; i < v->len; i++) {
		char c = (char)v->data[i];

		if (c && strchr(ANCHOR_FORBIDDEN, c)) {
			buf_addf(out, "%s: it has the character %c, which a source anchor may "
			    "not have", name, c);
			return;
		}
		length += ascii_is_alpha(c) || ascii_is_digit(c) ? 1 : 3;
	}
	if (length >= ANCHOR_MAX)
		buf_addf(out, "%s: %zu characters as they count (all but letters and digits are "
		    "3), and %d are too many", name, length, ANCHOR_MAX);
}

void
identity_anchor_fault(const struct domain *d, const struct account *a, struct buf *out)
{
	const struct attr *attr = attribute_of(d, a, SCHEMA_SOURCE_ANCHOR);
	const char *name = attribute_name(d, SCHEMA_SOURCE_ANCHOR);
	const struct value *v = attr ? attr->values : NULL;

	if (!v || named(name, "objectGUID"))
		return;
	if (attr->count > 1)
		buf_addf(out, "%s: it has %zu values, and a source anchor is one", name,
		    attr->count);
	else if (!v->len)
		buf_addf(out, "%s: an empty value", name);
	else if (named(name, IDENTITY_ANCHOR) && v->len != sizeof(struct guid))
		buf_addf(out, "%s: %zu bytes, not the 16 of a GUID", name, v->len);
	else if (!named(name, IDENTITY_ANCHOR) && utf8_valid((const char *)v->data, v->len) &&
		 !memchr(v->data, 0, v->len))
		text_fault(name, v, out);
	/* Bytes are written as base64: 4 characters for 3 of them. */
	else if (!named(name, IDENTITY_ANCHOR) && (v->len + 2) / 3 * 4 >= ANCHOR_MAX)
		buf_addf(out, "%s: %zu bytes, %zu as base64, and %d are too many", name, v->len,
		    (v->len + 2) / 3 * 4, ANCHOR_MAX);
}
