/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_entry.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/buf.h"
#include "core/range.h"
#include "core/tlv.h"

/*
 * Ceilings of one ranged attribute, so that a server cannot make us collect
 * for ever: four million members of a group are ten times what directories
 * that we heard of have. What lies beyond makes the attribute partial.
 */
#define MAX_RANGED_VALUES	((size_t)4 * 1024 * 1024)
#define MAX_RANGED_BYTES	((size_t)512 * 1024 * 1024)
#define CHUNK_SIZE		((size_t)64 * 1024)

/* An attribute while it is decoded: the array of values may still move. */
struct slot {
	char *name;
	size_t name_len;
	size_t first, count;	/* in wire.values */
	struct range range;
	bool partial;
	bool dropped;		/* the empty twin of a ranged answer */
};

/* A piece of the arena; its bytes follow the header. */
struct chunk {
	struct chunk *next;
	size_t used, size;
	uint8_t bytes[];
};

/* Room for `need` elements in all; the array doubles, so that it soon stays. */
static int
grow(void **array, size_t *cap, size_t need, size_t size)
{
	size_t more = *cap > 0 ? *cap : 32;
	void *p = NULL;

	if (need <= *cap)
		return LDAP_SUCCESS;
	while (more < need)
		more *= 2;
	p = reallocarray(*array, more, size);
	if (p == NULL)
		return LDAP_NO_MEMORY;
	*array = p;
	*cap = more;
	return LDAP_SUCCESS;
}

static int
grow_values(struct wire *w, size_t need)
{
	void *p = w->values;
	int rc = grow(&p, &w->value_cap, need, sizeof(*w->values));

	w->values = p;
	return rc;
}

static int
grow_slots(struct wire *w, size_t need)
{
	void *p = w->slots;
	int rc = grow(&p, &w->slot_cap, need, sizeof(*w->slots));

	w->slots = p;
	return rc;
}

static int
grow_attrs(struct wire *w, size_t need)
{
	void *p = w->attrs;
	int rc = grow(&p, &w->attr_cap, need, sizeof(*w->attrs));

	w->attrs = p;
	return rc;
}

static void
chunks_free(struct wire *w)
{
	struct chunk *c = NULL;

	while ((c = w->chunks) != NULL) {
		w->chunks = c->next;
		free(c);
	}
	w->copied = 0;
}

/* A copy that lives until the next entry; NULL when there is no memory. */
static const uint8_t *
keep(struct wire *w, const void *data, size_t len)
{
	struct chunk *c = w->chunks;
	uint8_t *p = NULL;

	if (c == NULL || len > c->size - c->used) {
		size_t size = len > CHUNK_SIZE ? len : CHUNK_SIZE;

		c = malloc(sizeof(*c) + size);
		if (c == NULL)
			return NULL;
		*c = (struct chunk){ .next = w->chunks, .size = size };
		w->chunks = c;
	}
	p = c->bytes + c->used;
	if (len > 0)
		memcpy(p, data, len);
	c->used += len;
	w->copied += len;
	return p;
}

void
wire_fini(struct wire *w)
{
	chunks_free(w);
	free(w->slots);
	free(w->attrs);
	free(w->values);
	*w = (struct wire){ 0 };
}

/* One value behind the others. */
static int
value_add(struct wire *w, const uint8_t *data, size_t len)
{
	if (w->value_count == w->value_cap && grow_values(w, w->value_count + 1) != LDAP_SUCCESS)
		return LDAP_NO_MEMORY;
	w->values[w->value_count++] = (struct value){ .data = data, .len = len };
	return LDAP_SUCCESS;
}

/* The same of a message that will not live. */
static int
value_copy(struct wire *w, const struct berval *bv)
{
	const uint8_t *data = keep(w, bv->bv_val, bv->bv_len);

	return data != NULL ? value_add(w, data, bv->bv_len) : LDAP_NO_MEMORY;
}

/* A name that a C string can carry, and whose options (RFC 4512 2.5) make
 * sense: a range that cannot be read may not pass for the whole attribute. */
static bool
name_read(const struct berval *name, struct range *range)
{
	if (name->bv_len == 0 || memchr(name->bv_val, '\0', name->bv_len) != NULL)
		return false;
	if (memchr(name->bv_val, ';', name->bv_len) != NULL)
		return range_parse(name->bv_val, name->bv_len, range) == ERR_OK;
	*range = (struct range){ .base_len = name->bv_len };
	return true;
}

/* One PartialAttribute (RFC 4511 4.1.7) at r: pointers into its bytes, which
 * are the message's and begin at `bytes`. */
static int
attribute_read(struct reader *all, char *bytes, struct wire *w)
{
	struct slot *s = NULL;
	struct berval name = { 0 };
	const uint8_t *p = NULL;
	struct reader r, set;
	size_t len = 0;

	if (w->slot_count == w->slot_cap && grow_slots(w, w->slot_count + 1) != LDAP_SUCCESS)
		return LDAP_NO_MEMORY;
	s = &w->slots[w->slot_count];
	*s = (struct slot){ .first = w->value_count };
	p = tlv_read(all, TLV_SEQUENCE, &len);
	reader_init(&r, p, len);
	p = tlv_read(&r, TLV_OCTET_STRING, &len);
	if (p == NULL)
		return LDAP_DECODING_ERROR;
	name = (struct berval){ len, bytes + (p - all->base) };
	if (!name_read(&name, &s->range) || (p = tlv_read(&r, TLV_SET, &len)) == NULL ||
	    reader_left(&r) > 0)
		return LDAP_DECODING_ERROR;
	/* As liblber would: over the tag of the set, which has been read. */
	name.bv_val[name.bv_len] = '\0';
	reader_init(&set, p, len);
	while (reader_left(&set) > 0) {
		p = tlv_read(&set, TLV_OCTET_STRING, &len);
		if (p == NULL)
			return LDAP_DECODING_ERROR;
		if (value_add(w, p, len) != LDAP_SUCCESS)
			return LDAP_NO_MEMORY;
	}
	s->name = name.bv_val;
	s->name_len = name.bv_len;
	s->count = w->value_count - s->first;
	w->slot_count++;
	return LDAP_SUCCESS;
}

/*
 * All attributes of the entry as they came: the rest of the message, where
 * ldap_get_dn_ber() left ber. ldap_get_attribute_ber() would allocate for each
 * of them, and ber_scanf() costs more than all the rest that is done with an
 * entry. liblber tells the bytes at hand by the content of their first element.
 */
static int
attributes_read(BerElement *ber, struct wire *w)
{
	struct berval one = { 0 };
	ber_len_t left = 0, behind = 0;
	struct reader r;
	int rc = LDAP_SUCCESS;

	if (ber == NULL || ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &left) !=
	    LBER_OPT_SUCCESS || left == 0)
		return LDAP_SUCCESS;
	if (ber_skip_element(ber, &one) == LBER_DEFAULT ||
	    ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &behind) != LBER_OPT_SUCCESS)
		return LDAP_DECODING_ERROR;
	one.bv_val -= left - behind - one.bv_len;	/* its header */
	reader_init(&r, one.bv_val, left);
	while (rc == LDAP_SUCCESS && reader_left(&r) > 0)
		rc = attribute_read(&r, one.bv_val, w);
	return rc;
}

/* From an answer to "member;range=1500-*": appends its values when they start
 * where we stopped. *progress: they did; *last: they are the end. */
static int
slice_read(struct ldap_conn *c, LDAPMessage *msg, const struct slot *s, struct wire *w,
    bool *progress, bool *last)
{
	struct berval dn = { 0 }, name = { 0 };
	BerElement *ber = NULL;
	BerVarray values = NULL;
	struct range r;
	size_t i;
	int rc;

	rc = ldap_get_dn_ber(c->ld, msg, &ber, &dn);
	while (rc == LDAP_SUCCESS &&
	    (rc = ldap_get_attribute_ber(c->ld, msg, ber, &name, &values)) == LDAP_SUCCESS &&
	    name.bv_val != NULL) {
		if (name_read(&name, &r) && r.ranged &&
		    ascii_eq_nocase(name.bv_val, r.base_len, s->name, s->range.base_len) &&
		    r.low == w->value_count - s->first && !*progress) {
			for (i = 0; rc == LDAP_SUCCESS && values != NULL &&
			    values[i].bv_val != NULL; i++)
				rc = value_copy(w, &values[i]);
			*progress = i > 0;
			*last = r.last;
		}
		ber_memfree(values);
		values = NULL;
	}
	ber_free(ber, 0);
	return rc;
}

/* Asks for the values from `low` on, and appends them. */
static int
slice_fetch(struct ldap_conn *c, const struct slot *s, struct wire *w, bool *progress, bool *last)
{
	char *attrs[] = { NULL, NULL };
	struct buf rest = BUF_INIT;
	LDAPMessage *msg = NULL;
	int msgid = -1, rc;

	*progress = *last = false;
	if (!conn_usable(c))
		return LDAP_SERVER_DOWN;
	buf_add(&rest, s->name, s->range.base_len);
	buf_addf(&rest, ";range=%zu-*", w->value_count - s->first);
	attrs[0] = buf_steal(&rest);
	if (attrs[0] == NULL)
		return LDAP_NO_MEMORY;
	rc = conn_sent(c, ldap_search_ext(c->ld, w->entry.dn, LDAP_SCOPE_BASE, NULL, attrs, 0,
	    NULL, NULL, NULL, LDAP_NO_LIMIT, &msgid));
	free(attrs[0]);
	while (rc == LDAP_SUCCESS &&
	    (rc = conn_wait(c, msgid, LDAP_MSG_ONE, &msg)) == LDAP_SUCCESS) {
		int type = ldap_msgtype(msg), code = LDAP_OTHER;

		if (type == LDAP_RES_SEARCH_ENTRY)
			rc = slice_read(c, msg, s, w, progress, last);
		else if (type == LDAP_RES_SEARCH_RESULT)
			rc = ldap_parse_result(c->ld, msg, &code, NULL, NULL, NULL, NULL, 0);
		ldap_msgfree(msg);
		msg = NULL;
		if (type == LDAP_RES_SEARCH_RESULT)
			return rc == LDAP_SUCCESS ? code : rc;
	}
	if (msgid != -1 && !c->lost)
		ldap_abandon_ext(c->ld, msgid, NULL, NULL);
	return rc;
}

/*
 * MS-ADTS 3.1.1.3.1.3.3: "member;range=0-1499" is the beginning; the rest is
 * asked for from 1500 on, until a slice says that it reaches '*'.
 */
static int
slot_complete(struct ldap_conn *c, size_t index, struct wire *w)
{
	struct slot *s = &w->slots[index];
	bool last = s->range.last, progress = true;
	int rc = LDAP_SUCCESS;

	if (s->range.low != 0 || s->count == 0) {
		s->partial = s->range.low != 0 || !last;
		return LDAP_SUCCESS;
	}
	if (last)
		return LDAP_SUCCESS;
	/* The slices stand together: the first moves behind everything else. */
	rc = grow_values(w, w->value_count + s->count);
	if (rc != LDAP_SUCCESS)
		return rc;
	memcpy(w->values + w->value_count, w->values + s->first, s->count * sizeof(*w->values));
	s->first = w->value_count;
	w->value_count += s->count;
	while (rc == LDAP_SUCCESS && progress && !last &&
	    w->value_count - s->first < MAX_RANGED_VALUES && w->copied < MAX_RANGED_BYTES)
		rc = slice_fetch(c, s, w, &progress, &last);
	s->count = w->value_count - s->first;
	s->partial = !last || rc != LDAP_SUCCESS;
	/* A server's refusal leaves a part. What another try would complete must
	 * not go out as a part: that would be the last word on this entry. */
	return c->lost || rc == LDAP_TIMEOUT || rc == LDAP_BUSY || rc == LDAP_UNAVAILABLE ||
	    rc == LDAP_NO_MEMORY ? rc : LDAP_SUCCESS;
}

/* The directory sends an empty "member" along with "member;range=0-1499". */
static void
drop_twin(struct wire *w, const struct slot *ranged)
{
	size_t i;

	for (i = 0; i < w->slot_count; i++) {
		struct slot *s = &w->slots[i];

		if (!s->range.ranged && s->count == 0 && ascii_eq_nocase(s->name, s->name_len,
		    ranged->name, ranged->range.base_len))
			s->dropped = true;
	}
}

int
wire_decode(struct ldap_conn *c, LDAPMessage *msg, struct wire *w)
{
	struct berval dn = { 0 };
	BerElement *ber = NULL;
	size_t i;
	int rc;

	chunks_free(w);
	w->slot_count = w->value_count = 0;
	w->entry = (struct entry){ .dn = "" };
	rc = ldap_get_dn_ber(c->ld, msg, &ber, &dn);
	if (rc == LDAP_SUCCESS && dn.bv_len > 0) {
		if (memchr(dn.bv_val, '\0', dn.bv_len) != NULL)
			rc = LDAP_DECODING_ERROR;
		w->entry.dn = dn.bv_val;
		w->entry.dn_len = dn.bv_len;
	}
	if (rc == LDAP_SUCCESS)
		rc = attributes_read(ber, w);
	ber_free(ber, 0);
	for (i = 0; rc == LDAP_SUCCESS && i < w->slot_count; i++)
		if (w->slots[i].range.ranged) {
			drop_twin(w, &w->slots[i]);
			rc = slot_complete(c, i, w);
		}
	if (rc == LDAP_SUCCESS)
		rc = grow_attrs(w, w->slot_count);
	if (rc != LDAP_SUCCESS)
		return rc;
	for (i = 0; i < w->slot_count; i++) {
		struct slot *s = &w->slots[i];

		if (s->dropped)
			continue;
		/* The name ends where its range option begins: the message is ours. */
		if (s->range.ranged)
			s->name[s->range.base_len] = '\0';
		w->attrs[w->entry.count++] = (struct attr){ .name = s->name,
		    .values = s->count > 0 ? w->values + s->first : NULL, .count = s->count,
		    .partial = s->partial };
	}
	w->entry.attrs = w->attrs;
	return LDAP_SUCCESS;
}
