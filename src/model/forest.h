/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_FOREST_H
#define WBA_MODEL_FOREST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sid.h"
#include "model/account.h"
#include "model/entry.h"

/*
 * A forest as its configuration partition tells it (MS-ADTS 6.1.1.2), which
 * every controller of the forest holds: domains, their controllers and sites.
 * Trusts, SIDs and PDC emulators are told by each domain itself, so they are
 * known of the domains that were asked.
 */

/* Ceilings: far above what the directory supports (Microsoft, "Active Directory
 * maximum limits": 1,200 domains a forest, 1,200 controllers a domain, 2,400
 * trusts). Beyond them nothing is kept, and the forest says so. */
#define FOREST_MAX_DOMAINS	5000
#define FOREST_MAX_DCS		20000
#define FOREST_MAX_TRUSTS	10000

#define FOREST_NONE ((size_t)-1)	/* no index */

/* nTDSDSA.options (MS-ADTS 6.1.1.2.2.1.2.1.1) */
#define NTDSDSA_IS_GC			0x1
#define NTDSDSA_DISABLE_INBOUND_REPL	0x2
#define NTDSDSA_DISABLE_OUTBOUND_REPL	0x4

/* trustedDomain.trustDirection (MS-ADTS 6.1.6.7.12) */
#define TRUST_DIRECTION_INBOUND		0x1
#define TRUST_DIRECTION_OUTBOUND	0x2
/* trustedDomain.trustAttributes (MS-ADTS 6.1.6.7.9) */
#define TRUST_QUARANTINED_DOMAIN	0x4
#define TRUST_FOREST_TRANSITIVE		0x8
#define TRUST_CROSS_ORGANIZATION	0x10
#define TRUST_WITHIN_FOREST		0x20
#define TRUST_TREAT_AS_EXTERNAL		0x40

/* A trust as the trusting or trusted domain tells it. */
struct forest_trust {
	char *partner;			/* trustPartner: DNS name, or NetBIOS of an NT domain */
	char *flat_name;		/* flatName; NULL: not returned */
	struct known_int direction, type, attributes;
	bool has_sid;
	struct sid sid;			/* securityIdentifier: of the partner */
};

struct forest_domain {
	char *dn;			/* nCName */
	char *cross_ref;		/* DN of the crossRef */
	char *dns;			/* dnsRoot, or of the DN where that is no host name */
	char *netbios;			/* nETBIOSName; NULL: not returned */
	bool root;			/* the forest's root domain */
	bool has_sid;
	struct sid sid;
	struct known_int level;		/* msDS-Behavior-Version (MS-ADTS 6.1.4.3) */
	char *pdc;			/* NTDS settings of the PDC emulator; NULL: not known */
	bool has_trusts;		/* they were read, all of them */
	struct forest_trust *trusts;	/* owned; by partner */
	size_t trust_count;
};

struct forest_dc {
	char *name;			/* of its server object: "DC1"; NULL: malformed */
	char *host;			/* dNSHostName; NULL: none, or none that can be asked */
	char *ntds;			/* DN of its NTDS settings */
	char *site;			/* NULL: not where servers stand */
	char *server;			/* DN of its server object */
	char *computer;			/* serverReference; NULL: not returned */
	size_t domain;			/* index in forest.domains, or FOREST_NONE */
	bool read_only;			/* nTDSDSARO (MS-ADTS 6.1.1.2.2.1.2.1.2) */
	bool pdc;			/* its domain says so */
	struct known_int options;	/* NTDSDSA_… */
	struct known_int level;		/* msDS-Behavior-Version (MS-ADTS 6.1.4.2) */
	uint64_t server_hash;		/* of the canonical DN of its server object */
};

struct forest {
	char *root_dn;			/* rootDomainNamingContext */
	struct forest_domain *domains;	/* owned; the root first, then by DNS name */
	size_t domain_count;
	struct forest_dc *dcs;		/* owned; by domain, host, DN */
	size_t dc_count;
	size_t home;			/* the domain whose controller told it, or FOREST_NONE */
	/* Why domains, or controllers, may be missing; NULL: these are all. */
	char *domains_problem, *dcs_problem;
};

/* The queries' attributes: NULL-terminated. */
extern const char *const forest_domain_attributes[];	/* crossRef */
extern const char *const forest_dc_attributes[];	/* nTDSDSA, nTDSDSARO */
extern const char *const forest_server_attributes[];	/* server */
extern const char *const forest_trust_attributes[];	/* trustedDomain */
extern const char *const forest_head_attributes[];	/* domainDNS */

/* `root_dn` may be NULL. The functions that return int: 0, or -1 without memory. */
int forest_init(struct forest *, const char *root_dn);
void forest_fini(struct forest *);

/* A crossRef: what is no domain of this forest adds nothing, what cannot be told
 * is a problem. They stay in order. */
int forest_add_domain(struct forest *, const struct entry *cross_ref);
/* NTDS settings, after all domains; and the server objects above, after those. */
int forest_add_dc(struct forest *, const struct entry *ntds_settings);
int forest_set_server(struct forest *, const struct entry *server);
/* What a domain says of itself: SID, PDC emulator, level; and a trust of it. */
int forest_set_head(struct forest *, size_t domain, const struct entry *head);
int forest_add_trust(struct forest *, size_t domain, const struct entry *trust);
/* Last: the order that answers came in must not matter. A SID that only a trust
 * within the forest tells is the domain's. */
void forest_sort(struct forest *);

/* Notes why `what` may be incomplete; the first reason stays. */
int forest_problem(char **what, const char *why);

/* Index of the domain by DN, or by DNS or NetBIOS name; FOREST_NONE. */
size_t forest_find_dn(const struct forest *, const char *dn, size_t len);
size_t forest_find_name(const struct forest *, const char *name);

/* Whether it is a global catalog. */
enum forest_gc { GC_NO, GC_YES, GC_UNKNOWN };
enum forest_gc forest_dc_gc(const struct forest_dc *);

#endif
