/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_DOMAIN_H
#define WBA_MODEL_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/schema.h"
#include "core/sid.h"
#include "core/siphash.h"
#include "core/token.h"
#include "model/container.h"
#include "model/controller.h"
#include "model/dc.h"
#include "model/entry.h"
#include "model/policy.h"

/* A group that may or may not be in the connector's token (MS-DTYP 2.7.1
 * leaves open whether local groups are expanded for well-known SIDs). */
struct open_group {
	char *dn;
	struct sid sid;
	struct open_group *next;
};

/* Whether an account of another forest can log on. */
enum trust {
	TRUST_NEEDLESS,		/* it is of this forest, or was seen to log on */
	TRUST_NONE,
	TRUST_SELECTIVE,	/* where Allowed to Authenticate is granted on the controller */
	TRUST_FULL,
	TRUST_UNKNOWN		/* the trusts are not known, or are those of another domain */
};

/* The account that writes passwords back. */
struct connector {
	struct entry_copy copy;
	struct account account;		/* views into copy, or into a principal (home) */
	const struct domain *home;	/* borrowed; NULL: an account of this domain */
	bool settled;			/* what is not set was told from what could not be read */
	bool made_up;			/* it does not exist, and has no permissions of its own */
	enum trust trust;
	struct token token;
	char *token_problem;		/* why the token is not complete; NULL: it is */
	struct open_group *open_groups;
	bool paths_read;
	struct path_tree paths;		/* how it holds its groups; read when it is asked for */
};

/* A SID that a cause names, and the account behind it. */
struct named_sid {
	struct sid sid;
	char *name;		/* sAMAccountName; NULL: not found */
	bool gone;		/* it is of this domain, and no object has it */
	struct named_sid *next;
};
#define NAMED_SIDS_MAX 1000	/* names asked for; those behind stay SIDs */

/* A domain's context: small, read first, kept while its users stream by. */
struct domain {
	struct siphash_key key;		/* of its tables of DNs: random, for strangers choose those */
	char *dn;			/* owned */
	char *dns;			/* "contoso.test"; owned */
	char *netbios;			/* NULL: not read */
	bool has_sid;
	struct sid sid;
	struct schema schema;
	struct dc dc;			/* the one that it is read from */
	struct controllers_seen controllers;
	struct policy policy;		/* the domain head's */
	struct policy *psos;		/* owned; by precedence, then GUID */
	size_t pso_count;
	bool psos_unread;		/* the container, or links in it, could not be read */
	/* descriptors; empty: not read */
	struct buf root_sd, builtin_sd, server_sd, admin_sd;
	/* What of these could not be read, in words; empty: nothing */
	struct buf schema_unread, protected_unread;
	struct connector connector;
	struct token everyone;		/* what every account's token holds: the SIDs of a
					 * network logon and the builtin groups those are in */
	struct token reader;		/* the auditing account's, as the server sees it */
	bool has_reader;
	char *reader_name;		/* "CONTOSO\\audit"; NULL: not read */
	bool reader_is_connector;
	bool keep_ace_order;		/* ACEs are not sorted when permissions are written
					 * (MS-ADTS 6.1.3.1) */
	const char *users_base;		/* users are audited at or below; borrowed. NULL: all */
	bool self_check;		/* ask the server what the reader may write, and compare */
	char *pdc;			/* NTDS settings of the PDC emulator; NULL: not read */
	struct known_int pdc_level;	/* its msDS-Behavior-Version (MS-ADTS 6.1.4.2) */
	bool has_protected;		/* the protected groups could be expanded */
	struct group_closure *protected_groups;	/* owned */
	size_t protected_count;
	struct group_closure *trustees;	/* groups named in ACEs, expanded once each; owned */
	size_t trustee_count, trustee_cap;
	struct buf containers_unread;	/* why they may not be all, in words; empty: they are */
	struct containers containers;	/* what stands above users; more is read as it is met */
	struct named_sid *names;	/* owned */
	size_t name_count;
	/* Expands a group by SID for `trustees`; set by the source side, NULL
	 * where nothing can be read any more. Returns NULL when it cannot. */
	const struct group_closure *(*expand_group)(struct domain *, const struct sid *);
	/* The same kind: puts the object of a DN into `containers`, a SID's name
	 * into *out, the connector's groups into `connector.paths`. What cannot be
	 * read is left out. */
	void (*read_container)(struct domain *, const char *dn);
	void (*read_name)(struct domain *, struct named_sid *out);
	void (*read_paths)(struct domain *);
	void *expand_arg;
};

void connector_fini(struct connector *);
void domain_init(struct domain *);
/* Before anything is read; without it the key is 0. */
void domain_set_key(struct domain *, const struct siphash_key *);
void domain_fini(struct domain *);

/* Whether it is what stands before the backslash of an account's name: its DNS or its
 * NetBIOS name. */
bool domain_has_name(const struct domain *, const char *name, size_t len);
/* Whether they are known to be of one forest. */
bool domain_same_forest(const struct domain *, const struct domain *);

/*
 * The policy in force for an account (MS-ADTS 3.1.1.4.5.36, MS-SAMR 3.1.1.5):
 * a fine-grained one linked to the user, else one linked to a group of it,
 * else the domain's. Where the links cannot be read, the server's own answer
 * in msDS-ResultantPSO decides.
 */
struct policy_choice {
	const struct policy *policy;	/* NULL: its values, or which it is, are not known */
	const char *dn;			/* of the policy, by length; NULL: not known */
	size_t dn_len;
};
struct policy_choice domain_policy_for(const struct domain *, const struct account *);

/* "; by Helpdesk -> Domain Admins", appended: how the account is in the group that
 * domain_is_protected() named, where it is through others. */
void domain_protection_path(const struct domain *, const struct account *, const char *group,
    struct buf *out);
/* Whether one of the protected groups, by SID, has any member; true when that is
 * not known. */
bool domain_group_has_members(const struct domain *, const struct sid *);

/* Whether AdminSDHolder protects the account now (MS-ADTS 3.1.1.6.1.2); *group
 * gets the DN of the protected group it is in, or NULL. Borrowed. */
enum answer domain_is_protected(const struct domain *, const struct account *,
    const char **group);

/* The object above that DN with its descriptor, read now if it was not; NULL above
 * the domain head, without memory and at the ceiling. They stay as long as the
 * domain. */
struct container *domain_container_above(struct domain *, const char *dn, size_t len);
struct container *domain_parent(struct domain *, struct container *);
/* The account behind a SID, asked for once; NULL without memory or at the ceiling. */
const struct named_sid *domain_name_of(struct domain *, const struct sid *);
/* "Sales Team (S-1-5-21-…)", appended. */
void domain_sid_words(struct domain *, const struct sid *, struct buf *out);

#endif
