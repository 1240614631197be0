/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sid.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/ascii.h"

#define SID_REVISION 1
#define AUTHORITY_MAX ((UINT64_C(1) << 48) - 1)
#define DECIMAL_DIGITS 10	/* MS-DTYP 2.4.2.1: 1*10DIGIT */
#define HEX_DIGITS 12		/* and "0x" 12HEXDIG */

/* MS-DTYP 2.4.2.2. Each error is recorded at the field that was wrong. */
void
sid_read(struct reader *r, struct sid *out)
{
	struct sid sid = { 0 };
	size_t start = r->pos;

	if (reader_u8(r) != SID_REVISION)
		reader_fail_at(r, ERR_UNSUPPORTED, start);
	sid.count = reader_u8(r);
	if (sid.count > SID_MAX_SUBS) {
		reader_fail_at(r, ERR_RANGE, start + 1);
		return;
	}
	sid.authority = reader_be48(r);
	for (uint8_t i = 0; i < sid.count; i++)
		sid.sub[i] = reader_le32(r);
	if (r->err == ERR_OK)
		*out = sid;
}

enum err
sid_parse(const void *data, size_t len, struct sid *out)
{
	struct reader r;
	struct sid sid = { 0 };

	reader_init(&r, data, len);
	sid_read(&r, &sid);
	if (r.err != ERR_OK)
		return r.err;
	if (reader_left(&r) > 0)
		return ERR_TRAILING;
	*out = sid;
	return ERR_OK;
}

/* Reads the digits at *s, advances it past them, and refuses a value above `max`. */
static enum err
number(const char **s, const char *end, int radix, uint64_t max, uint64_t *out)
{
	size_t most = radix == 16 ? HEX_DIGITS : DECIMAL_DIGITS, n = 0;
	uint64_t v = 0;

	for (; *s < end; (*s)++) {
		int digit = ascii_hex_value(**s);

		if (digit < 0 || digit >= radix)
			break;
		if (++n > most)
			return ERR_RANGE;
		v = v * (uint64_t)radix + (uint64_t)digit;
	}
	if (n == 0)
		return ERR_SYNTAX;
	if (v > max)
		return ERR_RANGE;
	*out = v;
	return ERR_OK;
}

/*
 * MS-DTYP 2.4.2.1, and a little more: fewer than twelve hexadecimal digits,
 * and no sub-authority at all, which the packet form allows.
 */
enum err
sid_from_str(const char *s, size_t len, struct sid *out)
{
	const char *end = NULL;
	struct sid sid = { 0 };
	enum err err = ERR_OK;
	uint64_t v = 0;

	if (len < 5 || (s[0] != 'S' && s[0] != 's') || memcmp(s + 1, "-1-", 3) != 0)
		return ERR_SYNTAX;
	end = s + len;
	s += 4;
	if (end - s > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		s += 2;
		err = number(&s, end, 16, AUTHORITY_MAX, &sid.authority);
	} else {
		err = number(&s, end, 10, UINT32_MAX, &sid.authority);
	}
	while (err == ERR_OK && s < end) {
		if (*s++ != '-')
			return ERR_SYNTAX;
		err = number(&s, end, 10, UINT32_MAX, &v);
		if (err != ERR_OK)
			break;
		if (sid.count == SID_MAX_SUBS)
			return ERR_TOO_BIG;
		sid.sub[sid.count++] = (uint32_t)v;
	}
	if (err == ERR_OK)
		*out = sid;
	return err;
}

/* MS-DTYP 2.4.2.1: the authority is decimal below 2^32, twelve hex digits above. */
const char *
sid_str(const struct sid *sid, struct sid_buf *b)
{
	size_t room = sizeof(b->s), n = 0;

	n = (size_t)snprintf(b->s, room, sid->authority <= UINT32_MAX ?
	    "S-1-%" PRIu64 : "S-1-0x%012" PRIx64, sid->authority & AUTHORITY_MAX);
	for (uint8_t i = 0; i < sid->count && i < SID_MAX_SUBS; i++)
		n += (size_t)snprintf(b->s + n, room - n, "-%" PRIu32, sid->sub[i]);
	return b->s;
}

/* MS-DTYP 2.4.2.2: the authority is big-endian, the sub-authorities are little-endian. */
size_t
sid_bytes(const struct sid *sid, uint8_t out[SID_MAX_BYTES])
{
	size_t n = 0;

	out[n++] = SID_REVISION;
	out[n++] = sid->count;
	for (int shift = 40; shift >= 0; shift -= 8)
		out[n++] = (uint8_t)(sid->authority >> shift);
	for (uint8_t i = 0; i < sid->count && i < SID_MAX_SUBS; i++)
		for (int shift = 0; shift < 32; shift += 8)
			out[n++] = (uint8_t)(sid->sub[i] >> shift);
	return n;
}

bool
sid_eq(const struct sid *a, const struct sid *b)
{
	return a->authority == b->authority && a->count == b->count &&
	    memcmp(a->sub, b->sub, a->count * sizeof(a->sub[0])) == 0;
}

int
sid_cmp(const struct sid *a, const struct sid *b)
{
	if (a->authority != b->authority)
		return a->authority < b->authority ? -1 : 1;
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (uint8_t i = 0; i < a->count; i++)
		if (a->sub[i] != b->sub[i])
			return a->sub[i] < b->sub[i] ? -1 : 1;
	return 0;
}

bool
sid_in_domain(const struct sid *s, const struct sid *domain, uint32_t *rid)
{
	if (s->authority != domain->authority || s->count != domain->count + 1 ||
	    memcmp(s->sub, domain->sub, domain->count * sizeof(s->sub[0])) != 0)
		return false;
	if (rid != NULL)
		*rid = s->sub[domain->count];
	return true;
}

enum err
sid_with_rid(const struct sid *domain, uint32_t rid, struct sid *out)
{
	struct sid sid = *domain;

	if (sid.count >= SID_MAX_SUBS)
		return ERR_TOO_BIG;
	sid.sub[sid.count++] = rid;
	*out = sid;
	return ERR_OK;
}

bool
sid_split(const struct sid *s, struct sid *domain, uint32_t *rid)
{
	struct sid sid = *s;

	if (sid.count == 0)
		return false;
	sid.count--;
	if (rid != NULL)
		*rid = sid.sub[sid.count];
	sid.sub[sid.count] = 0;
	if (domain != NULL)
		*domain = sid;
	return true;
}

#define SID1(auth, a)		{ .authority = (auth), .sub = { (a) }, .count = 1 }
#define SID2(auth, a, b)	{ .authority = (auth), .sub = { (a), (b) }, .count = 2 }

const struct sid sid_everyone = SID1(1, 0);
const struct sid sid_creator_owner = SID1(3, 0);
const struct sid sid_creator_group = SID1(3, 1);
const struct sid sid_owner_rights = SID1(3, 4);
const struct sid sid_network = SID1(5, 2);
const struct sid sid_self = SID1(5, 10);
const struct sid sid_authenticated = SID1(5, 11);
const struct sid sid_this_org = SID1(5, 15);
const struct sid sid_system = SID1(5, 18);
const struct sid sid_builtin = SID1(5, 32);

/* MS-DTYP 2.4.2.4, those that stand in directory descriptors and tokens. */
static const struct {
	struct sid sid;
	const char *name;
} well_known[] = {
	{ SID1(0, 0), "NULL SID" },
	{ SID1(1, 0), "Everyone" },
	{ SID1(2, 0), "LOCAL" },
	{ SID1(3, 0), "CREATOR OWNER" },
	{ SID1(3, 1), "CREATOR GROUP" },
	{ SID1(3, 4), "OWNER RIGHTS" },
	{ SID1(5, 1), "DIALUP" },
	{ SID1(5, 2), "NETWORK" },
	{ SID1(5, 3), "BATCH" },
	{ SID1(5, 4), "INTERACTIVE" },
	{ SID1(5, 6), "SERVICE" },
	{ SID1(5, 7), "ANONYMOUS LOGON" },
	{ SID1(5, 9), "ENTERPRISE DOMAIN CONTROLLERS" },
	{ SID1(5, 10), "SELF" },
	{ SID1(5, 11), "Authenticated Users" },
	{ SID1(5, 12), "RESTRICTED" },
	{ SID1(5, 13), "TERMINAL SERVER USER" },
	{ SID1(5, 14), "REMOTE INTERACTIVE LOGON" },
	{ SID1(5, 15), "This Organization" },
	{ SID1(5, 17), "IUSR" },
	{ SID1(5, 18), "SYSTEM" },
	{ SID1(5, 19), "LOCAL SERVICE" },
	{ SID1(5, 20), "NETWORK SERVICE" },
	{ SID1(5, 32), "BUILTIN" },
	{ SID2(5, 32, 544), "BUILTIN\\Administrators" },
	{ SID2(5, 32, 545), "BUILTIN\\Users" },
	{ SID2(5, 32, 546), "BUILTIN\\Guests" },
	{ SID2(5, 32, 547), "BUILTIN\\Power Users" },
	{ SID2(5, 32, 548), "BUILTIN\\Account Operators" },
	{ SID2(5, 32, 549), "BUILTIN\\Server Operators" },
	{ SID2(5, 32, 550), "BUILTIN\\Print Operators" },
	{ SID2(5, 32, 551), "BUILTIN\\Backup Operators" },
	{ SID2(5, 32, 552), "BUILTIN\\Replicator" },
	{ SID2(5, 32, 554), "BUILTIN\\Pre-Windows 2000 Compatible Access" },
	{ SID2(5, 32, 555), "BUILTIN\\Remote Desktop Users" },
	{ SID2(5, 32, 556), "BUILTIN\\Network Configuration Operators" },
	{ SID2(5, 32, 557), "BUILTIN\\Incoming Forest Trust Builders" },
	{ SID2(5, 32, 558), "BUILTIN\\Performance Monitor Users" },
	{ SID2(5, 32, 559), "BUILTIN\\Performance Log Users" },
	{ SID2(5, 32, 560), "BUILTIN\\Windows Authorization Access Group" },
	{ SID2(5, 32, 561), "BUILTIN\\Terminal Server License Servers" },
	{ SID2(5, 32, 562), "BUILTIN\\Distributed COM Users" },
	{ SID2(5, 32, 568), "BUILTIN\\IIS_IUSRS" },
	{ SID2(5, 32, 569), "BUILTIN\\Cryptographic Operators" },
	{ SID2(5, 32, 573), "BUILTIN\\Event Log Readers" },
	{ SID2(5, 32, 574), "BUILTIN\\Certificate Service DCOM Access" },
	{ SID2(5, 32, 575), "BUILTIN\\RDS Remote Access Servers" },
	{ SID2(5, 32, 576), "BUILTIN\\RDS Endpoint Servers" },
	{ SID2(5, 32, 577), "BUILTIN\\RDS Management Servers" },
	{ SID2(5, 32, 578), "BUILTIN\\Hyper-V Administrators" },
	{ SID2(5, 32, 579), "BUILTIN\\Access Control Assistance Operators" },
	{ SID2(5, 32, 580), "BUILTIN\\Remote Management Users" },
	{ SID2(5, 64, 10), "NTLM Authentication" },
	{ SID2(5, 64, 14), "SChannel Authentication" },
	{ SID2(5, 64, 21), "Digest Authentication" },
	{ SID1(5, 1000), "Other Organization" },
	{ SID1(18, 1), "Authentication authority asserted identity" },
	{ SID1(18, 2), "Service asserted identity" },
};

const char *
sid_well_known_name(const struct sid *sid)
{
	for (size_t i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++)
		if (sid_eq(sid, &well_known[i].sid))
			return well_known[i].name;
	return NULL;
}
