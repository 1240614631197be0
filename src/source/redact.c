/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/redact.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/dn.h"
#include "core/sd.h"
#include "core/sid.h"

int
redact_init(struct redactor *r)
{
	*r = (struct redactor){ 0 };
	return getrandom(&r->key, sizeof r->key, 0) == (ssize_t)sizeof r->key ? 0 : -1;
}

void
redact_fini(struct redactor *r)
{
	explicit_bzero(&r->key, sizeof r->key);
	free(r->attrs);
	free(r->values);
	buf_fini(&r->bytes);
	buf_fini(&r->dn);
}

static bool
eq(const char *a, size_t len, const char *b)
{
	return ascii_eq_nocase(a, len, b, strlen(b));
}

static bool
starts(const char *a, size_t len, const char *b)
{
	return len >= strlen(b) && ascii_eq_nocase(a, strlen(b), b, strlen(b));
}

/* "n7f3a9c01b2d4" for a name, whatever the case of its letters, and what of it
 * is no letter, digit, space or character beyond ASCII. */
static void
pseudonym(struct redactor *r, char kind, const char *s, size_t len, struct buf *out)
{
	char *lower = calloc(1, len + 1);
	uint64_t hash;

	if (!lower) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < len; i++)
		lower[i] = ascii_lower(s[i]);
	hash = siphash(&r->key, lower, len);
	free(lower);
	buf_addf(out, "%c%012llx", kind, (unsigned long long)(hash >> 16));
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x80 && s[i] != ' ' && !ascii_is_alpha(s[i]) &&
		    !ascii_is_digit(s[i]))
			buf_addc(out, s[i]);
}

/* SIDs: S-1-5-21-x-y-z is a domain's (MS-DTYP 2.4.2.4); all other are the same
 * everywhere. */

static void
redact_sid(struct redactor *r, struct sid *s)
{
	uint8_t bytes[12];
	uint64_t low, high;

	if (s->authority != 5 || s->count < 4 || s->sub[0] != 21)
		return;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(s->sub[1 + i / 4] >> i % 4 * 8);
	low = siphash(&r->key, bytes, sizeof bytes);
	high = siphash(&r->key, &low, sizeof low);
	s->sub[1] = (uint32_t)low | 1;
	s->sub[2] = (uint32_t)(low >> 32) | 1;
	s->sub[3] = (uint32_t)high | 1;
}

/* In place: the length does not change. */
static void
redact_sid_bytes(struct redactor *r, uint8_t *p, size_t room)
{
	uint8_t bytes[SID_MAX_BYTES];
	size_t len = room >= 2 ? 8 + 4 * (size_t)p[1] : 0;
	struct sid s;

	if (!len || len > room || sid_parse(p, len, &s) != ERR_OK)
		return;
	redact_sid(r, &s);
	memcpy(p, bytes, sid_bytes(&s, bytes));
}

static void
redact_acl(struct redactor *r, const struct acl *acl, uint8_t *sd)
{
	const uint8_t *base = sd;
	struct ace ace;
	size_t pos = 0;

	while (acl->bytes && acl_next(acl, &pos, &ace)) {
		const bool object = ace.object_flags & ACE_OBJECT_TYPE_PRESENT;
		const bool inherited = ace.object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT;
		size_t at = (size_t)(ace.raw - base) + 8;

		if (ace.layout == ACE_LAYOUT_UNKNOWN)
			continue;
		if (ace.layout == ACE_LAYOUT_OBJECT)	/* MS-DTYP 2.4.4.3 */
			at += 4 + (object ? 16u : 0u) + (inherited ? 16u : 0u);
		redact_sid_bytes(r, sd + at, (size_t)(ace.raw - base) + ace.raw_len - at);
	}
}

static size_t
le32(const uint8_t *p)
{
	return (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
}

/* An owner may stand where an ACE has its SID: then it was done with that. */
static bool
is_within(const struct acl *acl, const uint8_t *p)
{
	return acl->bytes && p >= acl->bytes && p < acl->bytes + acl->len;
}

/* MS-DTYP 2.4.6. What is malformed stays as it is: it is evidence. */
static void
redact_sd(struct redactor *r, uint8_t *p, size_t len)
{
	struct sd sd;
	size_t owner, group;

	if (sd_parse(p, len, &sd, NULL) != ERR_OK)
		return;
	redact_acl(r, &sd.dacl, p);
	redact_acl(r, &sd.sacl, p);
	owner = le32(p + 4);
	group = le32(p + 8);
	if (owner && !is_within(&sd.dacl, p + owner) && !is_within(&sd.sacl, p + owner))
		redact_sid_bytes(r, p + owner, len - owner);
	if (group && group != owner && !is_within(&sd.dacl, p + group) &&
	    !is_within(&sd.sacl, p + group))
		redact_sid_bytes(r, p + group, len - group);
}

/* "dc1.contoso.test": each label as in a DN. */
static void
redact_dns(struct redactor *r, const char *s, size_t len, struct buf *out)
{
	for (size_t at = 0; at <= len;) {
		const char *dot = memchr(s + at, '.', len - at);
		size_t n = dot ? (size_t)(dot - s) - at : len - at;

		if (n)
			pseudonym(r, 'd', s + at, n, out);
		if (!dot)
			break;
		buf_addc(out, '.');
		at += n + 1;
	}
}

void
redact_name(struct redactor *r, const char *s, size_t len, struct buf *out)
{
	/* What the vendor's accounts are told by (collect_connector.c). */
	static const char *const marks[] = { "MSOL_", "provAgentgMSA$", "pGMSA_",
		"Account created by Microsoft Azure Active Directory Connect",
		"Account created by Microsoft Entra Connect",
		"Account created by the Windows Azure Active Directory Sync tool" };
	const char *at = memrchr(s, '@', len), *slash = memchr(s, '\\', len);

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (starts(s, len, marks[i])) {
			buf_add(out, s, strlen(marks[i]));
			s += strlen(marks[i]);
			len -= strlen(marks[i]);
			if (len)
				pseudonym(r, 'n', s, len, out);
			return;
		}
	if (at) {
		pseudonym(r, 'n', s, (size_t)(at - s), out);
		buf_addc(out, '@');
		redact_dns(r, at + 1, len - (size_t)(at - s) - 1, out);
	} else if (slash && slash > s) {	/* msDS-PrincipalName */
		pseudonym(r, 'd', s, (size_t)(slash - s), out);
		buf_addc(out, '\\');
		pseudonym(r, 'n', slash + 1, len - (size_t)(slash - s) - 1, out);
	} else {
		pseudonym(r, 'n', s, len, out);
	}
}

void
redact_uri(struct redactor *r, const char *uri, struct buf *out)
{
	const char *host = strstr(uri, "://");
	size_t len;

	if (!host) {
		redact_name(r, uri, strlen(uri), out);
		return;
	}
	host += 3;
	len = strcspn(host, ":/");
	buf_add(out, uri, (size_t)(host - uri));
	redact_dns(r, host, len, out);
	buf_adds(out, host + len);
}

/* Parts of DNs that every directory has (MS-ADTS 6.1.1). */
static bool
is_common(const char *v, size_t len)
{
	static const char *const common[] = { "Builtin", "System", "Users", "Computers",
		"AdminSDHolder", "Password Settings Container", "ForeignSecurityPrincipals",
		"Domain Controllers", "Managed Service Accounts", "Program Data", "Microsoft",
		"NTDS Quotas", "NTDS Settings", "LostAndFound", "Infrastructure", "Deleted Objects",
		"Keys", "TPM Devices", "Server", "Configuration", "Schema", "Services",
		"Windows NT", "Directory Service", "Sites", "Servers", "Partitions",
		"RID Manager$", "RID Set", "Policies", "WMIPolicy", "Default-First-Site-Name",
		"Extended-Rights", "Optional Features", "DomainUpdates", "MicrosoftDNS" };

	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (eq(v, len, common[i]))
			return true;
	return false;
}

/* What has a meaning at the ends of a name alone (rule 607) stays there. */
static void
redact_rdn_name(struct redactor *r, const char *s, size_t len, struct buf *out)
{
	const bool last = len > 1 && s[len - 1] == ' ';

	if (len > 1 && (s[0] == '#' || s[0] == ' ')) {
		buf_addc(out, s[0]);
		s++;
		len--;
	}
	redact_name(r, s, len, out);
	if (last)
		buf_addc(out, ' ');
}

static void
redact_rdn(struct redactor *r, const char *rdn, size_t len, bool common, struct buf *out)
{
	const char *sign = memchr(rdn, '=', len);
	struct buf value = BUF_INIT, name = BUF_INIT;
	struct sid sid;
	struct sid_buf text;

	if (!sign || dn_rdn_value(rdn, len, &value) != ERR_OK) {
		pseudonym(r, 'x', rdn, 0, out);		/* a form that no directory prints */
		goto out;
	}
	buf_add(out, rdn, (size_t)(sign - rdn) + 1);
	if (sid_from_str(buf_str(&value), value.len, &sid) == ERR_OK) {
		redact_sid(r, &sid);
		buf_adds(&name, sid_str(&sid, &text));
	} else if (eq(rdn, (size_t)(sign - rdn), "DC")) {
		pseudonym(r, 'd', buf_str(&value), value.len, &name);
	} else if (common || is_common(buf_str(&value), value.len)) {
		buf_add(&name, value.data, value.len);
	} else {
		redact_rdn_name(r, buf_str(&value), value.len, &name);
	}
	dn_escape_value(buf_str(&name), name.len, out);
out:
	buf_fini(&value);
	buf_fini(&name);
}

void
redact_dn(struct redactor *r, const char *dn, size_t len, struct buf *out)
{
	static const char schema[] = "CN=Schema,CN=Configuration,", builtin[] = "CN=Builtin,";

	while (len) {
		size_t up = dn_parent(dn, len), rdn = up;
		bool common = starts(dn + up, len - up, schema) ||
			starts(dn + up, len - up, builtin);

		while (rdn && up < len && dn[rdn - 1] != ',')
			rdn--;
		redact_rdn(r, dn, up < len ? rdn - 1 : len, common, out);
		if (up < len)
			buf_addc(out, ',');
		dn += up;
		len -= up;
	}
}

enum kind { KIND_KEEP, KIND_NAME, KIND_DN, KIND_SID, KIND_SD, KIND_DNS, KIND_OTHER };

static enum kind
kind_of(const char *name)
{
	static const struct { const char *name; enum kind kind; } table[] = {
		{ "nTSecurityDescriptor", KIND_SD }, { "objectSid", KIND_SID },
		{ "sIDHistory", KIND_SID }, { "tokenGroups", KIND_SID },
		{ "tokenGroupsGlobalAndUniversal", KIND_SID },
		{ "sAMAccountName", KIND_NAME }, { "userPrincipalName", KIND_NAME },
		{ "mail", KIND_NAME }, { "displayName", KIND_NAME }, { "description", KIND_NAME },
		{ "name", KIND_NAME }, { "cn", KIND_NAME }, { "msDS-PrincipalName", KIND_NAME },
		{ "msExchMasterAccountSid", KIND_SID }, { "msRTCSIP-OriginatorSid", KIND_SID },
		{ "dnsHostName", KIND_DNS }, { "objectGUID", KIND_KEEP },
		{ "dnsRoot", KIND_DNS }, { "nETBIOSName", KIND_DNS }, { "trustPartner", KIND_DNS },
		{ "flatName", KIND_DNS }, { "securityIdentifier", KIND_SID },
		{ "operatingSystem", KIND_KEEP }, { "operatingSystemVersion", KIND_KEEP },
		{ "mS-DS-ConsistencyGuid", KIND_KEEP },
		{ "schemaIDGUID", KIND_KEEP }, { "attributeSecurityGUID", KIND_KEEP },
		{ "objectClass", KIND_KEEP }, { "lDAPDisplayName", KIND_KEEP },
		{ "subClassOf", KIND_KEEP }, { "vendorName", KIND_KEEP },
		{ "dSHeuristics", KIND_KEEP },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (eq(name, strlen(name), table[i].name))
			return table[i].kind;
	return KIND_OTHER;
}

/* Numbers, times, OIDs, TRUE and FALSE. */
static bool
tells_nothing(const char *s, size_t len)
{
	if (eq(s, len, "TRUE") || eq(s, len, "FALSE"))
		return true;
	for (size_t i = 0; i < len; i++)
		if (!ascii_is_digit(s[i]) && s[i] != '.' && s[i] != '-' &&
		    !(s[i] == 'Z' && i + 1 == len))
			return false;
	return true;
}

static void
redact_value(struct redactor *r, enum kind kind, const struct value *v)
{
	const char *s = (const char *)v->data;
	size_t at = r->bytes.len;

	if (kind == KIND_OTHER && tells_nothing(s, v->len))
		kind = KIND_KEEP;
	else if (kind == KIND_OTHER)
		kind = memchr(s, '=', v->len) && dn_valid(s, v->len) ? KIND_DN : KIND_NAME;
	switch (kind) {
	case KIND_KEEP:
	case KIND_SID:
	case KIND_SD:
		buf_add(&r->bytes, s, v->len);
		break;
	case KIND_NAME:
	case KIND_OTHER:
		redact_name(r, s, v->len, &r->bytes);
		break;
	case KIND_DN:
		redact_dn(r, s, v->len, &r->bytes);
		break;
	case KIND_DNS:
		redact_dns(r, s, v->len, &r->bytes);
		break;
	}
	if (buf_failed(&r->bytes))
		return;
	if (kind == KIND_SID)
		redact_sid_bytes(r, (uint8_t *)r->bytes.data + at, v->len);
	if (kind == KIND_SD)
		redact_sd(r, (uint8_t *)r->bytes.data + at, v->len);
}

static bool
reserve(struct redactor *r, const struct entry *e)
{
	size_t values = 0;
	void *p;

	for (size_t i = 0; i < e->count; i++)
		values += e->attrs[i].count;
	if (e->count > r->attr_cap) {
		p = reallocarray(r->attrs, e->count, sizeof *r->attrs);
		if (!p)
			return false;
		r->attrs = p;
		r->attr_cap = e->count;
	}
	if (values > r->value_cap) {
		p = reallocarray(r->values, values, sizeof *r->values);
		if (!p)
			return false;
		r->values = p;
		r->value_cap = values;
	}
	return true;
}

const struct entry *
redact_entry(struct redactor *r, const struct entry *e)
{
	size_t n = 0, k = 0, at = 0;

	buf_clear(&r->bytes);
	buf_clear(&r->dn);
	redact_dn(r, e->dn, e->dn_len, &r->dn);
	if (!reserve(r, e) || buf_failed(&r->dn))
		return NULL;
	for (size_t i = 0; i < e->count; i++)
		for (size_t v = 0; v < e->attrs[i].count; v++) {
			redact_value(r, kind_of(e->attrs[i].name), &e->attrs[i].values[v]);
			r->values[n++].len = r->bytes.len;	/* where it ends */
		}
	if (buf_failed(&r->bytes))
		return NULL;
	for (n = 0, k = 0; k < e->count; k++) {
		r->attrs[k] = e->attrs[k];
		r->attrs[k].values = e->attrs[k].count ? &r->values[n] : NULL;
		for (size_t v = 0; v < e->attrs[k].count; v++, n++) {
			size_t end = r->values[n].len;

			r->values[n] = (struct value){ (const uint8_t *)buf_str(&r->bytes) + at,
				end - at };
			at = end;
		}
	}
	r->entry = (struct entry){ buf_str(&r->dn), r->dn.len, r->attrs, e->count };
	return &r->entry;
}
