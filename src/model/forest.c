/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/forest.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/buf.h"
#include "core/dn.h"
#include "core/hash.h"
#include "core/hostname.h"

const char *const forest_domain_attributes[] = { "objectClass", "nCName", "dnsRoot",
	"nETBIOSName", "systemFlags", "Enabled", "msDS-Behavior-Version", NULL };
const char *const forest_dc_attributes[] = { "objectClass", "objectCategory", "options",
	"msDS-Behavior-Version", "msDS-HasDomainNCs", "msDS-hasFullReplicaNCs",
	"msDS-hasMasterNCs", "hasMasterNCs", NULL };
const char *const forest_server_attributes[] = { "dNSHostName", "serverReference", NULL };
const char *const forest_trust_attributes[] = { "trustPartner", "flatName", "trustDirection",
	"trustType", "trustAttributes", "securityIdentifier", NULL };
const char *const forest_head_attributes[] = { "objectSid", "fSMORoleOwner",
	"msDS-Behavior-Version", NULL };

/* crossRef.systemFlags (MS-ADTS 6.1.1.2.1.1) */
#define CR_NTDS_NC	0x1
#define CR_NTDS_DOMAIN	0x2

int
forest_problem(char **what, const char *why)
{
	if (!*what)
		*what = strdup(why);
	return *what ? 0 : -1;
}

/* In lower case; what is no name of DNS stays NULL. */
static int
copy_host(const struct value *v, char **out)
{
	char *s;

	if (!v || !hostname_valid((const char *)v->data, v->len))
		return 0;
	s = strndup((const char *)v->data, v->len);
	if (!s)
		return -1;
	for (char *c = s; *c; c++)
		*c = ascii_lower(*c);
	free(*out);
	*out = s;
	return 0;
}

/* The list with room for one more element, in memory that grows by doubling: it
 * is full at each power of two. NULL without memory, and the list is as before. */
static void *
grow(void *list, size_t count, size_t size)
{
	return count & (count - 1) ? list : reallocarray(list, count ? count * 2 : 1, size);
}

int
forest_init(struct forest *f, const char *root_dn)
{
	*f = (struct forest){ .home = FOREST_NONE };
	if (root_dn)
		f->root_dn = strdup(root_dn);
	return !root_dn || f->root_dn ? 0 : -1;
}

static void
trust_fini(struct forest_trust *t)
{
	free(t->partner);
	free(t->flat_name);
}

static void
domain_clear(struct forest_domain *d)
{
	for (size_t i = 0; i < d->trust_count; i++)
		trust_fini(&d->trusts[i]);
	free(d->trusts);
	free(d->dn);
	free(d->cross_ref);
	free(d->dns);
	free(d->netbios);
	free(d->pdc);
	*d = (struct forest_domain){ 0 };
}

static void
dc_clear(struct forest_dc *dc)
{
	free(dc->name);
	free(dc->host);
	free(dc->ntds);
	free(dc->site);
	free(dc->server);
	free(dc->computer);
}

void
forest_fini(struct forest *f)
{
	for (size_t i = 0; i < f->domain_count; i++)
		domain_clear(&f->domains[i]);
	for (size_t i = 0; i < f->dc_count; i++)
		dc_clear(&f->dcs[i]);
	free(f->domains);
	free(f->dcs);
	free(f->root_dn);
	free(f->domains_problem);
	free(f->dcs_problem);
	*f = (struct forest){ .home = FOREST_NONE };
}

/* NULL sorts last. */
static int
text_cmp(const char *a, const char *b)
{
	if (!a || !b)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

static int
domain_cmp(const struct forest_domain *a, const struct forest_domain *b)
{
	int c = (int)b->root - (int)a->root;

	if (!c)
		c = text_cmp(a->dns, b->dns);
	return c ? c : strcmp(a->dn, b->dn);
}

/* Keeps *d, in order. Of two crossRefs for one domain, which no directory has,
 * the one whose DN sorts first stays. */
static int
domain_insert(struct forest *f, struct forest_domain *d)
{
	struct forest_domain *grown;
	size_t i = forest_find_dn(f, d->dn, strlen(d->dn));

	if (i != FOREST_NONE) {
		if (forest_problem(&f->domains_problem, "two crossRef objects have one nCName") != 0)
			return -1;
		if (strcmp(f->domains[i].cross_ref, d->cross_ref) <= 0) {
			domain_clear(d);
			return 0;
		}
		domain_clear(&f->domains[i]);
		memmove(&f->domains[i], &f->domains[i + 1],
		    (--f->domain_count - i) * sizeof *f->domains);
	}
	if (f->domain_count == FOREST_MAX_DOMAINS) {
		domain_clear(d);
		return forest_problem(&f->domains_problem, "it has more domains than this "
		    "program keeps");
	}
	grown = grow(f->domains, f->domain_count, sizeof *f->domains);
	if (!grown)
		return -1;
	f->domains = grown;
	i = f->domain_count++;
	while (i && domain_cmp(&f->domains[i - 1], d) > 0) {
		f->domains[i] = f->domains[i - 1];
		i--;
	}
	f->domains[i] = *d;
	return 0;
}

/* Whether the crossRef is of a domain that is there (MS-ADTS 6.1.1.2.1.1). */
enum ref_kind { REF_OTHER, REF_DOMAIN, REF_UNKNOWN };

static enum ref_kind
ref_kind(const struct entry *e)
{
	const struct attr *class = entry_attr(e, "objectClass");
	const struct attr *enabled = entry_attr(e, "Enabled");
	struct known_int flags = entry_int(e, "systemFlags");

	if (class && !attr_has(class, "crossRef"))
		return REF_OTHER;
	if (flags.known != KNOWN_SET)
		return REF_UNKNOWN;
	if (!(flags.value & CR_NTDS_NC) || !(flags.value & CR_NTDS_DOMAIN))
		return REF_OTHER;
	return enabled && attr_has(enabled, "FALSE") ? REF_OTHER : REF_DOMAIN;
}

int
forest_add_domain(struct forest *f, const struct entry *e)
{
	struct forest_domain d = { .level = entry_int(e, "msDS-Behavior-Version") };
	enum ref_kind kind = ref_kind(e);
	struct buf dns = BUF_INIT;

	if (kind == REF_OTHER)
		return 0;
	if (kind == REF_UNKNOWN)
		return forest_problem(&f->domains_problem, "systemFlags of a crossRef object was "
		    "not returned, which tells domains from other partitions");
	if (value_text(entry_value(e, "nCName"), &d.dn) != 0)
		goto nomem;
	if (!d.dn || !dn_depth(d.dn, strlen(d.dn))) {
		domain_clear(&d);
		return forest_problem(&f->domains_problem, "a crossRef object of a domain has no "
		    "nCName that is a DN");
	}
	dn_to_dns(d.dn, strlen(d.dn), &dns);
	d.cross_ref = strndup(e->dn, e->dn_len);
	d.root = f->root_dn && dn_same(d.dn, f->root_dn);
	if (!d.cross_ref || buf_failed(&dns) ||
	    copy_host(entry_value(e, "dnsRoot"), &d.dns) != 0 ||
	    value_text(entry_value(e, "nETBIOSName"), &d.netbios) != 0 ||
	    (!d.dns && copy_host(&(struct value){ (const uint8_t *)buf_str(&dns), dns.len },
	    &d.dns) != 0))
		goto nomem;
	buf_fini(&dns);
	if (domain_insert(f, &d) == 0)
		return 0;
nomem:
	buf_fini(&dns);
	domain_clear(&d);
	return -1;
}

/* CN=NTDS Settings,CN=DC1,CN=Servers,CN=Site,CN=Sites,… (MS-ADTS 6.1.1.2.2). */
static int
read_place(struct forest_dc *dc)
{
	struct buf value = BUF_INIT;
	const char *dn = dc->ntds;
	size_t len = strlen(dn), up = dn_parent(dn, len);
	bool servers = false;

	if (up == len)
		return 0;
	dc->server = strdup(dn + up);
	if (!dc->server)
		return -1;
	for (int level = 0; level < 3 && up < len; level++) {
		buf_clear(&value);
		if (dn_rdn_value(dn + up, len - up, &value) != ERR_OK || !value.len ||
		    memchr(value.data, 0, value.len))
			break;
		if (level == 0)
			dc->name = strdup(buf_str(&value));
		else if (level == 1)
			servers = ascii_eq_nocase(value.data, value.len, "Servers", 7);
		else if (servers)
			dc->site = strdup(buf_str(&value));
		if ((level == 0 && !dc->name) || (level == 2 && servers && !dc->site)) {
			buf_fini(&value);
			return -1;
		}
		up += dn_parent(dn + up, len - up);
	}
	buf_fini(&value);
	return 0;
}

static int
hash_dn(const char *dn, size_t len, uint64_t *out)
{
	struct buf b = BUF_INIT;
	int failed;

	dn_canonical(dn, len, &b);
	failed = buf_failed(&b);
	*out = hash_bytes(buf_str(&b), b.len);
	buf_fini(&b);
	return failed ? -1 : 0;
}

/* The domain whose replica it holds in full. */
static size_t
domain_held(const struct forest *f, const struct entry *e)
{
	static const char *const names[] = { "msDS-HasDomainNCs", "msDS-hasFullReplicaNCs",
		"msDS-hasMasterNCs", "hasMasterNCs" };

	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		const struct attr *a = entry_attr(e, names[n]);

		for (size_t i = 0; a && i < a->count; i++) {
			size_t d = forest_find_dn(f, (const char *)a->values[i].data,
			    a->values[i].len);

			if (d != FOREST_NONE)
				return d;
		}
	}
	return FOREST_NONE;
}

/* Read-only ones have a class and category of their own (MS-ADTS 6.1.1.2.2.1.2.1.2). */
static bool
is_read_only(const struct entry *e)
{
	static const char category[] = "CN=NTDS-DSA-RO,";
	const struct attr *class = entry_attr(e, "objectClass");
	const struct value *v = entry_value(e, "objectCategory");

	return (class && attr_has(class, "nTDSDSARO")) || (v && v->len >= sizeof category - 1 &&
	    ascii_eq_nocase((const char *)v->data, sizeof category - 1, category,
	    sizeof category - 1));
}

int
forest_add_dc(struct forest *f, const struct entry *e)
{
	struct forest_dc dc = {
		.domain = domain_held(f, e),
		.read_only = is_read_only(e),
		.options = entry_int(e, "options"),
		.level = entry_int(e, "msDS-Behavior-Version"),
	};
	struct forest_dc *grown = NULL;

	if (f->dc_count == FOREST_MAX_DCS)
		return forest_problem(&f->dcs_problem, "it has more controllers than this "
		    "program keeps");
	dc.ntds = strndup(e->dn, e->dn_len);
	if (dc.ntds && read_place(&dc) == 0 && (!dc.server ||
	    hash_dn(dc.server, strlen(dc.server), &dc.server_hash) == 0))
		grown = grow(f->dcs, f->dc_count, sizeof *f->dcs);
	if (!grown) {
		dc_clear(&dc);
		return -1;
	}
	f->dcs = grown;
	f->dcs[f->dc_count++] = dc;
	return 0;
}

/* The domain that a computer account lies in: of those above it the nearest. */
static size_t
domain_of_account(const struct forest *f, const char *dn)
{
	size_t best = FOREST_NONE, depth = 0;

	for (size_t i = 0; i < f->domain_count; i++) {
		size_t n = strlen(f->domains[i].dn), d = dn_depth(f->domains[i].dn, n);

		if (d > depth && dn_under(dn, strlen(dn), f->domains[i].dn, n)) {
			best = i;
			depth = d;
		}
	}
	return best;
}

int
forest_set_server(struct forest *f, const struct entry *e)
{
	uint64_t hash;

	if (hash_dn(e->dn, e->dn_len, &hash) != 0)
		return -1;
	for (size_t i = 0; i < f->dc_count; i++) {
		struct forest_dc *dc = &f->dcs[i];

		if (dc->server_hash != hash || !dc->server ||
		    !dn_eq(dc->server, strlen(dc->server), e->dn, e->dn_len))
			continue;
		if (copy_host(entry_value(e, "dNSHostName"), &dc->host) != 0 ||
		    value_text(entry_value(e, "serverReference"), &dc->computer) != 0)
			return -1;
		if (dc->domain == FOREST_NONE && dc->computer)
			dc->domain = domain_of_account(f, dc->computer);
	}
	return 0;
}

int
forest_set_head(struct forest *f, size_t domain, const struct entry *e)
{
	struct forest_domain *d = &f->domains[domain];
	struct known_int level = entry_int(e, "msDS-Behavior-Version");

	if (entry_sid(e, &d->sid))
		d->has_sid = true;
	if (level.known == KNOWN_SET)
		d->level = level;
	if (value_text(entry_value(e, "fSMORoleOwner"), &d->pdc) != 0)
		return -1;
	for (size_t i = 0; d->pdc && i < f->dc_count; i++)
		if (f->dcs[i].domain == domain)
			f->dcs[i].pdc = dn_same(f->dcs[i].ntds, d->pdc);
	return 0;
}

int
forest_add_trust(struct forest *f, size_t domain, const struct entry *e)
{
	struct forest_domain *d = &f->domains[domain];
	const struct value *sid = entry_value(e, "securityIdentifier");
	struct forest_trust t = {
		.direction = entry_int(e, "trustDirection"),
		.type = entry_int(e, "trustType"),
		.attributes = entry_int(e, "trustAttributes"),
	};
	struct forest_trust *grown = NULL;

	if (d->trust_count == FOREST_MAX_TRUSTS) {
		d->has_trusts = false;
		return 0;
	}
	t.has_sid = sid && sid_parse(sid->data, sid->len, &t.sid) == ERR_OK;
	if (value_text(entry_value(e, "trustPartner"), &t.partner) == 0 &&
	    value_text(entry_value(e, "flatName"), &t.flat_name) == 0)
		grown = grow(d->trusts, d->trust_count, sizeof *d->trusts);
	if (!grown) {
		trust_fini(&t);
		return -1;
	}
	d->trusts = grown;
	/* One without its partner's name cannot be told: not all trusts are known. */
	if (!t.partner) {
		trust_fini(&t);
		d->has_trusts = false;
		return 0;
	}
	d->trusts[d->trust_count++] = t;
	return 0;
}

static int
dc_order(const void *a, const void *b)
{
	const struct forest_dc *x = a, *y = b;
	int c = (x->domain > y->domain) - (x->domain < y->domain);

	if (!c)
		c = text_cmp(x->host, y->host);
	return c ? c : strcmp(x->ntds, y->ntds);
}

static int
trust_order(const void *a, const void *b)
{
	const struct forest_trust *x = a, *y = b;
	int c = strcmp(x->partner, y->partner);

	if (!c)
		c = text_cmp(x->flat_name, y->flat_name);
	if (!c)
		c = (x->direction.value > y->direction.value) -
			(x->direction.value < y->direction.value);
	if (!c && x->has_sid && y->has_sid)
		c = sid_cmp(&x->sid, &y->sid);
	return c ? c : (int)y->has_sid - (int)x->has_sid;
}

/* Trusts within the forest tell the SIDs of other domains of it. */
static void
learn_sids(struct forest *f, const struct forest_domain *d)
{
	for (size_t i = 0; i < d->trust_count; i++) {
		const struct forest_trust *t = &d->trusts[i];
		size_t other;

		if (!t->has_sid || t->attributes.known != KNOWN_SET ||
		    !(t->attributes.value & TRUST_WITHIN_FOREST))
			continue;
		other = forest_find_name(f, t->partner);
		if (other == FOREST_NONE || f->domains[other].has_sid)
			continue;
		f->domains[other].sid = t->sid;
		f->domains[other].has_sid = true;
	}
}

void
forest_sort(struct forest *f)
{
	if (f->dc_count)
		qsort(f->dcs, f->dc_count, sizeof *f->dcs, dc_order);
	for (size_t i = 0; i < f->domain_count; i++) {
		struct forest_domain *d = &f->domains[i];

		if (d->trust_count)
			qsort(d->trusts, d->trust_count, sizeof *d->trusts, trust_order);
		learn_sids(f, d);
	}
}

size_t
forest_find_dn(const struct forest *f, const char *dn, size_t len)
{
	for (size_t i = 0; i < f->domain_count; i++)
		if (dn_eq(f->domains[i].dn, strlen(f->domains[i].dn), dn, len))
			return i;
	return FOREST_NONE;
}

size_t
forest_find_name(const struct forest *f, const char *name)
{
	for (size_t i = 0; i < f->domain_count; i++)
		if (f->domains[i].dns && hostname_eq(f->domains[i].dns, name))
			return i;
	for (size_t i = 0; i < f->domain_count; i++)
		if (f->domains[i].netbios && hostname_eq(f->domains[i].netbios, name))
			return i;
	return FOREST_NONE;
}

enum forest_gc
forest_dc_gc(const struct forest_dc *dc)
{
	if (dc->options.known != KNOWN_SET)
		return GC_UNKNOWN;
	return dc->options.value & NTDSDSA_IS_GC ? GC_YES : GC_NO;
}
