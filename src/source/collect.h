/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_COLLECT_H
#define WBA_SOURCE_COLLECT_H

#include <stdint.h>

#include "model/domain.h"
#include "model/principal.h"
#include "source/source.h"

/* What is read of a descriptor: all but the SACL, which needs a privilege and would
 * cost an ordinary reader the whole value (MS-ADTS 3.1.1.4.4). */
#define SD_FLAGS_READ (SD_FLAG_OWNER | SD_FLAG_GROUP | SD_FLAG_DACL)

/*
 * What an audit reads, in the order it reads it: every query to a directory
 * stands in collect_*.c. What may be missing without ending the run is left
 * empty in the domain, where the rules find it and say so.
 */

/* rootDSE, domain head, schema, policies, protected groups and the SIDs that
 * every account holds. `now` is this host's clock. The domain is initialised;
 * on failure it still is, and *err says why. */
enum source_status collect_domain(struct source *, const char *uri, int64_t now,
    struct domain *, struct source_error *err);

/* The fine-grained policies and whom they apply to (collect_domain calls it). */
enum source_status collect_policies(struct source *, struct domain *, struct source_error *err);

struct dn_list {
	char **dn;
	size_t count;
};
void dn_list_fini(struct dn_list *);
/* A server answers in any order; what depends on it must not. */
void dn_list_sort(struct dn_list *);
/* The DNs of the accounts of a name: a DN, DOMAIN\name, UPN, SID, GUID or
 * sAMAccountName; one, none or several. A name that says it is of another
 * domain finds none. With name NULL those that look like
 * connectors made by the vendor's tools. The list and its strings are the
 * caller's. */
enum source_status collect_account_names(struct source *, const struct domain *,
    const char *name, struct dn_list *out, struct source_error *err);
/* Reads the account at `dn` and its token into d->connector (emptied before). */
enum source_status collect_connector(struct source *, const char *dn, struct domain *d,
    struct source_error *err);

/* Reads the account at `dn` of the domain `home` for use in other domains; the
 * caller's (principal_fini), and must not be moved. `home` is borrowed. */
enum source_status collect_principal(struct source *, const struct domain *home, const char *dn,
    struct principal *out, struct source_error *err);
/* Makes it d->connector (emptied before), with the token that it has in `d`; it
 * is borrowed. */
enum source_status collect_foreign_connector(struct source *, const struct principal *,
    struct domain *d, struct source_error *err);

/* Streams the users: below `base` (NULL: the domain), found by `filter` (NULL:
 * ours, and then also objects that no filter by class finds; OUs among them are
 * added to the domain's containers). */
enum source_status collect_users(struct source *, struct domain *, const char *base,
    const char *filter, entry_fn, void *arg, struct source_error *err);

/* Users of a domain by their RIDs, with what identities are compared by. */
enum source_status collect_identities(struct source *, const struct domain *,
    const struct sid *domain, const uint32_t *rids, size_t count, entry_fn, void *arg,
    struct source_error *err);
/* Appends the attributes of users that depend on how the run takes identities,
 * unless they are there. */
#define COLLECT_MAX_ATTRIBUTES 32
void collect_identity_attributes(const struct domain *, const char **attrs, size_t *n);

/* One user by DN, as collect_users would give it; for explanations. */
enum source_status collect_user(struct source *, const struct domain *, const char *dn,
    struct entry_copy *out, struct source_error *err);

/* How an account holds its groups (model/membership.h). */
enum source_status collect_paths(struct source *, const struct domain *, const struct account *,
    struct path_tree *out, struct source_error *err);
/* The same of the connector, for domain.read_paths. */
void collect_connector_paths(struct domain *);

/* What stands above users, below `base` (NULL: the domain), in one search: an
 * audit's, which meets all of it. What that search did not find is read when
 * it is met (domain.read_container). */
enum source_status collect_containers(struct source *, const char *base, struct domain *,
    struct source_error *err);
void collect_container(struct domain *, const char *dn);

/* All security groups and their members, for a snapshot: the answers to any
 * collect_paths() are in them. Nothing is returned: the source keeps them. */
enum source_status collect_all_groups(struct source *, const struct domain *,
    struct source_error *err);

/* The account name behind a SID ("Sales Team"), the caller's; NULL: not found. */
char *collect_sid_name(struct source *, const struct domain *, const struct sid *);
/* The same, or that no object has it (domain.read_name). */
void collect_name(struct domain *, struct named_sid *out);

/* The closure of a group (model/membership.h). `kinds`: which nested groups
 * pass membership on. */
enum closure_kind {
	CLOSURE_TOKEN,		/* security-enabled ones: as for tokens (MS-DRSR 4.1.8.2.6) */
	CLOSURE_ACCOUNT_GROUPS,	/* security-enabled global ones: as for policies (MS-ADTS 3.1.1.4.5.36) */
	CLOSURE_ANY		/* distribution groups too: as for AdminSDHolder (MS-ADTS 3.1.1.6.1.2) */
};
enum source_status collect_closure(struct source *, const struct domain *, const char *group_dn,
    enum closure_kind, struct group_closure *out, struct source_error *err);
/* domain.expand_group: by SID, once; expand_arg is the source. */
const struct group_closure *collect_expand(struct domain *, const struct sid *);

/* Nesting deeper than this is not walked: the closure is then incomplete. */
#define CLOSURE_MAX_GROUPS 20000

#endif
