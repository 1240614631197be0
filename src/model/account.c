/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/account.h"

#include <string.h>

#include "core/ascii.h"
#include "core/uac.h"

const char *const account_attributes[] = {
	"objectClass", "objectGUID", "objectSid", "sAMAccountName", "userPrincipalName",
	"userAccountControl", "sAMAccountType", "pwdLastSet", "lockoutTime", "accountExpires",
	"adminCount", "primaryGroupID", "nTSecurityDescriptor", NULL
};

/* userAccountControl and sAMAccountType are unsigned 32-bit values that LDAP
 * shows as signed ones (MS-ADTS 3.1.1.2.2.2.1). */
static struct known_int
value_u32(const struct value *v)
{
	struct known_int n = value_int(v);

	if (n.value < INT32_MIN || n.value > UINT32_MAX)
		return (struct known_int){ KNOWN_NOT, 0 };
	n.value = (int64_t)(uint32_t)n.value;
	return n;
}

/*
 * The class that permissions see: the most specific structural one (MS-ADTS
 * 3.1.1.1.4). The directory lists it last, but an auxiliary class may follow.
 * NULL where a class is not in the schema as it was read: it may be that one.
 */
static const struct schema_class *
most_specific(const struct attr *oc, const struct schema *s)
{
	const struct schema_class *best = NULL, *met = NULL;	/* met: the last above best */

	for (size_t i = oc->count; i-- > 0;) {
		const struct value *v = &oc->values[i];
		const struct schema_class *c = schema_class_find(s, (const char *)v->data, v->len);

		if (!c)
			return NULL;
		if (!c->structural)
			continue;
		/* Mostly each is the parent of the one before. */
		if (met && !strcmp(met->parent, c->name))
			met = c;
		else if (!best || (!schema_class_derives(s, best, c) &&
		    schema_class_derives(s, c, best)))
			best = met = c;
	}
	return best;
}

bool
class_guids(const struct attr *oc, const struct schema *s, bool auxiliary,
    struct guid out[ACCOUNT_MAX_CLASSES], size_t *count)
{
	const struct schema_class *most = oc && !oc->partial ? most_specific(oc, s) : NULL;
	size_t n = 0;

	if (!most)
		return false;
	out[n++] = most->id;
	for (size_t i = 0; auxiliary && i < oc->count; i++) {
		const struct value *v = &oc->values[i];
		const struct schema_class *c = schema_class_find(s, (const char *)v->data, v->len);

		if (schema_class_derives(s, most, c))
			continue;
		if (n == ACCOUNT_MAX_CLASSES)
			return false;
		out[n++] = c->id;
	}
	*count = n;
	return true;
}

void
account_decode(const struct entry *e, const struct schema *schema, struct account *out)
{
	*out = (struct account){ .entry = e, .dn = e->dn, .dn_len = e->dn_len };
	for (size_t i = 0; i < e->count; i++) {
		const struct attr *a = &e->attrs[i];
		const struct value *v = a->values;
		size_t n = strlen(a->name);

		if (!a->count)
			continue;
#define IS(s) (n == sizeof(s) - 1 && (!memcmp(a->name, s, n) || ascii_eq_nocase(a->name, n, s, n)))
		if (IS("objectClass"))
			out->object_class = a;
		else if (IS("objectGUID"))
			out->has_guid = guid_parse(v->data, v->len, &out->guid) == ERR_OK;
		else if (IS("objectSid"))
			out->has_sid = sid_parse(v->data, v->len, &out->sid) == ERR_OK;
		else if (IS("sAMAccountName"))
			out->sam = *v;
		else if (IS("userPrincipalName"))
			out->upn = *v;
		else if (IS("userAccountControl"))
			out->uac = value_u32(v);
		else if (IS("sAMAccountType"))
			out->sam_type = value_u32(v);
		else if (IS("pwdLastSet"))
			out->pwd_last_set = value_int(v);
		else if (IS("lockoutTime"))
			out->lockout_time = value_int(v);
		else if (IS("accountExpires"))
			out->account_expires = value_int(v);
		else if (IS("adminCount"))
			out->admin_count = value_int(v);
		else if (IS("primaryGroupID"))
			out->primary_group = value_u32(v);
		else if (IS("nTSecurityDescriptor"))
			out->sd = *v;
		else if (IS("allowedAttributesEffective"))
			out->allowed = a;
		else if (IS("msDS-ResultantPSO"))
			out->resultant_pso = *v;
#undef IS
	}
	if (out->object_class)
		out->class = most_specific(out->object_class, schema);
}

enum normal_user
account_is_normal_user(const struct account *a)
{
	/* computer, and what derives from it: gMSA and sMSA */
	if (a->object_class && (attr_has(a->object_class, "computer") ||
	    !attr_has(a->object_class, "user")))
		return NORMAL_NO;
	if (a->sam_type.known == KNOWN_SET)
		return a->sam_type.value == SAM_USER_OBJECT ? NORMAL_YES : NORMAL_NO;
	if (a->uac.known == KNOWN_SET)
		return (a->uac.value & UAC_NORMAL_ACCOUNT) && !(a->uac.value & UAC_ANY_TRUST) ?
			NORMAL_YES : NORMAL_NO;
	return a->object_class ? NORMAL_YES : NORMAL_UNKNOWN;
}

bool
account_expired(const struct account *a, int64_t now)
{
	return a->account_expires.value != 0 && a->account_expires.value <= now;
}

bool
account_flag(const struct account *a, uint32_t bit)
{
	return a->uac.known == KNOWN_SET && (a->uac.value & bit);
}
